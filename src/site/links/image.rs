//! Width and height of an image, read from the first bytes of its file.

/// Width and height in pixels of a PNG, GIF, JPEG, WebP or SVG image. `None` for anything else, for a file that
/// breaks off, and for an SVG that does not say.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let found = match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?)),
        [b'G', b'I', b'F', b'8', ..] => Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?)),
        [0xff, 0xd8, ..] => jpeg(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
        _ => svg(bytes),
    };
    found.filter(|(width, height)| *width > 0 && *height > 0)
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// The first frame header among the segments.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?.max(2)).ok()?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        b"VP8 " => Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

/// The attributes of the `<svg>` element: width and height, or else the last two numbers of its view box.
fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let (_, element) = head.split_once("<svg")?;
    let element = element.split_once('>').map_or(element, |(element, _)| element);
    let attribute = |name: &str| {
        let (_, rest) = element.split_once(&format!(" {name}="))?;
        let quote = rest.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    if let (Some(width), Some(height)) =
        (attribute("width").and_then(pixels), attribute("height").and_then(pixels))
    {
        return Some((width, height));
    }
    let mut numbers = attribute("viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
    Some((pixels(numbers.next()?)?, pixels(numbers.next()?)?))
}

/// A length in pixels; other units are unknown, and so is a share of the page.
fn pixels(text: &str) -> Option<u32> {
    let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
    (number.is_finite() && (0.5..1e6).contains(&number)).then(|| number.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(start: &[u8], places: &[(usize, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..start.len()].copy_from_slice(start);
        places.iter().for_each(|(at, part)| bytes[*at..at + part.len()].copy_from_slice(part));
        bytes
    }

    #[test]
    fn every_format_tells_its_size() {
        let png = of(b"\x89PNG\r\n\x1a\n", &[(16, &[0, 0, 2, 0]), (20, &[0, 0, 1, 0])]);
        assert_eq!(size(&png), Some((512, 256)));
        assert_eq!(size(&of(b"GIF89a", &[(6, &[16, 0, 8, 1])])), Some((16, 264)));
        let jpeg = of(b"\xff\xd8\xff\xe0\x00\x04xx", &[(8, &[0xff, 0xc2, 0, 11, 8, 1, 0, 2, 0])]);
        assert_eq!(size(&jpeg), Some((512, 256)));
        let vp8 = of(b"RIFF____WEBPVP8 ", &[(26, &[32, 0, 16, 0])]);
        assert_eq!(size(&vp8), Some((32, 16)));
        let vp8l = of(b"RIFF____WEBPVP8L", &[(21, &[31, 0xc0, 3, 0])]);
        assert_eq!(size(&vp8l), Some((32, 16)));
        let vp8x = of(b"RIFF____WEBPVP8X", &[(24, &[31, 0, 0, 15, 0, 0])]);
        assert_eq!(size(&vp8x), Some((32, 16)));
        assert_eq!(size(b"<?xml?><svg width='30px' height=\"20\">"), Some((30, 20)));
        assert_eq!(size(b"<svg width=\"100%\" viewBox=\"0 0 24 12.4\">"), Some((24, 12)));
    }

    #[test]
    fn what_breaks_off_or_is_no_image_has_no_size() {
        for bytes in
            [&b""[..], b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8xx", b"RIFF____WEBPVP8X", b"<svg>", b"text"]
        {
            assert_eq!(size(bytes), None);
        }
    }
}
