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
        _ => None,
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
    let is_text = |kind: &Kind| matches!(kind, Kind::Literal(Value::String(_)));
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
