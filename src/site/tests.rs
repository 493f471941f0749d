//! Small sites, resolved.

use super::testing::{build, build_with};
use super::{GeneratedPage, PageKind};
use crate::source::{Hash, SitePath, UrlPath, time};

fn no_findings() -> Vec<String> {
    Vec::new()
}

#[test]
fn pages_are_where_mkdocs_puts_them() {
    let files = [
        ("content/index.md", ""),
        ("content/README.md", "# Lost"),
        ("content/a/README.md", "# A"),
        ("content/a/some_page.md", ""),
        ("content/a/Two-Words.md", "text"),
        ("content/b.md", "---\ntitle: From front matter\n---\n# H1\n"),
        ("content/x.png", "x"),
        ("content/a/data.csv", "x"),
    ];
    let built = build(&files);
    assert_eq!(built.urls(), ["", "404.html", "a/", "a/Two-Words/", "a/some_page/", "b/"]);
    let titles: Vec<&str> = built.site.pages.iter().map(|page| page.title.as_str()).collect();
    assert_eq!(titles, ["Home", "Page not found", "A", "Two Words", "Some page", "From front matter"]);
    let assets: Vec<&str> = built.site.assets.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(assets, ["a/data.csv", "x.png"]);
    assert_eq!(
        built.findings(),
        [
            "content/README.md:1 [] url-conflict: this README is hidden by the `index.md` beside it = Move its content into `index.md`, or give it another name."
        ]
    );
    let flat: Vec<(&str, &str)> =
        files.into_iter().chain([("site.toml", "directory_urls = false")]).collect();
    assert_eq!(
        build(&flat).urls(),
        ["404.html", "a/Two-Words.html", "a/index.html", "a/some_page.html", "b.html", "index.html"]
    );
}

#[test]
fn folders_are_the_navigation_when_none_is_configured() {
    let built = build(&[
        ("site.toml", "sections = [\"guide\"]\nnot_in_nav = [\"hidden.md\"]"),
        ("content/index.md", "# Start"),
        ("content/zeta.md", "---\nweight: -1\n---\n"),
        ("content/alpha.md", "---\nnav_title: First letter\n---\n# Alpha"),
        ("content/hidden.md", "# Hidden"),
        ("content/api/calls.md", ""),
        ("content/guide/index.md", "# The guide"),
        ("content/guide/b/deep.md", ""),
    ]);
    assert_eq!(
        built.nav(),
        "Start /
Zeta /zeta/
First letter /alpha/
The guide /guide/
  B
    Deep /guide/b/deep/
Api
  Calls /api/calls/
"
    );
    let deep = built.page("guide/b/deep/");
    let crumbs: Vec<&str> = deep.breadcrumbs.iter().map(|crumb| crumb.title.as_str()).collect();
    assert_eq!(crumbs, ["The guide", "B"]);
    let url = |page: Option<super::PageId>| page.map(|page| built.site.page(page).url.as_str());
    assert_eq!((url(deep.previous), url(deep.next)), (Some("guide/"), Some("api/calls/")));
    assert_eq!(built.findings(), no_findings());
}

#[test]
fn pages_that_the_navigation_leaves_out_are_told_apart() {
    let built = build(&[
        ("site.toml", "nav = [\"index.md\"]\nnot_in_nav = [\"quiet.md\"]"),
        ("content/index.md", "# Start\n[x](linked.md)"),
        ("content/linked.md", "# Linked"),
        ("content/lost.md", "# Lost"),
        ("content/quiet.md", "# Quiet"),
    ]);
    assert_eq!(
        built.findings(),
        [
            "content/linked.md:1 [# Linked] not-in-nav: `linked.md` is not in the navigation",
            "content/lost.md:1 [# Lost] orphan-page: nothing leads to `lost.md`",
        ]
    );
}

