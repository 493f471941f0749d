//! The number of claims that may be left undecided.

use super::Decided;
use super::verdict::Verdict;
use crate::diag::{Diagnostic, Severity, codes, plural};
use crate::site::{Config, PageId};
use std::collections::BTreeMap;

/// The finding that more claims are left undecided than the configuration accepts, or fewer, so that it can accept
/// fewer from now on.
pub fn ratchet(claims: &BTreeMap<PageId, Vec<Decided>>, config: &Config) -> Option<Diagnostic> {
    let accepted = config.checks.max_unchecked?;
    let open = |one: &&Decided| matches!(one.outcome.verdict, Verdict::NotCheckable(_));
    let count = claims.values().flatten().filter(open).count();
    let (are, accepts) = (plural(count, "claim"), format!("`max_unchecked` is {accepted}"));
    let message = format!("{are} {} not checkable, and {accepts}", if count == 1 { "is" } else { "are" });
    let found = Diagnostic::of_site(&codes::TOO_MANY_UNCHECKED, message);
    match count.cmp(&accepted) {
        std::cmp::Ordering::Greater => {
            Some(found.help("`runproof claims` lists them with their reasons; mend some, or accept more"))
        }
        std::cmp::Ordering::Less => {
            let mut found = found.help(format!("set it to {count}, so that it cannot rise again"));
            found.severity = Severity::Note;
            Some(found)
        }
        std::cmp::Ordering::Equal => None,
    }
}
