//! A Pod as the checks see it, and the fields that they point at.

use serde_json::Value;

/// The spec and the annotations of a Pod.
#[derive(Debug, Clone)]
pub(super) struct Pod {
    pub(super) spec: Value,
    pub(super) annotations: Value,
}

pub(super) const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// One container with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container<'p> {
    pub(super) list: &'static str,
    pub(super) index: usize,
    pub(super) body: &'p Value,
}

impl Pod {
    /// All containers: those that initialise first, the ephemeral ones last.
    pub(super) fn containers(&self) -> impl Iterator<Item = Container<'_>> {
        LISTS.into_iter().flat_map(|list| {
            let items = self.spec[list].as_array().into_iter().flatten().enumerate();
            items.map(move |(index, body)| Container { list, index, body })
        })
    }

    pub(super) fn is_windows(&self) -> bool {
        self.spec["os"]["name"].as_str() == Some("windows")
    }
}

impl<'p> Container<'p> {
    pub(super) fn security(&self) -> &'p Value {
        &self.body["securityContext"]
    }

    pub(super) fn name(&self) -> &'p str {
        self.body["name"].as_str().unwrap_or_default()
    }

    /// An error at a field of this container.
    pub(super) fn error(&self, field: &str, what: What) -> FieldError {
        FieldError {
            path: format!("{}[{}].{field}", self.list, self.index),
            container: Some(self.name().to_string()),
            what,
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// These values are not allowed.
    Values(Vec<String>),
    /// It must be set.
    Required,
    /// It must not be there.
    Forbidden,
}

impl What {
    pub(super) fn value(value: &Value) -> What {
        match value {
            Value::Null => What::Values(vec!["nil".to_string()]),
            value => What::Values(vec![crate::policy::gofmt::display(value)]),
        }
    }
}

/// A field that a check objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldError {
    /// Below the Pod's spec: `containers[0].securityContext.privileged`; annotations begin with `metadata.`.
    pub(super) path: String,
    /// The container that it is in.
    pub(super) container: Option<String>,
    pub(super) what: What,
}

impl FieldError {
    pub(super) fn of_pod(path: impl Into<String>, what: What) -> FieldError {
        FieldError { path: path.into(), container: None, what }
    }

    /// The path from the root of an object whose Pod spec stands at `base`.
    fn full(&self, base: &[&str]) -> String {
        match self.path.starts_with("metadata.") {
            true => [&base[..base.len() - 1], &[self.path.as_str()]].concat().join("."),
            false => format!("{}.{}", base.join("."), self.path),
        }
    }

    pub(super) fn display(&self, base: &[&str]) -> String {
        let path = self.full(base);
        match &self.what {
            What::Required => format!("{path}: Required value"),
            What::Forbidden => format!("{path}: Forbidden"),
            What::Values(values) => {
                let shown = match values.as_slice() {
                    [one] if !self.path.ends_with(".add") && !self.path.ends_with(".drop") => one.clone(),
                    many => format!("[{}]", many.join(" ")),
                };
                format!("{path} is forbidden, forbidden values found: {shown}")
            }
        }
    }

    /// The path as other rules write it: `/spec/containers/0/securityContext/privileged/`.
    pub(super) fn pointer(&self, base: &[&str]) -> String {
        let path = self.full(base).replace('[', ".").replace(']', "");
        format!("/{}/", path.replace('.', "/"))
    }

    /// The path with `*` in place of indices, from `spec` on.
    pub(super) fn general(&self) -> String {
        let mut general = String::new();
        let mut inside = false;
        for c in self.path.chars() {
            match c {
                '[' => {
                    inside = true;
                    general.push_str("[*]");
                }
                ']' => inside = false,
                _ if !inside => general.push(c),
                _ => {}
            }
        }
        match general.starts_with("metadata.") {
            true => general,
            false => format!("spec.{general}"),
        }
    }
}
