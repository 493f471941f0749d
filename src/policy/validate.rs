//! Validate rules: `deny`, `pattern`, `anyPattern` and `foreach`.

use super::conditions::{self, join};
use super::pattern::{Outcome, check_noting, has_wildcard_choice, part_for};
use super::response::{Status, Verdict};
use super::scope::Scope;
use super::trace::Step;
use super::{admission, pod_security, variables};
use serde_json::Value;

/// A rule or one item of its `foreach`: the same bodies stand in both.
struct Validator<'r> {
    name: &'r str,
    message: &'r str,
    body: &'r Value,
    /// How many `foreach` this stands in.
    depth: usize,
    /// Where the body stands in the rule: `validate/`.
    path: &'r str,
    /// Where the element stands in the object, if that is known; empty for the object itself.
    element: Option<&'r str>,
}

/// What a validate rule that matches and whose preconditions hold says. `controls` are further exclusions of
/// the Pod Security Standards. `None`: nothing after all.
pub(crate) fn rule(rule: &Value, scope: &mut Scope, controls: &[Value]) -> Option<Verdict> {
    let body = &rule["validate"];
    if present(body, "podSecurity").is_some() {
        return pod_security::rule(rule, scope, controls).map(|verdict| verdict.by("validate/podSecurity/"));
    }
    if present(body, "cel").is_some() {
        return Some(admission::rule(rule, scope).by("validate/cel/"));
    }
    if present(body, "manifests").is_some() {
        return Some(Verdict::unsupported("validate.manifests"));
    }
    // Since Kyverno 1.19 `assert` is accepted and without effect: such a rule says nothing.
    let name = rule["name"].as_str().unwrap_or_default();
    let message = body["message"].as_str().unwrap_or_default();
    Validator { name, message, body, depth: 0, path: "validate/", element: Some("") }.run(scope, None)
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
        scope.enter(format!("{}deny/conditions/", self.path));
        let verdict = match conditions::hold(&deny["conditions"], scope) {
            Ok((true, message)) => Verdict::fail(self.deny_message(&message, scope)),
            Ok((false, _)) => Verdict::pass(format!("validation rule '{}' passed.", self.name)),
            Err(trouble) => trouble.while_doing("failed to check deny conditions").verdict(),
        };
        let Some((path, key)) = scope.decided.take() else {
            return verdict.by(format!("{}deny/", self.path));
        };
        let verdict = verdict.by(path);
        match self.field(&key).filter(|_| verdict.status == Status::Fail) {
            Some(field) => verdict.at(field),
            None => verdict,
        }
    }

    /// The field that the key of a condition is, when it is nothing else: of the object, or of the element.
    fn field(&self, key: &str) -> Option<String> {
        let inner = key.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
        let root = if self.depth == 0 { "request.object." } else { "element." };
        let path = inner.strip_prefix(root)?;
        is_plain(path).then(|| format!("/{}/", path.replace('.', "/")))
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
            Err(trouble) => {
                let verdict = trouble.while_doing("variable substitution failed").verdict();
                return Some(verdict.by(self.path));
            }
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
            None => self.any(&object, patterns, scope),
        };
        Some(Verdict { unstable, ..verdict })
    }

    fn one(&self, object: &Value, pattern: &Value, scope: &mut Scope) -> Verdict {
        let name = self.name;
        let base = format!("{}pattern/", self.path);
        match laid(object, pattern, scope) {
            Outcome::Pass => Verdict::pass(format!("validation rule '{name}' passed.")),
            Outcome::Skip(reason) => Verdict::skip(reason).by(base),
            Outcome::Fail { path, reason } => {
                let what = format!("rule {name} failed at path {path}");
                let part = part_for(pattern, &path);
                Verdict::fail(self.explain(&what, &reason, scope)).at(path).by(format!("{base}{part}"))
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
    fn any(&self, object: &Value, patterns: &[Value], scope: &Scope) -> Verdict {
        let (name, mut failed, mut skipped, mut first) = (self.name, Vec::new(), Vec::new(), None);
        for (index, pattern) in patterns.iter().enumerate() {
            match laid(object, pattern, scope) {
                Outcome::Pass => {
                    return Verdict::pass(format!("validation rule '{name}' anyPattern[{index}] passed."));
                }
                Outcome::Skip(reason) => skipped.push(format!("rule {name}[{index}] skipped: {reason}")),
                Outcome::Fail { path, .. } => {
                    failed.push(format!("rule {name}[{index}] failed at path {path}"));
                    let part = part_for(pattern, &path);
                    first = first.or(Some((path, format!("{}anyPattern/{index}/{part}", self.path))));
                }
                Outcome::Error(error) => failed.push(format!("rule {name}[{index}] failed: {error}")),
            }
        }
        if failed.is_empty() {
            return Verdict::skip(skipped.join(" "));
        }
        let verdict = Verdict::fail(sentence(self.message, &failed.join(" ")));
        match first {
            Some((path, part)) => verdict.at(path).by(part),
            None => verdict.by(format!("{}anyPattern/", self.path)),
        }
    }

    /// Every entry over its list. The first failure ends it; if nothing applied at all there is no answer.
    fn foreach(&self, entries: &Value, scope: &mut Scope) -> Option<Verdict> {
        let (mut applied, mut trouble) = (0, None);
        for (index, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let path = format!("{}foreach/{index}/", self.path);
            let list = match scope.query(entry["list"].as_str().unwrap_or_default()) {
                Ok(list) => elements(list),
                Err(error) if error.missing => continue,
                Err(error) if error.unsupported.is_some() => return Some(error.verdict().by(path)),
                Err(error) => {
                    trouble = trouble.or(Some(error));
                    continue;
                }
            };
            match self.elements(entry, &list, scope, &path) {
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

    /// Where the list stands in the object, if its expression is a plain path.
    fn place(&self, list: &str) -> Option<String> {
        let (base, rest) = match list.strip_prefix("request.object.") {
            Some(rest) => ("", rest),
            None => (self.element?, list.strip_prefix("element.").filter(|_| self.depth > 0)?),
        };
        let rest = rest.strip_suffix("[]").unwrap_or(rest);
        is_plain(rest).then(|| format!("{base}/{}", rest.replace('.', "/")))
    }

    /// How many elements the entry applied to.
    fn elements(
        &self,
        entry: &Value,
        list: &[Value],
        scope: &Scope,
        path: &str,
    ) -> Result<usize, Box<Verdict>> {
        let place = self.place(entry["list"].as_str().unwrap_or_default());
        let mut applied = 0;
        for (index, element) in list.iter().enumerate().filter(|(_, element)| !element.is_null()) {
            let mut inner = scope.clone();
            add_element(&mut inner, element, index, self.depth);
            inner.declare(&entry["context"]);
            inner.enter(format!("{path}preconditions/"));
            scope.request.trace.note(|| {
                let path = path.to_string();
                Step::Element { path, index, value: element.clone() }
            });
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
            let place = place.as_ref().map(|place| format!("{place}/{index}"));
            let element_path = place.as_deref();
            let validator =
                Validator { body: entry, depth: self.depth + 1, path, element: element_path, ..*self };
            let Some(verdict) = validator.run(&mut inner, own.then_some(element)) else { continue };
            let verdict = located(verdict, entry, element_path.filter(|_| own));
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

/// Names with dots between them, and nothing else.
fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// The verdict about an element as one about the object. What a `foreach` inside says is so already.
fn located(verdict: Verdict, entry: &Value, element: Option<&str>) -> Verdict {
    match (element, present(entry, "foreach")) {
        (Some(place), None) => {
            let path = format!("{place}{}", verdict.path.as_deref().unwrap_or("/"));
            verdict.at(path)
        }
        _ => verdict,
    }
}

/// The pattern over the object, with a note of every field that is compared.
fn laid(object: &Value, pattern: &Value, scope: &Scope) -> Outcome {
    let trace = &scope.request.trace;
    check_noting(object, pattern, &mut |path, expected, actual, fits| {
        trace.note(|| Step::Field {
            path: path.to_string(),
            expected: expected.clone(),
            actual: actual.clone(),
            fits,
        });
    })
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

#[cfg(test)]
mod tests {
    use crate::kube::{Resource, read};
    use crate::policy::{Context, Policy, evaluate};

    #[test]
    fn a_list_that_cannot_be_known_is_not_forgiven_for_another_that_is() {
        let one = |text: &str| -> Resource { read(text).0.remove(0) };
        let policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {foreach: [{list: \"[time_now_utc()]\", deny: {}}, {list: \"['a']\", pattern: a}]}}]}\n";
        let policy = Policy::load(&one(policy)).unwrap();
        let pod = one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n");
        let said = evaluate(&[&policy], &pod, &Context::default()).remove(0);
        assert_eq!(said.unsupported.as_deref(), Some("time_now_utc"));
    }
}
