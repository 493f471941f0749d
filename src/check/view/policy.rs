//! The reference page of a policy, and the list of policies.

use super::{Count, Fact, LinksView, Strip};
use serde::Serialize;

/// The reference page of one policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct PolicyView {
    /// Its title; its name when it has none.
    pub title: String,
    /// `metadata.name`
    pub name: String,
    /// `ClusterPolicy`, `ValidatingAdmissionPolicy`, …
    pub kind: String,
    /// As annotated.
    pub category: Option<String>,
    /// As annotated: `high`.
    pub severity: Option<String>,
    /// Kinds of resource that it is about.
    pub subjects: Vec<String>,
    /// Versions that it states: of the engine, of Kubernetes.
    pub versions: Vec<Fact>,
    /// What happens when a rule fails: `Enforce`, `Audit`.
    pub mode: Option<String>,
    /// Whether existing resources are scanned too, in words.
    pub background: Option<String>,
    /// HTML of its description.
    pub description: Option<String>,
    /// Its rules in their order.
    pub rules: Vec<RuleView>,
    /// What was tried on a policy whose rules have no names.
    pub trials: Option<TrialsView>,
    /// Other policies of the site that stand for the same control.
    pub variants: Option<VariantsView>,
    /// The file it is written in.
    pub source_path: String,
    /// HTML of the file: highlighted, verbatim with comments, each rule's anchor where it begins.
    pub source: String,
    /// Where the file can be downloaded, relative to the page.
    pub raw_url: Option<String>,
    /// Manifests with what the policy says of them; may be empty.
    pub examples: Vec<ExampleView>,
    /// More of them, shown on demand.
    pub more_examples: Vec<ExampleView>,
    /// Number of test results that were stated for it and evaluated.
    pub tests: usize,
}

/// The policies that stand for one control.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct VariantsView {
    /// Each of them, the one of the page included.
    pub members: Vec<VariantView>,
    /// How many objects of suites were tried on all of them.
    pub tried: usize,
    /// The objects of which they make different things.
    pub differences: Vec<DifferenceView>,
}

/// One of the policies that stand for one control.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct VariantView {
    /// What tells it from the others: `ClusterPolicy with CEL`.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its file.
    pub path: String,
    /// Its page, relative to this one.
    pub url: String,
    /// It is the policy of this page.
    pub current: bool,
}

/// An object of which the variants of a control make different things.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct DifferenceView {
    /// `Pod no-limits`
    pub object: String,
    /// The suite that tries it.
    pub place: String,
    /// What each variant makes of it, in their order.
    pub outcomes: Vec<String>,
}

/// One rule on a policy's page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct RuleView {
    /// Its name.
    pub name: String,
    /// The id of its heading.
    pub id: String,
    /// The id of its place in the source; links there when it is set.
    pub source_id: Option<String>,
    /// `validate`, `mutate`, …
    pub kind: String,
    /// What it matches, in words, one line each.
    pub matches: Vec<String>,
    /// What it excludes, in words, one line each.
    pub excludes: Vec<String>,
    /// Its own mode, when it differs from the policy's.
    pub mode: Option<String>,
    /// What a user is told when it fails.
    pub message: Option<String>,
    /// What was tried on it; `None` for policies that are asked nothing: exceptions, bindings.
    pub trials: Option<TrialsView>,
}

/// What was tried on a rule, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct TrialsView {
    /// What the rule does to the first one: "Denies", "Reports", "Changes".
    pub acts: &'static str,
    /// An object that it does that to; `None`: none was tried that it does it to.
    pub acting: Option<TriedView>,
    /// What it does to the second: "Admits", "Leaves alone".
    pub rests: &'static str,
    /// An object that it lets pass.
    pub resting: Option<TriedView>,
    /// Expected results of suites that agree.
    pub agree: usize,
    /// Expected results of suites that are not what the rule says.
    pub differ: usize,
    /// Expected results of suites for which nothing was tried.
    pub idle: usize,
    /// Expected results of suites that were not decided here.
    pub open: usize,
    /// No suite tries the rule.
    pub untested: bool,
}

/// An object that was tried on a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct TriedView {
    /// `Pod no-limits`
    pub object: String,
    /// Where it is: "a test suite", or the title of a page.
    pub place: String,
    /// Where that is, relative to the page of the policy.
    pub url: String,
}

/// A manifest and what the policy says of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ExampleView {
    /// What it shows.
    pub title: String,
    /// The id of its heading.
    pub id: String,
    /// HTML of a command that sends the manifest, highlighted, with what will happen as comments.
    pub source: String,
    /// What the command takes away, to stand behind "Destructive: ".
    pub warning: Option<&'static str>,
    /// What the policy says of it.
    pub strip: Strip,
    /// The files of what is copied, relative to the page, when it has some.
    pub files: Option<LinksView>,
    /// What the policy makes of it, or besides it.
    pub changes: Vec<ChangeView>,
}

/// What a policy makes of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ChangeView {
    /// What it shows: "Changed by add-label".
    pub title: String,
    /// HTML of a diff, or of a manifest that is new.
    pub source: String,
}

/// The page that lists policies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct PolicyIndexView {
    /// HTML above the list.
    pub intro: Option<String>,
    /// The policies, sorted by title.
    pub rows: Vec<PolicyRow>,
    /// Policies per category.
    pub categories: Vec<Count>,
    /// Policies per severity.
    pub severities: Vec<Count>,
    /// Policies per kind.
    pub kinds: Vec<Count>,
    /// Policies per mode.
    pub modes: Vec<Count>,
}

/// One policy in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct PolicyRow {
    /// Its title.
    pub title: String,
    /// `metadata.name`
    pub name: String,
    /// Its page, relative to the list.
    pub url: String,
    /// `ClusterPolicy`, …
    pub kind: String,
    /// As annotated.
    pub category: Option<String>,
    /// As annotated.
    pub severity: Option<String>,
    /// `Enforce`, `Audit`.
    pub mode: Option<String>,
    /// Kinds of resource that it is about.
    pub subjects: Vec<String>,
    /// What its rules do: `validate`, `mutate`, …; each once.
    pub types: Vec<String>,
    /// Number of rules.
    pub rules: usize,
    /// Number of evaluated test results.
    pub tests: usize,
}
