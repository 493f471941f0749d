//! From the configuration to what all pages share.

use super::feeds::{Feed, Format};
use super::nav::from_root;
use super::theme::{Folders, Theme};
use super::view::{FeedView, LinkView, ScriptView, SiteView, SocialView};
use crate::diag::Diagnostic;
use crate::site::config::{FeedFormat, Scheme};
use crate::site::{Config, Page, PageId, PageKind, Site};
use crate::source::{Sources, UrlPath};
use std::collections::BTreeMap;

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "arc", "dv", "fa", "he", "ps", "ur", "yi"];

/// Entries of a feed when the configuration sets no number.
const FEED_LENGTH: usize = 20;

impl Theme {
    /// The theme of the site that `config` describes.
    pub fn load(sources: &Sources, config: &Config) -> (Theme, Vec<Diagnostic>) {
        let look = super::look::style(&config.theme);
        let partials = config.overrides_dir.as_ref().map(|folder| folder.join("partials"));
        let folders = Folders {
            templates: &config.templates_dir,
            assets: &config.assets_dir,
            partials: partials.as_ref(),
        };
        Theme::read(sources, folders, &look, site_view(config))
    }
}

/// What all pages share; the theme adds its assets.
pub(super) fn site_view(config: &Config) -> SiteView {
    let on = |feature: &str| config.theme.features.iter().any(|own| own == feature);
    SiteView {
        name: config.title.clone(),
        url: config.url.clone(),
        root: root(config.url.as_deref()),
        description: config.description.clone(),
        author: config.author.clone(),
        language: config.language.clone(),
        direction: direction(&config.language).to_string(),
        copyright: config.copyright.clone(),
        announcement: text_of(&config.extra, "announcement"),
        logo: config.theme.logo.as_deref().map(reference),
        logo_icon: config.theme.logo_icon.as_deref().and_then(crate::markdown::icon),
        favicon: config.theme.favicon.as_deref().map(reference),
        image: text_of(&config.extra, "image"),
        homepage: config.homepage.clone(),
        repository: config.repo.as_ref().map(|repo| link(&repo.name, &repo.url)),
        repository_icon: config.theme.repo_icon.as_deref().and_then(crate::markdown::icon),
        social: config.social.iter().map(social).collect(),
        scheme: scheme(config.theme.scheme).to_string(),
        scheme_switch: config.theme.scheme == Scheme::Auto,
        tabs: on("navigation.tabs"),
        previous_next: on("navigation.footer"),
        breadcrumbs: on("navigation.path"),
        instant: on("navigation.instant"),
        copy: on("content.code.copy"),
        search: config.search,
        feeds: feed_views(config),
        generator: config.generator.then(|| concat!("runproof ", env!("CARGO_PKG_VERSION")).to_string()),
        styles: config.theme.css.iter().map(|path| reference(path)).collect(),
        scripts: config.theme.scripts.iter().map(script).collect(),
        assets: BTreeMap::new(),
        extra: config.extra.clone(),
    }
}

/// The path of the address that the site is published at.
fn root(url: Option<&str>) -> String {
    let path = url.and_then(|url| url.split_once("://")).and_then(|(_, rest)| rest.split_once('/'));
    path.map_or("/".to_string(), |(_, path)| format!("/{path}"))
}

fn direction(language: &str) -> &'static str {
    let main = language.split(['-', '_']).next().unwrap_or_default();
    if RIGHT_TO_LEFT.contains(&main) { "rtl" } else { "ltr" }
}

fn scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Auto => "auto",
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    }
}

/// A file below the content folder, as a reference from the root, or an address.
fn reference(path: &str) -> String {
    match path.contains("://") || path.starts_with("//") {
        true => path.to_string(),
        false => from_root(&UrlPath::new(path)),
    }
}

fn link(title: &str, url: &str) -> LinkView {
    LinkView { title: title.to_string(), url: Some(url.to_string()) }
}

fn social(social: &crate::site::config::SocialLink) -> SocialView {
    SocialView {
        title: social.name.clone(),
        url: social.link.clone(),
        icon: crate::markdown::icon(&social.icon),
    }
}

fn script(script: &crate::site::config::Script) -> ScriptView {
    ScriptView { url: reference(&script.path), module: script.module, asynchronous: script.is_async }
}

