//! What the beginning of a line says. Each function is given the line without the blanks before it.

use std::ops::Range;

/// The mark of a code fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticks {
    /// A backtick or a tilde.
    pub(super) mark: u8,
    /// How many.
    pub(super) count: usize,
}

/// The opening of a code fence.
pub(super) fn fence_open(text: &str) -> Option<Ticks> {
    let ticks = ticks(text)?;
    let info = &text[ticks.count..];
    (ticks.mark == b'~' || !info.contains('`')).then_some(ticks)
}

/// Does this line close a fence that `open` opened?
pub(super) fn fence_closes(text: &str, open: Ticks) -> bool {
    ticks(text).is_some_and(|ticks| {
        ticks.mark == open.mark
            && ticks.count >= open.count
            && text[ticks.count..].trim_matches([' ', '\t']).is_empty()
    })
}

fn ticks(text: &str) -> Option<Ticks> {
    let mark = *text.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let count = text.bytes().take_while(|byte| *byte == mark).count();
    (count >= 3).then_some(Ticks { mark, count })
}

/// `#` to `######` and a blank, or nothing behind it: the level.
pub(super) fn atx_heading(text: &str) -> Option<usize> {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let behind = text.as_bytes().get(level);
    ((1..=6).contains(&level) && behind.is_none_or(|byte| matches!(byte, b' ' | b'\t'))).then_some(level)
}

/// A thematic break.
pub(super) fn is_rule(text: &str) -> bool {
    let Some(mark) = text.bytes().next().filter(|mark| b"*-_".contains(mark)) else { return false };
    let marks = text.bytes().filter(|byte| *byte == mark).count();
    marks >= 3 && text.bytes().all(|byte| byte == mark || byte == b' ' || byte == b'\t')
}

/// The line below a heading.
pub(super) fn is_setext(text: &str) -> bool {
    let line = text.trim_end();
    !line.is_empty() && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// The marker of a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListMarker {
    /// Its length.
    pub(super) width: usize,
    /// The number of an ordered item.
    pub(super) number: Option<u64>,
    /// Nothing stands behind it.
    pub(super) empty: bool,
}

/// `- `, `* `, `+ `, `1. ` or `1) `.
pub(super) fn list_marker(text: &str) -> Option<ListMarker> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (width, number) = match (digits, text.as_bytes().get(digits)?) {
        (0, b'-' | b'*' | b'+') => (1, None),
        (1..=9, b'.' | b')') => (digits + 1, text[..digits].parse().ok()),
        _ => return None,
    };
    let behind = &text[width..];
    let empty = behind.trim().is_empty();
    (empty || behind.starts_with([' ', '\t'])).then_some(ListMarker { width, number, empty })
}

/// `!!! type "title"` or `??? type "title"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AdmonitionHead<'a> {
    /// `!!!`, `???` or `???+`.
    pub(super) mark: &'a str,
    /// The words behind it.
    pub(super) words: Vec<&'a str>,
    /// The bytes of the title, without quotes.
    pub(super) title: Option<Range<usize>>,
    /// The title stands in double quotes, and nothing follows.
    pub(super) proper: bool,
}

/// An admonition's first line. One whose title is not properly quoted is read as meant.
pub(super) fn admonition_head(text: &str) -> Option<AdmonitionHead<'_>> {
    let mark = ["!!!", "???+", "???"].into_iter().find(|mark| text.starts_with(mark))?;
    let line = text.trim_end();
    let words_end = line[mark.len()..].find(['"', '\'']).map_or(line.len(), |at| mark.len() + at);
    let words: Vec<&str> =
        line[mark.len()..words_end].split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let is_class = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let quoted = &line[words_end..];
    let proper = quoted.is_empty() || (quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"'));
    if !words.iter().all(is_class) || (words.is_empty() && (mark == "!!!" || quoted.is_empty())) {
        return None;
    }
    let title = (!quoted.is_empty()).then(|| title_range(words_end, quoted, proper));
    Some(AdmonitionHead { mark, words, title, proper })
}

