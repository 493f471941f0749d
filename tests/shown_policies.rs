//! Claims of pages that show their policies themselves.

mod support;

use support::SiteTest;

/// A policy in Enforce that wants this label on Pods.
fn policy(name: &str, label: &str) -> String {
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: {name}\nspec:\n  rules:\n    - name: check\n      match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n      validate:\n        failureAction: Enforce\n        message: no {label}\n        pattern: {{metadata: {{labels: {{{label}: \"?*\"}}}}}}\n"
    )
}

fn fence(info: &str, text: &str) -> String {
    format!("```{info}\n{text}```\n\n")
}

fn site(page: &str) -> SiteTest {
    SiteTest::new([("site.toml", "title = \"Test\"\n"), ("content/index.md", page)])
}

/// What the strips of the page say.
fn strips(site: &mut SiteTest) -> String {
    site.build().text("index.html")
}

fn shows(html: &str, words: &str) {
    let strips: Vec<&str> = html.lines().filter(|line| line.contains("hecked")).collect();
    assert!(html.contains(words), "the page does not show {words:?} but {strips:#?}");
}

#[test]
fn the_nearest_policy_above_decides_and_the_strip_says_so() {
    let (near, far) = (fence("yaml", &policy("near", "a")), fence("yaml", &policy("far", "b")));
    let test = fence("bash", "kubectl run x --image=y --labels=a=1\n# Expected: admitted\n");
    let html = strips(&mut site(&format!("# A\n\n## One\n\n{far}\n## Two\n\n{near}{test}")));
    shows(&html, "Checked: admitted by all policies");
    shows(&html, "near (the nearest policy above in the same section)");
    let html = strips(&mut site(&format!("# A\n\n## One\n\n{far}\n## Two\n\n{test}")));
    shows(&html, "Does not hold: denied by far/check");
    shows(&html, "far (every policy of this page)");
}

#[test]
fn the_site_decides_only_where_the_page_shows_nothing() {
    let test = fence("bash", "kubectl run x --image=y --labels=a=1\n# Expected: denied\n");
    let mut alone = site(&format!("# A\n\n{test}"));
    alone.put("policies/b.yaml", &policy("b", "b"));
    shows(&strips(&mut alone), "b (every policy of this site)");
    alone.put("content/index.md", &format!("# A\n\n{}{test}", fence("yaml", &policy("a", "a"))));
    shows(&strips(&mut alone), "Does not hold: no policy in force denies it");
}

#[test]
fn a_claim_is_decided_by_the_policy_that_it_names() {
    let shown = fence("yaml", &policy("a", "a"));
    let test =
        |name: &str| fence("bash", &format!("kubectl run x --image=y\n# Expected: denied by `{name}`\n"));
    let mut named = site(&format!("# A\n\n{shown}{}", test("b")));
    named.put("policies/b.yaml", &policy("b", "b"));
    shows(&strips(&mut named), "denied by b/check, but a denies it too");
    let findings = site(&format!("# A\n\n{shown}{}", test("c-d"))).build().findings();
    assert!(findings.iter().any(|found| found.contains("[unknown-policy]")), "{findings:#?}");
}

#[test]
fn of_two_policies_with_one_name_nobody_knows_which_is_meant() {
    let (one, other) = (fence("yaml", &policy("a", "a")), fence("yaml", &policy("a", "b")));
    let test =
        |claim: &str| fence("bash", &format!("kubectl run x --image=y --labels=a=1\n# Expected: {claim}\n"));
    for claim in ["denied", "admitted", "denied by `a`"] {
        let page = format!("# A\n\n## One\n\n{one}{other}\n## Two\n\n{}", test(claim));
        let html = strips(&mut site(&page.replace("by `a`", "by `a/check`")));
        shows(&html, "Not checked: policies that differ have the name a");
    }
}

#[test]
fn a_refused_policy_decides_nothing() {
    let refused = policy("a", "a").replace("    - name: check\n      match", "    - match");
    let test = fence("bash", "kubectl run x --image=y\n# Expected: denied\n");
    let mut site = site(&format!("# A\n\n{}{test}", fence("yaml", &refused)));
    shows(&strips(&mut site), "Not checked: Kyverno would refuse the policy");
    let findings = site.build().findings();
    let place = findings
        .iter()
        .any(|found| found.starts_with("content/index.md:10:") && found.contains("error[policy-refused]"));
    assert!(place, "{findings:#?}");
}

#[test]
fn an_index_page_takes_the_policies_of_its_folder() {
    let test = fence("bash", "kubectl run x --image=y\n# Expected: denied\n");
    let mut site = site(&format!("# A\n\n{test}"));
    site.put("content/b.md", &format!("# B\n\n{}", fence("yaml", &policy("b", "b"))));
    site.put("content/sub/c.md", &format!("# C\n\n{}", fence("yaml", &policy("c", "c"))));
    site.put("content/d.md", &format!("# D\n\n{test}"));
    let built = site.build();
    shows(&built.text("index.html"), "b (the policies of the pages of this section)");
    shows(&built.text("d/index.html"), "Not checked: no policy of this site is in force here");
}

#[test]
fn objects_come_from_titled_fences_written_files_and_several_documents() {
    let pod = |labels: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: x, labels: {{{labels}}}}}\nspec: {{containers: []}}\n"
        )
    };
    let shown = fence("yaml", &policy("a", "a"));
    let titled = fence("yaml title=\"good.yaml\"", &pod("a: b"));
    let tests = [
        "kubectl apply -f good.yaml\n# Expected: admitted\n".to_string(),
        format!(
            "cat > bad.yaml <<'EOF'\n{}EOF\nkubectl apply --dry-run=server -f bad.yaml\n# Expected: denied\n",
            pod("b: c")
        ),
        format!("kubectl apply -f - <<'EOF'\n{}---\n{}EOF\n# Expected: denied\n", pod("a: b"), pod("b: c")),
        "kubectl apply -f other.yaml\n# Expected: denied\n".to_string(),
    ];
    let tests: String = tests.iter().map(|test| fence("bash", test)).collect();
    let html = strips(&mut site(&format!("# A\n\n{shown}{titled}{tests}")));
    shows(&html, "Checked: admitted by all policies");
    assert_eq!(html.matches("Checked: denied by a/check").count(), 2);
    shows(&html, "Not checked: the manifest is not on this site");
}

#[test]
fn what_depends_on_the_cluster_is_left_open() {
    let shown =
        policy("a", "a").replace("kinds: [Pod]", "kinds: [Pod], namespaceSelector: {matchLabels: {x: z}}");
    let test = "kubectl run x --image=y -n team\n# Expected: denied\n";
    let page = |before: &str| {
        format!("# A\n\n{}{}", fence("yaml", &shown), fence("bash", &format!("{before}{test}")))
    };
    shows(&strips(&mut site(&page(""))), "Not checked: it asks a live cluster");
    let namespace = "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {x: z}}\nEOF\n";
    shows(&strips(&mut site(&page(namespace))), "Checked: denied by a/check");
    let after = |commands: &str| strips(&mut site(&page(&format!("{namespace}{commands}\n"))));
    shows(&after("kubectl label ns team x=y --overwrite"), "Does not hold: no policy in force denies it");
    shows(&after("kubectl label namespace/team x-"), "Does not hold: no policy in force denies it");
    shows(&after("kubectl label ns other x-"), "Checked: denied by a/check");
    shows(&after("kubectl edit ns team"), "Not checked: it asks a live cluster");
    shows(&after("kubectl delete ns team"), "Not checked: it asks a live cluster");
    let made = "kubectl create ns team\nkubectl label ns team x=z\n";
    shows(&strips(&mut site(&page(made))), "Checked: denied by a/check");
}

#[test]
fn what_depends_on_the_user_is_left_open() {
    let page = |matches: &str, directive: &str| {
        let shown = policy("a", "a").replace("kinds: [Pod]}", &format!("kinds: [Pod]}}, {matches}"));
        let test = fence("bash", "kubectl run x --image=y\n# Expected: denied\n");
        strips(&mut site(&format!("# A\n\n{}{directive}{test}", fence("yaml", &shown))))
    };
    let (subjects, roles) = ("subjects: [{kind: User, name: bob}]", "clusterRoles: [cluster-admin]");
    shows(&page(subjects, ""), "Not checked: it depends on who sends it");
    shows(&page(subjects, "<!-- snippet: user=bob -->\n"), "Checked: denied by a/check");
    shows(&page(roles, "<!-- snippet: user=bob -->\n"), "Not checked: it depends on who sends it");
}

#[test]
fn what_one_policy_admits_another_may_deny() {
    let shown = fence("yaml", &format!("{}---\n{}", policy("a", "a"), policy("b", "b")));
    let test = fence("bash", "kubectl run x --image=y --labels=a=c\n# Expected: admitted by `a`\n");
    shows(
        &strips(&mut site(&format!("# A\n\n{shown}{test}"))),
        "Checked: admitted by a, but it is denied by b",
    );
}

#[test]
fn what_is_applied_again_is_an_update() {
    let shown = policy("a", "a").replace("kinds: [Pod]", "kinds: [Pod], operations: [UPDATE]");
    let pod = |labels: &str| {
        let object = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: x, labels: {{{labels}}}}}\nspec: {{containers: []}}\n"
        );
        format!("kubectl apply -f - <<'EOF'\n{object}EOF\n")
    };
    let page = |before: &str| {
        let test = fence("bash", &format!("{before}{}# Expected: denied by `a`\n", pod("b: c")));
        strips(&mut site(&format!("# A\n\n{}{test}", fence("yaml", &shown))))
    };
    shows(&page(""), "Does not hold: no rule of a matches it");
    shows(&page(&pod("a: b")), "Checked: denied by a/check");
    shows(&page(&format!("{}kubectl delete pod x\n", pod("a: b"))), "Does not hold: no rule of a matches it");
}

