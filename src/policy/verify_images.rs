//! Verify-images rules, as far as they can be decided without a registry: which images they are about, and
//! whether those are pinned by a digest.

use super::extractors;
use super::images;
use super::load::texts;
use super::response::Verdict;
use super::scope::Scope;
use super::trouble::Trouble;
use crate::kube::image::ImageRef;
use crate::kube::wildcard;
use serde_json::Value;

/// What a verify-images rule that matches says; `None` if it is about no image of the object.
pub(crate) fn rule(rule: &Value, scope: &Scope) -> Option<Verdict> {
    match references(rule, &scope.request.subject.object) {
        Ok(references) => verdict(rule, &references),
        Err(trouble) => Some(trouble.verdict()),
    }
}

/// The images of the object, each with whether it is pinned by a digest: where the rule has extractors for the kind,
/// what these find.
fn references(rule: &Value, object: &Value) -> Result<Vec<(String, bool)>, Trouble> {
    if let Some(list) = object["kind"].as_str().and_then(|kind| rule["imageExtractors"].get(kind)) {
        let pinned = |image: ImageRef| (image.reference(), !image.digest.is_empty());
        return Ok(extractors::images(list, object)?.into_iter().map(pinned).collect());
    }
    let found = images::of(object).unwrap_or_default();
    let lists = found.as_object().into_iter().flatten();
    let images = lists.flat_map(|(_, list)| list.as_object().into_iter().flatten());
    let pinned = |image: &Value| {
        (image["reference"].as_str().unwrap_or_default().to_string(), image.get("digest").is_some())
    };
    Ok(images.map(|(_, image)| pinned(image)).collect())
}

fn verdict(rule: &Value, references: &[(String, bool)]) -> Option<Verdict> {
    let mut verdict = None;
    for entry in rule["verifyImages"].as_array().into_iter().flatten() {
        let chosen: Vec<&(String, bool)> =
            references.iter().filter(|(reference, _)| is_chosen(entry, reference)).collect();
        if !chosen.is_empty() {
            verdict = Some(one(entry, &chosen));
        }
        if verdict.as_ref().is_some_and(|one| one.status != super::Status::Pass) {
            break;
        }
    }
    verdict
}

fn is_chosen(entry: &Value, reference: &str) -> bool {
    let any = |key: &str| texts(&entry[key]).iter().any(|pattern| wildcard::matches(pattern, reference));
    // `image` is the older form of a single reference.
    let older = entry["image"].as_str().is_some_and(|pattern| wildcard::matches(pattern, reference));
    (any("imageReferences") || older) && !any("skipImageReferences")
}

/// Fields that ask for signatures, or for what a registry says of an image; the last ones are older forms.
const ASKING: [&str; 8] =
    ["attestors", "attestations", "validate", "key", "roots", "subject", "issuer", "annotations"];

/// Signatures, and digests that must be looked up, need a registry.
fn one(entry: &Value, chosen: &[&(String, bool)]) -> Verdict {
    let asks = |key: &&str| match &entry[*key] {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => false,
    };
    let no = |key: &str| entry[key] == Value::Bool(false);
    if ASKING.iter().any(asks) || !no("mutateDigest") || !no("required") {
        return Verdict::unsupported("verification of images, which needs a registry");
    }
    let unpinned = chosen.iter().find(|(_, pinned)| !pinned);
    match unpinned.filter(|_| !no("verifyDigest")) {
        Some((reference, _)) => Verdict::fail(format!("missing digest for {reference}")),
        None => Verdict::pass("image verified"),
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::read;
    use crate::policy::{Context, Policy, RuleResponse, Status, evaluate};

    fn said(entry: &str) -> Option<RuleResponse> {
        let text = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - name: r\n    match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n    verifyImages: [{{mutateDigest: false, required: false, {entry}}}]\n"
        );
        let policy = Policy::load(&read(&text).0.remove(0)).unwrap();
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"ghcr.io/x/y:1\"}]}\n";
        evaluate(&[&policy], &read(pod).0.remove(0), &Context::default()).pop()
    }

    #[test]
    fn only_what_needs_no_registry_is_decided() {
        let status = |entry: &str| said(entry).map(|response| response.status);
        assert_eq!(status("imageReferences: [\"ghcr.io/*\"]"), Some(Status::Fail));
        assert_eq!(status("imageReferences: [\"ghcr.io/*\"], verifyDigest: false"), Some(Status::Pass));
        assert_eq!(status("image: \"ghcr.io/*\""), Some(Status::Fail));
        assert_eq!(status("imageReferences: [\"quay.io/*\"]"), None);
        for asked in ["attestors: [{entries: []}]", "validate: {deny: {}}", "key: abc", "issuer: abc"] {
            let response = said(&format!("imageReferences: [\"*\"], verifyDigest: false, {asked}"));
            assert!(response.unwrap().unsupported.is_some(), "{asked}");
        }
    }
}
