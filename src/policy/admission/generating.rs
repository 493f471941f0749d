//! GeneratingPolicy: the objects that it makes.

use super::expressions::{Declared, compile, conditions, trouble};
use super::validating::excused;
use super::{constraints, world};
use crate::policy::cel::Environment;
use crate::policy::model::Policy;
use crate::policy::request::Request;
use crate::policy::response::Verdict;
use crate::policy::trouble::Trouble;

/// What a GeneratingPolicy says, with the objects that `generator.Apply` was given; `None` when it does not match or its
/// conditions do not hold.
pub(super) fn policy(policy: &Policy, request: &Request) -> Option<Verdict> {
    let own = policy.namespace.as_ref().is_none_or(|namespace| *namespace == request.subject.namespace);
    if !own || !constraints::fit(&policy.spec()["matchConstraints"], request) {
        return None;
    }
    generated(policy, request).unwrap_or_else(|trouble| Some(trouble.verdict()))
}

fn generated(policy: &Policy, request: &Request) -> Result<Option<Verdict>, Trouble> {
    let spec = policy.spec();
    let environment = Environment::kyverno().with_mixed_literals();
    let mut variables = world::kyverno(request);
    if !conditions(&spec["matchConditions"], &environment, &variables)? {
        return Ok(None);
    }
    if let Some(verdict) = excused(policy, request, &mut variables)? {
        return Ok(Some(verdict));
    }
    let declared = Declared::read(&spec["variables"], environment)?;
    declared.define(&mut variables);
    for item in spec["generate"].as_array().into_iter().flatten() {
        compile(&item["expression"], &declared.environment)?.evaluate(&variables).map_err(trouble)?;
    }
    Ok(Some(Verdict { generated: variables.generated(), ..Verdict::pass("policy evaluated successfully") }))
}
