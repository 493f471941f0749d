//! An unmodified `mkdocs.yml`: what its keys mean for runproof, and a note about each that means nothing.

use super::reader::{Reader, Table};
use super::site_toml::{cards, edit_address, embeds, last_parts, nav, scripts, set, social, with_slash};
use super::{Config, Repo, extensions, plugins, theme};
use crate::diag::codes::{BROKEN_ANCHOR, BROKEN_LINK, INDIRECT_LINK, MKDOCS_SETTING, NAV_ENTRY, NOT_IN_NAV};
use crate::diag::{Code, Severity};
use crate::source::SitePath;
use crate::source::yaml::{Entry, Node};

/// Keys that mean nothing here, and what happens instead.
const INSTEAD: [(&str, &str); 8] = [
    ("hooks", "No program runs in a build."),
    ("dev_addr", "Give the address to `runproof serve`."),
    ("watch", "Every file that a build read is watched."),
    ("remote_branch", "Publishing is left to the pipeline."),
    ("remote_name", "Publishing is left to the pipeline."),
    ("docs_theme", "Pages are drawn with runproof's own theme."),
    ("site_favicon", "Use `theme.favicon`."),
    ("google_analytics", "Pages load nothing from elsewhere."),
];

pub(super) fn read(reader: &Reader, path: &SitePath) -> Config {
    let (top, plain) = (reader.root(), Config::default());
    let folder = path.parent();
    let parts = theme::read(reader, top.node("theme"));
    let below = |key, default: &str| folder.join(top.text(key).unwrap_or_else(|| default.to_string()));
    let mut config = Config {
        title: top.text("site_name").unwrap_or(plain.title),
        url: top.text("site_url").map(with_slash),
        description: top.text("site_description"),
        author: top.text("site_author"),
        copyright: top.text("copyright"),
        language: parts.language.unwrap_or(plain.language),
        content_dir: below("docs_dir", "docs"),
        out_dir: below("site_dir", "site"),
        overrides_dir: parts.custom_dir.as_ref().map(|dir| folder.join(dir.as_str())),
        static_dir: parts.custom_dir.map(|dir| folder.join(dir.as_str())),
        directory_urls: top.flag("use_directory_urls").unwrap_or(true),
        exclude: top.globs("exclude_docs").unwrap_or_default(),
        draft_files: top.globs("draft_docs").unwrap_or_default(),
        not_in_nav: top.globs("not_in_nav").unwrap_or_default(),
        nav: top.node("nav").map(|node| nav(reader, node)),
        theme: parts.theme,
        dialect: extensions::read(reader, top.node("markdown_extensions")),
        blog: None,
        ..Config::default()
    };
    config.repo = repo(&top, &config);
    config.theme.css = top.texts("extra_css").unwrap_or_default();
    config.theme.scripts = scripts(&top, "extra_javascript");
    config.dialect.include_paths.iter_mut().for_each(|path| *path = folder.join(path.as_str()));
    config.dialect.annotate_code = config.theme.has("content.code.annotate");
    if top.flag("strict") == Some(true) {
        config.checks.fail_on = Severity::Warning;
    }
    extra(&top, &mut config);
    plugins::read(reader, top.node("plugins"), &mut config);
    validation(&top, &mut config);
    top.node("INHERIT");

    top.rest().into_iter().for_each(|entry| tell(reader, entry));
    config
}

fn tell(reader: &Reader, entry: &Entry) {
    let key = entry.key.as_str().unwrap_or_default();
    if key.starts_with("x-") {
        return;
    }
    let help = INSTEAD.iter().find(|(known, _)| *known == key).map_or("", |(_, help)| *help);
    reader.say(&MKDOCS_SETTING, &entry.key, format!("`{key}` has no meaning here"), help);
}

/// The repository and where pages are edited, as MkDocs guesses it from the host. Pages carry the link only
/// where the theme's features ask for it.
fn repo(top: &Table<'_>, config: &Config) -> Option<Repo> {
    let (name, edit) = (top.text("repo_name"), top.text("edit_uri"));
    let template = top.text("edit_uri_template");
    let url = top.text("repo_url")?;
    let host = url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let (host_name, guess) = match host {
        "github.com" => ("GitHub", Some("edit/master/docs/")),
        "gitlab.com" => ("GitLab", Some("edit/master/docs/")),
        "bitbucket.org" => ("Bitbucket", Some("src/default/docs/")),
        _ => ("", None),
    };
    let name = name.unwrap_or_else(|| match host_name {
        "" => last_parts(&url),
        host_name => host_name.to_string(),
    });
    let template = template.map(|template| template.replace("{path!q}", "{path}"));
    let edit = template.or(edit).or_else(|| guess.map(str::to_string));
    let wanted = config.theme.has("content.action.edit") || config.theme.has("content.action.view");
    Some(Repo { name, edit: edit.filter(|_| wanted).map(|edit| edit_address(&url, &edit)), url })
}

/// `extra`: what Material reads there; the rest is for templates.
fn extra(top: &Table<'_>, config: &mut Config) {
    let Some(extra) = top.table("extra") else { return };
    config.social = extra.tables("social").iter().filter_map(social).collect();
    config.homepage = extra.text("homepage");
    set(&mut config.generator, extra.flag("generator"));
    if let Some(own) = extra.table("runproof") {
        own_settings(&own, config);
    }
    for (key, help) in [
        ("analytics", "Pages load nothing from elsewhere; a script of `extra_javascript` may."),
        ("consent", "Pages set no cookies."),
        ("version", "Versions of a site are not made; build each into its own folder."),
        ("alternate", "Each language is a site of its own."),
    ] {
        if let Some(node) = extra.node(key) {
            top.reader.say(&MKDOCS_SETTING, node, format!("`extra.{key}` has no meaning here"), help);
        }
    }
    config.extra = extra.node.to_json();
    if let Some(values) = config.extra.as_object_mut() {
        values.shift_remove("runproof");
    }
}

/// `extra.runproof`: what MkDocs has no key for. It lets be whatever stands below `extra`.
fn own_settings(table: &Table<'_>, config: &mut Config) {
    set(&mut config.map, table.flag("map"));
    config.cards = cards(table, config.url.is_some());
    set(&mut config.embeds, table.table("embeds").map(|table| embeds(&table)));
    table.no_more();
}

/// `validation`: what is only to be told, or not at all. `warn` leaves a check as it is.
fn validation(top: &Table<'_>, config: &mut Config) {
    let Some(table) = top.table("validation") else { return };
    let (nav, links) = (table.table("nav"), table.table("links"));
    let mut level = |node: Option<&Node>, code: &'static Code| {
        let severity = match node.and_then(Node::as_str) {
            Some("ignore") => None,
            Some("info") => Some(Severity::Note),
            _ => return,
        };
        config.checks.severities.insert(code.name, severity);
    };
    let everywhere = |key| table.node(key);
    let in_nav = |key| nav.as_ref().and_then(|nav| nav.node(key));
    let in_links = |key| links.as_ref().and_then(|links| links.node(key));
    level(in_nav("omitted_files").or_else(|| everywhere("omitted_files")), &NOT_IN_NAV);
    level(in_nav("not_found").or_else(|| everywhere("not_found")), &NAV_ENTRY);
    level(in_links("not_found").or_else(|| everywhere("not_found")), &BROKEN_LINK);
    level(in_links("anchors").or_else(|| everywhere("anchors")), &BROKEN_ANCHOR);
    level(in_links("unrecognized_links").or_else(|| everywhere("unrecognized_links")), &INDIRECT_LINK);
}
