//! `runproof report`: what an auditor keeps.

use super::args::{ReportArgs, ReportFormat};
use super::check::save;
use super::terminal::Terminal;
use super::{Failure, Outcome, Place};
use crate::build::Builder;
use crate::check::{Audit, AuditedClaim};
use crate::diag::plural;
use crate::{kube, policy};
use serde_json::{Value, json};

/// The version of the JSON form. Fields may be added to a version; none changes its meaning or goes away.
const VERSION: u32 = 1;

/// The columns of the CSV form.
const COLUMNS: [&str; 17] = [
    "controls",
    "page",
    "file",
    "line",
    "claim",
    "class",
    "verdict",
    "reason",
    "qualifiers",
    "policy",
    "rule",
    "policy_sha256",
    "object",
    "message",
    "runproof",
    "kyverno",
    "kubernetes",
];

pub(super) fn run(args: &ReportArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let place = Place::find(&args.site)?;
    let build = Builder::open(place.options(args.drafts))?.build();
    let text = match args.format {
        ReportFormat::Json => format!("{:#}\n", as_json(&build.audit)),
        ReportFormat::Csv => as_csv(&build.audit.claims),
    };
    match &args.output {
        Some(path) => save(path, text.as_bytes())?,
        None => terminal.print(&text),
    }
    let (claims, policies) = (build.audit.claims.len(), build.audit.policies.len());
    let count = if policies == 1 { "1 policy".to_string() } else { format!("{policies} policies") };
    terminal.say(&format!("{} and {count}.", plural(claims, "claim")));
    Ok(Outcome::Clean)
}

fn as_json(audit: &Audit) -> Value {
    let verdicts = ["verified", "contradicted", "not checkable", "invalid"];
    let count = |verdict: &str| audit.claims.iter().filter(|claim| claim.verdict == verdict).count();
    let totals: serde_json::Map<String, Value> =
        verdicts.iter().map(|verdict| ((*verdict).to_string(), json!(count(verdict)))).collect();
    let [runproof, kyverno, kubernetes] = versions();
    json!({
        "version": VERSION,
        "tools": { "runproof": runproof, "kyverno": kyverno, "kubernetes": kubernetes },
        "totals": totals,
        "policies": audit.policies,
        "claims": audit.claims,
    })
}

/// What the verdicts rest on: this program, and the versions of Kyverno and Kubernetes that it decides as.
pub(super) fn versions() -> [String; 3] {
    let kubernetes = kube::schema::Version::NEWEST.to_string();
    [env!("CARGO_PKG_VERSION").to_string(), policy::KYVERNO_VERSION.to_string(), kubernetes]
}

fn as_csv(claims: &[AuditedClaim]) -> String {
    let mut text = line(COLUMNS.iter().copied());
    let versions = versions();
    for claim in claims {
        let (number, list) = (claim.line.to_string(), |list: &[String]| list.join("; "));
        let (controls, qualifiers) = (list(&claim.controls), claim.qualifiers.join("; "));
        let optional = |value: &Option<String>| value.clone().unwrap_or_default();
        let [policy, rule, digest, object, message] =
            [&claim.policy, &claim.rule, &claim.policy_sha256, &claim.object, &claim.message].map(optional);
        let own = [
            controls.as_str(),
            &claim.page,
            &claim.file,
            &number,
            &claim.claim,
            claim.class,
            claim.verdict,
            claim.reason.unwrap_or_default(),
            &qualifiers,
            &policy,
            &rule,
            &digest,
            &object,
            &message,
        ];
        text.push_str(&line(own.into_iter().chain(versions.iter().map(String::as_str))));
    }
    text
}

/// A line as RFC 4180 has it.
fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

/// Text that no program for tables takes for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match guard.is_empty() && !text.contains(['"', ',', '\n', '\r']) {
        true => text.to_string(),
        false => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        assert_eq!(cell("denied by p"), "denied by p");
        assert_eq!(cell("a,b \"c\""), "\"a,b \"\"c\"\"\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
