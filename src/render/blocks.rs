//! What a page adds to the blocks that readers copy.

use super::theme::Theme;
use crate::check::view::{Block, PageExtras, Strip};
use crate::diag::Diagnostic;
use crate::markdown::Extra;
use crate::source::UrlPath;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use tera::Value;

/// What is added to the fences of the page `url`, by their index.
pub(super) fn extras(
    theme: &Theme,
    url: &UrlPath,
    extras: &PageExtras,
) -> (BTreeMap<usize, Extra>, Vec<Diagnostic>) {
    let mut drawing = Drawing { theme, diagnostics: Vec::new() };
    let fences: BTreeSet<usize> = extras.strips.keys().chain(extras.blocks.keys()).copied().collect();
    let none = Block::default();
    let drawn = fences.into_iter().map(|fence| {
        let block = extras.blocks.get(&fence).unwrap_or(&none);
        let strips = extras.strips.get(&fence).map_or(&[][..], Vec::as_slice);
        (fence, drawing.extra(url, block, strips))
    });
    let drawn = drawn.collect();
    drawing.diagnostics.dedup();
    (drawn, drawing.diagnostics)
}

struct Drawing<'a> {
    theme: &'a Theme,
    diagnostics: Vec<Diagnostic>,
}

impl Drawing<'_> {
    fn extra(&mut self, url: &UrlPath, block: &Block, strips: &[Strip]) -> Extra {
        let files = block.files.as_ref().map(|files| files.links(url));
        let mut after: String = strips
            .iter()
            .map(|strip| self.draw("strip.html", &[("strip", json!(strip)), ("files", json!(files))]))
            .collect();
        if strips.is_empty() && files.is_some() {
            after = self.draw("strip-files.html", &[("files", json!(files))]);
        }
        let warning =
            block.warning.map(|words| self.draw("strip-warning.html", &[("warning", json!(words))]));
        Extra {
            id: block.files.as_ref().map(|files| files.anchor.clone()),
            data: block.data(),
            top: warning.unwrap_or_default(),
            after,
        }
    }

    fn draw(&mut self, template: &str, values: &[(&'static str, Json)]) -> String {
        let values: Vec<_> =
            values.iter().map(|(name, value)| (*name, Value::from_serializable(value))).collect();
        let (html, found) = self.theme.render(template, &values);
        self.diagnostics.extend(found);
        html.trim_end().to_string()
    }
}
