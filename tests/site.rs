//! A real site, resolved from its unmodified `mkdocs.yml`, against what MkDocs makes of it.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use runproof::markdown::{self, LinkKind};
use runproof::site::{Config, Page, PageKind, Site, files, resolve};
use runproof::source::{SitePath, Sources, time};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of shared material; `None`, and said so, where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.is_dir() {
        return Some(folder.join(path));
    }
    assert!(std::env::var_os("CI").is_none(), "../shared is absent");
    println!("skipped: ../shared is absent");
    None
}

/// The outlines of the pages that MkDocs made, by URL.
fn outlines() -> Option<BTreeMap<String, serde_json::Value>> {
    let text = std::fs::read_to_string(shared("reference/ael.outline.jsonl")?).unwrap();
    let pages = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    Some(pages.map(|page| (page["url"].as_str().unwrap().to_string(), page)).collect())
}

struct Ael {
    root: PathBuf,
    sources: Sources,
    site: Site,
}

fn ael() -> Option<Ael> {
    let root = shared("corpora/ael")?;
    let sources = Sources::open(&root).unwrap();
    let (config, _) = Config::load(&sources, None);
    let site = build(&sources, &config);
    Some(Ael { root, sources, site })
}

fn build(sources: &Sources, config: &Config) -> Site {
    let parse = |path: SitePath| {
        let file = sources.get(&path).unwrap();
        (path, Arc::new(markdown::parse(sources, &file, &config.dialect)))
    };
    resolve(config, sources, files(config, sources).pages.into_iter().map(parse).collect(), Vec::new())
}

#[test]
fn every_page_is_where_mkdocs_puts_it() {
    let (Some(ael), Some(outlines)) = (ael(), outlines()) else { return };
    let ours: BTreeSet<&str> = ael.site.pages.iter().map(|page| page.url.as_str()).collect();
    let theirs: BTreeSet<&str> = outlines.keys().map(String::as_str).collect();
    assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(ours.difference(&theirs).collect::<Vec<_>>(), [&"404.html", &"map/"]);
}

/// What a page links to, from the root of the site, without fragments; images left out.
fn targets(page: &Page) -> BTreeSet<String> {
    let links = &page.document.as_ref().unwrap().links;
    let shown = page.hrefs.iter().zip(links).filter(|(href, link)| {
        link.kind != LinkKind::Image && !href.url.contains("://") && !href.url.starts_with("mailto:")
    });
    shown.map(|(href, _)| from_root(page.url.as_str(), &href.url)).collect()
}

fn from_root(url: &str, reference: &str) -> String {
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    let folder = SitePath::new(url);
    let joined = folder.join(path);
    let slash = if path.is_empty() || path.ends_with('/') { "/" } else { "" };
    format!("/{joined}{slash}").replace("/./", "/").replace("//", "/")
}

#[test]
fn every_link_leads_where_it_leads_in_mkdocs() {
    let (Some(ael), Some(outlines)) = (ael(), outlines()) else { return };
    let mut compared = 0;
    // Lists of posts and tags get their links from templates; posts leave them out of their outlines' scope.
    let plain = |page: &&Page| page.source.is_some() && page.kind == PageKind::Content;
    for page in ael.site.pages.iter().filter(plain) {
        let links = outlines[page.url.as_str()]["links"].as_array().unwrap();
        let paths = links.iter().filter_map(|link| link.as_str()).filter(|link| !link.contains("://"));
        let theirs: BTreeSet<String> =
            paths.map(|link| link.split('#').next().unwrap().to_string()).collect();
        let ours = targets(page);
        compared += ours.len();
        assert_eq!(ours, theirs, "{}", page.url);
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn nothing_is_called_broken_that_is_there() {
    let Some(ael) = ael() else { return };
    let mut findings = Vec::new();
    for found in &ael.site.diagnostics {
        if found.code.name == "broken-link" {
            let file = found.message.split('`').nth(1).unwrap();
            assert!(!ael.root.join(file).exists(), "{file}");
            continue;
        }
        let span = found.span.unwrap();
        let file = ael.sources.file(span.file).unwrap();
        let line = file.line_column(span.start as usize).line;
        findings.push(format!("{}:{line} {}: {}", file.path().file_name(), found.code.name, found.message));
    }
    let itself = "related-link: the page names itself as related";
    assert_eq!(
        findings,
        [
            format!("index.md:127 {itself}"),
            format!("index.md:130 {itself}"),
            format!("index.md:157 {itself}"),
            format!("index.md:146 {itself}"),
            "index.md:269 related-link: nothing in the related page's title is \"SDLC Hardening\""
                .to_string(),
            "index.md:1 orphan-page: nothing leads to `glossary/index.md`".to_string(),
            "dead-letter.md:259 related-link: nothing in the related page's title is \"Alerting Patterns\""
                .to_string(),
        ]
    );
}

#[test]
fn reading_a_post_takes_as_long_as_material_says() {
    let (Some(ael), Some(outlines)) = (ael(), outlines()) else { return };
    let mut compared = 0;
    for outline in outlines.values() {
        for line in outline["items"].as_array().unwrap().iter().filter_map(|item| item[1].as_str()) {
            let Some(minutes) = line.strip_suffix(" min read").and_then(|line| line.rsplit(' ').next())
            else {
                continue;
            };
            let date = time::parse(&line[..10]);
            let post = ael
                .site
                .pages
                .iter()
                .filter_map(|page| page.post.as_ref())
                .find(|post| Some(post.date) == date);
            assert_eq!(post.unwrap().minutes.to_string(), minutes, "{line}");
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}
