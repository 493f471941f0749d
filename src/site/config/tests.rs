//! Whole configurations, as they are written.

use super::*;
use crate::markdown::{Lacking, SlugCase, Slugger};

fn load(files: &[(&str, &str)]) -> (Config, Vec<String>) {
    load_from(Sources::in_memory(files.iter().copied()))
}

fn load_from(sources: Sources) -> (Config, Vec<String>) {
    let (config, found) = Config::load(&sources, None);
    let line = |found: &Diagnostic| {
        let place = found.span.and_then(|span| Some((sources.file(span.file)?, span)));
        let place = place.map(|(file, span)| {
            let text = file.slice(span).lines().next().unwrap_or_default().to_string();
            format!("{}:{} [{text}] ", file.path(), file.line_column(span.start as usize).line)
        });
        let help: Vec<String> = found.help.iter().map(|help| format!(" = {help}")).collect();
        format!("{}{}: {}{}", place.unwrap_or_default(), found.code.name, found.message, help.concat())
    };
    (config, found.iter().map(line).collect())
}

#[test]
fn a_site_without_a_configuration_has_the_defaults() {
    let (config, found) = load(&[("content/index.md", "# Hi")]);
    assert_eq!((config.file.as_ref(), config.content_dir.as_str()), (None, "content"));
    assert!(config.policies.is_match(&SitePath::new("policies/a/b.yml")));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_slip_in_a_key_is_answered_with_the_key_that_was_meant() {
    let text = "title = \"Runbooks\"\ncontnet_dir = \"docs\"\n[markdown]\nid_seperator = \"_\"\nwhatever = 1\n[check.severity]\nbroken-lnik = \"off\"\norphan-page = \"off\"\n";
    let (config, found) = load(&[("site.toml", text)]);
    assert_eq!(config.title, "Runbooks");
    assert_eq!(config.checks.severities.get("orphan-page"), Some(&None));
    assert_eq!(
        found[0],
        "site.toml:4 [id_seperator] unknown-key: unknown key `id_seperator` in `markdown` = did you mean `id_separator`?"
    );
    assert!(found[1].starts_with("site.toml:5 [whatever] unknown-key: unknown key `whatever` in `markdown` = known keys are `annotate_code`, "));
    assert_eq!(
        found[2..],
        [
            "site.toml:7 [broken-lnik] config: there is no check `broken-lnik` = did you mean `broken-link`?",
            "site.toml:2 [contnet_dir] unknown-key: unknown key `contnet_dir` = did you mean `content_dir`?",
        ]
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_pointed_at_and_the_default_holds() {
    let text = "title = [\"a\"]\ndrafts = \"maybe\"\n[blog]\nper_page = -1\narchive_by = \"week\"\n[[check.ignore]]\ncode = \"orphan-page\"\n";
    let (config, found) = load(&[("site.toml", text)]);
    assert_eq!((config.title.as_str(), config.drafts), ("Documentation", false));
    assert_eq!(
        found,
        [
            "site.toml:1 [[\"a\"]] config: `title` takes a text",
            "site.toml:2 [\"maybe\"] config: `drafts` takes `true` or `false`",
            "site.toml:5 [\"week\"] config: `blog.archive_by` takes one of `year`, `month`",
            "site.toml:4 [-1] config: `blog.per_page` takes a whole number",
            "site.toml:6 [[[check.ignore]]] config: `check.ignore` takes a `reason`",
        ]
    );
}

#[test]
fn a_file_that_is_no_toml_or_yaml_is_pointed_at() {
    let (_, found) = load(&[("site.toml", "title = \n")]);
    assert!(found[0].starts_with("site.toml:1"), "{found:?}");
    let (_, found) = load(&[("mkdocs.yml", "site_name: a: b\n")]);
    assert!(found[0].starts_with("mkdocs.yml:1"), "{found:?}");
    let (_, found) = Config::load(&Sources::in_memory([]), Some(&SitePath::new("other.toml")));
    assert_eq!(found[0].message, "the configuration `other.toml` cannot be read");
}

const TOML: &str = r##"
title = "Runbooks"
url = "https://example.org/docs"
nav = ["index.md", { Guide = ["guide/index.md", { Steps = "guide/steps.md" }] }, { Code = "https://example.org" }]
sections = ["guide"]

[repo]
url = "https://github.com/o/r"
edit = "edit/main/content/"

[theme]
primary = "#0055aa"
scheme = "dark"
scripts = ["a.js", { path = "b.js", type = "module", defer = true }]

[markdown]
ids = "pymdown"
permalink = "#"
fences = { plantuml = "uml" }

[blog]
archive_by = "month"

[tags]
page_per_tag = true

[feeds]
formats = ["atom", "rss"]

[redirects]
"old.md" = "guide/steps.md"

[check]
fail_on = "warning"
[[check.ignore]]
code = "orphan-page"
files = ["content/notes/**"]
reason = "notes stand alone"
"##;

#[test]
fn every_part_of_a_site_toml_is_read() {
    let (config, found) = load(&[("site.toml", TOML), ("content/a.js", ""), ("content/b.js", "")]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(config.url.as_deref(), Some("https://example.org/docs/"));
    let nav = config.nav.unwrap();
    let NavTarget::Section(guide) = &nav[1].target else { panic!() };
    assert_eq!(nav[1].title.as_deref(), Some("Guide"));
    assert_eq!(guide[1].target, NavTarget::Page("guide/steps.md".into()));
    assert_eq!(nav[2].target, NavTarget::Url("https://example.org".into()));
    let repo = config.repo.unwrap();
    assert_eq!(
        (repo.name.as_str(), repo.edit.as_deref()),
        ("o/r", Some("https://github.com/o/r/edit/main/content/{path}"))
    );
    assert_eq!((config.theme.scheme, config.theme.scripts.len()), (Scheme::Dark, 2));
    assert!(config.theme.has("content.code.copy") && !config.theme.has("header.autohide"));
    assert_eq!(config.dialect.permalink.text.as_deref(), Some("#"));
    assert_eq!(config.dialect.custom_fences.last().unwrap().1, "uml");
    assert_eq!(config.blog.unwrap().archive.unwrap().url_date, "yyyy/MM");
    assert!(config.tags.unwrap().page_per_tag);
    assert_eq!(config.feeds.feeds[0].url.as_str(), "atom.xml");
    assert_eq!(
        (config.redirects[0].from.as_str(), config.redirects[0].to.as_str()),
        ("old.md", "guide/steps.md")
    );
    assert_eq!(config.checks.fail_on, Severity::Warning);
    assert_eq!(config.checks.ignored[0].reason, "notes stand alone");
}

const MKDOCS: &str = r##"
site_name: Docs
site_url: https://example.org/
docs_dir: pages
repo_url: https://github.com/o/r
edit_uri: blob/main/pages/
dev_addr: 0.0.0.0:8000
theme:
  name: material
  custom_dir: over
  language: de
  features: [navigation.tabs, content.action.edit]
  palette:
    scheme: slate
    primary: teal
  font:
    text: Roboto
plugins:
  search: {}
  material/blog:
    blog_dir: news
    archive: false
    pagination_per_page: 5
  tags:
  mike:
  strange:
markdown_extensions:
  toc:
    permalink: "#"
    slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
  pymdownx.snippets:
    base_path: [pages, inc]
    auto_append: [abbr.md]
  pymdownx.tabbed: {alternate_style: true}
  pymdownx.superfences:
    custom_fences:
      - {name: math, class: arithmatex, format: !!python/name:pymdownx.arithmatex.fence_math_format}
  nl2br:
  smarty:
extra:
  analytics: {provider: google}
  social:
    - icon: fontawesome/brands/github
      link: https://github.com/o
extra_javascript: [a.mjs]
validation:
  omitted_files: ignore
  links: {anchors: info}
hooks: [hook.py]
"##;

#[test]
fn an_unmodified_mkdocs_yml_is_read() {
    let (config, found) = load(&[("mkdocs.yml", MKDOCS), ("inc/abbr.md", "*[A]: b")]);
    assert_eq!((config.content_dir.as_str(), config.language.as_str()), ("pages", "de"));
    assert_eq!(config.repo.unwrap().edit.as_deref(), Some("https://github.com/o/r/blob/main/pages/{path}"));
    assert_eq!((config.theme.scheme, config.theme.primary.as_deref()), (Scheme::Dark, Some("teal")));
    assert!(config.search && config.tags.is_some() && config.feeds.feeds.is_empty());
    let blog = config.blog.unwrap();
    assert_eq!((blog.posts_dir.as_str(), blog.archive, blog.per_page), ("news/posts", None, Some(5)));
    let dialect = config.dialect;
    assert_eq!(dialect.slugger, Slugger::Pymdown { case: SlugCase::Lower, percent_encode: false });
    assert_eq!(dialect.auto_append, [SitePath::new("inc/abbr.md")]);
    assert_eq!(dialect.mkdocs_lacks, [Lacking::TaskLists, Lacking::Details, Lacking::Footnotes]);
    assert!(dialect.newline_breaks && !dialect.link_bare_urls && config.theme.scripts[0].module);
    assert_eq!(config.social[0].name, "github.com");
    assert_eq!(config.checks.severities.get("not-in-nav"), Some(&None));
    assert_eq!(config.checks.severities.get("broken-anchor"), Some(&Some(Severity::Note)));
    let said: Vec<&str> = found.iter().filter_map(|line| line.split(" = ").next()).collect();
    assert_eq!(
        said,
        [
            "mkdocs.yml:10 [over] mkdocs-setting: templates in `custom_dir` have no meaning here",
            "mkdocs.yml:17 [text: Roboto] mkdocs-setting: `theme.font` has no meaning here",
            "mkdocs.yml:39 [smarty] mkdocs-setting: the extension `smarty` has no meaning here",
            "mkdocs.yml:41 [{provider: google}] mkdocs-setting: `extra.analytics` has no meaning here",
            "mkdocs.yml:25 [mike] mkdocs-setting: the plugin `mike` has no meaning here",
            "mkdocs.yml:26 [strange] mkdocs-setting: the plugin `strange` has no meaning here",
            "mkdocs.yml:7 [dev_addr] mkdocs-setting: `dev_addr` has no meaning here",
            "mkdocs.yml:49 [hooks] mkdocs-setting: `hooks` has no meaning here",
            "mkdocs.yml:45 [a.mjs] config: there is no file `a.mjs` below `pages`",
        ]
    );
}

#[test]
fn every_slugifier_that_sites_name_is_known() {
    let slugger = |value: &str| {
        let text = format!("markdown_extensions:\n  - toc:\n      slugify: {value}\n");
        let (config, found) = load(&[("mkdocs.yml", &text)]);
        (config.dialect.slugger, found.len())
    };
    let pymdown = |case, percent_encode| (Slugger::Pymdown { case, percent_encode }, 0);
    let apply = "!!python/object/apply:pymdownx.slugs.slugify";
    assert_eq!(slugger(&format!("{apply} {{kwds: {{case: lower}}}}")), pymdown(SlugCase::Lower, false));
    assert_eq!(
        slugger(&format!("{apply} {{kwds: {{case: fold, percent_encode: true}}}}")),
        pymdown(SlugCase::Fold, true)
    );
    assert_eq!(slugger("!!python/name:pymdownx.slugs.slugify"), pymdown(SlugCase::Keep, false));
    assert_eq!(slugger("!!python/name:pymdownx.slugs.gfm ''"), pymdown(SlugCase::LowerAscii, false));
    assert_eq!(slugger("!!python/name:markdown.extensions.toc.slugify_unicode"), (Slugger::TocUnicode, 0));
    assert_eq!(slugger("!!python/name:my.own.slugify"), (Slugger::Toc, 1));
}

#[test]
fn the_feeds_of_the_rss_plugin_keep_their_urls_and_pages() {
    let load = |options: &str| load(&[("mkdocs.yml", &format!("plugins:\n  - rss:\n{options}"))]).0.feeds;
    let urls = |feeds: &Feeds| feeds.feeds.iter().map(|feed| feed.url.to_string()).collect::<Vec<_>>();
    let fits = |feeds: &Feeds, path: &str| feeds.pages.is_match(&SitePath::new(path));
    let all = load("      length: 7\n      json_feed_enabled: false\n");
    assert_eq!(urls(&all), ["/feed_rss_created.xml", "/feed_rss_updated.xml"]);
    assert!(fits(&all, "a.md") && fits(&all, "a/b/c.md") && all.limit == 7);
    let posts = load(
        "      match_path: ^blog/posts/.*\\.md$\n      rss_enabled: false\n      feeds_filenames: {json_created: posts.json}\n",
    );
    assert_eq!(urls(&posts), ["/posts.json", "/feed_json_updated.json"]);
    assert!(
        fits(&posts, "blog/posts/2025/a.md")
            && !fits(&posts, "blog/index.md")
            && !fits(&posts, "x/blog/posts/a.md")
    );
}

#[test]
fn files_inherit_and_take_values_from_the_environment() {
    let base = "site_name: Base\ntheme: {name: material, language: fr}\nsite_author: !ENV [NOBODY, AUTHOR, nobody]\nbogus: 1\n";
    let own = "INHERIT: ../base.yml\nsite_url: !ENV [A, B, https://c.example]\ntheme:\n  logo: x.png\nstrict: !ENV [STRICT, false]\n";
    let sources = Sources::in_memory([("base.yml", base), ("site/mkdocs.yml", own)])
        .with_env("AUTHOR", "Ada")
        .with_env("STRICT", "true");
    let (config, found) = Config::load(&sources, Some(&SitePath::new("site/mkdocs.yml")));
    assert_eq!((config.title.as_str(), config.author.as_deref()), ("Base", Some("Ada")));
    assert_eq!(config.url.as_deref(), Some("https://c.example/"));
    assert_eq!((config.language.as_str(), config.theme.logo.as_deref()), ("fr", Some("x.png")));
    assert_eq!(config.checks.fail_on, Severity::Warning);
    let span = found[0].span.unwrap();
    assert_eq!(sources.file(span.file).unwrap().path().as_str(), "base.yml");
    assert_eq!(sources.file(span.file).unwrap().slice(span), "bogus");
}

#[test]
fn a_circle_of_files_is_an_error() {
    let (_, found) = load(&[("mkdocs.yml", "INHERIT: other.yml\n"), ("other.yml", "INHERIT: mkdocs.yml\n")]);
    assert!(found[0].contains("inherit each other in a circle"), "{found:?}");
}

/// What a configuration means, without the places and what only a `mkdocs.yml` has.
fn meaning(mut config: Config) -> String {
    config.file = None;
    // The report says where what it holds has to go.
    config.overrides_dir = None;
    config.dialect.mkdocs_lacks.clear();
    for key in ["social", "homepage", "generator"] {
        config.extra.as_object_mut().unwrap().remove(key);
    }
    let text = format!("{config:#?}");
    text.lines()
        .filter(|line| !["file: ", "start: ", "end: "].iter().any(|key| line.trim().starts_with(key)))
        .collect()
}

fn migrated(sources: &Sources) -> (Config, Migration) {
    let (before, notes) = Config::load(sources, None);
    let migration = migrate(&before, &notes);
    let site = Sources::in_memory([("site.toml", migration.toml.as_str())]);
    let (after, found) = Config::load(&site, None);
    let found: Vec<String> = found
        .into_iter()
        .map(|found| found.message)
        .filter(|text| !text.starts_with("there is no file"))
        .collect();
    assert_eq!(found, Vec::<String>::new(), "{}", migration.toml);
    pretty_equal(&meaning(before), &meaning(after.clone()));
    (after, migration)
}

fn pretty_equal(left: &str, right: &str) {
    let differ = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let around = |text: &str| text.chars().skip(differ.saturating_sub(80)).take(200).collect::<String>();
    assert!(left == right, "before: {}\nafter: {}", around(left), around(right));
}

#[test]
fn a_migrated_configuration_means_the_same() {
    let blog = "plugins:
  - blog: {archive_date_format: MMMM yyyy, archive_url_date_format: yyyy/MM, post_url_format: '{categories}/{slug}', pagination: false, categories_allowed: [A, 'B \"c\"'], authors_profiles: true}
  - rss: {match_path: 'blog/posts/.*', length: 5}
  - tags: {tags_file: all.md}
  - redirects: {redirect_maps: {'a b.md': 'c.md#x'}}
nav: [index.md, {A: [a/index.md, {'B \"q\"': a/b.md}]}, {X: 'https://x.org'}]
site_name: \"Docs: \\\"all\\\" of them\"
extra: {x: {y: [1, two]}, homepage: https://h.org, runproof: {map: false, cards: true, embeds: {blocks: all}}}
site_url: https://x.org/docs
use_directory_urls: false
not_in_nav: |
  /a
  *.tmp
";
    let (config, _) = migrated(&Sources::in_memory([("mkdocs.yml", blog)]));
    assert_eq!((config.map, config.cards, config.embeds), (false, true, Embeds::All));
    assert_eq!(config.extra.get("runproof"), None);
    let (_, migration) = migrated(&Sources::in_memory([
        ("mkdocs.yml", MKDOCS),
        ("inc/abbr.md", "*[A]: b"),
        ("over/main.html", ""),
    ]));
    assert!(!migration.toml.contains("static_dir"));
    assert_eq!(
        migration.report[..6],
        [
            "kept: the URL of every page",
            "kept: the ids of headings (ids = \"pymdown\", id_separator = \"-\")",
            "changed: task lists (`- [ ]`) are drawn; the extension for them was off",
            "changed: collapsible blocks (`???`) are drawn; the extension for them was off",
            "changed: footnotes (`[^1]`) are drawn; the extension for them was off",
            "changed: a folder is called as its index page is titled, not by its own name",
        ]
    );
    assert!(
        migration
            .report
            .contains(&"dropped: `hooks` has no meaning here. No program runs in a build.".to_string())
    );
}

#[test]
fn a_real_mkdocs_yml_migrates() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/ael");
    let Ok(sources) = Sources::open(&root) else {
        assert!(std::env::var_os("CI").is_none(), "../shared is absent");
        println!("skipped: ../shared is absent");
        return;
    };
    let (config, migration) = migrated(&sources);
    assert!(migration.report.contains(&format!("kept: {} redirects", config.redirects.len())));
}

/// A configuration that lost a line, or whose values have other shapes, is read without a panic.
#[test]
fn damaged_configurations_are_read_as_far_as_they_go() {
    for (name, text) in [("mkdocs.yml", MKDOCS), ("site.toml", TOML)] {
        let lines: Vec<&str> = text.lines().collect();
        for gone in 0..lines.len() {
            let left: Vec<&str> =
                lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| *line).collect();
            load(&[(name, &left.join("\n"))]);
        }
        for (colon, values) in [
            (": ", ["[1, [a], {b: c}]", "{a: {b: [c]}}", "~", "x"]),
            (" = ", ["[1, [2]]", "{a = {b = 1}}", "\"\"", "1979-05-27"]),
        ] {
            for value in values {
                let changed = |line: &&str| {
                    line.split_once(colon)
                        .map_or((*line).to_string(), |(key, _)| format!("{key}{colon}{value}"))
                };
                load(&[(name, &lines.iter().map(changed).collect::<Vec<_>>().join("\n"))]);
            }
        }
    }
}

/// The keys that the reader of a table takes are those that the documentation names.
#[test]
fn every_key_of_site_toml_is_documented() {
    let source = include_str!("site_toml.rs");
    let (header, code) = source.split_once("\nuse ").unwrap();
    let calls = ["text", "texts", "flag", "number", "path", "globs", "node", "table", "tables", "choice"];
    let mut keys: Vec<&str> = Vec::new();
    for call in calls {
        let after = code.split(&format!(".{call}(\"")).skip(1).collect::<Vec<_>>();
        keys.extend(after.into_iter().filter_map(|rest| rest.split('"').next()));
    }
    keys.sort_unstable();
    keys.dedup();
    assert!(keys.len() > 80, "{keys:?}");
    let missing: Vec<&&str> = keys
        .iter()
        .filter(|key| {
            ["`{key}`", "{key}]`", "{key}]]`"]
                .iter()
                .all(|form| !header.contains(&form.replace("{key}", key)))
        })
        .collect();
    assert!(missing.is_empty(), "not documented: {missing:?}");
}
