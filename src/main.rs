//! The `runproof` binary.

fn main() {}
