//! What a helm command does, and what helm 2 had and helm 3 has not. Other commands may be those of plugins, and other
//! flags are not known here.

use super::{EffectKind, Refusal};
use crate::snippet::shell::Word;

/// The names of Kyverno's chart, from its installation guide.
const KYVERNO: [&str; 2] = ["kyverno/kyverno", "oci://ghcr.io/kyverno/charts/kyverno"];
/// Commands that are gone.
const COMMANDS: [&str; 4] = ["init", "reset", "home", "serve"];
/// Flags that are gone, with their commands and what to write instead; `*` is every command.
const FLAGS: [(&str, &str, Option<&str>); 7] = [
    ("install", "--name", Some("helm install NAME CHART")),
    ("template", "--name", Some("helm template NAME CHART")),
    ("delete", "--purge", None),
    ("del", "--purge", None),
    ("uninstall", "--purge", None),
    ("*", "--tiller-namespace", None),
    ("*", "--tiller-connection-timeout", None),
];

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

/// What helm 3 refuses of these words, the program left out.
pub(super) fn refusals(words: &[Word]) -> Vec<Refusal> {
    let command = words.iter().find(|word| word.text.as_deref().is_some_and(|text| !text.starts_with('-')));
    let Some((command, name)) = command.and_then(|word| Some((word, word.text.as_deref()?))) else {
        return Vec::new();
    };
    let gone = COMMANDS.contains(&name).then(|| Refusal {
        message: format!("helm 3 has no command `{name}`"),
        range: command.range.clone(),
        meant: None,
    });
    gone.into_iter().chain(words.iter().filter_map(|word| flag(name, word))).collect()
}

fn flag(command: &str, word: &Word) -> Option<Refusal> {
    let written = word.raw.split('=').next()?;
    let is_gone =
        |(of, flag, _): &&(&str, &str, Option<&str>)| *flag == written && (*of == command || *of == "*");
    let (_, flag, meant) = FLAGS.iter().find(is_gone)?;
    Some(Refusal {
        message: format!("`{command}` of helm 3 has no flag `{flag}`"),
        range: word.range.clone(),
        meant: meant.map(str::to_string),
    })
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
        assert_eq!(refused("helm init\n"), ["helm 3 has no command `init`"]);
        assert_eq!(refused("helm delete web --purge\n"), ["`delete` of helm 3 has no flag `--purge`"]);
        assert_eq!(
            refused("helm install --name=web ./chart\n"),
            ["`install` of helm 3 has no flag `--name`"]
        );
        assert!(refused("helm install web ./chart --namespace shop\n").is_empty());
        assert!(refused("helm diff upgrade web ./chart\n").is_empty());
    }
}
