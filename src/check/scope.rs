//! Which policies are in force for a block of a page, and by which rule.

use super::candidate::{Candidate, is_file};
use super::library::Library;
use super::shown::{Shown, State};
use super::verdict::{Evidence, Reason};
use super::view::Fact;
use super::witness::Witness;
use crate::kube::{self, Resource};
use crate::markdown::Document;
use crate::policy::{Policy, PolicyKind};
use crate::site::{Page, PageId, Site};
use crate::snippet::{self, InForce as Rule, Snippet};
use crate::source::{SitePath, Sources};

/// The policies that are asked about a block.
#[derive(Debug, Clone, Default)]
pub(super) struct InForce<'a> {
    /// Those that can be asked; exceptions are not among them.
    pub policies: Vec<Candidate<'a>>,
    /// Exceptions that may be in force as well.
    pub exceptions: Vec<&'a Policy>,
    /// Names of those that Kyverno would refuse.
    pub refused: Vec<String>,
    /// Why more may be in force than can be asked.
    pub open: Option<Reason>,
    /// Names that the author lists and that lead nowhere.
    pub unknown: Vec<String>,
    /// The rule that gave them.
    pub rule: ScopeRule,
}

/// Which rule put policies in force. The first that gives any counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ScopeRule {
    /// The block's directive, or else the page's front matter, names them.
    Named,
    /// The block itself sends them.
    Applied,
    /// The nearest policy above under the same second heading.
    Nearest,
    /// All that the page shows.
    Page,
    /// An index page: all that the pages of its folder show.
    Section,
    /// All that the site keeps in files.
    #[default]
    Site,
}

impl ScopeRule {
    /// The code in reports.
    pub fn code(self) -> &'static str {
        match self {
            ScopeRule::Named => "named",
            ScopeRule::Applied => "applied",
            ScopeRule::Nearest => "nearest",
            ScopeRule::Page => "page",
            ScopeRule::Section => "section",
            ScopeRule::Site => "site",
        }
    }

    /// The rule for readers.
    pub fn words(self) -> &'static str {
        match self {
            ScopeRule::Named => "named by the author",
            ScopeRule::Applied => "sent by the same block",
            ScopeRule::Nearest => "the nearest policy above in the same section",
            ScopeRule::Page => "every policy of this page",
            ScopeRule::Section => "the policies of the pages of this section",
            ScopeRule::Site => "every policy of this site",
        }
    }
}

/// What decides about the blocks of one page.
#[derive(Clone, Copy)]
pub(super) struct PageScope<'a> {
    /// The page.
    pub page: &'a Page,
    /// The page, parsed.
    pub document: &'a Document,
    /// Its blocks.
    pub snippets: &'a [Snippet],
    /// The policies that the pages of the site show.
    pub shown: &'a [Shown],
    /// The site.
    pub site: &'a Site,
    /// The policies of the site's own folder.
    pub library: &'a Library,
    /// What the pages of the site say is admitted.
    pub witnesses: &'a [Witness],
    /// The files of the site.
    pub sources: &'a Sources,
}

