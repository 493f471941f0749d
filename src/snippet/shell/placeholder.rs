//! Words that a reader has to replace.

use std::ops::Range;

/// A part of a text that stands for something the reader knows: `<name>`, `YOUR_TOKEN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name without marks: `name`.
    pub name: String,
    /// Its bytes.
    pub range: Range<usize>,
    /// It is written `<name>`.
    pub angled: bool,
}

/// Every placeholder of `text`, in order.
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    let mut found = angled(text);
    found.extend(shouted(text));
    found.sort_by_key(|placeholder| placeholder.range.start);
    found
}

/// `<name>` where a reader, not a shell, would see one thing: letters, digits and a few marks inside, and
/// nothing behind it that a redirection would read as its file.
fn angled(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('<') {
        let rest = &text[start + 1..];
        let Some(length) = rest.find(['>', '<', '\n']) else { continue };
        let (name, after) = (&rest[..length], &rest[length..]);
        let before = text[..start].chars().next_back();
        let behind = after.strip_prefix('>').map(|after| after.chars().next());
        let fits_before = before.is_none_or(|c| !matches!(c, '<' | '$' | '&') && !c.is_ascii_digit());
        let fits_behind = match behind {
            None => false,
            Some(next) => next.is_none_or(|c| c.is_whitespace() || "\"'`/:-_,.;@)|]}=<".contains(c)),
        };
        if is_name(name) && fits_before && fits_behind {
            let range = start..start + length + 2;
            found.push(Placeholder { name: name.to_string(), range, angled: true });
        }
    }
    found
}

fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || " _-./:|".contains(c);
    name.starts_with(char::is_alphabetic)
        && name.ends_with(|c: char| c.is_alphanumeric())
        && name.len() <= 60
        && name.chars().all(inside)
}

/// `YOUR_TOKEN`, `YOUR-ORG`, `your-org`: words that say so themselves.
fn shouted(text: &str) -> Vec<Placeholder> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut found = Vec::new();
    for start in ["YOUR_", "YOUR-", "your-"] {
        for (at, _) in text.match_indices(start) {
            let word = &text[at..at + text[at..].find(|c: char| !inside(c)).unwrap_or(text.len() - at)];
            let word = word.trim_end_matches(['_', '-']);
            let begins = !text[..at].ends_with(|c: char| inside(c) || c == '$' || c == '{' || c == '.');
            if begins && word.len() > start.len() {
                found.push(Placeholder { name: word.to_string(), range: at..at + word.len(), angled: false });
            }
        }
    }
    found
}

/// `text` with the marks of angled placeholders and the blanks in them made letters, so that the text keeps
/// its length and a shell reads words.
pub(super) fn mask(text: &str, placeholders: &[Placeholder]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for placeholder in placeholders.iter().filter(|placeholder| placeholder.angled) {
        for byte in &mut bytes[placeholder.range.clone()] {
            if matches!(byte, b'<' | b'>' | b' ' | b'|') {
                *byte = b'_';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        placeholders(text).into_iter().map(|placeholder| placeholder.name).collect()
    }

    #[test]
    fn a_name_in_angles_is_a_placeholder() {
        assert_eq!(names("kubectl get pod <pod-name> -n <NAMESPACE>\n"), ["pod-name", "NAMESPACE"]);
        assert_eq!(names("curl https://<your host>/x?a=<id>\""), ["your host", "id"]);
        assert_eq!(names("export TOKEN=YOUR_TOKEN org/YOUR-ORG"), ["YOUR_TOKEN", "YOUR-ORG"]);
    }

    #[test]
    fn a_redirection_is_none() {
        for text in ["sort <in >out", "cat <in>out", "cat <<EOF", "diff <(a) <(b)", "x 2>&1 <y", "a <<<b > c"]
        {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }
}
