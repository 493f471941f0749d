//! ValidatingPolicy of Kyverno and ValidatingAdmissionPolicy of Kubernetes.

use super::expressions::{Declared, compile, compile_bool, conditions, holds, text, trouble};
use super::{autogen, constraints, world};
use crate::policy::cel::{Environment, Type, Value as Cel, Variables};
use crate::policy::context::Context;
use crate::policy::exceptions;
use crate::policy::load::texts;
use crate::policy::model::{Policy, PolicyKind};
use crate::policy::request::Request;
use crate::policy::response::{Status, Verdict};
use crate::policy::trace::{Step, Trace};
use crate::policy::trouble::Trouble;
use serde_json::{Value, json};

/// What a ValidatingPolicy says and under which rule name; `None` when it does not match.
pub(super) fn kyverno(policy: &Policy, request: &Request) -> Option<(String, Verdict)> {
    match policy.spec()["evaluation"]["mode"].as_str() {
        None | Some("" | "Kubernetes") => {}
        Some("JSON") => return None,
        Some(mode) => return Some((String::new(), Verdict::unsupported(format!("evaluation mode {mode}")))),
    }
    let spec = autogen::variant(policy, request)?;
    let environment = Environment::kyverno();
    let mut variables = world::kyverno(request);
    match excused(policy, request, &mut variables) {
        Ok(Some(verdict)) => return Some((String::new(), verdict)),
        Ok(None) => {}
        Err(trouble) => return Some((String::new(), trouble.verdict())),
    }
    match conditions(&spec["matchConditions"], &environment, &variables) {
        Ok(true) => {}
        Ok(false) => return Some((String::new(), Verdict::skip("skip"))),
        Err(trouble) if trouble.unsupported.is_some() => return Some((String::new(), trouble.verdict())),
        Err(_) if ignores_failures(&spec) => return Some((String::new(), Verdict::skip("skip"))),
        Err(trouble) => {
            let verdict = trouble.while_doing("failed to load context").verdict();
            return Some(("evaluation".to_string(), verdict));
        }
    }
    let declared = match Declared::read(&spec["variables"], environment) {
        Ok(declared) => declared,
        Err(trouble) => return Some((String::new(), uncompiled(&trouble))),
    };
    declared.define(&mut variables);
    Some(judged(spec.as_ref(), &declared, &variables, &request.trace))
}

/// What validations and annotations of the audit log come to, and under which rule name.
fn judged(spec: &Value, declared: &Declared, variables: &Variables, trace: &Trace) -> (String, Verdict) {
    let verdict = validations(&spec["validations"], declared, variables, trace);
    let verdict = verdict.unwrap_or_else(|| Verdict::pass("success"));
    match annotations(&spec["auditAnnotations"], declared, variables) {
        Err(trouble) if verdict.status == Status::Fail => {
            ("evaluation".to_string(), trouble.while_doing("failed to load context").verdict())
        }
        Err(_) if verdict.status == Status::Pass => (String::new(), unannotated()),
        _ => (String::new(), verdict),
    }
}

/// Annotations of the audit log that have no value turn a denial into an error; of an admission that is not known.
fn unannotated() -> Verdict {
    Verdict::unsupported("audit annotations without a value")
}

/// Do all annotations of the audit log have a value? They say nothing about the object.
fn annotations(list: &Value, declared: &Declared, variables: &Variables) -> Result<(), Trouble> {
    for annotation in list.as_array().into_iter().flatten() {
        let program = compile(&annotation["valueExpression"], &declared.environment)?;
        program.evaluate(variables).map_err(|error| {
            let key = annotation["key"].as_str().unwrap_or_default();
            trouble(error).while_doing(format!("failed to evaluate auditAnnotation '{key}'"))
        })?;
    }
    Ok(())
}

/// What a ValidatingPolicy for JSON says about a payload.
pub(super) fn payload(policy: &Policy, payload: &Value, context: &Context) -> Verdict {
    let spec = policy.spec();
    let mut variables = world::payload(payload, context);
    match conditions(&spec["matchConditions"], &Environment::kyverno(), &variables) {
        Ok(true) => {}
        Ok(false) => return Verdict::skip("skip"),
        Err(trouble) => return trouble.while_doing("failed to load context").verdict(),
    }
    let declared = match Declared::read(&spec["variables"], Environment::kyverno()) {
        Ok(declared) => declared,
        Err(trouble) => return uncompiled(&trouble),
    };
    declared.define(&mut variables);
    judged(spec, &declared, &variables, &Trace::default()).1
}

