//! Blocks of raw HTML, and comments that are meant for this program.

use super::blocks::Gathered;
use super::builder::Builder;
use super::raw::{Raw, RawKind};
use crate::markdown::{BlockKind, Html};
use std::ops::Range;

impl<'a> Builder<'a> {
    pub(super) fn html_block(&mut self, node: &'a Raw<'a>, top: bool, gathered: &mut Gathered) {
        if self.prepared.separators.contains(&node.range.start) {
            return;
        }
        let text: String = node
            .children
            .iter()
            .map(|child| match &child.kind {
                RawKind::Html(text) | RawKind::Text(text) => text.as_ref(),
                _ => "",
            })
            .collect();
        let comment = text.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        if let Some(comment) = comment.filter(|comment| !comment.contains("-->")) {
            if self.order(comment, node.range.clone()) {
                return;
            }
            if comment.trim() == "more" {
                if top && self.out.excerpt.is_none() {
                    self.out.excerpt = Some(gathered.blocks.len());
                }
                return;
            }
            if let Some(directive) = comment.trim().strip_prefix("snippet:") {
                let at =
                    self.text()[node.range.clone()].find("snippet:").map_or(0, |at| at + "snippet:".len());
                let lead = directive.len() - directive.trim_start().len();
                let start = node.range.start + at + lead;
                let span = self.span(start..start + directive.trim().len());
                self.nothing_below(gathered.directive.take());
                gathered.directive = Some((directive.trim().to_string(), span));
                return;
            }
        } else {
            self.nothing_below(gathered.directive.take());
        }
        let span = self.trimmed_span(node.range.clone());
        let html = self.html_lines(node);
        let block = self.block(BlockKind::Html(html), span);
        gathered.blocks.push(block);
    }

    /// The lines of a block of raw HTML may stand apart in the prepared text.
    fn html_lines(&mut self, node: &'a Raw<'a>) -> Html {
        let first = node.children.first().map_or(node.range.start, |first| first.range.start);
        let last = node.children.last().map_or(node.range.end, |last| last.range.end);
        let text: String = node
            .children
            .iter()
            .map(|child| match &child.kind {
                RawKind::Html(text) | RawKind::Text(text) => text.as_ref(),
                _ => "",
            })
            .collect();
        if self.text().get(first..last) == Some(text.as_str()) {
            return self.html(&text, first..last);
        }
        let mut whole = Html { text: String::new(), links: Vec::new() };
        for child in &node.children {
            let RawKind::Html(text) = &child.kind else { continue };
            let html = self.html(text, child.range.clone());
            let shift = whole.text.len();
            whole.links.extend(
                html.links.into_iter().map(|(range, link)| (range.start + shift..range.end + shift, link)),
            );
            whole.text.push_str(&html.text);
        }
        whole
    }

    /// Keep the place of a comment that is meant for this program. True when it was one.
    pub(super) fn order(&mut self, comment: &str, range: Range<usize>) -> bool {
        let own = comment.trim_start().starts_with("runproof:");
        if own {
            let written = self.text()[range.clone()].trim_end().len();
            self.out.orders.push(self.span(range.start..range.start + written));
        }
        own
    }
}
