//! The evaluation of a checked tree.

use super::ast::{Comprehension, Form, Item, Kind, Node};
use super::check::type_value;
use super::error::EvalError;
use super::facts::Facts;
use super::library;
use super::value::{Key, Value};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Nodes visited and values built in one evaluation.
const MAX_STEPS: usize = 1_000_000;

/// Where an expression finds its variables.
pub trait Activation {
    /// The value of a variable, `object` or `variables.name`; `None` if there is none.
    fn variable(&self, name: &str) -> Option<Result<Value, EvalError>>;

    /// What the libraries may know.
    fn facts(&self) -> &Facts;

    /// Takes objects that `generator.Apply` makes, where a policy may make some.
    fn generate(&self, _namespace: &str, _objects: &[Value]) -> Outcome {
        Err(EvalError::new("objects cannot be generated here"))
    }
}

pub(crate) type Outcome = Result<Value, EvalError>;

/// One evaluation.
pub(crate) struct Evaluator<'a> {
    activation: &'a dyn Activation,
    steps: Cell<usize>,
}

/// The variable of a comprehension or binding, and those around it.
struct Frame<'f> {
    name: &'f str,
    value: Value,
    outer: Option<&'f Frame<'f>>,
}

type Scope<'f> = Option<&'f Frame<'f>>;

/// The value of `root`.
pub(crate) fn evaluate(root: &Node, activation: &dyn Activation) -> Outcome {
    Evaluator { activation, steps: Cell::new(MAX_STEPS) }.node(root, None)
}

