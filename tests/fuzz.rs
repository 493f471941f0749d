//! Damaged input of every parser of the evaluator, and of the evaluator itself: answers may differ, but nothing
//! panics and nothing takes long. One target a parser; `FUZZ=20` tries twenty times as much, `FUZZ_SEED=7` other
//! damage. The same seed does the same damage.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail loudly and prints what it tried"
)]

mod support;

use runproof::kube::{Quantity, Resource, duration, image::ImageRef, read, selector::Selector, wildcard};
use runproof::policy::suite::Suite;
use runproof::policy::{Context, Policy, cel, check, evaluate, gotime, jmespath, lints, regexp, semver};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A small generator of numbers (SplitMix64): the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Pieces that mean something somewhere.
const PIECES: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    "`",
    "\\",
    "|",
    "&",
    "!",
    "?",
    "*",
    ":",
    "- ",
    "\n",
    "\t",
    "#",
    "@",
    ".",
    "{{",
    "}}",
    "{{- ",
    "$(",
    "=(",
    "^(",
    "X(",
    "<(",
    "+(",
    "&a ",
    "*a",
    "!!int ",
    "<<: ",
    "---\n",
    "null",
    "1e999",
    "-9223372036854775808",
    "9007199254740993",
    "é",
    "😀",
    "\u{0}",
    "\u{feff}",
];

/// The text with a few damages: cut at any byte, parts left out, doubled or swapped, pieces put in.
fn damaged(text: &str, other: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let (at, to) = (dice.below(bytes.len() + 1), dice.below(bytes.len() + 1));
        let (from, to) = (at.min(to), at.max(to));
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(from..to.min(from + 40))),
            2 => {
                let part = bytes[from..to.min(from + 200)].to_vec();
                bytes.splice(at..at, part);
            }
            3 => {
                let from = dice.below(other.len() + 1);
                let part = &other.as_bytes()[from..other.len().min(from + 120)];
                bytes.splice(at..at, part.iter().copied());
            }
            4 if !bytes.is_empty() => {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            _ => {
                let piece = dice.one(&PIECES).as_bytes().to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The YAML text with a few values in the wrong place: what still can be read, and goes deep. Texts that cannot be
/// read stay as they are.
fn transplanted(text: &str, other: &str, dice: &mut Dice) -> String {
    let documents = |text: &str| read(text).0.into_iter().map(|one| one.body).collect::<Vec<Value>>();
    let (mut own, strange) = (documents(text), documents(other));
    let mut grafts: Vec<Value> =
        ["null", "0", "-1", "1e300", "true", "\"\"", "\"{{ @ }}\"", "\"*\"", "[]", "{}", "[[null]]"]
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
    strange.iter().for_each(|one| each_value(one, &mut |value| grafts.push(value.clone())));
    for _ in 0..=dice.below(4) {
        let Some(at) = (!own.is_empty()).then(|| dice.below(own.len())) else { return text.to_string() };
        let mut count = 0;
        each_value(&own[at], &mut |_| count += 1);
        let (chosen, graft) = (dice.below(count), dice.one(&grafts).clone());
        replace(&mut own[at], &mut chosen.clone(), &graft);
    }
    own.iter().map(|one| format!("---\n{one}\n")).collect()
}

fn each_value(value: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_value(item, visit)),
        Value::Object(map) => map.values().for_each(|item| each_value(item, visit)),
        _ => {}
    }
}

/// Puts `graft` in place of the value that is `left` values further.
fn replace(value: &mut Value, left: &mut usize, graft: &Value) -> bool {
    if *left == 0 {
        *value = graft.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, graft)),
        Value::Object(map) => map.values_mut().any(|item| replace(item, left, graft)),
        _ => false,
    }
}

/// Hand damaged variants of `seeds` to `target`, `count` times the environment's factor.
fn fuzz(name: &str, seeds: &[String], count: usize, mut target: impl FnMut(&str, &mut Dice)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = count * usize::try_from(number("FUZZ").unwrap_or(1)).unwrap();
    let mut dice = Dice(number("FUZZ_SEED").unwrap_or(1));
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..count {
        let (seed, other) = (dice.one(seeds), dice.one(seeds));
        let structured = name.ends_with("in place");
        let text =
            if structured { transplanted(seed, other, &mut dice) } else { damaged(seed, other, &mut dice) };
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&text, &mut dice)));
        assert!(outcome.is_ok(), "{name} panics on {text:?}");
        if begun.elapsed() > slowest.0 {
            slowest = (begun.elapsed(), text);
        }
    }
    let head: String = slowest.1.chars().take(80).collect();
    println!(
        "{name}: {count} variants of {} seeds, the slowest took {:?} ({head:?})",
        seeds.len(),
        slowest.0
    );
}

