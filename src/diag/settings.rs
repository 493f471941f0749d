//! How much each code matters to this site, and what fails a run.

use super::{Code, Diagnostic, Severity, codes, nearest};
use crate::source::Span;
use std::collections::BTreeMap;

/// What the configuration makes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Never reported.
    Off,
    /// Reported with this severity.
    As(Severity),
}

impl Level {
    /// The level of this word: `off`, `note`, `warning`, `error`.
    pub fn parse(word: &str) -> Option<Level> {
        match word {
            "off" => Some(Level::Off),
            "note" => Some(Level::As(Severity::Note)),
            "warning" => Some(Level::As(Severity::Warning)),
            "error" => Some(Level::As(Severity::Error)),
            _ => None,
        }
    }
}

/// The levels that differ from the codes' own severities.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Settings {
    levels: BTreeMap<&'static str, Level>,
}

impl Settings {
    /// Read `[checks]` of the configuration: code, level, and where the entry stands. What cannot be read is
    /// reported and left out.
    pub fn read<'a>(
        entries: impl IntoIterator<Item = (&'a str, &'a str, Span)>,
    ) -> (Settings, Vec<Diagnostic>) {
        let (mut settings, mut wrong) = (Settings::default(), Vec::new());
        for (name, word, span) in entries {
            match (codes::by_name(name), Level::parse(word)) {
                (Some(code), Some(level)) => settings.set(code, level),
                (None, _) => wrong.push(unknown_code(name, span)),
                (_, None) => wrong.push(
                    Diagnostic::new(&codes::UNKNOWN_CODE, span, format!("`{word}` is no level for `{name}`"))
                        .help("the levels are off, note, warning and error"),
                ),
            }
        }
        (settings, wrong)
    }

    /// Set the level of one code.
    pub fn set(&mut self, code: &'static Code, level: Level) {
        self.levels.insert(code.name, level);
    }

    /// `diagnostics` as the configuration wants them.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let wanted = |mut found: Diagnostic| match self.levels.get(found.code.name) {
            Some(Level::Off) => None,
            Some(Level::As(severity)) => {
                found.severity = *severity;
                Some(found)
            }
            None => Some(found),
        };
        diagnostics.into_iter().filter_map(wanted).collect()
    }
}

/// The finding for a name that no code has.
pub(super) fn unknown_code(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::new(&codes::UNKNOWN_CODE, span, format!("there is no check `{name}`"));
    match nearest(name, codes::ALL.iter().map(|code| code.name)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("`runproof explain --list` names them all"),
    }
}

/// From which severity on a run has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Findings never fail the run.
    Never,
    /// Errors only.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Note,
}

impl From<Severity> for FailOn {
    fn from(least: Severity) -> FailOn {
        match least {
            Severity::Error => FailOn::Error,
            Severity::Warning => FailOn::Warning,
            Severity::Note => FailOn::Note,
        }
    }
}

impl FailOn {
    /// Do `diagnostics` fail the run?
    pub fn fails(self, diagnostics: &[Diagnostic]) -> bool {
        let least = match self {
            FailOn::Never => return false,
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Note => Severity::Note,
        };
        diagnostics.iter().any(|found| found.severity >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};

    #[test]
    fn the_configuration_decides_what_matters() {
        let sources = Sources::in_memory([("site.toml", "x")]);
        let span = sources.get(&SitePath::new("site.toml")).unwrap().span(0, 1);
        let entries =
            [("broken-link", "warning", span), ("brokn-link", "error", span), ("broken-link", "loud", span)];
        let (settings, wrong) = Settings::read(entries);
        assert_eq!(wrong.len(), 2);
        assert_eq!(wrong[0].help, ["did you mean `broken-link`?"]);
        let found = settings.apply(vec![Diagnostic::new(&codes::BROKEN_LINK, span, "x")]);
        assert!(FailOn::Warning.fails(&found) && !FailOn::Error.fails(&found));
        assert!(!FailOn::Never.fails(&found));
        let (off, _) = Settings::read([("broken-link", "off", span)]);
        assert!(off.apply(found).is_empty());
    }
}
