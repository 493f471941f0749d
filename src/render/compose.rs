//! From a resolved page to its view.

use super::body::{self, Body};
use super::names::Names;
use super::nav::{Navigation, from_root};
use super::theme::Theme;
use super::view::{DateView, ExcerptView, Hidden, LinkView, PageView, PagerView, PostView, TagGroup};
use crate::check::view::{Counts, GeneratedBody, PageExtras};
use crate::site::{Config, Page, PageId, PageKind, Post, Site};
use crate::source::UrlPath;
use crate::source::time;

/// What the template of a page sees.
pub fn view(
    site: &Site,
    config: &Config,
    theme: &Theme,
    navigation: &Navigation,
    id: PageId,
    extras: &PageExtras,
    body: &Body,
) -> PageView {
    let page = site.page(id);
    let above = page.breadcrumbs.iter().rev().find_map(|crumb| crumb.page);
    let (scope, place, near) = navigation.at(id, above);
    let frame = Frame { site, config, theme, names: &navigation.names, page, base: base(page, theme) };
    let mut view = frame.view(body, scope, place);
    view.tabs = navigation.tabs(&view.base, near);
    view.posts = page.lists.iter().map(|post| frame.excerpt(site.page(*post))).collect();
    view.counts = extras.counts;
    view.map = (page.kind == PageKind::Map).then(|| Box::new(super::map::view(site, page)));
    view.hidden.toc |= page.kind == PageKind::Map;
    put_special(&mut view, extras);
    view
}

/// The front matter as data. A template may always ask for `comments`.
fn meta(page: &Page) -> serde_json::Value {
    let mut meta = page.meta.clone();
    if let Some(map) = meta.as_object_mut() {
        map.entry("comments").or_insert(serde_json::Value::Null);
    }
    meta
}

/// The way from a page to the root. The 404 page is served at any depth, so its way is absolute.
fn base(page: &Page, theme: &Theme) -> String {
    match page.kind {
        PageKind::NotFound => theme.site_view.root.clone(),
        _ => match page.url.as_str().matches('/').count() {
            0 => "./".to_string(),
            depth => "../".repeat(depth),
        },
    }
}

fn put_special(view: &mut PageView, extras: &PageExtras) {
    match &extras.body {
        Some(GeneratedBody::Policy(policy)) => view.policy = Some(policy.clone()),
        Some(GeneratedBody::PolicyIndex(policies)) => view.policies = Some(policies.clone()),
        Some(GeneratedBody::Proof(proof)) => view.proof = Some(proof.clone()),
        None => {}
    }
}

/// A page and what it stands in.
struct Frame<'a> {
    site: &'a Site,
    config: &'a Config,
    theme: &'a Theme,
    names: &'a Names,
    page: &'a Page,
    base: String,
}

