//! Code blocks: their frame, line numbers, marked lines and annotations, and what of a session was typed.

use std::fmt::Write as _;
use std::ops::Range;

use super::{Extra, Place, Writer};
use crate::markdown::highlight::{self, Line, SessionLine, Token};
use crate::markdown::html::{Tag, escape};
use crate::markdown::{Attributes, Fence, LineNumbers};

/// The bytes of a console session's code that were typed: its commands with their line ends, without prompts and
/// output. `None` for a block that is no session, or has no prompt.
///
/// They are the text of the written `<code>` element without its `gp` and `go` elements.
pub fn typed_parts(fence: &Fence) -> Option<Vec<Range<usize>>> {
    let session = fence.language.as_deref().is_some_and(highlight::is_session);
    let lines = session.then(|| highlight::session_lines(&fence.code.text)).flatten()?;
    let mut at = 0;
    let typed = lines.into_iter().filter_map(|line| match line {
        SessionLine::Command { prompt, text, .. } => {
            let start = at + prompt.len();
            at = start + text.len();
            Some(start..at)
        }
        SessionLine::Output(text) => {
            at += text.len();
            None
        }
    });
    Some(typed.collect())
}

/// A code block that stands for itself, as fences are written, with an element that has an id around each of the
/// given lines, counted from 1.
pub fn highlight_block(language: &str, text: &str, ids: &[(usize, String)]) -> String {
    let mut html = String::new();
    Tag::new().class(&language_class(Some(language))).class("highlight").open("div", &mut html);
    html.push_str("<pre><code>");
    for (index, line) in highlight::colour_or_plain(text, Some(language)).iter().enumerate() {
        let own = ids.iter().filter(|(number, _)| *number == index + 1);
        let depth = own.map(|(_, id)| Tag::new().id(id).open("span", &mut html)).count();
        highlight::write_line(line, &mut html);
        html.push_str(&"</span>".repeat(depth));
    }
    html.push_str("</code></pre></div>\n");
    html
}

/// A code block of several parts, each in a language of its own; the block as a whole is in that of the first. Of
/// `extra` it takes what belongs on its element.
pub fn highlight_parts(parts: &[(&str, &str)], extra: &Extra) -> String {
    let mut html = String::new();
    let first = parts.first().map(|(language, _)| *language);
    let tag = Tag::new().class(&language_class(first)).class("highlight");
    let tag = extra.id.iter().fold(tag, |tag, id| tag.id(id));
    extra.data.iter().fold(tag, |tag, (name, value)| tag.with(name, value)).open("div", &mut html);
    html.push_str(&extra.top);
    html.push_str("<pre><code>");
    for (language, text) in parts {
        let lines = highlight::colour_or_plain(text, Some(language));
        lines.iter().for_each(|line| highlight::write_line(line, &mut html));
    }
    html.push_str("</code></pre></div>\n");
    html
}

/// `language-yaml`; `language-text` for no language, and for one that nobody knows.
pub(super) fn language_class(language: Option<&str>) -> String {
    let known = language.filter(|language| highlight::is_known_language(language));
    format!("language-{}", known.unwrap_or("text"))
}

