//! What is written, from small trees built by hand.

use super::*;
use crate::markdown::{
    Admonition, Alignment, Attributes, BlockKind, Code, Definition, Fence, Fold, Footnote, Heading, Html,
    InlineKind, Item, LineNumbers, LinkKind, List, Tab, Table,
};
use crate::source::{SitePath, Sources, Span};

fn nowhere() -> Span {
    let sources = Sources::in_memory([("a.md", "")]);
    Span::at(sources.get(&SitePath::new("a.md")).unwrap().id(), 0)
}

fn page(blocks: Vec<Block>) -> Document {
    Document { blocks, ..Document::empty(nowhere().file) }
}

fn block(kind: BlockKind) -> Block {
    Block { kind, span: nowhere(), attributes: Attributes::default() }
}

fn inline(kind: InlineKind) -> Inline {
    Inline { kind, span: nowhere(), attributes: Attributes::default() }
}

fn words(text: &str) -> Vec<Inline> {
    vec![inline(InlineKind::Text(text.to_string()))]
}

fn paragraph(text: &str) -> Block {
    block(BlockKind::Paragraph(words(text)))
}

fn attributes(id: Option<&str>, classes: &[&str], others: &[(&str, &str)]) -> Attributes {
    Attributes {
        id: id.map(str::to_string),
        classes: classes.iter().map(|class| (*class).to_string()).collect(),
        others: others.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect(),
    }
}

fn fence(language: &str, text: &str) -> Fence {
    Fence {
        span: nowhere(),
        info: nowhere(),
        language: Some(language.to_string()).filter(|language| !language.is_empty()),
        title: None,
        line_numbers: None,
        highlighted: Vec::new(),
        attributes: Attributes::default(),
        code: Code { text: text.to_string(), lines: Vec::new() },
        indented: false,
        directive: None,
        heading: None,
        picture: None,
        annotations: Vec::new(),
    }
}

fn link(kind: LinkKind, destination: &str, text: &str) -> Link {
    Link {
        kind,
        destination: destination.to_string(),
        title: None,
        text: text.to_string(),
        span: nowhere(),
        destination_span: nowhere(),
        heading: None,
        related: false,
    }
}

fn heading(level: u8, id: &str, text: &str) -> Heading {
    let (id, text) = (id.to_string(), text.to_string());
    Heading { level, id, label: words(&text), text, span: nowhere(), top_level: true }
}

fn html(document: &Document) -> String {
    write(document, &Dialect::default(), &Writing::default())
}

fn fence_html(fence: Fence) -> String {
    html(&Document { fences: vec![fence], ..page(vec![block(BlockKind::Fence(0))]) })
}

fn inline_html(kind: InlineKind) -> String {
    html(&page(vec![block(BlockKind::Paragraph(vec![inline(kind)]))]))
}

fn link_html(link: Link, image: bool, own: Attributes, href: Option<Href>) -> String {
    let kind = if image { InlineKind::Image(0) } else { InlineKind::Link(0, words("t")) };
    let shown = Inline { attributes: own, ..inline(kind) };
    let document = Document { links: vec![link], ..page(vec![block(BlockKind::Paragraph(vec![shown]))]) };
    let writing = Writing { hrefs: href.into_iter().collect(), ..Writing::default() };
    write(&document, &Dialect::default(), &writing)
}

#[test]
fn text_is_escaped() {
    assert_eq!(html(&page(vec![paragraph("a < b & c")])), "<p>a &lt; b &amp; c</p>\n");
}

#[test]
fn a_heading_has_its_id_and_a_mark_but_no_label_for_the_contents() {
    let own = attributes(Some("a-b"), &["x"], &[("data-toc-label", "y"), ("data-search-exclude", "")]);
    let head = Block { attributes: own, ..block(BlockKind::Heading(0, words("A & B"))) };
    let document = Document { headings: vec![heading(2, "a-b", "A & B")], ..page(vec![head]) };
    assert_eq!(
        html(&document),
        "<h2 id=\"a-b\" class=\"x\" data-search-exclude=\"\">A &amp; B\
         <a class=\"headerlink\" href=\"#a-b\" title=\"Permanent link\">¶</a></h2>\n"
    );
    let elsewhere = write_blocks(&document, &document.blocks, &Dialect::default(), &Writing::default());
    assert_eq!(elsewhere, "<h2 class=\"x\" data-search-exclude=\"\">A &amp; B</h2>\n");
}

