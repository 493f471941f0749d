//! A picture of at most 16 colours as a PNG file (<https://www.w3.org/TR/png-3/>).

use crate::source::packed;

/// Two pixels a byte.
const DEPTH: u8 = 4;
/// Colours stand in a palette.
const INDEXED: u8 = 3;

/// The file of a picture `width` pixels wide whose `pixels` are places in `palette`, row by row.
pub(super) fn png(width: usize, pixels: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let rows: Vec<&[u8]> = pixels.chunks(width).collect();
    let mut header = [size(width), size(rows.len())].concat();
    header.extend([DEPTH, INDEXED, 0, 0, 0]);
    let mut data = Vec::with_capacity(pixels.len() / 2 + rows.len());
    for row in rows {
        data.push(0); // No filter: neighbours in a palette say nothing about each other.
        data.extend(row.chunks(2).map(|pair| pair[0] << DEPTH | pair.get(1).unwrap_or(&0)));
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in
        [(b"IHDR", header), (b"PLTE", palette.concat()), (b"IDAT", packed(&data)), (b"IEND", Vec::new())]
    {
        file.extend(size(content.len()));
        let chunk = [name.as_slice(), &content].concat();
        let sum = crc(&chunk);
        file.extend(chunk);
        file.extend(sum.to_be_bytes());
    }
    file
}

fn size(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// CRC-32 as PNG has it; a card is small, so bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let bit = |sum: u32, _| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), bit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::unpacked_bytes;

    #[test]
    fn a_picture_is_a_signature_and_four_chunks() {
        let file = png(3, &[0, 1, 2, 2, 1, 0], &[[0, 0, 0], [255, 255, 255], [9, 9, 9]]);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x04\x03\0\0\0"));
        // The end of every PNG file, with its known sum.
        assert!(file.ends_with(b"\0\0\0\0IEND\xAE\x42\x60\x82"));
        let at = file.windows(4).position(|name| name == b"IDAT").unwrap_or_default() + 4;
        assert_eq!(unpacked_bytes(&file[at..file.len() - 16], 100), [0, 0x01, 0x20, 0, 0x21, 0]);
    }
}
