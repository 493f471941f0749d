//! What a manifest has that its kind does not take.

use super::Schemas;
use super::shape::{Kind, Shape, Step, TypeId};
use crate::diag::nearest;
use crate::kube::{Quantity, Resource};
use crate::source::time;
use serde_json::{Map, Value};
use std::ops::Range;

/// One thing that the API server refuses, or drops without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What sort of thing.
    pub kind: FaultKind,
    /// One phrase, lower case.
    pub message: String,
    /// What helps, one phrase; may be empty.
    pub help: String,
    /// The field as Kyverno writes it: `/spec/containers/0/image/`.
    pub path: String,
    /// The key, or the value that does not belong there: bytes of the text that was read.
    pub place: Option<Range<usize>>,
}

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A field that does not exist.
    UnknownField,
    /// A field that is not there.
    Missing,
    /// A value of another type.
    WrongType,
    /// A text that is none of those that the field takes.
    WrongValue,
}

impl Schemas {
    /// What `resource` has that `kind` does not take, in the order of the manifest.
    pub fn faults(&self, kind: &Kind, resource: &Resource) -> Vec<Fault> {
        let mut walk = Walk { schemas: self, resource, found: Vec::new() };
        walk.value(&resource.body, kind.shape(), "/");
        walk.found
    }
}

struct Walk<'a> {
    schemas: &'a Schemas,
    resource: &'a Resource,
    found: Vec<Fault>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, shape: &Shape, path: &str) {
        match (shape, value) {
            // An API server reads an empty value as if it were not there.
            (_, Value::Null) | (Shape::Any, _) => {}
            (Shape::List(item), Value::Array(items)) => {
                for (index, one) in items.iter().enumerate() {
                    self.value(one, item, &format!("{path}{index}/"));
                }
            }
            (Shape::Map(inner), Value::Object(map)) => {
                for (key, one) in map {
                    self.value(one, inner, &format!("{path}{key}/"));
                }
            }
            (Shape::Object(id), Value::Object(map)) => self.fields(map, *id, path),
            (shape, value) => self.scalar(value, shape, path),
        }
    }

    fn fields(&mut self, map: &Map<String, Value>, id: TypeId, path: &str) {
        let schemas = self.schemas;
        let shape = Shape::Object(id);
        for (key, value) in map {
            match schemas.key(&shape, key) {
                Step::To(inner) => self.value(value, inner, &format!("{path}{key}/")),
                Step::NoField(_) => self.unknown(id, key, path),
                Step::Open | Step::NoStep => {}
            }
        }
        let required = schemas.fields(id).fields.iter().filter(|field| field.required);
        for field in required.filter(|field| map.get(field.name.as_ref()).is_none_or(Value::is_null)) {
            let message = format!("{} lacks `{}`, which is required", shown(path), field.name);
            self.add(FaultKind::Missing, message, String::new(), path, self.resource.key_place(path));
        }
    }

    fn unknown(&mut self, id: TypeId, key: &str, path: &str) {
        let fields = self.schemas.fields(id);
        let help = match (nearest(key, fields.names()), self.schemas.nested(id, key)) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(owner)) => format!("it is a field of `{owner}`"),
            (None, None) => String::new(),
        };
        let message = format!("{} has no field `{key}`", shown(path));
        let path = format!("{path}{key}/");
        self.add(FaultKind::UnknownField, message, help, &path, self.resource.key_place(&path));
    }

    fn scalar(&mut self, value: &Value, shape: &Shape, path: &str) {
        let Some((kind, message, help)) = wrong(value, shape) else { return };
        let message = format!("{} {message}", shown(path));
        self.add(kind, message, help, path, self.resource.place(path));
    }

    fn add(
        &mut self,
        kind: FaultKind,
        message: String,
        help: String,
        path: &str,
        place: Option<Range<usize>>,
    ) {
        self.found.push(Fault { kind, message, help, path: path.to_string(), place });
    }
}

/// What is wrong with a value that is no list and no map, or that should be none.
fn wrong(value: &Value, shape: &Shape) -> Option<(FaultKind, String, String)> {
    let value_is = |right: bool, what: &str| {
        let text = value.as_str().unwrap_or_default();
        (!right).then(|| (FaultKind::WrongValue, format!("is {what}, `{text}` is not"), String::new()))
    };
    match (shape, value) {
        (Shape::Any, _)
        | (Shape::Text, Value::String(_))
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::IntOrText, Value::String(_))
        | (Shape::Quantity, Value::Number(_)) => None,
        (Shape::Integer | Shape::IntOrText, Value::Number(number)) if !number.is_f64() => None,
        (Shape::Quantity, Value::String(text)) => value_is(Quantity::parse(text).is_some(), "a quantity"),
        (Shape::Bytes, Value::String(text)) => value_is(is_base64(text), "base64"),
        (Shape::Time, Value::String(text)) => value_is(time::parse(text).is_some(), "a time"),
        (Shape::OneOf(words), Value::String(text)) => {
            if words.iter().any(|word| word == text) {
                return None;
            }
            let names = words.iter().map(AsRef::as_ref);
            let near = nearest(text, names.clone()).map(|near| format!("did you mean `{near}`?"));
            let all = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help = near.unwrap_or_else(|| format!("it takes {all}"));
            Some((FaultKind::WrongValue, format!("does not take `{text}`"), help))
        }
        _ => {
            let message = format!("takes {}, not {}", shape.words(), words(value));
            let quoted =
                matches!(shape, Shape::Text | Shape::OneOf(_)) && !value.is_array() && !value.is_object();
            let help = if quoted { "put the value in quotes".to_string() } else { String::new() };
            Some((FaultKind::WrongType, message, help))
        }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_string(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() <= 40 && !text.contains('\n') => {
            format!("the text `{text}`")
        }
        Value::String(_) => "a text".to_string(),
        Value::Array(_) => "a list".to_string(),
        Value::Object(_) => "a map".to_string(),
    }
}

