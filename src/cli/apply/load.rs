//! From the arguments to what is evaluated.

use crate::cli::Failure;
use crate::cli::args::{ApplyArgs, OperationArg};
use crate::cli::files::{self, TextFile};
use crate::cli::schemas;
use crate::kube::schema::Schemas;
use crate::kube::{self, Resource, scope};
use crate::policy::suite::{self, Problem};
use crate::policy::{self, Context, Lint, LintKind, Operation, Policy};
use serde_json::json;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Something read from a file, with the file.
pub(super) struct Loaded<T> {
    pub what: T,
    pub resource: Resource,
    pub file: Rc<TextFile>,
}

/// All that a run of `apply` evaluates.
pub(super) struct World {
    pub policies: Vec<Loaded<Policy>>,
    pub resources: Vec<Loaded<()>>,
    pub context: Context,
    /// Policies that Kyverno would refuse, each with place and reason.
    pub refused: Vec<String>,
    /// What policies say that does not do what it seems to, each with its place.
    pub doubts: Vec<String>,
    /// What could not be read in files that were.
    pub problems: Vec<String>,
}

pub(super) fn load(args: &ApplyArgs) -> Result<World, Failure> {
    let mut problems = Vec::new();
    let mut context = context(args)?;
    let resources = read(&args.resource, &mut problems)?;
    let placed: Vec<_> = resources.iter().map(|one| (&one.resource, &*one.file)).collect();
    problems.extend(args.kubernetes.map(|version| schemas::faults(version, &placed)).into_iter().flatten());
    let schemas = schemas::of_version(args.kubernetes.unwrap_or_default(), &placed);
    let written = read(&args.policies, &mut problems)?;
    let (policies, refused) = policies(written);
    let nothing = |what: &str| match problems.first() {
        Some(problem) => Failure::new(problem.clone()),
        None => Failure::new(format!("there is no {what} in the files named")),
    };
    if policies.is_empty() && refused.is_empty() {
        return Err(nothing("policy"));
    }
    if resources.is_empty() {
        return Err(nothing("object"));
    }
    let defined = resources.iter().filter_map(|one| scope::defined_by(&one.resource));
    context.kinds = defined.collect();
    // The objects given are the cluster, as in Kyverno: API calls list them, and rules about what exists change them.
    let all: Vec<Resource> = resources.iter().map(|one| one.resource.clone()).collect();
    (context.cluster, context.targets) = (Some(all.clone()), all);
    let doubts = policies.iter().flat_map(|policy| {
        let unread = unread_maps(policy, &resources, &context);
        doubts(policy, &schemas).into_iter().chain(unread).collect::<Vec<_>>()
    });
    let doubts = doubts.collect();
    Ok(World { policies, resources, context, refused, doubts, problems })
}

fn doubts(policy: &Loaded<Policy>, schemas: &Schemas) -> Vec<String> {
    let Loaded { what, resource, file } = policy;
    let line = |one: Lint| {
        let word = if one.kind == LintKind::Deprecated { "note" } else { "warning" };
        let at = file.at(&one.place.unwrap_or(0..0));
        let help = one.help.map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{word}: {at}: {}{help}", one.message)
    };
    let fields = policy::fields(what, resource, schemas);
    policy::lints(what, resource).into_iter().chain(fields).map(line).collect()
}

/// ConfigMaps that a context entry names and that are among the objects: like Kyverno, `apply` does not read them.
fn unread_maps(policy: &Loaded<Policy>, resources: &[Loaded<()>], context: &Context) -> Vec<String> {
    let mut notes = Vec::new();
    for (index, rule) in policy.what.rules.iter().enumerate() {
        for (at, entry) in rule.body["context"].as_array().into_iter().flatten().enumerate() {
            let (wanted, name) = (&entry["configMap"], entry["name"].as_str().unwrap_or_default());
            if context.values.global.keys().any(|path| path.split('.').next() == Some(name)) {
                continue;
            }
            let is_wanted = |one: &&Loaded<()>| {
                let resource = &one.resource;
                resource.gvk.kind == "ConfigMap"
                    && wanted["name"].as_str() == Some(resource.name.as_str())
                    && wanted["namespace"].as_str()
                        == Some(resource.namespace.as_deref().unwrap_or("default"))
            };
            if let Some(map) = resources.iter().find(is_wanted) {
                let path = format!("/spec/rules/{index}/context/{at}/configMap/");
                let place = policy.file.at(&policy.resource.place(&path).unwrap_or(0..0));
                let map = &map.resource.name;
                notes.push(format!(
                    "note: {place}: the ConfigMap `{map}` among the objects is not read, as in Kyverno (give `{name}.data` with --values-file or --set)"
                ));
            }
        }
    }
    notes
}