#[test]
fn a_configured_navigation_says_what_it_does_not_find() {
    let nav = "nav:
  - index.md
  - Guide:
      - guide/index.md
      - Set up: guide/setup.md
      - Lost: guide/set-up.md
      - Draft: draft.md
  - Code: https://example.org
  - Home again: index.md
";
    let built = build(&[
        ("mkdocs.yml", nav),
        ("docs/index.md", "# Start\n"),
        ("docs/guide/index.md", "# Guide index\n[x](../left-out.md)"),
        ("docs/guide/setup.md", "# Setup\n"),
        ("docs/draft.md", "---\ndraft: true\n---\n"),
        ("docs/left-out.md", "# Left out\n"),
    ]);
    assert_eq!(
        built.nav(),
        "Start /\nGuide /guide/\n  Set up /guide/setup/\nCode https://example.org\nHome again /\n"
    );
    assert_eq!(built.page("guide/").nav_title, "Guide");
    assert_eq!(built.page("guide/").breadcrumbs, []);
    assert_eq!(
        built.findings(),
        [
            "docs/left-out.md:1 [# Left out] not-in-nav: `left-out.md` is not in the navigation",
            "mkdocs.yml:6 [guide/set-up.md] nav-entry: there is no page `guide/set-up.md` = did you mean `guide/setup.md`?",
            "mkdocs.yml:7 [draft.md] nav-entry: `draft.md` is a draft",
        ]
    );
}

const POST: &str = "---\ndate: 2025-11-DAY\ncategories: [CI/CD, Go]\nauthors: [ada]\n---\n# Post DAY: it works!\n[b](DAY.md)\n";

fn blog(extra: &[(&'static str, &'static str)]) -> super::testing::Built {
    let posts: Vec<(String, String)> = (10..23)
        .map(|day| (format!("docs/blog/posts/{day}.md"), POST.replace("DAY", &day.to_string())))
        .collect();
    let fixed = [
        ("docs/index.md", "# Home"),
        ("docs/blog/index.md", "# Blog"),
        ("docs/blog/.authors.yml", "authors:\n  ada:\n    name: Ada L.\n"),
    ];
    let mut files: Vec<(&str, &str)> =
        posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.extend(fixed.into_iter().chain(extra.iter().copied()));
    build(&files)
}

#[test]
fn a_blog_has_the_urls_of_materials_plugin() {
    let built = blog(&[
        (
            "mkdocs.yml",
            "plugins:\n  - blog:\n      archive_date_format: MMMM yyyy\n      archive_url_date_format: yyyy/MM\n",
        ),
        ("docs/blog/posts/old.md", "---\ndate: 2024-01-05\nslug: own-slug\npin: true\n---\n# Old\n"),
        ("docs/blog/posts/draft.md", "---\ndate: 2025-01-01\ndraft: true\n---\n"),
    ]);
    let urls = built.urls();
    for url in [
        "blog/",
        "blog/page/2/",
        "blog/archive/2024/01/",
        "blog/archive/2025/11/",
        "blog/archive/2025/11/page/2/",
        "blog/category/cicd/",
        "blog/category/go/page/2/",
        "blog/2024/01/05/own-slug/",
        "blog/2025/11/22/post-22-it-works/",
    ] {
        assert!(urls.contains(&url), "{url} is not among {urls:?}");
    }
    assert_eq!(urls.len(), 25);
    assert_eq!(built.findings(), no_findings());
    let first = built.page("blog/");
    assert_eq!(first.kind, PageKind::Posts);
    let listed: Vec<&str> = first.lists.iter().map(|page| built.site.page(*page).title.as_str()).collect();
    assert_eq!(listed.len(), 10);
    assert_eq!(listed[..2], ["Old", "Post 22: it works!"]);
    assert_eq!(first.pager.len(), 2);
    assert_eq!(built.site.page(built.site.posts[0]).title, "Post 22: it works!");
    let post = built.page("blog/2025/11/22/post-22-it-works/");
    assert_eq!(post.hrefs[0].url, "./");
    assert_eq!(post.post.as_ref().unwrap().authors, ["Ada L."]);
    assert_eq!(post.dates.created, time::parse("2025-11-22"));
    assert_eq!(post.breadcrumbs[0].title, "Blog");
    assert_eq!(built.site.page(post.previous.unwrap()).title, "Post 21: it works!");
    assert_eq!(built.page("blog/archive/2025/11/").title, "November 2025");
    assert!(
        built
            .nav()
            .contains("Blog /blog/\n  Archive\n    November 2025 /blog/archive/2025/11/\n    January 2024")
    );
}

