//! What stands between the `---` lines.

use super::super::FrontMatter;
use crate::diag::{Diagnostic, Edit, codes};
use crate::source::SourceFile;
use crate::source::yaml::{self, YamlError};
use std::ops::Range;

/// The front matter of `text`, the text of `file`, and where the content begins.
pub(super) fn split(file: &SourceFile, text: &str, found: &mut Vec<Diagnostic>) -> (FrontMatter, usize) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Some(block) = find(text, start) else {
        lint_other_forms(file, text, start, found);
        return (FrontMatter::default(), start);
    };
    let yaml_text = &text[block.yaml.clone()];
    let node = match yaml::parse(yaml_text) {
        Ok(mut documents) => match documents.pop() {
            Some(node) if !node.is_mapping() => {
                let span = file.span(block.yaml.start + node.span.start, block.yaml.start + node.span.end);
                let wrong = Diagnostic::new(&codes::FRONT_MATTER, span, "front matter is not a mapping");
                found.push(wrong.help("write `key: value` lines between the `---` lines"));
                None
            }
            node => node,
        },
        Err(error) => {
            found.push(explain(file, yaml_text, block.yaml.start, &error));
            None
        }
    };
    let span = Some(file.span(start, block.end));
    (FrontMatter { node, offset: block.yaml.start, span }, block.body)
}

struct FrontBlock {
    /// The YAML text.
    yaml: Range<usize>,
    /// The end of the closing line, without its line end.
    end: usize,
    /// Where the content begins.
    body: usize,
}

fn find(text: &str, start: usize) -> Option<FrontBlock> {
    let mut at = start;
    let mut yaml_start = None;
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim_end();
        match yaml_start {
            None if content == "---" => yaml_start = Some(at + line.len()),
            None => return None,
            Some(first) if content == "---" || content == "..." => {
                return Some(FrontBlock { yaml: first..at, end: at + content.len(), body: at + line.len() });
            }
            Some(_) => {}
        }
        at += line.len();
    }
    None
}

/// What looks like front matter and is content: a block that never ends, or lines without `---`.
fn lint_other_forms(file: &SourceFile, text: &str, start: usize, found: &mut Vec<Diagnostic>) {
    let mut lines = text[start..].lines();
    let keys = ["title:", "description:", "template:", "date:", "authors:", "tags:"];
    let first = lines.clone().next().unwrap_or_default();
    if keys.iter().any(|key| first.to_ascii_lowercase().starts_with(key)) {
        let span = file.span(start, start + first.trim_end().len());
        let wrong = Diagnostic::new(&codes::FRONT_MATTER, span, "front matter stands between lines of `---`");
        found.push(wrong.label("read as text; MkDocs reads these lines as metadata"));
    }
    let opens = lines.next().is_some_and(|line| line.trim_end() == "---");
    if opens && lines.next().is_some_and(|line| key_value(line).is_some()) {
        let span = file.span(start, start + 3);
        let wrong = Diagnostic::new(&codes::FRONT_MATTER, span, "front matter is never closed");
        found.push(wrong.help("put a line `---` behind the last key"));
    }
}

fn explain(file: &SourceFile, text: &str, offset: usize, error: &YamlError) -> Diagnostic {
    let at = error.span.start.min(text.len());
    let repairs = repairs(text, at);
    let colon = repairs.iter().find_map(|value| {
        let inner = text[value.clone()].find(": ").map(|inner| value.start + inner);
        inner.filter(|_| line_of(text, value.start) == line_of(text, at))
    });
    let place = |range: Range<usize>| file.span(offset + range.start, offset + range.end);
    let found = match colon {
        Some(colon) => {
            let message = "front matter is not valid YAML: a value with a colon needs quotes";
            Diagnostic::new(&codes::FRONT_MATTER, place(colon..colon + 1), message)
                .label("YAML reads this colon as a new key")
        }
        None => {
            let message = format!("front matter is not valid YAML: {}", error.message);
            Diagnostic::new(&codes::FRONT_MATTER, place(at..error.span.end.clamp(at, text.len())), message)
        }
    };
    let found = found.help("title, description and tags of this page are lost until it is mended");
    match mends(text, &repairs) {
        true => {
            let edit = |value: &Range<usize>| Edit {
                span: place(value.clone()),
                text: quoted(&text[value.clone()]),
            };
            found.fix("quote the value", repairs.iter().map(edit).collect())
        }
        false => found,
    }
}

