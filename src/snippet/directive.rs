//! What an author says about a snippet: `<!-- snippet: key=value … -->`, attributes of the fence, front matter.

use super::expect::{self, Class, Marker, Reference};
use super::model::Role;
use crate::diag::{Diagnostic, codes};
use crate::kube::schema::Version;
use crate::markdown::{Document, Fence};
use crate::source::yaml::Node;
use crate::source::{Span, time};
use std::ops::Range;

/// What is set for a snippet. Every field is as the author wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// `id=`
    pub id: Option<String>,
    /// `expect=`, with the place of its value.
    pub expect: Option<(Class, Span)>,
    /// `by=`: the policy, rule or file that decides.
    pub by: Option<Reference>,
    /// `message=/…/`: an expression that the message matches, without its slashes.
    pub message: Option<String>,
    /// `policies=`: the policies in force, names or files.
    pub policies: Vec<String>,
    /// `state=`: files with objects that exist beforehand.
    pub state: Vec<String>,
    /// `user=`
    pub user: Option<String>,
    /// `operation=`: `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
    pub operation: Option<String>,
    /// `engine=`: `embedded`, or `kyverno` or `cluster`, which are not built in: nothing is decided then.
    pub engine: Option<String>,
    /// `role=`
    pub role: Option<Role>,
    /// `vars=`: `name:value`, separated by commas: what stands for `<name>` and `$name` in a manifest that is decided.
    pub vars: Vec<(String, String)>,
    /// `output-of=`: the id of the snippet that prints this.
    pub output_of: Option<String>,
    /// `recorded=`: the day on which it was printed, `2026-11-20`.
    pub recorded: Option<String>,
    /// `drift=illustrative`: it need not agree with a policy of the same name.
    pub illustrative: bool,
    /// `check=off`: nothing is decided, for this reason.
    pub unchecked: Option<String>,
    /// `copy=verbatim`: comments and output that tell what will happen are copied too; `copy=commands`: they are not.
    pub verbatim: Option<bool>,
    /// `kubernetes=`: the version that the page is about.
    pub kubernetes: Option<Version>,
    /// `kyverno=`: the version that the page is about.
    pub kyverno: Option<String>,
}

/// One `key=value` with places.
struct Pair {
    key: String,
    value: String,
    key_span: Span,
    value_span: Span,
}

/// Settings that are never those of more than one snippet.
const OWN: [&str; 7] = ["id", "expect", "by", "message", "output-of", "recorded", "from"];

const KEYS: &[&str] = &[
    "id",
    "expect",
    "by",
    "message",
    "policies",
    "state",
    "user",
    "operation",
    "engine",
    "role",
    "vars",
    "output-of",
    "recorded",
    "from",
    "drift",
    "check",
    "reason",
    "copy",
    "kubernetes",
    "kyverno",
];

