//! What whole pages and files look like on small sites.

use super::testing::{Pages, config, document, drawn, seen, theme};
use super::*;
use crate::check::view::{Counts, Fact, PageExtras, State, Strip};
use crate::markdown::Href;
use crate::site::{Crumb, PageId, PageKind, Post, Redirect, Related, Site, Tag};
use crate::source::{SitePath, UrlPath};

fn sources() -> Sources {
    Sources::in_memory([
        ("content/a.md", "---\ntitle: A\n---\n\n# Alpha\n\nText.\n"),
        ("content/b.md", "Only text.\n"),
        ("content/robots.txt", "own\n"),
    ])
}

/// A home page, a page with a document, and one without a heading.
fn site(sources: &Sources) -> Site {
    let alpha = document(
        sources,
        "content/a.md",
        &["# Alpha", "Limits keep nodes alive.", "## Roll back", "Undo it."],
    );
    let beta = document(sources, "content/b.md", &["Only text."]);
    let pages = Pages::default()
        .page("", "Home")
        .page("a/", "Alpha")
        .with(|page| {
            page.document = Some(alpha);
            page.description = Some("About <alpha>.".to_string());
            page.tags = vec!["k8s".to_string()];
            page.dates.updated = Some(1_765_267_200);
            page.breadcrumbs = vec![Crumb { title: "Home".to_string(), page: Some(PageId(0)) }];
            page.related = vec![Related { page: PageId(2), text: "Beta & more".to_string() }];
            page.previous = Some(PageId(0));
        })
        .page("c/b/", "Beta")
        .with(|page| {
            page.document = Some(beta);
            page.referenced_by = vec![PageId(1)];
        })
        .page("tags/", "Tags")
        .with(|page| page.kind = PageKind::Tags);
    let tags =
        vec![Tag { name: "k8s".to_string(), slug: "k8s".to_string(), pages: vec![PageId(1)], page: None }];
    Site { tags, ..pages.site() }
}

fn files(site: &Site, sources: &Sources) -> Vec<Artifact> {
    let theme = theme();
    let navigation = Navigation::of(site, &theme);
    let (files, found) = site_artifacts(&theme, site, &config(), &navigation, &BTreeMap::new(), sources);
    assert_eq!(found, []);
    files
}

fn text(files: &[Artifact], path: &str) -> String {
    let file = files.iter().find(|file| file.path == SitePath::new(path));
    String::from_utf8(file.unwrap_or_else(|| panic!("no file {path}")).bytes.to_vec()).unwrap()
}

/// The values of `name` in `html`, quoted or not.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let starts = html.match_indices(name).filter(|(at, _)| html[..*at].ends_with(' '));
    let value = |(at, _): (usize, &str)| {
        let rest = html[at + name.len()..].strip_prefix('=')?;
        match rest.strip_prefix('"') {
            Some(rest) => rest.split('"').next(),
            None => rest.split([' ', '>']).next(),
        }
    };
    starts.filter_map(value).collect()
}

