//! The form for people: what is wrong, the lines in question with the place underlined, what helps.
//! The only file that imports annotate-snippets.

use super::excerpt::Excerpt;
use super::text::{one_line, visible};
use super::{Diagnostic, Findings, Fix, Look, Severity};
use crate::source::{FileId, SourceFile, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

pub(super) fn emit(findings: &Findings<'_>, look: Look) -> String {
    findings.list.iter().map(|found| one(findings, found, look) + "\n\n").collect()
}

/// One finding, without a line end behind it.
pub(super) fn one(findings: &Findings<'_>, found: &Diagnostic, look: Look) -> String {
    let mut groups = vec![what(findings, found)];
    groups.extend(found.fix.as_ref().map(|fix| repair(findings, found, fix)));
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let drawn = renderer.term_width(look.width).render(&groups);
    drawn.lines().filter(|line| !is_empty_origin(line)).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The renderer counts columns in what it is given, but an excerpt may be cut. So places are told by an origin
/// of their own, and the mark that the renderer sets for an excerpt without a path is left out.
fn is_empty_origin(line: &str) -> bool {
    line.contains(":::") && line.replace("\u{1b}[1m\u{1b}[94m", "").replace("\u{1b}[0m", "").trim() == ":::"
}

/// Title, excerpts and help.
fn what<'a>(findings: &Findings<'_>, found: &'a Diagnostic) -> Group<'a> {
    let title = level(found.severity).primary_title(one_line(&found.message)).id(found.code.name);
    let mut group = Group::with_title(title);
    for (file, marks) in by_file(found) {
        group = excerpts(findings, group, file, &marks);
    }
    for help in &found.help {
        group = group.element(Level::HELP.message(visible(help, true)));
    }
    let page = findings.page(found).unwrap_or_else(|| format!("runproof explain {}", found.code.name));
    group.element(Level::HELP.message(page))
}

/// A place in a file: where, what is to be seen there, and whether it is the finding's own place.
type Mark<'a> = (Span, &'a str, AnnotationKind);

/// The places by file: first the file of the finding, then the others in the order of their labels.
fn by_file(found: &Diagnostic) -> Vec<(FileId, Vec<Mark<'_>>)> {
    let own = found.span.map(|span| (span, found.label.as_str(), AnnotationKind::Primary));
    let others =
        found.labels.iter().map(|label| (label.span, label.message.as_str(), AnnotationKind::Context));
    let mut files: Vec<(FileId, Vec<Mark<'_>>)> = Vec::new();
    for mark in own.into_iter().chain(others) {
        match files.iter_mut().find(|(file, _)| *file == mark.0.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((mark.0.file, vec![mark])),
        }
    }
    files
}

fn excerpts<'a>(findings: &Findings<'_>, group: Group<'a>, file: FileId, marks: &[Mark<'_>]) -> Group<'a> {
    let (Some(file), Some(first)) = (findings.sources.file(file), marks.first()) else {
        return group;
    };
    let excerpt = Excerpt::new(&file, &marks.iter().map(|mark| mark.0).collect::<Vec<_>>());
    let annotations: Vec<Annotation<'a>> = marks
        .iter()
        .map(|(span, label, kind)| {
            let label = Some(one_line(label)).filter(|label| !label.is_empty());
            kind.span(excerpt.range(*span)).label(label)
        })
        .collect();
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.first_line).annotations(annotations);
    group.element(origin(findings, &file, first.0)).element(snippet)
}

fn origin<'a>(findings: &Findings<'_>, file: &SourceFile, span: Span) -> Origin<'a> {
    let at = file.line_column(span.start as usize);
    Origin::path(visible(&findings.path(file.path()), false)).line(at.line).char_column(at.column)
}

/// The repair, as the lines that it changes.
fn repair<'a>(findings: &Findings<'_>, found: &Diagnostic, fix: &Fix) -> Group<'a> {
    let mut group = Group::with_title(Level::HELP.secondary_title(one_line(&fix.title)));
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    for id in files {
        let Some(file) = findings.sources.file(id) else { continue };
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.span.file == id).collect();
        let excerpt = Excerpt::new(&file, &edits.iter().map(|edit| edit.span).collect::<Vec<_>>());
        let patches: Vec<Patch<'a>> = edits
            .iter()
            .map(|edit| Patch::new(excerpt.range(edit.span), visible(&edit.text, true)))
            .collect();
        if found.span.is_none_or(|span| span.file != id) {
            group = group.element(Origin::path(visible(&findings.path(file.path()), false)));
        }
        let snippet = Snippet::source(excerpt.text).line_start(excerpt.first_line);
        group = group.element(snippet.patches(patches));
    }
    group
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}
