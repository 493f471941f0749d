//! The program, as a user and a CI job meet it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run said and how it ended.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// The program in a directory, without what a terminal or a CI service would tell it.
pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.args(args).current_dir(dir);
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "GITHUB_STEP_SUMMARY", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Run it to its end.
pub fn runproof(dir: &Path, args: &[&str]) -> Ran {
    finish(command(dir, args), "")
}

/// Run a command to its end, with `input` as its standard input.
pub fn finish(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
