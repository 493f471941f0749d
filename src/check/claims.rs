//! From what a page says to verdicts: the claims of its snippets, decided one by one.

use super::admission::Admission;
use super::bind;
use super::candidate::Candidate;
use super::decide::{self, Subject};
use super::expressions;
use super::findings;
use super::group::{Group, groups, said};
use super::objects::{self, At};
use super::question::Question;
use super::scope::{InForce, PageScope};
use super::state;
use super::verdict::{Outcome, Qualifier, Reason, Verdict};
use super::{message, proof, recorded};
use crate::diag::Diagnostic;
use crate::kube::Resource;
use crate::snippet::expect::{Class, Marker, Reference};
use crate::snippet::kubectl::{Effect, EffectKind};
use crate::snippet::{Claim, Origin, Step};
use crate::source::Span;

/// A claim with what became of it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The index of its fence in the document; `None` outside of fences.
    pub fence: Option<usize>,
    /// The index of its command among the steps of the block; `None`: the block as a whole.
    pub step: Option<usize>,
    /// The words of the page.
    pub claim: String,
    /// Where they stand.
    pub span: Span,
    /// What is claimed, in a word.
    pub class: &'static str,
    /// Where the page says it, with these words and others that say the same.
    pub places: Vec<Place>,
    /// The verdict and its evidence.
    pub outcome: Outcome,
}

/// Words of a page that claim something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where they stand.
    pub span: Span,
    /// The words.
    pub text: String,
}

/// Decide the claims of one page. Sentences that say the same about the same command are one claim.
pub(super) fn of_page(page: &PageScope<'_>) -> (Vec<Decided>, Vec<Diagnostic>) {
    let (mut decided, mut diagnostics) = (Vec::new(), Vec::new());
    for (at, snippet) in page.snippets.iter().enumerate() {
        for group in groups(&snippet.claims) {
            let Some(verdict) = page.decide(at, &group) else { continue };
            let claim = group.main();
            let one = Decided {
                fence: Some(snippet.fence),
                step: claim.step,
                claim: claim.text.clone(),
                class: claim.class.word(),
                span: claim.span,
                places: group.places(),
                outcome: verdict.outcome,
            };
            let unknown = verdict.unknown.iter();
            diagnostics.extend(unknown.map(|name| findings::unknown_policy(name, claim.span, page.library)));
            diagnostics.extend(findings::of_claim(&one, &claim.class, verdict.policy));
            decided.push(one);
        }
    }
    (decided, diagnostics)
}

/// What became of a claim, before it is told.
struct Decision<'a> {
    outcome: Outcome,
    /// The policy that it is about.
    policy: Option<Candidate<'a>>,
    /// Names that lead to no policy.
    unknown: Vec<String>,
}

impl From<Outcome> for Decision<'_> {
    fn from(outcome: Outcome) -> Self {
        Decision { outcome, policy: None, unknown: Vec::new() }
    }
}

impl From<Reason> for Decision<'_> {
    fn from(reason: Reason) -> Self {
        Outcome::not_checkable(reason).into()
    }
}

