//! Small sites for the tests of this floor.

use super::theme::Theme;
use super::view::PageView;
use super::{Body, Navigation};
use crate::check::view::PageExtras;
use crate::diag::Diagnostic;
use crate::markdown::{Block, BlockKind, Document, Heading, Inline, InlineKind};
use crate::site::{Config, Dates, Page, PageId, PageKind, Site};
use crate::source::{SitePath, Sources, Span, UrlPath};
use std::sync::Arc;

/// A configuration as of a published site.
pub(super) fn config() -> Config {
    let features = ["navigation.tabs", "navigation.footer", "navigation.path", "content.code.copy"];
    let mut config = Config {
        title: "A site".to_string(),
        url: Some("https://a.example/docs/".to_string()),
        description: Some("What <it> is.".to_string()),
        ..Config::default()
    };
    config.theme.features = features.map(str::to_string).to_vec();
    config
}

pub(super) fn theme_of(sources: &Sources) -> (Theme, Vec<Diagnostic>) {
    Theme::load(sources, &config())
}

pub(super) fn theme() -> Theme {
    theme_of(&Sources::in_memory([])).0
}

/// A page at `url` without a document.
pub(super) fn page(id: usize, url: &str, title: &str) -> Page {
    Page {
        id: PageId(id),
        kind: PageKind::Content,
        source: None,
        url: UrlPath::new(url),
        title: title.to_string(),
        nav_title: title.to_string(),
        description: None,
        tags: Vec::new(),
        document: None,
        hrefs: Vec::new(),
        related: Vec::new(),
        referenced_by: Vec::new(),
        breadcrumbs: Vec::new(),
        previous: None,
        next: None,
        edit_url: None,
        dates: Dates::default(),
        hidden: Vec::new(),
        status: None,
        post: None,
        lists: Vec::new(),
        pager: Vec::new(),
        draft: false,
        unlisted: false,
        icon: None,
        image: None,
        template: None,
        meta: serde_json::Value::Null,
    }
}

/// Pages of a site that is put together by hand.
#[derive(Default)]
pub(super) struct Pages(pub(super) Vec<Page>);

impl Pages {
    pub(super) fn page(mut self, url: &str, title: &str) -> Pages {
        self.0.push(page(self.0.len(), url, title));
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Page)) -> Pages {
        change(self.0.last_mut().unwrap());
        self
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn site(self) -> Site {
        Site { pages: self.0, ..Site::default() }
    }
}

/// A document of headings and paragraphs: lines that begin with `#` are headings, their text is the id.
pub(super) fn document(sources: &Sources, path: &str, lines: &[&str]) -> Arc<Document> {
    let file = sources.get(&SitePath::new(path)).unwrap().id();
    let span = Span::at(file, 0);
    let text = |text: &str| {
        vec![Inline { kind: InlineKind::Text(text.to_string()), span, attributes: Default::default() }]
    };
    let mut document = Document::empty(file);
    let written = sources.get(&SitePath::new(path)).unwrap();
    let end = written.text().unwrap().strip_prefix("---\n").and_then(|text| text.find("---\n"));
    document.front_matter.span = end.map(|end| Span::new(file, 0, end + 8));
    for line in lines {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let kind = match level {
            0 => BlockKind::Paragraph(text(line)),
            _ => {
                let title = line[level..].trim();
                let id = title.to_lowercase().replace(' ', "-");
                let level = u8::try_from(level).unwrap();
                let heading =
                    Heading { level, id, text: title.to_string(), label: text(title), span, top_level: true };
                document.headings.push(heading);
                BlockKind::Heading(document.headings.len() - 1, text(title))
            }
        };
        document.blocks.push(Block { kind, span, attributes: Default::default() });
    }
    Arc::new(document)
}

/// What the template of the page `id` sees.
pub(super) fn seen(
    site: &Site,
    config: &Config,
    theme: &Theme,
    navigation: &Navigation,
    id: usize,
    extras: &PageExtras,
) -> (PageView, Vec<Diagnostic>) {
    let page = site.page(PageId(id));
    let (body, found) = super::body(page, &config.dialect, theme, extras);
    (super::view(site, config, theme, navigation, page.id, extras, &body), found)
}

/// The page `id` of `site` as a browser gets it.
pub(super) fn drawn(site: &Site, id: usize, extras: &PageExtras) -> String {
    let (theme, config) = (theme(), config());
    let navigation = Navigation::of(site, &theme);
    let (view, found) = seen(site, &config, &theme, &navigation, id, extras);
    assert_eq!(found, []);
    let (artifact, found) = super::render_page(&theme, &view);
    assert_eq!(found, []);
    String::from_utf8(artifact.bytes.to_vec()).unwrap()
}

/// What `page.html` gets for a page whose content is `content`.
pub(super) fn values() -> Vec<(&'static str, tera::Value)> {
    values_of("<p>x</p>")
}

fn values_of(content: &str) -> Vec<(&'static str, tera::Value)> {
    let site = Pages::default().page("a/", "A page").site();
    let theme = theme();
    let navigation = Navigation::of(&site, &theme);
    let body = Body { html: content.to_string(), template: "page.html", ..Body::default() };
    let view = super::view(&site, &config(), &theme, &navigation, PageId(0), &PageExtras::default(), &body);
    super::page::values(&view)
}

/// What `theme` makes of a page whose content is `content`.
pub(super) fn page_html(theme: &Theme, content: &str) -> String {
    let (html, _) = theme.render("page.html", &values_of(content));
    String::from_utf8(theme.frames.page(&html)).unwrap()
}
