//! Conditions: `any` and `all` lists of key, operator and value, as in preconditions and deny rules.

mod operator;

use super::scope::Scope;
use super::trace::Step;
use super::trouble::Trouble;
use super::variables;
use serde_json::Value;

/// Do the conditions hold? With the messages of those that decided.
///
/// # Errors
/// A variable without a value, an unknown operator, or a comparison that crashes Kyverno.
pub(crate) fn hold(conditions: &Value, scope: &mut Scope) -> Result<(bool, String), Trouble> {
    let section = scope.section.clone();
    hold_at(conditions, scope, &section)
}

/// The same for conditions that stand at `path` in their rule.
fn hold_at(conditions: &Value, scope: &mut Scope, path: &str) -> Result<(bool, String), Trouble> {
    if let Value::Array(all) = conditions {
        // The old style: a plain list, all of which must hold.
        let nested = all.iter().any(|one| one.get("any").is_some() || one.get("all").is_some());
        return match nested {
            true => every(all, scope, hold_at, path),
            false => every(all, scope, holds, path),
        };
    }
    let (mut result, mut message) = (true, String::new());
    if let Some(any) = conditions["any"].as_array() {
        (result, message) = some(any, scope, &format!("{path}any/"))?;
    }
    if let Some(all) = conditions["all"].as_array() {
        let (all_hold, more) = every(all, scope, holds, &format!("{path}all/"))?;
        result &= all_hold;
        message = join(&message, &more);
    }
    Ok((result, message))
}

fn some(conditions: &[Value], scope: &mut Scope, path: &str) -> Result<(bool, String), Trouble> {
    let mut unmet = String::new();
    for (index, condition) in conditions.iter().enumerate() {
        let path = format!("{path}{index}/");
        let (met, message) = holds(condition, scope, &path)?;
        if met {
            scope.decided = Some((path, key_of(condition)));
            return Ok((true, message));
        }
        unmet = join(&unmet, &message);
    }
    Ok((false, unmet))
}

type Test<'t> = fn(&'t Value, &mut Scope, &str) -> Result<(bool, String), Trouble>;

fn every<'t>(
    conditions: &'t [Value],
    scope: &mut Scope,
    test: Test<'t>,
    path: &str,
) -> Result<(bool, String), Trouble> {
    let mut messages = String::new();
    for (index, condition) in conditions.iter().enumerate() {
        let path = format!("{path}{index}/");
        let (met, message) = test(condition, scope, &path)?;
        if !met {
            scope.decided = Some((path, key_of(condition)));
            return Ok((false, message));
        }
        messages = join(&messages, &message);
        scope.decided.get_or_insert_with(|| (path, key_of(condition)));
    }
    Ok((true, messages))
}

fn key_of(condition: &Value) -> String {
    condition["key"].as_str().unwrap_or_default().to_string()
}

/// Two messages, or the one that there is.
pub(crate) fn join(one: &str, other: &str) -> String {
    match (one, other) {
        ("", other) => other.to_string(),
        (one, "") => one.to_string(),
        (one, other) => format!("{one}; {other}"),
    }
}

fn holds(condition: &Value, scope: &mut Scope, path: &str) -> Result<(bool, String), Trouble> {
    let mut side = |name: &str| {
        let value = variables::substitute(&condition[name], scope);
        value.map_err(|trouble| {
            trouble.while_doing(format!("failed to substitute variables in condition {name}"))
        })
    };
    let (key, value) = (side("key")?, side("value")?);
    let message = match condition["message"].as_str() {
        Some(text) => variables::substitute(&text.into(), scope)?.as_str().unwrap_or_default().to_string(),
        None => String::new(),
    };
    let operator = condition["operator"].as_str().unwrap_or_default();
    let met = operator::holds(operator, &key, &value)?;
    scope.request.trace.note(|| Step::Condition {
        path: path.to_string(),
        key,
        operator: operator.to_string(),
        value,
        met,
    });
    Ok((met, message))
}

/// Is this the name of an operator, written as Kyverno writes it?
pub(crate) fn is_operator(name: &str) -> bool {
    operator::is_known(name)
}
