//! Patterns and patches: maps with the fields of the object.

use super::Reader;
use super::queries::element;
use crate::kube::schema::Shape;
use crate::policy::pattern::{Anchor, bare_key};
use crate::policy::typing::Ty;
use serde_json::Value;

pub(super) fn rule<'s>(rule: &Value, path: &str, reader: &mut Reader<'s>) {
    body(&rule["validate"], &format!("{path}validate/"), &Ty::Object, reader);
    // A patch of other targets is not one of the object.
    if rule["mutate"]["targets"].is_null() {
        body(&rule["mutate"], &format!("{path}mutate/"), &Ty::Object, reader);
    }
}

fn body<'s>(body: &Value, path: &str, ty: &Ty<'s>, reader: &mut Reader<'s>) {
    overlay(&body["pattern"], &format!("{path}pattern/"), ty, reader);
    for (index, one) in body["anyPattern"].as_array().into_iter().flatten().enumerate() {
        overlay(one, &format!("{path}anyPattern/{index}/"), ty, reader);
    }
    // A patch within `foreach` is one of the whole object.
    overlay(&body["patchStrategicMerge"], &format!("{path}patchStrategicMerge/"), &Ty::Object, reader);
    for (index, entry) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        let names = reader.typing.named();
        let element = element(entry, reader);
        reader.typing.name("element", element.clone());
        let ty = compared(entry, element);
        self::body(entry, &format!("{path}foreach/{index}/"), &ty, reader);
        reader.typing.forget(names);
    }
}

/// What the pattern of an entry is compared with: the element when it is a map, unless the entry says otherwise.
fn compared<'s>(entry: &Value, element: Ty<'s>) -> Ty<'s> {
    match &element {
        _ if entry["elementScope"] == Value::Bool(false) => Ty::Object,
        Ty::At(Shape::Object(_) | Shape::Map(_), _) => element,
        _ => Ty::Unknown,
    }
}

/// Follows the keys of `value`, which holds fields of `ty`.
pub(super) fn overlay<'s>(value: &Value, path: &str, ty: &Ty<'s>, reader: &mut Reader<'s>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| is_field(key)) {
                let path = format!("{path}{key}/");
                let inner = reader.typing.field(ty, bare_key(key), &(0..0));
                reader.key(&path);
                if inner != Ty::Unknown {
                    overlay(value, &path, &inner, reader);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
                let path = format!("{path}{index}/");
                let inner = reader.typing.item(ty, &(0..0));
                reader.key(&path);
                overlay(item, &path, &inner, reader);
            }
        }
        _ => {}
    }
}

/// Not a directive, a variable, or something that is told to be no anchor.
fn is_field(key: &str) -> bool {
    let odd = Anchor::parse(key).is_none() && key.contains(['(', ')', '?', '*']);
    !odd && !key.contains("{{") && !key.starts_with('$')
}
