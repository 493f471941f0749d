//! Files that a configuration names: the logo, style sheets, scripts.

use super::Config;
use super::reader::Reader;
use crate::diag::codes::CONFIG;
use crate::diag::{Diagnostic, Severity};
use crate::source::yaml::Node;
use crate::source::{SitePath, Sources};

/// Keys that name files below the content folder, in either kind of configuration.
const KEYS: [&[&str]; 6] = [
    &["theme", "logo"],
    &["theme", "favicon"],
    &["theme", "css"],
    &["theme", "scripts"],
    &["extra_css"],
    &["extra_javascript"],
];

/// Report named files that are not there.
pub(super) fn check(reader: &Reader, config: &Config, sources: &Sources) {
    let top = reader.root();
    for key in KEYS {
        let nodes = top.node.at(key.iter().copied()).map(Node::one_or_many).unwrap_or_default();
        for node in nodes {
            let named = node.get("path").unwrap_or(node);
            if let Some(path) =
                named.as_str().filter(|path| !is_elsewhere(path) && !exists(config, sources, path))
            {
                let message = format!("there is no file `{path}` below `{}`", config.content_dir);
                let mut found = Diagnostic::new(&CONFIG, reader.span(&named.span), message);
                found.severity = Severity::Warning;
                reader.report(found);
            }
        }
    }
}

/// An address, or nothing at all.
fn is_elsewhere(path: &str) -> bool {
    path.is_empty() || path.contains("://") || path.starts_with("//")
}

fn exists(config: &Config, sources: &Sources, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let folders = [Some(&config.content_dir), config.static_dir.as_ref()];
    folders.into_iter().flatten().any(|folder: &SitePath| sources.get(&folder.join(path)).is_some())
}
