//! The fields that each kind of policy has, and values where they do not belong.

use crate::kube::Gvk;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TABLE: &str = include_str!("fields.txt");

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Any,
    Text,
    Boolean,
    Number,
    List(Box<Shape>),
    Free(Box<Shape>),
    Fields { open: bool, fields: BTreeMap<&'static str, Shape> },
}

static SHAPES: LazyLock<BTreeMap<&'static str, Shape>> = LazyLock::new(|| {
    let lines: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    let pairs = lines.chunks_exact(2).flat_map(|pair| {
        let shape = Reader { rest: pair[1] }.shape();
        pair[0].split(' ').map(move |kind| (kind, shape.clone()))
    });
    pairs.collect()
});

/// Reads the notation of the table.
struct Reader {
    rest: &'static str,
}

impl Reader {
    fn take(&mut self) -> Option<char> {
        let first = self.rest.chars().next()?;
        self.rest = &self.rest[first.len_utf8()..];
        Some(first)
    }

    fn shape(&mut self) -> Shape {
        match self.take() {
            Some(':') => match self.take() {
                Some('s') => Shape::Text,
                Some('b') => Shape::Boolean,
                _ => Shape::Number,
            },
            Some('[') => Shape::List(self.inner()),
            Some('<') => Shape::Free(self.inner()),
            Some('{') => self.fields(),
            _ => Shape::Any,
        }
    }

    /// The shape inside brackets, and the bracket behind it.
    fn inner(&mut self) -> Box<Shape> {
        let shape = Box::new(self.shape());
        self.take();
        shape
    }

    fn fields(&mut self) -> Shape {
        let (mut open, mut fields) = (false, BTreeMap::new());
        loop {
            match self.rest.chars().next() {
                None | Some('}') => {
                    self.take();
                    return Shape::Fields { open, fields };
                }
                Some(' ') => drop(self.take()),
                Some('*') => {
                    open = true;
                    self.take();
                }
                Some(_) => {
                    let end = self.rest.find([':', '[', '<', '{', '*', '}']).unwrap_or(self.rest.len());
                    let (name, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    fields.insert(name, self.shape());
                }
            }
        }
    }
}

/// What `spec` of a policy of this kind has that it should not have: the path of each field and the reason.
/// Kinds that the table does not know have nothing.
pub(super) fn misplaced(gvk: &Gvk, spec: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(shape) = SHAPES.get(gvk.to_string().as_str()) {
        compare(spec, shape, "/spec/", &mut found);
    }
    found
}

fn compare(value: &Value, shape: &Shape, path: &str, found: &mut Vec<(String, String)>) {
    let wrong = |what: &str| (path.to_string(), format!("{what} is expected here"));
    match (shape, value) {
        (_, Value::Null)
        | (Shape::Any, _)
        | (Shape::Text, Value::String(_))
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Number, Value::Number(_)) => {}
        (Shape::List(shape), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                compare(item, shape, &format!("{path}{index}/"), found);
            }
        }
        (Shape::Free(shape), Value::Object(map)) => {
            for (key, item) in map {
                compare(item, shape, &format!("{path}{key}/"), found);
            }
        }
        (Shape::Fields { open, fields }, Value::Object(map)) => {
            for (key, item) in map {
                match fields.get(key.as_str()) {
                    Some(shape) => compare(item, shape, &format!("{path}{key}/"), found),
                    None if *open => {}
                    None => found.push((format!("{path}{key}/"), format!("there is no field `{key}` here"))),
                }
            }
        }
        (Shape::Text, _) => found.push(wrong("a text")),
        (Shape::Boolean, _) => found.push(wrong("true or false")),
        (Shape::Number, _) => found.push(wrong("a number")),
        (Shape::List(_), _) => found.push(wrong("a list")),
        (Shape::Free(_) | Shape::Fields { .. }, _) => found.push(wrong("a map")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_that_a_kind_does_not_have_are_found() {
        let spec =
            json!({"rules": [{"name": "r", "macth": {}, "validate": {"message": 1, "pattern": {"x": 1}}}]});
        let found = misplaced(&Gvk::new("kyverno.io/v1", "ClusterPolicy"), &spec);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/spec/rules/0/macth/", "/spec/rules/0/validate/message/"]);
        assert!(misplaced(&Gvk::new("example.com/v1", "Other"), &spec).is_empty());
    }
}
