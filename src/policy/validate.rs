//! Validate rules: `deny`, `pattern`, `anyPattern` and `foreach`.

use super::conditions::{self, join};
use super::pattern::{Outcome, check, has_wildcard_choice};
use super::response::{Status, Verdict};
use super::scope::Scope;
use super::{admission, pod_security, variables};
use serde_json::Value;

/// A rule or one item of its `foreach`: the same bodies stand in both.
struct Validator<'r> {
    name: &'r str,
    message: &'r str,
    body: &'r Value,
    /// How many `foreach` this stands in.
    depth: usize,
}

/// What a validate rule that matches and whose preconditions hold says. `controls` are further exclusions of
/// the Pod Security Standards. `None`: nothing after all.
pub(crate) fn rule(rule: &Value, scope: &mut Scope, controls: &[Value]) -> Option<Verdict> {
    let body = &rule["validate"];
    if present(body, "podSecurity").is_some() {
        return pod_security::rule(rule, scope, controls);
    }
    if present(body, "cel").is_some() {
        return Some(admission::rule(rule, scope));
    }
    if present(body, "manifests").is_some() {
        return Some(Verdict::unsupported("validate.manifests"));
    }
    // Since Kyverno 1.19 `assert` is accepted and without effect: such a rule says nothing.
    let name = rule["name"].as_str().unwrap_or_default();
    let message = body["message"].as_str().unwrap_or_default();
    Validator { name, message, body, depth: 0 }.run(scope, None)
}