#[test]
fn admonitions_have_the_shapes_of_material() {
    let box_of = |fold, title: Option<&str>| {
        let classes = vec!["note".to_string(), "inline".to_string()];
        let title = title.map(words);
        html(&page(vec![block(BlockKind::Admonition(Admonition {
            classes,
            title,
            blocks: vec![paragraph("x")],
            fold,
        }))]))
    };
    assert_eq!(
        box_of(Fold::Never, Some("T")),
        "<div class=\"admonition note inline\">\n<p class=\"admonition-title\">T</p>\n<p>x</p>\n</div>\n"
    );
    assert_eq!(box_of(Fold::Never, None), "<div class=\"admonition note inline\">\n<p>x</p>\n</div>\n");
    assert_eq!(
        box_of(Fold::Open, Some("T")),
        "<details class=\"note inline\" open=\"\">\n<summary>T</summary>\n<p>x</p>\n</details>\n"
    );
    assert!(box_of(Fold::Closed, None).contains("<details class=\"note inline\">\n<summary>Note</summary>"));
}

#[test]
fn tabs_are_radio_buttons_with_labels() {
    let tab = |text: &str, selected| Tab {
        label: words(text),
        text: text.to_string(),
        selected,
        blocks: vec![paragraph(&text.to_lowercase())],
    };
    let document = page(vec![block(BlockKind::Tabs(3, vec![tab("A", false), tab("B", true)]))]);
    assert_eq!(
        html(&document),
        "<div class=\"tabbed-set tabbed-alternate\" data-tabs=\"3:2\">\
         <input id=\"__tabbed_3_1\" name=\"__tabbed_3\" type=\"radio\">\
         <input checked id=\"__tabbed_3_2\" name=\"__tabbed_3\" type=\"radio\">\
         <div class=\"tabbed-labels\"><label for=\"__tabbed_3_1\">A</label>\
         <label for=\"__tabbed_3_2\">B</label></div>\n\
         <div class=\"tabbed-content\">\n<div class=\"tabbed-block\">\n<p>a</p>\n</div>\n\
         <div class=\"tabbed-block\">\n<p>b</p>\n</div>\n</div>\n</div>\n"
    );
}

fn list(tight: bool, start: Option<u64>, items: Vec<(Option<bool>, Vec<Block>)>) -> Block {
    let item = |(task, blocks)| Item { blocks, task, span: nowhere(), attributes: Attributes::default() };
    let items = items.into_iter().map(item).collect();
    block(BlockKind::List(List { start, tight, items, related: false }))
}

#[test]
fn lists_are_tight_or_loose_and_keep_their_first_number() {
    let inner = list(true, None, vec![(None, vec![paragraph("b")])]);
    let tight = list(true, Some(3), vec![(None, vec![paragraph("a"), inner])]);
    assert_eq!(html(&page(vec![tight])), "<ol start=\"3\">\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>\n");
    let loose = list(false, None, vec![(None, vec![paragraph("a")])]);
    assert_eq!(html(&page(vec![loose])), "<ul>\n<li><p>a</p>\n</li>\n</ul>\n");
}

#[test]
fn a_task_has_a_box_that_says_its_state() {
    let tasks = list(true, None, vec![(Some(true), vec![paragraph("a")]), (Some(false), vec![])]);
    let boxed = |state: &str| {
        format!(
            "<label class=\"task-list-control\"><input type=\"checkbox\" disabled{state}>\
             <span class=\"task-list-indicator\"></span></label> "
        )
    };
    let (done, open) = (boxed(" checked aria-label=\"Done\""), boxed(" aria-label=\"To do\""));
    let item = "<li class=\"task-list-item\">";
    assert_eq!(
        html(&page(vec![tasks])),
        format!("<ul class=\"task-list\">\n{item}{done}a</li>\n{item}{open}</li>\n</ul>\n")
    );
}

