//! `validate.cel`: CEL in a rule of a ClusterPolicy or Policy.

use super::expressions::{Declared, compile, compile_bool, conditions, holds, text};
use super::world;
use crate::policy::cel::{Environment, Variables};
use crate::policy::response::Verdict;
use crate::policy::scope::Scope;
use crate::policy::trace::Step;
use serde_json::Value;

const NOT_NAMESPACED: &str = "error in parameterized resource: paramRef.namespace must not be provided for a \
                              cluster-scoped `paramKind`";

/// What a rule with `validate.cel` says. Everything that goes wrong in its expressions denies.
pub(crate) fn rule(rule: &Value, scope: &Scope) -> Verdict {
    let body = &rule["validate"]["cel"];
    let name = rule["name"].as_str().unwrap_or_default();
    if body["paramRef"]["namespace"].is_string() {
        // Without a cluster every kind of parameter counts as one outside of namespaces.
        return Verdict::error(NOT_NAMESPACED);
    }
    if !body["paramKind"].is_null() || !body["paramRef"].is_null() {
        return Verdict::unsupported("validate.cel with parameters");
    }
    let mut variables = world::kubernetes(scope.request);
    match conditions(&rule["celPreconditions"], &Environment::kubernetes(), &variables) {
        Ok(true) => {}
        Ok(false) => return Verdict::skip("cel preconditions not met"),
        Err(trouble) if trouble.unsupported.is_some() => return trouble.verdict(),
        Err(trouble) => {
            let shown = rule["celPreconditions"][0]["expression"].as_str().unwrap_or_default();
            return Verdict::fail(format!("expression '{shown}' resulted in error: {}", trouble.message));
        }
    }
    let declared = match Declared::read(&body["variables"], Environment::kubernetes()) {
        Ok(declared) => declared,
        Err(trouble) => return Verdict::fail(format!("compilation error: {}", trouble.message)),
    };
    declared.define(&mut variables);
    for (index, validation) in body["expressions"].as_array().into_iter().flatten().enumerate() {
        let path = format!("validate/cel/expressions/{index}/expression/");
        let denied = denial(validation, &declared, &variables);
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
    Verdict::pass(format!("Validation rule '{name}' passed."))
}

/// Why a validation denies, if it does.
fn denial(validation: &Value, declared: &Declared, variables: &Variables) -> Option<Verdict> {
    let expression = validation["expression"].as_str().unwrap_or_default().trim();
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
            let stated = validation["message"].as_str().map(str::trim).filter(|text| !text.is_empty());
            let message = own.or_else(|| stated.map(str::to_string));
            Some(Verdict::fail(message.unwrap_or_else(|| format!("failed expression: {expression}"))))
        }
        Err(trouble) if trouble.unsupported.is_some() => Some(trouble.verdict()),
        Err(trouble) => {
            Some(Verdict::fail(format!("expression '{expression}' resulted in error: {}", trouble.message)))
        }
    }
}
