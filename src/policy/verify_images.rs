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
    any("imageReferences") && !any("skipImageReferences")
}

/// Signatures, and digests that must be looked up, need a registry.
fn one(entry: &Value, chosen: &[&(String, bool)]) -> Verdict {
    let set = |key: &str| entry[key].as_array().is_some_and(|list| !list.is_empty());
    let no = |key: &str| entry[key] == Value::Bool(false);
    if set("attestors") || set("attestations") || !no("mutateDigest") || !no("required") {
        return Verdict::unsupported("verification of images, which needs a registry");
    }
    let unpinned = chosen.iter().find(|(_, pinned)| !pinned);
    match unpinned.filter(|_| !no("verifyDigest")) {
        Some((reference, _)) => Verdict::fail(format!("missing digest for {reference}")),
        None => Verdict::pass("image verified"),
    }
}
