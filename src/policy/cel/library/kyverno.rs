//! Kyverno's own libraries. What they ask of the world comes from the facts; nothing is fetched.

use super::super::error::EvalError;
use super::super::eval::{Evaluator, Outcome};
use super::super::value::{Key, Opaque, Value};
use super::{Table, int, items, maybe, pattern, text};
use crate::kube::image::ImageRef;
use crate::kube::{scope, to_json};
use crate::policy::gotime::Time;
use crate::policy::jmespath::json_text;
use crate::policy::{base64, regexp, x509};
use crate::source::{Hash, yaml};
use serde_json::Value as Json;
use sha1::Digest;
use std::sync::Arc;

const NETWORK: &str = "needs the network";

pub(super) const FUNCTIONS: Table = &[
    ("base64.encode(bytes) -> string", |_, v| match &v[0] {
        Value::Bytes(bytes) => Ok(base64::encode(bytes).into()),
        _ => Err(EvalError::no_overload()),
    }),
    ("base64.decode(string) -> bytes", |_, v| decode(text(v, 0))),
    ("regex.replace(string, string, string) -> string", |e, v| regex_replace(e, v, -1)),
    ("regex.replace(string, string, string, int) -> string", |e, v| regex_replace(e, v, int(v, 3))),
    ("regex.extract(string, string) -> optional(string)", |e, v| {
        Ok(maybe(extract(e, v)?.into_iter().next()))
    }),
    ("regex.extractAll(string, string) -> list(string)", |e, v| extract(e, v).map(Value::list)),
    ("time.now() -> timestamp", |e, _| match e.facts().now {
        Some(now) => Ok(Value::Timestamp(Time::from_unix(now))),
        None => Err(EvalError::unsupported("time.now", "nondeterministic without a fixed clock")),
    }),
    ("time.toCron(timestamp) -> string", |_, v| match &v[0] {
        Value::Timestamp(time) => {
            let at = time.civil();
            Ok(format!("{} {} {} {} {}", at.minute, at.hour, at.day, at.month, at.weekday).into())
        }
        _ => Err(EvalError::no_overload()),
    }),
    ("time.truncate(timestamp, duration) -> timestamp", |_, v| match (&v[0], &v[1]) {
        (Value::Timestamp(time), Value::Duration(span)) => Ok(Value::Timestamp(time.truncate(*span))),
        _ => Err(EvalError::no_overload()),
    }),
    ("hash.sha256(string) -> string", |_, v| Ok(Hash::of(text(v, 0)).to_string().into())),
    ("sha256(string) -> string", |_, v| Ok(Hash::of(text(v, 0)).to_string().into())),
    ("hash.sha1(string) -> string", |_, v| Ok(hex(&sha1::Sha1::digest(text(v, 0))).into())),
    ("sha1(string) -> string", |_, v| Ok(hex(&sha1::Sha1::digest(text(v, 0))).into())),
    ("hash.md5(string) -> string", |_, v| Ok(hex(&md5::Md5::digest(text(v, 0))).into())),
    ("md5(string) -> string", |_, v| Ok(hex(&md5::Md5::digest(text(v, 0))).into())),
    ("json.unmarshal(string) -> dyn", |_, v| {
        let json: Json = serde_json::from_str(text(v, 0))
            .map_err(|error| EvalError::new(format!("invalid JSON: {error}")))?;
        Ok(Value::from_json(&json))
    }),
    ("json.marshal(dyn) -> string", |_, v| match v[0].to_json() {
        Some(json) => Ok(json_text(&json).into()),
        None => Err(EvalError::new("this value has no JSON form")),
    }),
    ("yaml.parse(string) -> dyn", |_, v| {
        let documents = yaml::parse(text(v, 0))
            .map_err(|error| EvalError::new(format!("invalid YAML: {}", error.message)))?;
        Ok(Value::from_json(&documents.first().map(to_json).unwrap_or_default()))
    }),
    ("transform.listObjToMap(list(dyn), list(dyn), string, string) -> map(dyn, dyn)", |_, v| list_to_map(v)),
    ("listObjToMap(list(dyn), list(dyn), string, string) -> map(dyn, dyn)", |_, v| list_to_map(v)),
    ("user.parseServiceAccount(string) -> dyn", |_, v| Ok(service_account(text(v, 0)))),
    ("parseServiceAccount(string) -> dyn", |_, v| Ok(service_account(text(v, 0)))),
    ("image(string) -> Image", |_, v| parse_image(text(v, 0))),
    ("parseImageReference(string) -> Image", |_, v| parse_image(text(v, 0))),
    ("isImage(string) -> bool", |_, v| Ok(parse_image(text(v, 0)).is_ok().into())),
    ("Image.registry() -> string", |_, v| with_image(v, registry)),
    ("Image.repository() -> string", |_, v| with_image(v, repository)),
    ("Image.tag() -> string", |_, v| with_image(v, |image| image.tag.clone())),
    ("Image.digest() -> string", |_, v| with_image(v, |image| image.digest.clone())),
    ("Image.identifier() -> string", |_, v| {
        with_image(v, |image| if image.digest.is_empty() { image.tag.clone() } else { image.digest.clone() })
    }),
    ("Image.containsDigest() -> bool", |_, v| image_of(v).map(|image| (!image.digest.is_empty()).into())),
    ("image.GetMetadata(string) -> dyn", |e, v| match e.facts().images.get(text(v, 0)) {
        Some(found) => Ok(Value::from_json_with_integers(found)),
        None => Err(EvalError::new(format!(
            "failed to get image data: image data for {} not found in the context",
            text(v, 0)
        ))),
    }),
    ("globalContext.Get(string, string) -> dyn", |e, v| Ok(global(e, text(v, 0), text(v, 1)))),
    ("resource.Get(string, string, string, string) -> map(string, dyn)", |e, v| get(e, v)),
    ("resource.get(string, string, string, string) -> map(string, dyn)", |e, v| get(e, v)),
    ("resource.list(string, string, string) -> map(string, dyn)", |e, v| list(e, v)),
    ("resource.List(string, string, string) -> map(string, dyn)", |e, v| list(e, v)),
    ("resource.List(string, string, string, map(string, string)) -> map(string, dyn)", |e, v| list(e, v)),
    ("resource.Post(string, string, map(string, dyn)) -> map(string, dyn)", |_, _| {
        Err(EvalError::unsupported("resource.Post", "needs a cluster"))
    }),
    ("resource.Post(string, string, string, map(string, dyn)) -> map(string, dyn)", |_, _| {
        Err(EvalError::unsupported("resource.Post", "needs a cluster"))
    }),
    ("generator.Apply(string, list(dyn)) -> bool", |e, v| e.generate(text(v, 0), items(v, 1))),
    ("http.Get(string) -> dyn", |e, v| http(e, "GET", text(v, 0))),
    ("http.Get(string, map(string, string)) -> dyn", |e, v| http(e, "GET", text(v, 0))),
    ("http.Post(string, dyn) -> dyn", |e, v| http(e, "POST", text(v, 0))),
    ("http.Post(string, dyn, map(string, string)) -> dyn", |e, v| http(e, "POST", text(v, 0))),
    ("http.Client(string) -> HttpClient", |_, _| Err(EvalError::unsupported("http.Client", NETWORK))),
    ("HttpClient.Get(string) -> dyn", |_, _| Err(EvalError::unsupported("http.Client", NETWORK))),
    ("HttpClient.Get(string, map(string, string)) -> dyn", |_, _| {
        Err(EvalError::unsupported("http.Client", NETWORK))
    }),
    ("HttpClient.Post(string, dyn) -> dyn", |_, _| Err(EvalError::unsupported("http.Client", NETWORK))),
    ("HttpClient.Post(string, dyn, map(string, string)) -> dyn", |_, _| {
        Err(EvalError::unsupported("http.Client", NETWORK))
    }),
    ("resource.ToGVR(string, string) -> dyn", |_, _| {
        Err(EvalError::unsupported("resource.ToGVR", "needs a cluster"))
    }),
    ("gzip.Compress(dyn) -> dyn", |_, _| Err(EvalError::unsupported("gzip", "it is not implemented"))),
    ("gzip.Decompress(dyn) -> dyn", |_, _| Err(EvalError::unsupported("gzip", "it is not implemented"))),
    ("random() -> string", |_, _| Err(EvalError::unsupported("random", "nondeterministic"))),
    ("random(string) -> string", |_, v| match regexp::only_text(text(v, 0)) {
        Ok(Some(only)) => Ok(only.into()),
        Ok(None) => Err(EvalError::unsupported("random", "nondeterministic")),
        Err(message) => Err(EvalError::new(message)),
    }),
    ("x509.decode(string) -> dyn", |_, v| match x509::decode(text(v, 0)) {
        Ok(found) => Ok(Value::from_json(&found)),
        Err(x509::Fault::Error(message)) => Err(EvalError::new(message)),
        Err(x509::Fault::Unsupported(feature)) => Err(EvalError::unsupported(feature, "they are not read")),
    }),
    ("jsonpatch.escapeKey(string) -> string", |_, v| {
        Ok(text(v, 0).replace('~', "~0").replace('/', "~1").into())
    }),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 with or without its padding.
fn decode(source: &str) -> Outcome {
    let padded = format!("{source}{}", "=".repeat((4 - source.len() % 4) % 4));
    let bytes = base64::decode(source).or_else(|at| base64::decode(&padded).map_err(|_| at));
    match bytes {
        Ok(bytes) => Ok(Value::Bytes(bytes.into())),
        Err(at) => Err(EvalError::new(format!("illegal base64 data at input byte {at}"))),
    }
}

/// Replaces with `\1` for the first group; a negative count means all.
fn regex_replace(evaluator: &Evaluator<'_>, values: &[Value], times: i64) -> Outcome {
    let regex = pattern(evaluator, text(values, 1))?;
    let (source, with) = (text(values, 0), rewritten(text(values, 2)));
    evaluator.spend(source.len().saturating_mul(with.len() + 1) / 64)?;
    match usize::try_from(times) {
        Ok(0) => Ok(values[0].clone()),
        Ok(times) => Ok(regex.replacen(source, times, with.as_str()).into_owned().into()),
        Err(_) => Ok(regex.replace_all(source, with.as_str()).into_owned().into()),
    }
}

/// A replacement of RE2, `\1`, in the words of the `regex` crate.
fn rewritten(replacement: &str) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                out.push_str(&format!("${{{digit}}}"));
                chars.next();
            }
            ('\\', Some('\\')) => {
                out.push('\\');
                chars.next();
            }
            ('$', _) => out.push_str("$$"),
            _ => out.push(c),
        }
    }
    out
}

