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
    texts(&document.blocks, &mut |inlines| add_codes(inlines, &mut found));
    found
}

/// The code of running text outside of tables.
pub(super) fn codes(blocks: &[Block]) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let outside = |block: &&Block| !matches!(block.kind, BlockKind::Table(_));
    for block in blocks.iter().filter(outside) {
        texts(std::slice::from_ref(block), &mut |inlines| add_codes(inlines, &mut found));
    }
    found
}

fn add_codes(inlines: &[&Inline], found: &mut Vec<(String, Span)>) {
    each_code(inlines.iter().copied(), &mut |text, span| found.push((text.to_string(), span)));
}

/// Every piece of running text; a row of a table is one.
fn texts<'d>(list: &'d [Block], each: &mut dyn FnMut(&[&'d Inline])) {
    for block in list {
        match &block.kind {
            BlockKind::Paragraph(inlines) => each(&inlines.iter().collect::<Vec<_>>()),
            BlockKind::Quote(inner) | BlockKind::Element(_, inner) => texts(inner, each),
            BlockKind::List(list) => list.items.iter().for_each(|item| texts(&item.blocks, each)),
            BlockKind::Admonition(admonition) => texts(&admonition.blocks, each),
            BlockKind::Tabs(_, tabs) => tabs.iter().for_each(|tab| texts(&tab.blocks, each)),
            BlockKind::Table(table) => {
                for row in &table.rows {
                    each(&row.iter().flat_map(|(cell, _)| cell).collect::<Vec<_>>());
                }
            }
            _ => {}
        }
    }
}

fn text(inlines: &[&Inline], found: &mut Vec<Diagnostic>) {
    let mut commands = Vec::new();
    each_code(inlines.iter().copied(), &mut |code, span| {
        let tool = code.split(' ').next().unwrap_or_default();
        if matches!(tool, "kubectl" | "kyverno" | "helm") && code.contains(" -") && !code.contains(['…', '|'])
        {
            commands.push((code, span));
        }
    });
    if !commands.is_empty() && !tells_that_it_is_gone(inlines) {
        found.extend(commands.into_iter().flat_map(|(code, span)| refused(code, span)));
    }
}

fn tells_that_it_is_gone(inlines: &[&Inline]) -> bool {
    let mut words = String::new();
    plain(inlines.iter().copied(), &mut words);
    words.make_ascii_lowercase();
    GONE.iter().any(|word| words.contains(word))
}

fn plain<'d>(inlines: impl IntoIterator<Item = &'d Inline>, words: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(text) => words.push_str(text),
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) | InlineKind::Link(_, inner) => {
                plain(inner, words);
            }
            _ => words.push(' '),
        }
    }
}

fn each_code<'d>(inlines: impl IntoIterator<Item = &'d Inline>, each: &mut dyn FnMut(&'d str, Span)) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Code(text, None) => each(text, inline.span),
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => each_code(inner, each),
            _ => {}
        }
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
