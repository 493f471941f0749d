//! The variables that every expression sees.

use crate::kube::scope;
use crate::policy::cel::{Value as Cel, Variables};
use crate::policy::context::{Context, Operation, User};
use crate::policy::request::Request;
use serde_json::{Value, json};

/// The name of the subject's kind in URLs.
pub(super) fn plural(request: &Request) -> String {
    let gvk = &request.subject.gvk;
    let defined = request.context.kinds.iter().find(|info| info.group == gvk.group && info.kind == gvk.kind);
    let info = defined.cloned().or_else(|| scope::built_in(&gvk.group, &gvk.kind));
    info.map_or_else(|| scope::guessed_plural(&gvk.kind), |info| info.plural)
}

/// The variables of `validate.cel` and of Kubernetes' own policies.
pub(super) fn kubernetes<'p>(request: &'p Request) -> Variables<'p> {
    let mut variables = Variables::over(&request.context.facts).naming_culprits();
    let (object, old) = objects(request);
    variables.set("object", object.map_or(Cel::Null, Cel::from_json));
    variables.set("oldObject", old.map_or(Cel::Null, Cel::from_json));
    variables.set("request", Cel::from_json_with_integers(&admission(request)));
    let metadata = match request.context.namespaces.get(&request.subject.namespace) {
        Some(labels) => json!({"name": request.subject.namespace, "labels": labels}),
        None => json!({"name": request.subject.namespace}),
    };
    let namespace = json!({"metadata": metadata, "spec": {}, "status": {}});
    variables.set("namespaceObject", Cel::from_json(&namespace));
    variables
}

/// The variables of Kyverno's CEL policies. The namespace is known only if it was given.
pub(super) fn kyverno<'p>(request: &'p Request) -> Variables<'p> {
    let mut variables = Variables::over(&request.context.facts);
    let (object, old) = objects(request);
    let mut admission = admission(request);
    admission["object"] = object.cloned().unwrap_or_default();
    admission["oldObject"] = old.cloned().unwrap_or_default();
    variables.set("object", object.map_or_else(Cel::empty_map, Cel::from_json));
    variables.set("oldObject", old.map_or_else(Cel::empty_map, Cel::from_json));
    variables.set("request", Cel::from_json_with_integers(&admission));
    let namespace = request.context.namespace_objects.get(&request.subject.namespace);
    variables.set("namespaceObject", namespace.map_or(Cel::Null, Cel::from_json));
    variables.set("exceptions", Cel::from_json(&json!({"allowedImages": [], "allowedValues": []})));
    variables
}

/// The one variable of a policy about JSON payloads.
pub(super) fn payload<'p>(payload: &Value, context: &Context) -> Variables<'p> {
    let mut variables = Variables::new(context.facts.clone());
    variables.set("object", Cel::from_json(payload));
    variables
}

/// The object and the old object of a request.
fn objects<'r>(request: &'r Request) -> (Option<&'r Value>, Option<&'r Value>) {
    let object = Some(&request.subject.object);
    match request.operation {
        Operation::Create | Operation::Connect => (object, None),
        Operation::Update => (object, object),
        Operation::Delete => (None, object),
    }
}

fn admission(request: &Request) -> Value {
    let subject = &request.subject;
    let user = request.context.user.as_ref().map_or(json!({}), User::info);
    json!({
        "kind": {"group": subject.gvk.group, "version": subject.gvk.version, "kind": subject.gvk.kind},
        "resource": {"group": subject.gvk.group, "version": subject.gvk.version, "resource": plural(request)},
        "subResource": subject.subresource,
        "name": subject.object["metadata"]["name"], "namespace": subject.namespace,
        "operation": request.operation.word(),
        "userInfo": user, "dryRun": false, "options": null,
    })
}