/// The texts of all files below a folder whose name ends so.
fn texts(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let (mut open, mut found) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let mut inside: Vec<PathBuf> =
                std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
            inside.sort();
            open.extend(inside);
        } else if path.to_string_lossy().ends_with(ending)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push((path, text));
        }
    }
    found
}

/// The policies of this repository, and those of the corpora where they are.
fn manifests() -> Vec<String> {
    let mut all = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), ".yaml");
    for folder in ["corpora/kyverno", "kyverno/matrix/policies"] {
        all.extend(support::shared(folder).map(|folder| texts(&folder, ".yaml")).unwrap_or_default());
    }
    all.into_iter().map(|(_, text)| text).filter(|text| text.len() < 20_000).collect()
}

/// One field of the rows of a table, as text; `own` where the table is absent.
fn column(table: &str, field: &str, own: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = own.iter().map(|text| (*text).to_string()).collect();
    if let Some(path) = support::shared(&format!("kyverno/cases/{table}.jsonl")) {
        let text = std::fs::read_to_string(path).unwrap();
        let rows = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        all.extend(rows.filter_map(|row| row[field].as_str().map(str::to_string)));
    }
    all
}

fn policies(text: &str) -> Vec<Policy> {
    let written = read(text).0;
    let written = written.iter().filter(|resource| Policy::is_policy(resource));
    let load = |resource: &Resource| {
        let policy = Policy::load(resource).ok()?;
        let (refusals, lints) = (check(&policy, resource), lints(&policy, resource));
        let inside = |place: &Option<std::ops::Range<usize>>| {
            place.as_ref().is_none_or(|place| text.get(place.clone()).is_some())
        };
        assert!(refusals.iter().all(|one| inside(&one.place)) && lints.iter().all(|one| inside(&one.place)));
        Some(policy)
    };
    written.filter_map(load).collect()
}

#[test]
fn manifests_and_policies() {
    fuzz("manifests", &manifests(), 1500, |text, _| drop(policies(text)));
}

#[test]
fn the_evaluator() {
    let objects: Vec<Resource> =
        match support::shared("kyverno/matrix/pool") {
            Some(folder) => texts(&folder, "7.yaml").iter().flat_map(|(_, text)| read(text).0).collect(),
            None => read(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: b, image: c}]}\n",
            )
            .0,
        };
    let context = Context { cluster: Some(objects.clone()), targets: objects.clone(), ..Context::default() };
    for name in ["evaluator", "evaluator, values in place"] {
        fuzz(name, &manifests(), 600, |text, dice| {
            let policies = policies(text);
            let policies: Vec<&Policy> = policies.iter().collect();
            for _ in 0..3 {
                evaluate(&policies, dice.one(&objects), &context);
            }
        });
    }
}

#[test]
fn suites() {
    let Some(root) = support::shared("corpora/kyverno/cli") else { return };
    let files = texts(&root, "kyverno-test.yaml");
    let seeds: Vec<String> = files.iter().map(|(_, text)| text.clone()).collect();
    type Damage = fn(&str, &str, &mut Dice) -> String;
    let kinds: [(&str, Damage); 2] = [("suites", damaged), ("suites, values in place", transplanted)];
    for (name, damage) in kinds {
        fuzz(name, &seeds, 60, |text, dice| {
            let (folder, _) = dice.one(&files).clone();
            let seed = dice.next();
            for suite in Suite::read(text).0 {
                let beside = |name: &str| {
                    let text = std::fs::read_to_string(folder.parent()?.join(name)).ok()?;
                    Some(damage(&text, &text, &mut Dice(seed ^ text.len() as u64)))
                };
                suite.run(&beside);
            }
        });
    }
}

#[test]
fn expressions_of_jmespath() {
    let seeds = column("jmespath", "expression", &["a[?b == 'c'].d | length(@)", "items(a, 'k', 'v')"]);
    let input = serde_json::json!({"a": [{"b": "c", "d": 1.0}], "s": "x", "n": null});
    fuzz("jmespath", &seeds, 6000, |text, _| {
        if let Ok(parsed) = jmespath::parse(text) {
            let _ = parsed.search(&input, &jmespath::Env { now: Some(0) });
            let (doubts, tree) = (parsed.doubts(), parsed.tree());
            assert!(!tree.is_empty() && doubts.iter().all(|(_, span)| text.get(span.clone()).is_some()));
        }
    });
}

