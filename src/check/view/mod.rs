//! What this floor has to show, as plain data: strips behind fences, policy pages, the proof page.
//!
//! The floor above draws it without knowing anything of policies. Strings are plain text unless their field
//! says HTML.

mod blocks;
mod policy;
mod proof;

pub use blocks::{Block, FieldView, LinksView, Parts, PolicyDigest, Published, Record, StepView};
pub use policy::{
    ChangeView, DifferenceView, ExampleView, PolicyIndexView, PolicyRow, PolicyView, RuleView, TrialsView,
    TriedView, VariantView, VariantsView,
};
pub use proof::{ProofPage, ProofRow, ProofView};

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
