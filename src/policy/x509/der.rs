//! The encoding of certificates, DER: elements of a tag, a length and a content.

use super::{Decoded, Fault};
use crate::policy::gotime::Time;

const BOOLEAN: u8 = 1;
pub(super) const INTEGER: u8 = 2;
pub(super) const BITS: u8 = 3;
pub(super) const OCTETS: u8 = 4;
pub(super) const IDENTIFIER: u8 = 6;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
const UTC_TIME: u8 = 23;
const GENERALIZED_TIME: u8 = 24;

/// A number of more bytes is not written out: no key that is in use has one.
const MAX_NUMBER: usize = 2048;

/// One element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    /// The content.
    pub(super) body: &'d [u8],
    /// With tag and length.
    pub(super) whole: &'d [u8],
}

/// Elements one after another.
pub(super) struct Reader<'d> {
    pub(super) rest: &'d [u8],
}

impl<'d> Reader<'d> {
    /// The next element, whatever it is.
    pub(super) fn next(&mut self) -> Decoded<Element<'d>> {
        let all = self.rest;
        let [tag, first, after @ ..] = all else { return Err(malformed()) };
        let (length, body) = match usize::from(*first) {
            short @ 0..128 => (short, after),
            long => {
                let count = long - 128;
                let digits = after.get(..count).filter(|_| (1..=4).contains(&count)).ok_or_else(malformed)?;
                let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
                (length, &after[count..])
            }
        };
        let content = body.get(..length).ok_or_else(malformed)?;
        let used = all.len() - body.len() + length;
        self.rest = &body[length..];
        Ok(Element { tag: *tag, body: content, whole: &all[..used] })
    }

    /// The next element, which has this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Decoded<Element<'d>> {
        let element = self.next()?;
        if element.tag == tag { Ok(element) } else { Err(malformed()) }
    }

    /// The next element if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Decoded<Option<Element<'d>>> {
        if self.rest.first() == Some(&tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// A flag that is false where it is left out.
    pub(super) fn flag(&mut self) -> Decoded<bool> {
        let flag = self.optional(BOOLEAN)?;
        Ok(flag.is_some_and(|flag| flag.body.first().is_some_and(|byte| *byte != 0)))
    }
}

impl<'d> Element<'d> {
    /// What reads the elements inside.
    pub(super) fn reader(self) -> Reader<'d> {
        Reader { rest: self.body }
    }

    /// The elements inside.
    pub(super) fn items(self) -> Decoded<Vec<Element<'d>>> {
        let mut reader = self.reader();
        let mut items = Vec::new();
        while !reader.rest.is_empty() {
            items.push(reader.next()?);
        }
        Ok(items)
    }

    /// The numbers of an object identifier, `1.2.840` as `[1, 2, 840]`.
    pub(super) fn identifier(self) -> Decoded<Vec<u64>> {
        let mut numbers = Vec::new();
        let mut number = 0_u64;
        for byte in self.body {
            number = number
                .checked_mul(128)
                .and_then(|n| n.checked_add(u64::from(byte & 127)))
                .ok_or_else(malformed)?;
            if byte & 128 == 0 {
                numbers.push(number);
                number = 0;
            }
        }
        let first = numbers.first().copied().ok_or_else(malformed)?;
        let head = (first / 40).min(2);
        numbers.splice(..1, [head, first - head * 40]);
        Ok(numbers)
    }

    /// The content as text.
    pub(super) fn text(self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    /// A non-negative whole number in decimal digits.
    ///
    /// # Errors
    /// A negative number, or one too long, is not read.
    pub(super) fn decimal(self) -> Decoded<String> {
        if self.body.len() > MAX_NUMBER || self.body.first().is_some_and(|byte| *byte >= 128) {
            return Err(Fault::Unsupported("certificates with numbers that are negative or long".to_owned()));
        }
        // Groups of nine digits, lowest first.
        let mut groups: Vec<u64> = vec![0];
        for byte in self.body {
            let mut carry = u64::from(*byte);
            for group in &mut groups {
                let value = *group * 256 + carry;
                *group = value % 1_000_000_000;
                carry = value / 1_000_000_000;
            }
            if carry > 0 {
                groups.push(carry);
            }
        }
        let mut text = groups.pop().unwrap_or_default().to_string();
        groups.iter().rev().for_each(|group| text.push_str(&format!("{group:09}")));
        Ok(text)
    }

    /// A whole number that is not negative.
    pub(super) fn number(self) -> Decoded<i64> {
        self.decimal()?.parse().map_err(|_| malformed())
    }

    /// A string of bits, of which the first byte counts the unused.
    pub(super) fn bits(self) -> Decoded<&'d [u8]> {
        self.body.get(1..).ok_or_else(malformed)
    }

    /// A point in time, as RFC 3339.
    pub(super) fn time(self) -> Decoded<String> {
        let (layout, text) = match self.tag {
            // Two digits of the year: from 50 on it is the last century.
            UTC_TIME => {
                let text = self.text();
                let century = if text.get(..2) < Some("50") { "20" } else { "19" };
                ("20060102150405Z0700", format!("{century}{text}"))
            }
            GENERALIZED_TIME => ("20060102150405Z0700", self.text()),
            _ => return Err(malformed()),
        };
        Time::parse(layout, &text).map(Time::rfc3339).map_err(Fault::Error)
    }
}

/// What Kyverno says of a certificate that is none.
pub(super) fn malformed() -> Fault {
    Fault::Error("x509: malformed certificate".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_written_in_decimal() {
        let number = |body| Element { tag: INTEGER, body, whole: body }.decimal();
        assert_eq!(number(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), Ok("18446744073709551616".to_owned()));
        assert_eq!((number(&[0]), number(&[])), (Ok("0".to_owned()), Ok("0".to_owned())));
    }

    #[test]
    fn negative_and_endless_numbers_are_not_read() {
        let number = |body| Element { tag: INTEGER, body, whole: body }.decimal();
        assert!(matches!(number(&[255]), Err(Fault::Unsupported(_))));
        assert!(matches!(number(&[1; MAX_NUMBER + 1]), Err(Fault::Unsupported(_))));
    }
}
