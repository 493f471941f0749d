//! What this floor has to show, as plain data: strips behind fences, policy pages, the proof page.
//!
//! The floor above draws it without knowing anything of policies. Strings are plain text unless their field
//! says HTML.

use crate::source::{Hash, Span, UrlPath};
use serde::Serialize;
use std::collections::BTreeMap;

/// The key of the proof page among the generated pages.
pub const PROOF_KEY: &str = "proof";

/// What the check floor adds to a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PageExtras {
    /// What to show behind a fence, by the fence's index in the document: one strip for each claim.
    pub strips: BTreeMap<usize, Vec<Strip>>,
    /// What to do with a fence, by the same index.
    pub blocks: BTreeMap<usize, Block>,
    /// The body of a page that has no document.
    pub body: Option<GeneratedBody>,
    /// How many claims of the page are in which state.
    pub counts: Counts,
}

/// The body of a page that another floor generates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GeneratedBody {
    /// The page of one policy.
    Policy(Box<PolicyView>),
    /// The list of policies.
    PolicyIndex(Box<PolicyIndexView>),
    /// The proof page.
    Proof(Box<ProofView>),
}

/// How sure the build is of a claim. Each has an icon and a word of its own, never a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Evaluated, and it is as the page says.
    Verified,
    /// Evaluated, and it is as the page says, but a reader must know one thing more.
    Qualified,
    /// Evaluated, and it is not as the page says.
    Contradicted,
    /// Not evaluated, with a reason.
    Unchecked,
    /// What was to be evaluated is broken.
    Invalid,
}

impl State {
    /// Every state, in the order of summaries.
    pub const ALL: [State; 5] =
        [State::Verified, State::Qualified, State::Contradicted, State::Unchecked, State::Invalid];

    /// The worst of several: what a reader must know before anything else.
    pub fn worst(states: impl IntoIterator<Item = State>) -> Option<State> {
        states.into_iter().max_by_key(|state| match state {
            State::Verified => 0,
            State::Qualified => 1,
            State::Unchecked => 2,
            State::Invalid => 3,
            State::Contradicted => 4,
        })
    }

    /// The word that stands for it in lists and counts.
    pub fn word(self) -> &'static str {
        match self {
            State::Verified => "Checked",
            State::Qualified => "Checked, with a caveat",
            State::Contradicted => "Contradicted",
            State::Unchecked => "Not checked",
            State::Invalid => "Invalid",
        }
    }
}

/// A label and its value. A value of `None` is shown as "not stated".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: Option<String>,
}

/// How many there are of something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Count {
    /// Of what.
    pub label: String,
    /// How many.
    pub count: usize,
}

/// Parts of the text that a block shows: starts and ends in UTF-16 code units, as scripts count.
pub type Parts = Vec<(usize, usize)>;

/// What a page does with a block that readers copy, beyond showing it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Block {
    /// What is copied; empty: all of it but the newline at its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copy: Parts,
    /// Its steps, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepView>,
    /// What the reader has to fill in.
    #[serde(skip)]
    pub fields: Vec<FieldView>,
    /// What the worst of its commands takes away or overrides, to stand behind "Destructive: ".
    #[serde(skip)]
    pub warning: Option<&'static str>,
    /// Its files, when it has some.
    #[serde(skip)]
    pub files: Option<Published>,
}

/// One command of several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct StepView {
    /// What is copied of it.
    pub copy: Parts,
    /// How sure the build is of what the page says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What it takes away or overrides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<&'static str>,
}

/// Something that a reader fills in once for the whole page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct FieldView {
    /// What it is called: `namespace`.
    pub name: String,
    /// Where it stands.
    pub places: Parts,
}

/// Where a block's files are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Published {
    /// The id of the block's element on its page.
    pub anchor: String,
    /// The SHA-256 of what is copied, 64 hexadecimal digits.
    pub hash: String,
    /// The text that is copied, with a newline at its end.
    pub text: UrlPath,
    /// The record: JSON.
    pub record: UrlPath,
    /// The page for other sites.
    pub embed: UrlPath,
}

