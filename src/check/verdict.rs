//! What a claim turned out to be.

use super::view::{Fact, State, Strip};

/// The four things that a claim can be. None of them is the default.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The evaluator decided, and agrees; with what a reader must know besides.
    Verified(Vec<Qualifier>),
    /// The evaluator decided, and disagrees.
    Contradicted,
    /// Nothing could decide it.
    NotCheckable(Reason),
    /// The claim or what it is about cannot be read.
    Invalid,
}

/// What a reader must know of a verified claim. A qualified verdict never looks like a plain one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qualifier {
    /// These policies deny the object as well, so the outcome does not depend on the one that is meant.
    NotIsolated(Vec<String>),
    /// These policies deny what the one that is meant admits, so the object is refused all the same.
    Overruled(Vec<String>),
    /// A rule that denies it denies everything that the site says is admitted.
    DeniesAll,
    /// No rule fails: one ends in an error, which refuses the request as well.
    ByError,
    /// No rule spoke about the object at all.
    Vacuous,
    /// The policy was found by the words of the claim, not by its name.
    Soft,
    /// It was held against output that the page keeps from this day, `2026-11-20`.
    Recorded(String),
}

/// Why a claim is not checkable. The code stands in reports; [`Reason::words`] is for readers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// No policy is in force here.
    NoPolicy,
    /// The policy that is meant would be refused by Kyverno.
    PolicyRefused,
    /// Several policies of this name are shown, and they differ.
    Ambiguous(String),
    /// The manifest of the command is not on the site.
    NoObject,
    /// The command is refused by its own tool, so nothing reaches a policy: why.
    CommandRefused(String),
    /// The page does not say what the expression is applied to.
    NoInput,
    /// It asks for the state of a cluster.
    NeedsState,
    /// It depends on who sends the object, and the page does not say who does.
    NeedsUser,
    /// An earlier command of the page may have changed what is in force: since when and why.
    StateUnknown(String),
    /// The evaluator lacks a feature.
    UnsupportedFeature(String),
    /// A rule ended in an error: the message.
    EvaluationError(String),
    /// A client-side dry run never reaches a policy.
    ClientSide,
    /// It holds only after something that happens elsewhere.
    Condition(String),
    /// The command belongs to a tool that is not evaluated.
    ForeignCommand(String),
    /// The author wants it decided by this engine, which is not built in.
    EngineMissing(String),
    /// The block has places to fill in.
    Placeholder,
    /// It is prose.
    Prose,
    /// The author switched the check off, and says why.
    SwitchedOff(String),
}

impl Reason {
    /// The code in reports, kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::NoPolicy => "no-policy",
            Reason::PolicyRefused => "policy-refused",
            Reason::Ambiguous(_) => "ambiguous-policy",
            Reason::NoObject => "no-object",
            Reason::CommandRefused(_) => "command-refused",
            Reason::NoInput => "no-input",
            Reason::NeedsState => "needs-state",
            Reason::NeedsUser => "needs-user",
            Reason::StateUnknown(_) => "state-unknown",
            Reason::UnsupportedFeature(_) => "unsupported-feature",
            Reason::EvaluationError(_) => "evaluation-error",
            Reason::ClientSide => "client-side",
            Reason::Condition(_) => "condition",
            Reason::ForeignCommand(_) => "foreign-command",
            Reason::EngineMissing(_) => "engine-missing",
            Reason::Placeholder => "placeholder",
            Reason::Prose => "prose",
            Reason::SwitchedOff(_) => "switched-off",
        }
    }

    /// Could the author or this program do something about it?
    pub fn is_ours(&self) -> bool {
        matches!(self, Reason::UnsupportedFeature(_) | Reason::EvaluationError(_) | Reason::PolicyRefused)
    }

    /// The reason for readers, to stand behind "Not checked: ".
    pub fn words(&self) -> String {
        match self {
            Reason::NoPolicy => "no policy of this site is in force here".into(),
            Reason::PolicyRefused => "Kyverno would refuse the policy".into(),
            Reason::Ambiguous(name) => format!("policies that differ have the name {name}"),
            Reason::CommandRefused(why) => format!("the command ends before it sends anything: {why}"),
            Reason::NoObject => "the manifest is not on this site".into(),
            Reason::NoInput => "the page does not say what it is applied to".into(),
            Reason::NeedsState => "it asks a live cluster".into(),
            Reason::NeedsUser => "it depends on who sends it".into(),
            Reason::StateUnknown(since) => format!("the state is unknown {since}"),
            Reason::UnsupportedFeature(feature) => format!("{feature} is not evaluated here"),
            Reason::EvaluationError(message) => format!("a rule ends in an error: {message}"),
            Reason::ClientSide => "a client-side dry run asks no policy".into(),
            Reason::Condition(condition) => {
                format!("it holds only {}", condition.trim_start_matches("only "))
            }
            Reason::ForeignCommand(tool) => format!("{tool} is not evaluated"),
            Reason::EngineMissing(engine) => {
                format!("the author asks for the engine `{engine}`, which is not built in")
            }
            Reason::Placeholder => "the block has places to fill in".into(),
            Reason::Prose => "the expectation is prose".into(),
            Reason::SwitchedOff(reason) => format!("switched off, {reason}"),
        }
    }
}

