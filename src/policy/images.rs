//! The images of a resource, as variables see them.

use crate::kube::image::ImageRef;
use serde_json::{Map, Value, json};

const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// The root `images`: per list and container name the parts of the image. `None` for a resource without
/// containers, or with an image that cannot be read.
pub(crate) fn of(object: &Value) -> Option<Value> {
    let base = pod_path(object["kind"].as_str()?)?;
    let pod = base.iter().try_fold(object, |value, key| value.get(key))?;
    let mut roots = Map::new();
    for list in LISTS {
        let mut images = Map::new();
        for (index, container) in pod[list].as_array().into_iter().flatten().enumerate() {
            let Some(text) = container["image"].as_str() else { continue };
            let name = container["name"].as_str().unwrap_or_default();
            let pointer = format!("/{}/{list}/{index}/image", base.join("/"));
            images.insert(name.to_string(), parts(&ImageRef::parse(text)?, &pointer));
        }
        if !images.is_empty() {
            roots.insert(list.to_string(), Value::Object(images));
        }
    }
    (!roots.is_empty()).then_some(Value::Object(roots))
}

/// Where the Pod's own spec stands in an object of this kind.
pub(crate) fn pod_path(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&["spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            Some(&["spec", "template", "spec"])
        }
        _ => None,
    }
}

fn parts(image: &ImageRef, pointer: &str) -> Value {
    let mut parts = json!({
        "registry": image.registry, "name": image.name, "path": image.path,
        "reference": image.reference(), "referenceWithTag": image.reference_with_tag(), "jsonPointer": pointer,
    });
    for (key, text) in [("tag", &image.tag), ("digest", &image.digest)] {
        if !text.is_empty() {
            parts[key] = text.as_str().into();
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_stand_under_the_names_of_their_containers() {
        let pod = json!({"kind": "Pod", "spec": {"containers": [{"name": "web", "image": "nginx:1.2"}]}});
        let images = of(&pod).unwrap();
        assert_eq!(images["containers"]["web"]["tag"], json!("1.2"));
        assert_eq!(images["containers"]["web"]["jsonPointer"], json!("/spec/containers/0/image"));
        assert_eq!(of(&json!({"kind": "ConfigMap"})), None);
    }
}
