//! `kubectl label`, `annotate`, `patch`, `scale`, `set`, `rollout`, `edit`, `drain` and `delete`.

use super::stdin::Input;
use super::{Args, EffectKind, Objects, submit};
use serde_json::Value;

/// Objects named on a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The kind as written: `deploy`, `pods`, `deployments.apps`; empty when only a file is named.
    pub kind: String,
    /// The name; `None` for every object that the selector or `--all` selects.
    pub name: Option<String>,
}

/// A change of existing objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which objects; `None` when they are not known before the command runs.
    pub targets: Option<Vec<Target>>,
    /// `-n`; `Some(None)` when it is not literal.
    pub namespace: Option<Option<String>>,
    /// `-l`, when the objects are selected by labels.
    pub selector: Option<String>,
    /// What is changed.
    pub what: Changed,
    /// `--dry-run`: nothing is kept.
    pub dry_run: bool,
    /// Why kubectl ends before it changes anything.
    pub refused: Vec<String>,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Changed {
    /// Labels set, or removed where there is no value.
    Labels(Vec<(String, Option<String>)>),
    /// Annotations set, or removed.
    Annotations(Vec<(String, Option<String>)>),
    /// A patch: `strategic`, `merge` or `json`, and its value.
    Patch(String, Value),
    /// `spec.replicas`
    Replicas(u32),
    /// Images by container; `*` for all.
    Images(Vec<(String, String)>),
    /// Something else: what it is.
    Other(String),
}

/// A deletion of objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Deletion {
    /// Those that are named.
    pub targets: Vec<Target>,
    /// Those that files or the input hold.
    pub objects: Option<Objects>,
    /// `-n`; `Some(None)` when it is not literal.
    pub namespace: Option<Option<String>>,
}

/// The change that a command makes.
pub(super) fn effect(args: &Args) -> EffectKind {
    if args.is_set("--local") || args.is_set("--list") {
        return EffectKind::Read;
    }
    let (targets, rest) = targets(args);
    let what = what(args, rest);
    EffectKind::Change(Change { targets, ..change(args, what) })
}

/// The change that a command makes of nodes, which it names without their kind.
pub(super) fn of_nodes(args: &Args) -> EffectKind {
    let node = |name: &str| Target { kind: "node".to_string(), name: Some(name.to_string()) };
    let targets = args.operands.iter().map(|operand| operand.text.as_deref().map(node)).collect();
    let what = Changed::Other(unmodelled(&args.command));
    EffectKind::Change(Change { targets, ..change(args, what) })
}

fn change(args: &Args, what: Changed) -> Change {
    Change {
        targets: None,
        namespace: namespace(args),
        selector: args.text("--selector").map(str::to_string),
        what,
        dry_run: args.flag("--dry-run").is_some_and(|value| value != Some("none")),
        refused: args.refused.iter().map(|refusal| refusal.message.clone()).collect(),
    }
}

fn namespace(args: &Args) -> Option<Option<String>> {
    args.flag("--namespace").map(|value| value.map(str::to_string))
}

fn unmodelled(command: &str) -> String {
    format!("what `kubectl {command}` changes is not modelled")
}

/// The deletion that a command makes.
pub(super) fn delete(args: &Args, input: &Input) -> EffectKind {
    if args.flag("--dry-run").is_some_and(|value| value != Some("none")) {
        return EffectKind::Read;
    }
    let deletion =
        |targets, objects| EffectKind::Delete(Deletion { targets, objects, namespace: namespace(args) });
    if args.is_set("--filename") || args.is_set("--kustomize") {
        return deletion(Vec::new(), Some(submit::objects(args, input)));
    }
    match targets(args).0 {
        Some(targets) if args.flag("--selector").is_none() => deletion(targets, None),
        Some(targets) => {
            let every = |target| Target { name: None, ..target };
            deletion(targets.into_iter().map(every).collect(), None)
        }
        None => EffectKind::Unknown("which objects are deleted is not known".to_string()),
    }
}

/// The objects named, and the operands behind them. `KIND NAME…`, `KIND/NAME…`, `KIND --all`.
pub(super) fn targets(args: &Args) -> (Option<Vec<Target>>, usize) {
    let texts: Vec<Option<&str>> = args.operands.iter().map(|operand| operand.text.as_deref()).collect();
    let Some(first) = texts.first() else { return (None, 0) };
    let Some(first) = first else { return (None, 1) };
    if first.contains('/') {
        let slashed = texts.iter().map_while(|text| {
            text.and_then(|text| text.split_once('/')).filter(|_| !text.unwrap_or_default().contains('='))
        });
        let targets: Vec<Target> = slashed
            .map(|(kind, name)| Target { kind: kind.to_string(), name: Some(name.to_string()) })
            .collect();
        let count = targets.len();
        return (Some(targets), count);
    }
    let many = args.flag("--selector").is_some() || args.is_set("--all");
    // Behind a name stands what is set, which the shell may put together.
    let sets = matches!(args.command.as_str(), "label" | "annotate");
    let is_set =
        |(at, text): &(usize, &Option<&str>)| is_assignment(**text) || (sets && *at > 0 && text.is_none());
    let names = texts[1..].iter().enumerate().take_while(|one| !is_set(one)).map(|(_, text)| text);
    let names: Vec<Option<&str>> = if many { Vec::new() } else { names.copied().collect() };
    let count = names.len() + 1;
    let kinds = first.split(',').map(str::to_string);
    let targets = match names.is_empty() {
        true => Some(kinds.map(|kind| Target { kind, name: None }).collect()),
        false => names
            .into_iter()
            .map(|name| Some(Target { kind: (*first).to_string(), name: Some(name?.to_string()) }))
            .collect(),
    };
    (targets, count)
}

/// `key=value` and `key-` follow the objects.
fn is_assignment(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains('=') || text.ends_with('-'))
}

fn what(args: &Args, skip: usize) -> Changed {
    let rest: Option<Vec<&str>> =
        args.operands.iter().skip(skip).map(|operand| operand.text.as_deref()).collect();
    match (args.command.as_str(), rest) {
        ("label", Some(rest)) => Changed::Labels(pairs(&rest)),
        ("annotate", Some(rest)) => Changed::Annotations(pairs(&rest)),
        ("patch", _) => patch(args),
        ("scale", _) => match args.text("--replicas").and_then(|count| count.parse().ok()) {
            Some(count) => Changed::Replicas(count),
            None => Changed::Other("how many replicas is not known".to_string()),
        },
        ("set image", Some(rest)) => Changed::Images(
            rest.iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, image)| (name.into(), image.into()))
                .collect(),
        ),
        (command, Some(_)) => Changed::Other(unmodelled(command)),
        (_, None) => Changed::Other("the change is not known before the command runs".to_string()),
    }
}

fn pairs(words: &[&str]) -> Vec<(String, Option<String>)> {
    words
        .iter()
        .filter_map(|word| match word.split_once('=') {
            Some((key, value)) => Some((key.to_string(), Some(value.to_string()))),
            None => Some((word.strip_suffix('-')?.to_string(), None)),
        })
        .collect()
}

fn patch(args: &Args) -> Changed {
    let kind = args.text("--type").unwrap_or("strategic").to_string();
    let text = args.text("--patch").unwrap_or_default();
    let value = serde_json::from_str(text).ok().or_else(|| {
        let documents = crate::source::yaml::parse(text).ok()?;
        Some(crate::kube::to_json(documents.first()?))
    });
    match value {
        Some(value) => Changed::Patch(kind, value),
        None => Changed::Other("the patch is not known before the command runs".to_string()),
    }
}
