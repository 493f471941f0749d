//! The type checker: what can be said about an expression before any object is seen.
//!
//! It refuses what Kyverno refuses at load: unknown names, functions without a fitting overload, literals of mixed types,
//! constant arguments that cannot be converted. It also settles which calls are functions of a namespace, `math.round`.

use super::ast::{Comprehension, Form, Item, Kind, Node};
use super::environment::{Environment, Libraries};
use super::error::CompileError;
use super::library;
use super::types::{AUTHORIZER, Bindings, RESOURCE_CHECK, Signature, Type};
use super::value::Value;
use std::ops::Range;

/// Checks `node` and gives its type.
pub(crate) fn check(node: &mut Node, environment: &Environment) -> Result<Type, CompileError> {
    let mut checker = Checker { environment, locals: Vec::new(), bindings: Bindings::default(), mixed: 0 };
    let found = checker.node(node)?;
    Ok(checker.bindings.resolve(&found, true))
}

struct Checker<'e> {
    environment: &'e Environment,
    locals: Vec<(String, Type)>,
    bindings: Bindings,
    /// Above zero inside the arguments of `format`, where a list may hold several types.
    mixed: usize,
}

type Checked = Result<Type, CompileError>;

impl Checker<'_> {
    fn node(&mut self, node: &mut Node) -> Checked {
        let span = node.span.clone();
        match &mut node.kind {
            Kind::Literal(value) => Ok(literal(value)),
            Kind::Ident(name) => self.ident(name, span),
            Kind::Select { operand, field, optional } => {
                let optional = *optional;
                self.select(operand, field, optional, span)
            }
            Kind::Has { operand, field } => self.select(operand, field, false, span).map(|_| Type::Bool),
            Kind::Index { operand, index, optional } => {
                let (operand, index) = (self.node(operand)?, self.node(index)?);
                Ok(wrapped(self.index(&operand, &index, &span)?, *optional))
            }
            Kind::Call { .. } => self.call(node),
            Kind::And(nodes) | Kind::Or(nodes) => {
                for node in nodes {
                    self.expect_bool(node)?;
                }
                Ok(Type::Bool)
            }
            Kind::Conditional(parts) => self.conditional(parts, span),
            Kind::List(items) => {
                let item = self.uniform(items.iter_mut().map(|item| (item.optional, &mut item.node)))?;
                Ok(Type::list(item))
            }
            Kind::Map(entries) => self.map(entries),
            Kind::Struct { name, fields } => self.structure(name, fields, span),
            Kind::Comprehension(inner) => self.comprehension(inner, span),
            Kind::Bind { .. } if self.environment.libraries == Libraries::Kubernetes => {
                Err(undeclared("cel", span))
            }
            Kind::Bind { name, value, body } => {
                let value = self.node(value)?;
                self.with(name.clone(), value, body)
            }
            Kind::OptionalMap { operand, name, body, flat } => {
                let inner =
                    self.inside_optional(operand, if *flat { "optFlatMap" } else { "optMap" }, span)?;
                let flat = *flat;
                let result = self.with(name.clone(), inner, body)?;
                Ok(if flat { result } else { Type::optional(result) })
            }
        }
    }

    /// What an optional holds.
    fn inside_optional(&mut self, operand: &mut Node, function: &str, span: Range<usize>) -> Checked {
        match self.node(operand)? {
            Type::Optional(inner) => Ok(*inner),
            Type::Dyn => Ok(Type::Dyn),
            other => Err(no_overload(function, Some(&other), &[], span)),
        }
    }

    fn with(&mut self, name: String, found: Type, body: &mut Node) -> Checked {
        self.locals.push((name, found));
        let result = self.node(body);
        self.locals.pop();
        result
    }

    fn ident(&self, name: &str, span: Range<usize>) -> Checked {
        let local = self.locals.iter().rev().find(|(known, _)| known == name).map(|(_, found)| found.clone());
        let known = local.or_else(|| self.environment.variable(name).cloned());
        let known = known.or_else(|| type_value(name).map(|_| Type::Type));
        known.ok_or_else(|| undeclared(name, span))
    }

    fn select(&mut self, operand: &mut Node, field: &str, optional: bool, span: Range<usize>) -> Checked {
        if let Kind::Ident(name) = &operand.kind
            && name == "variables"
            && !self.locals.iter().any(|(local, _)| local == name)
        {
            let found = self.environment.variable(&format!("variables.{field}")).cloned();
            let found = found.ok_or_else(|| CompileError::new(format!("undefined field '{field}'"), span))?;
            return Ok(if optional { Type::optional(found) } else { found });
        }
        let operand = self.node(operand)?;
        Ok(wrapped(self.field(&operand, field, &span)?, optional))
    }

    fn field(&self, operand: &Type, field: &str, span: &Range<usize>) -> Checked {
        match self.bindings.resolve(operand, false) {
            Type::Dyn | Type::Param(_) => Ok(Type::Dyn),
            Type::Map(_, value) => Ok(*value),
            Type::Opaque(AUTHORIZER) if field == "requestResource" => Ok(Type::Opaque(RESOURCE_CHECK)),
            Type::Optional(inner) => Ok(wrapped(self.field(&inner, field, span)?, true)),
            Type::Object(name) => Environment::field(&name, field)
                .ok_or_else(|| CompileError::new(format!("undefined field '{field}'"), span.clone())),
            other => Err(CompileError::new(
                format!("type '{other}' does not support field selection"),
                span.clone(),
            )),
        }
    }

    fn index(&mut self, operand: &Type, index: &Type, span: &Range<usize>) -> Checked {
        match self.bindings.resolve(operand, false) {
            Type::Dyn | Type::Param(_) => Ok(Type::Dyn),
            Type::List(item) if self.bindings.assign(index, &Type::Int) => Ok(*item),
            Type::Map(key, value) if self.bindings.assign(index, &key) => Ok(*value),
            Type::Optional(inner) => Ok(wrapped(self.index(&inner, index, span)?, true)),
            other => {
                Err(no_overload("_[_]", None, &[other, self.bindings.resolve(index, true)], span.clone()))
            }
        }
    }

    fn expect_bool(&mut self, node: &mut Node) -> Result<(), CompileError> {
        let found = self.node(node)?;
        if self.bindings.assign(&found, &Type::Bool) {
            return Ok(());
        }
        let found = self.bindings.resolve(&found, true);
        Err(CompileError::new(format!("expected type 'bool' but found '{found}'"), node.span.clone()))
    }

    fn conditional(&mut self, parts: &mut [Node; 3], span: Range<usize>) -> Checked {
        let [condition, then, other] = parts;
        let (condition, then, other) = (self.node(condition)?, self.node(then)?, self.node(other)?);
        let result = self.bindings.fresh();
        let fits = self.bindings.assign(&condition, &Type::Bool)
            && self.bindings.assign(&then, &result)
            && self.bindings.assign(&other, &result);
        if !fits {
            let shown = [condition, then, other].map(|found| self.bindings.resolve(&found, true));
            return Err(no_overload("_?_:_", None, &shown, span));
        }
        Ok(self.bindings.resolve(&result, false))
    }

    /// The common type of some elements; in most environments they must all be of one type.
    fn uniform<'n>(&mut self, nodes: impl Iterator<Item = (bool, &'n mut Node)>) -> Checked {
        let mut joined: Option<Type> = None;
        let mut all = Vec::new();
        for (optional, node) in nodes {
            let found = self.node(node)?;
            let found = match (optional, self.bindings.resolve(&found, false)) {
                (false, found) => found,
                (true, Type::Optional(inner)) => *inner,
                (true, Type::Dyn) => Type::Dyn,
                (true, other) => {
                    let message = format!("expected type 'optional_type(dyn)' but found '{other}'");
                    return Err(CompileError::new(message, node.span.clone()));
                }
            };
            all.push((found.clone(), node.span.clone()));
            joined = Some(match joined {
                Some(joined) => self.bindings.join(&joined, &found),
                None => found,
            });
        }
        if self.environment.uniform_literals && self.mixed == 0 {
            self.same_type(&all)?;
        }
        Ok(joined.unwrap_or_else(|| self.bindings.fresh()))
    }

    fn same_type(&self, all: &[(Type, Range<usize>)]) -> Result<(), CompileError> {
        let resolved = |found: &Type| self.bindings.resolve(found, true);
        let Some(first) = all.first().map(|(found, _)| resolved(found)) else { return Ok(()) };
        match all.iter().map(|(found, span)| (resolved(found), span)).find(|(found, _)| *found != first) {
            Some((found, span)) => {
                Err(CompileError::new(format!("expected type '{first}' but found '{found}'"), span.clone()))
            }
            None => Ok(()),
        }
    }

    fn map(&mut self, entries: &mut [(Node, Item)]) -> Checked {
        let key = self.uniform(entries.iter_mut().map(|(key, _)| (false, key)))?;
        let value = self.uniform(entries.iter_mut().map(|(_, item)| (item.optional, &mut item.node)))?;
        Ok(Type::map(key, value))
    }

    fn structure(&mut self, name: &str, fields: &mut [(String, Item)], span: Range<usize>) -> Checked {
        if !self.environment.constructs(name) {
            return Err(undeclared(name, span));
        }
        for (field, item) in fields {
            if name == "JSONPatch" && !["op", "path", "from", "value"].contains(&field.as_str()) {
                return Err(CompileError::new(format!("undefined field '{field}'"), item.node.span.clone()));
            }
            self.node(&mut item.node)?;
        }
        Ok(Type::Object(name.to_owned()))
    }

    fn comprehension(&mut self, inner: &mut Comprehension, span: Range<usize>) -> Checked {
        let range = self.node(&mut inner.range)?;
        let (key, value) = match self.bindings.resolve(&range, false) {
            Type::Dyn | Type::Param(_) => (Type::Dyn, Type::Dyn),
            Type::List(item) if inner.second.is_some() => (Type::Int, *item),
            Type::List(item) => (*item, Type::Dyn),
            Type::Map(key, value) => (*key, *value),
            other => {
                let message = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                return Err(CompileError::new(message, inner.range.span.clone()));
            }
        };
        let depth = self.locals.len();
        self.locals.push((inner.first.clone(), key.clone()));
        if let Some(second) = &inner.second {
            self.locals.push((second.clone(), value));
        }
        let result = self.comprehension_body(inner, &range, key, span);
        self.locals.truncate(depth);
        result
    }

    fn comprehension_body(
        &mut self,
        inner: &mut Comprehension,
        range: &Type,
        key: Type,
        span: Range<usize>,
    ) -> Checked {
        if let Some(condition) = &mut inner.condition {
            self.expect_bool(condition)?;
        }
        let body = self.node(&mut inner.body)?;
        let wants_bool = matches!(inner.form, Form::All | Form::Exists | Form::ExistsOne | Form::Filter);
        if wants_bool && !self.bindings.assign(&body, &Type::Bool) {
            let body = self.bindings.resolve(&body, true);
            return Err(CompileError::new(
                format!("expected type 'bool' but found '{body}'"),
                inner.body.span.clone(),
            ));
        }
        Ok(match inner.form {
            Form::All | Form::Exists | Form::ExistsOne => Type::Bool,
            Form::Filter | Form::SortBy => match self.bindings.resolve(range, false) {
                Type::Map(key, _) => Type::list(*key),
                Type::List(item) => Type::List(item),
                _ => Type::list(Type::Dyn),
            },
            Form::List => Type::list(body),
            Form::Map => match self.bindings.resolve(range, false) {
                Type::Dyn | Type::Param(_) => Type::map(Type::Dyn, body),
                _ => Type::map(key, body),
            },
            Form::Entries => match self.bindings.resolve(&body, false) {
                found @ Type::Map(..) => found,
                Type::Dyn => Type::map(Type::Dyn, Type::Dyn),
                other => return Err(no_overload("transformMapEntry", None, &[other], span)),
            },
        })
    }

    fn call(&mut self, node: &mut Node) -> Checked {
        self.settle_namespace(node);
        let span = node.span.clone();
        let Kind::Call { target, function, arguments } = &mut node.kind else { return Ok(Type::Dyn) };
        let function = function.clone();
        let receiver = match target {
            Some(target) => Some(self.node(target)?),
            None => None,
        };
        let is_format = function == "format" && receiver.is_some();
        self.mixed += usize::from(is_format);
        let mut found = Vec::with_capacity(arguments.len());
        for argument in arguments.iter_mut() {
            found.push(self.node(argument)?);
        }
        self.mixed -= usize::from(is_format);
        let result = self.overload(&function, receiver.as_ref(), &found, &span)?;
        if is_format && let (Some(target), [list]) = (target, arguments.as_slice()) {
            super::text::check_format(target, list)?;
        }
        fold(&function, node)?;
        Ok(result)
    }

    /// Turns `math.round(x)` into a call of the function `math.round`.
    fn settle_namespace(&self, node: &mut Node) {
        let Kind::Call { target, function, .. } = &mut node.kind else { return };
        let Some(Kind::Ident(namespace)) = target.as_ref().map(|target| &target.kind) else { return };
        let full = format!("{namespace}.{function}");
        let is_local = self.locals.iter().any(|(local, _)| local == namespace);
        if !is_local && library::has_global(&full, self.environment.libraries) {
            *function = full;
            *target = None;
        }
    }

    fn overload(
        &mut self,
        function: &str,
        receiver: Option<&Type>,
        arguments: &[Type],
        span: &Range<usize>,
    ) -> Checked {
        let candidates: Vec<&Signature> =
            library::signatures(function, receiver.is_some(), self.environment.libraries).collect();
        if candidates.is_empty() {
            return Err(undeclared(function, span.clone()));
        }
        let given: Vec<&Type> = receiver.into_iter().chain(arguments).collect();
        let mut result: Option<Type> = None;
        for candidate in candidates.into_iter().filter(|candidate| candidate.parameters.len() == given.len())
        {
            let before = self.bindings.clone();
            let signature = self.bindings.instantiate(candidate);
            let fits =
                given.iter().zip(&signature.parameters).all(|(from, to)| self.bindings.assign(from, to));
            if !fits {
                self.bindings = before;
                continue;
            }
            let found = self.bindings.resolve(&signature.result, false);
            result = Some(match result {
                Some(earlier) if earlier != found => Type::Dyn,
                _ => found,
            });
        }
        result.ok_or_else(|| {
            let shown: Vec<Type> = arguments.iter().map(|found| self.bindings.resolve(found, true)).collect();
            let receiver = receiver.map(|found| self.bindings.resolve(found, true));
            no_overload(function, receiver.as_ref(), &shown, span.clone())
        })
    }
}

