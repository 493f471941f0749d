//! Agreement with a table of what the Kyverno command line answered to single JMESPath queries.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table test prints its figures")]

mod support;

use runproof::policy::jmespath::{self, Env, SearchError, json_text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::conformance::{Figures, record};

/// The share of rows, in a thousand, that must agree.
const FLOOR: usize = 995;

fn table() -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/kyverno/cases/jmespath.jsonl");
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        assert!(std::env::var_os("CI").is_none(), "../shared is absent");
        println!("skipped: ../shared is absent");
    }
    text
}

/// What we answer: the printed value, or the kind of error.
fn answer(row: &Value) -> Result<Value, (&'static str, String)> {
    let expression = row["expression"].as_str().unwrap();
    let env = Env { now: Some(1_790_000_000) };
    let parsed = jmespath::parse(expression).map_err(|error| ("compile", error.to_string()))?;
    parsed.search(&row["input"], &env).map_err(|error| match error {
        SearchError::Unsupported { .. } => ("unsupported", error.to_string()),
        _ => ("eval", error.to_string()),
    })
}

fn agrees(row: &Value, answer: &Result<Value, (&'static str, String)>) -> bool {
    match (row.get("output"), answer) {
        (Some(expected), Ok(value)) if row.get("order_free").is_some() => {
            sorted(&json_text(expected)) == sorted(&json_text(value))
        }
        (Some(expected), Ok(value)) => json_text(expected) == json_text(value),
        (None, Err((kind, _))) => match row["error_kind"].as_str() {
            Some("marshal" | "panic") => *kind == "eval",
            wanted => wanted == Some(*kind),
        },
        _ => false,
    }
}

fn sorted(text: &str) -> Vec<char> {
    let mut chars: Vec<char> = text.chars().collect();
    chars.sort_unstable();
    chars
}

#[test]
fn answers_agree_with_the_table() {
    let Some(table) = table() else { return };
    let (mut agree, mut total, mut same_text, mut errors) = (0, 0, 0, 0);
    let (mut unsupported, mut apart) = (0, BTreeMap::new());
    for line in table.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let answer = answer(&row);
        total += 1;
        if let (Some(expected), Err((_, text))) = (row["error"].as_str(), &answer) {
            errors += 1;
            same_text += usize::from(expected == text);
        }
        if agrees(&row, &answer) {
            agree += 1;
        } else {
            let what = match &answer {
                Err(("unsupported", text)) => {
                    unsupported += 1;
                    text.split(" is not supported").next().unwrap_or_default().to_string()
                }
                _ => row["id"].as_str().unwrap().to_string(),
            };
            *apart.entry(what).or_default() += 1;
            let expected = row.get("output").map_or_else(|| row["error"].to_string(), json_text);
            println!("{} {}: {answer:?}, table {expected}", row["id"], row["expression"]);
        }
    }
    println!("jmespath: {agree}/{total} agree; error texts {same_text}/{errors}");
    assert!(agree * 1000 >= total * FLOOR, "{agree} of {total}");
    let different = total - agree - unsupported;
    record(&Figures { table: "jmespath", equal: agree, different, unsupported, idle: 0, apart });
}
