//! Programs inside of commands: the filter of `jq`, and the template behind `-o jsonpath=`. Here it is only told whether
//! the tool can read them.

use super::expression::first;
use super::kubectl::without_wrappers;
use super::model::Language;
use super::shell::{self, Command, Pipeline, Simple, Word};
use jaq_core::load::lex::{Lexer, Token};
use jaq_core::load::parse::Parser;
use std::ops::Range;

/// Longer programs are not read.
const LONGEST: usize = 2_000;
/// Nor deeper ones: the reader of jq goes down the stack with each bracket.
const DEEPEST: usize = 40;

/// A program that its tool cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// The word that holds it.
    pub range: Range<usize>,
    /// One phrase.
    pub message: String,
}

/// What cannot be read of the programs in a pipeline.
pub(super) fn unreadable(pipeline: &Pipeline) -> Vec<Unreadable> {
    let simple = pipeline.commands.iter().filter_map(|command| match command {
        Command::Simple(simple) => Some(without_wrappers(simple)),
        _ => None,
    });
    simple.filter_map(|simple| of_command(&simple)).collect()
}

/// What cannot be read of a fence that holds one program of this language.
pub(super) fn of_fence(text: &str, language: Language) -> Vec<Unreadable> {
    let message = match language {
        Language::Jq => jq(text),
        Language::JsonPath => json_path(text),
        _ => None,
    };
    let whole = first(text);
    message
        .filter(|_| is_certain(text))
        .map(|message| Unreadable { range: whole, message })
        .into_iter()
        .collect()
}

/// Nothing is left out of it or has to be filled in.
fn is_certain(text: &str) -> bool {
    shell::placeholders(text).is_empty() && !text.contains("...") && !text.contains('…')
}

fn of_command(simple: &Simple) -> Option<Unreadable> {
    let arguments = simple.words.get(1..)?;
    let (word, text, error) = match simple.program()? {
        "jq" | "gojq" => {
            let word = filter(arguments)?;
            let text = word.text.clone()?;
            let error = jq(&text)?;
            (word, text, error)
        }
        "kubectl" | "k" | "oc" => {
            let (word, text) = template(arguments)?;
            let error = json_path(&text)?;
            (word, text, error)
        }
        _ => return None,
    };
    is_certain(&text).then(|| Unreadable { range: word.range.clone(), message: error })
}

/// The word of a `jq` command that is its filter: the first that is no option and no value of one.
fn filter(words: &[Word]) -> Option<&Word> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let skipped = match word.text.as_deref()? {
            "-f" | "--from-file" => return None,
            "--arg" | "--argjson" | "--slurpfile" | "--rawfile" => 2,
            "--indent" | "-L" => 1,
            flag if flag.starts_with('-') && flag.len() > 1 => 0,
            _ => return Some(word),
        };
        for _ in 0..skipped {
            rest.next()?;
        }
    }
    None
}

/// The template of `-o jsonpath='…'`, in all the ways to write it.
fn template(words: &[Word]) -> Option<(&Word, String)> {
    let mut output = false;
    for word in words {
        let Some(text) = word.text.as_deref() else {
            output = false;
            continue;
        };
        let value = ["-o=", "--output=", "-o"].iter().find_map(|flag| text.strip_prefix(flag));
        let value = value.or(output.then_some(text)).unwrap_or_default();
        if let Some(template) = value.strip_prefix("jsonpath=") {
            return Some((word, template.to_string()));
        }
        output = matches!(text, "-o" | "--output");
    }
    None
}

/// Why `jq` cannot read the filter; `None` when it can, or when it is too large to be looked at here.
pub(super) fn jq(text: &str) -> Option<String> {
    // What the reader used here lacks of jq 1.7.
    const UNKNOWN: [&str; 2] = ["?//", "import "];
    if text.len() > LONGEST || depth(text) > DEEPEST || UNKNOWN.iter().any(|part| text.contains(part)) {
        return None;
    }
    let told = |expected: &str, found: &str| {
        let found: String = found.chars().take(20).collect();
        match found.trim() {
            "" => format!("jq cannot read this filter: it ends where it wants {expected}"),
            found => format!("jq cannot read this filter: it wants {expected} in the place of `{found}`"),
        }
    };
    let tokens = match Lexer::new(text).lex() {
        Ok(tokens) => tokens,
        Err(errors) => return errors.first().map(|(expected, found)| told(expected.as_str(), found)),
    };
    let parsed = Parser::new(&tokens).parse(|parser| parser.term());
    let errors = parsed.err()?;
    errors.first().map(|(expected, found)| told(expected.as_str(), Token::opt_as_str(*found, text)))
}