impl Evaluator<'_> {
    /// What the libraries may know.
    pub(crate) fn facts(&self) -> &Facts {
        self.activation.facts()
    }

    /// Hands objects on that an expression makes.
    pub(crate) fn generate(&self, namespace: &str, objects: &[Value]) -> Outcome {
        self.activation.generate(namespace, objects)
    }

    /// Takes `count` of the steps that are left.
    pub(crate) fn spend(&self, count: usize) -> Result<(), EvalError> {
        let left = self.steps.get().checked_sub(count).ok_or(EvalError::Limit("it takes too many steps"))?;
        self.steps.set(left);
        Ok(())
    }

    fn node(&self, node: &Node, scope: Scope<'_>) -> Outcome {
        self.spend(1)?;
        match &node.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Ident(name) => self.ident(name, scope),
            Kind::Select { operand, field, optional } => self.select(operand, field, *optional, scope),
            Kind::Has { operand, field } => has(&self.node(operand, scope)?, field),
            Kind::Index { operand, index, optional } => {
                let (operand, index) = (self.node(operand, scope)?, self.node(index, scope)?);
                element(&operand, &index, *optional)
            }
            Kind::Call { target, function, arguments } => {
                self.call(target.as_deref(), function, arguments, scope)
            }
            Kind::And(nodes) => self.junction(nodes, false, scope),
            Kind::Or(nodes) => self.junction(nodes, true, scope),
            Kind::Conditional(parts) => match self.node(&parts[0], scope)? {
                Value::Bool(true) => self.node(&parts[1], scope),
                Value::Bool(false) => self.node(&parts[2], scope),
                _ => Err(EvalError::no_overload()),
            },
            Kind::List(items) => self.list(items, scope),
            Kind::Map(entries) => self.map(entries, scope),
            Kind::Struct { name, fields } => self.structure(name, fields, scope),
            Kind::Comprehension(inner) => self.comprehension(inner, scope),
            Kind::Bind { name, value, body } => self.bind(name, value, body, scope),
            Kind::OptionalMap { operand, name, body, flat } => {
                let Value::Optional(inner) = self.node(operand, scope)? else {
                    return Err(EvalError::no_overload());
                };
                let Some(inner) = inner else { return Ok(Value::Optional(None)) };
                let frame = Frame { name, value: inner.as_ref().clone(), outer: scope };
                let result = self.node(body, Some(&frame))?;
                Ok(if *flat { result } else { Value::some(result) })
            }
        }
    }

    fn ident(&self, name: &str, scope: Scope<'_>) -> Outcome {
        let mut frame = scope;
        while let Some(current) = frame {
            if current.name == name {
                return Ok(current.value.clone());
            }
            frame = current.outer;
        }
        if let Some(found) = self.activation.variable(name) {
            return found;
        }
        match name {
            "authorizer" => Err(EvalError::unsupported("authorizer", "needs a cluster")),
            _ => type_value(name).ok_or_else(|| EvalError::new(format!("no such attribute: {name}"))),
        }
    }

    fn select(&self, operand: &Node, field: &str, optional: bool, scope: Scope<'_>) -> Outcome {
        if let Kind::Ident(name) = &operand.kind
            && name == "variables"
            && let Some(found) = self.activation.variable(&format!("variables.{field}"))
        {
            return if optional { found.map(Value::some) } else { found };
        }
        member(&self.node(operand, scope)?, field, optional)
    }

    /// `&&` or `||`: one side that decides makes the errors of the others vanish.
    fn junction(&self, nodes: &[Node], decides: bool, scope: Scope<'_>) -> Outcome {
        let mut fault = None;
        for node in nodes {
            match self.node(node, scope) {
                Ok(Value::Bool(flag)) if flag == decides => return Ok(Value::Bool(decides)),
                Ok(Value::Bool(_)) => {}
                Ok(_) => fault = graver(fault, EvalError::no_overload()),
                Err(limit @ EvalError::Limit(_)) => return Err(limit),
                Err(error) => fault = graver(fault, error),
            }
        }
        fault.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn bind(&self, name: &str, value: &Node, body: &Node, scope: Scope<'_>) -> Outcome {
        // The value is needed only where the body asks for it; an error in one that is not used does not count.
        match self.node(value, scope) {
            Ok(value) => self.node(body, Some(&Frame { name, value, outer: scope })),
            Err(error) if mentions(body, name) => Err(error),
            Err(_) => self.node(body, scope),
        }
    }

    fn list(&self, items: &[Item], scope: Scope<'_>) -> Outcome {
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            list.extend(self.item(item, scope)?);
        }
        Ok(Value::List(Arc::new(list)))
    }

    /// The value of an element; none for an optional one that is empty.
    fn item(&self, item: &Item, scope: Scope<'_>) -> Result<Option<Value>, EvalError> {
        match (item.optional, self.node(&item.node, scope)?) {
            (false, value) => Ok(Some(value)),
            (true, Value::Optional(inner)) => Ok(inner.map(|inner| inner.as_ref().clone())),
            (true, _) => Err(EvalError::new("cannot initialize optional entry from non-optional value")),
        }
    }

    fn map(&self, entries: &[(Node, Item)], scope: Scope<'_>) -> Outcome {
        let mut map = BTreeMap::new();
        for (key, item) in entries {
            let key = self.node(key, scope)?;
            let key = Key::from_value(&key).ok_or_else(|| EvalError::new("unsupported key type"))?;
            let Some(value) = self.item(item, scope)? else { continue };
            if map.insert(key.clone(), value).is_some() {
                return Err(EvalError::new(format!("Failed with repeated key: {key}")));
            }
        }
        Ok(Value::Map(Arc::new(map)))
    }

    fn structure(&self, name: &str, fields: &[(String, Item)], scope: Scope<'_>) -> Outcome {
        let mut map = BTreeMap::new();
        for (field, item) in fields {
            if let Some(value) = self.item(item, scope)? {
                map.insert(Key::from(field.as_str()), value);
            }
        }
        Ok(Value::Struct(name.into(), Arc::new(map)))
    }

    fn call(&self, target: Option<&Node>, function: &str, arguments: &[Node], scope: Scope<'_>) -> Outcome {
        let mut values = Vec::with_capacity(arguments.len() + 1);
        for node in target.into_iter().chain(arguments) {
            values.push(self.node(node, scope)?);
        }
        let result = library::call(self, function, target.is_some(), &values)?;
        self.spend(result.size())?;
        Ok(result)
    }

    fn comprehension(&self, inner: &Comprehension, scope: Scope<'_>) -> Outcome {
        let range = self.node(&inner.range, scope)?;
        let elements = elements(&range, inner.second.is_some())?;
        self.spend(elements.len())?;
        let mut collector = Collector::new(inner.form);
        for (first, second) in elements {
            let key = Frame { name: &inner.first, value: first, outer: scope };
            let pair = inner.second.as_ref().map(|name| Frame {
                name,
                value: second.unwrap_or(Value::Null),
                outer: Some(&key),
            });
            let scope = Some(pair.as_ref().unwrap_or(&key));
            if let Some(condition) = &inner.condition {
                match self.node(condition, scope)? {
                    Value::Bool(true) => {}
                    Value::Bool(false) => continue,
                    _ => return Err(EvalError::no_overload()),
                }
            }
            if collector.add(&key.value, self.node(&inner.body, scope))? {
                break;
            }
        }
        collector.finish()
    }
}

