//! Taking values out of a tree: each taking names its key, so that what nobody took is an unknown key.

use super::tree::Tree;
use crate::diag::codes::{CONFIG, UNKNOWN_KEY};
use crate::diag::{Code, Diagnostic};
use crate::markdown::unknown_icon;
use crate::source::yaml::{Entry, Node};
use crate::source::{Globs, SitePath, Span};
use std::cell::RefCell;
use std::ops::Range;

/// A tree that is read, and what was found wrong while reading.
pub(super) struct Reader {
    tree: Tree,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl Reader {
    pub(super) fn new(tree: Tree) -> Reader {
        Reader { tree, diagnostics: RefCell::default() }
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    /// The table at the top.
    pub(super) fn root(&self) -> Table<'_> {
        Table { reader: self, name: String::new(), node: &self.tree.root, taken: RefCell::default() }
    }

    pub(super) fn span(&self, place: &Range<usize>) -> Span {
        self.tree.span(place)
    }

    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Say something about a value or key.
    pub(super) fn say(&self, code: &'static Code, node: &Node, message: impl Into<String>, help: &str) {
        let found = Diagnostic::new(code, self.span(&node.span), message);
        self.report(if help.is_empty() { found } else { found.help(help) });
    }

    /// Say that a value is not what its key takes.
    pub(super) fn wrong(&self, node: &Node, key: &str, wanted: &str) {
        self.say(&CONFIG, node, format!("`{key}` takes {wanted}"), "");
    }

    /// A value as a table of its own; `name` is how messages call it.
    pub(super) fn table<'a>(&'a self, node: &'a Node, name: &str) -> Option<Table<'a>> {
        if node.is_null() {
            return None;
        }
        if !node.is_mapping() {
            self.wrong(node, name, "a table of keys");
            return None;
        }
        Some(Table { reader: self, name: name.to_string(), node, taken: RefCell::default() })
    }
}

/// A table that is read.
pub(super) struct Table<'a> {
    pub(super) reader: &'a Reader,
    name: String,
    pub(super) node: &'a Node,
    taken: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    /// The value of `key`; an empty one counts as absent, unless all it says is in its tag.
    pub(super) fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.taken.borrow_mut().push(key);
        self.node.get(key).filter(|node| !node.is_null() || node.tag.is_some())
    }

    /// A single value as text.
    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        let text = node.as_str().map(|text| text.trim().to_string());
        if text.is_none() {
            self.wrong(node, key, "a text");
        }
        text.filter(|text| !text.is_empty())
    }

    /// The name of an icon; one that no set has is told.
    pub(super) fn icon(&self, key: &'static str) -> Option<String> {
        let name = self.text(key)?;
        if let Some(found) = self.node(key).and_then(|node| unknown_icon(&name, self.reader.span(&node.span)))
        {
            self.reader.report(found);
        }
        Some(name)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        let flag = node.as_bool();
        if flag.is_none() {
            self.wrong(node, key, "`true` or `false`");
        }
        flag
    }

    /// A whole number from 0 on.
    pub(super) fn number(&self, key: &'static str) -> Option<usize> {
        let node = self.node(key)?;
        let number = node.as_i64().and_then(|number| usize::try_from(number).ok());
        if number.is_none() {
            self.wrong(node, key, "a whole number");
        }
        number
    }

    /// One text or several.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let node = self.node(key)?;
        Some(self.all_texts(node, key))
    }

    fn all_texts(&self, node: &Node, key: &str) -> Vec<String> {
        let text = |node: &Node| match node.as_str() {
            Some(text) => Some(text.to_string()),
            None => {
                self.wrong(node, key, "a text or a list of texts");
                None
            }
        };
        node.one_or_many().into_iter().filter_map(text).collect()
    }

    /// A path.
    pub(super) fn path(&self, key: &'static str) -> Option<SitePath> {
        self.text(key).map(SitePath::new)
    }

    /// Globs, as a list or one a line.
    pub(super) fn globs(&self, key: &'static str) -> Option<Globs> {
        let node = self.node(key)?;
        let texts = self.all_texts(node, key);
        let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for line in lines.iter().filter(|line| line.starts_with('!')) {
            let message = format!("the glob `{line}` takes something back, which is not supported");
            self.reader.say(&CONFIG, node, message, "Name only what is meant.");
        }
        let (globs, wrong) = Globs::new(lines.into_iter().filter(|line| !line.starts_with('!')));
        for (glob, reason) in wrong {
            self.reader.say(&CONFIG, node, format!("the glob `{glob}` cannot be read: {reason}"), "");
        }
        Some(globs)
    }

    /// One of several words, each with its meaning.
    pub(super) fn choice<T: Clone>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let node = self.node(key)?;
        let found = node.as_str().and_then(|text| choices.iter().find(|(word, _)| *word == text));
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.wrong(node, key, &format!("one of {}", words.join(", ")));
        }
        found.map(|(_, meaning)| meaning.clone())
    }

    /// A table below this one.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let node = self.node(key)?;
        self.reader.table(node, &self.path_of(key))
    }

    /// The tables of a list below this one.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let name = self.path_of(key);
        let nodes = self.node(key).map(Node::one_or_many).unwrap_or_default();
        nodes.into_iter().filter_map(|node| self.reader.table(node, &name)).collect()
    }

    /// The entries that nobody took.
    pub(super) fn rest(&self) -> Vec<&'a Entry> {
        let taken = self.taken.borrow();
        let is_taken = |entry: &Entry| entry.key.as_str().is_some_and(|key| taken.contains(&key));
        self.node.entries().iter().filter(|entry| !is_taken(entry)).collect()
    }

    /// Report the entries that nobody took as unknown.
    pub(super) fn no_more(&self) {
        for entry in self.rest() {
            let key = entry.key.as_str().unwrap_or_default();
            let place = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
            let span = self.reader.span(&entry.key.span);
            let found = Diagnostic::new(&UNKNOWN_KEY, span, format!("unknown key `{key}`{place}"));
            let known = self.taken.borrow();
            self.reader.report(match crate::diag::nearest(key, known.iter().copied()) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help(format!("known keys are {}", listed(&known))),
            });
        }
    }

    fn wrong(&self, node: &Node, key: &str, wanted: &str) {
        self.reader.wrong(node, &self.path_of(key), wanted);
    }

    fn path_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_string() } else { format!("{}.{key}", self.name) }
    }
}

fn listed(keys: &[&str]) -> String {
    let mut keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    keys.sort();
    keys.dedup();
    keys.join(", ")
}
