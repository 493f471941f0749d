//! **runproof** - a static site generator for runbook and policy docs that proves, at build time, what the
//! pages claim.
//!
//! Each module is a stage and owns one noun; it imports only from the stages above it in this list
//! (`tests/architecture.rs`). To see the whole, read this list, then [`build`], then one door.
//!
//! | stage | noun | what happens |
//! |---|---|---|
//! | [`source`] | `Sources` | files are read, once |
//! | [`diag`] | `Diagnostic` | what is wrong, and how it is said |
//! | [`markdown`] | `Document` | a page becomes a tree, and HTML |
//! | [`kube`] | `Resource` | a manifest becomes an object |
//! | [`policy`] | `RuleResponse` | a policy is evaluated on an object |
//! | [`snippet`] | `Snippet` | a fence becomes steps and claims |
//! | [`site`] | `Site` | pages get URLs, navigation and links |
//! | [`check`] | `Report` | claims get verdicts |
//! | [`render`] | `Artifact` | pages become bytes |
//! | [`build`] | `Build` | all of that, in parallel and with a memo |
//! | [`serve`] | | and again at every change |
//! | [`cli`] | | from the command line |

pub mod build;
pub mod check;
pub mod cli;
pub mod diag;
pub mod kube;
pub mod markdown;
pub mod policy;
pub mod render;
pub mod serve;
pub mod site;
pub mod snippet;
pub mod source;
