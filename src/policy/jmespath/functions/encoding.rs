//! Functions between notations: base64, JSON, YAML, digests.

use super::super::interpreter::{Outcome, doubles};
use super::{Function, STRING, SearchError, Takes, text};
use crate::kube::to_json;
use crate::policy::{base64, x509};
use crate::source::{Hash, yaml};
use serde_json::Value;
use sha1::Digest;

const ONE: Takes = Takes::Exactly(&[STRING]);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "base64_encode", takes: ONE, call: |_, a| text(base64::encode(a.str(0).as_bytes())) },
    Function { name: "base64_decode", takes: ONE, call: |_, a| base64_decode(a.str(0)) },
    Function { name: "parse_json", takes: ONE, call: |_, a| parse_json(a.str(0)) },
    Function { name: "parse_yaml", takes: ONE, call: |_, a| parse_yaml(a.str(0)) },
    Function { name: "sha256", takes: ONE, call: |_, a| text(Hash::of(a.str(0)).to_string()) },
    Function { name: "sha1", takes: ONE, call: |_, a| text(hex(&sha1::Sha1::digest(a.str(0)))) },
    Function { name: "md5", takes: ONE, call: |_, a| text(hex(&md5::Md5::digest(a.str(0)))) },
    Function { name: "x509_decode", takes: ONE, call: |_, a| x509_decode(a.str(0)) },
];

fn x509_decode(source: &str) -> Outcome<Value> {
    x509::decode(source).map(|value| doubles(&value)).map_err(|fault| match fault {
        x509::Fault::Error(message) => SearchError::Evaluation(message),
        x509::Fault::Unsupported(feature) => SearchError::unsupported(feature, "they are not read"),
    })
}

fn base64_decode(source: &str) -> Outcome<Value> {
    let bytes = base64::decode(source)
        .map_err(|at| SearchError::evaluation(format!("illegal base64 data at input byte {at}")))?;
    text(String::from_utf8_lossy(&bytes))
}

fn parse_json(source: &str) -> Outcome<Value> {
    serde_json::from_str(source)
        .map(|value| doubles(&value))
        .map_err(|error| SearchError::evaluation(format!("invalid JSON: {error}")))
}

/// The first document of `source`.
fn parse_yaml(source: &str) -> Outcome<Value> {
    let documents = yaml::parse(source)
        .map_err(|error| SearchError::evaluation(format!("invalid YAML: {}", error.message)))?;
    Ok(documents.first().map(to_json).map(|value| doubles(&value)).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