/// What the exceptions for a policy make of it: a skip, or lists that its expressions can ask for.
pub(super) fn excused(
    policy: &Policy,
    request: &Request,
    variables: &mut Variables,
) -> Result<Option<Verdict>, Trouble> {
    let (mut images, mut values) = (Vec::new(), Vec::new());
    for exception in exceptions::of_policy(policy, request) {
        let spec = &exception["spec"];
        if !conditions(&spec["matchConditions"], &Environment::kyverno(), variables)? {
            continue;
        }
        let (own_images, own_values) = (texts(&spec["images"]), texts(&spec["allowedValues"]));
        if own_images.is_empty() && own_values.is_empty() {
            let message = "rule is skipped due to policy exception";
            return Ok(Some(match spec["reportResult"].as_str() {
                Some("pass") => Verdict::pass(message),
                _ => Verdict::skip(message),
            }));
        }
        images.extend(own_images);
        values.extend(own_values);
    }
    if !images.is_empty() || !values.is_empty() {
        let lists = json!({"allowedImages": images, "allowedValues": values});
        variables.set("exceptions", Cel::from_json(&lists));
    }
    Ok(None)
}

fn ignores_failures(spec: &Value) -> bool {
    spec["failurePolicy"].as_str() == Some("Ignore")
}

fn uncompiled(trouble: &Trouble) -> Verdict {
    Verdict::error(format!("failed to compile policy: {}", trouble.message))
}

/// The first validation that does not hold decides.
fn validations(list: &Value, declared: &Declared, variables: &Variables, trace: &Trace) -> Option<Verdict> {
    for (index, validation) in list.as_array().into_iter().flatten().enumerate() {
        let program = match compile_bool(&validation["expression"], &declared.environment) {
            Ok(program) => program,
            Err(trouble) => return Some(uncompiled(&trouble)),
        };
        let path = format!("validations/{index}/expression/");
        let found = holds(&program, variables);
        trace.note(|| Step::Expression {
            path: path.clone(),
            text: validation["expression"].as_str().unwrap_or_default().to_string(),
            holds: found.clone().map_err(|trouble| trouble.message),
        });
        match found {
            Ok(true) => {}
            Ok(false) => {
                return Some(Verdict::fail(message(validation, index, declared, variables)).by(path));
            }
            Err(trouble) => return Some(trouble.while_doing("error").verdict().by(path)),
        }
    }
    None
}

fn message(validation: &Value, index: usize, declared: &Declared, variables: &Variables) -> String {
    let own = validation.get("messageExpression").filter(|own| own.as_str() != Some(""));
    let own = own.and_then(|own| text(&compile(own, &declared.environment).ok()?, variables));
    let stated = validation["message"].as_str().filter(|text| !text.is_empty());
    own.or_else(|| stated.map(str::to_string))
        .unwrap_or_else(|| format!("CEL expression validation failed at index {index}"))
}

/// What a ValidatingAdmissionPolicy says with the bindings among `all`.
pub(super) fn kubernetes(policy: &Policy, all: &[&Policy], request: &Request) -> Option<Verdict> {
    Some(match bound(policy, all, request)? {
        Ok(parameters) => admission(policy.spec(), parameters.as_ref(), request),
        Err(trouble) => trouble.verdict(),
    })
}

/// The parameters under which an admission policy speaks about the subject: none without bindings, else those
/// of the last binding that applies. `None`: it does not speak.
pub(super) fn bound(
    policy: &Policy,
    all: &[&Policy],
    request: &Request,
) -> Option<Result<Option<Value>, Trouble>> {
    let kind = match policy.kind {
        PolicyKind::MutatingAdmissionPolicy => PolicyKind::MutatingAdmissionPolicyBinding,
        _ => PolicyKind::ValidatingAdmissionPolicyBinding,
    };
    let names =
        |one: &&&Policy| one.kind == kind && one.spec()["policyName"].as_str() == Some(policy.name.as_str());
    let bindings: Vec<&Policy> = all.iter().filter(names).copied().collect();
    if bindings.is_empty() {
        let fits = constraints::fit(&policy.spec()["matchConstraints"], request);
        return fits.then_some(Ok(None));
    }
    // Without a cluster the command line looks at the constraints of the binding alone.
    let own = || constraints::fit(&policy.spec()["matchConstraints"], request);
    let has_cluster = request.context.cluster.is_some();
    let applies = |binding: &&Policy| {
        let resources = &binding.spec()["matchResources"];
        match resources.is_null() {
            true => own(),
            false => constraints::fit(resources, request) && (!has_cluster || own()),
        }
    };
    let binding = bindings.into_iter().rfind(applies)?;
    Some(parameters(binding.spec(), request))
}

