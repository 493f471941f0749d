//! The merge of an apply configuration: lists with keys are merged item by item, new items are appended, and
//! what is atomic may not be touched.

use crate::kube::Gvk;
use crate::kube::merge_keys::{self, ListStrategy};
use crate::kube::scope;
use crate::policy::cel::Value as Cel;
use serde_json::{Map, Value};

/// Maps and structs that are one value to the API server.
const ATOMIC: [&str; 12] = [
    "nodeSelector",
    "selector",
    "labelSelector",
    "namespaceSelector",
    "podSelector",
    "configMapKeyRef",
    "secretKeyRef",
    "fieldRef",
    "resourceFieldRef",
    "secretRef",
    "objectSelector",
    "dataSource",
];

/// `object` with `patch` applied. `defined` says that a definition of its kind is at hand.
///
/// # Errors
/// A kind without a schema, an atomic field, or an item without its key.
pub(super) fn apply(object: &Value, patch: &Value, gvk: &Gvk, defined: bool) -> Result<Value, String> {
    if !defined && scope::built_in(&gvk.group, &gvk.kind).is_none() {
        return Err("type converter must not be nil".to_string());
    }
    let owners = &object["metadata"]["ownerReferences"];
    if !owners.is_null() && !owners.is_array() {
        return Err(
            "failed to convert original object to typed object: .metadata.ownerReferences: expected list"
                .to_string(),
        );
    }
    let mut merger = Merger { gvk, path: Vec::new(), shown: String::new(), atomic: Vec::new() };
    let merged = merger.value(Some(object), patch)?;
    match merger.atomic.is_empty() {
        true => Ok(merged),
        false => Err(format!(
            "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {}",
            merger.atomic.join(", ")
        )),
    }
}

struct Merger<'g> {
    gvk: &'g Gvk,
    path: Vec<String>,
    /// The path as messages show it, with indices.
    shown: String,
    atomic: Vec<String>,
}

impl Merger<'_> {
    fn value(&mut self, old: Option<&Value>, patch: &Value) -> Result<Value, String> {
        match patch {
            Value::Object(patch) => {
                if self.path.last().is_some_and(|last| ATOMIC.contains(&last.as_str()))
                    && !self.is_selector_map()
                {
                    self.atomic.push(self.shown.clone());
                }
                self.map(old.and_then(Value::as_object), patch)
            }
            Value::Array(patch) => {
                let old = old.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                self.list(old, patch)
            }
            scalar => Ok(scalar.clone()),
        }
    }

    /// The plain selector of a Service or ReplicationController is a map like any other to a merge.
    fn is_selector_map(&self) -> bool {
        self.path.last().is_some_and(|last| last == "selector") && self.gvk.kind == "PersistentVolume"
    }

    fn map(&mut self, old: Option<&Map<String, Value>>, patch: &Map<String, Value>) -> Result<Value, String> {
        let mut merged = old.cloned().unwrap_or_default();
        for (key, wanted) in patch {
            let length = self.shown.len();
            self.path.push(key.clone());
            self.shown.push_str(&format!(".{key}"));
            let value = self.value(merged.get(key), wanted);
            self.path.pop();
            self.shown.truncate(length);
            merged.insert(key.clone(), value?);
        }
        Ok(Value::Object(merged))
    }

    fn list(&mut self, old: &[Value], patch: &[Value]) -> Result<Value, String> {
        match merge_keys::applied(self.gvk, &self.path) {
            ListStrategy::Keys(keys) => self.keyed(old, patch, &keys),
            ListStrategy::Set => {
                let new = patch.iter().filter(|item| !old.contains(item));
                Ok(old.iter().chain(new).cloned().collect())
            }
            ListStrategy::Replace => {
                self.atomic.push(self.shown.clone());
                Ok(Value::Array(patch.to_vec()))
            }
        }
    }

    fn keyed(&mut self, old: &[Value], patch: &[Value], keys: &[&str]) -> Result<Value, String> {
        let mut merged = old.to_vec();
        for (index, item) in patch.iter().enumerate() {
            if let Some(key) = keys.iter().find(|key| key_value(item, key).is_null()) {
                return Err(format!(
                    "failed to convert patch object to typed object: {}: element {index}: associative list with \
                     keys has an element that omits key field \"{key}\"",
                    self.shown
                ));
            }
            let same = |other: &Value| keys.iter().all(|key| key_value(other, key) == key_value(item, key));
            let length = self.shown.len();
            self.shown.push_str(&format!("[{index}]"));
            let place = merged.iter().position(same);
            let value = self.value(place.map(|place| merged[place].clone()).as_ref(), item);
            self.shown.truncate(length);
            match place {
                Some(place) => merged[place] = value?,
                None => merged.push(value?),
            }
        }
        Ok(Value::Array(merged))
    }
}

/// The value of a key; the protocol of a port has a default.
fn key_value(item: &Value, key: &str) -> Value {
    match (&item[key], key) {
        (Value::Null, "protocol") => "TCP".into(),
        (value, _) => value.clone(),
    }
}

/// Does every constructed object have the type that its place asks for?
///
/// # Errors
/// The first that has not.
pub(super) fn check_names(value: &Cel) -> Result<(), String> {
    check(value, "Object")
}

fn check(value: &Cel, path: &str) -> Result<(), String> {
    match value {
        Cel::Struct(name, fields) => {
            if name.as_ref() != path {
                return Err(format!(
                    "type mismatch: unexpected type name \"{name}\", expected \"{path}\", which matches field \
                     name path from root Object type"
                ));
            }
            fields.iter().try_for_each(|(key, field)| check(field, &format!("{path}.{key}")))
        }
        Cel::List(items) => items.iter().try_for_each(|item| check(item, path)),
        Cel::Optional(Some(inner)) => check(inner, path),
        _ => Ok(()),
    }
}
