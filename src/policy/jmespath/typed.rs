//! Follows an expression through the shapes of what it is applied to.

use super::Expression;
use super::ast::{Kind, Node};
use crate::policy::typing::{Ty, Typing};

impl Expression {
    /// What is known of the value; fields that lead nowhere are noted in `typing`.
    pub(crate) fn typed<'s>(&self, typing: &mut Typing<'s>) -> Ty<'s> {
        typed(&self.root, &Ty::Top, typing)
    }
}

fn typed<'s>(node: &Node, current: &Ty<'s>, typing: &mut Typing<'s>) -> Ty<'s> {
    match &node.kind {
        Kind::Current if *current == Ty::Top => Ty::Unknown,
        Kind::Current => current.clone(),
        Kind::Literal(_) => Ty::Unknown,
        Kind::Field(name) => typing.field(current, name, &node.span),
        Kind::Index(_) => typing.item(current, &node.span),
        Kind::Slice { .. } => current.clone(),
        Kind::Sub(left, right) | Kind::Pipe(left, right) => {
            let left = typed(left, current, typing);
            typed(right, &left, typing)
        }
        Kind::Or(left, right) => either(&[left, right], current, typing),
        Kind::And(left, right) => {
            typed(left, current, typing);
            typed(right, current, typing)
        }
        Kind::Not(_) | Kind::Compare(..) | Kind::Hash(_) => {
            node.kind.children().into_iter().for_each(|child| drop(typed(child, current, typing)));
            Ty::Unknown
        }
        Kind::Flatten(inner) => {
            let inner = typed(inner, current, typing);
            typing.flat(&inner, &node.span)
        }
        Kind::Project(source, then) => {
            let source = typed(source, current, typing);
            let item = typing.item(&source, &node.span);
            Ty::List(Box::new(typed(then, &item, typing)))
        }
        Kind::ProjectValues(source, then) => {
            let source = typed(source, current, typing);
            let value = typing.value(&source);
            Ty::List(Box::new(typed(then, &value, typing)))
        }
        Kind::Filter { source, condition, then } => {
            let source = typed(source, current, typing);
            let item = typing.item(&source, &node.span);
            typed(condition, &item, typing);
            Ty::List(Box::new(typed(then, &item, typing)))
        }
        Kind::List(items) => {
            let types: Vec<Ty> = items.iter().map(|item| typed(item, current, typing)).collect();
            let known = types.into_iter().find(|ty| *ty != Ty::Unknown);
            Ty::List(Box::new(known.unwrap_or(Ty::Unknown)))
        }
        Kind::Call(name, items) if name == "not_null" => {
            either(&items.iter().collect::<Vec<_>>(), current, typing)
        }
        Kind::Call(_, items) => {
            items.iter().for_each(|item| drop(typed(item, current, typing)));
            Ty::Unknown
        }
        // What a function applies it to is not known here.
        Kind::Reference(inner) => typed(inner, &Ty::Unknown, typing),
    }
}

/// Alternatives: one that leads nowhere does not matter beside one that does not.
fn either<'s>(nodes: &[&Node], current: &Ty<'s>, typing: &mut Typing<'s>) -> Ty<'s> {
    let before = typing.missed.len();
    let (mut result, mut whole) = (Ty::Unknown, false);
    for node in nodes {
        let known = typing.missed.len();
        let ty = typed(node, current, typing);
        if typing.missed.len() == known {
            whole |= !matches!(node.kind, Kind::Literal(_));
            result = if result == Ty::Unknown { ty } else { result };
        }
    }
    if whole {
        typing.missed.truncate(before);
    }
    result
}
