//! The files of a suite, as policies, resources and context.

use super::read::{Expected, Problem, Suite};
use super::settings;
use crate::kube::scope::defined_by;
use crate::kube::{Gvk, Resource, read, to_json};
use crate::policy::cel::HttpAnswer;
use crate::policy::check;
use crate::policy::context::{Context, Operation, Subresource, User};
use crate::policy::gofmt;
use crate::policy::load::texts;
use crate::policy::model::{Policy, PolicyKind};
use crate::policy::request::{Subject, labels};
use crate::policy::scope::search;
use crate::policy::values::Values;
use crate::source::yaml;
use serde_json::Value;
use std::ops::Range;

/// The text of a file that a suite names, by the path as written.
pub(super) type Files<'f> = &'f dyn Fn(&str) -> Option<String>;

/// Everything that a suite evaluates.
pub(super) struct Loaded {
    pub(super) policies: Vec<Policy>,
    /// Names of policies that Kyverno refuses, with its reason.
    pub(super) refused: Vec<(String, String)>,
    pub(super) resources: Vec<Resource>,
    pub(super) context: Context,
    /// JSON payloads, by the file that they are from.
    pub(super) payloads: Vec<(String, Value)>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn load(suite: &Suite, files: Files) -> Loaded {
    let mut loader = Loader { files, problems: Vec::new() };
    let body = &suite.body;
    let (policies, refused) = loader.policies(&suite.policies);
    let mut context = loader.context(body);
    let targets = loader.resources(&texts(&body["targetResources"]));
    let mut resources = loader.resources(&suite.resources);
    context.targets = targets;
    context.sources = loader.sources(&suite.results);
    context.kinds = context.cluster.iter().flatten().chain(&resources).filter_map(defined_by).collect();
    unique(&mut resources, &context);
    let own = policies.iter().find(|policy| policy.kind == PolicyKind::ValidatingAdmissionPolicy);
    if let Some(policy) = own.filter(|_| !context.exceptions.is_empty()) {
        let message = format!("{}: Kyverno refuses exceptions beside a {}", policy.name, policy.kind.word());
        loader.problems.push(Problem::new("", message, None));
    }
    let payloads = loader.payloads(body);
    Loaded { policies, refused, resources, context, payloads, problems: loader.problems }
}

/// The context that settings of a test file describe: `variables`, `userinfo`, `exceptions`, `clusterResources`
/// and the like, by the paths of their files. Second, what is wrong with those files.
pub fn context(settings: &Value, files: &dyn Fn(&str) -> Option<String>) -> (Context, Vec<Problem>) {
    let mut loader = Loader { files, problems: Vec::new() };
    let context = loader.context(settings);
    (context, loader.problems)
}

/// The first of several objects with the same group, kind, namespace and name stays.
fn unique(resources: &mut Vec<Resource>, context: &Context) {
    let mut seen = std::collections::BTreeSet::new();
    resources.retain(|resource| {
        let subject = Subject::of(resource, context);
        let name =
            if resource.name.is_empty() { format!("{}…", subject.name()) } else { resource.name.clone() };
        seen.insert((resource.gvk.group.clone(), resource.gvk.kind.clone(), subject.namespace, name))
    });
}

struct Loader<'f> {
    files: Files<'f>,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    fn resources(&mut self, paths: &[String]) -> Vec<Resource> {
        let mut all = Vec::new();
        for path in paths {
            let Some(text) = (self.files)(path) else {
                self.problems.push(Problem::new(path, "the file does not exist", None));
                continue;
            };
            let (resources, errors) = read(&text);
            all.extend(resources);
            let problem = |error: crate::kube::ReadError| Problem::new(path, error.message, Some(error.span));
            self.problems.extend(errors.into_iter().map(problem));
        }
        all
    }

    fn policies(&mut self, paths: &[String]) -> (Vec<Policy>, Vec<(String, String)>) {
        let (mut policies, mut refused, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths.iter().filter(|path| {
            let new = !seen.contains(path);
            seen.push(path);
            new
        }) {
            for resource in self.resources(std::slice::from_ref(path)) {
                if !Policy::is_policy(&resource) {
                    continue;
                }
                let loaded = Policy::load(&resource);
                let refusals = loaded
                    .as_ref()
                    .map_or_else(|refusal| vec![refusal.clone()], |policy| check(policy, &resource));
                if let Some(refusal) = refusals.first() {
                    let message = format!("{}: {}", resource.name, refusal.reason);
                    self.problems.push(Problem::new(path, message, refusal.place.clone()));
                    refused.push((resource.name.clone(), refusal.reason.clone()));
                }
                policies.extend(loaded.ok());
            }
        }
        (policies, refused)
    }

    /// The one document of a settings file.
    fn settings(&mut self, path: Option<&str>, keys: settings::Keys) -> Value {
        let Some(path) = path.filter(|path| !path.is_empty()) else { return Value::Null };
        let Some(text) = (self.files)(path) else {
            self.problems.push(Problem::new(path, "the file does not exist", None));
            return Value::Null;
        };
        match yaml::parse(&text) {
            Ok(documents) => {
                let mut unknown = Vec::new();
                documents.iter().take(1).for_each(|node| settings::unknown(node, keys, &mut unknown));
                let of_file = |problem| Problem { file: path.to_string(), ..problem };
                self.problems.extend(unknown.into_iter().map(of_file));
                documents.first().map(to_json).unwrap_or_default()
            }
            Err(error) => {
                self.problems.push(Problem::new(path, error.message, Some(error.span)));
                Value::Null
            }
        }
    }

    fn context(&mut self, body: &Value) -> Context {
        let values = match body["values"].is_object() {
            true => body["values"].clone(),
            false => self.settings(body["variables"].as_str(), settings::VALUES),
        };
        let world = self.settings(body["context"].as_str(), &[]);
        let cluster = body["clusterResources"]
            .as_array()
            .map(|paths| self.cluster(&texts(&Value::Array(paths.clone()))));
        let mut context = Context {
            user: user(&self.settings(body["userinfo"].as_str(), settings::USER)),
            values: Values::read(&values),
            // Kinds of subresources are what a cluster says they are.
            subresources: if cluster.is_none() { subresources(&values) } else { Vec::new() },
            exceptions: self.exceptions(&texts(&body["exceptions"])),
            parameters: self.resources(&texts(&body["paramResources"])),
            has_config_maps: cluster.is_some(),
            cluster,
            ..Context::default()
        };
        add_namespaces(&mut context, &values);
        add_facts(&mut context, &world);
        add_answers(&mut context, body);
        self.add_globals(&mut context, body);
        context
    }

    /// What the test gives for entries of the global context: their data, or the parts of it that are named.
    fn add_globals(&mut self, context: &mut Context, body: &Value) {
        for entry in body["globalContextEntries"].as_array().into_iter().flatten() {
            let name = entry["name"].as_str().unwrap_or_default();
            match global(entry) {
                Ok((value, parts)) => {
                    for (part, value) in parts {
                        context.facts.globals.insert(format!("{name}.{part}"), value);
                    }
                    context.facts.globals.insert(name.to_string(), value);
                }
                Err(reason) => {
                    let message = format!("the global context entry `{name}`: {reason}");
                    self.problems.push(Problem::new("", message, None));
                }
            }
        }
    }

    /// Cluster resources stand in plain manifests, or in a file that lists them with their definitions.
    fn cluster(&mut self, paths: &[String]) -> Vec<Resource> {
        let mut all = Vec::new();
        for resource in self.resources(paths) {
            if resource.gvk.group != "cli.kyverno.io" {
                all.push(resource);
                continue;
            }
            let spec = &resource.body["spec"];
            let listed = spec["resources"].as_array().into_iter().flatten();
            all.extend(listed.filter_map(|one| Resource::from_json(one.clone()).ok()));
            let definitions = texts(&spec["crds"]);
            let folder = paths.first().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
            let beside = |path: &String| folder.map_or(path.clone(), |folder| format!("{folder}/{path}"));
            all.extend(self.resources(&definitions.iter().map(beside).collect::<Vec<_>>()));
        }
        all
    }

    fn payloads(&mut self, body: &Value) -> Vec<(String, Value)> {
        let mut paths = texts(&body["jsonPayloads"]);
        paths.extend(body["jsonPayload"].as_str().map(str::to_string));
        let mut all = Vec::new();
        for path in paths {
            match (self.files)(&path).map(|text| yaml::parse(&text)) {
                Some(Ok(documents)) => all.extend(documents.iter().map(|one| (path.clone(), to_json(one)))),
                Some(Err(error)) => self.problems.push(Problem::new(&path, error.message, Some(error.span))),
                None => self.problems.push(Problem::new(&path, "the file does not exist", None)),
            }
        }
        all
    }

    fn exceptions(&mut self, paths: &[String]) -> Vec<Policy> {
        let mut found = Vec::new();
        for path in paths {
            for resource in self.resources(std::slice::from_ref(path)) {
                match exception(&resource) {
                    Ok(policy) => found.push(policy),
                    Err((reason, place)) => self.problems.push(Problem::new(path, reason, place)),
                }
            }
        }
        found
    }

    fn sources(&mut self, results: &[Expected]) -> Vec<Resource> {
        let paths: Vec<String> = results.iter().filter_map(|result| result.clone_source.clone()).collect();
        self.resources(&paths)
    }
}

