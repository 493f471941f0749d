//! Includes: `--8<-- "path"`, put in line by line before anything else is read.

use super::text::Line;
use crate::diag::{Diagnostic, codes};
use crate::markdown::{Dialect, Included};
use crate::source::{FileId, SitePath, SourceFile, Sources, Span};

/// Includes within includes; deeper is a mistake.
const MAX_DEPTH: usize = 16;
/// Lines of a page with all that it includes; more is a mistake.
const MAX_LINES: usize = 500_000;

/// The lines of a page with everything that it includes.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// The lines.
    pub(super) lines: Vec<Line>,
    /// How many of them are the page's; the others were appended.
    pub(super) own: usize,
    /// The files that were looked for.
    pub(super) included: Vec<Included>,
    /// For each included file, the line that included it first.
    pub(super) includers: Vec<(FileId, Span)>,
    /// What is wrong.
    pub(super) found: Vec<Diagnostic>,
}

/// The lines of `file` from byte `start` with includes, and the appended files of the dialect.
pub(super) fn expand(
    sources: &Sources,
    file: &SourceFile,
    text: &str,
    start: usize,
    dialect: &Dialect,
) -> Expanded {
    let mut expander =
        Expander { sources, dialect, out: Expanded::default(), open: vec![file.path().clone()] };
    let lines = split(file, text, start);
    expander.lines(lines, 0);
    expander.out.own = expander.out.lines.len();
    for path in &dialect.auto_append {
        expander.append(path);
    }
    expander.out
}

struct Expander<'a> {
    sources: &'a Sources,
    dialect: &'a Dialect,
    out: Expanded,
    open: Vec<SitePath>,
}

