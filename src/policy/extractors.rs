//! `imageExtractors`: where objects of kinds other than Pods and their controllers keep images.

use super::scope::search;
use super::trouble::Trouble;
use crate::kube::image::ImageRef;
use serde_json::Value;

/// The images that the extractors of one kind find in `object`.
///
/// # Errors
/// What is found and is no image.
pub(crate) fn images(extractors: &Value, object: &Value) -> Result<Vec<ImageRef>, Trouble> {
    let mut found = Vec::new();
    for extractor in extractors.as_array().into_iter().flatten() {
        let path = extractor["path"].as_str().unwrap_or_default();
        let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
        for place in places(object, &steps) {
            // `value` names the field with the image, and without it that is where the path leads.
            let text = extractor["value"].as_str().map_or(place, |field| &place[field]);
            if !text.is_null() {
                found.push(image(text, extractor["jmesPath"].as_str())?);
            }
        }
    }
    Ok(found)
}

/// Where `steps` lead; `*` is every item of a list and every value of a map.
fn places<'v>(value: &'v Value, steps: &[&str]) -> Vec<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return vec![value] };
    let next: Vec<&Value> = match (*step, value) {
        ("*", Value::Array(items)) => items.iter().collect(),
        ("*", Value::Object(map)) => map.values().collect(),
        (_, Value::Array(items)) => {
            step.parse().ok().and_then(|at: usize| items.get(at)).into_iter().collect()
        }
        _ => value.get(step).into_iter().collect(),
    };
    next.into_iter().flat_map(|value| places(value, rest)).collect()
}

/// The image that a text names, or that `query` makes of it.
fn image(text: &Value, query: Option<&str>) -> Result<ImageRef, Trouble> {
    let text = match query.filter(|query| !query.is_empty()) {
        Some(query) => search(query, text, None)?,
        None => text.clone(),
    };
    let image = text.as_str().and_then(ImageRef::parse);
    image.ok_or_else(|| Trouble::unsupported("image extractors that find something other than an image"))
}

#[cfg(test)]
mod tests {
    use crate::kube::read;
    use crate::policy::{Context, Policy, RuleResponse, Status, evaluate};

    const TASK: &str = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{name: a, image: \"ghcr.io/x/y:1\"}, {name: b, image: nginx}]}\n";

    fn said(extractor: &str, references: &str, more: &str) -> Option<RuleResponse> {
        let policy = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - name: r\n    match: {{any: [{{resources: {{kinds: [Task]}}}}]}}\n    imageExtractors: {{Task: [{extractor}]}}\n    verifyImages: [{{imageReferences: [\"{references}\"], {more}}}]\n"
        );
        let policy = Policy::load(&read(&policy).0.remove(0)).unwrap();
        evaluate(&[&policy], &read(TASK).0.remove(0), &Context::default()).pop()
    }

    #[test]
    fn images_are_where_the_extractors_say() {
        const DIGEST: &str = "mutateDigest: false, required: false";
        const STEPS: &str = "{path: /spec/steps/*/image}";
        let status = |extractor: &str, references: &str| {
            said(extractor, references, DIGEST).map(|response| response.status)
        };
        assert_eq!(status(STEPS, "ghcr.io/*"), Some(Status::Fail));
        assert_eq!(
            status("{path: /spec/steps/*, value: image, key: name}", "docker.io/nginx*"),
            Some(Status::Fail)
        );
        assert_eq!(status(STEPS, "quay.io/*"), None);
        assert_eq!(status("{path: /spec/other/*/image}", "*"), None);
        let signed = said(STEPS, "ghcr.io/*", "attestors: [{entries: []}]").unwrap();
        assert!(signed.unsupported.is_some());
        assert!(said("{path: /spec/steps/*}", "*", DIGEST).unwrap().unsupported.is_some());
    }
}