#[test]
fn a_page_tells_browsers_and_search_engines_what_it_is() {
    let html = drawn(&site(&sources()), 1, &PageExtras::default());
    for expected in [
        "<title>Alpha - A site</title>",
        "<meta name=\"description\" content=\"About &lt;alpha&gt;.\">",
        "<link rel=\"canonical\" href=\"https://a.example/docs/a/\">",
        "<meta property=\"og:url\" content=\"https://a.example/docs/a/\">",
        "<link rel=\"alternate\" type=\"text/markdown\" href=\"index.md\">",
        "<link rel=\"prev\" href=\"../\">",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[test]
fn the_content_stands_in_the_article_and_an_h1_is_added_only_where_there_is_none() {
    let site = site(&sources());
    let alpha = drawn(&site, 1, &PageExtras::default());
    assert!(alpha.contains("<article class=\"md-content__inner md-typeset\" data-content>"), "{alpha}");
    assert_eq!(alpha.matches("<h1").count(), 1);
    let beta = drawn(&site, 2, &PageExtras::default());
    assert!(beta.contains("<h1>Beta</h1>"), "{beta}");
}

#[test]
fn no_page_asks_another_host_or_carries_scripts_and_styles_of_its_own() {
    let site = site(&sources());
    for id in 0..site.pages.len() {
        let html = drawn(&site, id, &PageExtras::default());
        assert!(attributes(&html, "style").is_empty() && !html.contains("<style"), "{html}");
        let scripts: Vec<_> = html.split("<script").skip(1).collect();
        assert!(
            scripts.iter().all(|script| script.contains(" src=") && script.contains("></script>")),
            "{html}"
        );
        assert!(!html.contains(" onclick=") && !html.contains("javascript:"), "{html}");
        for source in attributes(&html, "src") {
            assert!(!source.contains("//"), "{source}");
        }
    }
}

#[test]
fn every_reference_is_relative_and_leads_to_a_page_or_file() {
    let sources = sources();
    let site = site(&sources);
    let mut known: Vec<String> = files(&site, &sources).iter().map(|file| file.path.to_string()).collect();
    known.extend(site.pages.iter().map(|page| page.url.file().to_string()));
    for page in &site.pages {
        let html = drawn(&site, page.id.0, &PageExtras::default());
        let folder = page.url.file().parent();
        for reference in attributes(&html, "href").into_iter().chain(attributes(&html, "src")) {
            let path = reference.split('#').next().unwrap();
            if path.is_empty() || path.starts_with("https://a.example/docs/") {
                continue;
            }
            assert!(!path.starts_with('/'), "{path}");
            let target = folder.join(path);
            let file = if path.ends_with('/') { target.join("index.html") } else { target };
            assert!(known.contains(&file.to_string()), "{reference} on {}", page.url);
        }
    }
}

#[test]
fn related_pages_tags_and_dates_are_shown() {
    let site = site(&sources());
    let alpha = drawn(&site, 1, &PageExtras::default());
    assert!(
        alpha.contains("<h2>Related pages</h2><ul><li><a href=\"../c/b/\">Beta &amp; more</a>"),
        "{alpha}"
    );
    assert!(alpha.contains("<a class=\"md-tag\" href=\"../tags/#tag:k8s\">k8s</a>"), "{alpha}");
    assert!(alpha.contains("datetime=\"2025-12-09T08:00:00Z\">December 9, 2025</time>"), "{alpha}");
    let beta = drawn(&site, 2, &PageExtras::default());
    assert!(beta.contains("<h2>Referenced by</h2><ul><li><a href=\"../../a/\">Alpha</a>"), "{beta}");
    let tags = drawn(&site, 3, &PageExtras::default());
    assert!(tags.contains("<h2 id=tag:k8s><span class=md-tag>k8s</span></h2>"), "{tags}");
    assert!(tags.contains("<li><a href=../a/>Alpha</a></li>"), "{tags}");
}

#[test]
fn the_404_page_refers_from_the_root_that_the_site_is_published_at() {
    let pages = Pages::default().page("404.html", "Not found").with(|page| page.kind = PageKind::NotFound);
    let html = drawn(&pages.site(), 0, &PageExtras::default());
    assert!(html.contains("href=\"/docs/assets/theme."), "{html}");
    assert!(
        html.contains("<meta name=\"robots\" content=\"noindex\">") && !html.contains("canonical"),
        "{html}"
    );
}

#[test]
fn a_strip_has_a_shape_and_words_and_unfolds_to_its_evidence() {
    let details = vec![
        Fact { label: "Message".to_string(), value: Some("<limits> are required".to_string()) },
        Fact { label: "Kubernetes".to_string(), value: None },
    ];
    let strip = Strip {
        state: State::Qualified,
        word: State::Qualified.word(),
        step: None,
        claim: "denied by a".to_string(),
        words: "Checked, but b denies it too".to_string(),
        details,
    };
    let (html, found) = theme().render("strip.html", &[("strip", tera::Value::from_serializable(&strip))]);
    assert_eq!(found, []);
    assert_eq!(
        html.trim(),
        "<details class=\"rp-strip rp-state-qualified\" data-chrome><summary>\
         <span class=\"rp-i rp-i-qualified\" role=\"img\" aria-label=\"Checked, with a caveat\"></span>\
         <span>Checked, but b denies it too</span></summary><dl>\
         <div><dt>The page says</dt><dd>denied by a</dd></div>\
         <div><dt>Message</dt><dd>&lt;limits&gt; are required</dd></div>\
         <div><dt>Kubernetes</dt><dd>not stated</dd></div></dl></details>"
    );
}

#[test]
fn a_list_of_posts_shows_excerpts_whose_references_lead_where_they_should() {
    let sources = sources();
    let written = document(&sources, "content/a.md", &["# Alpha", "Read this.", "Then this."]);
    let post = Post {
        date: 1_765_267_200,
        categories: vec!["Go".to_string()],
        authors: vec!["Jo".to_string()],
        author_ids: Vec::new(),
        draft: false,
        pinned: false,
        minutes: 4,
    };
    let mut config = config();
    config.blog = Some(crate::site::config::Blog {
        post_date: "yyyy-MM-dd".to_string(),
        ..crate::site::config::Blog::new("blog")
    });
    let site = Pages::default()
        .page("blog/", "Blog")
        .with(|page| {
            page.kind = PageKind::Posts;
            page.lists = vec![PageId(1)];
        })
        .page("blog/2025/12/09/alpha/", "Alpha")
        .with(|page| {
            page.kind = PageKind::Post;
            page.post = Some(post);
            page.document = Some(written);
            page.hrefs = vec![Href { url: "../x/".to_string(), attributes: Vec::new() }];
        })
        .page("blog/category/go/", "Go")
        .with(|page| {
            page.kind = PageKind::Posts;
            page.lists = vec![PageId(1)];
        })
        .site();
    let theme = theme();
    let navigation = Navigation::of(&site, &theme);
    let (view, _) = seen(&site, &config, &theme, &navigation, 0, &PageExtras::default());
    let html = String::from_utf8(render_page(&theme, &view).0.bytes.to_vec()).unwrap();
    assert!(html.contains("2025-12-09</time> <span>in <a class=md-meta__link href=category/go/>Go</a></span> <span>4 min read</span>"), "{html}");
    assert!(html.contains("<h2 id=alpha><a class=toclink href=2025/12/09/alpha/>Alpha</a></h2>"), "{html}");
    assert!(
        html.contains("Read this.") && !html.contains("Then this.") && html.contains(">Continue reading</a>"),
        "{html}"
    );
}

#[test]
fn redirects_lead_on_without_a_script_and_keep_fragments_with_one() {
    let sources = sources();
    let moved = |from: &str, fragment: Option<&str>, to: &str| Redirect {
        from: UrlPath::new(from),
        fragment: fragment.map(str::to_string),
        to: to.to_string(),
    };
    let redirects = vec![
        moved("old/a/", None, "../../a/"),
        moved("old/a/", Some("x"), "../../c/b/#y"),
        moved("a/", Some("gone"), "../c/b/"),
    ];
    let site = Site { redirects, ..site(&sources) };
    let html = text(&files(&site, &sources), "old/a/index.html");
    assert!(html.contains("<meta http-equiv=\"refresh\" content=\"0; url=../../a/\">"), "{html}");
    assert!(html.contains("<link rel=\"canonical\" href=\"https://a.example/docs/a/\">"), "{html}");
    assert!(html.contains("<script src=\"../../assets/redirect."), "{html}");
    assert!(html.contains("defer></script>"), "{html}");
    assert!(html.contains("data-from=\"x\" href=\"../../c/b/#y\""), "{html}");
    let page = drawn(&site, 1, &PageExtras::default());
    assert!(page.contains("hidden data-moves><li><a data-from=\"gone\" href=\"../c/b/\">"), "{page}");
}

#[test]
fn files_for_programs_name_every_page_and_the_site_s_own_robots_txt_wins() {
    let sources = sources();
    let mut site = site(&sources);
    site.assets = vec![(SitePath::new("content/robots.txt"), UrlPath::new("robots.txt"))];
    let files = files(&site, &sources);
    assert_eq!(text(&files, "robots.txt"), "own\n");
    let sitemap = text(&files, "sitemap.xml");
    assert!(
        sitemap.contains("<url><loc>https://a.example/docs/a/</loc><lastmod>2025-12-09</lastmod></url>"),
        "{sitemap}"
    );
    assert_eq!(text(&files, "a/index.md"), "# Alpha\n\nText.\n");
    assert_eq!(text(&files, "c/b/index.md"), "# Beta\n\nOnly text.\n");
    let llms = text(&files, "llms.txt");
    assert!(llms.starts_with("# A site\n\n> What <it> is.\n"), "{llms}");
}

#[test]
fn feeds_are_well_formed_and_escape_what_they_say() {
    let sources = sources();
    let mut site = site(&sources);
    site.pages[1].title = "A & <B>".to_string();
    site.posts = vec![PageId(1)];
    let mut config = config();
    config.blog = Some(crate::site::config::Blog::new("blog"));
    let theme = Theme::load(&sources, &config).0;
    let navigation = Navigation::of(&site, &theme);
    let (files, _) = site_artifacts(&theme, &site, &config, &navigation, &BTreeMap::new(), &sources);
    let rss = text(&files, "feed.xml");
    assert!(rss.contains("<title>A &amp; &lt;B&gt;</title>"), "{rss}");
    assert!(rss.contains("<guid isPermaLink=\"true\">https://a.example/docs/a/</guid>"), "{rss}");
    assert!(rss.contains("<pubDate>Tue, 09 Dec 2025 08:00:00 +0000</pubDate>"), "{rss}");
    for feed in [rss, text(&files, "atom.xml")] {
        assert_eq!(unbalanced(&feed), Vec::<String>::new());
    }
}

/// Names of elements that are not closed where they should be.
fn unbalanced(xml: &str) -> Vec<String> {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None if tag.ends_with('/') || tag.starts_with('?') => {}
            None => open.push(tag.split(' ').next().unwrap_or_default().to_string()),
        }
    }
    open
}