impl Expander<'_> {
    fn lines(&mut self, lines: Vec<Line>, indent: usize) {
        let lines: Vec<Line> = match indent {
            0 => lines,
            _ => lines.into_iter().map(|line| indented(line, indent)).collect(),
        };
        let mut lines = lines.into_iter();
        while let Some(line) = lines.next() {
            match Marker::read(&line.text) {
                None if self.open.len() > 1 && SectionMark::read(&line.text).is_some() => {}
                None => match SectionMark::escaped(&line.text) {
                    Some(at) => self.push(without_byte(line, at)),
                    None => self.push(line),
                },
                Some(Marker::Escaped(at)) => self.push(without_byte(line, at)),
                Some(Marker::Line(indent, path)) => self.include(&line, path, indent),
                Some(Marker::Block(indent)) => {
                    let rest = lines.as_slice();
                    let Some(end) = rest.iter().position(|line| is_block_end(&line.text)) else {
                        self.push(line);
                        continue;
                    };
                    let inside: Vec<Line> =
                        lines.by_ref().take(end + 1).take_while(|line| !is_block_end(&line.text)).collect();
                    self.block(&inside, indent);
                }
            }
        }
    }

    fn block(&mut self, lines: &[Line], indent: usize) {
        for line in lines {
            let start = line.text.len() - line.text.trim_start().len();
            let path = line.text.trim();
            match path {
                "" => self.push(line.clone()),
                _ if path.starts_with(';') => {}
                _ => self.include(line, start..start + path.len(), indent),
            }
        }
    }

    fn push(&mut self, line: Line) {
        if self.out.lines.len() < MAX_LINES {
            self.out.lines.push(line);
        }
    }

    fn include(&mut self, line: &Line, path: std::ops::Range<usize>, indent: usize) {
        let span = line.span(path.clone());
        let (path, part) = split_part(&line.text[path]);
        if path.contains("://") {
            let refused = Diagnostic::new(&codes::REFUSED_INCLUDE, span, "an include from the network");
            self.out.found.push(refused.help("a build asks no network; keep a copy of the file in the site"));
            return;
        }
        let Some(file) = self.find(path, span) else { return };
        self.note(file.path(), Some(&file), Some(line.trimmed_span()));
        if self.open.contains(file.path()) || self.open.len() > MAX_DEPTH || self.out.lines.len() >= MAX_LINES
        {
            let message = format!("`{}` is included within itself, or too much is included", file.path());
            self.out.found.push(Diagnostic::new(&codes::REFUSED_INCLUDE, span, message));
            return;
        }
        let Some(text) = file.text() else {
            let message = format!("`{}` is not UTF-8 text", file.path());
            self.out.found.push(Diagnostic::new(&codes::NOT_UTF8, span, message));
            return;
        };
        let Some(lines) = select(split(&file, text, bom(text)), part) else {
            let message = format!("`{}` has no part `{part}`", file.path());
            let help = "a named part stands between lines `--8<-- [start:name]` and `--8<-- [end:name]`";
            self.out.found.push(Diagnostic::new(&codes::MISSING_INCLUDE, span, message).help(help));
            return;
        };
        self.open.push(file.path().clone());
        self.lines(lines, indent);
        self.open.pop();
    }

    /// The file in the first folder that has it.
    fn find(&mut self, path: &str, span: Span) -> Option<std::sync::Arc<SourceFile>> {
        let inside = |base: &&SitePath| {
            let full = base.join(path);
            full.is_below(base) && !full.is_outside() && !full.is_empty()
        };
        let candidates: Vec<SitePath> =
            self.dialect.include_paths.iter().filter(inside).map(|base| base.join(path)).collect();
        if candidates.is_empty() {
            let message = format!("`{path}` lies outside the folders for includes");
            self.out.found.push(Diagnostic::new(&codes::REFUSED_INCLUDE, span, message));
            return None;
        }
        for candidate in &candidates {
            match self.sources.get(candidate) {
                Some(file) => return Some(file),
                None => self.note(candidate, None, None),
            }
        }
        let places: Vec<String> = candidates.iter().map(|path| format!("`{path}`")).collect();
        let missing =
            Diagnostic::new(&codes::MISSING_INCLUDE, span, format!("there is no file `{path}` to include"));
        self.out.found.push(missing.help(format!("looked for {}", places.join(", "))));
        None
    }

    fn note(&mut self, path: &SitePath, file: Option<&SourceFile>, includer: Option<Span>) {
        if self.out.included.iter().any(|known| known.path == *path) {
            return;
        }
        self.out.included.push(Included { path: path.clone(), hash: file.map(SourceFile::hash) });
        if let (Some(file), Some(span)) = (file, includer) {
            self.out.includers.push((file.id(), span));
        }
    }

    /// Appended files bring definitions; comments in them are for their authors.
    fn append(&mut self, path: &SitePath) {
        let Some(file) = self.sources.get(path) else {
            self.note(path, None, None);
            let message = format!("there is no file `{path}` to append to every page");
            self.out.found.push(Diagnostic::of_site(&codes::MISSING_INCLUDE, message));
            return;
        };
        self.note(path, Some(&file), None);
        let Some(text) = file.text() else { return };
        let mut in_comment = false;
        let lines = split(&file, text, bom(text)).into_iter().filter(|line| {
            let starts = line.text.trim_start().starts_with("<!--");
            let inside = in_comment || starts;
            in_comment = inside && !line.text.contains("-->");
            !inside
        });
        let lines: Vec<Line> = lines.collect();
        self.open.push(path.clone());
        self.lines(lines, 0);
        self.open.pop();
    }
}

/// The lines of `text` from byte `start`. A carriage return ends a line, with a newline or alone.
fn split(file: &SourceFile, text: &str, start: usize) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / 32);
    let mut at = start;
    for raw in text[start..].split_inclusive('\n') {
        let content = raw.strip_suffix('\n').map_or(raw, |raw| raw.strip_suffix('\r').unwrap_or(raw));
        let mut inner = at;
        for part in content.split('\r') {
            lines.push(Line { text: part.to_string(), pad: 0, file: file.id(), at: inner });
            inner += part.len() + 1;
        }
        at += raw.len();
    }
    lines
}

fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn indented(line: Line, indent: usize) -> Line {
    match indent > 0 && !line.text.is_empty() {
        true => Line { text: " ".repeat(indent) + &line.text, pad: line.pad + indent, ..line },
        false => line,
    }
}

