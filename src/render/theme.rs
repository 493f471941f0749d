//! Templates and assets: the default theme inside the binary, and what a site puts in its place.

use super::artifact::Artifact;
use super::assets;
use super::minify::Frames;
use super::view::SiteView;
use crate::diag::{Diagnostic, codes};
use crate::source::{Hash, SitePath, SourceFile, Sources};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Where a site keeps what stands in for the theme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folders<'a> {
    /// Templates.
    pub(super) templates: &'a SitePath,
    /// Style sheets and scripts.
    pub(super) assets: &'a SitePath,
    /// The `partials` of a Material theme's `custom_dir`.
    pub(super) partials: Option<&'a SitePath>,
}

/// The look of a site: compiled templates, the files they refer to, and what all pages share.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    /// The default templates alone, when the site has its own: a page whose template fails is drawn by these.
    defaults: Option<Tera>,
    own: BTreeMap<String, Arc<SourceFile>>,
    site: Value,
    /// What all pages share.
    pub site_view: SiteView,
    /// The theme's files with the hash of their content in their names.
    pub(super) assets: Vec<Artifact>,
    hash: Hash,
    /// What its pages have in common.
    pub(super) frames: Frames,
}

impl Theme {
    /// The default theme with the templates in the folder `templates` and the assets in the folder `assets` of
    /// the site in place of those of the same name. A template that does not parse is reported, and the
    /// default one stands in for it.
    pub(super) fn read(
        sources: &Sources,
        folders: Folders<'_>,
        colours: &str,
        mut site: SiteView,
    ) -> (Theme, Vec<Diagnostic>) {
        let mut own = own_templates(sources, folders.templates);
        own.extend(folders.partials.and_then(|partials| comments(sources, partials)));
        let (tera, diagnostics) = compile(&mut own);
        let assets = assets::of(sources, folders.assets, colours);
        site.assets =
            assets.iter().map(|(name, artifact)| (name.clone(), artifact.path.to_string())).collect();
        let hash = hash_of(&own, &site);
        let theme = Theme {
            tera,
            defaults: (!own.is_empty()).then(|| compile(&mut BTreeMap::new()).0),
            own,
            site: Value::from_serializable(&site),
            site_view: site,
            assets: assets.into_values().collect(),
            hash,
            frames: Frames::default(),
        };
        (theme, diagnostics)
    }

    /// The text of one of the theme's files, by its plain name.
    pub(super) fn asset(&self, name: &str) -> String {
        let path = self.site_view.assets.get(name);
        let file = self.assets.iter().find(|file| Some(file.path.as_str()) == path.map(String::as_str));
        file.map_or_else(String::new, |file| String::from_utf8_lossy(&file.bytes).into_owned())
    }

    /// A hash of all that pages take from the theme.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Is there a template of this name?
    pub(super) fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The HTML that `template` makes of `values`. When a template of the site fails, it is reported and the
    /// default one is used.
    pub(super) fn render(
        &self,
        template: &str,
        values: &[(&'static str, Value)],
    ) -> (String, Vec<Diagnostic>) {
        let mut context = Context::new();
        context.insert_value("site", self.site.clone());
        for (name, value) in values {
            context.insert_value(*name, value.clone());
        }
        match self.tera.render(template, &context) {
            Ok(html) => (html, Vec::new()),
            Err(error) => {
                let fallback = self.defaults.as_ref().and_then(|tera| tera.render(template, &context).ok());
                (fallback.unwrap_or_default(), vec![diagnostic(&error, &self.own)])
            }
        }
    }
}

/// `{{ site.logo | from(base=page.base) }}`: a reference below the root as seen from a page; whole addresses
/// stay.
fn from(url: &str, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let base: String = arguments.must_get("base")?;
    let whole =
        url.starts_with('/') || url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    Ok(if whole { url.to_string() } else { base + url })
}

/// Everything that makes two themes differ: the site's own templates and what pages share; the assets are in
/// there by their names.
fn hash_of(own: &BTreeMap<String, Arc<SourceFile>>, site: &SiteView) -> Hash {
    let view = serde_json::to_vec(site).unwrap_or_default();
    let mut parts: Vec<Vec<u8>> = vec![env!("CARGO_PKG_VERSION").as_bytes().to_vec(), view];
    for (name, file) in own {
        parts.push(name.as_bytes().to_vec());
        parts.push(file.hash().as_bytes().to_vec());
    }
    Hash::of_parts(parts.iter().map(Vec::as_slice))
}

fn own_templates(sources: &Sources, folder: &SitePath) -> BTreeMap<String, Arc<SourceFile>> {
    let listed = sources.list(folder, &|_| false).unwrap_or_default();
    let html = listed.into_iter().filter(|path| path.extension() == "html");
    html.filter_map(|path| Some((path.strip(folder)?.to_string(), sources.get(&path)?)))
        .filter(|(_, file)| file.text().is_some())
        .collect()
}

/// The one partial of Material that sites write to add to pages rather than to restyle them: what stands below
/// a page's content.
fn comments(sources: &Sources, partials: &SitePath) -> Option<(String, Arc<SourceFile>)> {
    Some(("comments.html".to_string(), sources.get(&partials.join("comments.html"))?))
}

/// Material's partials ask for words in the language of the site: `{{ lang.t("meta.comments") }}`.
fn with_words(text: &str) -> String {
    text.replace("lang.t(\"meta.comments\")", "\"Comments\"")
}

/// Compile the default templates with those of the site. A site's template that is at fault is taken out and
/// reported until the rest compiles.
fn compile(own: &mut BTreeMap<String, Arc<SourceFile>>) -> (Tera, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    loop {
        let mut tera = Tera::new();
        tera.register_filter("from", from);
        let defaults =
            TEMPLATES.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)));
        let defaults = defaults.filter(|(name, _)| !own.contains_key(*name));
        let defaults = defaults.map(|(name, text)| (name, text.to_string()));
        let own_texts = own.iter().filter_map(|(name, file)| Some((name.as_str(), with_words(file.text()?))));
        match tera.add_raw_templates(defaults.chain(own_texts).collect::<Vec<_>>()) {
            Ok(()) => return (tera, diagnostics),
            Err(_) if own.is_empty() => return (tera, diagnostics),
            Err(error) => {
                diagnostics.push(diagnostic(&error, own));
                match at_fault(&error).filter(|name| own.contains_key(name)) {
                    Some(name) => own.retain(|other, _| *other != name),
                    None => own.clear(),
                }
            }
        }
    }
}

