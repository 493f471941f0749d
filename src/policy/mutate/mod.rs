//! Mutate rules: strategic merge patches and JSON patches, alone or for each element of a list.

pub(crate) mod json_patch;
mod merge;
mod preprocess;
mod targets;

pub(crate) use merge::apply as strategic_merge;

use super::conditions::{self, join};
use super::response::{Status, Verdict};
use super::scope::Scope;
use super::trouble::Trouble;
use super::validate::{add_element, elements};
use super::{gofmt, variables};
use crate::kube::Gvk;
use serde_json::Value;

/// What a mutate rule that matches and whose preconditions hold says: one verdict, or one a target.
pub(crate) fn rule(rule: &Value, scope: &mut Scope) -> Vec<Verdict> {
    let body = &rule["mutate"];
    if let Some(wanted) = body["targets"].as_array().filter(|targets| !targets.is_empty()) {
        return targets::rule(body, wanted, scope);
    }
    let object = scope.request.subject.object.clone();
    vec![one(body, scope, &object, Holder::Object)]
}

/// Which root of the scope holds the object that is patched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// `request.object`.
    Object,
    /// `target`.
    Target,
}

impl Holder {
    fn set(self, scope: &mut Scope, object: &Value) {
        match self {
            Holder::Object => scope.set_object(object),
            Holder::Target => scope.set("target", object.clone()),
        }
    }
}

/// The verdict for one object, with the patched object if it changed.
pub(crate) fn one(body: &Value, scope: &mut Scope, object: &Value, holder: Holder) -> Verdict {
    let outcome = match body["foreach"].as_array() {
        Some(entries) => foreach(entries, scope, object.clone(), 0, holder),
        None => patch(body, scope, object, "/mutate"),
    };
    match outcome {
        Ok(Change::Patched(patched)) => {
            let message = success(&patched);
            Verdict { patched: Some(patched), ..Verdict::pass(message) }
        }
        Ok(Change::None(message)) => Verdict::skip(message),
        Err(trouble) => trouble.verdict(),
    }
}

fn success(object: &Value) -> String {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
    let kind = object["kind"].as_str().unwrap_or_default();
    match text("namespace") {
        "" => format!("mutated {kind}/{}", text("name")),
        namespace => format!("mutated {kind}/{} in namespace {namespace}", text("name")),
    }
}

enum Change {
    Patched(Value),
    None(String),
}

/// The object with the one patch of `body`, which stands at `path` in its rule.
fn patch(body: &Value, scope: &mut Scope, object: &Value, path: &str) -> Result<Change, Trouble> {
    let about = |trouble: Trouble| trouble.while_doing("variable substitution failed");
    let failed = |message: String| Trouble::new(format!("failed to patch resource: {message}"));
    let patched = if let Some(overlay) = body.get("patchStrategicMerge").filter(|overlay| !overlay.is_null())
    {
        let path = format!("{path}/patchStrategicMerge");
        let overlay = variables::substitute_at(overlay, scope, &path).map_err(about)?;
        strategic(object, &gofmt::with_floats(&overlay)).map_err(failed)?
    } else if let Some(text) = body["patchesJson6902"].as_str().filter(|text| !text.is_empty()) {
        let path = format!("{path}/patchesJson6902");
        let text = variables::substitute_at(&text.into(), scope, &path).map_err(about)?;
        json_patch::apply_text(object, text.as_str().unwrap_or_default()).map_err(failed)?
    } else {
        return Err(Trouble::new("empty mutate rule"));
    };
    Ok(match patched == *object {
        true => Change::None("no patches applied".to_string()),
        false => Change::Patched(patched),
    })
}

/// The object under a strategic merge patch. A condition that is not met leaves it as it is.
fn strategic(object: &Value, overlay: &Value) -> Result<Value, String> {
    let mut overlay = overlay.clone();
    match preprocess::resolve(&mut overlay, object) {
        Ok(()) => {}
        Err(preprocess::Unmet::Condition | preprocess::Unmet::Global) => return Ok(object.clone()),
    }
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    merge::apply(object, &overlay, &Gvk::new(text("apiVersion"), text("kind")))
}

/// Every entry over its list, each patch on what the one before made.
fn foreach(
    entries: &[Value],
    scope: &mut Scope,
    mut object: Value,
    depth: usize,
    holder: Holder,
) -> Result<Change, Trouble> {
    let mut applied = 0;
    for entry in entries {
        let list = entry["list"].as_str().unwrap_or_default();
        let found = scope.query(list).map_err(|trouble| {
            let again = trouble.message.clone();
            Trouble { message: format!("failed to evaluate list {list}: {again}: {again}"), ..trouble }
        })?;
        let change = over_elements(entry, &elements(found), scope, &object, depth, holder);
        let change = change.map_err(|trouble| trouble.while_doing("failed to mutate elements"))?;
        if let Change::Patched(patched) = change {
            applied += 1;
            holder.set(scope, &patched);
            object = patched;
        }
    }
    Ok(match applied {
        0 => Change::None("0 elements processed".to_string()),
        _ => Change::Patched(object),
    })
}

/// Strategic merge patches walk the list backwards unless told otherwise; the index is always the one of the
/// list as it was.
fn over_elements(
    entry: &Value,
    list: &[Value],
    scope: &Scope,
    object: &Value,
    depth: usize,
    holder: Holder,
) -> Result<Change, Trouble> {
    let reverse = match entry["order"].as_str() {
        Some(order) => order == "Descending",
        None => entry.get("patchStrategicMerge").is_some_and(|patch| !patch.is_null()),
    };
    let mut order: Vec<(usize, &Value)> = list.iter().enumerate().collect();
    if reverse {
        order.reverse();
    }
    let mut patched = object.clone();
    for (index, element) in order.into_iter().filter(|(_, element)| !element.is_null()) {
        let mut inner = scope.clone();
        holder.set(&mut inner, &patched);
        add_element(&mut inner, element, index, depth);
        inner.declare(&entry["context"]);
        if let Some(preconditions) = entry.get("preconditions").filter(|value| !value.is_null()) {
            let (met, _) = conditions::hold(preconditions, &mut inner).map_err(|trouble| {
                trouble.while_doing(format!("failed to evaluate mutate.foreach[{index}].preconditions"))
            })?;
            if !met {
                continue;
            }
        }
        let change = match entry["foreach"].as_array() {
            Some(nested) => foreach(nested, &mut inner, patched.clone(), depth + 1, holder)?,
            None => patch(entry, &mut inner, &patched, "")?,
        };
        if let Change::Patched(next) = change {
            patched = next;
        }
    }
    Ok(match patched == *object {
        true => Change::None("no patches applied".to_string()),
        false => Change::Patched(patched),
    })
}

/// Preconditions of a rule's part: not met is a `skip`.
pub(crate) fn preconditions(value: &Value, scope: &mut Scope) -> Option<Verdict> {
    match conditions::hold(value, scope) {
        Ok((true, _)) => None,
        Ok((false, message)) => Some(Verdict::new(Status::Skip, join("preconditions not met", &message))),
        Err(trouble) => Some(trouble.while_doing("failed to evaluate preconditions").verdict()),
    }
}
