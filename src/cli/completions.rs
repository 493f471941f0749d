//! `runproof completions`

use super::args::{Cli, CompletionsArgs};
use super::terminal::Terminal;
use super::{Failure, Outcome};
use clap::CommandFactory;

#[expect(clippy::unnecessary_wraps, reason = "every command ends in the same way")]
pub(super) fn run(args: &CompletionsArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "runproof", &mut text);
    terminal.print(&String::from_utf8_lossy(&text));
    Ok(Outcome::Clean)
}