/// The exception that an object writes, or what is wrong with it and where.
fn exception(resource: &Resource) -> Result<Policy, (String, Option<Range<usize>>)> {
    let policy = Policy::load(resource).map_err(|refusal| (refusal.reason, refusal.place))?;
    if policy.kind != PolicyKind::PolicyException {
        return Err((format!("a {} is no PolicyException", resource.gvk.kind), resource.place("/kind/")));
    }
    match check(&policy, resource).into_iter().next() {
        Some(refusal) => Err((refusal.reason, refusal.place)),
        None => Ok(policy),
    }
}

fn user(file: &Value) -> Option<User> {
    let info = &file["userInfo"];
    file.is_object().then(|| User {
        name: info["username"].as_str().unwrap_or_default().to_string(),
        uid: info["uid"].as_str().unwrap_or_default().to_string(),
        extra: {
            let extra = info["extra"].as_object().into_iter().flatten();
            extra.map(|(name, list)| (name.clone(), texts(list))).collect()
        },
        groups: texts(&info["groups"]),
        roles: texts(&file["roles"]),
        cluster_roles: texts(&file["clusterRoles"]),
    })
}

fn subresources(values: &Value) -> Vec<Subresource> {
    let kind = |part: &Value| {
        let text = |key: &str| part[key].as_str().unwrap_or_default().to_string();
        Gvk { group: text("group"), version: text("version"), kind: text("kind") }
    };
    let one = |entry: &Value| {
        let name = entry["subresource"]["name"].as_str()?.rsplit('/').next()?.to_string();
        Some(Subresource { kind: kind(&entry["subresource"]), parent: kind(&entry["parentResource"]), name })
    };
    values["subresources"].as_array().into_iter().flatten().filter_map(one).collect()
}

