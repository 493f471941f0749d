//! The figures of `content/reference/kyverno-conformance.md`, each held true by the test that measures it.
//!
//! With `ACCEPT=1` a test writes its own lines anew; the matrix needs `KYVERNO_MATRIX=all` beside it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// What one table came to.
pub struct Figures<'t> {
    /// The table's name, which begins its lines in the page.
    pub table: &'t str,
    /// Rows with the answer of the real command line.
    pub equal: usize,
    /// Rows with another answer.
    pub different: usize,
    /// Rows that are said to be undecided.
    pub unsupported: usize,
    /// Rows for which nothing was tried.
    pub idle: usize,
    /// The rows that do not agree, by what they have in common.
    pub apart: BTreeMap<String, usize>,
}

static PAGE: Mutex<()> = Mutex::new(());

/// Hold the page to the figures of one table.
pub fn record(figures: &Figures) {
    let _guard = PAGE.lock().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/kyverno-conformance.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let Figures { table, equal, different, unsupported, idle, .. } = figures;
    let total = equal + different + unsupported + idle;
    let own = vec![format!("| {table} | {total} | {equal} | {different} | {unsupported} | {idle} |")];
    let apart =
        figures.apart.iter().map(|(what, count)| format!("| {table} | {what} | {count} | {} |", why(what)));
    let wanted =
        section(&section(&page, "Figures", table, own), "What does not agree", table, apart.collect());
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(page == wanted, "{} is not true for {table}: ACCEPT=1 cargo test mends it", path.display());
}

/// The page with these lines as those of `table` in the one table of a section; lines stay sorted.
fn section(page: &str, heading: &str, table: &str, own: Vec<String>) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let start = lines.iter().position(|line| *line == format!("## {heading}")).unwrap();
    let is_row = |line: &&str| line.starts_with("| ");
    let head = start + lines[start..].iter().position(|line| line.starts_with("|---")).unwrap() + 1;
    let end = head + lines[head..].iter().take_while(|line| is_row(line)).count();
    let mine = |line: &&&str| line.starts_with(&format!("| {table} | "));
    let mut rows: Vec<String> =
        lines[head..end].iter().filter(|line| !mine(line)).map(|line| (*line).to_string()).collect();
    rows.extend(own);
    rows.sort();
    let all = lines[..head].iter().map(|line| (*line).to_string()).chain(rows);
    let all = all.chain(lines[end..].iter().map(|line| (*line).to_string()));
    all.map(|line| format!("{line}\n")).collect()
}

/// Why rows do not agree.
fn why(what: &str) -> &'static str {
    const REASONS: [(&str, &str); 9] = [
        ("random", "a random result: two builds of one site would differ"),
        ("time zone", "only UTC and fixed offsets are known: the database of zones changes"),
        ("time_now", "the clock: two builds of one site would differ"),
        ("envoy", "policies for Envoy answer with the types of another library"),
        ("http", "policies for HTTP answer with the types of another library"),
        ("signature", "needs a registry"),
        ("registry", "needs a registry"),
        ("no policy of this name", "the test names a policy that it does not have: it is made to fail"),
        ("wording", "the answer is the same, its message has other words"),
    ];
    REASONS.iter().find(|(part, _)| what.contains(part)).map_or("", |(_, reason)| reason)
}