impl<'a> PageScope<'a> {
    /// The verdict; `None` for prose that nobody would take for a promise.
    fn decide(&self, at: usize, group: &Group<'_>) -> Option<Decision<'a>> {
        let (snippet, claim) = (&self.snippets[at], group.main());
        if let Some(reason) = &snippet.settings.unchecked {
            return Some(Reason::SwitchedOff(reason.clone()).into());
        }
        if let Some(engine) = snippet.settings.engine.as_ref().filter(|engine| *engine != "embedded") {
            return Some(Reason::EngineMissing(engine.clone()).into());
        }
        let (at, step) = self.command(at, claim);
        let step = step.and_then(|step| Some((step, self.snippets[at].steps.get(step)?)));
        if let Some(query) = step.and_then(|(_, step)| step.query.as_ref()) {
            let decided = expressions::decide(query, &claim.class);
            let open = |outcome: &Outcome| matches!(outcome.verdict, Verdict::NotCheckable(_));
            let recorded =
                decided.as_ref().is_none_or(open).then(|| recorded::decide(self, at, claim)).flatten();
            return recorded.or(decided).map(Decision::from);
        }
        let manifest = objects::of_manifest(snippet).filter(|_| claim.origin == Origin::Directive);
        let effect = step.and_then(|(index, step)| Some((index, objects::submitting(step)?)));
        let effect = effect.or(manifest.as_ref().map(|effect| (0, effect)));
        let Some(said) = said(&claim.class) else {
            if let Some(outcome) = recorded::decide(self, at, claim) {
                return Some(outcome.into());
            }
            return reason_for(claim, effect?.1).map(Decision::from);
        };
        let mut decision = match (said.after.clone().or_else(|| supposed(group)), effect) {
            (Some(condition), _) => Reason::Condition(condition).into(),
            (None, None) => Reason::NoObject.into(),
            (None, Some((step, effect))) => {
                let at = At { snippets: self.snippets, snippet: at, step };
                let decided = |effect| self.admission(at, effect, group).unwrap_or_else(Decision::from);
                let all = self.snippets[at.snippet].steps.get(step).map(|step| objects::asking(step, at));
                let all = all.into_iter().flatten().map(decided);
                all.min_by_key(|one| rank(&claim.class, &one.outcome)).unwrap_or_else(|| decided(effect))
            }
        };
        self.in_force(at).tell(&mut decision.outcome.evidence);
        Some(decision)
    }

    /// The block and the command in it that a claim is about: the one whose output the block shows, when it says so.
    fn command(&self, at: usize, claim: &Claim) -> (usize, Option<usize>) {
        let printed = self.snippets[at].settings.output_of.as_deref().filter(|_| claim.step.is_none());
        let block = printed.and_then(|id| self.snippets.iter().position(|one| one.own_id() == id));
        let Some(block) = block else { return (at, claim.step) };
        let talks = |step: &Step| objects::submitting(step).is_some_and(|effect| effect.kind.is_kubernetes());
        (block, self.snippets[block].steps.iter().rposition(talks))
    }

    /// The verdict on an admission, or why there is none.
    fn admission(&self, at: At<'a>, effect: &Effect, group: &Group<'_>) -> Result<Decision<'a>, Reason> {
        let request = state::request(effect, at, self.fixtures(at.snippet))?;
        let mut in_force = self.in_force(at.snippet);
        if in_force.is_empty() && in_force.unknown.is_empty() && group.named().is_none() {
            return Err(Reason::NoPolicy);
        }
        let subjects = match self.subjects(&in_force, group) {
            Ok(subjects) => subjects,
            Err(Unbound::Open(reason)) => return Err(reason),
            Err(Unbound::Unknown(name)) => return Ok(unknown(name)),
        };
        if let Some(name) = in_force.unknown.first() {
            return Ok(unknown(name.clone()));
        }
        for named in subjects.iter().filter_map(|subject| subject.policy()) {
            if !in_force.policies.iter().any(|one| one.is(&named)) {
                in_force.policies.push(named);
            }
        }
        let context = &request.context;
        // An object that breaks a rule already may be changed all the same, as the rule's settings have it.
        let breaks =
            |old: &Resource| Admission::of(&in_force.policies, old, context).denials().next().is_some();
        if request.before.iter().any(breaks) {
            return Err(Reason::NeedsState);
        }
        let class = &group.main().class;
        let of = |subject: &Subject<'a, '_>| {
            let question =
                Question { in_force: &in_force, subject: *subject, class, context, at, page: self };
            let outcomes = request.resources.iter().map(|resource| question.answer(resource));
            Some(question.reached(together(class, outcomes)?, &request.refused))
        };
        let outcomes: Option<Vec<Outcome>> = subjects.iter().map(of).collect();
        let outcome = each(outcomes.unwrap_or_default(), &subjects).ok_or(Reason::NoObject)?;
        let outcome = message::worded(outcome, self.snippets[at.snippet].settings.message.as_deref(), group);
        let policy = subjects.first().and_then(|subject| subject.policy());
        Ok(Decision { outcome: shown(outcome, &in_force), policy, unknown: Vec::new() })
    }

