//! YAML, read in two ways: as [`Node`]s that know where each value was written, and as typed data.
//!
//! [`parse`] is for everything that may have to be pointed at: front matter, configuration, manifests.
//! [`from_str`] and [`to_string`] are for small typed files and for printing. Only this folder imports the
//! YAML crates.

mod node;
mod parse;

pub use node::{Entry, Node, Scalar, Value};
pub use parse::{YamlError, parse};

/// `text` as typed data.
///
/// # Errors
/// A message with line and column, as the reader gives it.
pub fn from_str<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

/// `data` as YAML text in block style, keys in their order.
///
/// # Errors
/// When the data holds something that YAML cannot show.
pub fn to_string<T: serde::Serialize>(data: &T) -> Result<String, String> {
    serde_yaml::to_string(data).map_err(|error| error.to_string())
}
