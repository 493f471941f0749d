//! How pages are read: cases with their HTML and findings, and properties that hold for any page.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops where it cannot go on"
)]

#[path = "support/golden.rs"]
mod golden;

use runproof::markdown::{
    self, Block, BlockKind, Dialect, Document, Href, Inline, InlineKind, Lacking, LinkKind, Writing,
};
use runproof::source::{SitePath, SourceFile, Sources, Span};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const PAGE: &str = "docs/page.md";

/// Files that the cases include and lead to.
const FILES: [(&str, &str); 5] = [
    ("values.yaml", "a: 0\n# --8<-- [start:part]\npart: 1\n# --8<-- [end:part]\nz: 2\n"),
    ("lines.txt", "one\ntwo\nthree\nfour\n"),
    ("page.txt", "!!! tip\n    From a file with a [link](there.md).\n"),
    (
        "policies/p.yaml",
        "kind: Policy\nspec:\n  rules:\n    - name: a   # the first\n      match: {}\n    - name: b\n",
    ),
    ("docs/two words.md", "# Two\n"),
];

struct Read {
    sources: Sources,
    file: Arc<SourceFile>,
    document: Document,
}

fn read_with(text: &str, dialect: &Dialect) -> Read {
    let files = FILES.into_iter().chain([(PAGE, text)]);
    let sources = Sources::in_memory(files);
    let file = sources.get(&SitePath::new(PAGE)).unwrap();
    let document = markdown::parse(&sources, &file, dialect);
    Read { sources, file, document }
}

fn read(text: &str) -> Read {
    read_with(text, &Dialect::default())
}

impl Read {
    fn html(&self) -> String {
        let href = |link: &markdown::Link| Href { url: link.destination.clone(), ..Href::default() };
        let writing = Writing { hrefs: self.document.links.iter().map(href).collect(), ..Writing::default() };
        markdown::write(&self.document, &Dialect::default(), &writing)
    }

    /// The text under a span, wherever it lies.
    fn slice(&self, span: Span) -> String {
        let file = self.sources.file(span.file).unwrap();
        let text = file.text().unwrap_or_default();
        text.get(span.range()).unwrap_or_else(|| panic!("{span:?} does not fit {}", file.path())).to_string()
    }

    fn findings(&self) -> String {
        let mut out = String::new();
        for found in &self.document.diagnostics {
            let span = found.span.unwrap();
            let file = self.sources.file(span.file).unwrap();
            let at = file.line_column(span.start as usize);
            let place = if file.id() == self.file.id() { String::new() } else { format!("{} ", file.path()) };
            let code = found.code.name;
            writeln!(
                out,
                "! {place}{}:{} {code} {:?}: {}",
                at.line,
                at.column,
                self.slice(span),
                found.message
            )
            .unwrap();
            for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
                writeln!(out, "!   fix: {:?} -> {:?}", self.slice(edit.span), edit.text).unwrap();
            }
        }
        out
    }
}

/// Cases stand in `tests/dialect/*.md`: a line `@@ name`, the page, a line `=>`, its HTML, its findings.
fn cases(path: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let case = |case: &str| {
        let (name, rest) = case.split_once('\n').unwrap();
        let page = rest.split_once("\n=>\n").map_or(rest, |(page, _)| page);
        (name.trim().to_string(), format!("{}\n", page.trim_end_matches('\n')))
    };
    text.split("@@ ").skip(1).map(case).collect()
}

fn check_cases(topic: &str) {
    let path = format!("tests/dialect/{topic}.md");
    let mut actual = String::new();
    for (name, page) in cases(&path) {
        let read = read(&page);
        check_places(&read);
        write!(actual, "@@ {name}\n{page}=>\n{}{}\n", read.html(), read.findings()).unwrap();
    }
    golden::check(&path, &actual);
}

#[test]
fn containers() {
    check_cases("containers");
}

#[test]
fn lists_and_tables() {
    check_cases("lists");
}

#[test]
fn fences() {
    check_cases("fences");
}