/// How deep the filter may go: brackets that are open, and words and signs that go before a whole filter.
fn depth(text: &str) -> usize {
    const BEFORE: [&str; 6] = ["try", "if", "def", "reduce", "foreach", "label"];
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let before = words.filter(|word| BEFORE.contains(word)).count() + text.matches('-').count();
    let (mut open, mut deepest) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    before + deepest
}

/// Why `kubectl` cannot read the template, by its documentation of JSONPath support.
pub(super) fn json_path(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut ranges = 0_usize;
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let inner = &rest[open + 1..];
        let Some(close) = closing(inner) else {
            return Some("kubectl cannot read this template: a `{` is never closed".to_string());
        };
        let action = inner[..close].trim();
        match action {
            "end" if ranges == 0 => {
                return Some("kubectl cannot read this template: `{end}` closes no `{range}`".into());
            }
            "end" => ranges -= 1,
            _ if action.starts_with("range") => ranges += 1,
            _ => {}
        }
        if action.contains("=~") {
            return Some("kubectl knows no regular expressions in JSONPath: `jq` does".to_string());
        }
        rest = &inner[close + 1..];
    }
    (ranges > 0).then(|| "kubectl cannot read this template: a `{range}` has no `{end}`".to_string())
}

/// Where the action ends that stands before: quotes may hold braces.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(mark), _) if c == mark => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '}') => return Some(at),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(command: &str) -> Vec<String> {
        let script = shell::parse(&format!("{command}\n"));
        let mut found = Vec::new();
        script.commands[0].each_pipeline(&mut |pipeline, _| found.extend(unreadable(pipeline)));
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn filters_that_jq_reads_are_left_alone() {
        for filter in [
            ".items[] | select(.spec.containers[].image | test(\"latest$\")) | .metadata.name",
            "[.[] | {name, \"a\": .b?, (.c): $d}] | sort_by(.name) | .[-1:]",
            "if .a then 1 elif .b then 2 end, try error(\"x\") catch .",
            "reduce .[] as [$a, {b: $c}] (0; . + $a) // \"\\(.x | @base64) y\"",
            "def f(x): x * 2; .a |= f(.) | .. | numbers # a comment",
            "to_entries | map(\"\\(.key)=\\(.value)\") | join(\",\")",
            ".metadata.annotations[\"a.b/c\"] == \"x\" and (.d | not)",
            "@json, $__loc__, $ENV.HOME, input_filename, limit(3; .[]), ltrimstr(\"v\"), .[\"a\"]?",
            "-1 | -(.a)",
        ] {
            assert_eq!(jq(filter), None, "{filter}");
        }
        assert_eq!(found("jq -r --arg a b --indent 2 '.x[]' file.json"), [""; 0]);
        assert_eq!(found("jq '.a | <name>'"), [""; 0]);
        assert_eq!(found("jq \".a[$i]\""), [""; 0]);
        assert_eq!(found("jq -f filter.jq"), [""; 0]);
    }

    #[test]
    fn filters_that_jq_cannot_read_are_told() {
        assert_eq!(
            found("cat x | jq -r '.items[] | select(.a == 1'"),
            ["jq cannot read this filter: it ends where it wants closing parenthesis"]
        );
        assert_eq!(found("jq '.a |'"), ["jq cannot read this filter: it ends where it wants term"]);
        assert!(found("jq '.a & .b'")[0].contains("in the place of `& .b`"));
    }

    #[test]
    fn templates_of_kubectl_are_balanced() {
        let path = "{range .items[*]}{.metadata.name}{\"\\n}\"}{end}";
        assert_eq!(json_path(path), None);
        assert_eq!(found("kubectl get pods -o jsonpath='{.items[?(@.a==\"}\")].b}'"), [""; 0]);
        assert_eq!(found("kubectl get pods -o jsonpath=.items"), [""; 0]);
        for broken in
            ["-o jsonpath='{.items'", "-o=jsonpath='{.a'", "--output jsonpath='{.a'", "-ojsonpath='{.a'"]
        {
            assert!(found(&format!("kubectl get pods {broken}"))[0].contains("never closed"), "{broken}");
        }
        assert!(json_path("{range .a}{.b}").unwrap().contains("no `{end}`"));
        assert!(json_path("{.a}{end}").unwrap().contains("closes no"));
        assert!(json_path("{.a[?(@.b=~/c/)]}").unwrap().contains("regular expressions"));
    }

    #[test]
    fn what_is_made_to_be_deep_is_not_read() {
        for part in ["(", "[", "{", "-", "try ", "\"\\(", "if ", "def f: ", "reduce "] {
            assert_eq!(jq(&part.repeat(LONGEST / part.len())), None, "{part}");
            assert!(jq(&part.repeat(DEEPEST)).is_some(), "{part}");
        }
    }
}
