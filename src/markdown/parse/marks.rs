//! The dialect's marks within text, and attribute lists.

use super::attributes::{attribute_list, merge};
use super::builder::Builder;
use super::extras::{self, Extra, ExtraKind};
use super::inlines::Part;
use crate::diag::{Diagnostic, Edit, codes};
use crate::markdown::icons::{is_icon_name, undrawn_icon, unknown_icon};
use crate::markdown::{Attributes, Inline, InlineKind, LinkKind, emoji};
use crate::source::Span;
use std::ops::Range;

impl<'a> Builder<'a> {
    /// Attribute lists directly behind what is not text.
    pub(super) fn attach(&mut self, parts: Vec<Part>) -> Vec<Part> {
        let opens = |part: &Part| matches!(&part.kind, InlineKind::Text(text) if text.starts_with('{'));
        if !parts.iter().any(opens) {
            return parts;
        }
        let mut out: Vec<Part> = Vec::with_capacity(parts.len());
        for mut part in parts {
            let list = match (&part.kind, out.last()) {
                (InlineKind::Text(text), Some(last))
                    if part.plain && takes_attributes(last, part.range.start) =>
                {
                    attribute_list(text)
                }
                _ => None,
            };
            if let (Some(list), Some(last), InlineKind::Text(text)) = (list, out.last_mut(), &mut part.kind) {
                let id = list.id.clone().map(|id| part.range.start + id.start..part.range.start + id.end);
                let name = list.attributes.id.clone();
                merge(&mut last.attributes, list.attributes);
                last.range.end += list.length;
                part.range.start += list.length;
                *text = text[list.length..].to_string();
                if let (Some(id), Some(name)) = (id, name) {
                    let span = self.span(id);
                    self.explicit_id(&name, span);
                }
                if text.is_empty() {
                    continue;
                }
            }
            out.push(part);
        }
        out
    }

    pub(super) fn split_extras(&mut self, parts: Vec<Part>, in_link: bool) -> Vec<Part> {
        let mut out = Vec::with_capacity(parts.len());
        for part in parts {
            let found = match &part.kind {
                InlineKind::Text(text) if part.plain => self.extras(text, &part.range, in_link),
                _ => Vec::new(),
            };
            match (part.kind, found.is_empty()) {
                (InlineKind::Text(text), false) => self.split(&text, part.range.start, found, &mut out),
                (kind, _) => out.push(Part { kind, ..part }),
            }
        }
        out
    }

    fn extras(&self, text: &str, range: &Range<usize>, in_link: bool) -> Vec<Extra> {
        let source = self.text();
        let around = (source[..range.start].chars().next_back(), source[range.end..].chars().next());
        extras::scan(text, around, !in_link)
    }

    /// The text that begins at `start` of the prepared text, with the pieces that were `found` in it.
    fn split(&mut self, text: &str, start: usize, found: Vec<Extra>, out: &mut Vec<Part>) {
        let plain = |range: Range<usize>| {
            let kind = InlineKind::Text(text[range.clone()].to_string());
            Part { plain: true, ..Part::new(kind, start + range.start..start + range.end) }
        };
        let mut done = 0;
        for extra in found {
            let range = extra.range.clone();
            let Some(new) = self.extra(text, start, extra) else { continue };
            if done < range.start {
                out.push(plain(done..range.start));
            }
            out.push(new);
            done = range.end;
        }
        if done < text.len() {
            out.push(plain(done..text.len()));
        }
    }

    pub(super) fn extra(&mut self, text: &str, start: usize, extra: Extra) -> Option<Part> {
        let range = start + extra.range.start..start + extra.range.end;
        let inner = |inner: &Range<usize>| Inline {
            kind: InlineKind::Text(text[inner.clone()].to_string()),
            span: self.span(start + inner.start..start + inner.end),
            attributes: Attributes::default(),
        };
        let kind = match extra.kind {
            ExtraKind::Keys(keys) => InlineKind::Keys(keys),
            ExtraKind::Shortcode => self.symbol(&text[extra.range.start + 1..extra.range.end - 1], &range)?,
            ExtraKind::Raised(true, content) => InlineKind::Superscript(vec![inner(&content)]),
            ExtraKind::Raised(false, content) => InlineKind::Subscript(vec![inner(&content)]),
            // Kept as text until its partner is found.
            ExtraKind::Delimiter(opens, closes) => {
                let mut part = Part::new(InlineKind::Text(text[extra.range].to_string()), range);
                part.attributes.classes =
                    vec![if opens { OPENS } else { "" }.into(), if closes { CLOSES } else { "" }.into()];
                return Some(part);
            }
            ExtraKind::Address => {
                let span = self.dialect.link_bare_urls.then(|| self.span(range.clone()))?;
                let address = text[extra.range.clone()].to_string();
                let shown = inner(&extra.range);
                let link = self.link(LinkKind::Auto, address.clone(), span, span);
                self.out.links[link].text = address;
                InlineKind::Link(link, vec![shown])
            }
            ExtraKind::SpacedLink(shown, destination) => {
                return self.spaced_link(text, start, range, shown, destination);
            }
        };
        Some(Part::new(kind, range))
    }