impl Validator<'_> {
    /// `element` is what patterns are laid over in a `foreach`.
    fn run(&self, scope: &mut Scope, element: Option<&Value>) -> Option<Verdict> {
        if let Some(deny) = present(self.body, "deny") {
            return Some(self.deny(deny, scope));
        }
        let pattern = present(self.body, "pattern").or_else(|| present(self.body, "anyPattern"));
        if let Some(pattern) = pattern {
            return self.pattern(pattern, scope, element);
        }
        present(self.body, "foreach").and_then(|list| self.foreach(list, scope))
    }

    fn deny(&self, deny: &Value, scope: &mut Scope) -> Verdict {
        match conditions::hold(&deny["conditions"], scope) {
            Ok((true, message)) => Verdict::fail(self.deny_message(&message, scope)),
            Ok((false, _)) => Verdict::pass(format!("validation rule '{}' passed.", self.name)),
            Err(trouble) => trouble.while_doing("failed to check deny conditions").verdict(),
        }
    }

    /// A message that cannot be filled in leaves only what the conditions said.
    fn deny_message(&self, message: &str, scope: &mut Scope) -> String {
        if self.message.is_empty() && message.is_empty() {
            return format!("validation error: rule {} failed", self.name);
        }
        match variables::substitute(&join(self.message, message).into(), scope) {
            Ok(Value::String(text)) => text,
            Ok(_) => {
                "the produced message didn't resolve to a string, check your policy definition.".to_string()
            }
            Err(_) => message.to_string(),
        }
    }

    fn pattern(&self, pattern: &Value, scope: &mut Scope, element: Option<&Value>) -> Option<Verdict> {
        let pattern = match variables::substitute(pattern, scope) {
            Ok(pattern) => pattern,
            Err(trouble) => return Some(trouble.while_doing("variable substitution failed").verdict()),
        };
        if element.is_none() && scope.request.is_delete() {
            return None;
        }
        let object = element.cloned().unwrap_or_else(|| scope.request.subject.object.clone());
        let patterns = match (self.body.get("pattern"), &pattern) {
            (None, Value::Array(patterns)) => patterns.as_slice(),
            _ => std::slice::from_ref(&pattern),
        };
        let unstable = patterns.iter().any(|pattern| has_wildcard_choice(pattern, &object));
        let verdict = match self.body.get("pattern") {
            Some(_) => self.one(&object, &pattern, scope),
            None => self.any(&object, patterns),
        };
        Some(Verdict { unstable, ..verdict })
    }

    fn one(&self, object: &Value, pattern: &Value, scope: &mut Scope) -> Verdict {
        let name = self.name;
        match check(object, pattern) {
            Outcome::Pass => Verdict::pass(format!("validation rule '{name}' passed.")),
            Outcome::Skip(reason) => Verdict::skip(reason),
            Outcome::Fail { path, reason } => {
                let what = format!("rule {name} failed at path {path}");
                Verdict::fail(self.explain(&what, &reason, scope)).at(path)
            }
            Outcome::Error(reason) => {
                let what = format!("rule {name} execution error: {reason}");
                Verdict::error(self.explain(&what, &reason, scope))
            }
        }
    }

    /// The rule's message with what happened behind it.
    fn explain(&self, what: &str, reason: &str, scope: &mut Scope) -> String {
        match variables::substitute(&self.message.into(), scope) {
            Ok(Value::String(message)) => sentence(&message, what),
            Ok(_) => sentence(self.message, what),
            Err(_) => format!(
                "validation error: variables substitution error in rule {} execution error: {reason}",
                self.name
            ),
        }
    }

    /// The first pattern that fits decides; real misfits outweigh unmet conditions.
    fn any(&self, object: &Value, patterns: &[Value]) -> Verdict {
        let (name, mut failed, mut skipped, mut first) = (self.name, Vec::new(), Vec::new(), None);
        for (index, pattern) in patterns.iter().enumerate() {
            match check(object, pattern) {
                Outcome::Pass => {
                    return Verdict::pass(format!("validation rule '{name}' anyPattern[{index}] passed."));
                }
                Outcome::Skip(reason) => skipped.push(format!("rule {name}[{index}] skipped: {reason}")),
                Outcome::Fail { path, .. } => {
                    failed.push(format!("rule {name}[{index}] failed at path {path}"));
                    first = first.or(Some(path));
                }
                Outcome::Error(error) => failed.push(format!("rule {name}[{index}] failed: {error}")),
            }
        }
        if failed.is_empty() {
            return Verdict::skip(skipped.join(" "));
        }
        Verdict { path: first, ..Verdict::fail(sentence(self.message, &failed.join(" "))) }
    }

    /// Every entry over its list. The first failure ends it; if nothing applied at all there is no answer.
    fn foreach(&self, entries: &Value, scope: &mut Scope) -> Option<Verdict> {
        let (mut applied, mut trouble) = (0, None);
        for entry in entries.as_array().into_iter().flatten() {
            let list = match scope.query(entry["list"].as_str().unwrap_or_default()) {
                Ok(list) => elements(list),
                Err(error) if error.missing => continue,
                Err(error) => {
                    trouble = trouble.or(Some(error));
                    continue;
                }
            };
            match self.elements(entry, &list, scope) {
                Ok(count) => applied += count,
                Err(verdict) => return Some(*verdict),
            }
        }
        match (applied, trouble) {
            (0, Some(trouble)) => Some(trouble.while_doing("failed to evaluate list").verdict()),
            (0, None) => None,
            _ => Some(Verdict::pass("rule passed")),
        }
    }

    /// How many elements the entry applied to.
    fn elements(&self, entry: &Value, list: &[Value], scope: &Scope) -> Result<usize, Box<Verdict>> {
        let mut applied = 0;
        for (index, element) in list.iter().enumerate().filter(|(_, element)| !element.is_null()) {
            let mut inner = scope.clone();
            add_element(&mut inner, element, index, self.depth);
            inner.declare(&entry["context"]);
            match conditions_of(entry, &mut inner) {
                Ok(true) => {}
                Ok(false) => continue,
                // A condition that cannot be evaluated skips its element.
                Err(trouble) if trouble.unsupported.is_some() => return Err(Box::new(trouble.verdict())),
                Err(_) => continue,
            }
            if entry["elementScope"] == Value::Bool(true) && !element.is_object() {
                let reason = "elementScope can only be true for an element that is a map";
                return Err(Box::new(Verdict::error(format!("failed to process foreach: {reason}"))));
            }
            let own = entry["elementScope"].as_bool().unwrap_or(element.is_object());
            let validator = Validator { body: entry, depth: self.depth + 1, ..*self };
            let Some(verdict) = validator.run(&mut inner, own.then_some(element)) else { continue };
            match verdict.status {
                Status::Pass => applied += 1,
                Status::Skip => {}
                _ if verdict.unsupported.is_some() => return Err(Box::new(verdict)),
                _ => {
                    let message = format!("validation failure: {}", verdict.message);
                    return Err(Box::new(Verdict { message, ..verdict }));
                }
            }
        }
        Ok(applied)
    }
}

fn conditions_of(entry: &Value, scope: &mut Scope) -> Result<bool, super::trouble::Trouble> {
    match present(entry, "preconditions") {
        Some(preconditions) => Ok(conditions::hold(preconditions, scope)?.0),
        None => Ok(true),
    }
}

/// A field that is there and not null.
fn present<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).filter(|value| !value.is_null())
}

/// What a `foreach` walks over: a list, or one value as a list of itself.
pub(crate) fn elements(list: Value) -> Vec<Value> {
    match list {
        Value::Array(items) => items,
        one => vec![one],
    }
}

/// `element` and `elementIndex`, also with the depth in their names.
pub(crate) fn add_element(scope: &mut Scope, element: &Value, index: usize, depth: usize) {
    scope.set("element", element.clone());
    scope.set(&format!("element{depth}"), element.clone());
    scope.set("elementIndex", index.into());
    scope.set(&format!("elementIndex{depth}"), index.into());
}

fn sentence(message: &str, what: &str) -> String {
    match message {
        "" => format!("validation error: {what}"),
        message if message.ends_with('.') => format!("validation error: {message} {what}"),
        message => format!("validation error: {message}. {what}"),
    }
}
