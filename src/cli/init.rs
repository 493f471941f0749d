//! `runproof init`

use super::args::InitArgs;
use super::terminal::Terminal;
use super::{Failure, Outcome};
use std::io::Write;
use std::path::Path;

/// The files of a small site, and where they go.
const FILES: [(&str, &str); 9] = [
    ("site.toml", include_str!("starter/site.toml")),
    (".gitignore", include_str!("starter/gitignore")),
    ("content/index.md", include_str!("starter/index.md")),
    ("content/phase-1/index.md", include_str!("starter/phase.md")),
    ("content/phase-1/require-limits.md", include_str!("starter/require-limits.md")),
    ("policies/require-limits/policy.yaml", include_str!("starter/policy.yaml")),
    ("policies/require-limits/kyverno-test.yaml", include_str!("starter/kyverno-test.yaml")),
    ("policies/require-limits/resources.yaml", include_str!("starter/resources.yaml")),
    (".github/workflows/docs.yml", include_str!("starter/workflow.yml")),
];

pub(super) fn run(args: &InitArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let dir = &args.dir;
    let there: Vec<&str> = FILES
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| dir.join(path).symlink_metadata().is_ok())
        .collect();
    if let Some(first) = there.first() {
        let failure =
            Failure::new(format!("`{}` exists already; nothing was made", dir.join(first).display()));
        return Err(failure.help("name a new folder: `runproof init docs`"));
    }
    if let Some(config) = ["mkdocs.yml", "mkdocs.yaml"].iter().find(|name| dir.join(name).exists()) {
        let failure = Failure::new(format!("`{}` is a site already", dir.join(config).display()));
        return Err(
            failure.help("it needs no change: `runproof check` and `runproof build` read it as it is")
        );
    }
    for (path, text) in FILES {
        make(&dir.join(path), text)?;
        terminal.detail(|| format!("Made {}", dir.join(path).display()));
    }
    terminal.say(&format!("Made a site of {} files in {}.", FILES.len(), dir.display()));
    let arg = if dir == Path::new(".") { String::new() } else { format!(" {}", dir.display()) };
    terminal.say(&format!("Look at it with `runproof serve{arg}`, check it with `runproof check{arg}`."));
    Ok(Outcome::Clean)
}

/// Make a file that is not there yet.
fn make(path: &Path, text: &str) -> Result<(), Failure> {
    let put = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::File::create_new(path)?.write_all(text.as_bytes())
    };
    put().map_err(|error| Failure::of_file(path, &error))
}
