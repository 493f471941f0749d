//! The terminal: what is printed and how it looks.

use super::args::{Color, Global};
use super::failure::Failure;
use crate::diag::Look;
use std::io::{IsTerminal, Write};

/// Where a command speaks to. A reader that went away (`runproof check | head`) is no error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    color: Color,
    quiet: bool,
    verbose: bool,
}

/// One of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// What was asked for.
    Out,
    /// What is said about it.
    Err,
}

impl Terminal {
    pub fn new(global: &Global) -> Terminal {
        Terminal { color: global.color, quiet: global.quiet, verbose: global.verbose }
    }

    /// Print what was asked for.
    pub fn print(&self, text: &str) {
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }

    /// Print something wrong, whatever `--quiet` says.
    pub fn complain(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// Say one line about what was done.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.complain(&format!("{line}\n"));
        }
    }

    /// Say one line that only the curious want.
    pub fn detail(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            self.complain(&format!("{}\n", line()));
        }
    }

    /// Say why the command could not run.
    pub fn fail(&self, failure: &Failure) {
        let color = self.look(Stream::Err).color;
        let paint = |style: &str, text: &str| match color {
            true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
            false => text.to_string(),
        };
        let mut text =
            format!("{}{}\n", paint("1;91", "error"), paint("1", &format!(": {}", failure.message)));
        for help in &failure.help {
            text.push_str(&format!("  {}: {help}\n", paint("1", "help")));
        }
        self.complain(&text);
    }

    /// How findings look on `stream`.
    pub fn look(&self, stream: Stream) -> Look {
        let plain = Look::default();
        let width = terminal_size::terminal_size().map_or(plain.width, |(width, _)| usize::from(width.0));
        Look { color: self.colors(stream), width: width.max(40) }
    }

    fn colors(&self, stream: Stream) -> bool {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR").is_some() => false,
            Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => stream.is_terminal() && set("TERM").is_none_or(|term| term != "dumb"),
        }
    }
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Stream::Out => std::io::stdout().is_terminal(),
            Stream::Err => std::io::stderr().is_terminal(),
        }
    }
}