fn admission(spec: &Value, parameters: Option<&Value>, request: &Request) -> Verdict {
    let environment = Environment::kubernetes().with("params", Type::Dyn);
    let mut variables = world::kubernetes(request);
    variables.set("params", parameters.map_or(Cel::Null, Cel::from_json));
    match conditions(&spec["matchConditions"], &environment, &variables) {
        Ok(true) => {}
        Ok(false) => return Verdict::skip("match conditions aren't met"),
        Err(trouble) => return trouble.verdict(),
    }
    let declared = match Declared::read(&spec["variables"], environment) {
        Ok(declared) => declared,
        Err(trouble) => return uncompiled(&trouble),
    };
    declared.define(&mut variables);
    let verdict = validations(&spec["validations"], &declared, &variables, &request.trace);
    match annotations(&spec["auditAnnotations"], &declared, &variables) {
        Err(_) if verdict.as_ref().is_none_or(|verdict| verdict.status == Status::Fail) => unannotated(),
        _ => verdict.unwrap_or_else(|| Verdict::pass("")),
    }
}

/// The object that a binding names as its parameter: by name, or all that its selector fits as a list.
fn parameters(binding: &Value, request: &Request) -> Result<Option<Value>, Trouble> {
    let wanted = &binding["paramRef"];
    if wanted.is_null() {
        return Ok(None);
    }
    let given = &request.context.parameters;
    if let Some(name) = wanted["name"].as_str() {
        let found = given.iter().find(|resource| resource.name == name);
        return match found {
            Some(resource) => Ok(Some(resource.body.clone())),
            None => Err(Trouble::unsupported(format!("the parameter {name}, which is not given"))),
        };
    }
    let fits = given
        .iter()
        .filter(|resource| crate::policy::matching::selects(&wanted["selector"], &resource.labels));
    let items: Vec<&Value> = fits.map(|resource| &resource.body).collect();
    Ok(Some(json!({ "items": items })))
}

#[cfg(test)]
mod tests {
    use crate::kube::{Resource, read};
    use crate::policy::{Context, Policy, RuleResponse, Status, evaluate};

    const CONSTRAINTS: &str = "matchConstraints: {resourceRules: [{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}";

    fn said(api: &str, kind: &str, more: &str, context: &Context) -> Option<RuleResponse> {
        let text = format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: p}}\nspec: {{{CONSTRAINTS}, {more}}}\n"
        );
        let one = |text: &str| -> Resource { read(text).0.remove(0) };
        let policy = Policy::load(&one(&text)).unwrap();
        evaluate(&[&policy], &one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"), context).pop()
    }

    #[test]
    fn annotations_without_a_value_decide_nothing() {
        let annotated = |kind: &str, api: &str, holds: bool, value: &str| {
            let more = format!(
                "validations: [{{expression: \"{holds}\"}}], auditAnnotations: [{{key: k, valueExpression: \"string({value})\"}}]"
            );
            let said = said(api, kind, &more, &Context::default()).unwrap();
            (said.status, said.unsupported.is_some())
        };
        let kyverno = |holds, value| annotated("ValidatingPolicy", "policies.kyverno.io/v1", holds, value);
        assert_eq!(kyverno(false, "object.nope"), (Status::Error, false));
        assert_eq!(kyverno(true, "object.nope"), (Status::Error, true));
        assert_eq!(kyverno(false, "object.kind"), (Status::Fail, false));
        let api = "admissionregistration.k8s.io/v1";
        let own = |holds, value| annotated("ValidatingAdmissionPolicy", api, holds, value);
        assert_eq!(own(true, "object.nope"), (Status::Error, true));
        assert_eq!(own(true, "object.kind"), (Status::Pass, false));
    }

    #[test]
    fn what_a_library_has_and_is_not_done_here_is_told() {
        let unsupported = |expression: &str| {
            let more = format!("validations: [{{expression: \"{expression}\"}}]");
            let said = said("policies.kyverno.io/v1", "ValidatingPolicy", &more, &Context::default());
            said.unwrap().unsupported
        };
        assert_eq!(unsupported("gzip.decompress(b'a') == b'a'").as_deref(), Some("gzip"));
        assert_eq!(unsupported("http.Client('ca').Get('https://a').b == 1").as_deref(), Some("http.Client"));
        assert_eq!(
            unsupported("resource.ToGVR('v1', 'Pod').resource == 'pods'").as_deref(),
            Some("resource.ToGVR")
        );
        let more = "validations: [{expression: \"authorizer.requestResource.check('get').allowed()\"}]";
        let own =
            said("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", more, &Context::default());
        assert_eq!(own.unwrap().unsupported.as_deref(), Some("authorizer"));
    }

    #[test]
    fn other_modes_are_not_evaluated_on_objects() {
        let mode = |mode: &str| {
            let more = format!("evaluation: {{mode: {mode}}}, validations: [{{expression: \"true\"}}]");
            said("policies.kyverno.io/v1", "ValidatingPolicy", &more, &Context::default())
        };
        assert_eq!(mode("Kubernetes").map(|said| said.status), Some(Status::Pass));
        assert_eq!(mode("JSON"), None);
        assert_eq!(mode("Envoy").unwrap().unsupported.as_deref(), Some("evaluation mode Envoy"));
    }
}
