//! `runproof claims`

use super::args::{ClaimsArgs, ClaimsFormat};
use super::terminal::Terminal;
use super::{Failure, Outcome, Place};
use crate::build::{Build, Builder};
use crate::check::{Decided, Place as Said, Qualifier, Verdict};
use crate::diag::{plural, visible};
use serde::Serialize;

/// A claim as reports tell it. The names of the fields are the format.
#[derive(Serialize)]
struct Row<'a> {
    /// The page's file, below the folder of the pages.
    page: String,
    /// The line of the words, from 1.
    line: usize,
    /// The words.
    text: &'a str,
    class: &'static str,
    /// The rule that put the policies in force.
    scope: Option<&'static str>,
    policies: &'a [String],
    verdict: &'static str,
    /// Why it is not checkable.
    reason: Option<&'static str>,
    qualifiers: Vec<&'static str>,
    policy: Option<&'a str>,
    rule: Option<&'a str>,
    message: Option<&'a str>,
    object: Option<&'a str>,
}

pub(super) fn run(args: &ClaimsArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let place = Place::find(&args.site)?;
    let build = Builder::open(place.options(args.drafts))?.build();
    let rows: Vec<Row> = claims(&build).filter_map(|(one, said)| row(&build, one, said)).collect();
    terminal.print(&match args.format {
        ClaimsFormat::Human => {
            claims(&build).filter_map(|(one, said)| human(&build, &place, one, said)).collect()
        }
        ClaimsFormat::Json => json(&rows)?,
    });
    terminal.say(&summary(&rows));
    Ok(Outcome::Clean)
}

/// Every claim with each place that makes it.
fn claims(build: &Build) -> impl Iterator<Item = (&Decided, &Said)> {
    build.claims.iter().flat_map(|(_, one)| one.places.iter().map(move |said| (one, said)))
}

fn row<'a>(build: &Build, one: &'a Decided, said: &'a Said) -> Option<Row<'a>> {
    let file = build.sources.file(said.span.file)?;
    let (outcome, evidence) = (&one.outcome, &one.outcome.evidence);
    let local = file.path().strip(&build.config.content_dir);
    let (qualifiers, reason) = match &outcome.verdict {
        Verdict::Verified(qualifiers) => (qualifiers.iter().map(Qualifier::code).collect(), None),
        Verdict::NotCheckable(reason) => (Vec::new(), Some(reason.code())),
        Verdict::Contradicted | Verdict::Invalid => (Vec::new(), None),
    };
    Some(Row {
        page: local.unwrap_or_else(|| file.path().clone()).to_string(),
        line: file.line_column(said.span.start as usize).line,
        text: &said.text,
        class: one.class,
        scope: evidence.scope,
        policies: &evidence.policies,
        verdict: outcome.verdict.word(),
        reason,
        qualifiers,
        policy: evidence.policy.as_deref(),
        rule: evidence.rule.as_deref(),
        message: Some(evidence.message.as_deref().unwrap_or(&outcome.words)),
        object: evidence.object.as_deref(),
    })
}

/// A list with one claim on each line, so that a change of one claim changes one line.
fn json(rows: &[Row<'_>]) -> Result<String, Failure> {
    let lines: Result<Vec<String>, _> = rows.iter().map(serde_json::to_string).collect();
    let lines = lines.map_err(|error| Failure::new(format!("the claims cannot be written: {error}")))?;
    Ok(match lines.is_empty() {
        true => "[]\n".to_string(),
        false => format!("[\n{}\n]\n", lines.join(",\n")),
    })
}

/// The place, the words, and what became of them with its evidence.
fn human(build: &Build, place: &Place, one: &Decided, said: &Said) -> Option<String> {
    let file = build.sources.file(said.span.file)?;
    let line = file.line_column(said.span.start as usize).line;
    let strip = one.outcome.strip(&said.text);
    let mut text = format!("{}:{line}: {}\n", place.shown(file.path()), visible(&said.text, false));
    text.push_str(&format!("  {}\n", visible(&strip.words, false)));
    for fact in &strip.details {
        let value = fact.value.as_deref().unwrap_or("not stated").lines().collect::<Vec<_>>().join(" ");
        text.push_str(&format!("    {}: {}\n", visible(&fact.label, false), visible(&value, false)));
    }
    Some(text)
}

fn summary(rows: &[Row<'_>]) -> String {
    let count = |word: &str| rows.iter().filter(|row| row.verdict == word).count();
    let with_caveat = rows.iter().filter(|row| !row.qualifiers.is_empty()).count();
    let verified = count(Verdict::Verified(Vec::new()).word());
    let readable = rows.iter().filter(|row| row.verdict == "verified" && row.class == "valid").count();
    let readable = match readable {
        0 => String::new(),
        count => format!(", {count} only that an expression can be read"),
    };
    let rest = ["contradicted", "not checkable", "invalid"].map(|word| format!("{} {word}", count(word)));
    format!(
        "{}: {verified} verified ({with_caveat} with a caveat{readable}), {}.",
        plural(rows.len(), "claim"),
        rest.join(", ")
    )
}
