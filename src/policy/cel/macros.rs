//! The macros: calls that are rewritten when the expression is read.
//!
//! A call with another number of arguments is an ordinary call, and the checker will not find its function.

use super::ast::{Comprehension, Form, Item, Kind, Node};
use super::error::CompileError;
use std::ops::Range;

/// The kind of `operand.name(arguments)`; `span` is the name's.
pub(crate) fn expand_member(
    operand: Node,
    name: &str,
    arguments: Vec<Node>,
    span: Range<usize>,
) -> Result<Kind, CompileError> {
    if let Kind::Ident(namespace) = &operand.kind {
        match (namespace.as_str(), name) {
            ("cel", "bind") if arguments.len() == 3 => return bind(arguments),
            ("math", "greatest" | "least") => return extreme(operand, name, arguments, span),
            _ => {}
        }
    }
    let two_variables = arguments.len() > 2 && matches!(arguments[1].kind, Kind::Ident(_));
    let form = match (name, arguments.len()) {
        ("all", 2 | 3) => Form::All,
        ("exists", 2 | 3) => Form::Exists,
        ("exists_one", 2) | ("existsOne", 3) => Form::ExistsOne,
        ("filter", 2) => Form::Filter,
        ("map", 2 | 3) => Form::List,
        ("sortBy", 2) => Form::SortBy,
        ("transformList", 3 | 4) if two_variables => Form::List,
        ("transformMap", 3 | 4) if two_variables => Form::Map,
        ("transformMapEntry", 3 | 4) if two_variables => Form::Entries,
        ("optMap" | "optFlatMap", 2) => return optional_map(operand, name, arguments),
        _ => return Ok(call(Some(operand), name, arguments)),
    };
    let variables = if arguments.len() > 2 && name != "map" { 2 } else { 1 };
    comprehension(form, operand, arguments, variables)
}

/// The kind of `name(arguments)`; `span` is the name's.
pub(crate) fn expand_global(
    name: &str,
    arguments: Vec<Node>,
    span: Range<usize>,
) -> Result<Kind, CompileError> {
    if name != "has" || arguments.len() != 1 {
        return Ok(call(None, name, arguments));
    }
    let fault = || CompileError::new("invalid argument to has() macro", span.clone());
    match arguments.into_iter().next().map(|argument| argument.kind) {
        Some(Kind::Select { operand, field, optional: false }) => Ok(Kind::Has { operand, field }),
        _ => Err(fault()),
    }
}

fn call(target: Option<Node>, name: &str, arguments: Vec<Node>) -> Kind {
    Kind::Call { target: target.map(Box::new), function: name.to_owned(), arguments }
}

fn variable(node: Option<Node>, message: &str) -> Result<String, CompileError> {
    match node {
        Some(Node { kind: Kind::Ident(name), .. }) => Ok(name),
        Some(node) => Err(CompileError::new(message, node.span)),
        None => Err(CompileError::new(message, 0..0)),
    }
}

fn comprehension(
    form: Form,
    range: Node,
    arguments: Vec<Node>,
    variables: usize,
) -> Result<Kind, CompileError> {
    const MESSAGE: &str = "argument must be a simple name";
    let mut arguments = arguments.into_iter();
    let first = variable(arguments.next(), MESSAGE)?;
    let second = if variables == 2 { Some(variable(arguments.next(), MESSAGE)?) } else { None };
    let mut rest: Vec<Node> = arguments.collect();
    let body =
        rest.pop().ok_or_else(|| CompileError::new("a part of the macro is missing", range.span.clone()))?;
    let condition = rest.pop();
    Ok(Kind::Comprehension(Box::new(Comprehension { form, range, first, second, condition, body })))
}

fn bind(arguments: Vec<Node>) -> Result<Kind, CompileError> {
    let mut arguments = arguments.into_iter();
    let name = variable(arguments.next(), "cel.bind() variable names must be simple identifiers")?;
    match (arguments.next(), arguments.next()) {
        (Some(value), Some(body)) => Ok(Kind::Bind { name, value: Box::new(value), body: Box::new(body) }),
        _ => Err(CompileError::new("cel.bind() takes a name, a value and a body", 0..0)),
    }
}

fn optional_map(operand: Node, name: &str, arguments: Vec<Node>) -> Result<Kind, CompileError> {
    let flat = name == "optFlatMap";
    let mut arguments = arguments.into_iter();
    let variable =
        variable(arguments.next(), &format!("{name}() variable name must be a simple identifier"))?;
    let body = arguments.next().ok_or_else(|| CompileError::new("a part of the macro is missing", 0..0))?;
    Ok(Kind::OptionalMap { operand: Box::new(operand), name: variable, body: Box::new(body), flat })
}

/// `math.greatest` and `math.least` take one or more numbers, or a list of them.
fn extreme(
    operand: Node,
    name: &str,
    arguments: Vec<Node>,
    span: Range<usize>,
) -> Result<Kind, CompileError> {
    if arguments.is_empty() {
        return Err(CompileError::new(format!("math.{name}() requires at least one argument"), operand.span));
    }
    let alone = arguments.len() == 1;
    for argument in &arguments {
        let fault = match &argument.kind {
            Kind::List(items) if alone && items.is_empty() => "invalid single argument value",
            Kind::List(_) if !alone => "simple literal arguments must be numeric",
            Kind::Literal(value) if value.as_double().is_none() => "simple literal arguments must be numeric",
            Kind::Map(_) | Kind::Struct { .. } => "simple literal arguments must be numeric",
            _ => continue,
        };
        return Err(CompileError::new(format!("math.{name}() {fault}"), argument.span.clone()));
    }
    if arguments.len() <= 2 {
        return Ok(call(Some(operand), name, arguments));
    }
    let items = arguments.into_iter().map(|node| Item { optional: false, node }).collect();
    Ok(call(Some(operand), name, vec![Node::new(Kind::List(items), span)]))
}
