//! What the libraries may know of the world: all of it is given, nothing is fetched.

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Everything outside the object under test that an expression can ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The time that `time.now()` gives, in seconds since 1970; without it the call is unsupported.
    pub now: Option<i64>,
    /// Objects for `resource.Get` and `resource.List`; `None` if no context was given.
    pub resources: Option<Vec<Json>>,
    /// Data of images by reference, for `image.GetMetadata`.
    pub images: BTreeMap<String, Json>,
    /// Global context entries by name, and by `name.projection`.
    pub globals: BTreeMap<String, Json>,
    /// Answers of `http.Get` and `http.Post` by `METHOD:url` or by `url`.
    pub http: BTreeMap<String, Json>,
}
