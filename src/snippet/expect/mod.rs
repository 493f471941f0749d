//! The expectation grammar: what a comment says will happen.
//!
//! ```text
//! claim = marker body | text "(" "should" body ")" | subject ("is" | "will") outcome
//! ```
//!
//! The grammar is small on purpose. What it does not know is [`Class::Prose`] behind a marker and nothing at all
//! elsewhere, so that an ordinary comment is never taken for a promise.

mod body;
mod outcome;
mod words;

pub use body::class;
pub use outcome::reference;

use std::ops::Range;

/// What is claimed.
#[derive(Debug, Clone, PartialEq)]
pub enum Class {
    /// The request is denied.
    Denied(Outcome),
    /// The request is admitted.
    Admitted(Outcome),
    /// The object is admitted, and a report says that it fails.
    Reported(Outcome),
    /// The object is changed on its way.
    Mutated(Outcome),
    /// The step prints exactly this, or the expression has this value.
    Exact(String),
    /// What is printed contains each of these.
    Contains(Vec<String>),
    /// These lines are printed; `...` stands for any.
    Output(Vec<String>),
    /// Nothing is printed.
    Empty,
    /// The exit status.
    Exit(u8),
    /// A number is bounded: the name of what is measured, if any, then `>`, `<=` …, then the number as written.
    Bound(Option<String>, String, String),
    /// A sentence for people.
    Prose,
}

impl Class {
    /// Does it say what an expression gives?
    pub fn is_value(&self) -> bool {
        matches!(self, Class::Exact(_) | Class::Contains(_) | Class::Output(_))
    }

    /// The class in a word, as reports name it.
    pub fn word(&self) -> &'static str {
        match self {
            Class::Denied(_) => "denied",
            Class::Admitted(_) => "admitted",
            Class::Reported(_) => "reported",
            Class::Mutated(_) => "mutated",
            Class::Exact(_) => "exact",
            Class::Contains(_) => "contains",
            Class::Output(_) => "output",
            Class::Empty => "empty",
            Class::Exit(_) => "exit",
            Class::Bound(..) => "bound",
            Class::Prose => "prose",
        }
    }
}

/// By whom, with what words, and when.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Who decides.
    pub by: Option<Reference>,
    /// Words of the message: `with validation error`.
    pub with: Option<String>,
    /// Something that has to happen first: `after signature verification`.
    pub after: Option<String>,
    /// What else the page says of the case: `without limits`, `in enforce mode`.
    pub note: Option<String>,
    /// What is decided about, when the sentence says it: `Commit` in `Commit blocked by a hook`.
    pub subject: Option<String>,
}

/// Who decides, as the page puts it. Whether such a policy exists is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `policy` or `policy/rule`.
    Named(String, Option<String>),
    /// A file.
    File(String),
    /// Several, each of which decides so: `` `limits` and `registries` ``.
    Each(Vec<Reference>),
    /// The admission webhook or the engine, whichever policy it is.
    Webhook,
    /// `all policies`
    All,
    /// Words that describe a policy: to be bound by its name, title or message.
    Words(String),
}

impl Reference {
    /// Does it say names, of policies or of files?
    pub fn is_name(&self) -> bool {
        matches!(self, Reference::Named(..) | Reference::File(_) | Reference::Each(_))
    }
}

/// How a sentence was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// `Expected:`, `Expected result:`
    Expected,
    /// `Expected output:` with the lines below it.
    ExpectedOutput,
    /// `Should …`
    Should,
    /// `Output:`, `Returns:`, `Prints:`, `Result:`, `=>`
    Value,
    /// `(should …)` at the end of a comment before the command.
    Aside,
    /// `… is rejected`, `… will fail if …` before the command.
    Sentence,
}

/// A recognised comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// How it was recognised.
    pub marker: Marker,
    /// What is claimed.
    pub class: Class,
    /// The bytes of the comment's text that claim it.
    pub range: Range<usize>,
}