#[test]
fn the_search_index_finds_sections_by_their_words() {
    let sources = sources();
    let files = files(&site(&sources), &sources);
    let list = text(&files, "assets/search/list.js");
    assert!(list.contains("\"pages\":3") && list.contains("\"facets\":[[\"Tag\","), "{list}");
    let texts = text(&files, "assets/search/text-0.js");
    assert!(
        texts.contains(
            "[\"a/\",\"Alpha\",[],[\"\",\"\",\"Limits keep nodes alive.\",\"roll-back\",\"Roll back\""
        ),
        "{texts}"
    );
    let words = text(&files, "assets/search/words-0.js");
    assert!(words.contains("~undo ") && words.contains("~aliv "), "{words}");
}

#[test]
fn a_view_s_key_changes_with_what_the_page_shows_and_with_nothing_else() {
    let sources = sources();
    let (theme, config, first) = (theme(), config(), site(&sources));
    let key = |site: &Site, theme: &Theme, extras: &PageExtras| {
        seen(site, &config, theme, &Navigation::of(site, theme), 1, extras).0.key(None)
    };
    let none = PageExtras::default();
    assert_eq!(key(&first, &theme, &none), key(&site(&sources), &theme, &none));
    let mut other = site(&sources);
    other.pages[0].description = Some("Not shown on the other page.".to_string());
    assert_eq!(key(&first, &theme, &none), key(&other, &theme, &none));
    other.pages[2].title = "Renamed".to_string();
    other.pages[1].related[0].text = "Renamed".to_string();
    assert_ne!(key(&first, &theme, &none), key(&other, &theme, &none));
    let counts = PageExtras { counts: Counts { verified: 1, ..Counts::default() }, ..PageExtras::default() };
    assert_ne!(key(&first, &theme, &none), key(&first, &theme, &counts));
}
