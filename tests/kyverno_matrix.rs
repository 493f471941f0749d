//! The evaluator against real verdicts of the Kyverno command line on a common pool of objects. A sample by
//! default; `KYVERNO_MATRIX=all` takes every policy, any other text those whose file name contains it, and
//! `SHOW_DIFFERENCES=1` prints what differs.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measure is printed, a broken table stops it"
)]

mod support;

use runproof::kube::{Resource, read};
use runproof::policy::{Context, Policy, RuleResponse, check, evaluate};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::conformance::{Figures, record};

fn shared() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if root.is_dir() {
        return Some(root);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", root.display());
    println!("skipped: ../shared is absent");
    None
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn policies(root: &Path, file: &str) -> Vec<Policy> {
    let places = [root.join("kyverno/matrix/policies"), root.join("corpora/kyverno/policies")];
    let text = places.iter().find_map(|place| std::fs::read_to_string(place.join(file)).ok());
    let (resources, _) = read(&text.unwrap_or_else(|| panic!("{file} is missing")));
    resources.iter().filter_map(|resource| Policy::load(resource).ok()).collect()
}

/// Rows by resource: `rule result`, sorted.
type Rows = BTreeMap<String, Vec<String>>;

/// Messages by resource, each with its row.
type Messages = BTreeMap<String, Vec<(String, String)>>;

/// Messages of the matrix are cut after so many characters.
const CUT: usize = 300;

#[derive(Default)]
struct Measure {
    agree: usize,
    differ: usize,
    unsupported: usize,
    silent: usize,
    features: BTreeMap<String, usize>,
    /// By kind of policy: rows that agree, that differ, that are unsupported.
    by_kind: BTreeMap<String, (usize, usize, usize)>,
    /// What does not agree, by kind of policy.
    apart: BTreeMap<String, BTreeMap<String, usize>>,
    mutated: (usize, usize),
    /// Messages with the same words, and all.
    messages: (usize, usize),
}

impl Measure {
    /// Where a rule answers as it should: does it say so in the same words?
    fn read(&mut self, ours: &[RuleResponse], theirs: &[(String, String)], place: &str, show: bool) {
        for one in ours.iter().filter(|one| one.unsupported.is_none()) {
            let row = format!("{} {}", one.rule, one.status);
            let mut same_row =
                theirs.iter().filter(|(other, _)| *other == row).map(|(_, text)| text).peekable();
            let Some(first) = same_row.peek().copied() else { continue };
            let same = same_row.any(|theirs| same_words(&one.message, theirs));
            self.messages.0 += usize::from(same);
            self.messages.1 += 1;
            if show && !same {
                println!("MESSAGE {place} {row}:\n  ours   {}\n  theirs {first}", one.message);
            }
        }
    }

    fn compare(&mut self, run: &Value, ours: &[RuleResponse], theirs: &[String], resource: &str, show: bool) {
        let word = |one: &RuleResponse| format!("{} {}", one.rule, one.status);
        let mut known: Vec<String> = ours.iter().filter(|one| one.unsupported.is_none()).map(word).collect();
        for feature in ours.iter().filter_map(|one| one.unsupported.as_ref()) {
            *self.features.entry(feature.clone()).or_default() += 1;
        }
        let unsupported = ours.len() - known.len();
        // The command line reports cleanup policies also for what they do not match.
        let cleanup =
            run["kind"] == "ClusterCleanupPolicy" && theirs.iter().all(|row| row.ends_with(" fail"));
        if ours.is_empty() && (theirs.is_empty() || cleanup) {
            self.silent += 1;
            return;
        }
        let mut missing = 0;
        let kind = self.by_kind.entry(run["kind"].as_str().unwrap().to_string()).or_default();
        for row in theirs {
            match known.iter().position(|one| one == row) {
                Some(index) => {
                    known.remove(index);
                    self.agree += 1;
                    kind.0 += 1;
                }
                None => missing += 1,
            }
        }
        let excused = missing.min(unsupported);
        self.unsupported += excused;
        let wrong = (missing - excused).max(known.len());
        self.differ += wrong;
        kind.1 += wrong;
        kind.2 += excused;
        let apart = self.apart.entry(run["kind"].as_str().unwrap().to_string()).or_default();
        for feature in ours.iter().filter_map(|one| one.unsupported.as_ref()).take(excused) {
            *apart.entry(feature.clone()).or_default() += 1;
        }
        if wrong > 0 {
            *apart.entry(run["policy_file"].as_str().unwrap().to_string()).or_default() += wrong;
        }
        if show && wrong > 0 {
            let messages: Vec<&str> = ours.iter().map(|one| one.message.as_str()).collect();
            println!(
                "{} {resource} {}: ours {known:?}, theirs {theirs:?} {messages:?}",
                run["policy_file"], run["needs"]
            );
        }
    }
}

#[test]
fn verdicts_on_the_pool() {
    let Some(root) = shared() else { return };
    let matrix = root.join("kyverno/matrix");
    let choice = std::env::var("KYVERNO_MATRIX").unwrap_or_default();
    let show = std::env::var_os("SHOW_DIFFERENCES").is_some();
    let pool = pool(&matrix);
    let cluster = Context { cluster: Some(pool.values().cloned().collect()), ..Context::default() };
    let (mut rows, mut messages) = (BTreeMap::<String, Rows>::new(), BTreeMap::<String, Messages>::new());
    for row in lines(&matrix.join("apply.jsonl")) {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_string();
        let place = rows.entry(text("policy_file")).or_default().entry(text("resource")).or_default();
        let word = format!("{} {}", text("rule"), text("result"));
        place.push(word.clone());
        let place = messages.entry(text("policy_file")).or_default().entry(text("resource")).or_default();
        place.push((word, text("message")));
    }
    let mut mutated: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for row in lines(&matrix.join("mutated.jsonl")) {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_string();
        let changes = row["changes"].as_array().cloned().unwrap_or_default();
        mutated.insert((text("policy_file"), text("resource")), changes);
    }
    let refused = lines(&matrix.join("refused.jsonl"));
    let mut measure = Measure::default();
    for (index, run) in lines(&matrix.join("runs.jsonl")).iter().enumerate() {
        let file = run["policy_file"].as_str().unwrap();
        let chosen = match choice.as_str() {
            "" => index % 20 == 0,
            "all" => true,
            part => file.contains(part),
        };
        // Policies that are refused, or that crash the command line, have no verdicts to compare with.
        let silent = refused.iter().any(|row| row["policy_file"] == file && row["class"] != "partial");
        if !chosen || run["exit"].is_null() || silent {
            continue;
        }
        let policies = policies(&root, file);
        let policies: Vec<&Policy> =
            policies.iter().filter(|one| run["policy"] == one.name.as_str()).collect();
        let nothing = Vec::new();
        let own = rows.get(file);
        for (name, resource) in &pool {
            if run["pool"]
                .as_array()
                .is_some_and(|names| !names.iter().any(|one| one.as_str() == Some(name.as_str())))
            {
                continue;
            }
            let responses = evaluate(&policies, resource, &cluster);
            let theirs = own.and_then(|rows| rows.get(name)).unwrap_or(&nothing);
            measure.compare(run, &responses, theirs, name, show);
            if let Some(theirs) = messages.get(file).and_then(|messages| messages.get(name)) {
                measure.read(&responses, theirs, &format!("{file} {name}"), show);
            }
            let supported = responses.iter().all(|one| one.unsupported.is_none() && one.target.is_none());
            if let (Some(patched), true) =
                (responses.iter().rev().find_map(|one| one.patched.as_ref()), supported)
            {
                measure.mutated.1 += 1;
                let changes = mutated.get(&(file.to_string(), name.clone()));
                let wanted = changes.map(|changes| changed(resource, changes)).unwrap_or_default();
                match same(&wanted, patched) {
                    true => measure.mutated.0 += 1,
                    false if show => {
                        println!("MUTATED {file} {name}:\n  ours   {patched}\n  theirs {wanted}")
                    }
                    false => {}
                }
            }
        }
    }
    println!("matrix, mutated objects: {} of {} agree", measure.mutated.0, measure.mutated.1);
    println!("matrix, messages: {} of {} agree", measure.messages.0, measure.messages.1);
    println!(
        "matrix: {} agree, {} differ, {} unsupported; {} pairs silent in both",
        measure.agree, measure.differ, measure.unsupported, measure.silent
    );
    println!("matrix, by kind (agree, not): {:?}", measure.by_kind);
    println!("matrix, unsupported: {:?}", measure.features);
    assert_eq!(measure.mutated.0, measure.mutated.1, "mutated objects");
    assert!(measure.agree > 0 || !choice.is_empty());
    if choice == "all" {
        for (kind, (equal, different, unsupported)) in measure.by_kind {
            record(&Figures {
                table: &format!("matrix, {kind}"),
                equal,
                different,
                unsupported,
                idle: 0,
                apart: measure.apart.remove(&kind).unwrap_or_default(),
            });
        }
        let both = [("matrix, mutated objects", measure.mutated), ("matrix, messages", measure.messages)];
        for (table, (equal, total)) in both {
            let different = total - equal;
            let wording =
                (table.ends_with("messages") && different > 0).then(|| ("wording".to_string(), different));
            let apart = wording.into_iter().collect();
            record(&Figures { table, equal, different, unsupported: 0, idle: 0, apart });
        }
    }
    assert!(measure.differ * 1000 <= measure.agree, "{} of {} differ", measure.differ, measure.agree);
}

/// Kyverno lists what breaks the Pod Security Standards in any order, and the table has only the beginning of long
/// messages.
fn same_words(ours: &str, theirs: &str) -> bool {
    const REASON: &str = "(Forbidden reason";
    if ours.contains(REASON) && theirs.contains(REASON) {
        let mut reasons: Vec<&str> = theirs.split(REASON).collect();
        if theirs.chars().count() == CUT {
            reasons.pop();
        }
        return reasons.iter().all(|reason| ours.split(REASON).any(|own| own == *reason));
    }
    ours.chars().take(CUT).eq(theirs.chars())
}

fn pool(matrix: &Path) -> BTreeMap<String, Resource> {
    let mut pool = BTreeMap::new();
    for entry in std::fs::read_dir(matrix.join("pool")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for resource in read(&text).0 {
            pool.insert(resource.name.clone(), resource);
        }
    }
    pool
}

/// The pool object after the recorded changes.
fn changed(resource: &Resource, changes: &[Value]) -> Value {
    let mut object = resource.body.clone();
    for change in changes {
        let path = change["path"].as_array().unwrap();
        let (last, parents) = path.split_last().unwrap();
        let mut slot = &mut object;
        for step in parents {
            slot = match step.as_u64() {
                Some(index) => &mut slot[usize::try_from(index).unwrap()],
                None => &mut slot[step.as_str().unwrap()],
            };
        }
        match (change["op"].as_str().unwrap(), last.as_u64()) {
            ("set", Some(index)) => slot[usize::try_from(index).unwrap()] = change["value"].clone(),
            ("set", None) => slot[last.as_str().unwrap()] = change["value"].clone(),
            (_, Some(index)) => drop(slot.as_array_mut().unwrap().remove(usize::try_from(index).unwrap())),
            (_, None) => drop(slot.as_object_mut().unwrap().shift_remove(last.as_str().unwrap())),
        }
    }
    object
}

/// Equal but for the order of keys, the notation of numbers and the namespace `default`.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let alike = |key: &String, value: &Value| match other.get(key) {
                Some(other) => same(value, other),
                None => key == "namespace" && value == "default",
            };
            let extra = |key: &String, value: &Value| {
                one.contains_key(key) || (key == "namespace" && value == "default")
            };
            one.iter().all(|(key, value)| alike(key, value))
                && other.iter().all(|(key, value)| extra(key, value))
        }
        (Value::Null, Value::Object(map)) | (Value::Object(map), Value::Null) => map.is_empty(),
        (one, other) => one == other,
    }
}

