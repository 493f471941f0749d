//! What can go wrong when an expression is compiled or evaluated.

use std::fmt;
use std::ops::Range;

/// An expression that does not compile. The span holds bytes of the expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// What is wrong, in one phrase.
    pub message: String,
    /// Where, in bytes of the expression.
    pub span: Range<usize>,
}

impl CompileError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> CompileError {
        CompileError { message: message.into(), span }
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An expression that has no value for this input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvalError {
    /// What Kyverno answers with an error as well.
    Error(String),
    /// Kyverno may have an answer, but it cannot be known here.
    Unsupported {
        /// The function or feature.
        feature: String,
        /// Why it has no answer.
        reason: &'static str,
    },
    /// The evaluation was stopped because it took too many steps or grew too large.
    Limit(&'static str),
}

impl EvalError {
    pub(crate) fn new(message: impl Into<String>) -> EvalError {
        EvalError::Error(message.into())
    }

    pub(crate) fn unsupported(feature: impl Into<String>, reason: &'static str) -> EvalError {
        EvalError::Unsupported { feature: feature.into(), reason }
    }

    pub(crate) fn no_overload() -> EvalError {
        EvalError::new("no such overload")
    }

    pub(crate) fn no_key(key: impl fmt::Display) -> EvalError {
        EvalError::new(format!("no such key: {key}"))
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalError::Error(message) => f.write_str(message),
            EvalError::Unsupported { feature, reason } => write!(f, "{feature} is not supported: {reason}"),
            EvalError::Limit(what) => write!(f, "the expression was stopped: {what}"),
        }
    }
}