/// `found` as an optional, if that is asked for and it is none yet.
fn wrapped(found: Type, optional: bool) -> Type {
    if optional && !matches!(found, Type::Optional(_)) { Type::optional(found) } else { found }
}

fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Uint(_) => Type::Uint,
        Value::Double(_) => Type::Double,
        Value::String(_) => Type::String,
        Value::Bytes(_) => Type::Bytes,
        Value::Type(_) => Type::Type,
        Value::Duration(_) => Type::Duration,
        Value::Timestamp(_) => Type::Timestamp,
        _ => Type::Dyn,
    }
}

/// The type that a bare name stands for.
pub(crate) fn type_value(name: &str) -> Option<Value> {
    let full = match name {
        "bool" | "int" | "uint" | "double" | "string" | "bytes" | "list" | "map" | "null_type" | "type"
        | "optional_type" => name,
        _ => return None,
    };
    Some(Value::Type(full.into()))
}

fn undeclared(name: &str, span: Range<usize>) -> CompileError {
    CompileError::new(format!("undeclared reference to '{name}'"), span)
}

fn no_overload(
    function: &str,
    receiver: Option<&Type>,
    arguments: &[Type],
    span: Range<usize>,
) -> CompileError {
    let arguments: Vec<String> = arguments.iter().map(Type::to_string).collect();
    let receiver = receiver.map(|receiver| format!("{receiver}.")).unwrap_or_default();
    let message = format!(
        "found no matching overload for '{function}' applied to '{receiver}({})'",
        arguments.join(", ")
    );
    CompileError::new(message, span)
}

