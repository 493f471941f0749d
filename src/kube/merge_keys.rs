//! Which lists of the built-in kinds are maps in disguise, and what their keys are: the patch strategies of
//! Kubernetes' OpenAPI description.

use super::Gvk;

/// How a list is merged by a strategic merge patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStrategy {
    /// The patch's list takes its place.
    Replace,
    /// Items with equal values under these keys are one item.
    Keys(&'static [&'static str]),
    /// A set of plain values.
    Set,
}

/// Lists of a container, of a Pod's spec, and of other objects: path below their owner, and keys.
const CONTAINER: [(&str, &[&str]); 4] = [
    ("env", &["name"]),
    ("ports", &["containerPort", "protocol"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
];
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
const POD: [(&str, &[&str]); 6] = [
    ("volumes", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("resourceClaims", &["name"]),
    ("schedulingGates", &["name"]),
];
const OTHER: [(&str, &str, &[&str]); 6] = [
    ("Service", "spec/ports", &["port", "protocol"]),
    ("ServiceAccount", "secrets", &["name"]),
    ("ServiceAccount", "imagePullSecrets", &["name"]),
    ("MutatingWebhookConfiguration", "webhooks", &["name"]),
    ("ValidatingWebhookConfiguration", "webhooks", &["name"]),
    ("Node", "status/conditions", &["type"]),
];

/// The strategy for the list at `path` of an object of `gvk`. Steps through lists are left out of the path:
/// `spec/containers/env`. Lists of kinds that Kubernetes does not know are replaced.
pub fn strategy(gvk: &Gvk, path: &[String]) -> ListStrategy {
    if super::scope::built_in(&gvk.group, &gvk.kind).is_none() {
        return ListStrategy::Replace;
    }
    let joined = path.join("/");
    if joined.ends_with("metadata/finalizers") {
        return ListStrategy::Set;
    }
    if joined.ends_with("metadata/ownerReferences") {
        return ListStrategy::Keys(&["uid"]);
    }
    let other = OTHER.iter().find(|(kind, list, _)| *kind == gvk.kind && *list == joined);
    if let Some((.., keys)) = other {
        return ListStrategy::Keys(keys);
    }
    let pod = pod_spec(&gvk.kind).and_then(|prefix| joined.strip_prefix(prefix)?.strip_prefix('/'));
    pod.and_then(below_pod).map_or(ListStrategy::Replace, ListStrategy::Keys)
}

/// Where the spec of a Pod stands in an object of this kind: `spec/template/spec`.
pub fn pod_spec(kind: &str) -> Option<&'static str> {
    match kind {
        "Pod" => Some("spec"),
        "PodTemplate" => Some("template/spec"),
        "CronJob" => Some("spec/jobTemplate/spec/template/spec"),
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            Some("spec/template/spec")
        }
        _ => None,
    }
}

fn below_pod(path: &str) -> Option<&'static [&'static str]> {
    if CONTAINERS.contains(&path) {
        return Some(&["name"]);
    }
    let container = path.split_once('/').filter(|(owner, _)| CONTAINERS.contains(owner));
    let lists = match container {
        Some((_, list)) => CONTAINER.iter().find(|(name, _)| *name == list),
        None => POD.iter().find(|(name, _)| *name == path),
    };
    lists.map(|(_, keys)| *keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(api: &str, kind: &str, path: &str) -> ListStrategy {
        let path: Vec<String> = path.split('/').map(str::to_string).collect();
        strategy(&Gvk::new(api, kind), &path)
    }

    #[test]
    fn lists_of_known_kinds_have_keys() {
        assert_eq!(keys("v1", "Pod", "spec/containers/env"), ListStrategy::Keys(&["name"]));
        assert_eq!(
            keys("apps/v1", "Deployment", "spec/template/spec/containers/ports"),
            ListStrategy::Keys(&["containerPort", "protocol"])
        );
        assert_eq!(keys("v1", "Pod", "spec/tolerations"), ListStrategy::Replace);
        assert_eq!(keys("example.com/v1", "Pod", "spec/containers"), ListStrategy::Replace);
        assert_eq!(keys("v1", "ConfigMap", "metadata/finalizers"), ListStrategy::Set);
    }
}