impl<'a> PageScope<'a> {
    /// The policies in force for the block `at`; the first rule that gives any.
    pub fn in_force(&self, at: usize) -> InForce<'a> {
        let mut found = self.by_rule(at);
        found.exceptions.extend(self.own().filter(|shown| shown.fence < at).filter_map(exception));
        found
    }

    fn by_rule(&self, at: usize) -> InForce<'a> {
        let rule = snippet::in_force(self.document, self.snippets, at);
        match &rule {
            Rule::Named(names) => return self.named(names),
            Rule::Applied(fences) => {
                return collect(ScopeRule::Applied, self.own().filter(|shown| fences.contains(&shown.fence)));
            }
            Rule::Nearest(_) | Rule::Page(_) | Rule::Section => {}
        }
        let applied = self.applied_files(at);
        if !applied.policies.is_empty() {
            return applied;
        }
        if let Rule::Nearest(fence) = rule {
            let nearest = self.own().filter(|shown| shown.fence == fence);
            let found = collect(ScopeRule::Nearest, nearest);
            if !found.is_empty() {
                return found;
            }
        }
        let page = collect(ScopeRule::Page, self.own());
        if !page.is_empty() {
            return page;
        }
        let section = collect(ScopeRule::Section, self.section().filter(|_| self.is_index()));
        if section.is_empty() { self.whole_library() } else { section }
    }

    /// The policies that this page shows.
    pub fn own(&self) -> impl Iterator<Item = &'a Shown> {
        let page = self.page.id;
        self.shown.iter().filter(move |shown| shown.page == page)
    }

    /// Those of the other pages in the same folder.
    fn section(&self) -> impl Iterator<Item = &'a Shown> {
        let PageScope { page, site, .. } = *self;
        let folder = page.source.as_ref().map(|source| source.parent());
        self.shown.iter().filter(move |shown| shown.page != page.id && folder_of(site, shown.page) == folder)
    }

    fn is_index(&self) -> bool {
        let stem = self.page.source.as_ref().map(|source| source.stem().to_lowercase());
        matches!(stem.as_deref(), Some("index" | "readme"))
    }

    /// Files of the site that the block itself sends.
    fn applied_files(&self, at: usize) -> InForce<'a> {
        let applied = &self.snippets[at].scope.applied;
        let files = applied.iter().flat_map(|name| self.library.meant(name));
        InForce { policies: policies(files.collect()), rule: ScopeRule::Applied, ..InForce::default() }
    }

    fn whole_library(&self) -> InForce<'a> {
        let entries = self.library.entries.iter();
        InForce {
            policies: policies(entries.clone().map(Candidate::of_file).collect()),
            exceptions: entries.map(|entry| &entry.policy).filter(|policy| is_exception(policy)).collect(),
            refused: self.library.refused.clone(),
            rule: ScopeRule::Site,
            ..InForce::default()
        }
    }

    /// The objects of the files that exist before the block `at`.
    pub fn fixtures(&self, at: usize) -> Vec<Resource> {
        let files = self.snippets[at].settings.state.iter();
        let files = files.filter_map(|file| self.sources.get(&SitePath::new(file.as_str())));
        files.flat_map(|file| kube::read(file.text().unwrap_or_default()).0).collect()
    }

    /// Does this name or file lead to no policy?
    pub fn is_unknown(&self, name: &str) -> bool {
        !self.named(&[name.to_string()]).unknown.is_empty()
    }

    /// The policies of these names or files: on this page, else in its section, else of the site.
    fn named(&self, names: &[String]) -> InForce<'a> {
        let mut found = InForce { rule: ScopeRule::Named, ..InForce::default() };
        for name in names {
            let means = |shown: &&Shown| self.is_meant(shown, name);
            let mut one = collect(found.rule, self.own().filter(means));
            if one.is_empty() {
                one = collect(found.rule, self.section().filter(means));
            }
            if one.is_empty() {
                one.policies = self.library.meant(name);
                one.refused =
                    self.library.refused.iter().filter(|refused| *refused == name).cloned().collect();
            }
            if one.is_empty() {
                found.unknown.push(name.clone());
            }
            found.policies.extend(one.policies);
            found.refused.extend(one.refused);
            found.open = found.open.or(one.open);
        }
        found
    }

    /// Is the policy meant by this name: its own, the title of its fence, or `page.yaml` for what `page.md` shows?
    fn is_meant(&self, shown: &Shown, name: &str) -> bool {
        let page = self.site.pages.iter().find(|page| page.id == shown.page);
        let stem = page.and_then(|page| page.source.as_ref()).map(|source| source.stem());
        let file = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
        shown.name == name
            || shown.title.as_deref().is_some_and(|title| is_file(title, name))
            || (file.is_some() && file == stem)
    }

    /// The policy of this name for a claim: of those in force, else of the page, else of the site's folder.
    ///
    /// # Errors
    /// When the page shows several of this name that differ.
    pub fn find(&self, in_force: &InForce<'a>, name: &str) -> Result<Option<Candidate<'a>>, Reason> {
        let of_name = |candidate: &Candidate<'a>| candidate.policy.name == name;
        if let Some(found) = in_force.policies.iter().copied().find(of_name) {
            return Ok(Some(found));
        }
        let own = collect(in_force.rule, self.own().filter(|shown| shown.name == name));
        match (own.policies.first(), own.open) {
            (Some(found), _) => Ok(Some(*found)),
            (None, Some(reason)) => Err(reason),
            (None, None) => Ok(self.library.meant(name).into_iter().find(of_name)),
        }
    }

    /// The policies of a file for a claim.
    pub fn find_file(&self, in_force: &InForce<'a>, name: &str) -> Option<Candidate<'a>> {
        let of_file = self.named(&[name.to_string()]).policies;
        let in_force = in_force.policies.iter().copied();
        in_force.chain(of_file.iter().copied()).find(|one| of_file.iter().any(|other| other.is(one)))
    }

    /// Is a policy of this name shown on the site, or mentioned in a block of this page, though it cannot be asked?
    pub fn is_mentioned(&self, name: &str) -> bool {
        let line = format!("name: {name}");
        self.shown.iter().any(|shown| shown.name == name)
            || self
                .snippets
                .iter()
                .any(|snippet| snippet.passage.text.lines().any(|text| text.trim() == line))
    }

    /// Would Kyverno refuse the policy of this name?
    pub fn is_refused(&self, in_force: &InForce<'_>, name: &str) -> bool {
        let shown = |shown: &Shown| shown.name == name && matches!(shown.state, State::Refused);
        in_force.refused.iter().any(|refused| refused == name)
            || self.own().any(shown)
            || self.library.refused.iter().any(|refused| refused == name)
    }
}

impl InForce<'_> {
    /// Nothing is in force, not even something that cannot be asked.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.refused.is_empty() && self.open.is_none()
    }

    /// What readers see of it.
    pub fn fact(&self) -> Fact {
        let names: Vec<&str> = self.policies.iter().map(|one| one.policy.name.as_str()).collect();
        let value = format!("{} ({})", names.join(", "), self.rule.words());
        Fact { label: "Policies in force".to_string(), value: Some(value) }
    }

    /// Write down which they are, those that Kyverno refuses among them.
    pub fn tell(&self, evidence: &mut Evidence) {
        if !self.is_empty() {
            evidence.scope = Some(self.rule.code());
        }
        let names = self.policies.iter().map(|one| &one.policy.name).chain(&self.refused);
        evidence.policies = names.cloned().collect();
    }
}