/// What a comprehension has gathered so far.
struct Collector {
    form: Form,
    count: usize,
    fault: Option<EvalError>,
    list: Vec<(Value, Value)>,
    map: BTreeMap<Key, Value>,
}

impl Collector {
    fn new(form: Form) -> Collector {
        Collector { form, count: 0, fault: None, list: Vec::new(), map: BTreeMap::new() }
    }

    /// Takes the result for one element; true if the rest need not be looked at.
    fn add(&mut self, key: &Value, result: Outcome) -> Result<bool, EvalError> {
        let decides = self.form == Form::Exists;
        match self.form {
            Form::All | Form::Exists => match result {
                Ok(Value::Bool(flag)) if flag == decides => {
                    self.count = 1;
                    return Ok(true);
                }
                Ok(Value::Bool(_)) => {}
                Ok(_) => self.fault = graver(self.fault.take(), EvalError::no_overload()),
                Err(limit @ EvalError::Limit(_)) => return Err(limit),
                Err(error) => self.fault = graver(self.fault.take(), error),
            },
            Form::ExistsOne | Form::Filter => match result? {
                Value::Bool(true) => {
                    self.count += 1;
                    self.list.push((Value::Null, key.clone()));
                }
                Value::Bool(false) => {}
                _ => return Err(EvalError::no_overload()),
            },
            Form::List => self.list.push((Value::Null, result?)),
            Form::SortBy => self.list.push((result?, key.clone())),
            Form::Map => {
                let key = Key::from_value(key).ok_or_else(EvalError::no_overload)?;
                self.map.insert(key, result?);
            }
            Form::Entries => {
                let Value::Map(entries) = result? else { return Err(EvalError::no_overload()) };
                for (key, value) in entries.iter() {
                    if self.map.insert(key.clone(), value.clone()).is_some() {
                        return Err(EvalError::new(format!("insert failed: key '{key}' already exists")));
                    }
                }
            }
        }
        Ok(false)
    }

    fn finish(mut self) -> Outcome {
        match (self.form, self.fault.take()) {
            (Form::All | Form::Exists, _) if self.count == 1 => Ok(Value::Bool(self.form == Form::Exists)),
            (_, Some(fault)) => Err(fault),
            (Form::All, None) => Ok(Value::Bool(true)),
            (Form::Exists, None) => Ok(Value::Bool(false)),
            (Form::ExistsOne, None) => Ok(Value::Bool(self.count == 1)),
            (Form::Map | Form::Entries, None) => Ok(Value::Map(Arc::new(self.map))),
            (Form::SortBy, None) => library::sort_pairs(self.list),
            (Form::Filter | Form::List, None) => {
                Ok(Value::list(self.list.into_iter().map(|(_, value)| value)))
            }
        }
    }
}

