//! The theme's style sheets and scripts: joined, minified, and named by their content.

use super::artifact::Artifact;
use super::minify;
use crate::source::{Hash, SitePath, Sources};
use include_dir::{Dir, File, include_dir};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static ASSETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// Contents by their names below the folder of assets.
type Files = BTreeMap<String, Vec<u8>>;

/// The theme as it is when a site changes nothing.
static DEFAULT: LazyLock<Files> = LazyLock::new(|| finish(ours()));

/// The theme's files by their plain name, those of the site in place of ours. `colours` is added to the style
/// sheet.
pub(super) fn of(sources: &Sources, folder: &SitePath, colours: &str) -> BTreeMap<String, Artifact> {
    let (parts, whole): (Files, Files) =
        own(sources, folder).into_iter().partition(|(name, _)| is_part(name));
    let mut files = match parts.is_empty() {
        true => DEFAULT.clone(),
        false => finish(ours().into_iter().chain(parts).collect()),
    };
    files.extend(whole);
    if let Some(style) = files.get_mut("theme.css") {
        style.extend_from_slice(colours.as_bytes());
    }
    files.into_iter().map(|(name, bytes)| (name.clone(), hashed(&name, bytes))).collect()
}

fn ours() -> Files {
    let named = |file: &File<'_>| (file.path().to_string_lossy().into_owned(), file.contents().to_vec());
    let files = all_files(&ASSETS).into_iter().map(named);
    files
        .map(
            |(name, bytes)| {
                if name.ends_with(".js") { (name, without_comments(&bytes)) } else { (name, bytes) }
            },
        )
        .collect()
}

/// The minifier of scripts leaves comments. Ours stand on lines of their own.
fn without_comments(script: &[u8]) -> Vec<u8> {
    let lines = script.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !line.trim_ascii_start().starts_with(b"//")).flatten().copied().collect()
}

fn all_files<'a>(dir: &'a Dir<'a>) -> Vec<&'a File<'a>> {
    dir.dirs().flat_map(all_files).chain(dir.files()).collect()
}

/// The files of the site, but for those that are the same as ours, as they are in this repository.
fn own(sources: &Sources, folder: &SitePath) -> Files {
    let listed = sources.list(folder, &|_| false).unwrap_or_default();
    let named = listed.iter().filter_map(|path| Some((path.strip(folder)?, sources.get(path)?)));
    let differs =
        |name: &str, bytes: &[u8]| ASSETS.get_file(name).is_none_or(|ours| ours.contents() != bytes);
    named
        .filter(|(name, file)| differs(name.as_str(), file.bytes()))
        .map(|(name, file)| (name.to_string(), file.bytes().to_vec()))
        .collect()
}

/// One idea of the style sheet or of the script.
fn is_part(name: &str) -> bool {
    name.starts_with("theme/") && (name.ends_with(".css") || name.ends_with(".js"))
}

/// Join the parts in the order of their names - `theme/10-ground.css` and so on become `theme.css` - and minify.
fn finish(files: Files) -> Files {
    let (parts, mut files): (Files, Files) = files.into_iter().partition(|(name, _)| is_part(name));
    for (name, bytes) in parts {
        let kind = name.rsplit('.').next().unwrap_or_default();
        let whole = files.entry(format!("theme.{kind}")).or_default();
        whole.extend_from_slice(&bytes);
        whole.push(b'\n');
    }
    let small = |name: &str, bytes: Vec<u8>| match name.rsplit('.').next() {
        Some("css") => minify::style(&bytes),
        Some("js") => minify::script(&bytes),
        _ => bytes,
    };
    files.into_iter().map(|(name, bytes)| (name.clone(), small(&name, bytes))).collect()
}

/// `theme.css` as `assets/theme.1a2b3c4d.css`: browsers may keep it for ever.
fn hashed(name: &str, bytes: Vec<u8>) -> Artifact {
    let hash = Hash::of(&bytes).short(8);
    let path = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{hash}.{extension}"),
        None => format!("assets/{name}.{hash}"),
    };
    Artifact::new(SitePath::new(path), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        let files = of(&Sources::in_memory(files.iter().copied()), &SitePath::new("assets"), "");
        let text = |file: &Artifact| String::from_utf8(file.bytes.to_vec()).unwrap();
        files.iter().map(|(name, file)| (name.clone(), text(file))).collect()
    }

    #[test]
    fn parts_are_joined_in_the_order_of_their_names_and_minified() {
        let part = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
        let files = Files::from([
            part("theme/20-b.css", "b { color: red; }"),
            part("theme/10-a.css", "/* Note */ a { color: red }"),
            part("theme/10-a.js", "\n a();"),
            part("other.js", "let c = 1;\n\nd(c);"),
        ]);
        let texts = finish(files).into_iter().map(|(name, text)| (name, String::from_utf8(text).unwrap()));
        let texts: Vec<_> = texts.collect();
        let pair = |name: &str, text: &str| (name.to_string(), text.to_string());
        assert_eq!(
            texts,
            [
                pair("other.js", "let c=1;d(1);"),
                pair("theme.css", "a,b{color:red}"),
                pair("theme.js", "a();")
            ]
        );
    }

    #[test]
    fn a_site_replaces_or_adds_a_part_or_the_whole() {
        let plain = of_files(&[]);
        let part = of_files(&[("assets/theme/99-own.css", ".own { color: red; }")]);
        assert!(part["theme.css"].ends_with(".own{color:red}"));
        assert!(part["theme.css"].starts_with(&plain["theme.css"][..100]));
        assert_eq!(part["theme.js"], plain["theme.js"]);
        let whole = of_files(&[("assets/theme.css", "p { color: red; }")]);
        assert_eq!(whole["theme.css"], "p { color: red; }");
    }

    #[test]
    fn our_own_files_can_be_minified() {
        for (name, bytes) in ours() {
            let text = String::from_utf8(bytes).unwrap();
            let (name, small) = finish(Files::from([(name.replace('/', "-"), text.clone().into_bytes())]))
                .pop_first()
                .unwrap();
            assert!(small.len() * 10 < text.len() * 9, "{name}: the minifier gave up");
        }
    }
}