/// Labels of namespaces: from the values file, or else from the Namespace objects of a cluster.
fn add_namespaces(context: &mut Context, values: &Value) {
    for object in context.cluster.iter().flatten().filter(|object| object.gvk.kind == "Namespace") {
        context.namespaces.insert(object.name.clone(), object.labels.clone());
        context.namespace_objects.insert(object.name.clone(), object.body.clone());
    }
    for entry in values["namespaceSelector"].as_array().into_iter().flatten() {
        let name = entry["name"].as_str().unwrap_or_default().to_string();
        let metadata = serde_json::json!({"metadata": {"name": name, "labels": entry["labels"]}});
        context.namespaces.insert(name.clone(), labels(&entry["labels"]));
        context.namespace_objects.insert(name, metadata);
    }
    for object in values["namespaces"].as_array().into_iter().flatten() {
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
        context.namespaces.insert(name.clone(), labels(&object["metadata"]["labels"]));
        context.namespace_objects.insert(name, object.clone());
    }
}

fn add_facts(context: &mut Context, world: &Value) {
    let spec = &world["spec"];
    if let Some(resources) = spec["resources"].as_array() {
        context.facts.resources = Some(resources.clone());
    } else if let Some(cluster) = &context.cluster {
        context.facts.resources = Some(cluster.iter().map(|resource| resource.body.clone()).collect());
    }
    for image in spec["images"].as_array().into_iter().flatten() {
        if let Some(name) = image["image"].as_str() {
            context.facts.images.insert(name.to_string(), image.clone());
        }
    }
}

/// The value of a global context entry, and each of its named parts. With parts the value is a map of them.
fn global(entry: &Value) -> Result<(Value, Vec<(String, Value)>), String> {
    let query = |text: &str, value: &Value| {
        let found = search(text, &gofmt::with_floats(value), None);
        found.map(|value| gofmt::with_integers(&value)).map_err(|trouble| trouble.message)
    };
    let root = match entry["fieldPath"].as_str().filter(|path| !path.is_empty()) {
        Some(path) => query(path, &entry["data"])?,
        None => entry["data"].clone(),
    };
    let mut parts = Vec::new();
    for part in entry["projections"].as_array().into_iter().flatten() {
        let text = |key: &str| part[key].as_str().unwrap_or_default();
        parts.push((text("name").to_string(), query(text("path"), &root)?));
    }
    let value = if parts.is_empty() { root } else { Value::Object(parts.iter().cloned().collect()) };
    Ok((value, parts))
}

/// What the test gives for requests to the network and to the API server.
fn add_answers(context: &mut Context, body: &Value) {
    for entry in body["apiCallResponses"].as_array().into_iter().flatten() {
        let Some(url) = entry["url"].as_str().or(entry["urlPath"].as_str()) else { continue };
        let key = match entry["method"].as_str().filter(|method| !method.is_empty()) {
            Some(method) => format!("{method}:{url}"),
            None => url.to_string(),
        };
        let response = &entry["response"];
        let status = response["statusCode"].as_i64().filter(|status| *status != 0).unwrap_or(200);
        context.facts.http.insert(key, HttpAnswer { status, body: response["body"].clone() });
    }
}

/// The operations that a suite evaluates: the usual one, and those that a result names.
pub(super) fn operation(expected: &Expected) -> Option<Operation> {
    expected.operation.as_deref().and_then(Operation::parse)
}
