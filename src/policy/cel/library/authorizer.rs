//! What expressions may ask of an authorizer. Who may do what is known only to a cluster, so that no value of these types
//! exists here; the signatures let expressions compile.

use super::super::error::EvalError;
use super::super::eval::{Evaluator, Outcome};
use super::super::value::Value;
use super::Table;

pub(super) const FUNCTIONS: Table = &[
    ("Authorizer.path(string) -> PathCheck", unknown),
    ("Authorizer.group(string) -> GroupCheck", unknown),
    ("Authorizer.serviceAccount(string, string) -> Authorizer", unknown),
    ("GroupCheck.resource(string) -> ResourceCheck", unknown),
    ("ResourceCheck.subresource(string) -> ResourceCheck", unknown),
    ("ResourceCheck.namespace(string) -> ResourceCheck", unknown),
    ("ResourceCheck.name(string) -> ResourceCheck", unknown),
    ("ResourceCheck.fieldSelector(string) -> ResourceCheck", unknown),
    ("ResourceCheck.labelSelector(string) -> ResourceCheck", unknown),
    ("PathCheck.check(string) -> Decision", unknown),
    ("ResourceCheck.check(string) -> Decision", unknown),
    ("Decision.allowed() -> bool", unknown),
    ("Decision.reason() -> string", unknown),
    ("Decision.errored() -> bool", unknown),
    ("Decision.error() -> string", unknown),
];

fn unknown(_: &Evaluator<'_>, _: &[Value]) -> Outcome {
    Err(EvalError::unsupported("authorizer", "needs a cluster"))
}
