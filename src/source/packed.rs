//! Data that the binary holds packed.

/// The text that was packed with deflate, in zlib's frame, when it has at most `limit` bytes. Packed data is part of
/// the binary, so that the tests of those who read it hold that it can be read; of broken data the text is empty.
pub fn unpacked(bytes: &[u8], limit: usize) -> String {
    let text = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(bytes, limit);
    String::from_utf8(text.unwrap_or_default()).unwrap_or_default()
}
