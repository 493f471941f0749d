//! `--test-case-selector`: which rows are wanted.

use crate::cli::Failure;
use crate::kube::wildcard;
use crate::policy::suite::{Row, Suite};

/// Wildcards for the names of policies, rules and objects.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector {
    policy: String,
    rule: String,
    resource: String,
}

impl Selector {
    /// From `policy=…,rule=…,resource=…`; what is not named may be anything.
    pub fn parse(text: &str) -> Result<Selector, Failure> {
        let any = || String::from("*");
        let mut selector = Selector { policy: any(), rule: any(), resource: any() };
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let slot = match key.trim() {
                "policy" => &mut selector.policy,
                "rule" => &mut selector.rule,
                "resource" => &mut selector.resource,
                _ => {
                    let failure = Failure::new(format!("`{part}` selects no rows"));
                    return Err(
                        failure.help("write `policy=…,rule=…,resource=…`, each with wildcards or not at all")
                    );
                }
            };
            *slot = value.trim().to_string();
        }
        Ok(selector)
    }

    /// Is this row of `suite` wanted? Names count with and without their namespace.
    pub fn fits(&self, row: &Row, suite: &Suite) -> bool {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_string();
        let one = |pattern: &str, name: &str| {
            wildcard::matches(pattern, name) || wildcard::matches(pattern, &last(name))
        };
        let rule = suite.results.get(row.result).map_or("", |expected| expected.rule.as_str());
        one(&self.policy, &row.policy)
            && (wildcard::matches(&self.rule, &row.rule) || wildcard::matches(&self.rule, rule))
            && one(&self.resource, &row.resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_names_what_it_wants() {
        let selector = Selector::parse("policy=require-*, resource=bad").unwrap();
        assert_eq!((selector.policy.as_str(), selector.rule.as_str()), ("require-*", "*"));
        assert!(Selector::parse("kind=Pod").is_err() && Selector::parse("").is_ok());
    }
}