/// Damage to the base64 of certificates is damage to their bytes.
#[test]
fn certificates() {
    let Some(table) = support::shared("kyverno/cases/jmespath.jsonl") else { return };
    let rows = std::fs::read_to_string(table).unwrap();
    let rows = rows.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let seeds: Vec<String> = rows
        .flat_map(|row| row["input"].as_object().cloned().unwrap_or_default())
        .filter_map(|(_, text)| {
            text.as_str().filter(|text| text.starts_with("-----BEGIN ")).map(str::to_string)
        })
        .collect();
    let decode = jmespath::parse("x509_decode(@)").unwrap();
    fuzz("certificates", &seeds, 6000, |text, dice| {
        let body: String = text.lines().filter(|line| !line.contains('-')).collect();
        let body = body.replace(|c: char| !c.is_ascii_alphanumeric() && !"+/".contains(c), "");
        let body = &body[..body.len() / 4 * 4];
        let label = dice.one(&["CERTIFICATE", "CERTIFICATE REQUEST"]);
        let pem = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        let _ = decode.search(&pem.into(), &jmespath::Env::default());
    });
}

#[test]
fn expressions_of_cel() {
    let seeds = column("cel", "expression", &["object.a.all(x, x > 1)", "object.?a[?'b'].orValue([1])"]);
    let environment = cel::Environment::kyverno().with_constructors();
    let object = cel::Value::from_json(&serde_json::json!({"a": [1.0, 2.0], "spec": {"i": 3.0, "s": "x"}}));
    fuzz("cel", &seeds, 6000, |text, _| match cel::compile(text, &environment) {
        Ok(program) => {
            let mut variables = cel::Variables::new(cel::Facts::default());
            variables.set("object", object.clone());
            let _ = program.evaluate(&variables);
        }
        Err(error) => assert!(error.span.end <= text.len().max(1), "{error:?}"),
    });
}

#[test]
fn patterns_and_values() {
    let seeds = column("patterns", "pattern", &["1-10 | !5 & >=2", "!*:latest", "<1Gi", "10m-20m"]);
    let values = column("patterns", "value", &["7", "512Mi", "nginx:latest", "1h"]);
    let object = |value: &str| {
        let body = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"v": value}});
        Resource::from_json(body).unwrap()
    };
    fuzz("patterns", &seeds, 2000, |text, dice| {
        let rule = serde_json::json!({
            "name": "r", "match": {"any": [{"resources": {"kinds": [text, "Pod"], "names": ["a", text]}}]},
            "validate": {"anyPattern": [{"spec": {"v": text}}, {"spec": {text: text}}]},
        });
        let body = serde_json::json!({
            "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "p"}, "spec": {"rules": [rule]},
        });
        let policy = Policy::load(&Resource::from_json(body).unwrap()).unwrap();
        let value = dice.one(&values).clone();
        evaluate(&[&policy], &object(&value), &Context::default());
        evaluate(&[&policy], &object(text), &Context::default());
    });
}

#[test]
fn small_languages() {
    let seeds: Vec<String> = [
        "1.5Gi",
        "-1e3",
        "100m",
        "1h30m5.5s",
        "-1.5h",
        ">=1.0.0 <2.0.0 || !3.0.0-a+b",
        "1.2.3",
        "a*b?c*",
        "ghcr.io:5000/a/b:v1@sha256:00",
        "2026-11-25T04:05:06.789+02:00",
        "Mon Jan 2 15:04:05 2006",
        "YWJj",
        "(a|b)+[0-9]{2,3}$",
        "a.b/c",
        "v1/Pod.exec",
    ]
    .map(str::to_string)
    .to_vec();
    fuzz("small languages", &seeds, 20_000, |text, dice| {
        let other = damaged(text, text, dice);
        let _ = (Quantity::parse(text).map(Quantity::nanos), duration::parse(text).map(duration::format));
        let _ = (
            semver::in_range(text, &other),
            semver::in_range("1.2.3", text),
            wildcard::matches(text, &other),
        );
        let _ = ImageRef::parse(text).map(|image| image.reference());
        let _ =
            (gotime::Time::parse(text, &other), gotime::Time::parse_rfc3339(text).map(|time| time.rfc3339()));
        let _ = regexp::compile(text).map(|regex| regex.is_match(&other));
        let _ = Selector::parse(&serde_json::json!({"matchLabels": {text: other}}));
    });
}

#[test]
fn explosions_end_within_their_bounds() {
    let stars = "*a".repeat(2_000);
    assert!(!wildcard::matches(&stars, &"a".repeat(5_000).replace("aa", "b")));
    let deep = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {}1{}\n",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let (_, errors) = read(&deep);
    assert!(!errors.is_empty(), "a document of this depth is an error");
    let bomb: String =
        (1..40).map(|at| format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}, *a{0}]\n", at - 1)).collect();
    let (_, errors) = read(&format!("a0: &a0 [1]\n{bomb}apiVersion: v1\nkind: Pod\n"));
    assert!(!errors.is_empty(), "aliases that multiply are an error");
    let wide = vec!["[@,@,@,@,@,@,@,@]"; 30].join("|");
    let outcome = jmespath::parse(&wide).unwrap().search(&Value::from(1), &jmespath::Env::default());
    assert!(matches!(outcome, Err(jmespath::SearchError::Limit(_))), "{outcome:?}");
}
