//! What a verdict may depend on besides the policy and the resource.

use super::cel::Facts;
use super::model::Policy;
use super::values::Values;
use crate::kube::scope::KindInfo;
use crate::kube::selector::Labels;
use crate::kube::{Gvk, Resource};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Everything that a cluster would know and a manifest does not say. The default is a plain `CREATE` by
/// nobody in particular.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The operation of the request.
    pub operation: Operation,
    /// Who asks; `None` when nothing is known.
    pub user: Option<User>,
    /// Labels of namespaces, by name.
    pub namespaces: BTreeMap<String, Labels>,
    /// Kinds that CRDs define, for their scope and plural.
    pub kinds: Vec<KindInfo>,
    /// Values that stand in for what a cluster would answer.
    pub values: Values,
    /// The objects of the cluster, for lookups of context entries; `None` when there is no cluster.
    pub cluster: Option<Vec<Resource>>,
    /// Do context entries find the ConfigMaps of the cluster? They do in a test that gives one, not among the
    /// objects of `kyverno apply`, where their values must be given.
    pub has_config_maps: bool,
    /// Objects that generate rules may copy.
    pub sources: Vec<Resource>,
    /// Policy exceptions.
    pub exceptions: Vec<Policy>,
    /// Kinds whose objects stand for the subresource of another one.
    pub subresources: Vec<Subresource>,
    /// Whole Namespace objects by name, for CEL's `namespaceObject`.
    pub namespace_objects: BTreeMap<String, Value>,
    /// What CEL's libraries may know of the world.
    pub facts: Facts,
    /// Objects that a binding of a ValidatingAdmissionPolicy may name as its parameters.
    pub parameters: Vec<Resource>,
    /// The objects that mutate-existing rules may change.
    pub targets: Vec<Resource>,
}

/// The operation of an admission request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Operation {
    /// A new object.
    #[default]
    Create,
    /// A change; object and old object are the same here.
    Update,
    /// A removal: the resource is the old object.
    Delete,
    /// A connection, as by `kubectl exec`.
    Connect,
}

impl Operation {
    /// The word in admission requests: `CREATE`, …
    pub fn word(self) -> &'static str {
        match self {
            Operation::Create => "CREATE",
            Operation::Update => "UPDATE",
            Operation::Delete => "DELETE",
            Operation::Connect => "CONNECT",
        }
    }

    /// From the word of an admission request.
    pub fn parse(text: &str) -> Option<Operation> {
        let all = [Operation::Create, Operation::Update, Operation::Delete, Operation::Connect];
        all.into_iter().find(|operation| operation.word() == text)
    }
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// The user name; `system:serviceaccount:NAMESPACE:NAME` for a service account.
    pub name: String,
    /// What tells the user from others of the same name at other times; may be empty.
    pub uid: String,
    /// What the authenticator knows beside, by name.
    pub extra: BTreeMap<String, Vec<String>>,
    /// The groups.
    pub groups: Vec<String>,
    /// Bound roles, `namespace:name`.
    pub roles: Vec<String>,
    /// Bound cluster roles.
    pub cluster_roles: Vec<String>,
}

impl User {
    /// The user as an admission request has it, without what is empty.
    pub(crate) fn info(&self) -> Value {
        let fields = [
            ("username", json!(self.name)),
            ("uid", json!(self.uid)),
            ("groups", json!(self.groups)),
            ("extra", json!(self.extra)),
        ];
        let empty = |value: &Value| [json!(""), json!([]), json!({})].contains(value);
        let written = fields.into_iter().filter(|(_, value)| !empty(value));
        Value::Object(written.map(|(key, value)| (key.to_string(), value)).collect())
    }
}

/// A kind whose objects are requests on a subresource: `autoscaling/v1 Scale` for `Deployment/scale`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subresource {
    /// The kind of the object.
    pub kind: Gvk,
    /// The kind that it is a part of.
    pub parent: Gvk,
    /// The name of the subresource: `scale`.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_of_a_user_is_not_there() {
        let extra = BTreeMap::from([("scopes".to_string(), vec!["a".to_string()])]);
        let user = User { name: "bob".into(), extra, ..User::default() };
        assert_eq!(user.info(), json!({"username": "bob", "extra": {"scopes": ["a"]}}));
        assert_eq!(User::default().info(), json!({}));
    }
}
