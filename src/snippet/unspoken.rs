//! Expressions that a page shows without a word about their results: it says that they work all the same.

use super::expression;
use super::model::{Claim, Kind, Language, Query, Snippet};
use super::{shell, spoken};
use crate::markdown::{Block, BlockKind, Cell, Document, Inline, InlineKind, Table};
use crate::source::Span;
use crate::source::yaml::Node;
use std::ops::Range;

/// An expression that is shown as one that works, or as a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unspoken {
    /// The expression.
    pub query: Query,
    /// The index of its fence in the document; `None` in a table.
    pub fence: Option<usize>,
}

/// The expressions of a page of which no claim of its snippets speaks. Whether a text without a language is an
/// expression at all is only taken for granted on a page about JMESPath.
pub fn unspoken(document: &Document, snippets: &[Snippet]) -> Vec<Unspoken> {
    let about = is_about(document, "jmespath");
    let checked = snippets.iter().filter(|snippet| snippet.settings.unchecked.is_none());
    let mut found: Vec<Unspoken> = checked.flat_map(|snippet| of_snippet(snippet, document, about)).collect();
    if about {
        let queries = tables(&document.blocks).into_iter().flat_map(of_table);
        let filters = spoken::codes(&document.blocks).into_iter().filter(|(text, _)| is_filter(text));
        let filters = filters.map(|(text, span)| query(&text, span, None)).filter(is_meant);
        found.extend(queries.chain(filters).map(|query| Unspoken { query, fence: None }));
    }
    found.sort_by_key(|one| one.query.span.start);
    found
}

/// Does the page say by its title, a tag or a heading what it is about?
fn is_about(document: &Document, word: &str) -> bool {
    let says = |text: &str| text.to_ascii_lowercase().contains(word);
    let front = &document.front_matter;
    let title = front.get("title").and_then(Node::as_str);
    let tags = front.get("tags").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str);
    title.into_iter().chain(tags).any(says) || document.headings.iter().any(|heading| says(&heading.text))
}

fn of_snippet(snippet: &Snippet, document: &Document, about: bool) -> Vec<Unspoken> {
    let fence = Some(snippet.fence);
    let spoken = |step: usize| {
        let speaks = |claim: &Claim| claim.step == Some(step) && claim.class.is_value();
        snippet.claims.iter().any(speaks)
    };
    let language = document.fences.get(snippet.fence).and_then(|fence| fence.language.as_deref());
    let sure = match snippet.kind {
        Kind::Expression(Language::JmesPath) => about || language == Some("jmespath"),
        Kind::Expression(Language::Cel) => language == Some("cel"),
        Kind::Expression(_) => false,
        Kind::Fragment => return variables(snippet).map(|query| Unspoken { query, fence }).collect(),
        _ => true,
    };
    let silent = snippet.steps.iter().enumerate().filter(|(step, _)| sure && !spoken(*step));
    let queries = silent.filter_map(|(_, step)| step.query.clone()).filter(is_meant);
    queries.map(|query| Unspoken { query, fence }).collect()
}

/// `kyverno jp query 'expression'`, `<expression>` and `list[index]` stand for whatever the reader has, `...` for what
/// is left out.
fn is_meant(query: &Query) -> bool {
    let is_word = query.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_scheme = ["[index]", "[i]", "[n]", "[number]"].iter().any(|mark| query.text.contains(mark));
    !is_word && !is_scheme && !query.text.contains("...") && shell::placeholders(&query.text).is_empty()
}

/// What stands in `{{ … }}` in a part of a policy, one a line at most. Other templates have the braces as well, so it
/// must speak of what Kyverno knows.
fn variables(snippet: &Snippet) -> impl Iterator<Item = Query> {
    const KNOWN: [&str; 4] = ["request.object.", "request.oldObject.", "element.", "request.namespace"];
    let mut wrong = None;
    let mut start = 0;
    let mut found = Vec::new();
    for line in snippet.passage.text.split_inclusive('\n') {
        let from = start;
        start += line.len();
        if let Some(comment) = line.trim_start().strip_prefix('#') {
            wrong = expression::wrong(comment.trim());
            continue;
        }
        let said = wrong.take().map(str::to_string);
        let Some(inner) = braces(line) else { continue };
        let text = line[inner.clone()].trim();
        let range = from + inner.start..from + inner.end;
        // With an escape the text is not what the policy holds.
        let known = KNOWN.iter().any(|name| text.starts_with(name)) && !text.contains('\\');
        if let Some(span) = snippet.passage.span(&range).filter(|_| known) {
            found.push(query(text, span, said));
        }
    }
    found.into_iter()
}

/// The bytes between the only `{{` and `}}` of a line.
fn braces(line: &str) -> Option<Range<usize>> {
    let start = line.find("{{")? + 2;
    let end = start + line[start..].find("}}")?;
    (!line[start..].contains("{{")).then_some(start..end)
}

fn query(text: &str, span: Span, wrong: Option<String>) -> Query {
    Query { language: Language::JmesPath, text: text.to_string(), span, input: None, whole: true, wrong }
}

/// A filter in running text is one of JMESPath; other code may be anything.
fn is_filter(text: &str) -> bool {
    text.contains("[?") && text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.contains("{{")
}

/// Every table, also those in other blocks.
fn tables(blocks: &[Block]) -> Vec<&Table> {
    blocks
        .iter()
        .flat_map(|block| match &block.kind {
            BlockKind::Table(table) => vec![table],
            BlockKind::Quote(blocks) | BlockKind::Element(_, blocks) => tables(blocks),
            BlockKind::Admonition(admonition) => tables(&admonition.blocks),
            BlockKind::Tabs(_, tabs) => tabs.iter().flat_map(|tab| tables(&tab.blocks)).collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// The code in the column of examples.
fn of_table(table: &Table) -> Vec<Query> {
    const HEADS: [&str; 5] = ["example", "examples", "expression", "query", "jmespath example"];
    let column =
        table.head.iter().position(|cell| HEADS.contains(&plain(cell).to_ascii_lowercase().as_str()));
    let Some(column) = column else { return Vec::new() };
    let cells = table.rows.iter().filter_map(|row| row.get(column));
    let codes = cells.filter_map(|(inlines, _)| match inlines.as_slice() {
        [Inline { kind: InlineKind::Code(text, None), span, .. }] => Some((text, *span)),
        _ => None,
    });
    // A word or a pair of braces around it is no expression of JMESPath alone.
    let expressions = codes.filter(|(text, _)| text.contains(['(', '[', '|']) && !text.contains("{{"));
    expressions.map(|(text, span)| query(text, span, None)).collect()
}

fn plain((inlines, _): &Cell) -> String {
    let text = |inline: &Inline| match &inline.kind {
        InlineKind::Text(text) | InlineKind::Code(text, _) => text.clone(),
        InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => {
            plain(&(inner.clone(), Default::default()))
        }
        _ => String::new(),
    };
    inlines.iter().map(text).collect::<String>().trim().to_string()
}
