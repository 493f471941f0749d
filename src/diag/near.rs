//! "Did you mean": which of several names is nearest to one that does not exist.

/// The candidate with the fewest changes to `wanted`, when they are few for its length. Of equals the first in
/// alphabetical order.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within((wanted.chars().count() / 3).clamp(1, 6), wanted, candidates)
}

/// The same with at most `limit` changes.
pub fn nearest_within<'a>(
    limit: usize,
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let within = best.map_or(limit, |(distance, _)| distance);
        let Some(distance) = distance(&wanted, &candidate.to_lowercase(), within) else { continue };
        if best.is_none_or(|known| (distance, candidate) < known) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added, dropped or swapped with their neighbour; `None` when more than
/// `limit`. A site has many names, so those that cannot be so near are not even compared.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let distance = (least(left, right) <= limit).then(|| strsim::osa_distance(left, right))?;
    (distance <= limit).then_some(distance)
}

/// The least that the distance can be: a change takes one letter away and brings one in, at most.
fn least(left: &str, right: &str) -> usize {
    let lengths = left.chars().count().abs_diff(right.chars().count());
    let mut letters = [0_isize; 128];
    for (text, change) in [(left, 1), (right, -1)] {
        for letter in text.bytes().filter(u8::is_ascii) {
            letters[usize::from(letter)] += change;
        }
    }
    let differing: usize = letters.iter().map(|count| count.unsigned_abs()).sum();
    lengths.max(differing.div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let keys = ["content_dir", "out_dir", "title", "url"];
        assert_eq!(nearest("contnet_dir", keys), Some("content_dir"));
        assert_eq!(nearest("Title", keys), Some("title"));
        assert_eq!(nearest("ulr", keys), Some("url"));
        assert_eq!(nearest("brokenlink", ["broken-link", "cheese"]), Some("broken-link"));
        assert_eq!(nearest("plugins", keys), None);
        assert_eq!(nearest("", keys), None);
    }

    #[test]
    fn nothing_is_nearer_than_the_least_distance() {
        let names = ["", "a", "ab", "ba", "abc", "xbc", "größe", "grosse", "policies", "polices", "seicilop"];
        for left in names {
            for right in names {
                assert!(least(left, right) <= strsim::osa_distance(left, right), "{left} {right}");
            }
        }
        assert_eq!(least("abc", "xyz"), 3);
    }
}