#[test]
fn a_table_scrolls_in_its_frame_and_aligns_its_cells() {
    let cell = |text: &str| (words(text), Attributes::default());
    let table = Table {
        alignments: vec![Alignment::None, Alignment::Right],
        head: vec![cell("a"), cell("b")],
        rows: vec![vec![cell("1"), (words("2"), attributes(None, &["y"], &[]))]],
    };
    assert_eq!(
        html(&page(vec![block(BlockKind::Table(table))])).replace('\n', ""),
        "<div class=\"table-scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table><thead><tr>\
         <th>a</th><th class=\"rp-right\">b</th></tr></thead><tbody><tr><td>1</td>\
         <td class=\"rp-right y\">2</td></tr></tbody></table></div>"
    );
}

#[test]
fn definitions_of_one_paragraph_are_tight() {
    let definition = Definition {
        terms: vec![words("T")],
        definitions: vec![vec![paragraph("d")], vec![paragraph("e"); 2]],
    };
    assert_eq!(
        html(&page(vec![block(BlockKind::Definitions(vec![definition]))])),
        "<dl>\n<dt>T</dt>\n<dd>d</dd>\n<dd>\n<p>e</p>\n<p>e</p>\n</dd>\n</dl>\n"
    );
}

#[test]
fn a_fence_names_its_language_and_title() {
    let own = attributes(Some("my"), &["annotate"], &[("data-x", "1"), ("onclick", "x")]);
    let titled = Fence { title: Some("a & b".into()), attributes: own, ..fence("yml", "a: 1\n") };
    assert_eq!(
        fence_html(titled),
        "<div id=\"my\" class=\"language-yml highlight annotate\" data-x=\"1\"><span class=\"filename\">a &amp; b</span>\
         <pre><code><span class=\"nt\">a</span><span class=\"p\">:</span> <span class=\"m\">1</span>\n</code></pre></div>\n"
    );
}

#[test]
fn a_language_that_nobody_knows_is_text_and_one_without_grammar_keeps_its_name() {
    let plain = |class: &str| {
        format!("<div class=\"language-{class} highlight\"><pre><code>x\n</code></pre></div>\n")
    };
    assert_eq!(fence_html(fence("foobarlang", "x\n")), plain("text"));
    assert_eq!(fence_html(fence("", "x\n")), plain("text"));
    assert_eq!(fence_html(fence("promql", "x\n")), plain("promql"));
}

#[test]
fn a_picture_stands_above_its_source() {
    let picture = Some("<svg></svg>".to_string());
    let title = Some("A & B".to_string());
    let html = fence_html(Fence { picture, title, ..fence("mermaid", "a --> b\n") });
    assert_eq!(
        html,
        "<figure class=\"rp-diagram\"><div class=\"rp-picture\"><svg></svg></div><figcaption>A &amp; B</figcaption>\
         <details class=\"rp-source\"><summary data-chrome>Source of the diagram</summary><pre><code>a --&gt; b\n</code></pre>\
         </details></figure>\n"
    );
}

#[test]
fn mermaid_is_text_for_a_script() {
    let html = fence_html(fence("mermaid", "a --> b\n"));
    assert_eq!(html, "<pre class=\"mermaid\"><code>a --&gt; b\n</code></pre>\n");
}

