//! The words of a command line, sorted by a tool's own table.

use super::table::{Table, Takes};
use crate::kube::scope;
use crate::snippet::shell::Word;
use std::ops::Range;

/// A command line whose words have been sorted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    /// The words that select the command: `create deployment`.
    pub command: String,
    /// Words that are neither flags nor their values, behind the command.
    pub operands: Vec<Operand>,
    /// Flags in their order; a value is `None` when it is not literal, `true` when the flag takes none.
    pub flags: Vec<(String, Option<String>)>,
    /// Words behind `--`.
    pub behind: Vec<Operand>,
    /// What the tool would refuse.
    pub refused: Vec<Refusal>,
    /// A word may hold more than is known (`$FLAGS`): nothing is certain about what follows it.
    pub uncertain: bool,
}

/// A word: as the tool sees it, or `None` when it holds an expansion or a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// The literal text.
    pub text: Option<String>,
    /// Its bytes.
    pub range: Range<usize>,
}

/// Something the tool does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One phrase, lower case.
    pub message: String,
    /// The word.
    pub range: Range<usize>,
    /// What may have been meant.
    pub meant: Option<String>,
}

impl Args {
    /// Sorts `words`, the tool's own name left out.
    pub fn read(words: &[Word], table: &Table) -> Args {
        let mut args = Args::default();
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            if args.is_inner_command() {
                args.operands.extend(words[at..].iter().map(operand));
                break;
            }
            at += 1;
            let Some(text) = word.text.as_deref().or_else(|| known_flag(&word.raw)) else {
                args.unknown(word);
                continue;
            };
            if text == "--" {
                args.behind = words[at..].iter().map(operand).collect();
                break;
            }
            if text.starts_with("--") {
                at += args.long(text, word, words.get(at), table);
            } else if text.starts_with('-') && text.len() > 1 {
                at += args.short(text, word, words.get(at), table);
            } else {
                args.operand(word, text, table);
            }
        }
        args.close(table, words);
        args
    }

    /// The last value of a flag; `Some(None)` when it is given but not known.
    pub fn flag(&self, name: &str) -> Option<Option<&str>> {
        self.flags.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_deref())
    }

    /// The last literal value of a flag.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.flag(name).flatten()
    }

    /// Every value of a flag that may be repeated; `None` when one of them is not known.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.flags.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_deref()).collect()
    }

    /// Is a flag without value given, and not as `=false`?
    pub fn is_set(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| value != "false")
    }

    /// `kubectl exec POD ls -la`: from the second operand on, the words are those of a program inside.
    fn is_inner_command(&self) -> bool {
        matches!(self.command.as_str(), "exec" | "run" | "debug") && self.operands.len() >= 2
    }

    fn unknown(&mut self, word: &Word) {
        // A quoted expansion is one word; a bare `$FLAGS` may be any number of them.
        self.uncertain |= !(word.raw.starts_with('"') || word.raw.starts_with('<') || word.raw.contains('/'));
        self.operands.push(operand(word));
    }

    fn operand(&mut self, word: &Word, text: &str, table: &Table) {
        let deeper =
            if self.command.is_empty() { text.to_string() } else { format!("{} {text}", self.command) };
        if self.operands.is_empty() && table.has(&deeper) {
            self.command = deeper;
        } else if self.operands.is_empty() && table.has(&format!("{} {}", self.command, alias(text))) {
            self.command = format!("{} {}", self.command, alias(text));
        } else {
            self.operands.push(operand(word));
        }
    }

    /// Takes `--name`, `--name=value` or `--name value`; returns how many further words it took.
    fn long(&mut self, text: &str, word: &Word, next: Option<&Word>, table: &Table) -> usize {
        let (name, joined) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        // What stands behind `=` may hold an expansion: then `text` is only the name.
        let joined = joined.map(|value| word.text.as_ref().map(|_| value.to_string()));
        let Some(flag) = table.long(&self.command, name) else {
            self.refuse_flag(name, word, table);
            self.flags.push((name.to_string(), joined.flatten()));
            return 0;
        };
        match (joined, flag.value) {
            (Some(value), _) => self.push(flag.long, value),
            (None, Takes::Value) => return self.take_next(flag.long, word, next),
            (None, Takes::Nothing | Takes::Joined) => self.push(flag.long, Some("true".to_string())),
        }
        0
    }

    /// Takes `-f value`, `-fvalue`, `-it`.
    fn short(&mut self, text: &str, word: &Word, next: Option<&Word>, table: &Table) -> usize {
        let letters: Vec<(usize, char)> = text.char_indices().skip(1).collect();
        for (at, letter) in letters {
            let Some(flag) = table.short(&self.command, letter) else {
                self.refuse_flag(&format!("-{letter}"), word, table);
                return 0;
            };
            let rest = &text[at + letter.len_utf8()..];
            match flag.value {
                Takes::Value if rest.is_empty() => return self.take_next(flag.long, word, next),
                Takes::Value => {
                    let value = word.text.as_ref().map(|_| rest.trim_start_matches('=').to_string());
                    self.push(flag.long, value);
                    return 0;
                }
                Takes::Nothing | Takes::Joined => self.push(flag.long, Some("true".to_string())),
            }
        }
        0
    }

    fn take_next(&mut self, flag: &str, word: &Word, next: Option<&Word>) -> usize {
        match next {
            Some(value) => {
                self.push(flag, value.text.clone());
                1
            }
            None => {
                let message = format!("`{}` needs a value", word.raw);
                self.refused.push(Refusal { message, range: word.range.clone(), meant: None });
                0
            }
        }
    }

    fn push(&mut self, flag: &str, value: Option<String>) {
        self.flags.push((flag.to_string(), value));
    }

    fn refuse_flag(&mut self, name: &str, word: &Word, table: &Table) {
        if self.uncertain || !(self.command.is_empty() || table.has(&self.command)) {
            return;
        }
        if self.command.is_empty() {
            return; // Which flags hold is not known before the command is.
        }
        let meant = near(name, table.flags(&self.command).map(|flag| flag.long), 2);
        let message = format!("`{}` of {} has no flag `{name}`", self.command, table.version);
        self.refused.push(Refusal { message, range: word.range.clone(), meant });
    }

    /// A tool without command, or a group of commands without its last word, is refused.
    fn close(&mut self, table: &Table, words: &[Word]) {
        let Some(first) = self.operands.first() else { return };
        let Some(text) = first.text.as_deref().filter(|_| !self.uncertain) else { return };
        let unknown = self.command.is_empty() || needs_more(table, &self.command);
        let is_word = text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if unknown && is_word && !words.is_empty() && !self.has_plugin(table, text) {
            let meant = near(text, table.below(&self.command), 1);
            let message = match self.command.as_str() {
                "" => format!("{} has no command `{text}`", table.version),
                command => format!("`{command}` of {} has no `{text}`", table.version),
            };
            self.refused.push(Refusal { message, range: first.range.clone(), meant });
        }
    }

    /// `kubectl name` runs a program `kubectl-name` when there is one, and `helm name` a plugin: only near misses are
    /// refused.
    fn has_plugin(&self, table: &Table, text: &str) -> bool {
        self.command.is_empty()
            && ["kubectl", "helm"].iter().any(|tool| table.version.starts_with(tool))
            && near(text, table.below(""), 1).is_none()
    }
}

