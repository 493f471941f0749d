//! How wide text is in the fonts that the theme gives to diagrams.

/// Advances of the characters from space to `~` in Arial, which Helvetica and Liberation Sans share, in thousandths of
/// the size.
const ADVANCES: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Other letters of the alphabets of Europe, and from here on those that are as wide as they are tall.
const OTHER: (u16, char, u16) = (600, '\u{2e80}', 1000);
/// Where none of the fonts is there, another takes their place; it may be a little wider.
const SLACK: f64 = 1.04;
const BOLD: f64 = 1.07;

/// The width of `text` in pixels at the size `size`, also in pixels.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(|character| f64::from(advance(character))).sum();
    thousandths / 1000.0 * size * SLACK * if bold { BOLD } else { 1.0 }
}

fn advance(character: char) -> u16 {
    let (letter, wide_from, wide) = OTHER;
    let ascii = (character as usize).checked_sub(' ' as usize).and_then(|index| ADVANCES.get(index));
    match ascii {
        Some(advance) => *advance,
        None if character.is_control() || character == '\u{ad}' => 0,
        None => {
            if character < wide_from {
                letter
            } else {
                wide
            }
        }
    }
}