#[test]
fn text() {
    check_cases("text");
}

#[test]
fn includes_footnotes_and_abbreviations() {
    check_cases("parts");
}

#[test]
fn raw_html() {
    check_cases("html");
}

// Properties.

/// Every span lies in its file on character boundaries; what has a fixed beginning begins so.
fn check_places(read: &Read) {
    let document = &read.document;
    blocks(&document.blocks, &mut |span| {
        read.slice(span);
    });
    for heading in &document.headings {
        assert!(!heading.id.is_empty());
        read.slice(heading.span);
    }
    for fence in &document.fences {
        let text = read.slice(fence.span);
        read.slice(fence.info);
        assert!(fence.indented || text.starts_with("```") || text.starts_with("~~~"), "{text:?}");
        assert_eq!(fence.code.text.lines().count(), fence.code.lines.len());
        for (line, span) in fence.code.text.lines().zip(&fence.code.lines) {
            let source = read.slice(*span);
            assert_eq!(source.trim(), line.trim(), "{text:?}");
        }
    }
    for link in &document.links {
        let (whole, destination) = (read.slice(link.span), read.slice(link.destination_span));
        let plain =
            !destination.contains(['\\', '&', '\0', '\n']) && !link.destination.starts_with("mailto:");
        assert!(
            !plain || destination == link.destination,
            "{destination:?} of {whole:?} is {:?}",
            link.destination
        );
    }
    for (id, span) in &document.ids {
        assert!(!id.is_empty());
        read.slice(*span);
    }
    for found in &document.diagnostics {
        let spans = found.span.iter().chain(found.labels.iter().map(|label| &label.span));
        spans.for_each(|span| drop(read.slice(*span)));
    }
}

fn blocks(list: &[Block], see: &mut dyn FnMut(Span)) {
    for block in list {
        see(block.span);
        match &block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading(_, text) => inlines(text, see),
            BlockKind::Quote(inner) | BlockKind::Element(_, inner) => blocks(inner, see),
            BlockKind::List(list) => list.items.iter().for_each(|item| {
                see(item.span);
                blocks(&item.blocks, see);
            }),
            BlockKind::Table(table) => {
                table.head.iter().chain(table.rows.iter().flatten()).for_each(|(cell, _)| inlines(cell, see));
            }
            BlockKind::Admonition(own) => {
                own.title.iter().for_each(|title| inlines(title, see));
                blocks(&own.blocks, see);
            }
            BlockKind::Tabs(_, tabs) => tabs.iter().for_each(|tab| {
                inlines(&tab.label, see);
                blocks(&tab.blocks, see);
            }),
            BlockKind::Definitions(list) => list.iter().for_each(|own| {
                own.terms.iter().for_each(|term| inlines(term, see));
                own.definitions.iter().for_each(|inner| blocks(inner, see));
            }),
            BlockKind::Fence(_) | BlockKind::Rule | BlockKind::Html(_) | BlockKind::Toc => {}
        }
    }
}

fn inlines(list: &[Inline], see: &mut dyn FnMut(Span)) {
    for inline in list {
        see(inline.span);
        match &inline.kind {
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Deleted(inner)
            | InlineKind::Inserted(inner)
            | InlineKind::Marked(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner)
            | InlineKind::Link(_, inner) => inlines(inner, see),
            _ => {}
        }
    }
}

/// All own cases, as material for the properties.
fn material() -> Vec<String> {
    let topics = ["containers", "lists", "fences", "text", "parts", "html"];
    topics
        .iter()
        .flat_map(|topic| cases(&format!("tests/dialect/{topic}.md")))
        .map(|(_, page)| page)
        .collect()
}

/// Numbers that look random and are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

