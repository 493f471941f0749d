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

#[test]
fn a_json_patch_leads_to_fields_that_exist() {
    let patch = |lines: &str| found("Pod", &format!("mutate: {{patchesJson6902: \"{lines}\"}}"));
    for right in [
        "- {op: add, path: /spec/containers/-, value: {name: a, image: b}}",
        "- {op: add, path: '/spec/containers/{{elementIndex}}/image', value: a}",
        "- {op: remove, path: '/metadata/labels/{{ replace_all(a, '/', '~1') }}'}",
        "- {op: add, path: /metadata/annotations/a.b~1c, value: x}",
        "- {op: replace, path: '{{ a }}', value: x}",
        "- {op: add, path: /spec/nodeSelector, value: {any: x}}",
    ] {
        assert_eq!(patch(right), Vec::<String>::new(), "{right}");
    }
    let wrong = |lines: &str, message: &str| {
        let found = patch(lines);
        assert!(found.len() == 1 && found[0].contains(message), "{lines}: {found:?}");
    };
    let path = "the path `/spec/containers/0/imge` leads nowhere: there is no field `imge` here in a Pod";
    wrong("- {op: add, path: /spec/containers/0/imge, value: {a: b}}", path);
    wrong("- {op: add, path: /spec/containers/-, value: {name: a, imge: b}}", "`/spec/containers/-/imge`");
    wrong("- {op: add, path: /spec/containers/image, value: a}", "this is a list, which has no item `image`");
    wrong("- {op: move, from: /spec/template, path: /spec/hostname}", "`/spec/template`");
    let each = "mutate: {foreach: [{list: request.object.spec.containers, patchesJson6902: \"[{op: remove, path: /spec/x}]\"}]}";
    assert_eq!(found("Pod", each).len(), 1);
    let others = "mutate: {targets: [{apiVersion: v1, kind: Secret}], patchesJson6902: \"[{op: remove, path: /data}]\"}";
    assert!(found("Pod", others).is_empty());
}

#[test]
fn what_is_generated_has_fields_that_exist() {
    let made = |kind: &str, data: &str| {
        found("Namespace", &format!("generate: {{apiVersion: v1, kind: {kind}, name: a, data: {data}}}"))
    };
    assert!(made("ConfigMap", "{metadata: {labels: {a: b}}, data: {a: \"{{ b }}\"}}").is_empty());
    assert!(made("\"{{ a }}\"", "{x: 1}").is_empty() && made("Probe", "{x: 1}").is_empty());
    assert_eq!(made("ConfigMap", "{dat: {a: b}}").len(), 1);
    assert!(
        made("ResourceQuota", "{spec: {hart: {a: b}}}")[0]
            .contains("no field `hart` here in a ResourceQuota")
    );
}

#[test]
fn what_a_mutation_in_cel_makes_has_fields_that_exist() {
    let mutation = |mutation: &str| {
        lines(&format!(
            "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {{name: p}}\nspec:\n  matchConstraints:\n    resourceRules: [{{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}}]\n  mutations:\n  - {mutation}\n"
        ))
    };
    let apply = |text: &str| {
        mutation(&format!("{{patchType: ApplyConfiguration, applyConfiguration: {{expression: '{text}'}}}}"))
    };
    assert!(
        apply("Object{metadata: Object.metadata{labels: Object.metadata.labels{app: \"a\"}}, spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: \"a\"})}}").is_empty()
    );
    let found = apply("Object{spec: Object.spec{volumes: [Object.spec.volumes{nme: object.spec.hostname}]}}");
    assert!(found.len() == 1 && found[0].contains("(did you mean `name`?)"), "{found:?}");
    assert_eq!(apply("Object{spec: Object.spec{tmplate: Object.spec.tmplate{a: 1}}}").len(), 1);
    let patch =
        |text: &str| mutation(&format!("{{patchType: JSONPatch, jsonPatch: {{expression: '[{text}]'}}}}"));
    assert!(patch("JSONPatch{op: \"add\", path: \"/metadata/labels/\" + jsonpatch.escapeKey(object.metadata.name), value: \"a\"}").is_empty());
    let found =
        patch("JSONPatch{op: \"add\", path: \"/spec/containers/\" + string(0) + \"/imge\", value: \"a\"}");
    assert!(found.len() == 1 && found[0].contains("no field `imge`"), "{found:?}");
}

#[test]
fn kinds_and_resources_that_do_not_exist() {
    let nothing = "validate: {deny: {}}";
    assert_eq!(
        found("Pods", nothing),
        ["Pods: there is no kind `Pods`: nothing is matched by it (did you mean `Pod`?)"]
    );
    assert!(found("Task, Pod, \"*\", Pod/exec", nothing).is_empty());
    let constraints = |groups: &str, resource: &str| {
        lines(&format!(
            "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {{name: p}}\nspec: {{matchConstraints: {{resourceRules: [{{apiGroups: [{groups}], apiVersions: [v1], resources: [{resource}]}}]}}}}\n"
        ))
    };
    assert_eq!(
        constraints("\"\"", "deployments"),
        [
            "deployments: there is no resource `deployments` in the group \"\" (`deployments` is in the group `apps`)"
        ]
    );
    assert_eq!(constraints("apps", "Deployment").len(), 1);
    for (groups, resource) in
        [("apps", "deployments"), ("example.com", "pods"), ("\"\"", "pods/exec"), ("\"*\"", "x")]
    {
        assert!(constraints(groups, resource).is_empty(), "{groups} {resource}");
    }
}

#[test]
fn cel_compares_fields_with_values_of_their_type() {
    let cel = |expression: &str| {
        found(
            "Deployment",
            &format!("validate: {{cel: {{expressions: [{{expression: \"{expression}\"}}]}}}}"),
        )
    };
    assert!(
        cel("object.spec.replicas > '3'")[0]
            .contains("a number is compared with a text here in a Deployment")
    );
    assert_eq!(cel("'true' == object.spec.paused").len(), 1);
    for fine in [
        "object.spec.replicas > 3",
        "object.spec.replicas >= 1.5",
        "object.spec.?paused.orValue(false) == true",
        "object.metadata.name == 'a'",
    ] {
        assert!(cel(fine).is_empty(), "{fine}: {:?}", cel(fine));
    }
}
