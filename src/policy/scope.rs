//! What variables can see: the request, the images, and the rule's context entries, loaded when asked for.

use super::context::Operation;
use super::edit::set;
use super::jmespath::{self, Env};
use super::request::{Request, set_path};
use super::trace::Step;
use super::trouble::Trouble;
use super::values::Paths;
use super::{cluster, gofmt, images, variables};
use crate::kube::duration;
use serde_json::{Value, json};

type Outcome = Result<Value, Trouble>;

/// The JSON that queries read, with the context entries that are not loaded yet.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) request: &'a Request<'a>,
    root: Value,
    entries: Vec<Entry>,
    /// The part of the rule that is looked at: `preconditions/`, `validate/foreach/0/`.
    pub(crate) section: String,
    /// The condition that decided last, with its key as written.
    pub(crate) decided: Option<(String, String)>,
}

#[derive(Debug, Clone)]
struct Entry {
    body: Value,
    loaded: bool,
}

impl<'a> Scope<'a> {
    /// What every rule sees.
    pub(crate) fn new(request: &'a Request<'a>) -> Scope<'a> {
        let mut scope = Scope {
            request,
            root: json!({"request": {}}),
            entries: Vec::new(),
            section: String::new(),
            decided: None,
        };
        let operation = request.operation;
        scope.set_request("operation", operation.word().into());
        scope.set_request("namespace", request.subject.namespace.as_str().into());
        if operation != Operation::Delete {
            scope.set_request("object", request.subject.object.clone());
        }
        if matches!(operation, Operation::Update | Operation::Delete) {
            scope.set_request("oldObject", request.subject.object.clone());
        }
        if let Some(images) = images::of(&request.subject.object) {
            scope.root["images"] = images;
        }
        scope.add_user();
        scope.add_values(&request.values);
        scope
    }

    /// Values from a file, each at its path.
    pub(crate) fn add_values(&mut self, values: &Paths) {
        for (path, value) in values {
            self.set_path(path, value);
        }
    }

    fn set_request(&mut self, key: &str, value: Value) {
        set(&mut self.root, &["request", key], value);
    }

    fn add_user(&mut self) {
        let Some(user) = &self.request.context.user else { return };
        self.set_request("userInfo", user.info());
        self.set_request("roles", json!(user.roles));
        self.set_request("clusterRoles", json!(user.cluster_roles));
        let mut account = user.name.strip_prefix("system:serviceaccount:").unwrap_or_default().splitn(2, ':');
        let (namespace, name) = (account.next().unwrap_or_default(), account.next().unwrap_or_default());
        self.root["serviceAccountNamespace"] = namespace.into();
        self.root["serviceAccountName"] = name.into();
    }

    /// The changed object of the request, after a mutation.
    pub(crate) fn set_object(&mut self, object: &Value) {
        self.set_request("object", object.clone());
        if let Some(images) = images::of(object) {
            self.root["images"] = images;
        }
    }

    /// A value of its own at the top.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.root[name] = value;
    }

    /// A value at a dotted path (`a.b."c.d"`), as value files write it.
    fn set_path(&mut self, path: &str, value: &Value) {
        set_path(&mut self.root, path, value);
    }

    /// Make context entries available. They are evaluated when a query names them.
    pub(crate) fn declare(&mut self, entries: &Value) {
        for body in entries.as_array().into_iter().flatten() {
            self.entries.push(Entry { body: body.clone(), loaded: false });
        }
    }

    /// The value of an expression. Numbers are floats.
    ///
    /// # Errors
    /// A missing key that the expression does not forgive, a wrong expression, or a context entry that the
    /// expression names and that cannot be loaded.
    pub(crate) fn query(&mut self, expression: &str) -> Outcome {
        let found = self.query_before(expression, self.entries.len());
        self.request.trace.note(|| Step::Query {
            expression: expression.to_string(),
            value: found.clone().map_err(|trouble| trouble.message),
        });
        found
    }

    /// What comes next is this part of the rule.
    pub(crate) fn enter(&mut self, section: impl Into<String>) {
        self.section = section.into();
        self.decided = None;
    }

    fn query_before(&mut self, expression: &str, limit: usize) -> Outcome {
        for index in 0..limit {
            let name = self.entries[index].body["name"].as_str().unwrap_or_default();
            if !self.entries[index].loaded && names(expression, name) {
                self.entries[index].loaded = true;
                if let Err(trouble) = self.load(index) {
                    self.entries[index].loaded = false;
                    return Err(trouble);
                }
            }
        }
        self.search(expression, &self.root)
    }

    fn search(&self, expression: &str, input: &Value) -> Outcome {
        search(expression, input, self.request.context.facts.now)
    }

    fn load(&mut self, index: usize) -> Result<(), Trouble> {
        let body = self.entries[index].body.clone();
        let name = body["name"].as_str().unwrap_or_default();
        if let Some(variable) = body.get("variable") {
            let value = self.variable(name, variable, index)?;
            self.root[name] = value;
            return Ok(());
        }
        if let Some(wanted) = body.get("configMap") {
            return self.config_map(name, wanted, index);
        }
        if let Some(call) = body.get("apiCall") {
            return self.api_call(name, call, index);
        }
        if let Some(wanted) = body.get("globalReference") {
            return self.global_reference(name, wanted, index);
        }
        // Values given for the entry stand in for what a registry would answer.
        Ok(())
    }

    fn fill(&mut self, value: &Value, limit: usize, name: &str) -> Outcome {
        let filled = variables::substitute_with(value, &mut |text: &str| self.query_before(text, limit));
        filled.map_err(|trouble| {
            trouble.while_doing(format!("failed to substitute variables in context entry {name}"))
        })
    }

    /// Without a cluster that has ConfigMaps the value must come from a file.
    fn config_map(&mut self, name: &str, wanted: &Value, limit: usize) -> Result<(), Trouble> {
        let context = self.request.context;
        let Some(objects) = context.cluster.as_ref().filter(|_| context.has_config_maps) else {
            return Ok(());
        };
        let wanted = self.fill(wanted, limit, name)?;
        let text = |key: &str| wanted[key].as_str().unwrap_or_default();
        let found = cluster::config_map(text("namespace"), text("name"), objects);
        if found.is_none() && !self.root[name].is_null() {
            // It was given as a value.
            return Ok(());
        }
        let found = found.ok_or_else(|| {
            let place = format!("{}/{}", text("namespace"), text("name"));
            Trouble::new(format!(
                "failed to get configmap {place}: configmaps \"{}\" not found",
                text("name")
            ))
        })?;
        self.root[name] = gofmt::with_floats(&found);
        Ok(())
    }

    fn api_call(&mut self, name: &str, call: &Value, limit: usize) -> Result<(), Trouble> {
        let context = self.request.context;
        let fetching = |trouble: Trouble| trouble.while_doing("failed to fetch data for APICall");
        let service = call["service"]["url"].as_str();
        let url = call["urlPath"].as_str().or(service).unwrap_or_default();
        let method = call["method"].as_str().unwrap_or("GET");
        if context.cluster.is_none() && context.facts.http.is_empty() {
            return Ok(());
        }
        let entry = format!("{name} {url}");
        let url = self.fill(&url.into(), limit, &entry).map_err(fetching)?;
        let url = url.as_str().unwrap_or_default();
        let query = self.fill(&call["jmesPath"], limit, &entry).map_err(fetching)?;
        let answer = match (context.facts.answer(method, url), &context.cluster) {
            (Some(Ok(body)), _) => Ok(body.clone()),
            (Some(Err(status)), _) => Err(format!("HTTP {status}")),
            (None, None) => return Ok(()),
            // Where there is a network the service answers, and without one the default stands in for it.
            (None, Some(_)) if service.is_some() && !call["default"].is_null() => {
                return Err(fetching(Trouble::unsupported(format!("{method} {url}"))));
            }
            (None, Some(_)) if service.is_some() => {
                return Err(fetching(Trouble::new("a service call needs the network")));
            }
            // What the API server makes of a body or of a query is not known.
            (None, Some(_)) if method != "GET" || url.contains('?') => {
                return Err(fetching(Trouble::unsupported(format!("{method} {url}"))));
            }
            (None, Some(objects)) => cluster::get(url, objects, &context.kinds),
        };
        let default = call.get("default").filter(|value| !value.is_null()).cloned();
        let mut value = match (answer, &default) {
            (Ok(answer), _) => gofmt::with_floats(&answer),
            (Err(_), Some(default)) => gofmt::with_floats(default),
            (Err(message), None) => {
                let what = format!("failed to GET resource with raw url: {url}: {message}");
                return Err(fetching(Trouble::new(what)));
            }
        };
        if let Some(query) = query.as_str().filter(|text| !text.is_empty()) {
            value = match (self.search(query, &value), default) {
                (Ok(found), _) => found,
                (Err(trouble), Some(default)) if trouble.unsupported.is_none() => {
                    gofmt::with_floats(&default)
                }
                (Err(trouble), _) => {
                    let what = format!("failed to apply JMESPath {query} for context entry {name}");
                    return Err(trouble.while_doing(what).while_doing("failed to store data for APICall"));
                }
            };
        }
        self.root[name] = value;
        Ok(())
    }

    /// What a test gives for an entry of the global context. Without it the value must come from a file.
    fn global_reference(&mut self, name: &str, wanted: &Value, limit: usize) -> Result<(), Trouble> {
        let wanted = self.fill(wanted, limit, name)?;
        let entry = wanted["name"].as_str().unwrap_or_default();
        let Some(found) = self.request.context.facts.globals.get(entry) else { return Ok(()) };
        let found = gofmt::with_floats(found);
        self.root[name] = match wanted["jmesPath"].as_str().filter(|query| !query.is_empty()) {
            Some(query) => self.search(query, &found)?,
            None => found,
        };
        Ok(())
    }

    /// `value` and `jmesPath`, or else `default`. Nothing at all is an error.
    fn variable(&mut self, name: &str, variable: &Value, limit: usize) -> Outcome {
        let path = match variable["jmesPath"].as_str() {
            Some(text) if !text.is_empty() => {
                self.fill(&text.into(), limit, &format!("{name} {text}"))?.as_str().map(str::to_string)
            }
            _ => None,
        };
        let default = match variable.get("default") {
            Some(value) => self.fill(value, limit, name)?,
            None => Value::Null,
        };
        let found = match (variable.get("value"), &path) {
            (Some(value), None) => Ok(self.fill(value, limit, name)?),
            (Some(value), Some(path)) => {
                let value = self.fill(value, limit, name)?;
                self.search(path, &gofmt::with_floats(&value))
            }
            (None, Some(path)) => self.query_before(path, limit),
            (None, None) => Ok(Value::Null),
        };
        match found {
            Ok(Value::Null) if default.is_null() => Err(Trouble::new(format!(
                "failed to add context entry for variable {name} since it evaluated to nil"
            ))),
            Ok(Value::Null) => Ok(gofmt::with_floats(&default)),
            Ok(value) => Ok(gofmt::with_floats(&value)),
            Err(trouble) if default.is_null() || trouble.unsupported.is_some() => {
                let shown = gofmt::display(variable.get("value").unwrap_or(&Value::Null));
                let path = path.unwrap_or_default();
                Err(trouble.while_doing(format!("failed to apply jmespath {path} to variable {shown}")))
            }
            Err(_) => Ok(gofmt::with_floats(&default)),
        }
    }
}

