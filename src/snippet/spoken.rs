//! Commands in the prose of a page: `kubectl get pods` between words or in a table.

use super::kubectl::{self, Origin, Refusal};
use super::passage::Passage;
use super::shell;
use crate::diag::{Diagnostic, Severity, codes};
use crate::markdown::{Block, BlockKind, Document, Inline, InlineKind};
use crate::source::Span;

/// Words beside which a command is named for what it lacks.
const GONE: [&str; 7] = ["removed", "no longer", "deprecated", "does not", "instead", "old ", "not exist"];

/// The flags and commands that a tool does not have, in the code of running text. A reader may type it, or not: so it
/// is a warning. Text that says so itself is left alone.
pub(super) fn refusals(document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    texts(&document.blocks, &mut |inlines| text(inlines, &mut found));
    found
}

/// The code of running text and of tables.
pub fn spoken(document: &Document) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    texts(&document.blocks, &mut |inlines| {
        found.extend(codes_of(inlines).into_iter().map(|(text, span)| (text.to_string(), span)));
    });
    found
}

/// The code of running text outside of tables.
pub(super) fn codes(blocks: &[Block]) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut each = |inlines: &[Inline]| {
        found.extend(codes_of(inlines).into_iter().map(|(text, span)| (text.to_string(), span)));
    };
    let outside = |block: &&Block| !matches!(block.kind, BlockKind::Table(_));
    for block in blocks.iter().filter(outside) {
        texts(std::slice::from_ref(block), &mut each);
    }
    found
}

/// Every piece of running text; a row of a table is one.
fn texts(list: &[Block], each: &mut dyn FnMut(&[Inline])) {
    for block in list {
        match &block.kind {
            BlockKind::Paragraph(inlines) => each(inlines),
            BlockKind::Quote(inner) | BlockKind::Element(_, inner) => texts(inner, each),
            BlockKind::List(list) => list.items.iter().for_each(|item| texts(&item.blocks, each)),
            BlockKind::Admonition(admonition) => texts(&admonition.blocks, each),
            BlockKind::Tabs(_, tabs) => tabs.iter().for_each(|tab| texts(&tab.blocks, each)),
            BlockKind::Table(table) => {
                for row in &table.rows {
                    each(&row.iter().flat_map(|(cell, _)| cell.clone()).collect::<Vec<Inline>>());
                }
            }
            _ => {}
        }
    }
}

fn text(inlines: &[Inline], found: &mut Vec<Diagnostic>) {
    let words = plain(inlines).to_ascii_lowercase();
    if GONE.iter().any(|word| words.contains(word)) {
        return;
    }
    for (code, span) in codes_of(inlines) {
        let tool = code.split(' ').next().unwrap_or_default();
        if matches!(tool, "kubectl" | "kyverno" | "helm") && code.contains(" -") && !code.contains(['…', '|'])
        {
            found.extend(refused(code, span));
        }
    }
}

fn plain(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match &inline.kind {
        InlineKind::Text(text) => text.clone(),
        InlineKind::Strong(inner) | InlineKind::Emphasis(inner) | InlineKind::Link(_, inner) => plain(inner),
        _ => " ".to_string(),
    };
    inlines.iter().map(one).collect()
}

fn codes_of(inlines: &[Inline]) -> Vec<(&str, Span)> {
    inlines.iter().flat_map(code_of).collect()
}

fn code_of(inline: &Inline) -> Vec<(&str, Span)> {
    match &inline.kind {
        InlineKind::Code(text, None) => vec![(text.as_str(), inline.span)],
        InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => codes_of(inner),
        _ => Vec::new(),
    }
}

fn refused(code: &str, span: Span) -> Vec<Diagnostic> {
    let script = shell::parse(&format!("{code}\n"));
    if script.error.is_some() {
        return Vec::new();
    }
    let passage = Passage::new(format!("{code}\n"), vec![span]);
    let mut refusals: Vec<Refusal> = Vec::new();
    for list in &script.commands {
        list.each_pipeline(&mut |pipeline, sure| {
            refusals.extend(kubectl::effects(pipeline, sure, &Origin { passage: &passage }).1);
        });
    }
    // In running text a flag may stand without its value.
    let flags = refusals.into_iter().filter(|one| one.message.contains("has no flag"));
    let finding = |one: Refusal| {
        let mut found = Diagnostic::new(&codes::COMMAND_REFUSED, span, one.message);
        found.severity = Severity::Warning;
        match one.meant {
            Some(meant) => found.help(format!("perhaps `{meant}` is meant")),
            None => found,
        }
    };
    flags.map(finding).collect()
}
