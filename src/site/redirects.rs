//! URLs that lead on: those of the configuration, and `aliases` of the front matter.

use super::entry::Entry;
use super::files::{is_page, page_url};
use super::links::targets::{Target, Targets};
use super::suggest::Suggest;
use super::{Config, Redirect};
use crate::diag::Diagnostic;
use crate::diag::codes::REDIRECT;
use crate::source::{SitePath, Span, UrlPath};

/// The redirects of the site, sorted, and what is wrong with them. `list` is in the order of page ids.
pub(super) fn redirects(
    config: &Config,
    list: &[Entry],
    assets: &[(SitePath, UrlPath)],
    targets: &Targets<'_>,
    suggest: &Suggest<'_>,
) -> (Vec<Redirect>, Vec<Diagnostic>) {
    let context = Context { config, list, assets, targets, suggest };
    let (mut redirects, mut found) = (Vec::new(), Vec::new());
    for rule in &config.redirects {
        let (from, fragment) = context.old(&rule.from);
        match context.new_place(&from, &rule.to) {
            Some(to) => context.add(from, fragment, to, rule.span, &mut redirects, &mut found),
            None => found.push(context.lost(&rule.to, rule.span)),
        }
    }
    for entry in list {
        for (alias, span) in &entry.meta.aliases {
            let (from, fragment) = context.old(alias);
            let to = from.relative_to(&entry.url);
            context.add(from, fragment, to, *span, &mut redirects, &mut found);
        }
    }
    redirects.sort_by(|left, right| (&left.from, &left.fragment).cmp(&(&right.from, &right.fragment)));
    redirects.dedup_by(|second, first| (&second.from, &second.fragment) == (&first.from, &first.fragment));
    (redirects, found)
}

struct Context<'a> {
    config: &'a Config,
    list: &'a [Entry],
    assets: &'a [(SitePath, UrlPath)],
    targets: &'a Targets<'a>,
    suggest: &'a Suggest<'a>,
}

impl Context<'_> {
    /// The URL of a page that is gone, and the section of it.
    fn old(&self, from: &str) -> (UrlPath, Option<String>) {
        let (path, fragment) = apart(from);
        let local = SitePath::new(path);
        let url = match is_page(&local) {
            true => page_url(self.config, &local),
            false if path.ends_with('/') || local.is_empty() => UrlPath::new(path),
            false if !local.extension().is_empty() => UrlPath::new(path),
            false => UrlPath::new(format!("{path}/")),
        };
        (url, fragment.map(str::to_string))
    }

    /// Where a redirect leads, as seen from the old URL.
    fn new_place(&self, from: &UrlPath, to: &str) -> Option<String> {
        if to.contains("://") || to.starts_with("//") || to.starts_with("mailto:") {
            return Some(to.to_string());
        }
        let (path, fragment) = apart(to);
        let by_file = self.targets.by_file(&self.config.content(path));
        let url = match by_file.or_else(|| self.targets.by_url(path.trim_start_matches('/')))? {
            Target::Page(page) => self.list[page.0].url.clone(),
            Target::Asset(at) => self.assets[at].1.clone(),
            Target::Written => UrlPath::new(path),
        };
        let tail = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        Some(from.relative_to(&url) + &tail)
    }

    fn add(
        &self,
        from: UrlPath,
        fragment: Option<String>,
        to: String,
        span: Span,
        redirects: &mut Vec<Redirect>,
        found: &mut Vec<Diagnostic>,
    ) {
        let taken = self.targets.by_url(from.as_str()).is_some() && fragment.is_none();
        let wrong = match (from.file().is_outside(), taken) {
            (true, _) => Some(format!("the URL `{from}` leads out of the site")),
            (_, true) => Some(format!("there is a page at `{from}`, so nothing leads on from there")),
            _ => None,
        };
        if let Some(message) = wrong {
            found.push(Diagnostic::new(&REDIRECT, span, message));
            return;
        }
        redirects.push(Redirect { from, fragment, to });
    }

    fn lost(&self, to: &str, span: Span) -> Diagnostic {
        let found = Diagnostic::new(&REDIRECT, span, format!("there is no page `{to}` to lead to"));
        match self.suggest.page(&SitePath::new(apart(to).0)) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        }
    }
}

fn apart(path: &str) -> (&str, Option<&str>) {
    match path.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (path, None),
    }
}
