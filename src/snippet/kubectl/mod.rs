//! What a command does to a cluster, as far as its words tell.
//!
//! In: a [`Pipeline`](super::shell::Pipeline). Out: [`Effect`]s. What is not modelled and may write says so, with
//! a reason: nothing is assumed of it.

mod access;
mod args;
mod change;
mod foreign;
mod helm;
mod made;
mod network;
mod stdin;
mod submit;
mod table;

pub use args::{Args, Operand, Refusal};
pub use change::{Change, Changed, Deletion, Target};
pub use table::{Flag, Table, Takes};

use super::model::{Language, Query};
use super::passage::Passage;
use super::shell::{Command, Pipeline, Simple, Word};
use crate::source::Span;
use serde_json::Value;

/// What one command does.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What happens.
    pub kind: EffectKind,
    /// Existing objects that a command of kubectl names, to read or to change.
    pub targets: Vec<Target>,
    /// The command's words.
    pub span: Option<Span>,
    /// It may not run: it stands behind `||`, or inside `if`, `for` and their like.
    pub conditional: bool,
}

/// The kinds of effect.
#[derive(Debug, Clone, PartialEq)]
pub enum EffectKind {
    /// Objects are sent to the API server.
    Submit(Submission),
    /// Existing objects are changed.
    Change(Change),
    /// Objects are deleted.
    Delete(Deletion),
    /// Nothing is written.
    Read,
    /// A policy engine's own command line, which talks to no cluster: the policies and resources it names.
    Kyverno(Args),
    /// It may write, and how is not known: why.
    Unknown(String),
    /// Another tool, by its name.
    Foreign(String),
}

/// Objects on their way to the API server.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// How they are sent.
    pub verb: Verb,
    /// Where the objects come from.
    pub objects: Objects,
    /// `-n`, which holds for objects that name no namespace; `Some(None)` when it is not literal.
    pub namespace: Option<Option<String>>,
    /// `--dry-run=client` and its like: nothing is kept.
    pub dry_run: Option<String>,
    /// `--as`: on whose behalf.
    pub user: Option<String>,
    /// `--as-group`
    pub groups: Vec<String>,
    /// Why kubectl ends before it sends anything.
    pub refused: Vec<String>,
}

/// How objects are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Created or updated.
    Apply,
    /// Created; it fails when they exist.
    Create,
    /// Updated; it fails when they do not exist.
    Replace,
}

/// Where objects come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Objects {
    /// Text on the page.
    Text(Passage),
    /// Text on the page that the shell changes on its way: what is put in is not known.
    Expanded(Passage),
    /// Text given as a word: `echo '…' | kubectl apply -f -`.
    Words(String),
    /// Files by their names as written, `-f` and `-k` alike.
    Files(Vec<String>),
    /// Made by kubectl from its flags.
    Made {
        /// The object.
        object: Value,
        /// What the cluster or the flags would add and is not known; empty when the object is whole.
        missing: Vec<String>,
    },
    /// Not known: why.
    Unknown(String),
}

/// How much a step may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing outside of the reader's terminal.
    ReadOnly,
    /// Not known.
    Unknown,
    /// Objects or files are made or changed.
    Mutating,
    /// Something is taken away.
    Destructive,
}

/// The commands' text: how bytes of it lead to the page.
pub(super) struct Origin<'a> {
    /// The text that ranges of the script count.
    pub passage: &'a Passage,
}

/// What each command of a pipeline does, and what the tools would refuse.
pub(super) fn effects(pipeline: &Pipeline, sure: bool, origin: &Origin) -> (Vec<Effect>, Vec<Refusal>) {
    let (mut effects, mut refusals) = (Vec::new(), Vec::new());
    for (at, command) in pipeline.commands.iter().enumerate() {
        let Command::Simple(simple) = command else { continue };
        let simple = without_wrappers(simple);
        let Some(first) = simple.words.first() else { continue };
        let input = stdin::of(&pipeline.commands, at, origin);
        let (kind, refused) = effect(&simple, &input);
        refusals.extend(refused);
        let last = simple.words.last().unwrap_or(first);
        let span = origin.passage.span(&(first.range.start..last.range.end));
        effects.push(Effect { kind, targets: targets(&simple), span, conditional: !sure });
    }
    (effects, refusals)
}

