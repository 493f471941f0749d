//! `kubectl apply`, `create` and `replace` with files.

use super::stdin::Input;
use super::{Args, EffectKind, Objects, Submission, Verb};

/// Objects of the files, or of the input, that the flags name.
pub(super) fn from_files(args: &Args, verb: Verb, input: &Input) -> EffectKind {
    submission(args, verb, objects(args, input))
}

/// A submission with the flags that hold for every verb.
pub(super) fn submission(args: &Args, verb: Verb, objects: Objects) -> EffectKind {
    let dry_run = args.flag("--dry-run").map(|value| value.unwrap_or("client").to_string());
    EffectKind::Submit(Submission {
        verb,
        objects,
        namespace: args.flag("--namespace").map(|value| value.map(str::to_string)),
        dry_run: dry_run.filter(|value| value != "none" && value != "false"),
        user: args.text("--as").map(str::to_string),
        groups: args.texts("--as-group").unwrap_or_default().iter().map(ToString::to_string).collect(),
        refused: args.refused.iter().map(|refusal| refusal.message.clone()).collect(),
    })
}

/// The objects that `-f` and `-k` name.
pub(super) fn objects(args: &Args, input: &Input) -> Objects {
    let named = args.flags.iter().filter(|(flag, _)| flag == "--filename" || flag == "--kustomize");
    let files: Option<Vec<&str>> = named.map(|(_, value)| value.as_deref()).collect();
    let Some(files) = files else {
        return Objects::Unknown("the file's name is not known before the command runs".to_string());
    };
    let files: Vec<&str> = files.into_iter().flat_map(|file| file.split(',')).collect();
    match files.as_slice() {
        [] => Objects::Unknown("no file is named".to_string()),
        ["-" | "/dev/stdin"] => match input {
            Input::Objects(objects) => objects.clone(),
            Input::None => Objects::Unknown("nothing is given to read".to_string()),
        },
        files if files.contains(&"-") => Objects::Unknown("both files and the input are read".to_string()),
        files => Objects::Files(files.iter().map(ToString::to_string).collect()),
    }
}
