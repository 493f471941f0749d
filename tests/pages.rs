//! Pages from their Markdown to their HTML.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up fails, and says so"
)]

use std::path::{Path, PathBuf};

use runproof::markdown::{Dialect, Document, Href, Writing, parse, typed_parts, write};
use runproof::snippet;
use runproof::source::{Hash, SitePath, Sources};

fn read(text: &str) -> Document {
    let sources = Sources::in_memory([("page.md", text)]);
    let file = sources.get(&SitePath::new("page.md")).expect("the page is there");
    parse(&sources, &file, &Dialect::default())
}

fn html(text: &str) -> String {
    write(&read(text), &Dialect::default(), &Writing::default())
}

/// A folder beside the project, which only developers' machines have.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "../shared is absent");
    println!("skipped: ../shared is absent");
    None
}

fn markdown_below(dir: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            markdown_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// Every element's name, its attributes, and whether it closes.
fn tags(html: &str) -> Vec<(&str, &str, bool)> {
    let pieces = html.split('<').skip(1).filter_map(|piece| Some(piece.split_once('>')?.0));
    pieces
        .filter(|tag| !tag.starts_with('!'))
        .map(|tag| {
            let (closes, tag) = (tag.starts_with('/'), tag.trim_start_matches('/'));
            let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
            (name.trim_end_matches('/'), attributes, closes)
        })
        .collect()
}

fn unbalanced(html: &str) -> Option<String> {
    let void = ["br", "hr", "img", "input", "path"];
    let mut open = Vec::new();
    for (name, _, closes) in tags(html).into_iter().filter(|(name, _, _)| !void.contains(name)) {
        if !closes {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Some(name.to_string());
        }
    }
    open.pop().map(str::to_string)
}

fn doubled_id(html: &str) -> Option<&str> {
    let mut ids: Vec<&str> = tags(html)
        .into_iter()
        .filter_map(|(_, attributes, _)| Some(attributes.split_once("id=\"")?.1.split_once('"')?.0))
        .collect();
    ids.sort_unstable();
    ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// The text of an element's inside, without its elements of these classes.
fn text_without(inside: &str, dropped: &[&str]) -> String {
    let (mut text, mut open) = (String::new(), Vec::new());
    for piece in inside.split('<') {
        let (tag, behind) = piece.split_once('>').unwrap_or(("", piece));
        match tag {
            "" => {}
            tag if tag.starts_with('/') => {
                open.pop();
            }
            tag => open.push(dropped.iter().any(|class| tag == format!("span class=\"{class}\""))),
        }
        if !open.contains(&true) {
            text.push_str(behind);
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn a_runbook_page_has_its_shapes() {
    let page = "---\ntitle: T\n---\n# Run `it`\n\n!!! warning \"Mind **this**\"\n    - [x] done\n\n    ```console\n    $ ls\n    a\n    ```\n";
    assert_eq!(
        html(page),
        "<h1 id=\"run-it\">Run <code>it</code><a class=\"headerlink\" href=\"#run-it\" title=\"Permanent link\">¶</a></h1>\n\
         <div class=\"admonition warning\">\n<p class=\"admonition-title\">Mind <strong>this</strong></p>\n\
         <ul class=\"task-list\">\n<li class=\"task-list-item\"><label class=\"task-list-control\">\
         <input type=\"checkbox\" disabled checked aria-label=\"Done\"><span class=\"task-list-indicator\"></span></label> \
         done</li>\n</ul>\n\
         <div class=\"language-console highlight\"><pre><code><span class=\"gp\">$ </span><span class=\"nf\">ls</span>\n\
         <span class=\"go\">a\n</span></code></pre></div>\n</div>\n"
    );
}

#[test]
fn nothing_that_an_author_writes_outside_raw_html_runs_in_a_browser() {
    let page = "[a](javascript:alert(1)) ![b](javascript:x) <javascript:alert(1)> [c](x){ onclick=y target=_blank }\n\n\
                ## H { onmouseover=z }\n\n``` { .yaml onfocus=q title=\"<script>\" }\na: <script>\n```\n\n\
                !!! note \"`<script>`\"\n    x\n";
    let html = html(page);
    for (name, attributes, _) in tags(&html) {
        let runs = name == "script" || attributes.starts_with("on") || attributes.contains(" on");
        assert!(!runs && !attributes.contains("javascript:"), "<{name} {attributes}> in {html}");
    }
    assert!(html.contains("target=\"_blank\""), "{html}");
}

#[test]
fn every_case_of_the_dialect_is_whole_html_with_unique_ids() {
    let Some(cases) = shared("dialect-cases") else { return };
    let mut seen = 0;
    for number in 1..=8 {
        let text =
            std::fs::read_to_string(cases.join(format!("cases{number}.txt"))).expect("a file of cases");
        for case in text.split("\n@@ ").map(|case| case.trim_start_matches("@@ ")) {
            let (name, body) = case.split_once('\n').unwrap_or((case, ""));
            let html = html(body);
            // Raw HTML is the author's own; `tags` also does not read scripts and styles.
            if !body.contains("<style>") {
                assert_eq!(unbalanced(&html), None, "{name}:\n{html}");
            }
            assert_eq!(doubled_id(&html), None, "{name}:\n{html}");
            seen += 1;
        }
    }
    assert_eq!(seen, 271);
}

#[test]
fn what_a_page_shows_is_what_its_buttons_copy() {
    let Some(corpus) = shared("corpora") else { return };
    let mut files = Vec::new();
    markdown_below(&corpus, &mut files);
    let mut fences = 0;
    for path in &files {
        let document = read(&std::fs::read_to_string(path).expect("a page"));
        let html = write(&document, &Dialect::default(), &Writing::default());
        assert_eq!(unbalanced(&html), None, "{}", path.display());
        assert_eq!(doubled_id(&html), None, "{}", path.display());
        let shown: Vec<&str> = html
            .split("<code>")
            .filter_map(|piece| piece.split_once("</code></pre>"))
            .map(|(code, _)| code)
            .collect();
        assert_eq!(shown.len(), document.fences.len(), "{}", path.display());
        let snippets = snippet::collect(&document, &SitePath::new("page.md")).snippets;
        for ((inside, fence), snippet) in shown.into_iter().zip(&document.fences).zip(&snippets) {
            let text = text_without(inside, &[]);
            assert_eq!(text, fence.code.text, "{}", path.display());
            if let Some(typed) = typed_parts(fence) {
                let typed: String = typed.into_iter().map(|part| &text[part]).collect();
                assert_eq!(text_without(inside, &["gp", "go"]), typed, "{}", path.display());
            }
            let copied = snippet.copy.parts.text(&text);
            assert_eq!(Hash::of(&copied), snippet.copy.hash, "{}", path.display());
            assert!(!copied.ends_with('\n') && !copied.contains('\r'), "{}: {copied:?}", path.display());
            for step in &snippet.steps {
                assert!(copied.contains(&step.copy.text(&text)), "{}: {}", path.display(), step.text);
            }
            fences += 1;
        }
    }
    assert!(fences > 1000, "only {fences} fences were seen");
}

#[test]
fn urls_of_raw_html_lead_where_the_site_says() {
    let page =
        "A [b](b.md) <a href='c.md'>c</a>\n\n<p>\n<img src=d.png srcset=\"e.png 1x, f.png 2x\">\n</p>\n";
    let document = read(page);
    let href = |index: usize| Href { url: format!("/u{index}?a&b"), attributes: Vec::new() };
    let writing = Writing { hrefs: (0..document.links.len()).map(href).collect(), ..Writing::default() };
    assert_eq!(
        write(&document, &Dialect::default(), &writing),
        "<p>A <a href=\"/u0?a&amp;b\">b</a> <a href='/u1?a&amp;b'>c</a></p>\n\
         <p>\n<img src=/u2?a&amp;b srcset=\"/u3?a&amp;b 1x, /u4?a&amp;b 2x\">\n</p>\n"
    );
}
