//! `theme` of a `mkdocs.yml`.

use super::reader::{Reader, Table};
use super::{Scheme, Theme};
use crate::diag::codes::MKDOCS_SETTING;
use crate::source::SitePath;
use crate::source::yaml::Node;

/// What `theme` says beside the look.
#[derive(Default)]
pub(super) struct ThemeParts {
    pub theme: Theme,
    pub language: Option<String>,
    /// A folder of files that lie over those of the theme.
    pub custom_dir: Option<SitePath>,
}

pub(super) fn read(reader: &Reader, node: Option<&Node>) -> ThemeParts {
    let mut parts = ThemeParts::default();
    let Some(node) = node else { return parts };
    if let Some(name) = node.as_str() {
        check_name(reader, node, name);
        return parts;
    }
    let Some(table) = reader.table(node, "theme") else { return parts };
    if let Some(name) = table.node("name") {
        check_name(reader, name, name.as_str().unwrap_or_default());
    }
    parts.language = table.text("language");
    parts.custom_dir = custom_dir(&table);
    let theme = &mut parts.theme;
    (theme.logo, theme.favicon) = (table.text("logo"), table.text("favicon"));
    theme.features = table.texts("features").unwrap_or_default();
    theme.features.sort();
    theme.features.dedup();
    if let Some(icons) = table.table("icon") {
        (theme.logo_icon, theme.repo_icon) = (icons.icon("logo"), icons.icon("repo"));
        if let Some(node) = icons.node("admonition") {
            let help =
                "Boxes have shapes of their own; a style sheet of `extra_css` can give a type another one.";
            reader.say(&MKDOCS_SETTING, node, "`theme.icon.admonition` has no meaning here", help);
        }
    }
    if let Some(palette) = table.node("palette") {
        read_palette(reader, palette, theme);
    }
    // `font` names fonts of a server elsewhere; `direction` follows from the language; the rest is for templates.
    if let Some(font) = table.node("font").filter(|font| font.as_bool() != Some(false)) {
        reader.say(
            &MKDOCS_SETTING,
            font,
            "`theme.font` has no meaning here",
            "Pages use the fonts of the reader's system and load nothing from elsewhere; set `font-family` in a style sheet of `extra_css`.",
        );
    }
    if let Some(templates) = table.node("static_templates") {
        reader.say(&MKDOCS_SETTING, templates, "`theme.static_templates` has no meaning here", "");
    }
    parts
}

fn check_name(reader: &Reader, node: &Node, name: &str) {
    if name != "material" {
        let message = format!("the theme `{name}` is not known here");
        reader.say(&MKDOCS_SETTING, node, message, "Pages are drawn with runproof's own theme.");
    }
}

fn custom_dir(table: &Table<'_>) -> Option<SitePath> {
    let dir = table.path("custom_dir")?;
    let node = table.node("custom_dir")?;
    table.reader.say(
        &MKDOCS_SETTING,
        node,
        "templates in `custom_dir` have no meaning here",
        "Its other files are copied; write templates for runproof in `templates/`.",
    );
    Some(dir)
}

/// One palette, or several that the reader switches between.
fn read_palette(reader: &Reader, node: &Node, theme: &mut Theme) {
    let palettes: Vec<_> =
        node.one_or_many().into_iter().filter_map(|node| reader.table(node, "theme.palette")).collect();
    let colour = |key| palettes.iter().find_map(|palette| palette.text(key)).filter(|name| name != "custom");
    (theme.primary, theme.accent) = (colour("primary"), colour("accent"));
    theme.scheme = match palettes.as_slice() {
        [only] => match only.text("scheme").as_deref() {
            Some("slate") => Scheme::Dark,
            _ => Scheme::Light,
        },
        _ => Scheme::Auto,
    };
}
