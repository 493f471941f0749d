//! From what the policies answer to a verdict on what the page says.

use super::admission::{Admission, Answer};
use super::candidate::Candidate;
use super::verdict::{Evidence, Outcome, Qualifier, Reason, Verdict};
use super::view::Fact;
use crate::policy::{Action, Status};

/// Whom a claim means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a, 'n> {
    /// Whichever policy is in force.
    Anyone,
    /// This policy, named by the claim, and perhaps one rule of it.
    Named(Candidate<'a>, Option<&'n str>),
    /// This policy, found by the words around the claim.
    Meant(Candidate<'a>),
}

impl<'a> Subject<'a, '_> {
    pub(super) fn is(self, answer: &Answer<'_>) -> bool {
        match self {
            Subject::Anyone => true,
            Subject::Named(entry, None) | Subject::Meant(entry) => answer.entry.is(&entry),
            Subject::Named(entry, Some(rule)) => {
                answer.entry.is(&entry) && is_rule(&answer.response.rule, rule)
            }
        }
    }

    /// The policy, when there is one.
    pub(super) fn policy(self) -> Option<Candidate<'a>> {
        match self {
            Subject::Anyone => None,
            Subject::Named(entry, _) | Subject::Meant(entry) => Some(entry),
        }
    }

    fn name(self) -> String {
        match self {
            Subject::Anyone => "any policy".to_string(),
            Subject::Named(entry, Some(rule)) => format!("{}/{rule}", entry.policy.name),
            Subject::Named(entry, None) | Subject::Meant(entry) => entry.policy.name.clone(),
        }
    }
}

/// Rules that Kyverno derives for the controllers of Pods count as the rule that they come from.
fn is_rule(answered: &str, named: &str) -> bool {
    answered == named || base(answered) == named
}

/// The name of the rule that a rule was derived from; its own when it was not.
pub(super) fn base(rule: &str) -> &str {
    rule.strip_prefix("autogen-cronjob-").or_else(|| rule.strip_prefix("autogen-")).unwrap_or(rule)
}

/// The page says that the object is refused. A denial counts only for the policy that is meant.
pub(super) fn denied(admission: &Admission<'_>, subject: Subject<'_, '_>) -> Outcome {
    let denials: Vec<&Answer> = admission.denials().collect();
    let own: Vec<&Answer> = denials.iter().copied().filter(|answer| subject.is(answer)).collect();
    if let Some(first) = own.first() {
        let words = format!("denied by {}", names(&own));
        let verdict = Verdict::Verified(caveats(&denials, subject, first));
        return decided(verdict, words, &own);
    }
    let errors: Vec<&Answer> = admission.errors().filter(|answer| subject.is(answer)).collect();
    if let Some(first) = errors.first() {
        let mut known = caveats(&denials, subject, first);
        known.insert(0, Qualifier::ByError);
        return decided(Verdict::Verified(known), format!("refused by {}", names(&errors)), &errors);
    }
    if let Some(open) = admission.undecided().find(|answer| subject.is(answer)) {
        return undecided(open);
    }
    let others: Vec<&Answer> = denials.iter().copied().filter(|answer| !subject.is(answer)).collect();
    decided(Verdict::Contradicted, why_admitted(admission, subject, &others), &others)
}

/// The page says that the object is admitted, by everyone or by the policy that it names.
pub(super) fn admitted(admission: &Admission<'_>, subject: Subject<'_, '_>) -> Outcome {
    let denials: Vec<&Answer> = admission.denials().filter(|answer| subject.is(answer)).collect();
    if !denials.is_empty() {
        let words = format!("denied by {}", names(&denials));
        return decided(Verdict::Contradicted, words, &denials);
    }
    let errors: Vec<&Answer> = admission.errors().filter(|answer| subject.is(answer)).collect();
    if !errors.is_empty() {
        let words = format!("refused by {}, which ends in an error", names(&errors));
        return decided(Verdict::Contradicted, words, &errors);
    }
    if let Some(open) = admission.undecided().find(|answer| subject.is(answer)) {
        return undecided(open);
    }
    let asked: Vec<&Answer> = admission.answers.iter().filter(|answer| subject.is(answer)).collect();
    let vacuous = asked.iter().all(|answer| answer.response.status == Status::Skip);
    let mut qualifiers = if vacuous { vec![Qualifier::Vacuous] } else { Vec::new() };
    let all: Vec<&Answer> = admission.denials().collect();
    let others = subject.policy().map_or_else(Vec::new, |meant| others(&all, meant));
    qualifiers.extend((!others.is_empty()).then_some(Qualifier::Overruled(others)));
    qualifiers.extend(matches!(subject, Subject::Meant(_)).then_some(Qualifier::Soft));
    let words = match subject.policy() {
        Some(_) => format!("admitted by {}", subject.name()),
        None => "admitted by all policies".to_string(),
    };
    let passed = asked.iter().filter(|answer| answer.response.status == Status::Pass);
    let fact = |answer: &&Answer| Fact { label: answer.name(), value: Some("passes".to_string()) };
    Outcome { details: passed.map(fact).collect(), ..Outcome::new(Verdict::Verified(qualifiers), words) }
}

