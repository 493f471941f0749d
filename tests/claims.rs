//! What the pages of a public site claim of their policies, decided here and by the real Kyverno command line.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use runproof::check::{Qualifier, Reason, Verdict};
use runproof::diag::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use support::{Built, SiteTest, shared};

/// Rows of the table that get the verdict of the real command line. It knows nothing of what stands between a policy and
/// a claim on the page: one row is about a cluster that a Helm release has changed before.
const CLAIMS: usize = 54;
/// The qualifiers that the table tells as well.
const TOLD: [&str; 4] = ["denies-all", "not-isolated", "vacuous", "by-error"];
/// Expressions of the table that get its verdict.
const EXPRESSIONS: usize = 80;

/// What was decided, by page and line.
type Decided = BTreeMap<(String, usize), Vec<(Verdict, String)>>;

fn decided(built: &Built) -> Decided {
    let mut decided = Decided::new();
    let claims = built.0.claims.iter().map(|(_, one)| one);
    for (one, said) in claims.flat_map(|one| one.places.iter().map(move |said| (one, said))) {
        let file = built.0.sources.file(said.span.file).unwrap();
        let line = file.line_column(said.span.start as usize).line;
        let page = file.path().as_str().trim_start_matches("docs/").to_string();
        let verdict = (one.outcome.verdict.clone(), one.outcome.words.clone());
        decided.entry((page, line)).or_default().push(verdict);
    }
    decided
}

/// The qualifiers that both tell, in the words of the table.
fn told(qualifiers: &[Qualifier]) -> BTreeSet<&'static str> {
    qualifiers.iter().map(Qualifier::code).filter(|code| TOLD.contains(code)).collect()
}

/// Those that the table tells. `denies-all(some rules)` is one form of `denies-all`.
fn noted(cell: &str) -> BTreeSet<&'static str> {
    let words = cell.split(',').map(|word| word.split('(').next().unwrap_or_default());
    words.filter_map(|word| TOLD.iter().copied().find(|told| *told == word)).collect()
}

fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

#[test]
fn claims_are_decided_as_kyverno_decides_them() {
    let (Some(corpus), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/claims.tsv"))
    else {
        return;
    };
    let decided = decided(&SiteTest::copy_of(&corpus).build());
    let table = fs::read_to_string(table).unwrap();
    let (mut agree, mut total, mut known, mut wrong) = (0, 0, BTreeSet::new(), Vec::new());
    let (mut verified, mut same) = (0, 0);
    for row in rows(&table) {
        let (page, line, claim, stated) = (row[0], row[1].parse().unwrap(), row[2], row[7]);
        total += 1;
        known.insert((page.to_string(), line));
        let found = decided.get(&(page.to_string(), line)).and_then(|found| found.first());
        let own = found.map_or("prose", |(verdict, _)| verdict.word());
        if stated.starts_with(own) {
            agree += 1;
            if let Some((Verdict::Verified(caveats), _)) = found {
                let (known, told) = (noted(row[8]), told(caveats));
                verified += 1;
                same += usize::from(known == told);
                if known != told {
                    println!("{page}:{line}: verified with {known:?}, here with {told:?}");
                }
            }
            continue;
        }
        let words = found.map_or("", |(_, words)| words);
        println!("{page}:{line}: {stated} [{}], here {own}: {words}\n    {claim}", row[9]);
        let opposite = own == "verified" || (own == "contradicted" && stated == "verified");
        wrong.extend(opposite.then(|| format!("{page}:{line}")));
    }
    for ((page, line), found) in decided.iter().filter(|(place, _)| !known.contains(*place)) {
        for (verdict, words) in found.iter().filter(|(verdict, _)| is_admission(verdict)) {
            println!("not in the table: {page}:{line}: {}: {words}", verdict.word());
        }
    }
    println!("{agree} of {total} claims agree; {same} of {verified} verified ones with the same caveats");
    assert!(wrong.is_empty(), "decided against Kyverno: {wrong:#?}");
    assert!(agree >= CLAIMS, "{agree} of {total} agree");
    assert!(same * 10 >= verified * 9, "{same} of {verified} have the same caveats");
}

fn is_admission(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::NotCheckable(Reason::NeedsState | Reason::ForeignCommand(_)))
}

