//! What a command of a pipeline reads.

use super::{Args, EffectKind, Objects, Submission};
use super::{Origin, made, table};
use crate::snippet::passage::Passage;
use crate::snippet::shell::{Command, Heredoc, Redirect, Simple};

/// What stands on a command's input.
pub(super) enum Input {
    /// Nothing that the page shows.
    None,
    /// Objects.
    Objects(Objects),
}

/// What command `at` of a pipeline reads: its own heredoc, or what the command before it prints.
pub(super) fn of(commands: &[Command], at: usize, origin: &Origin) -> Input {
    let Command::Simple(simple) = &commands[at] else { return Input::None };
    for redirect in simple.redirects.iter().rev() {
        return Input::Objects(match redirect {
            Redirect::Heredoc(heredoc) => Objects::of_heredoc(heredoc, origin),
            Redirect::HereString(word) => match &word.text {
                Some(text) => Objects::Words(text.clone()),
                None => Objects::Unknown("the text is put together by the shell".to_string()),
            },
            Redirect::Input(word) => file(word.text.as_deref()),
            Redirect::Output(..) | Redirect::Other => continue,
        });
    }
    match at.checked_sub(1).map(|before| &commands[before]) {
        Some(Command::Simple(before)) => Input::Objects(printed(before, commands, at - 1, origin)),
        Some(_) => {
            Input::Objects(Objects::Unknown("the objects are printed by a compound command".to_string()))
        }
        None => Input::None,
    }
}

fn file(name: Option<&str>) -> Objects {
    match name {
        Some(name) => Objects::Files(vec![name.to_string()]),
        None => Objects::Unknown("the file's name is not known before the command runs".to_string()),
    }
}

/// What a command prints.
fn printed(simple: &Simple, commands: &[Command], at: usize, origin: &Origin) -> Objects {
    let arguments: Vec<Option<&str>> = simple.words.iter().skip(1).map(|word| word.text.as_deref()).collect();
    let literal: Option<Vec<&str>> = arguments.iter().copied().collect();
    match (simple.program(), literal) {
        (Some("cat" | "tee"), Some(files)) if files.is_empty() || files == ["-"] => {
            match of(commands, at, origin) {
                Input::Objects(objects) => objects,
                Input::None => Objects::Unknown("nothing is printed before it".to_string()),
            }
        }
        (Some("cat"), Some(files)) => Objects::Files(files.iter().map(ToString::to_string).collect()),
        (Some("echo" | "printf"), Some(words)) => echoed(&words),
        (Some("kubectl"), _) => printed_by_kubectl(simple),
        (Some(program), _) => Objects::Unknown(format!("the objects are printed by `{program}`")),
        (None, _) => Objects::Unknown("the objects are printed by a command that is not known".to_string()),
    }
}

fn echoed(words: &[&str]) -> Objects {
    let (options, words): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| matches!(**word, "-e" | "-n" | "-en" | "-ne" | "-E"));
    let text = words.join(" ");
    match () {
        () if text.contains('%') => Objects::Unknown("the text is put together by `printf`".to_string()),
        () if options.iter().any(|option| option.contains('e')) || !text.contains("\\n") => {
            Objects::Words(text.replace("\\n", "\n"))
        }
        () => Objects::Words(text),
    }
}

/// `kubectl create … --dry-run=client -o yaml | kubectl apply -f -`.
fn printed_by_kubectl(simple: &Simple) -> Objects {
    let args = Args::read(&simple.words[1..], table::kubectl());
    let prints = matches!(args.text("--output"), Some("yaml" | "json"));
    match made::effect(&args) {
        EffectKind::Submit(Submission { objects, dry_run: Some(_), .. }) if prints => objects,
        _ => Objects::Unknown("the objects come out of a cluster".to_string()),
    }
}

impl Objects {
    /// The text of a heredoc.
    pub(super) fn of_heredoc(heredoc: &Heredoc, origin: &Origin) -> Objects {
        let passage: Passage = origin.passage.part(heredoc.text.clone(), &heredoc.lines);
        if heredoc.expands() { Objects::Expanded(passage) } else { Objects::Text(passage) }
    }
}