#[test]
fn lines_are_numbered_in_a_table_and_marked() {
    let numbers = Some(LineNumbers { start: 3, step: 2 });
    let html = fence_html(Fence { line_numbers: numbers, highlighted: vec![2], ..fence("text", "a\nb\n") });
    let number = |n: usize, label: &str| {
        format!(
            "<span class=\"normal\"><a id=\"__codelineno-0-{n}\" href=\"#__codelineno-0-{n}\">{label}</a></span>\n"
        )
    };
    assert_eq!(
        html,
        format!(
            "<div class=\"language-text highlight\"><table class=\"highlighttable\"><tr><td class=\"linenos\">\
             <div class=\"linenodiv\"><pre>{}{}</pre></div></td><td class=\"code\"><div><pre><code>a\n\
             <span class=\"hll\">b\n</span></code></pre></div></td></tr></table></div>\n",
            number(3, " "),
            number(4, "4")
        )
    );
}

#[test]
fn annotations_are_marks_and_a_list_that_needs_no_script() {
    let annotations = vec![vec![paragraph("one")], vec![paragraph("two")]];
    let code = "a: 1 # (1)\nb: 2 # (2)!\nc: \"# (1)\" # (3)\n";
    let html = fence_html(Fence { annotations, ..fence("yaml", code) });
    let mark = |n: usize| {
        format!(
            "<a class=\"annotation\" href=\"#__code_0_annotation_{n}\" aria-label=\"Annotation {n}\">({n})</a>"
        )
    };
    assert!(html.contains(&format!("<span class=\"c1\"># {}</span>\n", mark(1))), "{html}");
    let alone = format!("<span class=\"c1\"><span hidden># </span>{}<span hidden>!</span></span>\n", mark(2));
    assert!(html.contains(&alone), "{html}");
    assert!(html.contains("<span class=\"c1\"># (3)</span>"), "{html}");
    assert!(html.contains("<li id=\"__code_0_annotation_2\">\n<p>two</p>\n</li>\n</ol>\n"), "{html}");
    assert_eq!(html.matches("class=\"annotation\"").count(), 2);
}

#[test]
fn what_is_added_to_a_fence_stands_in_and_behind_it() {
    let document = Document { fences: vec![fence("text", "x\n")], ..page(vec![block(BlockKind::Fence(0))]) };
    let extra = Extra {
        id: Some("snippet:a".to_string()),
        data: vec![("data-block", "{\"x\":1}".to_string())],
        top: "<p>mind</p>".to_string(),
        after: "<p>checked</p>".to_string(),
    };
    let writing = Writing { fences: [(0, extra)].into(), ..Writing::default() };
    assert_eq!(
        write(&document, &Dialect::default(), &writing),
        "<div id=\"snippet:a\" class=\"language-text highlight\" data-block=\"{&quot;x&quot;:1}\"><p>mind</p>\
         <pre><code>x\n</code></pre></div>\n<p>checked</p>"
    );
}