fn operand(word: &Word) -> Operand {
    Operand { text: word.text.clone(), range: word.range.clone() }
}

/// The name of a long flag whose value holds an expansion: `--image=$IMAGE`.
fn known_flag(raw: &str) -> Option<&str> {
    let name = raw.split('=').next()?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (raw.starts_with("--") && raw.contains('=') && plain)
        .then_some(name)
        .or_else(|| (raw.starts_with("--") && plain).then_some(name))
        .map(|name| &raw[..(name.len() + usize::from(raw.len() > name.len()))])
}

/// The other names of kinds and groups that `kubectl create` and its like accept.
fn alias(word: &str) -> &str {
    match word {
        "resourcequota" => "quota",
        "pods" => "pod",
        "nodes" => "node",
        other => scope::of_short_name(other).unwrap_or(other),
    }
}

/// Commands that are nothing without a further word of the table.
fn needs_more(table: &Table, command: &str) -> bool {
    const GROUPS: [&str; 15] = [
        "auth",
        "certificate",
        "config",
        "dependency",
        "get",
        "jp",
        "oci",
        "plugin",
        "registry",
        "repo",
        "rollout",
        "search",
        "set",
        "show",
        "top",
    ];
    // `kubectl get` takes kinds.
    let takes_kinds = command == "get" && table.version.starts_with("kubectl");
    table.has_below(command) && !takes_kinds && GROUPS.contains(&command)
}

