//! The last line.

use super::Counts;
use super::emit::Case;
use super::text::plural;

/// What was found, in one sentence: `Found 2 errors and 1 warning; 1 can be mended with --fix.`
pub fn summary(counts: &Counts) -> String {
    let kinds = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")];
    let parts: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(*count, noun)).collect();
    let found = match parts.as_slice() {
        [] => return String::from("No findings."),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    };
    match counts.fixable {
        0 => format!("Found {found}."),
        fixable => format!("Found {found}; {fixable} can be mended with --fix."),
    }
}

/// What became of the claims, in one sentence: `8 claims: 7 verified, 1 not checkable.` Empty without any.
pub fn claims(cases: &[Case]) -> String {
    let count = |verdict: &&str| cases.iter().filter(|case| case.verdict == *verdict).count();
    let verdicts = ["verified", "contradicted", "not checkable", "invalid"];
    let counted = verdicts.iter().map(|verdict| (count(verdict), verdict)).filter(|(count, _)| *count > 0);
    let parts: Vec<String> = counted.map(|(count, verdict)| format!("{count} {verdict}")).collect();
    match cases.len() {
        0 => String::new(),
        all => format!("{}: {}.", plural(all, "claim"), parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_fits_the_counts() {
        assert_eq!(summary(&Counts::default()), "No findings.");
        assert_eq!(summary(&Counts { errors: 1, ..Counts::default() }), "Found 1 error.");
        let all = Counts { errors: 2, warnings: 1, notes: 3, fixable: 1 };
        assert_eq!(summary(&all), "Found 2 errors, 1 warning and 3 notes; 1 can be mended with --fix.");
    }
}