/// Of two errors the one that says less about the outcome: what is unsupported must not look like a verdict.
fn graver(earlier: Option<EvalError>, later: EvalError) -> Option<EvalError> {
    Some(match (earlier, later) {
        (None, later) => later,
        (Some(EvalError::Error(_)), unknown @ EvalError::Unsupported { .. }) => unknown,
        (Some(earlier), _) => earlier,
    })
}

/// Does `node` use the variable `name`?
fn mentions(node: &Node, name: &str) -> bool {
    match &node.kind {
        Kind::Ident(found) => found == name,
        kind => kind.children().into_iter().any(|child| mentions(child, name)),
    }
}

/// What a comprehension goes over: pairs of index or key and value for two variables, else one value.
fn elements(range: &Value, pairs: bool) -> Result<Vec<(Value, Option<Value>)>, EvalError> {
    match range {
        Value::List(items) if pairs => {
            let indexed = items.iter().enumerate();
            Ok(indexed.map(|(at, item)| (index_value(at), Some(item.clone()))).collect())
        }
        Value::List(items) => Ok(items.iter().map(|item| (item.clone(), None)).collect()),
        Value::Map(map) => Ok(map.iter().map(|(key, value)| (key.to_value(), Some(value.clone()))).collect()),
        other => Err(EvalError::new(format!("got '{}', expected iterable type", other.type_name()))),
    }
}

pub(crate) fn index_value(at: usize) -> Value {
    Value::Int(i64::try_from(at).unwrap_or(i64::MAX))
}

/// `operand.field`, `operand.?field`; on an optional it gives an optional.
fn member(operand: &Value, field: &str, optional: bool) -> Outcome {
    match operand {
        Value::Map(map) | Value::Struct(_, map) => match map.get(&Key::from(field)) {
            Some(found) if optional => Ok(Value::some(found.clone())),
            Some(found) => Ok(found.clone()),
            None if optional => Ok(Value::Optional(None)),
            None => Err(EvalError::no_key(field)),
        },
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => member(inner, field, true),
        Value::List(_) => Err(EvalError::new("unsupported index type 'string' in list")),
        _ if optional => Ok(Value::Optional(None)),
        _ => Err(EvalError::no_key(field)),
    }
}

fn has(operand: &Value, field: &str) -> Outcome {
    match operand {
        Value::Map(map) | Value::Struct(_, map) => Ok(map.contains_key(&Key::from(field)).into()),
        Value::Optional(None) => Ok(false.into()),
        Value::Optional(Some(inner)) => has(inner, field),
        Value::List(_) => Err(EvalError::new("unsupported index type 'string' in list")),
        _ => Ok(false.into()),
    }
}

/// `operand[index]`, `operand[?index]`; on an optional it gives an optional.
pub(crate) fn element(operand: &Value, index: &Value, optional: bool) -> Outcome {
    let found = match operand {
        Value::List(items) => {
            let Some(at) = index.as_whole() else {
                let message = format!("unsupported index type '{}' in list", index.type_name());
                return if optional { Ok(Value::Optional(None)) } else { Err(EvalError::new(message)) };
            };
            let found = usize::try_from(at).ok().and_then(|at| items.get(at));
            found.ok_or_else(|| EvalError::new(format!("index out of bounds: {at}")))
        }
        Value::Map(map) => Value::get(map, index).ok_or_else(|| EvalError::no_key(super::text::plain(index))),
        Value::Optional(None) => return Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => return element(inner, index, true),
        _ if optional => return Ok(Value::Optional(None)),
        _ => Err(EvalError::no_key(super::text::plain(index))),
    };
    match (found, optional) {
        (Ok(found), true) => Ok(Value::some(found.clone())),
        (Ok(found), false) => Ok(found.clone()),
        (Err(_), true) => Ok(Value::Optional(None)),
        (Err(error), false) => Err(error),
    }
}