/// The objects of files and folders.
fn read(paths: &[PathBuf], problems: &mut Vec<String>) -> Result<Vec<Loaded<()>>, Failure> {
    let mut found = Vec::new();
    for file in files::manifests(paths)?.into_iter().map(Rc::new) {
        let (resources, errors) = kube::read(&file.text);
        problems.extend(errors.iter().map(|error| format!("{}: {}", file.at(&error.span), error.message)));
        found.extend(resources.into_iter().map(|resource| Loaded {
            what: (),
            resource,
            file: Rc::clone(&file),
        }));
    }
    Ok(found)
}

fn policies(written: Vec<Loaded<()>>) -> (Vec<Loaded<Policy>>, Vec<String>) {
    let (mut policies, mut refused) = (Vec::new(), Vec::new());
    for Loaded { resource, file, .. } in written.into_iter().filter(|one| Policy::is_policy(&one.resource)) {
        match policy(&resource) {
            Ok(what) => policies.push(Loaded { what, resource, file }),
            Err((reason, place)) => {
                let place = place.or_else(|| resource.span()).unwrap_or(0..0);
                let (at, name) = (file.at(&place), resource.display_name());
                refused.push(format!("{at}: Kyverno would refuse `{name}`: {reason}"));
            }
        }
    }
    (policies, refused)
}

/// The policy, or why and where Kyverno would refuse it.
fn policy(resource: &Resource) -> Result<Policy, (String, Option<Range<usize>>)> {
    let policy = Policy::load(resource).map_err(|refusal| (refusal.reason, refusal.place))?;
    if let Some(refusal) = policy::check(&policy, resource).into_iter().next() {
        return Err((refusal.reason, refusal.place));
    }
    match policy::findings(&policy).into_iter().find(|finding| !finding.loads) {
        Some(finding) => Err((finding.message, resource.place(&finding.path))),
        None => Ok(policy),
    }
}

/// What the settings files say, read as those of a test are.
fn context(args: &ApplyArgs) -> Result<Context, Failure> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let settings = json!({
        "variables": args.values_file.as_deref().map(text),
        "userinfo": args.userinfo.as_deref().map(text),
        "exceptions": args.exception.iter().map(|path| text(path)).collect::<Vec<_>>(),
    });
    let (mut context, problems) = suite::context(&settings, &|name| files::beside(Path::new(""), name));
    if let Some(Problem { file, message, place }) = problems.first() {
        let read = place.as_ref().and_then(|place| Some(TextFile::read(Path::new(file)).ok()?.at(place)));
        let at = read.unwrap_or_else(|| format!("`{file}`"));
        return Err(Failure::new(format!("{at}: {message}")));
    }
    for one in &args.set {
        let (name, value) = one
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("`{one}` is no value")).help("write --set NAME=VALUE"))?;
        context.values.global.insert(name.trim().to_string(), value.trim().into());
    }
    let stated = context.values.global.get("request.operation").and_then(|word| word.as_str());
    let stated = stated.and_then(Operation::parse);
    context.operation = args.operation.map(operation).or(stated).unwrap_or_default();
    Ok(context)
}

fn operation(typed: OperationArg) -> Operation {
    match typed {
        OperationArg::Create => Operation::Create,
        OperationArg::Update => Operation::Update,
        OperationArg::Delete => Operation::Delete,
    }
}