/// The matches of a pattern, or of its one group.
fn extract(evaluator: &Evaluator<'_>, values: &[Value]) -> Result<Vec<Value>, EvalError> {
    let regex = pattern(evaluator, text(values, 1))?;
    if regex.captures_len() > 2 {
        return Err(EvalError::new("regular expression has more than one capturing group"));
    }
    let group = regex.captures_len() - 1;
    let found = regex.captures_iter(text(values, 0));
    Ok(found.filter_map(|found| found.get(group).map(|part| part.as_str().into())).collect())
}

fn list_to_map(values: &[Value]) -> Outcome {
    let field = |value: &Value, name: &str| match value {
        Value::Map(map) => map.get(&Key::from(name)).cloned(),
        _ => None,
    };
    let (keys, others) = (items(values, 0), items(values, 1));
    if keys.len() != others.len() {
        return Err(EvalError::new("both lists must have the same length"));
    }
    let mut map = std::collections::BTreeMap::new();
    for (key, other) in keys.iter().zip(others) {
        let key = field(key, text(values, 2)).and_then(|key| Key::from_value(&key));
        let key = key.ok_or_else(|| EvalError::no_key(text(values, 2)))?;
        let value = field(other, text(values, 3)).ok_or_else(|| EvalError::no_key(text(values, 3)))?;
        map.insert(key, value);
    }
    Ok(Value::Map(Arc::new(map)))
}

