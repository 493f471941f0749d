//! A grammar as the automaton of the lines that it has read.
//!
//! What a grammar makes of a line depends on the line and on the state in which it begins, and on nothing else. The
//! lines of runbooks and manifests come back again and again (`metadata:`, `spec:`, `set -euo pipefail`), so each is
//! read by the grammar once for each state: a state is a node, a line is an edge to the next state. The answer is the
//! same whether it is remembered or not, so one automaton serves all threads and all builds of a process.
//!
//! A grammar's own state holds pointers of the regular expressions and cannot leave its thread. So the automaton keeps
//! of a state the line by which it was first reached, and each thread walks there once by itself.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::languages;
use super::painter::Painter;
use super::scopes::Class;

/// How many lines of one language are remembered at most; some 10 MB.
const MOST_LINES: usize = 1 << 16;

/// How many states of one language are told apart at most, since a new one is compared with all of them.
const MOST_STATES: usize = 1 << 9;

/// Where a piece of a line ends, in bytes from its begin, and its class. A piece begins where the one before it ends.
pub(super) type Piece = (usize, Class);

/// The automata, by the names of their grammars.
static AUTOMATA: LazyLock<Mutex<HashMap<String, Arc<Mutex<Automaton>>>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The same with the states of this thread, by the names of languages in fences.
    static WALKERS: RefCell<HashMap<String, Rc<RefCell<Walker>>>> = RefCell::default();
}

/// What is known of a language; the first state is the one in which a text begins.
#[derive(Default)]
struct Automaton {
    states: Vec<State>,
    lines: usize,
}

#[derive(Default)]
struct State {
    /// The state and the line that led here first; both stand for nothing in the first state.
    origin: (usize, Arc<str>),
    edges: HashMap<Arc<str>, Edge>,
}

#[derive(Clone)]
struct Edge {
    pieces: Arc<[Piece]>,
    next: usize,
}

/// An automaton and the states of its grammar, as far as this thread walked.
struct Walker {
    automaton: Arc<Mutex<Automaton>>,
    painters: Vec<Painter>,
}

/// A walk through the lines of one piece of code.
pub(super) struct Reader {
    walker: Rc<RefCell<Walker>>,
    at: Place,
}

enum Place {
    Known(usize),
    /// A state that found no room.
    Apart(Box<Painter>),
}

impl Reader {
    /// `None` when the language has no grammar here.
    pub(super) fn new(language: &str) -> Option<Reader> {
        let walker = WALKERS.with_borrow_mut(|walkers| {
            if !walkers.contains_key(language) {
                walkers.insert(language.to_string(), Rc::new(RefCell::new(Walker::new(language)?)));
            }
            walkers.get(language).map(Rc::clone)
        })?;
        Some(Reader { walker, at: Place::Known(0) })
    }

    /// The pieces of the next line.
    pub(super) fn line(&mut self, text: &str) -> Arc<[Piece]> {
        let mut walker = self.walker.borrow_mut();
        let from = match &mut self.at {
            Place::Known(at) => *at,
            Place::Apart(painter) => return painter.line(text).into(),
        };
        let known = walker.automaton().states[from].edges.get(text).cloned();
        let (pieces, next) = match known {
            Some(edge) => (edge.pieces, Place::Known(edge.next)),
            None => walker.read(from, text),
        };
        self.at = next;
        pieces
    }
}

impl Walker {
    fn new(language: &str) -> Option<Walker> {
        let grammar = languages::syntax(language)?;
        let automaton =
            Arc::clone(lock(&AUTOMATA).entry(grammar.name.clone()).or_insert_with(Automaton::start));
        Some(Walker { automaton, painters: vec![Painter::new(grammar)] })
    }

