//! From code blocks to fences: what their first line says, their code line by line, and their annotations.

use super::builder::Builder;
use super::fence_info::{self, FenceInfo};
use super::raw::{Raw, RawKind};
use crate::diag::{Diagnostic, codes, diff};
use crate::markdown::{Block, BlockKind, Code, Fence, is_known_language};
use crate::source::yaml::{self, Node};
use crate::source::{SitePath, SourceFile, Span};
use pulldown_cmark::CodeBlockKind;
use std::ops::Range;

impl<'a> Builder<'a> {
    /// Add a fence; its index.
    pub(super) fn fence(
        &mut self,
        node: &'a Raw<'a>,
        kind: &CodeBlockKind<'_>,
        directive: Option<(String, Span)>,
    ) -> usize {
        let range = node.range.clone();
        let indented = matches!(kind, CodeBlockKind::Indented);
        let info_range = if indented { range.start..range.start } else { self.info_range(&range) };
        let info_text = &self.text()[info_range.clone()];
        let info = fence_info::read(info_text);
        self.lint_options(&info, &info_range);
        if let Some(language) = &info.language {
            self.lint_language(language, &info_range);
        }
        let mut attributes = info.attributes;
        if let Some(id) = &attributes.id {
            let place = self.span(info_range.clone());
            self.explicit_id(&id.clone(), place);
        }
        let mut code = self.code(node);
        let info_span = self.span(info_range.clone());
        if let Some((reference, place)) = drawn_from(&mut attributes.others, info_span, directive.as_ref()) {
            code = self.drawn(code, &reference, place);
        }
        let picture = self.picture(info.language.as_deref(), &code);
        let fence = Fence {
            span: self.trimmed_span_of_fence(range),
            info: info_span,
            language: info.language.filter(|language| !language.is_empty()),
            title: info.title,
            line_numbers: info.line_numbers,
            highlighted: info.highlighted,
            attributes,
            code,
            indented,
            directive,
            heading: self.heading(),
            picture,
            annotations: Vec::new(),
        };
        self.out.fences.push(fence);
        self.out.fences.len() - 1
    }

    /// Take `columns` away from indented code among `blocks`, where all of its lines begin with so many blanks: they
    /// were not meant, but belong to an indentation of eight below a `- `.
    pub(super) fn outdent(&mut self, blocks: &[Block], columns: usize) {
        let blanks = " ".repeat(columns);
        for block in blocks {
            let BlockKind::Fence(index) = block.kind else { continue };
            let Some(fence) = self.out.fences.get_mut(index).filter(|fence| fence.indented) else { continue };
            let mut lines = fence.code.text.lines().filter(|line| !line.trim().is_empty());
            if columns > 0 && lines.all(|line| line.starts_with(&blanks)) {
                fence.code.outdent(columns);
            }
        }
    }

    fn lint_options(&mut self, info: &FenceInfo, info_range: &Range<usize>) {
        for (fault, why) in &info.faults {
            let place = self.span(info_range.start + fault.start..info_range.start + fault.end);
            let found = Diagnostic::new(
                &codes::FENCE_OPTIONS,
                place,
                format!("an option of this fence cannot be read: {why}"),
            )
            .label("MkDocs shows the whole block as one line of code")
            .help("a language, then `key=\"value\"` options or one `{ .class key=\"value\" }`");
            self.found(found);
        }
    }

    /// A language that nothing is known of, once a page.
    fn lint_language(&mut self, language: &str, info: &Range<usize>) {
        let custom = self.dialect.custom_fences.iter().any(|(own, _)| own == language);
        let seen = self.out.fences.iter().any(|fence| fence.language.as_deref() == Some(language));
        if custom || seen || language.is_empty() || is_known_language(language) {
            return;
        }
        let text = &self.text()[info.clone()];
        let at = text.to_lowercase().find(language).map_or(info.start, |at| info.start + at);
        let span = self.span(at..(at + language.len()).min(info.end));
        let found =
            Diagnostic::new(&codes::FENCE_LANGUAGE, span, format!("`{language}` is no language known here"));
        self.found(found.label("shown without colours").help("use `text` for what is not code"));
    }

    fn trimmed_span_of_fence(&self, range: Range<usize>) -> Span {
        let text = self.text()[range.clone()].trim_end_matches(['\n', ' ', '\t']);
        self.span(range.start..range.start + text.len())
    }

    fn info_range(&self, range: &Range<usize>) -> Range<usize> {
        let line = self.text()[range.clone()].lines().next().unwrap_or_default();
        let marks = line.len() - line.trim_start_matches(['`', '~']).len();
        let lead = line[marks..].len() - line[marks..].trim_start().len();
        let start = range.start + marks + lead;
        start..(range.start + line.trim_end().len()).max(start)
    }

    fn code(&self, node: &Raw<'_>) -> Code {
        let mut code = Code::default();
        let mut line: Option<Range<usize>> = None;
        for child in &node.children {
            let RawKind::Text(text) = &child.kind else { continue };
            let faithful = text.len() == child.range.len();
            let mut at = child.range.start;
            for piece in text.split_inclusive('\n') {
                let content = piece.trim_end_matches('\n');
                let place = if faithful { at..at + content.len() } else { child.range.clone() };
                at += piece.len();
                line = Some(line.map_or(place.clone(), |line| line.start..place.end));
                code.text.push_str(piece);
                if piece.ends_with('\n') {
                    code.lines.extend(line.take().map(|line| self.span(line)));
                }
            }
        }
        if let Some(line) = line {
            code.text.push('\n');
            code.lines.push(self.span(line));
        }
        code
    }