#[test]
fn further_pages_of_a_folder_are_pages_of_folders() {
    let built = blog(&[("mkdocs.yml", "use_directory_urls: false\nplugins: [blog]\n")]);
    let urls = built.urls();
    for url in ["blog/index.html", "blog/page/2/index.html", "blog/category/go/page/2.html"] {
        assert!(urls.contains(&url), "{url} is not among {urls:?}");
    }
}

#[test]
fn what_a_post_lacks_is_said() {
    let built = blog(&[
        (
            "mkdocs.yml",
            "plugins:\n  blog:\n    categories_allowed: [Go, CI/CD]\n    draft_if_future_date: true\n    archive: false\n",
        ),
        ("docs/blog/posts/a.md", "# No date"),
        ("docs/blog/posts/b.md", "---\ndate: 2025-01-01\ncategories: [Goo]\nauthors: [adda]\n---\n"),
        ("docs/blog/posts/c.md", "---\ndate: 2026-05-01\n---\n"),
        ("docs/blog/posts/d.md", "---\ndate: soon\n---\n# D"),
    ]);
    assert_eq!(
        built.findings(),
        [
            "docs/blog/posts/a.md:1 [# No date] post: this post has no date = Add `date: 2025-01-02` to its front matter.",
            "docs/blog/posts/b.md:3 [Goo] post: the category `Goo` is not known = did you mean `Go`?",
            "docs/blog/posts/b.md:4 [adda] post: the author `adda` is not known = did you mean `ada`?",
            "docs/blog/posts/d.md:1 [---] post: this post has no date = Add `date: 2025-01-02` to its front matter.",
            "docs/blog/posts/d.md:2 [soon] page-metadata: `date` takes a date such as `2025-01-02` or `2025-01-02T10:30:00Z`",
        ]
    );
    assert!(!built.urls().iter().any(|url| url.contains("2026")));
}

#[test]
fn tags_are_listed_with_those_of_their_folders() {
    let built = build(&[
        ("site.toml", "[tags]\npage_per_tag = true\nallowed = [\"on\", \"Go Lang\", \"safety\"]"),
        ("content/index.md", "---\ntags: [on, Go Lang, saftey]\n---\n# Home"),
        ("content/g/.meta.yml", "tags: [safety]\nstatus: new\n"),
        ("content/g/a.md", "---\ntags: [on]\n---\n# A"),
    ]);
    let tags: Vec<(&str, &str, usize)> =
        built.site.tags.iter().map(|tag| (tag.name.as_str(), tag.slug.as_str(), tag.pages.len())).collect();
    assert_eq!(
        tags,
        [("Go Lang", "go-lang", 1), ("on", "on", 2), ("safety", "safety", 1), ("saftey", "saftey", 1)]
    );
    assert_eq!(built.page("tags/").kind, PageKind::Tags);
    assert_eq!(built.page("tags/on/").lists.len(), 2);
    assert_eq!(built.site.page(built.site.tags[1].page.unwrap()).url.as_str(), "tags/on/");
    assert_eq!(built.page("g/a/").status.as_deref(), Some("new"));
    assert_eq!(
        built.findings(),
        [
            "content/index.md:1 [---] page-metadata: the tag `saftey` is not one of the site's = did you mean `safety`?"
        ]
    );
}

#[test]
fn generated_pages_join_the_site() {
    let page = |url: &str, title: &str, section: &[&str]| GeneratedPage {
        key: url.to_string(),
        source: Some(SitePath::new(format!("policies/{title}.yaml"))),
        url: UrlPath::new(url),
        title: title.to_string(),
        description: None,
        tags: vec!["policy".to_string()],
        section: section.iter().map(|title| (*title).to_string()).collect(),
        ids: vec!["rule-a".to_string()],
        hash: Hash::of(""),
    };
    let generated = vec![
        page("policies/", "Policies", &["Policies"]),
        page("policies/limits/", "limits", &["Policies"]),
        page("index/", "conflict", &[]),
    ];
    let built = build_with(
        &[
            ("content/index.md", "[a](../policies/limits.yaml#rule-a) [b](../policies/limits.yaml#rule-b)"),
            ("content/index/index.md", "# Stays"),
            ("policies/limits.yaml", ""),
        ],
        generated,
    );
    assert_eq!(built.hrefs(""), ["policies/limits/#rule-a", "policies/limits/#rule-b"]);
    assert_eq!(built.page("policies/limits/").kind, PageKind::Generated("policies/limits/".into()));
    assert!(built.nav().ends_with("Policies /policies/\n  limits /policies/limits/\n"), "{}", built.nav());
    assert_eq!(built.page("index/").title, "Stays");
    assert_eq!(
        built.findings(),
        [
            "content/index.md:1 [../policies/limits.yaml#rule-b] broken-anchor: `/policies/limits/` has no heading or id `rule-b` = did you mean `#rule-a`?",
            "content/index/index.md:1 [# Stays] url-conflict: this page stands where the generated page \"conflict\" would be; that one is left out = move this page to have both",
        ]
    );
}

