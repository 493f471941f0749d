//! Small sites for tests.

use super::{Config, GeneratedPage, Page, Site, files, resolve};
use crate::diag::Diagnostic;
use crate::markdown;
use crate::source::{SitePath, Sources, UrlPath};
use std::sync::Arc;

/// A site of files in memory, resolved.
pub(super) struct Built {
    pub sources: Sources,
    pub site: Site,
}

/// Build a site of these files; a `site.toml` or `mkdocs.yml` may be among them.
pub(super) fn build(files: &[(&str, &str)]) -> Built {
    build_with(files, Vec::new())
}

/// The same with pages of other floors.
pub(super) fn build_with(given: &[(&str, &str)], generated: Vec<GeneratedPage>) -> Built {
    let sources = Sources::in_memory(given.iter().copied());
    let (config, _) = Config::load(&sources, None);
    let parse = |path: &SitePath| {
        let file = sources.get(path)?;
        Some((path.clone(), Arc::new(markdown::parse(&sources, &file, &config.dialect))))
    };
    let documents = files(&config, &sources).pages.iter().filter_map(parse).collect();
    let site = resolve(&config, &sources, documents, generated);
    Built { sources, site }
}

impl Built {
    /// The page at a URL.
    pub fn page(&self, url: &str) -> &Page {
        let url = UrlPath::new(url);
        self.site.pages.iter().find(|page| page.url == url).unwrap_or_else(|| panic!("no page at {url}"))
    }

    /// All URLs.
    pub fn urls(&self) -> Vec<&str> {
        self.site.pages.iter().map(|page| page.url.as_str()).collect()
    }

    /// Where the links of a page lead.
    pub fn hrefs(&self, url: &str) -> Vec<&str> {
        self.page(url).hrefs.iter().map(|href| href.url.as_str()).collect()
    }

    /// The navigation, one line a node, indented.
    pub fn nav(&self) -> String {
        let mut out = String::new();
        self.draw(&self.site.nav, 0, &mut out);
        out
    }

    fn draw(&self, nodes: &[super::NavNode], depth: usize, out: &mut String) {
        for node in nodes {
            let page = node.page.map(|page| self.site.page(page).url.to_string());
            let to = page.or(node.url.clone()).unwrap_or_default();
            out.push_str(format!("{}{} {to}", "  ".repeat(depth), node.title).trim_end());
            out.push('\n');
            self.draw(&node.children, depth + 1, out);
        }
    }

    /// Findings of the site, one line each.
    pub fn findings(&self) -> Vec<String> {
        self.site.diagnostics.iter().map(|found| self.line(found)).collect()
    }

    /// `path:line [text under the span] code: message = help ! fix`
    fn line(&self, found: &Diagnostic) -> String {
        let place =
            found.span.and_then(|span| Some((span, self.sources.file(span.file)?))).map(|(span, file)| {
                let at = file.line_column(span.start as usize);
                let text = file.slice(span).lines().next().unwrap_or_default();
                format!("{}:{} [{text}] ", file.path(), at.line)
            });
        let help: Vec<String> = found.help.iter().map(|help| format!(" = {help}")).collect();
        let fix = found.fix.as_ref().map(|fix| format!(" ! {}", fix.edits[0].text)).unwrap_or_default();
        format!("{}{}: {}{}{fix}", place.unwrap_or_default(), found.code.name, found.message, help.concat())
    }
}
