//! The files of single blocks: text, record, and a page that other sites can show.

use super::artifact::Artifact;
use super::nav::from_root;
use super::theme::Theme;
use crate::check::view::{Record, State, Strip};
use crate::diag::Diagnostic;
use crate::markdown;
use crate::source::{Hash, Sources, Span, UrlPath};
use serde_json::{Value as Json, json};
use tera::Value;

/// The version of the records' shape: a reader of another one looks at nothing else.
const VERSION: u32 = 1;

/// The component that shows blocks on other sites, at a place that never changes.
const COMPONENT: &str = "s/snippet.js";

/// The files of `records`: `s/ID.sh` and its like, `s/ID.json`, `embed/ID/`, and what lists and shows them.
pub fn embeds(theme: &Theme, records: &[Record], sources: &Sources) -> (Vec<Artifact>, Vec<Diagnostic>) {
    if records.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let frame = Frame { theme, sources, style: theme.asset("embed.css") };
    let component = theme.asset("snippet.js");
    let mut diagnostics = Vec::new();
    let mut artifacts = vec![frame.index(records, &component), Artifact::text(COMPONENT, component)];
    for record in records {
        let (page, found) = frame.page(record);
        diagnostics.extend(found);
        artifacts.push(page);
        artifacts.push(Artifact::text(record.files.text.file().as_str(), format!("{}\n", record.text)));
        artifacts.push(Artifact::text(record.files.record.file().as_str(), pretty(&frame.record(record))));
        artifacts.extend(frame.oembed(record));
    }
    diagnostics.dedup();
    (artifacts, diagnostics)
}

/// What all of them share.
struct Frame<'a> {
    theme: &'a Theme,
    sources: &'a Sources,
    /// The style sheet of embedded pages.
    style: String,
}

impl Frame<'_> {
    /// The page of a block with the block's own place on it, as seen from `from`; whole, when the site knows where it
    /// is.
    fn page_url(&self, record: &Record, from: &UrlPath) -> String {
        format!("{}#{}", self.address(&record.page, from), record.files.anchor)
    }

    fn address(&self, url: &UrlPath, from: &UrlPath) -> String {
        match &self.theme.site_view.url {
            Some(base) => [base, from_root(url).as_str()].concat(),
            None => from.relative_to(url),
        }
    }

    fn place(&self, span: Span) -> (String, usize) {
        let file = self.sources.file(span.file);
        file.map_or((String::new(), 0), |file| {
            (file.path().to_string(), file.line_column(span.start as usize).line)
        })
    }

    fn record(&self, record: &Record) -> Json {
        let here = &record.files.record;
        let (source, line) = self.place(record.span);
        json!({
            "version": VERSION,
            "id": record.id,
            "named": record.named,
            "kind": record.kind,
            "text": record.text,
            "sha256": record.hash.to_string(),
            "state": state(record),
            "claims": record.claims.iter().map(|(strip, span)| self.claim(strip, *span)).collect::<Vec<_>>(),
            "policies": record.policies,
            "warnings": record.warnings,
            "fields": record.fields,
            "page": { "title": record.title, "url": self.page_url(record, here), "source": source, "line": line },
            "files": {
                "text": self.address(&record.files.text, here),
                "embed": self.address(&record.files.embed, here),
            },
            "tool": { "name": "runproof", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn claim(&self, strip: &Strip, span: Span) -> Json {
        json!({
            "state": strip.state,
            "says": strip.claim,
            "words": strip.words,
            "command": strip.step,
            "line": self.place(span).1,
            "details": strip.details,
        })
    }

    fn index(&self, records: &[Record], component: &str) -> Artifact {
        let here = UrlPath::new("s/index.json");
        let row = |record: &Record| {
            json!({
                "id": record.id,
                "kind": record.kind,
                "sha256": record.hash.to_string(),
                "state": state(record),
                "page": self.page_url(record, &here),
                "text": self.address(&record.files.text, &here),
                "record": self.address(&record.files.record, &here),
                "embed": self.address(&record.files.embed, &here),
            })
        };
        let index = json!({
            "version": VERSION,
            "component": {
                "url": self.address(&UrlPath::new(COMPONENT), &here),
                "integrity": Hash::of(component).integrity(),
            },
            "snippets": records.iter().map(row).collect::<Vec<_>>(),
        });
        Artifact::text(here.file().as_str(), pretty(&index))
    }

    /// The page for other sites: whole, without scripts, and without anything to load. Its policy allows its own
    /// style sheet by its hash and nothing else.
    fn page(&self, record: &Record) -> (Artifact, Vec<Diagnostic>) {
        let here = &record.files.embed;
        let code = markdown::highlight_block(record.language, &format!("{}\n", record.text), &[]);
        let values = [
            ("style", Value::safe_string(&self.style)),
            ("style_hash", Value::normal_string(&Hash::of(&self.style).integrity())),
            ("code", Value::safe_string(&code)),
            ("snippet", Value::from_serializable(&self.record(record))),
            ("page", Value::normal_string(&self.page_url(record, here))),
            ("text", Value::normal_string(&here.relative_to(&record.files.text))),
            ("record", Value::normal_string(&here.relative_to(&record.files.record))),
            ("discovery", Value::from_serializable(&self.theme.site_view.url.is_some())),
        ];
        let (html, diagnostics) = self.theme.render("embed.html", &values);
        (Artifact::new(here.file(), html.into_bytes()), diagnostics)
    }

    /// The oEmbed document. It needs whole addresses, so a site that does not say where it is has none.
    fn oembed(&self, record: &Record) -> Option<Artifact> {
        let site = &self.theme.site_view;
        let provider = site.url.as_ref()?;
        let embed = self.address(&record.files.embed, &record.files.embed);
        let height = height(record);
        let title = format!("{} - {}", record.title, site.name);
        let html = format!(
            "<iframe src=\"{embed}\" title=\"{}\" width=\"{WIDTH}\" height=\"{height}\" loading=\"lazy\" \
             sandbox=\"allow-popups allow-popups-to-escape-sandbox\"></iframe>",
            super::body::escape(&title)
        );
        let document = json!({
            "type": "rich",
            "version": "1.0",
            "title": title,
            "provider_name": site.name,
            "provider_url": provider,
            "html": html,
            "width": WIDTH,
            "height": height,
        });
        let path = record.files.embed.as_str().to_string() + "oembed.json";
        Some(Artifact::text(UrlPath::new(path).file().as_str(), pretty(&document)))
    }
}

/// The width in pixels that embedded pages are made for.
const WIDTH: usize = 720;

/// The height in pixels that shows a block of usual length whole.
fn height(record: &Record) -> usize {
    let lines = record.text.lines().count().clamp(1, 20);
    110 + 21 * lines + 32 * (record.claims.len() + record.warnings.len()).min(6)
}

/// The worst of what became of the claims of a block.
fn state(record: &Record) -> Option<State> {
    State::worst(record.claims.iter().map(|(strip, _)| strip.state))
}

fn pretty(value: &Json) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
