//! Follows an expression through the shapes of the objects that it is about.

use super::ast::{Comprehension, Form, Item, Kind, Node};
use super::value::Value;
use crate::kube::schema::Shape;
use crate::policy::typing::{Miss, Ty, Typing, VARIABLE};

/// What is known of the value of `text`; fields that lead nowhere are noted in `typing`. Nothing for a text that is
/// no expression.
pub(crate) fn typed_text<'s>(text: &str, typing: &mut Typing<'s>) -> Ty<'s> {
    super::parser::parse(text).map_or(Ty::Unknown, |root| typed(&root, typing))
}

fn typed<'s>(node: &Node, typing: &mut Typing<'s>) -> Ty<'s> {
    match &node.kind {
        Kind::Literal(_) => Ty::Unknown,
        Kind::Ident(name) => match typing.lookup(name) {
            Ty::Unknown if matches!(name.as_str(), "object" | "oldObject") => Ty::Object,
            ty => ty,
        },
        Kind::Select { operand, field, .. } | Kind::Has { operand, field } => {
            if matches!(&operand.kind, Kind::Ident(name) if name == "variables") {
                return typing.lookup(&format!("variables.{field}"));
            }
            let operand = typed(operand, typing);
            typing.field(&operand, field, &node.span)
        }
        Kind::Index { operand, index, .. } => {
            let operand = typed(operand, typing);
            typed(index, typing);
            indexed(&operand, index, node, typing)
        }
        Kind::Call { target, function, arguments } => {
            let ty = call(target.as_deref(), function, arguments, typing);
            if let [left, right] = &arguments[..]
                && COMPARISONS.contains(&function.as_str())
            {
                compared(left, right, node, typing);
                compared(right, left, node, typing);
            }
            ty
        }
        Kind::Conditional(nodes) => {
            let types: Vec<Ty> = nodes.iter().map(|node| typed(node, typing)).collect();
            types.into_iter().skip(1).find(|ty| *ty != Ty::Unknown).unwrap_or(Ty::Unknown)
        }
        Kind::List(items) => {
            let types: Vec<Ty> = items.iter().map(|item| typed(&item.node, typing)).collect();
            Ty::List(Box::new(types.into_iter().find(|ty| *ty != Ty::Unknown).unwrap_or(Ty::Unknown)))
        }
        Kind::Comprehension(inner) => comprehension(inner, node, typing),
        Kind::Bind { name, value, body } | Kind::OptionalMap { name, operand: value, body, .. } => {
            let value = typed(value, typing);
            within(&[(name, value)], typing, |typing| typed(body, typing))
        }
        Kind::Struct { name, fields } if name == "JSONPatch" => patch(fields, typing),
        Kind::Struct { name, fields } => constructed(name, fields, node, typing),
        Kind::And(_) | Kind::Or(_) | Kind::Map(_) => {
            node.kind.children().into_iter().for_each(|child| drop(typed(child, typing)));
            Ty::Unknown
        }
    }
}

const COMPARISONS: [&str; 6] = ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"];

/// A field that is compared with a constant of another type.
fn compared<'s>(field: &Node, constant: &Node, node: &Node, typing: &mut Typing<'s>) {
    let Kind::Literal(constant) = &constant.kind else { return };
    let wanted = match constant {
        Value::String(_) => "a text",
        Value::Int(_) | Value::Uint(_) | Value::Double(_) => "a number",
        Value::Bool(_) => "true or false",
        _ => return,
    };
    let known = (typing.missed.len(), typing.passed.len(), typing.met);
    let ty = typed(field, typing);
    typing.missed.truncate(known.0);
    typing.passed.truncate(known.1);
    typing.met = known.2;
    let actual = match ty {
        Ty::At(Shape::Text | Shape::Time | Shape::Bytes | Shape::OneOf(_), _) => "a text",
        Ty::At(Shape::Integer | Shape::Number, _) => "a number",
        Ty::At(Shape::Boolean, _) => "true or false",
        _ => return,
    };
    if actual != wanted {
        let message = format!("{actual} is compared with {wanted} here");
        typing.missed.push(Miss { span: node.span.clone(), message, help: None });
    }
}

