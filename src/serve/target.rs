//! What a browser asks for, read strictly: decoded once, and refused when it is no path below the site.

/// The longest request target that is read, in bytes.
const LONGEST: usize = 4096;

/// A path below the site: no leading slash, percent-decoded, without `.` and `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The path.
    pub path: String,
    /// The query with its question mark; may be empty.
    pub query: String,
}

/// Why a target is refused, as an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// 400
    Malformed,
    /// 414
    TooLong,
}

impl Target {
    /// The target of a request line.
    pub fn parse(raw: &str) -> Result<Target, Refused> {
        if raw.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let rest = raw.strip_prefix('/').ok_or(Refused::Malformed)?;
        let rest = rest.split('#').next().unwrap_or_default();
        let at = rest.find('?').unwrap_or(rest.len());
        let (path, query) = rest.split_at(at);
        let path = decode(path).ok_or(Refused::Malformed)?;
        let climbs = path.split('/').any(|part| matches!(part, "." | ".."));
        if climbs || path.contains(|mark: char| mark.is_control() || mark == '\\') {
            return Err(Refused::Malformed);
        }
        Ok(Target { path, query: query.to_string() })
    }
}

/// Percent-decode once; `None` for half an escape or text that is not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
                u8::try_from(value).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        let path = |raw: &str| Target::parse(raw).map(|target| target.path);
        assert_eq!(path("/a%20b/?x=%2e#y"), Ok("a b/".to_string()));
        assert_eq!(path("/%C3%A4.md"), Ok("ä.md".to_string()));
        assert_eq!(path("/%252e%252e/x"), Ok("%2e%2e/x".to_string()));
        assert_eq!(path("/a+b"), Ok("a+b".to_string()));
        assert_eq!(Target::parse("/a?b=/../").unwrap().query, "?b=/../");
    }

    #[test]
    fn what_leads_out_of_the_site_is_refused() {
        let long = format!("/{}", "a".repeat(9000));
        let wrong = [
            "",
            "*",
            "http://x/",
            "a",
            "/..",
            "/a/../b",
            "/%2e%2e/x",
            "/a/%2E%2e",
            "/.%2e/",
            "/./a",
            "/a%2f..%2fb",
            "/..%5cx",
            "/a\\b",
            "/%00",
            "/a%0d%0ab",
            "/%ff",
            "/%c0%ae%c0%ae/",
            "/%",
            "/%2",
            "/%zz",
            &long,
        ];
        for raw in wrong {
            assert!(Target::parse(raw).is_err(), "{raw}");
        }
    }
}
