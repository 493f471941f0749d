//! What loads, but does not do what it seems to.
//!
//! In: a policy and the resource that it was loaded from. Out: [`Lint`]s with their place. Kyverno takes such
//! policies without a word; [`check`](super::check()) finds those that it refuses.

mod conditions;
mod deprecated;
mod expressions;
mod fields;
mod images;
mod patterns;
mod rules;
mod texts;
mod words;

pub use fields::fields;

use super::model::Policy;
use crate::kube::Resource;
use std::ops::Range;

/// The kinds of lints. Their words are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintKind {
    /// A function that Kyverno's JMESPath does not have: the rule ends in an error.
    UnknownFunction,
    /// A variable below `request` or `images` that no request has: the rule ends in an error.
    UnknownVariable,
    /// A key of a pattern that looks like an anchor or a wildcard and is the name of a field.
    NotAnAnchor,
    /// A regular expression where only `*` and `?` have a meaning.
    NotARegex,
    /// A condition that can never be true.
    NeverTrue,
    /// A pattern that passes what it means to forbid.
    Admits,
    /// A part of the policy that is never looked at.
    Ignored,
    /// A field that none of the kinds has which a rule matches, or that has a value of another type than it is
    /// compared with.
    UnknownField,
    /// A kind or a resource that does not exist.
    UnknownKind,
    /// A word that the field does not take.
    WrongWord,
    /// A field, an operator or a version that was replaced.
    Deprecated,
}

impl LintKind {
    /// The word for machines: `unknown-function`, …
    pub fn word(self) -> &'static str {
        match self {
            LintKind::UnknownFunction => "unknown-function",
            LintKind::UnknownVariable => "unknown-variable",
            LintKind::NotAnAnchor => "not-an-anchor",
            LintKind::NotARegex => "not-a-regex",
            LintKind::NeverTrue => "never-true",
            LintKind::Admits => "admits",
            LintKind::Ignored => "ignored",
            LintKind::UnknownField => "unknown-field",
            LintKind::UnknownKind => "unknown-kind",
            LintKind::WrongWord => "wrong-word",
            LintKind::Deprecated => "deprecated",
        }
    }
}

/// A place of a policy that loads, but does not do what it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What kind of thing it is.
    pub kind: LintKind,
    /// What is so, in one phrase.
    pub message: String,
    /// What to write in its place, where that is known.
    pub help: Option<String>,
    /// The field: `/spec/rules/0/validate/pattern/spec/(x)?/`.
    pub path: String,
    /// The bytes of the field, or of its key, in the text that was read.
    pub place: Option<Range<usize>>,
    /// Is it the key that it is about?
    of_key: bool,
}

/// What the finders put together: all but the place in the text.
type Found = Vec<Lint>;

fn lint(kind: LintKind, path: &str, message: impl Into<String>) -> Lint {
    Lint { kind, message: message.into(), help: None, path: path.to_string(), place: None, of_key: false }
}

fn lint_of_key(kind: LintKind, path: &str, message: impl Into<String>) -> Lint {
    Lint { of_key: true, ..lint(kind, path, message) }
}

impl Lint {
    fn help(self, help: impl Into<String>) -> Lint {
        Lint { help: Some(help.into()), ..self }
    }
}

/// Everything in `policy`, which was loaded from `resource`, that does not do what it seems to, in written order.
pub fn lints(policy: &Policy, resource: &Resource) -> Vec<Lint> {
    let mut found = Found::new();
    deprecated::find(policy, &mut found);
    words::find(resource, &mut found);
    rules::find(policy, resource, &mut found);
    if policy.kind.has_rules() {
        for (index, rule) in policy.rules.iter().enumerate() {
            let path = format!("/spec/rules/{index}/");
            patterns::find(&rule.body, &path, &mut found);
            texts::find(&rule.body, &path, &mut found);
            expressions::find(&rule.body, &path, &mut found);
            conditions::find(&rule.body, &path, &mut found);
        }
    }
    if policy.kind.has_rules() {
        images::find(policy.rules.iter().map(|rule| &rule.body).enumerate(), &mut found);
    }
    place(&mut found, resource);
    found
}