fn title_range(start: usize, quoted: &str, proper: bool) -> Range<usize> {
    let single = quoted.len() >= 2 && quoted.starts_with('\'') && quoted.ends_with('\'');
    match proper || single {
        true => start + 1..start + quoted.len() - 1,
        false => start..start + quoted.len(),
    }
}

/// `=== "label"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TabHead {
    /// `!`: begin a new set.
    pub(super) new_set: bool,
    /// `+`: select this tab.
    pub(super) selected: bool,
    /// The bytes of the label, without quotes.
    pub(super) label: Range<usize>,
    /// The label stands in double quotes, and nothing follows.
    pub(super) proper: bool,
}

/// A tab's first line. One whose label is not properly quoted is read as meant.
pub(super) fn tab_head(text: &str) -> Option<TabHead> {
    let after = text.strip_prefix("===")?;
    let marks = after.len() - after.trim_start_matches(['!', '+']).len();
    let (flags, rest) = after.split_at(marks);
    let label = rest.trim();
    if !rest.starts_with([' ', '\t', '"']) || label.is_empty() || marks > 2 {
        return None;
    }
    let start = text.len() - rest.trim_start().len();
    let proper = label.len() >= 2 && label.starts_with('"') && label.ends_with('"');
    let label = title_range(start, label, proper);
    Some(TabHead { new_set: flags.contains('!'), selected: flags.contains('+'), label, proper })
}

/// `[!TYPE]`, with a fold mark and a title, as the first line of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AlertHead<'a> {
    /// The word in the brackets.
    pub(super) word: &'a str,
    /// `+` or `-` behind them.
    pub(super) fold: Option<char>,
    /// The bytes of the title; empty when there is none.
    pub(super) title: Range<usize>,
}

/// The first line of an alert.
pub(super) fn alert_head(text: &str) -> Option<AlertHead<'_>> {
    let (word, behind) = text.strip_prefix("[!")?.split_once(']')?;
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let fold = behind.chars().next().filter(|mark| matches!(mark, '+' | '-'));
    let title = &behind[fold.map_or(0, char::len_utf8)..];
    if !is_word || !(title.is_empty() || title.starts_with([' ', '\t'])) {
        return None;
    }
    let start = text.len() - title.trim_start().len();
    Some(AlertHead { word, fold, title: start..start.max(text.trim_end().len()) })
}

/// `[^label]: ` at the beginning of a footnote: the label and where its text begins.
pub(super) fn footnote_head(text: &str) -> Option<(&str, usize)> {
    let (label, _) = text.strip_prefix("[^")?.split_once("]:")?;
    let fits = !label.is_empty() && !label.contains(['[', ']', ' ', '\t', '^']);
    fits.then_some((label, label.len() + 4))
}

/// `: ` at the beginning of a definition: where its text begins.
pub(super) fn definition_head(text: &str) -> Option<usize> {
    let blanks = text.strip_prefix(':')?.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    ((1..=3).contains(&blanks) && text.len() > blanks + 1).then_some(blanks + 1)
}

/// `*[KEY]: text`: the bytes of both.
pub(super) fn abbreviation(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let end = text.strip_prefix("*[")?.find("]:")? + 2;
    let key = text[2..end].trim();
    let meaning = text[end + 2..].trim();
    let start = text.len() - text[end + 2..].trim_start().len();
    let key_start = 2 + text[2..end].len() - text[2..end].trim_start().len();
    let fits = !key.is_empty() && !key.contains(['\\', '[', ']']);
    fits.then(|| (key_start..key_start + key.len(), start..start + meaning.len()))
}

