//! What generate rules make: maps with the fields of the kind that they name.

use super::{Found, look, overlay, tell};
use crate::kube::Gvk;
use crate::kube::schema::Schemas;
use crate::policy::typing::Ty;
use serde_json::Value;

pub(super) fn rule(rule: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    let (body, path) = (&rule["generate"], format!("{path}generate/"));
    made(body, &path, schemas, found);
    for (index, entry) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        made(entry, &format!("{path}foreach/{index}/"), schemas, found);
    }
}

/// An object of a kind that is not known, or that a variable names, says nothing.
fn made(body: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let Some(kind) = schemas.kind(&Gvk::new(text("apiVersion"), text("kind"))) else { return };
    let seen = look(schemas, &[kind], &|reader| {
        overlay::overlay(&body["data"], &format!("{path}data/"), &Ty::Object, reader);
    });
    tell(&seen, true, found);
}