/// The text of `html` as a browser gives it, without the elements of the given classes.
fn text_content(html: &str, dropped: &[&str]) -> String {
    let (mut text, mut open) = (String::new(), Vec::new());
    for piece in html.split('<').filter(|piece| !piece.is_empty()) {
        let (tag, behind) = piece.split_once('>').unwrap_or(("", piece));
        match tag {
            "" => {}
            tag if tag.starts_with('/') => {
                open.pop();
            }
            tag => open.push(dropped.iter().any(|class| tag.contains(&format!("class=\"{class}\"")))),
        }
        if !open.contains(&true) {
            text.push_str(behind);
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn what_is_typed_is_what_the_page_shows_beside_prompts_and_output() {
    let cases = [
        ("yaml", "a: <b> & \"c\" # (1)!\n\tx\n\n"),
        ("console", "$ kubectl get po\nNAME <x>\n$ cat <<EOF\n\tkind\nEOF\nout & out\n"),
        ("console", "no prompt\n"),
        ("bash", "echo '$ x'\n"),
        ("", "plain\n"),
    ];
    for (language, code) in cases {
        let annotations = vec![vec![paragraph("x")]];
        let fence = Fence { annotations, ..fence(language, code) };
        let whole = 0..fence.code.text.len();
        let typed = typed_parts(&fence).unwrap_or_else(|| vec![whole]);
        let copied: String = typed.into_iter().map(|part| &fence.code.text[part]).collect();
        let html = fence_html(fence);
        let code = html.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).unwrap().0;
        assert_eq!(text_content(code, &["gp", "go"]), copied, "{language}");
    }
}

#[test]
fn a_block_by_itself_has_ids_on_lines() {
    let ids = [(2, "rule-a".to_string()), (2, "rule-b".to_string())];
    assert_eq!(
        highlight_block("text", "x\ny\n", &ids),
        "<div class=\"language-text highlight\"><pre><code>x\n<span id=\"rule-a\"><span id=\"rule-b\">y\n</span></span>\
         </code></pre></div>\n"
    );
}

#[test]
fn links_lead_where_the_site_says() {
    let to = |url: &str| Some(Href { url: url.into(), attributes: vec![("rel".into(), "noopener".into())] });
    let own = attributes(None, &["md-button"], &[("target", "_blank"), ("href", "x"), ("onclick", "x")]);
    assert_eq!(
        link_html(link(LinkKind::Link, "b.md", "t"), false, own, to("../b/?a&b")),
        "<p><a class=\"md-button\" href=\"../b/?a&amp;b\" target=\"_blank\" rel=\"noopener\">t</a></p>\n"
    );
    let plain = link_html(link(LinkKind::Link, "b.md", "t"), false, Attributes::default(), None);
    assert_eq!(plain, "<p><a href=\"b.md\">t</a></p>\n");
}

#[test]
fn a_link_that_would_run_code_leads_nowhere() {
    let html =
        link_html(link(LinkKind::Link, "JavaScript:alert(1)", "t"), false, Attributes::default(), None);
    assert_eq!(html, "<p><a href=\"#\">t</a></p>\n");
}

#[test]
fn an_image_is_lazy_and_keeps_its_fragment() {
    let href = Href { url: "a.png#only-dark".into(), attributes: vec![("width".into(), "640".into())] };
    let own = attributes(None, &[], &[("width", "300")]);
    assert_eq!(
        link_html(link(LinkKind::Image, "a.png", "A \"b\""), true, own, Some(href)),
        "<p><img alt=\"A &quot;b&quot;\" src=\"a.png#only-dark\" width=\"300\" loading=\"lazy\"></p>\n"
    );
}

#[test]
fn raw_html_is_verbatim_but_for_its_urls() {
    let raw = Html { text: "<a href=b.md title='x'>t</a>".into(), links: vec![(8..12, 0)] };
    let kind = LinkKind::Html("a".into(), "href".into());
    let links = vec![link(kind, "b.md", "")];
    let document = Document { links, ..page(vec![block(BlockKind::Html(raw))]) };
    let hrefs = vec![Href { url: "../b c/?x&y".into(), attributes: Vec::new() }];
    let writing = Writing { hrefs, ..Writing::default() };
    let html = write(&document, &Dialect::default(), &writing);
    assert_eq!(html, "<a href=../b%20c/?x&amp;y title='x'>t</a>\n");
}

#[test]
fn keys_icons_and_emoji() {
    assert_eq!(
        inline_html(InlineKind::Keys(vec!["ctrl".into(), "del".into()])),
        "<p><span class=\"keys\"><kbd class=\"key-control\">Ctrl</kbd><span>+</span>\
         <kbd class=\"key-delete\">Del</kbd></span></p>\n"
    );
    #[cfg(feature = "icons")]
    assert!(
        inline_html(InlineKind::Icon("material-check".into()))
            .starts_with("<p><span class=\"twemoji\"><svg ")
    );
    assert_eq!(inline_html(InlineKind::Emoji("🚀".into())), "<p>🚀</p>\n");
}

#[test]
fn inline_code_of_a_language_is_coloured() {
    assert_eq!(
        inline_html(InlineKind::Code("a: 1".into(), Some("yaml".into()))),
        "<p><code class=\"language-yaml highlight\"><span class=\"nt\">a</span><span class=\"p\">:</span> \
         <span class=\"m\">1</span></code></p>\n"
    );
    assert_eq!(inline_html(InlineKind::Code("a<b".into(), None)), "<p><code>a&lt;b</code></p>\n");
}

#[test]
fn footnotes_stand_at_the_end_with_ways_back() {
    let referring =
        vec![inline(InlineKind::FootnoteReference(0, 1)), inline(InlineKind::FootnoteReference(0, 2))];
    let footnote = Footnote { label: "n".into(), blocks: vec![paragraph("x")], references: 2 };
    let document =
        Document { footnotes: vec![footnote], ..page(vec![block(BlockKind::Paragraph(referring))]) };
    let back = |id: &str| {
        format!(
            "<a class=\"footnote-backref\" href=\"#{id}:n\" title=\"Jump back to footnote 1 in the text\">↩</a>"
        )
    };
    let reference =
        |id: &str| format!("<sup id=\"{id}:n\"><a class=\"footnote-ref\" href=\"#fn:n\">1</a></sup>");
    assert_eq!(
        html(&document),
        format!(
            "<p>{}{}</p>\n<div class=\"footnote\">\n<hr>\n<ol>\n<li id=\"fn:n\">\n<p>x\u{a0}{}{}</p>\n</li>\n</ol>\n</div>\n",
            reference("fnref"),
            reference("fnref2"),
            back("fnref"),
            back("fnref2")
        )
    );
}

#[test]
fn the_contents_skip_empty_levels() {
    let headings =
        vec![heading(1, "a", "A"), heading(3, "b", "B"), heading(2, "c", "C"), heading(4, "d", "D")];
    let document = Document { headings, ..page(vec![block(BlockKind::Toc)]) };
    assert_eq!(
        html(&document).replace('\n', ""),
        "<div class=\"toc\"><ul><li><a href=\"#a\">A</a><ul><li><a href=\"#b\">B</a></li>\
         <li><a href=\"#c\">C</a></li></ul></li></ul></div>"
    );
}

#[test]
fn a_label_has_markup_but_no_links_images_or_abbreviations() {
    let label = vec![
        inline(InlineKind::Link(0, vec![inline(InlineKind::Code("a<b".into(), None))])),
        inline(InlineKind::Image(0)),
        inline(InlineKind::Abbreviation(0)),
        inline(InlineKind::Icon("material-check".into())),
        inline(InlineKind::Emphasis(words("c"))),
    ];
    let mut document = page(Vec::new());
    document.links.push(link(LinkKind::Link, "x.md", "x"));
    document.abbreviations.push(("KEY".into(), "meaning".into()));
    assert_eq!(write_label(&document, &label), "<code>a&lt;b</code>KEY<em>c</em>");
    assert_eq!(plain_text(&document, &label), "a<bxKEYc");
    let abbreviation = block(BlockKind::Paragraph(vec![inline(InlineKind::Abbreviation(0))]));
    document.blocks.push(abbreviation);
    assert_eq!(html(&document), "<p><abbr title=\"meaning\">KEY</abbr></p>\n");
}

#[test]
fn the_text_of_a_block_holds_all_that_it_contains() {
    let mut document = page(Vec::new());
    document.fences.push(Fence { title: Some("f".into()), ..fence("sh", "ls\n") });
    let quote = block(BlockKind::Quote(vec![paragraph("a"), block(BlockKind::Fence(0))]));
    assert_eq!(text_of(&document, &quote), "a\nf\nls\n");
}

#[test]
fn an_index_that_leads_nowhere_writes_nothing() {
    let kinds = [BlockKind::Fence(7), BlockKind::Heading(7, Vec::new())];
    assert_eq!(html(&page(kinds.map(block).to_vec())), "");
    for kind in [InlineKind::Image(7), InlineKind::Abbreviation(7), InlineKind::FootnoteReference(7, 1)] {
        assert_eq!(inline_html(kind), "<p></p>\n");
    }
    assert_eq!(inline_html(InlineKind::Link(7, words("t"))), "<p>t</p>\n");
}
