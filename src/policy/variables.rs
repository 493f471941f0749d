//! Variables: `{{ expression }}` in texts and keys, replaced by their values.

use super::jmespath::json_text;
use super::references;
use super::scope::Scope;
use super::trouble::Trouble;
use regex::Regex;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// A variable with the character before it, which must not be a backslash. A pair of braces may stand inside.
static VARIABLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\})").ok());
/// `\{{ … }}`: kept as text.
static ESCAPED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\\\{\{(?:\{[^{}]*\}|[^{}])*\}\}").ok());

/// Values that contain variables are evaluated again; more rounds than this are a loop.
const MAX_ROUNDS: usize = 64;
/// Texts that grow beyond this are refused.
const MAX_LENGTH: usize = 4 << 20;

type Outcome = Result<Value, Trouble>;
type Query<'q> = &'q mut dyn FnMut(&str) -> Outcome;

/// `document` with all its variables replaced from `scope`.
///
/// # Errors
/// The first variable that has no value.
pub(crate) fn substitute(document: &Value, scope: &mut Scope) -> Outcome {
    substitute_at(document, scope, "")
}

/// As [`substitute`], for a document that stands at `path` in its rule.
pub(crate) fn substitute_at(document: &Value, scope: &mut Scope, path: &str) -> Outcome {
    let delete = scope.request.is_delete();
    let mut query = |text: &str| match delete {
        true => scope.query(&text.replace("request.object", "request.oldObject")),
        false => scope.query(text),
    };
    let document = references::resolve(document).map_err(|(_, trouble)| trouble)?;
    walk(&document, &mut query, path)
}

/// As [`substitute`], with another way to evaluate an expression.
pub(crate) fn substitute_with(document: &Value, query: Query) -> Outcome {
    walk(document, query, "")
}

/// The expressions of the variables in `text`, the innermost first.
pub(crate) fn expressions(text: &str) -> Vec<String> {
    let regex = VARIABLE.as_ref();
    let found = regex.into_iter().flat_map(|regex| regex.captures_iter(text));
    found.map(|captures| inner(&captures[2]).to_string()).collect()
}

/// `text` with a word in place of each variable.
pub(crate) fn blanked(text: &str) -> String {
    let regex = VARIABLE.as_ref();
    regex.map_or_else(|| text.to_string(), |regex| regex.replace_all(text, "${1}variable").into_owned())
}

fn walk(document: &Value, query: Query, path: &str) -> Outcome {
    match document {
        Value::String(text) => replace(text, query, path),
        Value::Array(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                list.push(walk(item, query, &format!("{path}/{index}"))?);
            }
            Ok(Value::Array(list))
        }
        Value::Object(map) => {
            let mut made = Map::with_capacity(map.len());
            for (key, value) in map {
                let key = match replace(key, query, path)? {
                    Value::String(key) => key,
                    other => json_text(&other),
                };
                let below = format!("{path}/{key}");
                made.insert(key, walk(value, query, &below)?);
            }
            Ok(Value::Object(made))
        }
        other => Ok(other.clone()),
    }
}

/// A text that is one variable and nothing else takes the variable's value and type; in a longer text other
/// values than texts are written as JSON.
fn replace(text: &str, query: Query, path: &str) -> Outcome {
    let (Some(variable), Some(escaped)) = (VARIABLE.as_ref(), ESCAPED.as_ref()) else {
        return Err(Trouble::unsupported("variables"));
    };
    let mut text = text.to_string();
    for _ in 0..MAX_ROUNDS {
        let found: Vec<(String, String)> = variable
            .captures_iter(&text)
            .map(|captures| (captures[1].to_string(), captures[2].to_string()))
            .collect();
        if found.is_empty() {
            let unescape = |captures: &regex::Captures| captures[0][1..].to_string();
            return Ok(escaped.replace_all(&text, unescape).into_owned().into());
        }
        let whole = found.len() == 1 && found[0].1 == text;
        let mut shallow = false;
        for (before, written) in found {
            let expression = inner(&written);
            let (expression, once) = match expression.strip_prefix('-') {
                Some(rest) => (rest.trim(), true),
                None => (expression, false),
            };
            shallow |= once;
            let value = evaluate(expression, query, path)?;
            if whole {
                return Ok(value);
            }
            let value = value.as_str().map_or_else(|| json_text(&value), str::to_string);
            text = text.replacen(&format!("{before}{written}"), &format!("{before}{value}"), 1);
        }
        if shallow {
            return Ok(text.into());
        }
        if text.len() > MAX_LENGTH {
            return Err(Trouble::unsupported("texts beyond 4 MiB"));
        }
    }
    Err(Trouble::unsupported("variables whose values are variables without end"))
}

fn inner(written: &str) -> &str {
    written.trim_start_matches("{{").trim_end_matches("}}").trim()
}

fn evaluate(expression: &str, query: Query, path: &str) -> Outcome {
    let expression = match expression.contains('@') && is_current(expression) {
        true => match query("target") {
            Ok(_) => here("target", path),
            Err(_) => here("request.object", path),
        },
        false => expression.to_string(),
    };
    let found = query(&expression);
    found.map_err(|trouble| trouble.while_doing(format!("failed to resolve {expression} at path {path}")))
}

/// `{{@}}`: the value at the same place of the object.
fn is_current(expression: &str) -> bool {
    expression == "@"
}

/// The expression for the field of the object that stands where `path` stands in the rule, whose first two
/// steps (`mutate/patchStrategicMerge`, `validate/pattern`) do not belong to the object.
fn here(root: &str, path: &str) -> String {
    let steps = path.trim_matches('/').split('/').map(super::pattern::bare_key);
    let mut steps: Vec<&str> = steps.collect();
    if steps.first() == Some(&"foreach") {
        steps.remove(0);
    }
    let own = steps.iter().skip(2).map(|step| match step.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".\"{step}\""),
    });
    format!("{root}{}", own.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::scope::search;
    use serde_json::json;

    fn filled(document: Value, input: Value) -> Outcome {
        substitute_with(&document, &mut |text| search(text, &input, None))
    }

    #[test]
    fn a_lone_variable_keeps_its_type() {
        let input = json!({"n": 3.0, "s": "x", "l": [1.0, "a"], "k": "key"});
        let document = json!({"{{k}}": "{{ n }}", "text": "{{n}}-{{s}}", "list": "<{{ l }}>"});
        assert_eq!(
            filled(document, input).unwrap(),
            json!({"key": 3.0, "text": "3-x", "list": "<[1,\"a\"]>"})
        );
    }

    #[test]
    fn variables_nest_and_escape() {
        let input = json!({"a": {"x": "deep"}, "k": "x", "loop": "{{loop}} "});
        assert_eq!(filled(json!("{{ a.{{k}} }}"), input.clone()).unwrap(), json!("deep"));
        assert_eq!(filled(json!("\\{{ a }} stays"), input.clone()).unwrap(), json!("{{ a }} stays"));
        assert!(filled(json!("x {{loop}}"), input.clone()).unwrap_err().unsupported.is_some());
        let trouble = filled(json!("{{ a.nope }}"), input).unwrap_err();
        assert!(trouble.missing && trouble.message.starts_with("failed to resolve a.nope at path : "));
    }
}