fn indexed<'s>(operand: &Ty<'s>, index: &Node, node: &Node, typing: &mut Typing<'s>) -> Ty<'s> {
    match (&index.kind, operand) {
        (Kind::Literal(Value::String(name)), _) => typing.field(operand, name, &node.span),
        (_, Ty::At(Shape::List(_), _) | Ty::List(_)) => typing.item(operand, &node.span),
        _ => typing.value(operand),
    }
}

fn call<'s>(target: Option<&Node>, function: &str, arguments: &[Node], typing: &mut Typing<'s>) -> Ty<'s> {
    let target = target.map(|target| typed(target, typing));
    let types: Vec<Ty> = arguments.iter().map(|argument| typed(argument, typing)).collect();
    match (function, target) {
        ("orValue" | "value" | "or", Some(ty)) => ty,
        ("_+_" | "dyn", _) => types.into_iter().find(|ty| *ty != Ty::Unknown).unwrap_or(Ty::Unknown),
        _ => Ty::Unknown,
    }
}

fn comprehension<'s>(inner: &Comprehension, node: &Node, typing: &mut Typing<'s>) -> Ty<'s> {
    let range = typed(&inner.range, typing);
    let is_list = matches!(range, Ty::At(Shape::List(_), _) | Ty::List(_));
    let item = if is_list { typing.item(&range, &node.span) } else { typing.value(&range) };
    let names: Vec<(&str, Ty)> = match &inner.second {
        Some(second) => vec![(&inner.first, Ty::Unknown), (second, item)],
        None => vec![(&inner.first, if is_list { item } else { Ty::Unknown })],
    };
    let body = within(&names, typing, |typing| {
        inner.condition.iter().for_each(|condition| drop(typed(condition, typing)));
        typed(&inner.body, typing)
    });
    match inner.form {
        Form::Filter | Form::SortBy => range,
        Form::List => Ty::List(Box::new(body)),
        _ => Ty::Unknown,
    }
}

/// `Object.spec{field: value}`: a part of the object, by the fields that lead to it.
fn constructed<'s>(name: &str, fields: &[(String, Item)], node: &Node, typing: &mut Typing<'s>) -> Ty<'s> {
    let start = node.span.start;
    let (mut ty, mut end) = (Ty::Object, start + "Object".len());
    for step in name.split('.').skip(1) {
        end += 1 + step.len();
        let inner = typing.field(&ty, step, &(start..end));
        ty = match inner {
            Ty::At(Shape::List(_), _) => typing.item(&inner, &(start..end)),
            inner => inner,
        };
    }
    for (field, Item { node, .. }) in fields {
        let known = typing.missed.len();
        // No expression is as short as this place, so that it is the field's alone.
        typing.field(&ty, field, &(node.span.start..node.span.start));
        let told = typing.missed.len();
        typed(node, typing);
        if told > known {
            // What stands in a field that does not exist leads nowhere either.
            typing.missed.truncate(told);
        }
    }
    Ty::Unknown
}

/// `JSONPatch{op: …, path: …, value: …}`.
fn patch<'s>(fields: &[(String, Item)], typing: &mut Typing<'s>) -> Ty<'s> {
    for (field, Item { node, .. }) in fields {
        typed(node, typing);
        if matches!(field.as_str(), "path" | "from") {
            typing.pointer(&pointer(node), node.span.start);
        }
    }
    Ty::Unknown
}

/// A pointer that is put together, with variables for what is not written out.
fn pointer(node: &Node) -> String {
    match &node.kind {
        Kind::Literal(Value::String(text)) => text.to_string(),
        Kind::Call { target: None, function, arguments } if function == "_+_" => {
            arguments.iter().map(pointer).collect()
        }
        _ => format!("{VARIABLE}…}}}}"),
    }
}

fn within<'s, N: AsRef<str>>(
    names: &[(N, Ty<'s>)],
    typing: &mut Typing<'s>,
    body: impl FnOnce(&mut Typing<'s>) -> Ty<'s>,
) -> Ty<'s> {
    let known = typing.named();
    names.iter().for_each(|(name, ty)| typing.name(name.as_ref(), ty.clone()));
    let ty = body(typing);
    typing.forget(known);
    ty
}
