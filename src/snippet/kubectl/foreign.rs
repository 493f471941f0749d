//! Programs that are neither kubectl nor a tool of policies.

use super::EffectKind;
use crate::snippet::shell::Simple;

/// Tools that write to clusters in ways that are not modelled.
const WRITERS: &[&str] = &[
    "ansible-playbook",
    "argo",
    "argocd",
    "cilium",
    "eksctl",
    "flux",
    "helmfile",
    "istioctl",
    "kapp",
    "kubeadm",
    "kubectx",
    "kubens",
    "linkerd",
    "make",
    "pulumi",
    "skaffold",
    "terraform",
    "tilt",
    "tofu",
];
/// Programs that run what they are given.
const RUNNERS: &[&str] = &["bash", "sh", "zsh", "eval", "ssh"];
/// Programs that run the script that they are given as a file, and also print and filter with `-c`, `-e` or `-m`.
const INTERPRETERS: &[&str] = &["node", "perl", "python", "python3", "ruby"];

/// What a program does to a cluster: nothing that is known, or nothing at all.
pub(super) fn effect(program: &str, simple: &Simple) -> EffectKind {
    let words: Vec<&str> = simple.words.iter().skip(1).filter_map(|word| word.text.as_deref()).collect();
    let calls_kubectl = words.iter().any(|word| *word == "kubectl" || word.starts_with("kubectl "));
    let runs_a_file = || words.first().is_some_and(|word| !word.starts_with('-'));
    match program {
        "xargs" | "env" | "find" if calls_kubectl => {
            EffectKind::Unknown(format!("what kubectl does below `{program}` is not modelled"))
        }
        _ if WRITERS.contains(&program)
            || RUNNERS.contains(&program)
            || (INTERPRETERS.contains(&program) && runs_a_file()) =>
        {
            EffectKind::Unknown(format!("what `{program}` does to the cluster is not modelled"))
        }
        _ if is_script(simple) => {
            EffectKind::Unknown(format!("what the script `{program}` does is not known"))
        }
        _ => EffectKind::Foreign(program.to_string()),
    }
}

/// `./deploy`, `scripts/deploy.sh`: programs of the site itself. Those of `/usr/bin` and its like are of the system.
fn is_script(simple: &Simple) -> bool {
    let Some(path) = simple.words.first().and_then(|word| word.text.as_deref()) else { return false };
    path.ends_with(".sh") || path.starts_with("./") || path.starts_with("../")
}