/// The line without the byte `at`. What stands before it counts as padding, so that what follows keeps its place.
fn without_byte(mut line: Line, at: usize) -> Line {
    let place = line.place(at + 1);
    line.text.remove(at);
    Line { pad: at, at: place, ..line }
}

enum Marker {
    /// `;--8<-- …`: the byte of the semicolon.
    Escaped(usize),
    /// `--8<-- "path"`: the indentation and the bytes of the path.
    Line(usize, std::ops::Range<usize>),
    /// `--8<--` alone: the indentation.
    Block(usize),
}

impl Marker {
    fn read(text: &str) -> Option<Marker> {
        let indent = text.len() - text.trim_start().len();
        let rest = text[indent..].trim_end();
        let bare = rest.trim_start_matches(';');
        let after = scissors(bare)?;
        let quoted = after.trim_start();
        let path = ['"', '\''].iter().find_map(|quote| quoted.strip_prefix(*quote)?.strip_suffix(*quote));
        match path {
            _ if !after.is_empty() && path.is_none_or(str::is_empty) => None,
            _ if bare.len() < rest.len() => Some(Marker::Escaped(indent)),
            Some(path) if !quoted.is_empty() && after.len() > quoted.len() => {
                let start = indent + rest.len() - quoted.len() + 1;
                Some(Marker::Line(indent, start..start + path.len()))
            }
            Some(_) => None,
            None => Some(Marker::Block(indent)),
        }
    }
}

/// What follows `--8<--` at the beginning of `text`, with any number of dashes.
fn scissors(text: &str) -> Option<&str> {
    let after = text.strip_prefix('-')?.trim_start_matches('-').strip_prefix("8<-")?;
    Some(after.trim_start_matches('-'))
}

fn is_block_end(text: &str) -> bool {
    matches!(Marker::read(text), Some(Marker::Block(_)))
}

/// A line that begins or ends a named part: `# --8<-- [start:name]`.
struct SectionMark<'a> {
    starts: bool,
    name: &'a str,
}

impl SectionMark<'_> {
    /// `# ;--8<-- [start:name]`: the byte of the semicolon that makes it text.
    fn escaped(text: &str) -> Option<usize> {
        let at = text.find("8<-")?;
        let mark = text[..at].trim_end_matches('-').strip_suffix(';')?.len();
        SectionMark::read(&text[mark + 1..]).map(|_| mark)
    }

    fn read(text: &str) -> Option<SectionMark<'_>> {
        let at = text.find("8<-")?;
        let before = text[..at].trim_end_matches('-').len();
        if text[..before].ends_with(';') {
            return None;
        }
        let after = scissors(&text[before..])?.trim_start().strip_prefix('[')?;
        let (word, rest) = after.split_once(':')?;
        let name = rest.split_once(']')?.0.trim();
        match word.trim() {
            "start" => Some(SectionMark { starts: true, name }),
            "end" => Some(SectionMark { starts: false, name }),
            _ => None,
        }
    }
}

/// The path and what stands behind its first colon.
fn split_part(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some((_, rest)) if rest.starts_with("//") => (text, ""),
        Some((path, part)) => (path, part),
        None => (text, ""),
    }
}

/// The lines of one part, without the lines that mark parts; `None` when there is no such part.
fn select(lines: Vec<Line>, part: &str) -> Option<Vec<Line>> {
    if part.is_empty() {
        return Some(lines.into_iter().filter(|line| SectionMark::read(&line.text).is_none()).collect());
    }
    match part.split(',').map(|range| range_of(range, lines.len())).collect::<Option<Vec<_>>>() {
        Some(ranges) => {
            let chosen = ranges.into_iter().flat_map(|range| lines[range].iter().cloned());
            Some(chosen.filter(|line| SectionMark::read(&line.text).is_none()).collect())
        }
        None => section(&lines, part),
    }
}

