//! Exclusions: what a policy forgives of the standards.

use super::checks::Finding;
use super::pod::{FieldError, LISTS, Pod, What};
use super::{Version, evaluate};
use crate::kube::wildcard;
use crate::policy::load::texts;
use serde_json::{Value, json};

/// The names of the controls in the standards, and the checks that they stand for.
const CONTROLS: [(&str, &[&str]); 16] = [
    ("Capabilities", &["capabilities_baseline", "capabilities_restricted"]),
    ("Seccomp", &["seccompProfile_baseline", "seccompProfile_restricted"]),
    ("Privileged Containers", &["privileged"]),
    ("Host Ports", &["hostPorts"]),
    ("/proc Mount Type", &["procMount"]),
    ("Host Probes / Lifecycle Hooks", &["hostProbesAndHostLifecycle"]),
    ("HostProcess", &["windowsHostProcess"]),
    ("SELinux", &["seLinuxOptions"]),
    ("Host Namespaces", &["hostNamespaces"]),
    ("HostPath Volumes", &["hostPathVolumes"]),
    ("Sysctls", &["sysctls"]),
    ("AppArmor", &["appArmorProfile"]),
    ("Privilege Escalation", &["allowPrivilegeEscalation"]),
    ("Running as Non-root", &["runAsNonRoot"]),
    ("Running as Non-root user", &["runAsUser"]),
    ("Volume Types", &["restrictedVolumes"]),
];

/// Is this the name of a control?
pub(crate) fn is_control(name: &str) -> bool {
    CONTROLS.iter().any(|(control, _)| *control == name)
}

/// The findings that are left when `exclusion` has forgiven its fields. What it can forgive shows in the same
/// checks run on a part of the Pod: without `images` on the Pod's own fields, else on the containers whose
/// image fits.
pub(super) fn forgive(
    findings: Vec<Finding>,
    exclusion: &Value,
    pod: &Pod,
    baseline: bool,
    version: Version,
) -> Vec<Finding> {
    let control = exclusion["controlName"].as_str().unwrap_or_default();
    let ids = CONTROLS.iter().find(|(name, _)| *name == control).map_or(&[] as &[&str], |(_, ids)| ids);
    let found = evaluate(&part(pod, &texts(&exclusion["images"])), baseline, version);
    let excused: Vec<(&str, &FieldError)> = found
        .iter()
        .filter(|finding| ids.contains(&finding.id))
        .flat_map(|finding| finding.errors.iter().map(|error| (finding.id, error)))
        .filter(|(_, error)| is_covered(error, exclusion))
        .collect();
    let remains = |id: &str, error: &FieldError| {
        let same = |(other, excuse): &(&str, &FieldError)| {
            *other == id && excuse.general() == error.general() && excuse.container == error.container
        };
        !(excused.iter().any(same) && is_covered(error, exclusion))
    };
    let left = findings.into_iter().map(|finding| {
        let errors = finding.errors.into_iter().filter(|error| remains(finding.id, error)).collect();
        Finding { errors, ..finding }
    });
    left.filter(|finding| !finding.errors.is_empty()).collect()
}

/// The Pod with only the containers whose image fits, or with one that breaks nothing of its own.
fn part(pod: &Pod, images: &[String]) -> Pod {
    if images.is_empty() {
        let mut spec = pod.spec.clone();
        if let Value::Object(spec) = &mut spec {
            LISTS.iter().for_each(|list| drop(spec.shift_remove(*list)));
            spec.insert("containers".to_string(), json!([{"name": "fake"}]));
        }
        return Pod { spec, annotations: pod.annotations.clone() };
    }
    let fits = |container: &&Value| {
        let image = container["image"].as_str().unwrap_or_default();
        images.iter().any(|pattern| wildcard::matches(pattern, image))
    };
    let mut spec = json!({});
    for list in LISTS {
        let kept: Vec<&Value> = pod.spec[list].as_array().into_iter().flatten().filter(fits).collect();
        if !kept.is_empty() {
            spec[list] = json!(kept);
        }
    }
    Pod { spec, annotations: json!({}) }
}

/// Without a field the whole control is forgiven; else that field, if all its bad values are among `values`.
fn is_covered(error: &FieldError, exclusion: &Value) -> bool {
    let field = exclusion["restrictedField"].as_str().unwrap_or_default();
    if field.is_empty() {
        return true;
    }
    let values = texts(&exclusion["values"]);
    let covered = |value: &String| values.iter().any(|pattern| wildcard::matches(pattern, value));
    field == error.general()
        && match &error.what {
            What::Values(bad) => bad.iter().all(covered),
            What::Required | What::Forbidden => true,
        }
}
