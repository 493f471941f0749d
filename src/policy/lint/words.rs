//! Words that a field does not take: the command line does not look at them, the API server refuses the policy.

use super::{Found, LintKind, lint};
use crate::kube::Resource;
use crate::kube::schema::{FaultKind, Schemas};

pub(super) fn find(resource: &Resource, found: &mut Found) {
    let schemas = Schemas::newest();
    let Some(kind) = schemas.kind(&resource.gvk) else { return };
    for fault in schemas.faults(kind, resource) {
        if fault.kind == FaultKind::WrongValue {
            let message = format!("{}: an API server refuses the policy", fault.message);
            let one = lint(LintKind::WrongWord, &fault.path, message);
            found.push(if fault.help.is_empty() { one } else { one.help(fault.help) });
        }
    }
}
