use super::*;
use crate::kube::read;

/// What is found in a rule for these kinds: path and message.
fn found(kinds: &str, rule: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - {{name: r, match: {{any: [{{resources: {{kinds: [{kinds}]}}}}]}}, {rule}}}\n"
    );
    lines(&text)
}

fn lines(text: &str) -> Vec<String> {
    let resource = read(text).0.remove(0);
    let policy = Policy::load(&resource).unwrap();
    let line = |one: &Lint| {
        let help = one.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        format!("{}: {}{help}", &text[one.place.clone().unwrap()], one.message)
    };
    fields(&policy, &resource, Schemas::newest()).iter().map(line).collect()
}

fn deny(kinds: &str, key: &str) -> Vec<String> {
    found(
        kinds,
        &format!(
            "validate: {{deny: {{conditions: {{any: [{{key: \"{{{{ {key} }}}}\", operator: Equals, value: 1}}]}}}}}}"
        ),
    )
}

#[test]
fn a_pattern_asks_for_fields_that_exist() {
    let pattern = "validate: {pattern: {spec: {volumes: [{=(medium): Memory}]}}}";
    assert_eq!(
        found("Pod", pattern),
        ["=(medium): there is no field `medium` here in a Pod (it is a field of `emptyDir`)"]
    );
    let template = "validate: {pattern: {spec: {template: {spec: {hostPID: false}}}}}";
    assert_eq!(found("Pod", template), ["template: there is no field `template` here in a Pod"]);
    assert!(found("Deployment, StatefulSet", template).is_empty());
    let namespace = "validate: {pattern: {metadata: {namespace: \"?*\"}}}";
    assert_eq!(
        found("Namespace", namespace),
        ["namespace: objects outside of namespaces have no `namespace`: it is never there in a Namespace"]
    );
    let list = "validate: {pattern: {spec: {containers: {image: a}}}}";
    assert!(found("Pod", list)[0].contains("this is a list, which has no field `image`"));
}

#[test]
fn what_is_no_field_or_not_known_is_left_alone() {
    for (kinds, rule) in [
        ("example.com/v1/Probe", "validate: {pattern: {spec: {x: 1}}}"),
        ("\"*\"", "validate: {pattern: {spec: {x: 1}}}"),
        ("Pod/exec", "validate: {pattern: {spec: {x: 1}}}"),
        (
            "Pod",
            "validate: {pattern: {metadata: {labels: {\"a*\": \"?*\"}}, spec: {\"{{ a }}\": 1, \"x?\": 1}}}",
        ),
        ("Pod", "mutate: {targets: [{apiVersion: v1, kind: Secret}], patchStrategicMerge: {data: {a: b}}}"),
        (
            "Pod",
            "context: [{name: v, variable: {value: {a: 1}, jmesPath: b.c}}], validate: {message: \"{{ v.x }}\"}",
        ),
    ] {
        assert_eq!(found(kinds, rule), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn an_expression_reads_fields_that_exist() {
    assert!(deny("Pod", "request.object.spec.containers[?securityContext.privileged].name | [0]").is_empty());
    assert!(deny("Pod", "request.object.spec.[containers, initContainers][].image").is_empty());
    assert!(deny("Pod", "length(request.object.metadata.labels.team)").is_empty());
    assert!(
        deny("Pod", "request.object.spec.template.spec.hostPID || request.object.spec.hostPID").is_empty()
    );
    assert!(deny("Pod", "request.object.spec.containers[].imge")[0].contains("(did you mean `image`?)"));
    assert!(
        deny("Pod", "request.object.spec.containers.image")[0].contains("(look at its items: `[].image`)")
    );
    assert!(deny("Pod", "request.object.spec.volumes[?medium == 'Memory']")[0].contains("`emptyDir`"));
    let foreach =
        "validate: {foreach: [{list: request.object.spec.containers, pattern: {imge: a}, deny: {}}]}";
    assert_eq!(found("Pod", foreach).len(), 1);
    let whole = "validate: {foreach: [{list: request.object.spec.volumes, elementScope: false, pattern: {spec: {hostPID: false}}}]}";
    assert!(found("Pod", whole).is_empty());
}

#[test]
fn a_kind_of_which_nothing_is_read_is_told() {
    let found = deny("Pod, Deployment", "request.object.spec.containers[].image");
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(
        "there is no field `containers` here in a Deployment, of which the rule reads nothing else"
    ));
    assert!(
        deny("Pod, Deployment", "request.object.kind == 'Pod' && request.object.spec.hostPID").is_empty()
    );
}

#[test]
fn cel_reads_fields_that_exist() {
    let policy = |expression: &str| {
        lines(&format!(
            "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {{name: p}}\nspec:\n  matchConstraints:\n    resourceRules: [{{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}}]\n  variables: [{{name: all, expression: \"object.spec.containers + object.spec.?initContainers.orValue([])\"}}]\n  validations:\n  - expression: \"{expression}\"\n"
        ))
    };
    assert!(
        policy("variables.all.all(c, has(c.securityContext.privileged) && c.image.startsWith('a'))")
            .is_empty()
    );
    assert!(policy("object.metadata.?labels['team'].orValue('') != ''").is_empty());
    let found = policy("variables.all.all(c, c.imge != '')");
    assert!(found.len() == 1 && found[0].contains("(did you mean `image`?)"), "{found:?}");
    assert!(policy("object.spec.template.spec.hostPID == true")[0].contains("no field `template`"));
}
