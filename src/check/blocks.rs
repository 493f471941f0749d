//! What pages do with the blocks that readers copy, and what other sites can show of them.

use super::claims::Decided;
use super::file_name;
use super::scope::PageScope;
use super::view::{Block, FieldView, Parts, PolicyDigest, Published, Record, State, StepView, Strip};
use crate::site::Config;
use crate::site::config::Embeds;
use crate::snippet::{self, Kind, Snippet};
use crate::source::{Hash, Sources, UrlPath};
use std::collections::BTreeMap;

/// The blocks of one page, by their fence, and the records of those that get files.
pub(super) fn of_page(
    scope: &PageScope<'_>,
    decided: &[Decided],
    config: &Config,
    sources: &Sources,
) -> (BTreeMap<usize, Block>, Vec<Record>) {
    let (mut blocks, mut records) = (BTreeMap::new(), Vec::new());
    for (at, snippet) in scope.snippets.iter().enumerate() {
        let claims: Vec<&Decided> = decided.iter().filter(|one| one.fence == Some(snippet.fence)).collect();
        let files = is_published(config.embeds, snippet, &claims).then(|| published(scope, snippet, config));
        let block = block(snippet, &claims, files.clone());
        if block != Block::default() {
            blocks.insert(snippet.fence, block);
        }
        records.extend(files.map(|files| record(scope, at, &claims, files, sources)));
    }
    (blocks, records)
}

/// What a page shows of a claim of `snippet`: with the number of its command, where there are several.
pub(super) fn strip(snippet: Option<&Snippet>, one: &Decided) -> Strip {
    let several = snippet.is_some_and(|snippet| snippet.steps.len() > 1);
    let step = one.step.filter(|_| several).map(|step| step + 1);
    Strip { step, ..one.outcome.strip(&one.claim) }
}

fn is_published(embeds: Embeds, snippet: &Snippet, claims: &[&Decided]) -> bool {
    let usable = matches!(snippet.kind, Kind::Shell | Kind::Session | Kind::Manifest | Kind::Policy);
    !snippet.copy.text.is_empty()
        && match embeds {
            Embeds::None => false,
            Embeds::Named => snippet.explicit_id,
            Embeds::Claims => snippet.explicit_id || !claims.is_empty(),
            Embeds::All => snippet.explicit_id || !claims.is_empty() || usable,
        }
}

fn published(scope: &PageScope<'_>, snippet: &Snippet, config: &Config) -> Published {
    let (page, id) = snippet.id.split_once('#').unwrap_or(("", &snippet.id));
    let source = scope.page.source.as_ref().and_then(|source| source.strip(&config.content_dir));
    let page = source.as_ref().map_or(page, |source| source.as_str());
    let fence = scope.document.fences.get(snippet.fence);
    let own = fence.and_then(|fence| fence.attributes.id.clone());
    let files = files(page, id, extension(snippet), snippet.copy.hash);
    Published { anchor: own.unwrap_or(files.anchor), ..files }
}

/// The files of the block `id` of `page`, a file below the content folder or the address of a policy's page.
pub(super) fn files(page: &str, id: &str, extension: &str, hash: Hash) -> Published {
    let name = file_name::of(page, id);
    Published {
        anchor: format!("snippet:{id}"),
        hash: hash.to_string(),
        text: UrlPath::new(format!("s/{name}.{extension}")),
        record: UrlPath::new(format!("s/{name}.json")),
        embed: UrlPath::new(format!("embed/{name}/")),
    }
}

/// A manifest in JSON is YAML too, and `.json` is the record's.
fn extension(snippet: &Snippet) -> &'static str {
    match snippet.kind {
        Kind::Shell | Kind::Session => "sh",
        Kind::Manifest | Kind::Policy => "yaml",
        _ => "txt",
    }
}