#[test]
fn expressions_have_the_results_that_kyverno_gives() {
    let (Some(corpus), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/jmespath.tsv"))
    else {
        return;
    };
    let built = SiteTest::copy_of(&corpus).build();
    let (decided, found) = (decided(&built), found(&built));
    let table = fs::read_to_string(table).unwrap();
    let (mut agree, mut total, mut wrong) = (0, 0, Vec::new());
    for row in rows(&table) {
        let (page, line, agrees) = (row[0], row[1].parse::<usize>().unwrap(), row[6] == "yes");
        total += 1;
        if row[7].starts_with("not on the page") {
            println!("{page}:{line}: not on the page: {}", row[2]);
            continue;
        }
        let place = (page.to_string(), line);
        // In a policy no words claim anything of an expression: a finding at its line tells that it is wrong.
        let told = found.get(&place).map(|_| "contradicted");
        let own = decided.get(&place).and_then(|found| found.first()).map(|(verdict, _)| verdict.word());
        // An expression that works may mean something else: the finding counts then.
        let own = told.or(own).unwrap_or("nothing");
        match (own, agrees) {
            ("verified", true) | ("contradicted", false) => agree += 1,
            ("verified" | "contradicted", _) => wrong.push(format!("{page}:{line}: {} {own}", row[2])),
            _ => println!("{page}:{line}: {own}, agrees: {agrees}: {} is {}", row[2], row[4]),
        }
    }
    println!("{agree} of {total} expressions agree");
    assert!(wrong.is_empty(), "decided against Kyverno: {wrong:#?}");
    assert!(agree >= EXPRESSIONS, "{agree} of {total} agree");
}

/// The findings above notes, by page and line.
fn found(built: &Built) -> BTreeMap<(String, usize), Vec<String>> {
    let mut found = BTreeMap::<_, Vec<String>>::new();
    for one in built.0.diagnostics.iter().filter(|one| one.severity > Severity::Note) {
        let Some(span) = one.span else { continue };
        let file = built.0.sources.file(span.file).unwrap();
        let line = file.line_column(span.start as usize).line;
        let page = file.path().as_str().trim_start_matches("docs/").to_string();
        found.entry((page, line)).or_default().push(format!("{}: {}", one.code.name, one.message));
    }
    found
}

/// Policies that deny every object, and those that pass what they forbid, for which a page names a cause.
const CAUSES: (usize, usize) = (9, 15);

#[test]
fn policies_are_shown_with_what_is_wrong_with_them() {
    let (Some(corpus), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/policies.tsv"))
    else {
        return;
    };
    let found = found(&SiteTest::copy_of(&corpus).build());
    let table = fs::read_to_string(table).unwrap();
    let (mut refused, mut deny, mut admit, mut others) = ([0, 0], [0, 0], [0, 0], Vec::new());
    for row in rows(&table) {
        let (page, line) = (row[0], row[1].parse::<usize>().unwrap());
        let text = fs::read_to_string(corpus.join("docs").join(page)).unwrap();
        let length = text.lines().skip(line - 1).take_while(|line| !line.trim().starts_with("```")).count();
        let of_fence = (line..line + length).filter_map(|line| found.get(&(page.to_string(), line)));
        let causes: Vec<&String> = of_fence.flatten().filter(|found| found.starts_with("policy-")).collect();
        let stated = [
            (row[4] == "refused", &mut refused, "refused"),
            (row[6].starts_with("yes"), &mut deny, "denies all"),
            (row[8].starts_with("yes") || row[8].starts_with("partly"), &mut admit, "admits what it forbids"),
        ];
        let mut is_wrong = false;
        for (_, count, word) in stated.into_iter().filter(|(is_so, ..)| *is_so) {
            is_wrong = true;
            count[1] += 1;
            count[0] += usize::from(!causes.is_empty());
            if causes.is_empty() {
                println!("{page}:{line}: {} {word}, no cause named: {} {}", row[2], row[7], row[8]);
            }
        }
        others.extend(causes.iter().filter(|_| !is_wrong).map(|cause| format!("{page}:{line}: {cause}")));
    }
    println!("not in the table: {others:#?}");
    println!(
        "refused {refused:?}, denying all {deny:?}, admitting {admit:?} have a cause that the page names"
    );
    assert_eq!(refused, [6, 6]);
    assert!(deny[0] >= CAUSES.0 && admit[0] >= CAUSES.1);
}

#[test]
fn command_lines_of_kyverno_are_taken_as_it_takes_them() {
    let (Some(corpus), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/commands.tsv"))
    else {
        return;
    };
    let found = found(&SiteTest::copy_of(&corpus).build());
    let table = fs::read_to_string(table).unwrap();
    let (mut agree, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in rows(&table) {
        let (page, line, is_valid) = (row[0], row[1].parse::<usize>().unwrap(), row[3] == "valid");
        // A command goes on behind `\` at the end of its lines.
        let text = fs::read_to_string(corpus.join("docs").join(page)).unwrap();
        let goes_on = text.lines().skip(line - 1).take_while(|line| line.trim_end().ends_with('\\')).count();
        let told = (line..=line + goes_on).filter_map(|line| found.get(&(page.to_string(), line)));
        let told = told.flatten().any(|found| found.starts_with("command-refused"));
        refused += usize::from(told);
        match told != is_valid {
            true => agree += 1,
            false => wrong.push(format!("{page}:{line}: {} {} {}", row[2], row[3], row[4])),
        }
    }
    println!("{agree} of {} command lines agree, {refused} of them refused", rows(&table).len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