impl Settings {
    /// What the site sets for all of its snippets: names and values with their places. What is one snippet's own, such
    /// as an id, means nothing there.
    pub fn of_site<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str, Span, Span)>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Settings {
        let mut known = Vec::new();
        for (key, value, key_span, value_span) in pairs {
            if OWN.contains(&key) {
                let message = format!("`{key}` is set for one block, not for a site");
                diagnostics.push(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, key_span, message));
                continue;
            }
            known.push(Pair { key: key.to_string(), value: value.to_string(), key_span, value_span });
        }
        Settings::read(known, diagnostics)
    }

    /// What the page's front matter sets for all of its snippets: the mapping `snippets`, and `kubernetes` beside it.
    pub fn of_page(document: &Document, diagnostics: &mut Vec<Diagnostic>) -> Settings {
        let front = &document.front_matter;
        let place = |node: &Node| front.place(document.source, node);
        let mut settings = match front.get("snippets") {
            Some(node) => Settings::of_mapping(node, &place, diagnostics),
            None => Settings::default(),
        };
        if let Some(node) = front.get("kubernetes") {
            match Version::parse(node.as_str().unwrap_or_default()) {
                Ok(version) => settings.kubernetes = settings.kubernetes.or(Some(version)),
                Err(message) => {
                    diagnostics.push(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, place(node), message));
                }
            }
        }
        settings
    }

    fn of_mapping(node: &Node, place: &dyn Fn(&Node) -> Span, diagnostics: &mut Vec<Diagnostic>) -> Settings {
        if !node.is_mapping() {
            let message = "`snippets` of the front matter is a mapping of settings";
            diagnostics.push(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, place(node), message));
            return Settings::default();
        }
        let pairs = node.entries().iter().filter_map(|entry| {
            let texts: Vec<&str> = entry.value.one_or_many().into_iter().filter_map(Node::as_str).collect();
            let (key_span, value_span) = (place(&entry.key), place(&entry.value));
            Some(Pair { key: entry.key.as_str()?.to_string(), value: texts.join(","), key_span, value_span })
        });
        Settings::read(pairs.collect(), diagnostics)
    }

    /// What the fence's directive and attributes set. An attribute that is no key belongs to somebody else.
    pub fn of_fence(fence: &Fence, diagnostics: &mut Vec<Diagnostic>) -> Settings {
        let mut pairs: Vec<Pair> = Vec::new();
        for (key, value) in &fence.attributes.others {
            if KEYS.contains(&key.as_str()) {
                let (key, value) = (key.clone(), value.clone());
                pairs.push(Pair { key, value, key_span: fence.info, value_span: fence.info });
            }
        }
        if let Some((text, span)) = &fence.directive {
            pairs.extend(split(text, *span, diagnostics));
        }
        let mut settings = Settings::read(pairs, diagnostics);
        settings.id = settings.id.or_else(|| fence.attributes.id.clone());
        settings
    }

    /// These settings, and what they leave open as `page` has it. An id and an expectation are never those of a
    /// whole page.
    pub fn or(self, page: &Settings) -> Settings {
        let list = |own: Vec<String>, page: &[String]| if own.is_empty() { page.to_vec() } else { own };
        Settings {
            id: self.id,
            expect: self.expect,
            by: self.by,
            message: self.message,
            policies: list(self.policies, &page.policies),
            state: list(self.state, &page.state),
            user: self.user.or_else(|| page.user.clone()),
            operation: self.operation.or_else(|| page.operation.clone()),
            engine: self.engine.or_else(|| page.engine.clone()),
            role: self.role.or(page.role),
            vars: if self.vars.is_empty() { page.vars.clone() } else { self.vars },
            output_of: self.output_of,
            recorded: self.recorded,
            illustrative: self.illustrative || page.illustrative,
            unchecked: self.unchecked.or_else(|| page.unchecked.clone()),
            verbatim: self.verbatim.or(page.verbatim),
            kubernetes: self.kubernetes.or(page.kubernetes),
            kyverno: self.kyverno.or_else(|| page.kyverno.clone()),
        }
    }

    fn read(pairs: Vec<Pair>, diagnostics: &mut Vec<Diagnostic>) -> Settings {
        let mut settings = Settings::default();
        let reason = pairs.iter().find(|pair| pair.key == "reason").map(|pair| pair.value.clone());
        for pair in &pairs {
            if let Err(message) = settings.set(pair, reason.as_deref()) {
                let span = if KEYS.contains(&pair.key.as_str()) { pair.value_span } else { pair.key_span };
                diagnostics.push(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, span, message));
            }
        }
        settings
    }

    fn set(&mut self, pair: &Pair, reason: Option<&str>) -> Result<(), String> {
        let value = pair.value.trim();
        let text = || Some(value.to_string());
        let list =
            || value.split(',').map(|item| item.trim().to_string()).filter(|item| !item.is_empty()).collect();
        if value.is_empty() {
            return Err(format!("`{}` has no value", pair.key));
        }
        match pair.key.as_str() {
            "id" => self.id = Some(identifier(value)?),
            "expect" => self.expect = Some((expectation(value)?, pair.value_span)),
            "by" => self.by = expect::reference(value).map(named),
            "message" => self.message = Some(expression(value)?),
            "policies" => self.policies = list(),
            "state" => self.state = list(),
            "user" => self.user = text(),
            "operation" => {
                self.operation =
                    Some(one_of(&value.to_uppercase(), &["CREATE", "UPDATE", "DELETE", "CONNECT"])?)
            }
            "engine" => self.engine = Some(one_of(value, &["embedded", "kyverno", "cluster"])?),
            "role" => self.role = Some(role(value)?),
            "vars" => self.vars = variables(value)?,
            "output-of" => self.output_of = text(),
            "recorded" => self.recorded = Some(day(value)?),
            // The parser of pages has drawn the code from there.
            "from" => {}
            "drift" => self.illustrative = one_of(value, &["illustrative"]).is_ok_and(|_| true),
            "check" => match (one_of(value, &["on", "off"])?.as_str(), reason) {
                ("on", _) => self.unchecked = None,
                (_, Some(reason)) if !reason.trim().is_empty() => {
                    self.unchecked = Some(reason.trim().to_string())
                }
                _ => return Err("`check=off` needs a `reason=\"…\"`".to_string()),
            },
            "reason" => {}
            "copy" => self.verbatim = Some(one_of(value, &["verbatim", "commands"])? == "verbatim"),
            "kubernetes" => self.kubernetes = Some(Version::parse(value)?),
            "kyverno" => self.kyverno = text(),
            other => return Err(format!("a snippet has no setting `{other}`")),
        }
        Ok(())
    }
}

fn day(value: &str) -> Result<String, String> {
    let seconds = time::parse(value).ok_or("`recorded` is a day, such as `2026-11-20`")?;
    Ok(time::iso(seconds))
}

/// A word in a directive is a name, where prose would need a mark to make it one.
fn named(reference: Reference) -> Reference {
    match reference {
        Reference::Words(word) if !word.contains(char::is_whitespace) => Reference::Named(word, None),
        other => other,
    }
}