    /// The code that `reference` names, for a fence that holds `code`: nothing, or the same.
    fn drawn(&mut self, code: Code, reference: &str, place: Span) -> Code {
        let Some(drawn) = self.code_from(reference, place) else { return code };
        if code.text.trim().is_empty() || code.text.trim_end() == drawn.text.trim_end() {
            return drawn;
        }
        let found = Diagnostic::new(
            &codes::SOURCE_DIFFERS,
            place,
            format!("this block is not what `{reference}` says"),
        );
        self.found(
            found
                .help(format!("from the page to the file:\n{}", diff::excerpt(&code.text, &drawn.text)))
                .help("leave the block empty, and it always shows the file"),
        );
        code
    }

    /// The code that `from="path#/part"` names.
    fn code_from(&mut self, reference: &str, place: Span) -> Option<Code> {
        let (path, part) = reference.split_once('#').unwrap_or((reference, ""));
        let path = SitePath::new(path);
        let missing = |message: String| Diagnostic::new(&codes::MISSING_INCLUDE, place, message);
        let file = if path.is_outside() { None } else { self.sources.get(&path) };
        self.depends_on(&path, file.as_deref());
        let Some(file) = file else {
            self.found(missing(format!("there is no file `{path}` to draw this code from")));
            return None;
        };
        let Some(text) = file.text() else {
            self.found(Diagnostic::new(&codes::NOT_UTF8, place, format!("`{path}` is not UTF-8 text")));
            return None;
        };
        match part_of(text, part) {
            Ok(range) => Some(dedented(&file, text, range)),
            Err(why) => {
                self.found(missing(format!("`{path}` has no part `{part}`: {why}")));
                None
            }
        }
    }
}

/// What the block is drawn from, by an attribute, which is taken out, or by the directive above; and where that stands.
fn drawn_from(
    attributes: &mut Vec<(String, String)>,
    info: Span,
    directive: Option<&(String, Span)>,
) -> Option<(String, Span)> {
    if let Some(at) = attributes.iter().position(|(key, _)| key == "from") {
        return Some((attributes.remove(at).1, info));
    }
    let (text, span) = directive?;
    let word = text.split_whitespace().find_map(|word| word.strip_prefix("from="))?;
    Some((word.trim_matches('"').to_string(), *span))
}

/// The bytes of the value that a JSON pointer names; a leading number may select a document: `1/spec`.
fn part_of(text: &str, pointer: &str) -> Result<Range<usize>, String> {
    if pointer.is_empty() || pointer == "/" {
        return Ok(0..text.len());
    }
    let documents = yaml::parse(text).map_err(|error| error.message)?;
    let keys: Vec<String> = pointer
        .trim_start_matches('/')
        .split('/')
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect();
    let found = documents.iter().find_map(|document| document.at(keys.iter().map(String::as_str)));
    let node: &Node = found.ok_or("no such key")?;
    Ok(node.span.clone())
}

/// The lines that a value stands in, with the comments on them, without their common indentation.
fn dedented(file: &SourceFile, text: &str, range: Range<usize>) -> Code {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    let first = text[start..range.start].chars().count();
    let own = text[range.start..].starts_with(|c: char| !c.is_whitespace());
    let mut code = Code::default();
    let mut at = start;
    for (index, line) in text[start..end].split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        // What stands before the value on its first line (`- `, `key: `) is not part of it.
        let cut = if index == 0 && own { range.start - start } else { common(content, first) };
        code.text.push_str(&content[cut..]);
        code.text.push('\n');
        code.lines.push(file.span(at + cut, at + content.len()));
        at += line.len();
    }
    code
}

fn common(line: &str, columns: usize) -> usize {
    line.bytes().take(columns).take_while(|byte| *byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{self, Dialect};
    use crate::source::Sources;

    #[test]
    fn a_part_of_a_yaml_file_keeps_its_comments_and_loses_its_indentation() {
        let text = "spec:\n  rules:\n    - name: a # why\n      match:\n        any: []\n    - name: b\n";
        let sources = Sources::in_memory([("p.yaml", text)]);
        let file = sources.get(&SitePath::new("p.yaml")).unwrap();
        let code = dedented(&file, text, part_of(text, "/spec/rules/0").unwrap());
        assert_eq!(code.text, "name: a # why\nmatch:\n  any: []\n");
        let lines: Vec<&str> = code.lines.iter().map(|line| file.slice(*line)).collect();
        assert_eq!(lines, ["name: a # why", "match:", "  any: []"]);
        assert!(part_of(text, "/spec/none").is_err());
    }

    #[test]
    fn a_block_that_is_drawn_from_a_file_is_empty_or_the_same() {
        let found = |page: &str| {
            let sources = Sources::in_memory([("a.md", page), ("p.yaml", "spec:\n  a: 1\n  b: 2\n")]);
            let file = sources.get(&SitePath::new("a.md")).unwrap();
            let document = markdown::parse(&sources, &file, &Dialect::default());
            let codes: Vec<&str> = document.diagnostics.iter().map(|found| found.code.name).collect();
            (codes, document.fences[0].code.text.clone())
        };
        let directive = |body: &str| format!("<!-- snippet: from=p.yaml#/spec -->\n```yaml\n{body}```\n");
        let attribute = |body: &str| format!("```yaml {{ from=\"p.yaml#/spec\" }}\n{body}```\n");
        for page in [&directive as &dyn Fn(&str) -> String, &attribute] {
            let whole = "a: 1\nb: 2\n".to_string();
            assert_eq!(found(&page("")), (vec![], whole.clone()));
            assert_eq!(found(&page("a: 1\nb: 2\n")), (vec![], whole));
            assert_eq!(found(&page("a: 2\n")), (vec!["source-differs"], "a: 2\n".to_string()));
        }
        assert_eq!(found(&directive("").replace("p.yaml", "q.yaml")).0, ["missing-include"]);
    }
}
