//! MutatingPolicy of Kyverno and MutatingAdmissionPolicy of Kubernetes.

use super::expressions::{Declared, compile, conditions, trouble};
use super::validating::{bound, excused};
use super::{autogen, constraints, structured, world};
use crate::kube::Gvk;
use crate::policy::cel::{Environment, Type, Value as Cel};
use crate::policy::context::Context;
use crate::policy::gofmt;
use crate::policy::model::{Policy, PolicyKind};
use crate::policy::mutate::json_patch::{self, Style};
use crate::policy::request::{Request, Subject};
use crate::policy::response::Verdict;
use crate::policy::trouble::Trouble;
use serde_json::Value;
use std::borrow::Cow;

/// What a mutating policy says and under which rule name; `None` when it does not match. The patched object
/// has floats.
pub(super) fn policy(policy: &Policy, all: &[&Policy], request: &Request) -> Option<(String, Verdict)> {
    let (spec, parameters) = match policy.kind {
        PolicyKind::MutatingAdmissionPolicy => (Cow::Borrowed(policy.spec()), bound(policy, all, request)?),
        _ => (autogen::variant_with(policy, request, autogen::shift_mutations)?, Ok(None)),
    };
    let unnamed = |verdict| (String::new(), verdict);
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(trouble) => return Some(unnamed(trouble.verdict())),
    };
    Some(changed(policy, &spec, parameters.as_ref(), request))
}

/// Does the policy change objects that exist already, and not the one of the request?
pub(super) fn is_about_others(policy: &Policy) -> bool {
    policy.spec()["evaluation"]["mutateExisting"]["enabled"] == Value::Bool(true)
}

/// What a policy that a request triggers makes of each of its targets.
pub(super) fn others(policy: &Policy, request: &Request) -> Vec<(String, Verdict)> {
    let spec = policy.spec();
    if autogen::variant_with(policy, request, autogen::shift_mutations).is_none() {
        return Vec::new();
    }
    let chosen = match targets(spec, request) {
        Ok(chosen) => chosen,
        Err(trouble) => return vec![("evaluation".to_string(), trouble.verdict())],
    };
    let each = chosen.into_iter().map(|subject| {
        let target = Request { subject, ..request.clone() };
        let (rule, verdict) = changed(policy, spec, None, &target);
        (rule, Verdict { target: Some(gofmt::with_integers(&target.subject.object)), ..verdict })
    });
    each.collect()
}

/// The objects that exist already and that the policy is about: those that its constraints fit, or that its expression
/// gives.
fn targets(spec: &Value, request: &Request) -> Result<Vec<Subject>, Trouble> {
    let wanted = &spec["targetMatchConstraints"];
    let context = request.context;
    let subjects = context.targets.iter().map(|resource| Subject::of(resource, context));
    if let Some(expression) = wanted.get("expression").filter(|expression| !expression.is_null()) {
        let named = named(expression, request)?;
        let is_named = |subject: &Subject| {
            let own = &subject.object["metadata"];
            named.iter().any(|one| {
                let kind = (one["apiVersion"].as_str(), one["kind"].as_str());
                kind == (subject.object["apiVersion"].as_str(), subject.object["kind"].as_str())
                    && one["metadata"]["name"] == own["name"]
                    && one["metadata"]["namespace"] == own["namespace"]
            })
        };
        return Ok(subjects.filter(is_named).collect());
    }
    let wanted = if wanted.is_null() { &spec["matchConstraints"] } else { wanted };
    let fits = |subject: &Subject| {
        constraints::fit(wanted, &Request { subject: subject.clone(), ..request.clone() })
    };
    Ok(subjects.filter(fits).collect())
}

/// The objects that an expression names among those that exist: one, or a list.
fn named(expression: &Value, request: &Request) -> Result<Vec<Value>, Trouble> {
    let objects =
        request.context.targets.iter().map(|resource| Subject::of(resource, request.context).object);
    let mut facts = request.context.facts.clone();
    facts.resources.get_or_insert_default().extend(objects);
    let context = Context { facts, ..request.context.clone() };
    let seen = Request { context: &context, ..request.clone() };
    let value =
        compile(expression, &Environment::kyverno())?.evaluate(&world::kyverno(&seen)).map_err(trouble)?;
    Ok(match plain(&value)? {
        Value::Array(items) => items,
        Value::Null => Vec::new(),
        one => vec![one],
    })
}

/// What the policy, whose spec is `spec`, makes of the object of a request.
fn changed(
    policy: &Policy,
    spec: &Value,
    parameters: Option<&Value>,
    request: &Request,
) -> (String, Verdict) {
    let unnamed = |verdict| (String::new(), verdict);
    let mut variables = world::kyverno(request);
    match excused(policy, request, &mut variables) {
        Ok(Some(verdict)) => return unnamed(verdict),
        Ok(None) => {}
        Err(trouble) => return unnamed(trouble.verdict()),
    }
    match mutated(spec, policy.kind, parameters, request) {
        Ok(None) => unnamed(Verdict::skip("skip")),
        Ok(Some(object)) => unnamed(match object == request.subject.object {
            true => Verdict::pass("success"),
            false => Verdict { patched: Some(object), ..Verdict::pass("success") },
        }),
        Err(trouble) => {
            let verdict = trouble.while_doing("failed to evaluate policy").verdict();
            ("evaluation".to_string(), verdict)
        }
    }
}

