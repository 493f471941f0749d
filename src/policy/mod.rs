//! **policy** - what a policy says about a resource, decided offline.
//!
//! In: [`Policy`]s, a [`Resource`](crate::kube::Resource), a [`Context`]. Out: [`RuleResponse`]s.
//! Noun: the evaluation. Verb: [`evaluate`].
//!
//! Everything here is a pure function: no disk, no network, no clock. The verdicts are those of the Kyverno
//! command line 1.19. What cannot be decided offline is an `error` response whose
//! [`unsupported`](RuleResponse::unsupported) names the feature; nothing is guessed.
//!
//! The way of a request: `request` makes the object what Kyverno loads; `autogen` gives the rules that concern
//! its kind; `matching` chooses among them; `scope` is what their variables see; then the body of each speaks:
//! `validate` with `pattern` and `conditions`, `pod_security`, `mutate`, `generate`, `verify_images`, or for
//! policies in CEL `admission`. `engine` holds the order. Beside it stand [`check`], which finds what Kyverno
//! refuses to load, [`lints`], which finds what loads and does not do what it seems to, and [`suite`], which runs `kyverno-test.yaml` files.

/// The version of Kyverno whose verdicts these are.
pub const KYVERNO_VERSION: &str = "1.19";

mod admission;
mod autogen;
pub mod cel;
mod check;
mod cluster;
mod conditions;
mod context;
mod edit;
mod engine;
mod exceptions;
mod extractors;
mod generate;
mod gofmt;
pub mod gotime;
mod images;
pub mod jmespath;
mod lint;
mod load;
mod matching;
mod model;
mod mutate;
mod pattern;
mod pod_security;
mod references;
pub mod regexp;
mod request;
mod response;
mod scope;
pub mod semver;
pub mod suite;
mod trace;
mod trouble;
mod typing;
mod validate;
mod values;
mod variables;
mod verify_images;
mod x509;

pub use crate::source::base64;
pub use admission::{Finding, findings};
pub use check::check;
pub use context::{Context, Operation, Subresource, User};
pub use engine::{evaluate, explain, matching_rules};
pub use lint::{Lint, LintKind, fields, lints};
pub use load::Refusal;
pub use model::{About, Action, Override, Policy, PolicyKind, Rule, RuleKind};
pub(crate) use mutate::{json_patch, strategic_merge};
pub use response::{RuleResponse, Status, as_written};
pub use trace::{Explanation, Step};
pub use values::{Paths, PolicyValues, Values};
