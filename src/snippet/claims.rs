//! Which comment is about which command.

use super::expect::{self, Class, Expectation, Marker};
use super::kubectl::{EffectKind, Level};
use super::model::{Claim, Origin, Step};
use super::passage::Passage;
use super::shell::{Comment, Script};
use std::ops::Range;

/// The claims of a script's comments, in their order. `passage` is the script's text; `steps` are those of its
/// commands, one for one.
pub(super) fn of_comments(
    script: &Script,
    steps: &[Step],
    passage: &Passage,
    printed: &[Range<usize>],
) -> Vec<Claim> {
    let finder = Finder { script, steps, passage, printed };
    let mut claims = Vec::new();
    let mut at = 0;
    while at < script.comments.len() {
        let block = finder.block(at);
        finder.claims(block.clone(), &mut claims);
        at = block.end;
    }
    claims
}

struct Finder<'a> {
    script: &'a Script,
    steps: &'a [Step],
    passage: &'a Passage,
    printed: &'a [Range<usize>],
}

impl Finder<'_> {
    /// The comments from `at` on that stand on lines of their own, one below the other. A comment behind a
    /// command is a block of its own.
    fn block(&self, at: usize) -> Range<usize> {
        let comments = &self.script.comments;
        let mut end = at + 1;
        while end < comments.len()
            && comments[end - 1].own_line
            && comments[end].own_line
            && self.line(&comments[end]) == self.line(&comments[end - 1]) + 1
        {
            end += 1;
        }
        at..end
    }

    fn line(&self, comment: &Comment) -> usize {
        self.passage.line_of(comment.range.start)
    }

    fn claims(&self, block: Range<usize>, claims: &mut Vec<Claim>) {
        let comments = &self.script.comments[block];
        let (above, below) = (self.above(comments), self.below(comments));
        // Between two commands a marker speaks of the one above, unless that one has its own marker above it.
        let above = above.filter(|step| below.is_none() || !has_marker_before(claims, *step));
        let mut at = 0;
        while at < comments.len() {
            let comment = &comments[at];
            at += 1;
            let text = comment.text(&self.passage.text);
            if let Some(mut found) = expect::after(text) {
                let lines = self.output(&mut found, &comments[at..], comment);
                let Some((step, origin)) = place(above, below) else { continue };
                let step = if origin == Origin::CommentBefore { self.subject(step) } else { step };
                self.push(comment, text, found, step, origin, claims);
                at += lines;
            } else if let Some((found, step, origin)) = self.unmarked(text, comment, above, below) {
                self.push(comment, text, found, step, origin, claims);
            }
        }
    }

    /// An aside or a sentence: about the command below, or about that above when none is below.
    fn unmarked(
        &self,
        text: &str,
        comment: &Comment,
        above: Option<usize>,
        below: Option<usize>,
    ) -> Option<(Expectation, usize, Origin)> {
        let (step, origin) = match below.filter(|_| comment.own_line) {
            Some(step) => (self.subject(step), Origin::CommentBefore),
            None => (above?, Origin::CommentAfter),
        };
        let aside = expect::aside(text).filter(|_| origin == Origin::CommentBefore);
        let found = aside.or_else(|| expect::sentence(text).filter(|_| self.writes(step)))?;
        Some((found, step, origin))
    }

    /// The step that ends on the comment's line, on the line above the block, or with one empty line between when
    /// nothing follows directly.
    fn above(&self, block: &[Comment]) -> Option<usize> {
        let first = self.line(block.first()?);
        let own_line = block[0].own_line;
        let step = (0..self.steps.len())
            .rev()
            .find(|step| self.script.commands[*step].range.start < block[0].range.start)?;
        let list = &self.script.commands[step];
        let ends = [
            self.passage.line_of(list.range.end.saturating_sub(1)),
            self.passage.line_of(list.head_end.saturating_sub(1)),
        ];
        let distance = first.saturating_sub(ends[0]);
        let alone = self.below(block).is_none();
        match own_line {
            false => (ends.contains(&first) || list.range.contains(&block[0].range.start)).then_some(step),
            true => (distance == 1 || (distance == 2 && alone)).then_some(step).filter(|_| first > ends[0]),
        }
    }

    /// The step that begins on the line below the block.
    fn below(&self, block: &[Comment]) -> Option<usize> {
        let last = block.last().filter(|last| last.own_line)?;
        let line = self.line(last) + 1;
        (0..self.steps.len())
            .find(|step| self.passage.line_of(self.script.commands[*step].range.start) == line)
    }

    /// Of the steps that follow one another without an empty line or comment from `step` on: the first that
    /// sends something, as preparations may come before it.
    fn subject(&self, step: usize) -> usize {
        let lines = |step: usize| {
            let range = &self.script.commands[step].range;
            (self.passage.line_of(range.start), self.passage.line_of(range.end.saturating_sub(1)))
        };
        let mut last = step;
        while last + 1 < self.steps.len() && lines(last + 1).0 <= lines(last).1 + 1 {
            last += 1;
        }
        let sends = |step: &usize| {
            self.steps[*step]
                .effects
                .iter()
                .any(|effect| matches!(effect.kind, EffectKind::Submit(_) | EffectKind::Change(_)))
        };
        (step..=last).find(sends).unwrap_or(step)
    }

    fn writes(&self, step: usize) -> bool {
        self.steps[step]
            .effects
            .iter()
            .any(|effect| effect.kind.is_kubernetes() && effect.kind.level() > Level::ReadOnly)
    }

    /// The lines below `Expected output:`: comments of the block, or text that the page shows as printed.
    /// Returns how many comments it took.
    fn output(&self, found: &mut Expectation, rest: &[Comment], comment: &Comment) -> usize {
        let Class::Output(lines) = &mut found.class else { return 0 };
        if rest.is_empty() {
            let after = self
                .printed
                .iter()
                .find(|printed| self.passage.line_of(printed.start) == self.line(comment) + 1);
            let text = after.map(|printed| &self.passage.text[printed.clone()]).unwrap_or_default();
            lines.extend(text.lines().map(str::to_string));
            return 0;
        }
        let text = &self.passage.text;
        let said = rest.iter().map(|comment| {
            let line = &text[comment.range.clone()];
            line.strip_prefix("# ").or(line.strip_prefix('#')).unwrap_or(line).to_string()
        });
        lines.extend(said);
        rest.len()
    }

    fn push(
        &self,
        comment: &Comment,
        text: &str,
        found: Expectation,
        step: usize,
        origin: Origin,
        claims: &mut Vec<Claim>,
    ) {
        let range = comment.text_start + found.range.start..comment.text_start + found.range.end;
        let Some(span) = self.passage.span(&range) else { return };
        let marker = Some(found.marker);
        let text = match found.marker {
            Marker::Aside => text.to_string(),
            _ => text[found.range.clone()].to_string(),
        };
        claims.push(Claim { span, text, step: Some(step), class: found.class, marker, origin });
    }
}

fn place(above: Option<usize>, below: Option<usize>) -> Option<(usize, Origin)> {
    let after = above.map(|step| (step, Origin::CommentAfter));
    after.or(below.map(|step| (step, Origin::CommentBefore)))
}

/// Does a comment with a marker above the step speak of it already?
fn has_marker_before(claims: &[Claim], step: usize) -> bool {
    let marked = |claim: &Claim| {
        claim.marker.is_some_and(|marker| !matches!(marker, Marker::Aside | Marker::Sentence))
    };
    claims
        .iter()
        .any(|claim| claim.step == Some(step) && claim.origin == Origin::CommentBefore && marked(claim))
}
