//! The schemas that hold for a site: of its versions of Kubernetes, with its own definitions.

use super::library::Library;
use super::manifests;
use crate::diag::{Diagnostic, codes};
use crate::kube::schema::{Schemas, Version};
use crate::kube::{self, Resource};
use crate::site::{Config, PageId};
use crate::snippet::Snippet;
use crate::source::Sources;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const DEFINITION: &str = "CustomResourceDefinition";

/// Hold the objects of pages and files against the schemas of their kinds.
pub fn against_schemas(
    config: &Config,
    sources: &Sources,
    library: &Library,
    snippets: &BTreeMap<PageId, Vec<Snippet>>,
) -> Vec<Diagnostic> {
    let (known, mut found) = Known::of(config, sources, library, snippets);
    found.extend(manifests::findings(&known, library, snippets));
    found
}

/// The schemas of a site. Nothing is read before somebody asks.
pub(super) struct Known<'a> {
    /// The version that the site is about.
    default: Version,
    definitions: Vec<Cow<'a, Resource>>,
    made: BTreeMap<Version, OnceLock<Cow<'static, Schemas>>>,
}

impl<'a> Known<'a> {
    /// What the configuration, the policies' files and the pages give; second, what is wrong with it.
    pub fn of(
        config: &Config,
        sources: &Sources,
        library: &'a Library,
        snippets: &'a BTreeMap<PageId, Vec<Snippet>>,
    ) -> (Known<'a>, Vec<Diagnostic>) {
        let (default, found) = version(config);
        let pages = || snippets.values().flatten();
        let beside = library.objects.iter().map(|(_, resource)| resource);
        let shown = pages().filter(|one| one.partial.is_none()).flat_map(|snippet| &snippet.resources);
        let is_definition = |resource: &&Resource| resource.gvk.kind == DEFINITION;
        let mut definitions: Vec<Cow<Resource>> =
            shown.chain(beside).filter(is_definition).map(Cow::Borrowed).collect();
        definitions.extend(named(config, sources).into_iter().map(Cow::Owned));
        let versions = pages().filter_map(|snippet| snippet.settings.kubernetes).chain([default]);
        let made = versions.map(|version| (version, OnceLock::new())).collect();
        (Known { default, definitions, made }, found)
    }

    /// The schemas of a version that a page names, or of the site's own.
    pub fn schemas(&self, version: Option<Version>) -> &Schemas {
        let version = version.unwrap_or(self.default);
        let make = || match self.definitions.is_empty() {
            true => Cow::Borrowed(Schemas::for_version(version)),
            false => {
                let definitions = self.definitions.iter().map(AsRef::as_ref);
                Cow::Owned(Schemas::for_version(version).with_definitions(definitions))
            }
        };
        match self.made.get(&version) {
            Some(made) => made.get_or_init(make),
            None => Schemas::for_version(version),
        }
    }
}

fn version(config: &Config) -> (Version, Vec<Diagnostic>) {
    let Some((text, span)) = &config.checks.kubernetes else { return (Version::default(), Vec::new()) };
    match Version::parse(text) {
        Ok(version) => (version, Vec::new()),
        Err(message) => {
            let found = match span {
                Some(span) => Diagnostic::new(&codes::CONFIG, *span, message),
                None => Diagnostic::of_site(&codes::CONFIG, message),
            };
            (Version::default(), vec![found])
        }
    }
}

/// The definitions in the files that the configuration names.
fn named(config: &Config, sources: &Sources) -> Vec<Resource> {
    let globs = &config.checks.definitions;
    let skip = |path: &crate::source::SitePath| path.is_below(&config.out_dir);
    let listed =
        globs.folders().into_iter().flat_map(|folder| sources.list(&folder, &skip).unwrap_or_default());
    let files = listed.filter(|path| globs.is_match(path)).filter_map(|path| sources.get(&path));
    let objects = files.flat_map(|file| file.text().map(|text| kube::read(text).0).unwrap_or_default());
    objects.filter(|resource| resource.gvk.kind == DEFINITION).collect()
}
