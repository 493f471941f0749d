//! Numbers as text: few letters for small ones, and none that a script must quote.

/// Half of the letters say that more follow.
const BASE: usize = 45;

/// Add `number` to `text`. The letters are those from `#` to `}` without the backslash; `~` and the space are
/// free for other uses.
pub(super) fn push(number: usize, text: &mut String) {
    let mut digits = [0; 16];
    let (mut rest, mut at) = (number, 0);
    loop {
        digits[at] = rest % BASE;
        rest /= BASE;
        at += 1;
        if rest == 0 {
            break;
        }
    }
    for (place, digit) in digits[..at].iter().enumerate().rev() {
        text.push(letter(if place == 0 { digit + BASE } else { *digit }));
    }
}

/// `#` and so on up to `[`, then `]` and so on up to `}`.
fn letter(digit: usize) -> char {
    let code = if digit < 57 { digit + 35 } else { digit + 36 };
    char::from(u8::try_from(code).unwrap_or(b'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the browser reads it.
    fn read(text: &str) -> Vec<usize> {
        let (mut numbers, mut value) = (Vec::new(), 0);
        for code in text.bytes().map(usize::from) {
            let digit = if code > 92 { code - 36 } else { code - 35 };
            value = value * BASE + digit % BASE;
            if digit >= BASE {
                numbers.push(std::mem::take(&mut value));
            }
        }
        numbers
    }

    #[test]
    fn numbers_come_back_and_no_letter_needs_a_quote() {
        let numbers: Vec<usize> = (0..5000).chain([91_125, 1 << 32, usize::MAX]).collect();
        let mut text = String::new();
        numbers.iter().for_each(|number| push(*number, &mut text));
        assert_eq!(read(&text), numbers);
        assert!(text.bytes().all(|letter| (b'#'..=b'}').contains(&letter) && letter != b'\\'));
    }
}