#[test]
fn no_page_panics_and_all_places_fit_whatever_is_written() {
    let pages = material();
    let marks = [
        "\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "100. ",
        "```\n",
        "```yaml\n",
        "!!! note\n",
        "=== \"A\"\n",
        "[",
        "](",
        "]: ",
        "<div markdown>",
        "</div>",
        "`",
        "|",
        "|---|\n",
        "**",
        "==",
        "é",
        "\r\n",
        "{ .x }",
        "[^1]",
        "[^1]: ",
        ": ",
        "*[A]: b\n",
        "--8<-- \"page.txt\"\n",
        "<b",
        "<!--",
        "-->",
        "&amp;",
        "\\",
        "~",
        "^",
        "😀",
        "\u{feff}",
        "---\n",
        "# ",
        "\0",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1500);
    for round in 0..rounds {
        let mut page = pages[numbers.below(pages.len())].clone();
        for _ in 0..=numbers.below(6) {
            let mut at = numbers.below(page.len() + 1);
            while !page.is_char_boundary(at) {
                at -= 1;
            }
            match numbers.below(3) {
                0 => page.insert_str(at, marks[numbers.below(marks.len())]),
                1 => page.truncate(at),
                _ => {
                    let other = &pages[numbers.below(pages.len())];
                    page.insert_str(at, other);
                }
            }
        }
        let result = std::panic::catch_unwind(|| {
            let read = read(&page);
            check_places(&read);
            read.html()
        });
        assert!(result.is_ok(), "round {round}: {page:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_read_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.md"), b"# Gr\xfc\xdfe\n\n[a](b.md)\n").unwrap();
    let sources = Sources::open(dir.path()).unwrap();
    let file = sources.get(&SitePath::new("a.md")).unwrap();
    let document = markdown::parse(&sources, &file, &Dialect::default());
    assert_eq!(document.diagnostics[0].code.name, "not-utf8");
    assert_eq!(document.headings[0].text, "Gr\u{fffd}\u{fffd}e");
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    for page in material() {
        let unix = read(&page);
        let windows = read(&format!("\u{feff}{}", page.replace('\n', "\r\n")));
        check_places(&windows);
        assert_eq!(unix.html(), windows.html(), "{page}");
    }
}

#[test]
fn a_blank_line_before_a_list_changes_nothing_but_its_place() {
    let text = ["Some words:\n", "Some words\non two lines\n"];
    let lists = [
        "- a\n- b\n",
        "1. a\n2. b\n",
        "- a\n  - b\n",
        "- a\n    - b\n\n        c\n",
        "1. a\n   ```sh\n   x\n   ```\n2. b\n",
    ];
    for text in text {
        for list in lists {
            assert_eq!(read(&format!("{text}{list}")).html(), read(&format!("{text}\n{list}")).html());
        }
    }
}

#[test]
fn a_page_in_an_item_is_the_page() {
    for (name, page) in cases("tests/dialect/containers.md") {
        if page.contains("[^") || page.contains("\n#") || !read(&page).document.diagnostics.is_empty() {
            continue;
        }
        let own = read(&page);
        let inner =
            page.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") });
        let item = read(&format!("1. item\n\n{}", inner.collect::<String>()));
        let Some(Block { kind: BlockKind::List(list), .. }) = item.document.blocks.first() else {
            panic!("{name}")
        };
        let kinds = |blocks: &[Block]| {
            blocks.iter().map(|block| std::mem::discriminant(&block.kind)).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&list.items[0].blocks[1..]), kinds(&own.document.blocks), "{name}");
    }
}

