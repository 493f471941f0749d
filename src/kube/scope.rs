//! Which kinds are namespaced, and what their plural is: the built-in kinds of Kubernetes and the definitions
//! (CRDs) given beside them.

use super::schema::Schemas;
use super::{Gvk, Resource};

/// What the API server knows about a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindInfo {
    /// The API group; empty for the core group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The name in URLs: `deployments`.
    pub plural: String,
    /// Does it live in a namespace?
    pub namespaced: bool,
}

/// The built-in kind of this group and name, in any version of its API.
pub fn built_in(group: &str, kind: &str) -> Option<KindInfo> {
    let kind = Schemas::newest().built_in(group, kind)?;
    Some(KindInfo {
        group: kind.group.to_string(),
        kind: kind.kind.to_string(),
        plural: kind.plural.to_string(),
        namespaced: kind.namespaced,
    })
}

/// The kind that a CustomResourceDefinition defines; `None` for any other resource.
pub fn defined_by(resource: &Resource) -> Option<KindInfo> {
    let spec = (resource.gvk.kind == "CustomResourceDefinition").then(|| &resource.body["spec"])?;
    Some(KindInfo {
        group: spec["group"].as_str()?.to_string(),
        kind: spec["names"]["kind"].as_str()?.to_string(),
        plural: spec["names"]["plural"].as_str()?.to_string(),
        namespaced: spec["scope"].as_str() != Some("Cluster"),
    })
}

/// Is `gvk` known to live outside of namespaces? A kind that nobody defines is taken as namespaced.
pub fn is_cluster_scoped(gvk: &Gvk, defined: &[KindInfo]) -> bool {
    let own = defined.iter().find(|info| info.group == gvk.group && info.kind == gvk.kind);
    match own {
        Some(info) => !info.namespaced,
        None => Schemas::newest().built_in(&gvk.group, &gvk.kind).is_some_and(|kind| !kind.namespaced),
    }
}

/// Short names of built-in kinds, as `kubectl api-resources` lists them, and the kinds in lower case.
const SHORT_NAMES: [(&str, &str); 19] = [
    ("cj", "cronjob"),
    ("cm", "configmap"),
    ("crd", "customresourcedefinition"),
    ("deploy", "deployment"),
    ("ds", "daemonset"),
    ("hpa", "horizontalpodautoscaler"),
    ("ing", "ingress"),
    ("netpol", "networkpolicy"),
    ("no", "node"),
    ("ns", "namespace"),
    ("pc", "priorityclass"),
    ("pdb", "poddisruptionbudget"),
    ("po", "pod"),
    ("pv", "persistentvolume"),
    ("pvc", "persistentvolumeclaim"),
    ("rs", "replicaset"),
    ("sa", "serviceaccount"),
    ("sts", "statefulset"),
    ("svc", "service"),
];

/// The kind of a short name that `kubectl` takes, in lower case.
pub fn of_short_name(name: &str) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(short, _)| *short == name).map(|(_, kind)| *kind)
}

/// The plural of a kind that no table knows, as Kubernetes guesses it.
pub fn guessed_plural(kind: &str) -> String {
    let lower = kind.to_lowercase();
    match lower.chars().last() {
        Some('s') => format!("{lower}es"),
        Some('y') => format!("{}ies", &lower[..lower.len() - 1]),
        _ => format!("{lower}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_kinds_know_their_scope() {
        assert!(is_cluster_scoped(&Gvk::new("v1", "Namespace"), &[]));
        assert!(is_cluster_scoped(&Gvk::new("rbac.authorization.k8s.io/v1", "ClusterRole"), &[]));
        assert!(!is_cluster_scoped(&Gvk::new("v1", "Pod"), &[]));
        assert!(!is_cluster_scoped(&Gvk::new("example.com/v1", "Probe"), &[]));
        assert_eq!(built_in("networking.k8s.io", "NetworkPolicy").unwrap().plural, "networkpolicies");
        assert_eq!(guessed_plural("Gateway"), "gatewaies");
        assert_eq!((of_short_name("deploy"), of_short_name("deployment")), (Some("deployment"), None));
    }
}
