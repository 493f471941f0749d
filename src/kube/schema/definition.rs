//! Kinds that custom resource definitions of the site define.

use super::shape::{Field, Kind, ListMerge, Name, Origin, Shape, Type, TypeId};
use super::{Schemas, Version};
use crate::kube::{Gvk, Resource};
use serde_json::{Map, Value};

const META: (&str, &str) = ("v1", "ConfigMap");

impl Schemas {
    /// These schemas with the kinds that the definitions among `resources` define. A kind that is known already
    /// is taken as the definition has it.
    pub fn with_definitions<'r>(&self, resources: impl IntoIterator<Item = &'r Resource>) -> Schemas {
        let mut schemas = self.clone();
        for resource in resources.into_iter().filter(|one| one.gvk.kind == "CustomResourceDefinition") {
            schemas.define(&resource.body["spec"]);
        }
        schemas
    }

    fn define(&mut self, spec: &Value) {
        let text = |value: &Value| value.as_str().map(|text| Name::from(text.to_string()));
        let (Some(group), Some(kind)) = (text(&spec["group"]), text(&spec["names"]["kind"])) else { return };
        for version in spec["versions"].as_array().into_iter().flatten() {
            let (Some(name), true) = (text(&version["name"]), version["served"] != Value::Bool(false)) else {
                continue;
            };
            let shape = self.root(&version["schema"]["openAPIV3Schema"]);
            let own = |one: &Kind| one.group == group && one.kind == kind && one.version == name;
            let defined = Kind {
                plural: text(&spec["names"]["plural"]).unwrap_or_default(),
                namespaced: spec["scope"] != "Cluster",
                deprecated: version["deprecated"] == Value::Bool(true),
                origin: Origin::Site,
                served: (Version::OLDEST, Version::NEWEST),
                group: group.clone(),
                kind: kind.clone(),
                version: name.clone(),
                shape,
            };
            match self.kinds.iter().position(own) {
                Some(at) => self.kinds[at] = defined,
                None => self.add(defined),
            }
        }
    }

    /// The shape of a whole object: the API server adds the fields that all objects have.
    fn root(&mut self, schema: &Value) -> Shape {
        let Shape::Object(id) = self.defined(schema) else { return Shape::Any };
        let metadata = self.metadata();
        let general = [("apiVersion", Shape::Text), ("kind", Shape::Text), ("metadata", metadata)];
        let fields = &mut self.types[id.0].fields;
        fields.retain(|field| general.iter().all(|(name, _)| field.name != *name));
        fields
            .extend(general.into_iter().map(|(name, shape)| field(name.into(), shape, false, &Value::Null)));
        fields.sort_by(|left, right| left.name.cmp(&right.name));
        Shape::Object(id)
    }

    /// The metadata of every object, as any built-in kind has it.
    fn metadata(&self) -> Shape {
        let kind = self.kind(&Gvk::new(META.0, META.1)).map(Kind::shape);
        let Some(Shape::Object(id)) = kind else { return Shape::Any };
        self.fields(*id).field("metadata").map_or(Shape::Any, |field| field.shape.clone())
    }

    /// The shape that a schema of a definition describes.
    fn defined(&mut self, schema: &Value) -> Shape {
        let open = schema["x-kubernetes-preserve-unknown-fields"] == Value::Bool(true);
        if schema["x-kubernetes-int-or-string"] == Value::Bool(true) {
            return Shape::IntOrText;
        }
        if schema["x-kubernetes-embedded-resource"] == Value::Bool(true) {
            return Shape::Any;
        }
        match (schema["type"].as_str(), schema["properties"].as_object()) {
            (Some("object"), Some(properties)) => Shape::Object(self.typed(properties, schema, open)),
            (Some("object"), None) if open => Shape::Map(Box::new(Shape::Any)),
            (Some("object"), None) => match &schema["additionalProperties"] {
                Value::Object(_) => Shape::Map(Box::new(self.defined(&schema["additionalProperties"]))),
                Value::Bool(true) => Shape::Map(Box::new(Shape::Any)),
                _ => Shape::Object(self.typed(&Map::new(), schema, open)),
            },
            (Some("array"), _) => Shape::List(Box::new(self.defined(&schema["items"]))),
            (Some(kind), _) => scalar(kind, schema),
            (None, _) => Shape::Any,
        }
    }

    fn typed(&mut self, properties: &Map<String, Value>, schema: &Value, open: bool) -> TypeId {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = Vec::with_capacity(properties.len());
        for (name, inner) in properties {
            // What has a default need not be written.
            let must = required.contains(&name.as_str()) && inner["default"].is_null();
            fields.push(field(name.clone().into(), self.defined(inner), must, inner));
        }
        fields.sort_by(|left: &Field, right| left.name.cmp(&right.name));
        self.types.push(Type { fields, open });
        TypeId(self.types.len() - 1)
    }
}

fn scalar(kind: &str, schema: &Value) -> Shape {
    let words =
        schema["enum"].as_array().map(|words| words.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    match (kind, words, schema["format"].as_str()) {
        ("string", Some(Some(words)), _) => {
            Shape::OneOf(words.into_iter().map(|word| word.to_string().into()).collect())
        }
        ("string", _, Some("date-time")) => Shape::Time,
        ("string", _, Some("byte")) => Shape::Bytes,
        ("string", ..) => Shape::Text,
        ("boolean", ..) => Shape::Boolean,
        ("integer", ..) => Shape::Integer,
        ("number", ..) => Shape::Number,
        _ => Shape::Any,
    }
}

fn field(name: Name, shape: Shape, required: bool, schema: &Value) -> Field {
    let keys = schema["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
    let merge = ListMerge {
        keys: keys.filter_map(Value::as_str).map(|key| key.to_string().into()).collect(),
        set: schema["x-kubernetes-list-type"] == "set",
        patch: None,
    };
    Field { name, shape, required, merge }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;

    const PROBE: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: probes.example.com}
spec:
  group: example.com
  names: {kind: Probe, plural: probes}
  scope: Cluster
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [url, every]
            properties:
              url: {type: string}
              every: {type: integer, default: 5}
              mode: {type: string, enum: [fast, slow]}
              extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
";

    #[test]
    fn a_definition_of_the_site_is_a_kind_like_any_other() {
        let schemas = Schemas::newest().with_definitions(&read(PROBE).0);
        let kind = schemas.kind(&Gvk::new("example.com/v1", "Probe")).unwrap();
        assert_eq!((kind.plural.as_ref(), kind.namespaced, kind.origin), ("probes", false, Origin::Site));
        let text = "apiVersion: example.com/v1\nkind: Probe\nmetadata: {name: a, lables: {}}\nspec: {mode: quick, speed: 1, extra: {a: [1]}}\n";
        let faults = schemas.faults(kind, &read(text).0[0]);
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`metadata` has no field `lables`",
                "`spec.mode` does not take `quick`",
                "`spec` has no field `speed`",
                "`spec` lacks `url`, which is required",
            ]
        );
        assert!(Schemas::newest().kind(&Gvk::new("example.com/v1", "Probe")).is_none());
    }
}
