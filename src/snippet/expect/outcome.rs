//! Outcomes: who is denied or admitted, by whom, and when.

use super::words::{Word, words};
use super::{Class, Outcome, Reference};

/// Participles and active forms of a denial.
const DENIED: &[&str] = &[
    "denied",
    "denies",
    "deny",
    "blocked",
    "blocks",
    "block",
    "rejected",
    "rejects",
    "reject",
    "refused",
    "refuses",
    "forbidden",
    "prevented",
    "disallowed",
];
const FAILS: &[&str] = &["fail", "fails", "failed"];
const ADMITTED: &[&str] = &["allowed", "admitted", "accepted", "permitted"];
const PASSES: &[&str] =
    &["pass", "passes", "passed", "succeed", "succeeds", "succeeded", "success", "successful"];
/// What a page says of an object that it sends: with another subject it may tell what a policy generates.
const CREATED: &[&str] = &["created", "deployed"];
const REPORTED: &[&str] = &["reported", "audited", "warned"];
const MUTATED: &[&str] = &["mutated", "patched"];
const ERROR: &[&str] = &["error", "errors"];
const ACTIVE: &[&str] = &["denies", "deny", "blocks", "block", "rejects", "reject", "refuses"];
const NEGATIONS: &[&str] =
    &["not", "never", "cannot", "can't", "don't", "doesn't", "won't", "shouldn't", "isn't", "aren't", "no"];
/// Words that name what has to happen first.
const BEFOREHAND: &[&str] = &["after", "once", "unless", "until", "only"];
/// Words that say more of the case.
const NOTES: &[&str] = &["if", "when", "because", "without", "for", "in", "on", "since", "due", "as", "at"];
/// What a page calls the admission as a whole.
const ANYONE: &[&str] = &[
    "webhook",
    "admission",
    "kyverno",
    "admission controller",
    "admission control",
    "api server",
    "policy",
    "policies",
    "cluster",
    "server",
    "kubernetes",
    "kyverno policy",
    "kyverno policies",
    "admission policy",
];
/// What an object passes or fails when it is admitted or denied; other things that fail are none of a policy's.
const CHECKS: &[&str] = &[
    "validation",
    "admission",
    "policy",
    "policies",
    "check",
    "checks",
    "verification",
    "creation",
    "all",
    "the",
];

/// The first word that names an outcome.
pub(super) fn position(words: &[Word]) -> Option<usize> {
    let known = [DENIED, FAILS, ADMITTED, PASSES, CREATED, REPORTED, MUTATED].concat();
    let first = words.first().filter(|first| first.is(ERROR)).map(|_| 0);
    words.iter().position(|word| word.is(&known)).or(first)
}

/// `… is rejected`, `… will fail if …`: a sentence of its own that names an outcome with its helping verb.
pub(super) fn sentence(text: &str) -> Option<Class> {
    let words = words(text);
    let at = position(&words)?;
    let before = words[at.checked_sub(1)?];
    let helped = match () {
        () if words[at].is(DENIED) || words[at].is(ADMITTED) || words[at].is(CREATED) => {
            before.is(&["is", "are", "be", "gets", "get", "not"])
        }
        () => before.is(&["will", "must", "should", "not"]) || (before.is(&["to"]) && expected(&words[..at])),
    };
    let question = words[0].is(&["check", "verify", "ensure", "if", "whether", "see", "confirm"])
        && words[..at].iter().any(|word| word.is(&["if", "whether"]));
    (helped && !question && closes(&words, at)).then(|| decided(text, &words, at)).flatten()
}

/// `denied by …`, `allowed`, `blocked: no limits`: an outcome with nothing before it.
pub(super) fn bare(text: &str) -> Option<Class> {
    let words = words(text);
    let verb = words.first()?;
    let participle = [DENIED, FAILS, ADMITTED, PASSES].iter().any(|known| verb.is(known)) && !verb.is(ACTIVE);
    (participle && closes(&words, 0)).then(|| decided(text, &words, 0)).flatten()
}

/// `is expected to fail`
fn expected(before: &[Word]) -> bool {
    before.iter().rev().nth(1).is_some_and(|word| word.is(&["expected"]))
}

/// Is the outcome followed by nothing, by a mark, or by words that say more of it?
fn closes(words: &[Word], at: usize) -> bool {
    let ends = words[at].ends_part;
    ends || words.get(at + 1).is_none_or(is_joint)
}

