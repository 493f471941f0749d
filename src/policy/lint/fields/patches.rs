//! JSON patches: paths into the object, and what they put there.

use super::Reader;
use crate::policy::mutate::json_patch;
use crate::policy::typing::Ty;
use serde_json::Value;

pub(super) fn rule(rule: &Value, path: &str, reader: &mut Reader<'_>) {
    // A patch of other targets is not one of the object.
    if rule["mutate"]["targets"].is_null() {
        body(&rule["mutate"], &format!("{path}mutate/"), reader);
    }
}

fn body(body: &Value, path: &str, reader: &mut Reader<'_>) {
    let path_of_patch = format!("{path}patchesJson6902/");
    // A text that is no patch before its variables have values says nothing.
    let operations = body["patchesJson6902"].as_str().and_then(|text| json_patch::read(text).ok());
    for operation in operations.into_iter().flatten() {
        let added = matches!(operation["op"].as_str(), Some("add" | "replace"));
        let value = if added { &operation["value"] } else { &Value::Null };
        let pointers = [&operation["from"], &operation["path"]].into_iter().filter_map(Value::as_str);
        pointers.for_each(|pointer| follow(pointer, value, &path_of_patch, reader));
    }
    for (index, entry) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        self::body(entry, &format!("{path}foreach/{index}/"), reader);
    }
}

/// Follows a pointer, and below it the fields of the value that is put there.
fn follow(pointer: &str, value: &Value, path: &str, reader: &mut Reader<'_>) {
    let ty = reader.typing.pointer(pointer, 0);
    reader.expression(path, pointer);
    match value {
        _ if ty == Ty::Unknown => {}
        Value::Object(map) => {
            for (key, value) in map {
                follow(&format!("{pointer}/{}", json_patch::escaped(key)), value, path, reader);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                follow(&format!("{pointer}/{index}"), item, path, reader);
            }
        }
        _ => {}
    }
}