/// The two names in `system:serviceaccount:namespace:name`; empty for any other user.
fn service_account(user: &str) -> Value {
    let parts = user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    let (namespace, name) = parts.unwrap_or_default();
    Value::map([("Name", name.into()), ("Namespace", namespace.into())])
}

/// An image reference in the strict form that this library takes: not both tag and digest, and a tag after a port.
fn parse_image(source: &str) -> Outcome {
    let fault = || EvalError::new(format!("could not parse reference: {source}"));
    let before_digest = source.split('@').next().unwrap_or_default();
    let last = before_digest.rsplit('/').next().unwrap_or_default();
    let image = ImageRef::parse(source).ok_or_else(fault)?;
    let has_digest = !image.digest.is_empty();
    let has_port = image.registry.contains(':');
    if (has_digest && last.contains(':')) || (!has_digest && has_port && !last.contains(':')) {
        return Err(fault());
    }
    Ok(Opaque::Image(image).into())
}

fn image_of(values: &[Value]) -> Result<&ImageRef, EvalError> {
    match values.first() {
        Some(Value::Opaque(opaque)) => match opaque.as_ref() {
            Opaque::Image(image) => Ok(image),
            _ => Err(EvalError::no_overload()),
        },
        _ => Err(EvalError::no_overload()),
    }
}