/// The object after all mutations; `None` when the conditions do not hold.
fn mutated(
    spec: &Value,
    kind: PolicyKind,
    parameters: Option<&Value>,
    request: &Request,
) -> Result<Option<Value>, Trouble> {
    let (environment, mut variables) = match kind {
        PolicyKind::MutatingAdmissionPolicy => {
            (Environment::kubernetes().with("params", Type::Dyn), world::kubernetes(request))
        }
        _ => (Environment::kyverno(), world::kyverno(request)),
    };
    let environment = environment.with_constructors();
    variables.set("params", parameters.map_or(Cel::Null, Cel::from_json));
    let declared = Declared::read(&spec["variables"], environment)?;
    declared.define(&mut variables);
    if !conditions(&spec["matchConditions"], &declared.environment, &variables)? {
        return Ok(None);
    }
    let mut object = request.subject.object.clone();
    for mutation in spec["mutations"].as_array().into_iter().flatten() {
        variables.set("object", Cel::from_json(&object));
        let (kind, body) = match mutation["patchType"].as_str() {
            Some("JSONPatch") => ("JSONPatch", &mutation["jsonPatch"]),
            _ => ("ApplyConfiguration", &mutation["applyConfiguration"]),
        };
        let program = compile(&body["expression"], &declared.environment)?;
        let value = program.evaluate(&variables).map_err(trouble)?;
        object = match kind {
            "JSONPatch" => json_patched(&object, &value)?,
            _ => applied(&object, &value, request)?,
        };
    }
    Ok(Some(object))
}

/// A test that fails leaves the object as it is.
fn json_patched(object: &Value, patch: &Cel) -> Result<Value, Trouble> {
    let Cel::List(items) = patch else { return Err(Trouble::new("the patch is not a list")) };
    let mut operations = Vec::new();
    for item in items.iter() {
        operations.push(gofmt::with_floats(&plain(item)?));
    }
    match json_patch::apply(object, &operations, Style::Cel) {
        Ok(patched) => Ok(patched),
        Err(json_patch::Failure::Test(_)) => Ok(object.clone()),
        Err(json_patch::Failure::Other(message)) => Err(Trouble::new(format!("JSON Patch: {message}"))),
    }
}

fn applied(object: &Value, patch: &Cel, request: &Request) -> Result<Value, Trouble> {
    structured::check_names(patch).map_err(Trouble::new)?;
    let patch = gofmt::with_floats(&plain(patch)?);
    let applying = |message: String| Trouble::new(format!("error applying patch: {message}"));
    let gvk: &Gvk = &request.subject.gvk;
    let defined = request.context.kinds.iter().any(|info| info.group == gvk.group && info.kind == gvk.kind);
    structured::apply(object, &patch, gvk, defined).map_err(applying)
}

/// A CEL value as JSON; optionals that hold nothing drop out of their maps.
fn plain(value: &Cel) -> Result<Value, Trouble> {
    let unwrap = |value: &Cel| matches!(value, Cel::Optional(None));
    match value {
        Cel::Map(map) | Cel::Struct(_, map) => {
            let mut plain_map = serde_json::Map::new();
            for (key, item) in map.iter().filter(|(_, item)| !unwrap(item)) {
                plain_map.insert(key.to_string(), plain(item)?);
            }
            Ok(Value::Object(plain_map))
        }
        Cel::List(items) => items.iter().map(plain).collect(),
        Cel::Optional(Some(inner)) => plain(inner),
        other => other.to_json().ok_or_else(|| Trouble::new("the value has no JSON form")),
    }
}

/// The verdict's objects as they are shown: whole numbers without a fraction.
pub(super) fn shown(verdict: &Verdict) -> Option<Value> {
    verdict.patched.as_ref().map(gofmt::with_integers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;
    use crate::policy::{Context, Status};
    use serde_json::json;

    fn patched(expression: &str) -> (Status, Value) {
        let body = json!({
            "apiVersion": "policies.kyverno.io/v1", "kind": "MutatingPolicy", "metadata": {"name": "m"},
            "spec": {
                "matchConstraints": {"resourceRules": [{
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
                }]},
                "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}],
            },
        });
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "a", "image": "x"}]},
        });
        let written = Policy::load(&Resource::from_json(body).unwrap()).unwrap();
        let (context, resource) = (Context::default(), Resource::from_json(pod).unwrap());
        let (_, verdict) = policy(&written, &[], &Request::new(&resource, &context)).unwrap();
        (verdict.status, verdict.patched.unwrap_or_default()["spec"]["containers"].clone())
    }

    #[test]
    fn new_items_are_appended() {
        let (status, containers) =
            patched("Object{spec: Object.spec{containers: [Object.spec.containers{name: 'b', image: 'y'}]}}");
        assert_eq!((status, containers[1]["name"].clone()), (Status::Pass, json!("b")));
    }

    #[test]
    fn atomic_lists_are_refused() {
        let (status, _) = patched(
            "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'a', args: ['z']}]}}",
        );
        assert_eq!(status, Status::Error);
    }
}
