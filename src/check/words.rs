//! `match` and `exclude` of a rule in words.

use serde_json::Value;

/// One line for each block: "Pod in namespaces prod-*, on CREATE". Blocks of `any` stand alone; those of
/// `all` begin with "and" from the second on.
pub(super) fn blocks(rule_part: &Value) -> Vec<String> {
    let list = |key: &str| rule_part[key].as_array().cloned().unwrap_or_default();
    let (any, all) = (list("any"), list("all"));
    if !any.is_empty() {
        return any.iter().map(block).collect();
    }
    if !all.is_empty() {
        let joined = |(index, one): (usize, &Value)| {
            if index == 0 { block(one) } else { format!("and {}", block(one)) }
        };
        return all.iter().enumerate().map(joined).collect();
    }
    let only = block(rule_part);
    if only == ANYTHING { Vec::new() } else { vec![only] }
}

const ANYTHING: &str = "anything";

fn block(block: &Value) -> String {
    let resources = &block["resources"];
    let kinds = texts(&resources["kinds"]);
    let mut line = if kinds.is_empty() { ANYTHING.to_string() } else { kinds.join(", ") };
    let mut names = texts(&resources["names"]);
    names.extend(resources["name"].as_str().map(str::to_string));
    let parts = [
        (" named ", names),
        (" in namespaces ", texts(&resources["namespaces"])),
        (" with labels ", selector(&resources["selector"])),
        (" in namespaces with labels ", selector(&resources["namespaceSelector"])),
        (" with annotations ", pairs(&resources["annotations"])),
        (" by ", subjects(block)),
    ];
    for (words, values) in parts.into_iter().filter(|(_, values)| !values.is_empty()) {
        line.push_str(words);
        line.push_str(&values.join(", "));
    }
    let operations = texts(&resources["operations"]);
    if !operations.is_empty() {
        line.push_str(&format!(", on {}", operations.join(", ")));
    }
    line
}

fn subjects(block: &Value) -> Vec<String> {
    let subject =
        |subject: &Value| Some(format!("{} {}", subject["kind"].as_str()?, subject["name"].as_str()?));
    let mut all: Vec<String> =
        block["subjects"].as_array().into_iter().flatten().filter_map(subject).collect();
    all.extend(texts(&block["roles"]).into_iter().map(|role| format!("role {role}")));
    all.extend(texts(&block["clusterRoles"]).into_iter().map(|role| format!("cluster role {role}")));
    all
}

fn selector(selector: &Value) -> Vec<String> {
    let expression = |expression: &Value| {
        let values = texts(&expression["values"]).join(", ");
        let text = format!("{} {} {values}", expression["key"].as_str()?, expression["operator"].as_str()?);
        Some(text.trim_end().to_string())
    };
    let mut all = pairs(&selector["matchLabels"]);
    all.extend(selector["matchExpressions"].as_array().into_iter().flatten().filter_map(expression));
    all
}

fn pairs(map: &Value) -> Vec<String> {
    let pair = |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
    map.as_object().into_iter().flatten().map(pair).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_match_reads_as_a_sentence() {
        let block = json!({"any": [
            {"resources": {"kinds": ["Pod"], "namespaces": ["prod-*"], "operations": ["CREATE"]}},
            {"resources": {"kinds": ["Deployment"], "selector": {"matchLabels": {"app": "x"}}},
             "subjects": [{"kind": "User", "name": "bob"}]},
        ]});
        assert_eq!(
            blocks(&block),
            ["Pod in namespaces prod-*, on CREATE", "Deployment with labels app=x by User bob"]
        );
        let all = json!({"all": [{"resources": {"kinds": ["Pod"]}}, {"resources": {"names": ["a", "b"]}}]});
        assert_eq!(blocks(&all), ["Pod", "and anything named a, b"]);
        assert!(blocks(&Value::Null).is_empty());
    }
}
