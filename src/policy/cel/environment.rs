//! What an expression may name: variables with their types, and which libraries there are.

use super::types::{AUTHORIZER, Type};
use std::collections::BTreeMap;

/// Which libraries there are; each has those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Libraries {
    /// Those of Kubernetes.
    Kubernetes,
    /// Those of Kyverno's policies.
    Kyverno,
    /// Those of Kyverno's policies about images.
    Images,
}

/// The names and libraries of one place in a policy.
#[derive(Debug, Clone)]
pub struct Environment {
    pub(crate) libraries: Libraries,
    /// Must the elements of a literal be of one type?
    pub(crate) uniform_literals: bool,
    /// May `Object{…}` and `JSONPatch{…}` be constructed?
    pub(crate) constructors: bool,
    variables: BTreeMap<String, Type>,
}

const REQUEST: &str = "kubernetes.AdmissionRequest";
const KYVERNO_REQUEST: &str = "kyverno.AdmissionRequest";
const NAMESPACE: &str = "kubernetes.Namespace";

impl Environment {
    /// The environment of Kyverno's own CEL policies: ValidatingPolicy and its siblings.
    pub fn kyverno() -> Environment {
        let environment = Environment::base(Libraries::Kyverno, KYVERNO_REQUEST);
        environment.with("exceptions", Type::Object("kyverno.Exceptions".to_owned()))
    }

    /// The environment of ImageValidatingPolicy: images by the names of their extractors, and who must have signed them.
    pub fn images() -> Environment {
        let environment = Environment { libraries: Libraries::Images, ..Environment::kyverno() };
        environment
            .with("images", Type::map(Type::String, Type::list(Type::String)))
            .with("attestors", Type::Dyn)
            .with("attestations", Type::Dyn)
    }

    /// The environment of `validate.cel` in a ClusterPolicy and of ValidatingAdmissionPolicy.
    pub fn kubernetes() -> Environment {
        Environment::base(Libraries::Kubernetes, REQUEST).with("authorizer", Type::Opaque(AUTHORIZER))
    }

    fn base(libraries: Libraries, request: &str) -> Environment {
        let environment = Environment {
            libraries,
            uniform_literals: true,
            constructors: false,
            variables: BTreeMap::new(),
        };
        environment
            .with("object", Type::Dyn)
            .with("oldObject", Type::Dyn)
            .with("request", Type::Object(request.to_owned()))
            .with("namespaceObject", Type::Object(NAMESPACE.to_owned()))
    }

    /// The same with the variable `name` of type `found`; later ones hide earlier ones.
    pub fn with(mut self, name: &str, found: Type) -> Environment {
        self.variables.insert(name.to_owned(), found);
        self
    }

    /// The same with `Object{…}` and `JSONPatch{…}`, for mutations.
    pub fn with_constructors(self) -> Environment {
        Environment { constructors: true, ..self }
    }

    /// The same with literals that may mix types, as GeneratingPolicy allows.
    pub fn with_mixed_literals(self) -> Environment {
        Environment { uniform_literals: false, ..self }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Type> {
        self.variables.get(name)
    }

    /// May a value of type `name` be constructed here?
    pub(crate) fn constructs(&self, name: &str) -> bool {
        self.constructors && (name == "Object" || name.starts_with("Object.") || name == "JSONPatch")
    }

    /// The type of `field` in the object type `object`; `None` if it has no such field.
    pub(crate) fn field(object: &str, field: &str) -> Option<Type> {
        let named = |name: &str| Type::Object(name.to_owned());
        let labels = Type::map(Type::String, Type::String);
        Some(match (object, field) {
            (KYVERNO_REQUEST, "object" | "oldObject") => Type::Dyn,
            (REQUEST | KYVERNO_REQUEST, field) => match field {
                "kind" | "requestKind" => named("kubernetes.GroupVersionKind"),
                "resource" | "requestResource" => named("kubernetes.GroupVersionResource"),
                "name" | "namespace" | "operation" | "subResource" | "requestSubResource" => Type::String,
                "userInfo" => named("kubernetes.UserInfo"),
                "dryRun" => Type::Bool,
                "options" => Type::Dyn,
                _ => return None,
            },
            ("kubernetes.GroupVersionKind", "group" | "version" | "kind")
            | ("kubernetes.GroupVersionResource", "group" | "version" | "resource")
            | ("kubernetes.UserInfo", "username" | "uid") => Type::String,
            ("kubernetes.UserInfo", "groups") => Type::list(Type::String),
            ("kubernetes.UserInfo", "extra") => Type::map(Type::String, Type::list(Type::String)),
            (NAMESPACE, "metadata") => named("kubernetes.NamespaceMetadata"),
            (NAMESPACE, "spec") => named("kubernetes.NamespaceSpec"),
            (NAMESPACE, "status") => named("kubernetes.NamespaceStatus"),
            ("kubernetes.NamespaceSpec", "finalizers") => Type::list(Type::String),
            ("kubernetes.NamespaceStatus", "phase") => Type::String,
            ("kubernetes.NamespaceMetadata", field) => match field {
                "name" | "generateName" | "namespace" | "UID" | "resourceVersion" => Type::String,
                "labels" | "annotations" => labels,
                "creationTimestamp" | "deletionTimestamp" => Type::Timestamp,
                "deletionGracePeriodSeconds" | "generation" => Type::Int,
                "finalizers" => Type::list(Type::String),
                _ => return None,
            },
            ("kyverno.Exceptions", "allowedImages" | "allowedValues") => Type::list(Type::String),
            (object, _) if object == "Object" || object.starts_with("Object.") || object == "JSONPatch" => {
                Type::Dyn
            }
            _ => return None,
        })
    }
}
