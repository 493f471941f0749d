//! Functions that compare with a pattern: regular expressions, wildcards, labels, versions, images, addresses.

use super::super::interpreter::{Interpreter, Outcome};
use super::super::text::plain_number;
use super::{Arguments, Function, OBJECT, STRING, SearchError, TEXT, Takes, text};
use crate::kube::image::ImageRef;
use crate::kube::wildcard;
use crate::policy::{regexp, semver};
use regex::Regex;
use serde_json::Value;
use std::borrow::Cow;
use std::net::IpAddr;

/// What compiling a pattern costs in steps, beside its length.
const PATTERN: usize = 500;
const REGEX: Takes = Takes::Exactly(&[STRING, TEXT]);
const REPLACE: Takes = Takes::Exactly(&[STRING, TEXT, TEXT]);
const ONE: Takes = Takes::Exactly(&[STRING]);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "regex_match", takes: REGEX, call: |i, a| regex_match(i, a) },
    Function { name: "regex_replace_all", takes: REPLACE, call: |i, a| replace(i, a, "regex_replace_all") },
    Function {
        name: "regex_replace_all_literal",
        takes: REPLACE,
        call: |i, a| replace(i, a, "regex_replace_all_literal"),
    },
    Function {
        name: "pattern_match",
        takes: REGEX,
        call: |_, a| Ok(wildcard::matches(a.str(0), &as_text(a.value(1))).into()),
    },
    Function {
        name: "label_match",
        takes: Takes::Exactly(&[OBJECT, OBJECT]),
        call: |_, a| Ok(label_match(a)),
    },
    Function {
        name: "semver_compare",
        takes: Takes::Exactly(&[STRING, STRING]),
        call: |_, a| semver::in_range(a.str(0), a.str(1)).map(Value::from).map_err(SearchError::Evaluation),
    },
    Function { name: "image_normalize", takes: ONE, call: |_, a| image_normalize(a.str(0)) },
    Function { name: "is_external_url", takes: ONE, call: |_, a| is_external_url(a.str(0)) },
    Function { name: "random", takes: ONE, call: random },
];

/// Nothing is thrown: a pattern that describes several texts has no answer here.
fn random(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    interpreter.spend(PATTERN + arguments.str(0).len() * 4)?;
    let only = regexp::only_text(arguments.str(0)).map_err(SearchError::Evaluation)?;
    only.map(Value::from).ok_or_else(|| SearchError::unsupported("random", "nondeterministic"))
}

fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.as_f64().map(plain_number).unwrap_or_default()),
    }
}

fn regex_match(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    interpreter.spend(PATTERN + arguments.str(0).len() * 4)?;
    let regex = regexp::compile(arguments.str(0)).map_err(SearchError::Evaluation)?;
    Ok(regex.is_match(&as_text(arguments.value(1))).into())
}

fn replace(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>, name: &str) -> Outcome<Value> {
    interpreter.spend(PATTERN + arguments.str(0).len() * 4)?;
    let regex = regexp::compile(arguments.str(0)).map_err(|error| SearchError::function(name, error))?;
    let (source, with) = (as_text(arguments.value(1)), as_text(arguments.value(2)));
    interpreter.spend(source.len().saturating_mul(with.len() + 1) / 32)?;
    text(if name.ends_with("literal") {
        replace_all(&regex, &source, |_, out| out.push_str(&with))
    } else {
        replace_all(&regex, &source, |found, out| found.expand(&with, out))
    })
}

/// Replaces as Go does, which does not let an empty match follow a match directly.
fn replace_all(
    regex: &Regex,
    source: &str,
    mut write: impl FnMut(&regex::Captures<'_>, &mut String),
) -> String {
    let mut out = String::new();
    let mut copied = 0;
    let mut last_end = None;
    for found in regex.captures_iter(source) {
        let Some(whole) = found.get(0) else { continue };
        if whole.is_empty() && last_end == Some(whole.start()) {
            continue;
        }
        out.push_str(&source[copied..whole.start()]);
        write(&found, &mut out);
        copied = whole.end();
        last_end = Some(whole.end());
    }
    out.push_str(&source[copied..]);
    out
}

fn label_match(arguments: &Arguments<'_>) -> Value {
    let (wanted, labels) = (arguments.value(0).as_object(), arguments.value(1).as_object());
    let (Some(wanted), Some(labels)) = (wanted, labels) else { return false.into() };
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value)).into()
}

fn image_normalize(image: &str) -> Outcome<Value> {
    match ImageRef::parse(image) {
        Some(image) => text(image.reference()),
        None => Err(SearchError::function("image_normalize", format!("bad image: {image}"))),
    }
}

/// Only an address that is written as numbers can be judged without asking a name server.
fn is_external_url(url: &str) -> Outcome<Value> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let address: IpAddr = host
        .parse()
        .map_err(|_| SearchError::unsupported("is_external_url of a name", "needs the network"))?;
    let inside = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    };
    Ok((!inside).into())
}