/// Cells of a delimiter row (`|---|:-:|`); `None` when it is not one.
pub(super) fn delimiter_cells(text: &str) -> Option<usize> {
    let line = text.trim();
    let marks = |byte: u8| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t');
    if !line.bytes().all(marks) || !line.contains('-') || !line.contains('|') {
        return None;
    }
    let inner = line.strip_prefix('|').unwrap_or(line);
    let cells: Vec<&str> = inner.strip_suffix('|').unwrap_or(inner).split('|').map(str::trim).collect();
    let is_cell = |cell: &&str| {
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    cells.iter().all(is_cell).then_some(cells.len())
}

/// Where pipes stand in closed code spans of a table row without a backslash, and how many cells it has.
pub(super) fn code_pipes(text: &str) -> (Vec<usize>, usize) {
    let line = text.trim();
    let lead = text.len() - text.trim_start().len();
    let mut pipes = Vec::new();
    let mut cells = 1;
    let bytes = line.as_bytes();
    let mut at = usize::from(line.starts_with('|'));
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' if at + 1 < bytes.len() => cells += 1,
            b'`' => {
                let run = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
                if let Some(end) = closing_run(bytes, at + run, run) {
                    let inner = (at + run..end).filter(|at| bytes[*at] == b'|' && bytes[*at - 1] != b'\\');
                    pipes.extend(inner.map(|at| lead + at));
                    at = end;
                }
                at += run - 1;
            }
            _ => {}
        }
        at += 1;
    }
    (pipes, cells)
}

/// The next run of exactly `run` backticks.
fn closing_run(bytes: &[u8], from: usize, run: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        if length == run {
            return Some(at);
        }
        at += length.max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_open_and_close() {
        let open = fence_open("````yaml").unwrap();
        assert_eq!(open, Ticks { mark: b'`', count: 4 });
        assert!(!fence_closes("```", open) && fence_closes("`````  ", open) && !fence_closes("```` x", open));
        assert!(
            fence_open("``` a`b").is_none() && fence_open("~~~ a`b").is_some() && fence_open("``x").is_none()
        );
    }

    #[test]
    fn admonitions_are_read_as_meant() {
        let read = |text: &str| {
            admonition_head(text).map(|head| {
                let title = head.title.map(|title| text[title].to_string());
                (head.mark.to_string(), head.words.join(" "), title, head.proper)
            })
        };
        let some = |mark: &str, words: &str, title: Option<&str>, proper| {
            Some((mark.to_string(), words.to_string(), title.map(str::to_string), proper))
        };
        assert_eq!(read("!!!note"), some("!!!", "note", None, true));
        assert_eq!(
            read("!!! info inline end \"T \\\"x\\\"\""),
            some("!!!", "info inline end", Some("T \\\"x\\\""), true)
        );
        assert_eq!(read("??? \"Only\""), some("???", "", Some("Only"), true));
        assert_eq!(read("???+ note \"\""), some("???+", "note", Some(""), true));
        assert_eq!(read("!!! note 'single'"), some("!!!", "note", Some("single"), false));
        assert_eq!(read("!!! note \"a\" b"), some("!!!", "note", Some("\"a\" b"), false));
        assert_eq!(read("!!! so, what"), None);
        assert_eq!(read("???"), None);
    }

    #[test]
    fn markers_of_other_containers() {
        assert_eq!(
            tab_head("===+ \"A\"").map(|tab| (tab.selected, tab.label, tab.proper)),
            Some((true, 6..7, true))
        );
        assert_eq!(tab_head("=== A b").map(|tab| (tab.label, tab.proper)), Some((4..7, false)));
        assert!(tab_head("=====").is_none() && tab_head("===").is_none() && tab_head("===x").is_none());
        assert_eq!(
            alert_head("[!Tip]- My title ").map(|alert| (alert.word, alert.fold, alert.title)),
            Some(("Tip", Some('-'), 8..16))
        );
        assert!(alert_head("[!x](y)").is_none());
        assert_eq!(footnote_head("[^a]: b"), Some(("a", 5)));
        assert!(definition_head(":smile: x").is_none() && definition_head(":   x") == Some(4));
        assert_eq!(abbreviation("*[A-b c]:  text "), Some((2..7, 11..15)));
    }

    #[test]
    fn pipes_in_code_do_not_split_a_row() {
        assert_eq!(code_pipes("| `x|y` | z |"), (vec![4], 2));
        assert_eq!(code_pipes("`a` \\| `b` | c"), (vec![], 2));
        assert_eq!(code_pipes("`a | b"), (vec![], 2));
        assert_eq!(delimiter_cells("|:--|:-:|"), Some(2));
        assert_eq!(delimiter_cells("--- x"), None);
    }
}
