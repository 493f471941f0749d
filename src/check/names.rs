//! Names of policies, rules and files in commands and in the code of running text: what they name must be there.
//!
//! Pages also speak of what other sites keep, so running text is only told of a slip: a name that nothing here has, close
//! to one that a policy has.

use super::candidate::is_file;
use super::group::said;
use super::library::Library;
use super::scope::PageScope;
use super::shown::{Shown, State};
use super::standing::is_kind_of_policy;
use crate::diag::{Diagnostic, codes, nearest, nearest_within};
use crate::snippet::expect::Reference;
use crate::snippet::kubectl::{Deletion, Effect, EffectKind, Objects, Submission};
use crate::snippet::{self, Claim, Origin, Snippet, Step};
use crate::source::{SitePath, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Letters that may be wrong in a name of running text.
const SLIPS: usize = 2;
/// Letters below which a name is too short to tell a slip from another word.
const SHORTEST: usize = 8;

/// The names that the site has.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// Policies, those of pages too, with their rules.
    policies: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The files of policies and what lies beside them.
    files: BTreeSet<&'a str>,
    /// The site keeps its policies itself: a name that it does not have is nowhere.
    keeps_them: bool,
}

impl<'a> Names<'a> {
    /// Those of the site's policies and of those that its pages show.
    pub fn of(library: &'a Library, shown: &'a [Shown]) -> Names<'a> {
        let mut names = Names { keeps_them: !library.entries.is_empty(), ..Names::default() };
        let loaded = shown.iter().filter_map(|one| match &one.state {
            State::Loaded(policy) => Some(&**policy),
            _ => None,
        });
        for policy in library.entries.iter().map(|entry| &entry.policy).chain(loaded) {
            let rules = names.policies.entry(&policy.name).or_default();
            rules.extend(policy.rules.iter().map(|rule| rule.name.as_str()));
        }
        let others =
            shown.iter().map(|one| one.name.as_str()).chain(library.refused.iter().map(String::as_str));
        for name in others {
            names.policies.entry(name).or_default();
        }
        names.files.extend(library.objects.iter().map(|(file, _)| file.path().as_str()));
        names
    }

    /// The slip in a piece of code of running text.
    fn spoken(&self, text: &str, span: Span, page: &PageScope<'_>) -> Option<Diagnostic> {
        if let Some((policy, rule)) = text.split_once('/')
            && let Some(rules) = self.policies.get(policy).filter(|rules| !rules.is_empty())
        {
            let is_name = !rule.is_empty() && rule.chars().all(is_of_name) && !rules.contains(rule);
            return is_name.then(|| {
                let near = nearest(rule, rules.iter().copied());
                told(span, format!("the policy `{policy}` has no rule `{rule}`"), near)
            });
        }
        let is_name = text.len() >= SHORTEST && text.contains('-') && text.chars().all(is_of_name);
        if !is_name || self.is_known(text) || page.is_called(text) {
            return None;
        }
        let near = nearest_within(SLIPS, text, self.policies.keys().copied())?;
        Some(told(span, no_policy(text), Some(near)))
    }

    fn is_known(&self, name: &str) -> bool {
        self.policies.iter().any(|(policy, rules)| *policy == name || rules.contains(name))
    }

    /// The policies and files that a command names and that are nowhere: the name, and what to say of it.
    fn missing<'e>(&self, effect: &'e Effect, page: &PageScope<'_>) -> Vec<(&'e str, String, Option<&str>)> {
        let policies = effect.targets.iter().filter(|target| is_kind_of_policy(&target.kind));
        let policies = policies.filter_map(|target| target.name.as_deref()).filter_map(|name| {
            let near = nearest(name, self.policies.keys().copied());
            let told = !self.policies.contains_key(name) && (self.keeps_them || near.is_some());
            told.then(|| (name, no_policy(name), near))
        });
        let files = files(effect).into_iter().filter(|name| self.lacks(name, page.sources));
        let files = files.map(|name| {
            let near = nearest(name, self.files.iter().copied());
            (name, format!("there is no file `{name}`"), near)
        });
        policies.chain(files).collect()
    }

    /// Is this a file of a folder that holds policies, and not there?
    fn lacks(&self, name: &str, sources: &Sources) -> bool {
        let path = name.trim_start_matches("./");
        let Some((folder, _)) =
            path.split_once('/').filter(|_| path.ends_with(".yaml") || path.ends_with(".yml"))
        else {
            return false;
        };
        let literal = path.chars().all(|c| is_of_name(c) || matches!(c, '/' | '.' | '_'));
        literal
            && self.files.iter().any(|file| file.split_once('/').is_some_and(|(own, _)| own == folder))
            && !self.files.iter().any(|file| is_file(file, path))
            && sources.get(&SitePath::new(path)).is_none()
    }
}