    /// Whom the claim means: each of several that it names.
    fn subjects<'g>(
        &self,
        in_force: &InForce<'a>,
        group: &Group<'g>,
    ) -> Result<Vec<Subject<'a, 'g>>, Unbound> {
        match group.reference() {
            Some(Reference::Each(named)) => {
                named.iter().map(|by| self.subject(in_force, group, Some(by))).collect()
            }
            by => Ok(vec![self.subject(in_force, group, by)?]),
        }
    }

    fn subject<'g>(
        &self,
        in_force: &InForce<'a>,
        group: &Group<'g>,
        by: Option<&'g Reference>,
    ) -> Result<Subject<'a, 'g>, Unbound> {
        match by {
            Some(Reference::Named(name, rule)) => match self.find(in_force, name).map_err(Unbound::Open)? {
                Some(policy) => match rule.as_deref() {
                    Some(rule) if lacks(policy, rule) => Err(Unbound::Unknown(format!("{name}/{rule}"))),
                    rule => Ok(Subject::Named(policy, rule)),
                },
                None if self.is_refused(in_force, name) => Err(Unbound::Open(Reason::PolicyRefused)),
                None if self.is_mentioned(name) => Err(Unbound::Open(Reason::NoPolicy)),
                None => Err(Unbound::Unknown(name.clone())),
            },
            Some(Reference::File(file)) => match self.find_file(in_force, file) {
                Some(policy) => Ok(Subject::Named(policy, None)),
                // A directive is written for this program: what it names must be there.
                None if group.main().origin == Origin::Directive => Err(Unbound::Unknown(file.clone())),
                None => Err(Unbound::Open(Reason::NoPolicy)),
            },
            Some(Reference::All) => Ok(Subject::Anyone),
            Some(Reference::Webhook | Reference::Words(_) | Reference::Each(_)) | None => {
                Ok(meant(in_force, group))
            }
        }
    }
}

impl<'a> Group<'a> {
    /// The name of the policy that decides, when the page says it.
    fn named(&self) -> Option<&'a Reference> {
        self.reference().filter(|by| by.is_name())
    }
}

/// Why a reference leads to no policy that can be asked.
enum Unbound {
    Unknown(String),
    Open(Reason),
}

/// Has the policy no such rule, although it has rules with names?
fn lacks(policy: Candidate<'_>, rule: &str) -> bool {
    let policy = policy.policy;
    policy.kind.has_rules() && policy.rule(rule).or_else(|| policy.rule(decide::base(rule))).is_none()
}

fn unknown<'a>(name: String) -> Decision<'a> {
    let words = format!("there is no {} `{name}`", findings::what_is_named(&name));
    Decision { unknown: vec![name], ..Outcome::new(Verdict::Invalid, words).into() }
}

/// A denial that names nobody means the policy that its words point to; an admission means all.
fn meant<'a, 'g>(in_force: &InForce<'a>, group: &Group<'_>) -> Subject<'a, 'g> {
    if matches!(group.main().class, Class::Admitted(_)) {
        return Subject::Anyone;
    }
    let texts: Vec<&str> = group.claims.iter().map(|claim| claim.text.as_str()).collect();
    bind::by_words(&in_force.policies, &texts).map_or(Subject::Anyone, Subject::Meant)
}

