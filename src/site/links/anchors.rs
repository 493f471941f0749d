//! Whether a page has the id that a fragment names, and which one was meant when it has not.

use crate::site::entry::Entry;
use crate::site::slug::slug;
use crate::site::{Config, PageKind};

/// What a fragment leads to.
pub(super) enum Anchor {
    Found,
    /// Nothing, but the page has this id, which is spelled nearly so.
    Near(String),
    Missing,
}

/// Look for `fragment`, decoded, on the page of `entry`.
pub(super) fn find(entry: &Entry, fragment: &str, config: &Config) -> Anchor {
    if fragment.is_empty() || fragment == "top" || fragment.starts_with("__") || fragment.starts_with(":~:") {
        return Anchor::Found;
    }
    let Some(document) = &entry.document else { return of_made(entry, fragment) };
    let own = document.ids.iter().any(|(id, _)| id == fragment) || is_footnote(document, fragment);
    if own || entry.kind == PageKind::Tags && is_tag(fragment, config) {
        return Anchor::Found;
    }
    if let Some((id, _)) = document.ids.iter().find(|(id, _)| is_same_heading(id, fragment)) {
        return Anchor::Near(id.clone());
    }
    if let Some(heading) = document.headings.iter().find(|heading| plain(&heading.text) == plain(fragment)) {
        return Anchor::Near(heading.id.clone());
    }
    match crate::diag::nearest(fragment, document.ids.iter().map(|(id, _)| id.as_str())) {
        Some(id) => Anchor::Near(id.to_string()),
        None => Anchor::Missing,
    }
}

/// A page that no document stands for: one that another floor generates says which ids it has.
fn of_made(entry: &Entry, fragment: &str) -> Anchor {
    let Some(page) = &entry.generated else { return Anchor::Found };
    if page.ids.iter().any(|id| id == fragment) {
        return Anchor::Found;
    }
    match crate::diag::nearest(fragment, page.ids.iter().map(String::as_str)) {
        Some(id) => Anchor::Near(id.to_string()),
        None => Anchor::Missing,
    }
}

fn is_footnote(document: &crate::markdown::Document, fragment: &str) -> bool {
    let label = fragment.strip_prefix("fn:").or_else(|| fragment.strip_prefix("fnref:"));
    label.is_some_and(|label| document.footnotes.iter().any(|note| note.label == label))
}

fn is_tag(fragment: &str, config: &Config) -> bool {
    let own = fragment.strip_prefix("tag:");
    own.is_some_and(|own| config.tags.as_ref().is_some_and(|how| slug(own, &how.slugs) == own))
}

/// Do two ids name one heading, as renderers that differ in separators and case would give them?
pub(super) fn is_same_heading(left: &str, right: &str) -> bool {
    let (left, right) = (plain(left), plain(right));
    !left.is_empty() && left == right
}

/// Letters and digits alone, in lower case.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
