//! What verdicts mean for the author.

use super::candidate::Candidate;
use super::claims::Decided;
use super::library::Library;
use super::verdict::{Qualifier, Verdict};
use crate::diag::{Code, Diagnostic, codes, nearest};
use crate::snippet::expect::Class;
use crate::source::Span;

/// What a name that leads nowhere is one of: `policy/rule`, or a policy by its name or its file.
pub(super) fn what_is_named(name: &str) -> &'static str {
    let is_file = name.ends_with(".yaml") || name.ends_with(".yml");
    if name.contains('/') && !is_file { "rule" } else { "policy" }
}

/// A claim that names a policy which is not there.
pub(super) fn unknown_policy(name: &str, span: Span, library: &Library) -> Diagnostic {
    let what = what_is_named(name);
    let message = format!("this names the {what} `{name}`, which the site does not have");
    let found = Diagnostic::new(&codes::UNKNOWN_POLICY, span, message);
    match nearest(name, library.entries.iter().map(|entry| entry.policy.name.as_str())) {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found.help(
            "policies are read from the pages and from the files that `policies` of the configuration names",
        ),
    }
}

/// The finding of a decided claim, with the policy that it is about as a second place.
pub(super) fn of_claim(one: &Decided, class: &Class, policy: Option<Candidate<'_>>) -> Option<Diagnostic> {
    let words = &one.outcome.words;
    let (code, message): (&'static Code, String) = match &one.outcome.verdict {
        Verdict::Contradicted => {
            let is = if words.starts_with("denied by") { "it is " } else { "" };
            (&codes::CLAIM_CONTRADICTED, format!("{}, but {is}{words}", says(class)))
        }
        Verdict::Verified(qualifiers) => caveat(words, qualifiers.first()?)?,
        Verdict::NotCheckable(reason) if reason.is_ours() => {
            (&codes::CLAIM_NOT_CHECKED, format!("not checked: {words}"))
        }
        Verdict::NotCheckable(_) | Verdict::Invalid => return None,
    };
    let found = Diagnostic::new(code, one.span, message);
    Some(match policy {
        Some(policy) => found.also(policy.name, format!("the policy `{}`", policy.policy.name)),
        None => found,
    })
}

fn says(class: &Class) -> &'static str {
    match class {
        Class::Denied(_) => "the page says that this is denied",
        Class::Reported(_) => "the page says that this is reported",
        Class::Admitted(_) => "the page says that this is admitted",
        _ => "the page shows this result",
    }
}

fn caveat(words: &str, qualifier: &Qualifier) -> Option<(&'static Code, String)> {
    match qualifier {
        Qualifier::NotIsolated(others) => {
            let others = others.join(" and ");
            let message = format!("{words}, but {others} would deny it without that policy");
            Some((&codes::CLAIM_NOT_ISOLATED, message))
        }
        Qualifier::Overruled(others) => {
            let message = format!("{words}, but it is denied by {}", others.join(" and "));
            Some((&codes::CLAIM_NOT_ISOLATED, message))
        }
        Qualifier::DeniesAll => {
            let message = format!("{words}, but so is everything that the site says is admitted");
            Some((&codes::CLAIM_DENIES_ALL, message))
        }
        Qualifier::ByError => {
            let message = format!("{words}, but only because a rule ends in an error");
            Some((&codes::CLAIM_BY_ERROR, message))
        }
        Qualifier::Vacuous => {
            Some((&codes::CLAIM_VACUOUS, format!("{words}, but no rule speaks about it at all")))
        }
        Qualifier::Soft => None,
        Qualifier::Recorded(day) => Some((
            &codes::CLAIM_NOT_CHECKED,
            format!("{words}, but that was on {day}, and nothing is run here"),
        )),
    }
}