impl PageScope<'_> {
    /// What the page calls by names that nothing has.
    pub fn misnamed(&self, names: &Names<'_>) -> Vec<Diagnostic> {
        if names.policies.is_empty() {
            return Vec::new();
        }
        let spoken = snippet::spoken(self.document).into_iter();
        let mut found: Vec<Diagnostic> =
            spoken.filter_map(|(text, span)| names.spoken(&text, span, self)).collect();
        let checked = self.snippets.iter().filter(|snippet| snippet.settings.unchecked.is_none());
        for (snippet, step) in checked.flat_map(|one| one.steps.iter().map(move |step| (one, step))) {
            for (name, message, near) in step.effects.iter().flat_map(|effect| names.missing(effect, self)) {
                if !self.makes(name) {
                    found.push(told(place(snippet, step, name), message, near));
                }
            }
        }
        let claims = self.snippets.iter().flat_map(|snippet| &snippet.claims);
        found.extend(claims.filter(|_| names.keeps_them).filter_map(|claim| self.misfiled(claim, names)));
        found
    }

    /// A claim that names a file which holds no policy, or is not there. What a directive names is told with the claim.
    fn misfiled(&self, claim: &Claim, names: &Names<'_>) -> Option<Diagnostic> {
        let Some(Reference::File(name)) = said(&claim.class)?.by.as_ref() else { return None };
        let told_elsewhere = claim.origin == Origin::Directive || self.makes(name) || !self.is_unknown(name);
        let near = nearest(name, names.files.iter().copied());
        (!told_elsewhere)
            .then(|| told(claim.span, format!("no policy of this site is in a file `{name}`"), near))
    }

    /// Is this the name of a page of the site?
    fn is_called(&self, name: &str) -> bool {
        let mut sources = self.site.pages.iter().filter_map(|page| page.source.as_ref());
        let folder = |source: &SitePath| source.as_str().rsplit('/').nth(1) == Some(name);
        sources.any(|source| source.stem() == name || folder(source))
    }

    /// Does a block of the page write a file or send an object of this name?
    fn makes(&self, name: &str) -> bool {
        let line = format!("name: {name}");
        let written = |step: &Step| step.writes.iter().any(|(file, _)| file == name);
        self.snippets.iter().any(|snippet| {
            snippet.title.as_deref() == Some(name)
                || snippet.steps.iter().any(written)
                || snippet.passage.text.lines().any(|text| text.trim() == line)
        })
    }
}

/// The files that a command reads: of manifests, policies and tests.
fn files(effect: &Effect) -> Vec<&str> {
    match &effect.kind {
        EffectKind::Submit(Submission { objects: Objects::Files(names), .. })
        | EffectKind::Delete(Deletion { objects: Some(Objects::Files(names)), .. }) => {
            names.iter().map(String::as_str).collect()
        }
        EffectKind::Kyverno(args) if matches!(args.command.as_str(), "apply" | "test") => {
            let flags = args.texts("--resource").unwrap_or_default();
            args.operands.iter().filter_map(|operand| operand.text.as_deref()).chain(flags).collect()
        }
        _ => Vec::new(),
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

fn no_policy(name: &str) -> String {
    format!("no policy of this site has the name `{name}`")
}

fn told(span: Span, message: String, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
    match near {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found,
    }
}

fn place(snippet: &Snippet, step: &Step, name: &str) -> Span {
    let at = snippet.passage.text.get(step.range.clone()).and_then(|text| text.find(name));
    at.map(|at| step.range.start + at)
        .and_then(|start| snippet.passage.span(&(start..start + name.len())))
        .unwrap_or(step.span)
}
