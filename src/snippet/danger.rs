//! Commands that take something away or override a safeguard, and the words that warn of them.

use super::kubectl::without_wrappers;
use super::shell::{self, Command, List, Simple};

/// A kind of command to warn of: the program, words that must all be among its own (alternatives behind `|`), and
/// what it does, to stand behind "Destructive: ".
type Row = (&'static str, &'static [&'static str], &'static str);

/// The first row that fits counts.
const ROWS: &[Row] = &[
    ("kubectl|oc|k", &["delete", "ns|namespace|namespaces"], "deletes a namespace and all that is in it"),
    ("kubectl|oc|k", &["delete", "--all|--all-namespaces|-A"], "deletes every object of a kind"),
    (
        "kubectl|oc|k",
        &["delete", "--force|--grace-period=0|--now"],
        "deletes objects without waiting for their end",
    ),
    ("kubectl|oc|k", &["delete"], "deletes objects of the cluster"),
    ("kubectl|oc|k", &["drain"], "evicts the Pods of a node"),
    ("kubectl|oc|k", &["replace", "--force"], "deletes objects and creates them again"),
    ("kubectl|oc|k", &["--force|--force-conflicts"], "overrides a safeguard of kubectl"),
    ("helm", &["uninstall|delete"], "uninstalls a release"),
    ("helm|flux|argocd", &["--force"], "replaces objects by force"),
    ("argocd|velero|istioctl|flux", &["delete|uninstall"], "deletes what it manages"),
    ("kind|minikube|k3d|eksctl", &["delete"], "deletes a cluster or a part of it"),
    ("terraform|tofu|pulumi", &["destroy"], "destroys infrastructure"),
    ("az|gcloud", &["delete"], "deletes cloud resources"),
    ("rm", &["-r|-R|-rf|-fr|-Rf|-fR|--recursive"], "removes folders with all that is in them"),
    ("rm", &[], "removes files"),
    ("dd|shred|truncate|mkfs", &[], "overwrites data"),
    ("git", &["push", "--force|-f|--force-with-lease"], "overwrites the history of a remote"),
    ("git", &["reset", "--hard"], "drops changes that are not committed"),
    ("git", &["clean", "-f|-fd|-fdx|-df|--force"], "removes files that are not tracked"),
    ("docker|podman", &["prune"], "removes everything that is not in use"),
    ("docker|podman", &["rm|rmi"], "removes containers or images"),
    ("etcdctl", &["del"], "deletes keys of the cluster's store"),
];

/// What the worst of the commands that `text` holds does, when it takes something away or overrides a safeguard.
pub fn danger(text: &str) -> Option<&'static str> {
    shell::parse(text).commands.iter().find_map(of)
}

/// What the worst of the commands in `list` does, when it takes something away or overrides a safeguard.
pub(super) fn of(list: &List) -> Option<&'static str> {
    let mut found: Option<usize> = None;
    list.each_pipeline(&mut |pipeline, _| {
        for command in &pipeline.commands {
            if let Command::Simple(simple) = command {
                found = [found, row(simple)].into_iter().flatten().min();
            }
        }
    });
    found.and_then(|row| ROWS.get(row)).map(|(.., words)| *words)
}

fn row(simple: &Simple) -> Option<usize> {
    let simple = without_wrappers(simple);
    let words: Vec<&str> = simple.words.iter().filter_map(|word| word.text.as_deref()).collect();
    let start = if simple.program() == Some("xargs") { behind_xargs(&words) } else { 0 };
    let (program, words) = words.get(start..)?.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    if words.iter().any(|word| word.starts_with("--dry-run") && !word.ends_with("=none")) {
        return None;
    }
    let has = |need: &str| need.split('|').any(|one| words.contains(&one));
    ROWS.iter().position(|(programs, needs, _)| {
        programs.split('|').any(|one| one == program) && needs.iter().all(|need| has(need))
    })
}

/// Where the command begins that `xargs` calls.
fn behind_xargs(words: &[&str]) -> usize {
    let mut at = 1;
    while words.get(at).is_some_and(|word| word.starts_with('-')) {
        at += if matches!(words[at], "-n" | "-I" | "-P" | "-L" | "-d") { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::danger as said;

    #[test]
    fn what_takes_something_away_is_told_in_words() {
        assert_eq!(said("kubectl delete ns prod\n"), Some("deletes a namespace and all that is in it"));
        assert_eq!(
            said("kubectl get po -o name | xargs -n 1 kubectl delete\n"),
            Some("deletes objects of the cluster")
        );
        assert_eq!(said("sudo rm -rf /var/lib/x\n"), Some("removes folders with all that is in them"));
        assert_eq!(said("for x in a b; do helm uninstall $x; done\n"), Some("uninstalls a release"));
        assert_eq!(
            said("kubectl get x && kubectl replace --force -f a.yaml\n"),
            Some("deletes objects and creates them again")
        );
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for text in [
            "kubectl get ns\n",
            "echo rm -rf /\n",
            "kubectl delete pod a --dry-run=client\n",
            "rm() { :; }\n",
            "kubectl describe pod delete-me\n",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
