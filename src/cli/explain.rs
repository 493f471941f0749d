//! `runproof explain`

use super::args::ExplainArgs;
use super::terminal::{Stream, Terminal};
use super::{Failure, Outcome};
use crate::diag::{codes, explain, nearest};

pub(super) fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let Some(name) = args.code.as_deref() else {
        terminal.print(&explain::list());
        return Ok(Outcome::Clean);
    };
    // What is copied from a finding may bring its brackets along.
    let name = name.trim_start_matches(|mark: char| mark != '[').trim_matches(['[', ']', ':']);
    let name = if name.is_empty() { args.code.as_deref().unwrap_or_default() } else { name };
    match (codes::by_name(name), explain::page(name)) {
        (_, Some(page)) => terminal.print(&explain::terminal(page, terminal.look(Stream::Out).color)),
        (Some(code), None) => terminal.print(&format!("{}\n\n{}.\n", code.name, code.summary)),
        (None, None) => return Err(unknown(name)),
    }
    Ok(Outcome::Clean)
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("there is no check `{name}`"));
    let failure = match nearest(name, codes::ALL.iter().map(|code| code.name)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    };
    failure.help("`runproof explain --list` names them all")
}
