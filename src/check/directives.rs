//! What directives name must be there: policies, files, and the block whose output another one shows.

use super::scope::PageScope;
use crate::diag::{Diagnostic, codes, nearest};
use crate::policy::regexp;
use crate::snippet::{Claim, Origin, Snippet};
use crate::source::{SitePath, Sources};
use std::collections::BTreeSet;

/// The directives of a page that name nothing. What the page's front matter names is told once.
pub(super) fn of_page(page: &PageScope<'_>, sources: &Sources) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for snippet in page.snippets {
        for (message, help) in missing(page, snippet, sources) {
            if told.insert(message.clone()) {
                let fence = page.document.fences.get(snippet.fence);
                let directive = fence.and_then(|fence| fence.directive.as_ref()).map(|(_, span)| *span);
                let span = directive.or(fence.map(|fence| fence.info)).unwrap_or(snippet.span);
                let one = Diagnostic::new(&codes::SNIPPET_DIRECTIVE, span, message);
                found.push(help.into_iter().fold(one, Diagnostic::help));
            }
        }
    }
    found
}

/// What is missing, and what helps.
fn missing(page: &PageScope<'_>, snippet: &Snippet, sources: &Sources) -> Vec<(String, Option<String>)> {
    let settings = &snippet.settings;
    let mut found = Vec::new();
    // Where a claim rests on them its verdict tells.
    let claims = !snippet.claims.is_empty();
    for name in settings.policies.iter().filter(|_| !claims) {
        if page.is_unknown(name) {
            let known = page.library.entries.iter().map(|entry| entry.policy.name.as_str());
            let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
            found.push((format!("`policies` names `{name}`, which the site does not have"), help));
        }
    }
    for file in settings.state.iter().filter(|file| sources.get(&SitePath::new(file.as_str())).is_none()) {
        found.push((format!("`state` names `{file}`, and there is no such file"), None));
    }
    if let Some(id) = settings.output_of.as_ref().filter(|id| !has_id(page, id)) {
        found.push((format!("`output-of` names `{id}`, and no block of this page has that id"), None));
    }
    if settings.recorded.is_some() && settings.output_of.is_none() {
        let message = "`recorded` stands beside `output-of`, which names the block whose output this was";
        found.push((message.to_string(), None));
    }
    let sends =
        |claim: &&Claim| claim.origin == Origin::Directive && claim.step.is_some() && claim.class.is_value();
    if snippet.claims.iter().any(|claim| sends(&claim)) {
        let message = "`expect` is none of the outcomes of a command that sends objects".to_string();
        found.push((message, Some("`denied`, `admitted`, `reported`, each with `by=`".to_string())));
    }
    if let Some(Err(error)) = settings.message.as_deref().map(regexp::compile) {
        found.push((format!("`message` is no regular expression: {error}"), None));
    }
    found
}

fn has_id(page: &PageScope<'_>, id: &str) -> bool {
    page.snippets.iter().any(|one| one.own_id() == id)
}
