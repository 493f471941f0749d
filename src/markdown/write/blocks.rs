//! Blocks, and what they are made of.

use super::{Place, Writer};
use crate::markdown::html::Tag;
use crate::markdown::{
    Alignment, Attributes, Block, BlockKind, Cell, Definition, Html, Inline, Item, List, Table,
};

impl Writer<'_> {
    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        let attributes = &block.attributes;
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.line("p", inlines, attributes),
            BlockKind::Heading(index, inlines) => self.heading(*index, inlines, attributes),
            BlockKind::Quote(blocks) => self.container("blockquote", blocks, attributes),
            BlockKind::List(list) => self.list(list, attributes),
            BlockKind::Fence(index) => self.fence(*index),
            BlockKind::Table(table) => self.table(table, attributes),
            BlockKind::Rule => {
                self.open("hr", Tag::new(), attributes);
                self.push("\n");
            }
            BlockKind::Html(html) => self.html_block(html),
            BlockKind::Element(name, blocks) => self.container(name, blocks, attributes),
            BlockKind::Admonition(admonition) => self.admonition(admonition, attributes),
            BlockKind::Tabs(set, tabs) => self.tabs(*set, tabs, attributes),
            BlockKind::Definitions(definitions) => self.definitions(definitions, attributes),
            BlockKind::Toc => self.contents(),
        }
    }

    /// An element on one line: `<p>…</p>`.
    fn line(&mut self, name: &str, inlines: &[Inline], attributes: &Attributes) {
        self.open(name, Tag::new(), attributes);
        self.inlines(inlines);
        self.close(name);
        self.push("\n");
    }

    fn container(&mut self, name: &str, blocks: &[Block], attributes: &Attributes) {
        self.open(name, Tag::new(), attributes);
        self.push("\n");
        self.blocks(blocks);
        self.close(name);
        self.push("\n");
    }

    fn html_block(&mut self, html: &Html) {
        self.raw_html(html);
        if !self.out.ends_with('\n') {
            self.push("\n");
        }
    }

    fn heading(&mut self, index: usize, inlines: &[Inline], attributes: &Attributes) {
        let Some(heading) = self.document.headings.get(index) else { return };
        let name = match heading.level {
            0 | 1 => "h1",
            2 => "h2",
            3 => "h3",
            4 => "h4",
            5 => "h5",
            _ => "h6",
        };
        let mut others = attributes.clone();
        others.others.retain(|(name, _)| name != "data-toc-label");
        self.open(name, Tag::new().id(&heading.id), &others);
        self.inlines(inlines);
        self.permalink(&heading.id);
        self.close(name);
        self.push("\n");
    }

    fn permalink(&mut self, id: &str) {
        let permalink = &self.dialect.permalink;
        let Some(mark) = permalink.text.as_ref().filter(|_| self.place == Place::Own) else { return };
        let tag =
            Tag::new().class("headerlink").with("href", &format!("#{id}")).with("title", &permalink.title);
        tag.open("a", &mut self.out);
        self.text(mark);
        self.close("a");
    }

    fn list(&mut self, list: &List, attributes: &Attributes) {
        let mut tag = Tag::new();
        if list.items.iter().any(|item| item.task.is_some()) {
            tag = tag.class("task-list");
        }
        if let Some(start) = list.start.filter(|&start| start != 1) {
            tag = tag.with("start", &start.to_string());
        }
        let name = if list.start.is_some() { "ol" } else { "ul" };
        self.open(name, tag, attributes);
        self.push("\n");
        for item in &list.items {
            self.item(item, list.tight);
        }
        self.close(name);
        self.push("\n");
    }

    fn item(&mut self, item: &Item, tight: bool) {
        let tag = if item.task.is_some() { Tag::new().class("task-list-item") } else { Tag::new() };
        self.open("li", tag, &item.attributes);
        let mut task = item.task;
        for block in &item.blocks {
            match &block.kind {
                BlockKind::Paragraph(inlines) if tight && block.attributes.is_empty() => {
                    self.task_box(task.take());
                    self.inlines(inlines);
                }
                BlockKind::Paragraph(inlines) => {
                    self.open("p", Tag::new(), &block.attributes);
                    self.task_box(task.take());
                    self.inlines(inlines);
                    self.push("</p>\n");
                }
                _ => {
                    self.task_box(task.take());
                    self.line_end();
                    self.block(block);
                }
            }
        }
        self.task_box(task);
        self.push("</li>\n");
    }

    /// Begins a new line, unless the text already stands at the beginning of one.
    fn line_end(&mut self) {
        if !self.out.ends_with('\n') {
            self.push("\n");
        }
    }

    fn task_box(&mut self, task: Option<bool>) {
        let Some(done) = task else { return };
        self.push("<label class=\"task-list-control\"><input type=\"checkbox\" disabled");
        self.push(if done { " checked aria-label=\"Done\">" } else { " aria-label=\"To do\">" });
        self.push("<span class=\"task-list-indicator\"></span></label> ");
    }

    fn table(&mut self, table: &Table, attributes: &Attributes) {
        self.push("<div class=\"table-scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">");
        self.open("table", Tag::new(), attributes);
        self.push("\n<thead>\n");
        self.row("th", &table.head, &table.alignments);
        self.push("</thead>\n");
        if !table.rows.is_empty() {
            self.push("<tbody>\n");
            table.rows.iter().for_each(|row| self.row("td", row, &table.alignments));
            self.push("</tbody>\n");
        }
        self.push("</table></div>\n");
    }

    fn row(&mut self, name: &str, cells: &[Cell], alignments: &[Alignment]) {
        self.push("<tr>\n");
        for (index, (inlines, attributes)) in cells.iter().enumerate() {
            // A class and not a style: pages need no style of their own, so that a strict policy can forbid it.
            let class = match alignments.get(index) {
                Some(Alignment::Left) => "rp-left",
                Some(Alignment::Center) => "rp-center",
                Some(Alignment::Right) => "rp-right",
                Some(Alignment::None) | None => "",
            };
            self.open(name, Tag::new().class(class), attributes);
            self.inlines(inlines);
            self.close(name);
            self.push("\n");
        }
        self.push("</tr>\n");
    }

    fn definitions(&mut self, definitions: &[Definition], attributes: &Attributes) {
        self.open("dl", Tag::new(), attributes);
        self.push("\n");
        for definition in definitions {
            definition.terms.iter().for_each(|term| self.line("dt", term, &Attributes::default()));
            definition.definitions.iter().for_each(|blocks| self.definition(blocks));
        }
        self.push("</dl>\n");
    }

    fn definition(&mut self, blocks: &[Block]) {
        self.push("<dd>");
        match blocks {
            [Block { kind: BlockKind::Paragraph(inlines), attributes, .. }] if attributes.is_empty() => {
                self.inlines(inlines);
            }
            _ => {
                self.push("\n");
                self.blocks(blocks);
            }
        }
        self.push("</dd>\n");
    }
}
