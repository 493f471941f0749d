//! Expressions that do not compile, with their place: what Kyverno refuses when a policy is loaded.

use crate::policy::cel::{self, CompileError, Environment, Type};
use crate::policy::model::{Policy, PolicyKind as Kind};
use serde_json::Value;
use std::ops::Range;

/// A CEL expression that does not compile, or that comes to something else than its place asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field that holds the expression: `/spec/validations/0/expression/`.
    pub path: String,
    /// What is wrong, in one phrase.
    pub message: String,
    /// The bytes at fault within the expression's text.
    pub span: Range<usize>,
    /// Kyverno loads the policy in spite of it, and then denies every object: `validate.cel` is not compiled at load.
    pub loads: bool,
}

/// Every expression of `policy` that does not compile, in written order. Empty for policies without CEL.
pub fn findings(policy: &Policy) -> Vec<Finding> {
    let mut finder = Finder { found: Vec::new(), loads: false };
    let spec = policy.spec();
    match policy.kind {
        Kind::ClusterPolicy | Kind::Policy => {
            let webhook = &spec["webhookConfiguration"];
            let path = "/spec/webhookConfiguration/";
            finder.conditions(webhook, "matchConditions", path, &Environment::kubernetes());
            finder.loads = true;
            for (index, rule) in policy.rules.iter().enumerate() {
                finder.rule(&rule.body, &format!("/spec/rules/{index}/"));
            }
        }
        Kind::ValidatingPolicy | Kind::NamespacedValidatingPolicy if !is_json(spec) => {
            finder.validating(spec, Environment::kyverno());
        }
        Kind::ImageValidatingPolicy | Kind::NamespacedImageValidatingPolicy if !is_json(spec) => {
            finder.validating(spec, Environment::images());
        }
        Kind::ValidatingAdmissionPolicy => {
            finder.validating(spec, with_params(Environment::kubernetes(), &spec["paramKind"]));
        }
        Kind::MutatingPolicy | Kind::NamespacedMutatingPolicy => {
            finder.mutating(spec, Environment::kyverno().with_constructors());
        }
        Kind::MutatingAdmissionPolicy => {
            let environment = with_params(Environment::kubernetes(), &spec["paramKind"]);
            finder.mutating(spec, environment.with_constructors());
        }
        Kind::GeneratingPolicy | Kind::NamespacedGeneratingPolicy => {
            let environment = Environment::kyverno().with_mixed_literals();
            finder.conditions(spec, "matchConditions", "/spec/", &environment);
            let environment = finder.variables(spec, "/spec/", environment);
            finder.each(spec, "generate", "/spec/", "expression", &environment, &[]);
        }
        Kind::DeletingPolicy | Kind::NamespacedDeletingPolicy => {
            let environment = finder.variables(spec, "/spec/", Environment::kyverno());
            finder.conditions(spec, "conditions", "/spec/", &environment);
        }
        _ => {}
    }
    finder.found
}

/// With payloads other than Kubernetes objects the environment is another one.
fn is_json(spec: &Value) -> bool {
    matches!(spec["evaluation"]["mode"].as_str(), Some(mode) if mode != "Kubernetes")
}

fn with_params(environment: Environment, kind: &Value) -> Environment {
    if kind.is_object() { environment.with("params", Type::Dyn) } else { environment }
}

struct Finder {
    found: Vec<Finding>,
    loads: bool,
}

const BOOL: &[Type] = &[Type::Bool];
const TEXT: &[Type] = &[Type::String];
const TEXT_OR_NULL: &[Type] = &[Type::String, Type::Null];

impl Finder {
    fn validating(&mut self, spec: &Value, environment: Environment) {
        self.conditions(spec, "matchConditions", "/spec/", &environment);
        let environment = self.variables(spec, "/spec/", environment);
        self.validations(spec, "validations", "/spec/", &environment);
        self.each(spec, "auditAnnotations", "/spec/", "valueExpression", &environment, TEXT_OR_NULL);
    }

    fn mutating(&mut self, spec: &Value, environment: Environment) {
        let environment = self.variables(spec, "/spec/", environment);
        self.conditions(spec, "matchConditions", "/spec/", &environment);
        for (index, mutation) in list(spec, "mutations").iter().enumerate() {
            for key in ["jsonPatch", "applyConfiguration"] {
                let path = format!("/spec/mutations/{index}/{key}/");
                self.expression(&mutation[key], "expression", &path, &environment, &[]);
            }
        }
    }