    /// An icon or an emoji. A name that is not known stays text; where it is clearly that of an icon, it is told.
    fn symbol(&mut self, name: &str, range: &Range<usize>) -> Option<InlineKind> {
        if !is_icon_name(name) {
            return emoji(name).map(|character| InlineKind::Emoji(character.to_string()));
        }
        let span = self.span(range.clone());
        match unknown_icon(name, span).or_else(|| undrawn_icon(name, span)) {
            None => Some(InlineKind::Icon(name.to_string())),
            Some(found) => {
                self.found(found);
                None
            }
        }
    }

    /// A destination with blanks is none in CommonMark. It is read as one when it leads to a file.
    pub(super) fn spaced_link(
        &mut self,
        text: &str,
        start: usize,
        range: Range<usize>,
        shown: Range<usize>,
        destination: Range<usize>,
    ) -> Option<Part> {
        let address = &text[destination.clone()];
        let path = address.split(['#', '?']).next().unwrap_or_default();
        let file = self.file.path().parent().join(path);
        let leads = !file.is_outside() && !path.is_empty();
        let found = if leads { self.sources.get(&file) } else { None };
        let exists = found.is_some();
        if leads {
            self.depends_on(&file, found.as_deref());
        }
        let place = self.span(start + destination.start..start + destination.end);
        if exists || path.ends_with(".md") || path.starts_with("./") || path.starts_with("../") {
            let edit = Edit { span: place, text: format!("<{address}>") };
            let found = Diagnostic::new(&codes::LINK_SYNTAX, place, "the address of this link holds a space")
                .label(if exists {
                    "read as a link, because the file exists"
                } else {
                    "readers see the brackets"
                })
                .fix("put the address into angle brackets", vec![edit]);
            self.found(found);
        }
        if !exists {
            return None;
        }
        let span = self.span(range.clone());
        let is_image = text[range.start - start..].starts_with('!');
        let kind = if is_image { LinkKind::Image } else { LinkKind::Link };
        let link = self.link(kind, address.to_string(), span, place);
        self.out.links[link].text = text[shown.clone()].to_string();
        if is_image {
            return Some(Part::new(InlineKind::Image(link), range));
        }
        let inner = Inline {
            kind: InlineKind::Text(text[shown.clone()].to_string()),
            span: self.span(start + shown.start..start + shown.end),
            attributes: Attributes::default(),
        };
        Some(Part::new(InlineKind::Link(link, vec![inner]), range))
    }

    /// `[a] [b]`: one reference to MkDocs, two to CommonMark.
    pub(super) fn lint_spaced_reference(&mut self, parts: &[Part]) {
        for pair in parts.windows(2) {
            let (InlineKind::Text(text), InlineKind::Link(..)) = (&pair[0].kind, &pair[1].kind) else {
                continue;
            };
            let Some(open) =
                text.strip_suffix("] ").and_then(|text| text.rfind('[')).filter(|_| pair[0].plain)
            else {
                continue;
            };
            let source = &self.text()[pair[1].range.clone()];
            let shortcut = source.starts_with('[') && source.ends_with(']') && !source.contains("][");
            let words = text[open + 1..text.len() - 2].contains(char::is_alphabetic);
            if shortcut && words && !text[open + 1..text.len() - 2].contains(']') {
                let span = self.span(pair[0].range.start + open..pair[1].range.end);
                let found = Diagnostic::new(
                    &codes::LINK_SYNTAX,
                    span,
                    "a space parts the text of this link from its reference",
                )
                .label("MkDocs reads one link, CommonMark none and one")
                .help("leave the space out where one link is meant");
                self.found(found);
            }
        }
    }

