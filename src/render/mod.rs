//! **render** - what readers get.
//!
//! In: a resolved [`Site`], the [`Config`], and from the check floor plain outcomes ([`PageExtras`](crate::check::view::PageExtras)). Out:
//! [`Artifact`]s, the files of the built site.
//! Noun: [`Artifact`]. Verbs: [`view`] and [`render_page`].
//!
//! A page goes through three steps: [`view`] gathers everything that its template may see, the template makes
//! HTML of it, and that is minified. A view is plain data, and [`PageView::key`] is the hash of all that a
//! page depends on. What pages share is drawn once: the [`Theme`] and the [`Navigation`].
//!
//! ```text
//! Theme::load -> Navigation::of -> view (each page) -> render_page -> Artifact
//!                                \-> site_artifacts (assets, feeds, search, twins, …)
//! ```

mod artifact;
mod assets;
mod blocks;
mod body;
mod cards;
mod compose;
mod embeds;
mod feeds;
mod files;
mod look;
mod map;
mod minify;
mod names;
mod nav;
mod page;
mod print;
mod scope;
mod search;
mod settings;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod toc;
mod twins;
mod view;

use crate::check::view::PageExtras;
use crate::diag::Diagnostic;
use crate::site::{Config, PageId, Site};
use crate::source::Sources;
use std::collections::BTreeMap;

pub use artifact::Artifact;
pub use body::{Body, body, body_key};
pub use cards::{Card, card, missing_card};
pub use compose::view;
pub use embeds::embeds;
pub use map::{MapGroup, MapNode, MapView};
pub use nav::Navigation;
pub use page::render_page;
pub use print::prints;
pub use theme::Theme;
pub use view::{
    DateView, ExcerptView, FeedView, Hidden, LinkView, MoveView, PageView, PagerView, PostView, ScriptView,
    SiteView, SocialView, TabView, TagGroup, TocEntry,
};

/// Everything of a site that is not a page: assets, redirects, `sitemap.xml`, `robots.txt`, feeds, the search
/// index, the Markdown twins and `llms.txt`. A file of the site wins over one that would be made.
pub fn site_artifacts(
    theme: &Theme,
    site: &Site,
    config: &Config,
    navigation: &Navigation,
    extras: &BTreeMap<PageId, PageExtras>,
    sources: &Sources,
) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let search = theme.site_view.search.then(|| search::index(site, config, extras, sources));
    let feeds = settings::feeds(site, config);
    files::all(theme, site, config, navigation, sources, &feeds, search.unwrap_or_default())
}
