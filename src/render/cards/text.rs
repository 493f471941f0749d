//! Text as pixels: how wide it is, where its lines end, and its letters.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};

/// A font at a size.
pub(super) struct Style<'a> {
    pub(super) font: &'a FontRef<'static>,
    /// Height of its lines, in pixels.
    pub(super) size: f32,
    /// From one base line to the next, in pixels.
    pub(super) leading: f32,
}

impl Style<'_> {
    /// Each letter with the place where it begins, and where the next one would.
    fn places(&self, text: &str) -> (Vec<(GlyphId, f32)>, f32) {
        let font = self.font.as_scaled(PxScale::from(self.size));
        let (mut places, mut x) = (Vec::new(), 0.0);
        let mut last = None;
        for letter in text.chars().map(|letter| font.glyph_id(letter)) {
            x += last.map_or(0.0, |last| font.kern(last, letter));
            places.push((letter, x));
            x += font.h_advance(letter);
            last = Some(letter);
        }
        (places, x)
    }

    fn fits(&self, text: &str, room: f32) -> bool {
        self.places(text).1 <= room
    }

    /// `text` in lines of `room` pixels. A word that is wider is broken.
    pub(super) fn lines(&self, text: &str, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer.filter(|line| self.fits(line, room)).zip(lines.last_mut()) {
                Some((longer, line)) => *line = longer,
                None => lines.extend(self.pieces(word, room)),
            }
        }
        lines
    }

    fn pieces(&self, word: &str, room: f32) -> Vec<String> {
        if self.fits(word, room) {
            return vec![word.to_string()];
        }
        let mut pieces = vec![String::new()];
        for letter in word.chars() {
            let Some(piece) = pieces.last_mut() else { break };
            piece.push(letter);
            if !self.fits(piece, room) && piece.chars().count() > 1 {
                piece.pop();
                pieces.push(letter.to_string());
            }
        }
        pieces
    }

    /// The first `most` of `lines`, with an ellipsis where more follow.
    pub(super) fn at_most(&self, most: usize, mut lines: Vec<String>, room: f32) -> Vec<String> {
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                while !last.is_empty() && !self.fits(&format!("{last}…"), room) {
                    last.pop();
                }
                *last = format!("{}…", last.trim_end());
            }
        }
        lines
    }

    /// Tell `ink` how much of each pixel `text` covers, from 0 to 1; its base line begins at `x`, `y`.
    pub(super) fn draw(&self, text: &str, x: f32, y: f32, mut ink: impl FnMut(i32, i32, f32)) {
        for (letter, offset) in self.places(text).0 {
            let glyph = letter.with_scale_and_position(self.size, point(x + offset, y));
            let Some(outline) = self.font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|right, down, covered| {
                ink(whole(corner.x) + offset_of(right), whole(corner.y) + offset_of(down), covered);
            });
        }
    }
}

/// Pixels of a card are few, and `as` keeps to the bounds of an i32.
fn whole(pixels: f32) -> i32 {
    pixels as i32
}

fn offset_of(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_full_and_no_wider_than_there_is_room() {
        let font = FontRef::try_from_slice(notosans::REGULAR_TTF).unwrap();
        let style = Style { font: &font, size: 40.0, leading: 54.0 };
        let lines = style.lines("one two three four five six seven", 200.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| style.fits(line, 200.0)), "{lines:?}");
        assert_eq!(lines.join(" "), "one two three four five six seven");
        let broken = style.lines(&"w".repeat(40), 200.0);
        assert_eq!(broken.concat(), "w".repeat(40));
        assert!(broken.iter().all(|line| style.fits(line, 200.0)));
        let cut = style.at_most(1, lines, 200.0);
        assert!(cut.len() == 1 && cut[0].ends_with('…') && style.fits(&cut[0], 200.0), "{cut:?}");
    }
}
