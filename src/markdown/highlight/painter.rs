//! From the operations of a grammar to classes.

use syntect::parsing::{ParseState, ScopeStackOp, SyntaxReference};

use super::languages;
use super::lines::Piece;
use super::scopes::{self, Class, PLAIN};

/// A line longer than this many bytes is not coloured. Some grammars take time by the cube of its length: a line of
/// 4,000 blanks costs that of INI files 22 seconds.
pub(super) const LONGEST_LINE: usize = 1024;

/// The state of a grammar between two lines. Next to the grammar's own stack of scopes it keeps the class that
/// each of them gives to the text, so that nothing is searched for while lines are written.
#[derive(Clone, PartialEq)]
pub(super) struct Painter {
    state: ParseState,
    classes: Vec<Class>,
    cleared: Vec<Vec<Class>>,
    failed: bool,
}

impl Painter {
    /// The state in which a text begins.
    pub(super) fn new(grammar: &SyntaxReference) -> Painter {
        Painter { state: ParseState::new(grammar), classes: Vec::new(), cleared: Vec::new(), failed: false }
    }

    /// Colours one line. After an error of the grammar, and on very long lines, the text stays plain. Equal
    /// neighbours become one piece, also across the blanks between them.
    pub(super) fn line(&mut self, text: &str) -> Vec<Piece> {
        let operations = self.operations(text);
        let mut pieces = Vec::with_capacity(operations.len());
        let (mut class, mut start) = (PLAIN, 0);
        for (end, operation) in operations.into_iter().chain([(text.len(), ScopeStackOp::Noop)]) {
            let end = end.clamp(start, text.len());
            if self.class() != class && !text[start..end].trim_ascii().is_empty() {
                pieces.push((start, class));
                class = self.class();
            }
            start = end;
            self.apply(&operation);
        }
        pieces.push((text.len(), class));
        pieces
    }

    fn operations(&mut self, text: &str) -> Vec<(usize, ScopeStackOp)> {
        if self.failed || text.len() > LONGEST_LINE {
            return Vec::new();
        }
        let ended;
        let line = if text.ends_with('\n') {
            text
        } else {
            ended = format!("{text}\n");
            &ended
        };
        let operations = self.state.parse_line(line, languages::grammars());
        self.failed = operations.is_err();
        operations.unwrap_or_default()
    }

    fn class(&self) -> Class {
        if self.failed { PLAIN } else { self.classes.last().copied().unwrap_or(PLAIN) }
    }

    fn apply(&mut self, operation: &ScopeStackOp) {
        match *operation {
            ScopeStackOp::Push(scope) => self.classes.push(scopes::class(scope, self.class())),
            ScopeStackOp::Pop(count) => self.classes.truncate(self.classes.len().saturating_sub(count)),
            ScopeStackOp::Clear(amount) => {
                let kept = self.classes.len().saturating_sub(scopes::count(amount));
                self.cleared.push(self.classes.split_off(kept));
            }
            ScopeStackOp::Restore => self.classes.extend(self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }
}