/// A verdict with its evidence, ready to be shown and reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// What was decided, without the word that stands for the verdict: "denied by require-limits/check-limits".
    pub words: String,
    /// The evidence: messages, fields, scope.
    pub details: Vec<Fact>,
    /// The evidence for machines.
    pub evidence: Evidence,
}

/// What a verdict rests on, one thing a field. What was not asked is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The code of the rule that put policies in force: `nearest`, `page` …
    pub scope: Option<&'static str>,
    /// The names of the policies in force.
    pub policies: Vec<String>,
    /// The policy that decided.
    pub policy: Option<String>,
    /// Its rule.
    pub rule: Option<String>,
    /// What the webhook would print.
    pub message: Option<String>,
    /// The same of every rule that decided so, the first one's too.
    pub messages: Vec<String>,
    /// The object: `Pod default/web`.
    pub object: Option<String>,
}

impl Outcome {
    /// A claim that nothing could decide.
    pub fn not_checkable(reason: Reason) -> Outcome {
        let words = reason.words();
        Outcome::new(Verdict::NotCheckable(reason), words)
    }

    /// A verdict in these words, without evidence.
    pub fn new(verdict: Verdict, words: String) -> Outcome {
        Outcome { verdict, words, details: Vec::new(), evidence: Evidence::default() }
    }

    /// What readers see behind the block that claims it.
    pub fn strip(&self, claim: &str) -> Strip {
        let state = self.state();
        let words = match &self.verdict {
            Verdict::Verified(qualifiers) => {
                let notes: Vec<String> = qualifiers.iter().map(Qualifier::words).collect();
                match notes.is_empty() {
                    true => format!("Checked: {}", self.words),
                    false => format!("Checked: {}, but {}", self.words, notes.join("; ")),
                }
            }
            Verdict::Contradicted => format!("Does not hold: {}", self.words),
            Verdict::NotCheckable(_) => format!("Not checked: {}", self.words),
            Verdict::Invalid => format!("Cannot be checked: {}", self.words),
        };
        Strip {
            state,
            word: state.word(),
            step: None,
            claim: claim.to_string(),
            words,
            details: self.details.clone(),
        }
    }

    /// The verdict as the state of a strip.
    pub fn state(&self) -> State {
        match &self.verdict {
            Verdict::Verified(qualifiers) if qualifiers.is_empty() => State::Verified,
            Verdict::Verified(_) => State::Qualified,
            Verdict::Contradicted => State::Contradicted,
            Verdict::NotCheckable(_) => State::Unchecked,
            Verdict::Invalid => State::Invalid,
        }
    }
}

impl Verdict {
    /// The verdict in a word or two, as reports name it.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Verified(_) => "verified",
            Verdict::Contradicted => "contradicted",
            Verdict::NotCheckable(_) => "not checkable",
            Verdict::Invalid => "invalid",
        }
    }
}

impl Qualifier {
    /// The code in reports, kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Qualifier::NotIsolated(_) | Qualifier::Overruled(_) => "not-isolated",
            Qualifier::DeniesAll => "denies-all",
            Qualifier::ByError => "by-error",
            Qualifier::Vacuous => "vacuous",
            Qualifier::Soft => "soft",
            Qualifier::Recorded(_) => "recorded",
        }
    }

    /// What the reader must know, to stand behind "but".
    pub(super) fn words(&self) -> String {
        match self {
            Qualifier::NotIsolated(others) => match others.as_slice() {
                [only] => format!("{only} denies it too"),
                others => format!("{} deny it too", others.join(" and ")),
            },
            Qualifier::Overruled(others) => format!("it is denied by {}", others.join(" and ")),
            Qualifier::DeniesAll => "what should be admitted is denied as well".to_string(),
            Qualifier::ByError => "only because a rule ends in an error".to_string(),
            Qualifier::Vacuous => "no rule speaks about it at all".to_string(),
            Qualifier::Soft => "the claim does not name the policy".to_string(),
            Qualifier::Recorded(day) => format!("it was recorded on {day} and is not run here"),
        }
    }
}