fn text_of(extra: &serde_json::Value, key: &str) -> Option<String> {
    extra.get(key).and_then(serde_json::Value::as_str).map(str::to_string)
}

/// A feed and what its title says.
struct Planned {
    url: UrlPath,
    format: Format,
    by_update: bool,
}

/// The feeds that are configured; a blog has an RSS and an Atom feed also without. A site that does not say
/// where it is published has none, because feeds need whole addresses.
fn planned(config: &Config) -> Vec<Planned> {
    if config.url.is_none() {
        return Vec::new();
    }
    let configured = config.feeds.feeds.iter().map(|feed| Planned {
        url: feed.url.clone(),
        format: format(feed.format),
        by_update: feed.by_update,
    });
    let mut all: Vec<Planned> = configured.collect();
    let of_blog = [("feed.xml", Format::Rss), ("atom.xml", Format::Atom)];
    for (name, format) in of_blog.into_iter().filter(|_| config.blog.is_some()) {
        let url = UrlPath::new(name);
        if !all.iter().any(|feed| feed.url == url) {
            all.push(Planned { url, format, by_update: false });
        }
    }
    all
}

fn format(format: FeedFormat) -> Format {
    match format {
        FeedFormat::Rss => Format::Rss,
        FeedFormat::Atom => Format::Atom,
        FeedFormat::Json => Format::Json,
    }
}

fn feed_views(config: &Config) -> Vec<FeedView> {
    let of = |feed: Planned| FeedView {
        title: match (feed.format, feed.by_update) {
            (Format::Rss, false) => "RSS feed".to_string(),
            (Format::Rss, true) => "RSS feed of updates".to_string(),
            (Format::Atom, _) => "Atom feed".to_string(),
            (Format::Json, _) => "JSON feed".to_string(),
        },
        kind: match feed.format {
            Format::Rss => "application/rss+xml".to_string(),
            Format::Atom => "application/atom+xml".to_string(),
            Format::Json => "application/feed+json".to_string(),
        },
        url: from_root(&feed.url),
    };
    planned(config).into_iter().map(of).collect()
}

/// The feeds of `site` with their pages, newest first.
pub(super) fn feeds(site: &Site, config: &Config) -> Vec<Feed> {
    let limit = if config.feeds.limit == 0 { FEED_LENGTH } else { config.feeds.limit };
    let with_pages = |feed: Planned| {
        let mut pages = if is_of_posts(config, &feed) { site.posts.clone() } else { chosen(site, config) };
        pages.retain(|id| !site.page(*id).draft);
        pages.sort_by_key(|id| std::cmp::Reverse(date(site.page(*id), feed.by_update)));
        pages.truncate(limit);
        Feed { url: feed.url, format: feed.format, by_update: feed.by_update, pages }
    };
    planned(config).into_iter().map(with_pages).collect()
}

/// The feeds of the blog, and those for which no pages are chosen, are of posts.
fn is_of_posts(config: &Config, feed: &Planned) -> bool {
    config.feeds.pages.texts().is_empty() || !config.feeds.feeds.iter().any(|own| own.url == feed.url)
}

fn chosen(site: &Site, config: &Config) -> Vec<PageId> {
    let is_chosen = |page: &&Page| {
        let file = page.source.as_ref().and_then(|source| source.strip(&config.content_dir));
        let written = matches!(page.kind, PageKind::Content | PageKind::Post) && !page.unlisted;
        written && !page.draft && file.is_some_and(|file| config.feeds.pages.is_match(&file))
    };
    site.pages.iter().filter(is_chosen).map(|page| page.id).collect()
}

fn date(page: &Page, by_update: bool) -> Option<i64> {
    let posted = page.post.as_ref().map(|post| post.date).or(page.dates.created);
    if by_update { page.dates.updated.or(posted) } else { posted.or(page.dates.updated) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_404_page_refers_from_the_path_that_the_site_is_published_at() {
        assert_eq!(root(Some("https://a.example/docs/v1/")), "/docs/v1/");
        assert_eq!(root(Some("https://a.example/")), "/");
        assert_eq!(root(None), "/");
    }

    #[test]
    fn right_to_left_languages_are_known_by_their_main_part() {
        assert_eq!(direction("he-IL"), "rtl");
        assert_eq!(direction("en"), "ltr");
    }
}