/// The policies of the library that Kyverno refuses or cannot read are refused, and no others.
#[test]
fn refusals_of_the_library() {
    let Some(root) = shared() else { return };
    let matrix = root.join("kyverno/matrix");
    let refused = lines(&matrix.join("refused.jsonl"));
    let theirs = |file: &str| {
        let class = |row: &Value| matches!(row["class"].as_str(), Some("refused" | "load"));
        refused.iter().any(|row| row["policy_file"] == file && class(row))
    };
    let (mut agree, mut differ) = (0, 0);
    for run in lines(&matrix.join("runs.jsonl")) {
        let file = run["policy_file"].as_str().unwrap();
        let places = [root.join("kyverno/matrix/policies"), root.join("corpora/kyverno/policies")];
        let text = places.iter().find_map(|place| std::fs::read_to_string(place.join(file)).ok()).unwrap();
        let resources = read(&text).0;
        let ours: Vec<String> = resources
            .iter()
            .filter(|resource| Policy::is_policy(resource))
            .flat_map(|resource| match Policy::load(resource) {
                Ok(policy) => check(&policy, resource),
                Err(refusal) => vec![refusal],
            })
            .map(|refusal| format!("{} {}", refusal.path, refusal.reason))
            .collect();
        match ours.is_empty() != theirs(file) {
            true => agree += 1,
            false => {
                differ += 1;
                println!("{file}: ours {ours:?}");
            }
        }
    }
    println!("refusals of the library: {agree} agree, {differ} differ");
    assert_eq!(differ, 0);
    let apart = BTreeMap::new();
    record(&Figures {
        table: "matrix, refusals",
        equal: agree,
        different: differ,
        unsupported: 0,
        idle: 0,
        apart,
    });
}