#[test]
fn an_exception_that_the_page_shows_leaves_open_what_it_is_about() {
    let exception = "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e}\nspec: {exceptions: [{policyName: a, \
        ruleNames: [check]}], match: {any: [{resources: {kinds: [Pod]}}]}}\n";
    let test = fence("bash", "kubectl run x --image=y\n# Expected: denied by `a`\n");
    let page =
        |above: &str| strips(&mut site(&format!("# A\n\n{}{above}{test}", fence("yaml", &policy("a", "a")))));
    shows(&page(""), "Checked: denied by a/check");
    shows(
        &page(&fence("yaml", exception)),
        "Not checked: the state is unknown as an exception may be in force",
    );
}

/// A page on which `command` stands in a block of its own between the policy and a claim about it.
fn after(command: &str) -> String {
    let test = fence("bash", "kubectl run x --image=y\n# Expected: denied by `a`\n");
    strips(&mut site(&format!("# A\n\n{}{}{test}", fence("yaml", &policy("a", "a")), fence("bash", command))))
}

#[test]
fn a_command_that_may_change_the_policy_leaves_later_claims_open() {
    let exception = "kubectl apply -f - <<'EOF'\napiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e}\nspec: {exceptions: [{policyName: a, ruleNames: [check]}], match: {any: [{resources: {kinds: [Pod]}}]}}\nEOF\n";
    let other = format!("kubectl apply -f - <<'EOF'\n{}EOF\n", policy("a", "b"));
    for (command, why) in [
        ("kubectl delete clusterpolicy a\n", "`a` is changed or deleted"),
        ("kubectl delete cpol --all\n", "`a` is changed or deleted"),
        ("kubectl patch cpol a --type merge -p '{\"spec\": {}}'\n", "`a` is changed or deleted"),
        ("kubectl edit clusterpolicy/a\n", "`a` is changed or deleted"),
        ("kubectl delete -f old.yaml\n", "what `old.yaml` holds is not on this site"),
        ("kubectl replace -f https://example.com/a.yaml\n", "what `https://example.com/a.yaml` holds"),
        ("kubectl apply -f exceptions.yaml\n", "what `exceptions.yaml` holds is not on this site"),
        (exception, "an exception is made"),
        (&other, "`a` is sent with other rules"),
        ("helm upgrade --install web shop/web\n", "what a Helm release holds is not known"),
        ("helm uninstall kyverno\n", "what a Helm release holds is not known"),
        ("./loosen.sh\n", "what the script `loosen.sh` does is not known"),
        ("kubectl delete ns kyverno\n", "Kyverno itself is changed"),
        (
            "kubectl delete -f https://github.com/kyverno/kyverno/releases/download/v1.19.0/install.yaml\n",
            "Kyverno itself is changed",
        ),
        (
            "echo '{apiVersion: v1, kind: Namespace, metadata: {name: kyverno}}' | kubectl delete -f -\n",
            "Kyverno itself",
        ),
        ("kubectl delete cpol b a\n", "`a` is changed or deleted"),
        ("kubectl -n kyverno scale deploy kyverno-admission-controller --replicas=0\n", "Kyverno itself"),
        ("kubectl delete validatingwebhookconfiguration x\n", "Kyverno itself is changed"),
    ] {
        shows(&after(command), &format!("Not checked: the state is unknown since line 19: {why}"));
    }
}

