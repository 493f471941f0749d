//! Base64 with the standard alphabet and padding, as Go reads and writes it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `bytes` as base64.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let group = part(0) << 16 | part(1) << 8 | part(2);
        for digit in 0..4 {
            let index = group >> (18 - 6 * digit) & 63;
            let c = ALPHABET.get(index as usize).map_or('=', |byte| char::from(*byte));
            out.push(if digit > chunk.len() { '=' } else { c });
        }
    }
    out
}

/// The bytes that `text` writes. Line breaks are skipped.
///
/// # Errors
/// The byte at which `text` stops being base64.
pub fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let mut out = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(4);
    let mut padding = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n')) {
        match value(byte) {
            Some(value) if padding == 0 => group.push(value),
            None if byte == b'=' && group.len() >= 2 && group.len() + padding < 4 => padding += 1,
            _ => return Err(at),
        }
        if group.len() == 4 {
            append(&group, &mut out);
            group.clear();
        }
    }
    match (group.len(), padding) {
        (0, 0) => Ok(out),
        (length, padding) if length + padding == 4 => {
            append(&group, &mut out);
            Ok(out)
        }
        _ => Err(text.len() - group.len()),
    }
}

/// Appends the bytes of a group of two to four digits.
fn append(group: &[u8], out: &mut Vec<u8>) {
    let digit = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
    let all = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
    out.extend(all.to_be_bytes().into_iter().skip(1).take(group.len() - 1));
}

fn value(byte: u8) -> Option<u8> {
    ALPHABET.iter().position(|c| *c == byte).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_there_and_back() {
        for text in ["", "a", "ab", "abc", "héllo wörld"] {
            assert_eq!(decode(&encode(text.as_bytes())), Ok(text.as_bytes().to_vec()));
        }
        assert_eq!(encode(b"ab"), "YWI=");
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        assert_eq!(decode("!"), Err(0));
        assert_eq!(decode("aGk=aGk="), Err(4));
        assert!(decode("aGk").is_err() && decode("a===").is_err() && decode("_-8=").is_err());
        assert_eq!(decode("aGk=\n"), Ok(b"hi".to_vec()));
    }
}
