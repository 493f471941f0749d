//! Pages that name each other as related.

use super::destination::{scheme, take_apart};
use super::targets::Target;
use super::{Resolver, anchors, folder};
use crate::diag::Diagnostic;
use crate::diag::codes::{BROKEN_LINK, RELATED_LINK};
use crate::markdown::Link;
use crate::site::entry::Entry;
use crate::site::meta::Named;
use crate::site::{PageId, Related};
use crate::source::{SitePath, UrlPath};

impl Resolver<'_> {
    pub(super) fn relate(&mut self, related: &mut Vec<Related>, id: PageId, to: PageId, link: &Link) {
        if to == id {
            self.out.diagnostics.push(Diagnostic::new(
                &RELATED_LINK,
                link.span,
                "the page names itself as related",
            ));
            return;
        }
        let entry = &self.list[to.0];
        if !self.bears(to, &link.text) && entry.document.is_some() {
            let message = format!("nothing in the related page's title is \"{}\"", link.text);
            let found = Diagnostic::new(&RELATED_LINK, link.span, message);
            self.out.diagnostics.push(found.help(format!("its title is \"{}\"", entry.title)));
        }
        push(related, Related { page: to, text: link.text.clone() });
    }

    /// Could a page be called so? Only when no word of the text stands in its title, label or path is it surely
    /// another page that was meant.
    fn bears(&self, page: PageId, text: &str) -> bool {
        let entry = &self.list[page.0];
        let label = self.nav.labels[page.0].as_deref().unwrap_or_default();
        let heading = entry.document.as_ref().and_then(|document| document.first_h1());
        let heading = heading.map(|heading| heading.text.as_str()).unwrap_or_default();
        let names = anchors::plain(&[&entry.title, label, heading, entry.local.as_str()].concat());
        let mut words = significant_words(text).peekable();
        words.peek().is_none() || words.any(|word| names.contains(word.as_str()))
    }

    /// A page that the front matter names; an address outside of the site relates nothing.
    pub(super) fn relate_named(
        &mut self,
        related: &mut Vec<Related>,
        id: PageId,
        entry: &Entry,
        named: &Named,
    ) {
        let Named { path, title, span } = named;
        if scheme(path).is_some() {
            return;
        }
        let destination = take_apart(path);
        let from = |folder: &SitePath, url: &UrlPath| self.targets.find(folder, url, &destination.path);
        let target =
            from(&folder(entry), &entry.url).or_else(|| from(&self.config.content_dir, &UrlPath::default()));
        match target {
            Some((Target::Page(to), _)) if to == id => {
                self.report(entry, Diagnostic::new(&RELATED_LINK, *span, "the page names itself as related"));
            }
            Some((Target::Page(to), _)) => {
                self.led_to[to.0] = true;
                let text = title.clone().unwrap_or_else(|| self.list[to.0].title.clone());
                push(related, Related { page: to, text });
            }
            _ => {
                self.report(entry, Diagnostic::new(&BROKEN_LINK, *span, format!("there is no page `{path}`")))
            }
        }
    }

    /// Which pages name a page as related.
    pub(super) fn back_links(&mut self) {
        let mut named: Vec<Vec<PageId>> = vec![Vec::new(); self.list.len()];
        for (at, page) in self.out.pages.iter().enumerate().filter(|(at, _)| self.list[*at].source.is_some())
        {
            page.related.iter().for_each(|related| named[related.page.0].push(PageId(at)));
        }
        for (page, mut by) in self.out.pages.iter_mut().zip(named) {
            by.sort_by_cached_key(|page| (self.list[page.0].title.to_lowercase(), *page));
            by.dedup();
            page.referenced_by = by;
        }
    }
}

/// The beginnings of the words that tell one page from another: "Retry Patterns" -> "retry".
fn significant_words(text: &str) -> impl Iterator<Item = String> {
    const COMMON: [&str; 8] = ["and", "for", "from", "guide", "overview", "pattern", "patterns", "the"];
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words
        .filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str()))
        .map(|word| word.chars().take(5).collect())
}

fn push(related: &mut Vec<Related>, new: Related) {
    if related.iter().all(|known| known.page != new.page) {
        related.push(new);
    }
}