/// What a comment says about the command above it, by its marker.
pub fn after(text: &str) -> Option<Expectation> {
    let lead = lead(text);
    let (marker, body) = marker(&text[lead..])?;
    let said = text[lead + body..].trim();
    if said.is_empty() && marker != Marker::ExpectedOutput {
        return None;
    }
    let class = match marker {
        Marker::ExpectedOutput if said.is_empty() => Class::Output(Vec::new()),
        _ => class(said, marker),
    };
    Some(Expectation { marker, class, range: lead..text.trim_end().len() })
}

/// What a comment says about the command below it: its aside, wherever it stands at the end.
pub fn aside(text: &str) -> Option<Expectation> {
    let open = text.rfind('(')?;
    let close = text[open..].find(')').map(|at| open + at)?;
    let said = text[open + 1..close].trim();
    let lower = said.to_ascii_lowercase();
    let helping = ["should ", "must ", "will ", "expected to ", "is expected to ", "expect to "];
    let class = match helping.iter().find(|word| lower.starts_with(**word)) {
        Some(word) => class(&said[word.len()..], Marker::Aside),
        None => return None,
    };
    let decided =
        matches!(class, Class::Denied(_) | Class::Admitted(_) | Class::Reported(_) | Class::Mutated(_));
    let ends = text[close + 1..].trim_matches([' ', '.', ':']).is_empty();
    (decided && ends).then_some(Expectation { marker: Marker::Aside, class, range: open..close + 1 })
}

/// What a sentence without a marker says about a command that sends something: `Test pod without limits is
/// rejected`, `denied by the webhook`, `Pod without limits (denied)`.
pub fn sentence(text: &str) -> Option<Expectation> {
    let lead = lead(text);
    let end = text.trim_end().len();
    let found = |class, range| Expectation { marker: Marker::Sentence, class, range };
    if let Some(class) = outcome::sentence(&text[lead..end]).or_else(|| outcome::bare(&text[lead..end])) {
        return Some(found(class, lead..end));
    }
    let open = text.rfind('(').filter(|_| text[..end].ends_with(')'))?;
    outcome::bare(text.get(open + 1..end - 1)?).map(|class| found(class, open..end))
}

/// Where the words begin, behind a picture such as a cross or a tick.
fn lead(text: &str) -> usize {
    let words = |c: char| c.is_alphanumeric() || "(=→`\"'<>[{-#*".contains(c);
    text.find(words).unwrap_or(0)
}

