//! The `runproof` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    runproof::cli::run(std::env::args_os())
}
