//! `markdown_extensions` of a `mkdocs.yml`: what they change about the dialect.
//!
//! The dialect is always on as a whole. An extension that is listed changes nothing by itself; its options may,
//! and one that is missing is remembered, so that pages which rely on it can be told.

use super::reader::{Reader, Table};
use super::site_toml::{permalink, set};
use crate::diag::codes::MKDOCS_SETTING;
use crate::markdown::{Dialect, Lacking, Permalink, SlugCase, Slugger};
use crate::source::SitePath;
use crate::source::yaml::{Node, Value};

/// Extensions whose whole effect is part of the dialect, or of no consequence.
const KNOWN: [&str; 36] = [
    "abbr",
    "admonition",
    "attr_list",
    "codehilite",
    "def_list",
    "fenced_code",
    "footnotes",
    "md_in_html",
    "meta",
    "nl2br",
    "sane_lists",
    "tables",
    "toc",
    "extra",
    "pymdownx.extra",
    "pymdownx.betterem",
    "pymdownx.blocks.caption",
    "pymdownx.caret",
    "pymdownx.details",
    "pymdownx.emoji",
    "pymdownx.escapeall",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.magiclink",
    "pymdownx.mark",
    "pymdownx.saneheaders",
    "pymdownx.snippets",
    "pymdownx.striphtml",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "pymdownx.quotes",
    "mdx_truly_sane_lists",
    "markdown_include.include",
];

/// Extensions that write something this dialect does not have.
const WITHOUT: [(&str, &str); 7] = [
    (
        "pymdownx.arithmatex",
        "Formulas stay as they are written; a script of `extra_javascript` may still draw them.",
    ),
    ("pymdownx.critic", "Its marks stay as they are written."),
    ("pymdownx.smartsymbols", "Arrows, fractions and marks stay as they are written."),
    ("smarty", "Quotes and dashes stay as they are written."),
    ("wikilinks", "`[[page]]` stays as it is written."),
    ("pymdownx.progressbar", "Its marks stay as they are written."),
    ("pymdownx.b64", "Images stay files of their own."),
];

/// The dialect of a `mkdocs.yml` at the root of the site.
pub(super) fn read(reader: &Reader, node: Option<&Node>) -> Dialect {
    let permalink = Permalink { text: None, ..Dialect::default().permalink };
    let mut dialect = Dialect { permalink, link_bare_urls: false, toc_depth: 6, ..Dialect::default() };
    let listed = node.map(|node| listed(reader, node)).unwrap_or_default();
    for (name, place, options) in &listed {
        match *options {
            Some(options) if options.is_mapping() => {
                if let Some(table) = reader.table(options, name) {
                    configure(&mut dialect, name, &table);
                }
            }
            _ => {}
        }
        match name.as_str() {
            "nl2br" => dialect.newline_breaks = true,
            "pymdownx.magiclink" => dialect.link_bare_urls = true,
            _ => tell_unknown(reader, name, place),
        }
    }
    let has = |names: &[&str]| listed.iter().any(|(name, _, _)| names.contains(&name.as_str()));
    let lacking = [
        (Lacking::TaskLists, has(&["pymdownx.tasklist"])),
        (Lacking::Tabs, has(&["pymdownx.tabbed", "pymdownx.blocks.tab"])),
        (Lacking::Details, has(&["pymdownx.details", "pymdownx.blocks.details"])),
        (Lacking::Footnotes, has(&["footnotes", "extra", "pymdownx.extra"])),
    ];
    dialect.mkdocs_lacks = lacking.into_iter().filter(|(_, on)| !on).map(|(what, _)| what).collect();
    dialect
}

type Extension<'a> = (String, &'a Node, Option<&'a Node>);

/// Names with the place and the options, from a list or a mapping.
fn listed<'a>(reader: &Reader, node: &'a Node) -> Vec<Extension<'a>> {
    let one = |item: &'a Node| -> Vec<Extension<'a>> {
        match &item.value {
            Value::Scalar(scalar) => vec![(full_name(&scalar.text), item, None)],
            Value::Mapping(entries) => entries
                .iter()
                .filter_map(|entry| Some((full_name(entry.key.as_str()?), &entry.key, Some(&entry.value))))
                .collect(),
            Value::Sequence(_) => {
                reader.wrong(item, "markdown_extensions", "names, each with its options");
                Vec::new()
            }
        }
    };
    match &node.value {
        Value::Sequence(items) => items.iter().flat_map(one).collect(),
        _ => one(node),
    }
}

fn full_name(name: &str) -> String {
    name.trim_start_matches("markdown.extensions.").to_string()
}

