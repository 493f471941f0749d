//! Names of languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

/// Names that authors use and the grammars do not know, with the grammar's name or extension.
const ALIASES: &[(&str, &str)] = &[
    ("containerfile", "dockerfile"),
    ("csharp", "cs"),
    ("docker", "dockerfile"),
    ("fsharp", "fs"),
    ("golang", "go"),
    ("gotemplate", "yaml"),
    ("helm", "yaml"),
    ("json5", "js"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("ksh", "bash"),
    ("kubernetes", "yaml"),
    ("mysql", "sql"),
    ("ndjson", "json"),
    ("node", "js"),
    ("objc", "m"),
    ("opentofu", "tf"),
    ("plpgsql", "sql"),
    ("posix", "bash"),
    ("postgresql", "sql"),
    ("pwsh", "ps1"),
    ("python3", "py"),
    ("shell", "bash"),
    ("shell-script", "bash"),
    ("ssh-config", "ssh_config"),
    ("starlark", "bzl"),
    ("systemd", "ini"),
];

/// Names of languages that have no grammar here. They are no mistakes, and their text is plain.
const PLAIN_ONES: &[&str] = &[
    "alloy",
    "ascii",
    "bicep",
    "cedar",
    "cel",
    "conf",
    "cue",
    "flux",
    "gherkin",
    "influxql",
    "jmespath",
    "jsonpath",
    "kql",
    "logql",
    "mermaid",
    "none",
    "output",
    "plain",
    "plaintext",
    "promql",
    "pycon",
    "smtlib",
    "text",
    "traceql",
    "treeview",
    "txt",
    "wasm",
    "wat",
];

/// Names of shell sessions: prompts, commands and what they print.
const SESSIONS: &[&str] =
    &["bash-session", "console", "sh-session", "shell-session", "shellsession", "session"];

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Every name by which a grammar is found, in lower case: its own, those of its files, and the aliases. Of two
/// grammars that share a name the later one has it, and a file's name wins over a grammar's.
static NAMES: LazyLock<BTreeMap<String, &'static SyntaxReference>> = LazyLock::new(|| {
    let all = || GRAMMARS.syntaxes().iter();
    let own = all().map(|syntax| (syntax.name.to_ascii_lowercase(), syntax));
    let files = all().flat_map(|syntax| {
        syntax.file_extensions.iter().map(move |extension| (extension.to_ascii_lowercase(), syntax))
    });
    let mut names: BTreeMap<String, &SyntaxReference> = own.chain(files).collect();
    for (alias, name) in ALIASES {
        if let Some(syntax) = names.get(*name).copied() {
            names.insert((*alias).to_string(), syntax);
        }
    }
    names
});

pub(super) fn grammars() -> &'static SyntaxSet {
    &GRAMMARS
}

/// The grammar of a language; `None` when there is none, without loading the grammars for a plain one.
pub(super) fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = language.to_ascii_lowercase();
    let plain = name.is_empty() || PLAIN_ONES.contains(&name.as_str());
    if plain { None } else { NAMES.get(&name).copied() }
}

/// Is this a name of YAML, of which this house has a grammar of its own?
pub(super) fn is_yaml(language: &str) -> bool {
    let name = language.to_ascii_lowercase();
    let alias = ALIASES.binary_search_by(|(alias, _)| (*alias).cmp(&name)).map(|at| ALIASES[at].1);
    matches!(alias.unwrap_or(&name), "yaml" | "yml")
}

/// Does a fence of this language hold a shell session?
pub fn is_session(language: &str) -> bool {
    SESSIONS.iter().any(|session| session.eq_ignore_ascii_case(language))
}

/// Is this the name of a language, with a grammar here or without? A fence of another name shows its code
/// without colours, and its class is `language-text`.
pub fn is_known_language(name: &str) -> bool {
    let plain = PLAIN_ONES.iter().any(|own| own.eq_ignore_ascii_case(name));
    plain || is_session(name) || syntax(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_sorted_and_each_leads_to_a_grammar() {
        assert!(ALIASES.is_sorted());
        for (alias, token) in ALIASES {
            assert!(syntax(alias).is_some(), "{alias} -> {token}");
        }
    }

    #[test]
    fn an_alias_is_needed() {
        let useless = |(alias, _): &&(&str, &str)| grammars().find_syntax_by_token(alias).is_some();
        assert_eq!(ALIASES.iter().filter(useless).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    }

    #[test]
    fn names_lead_where_the_grammars_themselves_lead() {
        for name in NAMES.keys().filter(|name| !ALIASES.iter().any(|(alias, _)| alias == name)) {
            let theirs = grammars().find_syntax_by_token(name).map(|syntax| &syntax.name);
            assert_eq!(NAMES.get(name).map(|syntax| &syntax.name), theirs, "{name}");
        }
    }

    #[test]
    fn the_languages_of_runbooks_have_grammars() {
        let names = [
            "yaml",
            "yml",
            "sh",
            "bash",
            "shell",
            "zsh",
            "json",
            "go",
            "golang",
            "py",
            "python",
            "js",
            "javascript",
            "ts",
            "typescript",
            "tsx",
            "tf",
            "hcl",
            "terraform",
            "toml",
            "ini",
            "dockerfile",
            "docker",
            "makefile",
            "make",
            "sql",
            "graphql",
            "diff",
            "markdown",
            "md",
            "html",
            "css",
            "xml",
            "rego",
            "jq",
            "nginx",
            "powershell",
            "pwsh",
            "ps1",
            "rust",
            "java",
            "kotlin",
            "groovy",
            "ruby",
            "proto",
            "jinja2",
            "YAML",
            "nix",
        ];
        for name in names {
            assert!(syntax(name).is_some(), "{name}");
        }
    }

    #[test]
    fn plain_and_unknown_are_told_apart() {
        for name in ["text", "promql", "Plain", "console", "mermaid", "yml"] {
            assert!(is_known_language(name), "{name}");
        }
        for name in ["foobarlang", "", "rust,ignore"] {
            assert!(!is_known_language(name), "{name}");
        }
    }
}