    fn automaton(&self) -> MutexGuard<'_, Automaton> {
        lock(&self.automaton)
    }

    /// Have the grammar read a line, and remember it.
    fn read(&mut self, from: usize, text: &str) -> (Arc<[Piece]>, Place) {
        self.catch_up();
        let mut painter = self.painters[from].clone();
        let pieces: Arc<[Piece]> = painter.line(text).into();
        let text = Arc::from(text);
        let place = self.place(painter, (from, &text));
        if let Place::Known(next) = place {
            self.automaton().connect(from, text, Edge { pieces: Arc::clone(&pieces), next });
        }
        (pieces, place)
    }

    /// Walk to the states that other threads found.
    fn catch_up(&mut self) {
        let found: Vec<_> =
            self.automaton().states[self.painters.len()..].iter().map(|state| state.origin.clone()).collect();
        for (from, line) in found {
            let mut painter = self.painters[from].clone();
            painter.line(&line);
            self.painters.push(painter);
        }
    }

    /// The place of a state that was reached by a line: a known one, or else a new one.
    fn place(&mut self, painter: Painter, (from, line): (usize, &Arc<str>)) -> Place {
        let mut compared = 0;
        loop {
            let new = &self.painters[compared..];
            if let Some(at) = new.iter().position(|known| *known == painter) {
                return Place::Known(compared + at);
            }
            compared = self.painters.len();
            if compared >= MOST_STATES {
                return Place::Apart(Box::new(painter));
            }
            if self.automaton().add(compared, (from, line)) {
                self.painters.push(painter);
                return Place::Known(compared);
            }
            self.catch_up();
        }
    }
}

impl Automaton {
    fn start() -> Arc<Mutex<Automaton>> {
        Arc::new(Mutex::new(Automaton { states: vec![State::default()], lines: 0 }))
    }

    /// Add a state behind the `known` ones; `false` when there are others by now.
    fn add(&mut self, known: usize, (from, line): (usize, &Arc<str>)) -> bool {
        let free = self.states.len() == known;
        if free {
            self.states.push(State { origin: (from, Arc::clone(line)), edges: HashMap::new() });
        }
        free
    }

    fn connect(&mut self, from: usize, line: Arc<str>, edge: Edge) {
        if self.lines < MOST_LINES {
            self.lines += 1;
            self.states[from].edges.insert(line, edge);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line of `code` as the grammar alone reads it.
    fn alone(code: &str, language: &str) -> Vec<Vec<Piece>> {
        let mut painter = Painter::new(languages::syntax(language).unwrap());
        code.split_inclusive('\n').map(|line| painter.line(line)).collect()
    }

    fn read(code: &str, language: &str) -> Vec<Vec<Piece>> {
        let mut reader = Reader::new(language).unwrap();
        code.split_inclusive('\n').map(|line| reader.line(line).to_vec()).collect()
    }

    #[test]
    fn a_line_in_another_state_is_another_line() {
        let code = "a: 1\nb: |\n  a: 1\n  b: |\na: 1\n";
        for _ in 0..2 {
            assert_eq!(read(code, "yaml"), alone(code, "yaml"));
        }
        assert_ne!(read(code, "yaml")[0], read(code, "yaml")[2]);
    }

    #[test]
    fn threads_walk_through_states_that_others_found() {
        let code = |name: &str| format!("cat <<'{name}'\nif $x\n{name}\nif true; then # x\n");
        std::thread::scope(|scope| {
            for number in 0..4 {
                scope.spawn(move || {
                    for end in (0..20).map(|end| code(&format!("E{}", end * (number + 1) % 23))) {
                        assert_eq!(read(&end, "bash"), alone(&end, "bash"));
                    }
                });
            }
        });
    }

    #[test]
    fn states_without_room_are_read_all_the_same() {
        for end in 0..MOST_STATES + 20 {
            let code = format!("cat <<E{end}\n$x `y`\nE{end}\nfi\n");
            assert_eq!(read(&code, "sh"), alone(&code, "sh"));
        }
        assert_eq!(Reader::new("sh").unwrap().walker.borrow().automaton().states.len(), MOST_STATES);
    }
}
