//! `validate.cel`: CEL in a rule of a ClusterPolicy or Policy.

use super::expressions::{Declared, compile, compile_bool, conditions, holds, text};
use super::{parameters, world};
use crate::kube::Resource;
use crate::policy::cel::{Environment, Type, Value as Cel, Variables};
use crate::policy::response::{Status, Verdict};
use crate::policy::scope::Scope;
use crate::policy::trace::Step;
use serde_json::Value;

/// What a rule with `validate.cel` says: under each of its parameters, of which the first that does not pass decides.
/// Everything that goes wrong in its expressions denies.
pub(crate) fn rule(rule: &Value, scope: &Scope) -> Verdict {
    let found = match parameters::of_rule(&rule["validate"]["cel"], scope.request) {
        Ok(found) => found,
        Err(trouble) => return trouble.verdict(),
    };
    let name = rule["name"].as_str().unwrap_or_default();
    let mut verdicts = found.into_iter().map(|parameter| match parameter {
        Some(resource) => under(resource, rule, scope),
        None => said(rule, scope, None),
    });
    let decisive = verdicts.find(|verdict| verdict.status != Status::Pass);
    decisive.unwrap_or_else(|| Verdict::pass(format!("Validation rule '{name}' passed.")))
}

/// It is not known whether the whole numbers of a parameter are integers or doubles to Kyverno: decided is what both
/// readings say.
fn under(parameter: &Resource, rule: &Value, scope: &Scope) -> Verdict {
    let doubles = said(rule, scope, Some(Cel::from_json(&parameter.body)));
    let integers = said(rule, scope, Some(Cel::from_json_with_integers(&parameter.body)));
    match doubles == integers {
        true => doubles,
        false => Verdict::unsupported("parameters with numbers whose type decides"),
    }
}

/// What the expressions of the rule say, with `params` where there are any.
fn said(rule: &Value, scope: &Scope, params: Option<Cel>) -> Verdict {
    let body = &rule["validate"]["cel"];
    let mut environment = Environment::kubernetes();
    let mut variables = world::kubernetes(scope.request);
    if let Some(params) = params {
        environment = environment.with("params", Type::Dyn);
        variables.set("params", params);
    }
    match conditions(&rule["celPreconditions"], &environment, &variables) {
        Ok(true) => {}
        Ok(false) => return Verdict::skip("cel preconditions not met"),
        Err(trouble) if trouble.unsupported.is_some() => return trouble.verdict(),
        Err(trouble) => {
            let shown = rule["celPreconditions"][0]["expression"].as_str().unwrap_or_default();
            return Verdict::fail(format!("expression '{shown}' resulted in error: {}", trouble.message));
        }
    }
    let declared = match Declared::read(&body["variables"], environment) {
        Ok(declared) => declared,
        Err(trouble) => return Verdict::fail(format!("compilation error: {}", trouble.message)),
    };
    declared.define(&mut variables);
    for (index, validation) in body["expressions"].as_array().into_iter().flatten().enumerate() {
        let path = format!("validate/cel/expressions/{index}/expression/");
        let stated = [&validation["message"], &rule["validate"]["message"]];
        let denied = denial(validation, stated, &declared, &variables);
        scope.request.trace.note(|| Step::Expression {
            path: path.clone(),
            text: validation["expression"].as_str().unwrap_or_default().to_string(),
            holds: match &denied {
                Some(verdict) if verdict.unsupported.is_some() => Err(verdict.message.clone()),
                denied => Ok(denied.is_none()),
            },
        });
        if let Some(verdict) = denied {
            return verdict.by(path);
        }
    }
    Verdict::pass("")
}

/// Why a validation denies, if it does: in its own words, or else in those that are `stated`.
fn denial(
    validation: &Value,
    stated: [&Value; 2],
    declared: &Declared,
    variables: &Variables,
) -> Option<Verdict> {
    let expression = validation["expression"].as_str().unwrap_or_default();
    let program = match compile_bool(&validation["expression"], &declared.environment) {
        Ok(program) => program,
        Err(trouble) => return Some(Verdict::fail(format!("compilation error: {}", trouble.message))),
    };
    match holds(&program, variables) {
        Ok(true) => None,
        Ok(false) => {
            let own = validation
                .get("messageExpression")
                .and_then(|own| text(&compile(own, &declared.environment).ok()?, variables));
            let mut stated = stated.into_iter().filter_map(Value::as_str).map(str::trim);
            let message = own.or_else(|| stated.find(|text| !text.is_empty()).map(str::to_string));
            Some(Verdict::fail(
                message.unwrap_or_else(|| format!("failed expression: {}", expression.trim())),
            ))
        }
        Err(trouble) if trouble.unsupported.is_some() => Some(trouble.verdict()),
        Err(trouble) => {
            Some(Verdict::fail(format!("expression '{expression}' resulted in error: {}", trouble.message)))
        }
    }
}
