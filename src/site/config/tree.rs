//! A configuration file as one tree of positioned values, whatever its language.
//!
//! `INHERIT` brings values of several files into one tree. To keep every place true, the files are laid one
//! behind the other in one range of bytes, and a place is mapped back to its file when it is asked for.

use super::unreadable;
use crate::diag::Diagnostic;
use crate::diag::codes::CONFIG;
use crate::source::yaml::{self, Entry, Node, Scalar, Value};
use crate::source::{FileId, SitePath, SourceFile, Sources, Span};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A chain of `INHERIT` longer than this is a circle.
const MAX_INHERIT: usize = 16;

/// Values with their places.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    /// The mapping at the top.
    pub root: Node,
    files: Vec<(usize, FileId)>,
}

impl Tree {
    /// Where a value was written.
    pub(super) fn span(&self, place: &Range<usize>) -> Span {
        let after = self.files.partition_point(|(base, _)| *base <= place.start).max(1);
        let (base, file) = self.files[after - 1];
        Span::new(file, place.start - base, place.end.max(place.start) - base)
    }
}

/// Read a TOML file.
pub(super) fn toml(sources: &Sources, path: &SitePath) -> Result<Tree, Box<Diagnostic>> {
    let file = sources.get(path).ok_or_else(|| unreadable(path))?;
    let text = file.text().ok_or_else(|| unreadable(path))?;
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().unwrap_or_default();
        let message = error.message().replace('\n', "; ");
        Box::new(Diagnostic::new(&CONFIG, file.span(place.start, place.end), message).label("not valid TOML"))
    })?;
    let span = table.span();
    Ok(Tree { root: from_table(table.get_ref(), span), files: vec![(0, file.id())] })
}

fn from_table(table: &DeTable<'_>, span: Range<usize>) -> Node {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
        key: scalar(key.get_ref(), false, key.span()),
        value: from_value(value),
    };
    Node { value: Value::Mapping(table.iter().map(entry).collect()), tag: None, span }
}

fn from_value(value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    match value.get_ref() {
        DeValue::String(text) => scalar(text, false, span),
        DeValue::Integer(number) => scalar(number.as_str(), true, span),
        DeValue::Float(number) => scalar(number.as_str(), true, span),
        DeValue::Boolean(flag) => scalar(if *flag { "true" } else { "false" }, true, span),
        DeValue::Datetime(moment) => scalar(&moment.to_string(), true, span),
        DeValue::Array(items) => {
            Node { value: Value::Sequence(items.iter().map(from_value).collect()), tag: None, span }
        }
        DeValue::Table(table) => from_table(table, span),
    }
}

fn scalar(text: &str, plain: bool, span: Range<usize>) -> Node {
    Node { value: Value::Scalar(Scalar { text: text.to_string(), plain }), tag: None, span }
}

/// Read a YAML file with everything it inherits, and put in what it takes from the environment.
pub(super) fn yaml(sources: &Sources, path: &SitePath) -> Result<Tree, Box<Diagnostic>> {
    let mut files = Vec::new();
    let mut root = inherit(sources, path, &mut files)?;
    fill_in(&mut root, sources);
    Ok(Tree { root, files })
}

fn inherit(
    sources: &Sources,
    path: &SitePath,
    files: &mut Vec<(usize, FileId)>,
) -> Result<Node, Box<Diagnostic>> {
    let file = sources.get(path).ok_or_else(|| unreadable(path))?;
    let base =
        files.last().map_or(0, |(base, file)| base + sources.file(*file).map_or(0, |f| f.bytes().len() + 1));
    files.push((base, file.id()));
    let mut node = parse(&file, path)?;
    let parent = node.get("INHERIT").and_then(|node| Some((node.as_str()?.to_string(), node.span.clone())));
    shift(&mut node, base);
    let Some((parent, place)) = parent else { return Ok(node) };
    let wrong =
        |message: String| Box::new(Diagnostic::new(&CONFIG, file.span(place.start, place.end), message));
    let target = path.parent().join(&parent);
    if files.len() > MAX_INHERIT {
        return Err(wrong("the files inherit each other in a circle".to_string()));
    }
    if sources.get(&target).is_none() {
        return Err(wrong(format!("the file `{target}` that this inherits from does not exist")));
    }
    let mut inherited = inherit(sources, &target, files)?;
    merge(&mut inherited, node);
    Ok(inherited)
}

fn parse(file: &Arc<SourceFile>, path: &SitePath) -> Result<Node, Box<Diagnostic>> {
    let text = file.text().ok_or_else(|| unreadable(path))?;
    let mut documents = yaml::parse(text).map_err(|error| {
        let span = file.span(error.span.start, error.span.end);
        Box::new(Diagnostic::new(&CONFIG, span, error.message).label("not valid YAML"))
    })?;
    match documents.is_empty() {
        true => Ok(Node { value: Value::Mapping(Vec::new()), tag: None, span: 0..0 }),
        false => Ok(documents.swap_remove(0)),
    }
}

/// `over` laid over `under`: mappings are merged key by key, everything else is replaced.
pub(super) fn merge(under: &mut Node, over: Node) {
    let Node { value: Value::Mapping(entries), .. } = over else {
        *under = over;
        return;
    };
    let Value::Mapping(below) = &mut under.value else {
        *under = Node { value: Value::Mapping(entries), ..over };
        return;
    };
    for entry in entries {
        match below.iter_mut().find(|known| known.key.as_str() == entry.key.as_str()) {
            Some(known) => {
                known.key = entry.key;
                merge(&mut known.value, entry.value);
            }
            None => below.push(entry),
        }
    }
}

fn shift(node: &mut Node, by: usize) {
    node.span = node.span.start + by..node.span.end + by;
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Mapping(entries) => entries.iter_mut().for_each(|entry| {
            shift(&mut entry.key, by);
            shift(&mut entry.value, by);
        }),
    }
}

/// Put values of the environment where `!ENV` asks for them: `!ENV NAME`, or `!ENV [A, B, default]`.
fn fill_in(node: &mut Node, sources: &Sources) {
    if node.tag.as_deref() == Some("!ENV") {
        let names: Vec<String> =
            node.one_or_many().iter().filter_map(|name| name.as_str()).map(str::to_string).collect();
        let default = (node.is_sequence() && names.len() > 1).then(|| node.items().last().cloned()).flatten();
        let asked = names.len() - usize::from(default.is_some());
        let set = names[..asked].iter().find_map(|name| sources.env(name));
        let value = match (set, default) {
            (Some(text), _) => Value::Scalar(Scalar { text: text.to_string(), plain: true }),
            (None, Some(default)) => default.value,
            (None, None) => Value::Scalar(Scalar { text: String::new(), plain: true }),
        };
        *node = Node { value, tag: None, span: node.span.clone() };
        return;
    }
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| fill_in(item, sources)),
        Value::Mapping(entries) => entries.iter_mut().for_each(|entry| fill_in(&mut entry.value, sources)),
    }
}
