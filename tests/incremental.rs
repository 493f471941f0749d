//! A warm build equals a cold one, and one thread equals many: byte for byte and finding for finding.

mod support;

use support::{Built, SiteTest};

const FILES: &[(&str, &str)] = &[
    ("site.toml", "title = \"Test\"\nurl = \"https://example.com/\"\n"),
    ("content/index.md", "# Home\n\nSee [a](a.md#part) and [gone](gone.md).\n"),
    (
        "content/a.md",
        "---\ntags: [x]\n---\n\n# A\n\n## Part\n\n--8<-- \"content/part.txt\"\n\n## Related Patterns\n\n- [B](sub/b.md)\n",
    ),
    ("content/part.txt", "included\n"),
    ("content/sub/index.md", "# Sub\n"),
    ("content/sub/b.md", "---\ntags: [x, y]\n---\n\n# B\n\n!!! note\n    In a box.\n\n```yaml\na: 1\n```\n"),
    ("content/sub/image.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>\n"),
    (
        "policies/p.yaml",
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\nspec:\n  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      validate:\n        failureAction: Enforce\n        message: no\n        pattern: {metadata: {name: \"x*\"}}\n",
    ),
];

fn same(warm: &Built, cold: &Built, after: &str) {
    assert_eq!(warm.findings(), cold.findings(), "findings after {after}");
    let (warm, cold) = (warm.files(), cold.files());
    let names =
        |files: &std::collections::BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&warm), names(&cold), "artifacts after {after}");
    for (path, bytes) in &warm {
        assert!(*bytes == cold[path], "{path} differs after {after}");
    }
}

/// Edit, remove and restore every file, and add one beside it; compare after each step.
fn exercise(mut site: SiteTest, files: &[String]) {
    site.build();
    for path in files {
        let Ok(text) = std::fs::read_to_string(site.path().join(path)) else { continue };
        site.put(path, &format!("{text}\n<!-- edited -->\n"));
        same(&site.build(), &site.build_cold(), &format!("editing {path}"));
        site.remove(path);
        same(&site.build(), &site.build_cold(), &format!("removing {path}"));
        site.put(path, &text);
        same(&site.build(), &site.build_cold(), &format!("restoring {path}"));
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let beside = format!("{folder}/new-{name}").trim_start_matches('/').to_string();
        site.put(&beside, &text);
        same(&site.build(), &site.build_cold(), &format!("adding {beside}"));
        site.remove(&beside);
    }
}

#[test]
fn a_warm_build_equals_a_cold_one() {
    let site = SiteTest::new(FILES.iter().copied());
    let files = site.files();
    exercise(site, &files);
}

#[test]
fn one_thread_equals_many() {
    let one = SiteTest::new(FILES.iter().copied()).threads(1).build();
    let many = SiteTest::new(FILES.iter().copied()).threads(8).build();
    same(&one, &many, "building with other threads");
}
