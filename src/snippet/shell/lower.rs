//! From the parser's tree to ours.

use super::parse::{Offsets, skip_blank};
use super::{Command, Heredoc, Joint, List, Pipeline, Placeholder, Redirect, Simple, Word};
use brush_parser::ast::{self, SourceLocation};
use brush_parser::word::{self, WordPiece, WordPieceWithSource};
use brush_parser::{ParserOptions, SourceSpan};
use std::ops::Range;

/// The lists of a program. `text` is what was written, `read` what the parser was given: the same length.
pub(super) fn lists(
    text: &str,
    read: &str,
    offsets: &Offsets,
    placeholders: &[Placeholder],
    program: &ast::Program,
) -> Vec<List> {
    let lower = Lower { text, read, offsets, placeholders };
    program.complete_commands.iter().flat_map(|list| lower.compound_list(list)).collect()
}

/// The bytes of a heredoc's body.
pub(super) fn body(heredoc: &Heredoc) -> Option<Range<usize>> {
    Some(heredoc.lines.first()?.start..heredoc.lines.last()?.end)
}

struct Lower<'a> {
    text: &'a str,
    read: &'a str,
    offsets: &'a Offsets,
    placeholders: &'a [Placeholder],
}

/// The bytes that a list covers, put together while it is lowered.
#[derive(Default)]
struct Extent {
    start: Option<usize>,
    end: usize,
    head_end: usize,
}

impl Extent {
    fn add(&mut self, range: &Range<usize>) {
        self.start = Some(self.start.map_or(range.start, |start| start.min(range.start)));
        self.end = self.end.max(range.end);
        self.head_end = self.head_end.max(range.end);
    }
}