#[test]
fn redirects_lead_on_and_say_when_they_cannot() {
    let built = build(&[
        (
            "site.toml",
            "[redirects]\n\"old/a.md\" = \"new/b.md#x\"\n\"old/b.md#part\" = \"index.md\"\n\"gone.md\" = \"new/c.md\"\n\"new/b.md\" = \"index.md\"\n\"out/\" = \"https://example.org\"",
        ),
        ("content/index.md", "---\naliases: [start/]\n---\n# Home"),
        ("content/new/b.md", "# B"),
    ]);
    let redirects: Vec<(&str, Option<&str>, &str)> = built
        .site
        .redirects
        .iter()
        .map(|one| (one.from.as_str(), one.fragment.as_deref(), one.to.as_str()))
        .collect();
    assert_eq!(
        redirects,
        [
            ("old/a/", None, "../../new/b/#x"),
            ("old/b/", Some("part"), "../../"),
            ("out/", None, "https://example.org"),
            ("start/", None, "../"),
        ]
    );
    assert_eq!(
        built.findings(),
        [
            "site.toml:4 [\"new/c.md\"] redirect: there is no page `new/c.md` to lead to = did you mean `new/b.md`?",
            "site.toml:5 [\"index.md\"] redirect: there is a page at `/new/b/`, so nothing leads on from there",
        ]
    );
}

#[test]
fn what_no_page_has_cannot_be_hidden_or_drawn() {
    let built = blog(&[
        ("mkdocs.yml", ""),
        ("docs/a.md", "---\nhide: [toc, navigaton, feedback]\nicon: material/hom\n---\n# A"),
        ("docs/b.md", "---\nhide:\n  - everything\nicon: own/b\n---\n# B"),
    ]);
    let findings = built.findings();
    for line in [
        "docs/b.md:3 [everything] page-metadata: `hide` takes names of parts of the page",
        "docs/b.md:4 [own/b] unknown-icon: `own/b` is not of a set of icons that is known",
        "docs/a.md:2 [navigaton] page-metadata: `hide` takes names of parts of the page",
        "docs/a.md:3 [material/hom] unknown-icon: there is no icon `material/hom`",
    ] {
        assert!(findings.iter().any(|found| found.starts_with(line)), "{line} is not among {findings:#?}");
    }
    assert_eq!(findings.iter().filter(|found| found.contains("`hide`")).count(), 2);
}

#[test]
fn nothing_leads_out_of_the_site() {
    let built = blog(&[
        ("mkdocs.yml", "plugins: [blog]\nnav: [index.md, blog/index.md]"),
        ("docs/blog/posts/out.md", "---\ndate: 2025-01-01\nslug: ../../../../../../etc/x\n---\n# Out"),
        (
            "docs/out.md",
            "---\naliases: [../../etc/]\n---\n# Out\n[x](../../../etc/passwd) ![y](/../../x.png)",
        ),
        (
            "docs/odd.md",
            "---\ntags: {a: [b]}\ndate: [x]\nrelated: {a: [[b], {c: }]}\naliases: {}\nhide: {x: y}\nweight: x\nsearch: 1\nauthors: {a: b}\n---\n",
        ),
    ]);
    assert!(built.urls().iter().all(|url| !url.contains("..") && !url.contains("etc")), "{:?}", built.urls());
    assert!(built.site.redirects.is_empty());
    let findings = built.findings();
    let expected = [
        "docs/blog/posts/out.md:1 [---] url-conflict: the URL `/../../etc/x/` leads out of the site; this page is left out",
        "docs/odd.md:3 [[x]] page-metadata: `date` takes a date such as `2025-01-02` or `2025-01-02T10:30:00Z`",
        "docs/out.md:2 [../../etc/] redirect: the URL `/../../etc/` leads out of the site",
        "docs/out.md:5 [../../../etc/passwd] broken-link: there is no page or file `../../etc/passwd`",
    ];
    for line in expected {
        assert!(findings.iter().any(|found| found == line), "{line} is not among {findings:#?}");
    }
}

