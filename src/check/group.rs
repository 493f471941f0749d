//! Sentences that say the same about the same command are one claim.

use super::claims::Place;
use crate::snippet::expect::{Class, Outcome as Said, Reference};
use crate::snippet::{Claim, Origin};

/// What a page says about one command in one or more sentences.
pub(super) struct Group<'a> {
    /// The sentences, at least one.
    pub claims: Vec<&'a Claim>,
}

impl<'a> Group<'a> {
    /// The sentence that says it most plainly: the one with a marker.
    pub fn main(&self) -> &'a Claim {
        let plain = self.claims.iter().find(|claim| claim.origin != Origin::CommentBefore);
        plain.unwrap_or(&self.claims[0])
    }

    /// The sentence that names who decides, if one does.
    pub fn reference(&self) -> Option<&'a Reference> {
        let named = |claim: &&&'a Claim| reference(claim).is_some_and(Reference::is_name);
        let naming = self
            .claims
            .iter()
            .find(named)
            .or_else(|| self.claims.iter().find(|claim| reference(claim).is_some()));
        naming.and_then(|claim| reference(claim))
    }

    /// Where its sentences stand.
    pub fn places(&self) -> Vec<Place> {
        let place = |claim: &&Claim| Place { span: claim.span, text: claim.text.clone() };
        self.claims.iter().map(place).collect()
    }
}

/// The claims in groups: those about the same step that say the same kind of thing.
pub(super) fn groups(claims: &[Claim]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for claim in claims {
        let fits = |group: &&mut Group| {
            let first = group.claims[0];
            first.step == claim.step && same_kind(&first.class, &claim.class)
        };
        match groups.iter_mut().find(fits) {
            Some(group) if said(&claim.class).is_some() => group.claims.push(claim),
            _ => groups.push(Group { claims: vec![claim] }),
        }
    }
    groups
}

fn same_kind(left: &Class, right: &Class) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// What a claim says of an admission; `None` for claims about anything else.
pub(super) fn said(class: &Class) -> Option<&Said> {
    match class {
        Class::Denied(said) | Class::Admitted(said) | Class::Reported(said) => Some(said),
        _ => None,
    }
}

fn reference(claim: &Claim) -> Option<&Reference> {
    said(&claim.class)?.by.as_ref()
}
