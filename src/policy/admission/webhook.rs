//! `webhookConfiguration.matchConditions`: requests that the policies with rules are not asked about at all.

use super::expressions::{compile_bool, holds};
use super::world;
use crate::policy::cel::Environment;
use crate::policy::model::Policy;
use crate::policy::request::Request;
use crate::policy::trace::Step;
use crate::policy::trouble::Trouble;

/// Is `policy` asked about the request: do all its conditions hold?
///
/// # Errors
/// A condition that has no value: a webhook and the command line need not treat it alike.
pub(crate) fn admits(policy: &Policy, request: &Request) -> Result<bool, Trouble> {
    let conditions = &policy.spec()["webhookConfiguration"]["matchConditions"];
    let conditions = conditions.as_array().map(Vec::as_slice).unwrap_or_default();
    if conditions.is_empty() {
        return Ok(true);
    }
    let (environment, variables) = (Environment::kubernetes(), world::kubernetes(request));
    for (index, condition) in conditions.iter().enumerate() {
        let program = compile_bool(&condition["expression"], &environment);
        let found = program.and_then(|program| holds(&program, &variables));
        request.trace.note(|| Step::Expression {
            path: format!("webhookConfiguration/matchConditions/{index}/expression/"),
            text: condition["expression"].as_str().unwrap_or_default().to_string(),
            holds: found.clone().map_err(|trouble| trouble.message),
        });
        match found {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(trouble) => {
                let feature = format!("match conditions without a value ({})", trouble.message);
                return Err(Trouble::unsupported(trouble.unsupported.unwrap_or(feature)));
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use crate::kube::read;
    use crate::policy::{Context, Policy, Status, evaluate, matching_rules};

    fn said(condition: &str) -> (Vec<Status>, usize) {
        let text = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  webhookConfiguration: {{matchConditions: [{{name: a, expression: \"{condition}\"}}]}}\n  rules:\n  - {{name: m, match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, mutate: {{patchStrategicMerge: {{metadata: {{labels: {{a: b}}}}}}}}}}\n  - {{name: r, match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, validate: {{deny: {{}}}}}}\n"
        );
        let policy = Policy::load(&read(&text).0.remove(0)).unwrap();
        let pod = read("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n").0.remove(0);
        let context = Context::default();
        let said = evaluate(&[&policy], &pod, &context);
        (said.iter().map(|one| one.status).collect(), matching_rules(&policy, &pod, &context).len())
    }

    #[test]
    fn a_policy_that_is_not_asked_says_nothing() {
        assert_eq!(said("object.metadata.name == 'web'"), (vec![Status::Pass, Status::Fail], 2));
        assert_eq!(said("request.operation == 'DELETE'"), (vec![], 0));
        assert_eq!(said("object.spec.nope == 1").0, [Status::Error]);
    }
}