/// The one of `known` that differs from `word` by at most so many letters.
fn near(word: &str, known: impl Iterator<Item = &'static str>, limit: usize) -> Option<String> {
    let measured = known.map(|name| (distance(word, name), name)).filter(|(distance, _)| *distance <= limit);
    measured.min().map(|(_, name)| name.to_string())
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, c) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in right.iter().enumerate() {
            let above = row[column + 1];
            let change = diagonal + usize::from(c != *other);
            row[column + 1] = change.min(above + 1).min(row[column] + 1);
            diagonal = above;
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::super::table::{kubectl, kyverno};
    use super::*;
    use crate::snippet::shell::{Command, parse};

    fn read(text: &str) -> Args {
        let script = parse(text);
        let Command::Simple(simple) = &script.commands[0].pipelines[0].1.commands[0] else { panic!() };
        let table = if simple.program() == Some("kyverno") { kyverno() } else { kubectl() };
        Args::read(&simple.words[1..], table)
    }

    fn refused(text: &str) -> Vec<String> {
        read(text).refused.into_iter().map(|refusal| refusal.message).collect()
    }

    #[test]
    fn flags_and_operands_are_told_apart() {
        let args = read(
            "kubectl -n web run test --image=nginx -l a=b,c=d --env=X=1 --env Y=2 -it --rm -- sh -c 'a b'",
        );
        assert_eq!(args.command, "run");
        assert_eq!(args.operands[0].text.as_deref(), Some("test"));
        assert_eq!(args.text("--namespace"), Some("web"));
        assert_eq!(args.text("--labels"), Some("a=b,c=d"));
        assert_eq!(args.texts("--env").unwrap(), ["X=1", "Y=2"]);
        assert!(args.is_set("--stdin") && args.is_set("--tty") && args.is_set("--rm"));
        assert_eq!(args.behind.len(), 3);
        assert!(args.refused.is_empty());
    }

    #[test]
    fn an_expansion_is_an_unknown_value() {
        let args = read("kubectl run test --image=\"$IMAGE\" -n $NS --dry-run=client -ojson");
        assert_eq!(args.flag("--image"), Some(None));
        assert_eq!(args.flag("--namespace"), Some(None));
        assert_eq!(args.text("--dry-run"), Some("client"));
        assert_eq!(args.text("--output"), Some("json"));
        assert!(args.refused.is_empty(), "{:?}", args.refused);
    }

    #[test]
    fn what_a_tool_refuses_is_named() {
        assert_eq!(
            refused("kubectl run test --image=nginx --limits=cpu=1"),
            ["`run` of kubectl 1.32 has no flag `--limits`"]
        );
        assert_eq!(
            refused("kyverno apply p.yaml --validate"),
            ["`apply` of kyverno 1.19 has no flag `--validate`"]
        );
        assert_eq!(refused("kyverno jp query -i"), ["`-i` needs a value"]);
        assert_eq!(read("kubectl aply -f x.yaml").refused[0].meant.as_deref(), Some("apply"));
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        for text in [
            "kubectl kyverno apply p.yaml --anything",
            "kubectl apply $FLAGS --whatever",
            "kubectl create deploy web --image=nginx",
            "kubectl explore pods",
            "kubectl exec web ls -la /tmp",
            "kubectl get pods -A -o wide --sort-by=.metadata.name -w",
            "kubectl exec web -it -- ls --color",
            "kubectl top pods -l app=web",
            "kubectl logs -f -n kyverno deployment/kyverno --tail=5",
            "kubectl set image deployment/web web=nginx:2 --record",
            "kyverno apply p.yaml -r a.yaml -t --detailed-results",
        ] {
            assert_eq!(refused(text), Vec::<String>::new(), "{text}");
        }
    }
}