#[test]
fn a_command_that_leaves_the_policy_alone_leaves_the_claim_too() {
    for command in [
        "kubectl delete clusterpolicy b c\n",
        "kubectl delete networkpolicies --all\n",
        "kubectl delete cpol a --dry-run=server\n",
        "kubectl rollout restart deployment web\n",
        "kubectl drain node-1\n",
        "kubectl get cpol a\n",
        "kubectl create -f https://github.com/kyverno/kyverno/releases/download/v1.19.0/install.yaml\n",
        "helm upgrade --install kyverno kyverno/kyverno -n kyverno --create-namespace\n",
        "helm list\n",
    ] {
        shows(&after(command), "Checked: denied by a/check");
    }
    let html = after("kubectl apply -f saved.yaml\n");
    shows(&html, "Checked: denied by a/check");
    shows(&html, "saved.yaml (taken for what the page shows)");
}

#[test]
fn a_policy_that_is_sent_or_named_again_stands_again() {
    let gone = "kubectl delete clusterpolicy a\n";
    let sent = format!("kubectl apply -f - <<'EOF'\n{}EOF\n", policy("a", "a"));
    shows(&after(&format!("{gone}{sent}")), "Checked: denied by a/check");
    shows(&after(&format!("{sent}{gone}")), "Not checked: the state is unknown since line 33");
    shows(&after(&format!("{gone}if x; then\n{sent}fi\n")), "Not checked: the state is unknown");

    let shown = fence("yaml title=\"a.yaml\"", &policy("a", "a"));
    let test = "kubectl run x --image=y\n# Expected: denied by `a`\n";
    let page = |before: &str, directive: &str, own: &str| {
        let test = fence("bash", &format!("{own}{test}"));
        strips(&mut site(&format!("# A\n\n{shown}{}{directive}{test}", fence("bash", before))))
    };
    shows(&page("helm install b c/b\n", "", "kubectl apply -f a.yaml\n"), "Checked: denied by a/check");
    let named = "<!-- snippet: policies=a -->\n";
    shows(&page("helm install b c/b\n", named, ""), "Checked: denied by a/check");
    shows(&page(gone, named, ""), "Not checked: the state is unknown");
}

