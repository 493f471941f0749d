//! Test suites of the Kyverno command line: `kyverno-test.yaml` and the files that it names.
//!
//! In: the text of a test file and a way to the files beside it. Out: one [`Row`] for every expected result and
//! object. Noun: [`Suite`]. Verbs: [`Suite::read`], [`Suite::run`].
//!
//! The rows are those of `kyverno test` 1.19, except that a row which that command counts as passed although
//! nothing was tested is told as [`Outcome::NotExercised`].

pub mod chainsaw;
mod compare;
mod load;
mod read;
mod rows;
mod settings;

pub use load::context;
pub use read::{Expected, Problem, Suite};
pub use rows::{Outcome, Report, Row};
