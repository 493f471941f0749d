//! What is wrong with a link, and what helps.

use super::anchors::{self, Anchor};
use super::destination::{Destination, decoded};
use super::targets::{How, Target, relative_path};
use super::{Resolver, folder};
use crate::diag::codes::{
    BROKEN_ANCHOR, BROKEN_LINK, INDIRECT_LINK, NOT_IN_NAV, ORPHAN_PAGE, UNPUBLISHED_LINK,
};
use crate::diag::{Diagnostic, Edit};
use crate::markdown::{Document, Link, LinkKind};
use crate::site::entry::Entry;
use crate::site::files::is_left_out;
use crate::site::{PageId, PageKind};
use crate::source::{SitePath, Span};
use std::collections::BTreeSet;

impl Resolver<'_> {
    /// A link that leads nowhere.
    pub(super) fn missing(&self, entry: &Entry, link: &Link, destination: &Destination<'_>) -> Diagnostic {
        let file = match destination.path.strip_prefix('/') {
            Some(absolute) => self.config.content_dir.join(absolute),
            None => folder(entry).join(&destination.path),
        };
        let span = link.destination_span;
        let local = file.strip(&self.config.content_dir);
        if let Some(reason) = local.as_ref().and_then(|local| self.unpublished(&file, local)) {
            return Diagnostic::new(&UNPUBLISHED_LINK, span, format!("the page `{file}` is {reason}"));
        }
        if local.is_none() && !file.is_outside() && self.sources.get(&file).is_some() {
            let found = Diagnostic::new(&BROKEN_LINK, span, format!("`{file}` is not part of the site"));
            return found.help(format!("only files below `{}` are published", self.config.content_dir));
        }
        let what = if matches!(link.kind, LinkKind::Image) { "image" } else { "page or file" };
        let found = Diagnostic::new(&BROKEN_LINK, span, format!("there is no {what} `{file}`"));
        match local.and_then(|local| self.suggest.page(&local)) {
            Some(near) => {
                let path = relative_path(&folder(entry), &self.config.content(near));
                found.help(format!("did you mean `{path}`?"))
            }
            None => found,
        }
    }

    fn unpublished(&self, file: &SitePath, local: &SitePath) -> Option<&'static str> {
        let excluded =
            || (self.sources.get(file).is_some() && is_left_out(self.config, file)).then_some("excluded");
        self.suggest.unpublished(local).or_else(excluded)
    }

    /// A link that works but does not name the file: with a repair where the file is known.
    pub(super) fn not_by_file(
        &self,
        entry: &Entry,
        document: &Document,
        link: &Link,
        destination: &Destination<'_>,
        target: Target,
        how: &How,
    ) -> Option<Diagnostic> {
        let by_habit = matches!(link.kind, LinkKind::Html(..)) && *how == How::Url;
        if by_habit || target == Target::Written {
            return None;
        }
        let file = match target {
            Target::Page(page) => self.list[page.0].source.as_ref(),
            Target::Asset(at) => Some(&self.assets[at].0),
            Target::Written => None,
        };
        let path = relative_path(&folder(entry), file?);
        let span = link.destination_span;
        let found = match how {
            How::Case => Diagnostic::new(&BROKEN_LINK, span, format!("the file is called `{}`", file?))
                .label("other capitals; most hosts tell them apart"),
            _ => Diagnostic::new(&INDIRECT_LINK, span, "this names a URL, which moves when its page does")
                .help(format!("name the file: `{path}`")),
        };
        let text = self.sources.file(span.file).map(|file| file.slice(span).to_string()).unwrap_or_default();
        let is_plain =
            span.file == document.source && text == link.destination && !path.contains([' ', '(', ')', '%']);
        let edit = || Edit {
            span: Span { end: span.start + clamp(destination.written.len()), ..span },
            text: path.clone(),
        };
        Some(if is_plain { found.fix("name the file", vec![edit()]) } else { found })
    }

    pub(super) fn check_anchor(&mut self, to: PageId, fragment: &str, link: &Link) {
        let entry = &self.list[to.0];
        let found = match anchors::find(entry, &decoded(fragment), self.config) {
            Anchor::Found => return,
            Anchor::Near(id) => Some(id),
            Anchor::Missing => None,
        };
        let span = link.destination_span;
        let place = if entry.local.is_empty() { entry.url.to_string() } else { entry.local.to_string() };
        let message = format!("`{place}` has no heading or id `{fragment}`");
        let diagnostic = Diagnostic::new(&BROKEN_ANCHOR, span, message);
        let Some(id) = found else {
            self.out.diagnostics.push(diagnostic);
            return;
        };
        let text = self.sources.file(span.file).map(|file| file.slice(span).to_string()).unwrap_or_default();
        let diagnostic = diagnostic.help(format!("did you mean `#{id}`?"));
        self.out.diagnostics.push(match text.strip_suffix(fragment) {
            Some(before) if anchors::is_same_heading(fragment, &id) => {
                let start = span.start + clamp(before.len());
                diagnostic.fix("name the heading's id", vec![Edit { span: Span { start, ..span }, text: id }])
            }
            _ => diagnostic,
        });
    }

    /// Pages that the navigation leaves out: other pages may lead to them, or nothing does. Files that pages
    /// include are no pages of their own in their author's eyes.
    pub(super) fn left_out(&mut self) {
        let included: BTreeSet<&SitePath> = self.included();
        let mut found = Vec::new();
        for (at, entry) in self.list.iter().enumerate() {
            let (Some(source), Some(span)) = (&entry.source, entry.span()) else { continue };
            let is_asked_for =
                entry.kind == PageKind::Content && !self.config.not_in_nav.is_match(&entry.local);
            if !is_asked_for || self.nav.labels[at].is_some() || included.contains(source) {
                continue;
            }
            found.push(match self.led_to[at] {
                true => {
                    Diagnostic::new(&NOT_IN_NAV, span, format!("`{}` is not in the navigation", entry.local))
                }
                false => Diagnostic::new(&ORPHAN_PAGE, span, format!("nothing leads to `{}`", entry.local)),
            });
        }
        self.out.diagnostics.extend(found);
    }

    fn included(&self) -> BTreeSet<&SitePath> {
        let documents = self.list.iter().filter_map(|entry| entry.document.as_ref());
        let included = documents.flat_map(|document| &document.includes).map(|included| &included.path);
        included.chain(&self.config.dialect.auto_append).collect()
    }
}

fn clamp(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
