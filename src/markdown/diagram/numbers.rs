//! Numbers in the attributes of pictures.

use std::fmt::Write;

/// Larger numbers stay as they are written.
const LARGEST: f64 = 1e12;

/// `text` with every number in it rounded to `places` decimals.
pub(super) fn rounded(text: &str, places: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut behind_number = false;
    while let Some(first) = rest.chars().next() {
        let length = length(rest);
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            behind_number = false;
            continue;
        }
        let (number, after) = rest.split_at(length);
        // `.5.5` is two numbers, and stays two.
        let space = if behind_number { " " } else { "" };
        match number.parse::<f64>() {
            Ok(value) if value.abs() < LARGEST => push(value, places, space, &mut out),
            _ => out.extend([space, number]),
        }
        behind_number = true;
        rest = after;
    }
    out
}

/// All numbers in `text`.
pub(super) fn all(text: &str) -> Vec<f64> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = length(rest);
        numbers.extend(rest[..length].parse::<f64>().ok().filter(|number| number.is_finite()));
        rest = &rest[length.max(first.len_utf8())..];
    }
    numbers
}

/// A number as it is written: at most two decimals.
pub(super) fn short(number: f64) -> String {
    let mut out = String::new();
    push(number, 2, "", &mut out);
    out
}

/// Writes a number with at most `places` decimals; a minus needs no `space` before it.
fn push(value: f64, places: usize, space: &str, out: &mut String) {
    // Pictures hold many numbers, and no digit of them matters beyond these: integers are the shortest way to them.
    let scale = 10_u64.pow(u32::try_from(places).unwrap_or_default());
    let scaled = (value.abs() * scale as f64).round() as u64;
    out.push_str(if value < 0.0 && scaled > 0 { "-" } else { space });
    let (whole, fraction) = (scaled / scale, scaled % scale);
    // Writing to a string does not fail.
    let _ = write!(out, "{whole}");
    if fraction > 0 {
        let _ = write!(out, ".{fraction:0places$}");
        out.truncate(out.trim_end_matches('0').len());
    }
}

/// How many bytes at the start of `text` are a number.
fn length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += if whole + fraction > 0 { 1 + fraction } else { 0 };
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = if end + 1 + sign <= bytes.len() { digits(end + 1 + sign) } else { 0 };
        end += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_all_else_stays() {
        assert_eq!(rounded("M188.0,32.5L192.167,-0.04C1e-16 2.96", 1), "M188,32.5L192.2,0C0 3");
        assert_eq!(rounded("10.228.55-.04", 1), "10.2 0.6 0");
        assert_eq!(rounded("translate(-17.0078125, -8.5) 1em é", 2), "translate(-17.01, -8.5) 1em é");
        assert_eq!(rounded("- . e -e 1e", 1), "- . e -e 1e");
        assert_eq!(all("M1,2.5L-3 .5z"), [1.0, 2.5, -3.0, 0.5]);
        assert_eq!(short(-0.001), "0");
    }
}
