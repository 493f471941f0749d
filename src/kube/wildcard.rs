//! Kyverno's wildcards: `*` is any run of characters, `?` is exactly one, and nothing else is special.

/// Does `pattern` fit the whole of `text`? An empty pattern fits only the empty text.
pub fn matches(pattern: &str, text: &str) -> bool {
    if !contains_wildcard(pattern) {
        return pattern == text;
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                // Let the last star take one character more.
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Is there a `*` or `?` in `text`?
pub fn contains_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        let fits =
            [("*", ""), ("?*", "a"), ("a*c", "abbc"), ("*:latest", "nginx:latest"), ("a?", "aß"), ("", "")];
        assert!(fits.iter().all(|(pattern, text)| matches(pattern, text)));
        let fails = [("?*", ""), ("a?", "a"), ("", "a"), ("[a]", "a"), ("a*b*c", "acb"), ("A", "a")];
        assert!(fails.iter().all(|(pattern, text)| !matches(pattern, text)));
    }

    #[test]
    fn many_stars_stay_fast() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(400)));
    }
}
