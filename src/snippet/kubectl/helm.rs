//! What a helm command does, and what helm refuses.

use super::{Args, EffectKind, Refusal, table};
use crate::snippet::shell::Word;

/// The names of Kyverno's chart, from its installation guide.
const KYVERNO: [&str; 2] = ["kyverno/kyverno", "oci://ghcr.io/kyverno/charts/kyverno"];
/// Commands of helm 2 that are gone. Others that no table has may be those of plugins.
const GONE: [&str; 4] = ["init", "reset", "home", "serve"];

/// What the command does, its program left out.
pub(super) fn effect(words: &[Word]) -> EffectKind {
    let mut plain =
        words.iter().filter_map(|word| word.text.as_deref()).filter(|word| !word.starts_with('-'));
    match plain.next() {
        // Kyverno's own chart brings the engine, and no policy.
        Some("install" | "upgrade") if plain.any(|word| KYVERNO.contains(&word)) => {
            EffectKind::Foreign("helm".to_string())
        }
        Some("install" | "upgrade" | "uninstall" | "delete" | "rollback") => {
            EffectKind::Unknown("what a Helm release holds is not known".to_string())
        }
        _ => EffectKind::Foreign("helm".to_string()),
    }
}

/// What helm refuses of these words, the program left out.
pub(super) fn refusals(words: &[Word]) -> Vec<Refusal> {
    let args = Args::read(words, table::helm());
    let first = args.operands.first().filter(|_| args.command.is_empty());
    let gone = first.and_then(|word| Some((word, word.text.as_deref().filter(|name| GONE.contains(name))?)));
    if let Some((word, name)) = gone {
        let message = format!("{} has no command `{name}`", table::helm().version);
        return vec![Refusal { message, range: word.range.clone(), meant: None }];
    }
    let named = |refusal: Refusal| {
        let takes_name = matches!(args.command.as_str(), "install" | "template");
        let meant = match takes_name && refusal.message.ends_with("`--name`") {
            true => Some(format!("helm {} NAME CHART", args.command)),
            false => refusal.meant,
        };
        Refusal { meant, ..refusal }
    };
    args.refused.clone().into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::shell::{self, Command};

    fn refused(text: &str) -> Vec<String> {
        let script = shell::parse(text);
        let mut found = Vec::new();
        script.commands[0].each_pipeline(&mut |pipeline, _| {
            for command in &pipeline.commands {
                let Command::Simple(simple) = command else { continue };
                found.extend(refusals(&simple.words[1..]).into_iter().map(|one| one.message));
            }
        });
        found
    }

    #[test]
    fn what_helm_2_had_is_told() {
        assert_eq!(refused("helm init\n"), ["helm 3 and 4 has no command `init`"]);
        assert_eq!(refused("helm delete web --purge\n"), ["`delete` of helm 3 and 4 has no flag `--purge`"]);
        assert_eq!(
            refused("helm install --name=web ./chart\n"),
            ["`install` of helm 3 and 4 has no flag `--name`"]
        );
    }

    #[test]
    fn what_helm_has_is_left_alone() {
        for command in [
            "helm install web ./chart --namespace shop --create-namespace -f a.yaml --set a=b --wait --timeout 5m",
            "helm upgrade -i web shop/web --version 1.2.3 --atomic --cleanup-on-fail --reuse-values --dry-run",
            "helm upgrade web oci://x/y --rollback-on-failure --server-side=true --dry-run=server",
            "helm repo add shop https://example.com --force-update",
            "helm dep up ./chart",
            "helm ls -A -o json",
            "helm template web . --show-only templates/a.yaml --api-versions a/v1 --kube-version 1.31",
            "helm rollback web 1 --wait && helm test web --logs",
            "helm show values shop/web && helm get values web -a && helm history web",
            "helm diff upgrade web ./chart --detailed-exitcode",
            "helm secrets decrypt x.yaml",
            "helm uninstall web --ignore-not-found -n shop",
            "helm registry login -u me --password-stdin example.com",
            "helm -n shop --kube-context prod status web",
            "helm upgrade web . $FLAGS --whatever",
        ] {
            assert_eq!(refused(&format!("{command}\n")), Vec::<String>::new(), "{command}");
        }
    }

    #[test]
    fn slips_are_told_with_what_is_meant() {
        assert_eq!(refused("helm upgarde web .\n"), Vec::<String>::new());
        assert_eq!(refused("helm instal web .\n"), ["helm 3 and 4 has no command `instal`"]);
        assert_eq!(refused("helm upgrade web . --reuse-value\n").len(), 1);
        assert_eq!(refused("helm repo ad a b\n"), ["`repo` of helm 3 and 4 has no `ad`"]);
    }
}
