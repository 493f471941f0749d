//! **site** - which pages there are and how they hang together.
//!
//! In: the [`Config`], the documents, and plain descriptions of pages that other floors add
//! ([`GeneratedPage`]). Out: a [`Site`], resolved and immutable: pages with their URLs, navigation, links,
//! tags, posts and related pages.
//! Noun: [`Site`]. Verb: `resolve`.
//!
//! This floor knows nothing of policies or snippets: their pages come in as [`GeneratedPage`]s.

mod blog;
pub mod config;
mod entry;
mod files;
mod links;
mod map;
mod meta;
mod nav;
mod page;
mod redirects;
mod resolve;
mod slug;
mod suggest;
mod tags;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod words;

pub use config::Config;
pub use files::{Files, files};
pub use page::{
    Author, Crumb, Dates, GeneratedPage, NavNode, Page, PageId, PageKind, Post, Redirect, Related, Site, Tag,
};
pub use resolve::resolve;