#[test]
fn queries_are_evaluated_on_what_is_piped_into_them() {
    let query = |output: &str| {
        fence(
            "bash",
            &format!("echo '{{\"a\": [1, 2]}}' | \\\n  kyverno jp query 'length(a)'\n# Output: {output}\n"),
        )
    };
    shows(&strips(&mut site(&format!("# A\n\n{}", query("2")))), "Checked: the result is 2");
    shows(&strips(&mut site(&format!("# A\n\n{}", query("3")))), "Does not hold: the result is 2");
}

#[test]
fn a_manifest_with_places_to_fill_in_is_decided_with_the_values_of_the_author() {
    let shown = fence("yaml", &policy("a", "a").replace("\"?*\"", "x"));
    let page = |directive: &str, heredoc: &str, value: &str| {
        let pod = format!(
            "kubectl apply -f - <<{heredoc}\napiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{a: {value}}}}}\nEOF\n# Expected: admitted\n"
        );
        strips(&mut site(&format!("# A\n\n{shown}{directive}\n{}", fence("bash", &pod))))
    };
    let given = "<!-- snippet: vars=who:x -->";
    for (heredoc, value) in [("'EOF'", "<who>"), ("EOF", "$who"), ("EOF", "${who}")] {
        shows(&page("", heredoc, value), "Not checked: the block has places to fill in");
        shows(&page(given, heredoc, value), "Checked: admitted by all policies");
    }
    shows(&page(given, "EOF", "$whom"), "Not checked: the block has places to fill in");
    shows(&page("<!-- snippet: vars=who:y -->", "EOF", "$who"), "Does not hold: denied by a/check");
    let engine = "<!-- snippet: engine=cluster -->";
    shows(&page(engine, "EOF", "x"), "Not checked: the author asks for the engine `cluster`");
}