fn kind(snippet: &Snippet) -> (&'static str, &'static str) {
    match snippet.kind {
        Kind::Shell => ("shell", "bash"),
        Kind::Session => ("session", "bash"),
        Kind::Manifest => ("manifest", "yaml"),
        Kind::Policy => ("policy", "yaml"),
        Kind::Expression(_) => ("expression", "text"),
        Kind::Workflow => ("workflow", "yaml"),
        Kind::Configuration => ("configuration", "text"),
        Kind::Fragment => ("fragment", "text"),
        Kind::Output => ("output", "text"),
        Kind::Other => ("other", "text"),
    }
}

fn block(snippet: &Snippet, claims: &[&Decided], files: Option<Published>) -> Block {
    let text = &snippet.passage.text;
    let whole = snippet::Parts::whole(text).trimmed(text);
    let commands = matches!(snippet.kind, Kind::Shell | Kind::Session);
    let fields = snippet
        .placeholders
        .iter()
        .filter(|_| commands)
        .map(|field| FieldView { name: field.name.clone(), places: utf16(text, &field.places) });
    let step = |(at, step): (usize, &snippet::Step)| StepView {
        copy: utf16(text, step.copy.ranges()),
        state: State::worst(claims.iter().filter(|one| one.step == Some(at)).map(|one| one.outcome.state())),
        warning: step.danger,
    };
    let several = commands && snippet.steps.len() > 1;
    Block {
        copy: if snippet.copy.parts == whole { Vec::new() } else { utf16(text, snippet.copy.parts.ranges()) },
        steps: snippet.steps.iter().enumerate().filter(|_| several).map(step).collect(),
        fields: fields.collect(),
        warning: snippet.steps.iter().find_map(|step| step.danger),
        files,
    }
}

/// Ranges of bytes of `text` as scripts count: in UTF-16 code units.
pub(super) fn utf16(text: &str, ranges: &[std::ops::Range<usize>]) -> Parts {
    let units = |at: usize| text.get(..at).map_or(at, |before| before.encode_utf16().count());
    match text.is_ascii() {
        true => ranges.iter().map(|range| (range.start, range.end)).collect(),
        false => ranges.iter().map(|range| (units(range.start), units(range.end))).collect(),
    }
}

fn record(
    scope: &PageScope<'_>,
    at: usize,
    claims: &[&Decided],
    files: Published,
    sources: &Sources,
) -> Record {
    let snippet = &scope.snippets[at];
    let (kind, language) = kind(snippet);
    let mut warnings: Vec<&'static str> = snippet.steps.iter().filter_map(|step| step.danger).collect();
    warnings.dedup();
    Record {
        id: snippet.id.clone(),
        named: snippet.explicit_id,
        kind,
        language,
        text: snippet.copy.text.clone(),
        hash: snippet.copy.hash,
        files,
        title: scope.page.title.clone(),
        page: scope.page.url.clone(),
        span: snippet.span,
        warnings,
        fields: snippet.placeholders.iter().map(|field| field.name.clone()).collect(),
        claims: claims.iter().map(|one| (strip(Some(snippet), one), one.span)).collect(),
        policies: if claims.is_empty() { Vec::new() } else { policies(scope, at, sources) },
    }
}

/// The policies that were asked about the block `at`.
fn policies(scope: &PageScope<'_>, at: usize, sources: &Sources) -> Vec<PolicyDigest> {
    let digest = |candidate: &super::candidate::Candidate<'_>| {
        let file = sources.file(candidate.span.file)?;
        let of_library = scope.library.entries.iter().any(|entry| entry.span == candidate.span);
        let hash = if of_library { file.hash() } else { Hash::of(file.slice(candidate.span)) };
        Some(PolicyDigest {
            name: candidate.policy.name.clone(),
            source: file.path().to_string(),
            sha256: hash.to_string(),
        })
    };
    let mut found: Vec<PolicyDigest> = scope.in_force(at).policies.iter().filter_map(digest).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_count_code_units() {
        let text = "é€𝄞 x";
        assert_eq!(utf16(text, &[0..2, 5..9, 10..11]), [(0, 1), (2, 4), (5, 6)]);
        assert_eq!(utf16("abc", std::slice::from_ref(&(1..2))), [(1, 2)]);
    }
}