impl Lower<'_> {
    fn compound_list(&self, list: &ast::CompoundList) -> Vec<List> {
        list.0.iter().map(|item| self.list(&item.0)).collect()
    }

    fn list(&self, list: &ast::AndOrList) -> List {
        let mut extent = Extent::default();
        let mut pipelines = vec![(Joint::First, self.pipeline(&list.first, &mut extent))];
        for more in &list.additional {
            let (joint, pipeline) = match more {
                ast::AndOr::And(pipeline) => (Joint::And, pipeline),
                ast::AndOr::Or(pipeline) => (Joint::Or, pipeline),
            };
            pipelines.push((joint, self.pipeline(pipeline, &mut extent)));
        }
        let start = self.with_bang(extent.start.unwrap_or(extent.end), pipelines[0].1.negated);
        let (head_end, end) = (self.with_tail(extent.head_end), extent.end);
        List { pipelines, range: start..end.max(head_end), head_end }
    }

    /// The place of a `!` in front, which the parser does not tell.
    fn with_bang(&self, start: usize, negated: bool) -> usize {
        let before = self.text[..start].trim_end_matches([' ', '\t']);
        if negated && before.ends_with('!') { before.len() - 1 } else { start }
    }

    /// Redirections such as `2>&1` have no place of their own: they are taken from the rest of the line.
    fn with_tail(&self, end: usize) -> usize {
        let rest = self.text[end..].split('\n').next().unwrap_or_default();
        let mut length = 0;
        for word in rest.split_inclusive([' ', '\t']) {
            let tail = word.trim();
            if !tail.is_empty() && (!tail.contains(['<', '>']) || !tail.contains('&')) {
                break;
            }
            length += word.len();
        }
        end + rest[..length].trim_end().len()
    }

    fn pipeline(&self, pipeline: &ast::Pipeline, extent: &mut Extent) -> Pipeline {
        let commands = pipeline.seq.iter().map(|command| self.command(command, extent)).collect();
        Pipeline { negated: pipeline.bang, commands }
    }

    fn command(&self, command: &ast::Command, extent: &mut Extent) -> Command {
        match command {
            ast::Command::Simple(simple) => Command::Simple(self.simple(simple, extent)),
            ast::Command::Compound(compound, redirects) => {
                self.locate(compound.location(), extent);
                let lists = self.compound(compound);
                // A heredoc in the last command of a compound ends after the compound's own last word.
                for list in &lists {
                    extent.end = extent.end.max(list.range.end);
                }
                for redirect in redirects.iter().flat_map(|redirects| &redirects.0) {
                    self.redirect(redirect, extent);
                }
                Command::Compound(lists)
            }
            ast::Command::Function(function) => {
                self.locate(function.location(), extent);
                Command::Function(function.fname.value.clone(), self.compound(&function.body.0))
            }
            ast::Command::ExtendedTest(test, redirects) => {
                self.locate(test.location(), extent);
                for redirect in redirects.iter().flat_map(|redirects| &redirects.0) {
                    self.redirect(redirect, extent);
                }
                Command::Test
            }
        }
    }

    fn locate(&self, span: Option<SourceSpan>, extent: &mut Extent) {
        if let Some(span) = span {
            extent.add(&self.range(&span));
        }
    }

    fn compound(&self, compound: &ast::CompoundCommand) -> Vec<List> {
        match compound {
            ast::CompoundCommand::Arithmetic(_) => Vec::new(),
            ast::CompoundCommand::ArithmeticForClause(clause) => self.compound_list(&clause.body.list),
            ast::CompoundCommand::BraceGroup(group) => self.compound_list(&group.list),
            ast::CompoundCommand::Subshell(shell) => self.compound_list(&shell.list),
            ast::CompoundCommand::ForClause(clause) => self.compound_list(&clause.body.list),
            ast::CompoundCommand::CaseClause(clause) => clause
                .cases
                .iter()
                .filter_map(|case| case.cmd.as_ref())
                .flat_map(|list| self.compound_list(list))
                .collect(),
            ast::CompoundCommand::IfClause(clause) => {
                let mut lists = self.compound_list(&clause.condition);
                lists.extend(self.compound_list(&clause.then));
                for other in clause.elses.iter().flatten() {
                    lists.extend(other.condition.iter().flat_map(|list| self.compound_list(list)));
                    lists.extend(self.compound_list(&other.body));
                }
                lists
            }
            ast::CompoundCommand::WhileClause(clause) | ast::CompoundCommand::UntilClause(clause) => {
                let mut lists = self.compound_list(&clause.0);
                lists.extend(self.compound_list(&clause.1.list));
                lists
            }
            ast::CompoundCommand::Coprocess(coprocess) => vec![self.alone(&coprocess.body, &coprocess.loc)],
        }
    }

    /// A list of one command.
    fn alone(&self, command: &ast::Command, span: &SourceSpan) -> List {
        let range = self.range(span);
        let commands = vec![self.command(command, &mut Extent::default())];
        let pipelines = vec![(Joint::First, Pipeline { negated: false, commands })];
        List { pipelines, head_end: range.end, range }
    }

    fn simple(&self, command: &ast::SimpleCommand, extent: &mut Extent) -> Simple {
        let mut simple = Simple::default();
        for item in command.prefix.iter().flat_map(|prefix| &prefix.0) {
            self.item(item, &mut simple, extent, true);
        }
        if let Some(name) = &command.word_or_name {
            simple.words.push(self.word(name, extent));
        }
        for item in command.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.item(item, &mut simple, extent, false);
        }
        simple
    }

    fn item(
        &self,
        item: &ast::CommandPrefixOrSuffixItem,
        simple: &mut Simple,
        extent: &mut Extent,
        prefix: bool,
    ) {
        match item {
            ast::CommandPrefixOrSuffixItem::Word(word) => simple.words.push(self.word(word, extent)),
            ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                let located = ast::Word::with_location(&word.value, &assignment.loc);
                let word = self.word(&located, extent);
                if prefix { simple.assignments.push(word) } else { simple.words.push(word) }
            }
            ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                simple.redirects.push(self.redirect(redirect, extent));
            }
            ast::CommandPrefixOrSuffixItem::ProcessSubstitution(_, shell) => {
                let range = self.range(&shell.loc);
                extent.add(&range);
                let raw = self.text[range.clone()].to_string();
                simple.words.push(Word { raw, text: None, range });
            }
        }
    }

    fn redirect(&self, redirect: &ast::IoRedirect, extent: &mut Extent) -> Redirect {
        use ast::{IoFileRedirectKind as Kind, IoFileRedirectTarget as Target};
        match redirect {
            ast::IoRedirect::File(_, kind, Target::Filename(word)) => {
                let word = self.word(word, extent);
                match kind {
                    Kind::Read => Redirect::Input(word),
                    Kind::Append => Redirect::Output(word, true),
                    Kind::Write | Kind::Clobber | Kind::ReadAndWrite => Redirect::Output(word, false),
                    Kind::DuplicateInput | Kind::DuplicateOutput => Redirect::Other,
                }
            }
            ast::IoRedirect::OutputAndError(word, append) => {
                Redirect::Output(self.word(word, extent), *append)
            }
            ast::IoRedirect::HereString(_, word) => Redirect::HereString(self.word(word, extent)),
            ast::IoRedirect::HereDocument(_, here) => Redirect::Heredoc(self.heredoc(here, extent)),
            ast::IoRedirect::File(..) => Redirect::Other,
        }
    }

    fn heredoc(&self, here: &ast::IoHereDocument, extent: &mut Extent) -> Heredoc {
        let delimiter = self.word(&here.here_end, extent).range;
        let body = here.doc.loc.as_ref().map_or(0..0, |span| self.bytes(span));
        extent.end = extent.end.max(self.text[..body.end].trim_end_matches('\n').len());
        let mut lines = Vec::new();
        let mut start = body.start;
        for line in here.doc.value.lines() {
            let end = start + self.text[start..].find('\n').unwrap_or(self.text.len() - start);
            // `<<-` takes leading tabs away: the line is the end of what is written.
            lines.push(end.saturating_sub(line.len()).max(start)..end);
            start = (end + 1).min(self.text.len());
        }
        let text = self.written(&here.doc.value, &lines);
        Heredoc { delimiter, quoted: !here.requires_expansion, text, lines }
    }

    /// The text of a heredoc as it was written: `read` has other letters where placeholders stand.
    fn written(&self, value: &str, lines: &[Range<usize>]) -> String {
        if self.text == self.read {
            return value.to_string();
        }
        lines.iter().map(|line| format!("{}\n", &self.text[line.clone()])).collect()
    }

    fn word(&self, word: &ast::Word, extent: &mut Extent) -> Word {
        let range = word.loc.as_ref().map_or(0..0, |span| self.range(span));
        if !range.is_empty() {
            extent.add(&range);
        }
        let is_placeholder = self
            .placeholders
            .iter()
            .any(|held| held.angled && held.range.start < range.end && range.start < held.range.end);
        let text = if is_placeholder { None } else { literal(&word.value) };
        Word { raw: self.text[range.clone()].to_string(), text, range }
    }

    fn bytes(&self, span: &SourceSpan) -> Range<usize> {
        let start = self.offsets.byte(span.start.index);
        start..self.offsets.byte(span.end.index).max(start)
    }

    /// The bytes of a token without the blanks that the parser counts in front of it.
    fn range(&self, span: &SourceSpan) -> Range<usize> {
        let bytes = self.bytes(span);
        let start = skip_blank(self.text, bytes.start).min(bytes.end);
        let end = start + self.text[start..bytes.end].trim_end().len();
        start..end
    }
}

