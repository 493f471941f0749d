//! Data that is packed with deflate, in zlib's frame.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// From 0 to 10; more than this costs twice the time for a tenth of the bytes.
const LEVEL: u8 = 3;

/// `bytes`, packed.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, LEVEL)
}

/// What was packed, when it has at most `limit` bytes; of broken data nothing.
pub fn unpacked_bytes(bytes: &[u8], limit: usize) -> Vec<u8> {
    decompress_to_vec_zlib_with_limit(bytes, limit).unwrap_or_default()
}

/// The same as text. Packed texts are part of the binary, so that the tests of those who read them hold that they
/// can be read.
pub fn unpacked(bytes: &[u8], limit: usize) -> String {
    String::from_utf8(unpacked_bytes(bytes, limit)).unwrap_or_default()
}