#[test]
fn every_way_to_name_a_page_leads_there() {
    let built = build(&[
        (
            "content/index.md",
            "# Home\n[1](a/b.md) [2](a/) [3](a/b.html) [4](a/b) [5](/a/b/) [6](a%20c.md?x=1#top) [7](#home) [8](https://x.org/y) [9](mailto:a@b.c) [10](index.md) [11](d.csv) [12](/a/b.md)",
        ),
        ("content/a c.md", "# AC\n[1](../content/a/./b.md)"),
        ("content/a/index.md", "# A\n[1](../index.md) [2](../b/) [3](b.md#part-1)"),
        ("content/a/b.md", "# B\n## Part 1\n[1](../../a%20c/)"),
        ("content/d.csv", ""),
    ]);
    assert_eq!(
        built.hrefs(""),
        [
            "a/b/",
            "a/",
            "a/b/",
            "a/b/",
            "a/b/",
            "a%20c/?x=1#top",
            "#home",
            "https://x.org/y",
            "mailto:a@b.c",
            "./",
            "d.csv",
            "a/b/"
        ]
    );
    assert_eq!(built.hrefs("a/"), ["../", "../b/", "b/#part-1"]);
    assert_eq!(built.hrefs("a/b/"), ["../../a%20c/"]);
    assert_eq!(built.site.external_links.keys().collect::<Vec<_>>(), ["https://x.org/y"]);
    let url = "indirect-link: this names a URL, which moves when its page does = name the file: ";
    assert_eq!(
        built.findings(),
        [
            format!("content/a/b.md:3 [../../a%20c/] {url}`../a c.md`"),
            "content/a/index.md:2 [../b/] broken-link: there is no page or file `content/b` = did you mean `b.md`?".to_string(),
            format!("content/index.md:2 [a/] {url}`a/index.md` ! a/index.md"),
            format!("content/index.md:2 [a/b.html] {url}`a/b.md` ! a/b.md"),
            format!("content/index.md:2 [a/b] {url}`a/b.md` ! a/b.md"),
            format!("content/index.md:2 [/a/b/] {url}`a/b.md` ! a/b.md"),
        ]
    );
}

#[test]
fn a_link_that_leads_nowhere_says_what_was_meant() {
    let built = build(&[
        ("site.toml", "exclude = [\"secret.md\"]"),
        (
            "content/index.md",
            "# Home\n[1](guide/setpu.md) [2](other/setup.md) [3](Guide/Setup.md) [4](secret.md) [5](draft.md) [6](../README.md) ![7](no.png)\n[8](guide/setup.md#getting_started) [9](#hmoe) [10](guide/setup.md#nothing-like-it)",
        ),
        ("content/guide/setup.md", "# Setup\n## Getting started"),
        ("content/secret.md", ""),
        ("content/draft.md", "---\ndraft: true\n---\n"),
        ("README.md", ""),
    ]);
    assert_eq!(
        built.findings(),
        [
            "content/index.md:2 [guide/setpu.md] broken-link: there is no page or file `content/guide/setpu.md` = did you mean `guide/setup.md`?",
            "content/index.md:2 [other/setup.md] broken-link: there is no page or file `content/other/setup.md` = did you mean `guide/setup.md`?",
            "content/index.md:2 [Guide/Setup.md] broken-link: the file is called `content/guide/setup.md` ! guide/setup.md",
            "content/index.md:2 [secret.md] unpublished-link: the page `content/secret.md` is excluded",
            "content/index.md:2 [draft.md] unpublished-link: the page `content/draft.md` is a draft",
            "content/index.md:2 [../README.md] broken-link: `README.md` is not part of the site = only files below `content` are published",
            "content/index.md:2 [no.png] broken-link: there is no image `content/no.png`",
            "content/index.md:3 [guide/setup.md#getting_started] broken-anchor: `guide/setup.md` has no heading or id `getting_started` = did you mean `#getting-started`? ! getting-started",
            "content/index.md:3 [#hmoe] broken-anchor: `index.md` has no heading or id `hmoe` = did you mean `#home`?",
            "content/index.md:3 [guide/setup.md#nothing-like-it] broken-anchor: `guide/setup.md` has no heading or id `nothing-like-it`",
        ]
    );
}

