//! Kubernetes quantities: `500m`, `1Gi`, `1e3`. Exact to a billionth, as the API server keeps them.

use std::cmp::Ordering;
use std::fmt;

/// An amount in billionths, with the notation that it was written in. Equal amounts compare as equal,
/// however they were written.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

/// How a quantity was written and is printed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `m`, `k`, `M`, …: powers of ten.
    Decimal,
    /// `Ki`, `Mi`, …: powers of 1024.
    Binary,
    /// `1e3`.
    Exponent,
}

const NANO: i128 = 1_000_000_000;
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// The quantity that `text` writes; `None` if it writes none. Amounts finer than a billionth are
    /// rounded away from zero; amounts beyond some 10^29 are held there.
    pub fn parse(text: &str) -> Option<Quantity> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let (unit, format) = unit(suffix)?;
        let nanos = amount(whole, fraction, unit);
        let format = match format {
            Format::Binary if nanos > 0 && nanos < NANO => Format::Decimal,
            format => format,
        };
        Some(Quantity { nanos: if text.starts_with('-') { -nanos } else { nanos }, format })
    }

    /// The quantity of `nanos` billionths, printed in `format`.
    pub fn from_nanos(nanos: i128, format: Format) -> Quantity {
        Quantity { nanos, format }
    }

    /// The amount in billionths.
    pub fn nanos(self) -> i128 {
        self.nanos
    }

    /// How it was written.
    pub fn format(self) -> Format {
        self.format
    }
}

/// What one unit of the number is worth: a factor of ten or of two.
#[derive(Clone, Copy)]
enum Unit {
    Ten(i32),
    Two(u32),
}

fn unit(suffix: &str) -> Option<(Unit, Format)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((Unit::Ten(*power), Format::Decimal));
    }
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((Unit::Two(*power), Format::Binary));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    Some((Unit::Ten(exponent.parse::<i16>().ok()?.into()), Format::Exponent))
}

fn amount(whole: &str, fraction: &str, unit: Unit) -> i128 {
    let digits: String = format!("{whole}{fraction}").trim_start_matches('0').to_string();
    let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX / 2);
    let power = match unit {
        Unit::Ten(power) => power - places + 9,
        Unit::Two(_) => 9 - places,
    };
    // What a number of more than 30 digits has below its first 30 cannot be seen in billionths, except as
    // "not nothing", which rounding away from zero keeps.
    let kept = digits.get(..digits.len().min(30)).unwrap_or_default();
    let dropped = digits.len() - kept.len();
    let lost = digits.bytes().skip(kept.len()).any(|digit| digit != b'0');
    let mantissa: i128 = if kept.is_empty() { 0 } else { kept.parse().unwrap_or(i128::MAX) };
    let scaled = match unit {
        Unit::Two(power) => mantissa.saturating_mul(1 << power),
        Unit::Ten(_) => mantissa,
    };
    shift(scaled, power.saturating_add(i32::try_from(dropped).unwrap_or(i32::MAX / 2)), lost)
}

/// `value` times ten to the `power`, rounded away from zero.
fn shift(value: i128, power: i32, lost: bool) -> i128 {
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    match (power >= 0, factor) {
        _ if value == 0 => 0,
        (true, Some(factor)) => value.saturating_mul(factor),
        (true, None) => i128::MAX,
        (false, Some(factor)) => value / factor + i128::from(value % factor != 0 || lost),
        (false, None) => 1,
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Quantity) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

/// The canonical form: the largest suffix that leaves a whole number.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.format {
            _ if self.nanos == 0 => f.write_str("0"),
            Format::Binary if self.nanos % NANO == 0 => {
                let fits = |(_, power): &&(&str, u32)| (self.nanos / NANO) % (1 << power) == 0;
                match BINARY.iter().rev().find(fits) {
                    Some((suffix, power)) => write!(f, "{}{suffix}", (self.nanos / NANO) >> power),
                    None => write!(f, "{}", self.nanos / NANO),
                }
            }
            Format::Exponent => {
                let (number, power) = self.thousands();
                if power == 0 { write!(f, "{number}") } else { write!(f, "{number}e{power}") }
            }
            _ => {
                let (number, power) = self.thousands();
                let suffix =
                    DECIMAL.iter().find(|(_, exponent)| *exponent == power).map_or("", |(name, _)| name);
                write!(f, "{number}{suffix}")
            }
        }
    }
}

impl Quantity {
    /// The amount as a whole number of the largest power of a thousand that divides it.
    fn thousands(self) -> (i128, i32) {
        let (mut number, mut power) = (self.nanos, -9);
        while power < 18 && number % 1000 == 0 {
            number /= 1000;
            power += 3;
        }
        (number, power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> Option<i128> {
        Quantity::parse(text).map(Quantity::nanos)
    }

    #[test]
    fn notations_of_one_amount_are_equal() {
        assert_eq!(Quantity::parse("1"), Quantity::parse("1000m"));
        assert_eq!(Quantity::parse("1Gi"), Quantity::parse("1073741824"));
        assert_eq!(Quantity::parse("1e3"), Quantity::parse("1k"));
        assert!(Quantity::parse("1.5Gi") > Quantity::parse("1500Mi"));
        assert_eq!(nanos("0.0000000001"), Some(1));
        assert_eq!(nanos("-5m"), Some(-5_000_000));
    }

    #[test]
    fn other_texts_are_no_quantities() {
        assert!(
            ["", ".", "1h", "abc", "1 Gi", "1e", "--1", "1KI", "1.2.3", "1s"]
                .iter()
                .all(|t| nanos(t).is_none())
        );
        assert_eq!(nanos("5."), nanos("5"));
        assert_eq!(nanos("1E"), Some(1_000_000_000_000_000_000_000_000_000));
    }

    #[test]
    fn quantities_are_printed_in_their_own_notation() {
        let canonical =
            |text: &str| Quantity::parse(text).map(|quantity| quantity.to_string()).unwrap_or_default();
        assert_eq!(canonical("1024Mi"), "1Gi");
        assert_eq!(canonical("0.5"), "500m");
        assert_eq!(canonical("2000m"), "2");
        assert_eq!(canonical("1000e3"), "1e6");
        assert_eq!(canonical("1500Ki"), "1500Ki");
    }

    #[test]
    fn extreme_numbers_do_not_overflow() {
        assert!(nanos(&"9".repeat(500)).is_some());
        assert_eq!(nanos("1e-3000"), Some(1));
        assert!(nanos("9e3000").is_some());
    }
}
