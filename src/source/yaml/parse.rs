//! From text to nodes.

use super::node::{Entry, Node, Scalar, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Aliases may make a small text huge; beyond this many values a document is refused.
const MAX_NODES: usize = 1_000_000;
/// Deeper nesting than any real document has.
const MAX_DEPTH: usize = 200;

/// Why a text is not YAML, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// One phrase, lower case.
    pub message: String,
    /// The bytes that it is about; often empty, at the place where reading stopped.
    pub span: Range<usize>,
}

/// Every document of `text`. A document that holds nothing (two `---` in a row) is left out.
///
/// # Errors
/// The first thing that is not YAML 1.2, a duplicate key, or a document beyond the limits (a million values,
/// 200 levels).
pub fn parse(text: &str) -> Result<Vec<Node>, YamlError> {
    let mut builder = Builder { offsets: Offsets::of(text), text, anchors: HashMap::new(), nodes: 0 };
    let mut parser = Parser::new_from_str(text);
    let mut documents = Vec::new();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| builder.scan_error(&error))?;
        if let Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd = event {
            continue;
        }
        let span = builder.offsets.range(span);
        let node = builder.node(event, span, &mut parser, 0)?;
        if !node.is_null() {
            documents.push(node);
        }
    }
    Ok(documents)
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

type Events<'a> = Parser<'a, saphyr_parser::StrInput<'a>>;

impl<'a> Builder<'a> {
    fn node(
        &mut self,
        event: Event<'a>,
        span: Range<usize>,
        events: &mut Events<'a>,
        depth: usize,
    ) -> Result<Node, YamlError> {
        self.count(1, &span)?;
        if depth > MAX_DEPTH {
            return Err(YamlError { message: format!("nested deeper than {MAX_DEPTH} levels"), span });
        }
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let value = Value::Scalar(Scalar { text: text.into_owned(), plain });
                (Node { value, tag: tag_text(tag.as_deref()), span }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                (self.sequence(span, tag_text(tag.as_deref()), events, depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                (self.mapping(span, tag_text(tag.as_deref()), events, depth)?, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => {
                let value = Value::Scalar(Scalar { text: String::new(), plain: true });
                (Node { value, tag: None, span }, 0)
            }
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn sequence(
        &mut self,
        mut span: Range<usize>,
        tag: Option<String>,
        events: &mut Events<'a>,
        depth: usize,
    ) -> Result<Node, YamlError> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, at) = self.next(events, &span)?;
            if event == Event::SequenceEnd {
                span.end = at.end.max(items.last().map_or(span.end, |item| item.span.end));
                break;
            }
            items.push(self.node(event, at, events, depth + 1)?);
        }
        Ok(Node { value: Value::Sequence(items), tag, span: self.trimmed(span) })
    }

    fn mapping(
        &mut self,
        mut span: Range<usize>,
        tag: Option<String>,
        events: &mut Events<'a>,
        depth: usize,
    ) -> Result<Node, YamlError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let (event, at) = self.next(events, &span)?;
            if event == Event::MappingEnd {
                span.end = at.end.max(entries.last().map_or(span.end, |entry| entry.value.span.end));
                break;
            }
            let key = self.node(event, at, events, depth + 1)?;
            if let Some(name) = key.as_str().filter(|name| !seen.insert(name.to_string())) {
                return Err(YamlError { message: format!("the key `{name}` stands twice"), span: key.span });
            }
            let (event, at) = self.next(events, &span)?;
            let value = self.node(event, at, events, depth + 1)?;
            entries.push(Entry { key, value });
        }
        Ok(Node { value: Value::Mapping(entries), tag, span: self.trimmed(span) })
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<Node, YamlError> {
        let target = self.anchors.get(&anchor).cloned();
        let target = target
            .ok_or_else(|| YamlError { message: "an alias without its anchor".into(), span: span.clone() })?;
        self.count(size(&target), &span)?;
        Ok(Node { span, ..target })
    }

    fn next(
        &self,
        events: &mut Events<'a>,
        span: &Range<usize>,
    ) -> Result<(Event<'a>, Range<usize>), YamlError> {
        match events.next_event() {
            Some(Ok((event, at))) => Ok((event, self.offsets.range(at))),
            Some(Err(error)) => Err(self.scan_error(&error)),
            None => Err(YamlError { message: "the document ends too early".into(), span: span.clone() }),
        }
    }

    fn scan_error(&self, error: &saphyr_parser::ScanError) -> YamlError {
        let at = self.offsets.byte(error.marker().index());
        YamlError { message: error.info().to_string(), span: at..at }
    }

    fn count(&mut self, nodes: usize, span: &Range<usize>) -> Result<(), YamlError> {
        self.nodes += nodes;
        match self.nodes > MAX_NODES {
            true => Err(YamlError { message: "more than a million values".into(), span: span.clone() }),
            false => Ok(()),
        }
    }

    /// Block collections end where the next token begins; a reader wants the end of their last line.
    fn trimmed(&self, span: Range<usize>) -> Range<usize> {
        let text = self.text.get(span.clone()).unwrap_or_default();
        span.start..span.start + text.trim_end().len()
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Mapping(entries) => 1 + entries.iter().map(|entry| 1 + size(&entry.value)).sum::<usize>(),
    }
}

fn tag_text(tag: Option<&Tag>) -> Option<String> {
    let tag = tag?;
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("tag:yaml.org,2002:", "str") => Some("!!str".to_string()),
        ("tag:yaml.org,2002:", suffix) if suffix.starts_with("python/") => Some(format!("!!{suffix}")),
        ("tag:yaml.org,2002:", _) => None,
        (handle, suffix) => Some(format!("{handle}{suffix}")),
    }
}

