//! The registry: every check that runproof knows. One line a code; each has a page of its name below
//! `content/reference/checks/`, which `tests/checks.rs` holds to its word.

use super::Severity;

/// What a check is called and how much it matters unless the configuration says otherwise.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// Kebab case, stable: `unclosed-fence`.
    pub name: &'static str,
    /// The default severity.
    pub severity: Severity,
    /// What it finds, one line.
    pub summary: &'static str,
}

macro_rules! codes {
    ($($constant:ident, $name:literal, $severity:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $constant: Code =
                Code { name: $name, severity: Severity::$severity, summary: $summary };
        )*
        /// Every code, sorted by name within its group.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    // Reading: files, configuration, front matter.
    FRONT_MATTER, "front-matter", Error, "Front matter that is not valid YAML";
    NOT_UTF8, "not-utf8", Error, "A page that is not UTF-8 text";
    MISSING_INCLUDE, "missing-include", Error, "An include of a file or section that does not exist";
    CONFIG, "config", Error, "A configuration that cannot be read, or a value that its key does not take";
    UNKNOWN_KEY, "unknown-key", Error, "A key of the configuration that runproof does not know";
    MKDOCS_SETTING, "mkdocs-setting", Note, "A setting of mkdocs.yml that has no or another meaning here";
    PAGE_METADATA, "page-metadata", Warning, "A value of the front matter that its key does not take";
    REFUSED_INCLUDE, "refused-include", Error, "An include that leaves its folder, asks the network, or never ends";
    TEMPLATE, "template", Error, "A template that does not compile, or fails on a page";
    // What runproof is told about its own findings.
    INVALID_SUPPRESSION, "invalid-suppression", Error, "A suppression that cannot be understood or gives no reason";
    STALE_BASELINE, "stale-baseline", Note, "A baseline that holds findings which are gone";
    UNKNOWN_CODE, "unknown-code", Error, "A suppression or a setting for a check that does not exist";
    UNUSED_SUPPRESSION, "unused-suppression", Warning, "A suppression that nothing needs";
    // Structure of a page.
    ADMONITION_BODY, "admonition-body", Warning, "An admonition without its content";
    ADMONITION_TITLE, "admonition-title", Warning, "An admonition title without double quotes";
    ADMONITION_TYPE, "admonition-type", Warning, "An admonition type that is almost a known one";
    CARD_NOT_DRAWN, "card-not-drawn", Note, "A page whose title cannot be written on a card";
    DIAGRAM_NOT_DRAWN, "diagram-not-drawn", Note, "A diagram, or a part of one, that a build does not draw";
    DIAGRAM_SYNTAX, "diagram-syntax", Warning, "A diagram that does not parse";
    DUPLICATE_ID, "duplicate-id", Warning, "Two elements of a page with the same id";
    FENCE_IN_FENCE, "fence-in-fence", Warning, "A code fence that opens inside another, as if that were never closed";
    FENCE_INDENT, "fence-indent", Warning, "A code fence indented so far that it shows its marks";
    FENCE_LANGUAGE, "fence-language", Note, "A code fence in a language that is not known";
    FENCE_OPTIONS, "fence-options", Warning, "Options of a code fence that cannot be read";
    FOOTNOTE_UNDEFINED, "footnote-undefined", Warning, "A reference to a footnote that is not there";
    FOOTNOTE_UNUSED, "footnote-unused", Warning, "A footnote that nothing refers to";
    HEADING_SYNTAX, "heading-syntax", Warning, "A line that looks like a heading and is not one";
    HTML_BALANCE, "html-balance", Warning, "An HTML element without its beginning or end";
    LITERAL_MARK, "literal-mark", Warning, "Marks of Markdown that readers see as they are";
    MKDOCS_LACKS, "mkdocs-lacks", Note, "A construct that the site's mkdocs.yml does not switch on";
    PLACEHOLDER_TAG, "placeholder-tag", Note, "A placeholder in angle brackets that browsers take for a tag";
    REPEATED_H1, "repeated-h1", Warning, "A page with several headings of level 1";
    SOURCE_DIFFERS, "source-differs", Error, "A block that is not what the file says that it is drawn from";
    SETEXT_TRAP, "setext-trap", Warning, "A line of dashes that makes a heading or a rule by accident";
    TAB_LABEL, "tab-label", Warning, "A content tab whose label has no double quotes";
    TASK_SYNTAX, "task-syntax", Warning, "A task without a space behind its box";
    UNKNOWN_ICON, "unknown-icon", Warning, "The name of an icon that no set has";
    UNUSED_ABBREVIATION, "unused-abbreviation", Note, "An abbreviation that the page does not use";
    UNCLOSED_FENCE, "unclosed-fence", Error, "A code fence that is never closed";
    // Snippets: what readers copy.
    SNIPPET_DIRECTIVE, "snippet-directive", Error, "A snippet directive with a setting or value that does not exist";
    SHELL_SYNTAX, "shell-syntax", Error, "Shell text that no shell accepts";
    SHELL_TRUNCATED, "shell-truncated", Warning, "Shell text that ends in the middle of a command";
    HEREDOC_UNTERMINATED, "heredoc-unterminated", Error, "A heredoc whose delimiter never comes";
    HEREDOC_EXPANDS, "heredoc-expands", Note, "A heredoc in which the shell puts something in the place of `$`";
    SHELL_PLACEHOLDER, "shell-placeholder", Note, "A placeholder `<name>` that a shell reads as a redirection";
    COMMAND_REFUSED, "command-refused", Error, "A command or flag that the tool does not have";
    YAML_SYNTAX, "yaml-syntax", Error, "YAML in a fence that does not parse";
    YAML_SEPARATOR, "yaml-separator", Error, "Two objects in one YAML document, without `---` between them";
    JSON_SYNTAX, "json-syntax", Error, "JSON in a fence that does not parse";
    EXPRESSION_SYNTAX, "expression-syntax", Error, "An expression that does not work as it is shown";
    HIDDEN_CHARACTER, "hidden-character", Error, "A character in code that is not what it looks like";
    // Objects: what readers send to a cluster.
    MANIFEST_FIELD, "manifest-field", Error, "A field or value that the object's kind does not take, or a required field that is missing";
    API_NOT_SERVED, "api-not-served", Error, "An API version or kind that Kubernetes does not serve";
    API_DEPRECATED, "api-deprecated", Warning, "An API version that another one has taken the place of";
    KIND_NOT_CHECKED, "kind-not-checked", Note, "An object of a kind whose definition is not at hand";
    // Policies.
    POLICY_FILE, "policy-file", Error, "A policy file that is not valid YAML";
    POLICY_REFUSED, "policy-refused", Error, "A policy that Kyverno would refuse to load";
    POLICY_DEPRECATED, "policy-deprecated", Note, "A field, operator or version of a policy that was replaced";
    POLICY_DOUBT, "policy-doubt", Warning, "A policy that loads, but does not do what it seems to";
    POLICY_DRIFT, "policy-drift", Error, "A page that shows a policy otherwise than the site keeps it";
    RULE_WITHOUT_WITNESS, "rule-without-witness", Note, "A rule that the site tries on nothing it denies, or on nothing it admits";
    TEST_DIFFERS, "test-differs", Error, "A test suite that expects what the policy does not do";
    TEST_FILE, "test-file", Error, "A test suite, or a file that it names, that cannot be loaded";
    TEST_NOT_EXERCISED, "test-not-exercised", Warning, "An expected result for which nothing was tried";
    // Claims.
    CLAIM_CONTRADICTED, "claim-contradicted", Error, "A page that says what its policies do not do";
    CLAIM_NOT_CHECKED, "claim-not-checked", Note, "A claim that the evaluator cannot decide";
    CLAIM_NOT_ISOLATED, "claim-not-isolated", Warning, "An example that another policy denies as well";
    CLAIM_DENIES_ALL, "claim-denies-all", Warning, "A denial by a rule that also denies every example that should be admitted";
    CLAIM_BY_ERROR, "claim-by-error", Warning, "A denial by a rule that ends in an error";
    CLAIM_VACUOUS, "claim-vacuous", Warning, "An example that no rule speaks about";
    TOO_MANY_UNCHECKED, "too-many-unchecked", Error, "More claims that are not checkable than the configuration accepts";
    UNKNOWN_NAME, "unknown-name", Warning, "Code that names a policy, rule or file which the site does not have";
    UNKNOWN_POLICY, "unknown-policy", Error, "A claim that names a policy which the site does not have";
    // Links.
    LINK_SYNTAX, "link-syntax", Warning, "A link whose address cannot be read";
    UNDEFINED_REFERENCE, "undefined-reference", Warning, "A reference link without a definition";
    BROKEN_LINK, "broken-link", Error, "A link to a page or file that does not exist";
    BROKEN_ANCHOR, "broken-anchor", Error, "A link to a heading or id that the page does not have";
    UNPUBLISHED_LINK, "unpublished-link", Error, "A link to a page that is a draft or excluded";
    INDIRECT_LINK, "indirect-link", Warning, "A link that names a URL where it could name the source file";
    RELATED_LINK, "related-link", Warning, "An entry of a related list that its target does not bear out";
    ORPHAN_PAGE, "orphan-page", Note, "A page that neither the navigation nor another page leads to";
    // The site.
    NAV_ENTRY, "nav-entry", Error, "An entry of the navigation that leads to no page";
    NOT_IN_NAV, "not-in-nav", Note, "A page that the configured navigation leaves out";
    URL_CONFLICT, "url-conflict", Error, "Two pages or files that would have one URL";
    REDIRECT, "redirect", Warning, "A redirect that leads nowhere, or that stands in the way of a page";
    POST, "post", Error, "A blog post that lacks a date, or names a category or author that is not known";
}

/// The code of this name.
pub fn by_name(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let mut names: Vec<_> = ALL.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(names.iter().all(|name| {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        }));
    }
}