impl Frame<'_> {
    fn view(
        &self,
        body: &Body,
        scope: std::sync::Arc<super::scope::Scope>,
        place: Option<usize>,
    ) -> PageView {
        let (page, shared) = (self.page, &self.theme.site_view);
        PageView {
            file: page.url.file(),
            template: self.template(body),
            base: self.base.clone(),
            path: from_root(&page.url),
            title: page.title.clone(),
            head_title: head_title(page, &shared.name),
            heading: (!body.has_h1).then(|| self.heading()),
            description: page.description.clone(),
            canonical: self.absolute(&page.url).filter(|_| page.kind != PageKind::NotFound),
            image: self.image(),
            robots: self.robots(),
            content: body.html.clone(),
            toc: body.toc.clone(),
            scope,
            place,
            tabs: Vec::new(),
            breadcrumbs: page.breadcrumbs.iter().map(|crumb| self.crumb(&crumb.title, crumb.page)).collect(),
            previous: page.previous.map(|id| self.link(id)),
            next: page.next.map(|id| self.link(id)),
            related: page.related.iter().map(|to| self.crumb(&to.text, Some(to.page))).collect(),
            referenced_by: page.referenced_by.iter().map(|id| self.link(*id)).collect(),
            tags: page.tags.iter().map(|tag| self.tag(tag)).collect(),
            status: page.status.clone(),
            draft: page.draft,
            updated: page.dates.updated.map(date_view),
            edit_url: page.edit_url.clone(),
            markdown_url: self.twin(),
            print_url: super::print::url(self.site, self.config, page).map(|url| self.to(&url)),
            proof_url: self.names.proof.as_ref().map(|url| self.to(url)),
            map_url: self.names.map.as_ref().map(|url| self.to(url)),
            hidden: hidden(&page.hidden),
            post: page.post.as_ref().map(|post| self.post(post)),
            posts: Vec::new(),
            pager: self.pager(),
            tag_groups: self.tag_groups(),
            moves: self.names.moves.get(&page.url).cloned().unwrap_or_default(),
            meta: meta(page),
            counts: Counts::default(),
            policy: None,
            policies: None,
            proof: None,
            map: None,
            theme: self.theme.hash(),
        }
    }

    /// The template that the page names, when there is one of that name; else that of its kind.
    fn template(&self, body: &Body) -> String {
        let named = self.page.template.clone().filter(|name| self.theme.has(name));
        named.unwrap_or_else(|| default_template(&self.page.kind, body).to_string())
    }

    /// The heading of a page whose content has none. MkDocs takes the word of the navigation.
    fn heading(&self) -> String {
        let title = if self.config.is_mkdocs() { &self.page.nav_title } else { &self.page.title };
        title.clone()
    }

    /// A reference from the page to `url`.
    fn to(&self, url: &UrlPath) -> String {
        match self.page.kind {
            PageKind::NotFound => [&self.base, from_root(url).as_str()].concat(),
            _ => self.page.url.relative_to(url),
        }
    }

    fn link(&self, id: PageId) -> LinkView {
        let page = self.site.page(id);
        LinkView { title: page.nav_title.clone(), url: Some(self.to(&page.url)) }
    }

    fn crumb(&self, title: &str, page: Option<PageId>) -> LinkView {
        LinkView { title: title.to_string(), url: page.map(|id| self.to(&self.site.page(id).url)) }
    }

    fn absolute(&self, url: &UrlPath) -> Option<String> {
        Some([self.theme.site_view.url.as_ref()?, from_root(url).as_str()].concat())
    }

    /// The image of the page, else its card, else that of the site, as a whole address; that is what those who share it need.
    fn image(&self) -> Option<String> {
        let root = UrlPath::default();
        let own = self.page.image.as_ref().map(|image| body::rebase(image, &self.page.url, &root));
        let card = || super::cards::file(self.config, self.page).map(|file| file.to_string());
        let image = own.or_else(card).or_else(|| self.theme.site_view.image.clone())?;
        match image.starts_with("https://") || image.starts_with("http://") {
            true => Some(image),
            false => Some([self.theme.site_view.url.as_ref()?, image.trim_start_matches('/')].concat()),
        }
    }

    fn robots(&self) -> Option<String> {
        let document = self.page.document.as_ref();
        let own = document.and_then(|document| document.front_matter.text("robots")).map(str::to_string);
        let hide = self.page.unlisted || self.page.kind == PageKind::NotFound;
        own.or_else(|| hide.then(|| "noindex".to_string()))
    }

    fn twin(&self) -> Option<String> {
        let file = super::twins::file(self.page)?;
        Some(self.to(&UrlPath::new(file.as_str())))
    }

    fn tag(&self, name: &str) -> LinkView {
        let url = self.names.tags.get(name).map(|(url, id)| [self.to(url).as_str(), id].concat());
        LinkView { title: name.to_string(), url }
    }

    fn post(&self, post: &Post) -> PostView {
        PostView {
            date: self.post_date(post.date),
            categories: post.categories.iter().map(|name| self.category(name)).collect(),
            authors: post.authors.iter().map(|name| self.author(name)).collect(),
            minutes: post.minutes,
            draft: post.draft,
            pinned: post.pinned,
        }
    }

    fn author(&self, name: &str) -> LinkView {
        let author = self.site.authors.iter().find(|author| author.name == name);
        let page = author.and_then(|author| author.page).map(|id| self.to(&self.site.page(id).url));
        LinkView { title: name.to_string(), url: page.or_else(|| author?.url.clone()) }
    }

    fn pager(&self) -> Vec<PagerView> {
        let pages = self.page.pager.iter().zip(1..);
        let of = |(id, number): (&PageId, usize)| PagerView {
            number,
            url: self.to(&self.site.page(*id).url),
            current: *id == self.page.id,
        };
        pages.map(of).collect()
    }

    fn post_date(&self, seconds: i64) -> DateView {
        let pattern = self.config.blog.as_ref().map_or("long", |blog| blog.post_date.as_str());
        DateView { machine: time::rfc3339(seconds), text: time::format(seconds, pattern) }
    }

    fn category(&self, name: &str) -> LinkView {
        LinkView { title: name.to_string(), url: self.names.categories.get(name).map(|url| self.to(url)) }
    }

    fn excerpt(&self, page: &Page) -> ExcerptView {
        let written = body::excerpt(page, self.page, &self.config.dialect);
        let post = page.post.as_ref().map(|post| self.post(post));
        ExcerptView {
            id: written.id,
            heading: written.heading,
            title: page.title.clone(),
            url: self.to(&page.url),
            post: post.unwrap_or_else(|| self.post(&no_post())),
            content: written.html,
            more: written.more,
        }
    }

    fn tag_groups(&self) -> Vec<TagGroup> {
        if self.page.kind != PageKind::Tags {
            return Vec::new();
        }
        let own = self.site.tags.iter().find(|tag| tag.page == Some(self.page.id));
        let shown: Vec<_> = own.map_or_else(|| self.site.tags.iter().collect(), |own| vec![own]);
        let group = |tag: &&crate::site::Tag| TagGroup {
            name: tag.name.clone(),
            id: format!("tag:{}", tag.slug),
            pages: self.by_title(&tag.pages),
        };
        shown.iter().map(group).collect()
    }

    /// Pages under the titles that their authors gave them for lists, sorted by these: that of the navigation,
    /// unless it is the title of the whole section.
    fn by_title(&self, pages: &[PageId]) -> Vec<LinkView> {
        let titled = |id: &PageId| {
            let page = self.site.page(*id);
            let title = if self.names.indexes.contains(id) { &page.title } else { &page.nav_title };
            LinkView { title: title.clone(), url: Some(self.to(&page.url)) }
        };
        let mut links: Vec<LinkView> = pages.iter().map(titled).collect();
        links.sort_by_cached_key(|link| link.title.to_lowercase());
        links
    }
}

fn no_post() -> Post {
    Post {
        date: 0,
        categories: Vec::new(),
        authors: Vec::new(),
        author_ids: Vec::new(),
        draft: false,
        pinned: false,
        minutes: 0,
    }
}

fn default_template(kind: &PageKind, body: &Body) -> &'static str {
    match kind {
        PageKind::Posts => "posts.html",
        PageKind::Tags => "tags.html",
        PageKind::Map => "map.html",
        PageKind::Content | PageKind::Post | PageKind::Generated(_) => body.template,
        PageKind::NotFound => "404.html",
    }
}

fn head_title(page: &Page, site: &str) -> String {
    match page.title == site || page.title.is_empty() {
        true => site.to_string(),
        false => format!("{} - {site}", page.title),
    }
}

fn hidden(names: &[String]) -> Hidden {
    let has = |name: &str| names.iter().any(|own| own == name);
    Hidden {
        navigation: has("navigation"),
        toc: has("toc"),
        footer: has("footer"),
        tags: has("tags"),
        path: has("path"),
    }
}

fn date_view(seconds: i64) -> DateView {
    DateView { machine: time::rfc3339(seconds), text: time::long(seconds) }
}
