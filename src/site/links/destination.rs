//! A destination as an author writes it, taken apart.

use crate::markdown::{Link, LinkKind};

/// A destination taken apart.
pub(super) struct Destination<'a> {
    /// As written, without query and fragment.
    pub written: &'a str,
    /// The path, decoded.
    pub path: String,
    pub query: Option<&'a str>,
    pub fragment: Option<&'a str>,
}

/// Does a link lead out of the site, or to no place at all?
pub(super) fn leads_out(link: &Link) -> bool {
    let to = link.destination.as_str();
    to.starts_with("//") || scheme(to).is_some() || link.kind == LinkKind::Auto
}

/// A destination outside of the site as it should be written; a bare mail address gets its scheme.
pub(super) fn outside(link: &Link) -> String {
    match link.kind == LinkKind::Auto && scheme(&link.destination).is_none() && link.destination.contains('@')
    {
        true => format!("mailto:{}", link.destination),
        false => link.destination.clone(),
    }
}

/// `https`, `mailto`, `data`, …
pub(super) fn scheme(destination: &str) -> Option<&str> {
    let (scheme, _) = destination.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_one =
        scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits);
    is_one.then_some(scheme)
}

pub(super) fn take_apart(destination: &str) -> Destination<'_> {
    let (rest, fragment) = match destination.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (destination, None),
    };
    let (written, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    Destination { written, path: decoded(written), query, fragment }
}

/// `text` with `%20` and the like resolved; as it is where that gives no UTF-8.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_taken_apart_and_decoded() {
        let parts = take_apart("a%20b/%C3%A9.md?x=1#s?y");
        assert_eq!(
            (parts.path.as_str(), parts.query, parts.fragment),
            ("a b/é.md", Some("x=1"), Some("s?y"))
        );
        assert_eq!(parts.written, "a%20b/%C3%A9.md");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%ff"), "%ff");
        assert_eq!(decoded("%2"), "%2");
        assert_eq!(decoded("%é0"), "%é0");
    }

    #[test]
    fn a_scheme_is_more_than_a_drive_letter() {
        assert_eq!(scheme("https://x"), Some("https"));
        assert_eq!(scheme("mailto:a@b"), Some("mailto"));
        assert_eq!(scheme("c:/x"), None);
        assert_eq!(scheme("a b:c"), None);
        assert_eq!(scheme("page.md#a:b"), None);
    }
}