/// A block as its files tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `content/page.md#id`
    pub id: String,
    /// The author chose the id, so it stays when blocks are added.
    pub named: bool,
    /// `shell`, `session`, `manifest`, `policy`, …
    pub kind: &'static str,
    /// The language that colours it.
    pub language: &'static str,
    /// What is copied, without a newline at its end.
    pub text: String,
    /// The SHA-256 of `text`.
    pub hash: Hash,
    /// Its files.
    pub files: Published,
    /// The title of its page.
    pub title: String,
    /// Its page.
    pub page: UrlPath,
    /// The fence.
    pub span: Span,
    /// What it takes away or overrides.
    pub warnings: Vec<&'static str>,
    /// What a reader has to fill in.
    pub fields: Vec<String>,
    /// What the page says of it, and what became of that, with the place of the words.
    pub claims: Vec<(Strip, Span)>,
    /// The policies that were asked.
    pub policies: Vec<PolicyDigest>,
}

/// A policy and the hash of what was asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PolicyDigest {
    /// `metadata.name`
    pub name: String,
    /// The file that it is written in, or the page that shows it.
    pub source: String,
    /// The SHA-256 of that file; of the policy alone, where a page shows it.
    pub sha256: String,
}

/// What a page shows behind a command block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Strip {
    /// How sure the build is.
    pub state: State,
    /// The state in a word, for those who do not see its icon.
    pub word: &'static str,
    /// The number of the command that it is about, from 1, where the block has several.
    pub step: Option<usize>,
    /// What the page says.
    pub claim: String,
    /// One line: "Checked: denied by require-limits/check-limits".
    pub words: String,
    /// The evidence, shown on demand: message of the webhook, scope, versions.
    pub details: Vec<Fact>,
}

/// How many claims of a page are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Counts {
    /// Number of verified claims.
    pub verified: usize,
    /// Number of verified claims with a caveat.
    pub qualified: usize,
    /// Number of contradicted claims.
    pub contradicted: usize,
    /// Number of claims that were not checked.
    pub unchecked: usize,
    /// Number of claims whose subject is broken.
    pub invalid: usize,
}

impl Counts {
    /// One more of this state.
    pub fn add(&mut self, state: State) {
        *match state {
            State::Verified => &mut self.verified,
            State::Qualified => &mut self.qualified,
            State::Contradicted => &mut self.contradicted,
            State::Unchecked => &mut self.unchecked,
            State::Invalid => &mut self.invalid,
        } += 1;
    }

    /// The number of this state.
    pub fn of(&self, state: State) -> usize {
        match state {
            State::Verified => self.verified,
            State::Qualified => self.qualified,
            State::Contradicted => self.contradicted,
            State::Unchecked => self.unchecked,
            State::Invalid => self.invalid,
        }
    }
}

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
    /// What the policy says of it.
    pub strip: Strip,
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

/// The page that tells what the build checked and what it did not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct ProofView {
    /// HTML above the totals.
    pub intro: Option<String>,
    /// Totals over all pages.
    pub counts: Counts,
    /// What the verdicts rest on: engine and schema versions.
    pub basis: Vec<Fact>,
    /// Why claims were not checked, most frequent first.
    pub reasons: Vec<Count>,
    /// What readers must know besides of claims that hold, most frequent first.
    pub caveats: Vec<Count>,
    /// The claims, page by page.
    pub pages: Vec<ProofPage>,
}

/// The claims of one page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ProofPage {
    /// Its title.
    pub title: String,
    /// Where it is, relative to the proof page.
    pub url: String,
    /// Its claims in document order.
    pub rows: Vec<ProofRow>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ProofRow {
    /// How sure the build is.
    pub state: State,
    /// The state in a word.
    pub word: &'static str,
    /// What the page says.
    pub claim: String,
    /// What the build says.
    pub words: String,
    /// Where it is said: `content/a.md:81`.
    pub place: String,
    /// Where it is said on the site, relative to the proof page.
    pub url: Option<String>,
}
