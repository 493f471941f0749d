//! One claim put to the policies in force, for each object that its command submits.

use super::admission::Admission;
use super::candidate::Candidate;
use super::decide::{self, Subject};
use super::objects::{self, At};
use super::scope::{InForce, PageScope};
use super::state;
use super::verdict::{Outcome, Qualifier, Reason, Verdict};
use super::witness;
use crate::kube::Resource;
use crate::policy::Context;
use crate::snippet::expect::Class;

/// A claim and all that its verdict rests on but the object.
pub(super) struct Question<'q, 'a> {
    /// The policies that are asked.
    pub in_force: &'q InForce<'a>,
    /// The one that the claim means.
    pub subject: Subject<'a, 'q>,
    /// What is claimed.
    pub class: &'q Class,
    /// What is known about the request.
    pub context: &'q Context,
    /// The command.
    pub at: At<'a>,
    /// Its page.
    pub page: &'q PageScope<'a>,
}

impl Question<'_, '_> {
    /// What becomes of the claim for this object.
    pub fn answer(&self, resource: &Resource) -> Outcome {
        let mut outcome = self.decided(resource);
        outcome.evidence.object = Some(objects::told(resource));
        outcome
    }

    fn decided(&self, resource: &Resource) -> Outcome {
        let outcome = self.ask(resource, self.context);
        if matches!(outcome.verdict, Verdict::NotCheckable(_) | Verdict::Invalid) {
            return outcome;
        }
        self.standing(resource, outcome).unwrap_or_else(Outcome::not_checkable)
    }

    /// The outcome with what it takes on trust.
    ///
    /// # Errors
    /// Why it depends on something that nobody tells.
    fn standing(&self, resource: &Resource, mut outcome: Outcome) -> Result<Outcome, Reason> {
        let asked = self.asked();
        let open = self.excepted(resource, &outcome);
        let open = open.or_else(|| state::open(&asked, resource, self.context));
        if let Some(reason) = open.or_else(|| self.lacking(&outcome)) {
            return Err(reason);
        }
        outcome.details.extend(self.page.standing(asked, self.at)?);
        Ok(outcome)
    }

    fn ask(&self, resource: &Resource, context: &Context) -> Outcome {
        let admission = Admission::of(&self.in_force.policies, resource, context);
        match self.class {
            Class::Denied(_) => self.proving(decide::denied(&admission, self.subject), &admission),
            Class::Reported(_) => decide::reported(&admission, self.subject),
            _ => decide::admitted(&admission, self.subject),
        }
    }

    /// The outcome with what must be known of a denial by rules of which one denies whatever it is asked.
    fn proving(&self, mut outcome: Outcome, admission: &Admission<'_>) -> Outcome {
        let Verdict::Verified(caveats) = &mut outcome.verdict else { return outcome };
        let mut own = admission.denials().filter(|answer| self.subject.is(answer));
        if own.any(|answer| witness::denies_all(answer.entry, &answer.response.rule, self.page)) {
            caveats.insert(0, Qualifier::DeniesAll);
        }
        outcome
    }

    /// Where a verdict depends on an exception that may be in force as well, nobody can tell.
    fn excepted(&self, resource: &Resource, outcome: &Outcome) -> Option<Reason> {
        if self.in_force.exceptions.is_empty() {
            return None;
        }
        let exceptions = self.in_force.exceptions.iter().map(|one| (*one).clone()).collect();
        let other = self.ask(resource, &Context { exceptions, ..self.context.clone() });
        let same = std::mem::discriminant(&other.verdict) == std::mem::discriminant(&outcome.verdict);
        (!same).then(|| Reason::StateUnknown("as an exception may be in force".to_string()))
    }

    /// The policies that the verdict rests on.
    fn asked(&self) -> Vec<Candidate<'_>> {
        let own = |one: &Candidate| self.subject.policy().is_none_or(|policy| policy.is(one));
        self.in_force.policies.iter().copied().filter(own).collect()
    }

    /// Why the verdict could turn if all policies in force could be asked. One more policy can only add a denial, so
    /// a denial stands, and so does what one policy alone was asked.
    fn lacking(&self, outcome: &Outcome) -> Option<Reason> {
        let denied = match self.class {
            Class::Denied(_) => matches!(outcome.verdict, Verdict::Verified(_)),
            Class::Admitted(_) => outcome.verdict == Verdict::Contradicted,
            _ => false,
        };
        if denied || self.subject.policy().is_some() {
            return None;
        }
        let refused = (!self.in_force.refused.is_empty()).then_some(Reason::PolicyRefused);
        self.in_force.open.clone().or(refused)
    }

    /// The outcome for a command that kubectl refuses for these reasons. It sends nothing: its object tells nothing
    /// of a denial, and only a denial tells that it would not have been admitted either.
    pub fn reached(&self, outcome: Outcome, refused: &[String]) -> Outcome {
        let stands = match outcome.verdict {
            Verdict::NotCheckable(_) | Verdict::Invalid => true,
            Verdict::Contradicted => matches!(self.class, Class::Admitted(_)),
            Verdict::Verified(_) => false,
        };
        match refused.first() {
            Some(why) if !stands => Outcome::not_checkable(Reason::CommandRefused(why.clone())),
            _ => outcome,
        }
    }
}
