//! Image references: `registry.example.com/team/app:1.2@sha256:…`, with the defaults that Kyverno fills in.

/// The parts of an image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// The registry; `docker.io` when none is written.
    pub registry: String,
    /// The repository below the registry: `team/app`.
    pub path: String,
    /// The last part of the path: `app`.
    pub name: String,
    /// The tag; `latest` when neither tag nor digest is written; empty beside a digest.
    pub tag: String,
    /// The digest, `sha256:…`; empty when none is written.
    pub digest: String,
}

impl ImageRef {
    /// The parts of `text`; `None` when it is no image reference.
    pub fn parse(text: &str) -> Option<ImageRef> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, is_digest(digest).then_some(digest)?),
            None => (text, ""),
        };
        let (named, tag) = match rest.rsplit_once(':') {
            Some((named, tag)) if !tag.contains('/') => (named, is_tag(tag).then_some(tag)?),
            _ => (rest, ""),
        };
        let (registry, path) = match named.split_once('/') {
            Some((host, path)) if is_host(host) => (host, path),
            _ => ("docker.io", named),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        if !path.split('/').all(is_component) {
            return None;
        }
        let tag = if tag.is_empty() && digest.is_empty() { "latest" } else { tag };
        let own = str::to_string;
        Some(ImageRef {
            registry: own(registry),
            path: own(path),
            name: own(name),
            tag: own(tag),
            digest: own(digest),
        })
    }

    /// Registry, path, and digest or else tag.
    pub fn reference(&self) -> String {
        match self.digest.is_empty() {
            true => self.reference_with_tag(),
            false => format!("{}/{}@{}", self.registry, self.path, self.digest),
        }
    }

    /// Registry, path and tag.
    pub fn reference_with_tag(&self) -> String {
        format!("{}/{}:{}", self.registry, self.path, self.tag)
    }
}

fn is_host(text: &str) -> bool {
    text.contains(['.', ':']) || text == "localhost" || text.chars().any(|c| c.is_ascii_uppercase())
}

fn is_component(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    edge(text.chars().next()) && edge(text.chars().last()) && text.chars().all(inner)
}

fn is_tag(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= 128 && text.starts_with(word) && text.chars().all(|c| word(c) || matches!(c, '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    let hex = |text: &str| text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    text.split_once(':').is_some_and(|(algorithm, value)| {
        algorithm.starts_with(|c: char| c.is_ascii_alphabetic())
            && hex(value)
            && (algorithm != "sha256" || value.len() == 64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_docker_io_and_latest() {
        let nginx = ImageRef::parse("nginx").unwrap();
        assert_eq!((nginx.reference().as_str(), nginx.name.as_str()), ("docker.io/nginx:latest", "nginx"));
        let own = ImageRef::parse("localhost:5000/team/app:1.2").unwrap();
        assert_eq!(
            (own.registry.as_str(), own.path.as_str(), own.tag.as_str()),
            ("localhost:5000", "team/app", "1.2")
        );
    }

    #[test]
    fn a_digest_stands_for_the_tag() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let image = ImageRef::parse(&format!("ghcr.io/x/y@{digest}")).unwrap();
        assert_eq!((image.tag.as_str(), image.reference()), ("", format!("ghcr.io/x/y@{digest}")));
        assert!(
            ["", "Nginx", "a//b", "a:b:c/", "x@sha256:12"].iter().all(|text| ImageRef::parse(text).is_none())
        );
    }
}