#[test]
fn long_and_deep_pages_are_read_in_time_that_grows_with_them() {
    let pages = [
        "[".repeat(50_000),
        "*".repeat(50_000),
        "*a ".repeat(30_000),
        "**a".repeat(30_000),
        "==a ".repeat(30_000),
        "`".repeat(50_000),
        "> ".repeat(5_000),
        ">".repeat(20_000),
        "- ".repeat(5_000),
        "--8<--\n".repeat(20_001),
        "--8<".repeat(20_000),
        "-".repeat(100_000),
        ":a".repeat(50_000),
        "https://a.b/".to_string() + &")".repeat(50_000),
        "<a ".repeat(30_000),
        "<!--".repeat(30_000),
        "!!! note\n".repeat(10_000),
        "=== \"A\"\n    x\n".repeat(5_000),
        "```yaml\na\n".repeat(10_000),
        "- a\n```\n".repeat(10_000),
        format!("|a|b|\n|-|-|\n{}", "|`x|y`|z|\n".repeat(10_000)),
        "[^a]".repeat(10_000),
        (0..5_000).map(|n| format!("[^{n}]: x\n")).collect::<String>(),
        (0..5_000).map(|n| format!("[{n}]: x\n")).collect::<String>() + &"[1]".repeat(5_000),
        (0..200).map(|n| format!("{}!!! note\n", " ".repeat(4 * n))).collect(),
        (0..200).map(|n| format!("{}- a\n", " ".repeat(2 * n))).collect(),
        "<div markdown>\n".repeat(5_000),
        "<x>".repeat(20_000),
        "</x>".repeat(20_000),
        "term\n: definition\n".repeat(10_000),
        "*[A]: b\n".repeat(5_000) + &"A ".repeat(20_000),
        "a\n---\n".repeat(10_000),
        "{ .a ".repeat(20_000),
        "[a](b c".repeat(10_000),
        "++a".repeat(20_000),
    ];
    for page in pages {
        let start = std::time::Instant::now();
        let read = read(&page);
        drop(read.html());
        let head: String = page.chars().take(20).collect();
        assert!(start.elapsed().as_secs() < 20, "{head:?}... takes {:?}", start.elapsed());
    }
}

// What the tree says.

#[test]
fn links_know_their_parts() {
    let page = "# One\n\n[a *b*](x.md#y \"T\") ![alt](<i j.png>) <https://a.b> [r][] https://c.d/e.\n\n<a href=\"raw.md\">x</a>\n\n[r]: ref.md\n";
    let read = read(page);
    let parts: Vec<(String, String, String, String)> = read
        .document
        .links
        .iter()
        .map(|link| {
            let text = |span| read.slice(span);
            (link.destination.clone(), link.text.clone(), text(link.destination_span), text(link.span))
        })
        .collect();
    let part =
        |a: &str, b: &str, c: &str, d: &str| (a.to_string(), b.to_string(), c.to_string(), d.to_string());
    assert_eq!(
        parts,
        [
            part("x.md#y", "a b", "x.md#y", "[a *b*](x.md#y \"T\")"),
            part("i j.png", "alt", "i j.png", "![alt](<i j.png>)"),
            part("https://a.b", "https://a.b", "https://a.b", "<https://a.b>"),
            part("ref.md", "r", "ref.md", "[r][]"),
            part("https://c.d/e", "https://c.d/e", "https://c.d/e", "https://c.d/e"),
            part("raw.md", "", "raw.md", "<a href=\"raw.md\">"),
        ]
    );
    assert_eq!(read.document.links[0].title.as_deref(), Some("T"));
    assert_eq!(read.document.links[0].heading, Some(0));
    assert_eq!(read.document.links[5].kind, LinkKind::Html("a".into(), "href".into()));
}

#[test]
fn labels_hold_no_links_icons_or_abbreviations() {
    let read = read("## :material-check: See [API `v1`](x.md) now[^1]\n\n[^1]: n\n\n*[API]: I\n");
    let heading = &read.document.headings[0];
    assert_eq!((heading.id.as_str(), heading.text.as_str()), ("see-api-v1-now", "See API v1 now"));
    assert_eq!(markdown::write_label(&read.document, &heading.label), "See API <code>v1</code> now");
}

#[test]
fn related_lists_excerpts_directives_and_orders_are_kept() {
    let page = "One\n\n<!-- more -->\n\n<!-- snippet: claim=denied -->\n\n```yaml\na: 1\n```\n\n<!-- runproof: allow(broken-link, x) on purpose -->\n[a](b.md)\n\n## Related Pages\n\n- [A](a.md): text\n- **[B](b.md)**\n- see [C](c.md)\n";
    let read = read(page);
    let document = &read.document;
    assert_eq!(document.excerpt, Some(1));
    let (directive, place) = document.fences[0].directive.clone().unwrap();
    assert_eq!((directive.as_str(), read.slice(place).as_str()), ("claim=denied", "claim=denied"));
    assert_eq!(read.slice(document.orders[0]), "<!-- runproof: allow(broken-link, x) on purpose -->");
    let related: Vec<&str> =
        document.links.iter().filter(|link| link.related).map(|link| link.destination.as_str()).collect();
    assert_eq!(related, ["a.md", "b.md"]);
}

