//! `runproof migrate`

use super::args::{MigrateArgs, SiteArgs};
use super::terminal::{Stream, Terminal};
use super::{Failure, Outcome, Place};
use crate::diag::{Format, Severity, emit};
use crate::site::Config;
use crate::site::config::{FILES, migrate};
use crate::source::{SitePath, Sources};
use std::io::Write;

pub(super) fn run(args: &MigrateArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let place = Place::find(&SiteArgs { dir: args.dir.clone(), config: None })?;
    let is_there = |name: &&&str| place.root.join(name).is_file();
    let Some(old) = FILES.iter().filter(|name| **name != "site.toml").find(is_there) else {
        let failure = Failure::new(format!("there is no `mkdocs.yml` in `{}`", place.root.display()));
        return Err(failure.help("this site has a `site.toml` already"));
    };
    let sources = Sources::open(&place.root).map_err(|error| Failure::of_file(&place.root, &error))?;
    let (config, notes) = Config::load(&sources, Some(&SitePath::new(old)));
    if notes.iter().any(|note| note.severity == Severity::Error) {
        terminal.complain(&emit(
            Format::Human,
            &place.findings(&notes, &sources),
            terminal.look(Stream::Err),
        ));
        return Err(Failure::new(format!("`{old}` has errors")).help("mend them first"));
    }
    let migration = migrate(&config, &notes);
    match args.dry_run {
        true => terminal.print(&migration.toml),
        false => write(&place, &migration.toml)?,
    }
    migration.report.iter().for_each(|line| terminal.say(line));
    if !args.dry_run {
        terminal.say(&format!(
            "Wrote {}; `{old}` stays and no longer counts.",
            place.shown(&SitePath::new("site.toml"))
        ));
    }
    Ok(Outcome::Clean)
}

fn write(place: &Place, toml: &str) -> Result<(), Failure> {
    let path = place.root.join("site.toml");
    let made = std::fs::File::create_new(&path).and_then(|mut file| file.write_all(toml.as_bytes()));
    made.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(format!("`{}` exists already", path.display()))
            .help("look at the migration with --dry-run, or move the file away"),
        _ => Failure::of_file(&path, &error),
    })
}
