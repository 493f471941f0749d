//! The page of a check, held in the binary, for a terminal.

use super::codes;
use include_dir::{Dir, include_dir};

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/reference/checks");

/// The Markdown page of the code `name`, as it stands in the documentation.
pub fn page(name: &str) -> Option<&'static str> {
    PAGES.get_file(format!("{name}.md"))?.contents_utf8()
}

/// The names of all pages, sorted.
pub fn pages() -> Vec<&'static str> {
    let stem = |path: &'static std::path::Path| path.file_stem()?.to_str();
    let mut names: Vec<_> = PAGES.files().filter_map(|file| stem(file.path())).collect();
    names.retain(|name| *name != "index");
    names.sort_unstable();
    names
}

/// Every code with its severity and what it finds, one a line.
pub fn list() -> String {
    let mut codes = codes::ALL.to_vec();
    codes.sort_by_key(|code| code.name);
    let width = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let line =
        |code: &&codes::Code| format!("{:width$}  {:7}  {}\n", code.name, code.severity.word(), code.summary);
    codes.iter().map(line).collect()
}

/// The page for a terminal: without front matter, attributes and fence marks; headings, code and links stand
/// out when `color` is on.
pub fn terminal(page: &str, color: bool) -> String {
    let mut out = String::new();
    let mut fence: Option<&str> = None;
    for line in body(page).lines() {
        let bare = line.trim_start();
        let mark = &bare[..bare.len() - bare.trim_start_matches(['`', '~']).len()];
        match fence {
            Some(open) if mark == open && bare.len() == mark.len() => fence = None,
            Some(_) => {
                // What would be an include is escaped in the page.
                let line = line.replace(";--8<--", "--8<--");
                out.push_str(&format!("    {}\n", styled(&line, "2", color)));
            }
            None if mark.len() >= 3 => fence = Some(mark),
            None if line.starts_with('#') => {
                out.push_str(&format!("{}\n", styled(line.trim_start_matches('#').trim(), "1", color)));
            }
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out.trim().to_string() + "\n"
}

/// What follows the front matter.
fn body(page: &str) -> &str {
    let rest = page.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    rest.map_or(page, |(_, body)| body)
}

fn styled(text: &str, style: &str, color: bool) -> String {
    match color && !text.is_empty() {
        true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
        false => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_plain_text_in_a_terminal() {
        let page = "---\ntitle: x\n---\n# Title\n\nWords.\n\n````md { .fails }\n```sh\nls\n```\n````\n";
        assert_eq!(terminal(page, false), "Title\n\nWords.\n\n    ```sh\n    ls\n    ```\n");
        assert!(terminal(page, true).starts_with("\u{1b}[1mTitle\u{1b}[0m\n"));
    }

    #[test]
    fn the_list_names_every_code() {
        assert_eq!(list().lines().count(), codes::ALL.len());
    }
}
