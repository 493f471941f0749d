//! The policies of a site.

use super::candidate::{Candidate, is_file};
use super::chainsaw;
use super::suites::{self, SuiteRun};
use crate::diag::{Diagnostic, codes};
use crate::kube::{self, Resource};
use crate::policy::{self, Policy, Refusal};
use crate::site::{Config, GeneratedPage};
use crate::source::{Hash, SitePath, SourceFile, Sources, Span, UrlPath};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// The key of the page that lists the policies.
pub(crate) const INDEX_KEY: &str = "policies";
/// The folder of the built site that holds the policies' pages.
const FOLDER: &str = "policies";

/// Every policy of the site, sorted by file and by place in it, and what is wrong with their files.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The policies that can be evaluated.
    pub entries: Vec<Entry>,
    /// The names of those that Kyverno would refuse.
    pub refused: Vec<String>,
    /// Every object in their files, policies too.
    pub(super) objects: Vec<(Arc<SourceFile>, Resource)>,
    /// The test suites beside the policies.
    pub suites: Vec<SuiteRun>,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// A policy and where it was written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The policy.
    pub policy: Policy,
    /// Its file.
    pub file: Arc<SourceFile>,
    /// The whole manifest in its file.
    pub span: Span,
    /// The line that says its name.
    pub name: Span,
    /// Where its page is.
    pub url: UrlPath,
}

impl Library {
    /// Read every file that the configuration's globs for policies fit, and run the test suites among them. Files
    /// that hold other things, such as the resources that suites try, are left alone.
    pub fn read(config: &Config, sources: &Sources) -> Library {
        let mut library = Library::default();
        let mut taken = BTreeSet::new();
        for path in files(config, sources) {
            let Some(file) = sources.get(&path) else { continue };
            match path.file_name() {
                suites::FILE_NAME => library.add_suites(suites::run(&file, sources)),
                chainsaw::FILE_NAME => library.add_suites(chainsaw::run(&file, sources)),
                _ => library.read_file(&file, &mut taken),
            }
        }
        library
    }

    fn add_suites(&mut self, (runs, found): (Vec<SuiteRun>, Vec<Diagnostic>)) {
        self.suites.extend(runs);
        self.diagnostics.extend(found);
    }

    fn read_file(&mut self, file: &Arc<SourceFile>, taken: &mut BTreeSet<String>) {
        let Some(text) = file.text() else { return };
        let (resources, errors) = kube::read(text);
        // A file that is no policy may be anything: a template, a values file.
        let about_policies = resources.iter().any(Policy::is_policy);
        for error in errors.into_iter().filter(|_| about_policies || resources.is_empty()) {
            let span = file.span(error.span.start, error.span.end);
            self.diagnostics.push(Diagnostic::new(&codes::POLICY_FILE, span, error.message));
        }
        for resource in resources.iter().filter(|resource| Policy::is_policy(resource)) {
            match load(resource) {
                Ok(policy) => {
                    let whole = whole(file, resource);
                    let at = |place: Option<Range<usize>>| {
                        place.map_or(whole, |place| file.span(place.start, place.end))
                    };
                    self.diagnostics.extend(lints(&policy, resource, at));
                    self.add(policy, resource, file, taken);
                }
                Err(refusal) => {
                    self.refused.push(resource.name.clone());
                    let place = refusal.place.as_ref().map(|place| file.span(place.start, place.end));
                    let span = place.unwrap_or_else(|| whole(file, resource));
                    self.diagnostics.push(refused(&resource.name, span, &refusal));
                }
            }
        }
        self.objects.extend(resources.into_iter().map(|resource| (Arc::clone(file), resource)));
    }

    fn add(
        &mut self,
        policy: Policy,
        resource: &Resource,
        file: &Arc<SourceFile>,
        taken: &mut BTreeSet<String>,
    ) {
        let span = whole(file, resource);
        let url = UrlPath::new(format!("{FOLDER}/{}/", free_name(&policy, taken)));
        let name = name_line(file, resource).unwrap_or(span);
        self.entries.push(Entry { policy, file: Arc::clone(file), span, name, url });
    }

    /// The policies that a page means by `name`: their own, or that of their file.
    pub(super) fn meant<'a>(&'a self, name: &str) -> Vec<Candidate<'a>> {
        let is_meant =
            |entry: &&Entry| entry.policy.name == name || is_file(entry.file.path().as_str(), name);
        self.entries.iter().filter(is_meant).map(Candidate::of_file).collect()
    }

    /// The pages that present the policies: one each, and the list of all when there is any.
    pub fn pages(&self) -> Vec<GeneratedPage> {
        let mut pages: Vec<GeneratedPage> = self.entries.iter().map(Entry::page).collect();
        if !pages.is_empty() {
            pages.push(self.index_page());
        }
        pages
    }

    fn index_page(&self) -> GeneratedPage {
        let hashes: Vec<Hash> = self.entries.iter().map(|entry| entry.file.hash()).collect();
        GeneratedPage {
            key: INDEX_KEY.to_string(),
            source: None,
            url: UrlPath::new(format!("{FOLDER}/")),
            title: "Policies".to_string(),
            description: Some("The policies of this site, by category, severity and mode.".to_string()),
            tags: Vec::new(),
            section: vec!["Policies".to_string()],
            ids: Vec::new(),
            hash: Hash::of_parts(hashes.iter().map(Hash::as_bytes)),
        }
    }
}