#[test]
fn an_address_with_a_blank_leads_to_a_file_that_exists() {
    let sources = Sources::in_memory([
        ("a.md", "![A picture](a b.png) and [text](a b.png), not [this](no file.txt)\n"),
        ("a b.png", ""),
    ]);
    let file = sources.get(&SitePath::new("a.md")).unwrap();
    let document = markdown::parse(&sources, &file, &Dialect::default());
    let kinds: Vec<&LinkKind> = document.links.iter().map(|link| &link.kind).collect();
    assert_eq!(kinds, [&LinkKind::Image, &LinkKind::Link]);
    assert_eq!(document.links[0].text, "A picture");
    let html = markdown::write(&document, &Dialect::default(), &Writing::default());
    assert!(html.contains("alt=\"A picture\"") && !html.contains("!<a"), "{html}");
}

#[test]
fn what_mkdocs_would_show_raw_is_noted_once_for_each_list_and_set() {
    let dialect = Dialect { mkdocs_lacks: vec![Lacking::TaskLists, Lacking::Tabs], ..Dialect::default() };
    let page = "- [ ] a\n- [x] b\n\n=== \"A\"\n    a\n=== \"B\"\n    b\n\n??? note\n    x\n";
    let read = read_with(page, &dialect);
    let codes: Vec<&str> = read.document.diagnostics.iter().map(|found| found.code.name).collect();
    assert_eq!(codes, ["mkdocs-lacks", "mkdocs-lacks"]);
}

#[test]
fn fixes_mend_what_they_are_offered_for() {
    for page in material() {
        let read = read(&page);
        for found in &read.document.diagnostics {
            let Some(fix) = &found.fix else { continue };
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
            let mut mended = page.clone();
            for edit in edits.iter().filter(|edit| edit.span.file == read.file.id()) {
                mended.replace_range(edit.span.range(), &edit.text);
            }
            let again = self::read(&mended);
            let count = |read: &Read| {
                read.document.diagnostics.iter().filter(|other| other.code == found.code).count()
            };
            assert!(count(&again) < count(&read), "{} in {page:?} -> {mended:?}", found.code.name);
        }
    }
}

#[test]
fn what_an_include_gets_wrong_names_the_line_that_includes_it() {
    let sources = Sources::in_memory([("a.md", "--8<-- \"b.md\"\n"), ("b.md", "x[^none]\n")]);
    let file = sources.get(&SitePath::new("a.md")).unwrap();
    let document = markdown::parse(&sources, &file, &Dialect::default());
    let found = &document.diagnostics[0];
    let span = found.span.unwrap();
    assert_eq!(sources.file(span.file).unwrap().slice(span), "[^none]");
    assert_eq!(file.slice(found.labels[0].span), "--8<-- \"b.md\"");
    assert_eq!(document.includes[0].path.as_str(), "b.md");
}

#[test]
fn all_files_that_a_page_depends_on_are_told_also_those_that_are_missing() {
    let page = "--8<-- \"values.yaml:none\"\n--8<-- \"later.txt\"\n\n```yaml from=\"policies/later.yaml\"\n```\n\n[a](two words.md)\n";
    let read = read(page);
    let told: Vec<(&str, bool)> =
        read.document.includes.iter().map(|own| (own.path.as_str(), own.hash.is_some())).collect();
    let expected = [
        ("values.yaml", true),
        ("later.txt", false),
        ("policies/later.yaml", false),
        ("docs/two words.md", true),
    ];
    assert_eq!(told, expected);
}

// Shared material, where it is there.