/// Base64 with its padding, line breaks left out as Go's decoder does.
fn is_base64(text: &str) -> bool {
    let bare: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let body = bare.strip_suffix(b"==").or_else(|| bare.strip_suffix(b"=")).unwrap_or(&bare);
    bare.len().is_multiple_of(4)
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// A path as people write it: `spec.containers[0]`; the whole is `the object`.
pub(super) fn shown(path: &str) -> String {
    let mut shown = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => shown.push_str(&format!("[{part}]")),
            false if shown.is_empty() => shown.push_str(part),
            false => shown.push_str(&format!(".{part}")),
        }
    }
    if shown.is_empty() { "the object".to_string() } else { format!("`{shown}`") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;
    use crate::kube::schema::Version;

    fn faults(text: &str) -> Vec<String> {
        faults_in("1.37", text)
    }

    fn faults_in(minor: &str, text: &str) -> Vec<String> {
        let schemas = Schemas::for_version(Version::parse(minor).unwrap());
        let resource = &read(text).0[0];
        let found = schemas.faults(schemas.kind(&resource.gvk).unwrap(), resource);
        let line = |fault: &Fault| {
            let place = &text[fault.place.clone().unwrap()];
            format!("{} @ {} ({})", fault.message, place.lines().next().unwrap_or_default(), fault.help)
        };
        found.iter().map(line).collect()
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n";

    #[test]
    fn fields_that_do_not_exist_are_found_with_what_was_meant() {
        let text = format!(
            "{POD}  volumes:\n  - {{name: tmp, medium: Memory}}\n  containers:\n  - {{name: a, imagePulPolicy: Always}}\n"
        );
        assert_eq!(
            faults(&text),
            [
                "`spec.volumes[0]` has no field `medium` @ medium (it is a field of `emptyDir`)",
                "`spec.containers[0]` has no field `imagePulPolicy` @ imagePulPolicy (did you mean `imagePullPolicy`?)",
            ]
        );
    }

    #[test]
    fn values_of_another_type_are_found() {
        let text = format!(
            "{POD}  hostPID: 'yes'\n  restartPolicy: never\n  containers:\n  - name: a\n    args: [1]\n    env: [{{name: A, value: 8080}}]\n    ports: [{{containerPort: '80'}}]\n    resources: {{limits: {{cpu: 2, memory: 1gb}}}}\n"
        );
        assert_eq!(
            faults(&text),
            [
                "`spec.hostPID` takes true or false, not the text `yes` @ 'yes' ()",
                "`spec.restartPolicy` does not take `never` @ never (did you mean `Never`?)",
                "`spec.containers[0].args[0]` takes a text, not the number 1 @ 1 (put the value in quotes)",
                "`spec.containers[0].env[0].value` takes a text, not the number 8080 @ 8080 (put the value in quotes)",
                "`spec.containers[0].ports[0].containerPort` takes a whole number, not the text `80` @ '80' ()",
                "`spec.containers[0].resources.limits.memory` is a quantity, `1gb` is not @ 1gb ()",
            ]
        );
    }

    #[test]
    fn what_is_required_is_missed_where_it_should_stand() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template: {spec: {containers: [{image: a}]}}\n";
        assert_eq!(
            faults(text),
            [
                "`spec.template.spec.containers[0]` lacks `name`, which is required @ image: a ()"
                    .replace("image: a", "{image: a}"),
                "`spec` lacks `selector`, which is required @ spec ()".to_string(),
            ]
        );
    }

    #[test]
    fn fields_come_with_their_version() {
        let text = format!("{POD}  resources: {{limits: {{cpu: 1}}}}\n  containers: [{{name: a}}]\n");
        assert!(faults(&text).is_empty());
        assert_eq!(
            faults_in("1.31", &text),
            ["`spec` has no field `resources` @ resources (it is a field of `containers`)"]
        );
    }

    #[test]
    fn an_ordinary_object_has_no_faults() {
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a, creationTimestamp: null, annotations: {a: b}}\nspec:\n  ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 8080, protocol: TCP}]\n";
        assert!(faults(service).is_empty());
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: YQ==, b: 'not base64'}\nstringData: {c: d}\n";
        assert_eq!(faults(secret), ["`data.b` is base64, `not base64` is not @ 'not base64' ()"]);
    }
}
