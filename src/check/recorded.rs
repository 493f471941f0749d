//! What commands print that nothing here can run, held against output that the page keeps from a day on which somebody
//! ran them: a block with `output-of=` and `recorded=`.

use super::expressions::is_within;
use super::scope::PageScope;
use super::verdict::{Outcome, Qualifier, Verdict};
use crate::snippet::expect::Class;
use crate::snippet::{Claim, Snippet};

/// The verdict on a claim about the one command of block `at`; `None` when the page keeps no output of it, or the claim
/// is none that can be held against one. Which of several commands printed what is not known.
pub(super) fn decide(page: &PageScope<'_>, at: usize, claim: &Claim) -> Option<Outcome> {
    let block = &page.snippets[at];
    if claim.step.is_none() || block.steps.len() != 1 {
        return None;
    }
    let keeps = |one: &&Snippet| one.settings.output_of.as_deref() == Some(block.own_id());
    let mut records = page.snippets.iter().filter(keeps);
    let (record, day) = records.find_map(|one| Some((one, one.settings.recorded.as_ref()?)))?;
    let text = &page.document.fences.get(record.fence)?.code.text;
    Some(match holds(&claim.class, text)? {
        true => {
            let words = "the output that the page keeps is as said".to_string();
            Outcome::new(Verdict::Verified(vec![Qualifier::Recorded(day.clone())]), words)
        }
        false => {
            let words = format!("the output of {day} that the page keeps is another one");
            Outcome::new(Verdict::Contradicted, words)
        }
    })
}

/// Is `text` as the claim says? `None` when the claim says nothing of a text, or not what of it is meant.
fn holds(class: &Class, text: &str) -> Option<bool> {
    match class {
        Class::Exact(stated) => Some(text.trim() == stated.trim()),
        Class::Contains(items) => Some(items.iter().all(|item| text.contains(item.as_str()))),
        Class::Output(lines) => Some(is_printed(lines, text)),
        Class::Empty => Some(text.trim().is_empty()),
        Class::Bound(name, operator, bound) => {
            let (bound, unit) = number(bound)?;
            Some(is_within(operator, measured(name.as_deref(), unit, text)?, bound))
        }
        _ => None,
    }
}

/// Are these the lines of `text`? `...` stands for any.
fn is_printed(stated: &[String], text: &str) -> bool {
    let any = |line: &&String| matches!(line.trim(), "..." | "…" | "[..]");
    let mut printed = text.trim_end().lines().map(str::trim_end);
    match stated.iter().any(|line| any(&line)) {
        false => printed.eq(stated.iter().map(|line| line.trim_end())),
        true => stated.iter().filter(|line| !any(line)).all(|line| printed.any(|own| own == line.trim_end())),
    }
}

/// The one number with this unit in the lines that name it; `None` when there is none or there are several.
fn measured(name: Option<&str>, unit: &str, text: &str) -> Option<f64> {
    let name = name.unwrap_or_default().to_lowercase();
    let mut found = text.lines().filter(|line| line.to_lowercase().contains(&name)).flat_map(numbers);
    let close = |text: &str| text.split_whitespace().collect::<String>();
    let unit = close(unit);
    let mut fitting = found.by_ref().filter(|(_, behind)| close(behind).starts_with(&unit));
    match (fitting.next(), fitting.next()) {
        (Some((number, _)), None) => Some(number),
        _ => None,
    }
}

/// The numbers of a line, each with what stands behind it.
fn numbers(line: &str) -> Vec<(f64, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        // The digits of a name or a version are no measure.
        let stands_alone =
            !rest[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/'));
        let length = rest[at..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len() - at);
        let (number, behind) = (rest[at..at + length].trim_end_matches('.'), &rest[at + length..]);
        found.extend(number.parse().ok().filter(|_| stands_alone).map(|number| (number, behind)));
        rest = behind;
    }
    found
}

/// A bound as it is written: `8.0/10` is 8 and `/10`, `10 seconds` is 10 and `seconds`.
fn number(written: &str) -> Option<(f64, &str)> {
    let written = written.trim();
    let end = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    Some((written[..end].parse().ok()?, written[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_about_one_number_with_its_unit() {
        let bound = |name: Option<&str>, operator: &str, number: &str| {
            Class::Bound(name.map(str::to_string), operator.to_string(), number.to_string())
        };
        let score = bound(Some("Score"), ">=", "8.0/10");
        assert_eq!(holds(&score, "Aggregate score: 8.4 / 10\nChecks: 18\n"), Some(true));
        assert_eq!(holds(&score, "Aggregate score: 7.9/10\n"), Some(false));
        assert_eq!(holds(&score, "Score: good\n"), None);
        assert_eq!(holds(&score, "score 8.1/10, score 9.0/10\n"), None);
        assert_eq!(holds(&bound(None, "<", "10 seconds"), "done in 9 seconds, v1.2.3\n"), Some(true));
        assert_eq!(holds(&bound(None, "<", "10 seconds"), "done in 9 minutes\n"), None);
    }

    #[test]
    fn text_is_held_against_text() {
        let lines = |lines: &[&str]| Class::Output(lines.iter().map(|line| line.to_string()).collect());
        assert_eq!(holds(&Class::Exact("ok".to_string()), "ok\n"), Some(true));
        assert_eq!(holds(&Class::Contains(vec!["a".to_string(), "z".to_string()]), "a b\n"), Some(false));
        assert_eq!(holds(&Class::Empty, "\n"), Some(true));
        assert_eq!(holds(&lines(&["a", "...", "c"]), "a\nb\nc\n"), Some(true));
        assert_eq!(holds(&lines(&["c", "...", "a"]), "a\nb\nc\n"), Some(false));
        assert_eq!(holds(&lines(&["a", "c"]), "a\nb\nc\n"), Some(false));
        assert_eq!(holds(&Class::Prose, "a\n"), None);
    }
}