fn shared(path: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", path.display());
    println!("skipped: ../shared is absent");
    None
}

#[test]
fn the_shared_cases_are_read_without_panic_and_all_places_fit() {
    let Some(folder) = shared("dialect-cases") else { return };
    let mut count = 0;
    for number in 1..=8 {
        let text = std::fs::read_to_string(folder.join(format!("cases{number}.txt"))).unwrap();
        for case in text.split("@@ ").skip(1) {
            let page = case.split_once('\n').map_or("", |(_, page)| page);
            for page in [page.to_string(), page.replace('\n', "\r\n")] {
                let read = read(&page);
                check_places(&read);
                read.html();
            }
            count += 1;
        }
    }
    assert!(count > 200);
}

#[test]
fn all_places_of_the_shared_site_fit() {
    let Some(root) = shared("corpora/ael/docs") else { return };
    let sources = Sources::open(&root).unwrap();
    let pages = sources.list(&SitePath::default(), &|_| false).unwrap();
    let dialect = Dialect { separator: "_".into(), ..Dialect::default() };
    for path in pages.iter().filter(|path| path.extension() == "md") {
        let file = sources.get(path).unwrap();
        let document = markdown::parse(&sources, &file, &dialect);
        check_places(&Read { sources: sources.reload(), file, document });
    }
}

#[test]
fn the_markdown_of_a_page_has_what_it_includes() {
    let files = [
        ("a.md", "---\ntags: [x]\n---\n# A\n\n!!! note\n    --8<-- \"b.txt\"\n"),
        ("b.txt", "One\ntwo.\n"),
        ("c.md", "# C\r\n"),
        ("ends.txt", "*[A]: an end\n"),
    ];
    let sources = Sources::in_memory(files);
    let dialect = Dialect { auto_append: vec![SitePath::new("ends.txt")], ..Dialect::default() };
    let included = |path: &str| {
        let document = markdown::parse(&sources, &sources.get(&SitePath::new(path)).unwrap(), &dialect);
        markdown::included(&sources, &document, &dialect).unwrap()
    };
    assert_eq!(included("a.md").trim_start(), "# A\n\n!!! note\n    One\n    two.\n");
    assert_eq!(included("c.md"), "# C\r\n");
}

#[test]
fn code_at_eight_columns_below_an_item_has_no_blanks_of_the_item() {
    let code = |text: &str| {
        read(text).document.fences.iter().map(|fence| fence.code.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(code("* a\n\n        ls\n\n          -l\n"), ["ls\n\n  -l\n"]);
    assert_eq!(code("1. a\n\n        ls\n"), ["ls\n"]);
    assert_eq!(code("* a\n\n      ls\n"), ["ls\n"]);
    assert_eq!(code("* a\n\n       ls\n        -l\n"), [" ls\n  -l\n"]);
    assert_eq!(code("*   a\n\n          ls\n"), ["  ls\n"]);
    let sources = Sources::in_memory([("a.md", "* a\n\n        ls\n")]);
    let file = sources.get(&SitePath::new("a.md")).unwrap();
    let fence = &markdown::parse(&sources, &file, &Dialect::default()).fences[0];
    assert_eq!(file.slice(fence.code.lines[0]), "ls");
}

#[test]
fn a_mark_of_a_section_behind_a_semicolon_is_text() {
    let files = [
        ("a.md", "```python\n# ;--8<-- [start:f]\n```\n--8<-- \"b.txt\"\n"),
        ("b.txt", "<!-- ;--8<-- [end:f] -->\nx\n"),
    ];
    let sources = Sources::in_memory(files);
    let file = sources.get(&SitePath::new("a.md")).unwrap();
    let document = markdown::parse(&sources, &file, &Dialect::default());
    assert_eq!(document.fences[0].code.text, "# --8<-- [start:f]\n");
    let included = markdown::included(&sources, &document, &Dialect::default()).unwrap();
    assert!(included.ends_with("<!-- --8<-- [end:f] -->\nx\n"), "{included}");
}