/// The template that an error is about, as far as it says so.
fn at_fault(error: &tera::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            Some(report.filename().to_string())
        }
        ErrorKind::MissingParent { current, .. } => Some(current.clone()),
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => Some(tpl.clone()),
        _ => None,
    }
}

fn diagnostic(error: &tera::Error, own: &BTreeMap<String, Arc<SourceFile>>) -> Diagnostic {
    let file = at_fault(error).and_then(|name| own.get(&name));
    match (error.kind(), file) {
        (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report), Some(file)) => {
            let range = report.span().range.clone();
            Diagnostic::new(
                &codes::TEMPLATE,
                file.span(range.start, range.end),
                lower_first(report.message()),
            )
            .help("the default template of the same name is used instead")
        }
        (_, Some(file)) => {
            Diagnostic::new(&codes::TEMPLATE, file.span(0, 0), lower_first(&error.to_string()))
                .help("the default template of the same name is used instead")
        }
        (_, None) => Diagnostic::of_site(&codes::TEMPLATE, lower_first(&error.to_string())),
    }
}

fn lower_first(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{page_html, theme_of};
    use super::*;

    fn read(files: &[(&str, &str)]) -> (Theme, Vec<Diagnostic>, Sources) {
        let sources = Sources::in_memory(files.iter().copied());
        let (theme, found) = theme_of(&sources);
        (theme, found, sources)
    }

    #[test]
    fn every_default_template_compiles() {
        let (theme, found, _) = read(&[]);
        assert!(found.is_empty());
        for name in [
            "page.html",
            "posts.html",
            "tags.html",
            "policy.html",
            "policies.html",
            "proof.html",
            "map.html",
            "nav.html",
        ] {
            assert!(theme.tera.contains_template(name), "{name}");
        }
    }

    #[test]
    fn a_template_of_the_site_stands_in_for_the_default() {
        let (theme, found, _) = read(&[(
            "templates/page.html",
            "<p>{{ page.title }} of {{ site.name }}</p>{{ content | safe }}",
        )]);
        assert!(found.is_empty());
        assert_eq!(page_html(&theme, "<b>x</b>"), "<p>A page of A site</p><b>x</b>");
    }

    #[test]
    fn a_broken_template_is_shown_with_its_place_and_the_default_is_used() {
        let (theme, found, sources) = read(&[("templates/page.html", "<p>\n{{ page.title </p>")]);
        let span = found[0].span.unwrap();
        let file = sources.file(span.file).unwrap();
        assert_eq!(file.path().as_str(), "templates/page.html");
        assert_eq!(file.line_column(span.start as usize).line, 2);
        assert!(page_html(&theme, "<b>x</b>").contains("md-content__inner"));
    }

    #[test]
    fn a_template_that_fails_on_a_page_is_reported_and_the_page_is_still_drawn() {
        let (theme, found, _) = read(&[("templates/page.html", "{{ page.no_such_field }}")]);
        assert!(found.is_empty());
        let (html, found) = theme.render("page.html", &super::super::testing::values());
        assert_eq!(found.len(), 1);
        assert!(found[0].span.is_some(), "{found:?}");
        assert!(html.contains("md-content__inner"));
    }

    #[test]
    fn names_of_assets_carry_the_hash_of_their_content() {
        let (theme, ..) = read(&[("assets/theme.js", "own()")]);
        let script =
            theme.assets.iter().find(|file| file.path.as_str().ends_with(".js") && &*file.bytes == b"own()");
        assert!(script.unwrap().path.as_str().starts_with("assets/theme."));
        assert_eq!(theme.site_view.assets["theme.js"], script.unwrap().path.as_str());
        assert_ne!(theme.hash(), read(&[]).0.hash());
    }
}
