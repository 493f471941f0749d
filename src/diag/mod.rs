//! **diag** - what is wrong, said well.
//!
//! In: spans and words. Out: [`Diagnostic`]s, and their forms for people and machines.
//! Noun: [`Diagnostic`]. Verb: [`emit`].
//!
//! Every finding has a [`Code`] from the one registry in [`codes`]; each code has a page
//! `content/reference/checks/<code>.md`, which [`explain`] holds. Diagnostics are data until [`emit()`] draws
//! them, one file a format. What becomes of them before is decided by [`suppress`] (in the page), [`settings`]
//! (in the configuration) and [`baseline`] (a file of known findings); [`fix`] carries out safe repairs.

pub mod baseline;
pub mod codes;
mod diagnostic;
pub mod diff;
mod emit;
mod excerpt;
pub mod explain;
pub mod fix;
mod github;
mod human;
mod json;
mod junit;
mod near;
mod place;
mod sarif;
pub mod settings;
mod short;
mod summary;
pub mod suppress;
mod text;

pub use codes::Code;
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity, sort};
pub use emit::{Case, Counts, Findings, Format, Look, emit};
pub use github::step_summary;
pub(crate) use junit::escape as xml;
pub use near::{nearest, nearest_within};
pub use summary::summary;
pub use text::plural;
pub(crate) use text::visible;