/// The plain values that YAML cannot read as their author meant them: those with an inner colon, and the one
/// where reading stopped.
fn repairs(text: &str, stopped: usize) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut values = Vec::new();
    for line in text.split_inclusive('\n') {
        let value = key_value(line).map(|value| at + value.start..at + value.end);
        let here = (at..at + line.len()).contains(&stopped);
        values.extend(value.filter(|value| {
            let plain = !text[value.clone()].starts_with(['"', '\'', '|', '>', '&', '!', '#']);
            plain && (text[value.clone()].contains(": ") || text[value.clone()].ends_with(':') || here)
        }));
        at += line.len();
    }
    values
}

fn mends(text: &str, repairs: &[Range<usize>]) -> bool {
    let mut mended = text.to_string();
    for value in repairs.iter().rev() {
        mended.replace_range(value.clone(), &quoted(&text[value.clone()]));
    }
    !repairs.is_empty() && yaml::parse(&mended).is_ok_and(|nodes| nodes.iter().all(yaml::Node::is_mapping))
}

fn quoted(value: &str) -> String {
    match value.contains(['"', '\\']) {
        true => format!("'{}'", value.replace('\'', "''")),
        false => format!("\"{value}\""),
    }
}

/// The bytes of the value in a `key: value` line at the left margin.
fn key_value(line: &str) -> Option<Range<usize>> {
    let colon = line.find(": ")?;
    let is_key = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
    let value = line[colon + 1..].trim();
    (colon > 0 && line[..colon].chars().all(is_key) && !value.is_empty()).then(|| {
        let start = line.len() - line[colon + 1..].trim_start().len();
        start..start + value.len()
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};

    fn split_text(text: &str) -> (FrontMatter, String, Vec<Diagnostic>, String) {
        let sources = Sources::in_memory([("a.md", text)]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let mut found = Vec::new();
        let (front, body) = split(&file, text, &mut found);
        let marked = found.first().and_then(|found| found.span).map(|span| file.slice(span).to_string());
        (front, text[body..].to_string(), found, marked.unwrap_or_default())
    }

    #[test]
    fn front_matter_ends_at_dashes_or_dots_and_survives_a_bom_and_crlf() {
        let (front, body, found, _) = split_text("\u{feff}---\r\ntitle: A\r\n...  \r\n# T\r\n");
        assert_eq!((front.text("title"), body.as_str(), found.len()), (Some("A"), "# T\r\n", 0));
        let (front, body, ..) = split_text("text\n---\na: 1\n---\n");
        assert!(front.span.is_none() && body.starts_with("text"));
    }

    #[test]
    fn an_unquoted_colon_is_pointed_at_and_its_value_can_be_quoted() {
        let text = "---\ntags:\n  - a\ntitle: Phase 4: \"Advanced\"\n---\nbody\n";
        let (front, body, found, marked) = split_text(text);
        assert!(front.node.is_none() && front.span.is_some());
        assert_eq!((body.as_str(), marked.as_str()), ("body\n", ":"));
        assert_eq!(found[0].span.unwrap().start as usize, text.find(": \"Adv").unwrap());
        assert_eq!(found[0].fix.as_ref().unwrap().edits[0].text, "'Phase 4: \"Advanced\"'");
    }

    #[test]
    fn other_faults_say_where_reading_stopped() {
        let (_, _, found, _) = split_text("---\na: [1, 2\nb: 1\n---\n");
        assert!(found[0].message.starts_with("front matter is not valid YAML"));
        let (_, _, found, marked) = split_text("---\njust words\n---\n");
        assert_eq!(
            (found[0].message.as_str(), marked.as_str()),
            ("front matter is not a mapping", "just words")
        );
        let (_, _, found, _) = split_text("---\ntitle: x\n# T\n");
        assert_eq!(found[0].message, "front matter is never closed");
    }
}