/// `A`, `A:B` or `:B`, counted from 1, from the end when negative.
fn range_of(text: &str, lines: usize) -> Option<std::ops::Range<usize>> {
    let number = |text: &str, default: usize| -> Option<usize> {
        match text.trim() {
            "" => Some(default),
            text => {
                let number: isize = text.parse().ok()?;
                let from_end = |back: isize| lines.saturating_sub(back.unsigned_abs().saturating_sub(1));
                Some(if number < 0 { from_end(number) } else { number.unsigned_abs() })
            }
        }
    };
    let (start, end) = text.split_once(':').unwrap_or((text, ""));
    let (start, end) = (number(start, 1)?.max(1), number(end, lines)?.min(lines));
    let start = (start - 1).min(lines);
    Some(start..end.max(start))
}

fn section(lines: &[Line], name: &str) -> Option<Vec<Line>> {
    let mut inside = false;
    let mut seen = false;
    let mut chosen = Vec::new();
    for line in lines {
        match SectionMark::read(&line.text) {
            Some(mark) if mark.name == name => {
                inside = mark.starts;
                seen |= mark.starts;
            }
            Some(_) => {}
            None if inside => chosen.push(line.clone()),
            None => {}
        }
    }
    seen.then_some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = "one\n# --8<-- [start:cfg]\ntwo\n# --8<-- [end:cfg]\nthree\n";

    fn expand_text(page: &str) -> (Vec<String>, Vec<Diagnostic>) {
        let files = [
            ("docs/a.md", page),
            ("inc/k.yaml", PART),
            ("inc/loop.md", "x\n--8<-- \"loop.md\"\n"),
            ("secret", "s"),
        ];
        let sources = Sources::in_memory(files);
        let dialect = Dialect {
            include_paths: vec![SitePath::new("none"), SitePath::new("inc")],
            ..Dialect::default()
        };
        let file = sources.get(&SitePath::new("docs/a.md")).unwrap();
        let out = expand(&sources, &file, page, 0, &dialect);
        for line in &out.lines {
            let origin = sources.file(line.file).unwrap();
            assert_eq!(origin.slice(line.span(line.pad..line.text.len())), &line.text[line.pad..]);
        }
        (out.lines.into_iter().map(|line| line.text).collect(), out.found)
    }

    fn lines(page: &str) -> Vec<String> {
        let (lines, found) = expand_text(page);
        assert_eq!(found, []);
        lines
    }

    #[test]
    fn files_parts_and_ranges_are_put_in_with_the_indentation_of_the_line() {
        assert_eq!(lines("a\n  --8<-- \"k.yaml\"\nb"), ["a", "  one", "  two", "  three", "b"]);
        assert_eq!(lines("-8<--- 'k.yaml:cfg'"), ["two"]);
        assert_eq!(lines("--8<-- \"k.yaml:1:1,5:5\""), ["one", "three"]);
        assert_eq!(lines("--8<-- \"k.yaml:-1\""), ["three"]);
        assert_eq!(lines("--8<-- \"k.yaml::1\""), ["one"]);
        assert_eq!(lines("--8<--\nk.yaml:cfg\n\n; k.yaml\n--8<--\nend"), ["two", "", "end"]);
    }

    #[test]
    fn what_is_no_include_stays() {
        let literal = ["text --8<-- \"k.yaml\"", "--8<-- k.yaml", "--8<--", "x"];
        assert_eq!(lines(&literal.join("\n")), literal);
        assert_eq!(lines("  ;--8<-- \"k.yaml\""), ["  --8<-- \"k.yaml\""]);
    }

    #[test]
    fn what_cannot_be_included_is_an_error_and_the_page_goes_on() {
        let code = |page: &str| {
            let (lines, found) = expand_text(page);
            assert_eq!(lines.last().map(String::as_str), Some("end"));
            found[0].code.name
        };
        assert_eq!(code("--8<-- \"nope.md\"\nend"), "missing-include");
        assert_eq!(code("--8<-- \"k.yaml:nope\"\nend"), "missing-include");
        assert_eq!(code("--8<-- \"../secret\"\nend"), "refused-include");
        assert_eq!(code("--8<-- \"https://example.com/x\"\nend"), "refused-include");
        assert_eq!(code("--8<-- \"loop.md\"\nend"), "refused-include");
    }
}