/// The marker that `text` begins with, and where its body begins. A marker needs its colon, or its verb.
fn marker(text: &str) -> Option<(Marker, usize)> {
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = ["=>", "→ "].iter().find_map(|mark| lower.strip_prefix(mark)) {
        return Some((Marker::Value, text.len() - rest.len()));
    }
    if lower.starts_with("should ") {
        return Some((Marker::Should, "should ".len()));
    }
    for verb in ["returns ", "prints ", "outputs "] {
        if lower.starts_with(verb) {
            return Some((Marker::Value, verb.len()));
        }
    }
    let colon = lower.find(':');
    let head = lower[..colon.unwrap_or(lower.len())].trim();
    let body = colon.map_or(text.len(), |at| at + 1);
    match head {
        "expected output" | "output" | "expected payload" if text[body..].trim().is_empty() => {
            (colon.is_some() || head == "expected output").then_some((Marker::ExpectedOutput, body))
        }
        _ if colon.is_none() => None,
        "expected" | "expected result" | "expect" => Some((Marker::Expected, body)),
        "expected output" | "expected payload" | "output" | "result" | "returns" | "prints" | "outputs" => {
            Some((Marker::Value, body))
        }
        "expected output includes"
        | "expected output contains"
        | "expected includes"
        | "expected contains"
        | "output includes"
        | "output contains" => Some((Marker::Value, body)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(text: &str) -> Class {
        after(text).unwrap_or_else(|| panic!("no claim: {text}")).class
    }

    fn outcome(text: &str) -> (bool, Outcome) {
        match claimed(text) {
            Class::Denied(outcome) => (true, outcome),
            Class::Admitted(outcome) => (false, outcome),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_denial_in_its_many_words() {
        for text in [
            "Expected: denied",
            "Expected: Admission webhook denies request",
            "Should be rejected",
            "Should fail",
            "should be blocked",
            "Expected result: request refused",
            "Expected: the pod is rejected",
            "Expected: forbidden",
        ] {
            assert!(outcome(text).0, "{text}");
        }
        assert_eq!(outcome("Expected: Admission webhook denies request").1.by, Some(Reference::Webhook));
        assert_eq!(outcome("Should be rejected with quota error").1.with.as_deref(), Some("quota error"));
    }

    #[test]
    fn who_denies_is_a_name_a_file_the_webhook_or_words() {
        let by = |text: &str| outcome(text).1.by.unwrap();
        assert_eq!(
            by("Expected: denied by `limits/check`"),
            Reference::Named("limits".into(), Some("check".into()))
        );
        assert_eq!(by("Expected: denied by require-limits"), Reference::Named("require-limits".into(), None));
        assert_eq!(
            by("Expected: Admission denied by wildcards.yaml"),
            Reference::File("wildcards.yaml".into())
        );
        assert_eq!(by("Expected: Denied by the admission webhook"), Reference::Webhook);
        assert_eq!(by("Expected: Allowed by all policies"), Reference::All);
        assert_eq!(by("Expected: denied by the a-b policy"), Reference::Named("a-b".into(), None));
        let (a, c) = (Reference::Named("a-b".into(), None), Reference::Named("c".into(), Some("d".into())));
        assert_eq!(by("Expected: denied by `a-b` and c/d"), Reference::Each(vec![a.clone(), c]));
        assert_eq!(by("Expected: denied by a-b (no team)"), a);
        let words = "policy requiring labels on pods";
        assert_eq!(
            by("Expected: Blocked by policy requiring labels on pods"),
            Reference::Words(words.into())
        );
        assert_eq!(by("Expected: Label validation fails"), Reference::Words("Label validation".into()));
    }

    #[test]
    fn a_message_may_be_quoted() {
        let with = |text: &str| outcome(text).1.with.unwrap();
        assert_eq!(with("Expected: denied with \"blocked by x\" by a-b"), "\"blocked by x\"");
        assert_eq!(with("Expected: denied by a-b with message `no team`"), "message `no team`");
    }

    #[test]
    fn an_admission_may_have_a_condition() {
        let (denied, outcome) = outcome("Expected: Allowed after signature verification");
        assert!(!denied);
        assert_eq!(outcome.after.as_deref(), Some("after signature verification"));
    }

    #[test]
    fn values_lists_bounds_and_status() {
        assert_eq!(claimed("Expected: true"), Class::Exact("true".into()));
        assert_eq!(claimed("Output: [\"a\", \"b\"]"), Class::Exact("[\"a\", \"b\"]".into()));
        assert_eq!(claimed("Returns 1 (changes)"), Class::Exact("1".into()));
        assert_eq!(claimed("=> latest"), Class::Exact("latest".into()));
        let list = |items: &[&str]| Class::Contains(items.iter().map(ToString::to_string).collect());
        assert_eq!(claimed("Should include: a/b, c"), list(&["a/b", "c"]));
        assert_eq!(claimed("Expected: a.json, b.json"), list(&["a.json", "b.json"]));
        assert_eq!(claimed("Should return empty (all signed)"), Class::Empty);
        assert_eq!(claimed("Should return clean (exit 0)"), Class::Exit(0));
        assert_eq!(claimed("Expected: exit code 2"), Class::Exit(2));
        assert_eq!(claimed("Should be > 0"), Class::Bound(None, ">".into(), "0".into()));
        let score = Class::Bound(Some("Score".into()), ">=".into(), "8.0/10".into());
        assert_eq!(claimed("Expected: Score ≥ 8.0/10"), score);
        assert_eq!(claimed("Expected: < 10 seconds"), Class::Bound(None, "<".into(), "10 seconds".into()));
        assert_eq!(claimed("Expected output:"), Class::Output(vec![]));
    }

    #[test]
    fn the_rest_is_prose() {
        for text in [
            "Expected: All replicas running and ready",
            "Expected: Shows pass/fail summary",
            "Should show policy violations and audit data",
            "Expected: File exists with protection config",
        ] {
            assert_eq!(claimed(text), Class::Prose, "{text}");
        }
    }

    #[test]
    fn asides_and_sentences_stand_before_their_command() {
        let class = |text: &str| aside(text).map(|found| found.class);
        assert!(matches!(class("Test pod (should fail)"), Some(Class::Denied(_))));
        assert!(matches!(class("Compliant pod (should succeed)"), Some(Class::Admitted(_))));
        let Some(Class::Denied(outcome)) = class("Low ratio (should fail - request 10% of limit)") else {
            panic!()
        };
        assert_eq!(outcome.note.as_deref(), Some("request 10% of limit"));
        let Some(Class::Denied(outcome)) = class("Test HPA (should fail without HPA)") else { panic!() };
        assert_eq!(outcome.note.as_deref(), Some("without HPA"));
        assert!(matches!(sentence("Test untrusted registry is blocked").unwrap().class, Class::Denied(_)));
        assert!(matches!(
            sentence("Scaling will fail if nothing is requested").unwrap().class,
            Class::Denied(_)
        ));
    }

    #[test]
    fn a_negation_turns_an_outcome_round() {
        assert!(outcome("Should not be allowed").0);
        assert!(outcome("Expected: the pod is not admitted").0);
        assert!(!outcome("Should not be rejected").0);
        assert!(matches!(sentence("Privileged pods are not allowed").unwrap().class, Class::Denied(_)));
    }

    #[test]
    fn a_sentence_may_be_bare_or_lead_with_a_picture() {
        for text in [
            "denied by require-team",
            "❌ Blocked: no team",
            "Pod without a team (rejected)",
            "This will fail",
        ] {
            assert!(matches!(sentence(text).unwrap().class, Class::Denied(_)), "{text}");
        }
        for text in [
            "✅ Allowed",
            "admitted, as it has a team",
            "This pod is expected to pass",
            "Good pod - should succeed",
        ] {
            assert!(matches!(sentence(text).unwrap().class, Class::Admitted(_)), "{text}");
        }
        assert!(outcome("Expected: error: a team is needed").0);
        assert!(!outcome("Should be created").0);
    }

    #[test]
    fn what_fails_for_other_reasons_is_prose() {
        for text in [
            "Should fail to connect",
            "Should fail linting",
            "Should pass health checks",
            "Expected: NetworkPolicy automatically created",
            "Should be denied or warned",
            "Expected: denied by a-b or c-d",
            "Should be denied, but is allowed in audit mode",
            "Expected: no errors reported",
        ] {
            assert_eq!(claimed(text), Class::Prose, "{text}");
        }
    }

    #[test]
    fn ordinary_comments_claim_nothing() {
        for text in [
            "exit the loop",
            "Output token",
            "Return error: recoverable",
            "Find all denied pod creations",
            "Review workloads blocked by resource policies",
            "Check policy violations",
            "Check if pods are blocked",
            "Blocks containers without limits",
            "Kyverno will block pods without limits",
            "Allowed registries",
            "Failed pods",
            "Blocked pods are listed in the report",
            "Expected behaviour of the loop",
            "Attempt to deploy pod without limits",
            "the webhook (should it run) is checked",
        ] {
            assert!(after(text).is_none() && aside(text).is_none() && sentence(text).is_none(), "{text}");
        }
    }
}
