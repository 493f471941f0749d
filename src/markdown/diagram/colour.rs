//! Colours that authors give, and whether text on them can be read.

/// The least contrast of text (WCAG 2, 1.4.3).
pub const LEGIBLE: f64 = 4.5;
/// Text on a ground that an author coloured without saying how to write on it.
const INKS: [&str; 2] = ["#111", "#fff"];

/// Red, green and blue, from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// A colour that is opaque and does not depend on the page.
    pub fn read(text: &str) -> Option<Colour> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(hex) = text.strip_prefix('#') {
            return of_hex(hex);
        }
        if let Some(inside) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
            let parts: Option<Vec<u8>> = inside.split(',').map(|part| part.trim().parse().ok()).collect();
            return parts?.try_into().ok().map(Colour);
        }
        NAMES.iter().find(|(name, _)| *name == text).and_then(|(_, hex)| of_hex(hex))
    }

    /// The number of a part of a whole, as `mermaid` colours it.
    pub(super) fn number(self) -> Option<usize> {
        let [red, green, blue] = self.0;
        (red == 0 && green == 0 && (1..=12).contains(&blue)).then_some(usize::from(blue))
    }

    /// What to write with on this ground: what the author chose, when it can be read there.
    pub(super) fn ink(self, wanted: Option<&str>) -> String {
        let legible = |text: &str| Colour::read(text).is_some_and(|ink| self.contrast(ink) >= LEGIBLE);
        let wanted = wanted.filter(|wanted| legible(wanted));
        let strongest = INKS.iter().copied().find(|ink| legible(ink)).unwrap_or(INKS[0]);
        wanted.unwrap_or(strongest).trim().to_string()
    }

    /// The contrast of two colours, from 1 to 21 (WCAG 2).
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `part` of 255 of the way to another colour.
    pub fn mixed(self, other: Colour, part: u8) -> Colour {
        let part = u16::from(part);
        let between = |from: u8, to: u8| (u16::from(from) * (255 - part) + u16::from(to) * part) / 255;
        let pairs = self.0.into_iter().zip(other.0);
        let mut mixed = pairs.map(|(from, to)| u8::try_from(between(from, to)).unwrap_or(u8::MAX));
        Colour([(); 3].map(|()| mixed.next().unwrap_or_default()))
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

fn of_hex(hex: &str) -> Option<Colour> {
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u32::from_str_radix(hex, 16).ok().filter(|_| digits)?;
    let byte = |shift: u32| u8::try_from((value >> shift) & 255).unwrap_or(u8::MAX);
    let digit = |shift: u32| (byte(shift) & 15) * 17;
    match hex.len() {
        3 => Some(Colour([digit(8), digit(4), digit(0)])),
        6 => Some(Colour([byte(16), byte(8), byte(0)])),
        _ => None,
    }
}

/// The names that diagrams use; another name is not kept.
const NAMES: &[(&str, &str)] = &[
    ("black", "000000"),
    ("white", "ffffff"),
    ("red", "ff0000"),
    ("green", "008000"),
    ("blue", "0000ff"),
    ("yellow", "ffff00"),
    ("orange", "ffa500"),
    ("purple", "800080"),
    ("pink", "ffc0cb"),
    ("gray", "808080"),
    ("grey", "808080"),
    ("lightgray", "d3d3d3"),
    ("lightgrey", "d3d3d3"),
    ("lightblue", "add8e6"),
    ("lightgreen", "90ee90"),
    ("lightyellow", "ffffe0"),
    ("lightpink", "ffb6c1"),
    ("darkgreen", "006400"),
    ("darkblue", "00008b"),
    ("darkred", "8b0000"),
    ("navy", "000080"),
    ("teal", "008080"),
    ("gold", "ffd700"),
    ("coral", "ff7f50"),
    ("salmon", "fa8072"),
    ("tomato", "ff6347"),
    ("crimson", "dc143c"),
    ("skyblue", "87ceeb"),
    ("steelblue", "4682b4"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_a_colour_of_the_author_can_be_read() {
        let ink = |ground: &str, wanted| Colour::read(ground).unwrap().ink(wanted);
        assert_eq!(ink("#9e6ffe", Some("#1b1d1e")), "#1b1d1e");
        assert_eq!(ink("#ffff00", Some("white")), "#111");
        assert_eq!(ink("navy", None), "#fff");
        assert_eq!(ink("rgb(255, 255,255)", Some("var(--x)")), "#111");
    }

    #[test]
    fn what_is_not_opaque_or_not_known_is_no_colour() {
        for text in
            ["", "#12", "#12345678", "url(#a)", "rgba(1,2,3,.5)", "hsl(1,2%,3%)", "none", "#+12", "rgb(1,2)"]
        {
            assert_eq!(Colour::read(text), None, "{text}");
        }
    }
}