/// The outcome named by word `at`; `None` when the sentence is about something else.
pub(super) fn decided(text: &str, words: &[Word], at: usize) -> Option<Class> {
    let (verb, next) = (words[at], words.get(at + 1));
    let subject = subject(text, words, at);
    let follows = next.filter(|_| !verb.ends_part);
    let other_work = (verb.is(FAILS) || verb.is(PASSES))
        && follows.is_some_and(|next| !is_joint(next) && !next.is(CHECKS));
    let behind = &words[at + 1..];
    let either = behind.iter().any(|word| word.is(&["or"])) && position(behind).is_some();
    if other_work || either || is_turned(words, at) || (verb.is(CREATED) && subject.is_some()) {
        return None;
    }
    let negated = is_negated(words, at);
    if negated && (verb.is(REPORTED) || verb.is(MUTATED) || verb.is(ERROR)) {
        return None;
    }
    let outcome = outcome(text, words, at, subject);
    if matches!(&outcome.by, Some(Reference::Words(words)) if either_of(words)) {
        return None;
    }
    let denied = verb.is(DENIED) || verb.is(FAILS) || verb.is(ERROR);
    Some(match () {
        () if verb.is(REPORTED) => Class::Reported(outcome),
        () if verb.is(MUTATED) => Class::Mutated(outcome),
        () if denied != negated => Class::Denied(outcome),
        () => Class::Admitted(outcome),
    })
}

/// "does not rule out root is refused": a negation further off belongs to something else.
fn is_negated(words: &[Word], at: usize) -> bool {
    words[at.saturating_sub(3)..at].iter().any(|word| word.is(NEGATIONS))
}

/// Does the sentence go on to say the opposite: `denied, but allowed in audit mode`? The words of a message do not count.
fn is_turned(words: &[Word], at: usize) -> bool {
    let denies = |at: usize| match &words[at] {
        word if word.is(DENIED) || word.is(FAILS) => Some(!is_negated(words, at)),
        word if word.is(ADMITTED) || word.is(PASSES) => Some(is_negated(words, at)),
        _ => None,
    };
    let behind = (at + 1..words.len()).take_while(|at| !words[*at].is(&["with"]));
    let mut said = behind.filter_map(denies);
    denies(at).is_some_and(|own| said.any(|other| other != own))
}

fn outcome(text: &str, words: &[Word], at: usize, subject: Option<String>) -> Outcome {
    let verb = words[at];
    let mut outcome = rest(text, words, at + 1);
    if verb.is(ERROR) {
        let said = words.get(1).map(|first| text[first.start..].trim().to_string());
        return Outcome { with: said.filter(|said| !said.is_empty()), ..Outcome::default() };
    }
    let Some(subject) = subject else { return outcome };
    let last = subject.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    let checks = ["validation", "verification", "check", "policy", "rule"].contains(&last.as_str());
    match () {
        () if verb.is(ACTIVE) && outcome.by.is_none() => outcome.by = reference(&subject),
        () if verb.is(FAILS) && checks => outcome.by = Some(Reference::Words(subject)),
        () => outcome.subject = Some(subject),
    }
    outcome
}

/// The words before the verb, helping verbs left out.
fn subject(text: &str, words: &[Word], at: usize) -> Option<String> {
    let helping = [
        "be", "is", "are", "will", "should", "must", "gets", "get", "been", "was", "to", "expected", "it",
        "this",
    ];
    let helping = |word: &&Word| !word.is(&helping) && !word.is(NEGATIONS);
    let last = words[..at].iter().rev().find(helping)?;
    let first = words.first()?;
    Some(text[first.start..last.end].trim_end_matches([',', ':', ';']).to_string())
}

/// `by …`, `with …` and a condition behind the verb.
fn rest(text: &str, words: &[Word], from: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let mut at = from;
    // `denies request`, `denies the pod`: the object of the verb says nothing more.
    while at < words.len() && !is_joint(&words[at]) {
        at += 1;
    }
    while at < words.len() {
        let word = words[at];
        let from = if word.is(&["with"]) { quoted(text, words, at + 1) } else { at + 1 };
        let next = (from..words.len()).find(|next| starts_part(&words[*next], &word)).unwrap_or(words.len());
        let content = match words.get(at + 1) {
            Some(first) if at + 1 < next => &text[first.start..words[next - 1].end],
            _ => "",
        };
        match () {
            () if word.is(&["by"]) => outcome.by = reference(content),
            () if word.is(&["with"]) => outcome.with = Some(content.to_string()),
            () if word.is(&["-", "–", "—"]) || word.bare.is_empty() => {
                outcome.note = Some(content.to_string())
            }
            () if word.is(BEFOREHAND) => {
                outcome.after = Some(text[word.start..words[next - 1].end].to_string())
            }
            () => outcome.note = Some(text[word.start..words[next - 1].end].to_string()),
        }
        at = next;
    }
    outcome.note = outcome.note.filter(|said| !said.is_empty());
    outcome
}