#[test]
fn related_pages_know_each_other() {
    let built = build(&[
        (
            "content/index.md",
            "---\nrelated: [b.md, lost.md]\n---\n# Home\n## Related\n- [Zzz](a.md)\n- [Beta](b.md#parts)\n- [Home](index.md)\n",
        ),
        (
            "content/a.md",
            "---\ntitle: [x]\nlinks:\n  - More:\n      - The parts: b.md#parts\n  - https://x.org\n---\n# Alpha",
        ),
        ("content/b.md", "# Beta\n## Parts"),
    ]);
    assert_eq!(built.page("a/").related[0].text, "The parts");
    let home = built.page("");
    let texts: Vec<(&str, &str)> = home
        .related
        .iter()
        .map(|one| (built.site.page(one.page).title.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(texts, [("Alpha", "Zzz"), ("Beta", "Beta")]);
    assert_eq!(built.page("b/").referenced_by, [built.page("a/").id, home.id]);
    assert_eq!(
        built.findings(),
        [
            "content/a.md:2 [[x]] page-metadata: `title` takes a text",
            "content/index.md:2 [lost.md] broken-link: there is no page `lost.md`",
            "content/index.md:6 [[Zzz](a.md)] related-link: nothing in the related page's title is \"Zzz\" = its title is \"Alpha\"",
            "content/index.md:8 [[Home](index.md)] related-link: the page names itself as related",
        ]
    );
}

#[test]
fn a_site_whose_pages_name_each_other_has_a_map() {
    let related = ("content/index.md", "# Home\n## Related\n- [Alpha](a.md)\n");
    let has_map = |more: &[(&str, &str)]| {
        let built = build(&[&[related, ("content/a.md", "# Alpha\n")], more].concat());
        assert_eq!(built.findings(), no_findings());
        built.site.pages.iter().any(|page| page.kind == PageKind::Map)
    };
    assert!(has_map(&[]));
    assert!(!has_map(&[("site.toml", "map = false")]));
    assert!(!has_map(&[("content/map.md", "# My map\n")]), "the author's page stays");
    let plain = build(&[("content/index.md", "# Home\n[a](a.md)\n"), ("content/a.md", "# Alpha\n")]);
    assert!(plain.site.pages.iter().all(|page| page.kind != PageKind::Map));
}

#[test]
fn images_know_their_size_and_pages_their_source() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\"></svg>";
    let built = build(&[
        (
            "site.toml",
            "url = \"https://x.org/docs\"\n[repo]\nurl = \"https://github.com/o/r\"\nedit = \"edit/main/content\"",
        ),
        ("content/img/a b.svg", svg),
        ("content/x/p.md", "---\nimage: ../img/a%20b.svg\n---\n![a](../img/a%20b.svg)"),
        ("content/404.md", "![a](img/a%20b.svg)"),
        ("content/index.md", "# H"),
    ]);
    let page = built.page("x/p/");
    let size = [("width".to_string(), "40".to_string()), ("height".to_string(), "20".to_string())];
    assert_eq!(
        (page.hrefs[0].url.as_str(), page.hrefs[0].attributes.as_slice()),
        ("../../img/a%20b.svg", size.as_slice())
    );
    assert_eq!(page.edit_url.as_deref(), Some("https://github.com/o/r/edit/main/content/x/p.md"));
    assert_eq!(built.hrefs("404.html"), ["/docs/img/a%20b.svg"]);
    assert_eq!(built.findings(), no_findings());
}

#[test]
fn thousands_of_pages_resolve_without_a_quadratic_pass() {
    let files: Vec<(String, String)> = (0..5_000)
        .map(|number| {
            let text = format!(
                "# Page {number}\n[a]({}.md) [b](../{}/{}.md) [c](lost.md)\n",
                (number / 100) * 100,
                (number + 7) / 100 % 50,
                (number + 7) % 5_000
            );
            (format!("content/{}/{number}.md", number / 100), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let start = std::time::Instant::now();
    let built = build(&files);
    assert_eq!(built.site.pages.len(), 5_001);
    assert_eq!(built.findings().len(), 5_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