/// The query of a pipeline that ends in `kyverno jp query`, with its input where the page shows that.
pub(super) fn queried(pipeline: &Pipeline, origin: &Origin) -> Option<Query> {
    let at = pipeline.commands.len().checked_sub(1)?;
    let Command::Simple(simple) = &pipeline.commands[at] else { return None };
    let args = Args::read(simple.words.get(1..)?, table::kyverno());
    if simple.program() != Some("kyverno") || args.command != "jp query" {
        return None;
    }
    let [expression] = args.operands.as_slice() else { return None };
    let input = match stdin::of(&pipeline.commands, at, origin) {
        _ if args.is_set("--input") => None,
        stdin::Input::Objects(Objects::Words(text)) => Some(text),
        stdin::Input::Objects(Objects::Text(passage)) => Some(passage.text),
        _ => None,
    };
    let (text, span) = (expression.text.clone()?, origin.passage.span(&expression.range)?);
    Some(Query { language: Language::JmesPath, text, span, input, whole: true, wrong: None })
}

fn effect(simple: &Simple, input: &stdin::Input) -> (EffectKind, Vec<Refusal>) {
    let arguments = simple.words.get(1..).unwrap_or_default();
    match simple.program() {
        Some("kubectl" | "k") => {
            let args = Args::read(arguments, table::kubectl());
            (kubectl(&args, input), args.refused)
        }
        // `oc` has commands and flags of its own: it is never refused anything.
        Some("oc") => {
            let args = Args { refused: Vec::new(), ..Args::read(arguments, table::kubectl()) };
            (kubectl(&args, input), Vec::new())
        }
        Some("kyverno") => {
            let args = Args::read(arguments, table::kyverno());
            let mut refused = args.refused.clone();
            refused.extend(list_of_kubectl(&args, arguments));
            (EffectKind::Kyverno(args), refused)
        }
        Some("helm") => (helm::effect(arguments), helm::refusals(arguments)),
        Some(program) => (foreign::effect(program, simple), Vec::new()),
        None => {
            let raw = simple.words.first().map_or("", |word| &word.raw);
            (EffectKind::Unknown(format!("`{raw}` is not known before it runs")), Vec::new())
        }
    }
}

/// The objects that kubectl is asked for by name.
fn targets(simple: &Simple) -> Vec<Target> {
    const NAMING: [&str; 7] = ["get", "describe", "delete", "label", "annotate", "patch", "edit"];
    if !matches!(simple.program(), Some("kubectl" | "k" | "oc")) {
        return Vec::new();
    }
    let args = Args::read(simple.words.get(1..).unwrap_or_default(), table::kubectl());
    match NAMING.contains(&args.command.as_str()) {
        true => change::targets(&args).0.unwrap_or_default(),
        false => Vec::new(),
    }
}

/// `kubectl get` prints several objects as one of the kind List, which `kyverno apply` ends on with a panic.
fn list_of_kubectl(args: &Args, words: &[Word]) -> Option<Refusal> {
    let printed = |word: &&Word| {
        let Some(command) =
            word.raw.trim_start_matches('<').strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        else {
            return false;
        };
        let said: Vec<&str> = command.split_whitespace().filter(|word| !word.starts_with('-')).collect();
        let is_list =
            |kinds: &[&str]| matches!(kinds, [kind] | [kind, "yaml" | "json"] if !kind.contains('/'));
        matches!(said.as_slice(), ["kubectl", "get", kinds @ ..] if is_list(kinds))
    };
    let word = words.iter().find(printed).filter(|_| args.command == "apply")?;
    let message = "`apply` of kyverno 1.19 cannot read the List that `kubectl get` prints".to_string();
    Some(Refusal { message, range: word.range.clone(), meant: None })
}

