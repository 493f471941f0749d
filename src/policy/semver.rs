//! Semantic versions, and the ranges of Kyverno's `semver_compare`.

use std::cmp::Ordering;

/// A version of three numbers, with what follows `-` and `+`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// The parts after `-`; a version that has some comes before one that has none.
    pub pre: Vec<String>,
    /// The parts after `+`, which do not count in comparisons.
    pub build: Vec<String>,
}

impl Version {
    /// The version that `text` writes in full: three numbers without leading zeros.
    pub fn parse(text: &str) -> Option<Version> {
        let (rest, build) = split_parts(text, '+')?;
        let (core, pre) = split_parts(rest, '-')?;
        let mut numbers = core.split('.');
        let mut number = || {
            let text = numbers.next()?;
            let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
            plain.then(|| text.parse().ok())?
        };
        let (major, minor, patch) = (number()?, number()?, number()?);
        let leading_zero = |part: &String| {
            part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit())
        };
        if numbers.next().is_some() || pre.iter().any(leading_zero) {
            return None;
        }
        Some(Version { major, minor, patch, pre, build })
    }

    /// The order of precedence.
    pub fn compare(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch)).then_with(
            || match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => compare_parts(&self.pre, &other.pre),
            },
        )
    }
}

fn split_parts(text: &str, sign: char) -> Option<(&str, Vec<String>)> {
    let Some((rest, parts)) = text.split_once(sign) else { return Some((text, Vec::new())) };
    let parts: Vec<String> = parts.split('.').map(str::to_owned).collect();
    let valid =
        |part: &String| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    parts.iter().all(valid).then_some((rest, parts))
}

fn compare_parts(left: &[String], right: &[String]) -> Ordering {
    for (a, b) in left.iter().zip(right) {
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            _ => a.cmp(b),
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len())
}

/// Is `version` in `range`? A text that is no version counts as 0.0.0, as in Kyverno.
///
/// # Errors
/// When `range` is no range.
pub fn in_range(version: &str, range: &str) -> Result<bool, String> {
    let version = Version::parse(version).unwrap_or_default();
    let mut alternatives: Vec<Vec<String>> = vec![Vec::new()];
    for part in parts(range) {
        match part.as_str() {
            "||" => alternatives.push(Vec::new()),
            _ => alternatives.last_mut().into_iter().for_each(|all| all.push(part.clone())),
        }
    }
    if alternatives.iter().any(Vec::is_empty) {
        return Err(format!("a part of the range {range:?} is empty"));
    }
    let mut any = false;
    for alternative in alternatives {
        let mut all = true;
        for part in alternative {
            all &= comparator(&part, &version)?;
        }
        any |= all;
    }
    Ok(any)
}

/// The comparators of a range. Spaces after an operator are dropped, and so are parts of one character.
fn parts(range: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut last = ' ';
    for c in range.chars() {
        match c {
            ' ' if !matches!(last, '>' | '<' | '=') => parts.push(String::new()),
            ' ' => {}
            _ => {
                last = c;
                parts.last_mut().into_iter().for_each(|part| part.push(c));
            }
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}

/// One comparator such as `>=1.2.0` or `!1.2.x`.
fn comparator(text: &str, version: &Version) -> Result<bool, String> {
    let digit =
        text.find(|c: char| c.is_ascii_digit()).ok_or_else(|| format!("{text:?} names no version"))?;
    let (operator, bound) = text.split_at(digit);
    if bound.contains('x') {
        return wildcard(operator, bound, version);
    }
    let bound = Version::parse(bound).ok_or_else(|| format!("{bound:?} is no version in {text:?}"))?;
    let order = version.compare(&bound);
    match operator {
        "" | "=" | "==" => Ok(order.is_eq()),
        "!" | "!=" => Ok(order.is_ne()),
        ">" => Ok(order.is_gt()),
        ">=" => Ok(order.is_ge()),
        "<" => Ok(order.is_lt()),
        "<=" => Ok(order.is_le()),
        _ => Err(format!("{operator:?} is no comparison in {text:?}")),
    }
}

/// A comparator whose version ends in `.x`: from the lowest version that it covers up to the next one.
fn wildcard(operator: &str, bound: &str, version: &Version) -> Result<bool, String> {
    let fault = || format!("{bound:?} is no version");
    let low = bound.replacen(".x.x", ".x", 1).replacen(".x", ".0", 1);
    let low = if low.split('.').count() == 2 { format!("{low}.0") } else { low };
    let low = Version::parse(&low).ok_or_else(fault)?;
    let next = match bound.split('.').count() {
        3 => Version { minor: low.minor.saturating_add(1), ..low.clone() },
        _ => Version { major: low.major.saturating_add(1), minor: 0, ..low.clone() },
    };
    let at_least = |bound: &Version| version.compare(bound).is_ge();
    match operator {
        ">" => Ok(at_least(&next)),
        ">=" => Ok(at_least(&low)),
        "<" => Ok(!at_least(&low)),
        "<=" => Ok(!at_least(&next)),
        "" | "=" | "==" => Ok(at_least(&low) && !at_least(&next)),
        // Both halves must hold, which none does: Kyverno's library joins them so.
        "!" | "!=" => Ok(!at_least(&low) && at_least(&next)),
        _ => Err(format!("{operator:?} is no comparison")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_precedence() {
        let ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1"];
        let versions: Vec<Version> = ordered.iter().map(|text| Version::parse(text).unwrap()).collect();
        assert!(versions.windows(2).all(|pair| pair[0].compare(&pair[1]).is_lt()));
        assert!(
            ["1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3.4"]
                .iter()
                .all(|text| Version::parse(text).is_none())
        );
    }

    #[test]
    fn ranges_join_comparators_and_alternatives() {
        assert_eq!(in_range("1.2.3", ">=1.0.0 <2.0.0 || 3.x"), Ok(true));
        assert_eq!(in_range("3.9.0", ">=1.0.0 <2.0.0 || 3.x"), Ok(true));
        assert_eq!(in_range("2.0.0", ">= 1.0.0 <2.0.0"), Ok(false));
        assert!(in_range("1.0.0", "~1.0.0").is_err() && in_range("1.0.0", "x").is_err());
    }
}
