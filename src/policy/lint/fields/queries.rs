//! The expressions of a rule: what they read of the object.

use super::Reader;
use crate::policy::typing::Ty;
use crate::policy::{jmespath, variables};
use serde_json::Value;

pub(super) fn rule(rule: &Value, path: &str, reader: &mut Reader<'_>) {
    walk(rule, path, reader);
}

/// Does the rule ask which kind the object has? Then its fields are read where they are.
pub(super) fn asks_for_kind(value: &Value) -> bool {
    match value {
        Value::String(text) => variables::expressions(text).iter().any(|one| one.contains("kind")),
        Value::Array(items) => items.iter().any(asks_for_kind),
        Value::Object(map) => map.values().any(asks_for_kind),
        _ => false,
    }
}

/// What an element of the list of a `foreach` is.
pub(super) fn element<'s>(entry: &Value, reader: &mut Reader<'s>) -> Ty<'s> {
    let list = entry["list"].as_str().map(jmespath::parse);
    let Some(Ok(list)) = list else { return Ty::Unknown };
    let ty = list.typed(&mut reader.typing);
    let element = reader.typing.item(&ty, &(0..0));
    // What is wrong with the list is told where its text is read.
    reader.typing.missed.clear();
    reader.typing.passed.clear();
    element
}

fn walk(value: &Value, path: &str, reader: &mut Reader<'_>) {
    match value {
        Value::String(text) => {
            for expression in variables::expressions(text) {
                read(&expression, path, reader);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}{index}/"), reader);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                match (key.as_str(), value) {
                    ("foreach", Value::Array(entries)) => each(entries, &path, reader),
                    // Without a value of its own a variable is one of the request.
                    ("variable", Value::Object(variable)) if !variable.contains_key("value") => {
                        whole(&value["jmesPath"], &format!("{path}jmesPath/"), reader);
                        walk(&value["default"], &format!("{path}default/"), reader);
                    }
                    _ => walk(value, &path, reader),
                }
            }
        }
        _ => {}
    }
}

fn each(entries: &[Value], path: &str, reader: &mut Reader<'_>) {
    for (index, entry) in entries.iter().enumerate() {
        let path = format!("{path}{index}/");
        let names = reader.typing.named();
        whole(&entry["list"], &format!("{path}list/"), reader);
        let element = element(entry, reader);
        reader.typing.name("element", element);
        walk(entry, &path, reader);
        reader.typing.forget(names);
    }
}

/// A field that is an expression itself.
fn whole(value: &Value, path: &str, reader: &mut Reader<'_>) {
    match value.as_str().filter(|text| variables::expressions(text).is_empty()) {
        Some(text) => read(text, path, reader),
        None => walk(value, path, reader),
    }
}

fn read(text: &str, path: &str, reader: &mut Reader<'_>) {
    if let Ok(expression) = jmespath::parse(text.trim_start_matches('-').trim()) {
        expression.typed(&mut reader.typing);
        reader.expression(path, text);
    }
}
