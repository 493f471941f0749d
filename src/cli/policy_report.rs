//! Claims as a report in the form that policy engines leave in a cluster.

use super::Failure;
use super::report::versions;
use crate::check::AuditedClaim;
use crate::source::yaml;
use serde_json::{Map, Value, json};

/// A `ClusterPolicyReport` of the claims: pass is verified, warn verified with a caveat, fail contradicted, error
/// invalid, skip not checkable. It has no time in it, so that one site gives one report.
pub(super) fn text(claims: &[AuditedClaim]) -> Result<String, Failure> {
    let results: Vec<Value> = claims.iter().map(result).collect();
    let count = |word: &str| results.iter().filter(|result| result["result"] == word).count();
    let summary: Map<String, Value> = ["pass", "fail", "warn", "error", "skip"]
        .map(|word| (word.to_string(), json!(count(word))))
        .into_iter()
        .collect();
    let report = json!({
        "apiVersion": "wgpolicyk8s.io/v1alpha2",
        "kind": "ClusterPolicyReport",
        "metadata": { "name": "runproof", "labels": { "app.kubernetes.io/managed-by": "runproof" } },
        "summary": summary,
        "results": results,
    });
    yaml::to_string(&report).map_err(|error| Failure::new(format!("the report cannot be written: {error}")))
}

fn result(claim: &AuditedClaim) -> Value {
    let [runproof, kyverno, kubernetes] = versions();
    let mut properties = json!({
        "page": format!("{}:{}", claim.file, claim.line),
        "claim": claim.claim,
        "verdict": claim.verdict,
        "runproof": runproof,
        "kyverno": kyverno,
        "kubernetes": kubernetes,
    });
    let more = [
        ("reason", claim.reason.map(str::to_string)),
        ("qualifiers", Some(claim.qualifiers.join(", ")).filter(|list| !list.is_empty())),
        ("controls", Some(claim.controls.join(", ")).filter(|list| !list.is_empty())),
        ("policySha256", claim.policy_sha256.clone()),
        ("object", claim.object.clone()),
    ];
    for (key, value) in more {
        value.into_iter().for_each(|value| properties[key] = json!(value));
    }
    let mut result = json!({
        "source": "runproof",
        "policy": claim.policy.as_deref().unwrap_or("none"),
        "result": word(claim),
        "scored": true,
        "message": claim.message.as_deref().unwrap_or(&claim.words),
        "properties": properties,
    });
    if let Some(rule) = &claim.rule {
        result["rule"] = json!(rule);
    }
    result
}

fn word(claim: &AuditedClaim) -> &'static str {
    match (claim.verdict, claim.qualifiers.is_empty()) {
        ("verified", true) => "pass",
        ("verified", false) => "warn",
        ("contradicted", _) => "fail",
        ("invalid", _) => "error",
        _ => "skip",
    }
}
