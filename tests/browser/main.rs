//! Pages as readers have them: in a browser.
//!
//! Each module is a subject. A test asks the harness for a tab and a site, does what a reader does, and looks.
//! Every site is served under `default-src 'self'`.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail and speak loudly, and each uses a part"
)]

#[path = "../support/mod.rs"]
mod support;

mod axe;
mod blocks;
mod embeds;
mod harness;
mod instant;
mod library;
mod map;
mod palette;
mod paper;
mod policy;
mod reading;
mod screenshots;
mod search;
mod tabs;
mod tasks;
