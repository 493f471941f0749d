//! The parameters of a `validate.cel` rule: the objects that its `paramRef` names.

use crate::kube::{Gvk, Resource, scope};
use crate::policy::matching::selects;
use crate::policy::request::Request;
use crate::policy::trouble::Trouble;
use serde_json::Value;

const NOT_NAMESPACED: &str = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`";

/// The objects under which a rule's expressions are evaluated one after another: a single `None` for a rule without
/// parameters.
///
/// Without a cluster every kind of parameter counts as one outside of namespaces, so only such objects are found.
///
/// # Errors
/// Parameters that are not there, or of which it is not known what Kyverno makes of them.
pub(super) fn of_rule<'r>(body: &Value, request: &'r Request) -> Result<Vec<Option<&'r Resource>>, Trouble> {
    let (kind, wanted) = (&body["paramKind"], &body["paramRef"]);
    if kind.is_null() && wanted.is_null() {
        return Ok(vec![None]);
    }
    if wanted["namespace"].is_string() {
        return Err(error(NOT_NAMESPACED));
    }
    let gvk =
        Gvk::new(kind["apiVersion"].as_str().unwrap_or_default(), kind["kind"].as_str().unwrap_or_default());
    let context = request.context;
    let given = context.cluster.iter().flatten().chain(&context.parameters);
    let of_kind: Vec<&Resource> = given.filter(|resource| resource.gvk == gvk).collect();
    let fits = |resource: &&Resource| match wanted["name"].as_str() {
        Some(name) => resource.name == name,
        None => selects(&wanted["selector"], &resource.labels),
    };
    let found: Vec<&Resource> = of_kind.iter().copied().filter(fits).collect();
    if found.iter().any(|resource| !scope::is_cluster_scoped(&resource.gvk, &context.kinds)) {
        return Err(Trouble::unsupported("parameters that lie in a namespace"));
    }
    match (wanted["name"].as_str(), found.is_empty()) {
        (_, false) => Ok(found.into_iter().map(Some).collect()),
        (Some(name), true) => Err(error(&format!("{} \"{name}\" not found", gvk.kind))),
        (None, true) if wanted["parameterNotFoundAction"] == "Deny" => Err(error("no params found")),
        // The command line crashes on a list of a kind that it does not know.
        (None, true) if of_kind.is_empty() => Err(Trouble::unsupported("parameters of which none is given")),
        (None, true) => Ok(Vec::new()),
    }
}

fn error(reason: &str) -> Trouble {
    Trouble::new(format!("error in parameterized resource: {reason}"))
}

#[cfg(test)]
mod tests {
    use crate::kube::{Resource, read};
    use crate::policy::{Context, Policy, RuleResponse, Status, evaluate};

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {priority: 5}\n";
    const LOW: &str = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: low, labels: {a: b}}\nvalue: 3\n";
    const HIGH: &str = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high, labels: {a: b}}\nvalue: 9\n";
    const PRIORITY: &str = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass}";

    fn said(kind: &str, reference: &str, expression: &str, given: &[&str]) -> RuleResponse {
        let policy = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - name: r\n    match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n    validate: {{cel: {{paramKind: {kind}, paramRef: {reference}, expressions: [{{expression: \"{expression}\"}}]}}}}\n"
        );
        let one = |text: &str| -> Resource { read(text).0.remove(0) };
        let policy = Policy::load(&one(&policy)).unwrap();
        let cluster = Some(given.iter().map(|text| one(text)).collect());
        evaluate(&[&policy], &one(POD), &Context { cluster, ..Context::default() }).remove(0)
    }

    const FITS: &str = "object.spec.priority <= params.value";

    #[test]
    fn the_first_parameter_that_does_not_pass_decides() {
        let status = |reference: &str, given: &[&str]| said(PRIORITY, reference, FITS, given).status;
        assert_eq!(status("{name: high, parameterNotFoundAction: Deny}", &[LOW, HIGH]), Status::Pass);
        assert_eq!(status("{name: low, parameterNotFoundAction: Deny}", &[LOW, HIGH]), Status::Fail);
        let all = "{selector: {matchLabels: {a: b}}, parameterNotFoundAction: Deny}";
        assert_eq!(status(all, &[HIGH]), Status::Pass);
        assert_eq!(status(all, &[HIGH, LOW]), Status::Fail);
    }

    #[test]
    fn parameters_that_are_not_there_are_an_error() {
        let message = |reference: &str, given: &[&str]| said(PRIORITY, reference, FITS, given).message;
        let lacking = "error in parameterized resource: no params found";
        assert_eq!(
            message("{selector: {matchLabels: {a: c}}, parameterNotFoundAction: Deny}", &[LOW]),
            lacking
        );
        assert!(
            message("{name: low, parameterNotFoundAction: Allow}", &[HIGH]).ends_with("\"low\" not found")
        );
        let other = "{selector: {matchLabels: {a: c}}, parameterNotFoundAction: Allow}";
        assert_eq!(said(PRIORITY, other, FITS, &[LOW]).status, Status::Pass);
        assert!(said(PRIORITY, other, FITS, &[]).unsupported.is_some());
    }

    #[test]
    fn what_is_not_known_is_not_decided() {
        let by_type = "params.value + 1 == 4";
        let low = "{name: low, parameterNotFoundAction: Deny}";
        assert!(said(PRIORITY, low, by_type, &[LOW]).unsupported.is_some());
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: low}\n";
        assert!(said("{apiVersion: v1, kind: ConfigMap}", low, "true", &[map]).unsupported.is_some());
    }
}
