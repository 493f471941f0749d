//! Policies that stand for the same control: the classic one, the one in CEL, the newer kinds. What they make of the
//! same objects should be the same.

use super::admission::Admission;
use super::candidate::Candidate;
use super::examples;
use super::library::{Entry, Library};
use super::view::{DifferenceView, VariantView, VariantsView};
use crate::kube::{self, Resource};
use crate::policy::{Context, Status};
use serde_json::Value;
use std::collections::BTreeMap;

/// The endings by which Kyverno's library tells the folder of one variant from that of another.
const ENDINGS: [&str; 7] = ["-cel", "-vpol", "-mpol", "-gpol", "-dpol", "-ivpol", "-vap"];

/// The groups of policies that stand for the same control, each with at least two.
#[derive(Debug, Default)]
pub(super) struct Variants {
    groups: Vec<Group>,
}

/// Policies that stand for the same control.
#[derive(Debug)]
struct Group {
    /// Their places in the library's list.
    members: Vec<usize>,
    /// How many objects were tried on all of them.
    tried: usize,
    /// Those of which they make different things.
    differences: Vec<DifferenceView>,
}

impl Group {
    fn of(members: Vec<usize>, library: &Library) -> Group {
        let entries = entries(&members, library);
        let objects = objects(&entries, library);
        let differences = objects.iter().filter_map(|object| difference(object, &entries)).collect();
        Group { members, tried: objects.len(), differences }
    }
}

fn entries<'a>(members: &[usize], library: &'a Library) -> Vec<&'a Entry> {
    members.iter().filter_map(|at| library.entries.get(*at)).collect()
}

impl Variants {
    /// Policies of one name, and those whose paths differ only in the ending of a folder.
    pub fn of(library: &Library) -> Variants {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (at, entry) in library.entries.iter().enumerate() {
            let name = format!("name {}", plain(&entry.policy.name));
            let keys: Vec<String> = std::iter::once(name).chain(control(entry, library)).collect();
            let group = keys.iter().find_map(|key| known.get(key).copied()).unwrap_or(groups.len());
            for key in keys {
                known.entry(key).or_insert(group);
            }
            match groups.get_mut(group) {
                Some(members) => members.push(at),
                None => groups.push(vec![at]),
            }
        }
        groups.retain(|members| members.len() > 1);
        Variants { groups: groups.into_iter().map(|members| Group::of(members, library)).collect() }
    }

    /// What the page of `entry` shows of its variants; `None` when it has none.
    pub fn view(&self, entry: &Entry, library: &Library) -> Option<VariantsView> {
        let is_own = |at: &usize| library.entries.get(*at).is_some_and(|one| one.span == entry.span);
        let group = self.groups.iter().find(|group| group.members.iter().any(is_own))?;
        let members = entries(&group.members, library);
        let member = |one: &&Entry| VariantView {
            label: label(one, &members),
            title: one.title().to_string(),
            path: one.file.path().to_string(),
            url: entry.url.relative_to(&one.url),
            current: one.span == entry.span,
        };
        Some(VariantsView {
            members: members.iter().map(member).collect(),
            tried: group.tried,
            differences: group.differences.clone(),
        })
    }
}

fn plain(name: &str) -> &str {
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The path of a policy's file without the endings of variants; `None` for a file of several policies.
fn control(entry: &Entry, library: &Library) -> Option<String> {
    let path = entry.file.path();
    let alone = library.entries.iter().filter(|one| one.file.path() == path).count() == 1;
    let parts = path.as_str().trim_end_matches(".yaml").split('/').map(plain);
    alone.then(|| parts.collect::<Vec<_>>().join("/"))
}

/// How a column of the comparison is headed.
fn label(entry: &Entry, members: &[&Entry]) -> String {
    let cel = |one: &Entry| one.policy.rules.iter().any(|rule| !rule.body["validate"]["cel"].is_null());
    let with_cel = cel(entry);
    let kind = format!("{}{}", entry.policy.kind.word(), if with_cel { " with CEL" } else { "" });
    let same = |one: &&&Entry| one.policy.kind == entry.policy.kind && one.span != entry.span;
    match members.iter().filter(same).any(|one| cel(one) == with_cel) {
        true => format!("{kind}, {}", entry.file.path().parent()),
        false => kind,
    }
}

/// The objects that suites try on any of the policies, each with the suite, but those that need what only the suite
/// gives.
fn objects(members: &[&Entry], library: &Library) -> Vec<(Resource, String)> {
    let mut texts: Vec<(&str, String)> = Vec::new();
    for (run, row) in members.iter().flat_map(|entry| examples::rows(entry, library)) {
        let object = examples::object(run, row).filter(|_| run.gives.is_empty());
        let text = object.map(|object| object.text.as_str());
        let new = text.filter(|text| !texts.iter().any(|(known, _)| known == text));
        texts.extend(new.map(|text| (text, run.file.path().to_string())));
    }
    let read = |(text, place): (&str, String)| Some((kube::read(text).0.into_iter().next()?, place));
    texts.into_iter().filter_map(read).collect()
}

fn difference((object, place): &(Resource, String), members: &[&Entry]) -> Option<DifferenceView> {
    let said: Vec<Said> = members.iter().map(|entry| Said::of(entry, object)).collect();
    let mut decided = said.iter().filter(|said| !matches!(said, Said::Open(_)));
    let first = decided.next()?;
    decided.any(|said| said != first).then(|| DifferenceView {
        object: format!("{} {}", object.gvk.kind, object.name),
        place: place.clone(),
        outcomes: said.iter().map(Said::words).collect(),
    })
}

/// What a policy makes of an object, whether it enforces or only reports.
#[derive(Debug, PartialEq)]
enum Said {
    Fails,
    Passes,
    Changes(Value),
    Makes(Vec<Value>),
    Nothing,
    Open(String),
}

impl Said {
    fn of(entry: &Entry, object: &Resource) -> Said {
        let admission = Admission::of(&[Candidate::of_file(entry)], object, &Context::default());
        let answers = || admission.answers.iter();
        if let Some(open) = admission.undecided().next() {
            let feature = open.response.unsupported.clone();
            return Said::Open(feature.unwrap_or_else(|| open.response.message.clone()));
        }
        if answers().any(super::admission::Answer::fails) {
            return Said::Fails;
        }
        if let Some(patched) = answers().rev().find_map(|answer| answer.response.patched.clone()) {
            return Said::Changes(patched);
        }
        let made: Vec<Value> = answers().flat_map(|answer| answer.response.generated.clone()).collect();
        match (made.is_empty(), answers().any(|answer| answer.response.status == Status::Pass)) {
            (false, _) => Said::Makes(made),
            (true, true) => Said::Passes,
            (true, false) => Said::Nothing,
        }
    }

    fn words(&self) -> String {
        match self {
            Said::Fails => "fails".to_string(),
            Said::Passes => "passes".to_string(),
            Said::Changes(_) => "is changed".to_string(),
            Said::Makes(made) => format!("makes {}", crate::diag::plural(made.len(), "object")),
            Said::Nothing => "no rule applies".to_string(),
            Said::Open(why) => format!("not decided: {why}"),
        }
    }
}
