//! **check** - whether the pages are right.
//!
//! In: the resolved [`Site`](crate::site::Site), the policies, the snippets. Out: a [`Report`]: verdicts with their
//! evidence, what pages show of them, and diagnostics.
//! Noun: [`Report`]. Verb: [`report`].
//!
//! The only room that sees both pages and policies. What it hands on to `render` is plain data ([`view`]).

mod admission;
mod apply_block;
mod audit;
mod bind;
mod blocks;
mod candidate;
mod chainsaw;
mod claims;
mod decide;
mod directives;
mod drift;
mod example_files;
mod examples;
mod expressions;
mod file_name;
mod findings;
mod group;
mod inputs;
mod library;
mod liveness;
mod manifests;
mod message;
mod names;
mod objects;
mod policy_page;
mod proof;
mod question;
mod ratchet;
mod recorded;
mod report;
mod schemas;
mod scope;
mod settle;
mod shown;
mod standing;
mod state;
mod store;
mod suites;
mod variants;
mod verdict;
pub mod view;
mod witness;
mod words;

pub use audit::{Audit, AuditedClaim, AuditedPolicy, AuditedRule};
pub use claims::{Decided, Place};
pub use library::{Entry, Library};
pub use proof::proof_page;
pub use ratchet::ratchet;
pub use report::{Report, report};
pub use schemas::against_schemas;
pub use settle::settle;
pub use suites::SuiteRun;
pub use verdict::{Evidence, Outcome, Qualifier, Reason, Verdict};