fn identifier(value: &str) -> Result<String, String> {
    let fits = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits {
        Ok(value.to_string())
    } else {
        Err("an id is made of letters, digits, `-`, `_` and `.`".to_string())
    }
}

fn expectation(value: &str) -> Result<Class, String> {
    match expect::class(value, Marker::Expected) {
        Class::Prose => Err(format!("`{value}` is no expectation that can be checked")),
        class => Ok(class),
    }
}

fn expression(value: &str) -> Result<String, String> {
    let inner = value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    inner.map(str::to_string).ok_or_else(|| "an expression stands between slashes: `/…/`".to_string())
}

fn one_of(value: &str, known: &[&str]) -> Result<String, String> {
    match known.contains(&value) {
        true => Ok(value.to_string()),
        false => Err(format!("`{value}` is none of {}", known.join(", "))),
    }
}

fn role(value: &str) -> Result<Role, String> {
    Ok(match one_of(value, &["example", "good", "bad", "policy", "output", "fragment"])?.as_str() {
        "good" => Role::Good,
        "bad" => Role::Bad,
        "policy" => Role::Policy,
        "output" => Role::Output,
        "fragment" => Role::Fragment,
        _ => Role::Example,
    })
}

fn variables(value: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |item: &str| {
        let (name, value) = item.split_once(':').ok_or_else(|| format!("`{item}` is not `name:value`"))?;
        Ok((name.trim().to_string(), value.trim().to_string()))
    };
    value.split(',').map(pair).collect()
}

/// The pairs of a directive's text. A value with blanks stands in double quotes.
fn split(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Vec<Pair> {
    let place = |range: Range<usize>| {
        let start = span.start as usize + range.start;
        Span::new(span.file, start.min(span.end as usize), (start + range.len()).min(span.end as usize))
    };
    let mut pairs = Vec::new();
    let mut at = 0;
    while let Some(skip) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skip;
        let end = word_end(text, start);
        match text[start..end].split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                let key_end = start + key.len();
                let value_span = place(key_end + 1..end);
                let value = value.trim_matches('"').to_string();
                pairs.push(Pair { key: key.to_string(), value, key_span: place(start..key_end), value_span });
            }
            _ => {
                let message = format!("`{}` is not `key=value`", &text[start..end]);
                diagnostics.push(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, place(start..end), message));
            }
        }
        at = end;
    }
    pairs
}

/// Where the word at `start` ends: at a blank outside of quotes and of `/…/`.
fn word_end(text: &str, start: usize) -> usize {
    let mut closing = None;
    let mut previous = ' ';
    for (at, c) in text[start..].char_indices() {
        match closing {
            Some(mark) if c == mark && previous != '\\' => closing = None,
            Some(_) => {}
            None if c.is_whitespace() => return start + at,
            None if c == '"' || (c == '/' && previous == '=' && text[start..].starts_with("message")) => {
                closing = Some(c);
            }
            None => {}
        }
        previous = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};

    fn read(text: &str) -> (Settings, Vec<Diagnostic>) {
        let sources = Sources::in_memory([("a.md", text)]);
        let span = sources.get(&SitePath::new("a.md")).unwrap().span(0, text.len());
        let mut diagnostics = Vec::new();
        let pairs = split(text, span, &mut diagnostics);
        let settings = Settings::read(pairs, &mut diagnostics);
        (settings, diagnostics)
    }

    #[test]
    fn a_directive_sets_what_it_names() {
        let (settings, diagnostics) = read(
            "id=no-limits expect=denied by=limits/check message=/CPU and \\/ memory/ policies=a.yaml,b role=bad check=off reason=\"needs a cluster\"",
        );
        assert_eq!(diagnostics, []);
        assert_eq!(settings.id.as_deref(), Some("no-limits"));
        assert!(matches!(settings.expect, Some((Class::Denied(_), _))));
        assert_eq!(settings.by, Some(Reference::Named("limits".into(), Some("check".into()))));
        assert_eq!(settings.message.as_deref(), Some("CPU and \\/ memory"));
        assert_eq!(settings.policies, ["a.yaml", "b"]);
        assert_eq!(settings.unchecked.as_deref(), Some("needs a cluster"));
    }

    #[test]
    fn what_is_not_known_is_an_error_at_its_place() {
        let said = |text: &str| {
            let (_, diagnostics) = read(text);
            diagnostics
                .into_iter()
                .map(|found| (found.message, text[found.span.unwrap().range()].to_string()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            said("expected=denied"),
            [("a snippet has no setting `expected`".to_string(), "expected".to_string())]
        );
        assert_eq!(said("role=ugly")[0].1, "ugly");
        assert_eq!(
            said("check=off"),
            [("`check=off` needs a `reason=\"…\"`".to_string(), "off".to_string())]
        );
        assert_eq!(said("denied")[0].0, "`denied` is not `key=value`");
        assert_eq!(said("expect=\"looks good\"")[0].1, "\"looks good\"");
    }
}
