//! What `runproof test` prints.

use super::Tested;
use crate::cli::table;
use crate::diag::{visible, xml};
use crate::policy::suite::{Outcome, Row};
use serde_json::json;
use std::fmt::{self, Write};

/// How the rows came out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub agree: usize,
    pub differ: usize,
    pub idle: usize,
    pub unsupported: usize,
    pub invalid: usize,
}

impl Counts {
    pub fn of(tested: &[Tested]) -> Counts {
        let mut counts = Counts::default();
        for tested in tested {
            counts.invalid += tested.problems.len();
            for row in &tested.rows {
                *match row.outcome {
                    Outcome::Agrees => &mut counts.agree,
                    Outcome::Differs => &mut counts.differ,
                    Outcome::NotExercised(_) => &mut counts.idle,
                    Outcome::Unsupported(_) => &mut counts.unsupported,
                    Outcome::Invalid(_) => &mut counts.invalid,
                } += 1;
            }
        }
        counts
    }

    /// Is there anything that does not agree, rows aside for which nothing was tried?
    pub fn failed(&self) -> bool {
        self.differ + self.unsupported + self.invalid > 0
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { agree, differ, idle, unsupported, invalid } = self;
        write!(f, "{agree} agree, {differ} differ, {idle} not exercised, ")?;
        write!(f, "{unsupported} unsupported, {invalid} invalid")
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Agrees => "agrees",
        Outcome::Differs => "differs",
        Outcome::NotExercised(_) => "not exercised",
        Outcome::Unsupported(_) => "unsupported",
        Outcome::Invalid(_) => "invalid",
    }
}

/// The rows that are shown, each with the places of what decided it.
fn shown(tested: &Tested, fail_only: bool) -> impl Iterator<Item = (&Row, &str)> {
    let rows = tested.rows.iter().zip(tested.places.iter().map(String::as_str));
    rows.filter(move |(row, _)| !fail_only || row.outcome != Outcome::Agrees)
}

/// A table a file, and below it what those rows say that do not agree. Rows are numbered throughout.
pub(super) fn human(tested: &[Tested], fail_only: bool) -> String {
    let (mut out, mut id) = (String::new(), 0);
    for one in tested {
        let rows: Vec<(&Row, &str)> = shown(one, fail_only).collect();
        if rows.is_empty() && one.problems.is_empty() {
            continue;
        }
        let space = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{space}{}", visible(&one.name, false));
        for problem in &one.problems {
            let _ = writeln!(out, "  invalid: {}", visible(problem, true));
        }
        let cells: Vec<Vec<String>> =
            rows.iter().enumerate().map(|(at, (row, _))| cells(id + at + 1, row)).collect();
        if !rows.is_empty() {
            out.push_str(&table::draw(&["ID", "POLICY", "RULE", "RESOURCE", "RESULT", "REASON"], &cells));
        }
        rows.iter().enumerate().for_each(|(at, (row, places))| details(&mut out, id + at + 1, row, places));
        id += rows.len();
    }
    out
}

fn cells(id: usize, row: &Row) -> Vec<String> {
    let resource =
        if row.kind.is_empty() { row.resource.clone() } else { format!("{}/{}", row.kind, row.resource) };
    let (result, reason) = match &row.outcome {
        Outcome::Agrees => ("Pass", "Ok".to_string()),
        Outcome::Differs => ("Fail", difference(row)),
        Outcome::NotExercised(reason) => ("Not exercised", reason.clone()),
        Outcome::Unsupported(feature) => ("Unsupported", feature.clone()),
        Outcome::Invalid(reason) => ("Invalid", reason.clone()),
    };
    let cells = [&row.policy, &row.rule, &resource, result, &reason];
    [id.to_string()].into_iter().chain(cells.into_iter().map(|cell| visible(cell, false))).collect()
}

fn difference(row: &Row) -> String {
    match &row.actual {
        Some(actual) if *actual != row.expected => format!("Want {}, got {actual}", row.expected),
        Some(_) => "The object made is not the one expected".to_string(),
        None => format!("Want {}, got nothing", row.expected),
    }
}

/// What the rule of a row says that does not agree, and where that is decided.
fn details(out: &mut String, id: usize, row: &Row, places: &str) {
    if row.outcome != Outcome::Differs {
        return;
    }
    let message = visible(row.message.trim_end(), true).replace('\n', "\n  ");
    let _ = write!(out, "\n{id}: {message}\n{places}");
}

/// One object a row and a line. What is wrong with a file of tests is a row without a policy.
pub(super) fn json(tested: &[Tested], fail_only: bool) -> String {
    let mut out = String::new();
    for one in tested {
        for problem in &one.problems {
            let row = json!({
                "test_file": one.name, "policy": null, "rule": null, "resource": null, "expected": null,
                "actual": null, "outcome": "invalid", "message": problem, "path": null,
            });
            let _ = writeln!(out, "{row}");
        }
        for (row, _) in shown(one, fail_only) {
            let row = json!({
                "test_file": one.name, "policy": row.policy, "rule": row.rule, "resource": row.resource,
                "expected": row.expected, "actual": row.actual, "outcome": word(&row.outcome),
                "message": row.message, "path": row.path,
            });
            let _ = writeln!(out, "{row}");
        }
    }
    out
}

/// A suite a file and a case a row. Rows for which nothing was tried are skipped cases.
pub(super) fn junit(tested: &[Tested], fail_only: bool) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"runproof test\">\n");
    for one in tested {
        let rows: Vec<&Row> = shown(one, fail_only).map(|(row, _)| row).collect();
        let skipped = rows.iter().filter(|row| matches!(row.outcome, Outcome::NotExercised(_))).count();
        let agree = rows.iter().filter(|row| row.outcome == Outcome::Agrees).count();
        let (name, problems) = (xml(&one.name), one.problems.len());
        let (tests, failures) = (rows.len() + problems, rows.len() - agree - skipped + problems);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
        );
        for problem in &one.problems {
            let inner = format!("<failure type=\"invalid\" message=\"{}\"/>", xml(problem));
            let _ = writeln!(
                out,
                "    <testcase classname=\"{name}\" name=\"the test can be read\">{inner}</testcase>"
            );
        }
        rows.iter().for_each(|row| case(&mut out, &name, row));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, file: &str, row: &Row) {
    let name = xml(&format!("{}/{} {} {}", row.policy, row.rule, row.kind, row.resource));
    let inner = match &row.outcome {
        Outcome::Agrees => String::new(),
        Outcome::NotExercised(reason) => format!("<skipped message=\"{}\"/>", xml(reason)),
        outcome => {
            let told = match outcome {
                Outcome::Differs => difference(row),
                _ => row.message.clone(),
            };
            let text = match &row.path {
                Some(path) => format!("{}\n{path}", row.message),
                None => row.message.clone(),
            };
            format!("<failure type=\"{}\" message=\"{}\">{}</failure>", word(outcome), xml(&told), xml(&text))
        }
    };
    let _ = writeln!(out, "    <testcase classname=\"{file}\" name=\"{name}\">{inner}</testcase>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_decided_fails_and_what_was_not_tried_does_not() {
        assert!(Counts { unsupported: 1, ..Counts::default() }.failed());
        assert!(!Counts { agree: 3, idle: 2, ..Counts::default() }.failed());
        let said = Counts { agree: 1, ..Counts::default() }.to_string();
        assert_eq!(said, "1 agree, 0 differ, 0 not exercised, 0 unsupported, 0 invalid");
    }
}
