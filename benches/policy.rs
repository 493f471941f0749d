//! What the evaluator costs: `cargo bench --bench policy`.
//!
//! Prints the CPU time of `runproof test` over the public policy library, the time of one `runproof apply` of one
//! policy on one resource from start to end, and the CPU time of every policy of the matrix on its whole pool, three
//! times each. The tables lie beside the project; without them there is nothing to measure. Figures are read from
//! `/proc`, so it runs on Linux.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use runproof::kube::{Resource, read};
use runproof::policy::{Context, Policy, evaluate};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often a command is run that takes some milliseconds.
const TIMES: u32 = 50;
const POLICY: &str = "best-practices/require-ro-rootfs/require-ro-rootfs.yaml";

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let arguments: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if !root.is_dir() {
        println!("../shared is absent: there is nothing to measure");
    } else if arguments.first().is_some_and(|phase| phase == "matrix") {
        println!("{}", matrix(&root));
    } else {
        (1..=3).for_each(|round| measure(round, &root));
    }
}

fn measure(round: u32, root: &Path) {
    let policies = root.join("corpora/kyverno/policies");
    let runproof = || Command::new(env!("CARGO_BIN_EXE_runproof"));
    let test = cpu_of(runproof().arg("test").arg(&policies).args(["--format", "json"]));
    let policy = [policies.join(POLICY), root.join("kyverno/matrix/policies").join(POLICY)];
    let policy = policy.iter().find(|path| path.exists()).cloned().unwrap_or_default();
    let begun = Instant::now();
    for _ in 0..TIMES {
        cpu_of(
            runproof().arg("apply").arg(&policy).arg("-r").arg(root.join("kyverno/matrix/pool/r0001.yaml")),
        );
    }
    let apply = begun.elapsed() / TIMES;
    let own = std::env::current_exe().unwrap_or_default();
    let matrix = cpu_of(Command::new(own).arg("matrix"));
    println!("round {round}: test {test:.2} s CPU, apply {apply:.1?}, matrix {matrix:.2} s CPU");
}

/// CPU seconds of a command that prints to nowhere.
fn cpu_of(command: &mut Command) -> f64 {
    let before = children();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_err() {
        println!("{command:?} does not run");
    }
    children() - before
}

/// CPU seconds of all processes that this one has waited for.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // In `proc(5)` cutime and cstime are fields 16 and 17; the name, which may hold blanks, is the second.
    let ticks: f64 = fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// How many responses all policies of the matrix give on the whole pool.
fn matrix(root: &Path) -> usize {
    let pool: Vec<Resource> =
        texts(&root.join("kyverno/matrix/pool")).iter().flat_map(|text| read(text).0).collect();
    let context = Context { cluster: Some(pool.clone()), ..Context::default() };
    let folders = ["kyverno/matrix/policies", "corpora/kyverno/policies"];
    let written = folders.iter().flat_map(|folder| texts(&root.join(folder)));
    let mut count = 0;
    for text in written {
        let policies: Vec<Policy> = read(&text).0.iter().filter_map(|one| Policy::load(one).ok()).collect();
        for policy in &policies {
            count += pool.iter().map(|one| evaluate(&[policy], one, &context).len()).sum::<usize>();
        }
    }
    count
}

fn texts(folder: &Path) -> Vec<String> {
    let (mut open, mut found) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => found.extend(std::fs::read_to_string(&path)),
        }
    }
    found
}
