//! What results can be narrowed down by.

use super::super::artifact::Artifact;
use super::{code, piece};
use crate::check::view::{GeneratedBody, PageExtras};
use crate::site::{Page, PageKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The facets in the order in which they are offered.
const NAMES: [&str; 5] = ["Kind", "Category", "Severity", "Subject", "Tag"];

/// The values of each facet, with the numbers of their pages.
#[derive(Default)]
pub(super) struct Facets {
    values: [BTreeMap<String, Vec<usize>>; NAMES.len()],
}

impl Facets {
    /// Add what page `number` is.
    pub(super) fn add(&mut self, number: usize, page: &Page, extras: &PageExtras) {
        for (facet, values) in self.values.iter_mut().zip(values(page, extras)) {
            for value in values {
                let pages = facet.entry(value).or_default();
                if pages.last() != Some(&number) {
                    pages.push(number);
                }
            }
        }
    }

    /// What the list says of each facet - its name and how large its piece is - and the pieces. A facet in which
    /// all `pages` are alike is none.
    pub(super) fn pieces(self, pages: usize) -> (Vec<Value>, Vec<Artifact>) {
        let tells = |facet: &BTreeMap<String, Vec<usize>>| match facet.len() {
            0 => false,
            1 => facet.values().any(|own| own.len() < pages),
            _ => true,
        };
        let told = NAMES.iter().zip(self.values).filter(|(_, facet)| tells(facet)).enumerate();
        let written = told.map(|(at, (name, facet))| {
            let values: serde_json::Map<String, Value> =
                facet.into_iter().map(|(value, pages)| (value, Value::from(gaps(&pages)))).collect();
            let file = piece(&format!("facet-{at}"), &Value::Object(values).to_string());
            (json!([name, file.bytes.len()]), file)
        });
        written.unzip()
    }
}

fn gaps(pages: &[usize]) -> String {
    let (mut text, mut last) = (String::new(), 0);
    for page in pages {
        code::push(page - last, &mut text);
        last = *page;
    }
    text
}

/// What a result shows beside its title: that it is no ordinary page, and how severe a policy is.
pub(super) fn labels(page: &Page, extras: &PageExtras) -> Vec<String> {
    let [kind, _, severity, ..] = values(page, extras);
    kind.into_iter().filter(|kind| kind != "Page").chain(severity).collect()
}

fn values(page: &Page, extras: &PageExtras) -> [Vec<String>; NAMES.len()] {
    let tags = page.tags.clone();
    let of_post = page.post.as_ref().map(|post| post.categories.clone()).unwrap_or_default();
    match &extras.body {
        Some(GeneratedBody::Policy(policy)) => [
            vec![policy.kind.clone()],
            policy.category.iter().cloned().collect(),
            policy.severity.iter().map(|severity| severity.to_lowercase()).collect(),
            policy.subjects.clone(),
            tags,
        ],
        _ if page.kind == PageKind::Post => [vec!["Post".into()], of_post, vec![], vec![], tags],
        _ => [vec!["Page".into()], of_post, vec![], vec![], tags],
    }
}
