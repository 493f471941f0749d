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
    /// Answers of the network, for `http.Get`, `http.Post` and API calls of context entries, by `METHOD:url` or by
    /// `url`; for API calls of the cluster also by their path.
    pub http: BTreeMap<String, HttpAnswer>,
}

/// An answer that stands in for one of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpAnswer {
    /// The status, `200` and the like; one outside of 200 to 299 is an error for whoever asked.
    pub status: i64,
    /// The body.
    pub body: Json,
}

impl Facts {
    /// The body that is given for a request, or its status when that is an error; `None` when nothing is given.
    pub fn answer(&self, method: &str, url: &str) -> Option<Result<&Json, i64>> {
        let found = self.http.get(&format!("{method}:{url}")).or_else(|| self.http.get(url))?;
        let fine = (200..300).contains(&found.status);
        Some(if fine { Ok(&found.body) } else { Err(found.status) })
    }
}
