//! Group, version and kind, and the selectors that policies write for them.

use super::wildcard;
use std::fmt;

/// A group, version and kind. The core group is the empty text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Gvk {
    /// `apps`, `batch`, …; empty for the core group.
    pub group: String,
    /// `v1`, `v1beta1`, …
    pub version: String,
    /// `Deployment`.
    pub kind: String,
}

impl Gvk {
    /// From the two fields of a manifest.
    pub fn new(api_version: &str, kind: &str) -> Gvk {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Gvk { group: group.to_string(), version: version.to_string(), kind: kind.to_string() }
    }

    /// The field `apiVersion`: `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        match self.group.is_empty() {
            true => self.version.clone(),
            false => format!("{}/{}", self.group, self.version),
        }
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.api_version(), self.kind)
    }
}

/// A kind as a policy selects it: `Pod`, `apps/v1/Deployment`, `Pod/exec`, `*/*`. Each part is a wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindSelector {
    /// Wildcard for the group.
    pub group: String,
    /// Wildcard for the version.
    pub version: String,
    /// Wildcard for the kind.
    pub kind: String,
    /// Wildcard for the subresource; empty selects the object itself.
    pub subresource: String,
}

impl KindSelector {
    /// The selector that `text` writes. More than four parts select nothing.
    pub fn parse(text: &str) -> KindSelector {
        let (head, last) = text.rsplit_once('/').map_or((None, text), |(head, last)| (Some(head), last));
        let mut parts: Vec<&str> = head.map(|head| head.split('/').collect()).unwrap_or_default();
        parts.extend(last.split('.'));
        match parts.as_slice() {
            [kind] => select("*", "*", kind, ""),
            ["*", "*"] => select("*", "*", "*", "*"),
            ["*", sub] if sub.to_lowercase() == *sub => select("*", "*", "*", sub),
            [version, kind] if is_version(version) => select("*", version, kind, ""),
            [kind, sub] => select("*", "*", kind, sub),
            [version, kind, sub] if is_version(version) => select("*", version, kind, sub),
            [group, version, kind] => select(group, version, kind, ""),
            [group, version, kind, sub] => select(group, version, kind, sub),
            _ => select("", "", "", ""),
        }
    }

    /// Does it select `subresource` (empty: the object itself) of `gvk`?
    pub fn matches(&self, gvk: &Gvk, subresource: &str) -> bool {
        wildcard::matches(&self.group, &gvk.group)
            && wildcard::matches(&self.version, &gvk.version)
            && wildcard::matches(&self.kind, &gvk.kind)
            && (wildcard::matches(&self.subresource, subresource)
                || (gvk.kind == "Pod" && subresource == "ephemeralcontainers" && self.subresource.is_empty()))
    }
}

fn select(group: &str, version: &str, kind: &str, subresource: &str) -> KindSelector {
    KindSelector {
        group: group.to_string(),
        version: version.to_string(),
        kind: kind.to_string(),
        subresource: subresource.to_string(),
    }
}

/// `*`, or `v` and digits with an optional `alpha` or `beta` and digits.
fn is_version(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(rest) = text.strip_prefix('v') else { return text == "*" };
    let (major, minor) = rest
        .split_once("alpha")
        .or_else(|| rest.split_once("beta"))
        .map_or((rest, None), |(a, b)| (a, Some(b)));
    digits(major) && minor.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_read_part_by_part() {
        let deployment = Gvk::new("apps/v1", "Deployment");
        let selects = |text: &str, sub: &str| KindSelector::parse(text).matches(&deployment, sub);
        assert!(selects("Deployment", "") && selects("apps/v1/Deployment", "") && selects("v1/Deploy*", ""));
        assert!(
            selects("*", "") && selects("*/*", "scale") && selects("*/*", "") && selects("*/scale", "scale")
        );
        assert!(selects("Deployment/scale", "scale") && selects("apps/v1/Deployment.scale", "scale"));
        assert!(!selects("Deployment", "scale") && !selects("extensions/v1/Deployment", ""));
        assert!(!selects("*/v1/Deployment", "") && !selects("v*/Deployment", ""));
    }
}
