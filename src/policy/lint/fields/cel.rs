//! The CEL of a policy: what it reads of the object.

use super::Reader;
use crate::policy::cel;
use serde_json::Value;

const EXPRESSIONS: [&str; 3] = ["expression", "messageExpression", "valueExpression"];

pub(super) fn rule(rule: &Value, path: &str, reader: &mut Reader<'_>) {
    holder(&rule["validate"]["cel"], &format!("{path}validate/cel/"), reader);
    walk(&rule["celPreconditions"], &format!("{path}celPreconditions/"), reader);
}

/// The whole of a policy in CEL.
pub(super) fn policy(spec: &Value, reader: &mut Reader<'_>) {
    // With payloads other than Kubernetes objects the fields are others.
    if spec["evaluation"]["mode"].as_str().is_none_or(|mode| mode == "Kubernetes") {
        holder(spec, "/spec/", reader);
    }
}

/// What has variables, and the expressions that may name them.
fn holder(value: &Value, path: &str, reader: &mut Reader<'_>) {
    for (index, one) in value["variables"].as_array().into_iter().flatten().enumerate() {
        let (Some(name), Some(text)) = (one["name"].as_str(), one["expression"].as_str()) else { continue };
        let ty = cel::typed_text(text, &mut reader.typing);
        reader.expression(&format!("{path}variables/{index}/expression/"), text);
        reader.typing.name(&format!("variables.{name}"), ty);
    }
    for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| *key != "variables") {
        walk(value, &format!("{path}{key}/"), reader);
    }
}

fn walk(value: &Value, path: &str, reader: &mut Reader<'_>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}{index}/"), reader);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                match value.as_str().filter(|_| EXPRESSIONS.contains(&key.as_str())) {
                    Some(text) => {
                        cel::typed_text(text, &mut reader.typing);
                        reader.expression(&path, text);
                    }
                    None => walk(value, &path, reader),
                }
            }
        }
        _ => {}
    }
}
