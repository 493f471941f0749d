//! Label selectors: `matchLabels` and `matchExpressions`, by the rules of the API server.

use serde_json::Value;
use std::collections::BTreeMap;

/// Labels by key.
pub type Labels = BTreeMap<String, String>;

/// A label selector that keeps Kubernetes' rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Selector {
    /// The selector that `value` (a JSON object with `matchLabels` and `matchExpressions`) writes.
    ///
    /// # Errors
    /// The first key, value or operator that the API server would refuse, as one phrase.
    pub fn parse(value: &Value) -> Result<Selector, String> {
        let mut requirements = Vec::new();
        for (key, label) in value["matchLabels"].as_object().into_iter().flatten() {
            let label = label.as_str().ok_or_else(|| format!("the value of label {key} is not text"))?;
            requirements.push(Requirement::new(key, "In", vec![label.to_string()])?);
        }
        for expression in value["matchExpressions"].as_array().into_iter().flatten() {
            let text = |key: &str| expression[key].as_str().unwrap_or_default();
            let values = expression["values"].as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_str).map(str::to_string).collect();
            requirements.push(Requirement::new(text("key"), text("operator"), values)?);
        }
        Ok(Selector { requirements })
    }

    /// Do `labels` meet every requirement? A selector without requirements selects everything.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Does it ask for nothing?
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Requirement {
    fn new(key: &str, operator: &str, values: Vec<String>) -> Result<Requirement, String> {
        if !is_key(key) {
            return Err(format!("{key:?} is not a valid label key"));
        }
        if let Some(value) = values.iter().find(|value| !is_value(value)) {
            return Err(format!("{value:?} is not a valid label value"));
        }
        let operator = match operator {
            "In" | "NotIn" if values.is_empty() => {
                return Err(format!("operator {operator} needs at least one value"));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                return Err(format!("operator {operator} takes no values"));
            }
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            _ => return Err(format!("{operator:?} is not a valid label selector operator")),
        };
        Ok(Requirement { key: key.to_string(), operator, values })
    }

    fn matches(&self, labels: &Labels) -> bool {
        let label = labels.get(&self.key);
        let listed = label.is_some_and(|label| self.values.contains(label));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
        }
    }
}

/// Is `text` a label key: a name of at most 63 characters, optionally below a DNS name and a slash?
pub fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_name(prefix) && !name.is_empty() && is_value(name),
        None => !text.is_empty() && is_value(text),
    }
}

/// Is `text` a label value: empty, or at most 63 letters, digits, `-`, `_` and `.` with a letter or digit at
/// both ends?
pub fn is_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.is_empty()
        || (text.len() <= 63 && text.chars().all(inner) && text.starts_with(edge) && text.ends_with(edge))
}

fn is_dns_name(text: &str) -> bool {
    let part = |part: &str| {
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(edge) && part.ends_with(edge) && part.chars().all(|c| edge(c) || c == '-')
    };
    text.len() <= 253 && text.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn every_requirement_must_hold() {
        let selector = Selector::parse(&json!({
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "tier", "operator": "NotIn", "values": ["db"]},
                {"key": "a.b/c", "operator": "Exists"},
            ],
        }))
        .unwrap();
        assert!(selector.matches(&labels(&[("app", "web"), ("a.b/c", "")])));
        assert!(!selector.matches(&labels(&[("app", "web"), ("a.b/c", ""), ("tier", "db")])));
        assert!(!selector.matches(&labels(&[("a.b/c", "")])));
    }

    #[test]
    fn what_the_api_server_refuses_is_refused() {
        let refused = [
            json!({"matchLabels": {"app": "bad value!"}}),
            json!({"matchLabels": {"a*": "x"}}),
            json!({"matchExpressions": [{"key": "a", "operator": "In", "values": []}]}),
            json!({"matchExpressions": [{"key": "a", "operator": "Bad"}]}),
        ];
        assert!(refused.iter().all(|selector| Selector::parse(selector).is_err()));
    }
}
