//! Values that stand in for what a cluster would answer: Kyverno's values files.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Values by dotted path (`request.object.metadata.name`, `dictionary."a.b"`).
pub type Paths = Map<String, Value>;

/// What a values file gives. Later layers win: for all policies, for one object of one policy, for one rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// For every policy and object.
    pub global: Paths,
    /// For single policies, by name.
    pub policies: BTreeMap<String, PolicyValues>,
}

/// The values for one policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyValues {
    /// For single objects, by name.
    pub resources: BTreeMap<String, Paths>,
    /// For single rules, by name.
    pub rules: BTreeMap<String, Paths>,
}

impl Values {
    /// The values of a decoded values file (`globalValues`, `policies`).
    pub fn read(file: &Value) -> Values {
        let policies = file["policies"].as_array().into_iter().flatten();
        let policies = policies.filter_map(|one| Some((text(&one["name"])?, PolicyValues::read(one))));
        Values { global: paths(&file["globalValues"]), policies: policies.collect() }
    }

    /// The values that hold for `resource` under `policy`.
    pub(crate) fn of(&self, policy: &str, resource: &str) -> Paths {
        let mut values = self.global.clone();
        if let Some(own) = self.policies.get(policy).and_then(|policy| policy.resources.get(resource)) {
            values.extend(own.clone());
        }
        values
    }

    /// The values of a rule; a rule made for pod controllers has those of the rule that it was made from.
    pub(crate) fn of_rule(&self, policy: &str, rule: &str) -> Option<&Paths> {
        let rules = &self.policies.get(policy)?.rules;
        let base = rule.strip_prefix("autogen-cronjob-").or_else(|| rule.strip_prefix("autogen-"));
        rules.get(rule).or_else(|| rules.get(base?))
    }
}

impl PolicyValues {
    fn read(one: &Value) -> PolicyValues {
        let named = |key: &str, read: fn(&Value) -> Paths| {
            let items = one[key].as_array().into_iter().flatten();
            items.filter_map(|item| Some((text(&item["name"])?, read(item)))).collect()
        };
        PolicyValues {
            resources: named("resources", |item| paths(&item["values"])),
            rules: named("rules", rule_values),
        }
    }
}

/// Of the lists for `foreach` the first element is used.
fn rule_values(rule: &Value) -> Paths {
    let mut values = paths(&rule["values"]);
    for (key, list) in paths(&rule["foreachValues"]) {
        values.insert(key, list[0].clone());
    }
    values
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_string)
}

fn paths(value: &Value) -> Paths {
    value.as_object().cloned().unwrap_or_default()
}