fn tell_unknown(reader: &Reader, name: &str, place: &Node) {
    if KNOWN.contains(&name) || name.starts_with("pymdownx.blocks.") {
        return;
    }
    let without = WITHOUT.iter().find(|(known, _)| *known == name);
    let help = without.map_or("What it adds to Markdown stays as it is written.", |(_, help)| *help);
    reader.say(&MKDOCS_SETTING, place, format!("the extension `{name}` has no meaning here"), help);
}

fn configure(dialect: &mut Dialect, name: &str, options: &Table<'_>) {
    match name {
        "toc" => toc(dialect, options),
        "pymdownx.snippets" => snippets(dialect, options),
        "pymdownx.superfences" => custom_fences(dialect, options),
        _ => {}
    }
}

fn toc(dialect: &mut Dialect, options: &Table<'_>) {
    if let Some(mark) = options.node("permalink") {
        dialect.permalink.text = permalink(mark);
    }
    set(&mut dialect.permalink.title, options.text("permalink_title"));
    set(&mut dialect.separator, options.node("separator").and_then(Node::as_str).map(str::to_string));
    if let Some(depth) = options.node("toc_depth").and_then(Node::as_str) {
        let deepest = depth.rsplit('-').next().unwrap_or(depth);
        set(&mut dialect.toc_depth, deepest.trim().parse().ok().filter(|depth| (1..=6).contains(depth)));
    }
    if let Some(slugify) = options.node("slugify") {
        match slugger(slugify) {
            Some(slugger) => dialect.slugger = slugger,
            None => options.reader.say(
                &MKDOCS_SETTING,
                slugify,
                "this slugifier is not known here",
                "Headings get the ids of the default one of `toc`.",
            ),
        }
    }
}

/// The slugifier that a Python tag names: `!!python/name:…`, or `!!python/object/apply:… {kwds: {…}}`.
pub(super) fn slugger(node: &Node) -> Option<Slugger> {
    let tag = node.tag.as_deref().unwrap_or_default();
    let function = tag.rsplit_once(':').map(|(_, function)| function).or_else(|| node.as_str())?;
    let word = |key: &str| node.at(["kwds", key]);
    let case = match word("case").and_then(Node::as_str) {
        Some("lower") => SlugCase::Lower,
        Some("lower-ascii") => SlugCase::LowerAscii,
        Some("fold") => SlugCase::Fold,
        _ => SlugCase::Keep,
    };
    let percent_encode = word("percent_encode").and_then(Node::as_bool).unwrap_or(false);
    let with = |case, percent_encode| Some(Slugger::Pymdown { case, percent_encode });
    match function {
        "pymdownx.slugs.slugify" => with(case, percent_encode),
        "pymdownx.slugs.uslugify" => with(SlugCase::Lower, false),
        "pymdownx.slugs.uslugify_encoded" => with(SlugCase::Lower, true),
        "pymdownx.slugs.uslugify_cased" => with(SlugCase::Keep, false),
        "pymdownx.slugs.uslugify_cased_encoded" => with(SlugCase::Keep, true),
        "pymdownx.slugs.gfm" => with(SlugCase::LowerAscii, false),
        "pymdownx.slugs.gfm_encoded" => with(SlugCase::LowerAscii, true),
        "markdown.extensions.toc.slugify" => Some(Slugger::Toc),
        "markdown.extensions.toc.slugify_unicode" => Some(Slugger::TocUnicode),
        _ => None,
    }
}

fn snippets(dialect: &mut Dialect, options: &Table<'_>) {
    if let Some(base) = options.node("base_path") {
        let path = |node: &Node| node.as_str().map(|text| SitePath::new(placed(node, text)));
        dialect.include_paths = base.one_or_many().into_iter().filter_map(path).collect();
    }
    let appended = options.texts("auto_append").unwrap_or_default();
    dialect.auto_append = appended.into_iter().map(SitePath::new).collect();
}

/// `!relative $config_dir/x`: the folder of the configuration is the root of the site.
fn placed<'a>(node: &Node, text: &'a str) -> &'a str {
    match node.tag.as_deref() {
        Some("!relative") => text.trim_start_matches("$config_dir"),
        _ => text,
    }
}

fn custom_fences(dialect: &mut Dialect, options: &Table<'_>) {
    let fences = options.node("custom_fences").map(Node::items).unwrap_or_default();
    for fence in fences {
        let text = |key: &str| fence.get(key).and_then(Node::as_str);
        let Some(name) = text("name").filter(|name| *name != "*") else { continue };
        dialect.custom_fences.retain(|(known, _)| known != name);
        dialect.custom_fences.push((name.to_string(), text("class").unwrap_or(name).to_string()));
    }
}
