//! What a fence is, by its language and its text.

use super::model::{Kind, Language, Partial};
use super::shell;
use crate::kube::Resource;
use crate::markdown;
use crate::source::yaml::Node;

/// Languages that mean a shell.
const SHELLS: &[&str] = &["bash", "sh", "shell", "zsh", "ksh", "terminal"];
/// Languages that mean output or plain text.
const TEXTS: &[&str] = &["text", "txt", "plain", "plaintext", "output", "log", "logs"];
const CONFIGURATIONS: &[&str] = &[
    "toml",
    "ini",
    "cfg",
    "conf",
    "properties",
    "hcl",
    "terraform",
    "tf",
    "dockerfile",
    "docker",
    "makefile",
    "make",
    "nginx",
    "env",
    "dotenv",
    "editorconfig",
    "gitignore",
    "xml",
];

/// The kinds of object that decide about others.
const POLICIES: &[(&str, &str)] = &[
    ("kyverno.io", "ClusterPolicy"),
    ("kyverno.io", "Policy"),
    ("policies.kyverno.io", "ValidatingPolicy"),
    ("policies.kyverno.io", "MutatingPolicy"),
    ("policies.kyverno.io", "GeneratingPolicy"),
    ("policies.kyverno.io", "DeletingPolicy"),
    ("policies.kyverno.io", "ImageValidatingPolicy"),
    ("policies.kyverno.io", "NamespacedValidatingPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("templates.gatekeeper.sh", "ConstraintTemplate"),
];

/// Is it an object that decides about others?
pub fn is_policy(resource: &Resource) -> bool {
    POLICIES.contains(&(resource.gvk.group.as_str(), resource.gvk.kind.as_str()))
}

/// How a fence is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// As YAML.
    Yaml,
    /// As JSON.
    Json,
    /// As shell.
    Shell,
    /// As a session.
    Session,
    /// Not at all.
    None,
}

/// How a fence of this language and text is to be read.
pub fn syntax(language: Option<&str>, text: &str) -> Syntax {
    match language.unwrap_or_default() {
        "yaml" | "yml" => Syntax::Yaml,
        "json" => Syntax::Json,
        language if markdown::is_session(language) || SHELLS.contains(&language) => match () {
            () if is_manifest(text) => Syntax::Yaml,
            () if shell::session(text, markdown::is_session(language)).is_some() => Syntax::Session,
            () => Syntax::Shell,
        },
        language if language.is_empty() || TEXTS.contains(&language) => match shell::session(text, false) {
            Some(session) if session.script.error.is_none() => Syntax::Session,
            _ => Syntax::None,
        },
        _ => Syntax::None,
    }
}

/// Does it begin as a manifest does? No shell command does, whatever the fence's language says.
fn is_manifest(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line == "---" || line.starts_with("apiVersion: "))
}

/// What a fence that is neither YAML nor shell is.
pub fn plain(language: Option<&str>, text: &str) -> Kind {
    match language.unwrap_or_default() {
        "jmespath" => Kind::Expression(Language::JmesPath),
        "cel" => Kind::Expression(Language::Cel),
        "jq" => Kind::Expression(Language::Jq),
        "jsonpath" => Kind::Expression(Language::JsonPath),
        "rego" => Kind::Expression(Language::Rego),
        "promql" => Kind::Expression(Language::PromQl),
        language if CONFIGURATIONS.contains(&language) => Kind::Configuration,
        "output" | "log" | "logs" => Kind::Output,
        language if language.is_empty() || TEXTS.contains(&language) => match is_output(text) {
            true => Kind::Output,
            false => Kind::Other,
        },
        _ => Kind::Other,
    }
}

/// Does plain text have the look of something printed?
fn is_output(text: &str) -> bool {
    let starts = [
        "Error from server",
        "error:",
        "Error:",
        "NAME ",
        "NAMESPACE ",
        "Applying ",
        "pass: ",
        "PASS",
        "FAIL",
    ];
    let line = |line: &str| starts.iter().any(|start| line.starts_with(start)) || line.ends_with(" created");
    text.lines().any(line)
}

