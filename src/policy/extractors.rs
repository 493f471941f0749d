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
        // `value` names the field with the image below the path, and without it the path's last step does.
        let named = extractor["value"].as_str().filter(|field| !field.is_empty());
        let Some((field, above)) = named
            .map(|field| (field, &steps[..]))
            .or(steps.split_last().map(|(field, above)| (*field, above)))
        else {
            return Err(other_than_images());
        };
        let mut holders = Vec::new();
        holders_at(object, above, &mut holders)?;
        for holder in holders {
            found.push(image(&holder[field], extractor["jmesPath"].as_str())?);
        }
    }
    Ok(found)
}

/// The maps to which `steps` lead; `*` is every item of a list and every value of a map. What is absent on the way has
/// no images, a way that leads through something else is not followed.
fn holders_at<'v>(value: &'v Value, steps: &[&str], found: &mut Vec<&'v Value>) -> Result<(), Trouble> {
    match (steps.split_first(), value) {
        (_, Value::Null) => Ok(()),
        (Some((&"*", rest)), Value::Array(items)) => {
            items.iter().try_for_each(|item| holders_at(item, rest, found))
        }
        (Some((&"*", rest)), Value::Object(map)) => {
            map.values().try_for_each(|item| holders_at(item, rest, found))
        }
        (Some((step, rest)), Value::Object(map)) => {
            map.get(*step).map_or(Ok(()), |value| holders_at(value, rest, found))
        }
        (None, Value::Object(_)) => {
            found.push(value);
            Ok(())
        }
        _ => Err(other_than_images()),
    }
}

fn other_than_images() -> Trouble {
    Trouble::unsupported("image extractors that find something other than an image")
}

/// The image that a text names, or that `query` makes of it.
fn image(text: &Value, query: Option<&str>) -> Result<ImageRef, Trouble> {
    let text = match query.filter(|query| !query.is_empty()) {
        _ if !text.is_string() => return Err(other_than_images()),
        Some(query) => search(query, text, None)?,
        None => text.clone(),
    };
    let image = text.as_str().and_then(ImageRef::parse);
    image.ok_or_else(other_than_images)
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
        for undecided in [
            "{path: /spec/steps/*}",
            "{path: /spec/steps/0/image}",
            "{path: /spec/steps/*/absent}",
            "{path: /spec/steps/*, value: absent}",
        ] {
            let said = said(undecided, "*", DIGEST).unwrap();
            assert!(said.unsupported.is_some(), "{undecided}");
        }
    }
}
