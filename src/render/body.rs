//! The content of a page as HTML, with what the theme must know of it.

use super::blocks;
use super::theme::Theme;
use super::toc::{self, Line};
use super::view::TocEntry;
use crate::check::view::{GeneratedBody, PageExtras, PolicyIndexView, PolicyView, ProofView};
use crate::diag::Diagnostic;
use crate::markdown::{self, Block, BlockKind, Dialect, Document, Href, Writing};
use crate::site::Page;
use crate::source::{Hash, UrlPath};
use std::collections::BTreeMap;

/// The content of a page.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pub(super) html: String,
    pub(super) toc: Vec<TocEntry>,
    /// It has a heading of level 1 at the top.
    pub(super) has_h1: bool,
    /// The template that draws it, when another floor generated the page.
    pub(super) template: &'static str,
}

/// What a list shows of a post.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    pub(super) id: String,
    pub(super) heading: String,
    pub(super) html: String,
    pub(super) more: bool,
}

/// The content of `page`, with the strips of `extras` behind its fences.
pub fn body(page: &Page, dialect: &Dialect, theme: &Theme, extras: &PageExtras) -> (Body, Vec<Diagnostic>) {
    if let Some(generated) = &extras.body {
        return (generated_body(generated), Vec::new());
    }
    let Some(document) = &page.document else {
        return (Body { template: "page.html", ..Body::default() }, Vec::new());
    };
    let (fences, diagnostics) = blocks::extras(theme, &page.url, extras);
    let writing = Writing { hrefs: page.hrefs.clone(), fences };
    let body = Body {
        html: markdown::write(document, dialect, &writing),
        toc: contents(document, dialect),
        has_h1: document.first_h1().is_some(),
        template: "page.html",
    };
    (body, diagnostics)
}

/// A hash of all that [`body`] takes: `document` is that of all that the page was parsed from, the dialect included.
pub fn body_key(document: Hash, page: &Page, theme: &Theme, extras: &PageExtras) -> Hash {
    let given = format!("{:?} {:?} {:?} {:?}", page.url, page.hrefs, extras.strips, extras.blocks);
    Hash::of_parts([document.as_bytes(), theme.hash().as_bytes(), given.as_bytes()])
}

fn contents(document: &Document, dialect: &Dialect) -> Vec<TocEntry> {
    let shown = document.headings.iter().filter(|heading| heading.level <= dialect.toc_depth);
    let line = shown.map(|heading| Line {
        level: heading.level,
        id: heading.id.clone(),
        label: markdown::write_label(document, &heading.label),
    });
    toc::tree(line.collect())
}

fn generated_body(body: &GeneratedBody) -> Body {
    let (template, toc) = match body {
        GeneratedBody::Policy(policy) => ("policy.html", policy_toc(policy)),
        GeneratedBody::PolicyIndex(policies) => ("policies.html", index_toc(policies)),
        GeneratedBody::Proof(proof) => ("proof.html", proof_toc(proof)),
    };
    Body { html: String::new(), toc, has_h1: false, template }
}

fn entry(id: &str, label: &str) -> TocEntry {
    TocEntry { id: id.to_string(), label: escape(label), children: Vec::new() }
}

fn policy_toc(policy: &PolicyView) -> Vec<TocEntry> {
    let rules = policy.rules.iter().map(|rule| entry(&rule.id, &rule.name)).collect();
    let mut toc: Vec<TocEntry> = policy.trials.iter().map(|_| entry("tried", "Tried")).collect();
    toc.extend((!policy.rules.is_empty()).then(|| TocEntry { children: rules, ..entry("rules", "Rules") }));
    toc.extend(policy.variants.iter().map(|_| entry("variants", "Variants")));
    if !policy.examples.is_empty() {
        let examples = policy.examples.iter().map(|example| entry(&example.id, &example.title));
        let more = (!policy.more_examples.is_empty()).then(|| entry("more-examples", "More"));
        let examples = examples.chain(more).collect();
        toc.push(TocEntry { children: examples, ..entry("examples", "Examples") });
    }
    toc.push(entry("source", "Source"));
    toc
}