impl Entry {
    /// The title that it states, else its name.
    pub fn title(&self) -> &str {
        self.policy.about.title.as_deref().unwrap_or(&self.policy.name)
    }

    /// The key of its page among the generated ones.
    pub fn key(&self) -> String {
        format!("policy:{}", self.url.as_str())
    }

    fn page(&self) -> GeneratedPage {
        GeneratedPage {
            key: self.key(),
            source: Some(self.file.path().clone()),
            url: self.url.clone(),
            title: self.title().to_string(),
            description: self.policy.about.description.clone(),
            tags: Vec::new(),
            section: vec!["Policies".to_string()],
            ids: self.policy.rules.iter().map(|rule| rule_id(&rule.name)).collect(),
            hash: self.file.hash(),
        }
    }
}

/// The id of a rule's heading on its policy's page.
pub(crate) fn rule_id(rule: &str) -> String {
    format!("rule-{rule}")
}

fn files(config: &Config, sources: &Sources) -> Vec<SitePath> {
    let skip = |path: &SitePath| path.is_below(&config.out_dir);
    let folders = config.policies.folders();
    let listed = folders.iter().flat_map(|folder| sources.list(folder, &skip).unwrap_or_default());
    let mut files: Vec<SitePath> = listed.filter(|path| config.policies.is_match(path)).collect();
    let beside: BTreeSet<SitePath> = files.iter().map(SitePath::parent).collect();
    let hidden = beside.iter().flat_map(|folder| {
        let suite = folder.join(suites::FOLDER).join(suites::FILE_NAME);
        [suite, folder.join(chainsaw::FOLDER).join(chainsaw::FILE_NAME)]
    });
    files.extend(hidden.filter(|path| sources.get(path).is_some()));
    files
}

/// The policy's name, or with its kind when another policy has the name already.
fn free_name(policy: &Policy, taken: &mut BTreeSet<String>) -> String {
    let name = policy.name.to_lowercase();
    let with_kind = format!("{name}-{}", policy.kind.word().to_lowercase());
    let numbered = (2..).map(|number| format!("{with_kind}-{number}"));
    let mut candidates = [name, with_kind.clone()].into_iter().chain(numbered);
    candidates.find(|candidate| taken.insert(candidate.clone())).unwrap_or(with_kind)
}

fn whole(file: &SourceFile, resource: &Resource) -> Span {
    resource.span().map_or_else(|| file.span(0, 0), |span| file.span(span.start, span.end))
}

/// The line of the manifest that says its name.
fn name_line(file: &SourceFile, resource: &Resource) -> Option<Span> {
    let place = resource.place("/metadata/name/")?;
    Some(file.line_span(file.line_column(place.start).line))
}

/// The policy that `resource` writes, when Kyverno would take it: its first objection otherwise.
pub(super) fn load(resource: &Resource) -> Result<Policy, Refusal> {
    let policy = Policy::load(resource)?;
    match policy::check(&policy, resource).into_iter().next() {
        Some(refusal) => Err(refusal),
        None => Ok(policy),
    }
}

/// What in a policy does not do what it seems to. `at` tells where bytes of its text lie; without a place it is the
/// policy as a whole.
pub(super) fn lints(
    policy: &Policy,
    resource: &Resource,
    at: impl Fn(Option<Range<usize>>) -> Span,
) -> Vec<Diagnostic> {
    findings(policy::lints(policy, resource), at)
}

/// Lints as findings.
pub(super) fn findings(
    lints: Vec<policy::Lint>,
    at: impl Fn(Option<Range<usize>>) -> Span,
) -> Vec<Diagnostic> {
    let finding = |one: policy::Lint| {
        let code = match one.kind {
            policy::LintKind::Deprecated => &codes::POLICY_DEPRECATED,
            _ => &codes::POLICY_DOUBT,
        };
        let found = Diagnostic::new(code, at(one.place), one.message);
        match one.help {
            Some(help) => found.help(help),
            None => found,
        }
    };
    lints.into_iter().map(finding).collect()
}

/// The finding that Kyverno would refuse a policy.
pub(super) fn refused(name: &str, span: Span, refusal: &Refusal) -> Diagnostic {
    let message = format!("Kyverno would refuse the policy `{name}`");
    Diagnostic::new(&codes::POLICY_REFUSED, span, message)
        .label(refusal.reason.clone())
        .help("until it loads it decides nothing, and claims that rest on it are not checkable")
}
