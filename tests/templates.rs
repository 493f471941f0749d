//! What templates see, and what is said when one fails.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use runproof::diag::{Findings, Format, Look, emit};
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use support::{SiteTest, golden};

/// The page that documents the fields, and the line after which the tables stand.
const PAGE: &str = "content/reference/templates.md";
const MARK: &str =
    "<!-- The tables below are made from the source: ACCEPT=1 cargo test --test templates -->\n";

/// What templates get, by the name they get it under.
const ROOTS: [(&str, &str); 7] = [
    ("site", "SiteView"),
    ("page", "PageView"),
    ("policy", "PolicyView"),
    ("policies", "PolicyIndexView"),
    ("proof", "ProofView"),
    ("map", "MapView"),
    ("strip", "Strip"),
];

/// A struct that templates see.
#[derive(Default)]
struct View {
    doc: String,
    /// Name, type and meaning of what is serialised.
    fields: Vec<(String, String, String)>,
}

/// The serialised structs of a source file. The files are written so that a field is a line.
fn views(file: &str) -> BTreeMap<String, View> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (mut views, mut current) = (BTreeMap::<String, View>::new(), None::<String>);
    let (mut doc, mut serialised, mut skipped) = (Vec::new(), false, false);
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            doc.push(words.trim().to_string());
        } else if line.starts_with("#[") {
            serialised |= line.contains("Serialize");
            skipped |= line == "#[serde(skip)]";
        } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            current = serialised.then(|| name.to_string());
            views.extend(
                current.iter().map(|name| (name.clone(), View { doc: doc.join(" "), fields: Vec::new() })),
            );
            (doc, serialised, skipped) = (Vec::new(), false, false);
        } else if line == "}" {
            current = None;
        } else {
            let field = line.strip_suffix(',').and_then(|line| line.rsplit_once("pub ")?.1.split_once(": "));
            if let (Some(name), Some((field, of)), false) = (&current, field, skipped) {
                let own = views.get_mut(name).unwrap();
                own.fields.push((field.to_string(), of.to_string(), doc.join(" ")));
            }
            (doc, serialised, skipped) = (Vec::new(), false, false);
        }
    }
    views
}

fn all_views() -> BTreeMap<String, View> {
    let files = [
        "render/view",
        "render/map/mod",
        "check/view/mod",
        "check/view/blocks",
        "check/view/policy",
        "check/view/proof",
    ];
    files.iter().flat_map(|file| views(&format!("src/{file}.rs"))).collect()
}

/// The type in words, and the struct that it is about.
fn words(of: &str, views: &BTreeMap<String, View>) -> (String, Option<String>) {
    let inside = |outer: &str| of.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inside("Option<") {
        let (words, about) = words(inner, views);
        return (format!("{words}, or nothing"), about);
    }
    if let Some(inner) = inside("Vec<") {
        let (words, about) = words(inner, views);
        return (format!("list of {words}"), about);
    }
    match of {
        "String" | "&'static str" => ("text".to_string(), None),
        "bool" => ("yes or no".to_string(), None),
        "usize" | "u32" | "u64" | "i32" | "i64" => ("number".to_string(), None),
        "serde_json::Value" => ("any".to_string(), None),
        _ if of.starts_with("BTreeMap<") => ("map".to_string(), None),
        _ if views.contains_key(of) => (format!("[{of}](#{})", of.to_lowercase()), Some(of.to_string())),
        _ => ("text".to_string(), None),
    }
}

/// A table for each struct that can be reached from what templates get, nearest first.
fn tables() -> String {
    let views_of_all = all_views();
    let mut waiting: VecDeque<String> = ROOTS.iter().map(|(_, name)| (*name).to_string()).collect();
    let (mut seen, mut text) = (Vec::new(), String::new());
    while let Some(name) = waiting.pop_front() {
        if seen.contains(&name) {
            continue;
        }
        let view = views_of_all.get(&name).unwrap_or_else(|| panic!("no serialised struct {name}"));
        let plain = |doc: &str| doc.replace("[`", "`").replace("`]", "`").replace('|', "\\|");
        text.push_str(&format!(
            "\n### {name}\n\n{}\n\n| Field | Type | Meaning |\n|---|---|---|\n",
            plain(view.doc.split_inclusive('.').next().unwrap_or_default())
        ));
        for (field, of, doc) in &view.fields {
            let (of, about) = words(of, &views_of_all);
            text.push_str(&format!("| `{field}` | {of} | {} |\n", plain(doc)));
            waiting.extend(about);
        }
        seen.push(name);
    }
    text
}

#[test]
fn every_field_that_templates_see_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(MARK).unwrap();
    let end = rest.find("\n## ").map_or("", |at| &rest[at..]);
    let wanted = format!("{before}{MARK}{}{end}", tables());
    if std::env::var_os("ACCEPT").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        std::env::var_os("ACCEPT").is_some() || page == wanted,
        "{PAGE} is behind: ACCEPT=1 cargo test --test templates"
    );
}

/// The source says what is serialised; this holds that it was read as the serialiser sees it.
#[test]
fn what_the_tables_name_is_what_a_template_gets() {
    let all = all_views();
    for (name, of) in ROOTS.iter().filter(|(name, _)| ["site", "page"].contains(name)) {
        let names: Vec<&str> = all[*of].fields.iter().map(|(field, ..)| field.as_str()).collect();
        let template = format!("{{% for key, value in {name} %}}{{{{ key }}}} {{% endfor %}}");
        let mut site =
            SiteTest::new([("content/index.md", "# Title\n\nText.\n"), ("templates/page.html", &template)]);
        let html = site.build().text("index.html");
        let mut got: Vec<&str> = html.split_ascii_whitespace().collect();
        let mut wanted = names.clone();
        got.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(got, wanted, "{name}");
    }
}

#[test]
fn a_mistake_in_a_template_is_shown_where_it_is() {
    let site = SiteTest::new([
        ("content/index.md", "# Title\n\nText.\n"),
        (
            "templates/page.html",
            "{% extends \"base.html\" %}\n{% block content %}\n<p>{{ page.titel }}</p>\n{% endblock content %}\n",
        ),
        ("templates/footer.html", "<footer>\n{% if site.copyright }\n</footer>\n"),
    ]);
    let built = site.build_cold();
    let findings = Findings {
        list: &built.0.diagnostics,
        claims: &[],
        sources: &built.0.sources,
        prefix: "",
        pages: None,
    };
    golden::check("tests/golden/templates/errors.txt", &emit(Format::Human, &findings, Look::default()));
    // The default templates stand in, so that there is a page to look at.
    assert!(built.text("index.html").contains("Text."));
}