fn index_toc(policies: &PolicyIndexView) -> Vec<TocEntry> {
    match policies.rows.is_empty() {
        true => Vec::new(),
        false => vec![entry("overview", "Overview"), entry("policies", "All policies")],
    }
}

fn proof_toc(proof: &ProofView) -> Vec<TocEntry> {
    let mut totals = entry("totals", "Totals");
    totals.children.extend((!proof.reasons.is_empty()).then(|| entry("not-checked", "Not checked")));
    totals.children.extend((!proof.caveats.is_empty()).then(|| entry("caveats", "Checked, with a caveat")));
    let mut toc = vec![totals];
    toc.extend((!proof.pages.is_empty()).then(|| entry("claims", "Claims")));
    toc
}

/// What the list `list` shows of `post`: its heading, and what stands before `<!-- more -->`; without that mark
/// the first block below the heading.
pub(super) fn excerpt(post: &Page, list: &Page, dialect: &Dialect) -> Excerpt {
    let Some(document) = &post.document else { return Excerpt::default() };
    let end = document.excerpt.unwrap_or_else(|| first_block(&document.blocks)).min(document.blocks.len());
    let blocks = &document.blocks[..end];
    let start = blocks.iter().position(|block| is_title(document, block)).map_or(0, |title| title + 1);
    let hrefs = post.hrefs.iter().map(|href| rebased(href, &post.url, &list.url)).collect();
    let writing = Writing { hrefs, fences: BTreeMap::new() };
    let title = document.first_h1();
    Excerpt {
        id: title.map_or_else(String::new, |heading| heading.id.clone()),
        heading: match title {
            Some(heading) => markdown::write_label(document, &heading.label),
            None => escape(&post.title),
        },
        html: markdown::write_blocks(document, &blocks[start..], dialect, &writing),
        more: end < document.blocks.len(),
    }
}

fn is_title(document: &Document, block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(index, _) if document.headings.get(index).is_some_and(|own| own.level == 1))
}

fn first_block(blocks: &[Block]) -> usize {
    let first = blocks.iter().position(|block| !matches!(block.kind, BlockKind::Heading(..)));
    first.map_or(blocks.len(), |first| first + 1)
}

/// A reference that was relative to the page `from`, made relative to the page `to`.
fn rebased(href: &Href, from: &UrlPath, to: &UrlPath) -> Href {
    Href { url: rebase(&href.url, from, to), attributes: href.attributes.clone() }
}

/// The reference `url` of the page `from`, made relative to the page `to`.
pub(super) fn rebase(url: &str, from: &UrlPath, to: &UrlPath) -> String {
    let scheme = url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    if scheme || url.starts_with('/') {
        return url.to_string();
    }
    let cut = url.find(['?', '#']).unwrap_or(url.len());
    let (path, rest) = url.split_at(cut);
    if path.is_empty() {
        return [to.relative_to(from).as_str(), rest].concat();
    }
    let mut parts: Vec<&str> = from.as_str().split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let folder = if matches!(path.rsplit('/').next(), Some("." | "..")) { "/" } else { "" };
    let target = [parts.join("/").as_str(), folder].concat();
    // The reference is encoded already, and so must not be encoded again: only the way to it is new.
    [&"../".repeat(to.as_str().matches('/').count()), target.trim_start_matches('/'), rest].concat()
}

/// `text` so that a browser shows it as it is.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_an_excerpt_lead_where_they_led_from_the_post() {
        let (post, list) = (UrlPath::new("blog/2025/12/09/x/"), UrlPath::new("blog/"));
        assert_eq!(rebase("../../../../../enforce/#a", &post, &list), "../enforce/#a");
        assert_eq!(rebase("#more", &post, &list), "2025/12/09/x/#more");
        assert_eq!(rebase("pic%20a.png", &post, &list), "../blog/2025/12/09/x/pic%20a.png");
        assert_eq!(rebase("https://a/b", &post, &list), "https://a/b");
        assert_eq!(rebase("mailto:a@b", &post, &list), "mailto:a@b");
    }
}
