//! What goes wrong inside a rule.

use super::jmespath::SearchError;
use super::response::Verdict;

/// An error on the way to a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) message: String,
    /// A key that does not exist, and nothing else.
    pub(crate) missing: bool,
    /// The feature that this evaluator lacks.
    pub(crate) unsupported: Option<String>,
}

impl Trouble {
    pub(crate) fn new(message: impl Into<String>) -> Trouble {
        Trouble { message: message.into(), missing: false, unsupported: None }
    }

    pub(crate) fn unsupported(feature: impl Into<String>) -> Trouble {
        let feature = feature.into();
        Trouble { message: format!("unsupported: {feature}"), missing: false, unsupported: Some(feature) }
    }

    /// The same error with what was being done in front.
    pub(crate) fn while_doing(self, what: impl std::fmt::Display) -> Trouble {
        Trouble { message: format!("{what}: {}", self.message), ..self }
    }

    /// An `error` verdict, or the honest "cannot".
    pub(crate) fn verdict(self) -> Verdict {
        match self.unsupported {
            Some(feature) => Verdict::unsupported(feature),
            None => Verdict::error(self.message),
        }
    }
}

impl From<SearchError> for Trouble {
    fn from(error: SearchError) -> Trouble {
        let unsupported = match &error {
            SearchError::Unsupported { feature, .. } => Some(feature.clone()),
            SearchError::Limit(_) => Some("expensive expressions".to_string()),
            _ => None,
        };
        Trouble {
            message: error.to_string(),
            missing: matches!(error, SearchError::NotFound(_)),
            unsupported,
        }
    }
}
