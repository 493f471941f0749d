//! Signatures and attestations of images. None of them can be checked without the registry.

use super::super::error::EvalError;
use super::super::eval::Outcome;
use super::Table;

pub(super) const FUNCTIONS: Table = &[
    ("verifyImageSignatures(string, list(dyn)) -> int", |_, _| unknown("image signatures")),
    ("verifyAttestationSignatures(string, dyn, list(dyn)) -> int", |_, _| unknown("image attestations")),
    ("extractPayload(string, dyn) -> dyn", |_, _| unknown("image attestations")),
    ("getImageData(string) -> dyn", |_, _| unknown("image data")),
];

fn unknown(feature: &str) -> Outcome {
    Err(EvalError::unsupported(feature, "needs the registry"))
}