/// The parser counts characters; spans count bytes.
struct Offsets(Option<Vec<usize>>, usize);

impl Offsets {
    fn of(text: &str) -> Offsets {
        let wide = !text.is_ascii();
        Offsets(wide.then(|| text.char_indices().map(|(at, _)| at).collect()), text.len())
    }

    fn byte(&self, index: usize) -> usize {
        match &self.0 {
            Some(starts) => starts.get(index).copied().unwrap_or(self.1),
            None => index.min(self.1),
        }
    }

    fn range(&self, span: saphyr_parser::Span) -> Range<usize> {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(text: &str) -> Node {
        parse(text).unwrap().remove(0)
    }

    #[test]
    fn values_know_their_place() {
        let text = "titel: Größe\nspec:\n  - a: 1\n    b: [x, 2.50]\n";
        let node = one(text);
        assert_eq!(node.to_json(), json!({"titel": "Größe", "spec": [{"a": 1, "b": ["x", 2.5]}]}));
        let place = |path: &[&str]| &text[node.at(path.iter().copied()).unwrap().span.clone()];
        assert_eq!(place(&["titel"]), "Größe");
        assert_eq!(place(&["spec", "0", "b", "1"]), "2.50");
        assert_eq!(place(&["spec", "0"]), "a: 1\n    b: [x, 2.50]");
    }

    #[test]
    fn words_stay_words_until_someone_asks() {
        let node = one("tags: [on, yes]\ndate: 2025-01-02\nquoted: \"true\"\nocto: 0o17\n");
        assert_eq!(
            node.to_json(),
            json!({"tags": ["on", "yes"], "date": "2025-01-02", "quoted": "true", "octo": 15})
        );
        assert_eq!(node.at(["tags", "0"]).unwrap().as_bool(), Some(true));
        assert_eq!(node.get("quoted").unwrap().as_bool(), None);
    }

    #[test]
    fn errors_have_a_place() {
        let error = parse("a: 1\ntitle: Phase 4: Advanced\n").unwrap_err();
        assert_eq!(error.span.start, "a: 1\ntitle: Phase 4".len());
        let twice = parse("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!((twice.message.as_str(), twice.span), ("the key `a` stands twice", 10..11));
    }

    #[test]
    fn documents_tags_anchors_and_bombs() {
        assert_eq!(parse("---\na: 1\n---\n---\nb: 2\n").unwrap().len(), 2);
        assert_eq!(one("a: !ENV [X, y]\n").get("a").unwrap().tag.as_deref(), Some("!ENV"));
        let python = one("a: !!python/name:material.extensions.emoji.twemoji\n");
        assert_eq!(
            python.get("a").unwrap().tag.as_deref(),
            Some("!!python/name:material.extensions.emoji.twemoji")
        );
        assert_eq!(one("a: &x {b: 1}\nc: *x\n").to_json(), json!({"a": {"b": 1}, "c": {"b": 1}}));
        let bomb = (1..9)
            .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")))
            .fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_string(), |all, line| all + &line);
        assert!(parse(&bomb).unwrap_err().message.contains("million"));
        assert!(parse(&"[".repeat(5000)).is_err());
    }
}
