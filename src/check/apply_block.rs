//! A manifest as commands that a reader can paste.

/// What stands around a manifest.
pub(super) struct Parts {
    /// The command above it.
    pub command: String,
    /// The end of the heredoc.
    pub end: String,
    /// What will happen, as comments.
    pub told: String,
}

/// The command that sends `manifest`. A DELETE sends nothing but asks to remove what is there.
pub(super) fn parts(manifest: &str, operation: Option<&str>, expectations: &[String]) -> Parts {
    let mark = mark(manifest);
    let command = if operation == Some("DELETE") { "delete" } else { "apply" };
    let lines = expectations.iter().flat_map(|expectation| expectation.lines());
    Parts {
        command: format!("kubectl {command} -f - <<'{mark}'\n"),
        end: format!("{mark}\n"),
        told: lines.map(|line| format!("# {line}\n")).collect(),
    }
}

/// A delimiter that no line of the manifest is.
fn mark(manifest: &str) -> String {
    let mut mark = "EOF".to_string();
    while manifest.lines().any(|line| line == mark) {
        mark.push('F');
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_becomes_a_command_with_its_expectation() {
        let parts = parts("kind: Pod\n", None, &["Expected: denied by p/r".to_string()]);
        assert_eq!(parts.command, "kubectl apply -f - <<'EOF'\n");
        assert_eq!((parts.end.as_str(), parts.told.as_str()), ("EOF\n", "# Expected: denied by p/r\n"));
        let parts = super::parts("EOF\n", Some("DELETE"), &[]);
        assert_eq!(
            (parts.command.as_str(), parts.end.as_str()),
            ("kubectl delete -f - <<'EOFF'\n", "EOFF\n")
        );
    }
}
