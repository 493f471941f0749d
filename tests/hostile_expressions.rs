//! Damaged and hostile expressions of both languages end in an error or a value, never in a panic or a long wait.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table test prints its figures")]

use runproof::policy::cel::{self, Environment, Facts, Value as Cel, Variables};
use runproof::policy::jmespath::{self, Env};
use serde_json::Value;
use std::path::PathBuf;

fn expressions(table: &str) -> Vec<(String, Value)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/kyverno/cases").join(table);
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var_os("CI").is_none(), "../shared is absent");
        println!("skipped: ../shared is absent");
        return Vec::new();
    };
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["expression"].as_str().unwrap().to_owned(), row)).collect()
}

/// Variants of `text`: cut short, a character left out, a character in place of another, doubled.
fn damaged(text: &str, seed: usize) -> Vec<String> {
    const ODD: [char; 16] =
        ['(', ')', '[', ']', '{', '"', '\'', '`', '\\', '.', '?', '&', '|', '-', 'é', '😀'];
    let chars: Vec<char> = text.chars().collect();
    let mut all = vec![format!("{text}{text}")];
    for step in 0..6 {
        let at = (seed * 31 + step * 17) % chars.len().max(1);
        let odd = ODD[(seed + step) % ODD.len()];
        all.push(chars.iter().take(at).collect());
        all.push(chars.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, c)| *c).collect());
        all.push(chars.iter().enumerate().map(|(index, c)| if index == at { odd } else { *c }).collect());
    }
    all
}

fn evaluate_cel(text: &str, object: &Value) {
    let environment = Environment::kyverno().with_constructors().with_mixed_literals();
    let Ok(program) = cel::compile(text, &environment) else { return };
    let mut variables = Variables::new(Facts::default());
    variables.set("object", Cel::from_json(object));
    variables.set("oldObject", Cel::empty_map());
    let _ = program.evaluate(&variables);
}

#[test]
fn damaged_cel_does_no_harm() {
    for (seed, (text, row)) in expressions("cel.jsonl").into_iter().enumerate() {
        damaged(&text, seed).iter().for_each(|text| evaluate_cel(text, &row["object"]));
    }
}

#[test]
fn damaged_jmespath_does_no_harm() {
    for (seed, (text, row)) in expressions("jmespath.jsonl").into_iter().enumerate() {
        for text in damaged(&text, seed) {
            let _ = jmespath::parse(&text).map(|parsed| parsed.search(&row["input"], &Env { now: Some(0) }));
        }
    }
}

#[test]
fn hostile_cel_is_stopped() {
    let object = serde_json::json!({"l": (0..200).collect::<Vec<i32>>()});
    let nested =
        |open: &str, close: &str, count: usize| format!("{}1{}", open.repeat(count), close.repeat(count));
    for text in [
        nested("(", ")", 100_000),
        nested("[", "]", 50_000),
        nested("{1:", "}", 20_000),
        nested("-(", ")", 20_000),
        "!".repeat(50_000),
        "-".repeat(50_000),
        format!("1{}", " + 1".repeat(15_000)),
        format!("true{}", " && true".repeat(10_000)),
        format!("true ? {}", "true ? ".repeat(5_000)),
        format!("object{}", ".a".repeat(20_000)),
        format!("object{}", "[0]".repeat(20_000)),
        format!("a.{}", "all(x, x.".repeat(5_000)),
    ] {
        evaluate_cel(&text, &object);
    }
    let loops = "object.l.all(a, object.l.all(b, object.l.all(c, object.l.all(d, a + b + c + d >= 0.0))))";
    let program = cel::compile(loops, &Environment::kyverno()).unwrap();
    let mut variables = Variables::new(Facts::default());
    variables.set("object", Cel::from_json(&object));
    assert!(matches!(program.evaluate(&variables), Err(cel::EvalError::Limit(_))));
    let patterns = "object.l.all(a, object.l.all(b, 'x'.matches('^[a-z]{1,50}(foo|bar)?x*$')))";
    assert!(matches!(
        cel::compile(patterns, &Environment::kyverno()).unwrap().evaluate(&variables),
        Err(cel::EvalError::Limit(_))
    ));
    let doubling = format!("{}'a'{}", "cel.bind(x, ".repeat(40), ", x + x)".repeat(40));
    evaluate_cel(&doubling, &object);
}