    fn rule(&mut self, rule: &Value, path: &str) {
        let body = &rule["validate"]["cel"];
        if !body.is_object() {
            return;
        }
        let environment = with_params(Environment::kubernetes(), &body["paramKind"]);
        self.conditions(rule, "celPreconditions", path, &environment);
        let path = format!("{path}validate/cel/");
        let environment = self.variables(body, &path, environment);
        self.validations(body, "expressions", &path, &environment);
    }

    fn conditions(&mut self, holder: &Value, key: &str, path: &str, environment: &Environment) {
        self.each(holder, key, path, "expression", environment, BOOL);
    }

    fn validations(&mut self, holder: &Value, key: &str, path: &str, environment: &Environment) {
        self.each(holder, key, path, "expression", environment, BOOL);
        self.each(holder, key, path, "messageExpression", environment, TEXT);
    }

    /// The variables one after another; one that does not compile may be anything to those after it.
    fn variables(&mut self, holder: &Value, path: &str, environment: Environment) -> Environment {
        let mut environment = environment;
        for (index, item) in list(holder, "variables").iter().enumerate() {
            let path = format!("{path}variables/{index}/");
            let kind = self.expression(item, "expression", &path, &environment, &[]).unwrap_or(Type::Dyn);
            let name = item["name"].as_str().unwrap_or_default();
            environment = environment.with(&format!("variables.{name}"), kind);
        }
        environment
    }

    fn each(
        &mut self,
        holder: &Value,
        key: &str,
        path: &str,
        field: &str,
        environment: &Environment,
        wanted: &[Type],
    ) {
        for (index, item) in list(holder, key).iter().enumerate() {
            self.expression(item, field, &format!("{path}{key}/{index}/"), environment, wanted);
        }
    }

    /// Compiles the text under `field`, if there is one, and gives its type.
    fn expression(
        &mut self,
        holder: &Value,
        field: &str,
        path: &str,
        environment: &Environment,
        wanted: &[Type],
    ) -> Option<Type> {
        let text = holder[field].as_str().filter(|text| !text.is_empty())?;
        let outcome = cel::compile(text, environment).and_then(|program| {
            let kind = program.kind().clone();
            if wanted.is_empty() || wanted.contains(&kind) {
                return Ok(kind);
            }
            let names: Vec<String> = wanted.iter().map(Type::to_string).collect();
            let message = format!("this must come to {}, but it comes to {kind}", names.join(" or "));
            Err(CompileError { message, span: 0..text.len() })
        });
        match outcome {
            Ok(kind) => Some(kind),
            Err(CompileError { message, span }) => {
                self.found.push(Finding {
                    path: format!("{path}{field}/"),
                    message,
                    span,
                    loads: self.loads,
                });
                None
            }
        }
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;
    use serde_json::json;

    fn found(kind: &str, spec: Value) -> Vec<(String, String)> {
        let group = if kind == "ClusterPolicy" { "kyverno.io/v1" } else { "policies.kyverno.io/v1" };
        let body = json!({"apiVersion": group, "kind": kind, "metadata": {"name": "p"}, "spec": spec});
        let policy = Policy::load(&Resource::from_json(body).unwrap()).unwrap();
        findings(&policy).into_iter().map(|one| (one.path, one.message)).collect()
    }

    #[test]
    fn every_expression_that_does_not_compile_is_found() {
        let spec = json!({
            "matchConditions": [{"name": "m", "expression": "variables.a"}],
            "variables": [{"name": "a", "expression": "object.x +"}, {"name": "b", "expression": "[variables.a]"}],
            "validations": [
                {"expression": "object.spec.paused"},
                {"expression": "variables.b.size() == 1", "messageExpression": "1"},
            ],
        });
        let found = found("ValidatingPolicy", spec);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/spec/matchConditions/0/expression/",
                "/spec/variables/0/expression/",
                "/spec/validations/0/expression/",
                "/spec/validations/1/messageExpression/",
            ]
        );
        assert_eq!(found[2].1, "this must come to bool, but it comes to dyn");
    }

    #[test]
    fn a_rule_with_cel_is_compiled_in_the_environment_of_kubernetes() {
        let rule = json!({
            "name": "r", "match": {"any": [{"resources": {"kinds": ["Pod"]}}]},
            "validate": {"cel": {"expressions": [{"expression": "math.ceil(1.5) == 2.0"}]}},
        });
        let found = found("ClusterPolicy", json!({"rules": [rule]}));
        assert_eq!(found[0].0, "/spec/rules/0/validate/cel/expressions/0/expression/");
    }
}