/// The page says that the object is admitted, and reported.
pub(super) fn reported(admission: &Admission<'_>, subject: Subject<'_, '_>) -> Outcome {
    let denials: Vec<&Answer> = admission.denials().collect();
    if !denials.is_empty() {
        let words = format!("denied by {}", names(&denials));
        return decided(Verdict::Contradicted, words, &denials);
    }
    let own: Vec<&Answer> = admission.reports().filter(|answer| subject.is(answer)).collect();
    if !own.is_empty() {
        let soft = matches!(subject, Subject::Meant(_)).then_some(Qualifier::Soft);
        let words = format!("reported by {}", names(&own));
        return decided(Verdict::Verified(soft.into_iter().collect()), words, &own);
    }
    match admission.undecided().find(|answer| subject.is(answer)) {
        Some(open) => undecided(open),
        None => {
            let words = format!("{} reports nothing about it", subject.name());
            Outcome::new(Verdict::Contradicted, words)
        }
    }
}

fn undecided(answer: &Answer<'_>) -> Outcome {
    let reason = match &answer.response.unsupported {
        Some(feature) => Reason::UnsupportedFeature(feature.clone()),
        None => Reason::EvaluationError(answer.response.message.clone()),
    };
    let words = reason.words();
    decided(Verdict::NotCheckable(reason), words, &[answer])
}

/// What a reader must know of a denial: who else denies, and that the policy was only guessed by its words.
fn caveats(denials: &[&Answer<'_>], subject: Subject<'_, '_>, first: &Answer<'_>) -> Vec<Qualifier> {
    let others = others(denials, subject.policy().unwrap_or(first.entry));
    let mut qualifiers = if others.is_empty() { Vec::new() } else { vec![Qualifier::NotIsolated(others)] };
    qualifiers.extend(matches!(subject, Subject::Meant(_) | Subject::Anyone).then_some(Qualifier::Soft));
    qualifiers
}

/// The policies beside the one that is meant that deny it.
fn others(denials: &[&Answer<'_>], meant: Candidate<'_>) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for answer in denials.iter().filter(|answer| !answer.entry.is(&meant)) {
        if !others.contains(&answer.response.policy) {
            others.push(answer.response.policy.clone());
        }
    }
    others
}

/// Why the policy that is meant does not refuse the object, and who does instead.
fn why_admitted(admission: &Admission<'_>, subject: Subject<'_, '_>, others: &[&Answer<'_>]) -> String {
    let own: Vec<&Answer> = admission.answers.iter().filter(|answer| subject.is(answer)).collect();
    let why = match subject.policy() {
        None => "no policy in force denies it".to_string(),
        Some(_) => {
            let name = subject.name();
            if own.iter().any(|answer| answer.fails() && answer.action != Action::Enforce) {
                format!("{name} only reports it (Audit)")
            } else if own.is_empty() {
                format!("no rule of {name} matches it")
            } else {
                format!("{name} admits it")
            }
        }
    };
    match others.is_empty() {
        true => why,
        false => format!("{why}; it is denied by {}", names(others)),
    }
}

fn names(answers: &[&Answer<'_>]) -> String {
    answers.iter().map(|answer| answer.name()).collect::<Vec<_>>().join(" and ")
}

/// A verdict that rests on these answers, the first of them above all.
fn decided(verdict: Verdict, words: String, answers: &[&Answer<'_>]) -> Outcome {
    let first = answers.first().map(|answer| &answer.response);
    let evidence = Evidence {
        policy: first.map(|response| response.policy.clone()),
        rule: first.map(|response| response.rule.clone()).filter(|rule| !rule.is_empty()),
        message: first.map(|response| response.message.clone()).filter(|message| !message.is_empty()),
        messages: answers.iter().map(|answer| answer.response.message.clone()).collect(),
        ..Evidence::default()
    };
    Outcome { details: facts(answers), evidence, ..Outcome::new(verdict, words) }
}

/// What the webhook would print, and the field that decided.
fn facts(answers: &[&Answer<'_>]) -> Vec<Fact> {
    let facts = |answer: &&Answer| {
        let message = Fact { label: answer.name(), value: Some(answer.response.message.clone()) };
        let path = answer.response.path.as_ref().filter(|path| !path.is_empty());
        [Some(message), path.map(|path| Fact { label: "Field".to_string(), value: Some(path.clone()) })]
    };
    answers.iter().flat_map(facts).flatten().collect()
}