/// What a program sees of a word without expansions.
fn literal(word: &str) -> Option<String> {
    let quick = |c: char| c.is_alphanumeric() || "-_=./:,@%+".contains(c);
    if word.chars().all(quick) {
        return Some(word.to_string());
    }
    let pieces = word::parse(word, &ParserOptions::default()).ok()?;
    let mut text = String::new();
    join(&pieces, &mut text).then_some(text)
}

fn join(pieces: &[WordPieceWithSource], text: &mut String) -> bool {
    pieces.iter().all(|piece| match &piece.piece {
        WordPiece::Text(part) | WordPiece::SingleQuotedText(part) => {
            text.push_str(part);
            true
        }
        WordPiece::EscapeSequence(part) => {
            text.push_str(part.strip_prefix('\\').unwrap_or(part).trim_start_matches('\n'));
            true
        }
        WordPiece::DoubleQuotedSequence(inner) | WordPiece::GettextDoubleQuotedSequence(inner) => {
            join(inner, text)
        }
        // `~` is the reader's home: not known, but not an unknown word either.
        WordPiece::TildeExpansion(_) => {
            text.push('~');
            true
        }
        WordPiece::AnsiCQuotedText(_)
        | WordPiece::ParameterExpansion(_)
        | WordPiece::CommandSubstitution(_)
        | WordPiece::BackquotedCommandSubstitution(_)
        | WordPiece::ArithmeticExpression(_) => false,
    })
}
