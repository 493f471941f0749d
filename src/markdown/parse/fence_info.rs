//! What stands behind the marks of a code fence.

use super::attributes::braces;
use crate::markdown::{Attributes, LineNumbers};
use std::ops::Range;

/// The info string of a code fence.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FenceInfo {
    /// The language, lower case.
    pub(super) language: Option<String>,
    /// `title="…"`
    pub(super) title: Option<String>,
    /// `linenums="…"`
    pub(super) line_numbers: Option<LineNumbers>,
    /// `hl_lines="…"`
    pub(super) highlighted: Vec<usize>,
    /// Everything else.
    pub(super) attributes: Attributes,
    /// What could not be read as written: its bytes, and why.
    pub(super) faults: Vec<(Range<usize>, &'static str)>,
}

const UNQUOTED: &str = "a value needs double quotes";
const WORD: &str = "not an option";
const LINES: &str = "lines are numbers and ranges with blanks between them: `2 4-5`";
/// No fence is so long that its highlighted lines could not be counted with this.
const MAX_LINE: usize = 100_000;

/// Read `text`, all that stands behind the marks. What it cannot read it reports and leaves out; the block
/// stays a block.
pub(super) fn read(text: &str) -> FenceInfo {
    let mut info = FenceInfo::default();
    let mut at = text.len() - text.trim_start().len();
    let is_language = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-' | '/');
    let word = text[at..].find(|c| !is_language(c)).unwrap_or(text.len() - at);
    if word > 0 && !text[at + word..].starts_with('=') {
        info.language = Some(text[at..at + word].trim_start_matches('.').to_lowercase());
        at += word;
    }
    while at < text.len() {
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start().len();
        at += blanks;
        let rest = &text[at..];
        if rest.is_empty() {
            break;
        }
        at += match rest.starts_with('{') {
            true => in_braces(rest, at, &mut info),
            false => option(rest, at, &mut info),
        };
    }
    info
}

fn in_braces(rest: &str, at: usize, info: &mut FenceInfo) -> usize {
    if let Some(list) = braces(rest) {
        let mut classes = list.attributes.classes.into_iter();
        if info.language.is_none() && rest[1..].trim_start().starts_with('.') {
            info.language = classes.next().map(|class| class.to_lowercase());
        }
        info.attributes.classes.extend(classes);
        info.attributes.id = list.attributes.id.or(info.attributes.id.take());
        for (key, value) in list.attributes.others {
            match list.words.contains(&key) {
                true if is_lines(&key) => info.set("hl_lines", key, at..at + list.length),
                true => info.faults.push((at..at + list.length, WORD)),
                false => info.set(&key, value, at..at + list.length),
            }
        }
        return list.length;
    }
    let length = rest.find('}').map_or(rest.len(), |end| end + 1);
    let inner = rest[1..length].trim_end_matches('}');
    match is_lines(inner) {
        true => info.set("hl_lines", inner.to_string(), at..at + length),
        false => info.faults.push((at..at + length, WORD)),
    }
    length
}

fn is_lines(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | ' '))
}

fn option(rest: &str, at: usize, info: &mut FenceInfo) -> usize {
    let name = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    let Some(value) = rest[name..].strip_prefix('=').filter(|_| name > 0) else {
        let length = rest.find([' ', '\t', '{']).filter(|end| *end > 0).unwrap_or(rest.len());
        info.faults.push((at..at + length, WORD));
        return length;
    };
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let quoted = quote.and_then(|quote| value[1..].find(quote).map(|end| (&value[1..1 + end], end + 2)));
    let (value, used) = quoted.unwrap_or_else(|| {
        let end = value.find([' ', '\t']).unwrap_or(value.len());
        info.faults.push((at + name + 1..at + name + 1 + end, UNQUOTED));
        (&value[..end], end)
    });
    let length = name + 1 + used;
    info.set(&rest[..name], value.to_string(), at..at + length);
    length
}

impl FenceInfo {
    fn set(&mut self, key: &str, value: String, place: Range<usize>) {
        match key {
            "title" => self.title = Some(value),
            "linenums" => self.line_numbers = line_numbers(&value),
            "hl_lines" => {
                let (lines, clean) = lines(&value);
                self.highlighted = lines;
                if !clean {
                    self.faults.push((place, LINES));
                }
            }
            _ => self.attributes.others.push((key.to_string(), value)),
        }
    }
}

fn line_numbers(value: &str) -> Option<LineNumbers> {
    let mut numbers = value.split_whitespace().map(|number| number.parse::<usize>().ok());
    let start = numbers.next()??;
    let step = numbers.next().flatten().filter(|step| *step > 0).unwrap_or(1);
    Some(LineNumbers { start, step })
}

/// The lines, and whether they were written as they should be.
fn lines(value: &str) -> (Vec<usize>, bool) {
    let mut found = Vec::new();
    let mut clean = !value.contains([',', ':']);
    for part in value.split([' ', ',']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once(['-', ':']).unwrap_or((part, part));
        match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) if first <= last && last <= MAX_LINE => found.extend(first..=last),
            _ => clean = false,
        }
    }
    (found, clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        read(text).faults.into_iter().map(|(range, _)| text[range].to_string()).collect()
    }

    #[test]
    fn options_and_attributes_are_read() {
        let info = read(" Py title=\"a b.py\" linenums=\"5 2\" hl_lines='2 4-5' data-x=\"1\"");
        assert_eq!((info.language.as_deref(), info.title.as_deref()), (Some("py"), Some("a b.py")));
        assert_eq!(info.line_numbers, Some(LineNumbers { start: 5, step: 2 }));
        assert_eq!((info.highlighted, info.faults), (vec![2, 4, 5], vec![]));
        assert_eq!(info.attributes.others, [("data-x".to_string(), "1".to_string())]);
        let info = read(" { .yaml .annotate .no-copy title=\"x\" #my-id }");
        assert_eq!(
            (info.language.as_deref(), info.attributes.classes.join(" ").as_str()),
            (Some("yaml"), "annotate no-copy")
        );
        assert_eq!((info.attributes.id.as_deref(), info.title.as_deref()), (Some("my-id"), Some("x")));
        assert_eq!(read("yaml { .annotate }").attributes.classes, ["annotate"]);
        assert_eq!(read("c++").language.as_deref(), Some("c++"));
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_the_rest_stays() {
        assert_eq!(
            (read("rust,ignore").language.as_deref(), faults("rust,ignore")),
            (Some("rust"), vec![",ignore".to_string()])
        );
        assert_eq!(
            (read("text title=plain").title.as_deref(), faults("text title=plain")),
            (Some("plain"), vec!["plain".to_string()])
        );
        assert_eq!(read("yaml title=\"a b\" {1,3}").highlighted, [1, 3]);
        assert_eq!(faults("yaml foo=\"bar\" baz"), ["baz"]);
        assert_eq!(
            (read("yaml hl_lines=\"1:2\"").highlighted, faults("yaml hl_lines=\"1:2\"").len()),
            (vec![1, 2], 1)
        );
    }
}