/// Behind which word a quotation ends that begins with word `at`, or behind what it calls it; `at` when none does.
fn quoted(text: &str, words: &[Word], at: usize) -> usize {
    let called =
        words[at..].iter().take_while(|word| word.is(&["the", "a", "an", "message", "error"])).count();
    let at = at + called;
    let written = |word: &Word| &text[word.start..word.end];
    let mark = words.get(at).and_then(|word| written(word).chars().next());
    let Some(mark) = mark.filter(|mark| "\"'`/".contains(*mark)) else { return at };
    let ends = |word: &Word| written(word).trim_end_matches(['.', ',']).ends_with(mark);
    let end = words[at..].iter().position(|word| ends(word) && word.bare.len() > 1);
    end.map_or(at, |end| at + end + 1)
}

fn is_joint(word: &Word) -> bool {
    word.is(&["by", "with", "-", "–", "—"]) || word.is(BEFOREHAND) || word.is(NOTES)
}

/// Does `word` begin a new part, after a part that `opener` began? Within `by …` only `with` and `after` do:
/// `by policy for pods in production` is one reference.
fn starts_part(word: &Word, opener: &Word) -> bool {
    match () {
        () if opener.is(&["by"]) => word.is(&["with", "after", "if", "when", "unless", "because"]),
        () if opener.is(&["with"]) => word.is(&["by"]),
        () => false,
    }
}

/// `limits-check` of `the limits-check policy`.
fn called(text: &str) -> Option<&str> {
    let bare = ["the ", "The "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text);
    let name = bare.strip_suffix(" policy")?;
    (!name.contains(' ') && (name.contains('-') || name.starts_with('`'))).then_some(name)
}

/// Several names in a row: `` `a`, `b` and c-d ``. One word among them that is no name makes a description of it.
fn each(text: &str) -> Option<Vec<Reference>> {
    let parts: Vec<&str> = text.split(", ").flat_map(|part| part.split(" and ")).collect();
    let name = |part: &&str| match reference(part.trim_start_matches("and ")) {
        Some(by @ (Reference::Named(..) | Reference::File(_))) => Some(by),
        _ => None,
    };
    (parts.len() > 1).then(|| parts.iter().map(name).collect()).flatten()
}

/// Is one of several meant, and not said which: `` by `a` or `b` ``?
fn either_of(text: &str) -> bool {
    let named = |part: &str| matches!(reference(part), Some(Reference::Named(..) | Reference::File(_)));
    text.contains(" or ") && text.split(" or ").all(named)
}

/// Who decides, in the words behind `by`; `None` when there are no words.
pub fn reference(text: &str) -> Option<Reference> {
    // What stands in brackets says more of it.
    let text = text.split(" (").next().unwrap_or(text).trim().trim_end_matches(['.', ',']);
    let text = called(text).unwrap_or(text);
    let name = text.trim_matches(['`', '"', '\'']);
    let lower = name.to_ascii_lowercase();
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./".contains(c))
    };
    let bare =
        ["the ", "a ", "an "].iter().fold(lower.as_str(), |name, article| name.trim_start_matches(article));
    match () {
        () if text.is_empty() => None,
        () if each(text).is_some() => each(text).map(Reference::Each),
        () if lower.ends_with(".yaml") || lower.ends_with(".yml") => Some(Reference::File(name.to_string())),
        () if ["all policies", "every policy", "all rules"].contains(&lower.as_str()) => Some(Reference::All),
        () if ANYONE.contains(&bare) || lower.ends_with("admission webhook") => Some(Reference::Webhook),
        () if is_name(name) && (name.contains(['-', '/']) || text.starts_with('`')) => {
            let (policy, rule) =
                name.split_once('/').map_or((name, None), |(policy, rule)| (policy, Some(rule)));
            Some(Reference::Named(policy.to_string(), rule.map(str::to_string)))
        }
        () => Some(Reference::Words(name.to_string())),
    }
}
