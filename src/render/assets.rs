//! The theme's style sheets and scripts: joined, squeezed, and named by their content.

use super::artifact::Artifact;
use crate::source::{Hash, SitePath, Sources};
use include_dir::{Dir, File, include_dir};
use std::collections::BTreeMap;

static ASSETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// The theme's files by their plain name. `colours` is added to the style sheet.
pub(super) fn of(sources: &Sources, folder: &SitePath, colours: &str) -> BTreeMap<String, Artifact> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for file in all_files(&ASSETS) {
        let name = file.path().to_string_lossy().into_owned();
        files.insert(name.clone(), squeeze(&name, file.contents()));
    }
    for path in sources.list(folder, &|_| false).unwrap_or_default() {
        if let (Some(name), Some(file)) = (path.strip(folder), sources.get(&path)) {
            // This repository's own folder is the theme's: what is the same file is squeezed all the same.
            if ASSETS.get_file(name.as_str()).is_none_or(|ours| ours.contents() != file.bytes()) {
                files.insert(name.to_string(), file.bytes().to_vec());
            }
        }
    }
    join(&mut files);
    if let Some(style) = files.get_mut("theme.css") {
        style.extend_from_slice(colours.as_bytes());
    }
    files.into_iter().map(|(name, bytes)| (name.clone(), hashed(&name, bytes))).collect()
}

fn all_files<'a>(dir: &'a Dir<'a>) -> Vec<&'a File<'a>> {
    dir.dirs().flat_map(all_files).chain(dir.files()).collect()
}

/// The parts of the style sheet and of the script, each of which holds one idea, in the order of their names:
/// `theme/10-ground.css` and so on become `theme.css`. A site that has a `theme.css` of its own has that.
fn join(files: &mut BTreeMap<String, Vec<u8>>) {
    let is_part =
        |name: &str| name.starts_with("theme/") && (name.ends_with(".css") || name.ends_with(".js"));
    let (parts, rest) =
        std::mem::take(files).into_iter().partition::<BTreeMap<_, _>, _>(|(name, _)| is_part(name));
    *files = rest;
    for whole in ["theme.css", "theme.js"] {
        let kind = whole.trim_start_matches("theme");
        let own = parts.iter().filter(|(name, _)| name.ends_with(kind));
        let text = own.flat_map(|(_, bytes)| bytes.iter().copied().chain([b'\n'])).collect();
        files.entry(whole.to_string()).or_insert(text);
    }
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

/// Our own style sheet and scripts without comments, indentation and empty lines. They are written so that
/// this is safe: comments stand on lines of their own, and no text runs over lines.
fn squeeze(name: &str, bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let comment: fn(&str) -> bool = match name.rsplit('.').next() {
        Some("css") => |line| line.starts_with("/*") && line.ends_with("*/"),
        Some("js") => |line| line.starts_with("//"),
        _ => return bytes.to_vec(),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !comment(line));
    let mut small = lines.collect::<Vec<_>>().join("\n");
    if name.ends_with(".css") {
        for (loose, tight) in [
            ("\n", " "),
            ("{ ", "{"),
            ("; ", ";"),
            (", ", ","),
            (": ", ":"),
            (" {", "{"),
            (" }", "}"),
            (";}", "}"),
            ("} ", "}"),
            (" > ", ">"),
            (" ~ ", "~"),
        ] {
            small = small.replace(loose, tight);
        }
    }
    small.push('\n');
    small.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out_of_our_own_files_is_only_layout() {
        assert_eq!(
            squeeze("a.css", b"/* Note */\na > b {\n  margin: 0 1px;\n  color: red;\n}\n"),
            b"a>b{margin:0 1px;color:red}\n"
        );
        assert_eq!(squeeze("a.js", b"// Note\nif (a)\n  b();\n"), b"if (a)\nb();\n");
        for file in all_files(&ASSETS)
            .into_iter()
            .filter(|file| file.path().extension().is_some_and(|own| own == "js"))
        {
            let text = file.contents_utf8().unwrap();
            assert!(!text.contains("/*"), "{:?}", file.path());
            assert!(text.lines().all(|line| line.matches('`').count() % 2 == 0), "{:?}", file.path());
        }
    }

    #[test]
    fn parts_are_joined_in_the_order_of_their_names() {
        let part = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
        let mut files = BTreeMap::from([
            part("theme/20-b.css", "b{}"),
            part("theme/10-a.css", "a{}"),
            part("theme/10-a.js", "a()"),
            part("other.js", "c()"),
        ]);
        join(&mut files);
        let texts: Vec<_> =
            files.iter().map(|(name, text)| (name.as_str(), std::str::from_utf8(text).unwrap())).collect();
        assert_eq!(texts, [("other.js", "c()"), ("theme.css", "a{}\nb{}\n"), ("theme.js", "a()\n")]);
    }
}
