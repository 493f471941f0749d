//! The contents of a page, from its headings.

use super::view::TocEntry;

/// One heading with its level and HTML.
pub(super) struct Line {
    pub(super) level: u8,
    pub(super) id: String,
    pub(super) label: String,
}

/// Put headings into a tree. The page's title, the first heading when it is of level 1, is left out; a skipped
/// level does not make an empty entry.
pub(super) fn tree(lines: Vec<Line>) -> Vec<TocEntry> {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some_and(|first| first.level == 1) {
        lines.next();
    }
    below(0, &mut lines)
}

fn below(level: u8, lines: &mut std::iter::Peekable<impl Iterator<Item = Line>>) -> Vec<TocEntry> {
    let mut entries = Vec::new();
    while let Some(line) = lines.next_if(|line| line.level > level) {
        let children = next_deeper(line.level, lines);
        entries.push(TocEntry { id: line.id, label: line.label, children });
    }
    entries
}

/// A function of its own, so that the iterator's type does not grow with the depth.
fn next_deeper(level: u8, lines: &mut std::iter::Peekable<impl Iterator<Item = Line>>) -> Vec<TocEntry> {
    match lines.peek() {
        Some(next) if next.level > level => below(level, lines),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(entries: &[TocEntry]) -> String {
        let one = |entry: &TocEntry| match entry.children.is_empty() {
            true => entry.id.clone(),
            false => format!("{}({})", entry.id, shape(&entry.children)),
        };
        entries.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn of(levels: &[(u8, &str)]) -> String {
        let line =
            |(level, id): &(u8, &str)| Line { level: *level, id: id.to_string(), label: String::new() };
        shape(&tree(levels.iter().map(line).collect()))
    }

    #[test]
    fn the_title_is_left_out_and_levels_nest() {
        assert_eq!(of(&[(1, "t"), (2, "a"), (3, "b"), (3, "c"), (2, "d")]), "a(b c) d");
    }

    #[test]
    fn skipped_and_unordered_levels_make_no_empty_entries() {
        assert_eq!(of(&[(2, "a"), (4, "b"), (3, "c"), (2, "d")]), "a(b c) d");
        assert_eq!(of(&[(3, "a"), (2, "b"), (1, "c"), (2, "d")]), "a b c(d)");
    }
}