/// Conversions of constants are made at load, so that what cannot be converted is found there; patterns are compiled.
fn fold(function: &str, node: &mut Node) -> Result<(), CompileError> {
    let Kind::Call { target, arguments, .. } = &node.kind else { return Ok(()) };
    let constant = |node: &Node| match &node.kind {
        Kind::Literal(value) => Some(value.clone()),
        _ => None,
    };
    let pattern = match (function, target, arguments.as_slice()) {
        ("matches" | "find" | "findAll", Some(_), [pattern, ..]) | ("matches", None, [_, pattern]) => {
            constant(pattern)
        }
        _ => None,
    };
    if let Some(Value::String(pattern)) = pattern
        && let Err(error) = crate::policy::regexp::compile(&pattern)
    {
        return Err(CompileError::new(error, node.span.clone()));
    }
    let converts = matches!(
        function,
        "bool" | "bytes" | "double" | "duration" | "int" | "string" | "timestamp" | "uint"
    );
    let [argument] = arguments.as_slice() else { return Ok(()) };
    let Some(value) = constant(argument).filter(|_| converts && target.is_none()) else { return Ok(()) };
    match library::convert(function, &value) {
        Ok(value) => {
            node.kind = Kind::Literal(value);
            Ok(())
        }
        Err(error) => Err(CompileError::new(error.to_string(), argument.span.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Environment, compile};

    fn refused(expression: &str) -> String {
        compile(expression, &Environment::kyverno())
            .map_or_else(|error| error.message, |found| found.kind().to_string())
    }

    #[test]
    fn types_are_found_before_evaluation() {
        assert_eq!(refused("1 < 1.5"), "bool");
        assert_eq!(refused("object.spec.x"), "dyn");
        assert_eq!(refused("object.spec.x ? true : object.spec.y"), "dyn");
        assert_eq!(refused("[1, 2].map(x, string(x))"), "list(string)");
        assert_eq!(refused("{'a': [1]}.a[0]"), "int");
    }

    #[test]
    fn what_cannot_hold_is_refused() {
        assert!(refused("1u == 1").contains("no matching overload"));
        assert!(refused("['a', 1]").contains("expected type 'string' but found 'int'"));
        assert!(refused("foo").contains("undeclared reference"));
        assert!(
            refused("int('a')").contains("cannot be converted") || refused("int('a')").contains("invalid")
        );
        assert!(refused("'x'.matches('(')").contains("regexp"));
    }
}
