//! **cli** - one file a command.
//!
//! In: the arguments. Out: words for a terminal and an exit status: 0 clean, 1 findings, 2 could not run.
//! Noun: `Cli`. Verb: [`run`].
//!
//! This is the only room that prints. What was typed ([`args`]) becomes what is meant once, in [`Place`] and
//! [`Terminal`], before a command begins.

mod apply;
mod args;
mod build;
mod check;
mod claims;
mod completions;
mod explain;
mod failure;
mod files;
mod fix;
mod init;
mod jp;
mod migrate;
mod place;
mod policy_report;
mod report;
mod schemas;
mod serve;
mod table;
mod terminal;
mod test;

use args::{Cli, Command};
use clap::Parser;
use failure::Failure;
use place::Place;
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::Terminal;

/// How a command that ran has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to complain about.
    Clean,
    /// There are findings that fail the run.
    Findings,
}

/// Run the command that `args` name; the first of them is the program.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors and go to the standard output; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let terminal = Terminal::new(&cli.global);
    match command(cli.command, &terminal) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => {
            terminal.fail(&failure);
            ExitCode::from(2)
        }
    }
}

fn command(command: Command, terminal: &Terminal) -> Result<Outcome, Failure> {
    match command {
        Command::Build(args) => build::run(args, terminal),
        Command::Serve(args) => serve::run(args, terminal),
        Command::Check(args) => check::run(args, terminal),
        Command::Claims(args) => claims::run(&args, terminal),
        Command::Report(args) => report::run(&args, terminal),
        Command::Test(args) => test::run(&args, terminal),
        Command::Apply(args) => apply::run(&args, terminal),
        Command::Jp(args) => jp::run(&args, terminal),
        Command::Init(args) => init::run(&args, terminal),
        Command::Migrate(args) => migrate::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Completions(args) => completions::run(&args, terminal),
    }
}
