//! What stops a command, said as well as a finding.

use crate::build::OpenError;
use crate::build::write::WriteError;
use std::path::Path;

/// Why a command could not run, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// One phrase, lower case, without a full stop.
    pub message: String,
    /// What helps, one sentence each.
    pub help: Vec<String>,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: Vec::new() }
    }

    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help.push(help.into());
        self
    }

    /// `path` cannot be used because of `error`.
    pub fn of_file(path: &Path, error: &dyn std::fmt::Display) -> Failure {
        Failure::new(format!("`{}`: {error}", path.display()))
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Failure {
        let failure = Failure::new(error.to_string());
        match error {
            WriteError::NotOurs(dir) => failure
                .help("choose another folder with --out")
                .help(format!("or remove `{}` if nothing in it is needed", dir.display())),
            WriteError::Manifest(..) => {
                failure.help("remove the output folder if nothing in it is needed, and build again")
            }
            WriteError::InTheWay(..) => failure.help("move it away, or give the page another place"),
            WriteError::Conflict(..) => failure.help("give one of the pages another place"),
            WriteError::Outside(_) | WriteError::Io(..) => failure,
        }
    }
}