fn folder_of(site: &Site, page: PageId) -> Option<crate::source::SitePath> {
    let page = site.pages.iter().find(|one| one.id == page)?;
    page.source.as_ref().map(|source| source.parent())
}

/// What these policies amount to. One that is shown twice alike counts once; of those that differ under one name,
/// nobody knows which is meant.
fn collect<'a>(rule: ScopeRule, shown: impl Iterator<Item = &'a Shown>) -> InForce<'a> {
    let mut found = InForce { rule, ..InForce::default() };
    let mut all = Vec::new();
    for shown in shown {
        match &shown.state {
            State::Loaded(_) => all.extend(shown.candidate()),
            State::Refused => found.refused.push(shown.name.clone()),
            State::Foreign(kind) => found.open = Some(Reason::UnsupportedFeature(kind.clone())),
        }
    }
    let differs = |one: &Candidate<'a>| {
        let same = |other: &&Candidate<'a>| {
            (other.policy.kind, &other.policy.name) == (one.policy.kind, &one.policy.name)
        };
        all.iter().filter(same).any(|other| other.policy.body["spec"] != one.policy.body["spec"])
    };
    if let Some(one) = all.iter().find(|one| differs(one)) {
        found.open = Some(Reason::Ambiguous(one.policy.name.clone()));
    }
    found.policies = policies(all.iter().copied().filter(|one| !differs(one)).collect());
    found
}

/// Those that decide, each once.
fn policies(all: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    all.into_iter().filter(|one| !is_exception(one.policy)).fold(Vec::new(), |mut kept, one| {
        let same = |other: &Candidate| {
            let key = |policy: &Policy| (policy.kind, policy.name.clone(), policy.namespace.clone());
            key(other.policy) == key(one.policy)
        };
        if !kept.iter().any(same) {
            kept.push(one);
        }
        kept
    })
}

fn exception(shown: &Shown) -> Option<&Policy> {
    shown.candidate().map(|one| one.policy).filter(|policy| is_exception(policy))
}

fn is_exception(policy: &Policy) -> bool {
    policy.kind == PolicyKind::PolicyException
}
