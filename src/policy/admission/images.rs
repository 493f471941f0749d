//! ImageValidatingPolicy, as far as it can be decided without a registry: whether it is about the object and its images,
//! and validations that ask for no signature.

use super::expressions::{Declared, compile, compile_bool, conditions, holds, text, trouble};
use super::validating::excused;
use super::{autogen, world};
use crate::kube::image::ImageRef;
use crate::kube::wildcard;
use crate::policy::cel::{Environment, Type, Value as Cel, Variables};
use crate::policy::images::pod_path;
use crate::policy::model::Policy;
use crate::policy::request::Request;
use crate::policy::response::Verdict;
use crate::policy::trouble::Trouble;
use serde_json::{Map, Value, json};

/// What the policy says; `None` when it is not about the object.
pub(super) fn policy(policy: &Policy, request: &Request) -> Option<Verdict> {
    if policy.spec()["evaluation"]["mode"].as_str() == Some("JSON") {
        return None;
    }
    let spec = autogen::variant(policy, request)?;
    Some(verdict(policy, &spec, request).unwrap_or_else(Trouble::verdict))
}

fn verdict(policy: &Policy, spec: &Value, request: &Request) -> Result<Verdict, Trouble> {
    let mut variables = world::kyverno(request);
    if let Some(verdict) = excused(policy, request, &mut variables)? {
        return Ok(verdict);
    }
    let environment = Environment::images();
    if !conditions(&spec["matchConditions"], &environment, &variables)? {
        return Ok(Verdict::skip("skip"));
    }
    let images = images(spec, request, &environment, &variables)?;
    let any = images.as_object().is_some_and(|lists| lists.values().any(|list| list != &json!([])));
    variables.set("images", Cel::from_json(&images));
    variables.set("attestors", Cel::from_json(&by_name(&spec["attestors"])));
    variables.set("attestations", Cel::from_json(&by_name(&spec["attestations"])));
    let declared = Declared::read(&spec["variables"], environment)?;
    declared.define(&mut variables);
    for validation in spec["validations"].as_array().into_iter().flatten() {
        if !holds(&compile_bool(&validation["expression"], &declared.environment)?, &variables)? {
            let own = validation.get("messageExpression");
            let own = own.and_then(|own| text(&compile(own, &declared.environment).ok()?, &variables));
            let stated = validation["message"].as_str().unwrap_or_default().trim().to_string();
            return Ok(Verdict::fail(own.unwrap_or(stated)));
        }
    }
    // Digests of images that the policy names are asked for even where no expression does.
    match any {
        true => Err(Trouble::unsupported("digests of images")),
        false => Ok(Verdict::pass("success")),
    }
}

fn by_name(list: &Value) -> Value {
    let entry = |item: &Value| Some((item["name"].as_str()?.to_string(), item.clone()));
    Value::Object(list.as_array().into_iter().flatten().filter_map(entry).collect())
}

/// The images of the object that the policy names: those of its containers, and of the policy's own extractors.
fn images(
    spec: &Value,
    request: &Request,
    environment: &Environment,
    variables: &Variables,
) -> Result<Value, Trouble> {
    let object = &request.subject.object;
    let base = pod_path(&request.subject.gvk.kind).unwrap_or_default();
    let pod = base.iter().try_fold(object, |value, key| value.get(key)).unwrap_or(&Value::Null);
    let mut all = Map::new();
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        let containers = pod[list].as_array().into_iter().flatten();
        let written: Vec<String> =
            containers.filter_map(|container| container["image"].as_str()).map(str::to_string).collect();
        all.insert(list.to_string(), named(spec, written)?);
    }
    for extractor in spec["images"].as_array().into_iter().flatten() {
        let value = compile(&extractor["expression"], environment)?.evaluate(variables).map_err(trouble)?;
        let Cel::List(items) = value else {
            return Err(Trouble::new("an image extractor gives a list of texts"));
        };
        let written = items.iter().filter_map(Cel::as_str).map(str::to_string).collect();
        all.insert(extractor["name"].as_str().unwrap_or_default().to_string(), named(spec, written)?);
    }
    Ok(Value::Object(all))
}

/// Those of `images` that a reference of the policy fits; all if it has none.
fn named(spec: &Value, images: Vec<String>) -> Result<Value, Trouble> {
    let Some(references) = spec["matchImageReferences"].as_array() else { return Ok(images.into()) };
    let mut kept = Vec::new();
    for image in images {
        let mut fits = false;
        for reference in references {
            fits |= is_named(reference, &image)?;
        }
        if fits {
            kept.push(image);
        }
    }
    Ok(kept.into())
}

fn is_named(reference: &Value, image: &str) -> Result<bool, Trouble> {
    if let Some(glob) = reference["glob"].as_str() {
        if glob.contains(['[', '{', '!', '\\']) {
            return Err(Trouble::unsupported("globs of image references with classes"));
        }
        let full = ImageRef::parse(image).map_or_else(|| image.to_string(), |image| image.reference());
        return match (wildcard::matches(glob, image), wildcard::matches(glob, &full)) {
            (as_written, in_full) if as_written == in_full => Ok(as_written),
            _ => Err(Trouble::unsupported("globs that fit only one form of an image reference")),
        };
    }
    let environment = Environment::images().with("ref", Type::String);
    let mut variables = Variables::default();
    variables.set("ref", image.into());
    holds(&compile_bool(&reference["expression"], &environment)?, &variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;
    use crate::policy::{Context, Status, evaluate};

    fn says(image: &str, validation: &str) -> (Status, Option<String>) {
        let body = json!({
            "apiVersion": "policies.kyverno.io/v1", "kind": "ImageValidatingPolicy", "metadata": {"name": "i"},
            "spec": {
                "matchConstraints": {"resourceRules": [{
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
                }]},
                "matchImageReferences": [{"glob": "ghcr.io/*"}],
                "attestors": [{"name": "notary"}],
                "validations": [{"expression": validation}],
            },
        });
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "a", "image": image}]},
        });
        let policy = Policy::load(&Resource::from_json(body).unwrap()).unwrap();
        let pod = Resource::from_json(pod).unwrap();
        let response = evaluate(&[&policy], &pod, &Context::default()).remove(0);
        (response.status, response.unsupported)
    }

    #[test]
    fn a_signature_is_never_taken_for_granted() {
        let signed =
            "images.containers.map(image, verifyImageSignatures(image, [attestors.notary])).all(e, e > 0)";
        assert_eq!(says("nginx", signed), (Status::Pass, None));
        assert_eq!(says("ghcr.io/x/y:1", signed), (Status::Error, Some("image signatures".into())));
        assert_eq!(says("ghcr.io/x/y:1", "true"), (Status::Error, Some("digests of images".into())));
        assert_eq!(says("ghcr.io/x/y:1", "false"), (Status::Fail, None));
    }
}