#[test]
fn a_change_of_an_object_that_the_page_makes_is_decided_on_the_object_as_it_would_be() {
    let shown = fence("yaml", &policy("a", "a"));
    let made = "kubectl run web --image=nginx --labels=a=1,b=2\n# Expected: admitted\n\n";
    let page = |commands: &str| {
        strips(&mut site(&format!(
            "# A\n\n{shown}{}",
            fence("bash", &format!("{made}{commands}\n# Expected: denied by `a`\n"))
        )))
    };
    for command in [
        "kubectl label pod web a-",
        "kubectl label po/web a-",
        "kubectl patch pod web --type=merge -p '{\"metadata\": {\"labels\": {\"a\": null}}}'",
        "kubectl patch pod web -p '{\"metadata\": {\"labels\": {\"a\": null}}}'",
    ] {
        shows(&page(command), "</span> Checked: denied by a/check");
    }
    shows(&page("kubectl label pod web b-"), "Does not hold");
    let unknown = "</span> Not checked: it asks a live cluster";
    for command in [
        "kubectl label pod other a-",
        "kubectl label pod web a- -n elsewhere",
        "kubectl label pods --all a-",
        "kubectl edit pod web",
        "kubectl delete pod web\nkubectl label pod web a-",
        "kubectl label pod web a=\"$x\"\nkubectl label pod web a-",
    ] {
        shows(&page(command), unknown);
    }
    // What is in breach already may be changed all the same, and what was denied is not there.
    let wrong = "kubectl run web --image=nginx\nkubectl label pod web b=1\n# Expected: denied\n";
    let alone = |commands: &str| strips(&mut site(&format!("# A\n\n{shown}{}", fence("bash", commands))));
    shows(&alone(wrong), unknown);
    let denied = "kubectl run web --image=nginx\n# Expected: denied\n\nkubectl label pod web a=1\n# Expected: admitted\n";
    shows(&alone(denied), unknown);
}

#[test]
fn images_and_replicas_are_set_where_they_stand() {
    let image = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: tags\nspec:\n  rules:\n    - name: no-latest\n      match: {any: [{resources: {kinds: [Deployment]}}]}\n      validate:\n        failureAction: Enforce\n        message: no latest\n        pattern: {spec: {replicas: \"<5\", template: {spec: {containers: [{image: \"!*:latest\"}]}}}}\n";
    let page = |command: &str| {
        let commands = format!(
            "kubectl create deployment web --image=nginx:1.27\n# Expected: admitted\n\n{command}\n# Expected: denied by `tags`\n"
        );
        strips(&mut site(&format!("# A\n\n{}{}", fence("yaml", image), fence("bash", &commands))))
    };
    shows(
        &page("kubectl set image deployment/web nginx=nginx:latest"),
        "</span> Checked: denied by tags/no-latest",
    );
    shows(&page("kubectl scale deploy web --replicas=7"), "</span> Checked: denied by tags/no-latest");
    shows(
        &page("kubectl set image deployment/web other=nginx:latest"),
        "</span> Not checked: it asks a live cluster",
    );
    shows(&page("kubectl scale deploy web --replicas=3"), "Does not hold");
}
