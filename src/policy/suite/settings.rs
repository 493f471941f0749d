//! The keys that files of settings have, values and user info. What they do not have would be passed over.

use super::read::check_keys;
use super::{Problem, read::is_key};
use crate::source::yaml::Node;

/// The keys of each map of a file, by its path; `*` is every item of a list.
pub(super) type Keys = &'static [(&'static str, &'static [&'static str])];

/// Values.
pub(super) const VALUES: Keys = &[
    (
        "",
        &[
            "apiVersion",
            "kind",
            "metadata",
            "globalValues",
            "policies",
            "namespaceSelector",
            "namespaces",
            "subresources",
        ],
    ),
    ("policies/*", &["name", "resources", "rules"]),
    ("policies/*/resources/*", &["name", "values"]),
    ("policies/*/rules/*", &["name", "values", "foreachValues"]),
    ("namespaceSelector/*", &["name", "labels"]),
    ("subresources/*", &["subresource", "parentResource"]),
];

/// Who asks.
pub(super) const USER: Keys = &[
    ("", &["apiVersion", "kind", "metadata", "roles", "clusterRoles", "userInfo"]),
    ("userInfo", &["username", "uid", "groups", "extra"]),
];

/// The keys of a file that it does not have.
pub(super) fn unknown(node: &Node, keys: Keys, problems: &mut Vec<Problem>) {
    for (path, known) in keys {
        let steps = path.split('/').filter(|step| !step.is_empty());
        for map in steps.fold(vec![node], |nodes, step| below(&nodes, step)) {
            check_keys(map, known, problems);
        }
    }
}

fn below<'n>(nodes: &[&'n Node], step: &str) -> Vec<&'n Node> {
    let entry = |node: &&'n Node| match step {
        "*" => node.items().iter().collect::<Vec<_>>(),
        key => {
            let named = |entry: &&crate::source::yaml::Entry| is_key(entry.key.as_str(), key);
            node.entries().iter().filter(named).map(|entry| &entry.value).collect()
        }
    };
    nodes.iter().flat_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml;

    #[test]
    fn a_key_is_known_by_where_it_stands() {
        let found = |text: &str, keys: Keys| {
            let mut problems = Vec::new();
            unknown(&yaml::parse(text).unwrap()[0], keys, &mut problems);
            problems.into_iter().map(|one| one.message).collect::<Vec<_>>()
        };
        let values = "globalValue: {a: b}\npolicies: [{name: p, rules: [{name: r, value: {a: b}}], resources: [{name: o, Values: {value: 1}}]}]\n";
        assert_eq!(found(values, VALUES), ["`globalValue` is no key here", "`value` is no key here"]);
        assert_eq!(
            found("userInfo: {name: a}\nuser: b\n", USER),
            ["`user` is no key here", "`name` is no key here"]
        );
    }
}
