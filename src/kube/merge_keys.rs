//! Which lists of the built-in kinds are maps in disguise, and what their keys are, as Kubernetes' OpenAPI
//! description says it.

use super::Gvk;
use super::schema::{ListMerge, Schemas, Shape};

/// How a list is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListStrategy {
    /// The patch's list takes its place.
    Replace,
    /// Items with equal values under these keys are one item.
    Keys(Vec<&'static str>),
    /// A set of plain values.
    Set,
}

/// How a strategic merge patch merges the list at `path` of an object of `gvk`. Steps through lists are left out of
/// the path: `spec/containers/env`. Lists of kinds that Kubernetes does not know are replaced.
pub fn patched(gvk: &Gvk, path: &[String]) -> ListStrategy {
    match list(gvk, path) {
        Some(ListMerge { patch: Some(_), keys, .. }) if !keys.is_empty() => all(keys),
        Some(ListMerge { patch: Some(key), .. }) if !key.is_empty() => ListStrategy::Keys(vec![key.as_ref()]),
        Some(ListMerge { patch: Some(_), .. }) => ListStrategy::Set,
        _ => ListStrategy::Replace,
    }
}

/// The same for an apply configuration, which follows the type of the list alone.
pub fn applied(gvk: &Gvk, path: &[String]) -> ListStrategy {
    match list(gvk, path) {
        Some(merge) if !merge.keys.is_empty() => all(&merge.keys),
        Some(merge) if merge.set => ListStrategy::Set,
        _ => ListStrategy::Replace,
    }
}

fn all(keys: &'static [std::borrow::Cow<'static, str>]) -> ListStrategy {
    ListStrategy::Keys(keys.iter().map(AsRef::as_ref).collect())
}

/// What is known of the merge of the field at `path`.
fn list(gvk: &Gvk, path: &[String]) -> Option<&'static ListMerge> {
    let schemas = Schemas::newest();
    let kind = schemas.kind(gvk).or_else(|| schemas.built_in(&gvk.group, &gvk.kind))?;
    let (mut shape, mut merge) = (kind.shape(), None);
    for name in path {
        while let Shape::List(item) = shape {
            shape = item;
        }
        (shape, merge) = match shape {
            Shape::Object(id) => {
                let field = schemas.fields(*id).field(name)?;
                (&field.shape, Some(&field.merge))
            }
            Shape::Map(value) => (&**value, None),
            _ => return None,
        };
    }
    merge
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(how: fn(&Gvk, &[String]) -> ListStrategy, api: &str, kind: &str, path: &str) -> String {
        let path: Vec<String> = path.split('/').map(str::to_string).collect();
        match how(&Gvk::new(api, kind), &path) {
            ListStrategy::Replace => "replace".to_string(),
            ListStrategy::Set => "set".to_string(),
            ListStrategy::Keys(keys) => keys.join(","),
        }
    }

    #[test]
    fn lists_of_known_kinds_have_keys() {
        let template = "spec/template/spec";
        let ports = format!("{template}/containers/ports");
        for how in [patched, applied] {
            assert_eq!(at(how, "v1", "Pod", "spec/containers/env"), "name");
            assert_eq!(at(how, "apps/v1", "Deployment", &ports), "containerPort,protocol");
            assert_eq!(at(how, "v1", "Pod", "spec/tolerations"), "replace");
            assert_eq!(at(how, "example.com/v1", "Pod", "spec/containers"), "replace");
            assert_eq!(at(how, "v1", "ConfigMap", "metadata/finalizers"), "set");
            assert_eq!(at(how, "v1", "Pod", "metadata/ownerReferences"), "uid");
        }
        assert_eq!(at(applied, "v1", "Pod", "spec/containers/resources/claims"), "name");
        assert_eq!(at(patched, "v1", "Pod", "spec/containers/resources/claims"), "replace");
    }

    #[test]
    fn lists_of_pods_are_merged_as_kustomize_merges_them() {
        let lists = [
            ("volumes", "name"),
            ("imagePullSecrets", "name"),
            ("hostAliases", "ip"),
            ("topologySpreadConstraints", "topologyKey,whenUnsatisfiable"),
            ("resourceClaims", "name"),
            ("schedulingGates", "name"),
            ("initContainers", "name"),
            ("ephemeralContainers/volumeMounts", "mountPath"),
            ("containers/volumeDevices", "devicePath"),
        ];
        for (list, keys) in lists {
            assert_eq!(at(patched, "batch/v1", "Job", &format!("spec/template/spec/{list}")), keys, "{list}");
        }
        assert_eq!(at(patched, "v1", "Service", "spec/ports"), "port,protocol");
        assert_eq!(at(patched, "v1", "ServiceAccount", "secrets"), "name");
        assert_eq!(at(patched, "v1", "Node", "status/conditions"), "type");
        let webhooks = "ValidatingWebhookConfiguration";
        assert_eq!(at(patched, "admissionregistration.k8s.io/v1", webhooks, "webhooks"), "name");
    }
}
