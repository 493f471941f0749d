//! Which kinds are namespaced, and what their plural is: the built-in kinds of Kubernetes 1.32 and the
//! definitions (CRDs) given beside them.

use super::{Gvk, Resource};

/// The version of Kubernetes whose built-in kinds these are.
pub const KUBERNETES_VERSION: &str = "1.32";

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

/// One line a group: the group, then the kinds with their plurals; `!` marks a cluster-scoped kind.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "",
        "Binding/bindings ConfigMap/configmaps Endpoints/endpoints Event/events LimitRange/limitranges \
         !Namespace/namespaces !Node/nodes PersistentVolumeClaim/persistentvolumeclaims \
         !PersistentVolume/persistentvolumes Pod/pods PodTemplate/podtemplates \
         ReplicationController/replicationcontrollers ResourceQuota/resourcequotas Secret/secrets \
         ServiceAccount/serviceaccounts Service/services !ComponentStatus/componentstatuses",
    ),
    (
        "admissionregistration.k8s.io",
        "!MutatingWebhookConfiguration/mutatingwebhookconfigurations \
         !ValidatingWebhookConfiguration/validatingwebhookconfigurations \
         !ValidatingAdmissionPolicy/validatingadmissionpolicies \
         !ValidatingAdmissionPolicyBinding/validatingadmissionpolicybindings \
         !MutatingAdmissionPolicy/mutatingadmissionpolicies \
         !MutatingAdmissionPolicyBinding/mutatingadmissionpolicybindings",
    ),
    ("apiextensions.k8s.io", "!CustomResourceDefinition/customresourcedefinitions"),
    ("apiregistration.k8s.io", "!APIService/apiservices"),
    (
        "apps",
        "ControllerRevision/controllerrevisions DaemonSet/daemonsets Deployment/deployments \
         ReplicaSet/replicasets StatefulSet/statefulsets",
    ),
    ("authentication.k8s.io", "!TokenReview/tokenreviews !SelfSubjectReview/selfsubjectreviews"),
    (
        "authorization.k8s.io",
        "LocalSubjectAccessReview/localsubjectaccessreviews !SelfSubjectAccessReview/selfsubjectaccessreviews \
         !SelfSubjectRulesReview/selfsubjectrulesreviews !SubjectAccessReview/subjectaccessreviews",
    ),
    ("autoscaling", "HorizontalPodAutoscaler/horizontalpodautoscalers"),
    ("batch", "CronJob/cronjobs Job/jobs"),
    ("certificates.k8s.io", "!CertificateSigningRequest/certificatesigningrequests"),
    ("coordination.k8s.io", "Lease/leases"),
    ("discovery.k8s.io", "EndpointSlice/endpointslices"),
    ("events.k8s.io", "Event/events"),
    (
        "flowcontrol.apiserver.k8s.io",
        "!FlowSchema/flowschemas !PriorityLevelConfiguration/prioritylevelconfigurations",
    ),
    (
        "networking.k8s.io",
        "!IngressClass/ingressclasses Ingress/ingresses NetworkPolicy/networkpolicies \
         !IPAddress/ipaddresses !ServiceCIDR/servicecidrs",
    ),
    ("node.k8s.io", "!RuntimeClass/runtimeclasses"),
    ("policy", "PodDisruptionBudget/poddisruptionbudgets"),
    (
        "rbac.authorization.k8s.io",
        "!ClusterRoleBinding/clusterrolebindings !ClusterRole/clusterroles RoleBinding/rolebindings Role/roles",
    ),
    (
        "resource.k8s.io",
        "!DeviceClass/deviceclasses ResourceClaim/resourceclaims ResourceClaimTemplate/resourceclaimtemplates \
         !ResourceSlice/resourceslices",
    ),
    ("scheduling.k8s.io", "!PriorityClass/priorityclasses"),
    (
        "storage.k8s.io",
        "!CSIDriver/csidrivers !CSINode/csinodes CSIStorageCapacity/csistoragecapacities \
         !StorageClass/storageclasses !VolumeAttachment/volumeattachments \
         !VolumeAttributesClass/volumeattributesclasses",
    ),
];

/// The built-in kind of this group and name.
pub fn built_in(group: &str, kind: &str) -> Option<KindInfo> {
    let (_, kinds) = BUILT_IN.iter().find(|(name, _)| *name == group)?;
    kinds.split_whitespace().map(|entry| info(group, entry)).find(|info| info.kind == kind)
}

/// Every built-in kind, in the order of the table.
pub fn all() -> impl Iterator<Item = KindInfo> {
    BUILT_IN.iter().flat_map(|(group, kinds)| kinds.split_whitespace().map(move |entry| info(group, entry)))
}

fn info(group: &str, entry: &str) -> KindInfo {
    let (kind, plural) = entry.split_once('/').unwrap_or((entry, entry));
    KindInfo {
        group: group.to_string(),
        kind: kind.trim_start_matches('!').to_string(),
        plural: plural.to_string(),
        namespaced: !kind.starts_with('!'),
    }
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
    let own = defined.iter().find(|info| info.group == gvk.group && info.kind == gvk.kind).cloned();
    own.or_else(|| built_in(&gvk.group, &gvk.kind)).is_some_and(|info| !info.namespaced)
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
    }
}