/// The outcome for all that a claim names: the worst. That the others deny it too is what the claim says.
fn each(outcomes: Vec<Outcome>, subjects: &[Subject<'_, '_>]) -> Option<Outcome> {
    let rank = |outcome: &Outcome| match &outcome.verdict {
        Verdict::Invalid => 0,
        Verdict::Contradicted => 1,
        Verdict::NotCheckable(_) => 2,
        Verdict::Verified(caveats) => usize::MAX - caveats.len(),
    };
    let named: Vec<&str> =
        subjects.iter().filter_map(|one| Some(one.policy()?.policy.name.as_str())).collect();
    let told = |mut outcome: Outcome| {
        if let Verdict::Verified(caveats) = &mut outcome.verdict {
            caveats.retain_mut(|caveat| match caveat {
                Qualifier::NotIsolated(others) => {
                    others.retain(|other| !named.contains(&other.as_str()));
                    !others.is_empty()
                }
                _ => true,
            });
        }
        outcome
    };
    let all: Vec<Outcome> = outcomes.into_iter().map(told).collect();
    let words: Vec<String> = all.iter().map(|outcome| outcome.words.clone()).collect();
    let details: Vec<_> = all.iter().flat_map(|outcome| outcome.details.clone()).collect();
    let messages: Vec<_> = all.iter().flat_map(|outcome| outcome.evidence.messages.clone()).collect();
    let mut worst = all.into_iter().min_by_key(rank)?;
    if matches!(worst.verdict, Verdict::Verified(_)) && words.len() > 1 {
        worst.words = words.join("; ");
        worst.details = details;
        worst.evidence.messages = messages;
    }
    Some(worst)
}

/// The outcome with the policies that were asked among its details, and what they were asked by.
fn shown(mut outcome: Outcome, in_force: &InForce<'_>) -> Outcome {
    outcome.details.push(in_force.fact());
    if !matches!(outcome.verdict, Verdict::NotCheckable(_) | Verdict::Invalid) {
        outcome.details.push(proof::decided_as());
    }
    outcome
}

/// The condition of a sentence that tells what would happen, where nothing else says that it happens here.
fn supposed(group: &Group<'_>) -> Option<String> {
    let condition = |claim: &&Claim| {
        let at = [" if ", " unless "].iter().find_map(|word| claim.text.find(word))?;
        Some(claim.text[at + 1..].trim_end_matches(')').to_string())
    };
    let conditions: Option<Vec<String>> = group.claims.iter().map(condition).collect();
    conditions?.into_iter().next()
}

/// Why an expectation about output is not decided; `None` where it is only prose.
fn reason_for(claim: &Claim, effect: &Effect) -> Option<Reason> {
    match (&claim.class, &effect.kind) {
        (Class::Prose, EffectKind::Read) if claim.marker == Some(Marker::Expected) => {
            Some(Reason::NeedsState)
        }
        (Class::Prose, _) => None,
        (_, EffectKind::Foreign(tool)) => Some(Reason::ForeignCommand(tool.clone())),
        (_, EffectKind::Kyverno(_)) => Some(Reason::ForeignCommand("the Kyverno command line".to_string())),
        (_, EffectKind::Unknown(_)) => Some(Reason::ForeignCommand("the command".to_string())),
        _ => Some(Reason::NeedsState),
    }
}

/// One outcome for several objects of one command: a denial needs one that is denied, an admission all of them. The
/// one with the fewest caveats speaks for its equals: a Service beside a Pod makes nothing vacuous.
fn together(class: &Class, outcomes: impl Iterator<Item = Outcome>) -> Option<Outcome> {
    outcomes.min_by_key(|outcome| rank(class, outcome))
}

fn rank(class: &Class, outcome: &Outcome) -> (usize, usize) {
    match (&outcome.verdict, class) {
        (Verdict::Verified(caveats), Class::Denied(_)) => (0, caveats.len()),
        (Verdict::NotCheckable(_), Class::Denied(_)) => (1, 0),
        (Verdict::Contradicted | Verdict::Invalid, _) => (2, 0),
        (Verdict::NotCheckable(_), _) => (3, 0),
        (Verdict::Verified(caveats), _) => (4, caveats.len()),
    }
}
