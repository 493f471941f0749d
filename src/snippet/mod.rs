//! **snippet** - what the pages let a reader copy, and what they say of it.
//!
//! In: a [`Document`](crate::markdown::Document). Out: [`Snippets`]: every fence with its commands, the objects it
//! would send to a cluster, what the page claims will happen, and what is wrong with it taken alone.
//! Noun: [`Snippet`]. Verb: [`collect`].
//!
//! Nothing is run and nothing is decided here. [`shell`] turns text into commands, [`kubectl`] commands into
//! effects, [`expect`] comments into claims; whether a claim holds is for the floor that knows policies.

mod claims;
mod classify;
mod collect;
mod copy;
mod danger;
pub mod directive;
pub mod expect;
mod expression;
mod files;
mod filters;
pub mod kubectl;
mod lint;
mod model;
mod passage;
mod printed;
mod scope;
pub mod shell;
mod spoken;
mod unspoken;
mod yaml_text;

pub use classify::{is_policy, partial};
pub use collect::{Snippets, collect, collect_with};
pub use copy::{Copied, Parts};
pub use danger::danger;
pub use directive::Settings;
pub use model::{Claim, Field, Kind, Language, Origin, Partial, Query, Role, Scope, Snippet, Step};
pub use passage::Passage;
pub use scope::{InForce, in_force};
pub use spoken::spoken;
pub use unspoken::{Unspoken, unspoken};

#[cfg(test)]
mod corpus;
