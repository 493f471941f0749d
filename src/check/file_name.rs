//! Names of files for snippets: safe on every disk and in every URL, always the same, and no two alike.

use crate::source::Hash;

/// The most characters of one part of a name.
const LONGEST: usize = 80;

/// The name of the snippet `id` of the page whose file below the content folder is `page`, without an extension:
/// `guide/start/no-limits`. It depends on nothing else, so it stays whatever becomes of other snippets.
pub(super) fn of(page: &str, id: &str) -> String {
    let page = page.strip_suffix(".md").unwrap_or(page);
    let parts: Vec<String> = page.split('/').chain([id]).map(part).collect();
    parts.join("/")
}

/// A part of a name: small letters, digits, `-` and `_`. What that changes, or cuts off, is told by a hash at its
/// end, so that parts that differ stay different, also on disks that do not tell `A` from `a`.
fn part(text: &str) -> String {
    let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if !text.is_empty() && text.len() <= LONGEST && text.chars().all(safe) {
        return text.to_string();
    }
    let near = text.to_ascii_lowercase();
    let near: String = near.chars().map(|c| if safe(c) { c } else { '-' }).take(LONGEST).collect();
    let near = near.trim_matches('-');
    let dash = if near.is_empty() { "" } else { "-" };
    format!("{near}{dash}{}", Hash::of(text).short(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_and_others_get_a_hash() {
        assert_eq!(of("phase-3/limits.md", "no-limits"), "phase-3/limits/no-limits");
        let odd = of("Phase 3/é.md", "No.Limits");
        assert!(
            odd.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_/".contains(c)),
            "{odd}"
        );
        assert_ne!(of("a.md", "X"), of("a.md", "x"));
        assert_ne!(of("a.md", "x.y"), of("a.md", "x-y"));
        assert_ne!(of("a/b.md", "c"), of("a.md", "b/c"));
        assert_ne!(of("a.md", &"x".repeat(200)), of("a.md", &"x".repeat(201)));
        assert!(of("a.md", &"é".repeat(200)).len() < 120);
    }
}
