//! The fields that each kind of policy has, and values where they do not belong.

use crate::kube::Resource;
use crate::kube::schema::{Fault, FaultKind, Origin, Schemas};
use crate::policy::model::PolicyKind;

/// Versions of Kubernetes' own policies that Kyverno reads, and that the newest Kubernetes need not serve. Their fields
/// are those of the version that it does.
const OLDER: [&str; 2] = ["v1alpha1", "v1beta1"];

/// What a policy has that its definition does not take: the path of each field and the reason. Kyverno's command line
/// does not look at the words that a field is limited to, nor, in Kubernetes' own policies, at more than the names of
/// fields.
pub(super) fn misplaced(resource: &Resource) -> Vec<(String, String)> {
    let schemas = Schemas::newest();
    let gvk = &resource.gvk;
    let older = gvk.group == "admissionregistration.k8s.io" && OLDER.contains(&gvk.version.as_str());
    let known = schemas.kind(gvk);
    let Some(kind) = known.or_else(|| schemas.built_in(&gvk.group, &gvk.kind).filter(|_| older)) else {
        let reason = format!("there is no {} in `{}`", gvk.kind, gvk.api_version());
        let is_policy = PolicyKind::of(&gvk.group, &gvk.kind).is_some();
        return is_policy.then(|| ("/apiVersion/".to_string(), reason)).into_iter().collect();
    };
    let counts = |fault: &Fault| match fault.kind {
        FaultKind::WrongValue => false,
        FaultKind::UnknownField => true,
        FaultKind::Missing | FaultKind::WrongType => {
            kind.origin == Origin::Known && fault.path.starts_with("/spec/")
        }
    };
    schemas.faults(kind, resource).into_iter().filter(counts).map(reason).collect()
}

fn reason(fault: Fault) -> (String, String) {
    let reason = match fault.help.is_empty() {
        true => fault.message,
        false => format!("{} ({})", fault.message, fault.help),
    };
    (fault.path, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;

    #[test]
    fn fields_that_a_kind_does_not_have_are_found() {
        let spec = "metadata: {name: x}\nspec:\n  rules:\n  - {name: r, macth: {}, validate: {message: 1, pattern: {x: 1}}}\n";
        let found = |api: &str, kind: &str| {
            misplaced(&read(&format!("apiVersion: {api}\nkind: {kind}\n{spec}")).0[0])
        };
        let reasons: Vec<String> = found("kyverno.io/v1", "ClusterPolicy")
            .into_iter()
            .map(|(path, reason)| format!("{path} {reason}"))
            .collect();
        assert_eq!(
            reasons,
            [
                "/spec/rules/0/macth/ `spec.rules[0]` has no field `macth` (did you mean `match`?)",
                "/spec/rules/0/validate/message/ `spec.rules[0].validate.message` takes a text, not the number 1 (put the value in quotes)",
                "/spec/rules/0/ `spec.rules[0]` lacks `match`, which is required",
            ]
        );
        assert!(found("example.com/v1", "Other").is_empty());
    }

    #[test]
    fn a_misspelt_field_is_found_wherever_it_stands() {
        let found = |text: &str| misplaced(&read(text).0[0]).remove(0).0;
        assert_eq!(
            found("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspeck: {}\nspec: {rules: []}\n"),
            "/speck/"
        );
        let own = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n";
        assert_eq!(found(&format!("{own}spec: {{validatons: []}}\n")), "/spec/validatons/");
        let older = own.replace("/v1", "/v1beta1");
        assert_eq!(found(&format!("{older}spec: {{validatons: []}}\n")), "/spec/validatons/");
        assert_eq!(found(&format!("{}spec: {{}}\n", own.replace("/v1", "/v2"))), "/apiVersion/");
        assert_eq!(
            found("apiVersion: kyverno.io/v3\nkind: ClusterPolicy\nspec: {rules: []}\n"),
            "/apiVersion/"
        );
    }
}
