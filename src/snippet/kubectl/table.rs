//! Which commands and flags a tool has: data with a version, in `tables/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The commands of one tool.
#[derive(Debug)]
pub struct Table {
    /// The tool and its version, for messages: `kubectl 1.32`.
    pub version: &'static str,
    commands: BTreeMap<&'static str, Vec<Flag>>,
}

/// One flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// `--filename`
    pub long: &'static str,
    /// `f`
    pub short: Option<char>,
    /// Whether it takes a value.
    pub value: Takes,
}

/// Whether a flag takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Never, or only `=true` and `=false`.
    Nothing,
    /// Only behind `=`.
    Joined,
    /// Always: behind `=` or as the next word.
    Value,
}

/// The table of `kubectl`.
pub fn kubectl() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read("kubectl 1.32", include_str!("../tables/kubectl.txt")))
}

/// The table of `kyverno`.
pub fn kyverno() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read("kyverno 1.19", include_str!("../tables/kyverno.txt")))
}

/// The table of `helm`.
pub fn helm() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::read("helm 3 and 4", include_str!("../tables/helm.txt")))
}

impl Table {
    fn read(version: &'static str, text: &'static str) -> Table {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let commands = lines.filter_map(|line| line.split_once(':'));
        let flags = |flags: &'static str| flags.split_whitespace().filter_map(Flag::read).collect();
        Table { version, commands: commands.map(|(words, list)| (words, flags(list))).collect() }
    }

    /// Is this a command, its words joined by blanks?
    pub fn has(&self, command: &str) -> bool {
        command != "*" && self.commands.contains_key(command)
    }

    /// Do further words select a command below this one?
    pub fn has_below(&self, command: &str) -> bool {
        self.commands
            .keys()
            .any(|known| known.strip_prefix(command).is_some_and(|rest| rest.starts_with(' ')))
    }

    /// The commands below `command`, or of the tool when it is empty.
    pub fn below<'a>(&'a self, command: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.commands.keys().copied().filter_map(move |known| {
            let rest =
                if command.is_empty() { known } else { known.strip_prefix(command)?.strip_prefix(' ')? };
            (!rest.contains(' ') && rest != "*").then_some(rest)
        })
    }

    /// The flag `--long` of a command.
    pub fn long(&self, command: &str, name: &str) -> Option<Flag> {
        self.flags(command).find(|flag| flag.long == name)
    }

    /// The flag `-s` of a command. A command's own flag comes before that of all commands.
    pub fn short(&self, command: &str, letter: char) -> Option<Flag> {
        self.flags(command).find(|flag| flag.short == Some(letter))
    }

    /// Every flag of a command, its own first.
    pub fn flags<'a>(&'a self, command: &str) -> impl Iterator<Item = Flag> + 'a {
        let of = |command: &str| self.commands.get(command).map(Vec::as_slice).unwrap_or_default();
        of(command).iter().chain(of("*")).copied()
    }
}

impl Flag {
    fn read(text: &'static str) -> Option<Flag> {
        let (name, value) = match text.strip_suffix('=') {
            Some(name) => (name, Takes::Value),
            None => match text.strip_suffix('?') {
                Some(name) => (name, Takes::Joined),
                None => (text, Takes::Nothing),
            },
        };
        let (short, long) = match name.split_once(',') {
            Some((short, long)) => (short.chars().nth(1), long),
            None => (None, name),
        };
        long.starts_with("--").then_some(Flag { long, short, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_know_commands_flags_and_their_values() {
        let table = kubectl();
        assert!(table.has("create secret generic") && !table.has("create pod"));
        assert_eq!(table.short("apply", 'f').unwrap().long, "--filename");
        assert_eq!(table.short("logs", 'f').unwrap().value, Takes::Nothing);
        assert_eq!(table.long("run", "--dry-run").unwrap().value, Takes::Joined);
        assert_eq!(table.short("get", 'n').unwrap().value, Takes::Value);
        assert!(table.long("run", "--limits").is_none());
        assert!(kyverno().long("apply", "--validate").is_none());
        assert!(kyverno().below("jp").any(|word| word == "query"));
    }
}
