//! Globs over site paths, with the meaning of a `.gitignore` line without negation.

use super::SitePath;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of globs. `*` stays within a folder, `**` crosses folders; a glob without a slash fits a name in any
/// folder; one that fits a folder fits everything below it.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    set: GlobSet,
    texts: Vec<String>,
}

impl Globs {
    /// The set of `globs`; second, those that could not be read with the reason.
    pub fn new<'a>(globs: impl IntoIterator<Item = &'a str>) -> (Globs, Vec<(String, String)>) {
        let (mut builder, mut texts, mut wrong) = (GlobSetBuilder::new(), Vec::new(), Vec::new());
        for text in globs {
            for form in forms(text) {
                match GlobBuilder::new(&form).literal_separator(true).build() {
                    Ok(glob) => {
                        builder.add(glob);
                    }
                    Err(error) => wrong.push((text.to_string(), error.kind().to_string())),
                }
            }
            texts.push(text.to_string());
        }
        (Globs { set: builder.build().unwrap_or_default(), texts }, wrong)
    }

    /// Does one of the globs fit `path`?
    pub fn is_match(&self, path: &SitePath) -> bool {
        self.set.is_match(path.as_str())
    }

    /// The folders below which everything lies that may fit: what stands before the first wildcard. A glob
    /// that begins with one makes it the root.
    pub fn folders(&self) -> Vec<SitePath> {
        let literal = |part: &&str| !part.contains(['*', '?', '[', '{']);
        let folder = |text: &String| match text.trim_matches('/').rsplit_once('/') {
            Some((folders, _)) => {
                SitePath::new(folders.split('/').take_while(literal).collect::<Vec<_>>().join("/"))
            }
            None => SitePath::default(),
        };
        let mut folders: Vec<SitePath> = self.texts.iter().map(folder).collect();
        folders.sort();
        folders.dedup_by(|inner, outer| inner.is_below(outer));
        folders
    }

    /// The globs as written.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// The globs that one line stands for: itself, and everything below what it names.
fn forms(text: &str) -> [String; 2] {
    let line = text.trim().trim_end_matches('/');
    let anchored = line.trim_start_matches('/');
    let base = match anchored.contains('/') || line.starts_with('/') {
        true => anchored.to_string(),
        false => format!("**/{anchored}"),
    };
    [base.clone(), format!("{base}/**")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_as_in_a_gitignore() {
        let (globs, wrong) = Globs::new(["drafts/", "/notes.md", "*.tmp", "policies/**/*.yaml", "["]);
        let fits = |path: &str| globs.is_match(&SitePath::new(path));
        assert!(fits("drafts/a.md") && fits("x/drafts/b/c.md") && fits("a/b.tmp"));
        assert!(fits("notes.md") && !fits("a/notes.md"));
        assert!(fits("policies/a.yaml") && fits("policies/x/y/a.yaml") && !fits("policies/a.yml"));
        assert_eq!(wrong.len(), 2);
    }

    #[test]
    fn globs_know_where_to_look() {
        let (globs, _) = Globs::new(["policies/**/*.yaml", "policies/x/*.yml", "docs/a*/b.yaml"]);
        assert_eq!(globs.folders(), [SitePath::new("docs"), SitePath::new("policies")]);
        assert_eq!(Globs::new(["*.yaml"]).0.folders(), [SitePath::default()]);
    }
}