/// An expression evaluated on a value; `now` is the time in seconds since 1970, if it is given.
pub(crate) fn search(expression: &str, input: &Value, now: Option<i64>) -> Outcome {
    let parsed = jmespath::parse(expression)
        .map_err(|error| Trouble::new(format!("incorrect query {expression}: {error}")))?;
    let found = parsed.search(input, &Env { now });
    let found = found.map_err(|error| Trouble::from(error).while_doing("JMESPath query failed"))?;
    Ok(gofmt::with_floats(&found))
}

/// Does the expression name `entry`: the word, not after a dot and not as a part of a longer word?
fn names(expression: &str, entry: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    !entry.is_empty()
        && expression.match_indices(entry).any(|(at, _)| {
            let before = expression[..at].chars().next_back();
            let after = expression[at + entry.len()..].chars().next();
            !before.is_some_and(|c| word(c) || c == '.') && !after.is_some_and(word)
        })
}

/// A duration or nothing; kept beside the scope as conditions and functions share it.
pub(crate) fn duration_text(value: &Value) -> Option<i64> {
    value.as_str().filter(|text| *text != "0").and_then(duration::parse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;
    use crate::policy::Context;

    fn with<T>(test: impl FnOnce(&mut Scope) -> T) -> T {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"n": 3}});
        let (context, resource) = (Context::default(), Resource::from_json(pod).unwrap());
        let request = Request::new(&resource, &context);
        test(&mut Scope::new(&request))
    }

    #[test]
    fn the_request_is_there() {
        with(|scope| {
            assert_eq!(scope.query("request.object.metadata.namespace").unwrap(), json!("default"));
            assert_eq!(scope.query("request.object.spec.n").unwrap(), json!(3.0));
            assert!(scope.query("request.name").unwrap_err().missing);
        });
    }

    #[test]
    fn entries_are_loaded_when_named_and_see_the_earlier_ones() {
        with(|scope| {
            scope.declare(&json!([
                {"name": "broken", "variable": {"jmesPath": "nope.nope"}},
                {"name": "a", "variable": {"value": "{{ request.object.metadata.name }}-x"}},
                {"name": "b", "variable": {"jmesPath": "join('+', [a, a])"}},
                {"name": "c", "variable": {"jmesPath": "nope", "default": 7}},
            ]));
            assert_eq!(scope.query("b").unwrap(), json!("web-x+web-x"));
            assert_eq!(scope.query("c").unwrap(), json!(7.0));
            assert!(scope.query("broken").is_err());
        });
    }

    #[test]
    fn values_stand_at_their_paths() {
        with(|scope| {
            scope.set_path("request.object.metadata.labels.\"a.b/c\"", &json!("x"));
            scope.set_path("dictionary.data.n", &json!(1));
            assert_eq!(scope.query("request.object.metadata.labels.\"a.b/c\"").unwrap(), json!("x"));
            assert_eq!(scope.query("dictionary.data").unwrap(), json!({"n": 1.0}));
        });
    }
}
