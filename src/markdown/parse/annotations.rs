//! Annotations: a list directly below code or text that refers to its items as `(1)`.
//!
//! The list stays on the page, so that nothing is lost without a script; what refers to an item becomes a way
//! to it.

use super::builder::Builder;
use crate::markdown::{Attributes, Block, BlockKind, Html, Inline, InlineKind, List};
use crate::source::Span;

impl<'a> Builder<'a> {
    /// Is this list what the code directly above it refers to by `# (1)`? It is then part of the fence.
    pub(super) fn annotates_code(&mut self, list: &List, blocks: &[Block]) -> bool {
        let Some(Block { kind: BlockKind::Fence(index), .. }) = blocks.last() else { return false };
        let fence = &self.out.fences[*index];
        let asked = self.dialect.annotate_code || fence.attributes.has_class("annotate");
        if !asked || fence.indented || list.start != Some(1) || !fence.annotations.is_empty() {
            return false;
        }
        // A list that the code does not refer to item by item is a list.
        if !(1..=list.items.len()).all(|number| has_mark(&fence.code.text, fence.language.as_deref(), number))
        {
            return false;
        }
        self.out.fences[*index].annotations = list.items.iter().map(|item| item.blocks.clone()).collect();
        true
    }

    /// If the block above has the class `annotate`, its `(1)` lead to the items of this list. True when some do.
    pub(super) fn annotates_text(&mut self, list: &mut List, blocks: &mut [Block]) -> bool {
        let asks = |block: &&mut Block| {
            let own = block.attributes.has_class("annotate");
            own || matches!(&block.kind, BlockKind::Admonition(own) if own.classes.iter().any(|class| class == "annotate"))
        };
        let Some(block) = blocks.last_mut().filter(asks).filter(|_| list.start == Some(1)) else {
            return false;
        };
        let set = self.annotated + 1;
        let mut marks = Marks { set, items: list.items.len(), found: Vec::new() };
        marks.block(block, self);
        for number in &marks.found {
            let item = &mut list.items[number - 1];
            let id = item.attributes.id.get_or_insert_with(|| marks.id(*number)).clone();
            if !self.ids.iter().any(|(_, span)| *span == item.span) {
                self.explicit_id(&id, item.span);
            }
        }
        self.annotated += usize::from(!marks.found.is_empty());
        !marks.found.is_empty()
    }
}

/// The marks of one annotated text.
struct Marks {
    set: usize,
    items: usize,
    found: Vec<usize>,
}

impl Marks {
    fn id(&self, number: usize) -> String {
        format!("__text_{}_annotation_{number}", self.set)
    }

    fn block(&mut self, block: &mut Block, builder: &Builder<'_>) {
        match &mut block.kind {
            BlockKind::Paragraph(inlines) => self.inlines(inlines, builder),
            BlockKind::Admonition(own) => {
                own.title.iter_mut().for_each(|title| self.inlines(title, builder));
                own.blocks.iter_mut().for_each(|block| self.block(block, builder));
            }
            BlockKind::List(list) => {
                list.items
                    .iter_mut()
                    .flat_map(|item| &mut item.blocks)
                    .for_each(|block| self.block(block, builder));
            }
            _ => {}
        }
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>, builder: &Builder<'_>) {
        let old = std::mem::take(inlines);
        for mut inline in old {
            match &mut inline.kind {
                InlineKind::Text(text) => {
                    let text = std::mem::take(text);
                    self.text(&text, inline.span, inlines, builder);
                }
                InlineKind::Emphasis(inner) | InlineKind::Strong(inner) => {
                    self.inlines(inner, builder);
                    inlines.push(inline);
                }
                _ => inlines.push(inline),
            }
        }
    }

    fn text(&mut self, text: &str, span: Span, inlines: &mut Vec<Inline>, builder: &Builder<'_>) {
        let as_written = builder.sources.file(span.file).is_some_and(|file| file.slice(span) == text);
        let place = |from: usize, to: usize| match as_written {
            true => Span::new(span.file, span.start as usize + from, span.start as usize + to),
            false => span,
        };
        let mut push = |from: usize, to: usize, kind: InlineKind| {
            inlines.push(Inline { kind, span: place(from, to), attributes: Attributes::default() });
        };
        let mut done = 0;
        for (open, _) in text.match_indices('(') {
            let Some(length) = text[open..].find(')') else { break };
            let number =
                text[open + 1..open + length].parse().ok().filter(|number| (1..=self.items).contains(number));
            let Some(number) = number else { continue };
            let end = open + length + 1;
            let id = self.id(number);
            let html = format!(
                "<a class=\"annotation\" href=\"#{id}\" aria-label=\"Annotation {number}\">({number})</a>"
            );
            push(done, open, InlineKind::Text(text[done..open].to_string()));
            push(open, end, InlineKind::Html(Html { text: html, links: Vec::new() }));
            self.found.push(number);
            done = end;
        }
        push(done, text.len(), InlineKind::Text(text[done..].to_string()));
        inlines.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
    }
}

/// Does a comment of the code consist of `(number)`?
fn has_mark(code: &str, language: Option<&str>, number: usize) -> bool {
    let mark = format!("({number})");
    code.match_indices(&mark).any(|(at, _)| {
        let line = code[..at].rfind('\n').map_or(0, |at| at + 1);
        let before = code[line..at].trim_end();
        comment_marks(language).iter().any(|open| before.ends_with(open))
    })
}

/// What begins a comment.
fn comment_marks(language: Option<&str>) -> &'static [&'static str] {
    match language.unwrap_or_default() {
        "json" | "text" | "txt" | "" => &[],
        "html" | "xml" | "svg" | "markdown" | "md" => &["<!--"],
        "css" | "scss" => &["/*", "//"],
        "sql" | "lua" | "haskell" | "hs" => &["--", "/*"],
        "ini" | "asm" | "lisp" | "clojure" => &[";", "#"],
        "js" | "javascript" | "ts" | "typescript" | "go" | "rust" | "rs" | "java" | "c" | "c++" | "cpp"
        | "cs" | "csharp" | "kotlin" | "swift" | "scala" | "groovy" | "proto" | "jsonc" | "json5" | "cue" => {
            &["//", "/*"]
        }
        "php" | "hcl" | "terraform" | "tf" => &["#", "//", "/*"],
        _ => &["#", "//"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_in_comments_only() {
        assert!(has_mark("a: 1 # (1)!\n", Some("yaml"), 1) && !has_mark("a: (1)\n", Some("yaml"), 1));
        assert!(!has_mark("{\"a\": 1} # (1)\n", Some("json"), 1) && has_mark("x(); // (2)\n", Some("go"), 2));
    }
}