fn with_image(values: &[Value], answer: fn(&ImageRef) -> String) -> Outcome {
    image_of(values).map(|image| answer(image).into())
}

fn registry(image: &ImageRef) -> String {
    if image.registry == "docker.io" { "index.docker.io".to_owned() } else { image.registry.clone() }
}

fn repository(image: &ImageRef) -> String {
    let at_docker = matches!(image.registry.as_str(), "docker.io" | "index.docker.io");
    if at_docker && !image.path.contains('/') {
        format!("library/{}", image.path)
    } else {
        image.path.clone()
    }
}

/// A global context entry, or its projection; null if there is none.
fn global(evaluator: &Evaluator<'_>, name: &str, projection: &str) -> Value {
    let key = if projection.is_empty() { name.to_owned() } else { format!("{name}.{projection}") };
    evaluator.facts().globals.get(&key).map_or(Value::Null, Value::from_json_with_integers)
}

/// Is `object` of this API version and plural, in this namespace?
fn is_of(object: &Json, version: &str, plural: &str, namespace: &str) -> bool {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let kind = text("/kind");
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    let known = scope::built_in(group, kind).map(|info| info.plural.to_string());
    text("/apiVersion") == version
        && known.unwrap_or_else(|| scope::guessed_plural(kind)) == plural
        && text("/metadata/namespace") == namespace
}

fn get(evaluator: &Evaluator<'_>, values: &[Value]) -> Outcome {
    let objects = evaluator.facts().resources.as_deref().unwrap_or_default();
    let found = objects.iter().find(|object| {
        is_of(object, text(values, 0), text(values, 1), text(values, 2))
            && object.pointer("/metadata/name").and_then(Json::as_str) == Some(text(values, 3))
    });
    Ok(found.map_or(Value::Null, Value::from_json))
}

fn list(evaluator: &Evaluator<'_>, values: &[Value]) -> Outcome {
    let plural = text(values, 1);
    let objects = evaluator.facts().resources.as_deref().unwrap_or_default();
    let found: Vec<Value> = objects
        .iter()
        .filter(|object| is_of(object, text(values, 0), plural, text(values, 2)))
        .map(Value::from_json)
        .collect();
    if found.is_empty() {
        let group =
            text(values, 0).rsplit_once('/').map(|(group, _)| format!(".{group}")).unwrap_or_default();
        return Err(EvalError::new(format!("failed to list resource: {plural}{group} resource not found")));
    }
    Ok(Value::map([("items", Value::list(found))]))
}

fn http(evaluator: &Evaluator<'_>, method: &str, url: &str) -> Outcome {
    match evaluator.facts().answer(method, url) {
        Some(Ok(body)) => Ok(Value::from_json_with_integers(body)),
        Some(Err(status)) => Err(EvalError::new(format!("HTTP {status}"))),
        None => Err(EvalError::unsupported(format!("{method} {url}"), NETWORK)),
    }
}
