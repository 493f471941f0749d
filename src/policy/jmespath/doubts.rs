//! What an expression says that it can hardly mean.

use super::Expression;
use super::ast::{Comparator, Kind, Node};
use serde_json::Value;
use std::ops::Range;

/// A part of an expression that is read otherwise than it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// `!a.b`, read as `(!a).b`, which is null for every `a`.
    NotBindsTighter,
    /// `a == true`: a field with the name `true`.
    NameOfLiteral,
    /// `a > 'x'`: only numbers have an order.
    OrderOfTexts,
    /// `length(a) == '3'`: a number and a text.
    OtherTypes,
    /// `a.['b']`: a list with the text `b`, not the field.
    ListOfText,
    /// `contains(a, 'x') || b | length(@)`: the function gets true.
    PipeAfterOr,
}

impl Doubt {
    /// What is so with the part `written`, and what to write in its place.
    pub fn words(self, written: &str) -> (String, String) {
        match self {
            Doubt::NotBindsTighter => {
                let (not, rest) = written.split_once('.').unwrap_or((written, ""));
                let message = format!("`{written}` is read as `({not}).{rest}`, which is always null");
                (message, format!("write `!({})`", written.trim_start_matches('!')))
            }
            Doubt::NameOfLiteral => (
                format!("`{written}` is the name of a field here, not the value"),
                format!("write `` `{written}` ``"),
            ),
            Doubt::OrderOfTexts => (
                format!("`{written}` is always null: only numbers are ordered"),
                "compare numbers, or use the operator of a condition".to_string(),
            ),
            Doubt::ListOfText => (
                format!("`{written}` is a list with this text, not the field of that name"),
                format!("write `{}`", written.replace("['", "\"").replace("']", "\"")),
            ),
            Doubt::PipeAfterOr => (
                "`|` binds weaker than `||`: what follows is applied to true or false".to_string(),
                "put the parts of the `||` in parentheses".to_string(),
            ),
            Doubt::OtherTypes => (
                format!("`{written}` is never true: a number is not a text"),
                "write the number between backticks".to_string(),
            ),
        }
    }
}

impl Expression {
    /// The doubtful parts, each with its bytes, in written order.
    pub fn doubts(&self) -> Vec<(Doubt, Range<usize>)> {
        let mut found: Vec<_> =
            self.nodes().filter_map(|node| Some((doubt(&node.kind)?, node.span.clone()))).collect();
        // Of `!a.b.c` and the `!a.b` in it the longer tells all.
        found.sort_by_key(|(_, span)| (span.start, std::cmp::Reverse(span.end)));
        found.dedup_by_key(|(_, span)| span.start);
        found
    }

    /// The fields that are read directly from a name at the top: `request.object.x` gives `request` and `object`.
    pub fn fields_of_roots(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match &node.kind {
                Kind::Sub(left, right) => match (&left.kind, &right.kind) {
                    (Kind::Field(root), Kind::Field(name)) => found.push((root.as_str(), name.as_str())),
                    // What stands behind the dot is read from its left side, not from the top.
                    _ => open.push(left),
                },
                Kind::Project(left, _) | Kind::ProjectValues(left, _) | Kind::Pipe(left, _) => {
                    open.push(left)
                }
                Kind::Filter { source, .. } => open.push(source),
                // Handed to a function, which evaluates it on items.
                Kind::Reference(_) => {}
                kind => open.extend(kind.children()),
            }
        }
        found
    }
}

fn doubt(kind: &Kind) -> Option<Doubt> {
    match kind {
        Kind::Sub(left, _) if begins_with_not(left) => Some(Doubt::NotBindsTighter),
        Kind::Compare(comparator, left, right) => compared(*comparator, &left.kind, &right.kind),
        Kind::Sub(_, right) | Kind::Project(_, right) if is_list_of_text(right) => Some(Doubt::ListOfText),
        Kind::Pipe(left, right) if is_choice(left) && !matches!(right.kind, Kind::Compare(..)) => {
            Some(Doubt::PipeAfterOr)
        }
        _ => None,
    }
}

fn is_list_of_text(node: &Node) -> bool {
    matches!(&node.kind, Kind::List(items) if items.len() == 1 && is_text(&items[0].kind))
}

fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Literal(Value::String(_)))
}

/// Is the value, or the last part of a pipe, one of two of which the first is true or false?
fn is_choice(node: &Node) -> bool {
    let truth = |kind: &Kind| match kind {
        Kind::Call(name, _) => matches!(name.as_str(), "contains" | "starts_with" | "ends_with"),
        kind => matches!(kind, Kind::Compare(..) | Kind::Not(_)),
    };
    match &node.kind {
        Kind::Pipe(_, last) => is_choice(last),
        Kind::Or(left, right) => truth(&left.kind) && !truth(&right.kind),
        _ => false,
    }
}

/// Is it a list, whatever it is applied to?
pub(super) fn gives_list(node: &Node) -> bool {
    match &node.kind {
        Kind::Project(..)
        | Kind::ProjectValues(..)
        | Kind::Filter { .. }
        | Kind::Flatten(_)
        | Kind::List(_) => true,
        Kind::Or(left, right) => gives_list(left) && gives_list(right),
        Kind::Pipe(_, last) => gives_list(last),
        _ => false,
    }
}

fn begins_with_not(node: &Node) -> bool {
    match &node.kind {
        Kind::Not(_) => true,
        Kind::Sub(left, _) => begins_with_not(left),
        _ => false,
    }
}

fn compared(comparator: Comparator, left: &Kind, right: &Kind) -> Option<Doubt> {
    let is_name =
        |kind: &Kind| matches!(kind, Kind::Field(name) if ["true", "false", "null"].contains(&name.as_str()));
    let is_number = |kind: &Kind| match kind {
        Kind::Call(name, _) => matches!(name.as_str(), "length" | "to_number" | "sum"),
        kind => matches!(kind, Kind::Literal(Value::Number(_))),
    };
    let equality = matches!(comparator, Comparator::Equal | Comparator::NotEqual);
    let either = |test: &dyn Fn(&Kind) -> bool| test(left) || test(right);
    if either(&is_name) {
        Some(Doubt::NameOfLiteral)
    } else if !equality && either(&is_text) {
        Some(Doubt::OrderOfTexts)
    } else if comparator == Comparator::Equal && either(&is_text) && either(&is_number) {
        Some(Doubt::OtherTypes)
    } else {
        None
    }
}