/// Gives each its place, and brings them into the order in which they are written.
fn place(found: &mut Found, resource: &Resource) {
    for one in found.iter_mut() {
        one.place = match one.of_key {
            true => resource.key_place(&one.path),
            false => resource.place(&one.path),
        };
    }
    found.sort_by_key(|one| one.place.as_ref().map_or(0, |place| place.start));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;

    fn found(rule: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - {{name: r, match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, {rule}}}\n"
        );
        let resource = read(&text).0.remove(0);
        let policy = Policy::load(&resource).unwrap();
        lints(&policy, &resource).iter().map(|one| format!("{} {}", one.kind.word(), one.path)).collect()
    }

    fn finds(rule: &str, wanted: &str) {
        let found = found(rule);
        assert!(found.iter().any(|one| one == wanted), "{rule}: {found:?}");
    }

    #[test]
    fn keys_that_are_no_anchors() {
        let path = "not-an-anchor /spec/rules/0/validate/pattern/spec";
        finds("validate: {pattern: {spec: {\"(template)?\": {a: 1}}}}", &format!("{path}/(template)?/"));
        finds("validate: {pattern: {spec: {\"template?\": {a: 1}}}}", &format!("{path}/template?/"));
        assert!(
            found("validate: {pattern: {metadata: {labels: {\"a*\": \"?*\"}}, spec: {\"=(x)\": 1}}}")
                .is_empty()
        );
    }

    #[test]
    fn regular_expressions_where_wildcards_are_meant() {
        finds(
            "validate: {pattern: {spec: {x: \"^registry[.]io/.*$\"}}}",
            "not-a-regex /spec/rules/0/validate/pattern/spec/x/",
        );
        assert!(found("validate: {pattern: {spec: {x: \"*.io/v1.* | !^a\", y: \">=1\"}}}").is_empty());
    }

    #[test]
    fn expressions_that_mean_something_else() {
        let deny = |key: &str| {
            format!(
                "validate: {{deny: {{conditions: {{any: [{{key: \"{{{{ {key} }}}}\", operator: Equals, value: 1}}]}}}}}}"
            )
        };
        let path = "/spec/rules/0/validate/deny/conditions/any/0/key/";
        finds(&deny("lenth(request.object.a)"), &format!("unknown-function {path}"));
        finds(&deny("request.objekt.a"), &format!("unknown-variable {path}"));
        finds(&deny("request.object.a[?!b.c]"), &format!("never-true {path}"));
        finds(&deny("request.object.a[?b == true]"), &format!("never-true {path}"));
        finds(&deny("request.object.a > 'x'"), &format!("never-true {path}"));
        finds(&deny("request.object.a.['b']"), &format!("never-true {path}"));
        finds(
            &deny("contains(request.object.a, 'x') || request.object.b | length(@)"),
            &format!("never-true {path}"),
        );
        assert!(
            found(&deny("(contains(request.object.a, 'x') || request.object.b) && request.object.c.[a]"))
                .is_empty()
        );
        let ordered = |key: &str| deny(key).replace("Equals", "LessThan");
        finds(&ordered("request.object.a[].b || request.object.c[].b"), &format!("never-true {path}"));
        assert!(found(&ordered("length(request.object.a[].b)")).is_empty());
        assert!(found(&deny("request.object.a[?!(b.c)] || length(request.object.b) == `3`")).is_empty());
    }

    #[test]
    fn operands_that_cannot_be_compared() {
        let deny = |key: &str, operator: &str, value: &str| {
            format!(
                "validate: {{deny: {{conditions: {{any: [{{key: \"{{{{ {key} }}}}\", operator: {operator}, value: {value}}}]}}}}}}"
            )
        };
        let path = "never-true /spec/rules/0/validate/deny/conditions/any/0/";
        finds(&deny("request.object.a[].b", "Equals", "true"), &format!("{path}key/"));
        finds(&deny("request.object.a", "GreaterThan", "three"), &format!("{path}value/"));
        for fine in ["3", "1Gi", "10m", "1.2.3", "\"{{ request.object.b }}\""] {
            assert!(found(&deny("request.object.a", "GreaterThan", fine)).is_empty(), "{fine}");
        }
        assert!(found(&deny("request.object.a[].b", "Equals", "[]")).is_empty());
        assert!(found(&deny("request.object.a[].b", "AnyIn", "true")).is_empty());
    }

    #[test]
    fn words_that_a_field_does_not_take() {
        finds(
            "validate: {podSecurity: {level: restrictd}}",
            "wrong-word /spec/rules/0/validate/podSecurity/level/",
        );
    }

    #[test]
    fn images_without_a_tag() {
        let pattern = |image: &str| {
            format!("validate: {{pattern: {{spec: {{containers: [{{image: \"{image}\"}}]}}}}}}")
        };
        finds(&pattern("!*:latest"), "admits /spec/rules/0/validate/pattern/spec/containers/0/image/");
        assert!(found(&pattern("!*:latest & *:*")).is_empty() && found(&pattern("*.io/*")).is_empty());
    }

    #[test]
    fn what_is_never_looked_at() {
        finds(
            "validate: {pattern: {spec: {c: [{a: 1}, {b: 2}]}}}",
            "ignored /spec/rules/0/validate/pattern/spec/c/1/",
        );
        finds("validate: {assert: {a: 1}}", "ignored /spec/rules/0/validate/assert/");
    }

    #[test]
    fn what_was_replaced() {
        finds(
            "validate: {deny: {conditions: {any: [{key: a, operator: In, value: [a]}]}}}",
            "deprecated /spec/rules/0/validate/deny/conditions/any/0/operator/",
        );
        finds(
            "verifyImages: [{image: a, mutateDigest: false}]",
            "deprecated /spec/rules/0/verifyImages/0/image/",
        );
    }
}
