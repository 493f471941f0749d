//! What is known of a kind that a manifest names.

use super::shape::{Kind, Origin};
use super::{Schemas, Version};
use crate::diag::nearest;
use crate::kube::Gvk;

/// A group that had kinds long ago and has none now.
const GONE: &str = "extensions";

/// What is known of a kind.
#[derive(Debug, Clone)]
pub enum Found<'s> {
    /// It is served.
    Served(&'s Kind),
    /// It is not served under this API, but was or will be, or is under another one.
    NotServed {
        /// The versions of Kubernetes that serve it, when any are known.
        known: Option<(Version, Version)>,
        /// The kind under the API to use, when there is one.
        instead: Option<&'s Kind>,
    },
    /// The API is Kubernetes' own and has no kind of this name.
    NoKind {
        /// The kind whose name is nearest.
        near: Option<&'s Kind>,
    },
    /// Nobody here knows it: an object of a definition that is not at hand.
    Unknown,
}

impl Schemas {
    /// What is known of the kind `gvk`.
    pub fn find(&self, gvk: &Gvk) -> Found<'_> {
        if let Some(kind) = self.kind(gvk) {
            return Found::Served(kind);
        }
        let ours = |kind: &&Kind| kind.origin != Origin::Site;
        let same_group = || self.named(&gvk.kind).filter(ours).filter(|kind| kind.group == gvk.group);
        let is_own = self.is_own_group(&gvk.group);
        if same_group().next().is_none() && !is_own {
            return Found::Unknown;
        }
        let known = same_group().find(|kind| kind.version == gvk.version).map(|kind| kind.served);
        let built_in = || self.named(&gvk.kind).filter(|kind| kind.origin == Origin::Kubernetes);
        let instead = self.best(same_group()).or_else(|| self.best(built_in()));
        if known.is_some() || instead.is_some() {
            return Found::NotServed { known, instead };
        }
        let near = self.near(gvk);
        // `Config` of kubectl and `Status` of its answers say `v1` and are no objects.
        if gvk.group.is_empty() && near.is_none() { Found::Unknown } else { Found::NoKind { near } }
    }

    /// The stable version that takes the place of one that is still served.
    pub fn successor(&self, kind: &Kind) -> Option<&Kind> {
        let of_group = self.named(&kind.kind).filter(|other| other.group == kind.group && !other.deprecated);
        let best = self.best(of_group)?;
        let is_better = stability(&best.version).0 > stability(&kind.version).0;
        (kind.deprecated || (is_better && kind.origin == Origin::Kubernetes)).then_some(best)
    }

    fn is_own_group(&self, group: &str) -> bool {
        let own = |kind: &Kind| kind.origin == Origin::Kubernetes && kind.group == group;
        group == GONE || self.kinds.iter().any(own)
    }

    pub(super) fn best<'s>(&self, kinds: impl Iterator<Item = &'s Kind>) -> Option<&'s Kind> {
        kinds.filter(|kind| kind.is_served(self.version)).max_by_key(|kind| stability(&kind.version))
    }

    fn near(&self, gvk: &Gvk) -> Option<&Kind> {
        let own = || self.served().filter(|kind| kind.origin == Origin::Kubernetes);
        let name = nearest(&gvk.kind, own().map(|kind| kind.kind.as_ref()))?;
        self.best(own().filter(|kind| kind.kind == name))
    }
}

/// `v1` is above `v1beta2`, that above `v1beta1`, that above `v2alpha1`.
fn stability(version: &str) -> (u8, u32, u32) {
    let rest = version.trim_start_matches('v');
    let number = |text: &str| text.parse().unwrap_or(0);
    match (rest.split_once("beta"), rest.split_once("alpha")) {
        (Some((major, minor)), _) => (1, number(major), number(minor)),
        (_, Some((major, minor))) => (0, number(major), number(minor)),
        _ => (2, number(rest), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(minor: &str, api: &str, kind: &str) -> String {
        let schemas = Schemas::for_version(Version::parse(minor).unwrap());
        match schemas.find(&Gvk::new(api, kind)) {
            Found::Served(kind) => match schemas.successor(kind) {
                Some(other) => format!("{} before {}", kind.api_version(), other.api_version()),
                None => kind.plural.to_string(),
            },
            Found::NotServed { known, instead } => {
                let known = known.map_or(String::new(), |(first, last)| format!("{first} to {last}, "));
                format!("{known}{}", instead.map_or("nothing".to_string(), Kind::api_version))
            }
            Found::NoKind { near } => format!("near {}", near.map_or("nothing", |kind| &kind.kind)),
            Found::Unknown => "unknown".to_string(),
        }
    }

    #[test]
    fn a_kind_is_served_or_has_another_api_or_is_not_known() {
        assert_eq!(found("1.37", "apps/v1", "Deployment"), "deployments");
        assert_eq!(found("1.37", "extensions/v1beta1", "Deployment"), "apps/v1");
        assert_eq!(found("1.37", "v1", "Deployment"), "apps/v1");
        assert_eq!(found("1.37", "batch/v1beta1", "CronJob"), "batch/v1");
        assert_eq!(
            found("1.37", "autoscaling/v2beta2", "HorizontalPodAutoscaler"),
            "1.25 to 1.25, autoscaling/v2"
        );
        assert_eq!(
            found("1.30", "admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"),
            "1.36 to 1.37, nothing"
        );
        assert_eq!(found("1.37", "policy/v1beta1", "PodSecurityPolicy"), "near nothing");
        assert_eq!(found("1.37", "v1", "ConfigMaps"), "near ConfigMap");
        assert_eq!(found("1.37", "v1", "Config"), "unknown");
        assert_eq!(found("1.37", "example.com/v1", "Probe"), "unknown");
    }

    #[test]
    fn the_version_to_use_is_named_for_one_that_is_still_served() {
        assert_eq!(
            found("1.37", "resource.k8s.io/v1beta1", "ResourceClaim"),
            "resource.k8s.io/v1beta1 before resource.k8s.io/v1"
        );
        assert_eq!(
            found("1.37", "kyverno.io/v2beta1", "PolicyException"),
            "kyverno.io/v2beta1 before kyverno.io/v2"
        );
        assert_eq!(found("1.37", "kyverno.io/v2beta1", "ClusterPolicy"), "clusterpolicies");
        assert_eq!(found("1.37", "kyverno.io/v2alpha1", "PolicyException"), "kyverno.io/v2");
    }
}