impl Writer<'_> {
    pub(super) fn fence(&mut self, index: usize) {
        let (document, dialect, writing) = (self.document, self.dialect, self.writing);
        let Some(fence) = document.fences.get(index) else { return };
        match dialect.custom_fences.iter().find(|(language, _)| Some(language) == fence.language.as_ref()) {
            Some(_) if fence.picture.is_some() => self.diagram(fence),
            Some((_, class)) => self.custom_fence(class, fence),
            None => self.code_block(index, fence),
        }
        self.annotations(index, fence);
        if let Some(extra) = writing.fences.get(&index) {
            self.push(&extra.after);
        }
    }

    /// A picture, and folded below it what it was drawn from.
    fn diagram(&mut self, fence: &Fence) {
        self.open("figure", Tag::new().class("rp-diagram"), &fence.attributes);
        self.push("<div class=\"rp-picture\">");
        self.push(fence.picture.as_deref().unwrap_or_default());
        self.push("</div>");
        if let Some(title) = fence.title.as_ref().filter(|title| !title.is_empty()) {
            self.push("<figcaption>");
            self.text(title);
            self.push("</figcaption>");
        }
        self.push(
            "<details class=\"rp-source\"><summary data-chrome>Source of the diagram</summary><pre><code>",
        );
        self.text(&fence.code.text);
        self.push("</code></pre></details></figure>\n");
    }

    /// A diagram that is not drawn, or the like: a script of the page draws it, and without one its text stays readable.
    fn custom_fence(&mut self, class: &str, fence: &Fence) {
        self.open("pre", Tag::new().class(class), &fence.attributes);
        self.push("<code>");
        self.text(&fence.code.text);
        self.push("</code></pre>\n");
    }

    fn code_block(&mut self, index: usize, fence: &Fence) {
        let tag = Tag::new().class(&language_class(fence.language.as_deref())).class("highlight");
        let extra = self.writing.fences.get(&index).filter(|_| self.place == Place::Own);
        let data = extra.map_or(&[][..], |extra| extra.data.as_slice());
        let tag = data.iter().fold(tag, |tag, (name, value)| tag.with(name, value));
        let own = extra.and_then(|extra| extra.id.as_deref()).filter(|_| fence.attributes.id.is_none());
        self.open("div", own.into_iter().fold(tag, Tag::id), &fence.attributes);
        self.push(extra.map_or("", |extra| &extra.top));
        match fence.line_numbers {
            Some(numbers) => self.numbered(index, fence, numbers),
            None => {
                self.filename(fence);
                self.code(index, fence);
            }
        }
        self.push("</div>\n");
    }

    fn filename(&mut self, fence: &Fence) {
        let Some(title) = fence.title.as_ref().filter(|title| !title.is_empty()) else { return };
        self.push("<span class=\"filename\">");
        self.text(title);
        self.push("</span>");
    }

    fn code(&mut self, index: usize, fence: &Fence) {
        self.push("<pre><code>");
        let lines = highlight::colour_or_plain(&fence.code.text, fence.language.as_deref());
        for (number, line) in (1..).zip(&lines) {
            let marked = fence.highlighted.contains(&number);
            self.push(if marked { "<span class=\"hll\">" } else { "" });
            self.code_line(index, fence, line);
            self.push(if marked { "</span>" } else { "" });
        }
        self.push("</code></pre>");
    }

    /// A table of two columns, so that selecting the code leaves the numbers out. Each number is a link to itself.
    fn numbered(&mut self, index: usize, fence: &Fence, numbers: LineNumbers) {
        self.push("<table class=\"highlighttable\">");
        if fence.title.is_some() {
            self.push("<tr><th colspan=\"2\" class=\"filename\">");
            self.filename(fence);
            self.push("</th></tr>");
        }
        self.push("<tr><td class=\"linenos\"><div class=\"linenodiv\"><pre>");
        for line in 0..fence.code.text.lines().count() {
            self.line_number(index, numbers.start.saturating_add(line), numbers.step);
        }
        self.push("</pre></div></td><td class=\"code\"><div>");
        self.code(index, fence);
        self.push("</div></td></tr></table>");
    }

    fn line_number(&mut self, index: usize, number: usize, step: usize) {
        let shown = step <= 1 || number.is_multiple_of(step);
        let label = if shown { number.to_string() } else { " ".to_string() };
        if self.place != Place::Own {
            return self.push(&format!("<span class=\"normal\">{label}</span>\n"));
        }
        let id = format!("__codelineno-{index}-{number}");
        self.push(&format!("<span class=\"normal\"><a id=\"{id}\" href=\"#{id}\">{label}</a></span>\n"));
    }

    fn code_line(&mut self, index: usize, fence: &Fence, line: &Line<'_>) {
        if fence.annotations.is_empty() || self.place != Place::Own {
            return highlight::write_line(line, &mut self.out);
        }
        for token in line {
            match Mark::of(token).filter(|mark| (1..=fence.annotations.len()).contains(&mark.number)) {
                Some(mark) => mark.write(index, token, &mut self.out),
                None => highlight::write_line(&[*token], &mut self.out),
            }
        }
    }

    /// What the marks in the code show: a list that stays readable without a script.
    fn annotations(&mut self, index: usize, fence: &Fence) {
        if fence.annotations.is_empty() {
            return;
        }
        self.push("<ol class=\"annotations\">\n");
        for (number, blocks) in (1..).zip(&fence.annotations) {
            let tag = Tag::new().id(&annotation_id(index, number));
            self.open("li", tag, &Attributes::default());
            self.push("\n");
            self.blocks(blocks);
            self.push("</li>\n");
        }
        self.push("</ol>\n");
    }
}

fn annotation_id(fence: usize, number: usize) -> String {
    format!("__code_{fence}_annotation_{number}")
}

/// A comment that holds nothing but `(1)` or `(1)!`.
#[derive(Debug, PartialEq, Eq)]
struct Mark<'c> {
    number: usize,
    /// What opens and closes the comment.
    before: &'c str,
    after: &'c str,
    /// The comment's own characters are not shown: `(1)!`.
    alone: bool,
}

impl<'c> Mark<'c> {
    fn of(token: &Token<'c>) -> Option<Mark<'c>> {
        let is_comment = token.class.starts_with('c') && !token.class.starts_with("cp");
        let (before, rest) = token.text.split_once('(').filter(|_| is_comment)?;
        let (digits, after) = rest.split_once(')')?;
        let number = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let (alone, closing) = after.strip_prefix('!').map_or((false, after), |closing| (true, closing));
        let no_words = |text: &str| !text.contains(|c: char| c.is_alphanumeric() || c == '(');
        (no_words(before) && no_words(closing)).then_some(Mark { number, before, after, alone })
    }

    fn write(&self, fence: usize, token: &Token<'_>, html: &mut String) {
        let Mark { number, .. } = *self;
        let _ = write!(html, "<span class=\"{}\">", token.class);
        self.around(self.before, html);
        let _ = write!(
            html,
            "<a class=\"annotation\" href=\"#{}\" aria-label=\"Annotation {number}\">({number})</a>",
            annotation_id(fence, number)
        );
        self.around(self.after, html);
        html.push_str("</span>");
    }

    /// The comment's characters stay in the text, for copying, also where they are not shown.
    fn around(&self, text: &str, html: &mut String) {
        if self.alone && !text.is_empty() {
            html.push_str("<span hidden>");
            escape(text, html);
            html.push_str("</span>");
        } else {
            escape(text, html);
        }
    }
}
