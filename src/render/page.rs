//! From a view to the bytes of a page.

use super::artifact::Artifact;
use super::minify;
use super::theme::Theme;
use super::view::PageView;
use crate::check::view::State;
use crate::diag::Diagnostic;
use tera::Value;

/// Draw a page. The same view gives the same bytes.
pub fn render_page(theme: &Theme, view: &PageView) -> (Artifact, Vec<Diagnostic>) {
    let (html, diagnostics) = theme.render(&view.template, &values(view));
    (Artifact::new(view.file.clone(), theme.frames.page(&html)), diagnostics)
}

/// What the template of a page gets beside `site`.
pub(super) fn values(view: &PageView) -> Vec<(&'static str, Value)> {
    let nav = view.scope.html(&view.base, view.place);
    let mut values = vec![
        ("page", Value::from_serializable(view)),
        ("content", Value::safe_string(&part(&view.content))),
        ("nav", Value::safe_string(&part(&nav))),
        ("summary", summary(view)),
    ];
    values.extend(view.policy.as_deref().map(|policy| ("policy", Value::from_serializable(policy))));
    values.extend(view.policies.as_deref().map(|policies| ("policies", Value::from_serializable(policies))));
    values.extend(view.proof.as_deref().map(|proof| ("proof", Value::from_serializable(proof))));
    values.extend(view.map.as_deref().map(|map| ("map", Value::from_serializable(map))));
    values
}

/// HTML that is to stay as it is; none stays none, so that templates can ask.
fn part(html: &str) -> String {
    if html.is_empty() { String::new() } else { minify::verbatim(html) }
}

/// The states that claims of the page, or of the site on the proof page, are in: `[{state, word, count, percent}]`,
/// without those that do not occur.
fn summary(view: &PageView) -> Value {
    let counts = view.proof.as_ref().map_or(view.counts, |proof| proof.counts);
    let states = State::ALL.into_iter().filter(|state| counts.of(*state) > 0);
    let total: usize = State::ALL.into_iter().map(|state| counts.of(state)).sum();
    let rows = states.map(|state| {
        let count = counts.of(state);
        serde_json::json!({"state": state, "word": state.word(), "count": count, "percent": count * 100 / total})
    });
    Value::from_serializable(&rows.collect::<Vec<_>>())
}
