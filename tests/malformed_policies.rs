//! Policies and resources with anything anywhere: answers may differ, but nothing panics.

use runproof::kube::{Resource, read};
use runproof::policy::{Context, Operation, Policy, check, evaluate, matching_rules};
use serde_json::{Value, json};

const POLICIES: &str = r#"
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: all, annotations: {pod-policies.kyverno.io/autogen-controllers: "Deployment,CronJob"}}
spec:
  validationFailureAction: Enforce
  validationFailureActionOverrides: [{action: Audit, namespaces: [a], namespaceSelector: {matchLabels: {a: b}}}]
  rules:
  - name: pattern
    match: {any: [{resources: {kinds: [Pod], operations: [CREATE], namespaceSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}}, subjects: [{kind: User, name: "*"}]}]}
    exclude: {all: [{resources: {kinds: [Pod], namespaces: [x]}}]}
    context: [{name: v, variable: {value: {a: 1}, jmesPath: a, default: 2}}, {name: c, configMap: {name: m, namespace: n}}, {name: d, apiCall: {urlPath: /api/v1/pods, jmesPath: "items[]"}}]
    preconditions: {all: [{key: "{{ v }}", operator: GreaterThan, value: 0}]}
    validate: {message: "{{ c.data.k }}", pattern: {metadata: {"=(labels)": {"a*": "?*"}}, spec: {"^(containers)": [{"(name)": "a | b", "X(tty)": "null"}]}}}
  - name: any
    match: {all: [{resources: {kinds: [Pod]}}]}
    validate: {anyPattern: [{spec: {hostPID: false}}, {spec: {"<(a)": ">1"}}]}
  - name: each
    match: {resources: {kinds: [Pod]}}
    validate: {message: m, foreach: [{list: "request.object.spec.containers", context: [{name: x, variable: {value: "{{ element.name }}"}}], preconditions: {any: [{key: "{{ x }}", operator: AnyIn, value: [a]}]}, deny: {conditions: {any: [{key: "{{ element.image }}", operator: Equals, value: "nginx*"}]}}}]}
  - name: pss
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {podSecurity: {level: baseline, version: v1.29, exclude: [{controlName: Capabilities, images: ["*"], restrictedField: "spec.containers[*].securityContext.capabilities.add", values: [X]}]}}
  - name: cel
    match: {any: [{resources: {kinds: [Pod]}}]}
    celPreconditions: [{name: p, expression: "true"}]
    validate: {cel: {variables: [{name: a, expression: "1"}], expressions: [{expression: "variables.a == 2", messageExpression: "'x'"}]}}
  - name: merge
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {"+(x)": y}}, spec: {containers: [{"(name)": "*", image: "{{ request.object.metadata.name }}", "$patch": merge}]}}}
  - name: json
    match: {any: [{resources: {kinds: [Secret]}}]}
    mutate: {foreach: [{list: "request.object.spec.containers", order: Descending, patchesJson6902: "[{op: add, path: /spec/x/-, value: 1}]"}], targets: [{apiVersion: v1, kind: Pod, name: "*"}]}
  - name: images
    match: {any: [{resources: {kinds: [Pod]}}]}
    verifyImages: [{imageReferences: ["*"], mutateDigest: false, required: false, verifyDigest: true}]
---
apiVersion: kyverno.io/v1
kind: Policy
metadata: {name: gen}
spec:
  rules:
  - name: make
    match: {any: [{resources: {kinds: [Pod]}}]}
    generate: {apiVersion: v1, kind: ConfigMap, name: "{{ request.object.metadata.name }}", namespace: x, data: {metadata: {namespace: y}, data: {a: b}}}
---
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: vpol}
spec:
  matchConstraints: {namespaceSelector: {matchLabels: {a: b}}, resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  matchConditions: [{name: c, expression: "true"}]
  variables: [{name: v, expression: "object.spec"}]
  autogen: {podControllers: {controllers: [deployments]}}
  validations: [{expression: "variables.v == 1", message: m}]
---
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: mpol}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - {patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{spec: Object.spec{hostPID: true}}"}}
  - {patchType: JSONPatch, jsonPatch: {expression: "[JSONPatch{op: 'add', path: '/a', value: 1}]"}}
---
apiVersion: kyverno.io/v2
kind: ClusterCleanupPolicy
metadata: {name: clean}
spec: {match: {any: [{resources: {kinds: [Pod]}}]}, conditions: {all: [{key: "{{ target.metadata.name }}", operator: Equals, value: web}]}, schedule: "* * * * *"}
"#;

const POD: &str = r#"
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default, labels: {a: b}, annotations: {k: v}, ownerReferences: []}
spec:
  securityContext: {sysctls: [{name: x}], seLinuxOptions: {type: y}}
  containers: [{name: a, image: "nginx:1", ports: [{containerPort: 1, hostPort: 2}], securityContext: {capabilities: {add: [X], drop: [ALL]}, privileged: true}}]
  volumes: [{name: v, hostPath: {path: /}}]
"#;

/// The value with each of its parts replaced in turn by each of a few odd ones.
fn variants(value: &Value, each: &mut dyn FnMut(Value)) {
    for odd in
        [Value::Null, json!("x"), json!(1), json!([]), json!(["x", null]), json!({}), json!({"any": 1})]
    {
        each(odd);
    }
    match value {
        Value::Object(map) => {
            for (key, part) in map {
                variants(part, &mut |odd| {
                    let mut map = map.clone();
                    map.insert(key.clone(), odd);
                    each(Value::Object(map));
                });
            }
        }
        Value::Array(items) => {
            for (index, part) in items.iter().enumerate() {
                variants(part, &mut |odd| {
                    let mut items = items.clone();
                    items[index] = odd;
                    each(Value::Array(items));
                });
            }
        }
        _ => {}
    }
}

fn contexts(targets: &Resource) -> [Context; 2] {
    let base = Context {
        cluster: Some(vec![targets.clone()]),
        targets: vec![targets.clone()],
        ..Context::default()
    };
    let delete = Context { operation: Operation::Delete, ..Context::default() };
    [base, delete]
}

#[test]
fn odd_policies_do_not_panic() {
    let pod = read(POD).0.remove(0);
    let contexts = contexts(&pod);
    let mut count = 0;
    for written in read(POLICIES).0 {
        variants(&written.body["spec"], &mut |spec| {
            let mut body = written.body.clone();
            body["spec"] = spec;
            let resource = Resource::from_json(body).unwrap();
            let Ok(policy) = Policy::load(&resource) else { return };
            count += check(&policy, &resource).len();
            for context in &contexts {
                count +=
                    evaluate(&[&policy], &pod, context).len() + matching_rules(&policy, &pod, context).len();
            }
        });
    }
    assert!(count > 1000);
}

#[test]
fn odd_resources_do_not_panic() {
    let pod = read(POD).0.remove(0);
    let contexts = contexts(&pod);
    let policies: Vec<Policy> = read(POLICIES).0.iter().map(|one| Policy::load(one).unwrap()).collect();
    let policies: Vec<&Policy> = policies.iter().collect();
    let mut count = 0;
    variants(&pod.body, &mut |body| {
        if let Ok(resource) = Resource::from_json(body) {
            count +=
                contexts.iter().map(|context| evaluate(&policies, &resource, context).len()).sum::<usize>();
        }
    });
    assert!(count > 1000);
}
