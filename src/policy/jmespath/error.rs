//! What can go wrong when an expression is read or evaluated.

use std::fmt;
use std::ops::Range;

/// An expression that cannot be read. The span holds bytes of the expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in one phrase.
    pub message: String,
    /// Where, in bytes of the expression.
    pub span: Range<usize>,
    /// What to write in its place, where that is known.
    pub help: Option<&'static str>,
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> SyntaxError {
        SyntaxError { message: message.into(), span, help: None }
    }

    pub(crate) fn help(self, help: &'static str) -> SyntaxError {
        SyntaxError { help: Some(help), ..self }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An expression that has no value for this input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchError {
    /// A key that a map does not have. Most of the language reads it as null; what is left reaches the caller.
    NotFound(String),
    /// A wrong argument, an unknown function, or anything else that Kyverno answers with an error as well.
    Evaluation(String),
    /// Kyverno may have an answer, but it cannot be known here.
    Unsupported {
        /// The function or feature.
        feature: String,
        /// Why it has no answer, such as `nondeterministic` or `needs the network`.
        reason: &'static str,
    },
    /// The evaluation was stopped because it took too many steps or grew too large.
    Limit(&'static str),
}

impl SearchError {
    pub(crate) fn evaluation(message: impl Into<String>) -> SearchError {
        SearchError::Evaluation(message.into())
    }

    /// An error that Kyverno reports with the name of the function.
    pub(crate) fn function(name: &str, message: impl fmt::Display) -> SearchError {
        SearchError::Evaluation(format!("JMESPath function '{name}': {message}"))
    }

    pub(crate) fn unsupported(feature: impl Into<String>, reason: &'static str) -> SearchError {
        SearchError::Unsupported { feature: feature.into(), reason }
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SearchError::NotFound(key) => write!(f, "Unknown key \"{key}\" in path"),
            SearchError::Evaluation(message) => f.write_str(message),
            SearchError::Unsupported { feature, reason } => write!(f, "{feature} is not supported: {reason}"),
            SearchError::Limit(what) => write!(f, "the expression was stopped: {what}"),
        }
    }
}
