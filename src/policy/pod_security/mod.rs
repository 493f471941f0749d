//! `podSecurity`: the Pod Security Standards of Kubernetes, with Kyverno's exclusions.

mod checks;
mod exclude;
mod pod;

use crate::policy::images::pod_path;
use crate::policy::response::Verdict;
use crate::policy::scope::Scope;
use checks::{CHECKS, Finding};
use pod::Pod;
use serde_json::Value;

pub(crate) use exclude::is_control;

/// A version of Kubernetes as the standards count: the minor of `v1.MINOR`. The newest is the largest.
pub(crate) type Version = u32;

/// What a rule with `podSecurity` says. `None` for the removal of an object.
pub(crate) fn rule(rule: &Value, scope: &Scope, more: &[Value]) -> Option<Verdict> {
    if scope.request.is_delete() {
        return None;
    }
    let standard = &rule["validate"]["podSecurity"];
    let name = rule["name"].as_str().unwrap_or_default();
    let (pod, base) = match subject(&scope.request.subject.object) {
        Ok(found) => found,
        Err(reason) => return Some(Verdict::error(format!("Error while getting new resource: {reason}"))),
    };
    let text = |key: &str| standard[key].as_str().unwrap_or_default();
    let Some(version) = version(text("version")) else {
        let reason = format!("version must be \"latest\" or \"v1.x\": {}", text("version"));
        return Some(Verdict::error(format!("failed to parse pod security api version: {reason}")));
    };
    let baseline = text("level") == "baseline";
    let mut findings = evaluate(&pod, baseline, version);
    let own = standard["exclude"].as_array().map(Vec::as_slice).unwrap_or_default();
    for exclusion in own.iter().chain(more) {
        findings = exclude::forgive(findings, exclusion, &pod, baseline, version);
    }
    if findings.is_empty() {
        return Some(match more.is_empty() {
            true => Verdict::pass(format!("Validation rule '{name}' passed.")),
            false => Verdict::skip(format!("rule is skipped due to policy exception for {name}")),
        });
    }
    let shown: String = findings.iter().map(|finding| finding.display(base)).collect();
    let message = format!(
        "Validation rule '{name}' failed. It violates PodSecurity \"{}:{}\": {shown}",
        text("level"),
        text("version")
    );
    let first = findings.iter().flat_map(|finding| &finding.errors).next().map(|error| error.pointer(base));
    Some(Verdict { path: first, ..Verdict::fail(message) })
}

/// The checks of a level in a version, and what each finds. Every level but `baseline` runs all of them.
fn evaluate(pod: &Pod, baseline: bool, version: Version) -> Vec<Finding> {
    let wanted = CHECKS.iter().filter(|check| !baseline || check.baseline);
    let run = |check: &checks::Check| {
        let variant = check.variants.iter().rfind(|(since, _)| *since <= version);
        let errors = variant.map(|(_, run)| run(pod)).unwrap_or_default();
        (!errors.is_empty()).then_some(Finding { id: check.id, reason: check.reason, errors })
    };
    wanted.filter_map(run).collect()
}

/// The Pod that an object holds, and where its spec stands.
fn subject(object: &Value) -> Result<(Pod, &'static [&'static str]), String> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let path = pod_path(kind).ok_or("could not find correct resource type")?;
    let owners = &object["metadata"]["ownerReferences"];
    if !owners.is_null() && !owners.is_array() {
        return Err("json: cannot unmarshal object into Go struct field \
                    ObjectMeta.metadata.ownerReferences of type []v1.OwnerReference"
            .to_string());
    }
    let spec = path.iter().fold(object, |value, key| &value[*key]);
    let metadata = match kind {
        // As Kyverno reads it: the metadata of the job, not of its Pod.
        "CronJob" => &object["spec"]["jobTemplate"]["metadata"],
        "Pod" => &object["metadata"],
        _ => &object["spec"]["template"]["metadata"],
    };
    Ok((Pod { spec: spec.clone(), annotations: metadata["annotations"].clone() }, path))
}

/// `latest`, nothing, or `v1.MINOR`.
fn version(text: &str) -> Option<Version> {
    match text {
        "" | "latest" => Some(Version::MAX),
        text => text.strip_prefix("v1.")?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(spec: Value, baseline: bool, version: Version) -> Vec<&'static str> {
        let pod = Pod { spec, annotations: json!({}) };
        evaluate(&pod, baseline, version).iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn baseline_forbids_what_breaks_out() {
        let spec = json!({"hostPID": true, "containers": [{
            "name": "c", "securityContext": {"privileged": true, "capabilities": {"add": ["SYS_ADMIN"]}},
            "ports": [{"hostPort": 80}],
        }]});
        assert_eq!(
            found(spec, true, Version::MAX),
            ["capabilities_baseline", "hostNamespaces", "hostPorts", "privileged"]
        );
        assert!(found(json!({"containers": [{"name": "c"}]}), true, Version::MAX).is_empty());
    }

    #[test]
    fn restricted_wants_it_said() {
        let wanted = [
            "allowPrivilegeEscalation",
            "capabilities_restricted",
            "runAsNonRoot",
            "seccompProfile_restricted",
        ];
        assert_eq!(found(json!({"containers": [{"name": "c"}]}), false, Version::MAX), wanted);
        let good = json!({
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "c", "securityContext": {
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
            }}],
        });
        assert!(found(good, false, Version::MAX).is_empty());
    }

    #[test]
    fn versions_choose_the_variant() {
        let sysctls =
            |name: &str| json!({"containers": [], "securityContext": {"sysctls": [{"name": name}]}});
        assert_eq!(found(sysctls("net.ipv4.tcp_fin_timeout"), true, 28), ["sysctls"]);
        assert!(found(sysctls("net.ipv4.tcp_fin_timeout"), true, 29).is_empty());
        assert_eq!(
            (version("v1.24"), version("latest"), version("1.24")),
            (Some(24), Some(Version::MAX), None)
        );
    }
}