/// What YAML is: by the objects in it, or by its keys.
pub fn yaml(documents: &[Node], resources: &[Resource]) -> Kind {
    let is_workflow =
        |node: &Node| node.get("jobs").is_some() && (node.get("on").is_some() || node.get("true").is_some());
    let (objects, mappings) = (resources.len(), documents.iter().filter(|node| node.is_mapping()).count());
    match () {
        () if resources.iter().any(is_policy) => Kind::Policy,
        () if objects > 0 => Kind::Manifest,
        () if documents.iter().any(is_workflow) => Kind::Workflow,
        () if mappings == 0 || documents.iter().any(is_fragment) => Kind::Fragment,
        () => Kind::Configuration,
    }
}

/// Keys that only stand inside of an object.
fn is_fragment(node: &Node) -> bool {
    const PARTS: &[&str] = &[
        "spec",
        "metadata",
        "rules",
        "match",
        "exclude",
        "validate",
        "mutate",
        "generate",
        "pattern",
        "anyPattern",
        "deny",
        "preconditions",
        "containers",
        "template",
        "securityContext",
        "resources",
        "conditions",
        "context",
        "foreach",
        "verifyImages",
        "matchConditions",
        "validations",
        "steps",
        "jobs",
        "env",
        "with",
        "annotations",
        "labels",
    ];
    node.entries().iter().any(|entry| entry.key.as_str().is_some_and(|key| PARTS.contains(&key)))
}

/// Whether a text says of itself that it is not whole.
pub fn partial(text: &str) -> Option<Partial> {
    let elided = |line: &str| {
        let bare = line.trim().trim_start_matches(['#', '/', '-', ' ']).trim_end_matches([',', ';']);
        let bracketed = bare.trim_matches(['[', ']', '{', '}', '(', ')', ' ']);
        matches!(bracketed, "..." | "…" | "[...]")
            || bare.starts_with("...")
            || bare.starts_with('…')
            || bare.ends_with(" ...")
            || bare.ends_with(": ...")
            || bare.ends_with('…')
    };
    let held = text.replace("${{", "");
    let templated = held.contains("{{") && held.contains("}}") || held.contains("{%");
    match () {
        () if text.lines().any(elided) => Some(Partial::Elided),
        () if templated => Some(Partial::Template),
        () if !shell::placeholders(text).is_empty() => Some(Partial::Placeholder),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kube, source::yaml as reader};

    fn kind(text: &str) -> Kind {
        yaml(&reader::parse(text).unwrap(), &kube::read(text).0)
    }

    #[test]
    fn yaml_is_told_by_its_objects_and_keys() {
        assert_eq!(kind("apiVersion: v1\nkind: Pod\n"), Kind::Manifest);
        assert_eq!(kind("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n"), Kind::Policy);
        assert_eq!(kind("on: push\njobs: {}\n"), Kind::Workflow);
        assert_eq!(kind("spec:\n  a: 1\n"), Kind::Fragment);
        assert_eq!(kind("# only words\n"), Kind::Fragment);
        assert_eq!(kind("repos:\n  - repo: a\n"), Kind::Configuration);
    }

    #[test]
    fn a_language_is_checked_against_the_text() {
        assert_eq!(syntax(Some("bash"), "$ ls\na\n"), Syntax::Session);
        assert_eq!(syntax(Some("console"), "ls\n"), Syntax::Shell);
        assert_eq!(syntax(None, "$ ls\na\n"), Syntax::Session);
        assert_eq!(syntax(Some("bash"), "# pod.yaml\napiVersion: v1\nkind: Pod\n"), Syntax::Yaml);
        assert_eq!(syntax(Some("text"), "a tree\n"), Syntax::None);
        assert_eq!(plain(Some("text"), "Error from server: no\n"), Kind::Output);
        assert_eq!(plain(Some("cel"), "a == b"), Kind::Expression(Language::Cel));
    }

    #[test]
    fn what_is_not_whole_says_so() {
        assert_eq!(partial("a: 1\n...\n"), Some(Partial::Elided));
        assert_eq!(partial("spec:\n  # ... the rest\n"), Some(Partial::Elided));
        assert_eq!(partial("name: {{ .Values.name }}\n"), Some(Partial::Template));
        assert_eq!(partial("run: ${{ matrix.os }}\n"), None);
        assert_eq!(partial("image: <image>\n"), Some(Partial::Placeholder));
        assert_eq!(partial("a: 1\n"), None);
    }
}