/// `sudo`, `time` and their like say nothing about what the command behind them does. Their flags are dropped,
/// with the value that some of them take, and the operand that `timeout` takes.
pub(super) fn without_wrappers(simple: &Simple) -> Simple {
    let mut simple = simple.clone();
    while simple.words.len() > 1 {
        let (valued, operands): (&[&str], usize) = match simple.program() {
            Some("sudo") => (&["-u", "-g"], 0),
            Some("watch") => (&["-n", "--interval"], 0),
            Some("timeout") => (&["-s", "-k"], 1),
            Some("time" | "command" | "nohup" | "exec") => (&[], 0),
            _ => break,
        };
        let mut skip = 1;
        while let Some(flag) = simple.words.get(skip).filter(|word| word.raw.starts_with('-')) {
            skip += 1 + usize::from(valued.contains(&flag.raw.as_str()));
        }
        simple.words.drain(..(skip + operands).min(simple.words.len() - 1));
    }
    simple
}

fn kubectl(args: &Args, input: &stdin::Input) -> EffectKind {
    let verb = args.command.split(' ').next().unwrap_or_default();
    if args.is_set("--help") {
        return EffectKind::Read;
    }
    match verb {
        // What runs inside a container is not an object of the cluster.
        "exec" | "attach" | "cp" => EffectKind::Foreign(format!("kubectl {verb}")),
        "apply" if args.command != "apply" => reads_unless(args.command == "apply view-last-applied", args),
        "apply" => submit::from_files(args, Verb::Apply, input),
        "replace" => submit::from_files(args, Verb::Replace, input),
        "create" if args.flag("--filename").is_some() => submit::from_files(args, Verb::Create, input),
        "create" if args.command == "create token" => EffectKind::Read,
        "create" | "run" | "expose" | "autoscale" => made::effect(args),
        "label" | "annotate" | "patch" | "scale" | "set" | "taint" | "edit" => change::effect(args),
        "drain" | "cordon" | "uncordon" => change::of_nodes(args),
        "delete" => change::delete(args, input),
        "get" | "describe" | "logs" | "explain" | "top" | "version" | "api-resources" | "api-versions"
        | "events" | "diff" | "wait" | "cluster-info" | "kustomize" | "completion" | "options" | "help"
        | "port-forward" | "proxy" | "plugin" | "config" | "auth" => {
            reads_unless(args.command != "auth reconcile", args)
        }
        "rollout" if matches!(args.command.as_str(), "rollout status" | "rollout history") => {
            EffectKind::Read
        }
        "rollout" => change::effect(args),
        "" => EffectKind::Foreign("kubectl".to_string()),
        _ => EffectKind::Unknown(format!("what `kubectl {}` changes is not modelled", args.command)),
    }
}

fn reads_unless(reads: bool, args: &Args) -> EffectKind {
    match reads {
        true => EffectKind::Read,
        false => EffectKind::Unknown(format!("what `kubectl {}` changes is not modelled", args.command)),
    }
}

impl EffectKind {
    /// How much it may change.
    pub fn level(&self) -> Level {
        match self {
            EffectKind::Submit(Submission { dry_run: Some(_), .. })
            | EffectKind::Read
            | EffectKind::Kyverno(_) => Level::ReadOnly,
            EffectKind::Submit(_) | EffectKind::Change(_) => Level::Mutating,
            EffectKind::Delete(_) => Level::Destructive,
            EffectKind::Unknown(_) => Level::Unknown,
            EffectKind::Foreign(tool) => match tool.as_str() {
                "rm" | "shred" | "dd" | "mkfs" | "truncate" => Level::Destructive,
                "cat" | "echo" | "printf" | "grep" | "jq" | "yq" | "head" | "tail" | "sort" | "uniq"
                | "wc" | "cut" | "ls" | "cd" | "pwd" | "sleep" | "test" | "[" | "true" | "diff" | "date"
                | "which" => Level::ReadOnly,
                _ => Level::Unknown,
            },
        }
    }

    /// Does it talk about objects of a cluster?
    pub fn is_kubernetes(&self) -> bool {
        !matches!(self, EffectKind::Foreign(tool) if tool != "kubectl")
    }
}
