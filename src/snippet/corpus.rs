//! Tests over whole pages.

use super::*;
use crate::markdown::{self, Dialect};
use crate::source::{SitePath, Sources};
use std::path::{Path, PathBuf};

fn read(text: &str) -> (Snippets, Sources) {
    let sources = Sources::in_memory([("docs/a.md", text)]);
    let path = SitePath::new("docs/a.md");
    let file = sources.get(&path).unwrap();
    let document = markdown::parse(&sources, &file, &Dialect::default());
    (collect(&document, &path), sources)
}

fn only(text: &str) -> (Snippet, Vec<(&'static str, String)>) {
    let (found, sources) = read(text);
    let said = |diagnostic: &crate::diag::Diagnostic| {
        let span = diagnostic.span.unwrap();
        (diagnostic.code.name, sources.file(span.file).unwrap().slice(span).to_string())
    };
    let findings = found.diagnostics.iter().map(said).collect();
    (found.snippets.into_iter().next().unwrap(), findings)
}

const TEST_POD: &str = "# Heading\n\n- item\n\n  ```bash\n  # Pod without team (should fail)\n  kubectl apply -f - <<EOF\n  apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  EOF\n  # Expected: denied by require-team\n  ```\n";

#[test]
fn a_fence_in_a_list_gives_steps_objects_and_claims_with_their_places() {
    let (snippet, findings) = only(TEST_POD);
    assert_eq!(findings, []);
    assert_eq!((snippet.id.as_str(), snippet.kind), ("docs/a.md#heading-1", Kind::Shell));
    assert_eq!(snippet.steps.len(), 1);
    let kubectl::EffectKind::Submit(submission) = &snippet.steps[0].effects[0].kind else { panic!() };
    let kubectl::Objects::Text(passage) = &submission.objects else { panic!() };
    let (resources, errors) = crate::kube::read(&passage.text);
    assert!(errors.is_empty() && resources[0].name == "a");
    let name = passage.span(&resources[0].place("/metadata/name").unwrap()).unwrap();
    assert_eq!(&TEST_POD[name.range()], "a");
    let said: Vec<&str> = snippet.claims.iter().map(|claim| &TEST_POD[claim.span.range()]).collect();
    assert_eq!(said, ["(should fail)", "Expected: denied by require-team"]);
    assert!(snippet.claims.iter().all(|claim| claim.step == Some(0)));
}

#[test]
fn what_is_copied_has_no_promises_and_no_newline_at_its_end() {
    let (snippet, _) = only(TEST_POD);
    assert!(snippet.copy.text.starts_with("# Pod without team (should fail)\nkubectl"));
    assert!(snippet.copy.text.ends_with("\nEOF"));
    let (session, _) = only("```console\n$ ls # list\na\n$ pwd  # => /tmp\n/tmp\n```\n");
    assert_eq!(session.copy.text, "ls # list\npwd");
    assert_eq!(session.steps[0].output.len(), 1);
}

#[test]
fn what_is_copied_is_byte_exact() {
    let heredoc =
        "cat <<-'EOF' # Expected: two lines\r\n\t\ta\r\n\tEOF\r\nls # keep\r\n# Expected: files\r\n";
    let (snippet, _) =
        only(&format!("> ```bash\n> {}> ```\n", heredoc.replace("\r\n", "\r\n> ").trim_end_matches("> ")));
    assert_eq!(snippet.copy.text, "cat <<-'EOF'\n\t\ta\n\tEOF\nls # keep");
    let steps: Vec<String> = snippet.steps.iter().map(|step| step.copy.text(&snippet.passage.text)).collect();
    assert_eq!(steps, ["cat <<-'EOF'\n\t\ta\n\tEOF", "ls"]);
}

#[test]
fn prompts_go_only_where_a_session_says_so() {
    let text = "$ kubectl get pods\nNo resources found\n$ ls\na\n";
    assert_eq!(only(&format!("```console\n{text}```\n")).0.copy.text, "kubectl get pods\nls");
    assert_eq!(only(&format!("```text\n{text}```\n")).0.copy.text, text.trim_end());
    assert!(only(&format!("```bash\n{text}```\n")).0.copy.text.starts_with("$ kubectl get pods"));
}

#[test]
fn an_author_may_keep_what_only_tells() {
    let fence = "```bash\nls\n# Expected: files\n```\n";
    assert_eq!(only(fence).0.copy.text, "ls");
    assert_eq!(
        only(&format!("<!-- snippet: copy=verbatim -->\n{fence}")).0.copy.text,
        "ls\n# Expected: files"
    );
    let page = format!("---\nsnippets:\n  copy: verbatim\n---\n<!-- snippet: copy=commands -->\n{fence}");
    assert_eq!(only(&page).0.copy.text, "ls");
}

#[test]
fn a_directive_names_the_snippet_and_claims() {
    let text =
        "<!-- snippet: id=bad expect=denied by=limits/check -->\n```bash\nkubectl run a --image=b\n```\n";
    let (snippet, findings) = only(text);
    assert_eq!(findings, []);
    assert_eq!((snippet.id.as_str(), snippet.explicit_id), ("docs/a.md#bad", true));
    let expect::Class::Denied(outcome) = &snippet.claims[0].class else { panic!() };
    assert_eq!(outcome.by, Some(expect::Reference::Named("limits".into(), Some("check".into()))));
    assert_eq!((snippet.claims[0].step, snippet.claims[0].origin), (Some(0), Origin::Directive));
    let twice = format!("{text}\n{text}");
    assert_eq!(read(&twice).0.diagnostics[0].code.name, "snippet-directive");
}

#[test]
fn findings_stand_where_the_mistake_is() {
    let fence = |language: &str, text: &str| only(&format!("```{language}\n{text}```\n")).1;
    assert_eq!(fence("bash", "cat <<EOF\na\n EOF\n"), [("heredoc-unterminated", "<<EOF".to_string())]);
    assert_eq!(
        fence("bash", "kubectl get pod <name> -o yaml\n"),
        [("shell-placeholder", "<name>".to_string())]
    );
    assert_eq!(fence("bash", "echo “hello”\n")[0], ("hidden-character", "“".to_string()));
    assert_eq!(fence("bash", "kubectl\u{a0}get pods\n")[0].0, "hidden-character");
    assert_eq!(fence("yaml", "a:\n\u{a0}\u{a0}b: 1\n")[0].0, "hidden-character");
    assert_eq!(fence("bash", "cat > a.sh <<EOF\necho $1\nEOF\n"), [("heredoc-expands", "$1".to_string())]);
    assert_eq!(
        fence("bash", "kubectl apply --fliename=a\n"),
        [("command-refused", "--fliename=a".to_string())]
    );
    assert_eq!(fence("yaml", "a: 1\n\tb: 2\n")[0].0, "yaml-syntax");
    let two = "apiVersion: v1\nkind: A\n\napiVersion: v1\nkind: B\n";
    assert_eq!(fence("yaml", two), [("yaml-separator", "apiVersion: v1".to_string())]);
    assert_eq!(fence("json", "{\"a\": 1,}\n")[0].0, "json-syntax");
}

#[test]
fn what_is_not_whole_is_never_called_broken() {
    for (language, text) in [
        ("yaml", "spec:\n  a: {{ .Values.a }}\n  {{- if .b }}\n  {{- end }}\n"),
        ("yaml", "spec:\n  containers: [\n    ...\n"),
        ("yaml", "name: <name>: x\n"),
        ("json", "{\n  \"a\": 1,\n  ...\n}\n"),
        ("json", "{\"a\": 1}\n{\"b\": 2}\n"),
        ("bash", "if x; then\n  ...\n"),
        ("bash", "echo a | grep \"it’s “fine”\" # ‘also’\n"),
        ("text", "$ not a (shell\n"),
        ("yaml", "message: \"Prix\u{a0}: 5\u{a0}€\"\nkey: 👩\u{200d}💻\n"),
    ] {
        let (_, findings) = only(&format!("```{language}\n{text}```\n"));
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
}

#[test]
fn a_separator_is_inserted_with_the_indentation_of_the_fence() {
    let text = "- x\n\n  ```yaml\n  apiVersion: v1\n  kind: A\n  apiVersion: v1\n  kind: B\n  ```\n";
    let (found, _) = read(text);
    let edit = &found.diagnostics[0].fix.as_ref().unwrap().edits[0];
    let mut mended = text.to_string();
    mended.insert_str(edit.span.start as usize, &edit.text);
    assert!(mended.contains("  kind: A\n  ---\n  apiVersion: v1\n  kind: B\n"));
}

#[test]
fn a_session_and_its_denial() {
    let text = "```bash\n$ kubectl apply -f pod.yaml\nError from server: admission webhook \"validate.kyverno.svc-fail\" denied the request:\n\nneeds-team:\n  check: a team is needed\n```\n";
    let (snippet, findings) = only(text);
    assert_eq!(findings, []);
    assert_eq!((snippet.kind, snippet.claims.len(), snippet.claims[0].step), (Kind::Session, 1, Some(0)));
    assert_eq!(snippet.scope.applied, ["pod.yaml"]);
}

#[test]
fn expressions_keep_input_and_result() {
    let text =
        "```yaml\n# names\nitems[*].name\n# Input: [1]\n# Output: [2]\n\n# Output: 3\nlength(a)\n```\n";
    let (snippet, _) = only(text);
    assert_eq!(snippet.kind, Kind::Expression(Language::JmesPath));
    assert_eq!(
        snippet.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>(),
        ["items[*].name", "length(a)"]
    );
    assert_eq!(snippet.steps[0].query.as_ref().and_then(|query| query.input.as_deref()), Some("[1]"));
    assert_eq!(snippet.claims.len(), 1);
    assert_eq!(snippet.claims[0].class, expect::Class::Exact("[2]".into()));
}

#[test]
fn files_that_a_fence_writes_and_a_level_for_the_reader() {
    let text = "```bash\ncat > pod.yaml <<'EOF'\na: $1\nEOF\nkubectl delete -n x pod a\n```\n";
    let (snippet, findings) = only(text);
    assert_eq!(findings, []);
    assert_eq!(snippet.steps[0].writes[0].0, "pod.yaml");
    assert_eq!(snippet.steps[0].writes[0].1.text, "a: $1\n");
    assert_eq!(snippet.level, kubectl::Level::Destructive);
}

#[test]
fn comments_in_yaml_and_ordinary_ones_in_shell_claim_nothing() {
    for text in [
        "```yaml\na: 1\n# Expected: false\n```\n",
        "```bash\nfor i in 1; do break; done # exit the loop\n# Check if pods are blocked\nkubectl get pods\n```\n",
        "```bash\necho a\n\n\n# Expected: b\n```\n",
    ] {
        assert_eq!(only(text).0.claims, [], "{text}");
    }
}

#[test]
fn a_comment_between_two_commands_is_about_the_one_that_the_page_means() {
    let about = |text: &str| {
        let (snippet, _) = only(&format!("```bash\n{text}```\n"));
        let class = |claim: &Claim| matches!(claim.class, expect::Class::Denied(_));
        snippet.claims.iter().map(|claim| (claim.step.unwrap(), class(claim))).collect::<Vec<_>>()
    };
    let (bad, good) = ("kubectl run bad --image=a\n", "kubectl run good --image=b\n");
    assert_eq!(about(&format!("{bad}# Should fail\n{good}# Should pass\n")), [(0, true), (1, false)]);
    assert_eq!(about(&format!("# Should fail\n{bad}# Should pass\n{good}")), [(0, true), (1, false)]);
    assert_eq!(about(&format!("{bad}# This is rejected\n\n{good}# allowed\n")), [(0, true), (1, false)]);
    assert_eq!(about("kubectl run a --image=b # denied by require-team\n"), [(0, true)]);
    assert_eq!(about("# Bad pod (should fail)\nkubectl create ns x\nkubectl get ns\n"), [(0, true)]);
}

/// The policies that people found in force, where the page itself tells.
#[test]
fn the_policy_that_a_claim_is_about_is_the_nearest_one() {
    let (Some(root), Some(rows)) = (shared("corpora/ael/docs"), shared("reference/ael-claims/claims.tsv"))
    else {
        return;
    };
    let sources = Sources::open(&root).unwrap();
    let rows = std::fs::read_to_string(rows).unwrap();
    let (mut all, mut right) = (0, 0);
    for row in rows.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>()) {
        let in_fence = ["comment-before", "marker-after"].contains(&row[9]);
        if !in_fence || !row[4].starts_with("4 nearest") {
            continue;
        }
        all += 1;
        let path = SitePath::new(row[0]);
        let file = sources.get(&path).unwrap();
        let document = markdown::parse(&sources, &file, &Dialect::default());
        let snippets = collect(&document, &path).snippets;
        let line = file.line_span(row[1].parse().unwrap());
        let at = snippets
            .iter()
            .position(|snippet| snippet.span.range().contains(&(line.start as usize)))
            .unwrap();
        let InForce::Nearest(index) = in_force(&document, &snippets, at) else { continue };
        let place = file.line_column(snippets[index].span.start as usize).line;
        let stated = row[5].rsplit(':').next().and_then(|line| line.parse::<usize>().ok());
        right += usize::from(stated.is_some_and(|line| line.abs_diff(place) <= 1));
    }
    assert_eq!((all, right), (23, 23));
}

/// The pages of a site that this was not written for: the floors below are what is known to be right of them.
#[test]
fn a_whole_site_has_its_claims_found_and_no_false_findings() {
    let Some(root) = shared("corpora/ael/docs") else { return };
    let site = Site::read(&root);
    let rows = std::fs::read_to_string(shared("reference/ael-claims/claims.tsv").unwrap()).unwrap();
    let rows = rows.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    let (mut stated, mut found) = (0, 0);
    for row in rows.filter(|row| ["comment-before", "marker-after", "scenario"].contains(&row[9])) {
        stated += 1;
        found += usize::from(site.has_claim(row[0], row[1].parse().unwrap(), row[3]));
    }
    assert_eq!((stated, found), (60, 60));
    assert!(site.errors("command-refused").len() == 11 && site.errors("heredoc-unterminated").is_empty());
    for (code, most) in [
        ("yaml-syntax", 4),
        ("yaml-separator", 3),
        ("shell-syntax", 3),
        ("json-syntax", 0),
        ("hidden-character", 0),
    ] {
        assert!(site.errors(code).len() <= most, "{code}: {:?}", site.errors(code));
    }
    assert!(site.steps >= 1100, "{}", site.steps);
}

struct Site {
    claims: Vec<(String, usize, expect::Class)>,
    errors: Vec<(&'static str, String, usize)>,
    steps: usize,
}

impl Site {
    fn read(root: &Path) -> Site {
        let sources = Sources::open(root).unwrap();
        let mut site = Site { claims: vec![], errors: vec![], steps: 0 };
        for path in sources.list(&SitePath::default(), &|_| false).unwrap() {
            let Some(file) = sources.get(&path).filter(|_| path.extension() == "md") else { continue };
            let line = |span: crate::source::Span| file.line_column(span.start as usize).line;
            let document = markdown::parse(&sources, &file, &Dialect::default());
            let found = collect(&document, &path);
            assert_eq!(found.snippets.len(), document.fences.len());
            for snippet in &found.snippets {
                site.steps += snippet.steps.len();
                let claims = snippet
                    .claims
                    .iter()
                    .map(|claim| (path.to_string(), line(claim.span), claim.class.clone()));
                site.claims.extend(claims);
                for step in snippet
                    .steps
                    .iter()
                    .filter(|step| snippet.kind == Kind::Shell && !step.text.contains('\n'))
                {
                    assert_eq!(file.slice(step.span), step.text, "{path}");
                }
            }
            let error = |found: &crate::diag::Diagnostic| {
                (found.code.name, path.to_string(), found.span.map_or(0, line))
            };
            site.errors.extend(found.diagnostics.iter().map(error));
        }
        site
    }

    fn has_claim(&self, page: &str, line: usize, class: &str) -> bool {
        self.claims.iter().any(|(own, at, claimed)| {
            let fits = match claimed {
                expect::Class::Denied(_) => class == "denied",
                expect::Class::Admitted(_) => class == "admitted",
                _ => matches!(class, "other" | "reported"),
            };
            own == page && *at == line && fits
        })
    }

    fn errors(&self, code: &str) -> Vec<(&str, usize)> {
        self.errors
            .iter()
            .filter(|(own, ..)| *own == code)
            .map(|(_, page, line)| (page.as_str(), *line))
            .collect()
    }
}

fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    assert!(folder.exists() || std::env::var_os("CI").is_none(), "../shared is absent");
    if !folder.exists() {
        println!("skipped: ../shared is absent");
        return None;
    }
    Some(folder)
}

#[test]
fn a_page_that_is_cut_anywhere_is_still_read() {
    for (at, _) in TEST_POD.char_indices() {
        for insert in ["", "\"", "é“", "<<", "${", "`", "(", "\u{a0}<x>", "$ ", "{{"] {
            read(&format!("{}{insert}", &TEST_POD[..at]));
        }
    }
}