    /// `==…==` and `^^…^^`, which may hold other inlines.
    pub(super) fn pair(&mut self, parts: Vec<Part>) -> Vec<Part> {
        if !parts.iter().any(is_delimiter) {
            return parts;
        }
        let mut out: Vec<Part> = Vec::with_capacity(parts.len());
        let mut open: Vec<usize> = Vec::new();
        for part in parts {
            if !is_delimiter(&part) {
                out.push(part);
                continue;
            }
            let partner = open
                .iter()
                .rposition(|at| out[*at].kind == part.kind && out[*at].attributes.has_class(OPENS));
            match partner.filter(|_| part.attributes.has_class(CLOSES)) {
                Some(partner) => {
                    let at = open[partner];
                    open.truncate(partner);
                    let inner: Vec<Part> = out.drain(at + 1..).map(undelimited).collect();
                    let inner = self.finish(inner);
                    let start = out.pop().map_or(part.range.start, |start| start.range.start);
                    let kind = match &part.kind {
                        InlineKind::Text(mark) if mark == "==" => InlineKind::Marked(inner),
                        _ => InlineKind::Inserted(inner),
                    };
                    out.push(Part::new(kind, start..part.range.end));
                }
                None => {
                    if part.attributes.has_class(OPENS) && open.len() < 64 {
                        open.push(out.len());
                    }
                    out.push(part);
                }
            }
        }
        out.into_iter().map(undelimited).collect()
    }

    pub(super) fn lint_stray_emphasis(&mut self, parts: &[Part]) {
        let texts = parts.iter().filter(|part| part.plain);
        let stray: Vec<usize> = texts
            .filter_map(|part| match &part.kind {
                InlineKind::Text(text) => stray_emphasis(text).map(|at| part.range.start + at),
                _ => None,
            })
            .collect();
        for at in stray {
            let span = self.span(at..at + 2);
            self.found(stray_found(
                span,
                "an end of emphasis between a mark and a letter counts for nothing",
            ));
        }
        for pair in parts.windows(2) {
            let mark = match (&pair[0].kind, &pair[1].kind) {
                (InlineKind::Text(text), InlineKind::Code(..)) if pair[0].plain && text.ends_with("**") => {
                    pair[0].range.end - 2..pair[0].range.end
                }
                (InlineKind::Code(..), InlineKind::Text(text)) if pair[1].plain && text.starts_with("**") => {
                    pair[1].range.start..pair[1].range.start + 2
                }
                _ => continue,
            };
            let span = self.span(mark);
            self.found(stray_found(span, "an end of emphasis between code and a letter counts for nothing"));
        }
    }
}

fn stray_found(span: Span, label: &str) -> Diagnostic {
    Diagnostic::new(&codes::LITERAL_MARK, span, "readers see these asterisks as they are")
        .label(label)
        .help("put a space behind the emphasis, or the letters into it")
}

/// `**word:**letter`: asterisks that were meant to end emphasis and do not, because of the mark before them.
fn stray_emphasis(text: &str) -> Option<usize> {
    let mut open = false;
    for (at, _) in text.match_indices("**") {
        let before = text[..at].chars().next_back();
        let letter = text[at + 2..].starts_with(char::is_alphanumeric);
        let ends = before.is_some_and(|c| matches!(c, ':' | '.' | ',' | ')' | '"' | '\'' | '!' | '?'));
        if open && ends && letter {
            return Some(at);
        }
        open |= before.is_none_or(|c| c.is_whitespace() || c == '(');
    }
    None
}

/// Classes that mark a delimiter until it is paired; no author can write them, as they are no names.
const OPENS: &str = "{opens";
const CLOSES: &str = "{closes";

fn is_delimiter(part: &Part) -> bool {
    !part.plain && (part.attributes.has_class(OPENS) || part.attributes.has_class(CLOSES))
}

fn undelimited(part: Part) -> Part {
    match is_delimiter(&part) {
        true => Part { plain: true, ..Part::new(part.kind, part.range) },
        false => part,
    }
}

fn takes_attributes(part: &Part, at: usize) -> bool {
    let breaks = matches!(
        part.kind,
        InlineKind::Text(_) | InlineKind::SoftBreak | InlineKind::HardBreak | InlineKind::Html(_)
    );
    !breaks && part.range.end == at
}
