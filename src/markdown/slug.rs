//! Ids of headings: from text to slug, and from slug to an id that the page has once.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Dialect, SlugCase, Slugger};

/// The id that a heading with this text asks for, as the dialect's slugger gives it. It may be empty, and it
/// may be taken: [`Ids::unique`] settles both.
pub fn slugify(text: &str, dialect: &Dialect) -> String {
    let separator = dialect.separator.as_str();
    match dialect.slugger {
        Slugger::Toc => collapsed(text.nfkd().filter(char::is_ascii), separator),
        Slugger::TocUnicode => collapsed(text.chars(), separator),
        Slugger::Pymdown { case, percent_encode } => {
            let slug = spaced(&without_tags(&text.nfc().collect::<String>()), case, separator);
            if percent_encode { percent_encoded(&slug) } else { slug }
        }
        Slugger::GitHub => github(text),
    }
}

/// Python-Markdown: words, blanks and dashes stay; a run of blanks or separators is one separator.
fn collapsed(text: impl Iterator<Item = char>, separator: &str) -> String {
    let kept: String = text.filter(|&c| is_word(c) || c.is_whitespace() || c == '-').collect();
    let mut slug = String::with_capacity(kept.len());
    let mut in_run = false;
    for c in kept.trim().to_lowercase().chars() {
        let gap = c.is_whitespace() || separator.contains(c);
        match (gap, in_run) {
            (true, false) => slug.push_str(separator),
            (true, true) => {}
            (false, _) => slug.push(c),
        }
        in_run = gap;
    }
    slug
}

/// pymdownx: the case first, then what is no word, dash or space goes, and each space is a separator.
fn spaced(text: &str, case: SlugCase, separator: &str) -> String {
    let cased = in_case(text.trim(), case);
    let mut slug = String::with_capacity(cased.len());
    for c in cased.chars() {
        match c {
            ' ' => slug.push_str(separator),
            c if is_word(c) || c == '-' => slug.push(c),
            _ => {}
        }
    }
    slug
}

fn in_case(text: &str, case: SlugCase) -> String {
    match case {
        SlugCase::Keep => text.to_string(),
        SlugCase::Lower => text.to_lowercase(),
        SlugCase::LowerAscii => text.to_ascii_lowercase(),
        SlugCase::Fold => text.chars().flat_map(folded).collect(),
    }
}

/// Full case folding, as the lower case of the upper case; the dotless i alone folds to itself.
fn folded(c: char) -> impl Iterator<Item = char> {
    let upper: Vec<char> = if c == 'ı' { Vec::new() } else { c.to_uppercase().collect() };
    let kept = upper.is_empty().then_some(c);
    upper.into_iter().flat_map(char::to_lowercase).chain(kept)
}

/// Whatever stands between `<` and `>`, as pymdownx takes a tag to be.
fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((_, behind)) = after.split_once('>') else { break };
        kept.push_str(before);
        rest = behind;
    }
    kept + rest
}

/// GitHub keeps combining marks, and always separates by a dash.
fn github(text: &str) -> String {
    let kept = |c: &char| is_word(*c) || is_combining_mark(*c) || matches!(c, '-' | ' ');
    let dashed = |c: char| if c == ' ' { '-' } else { c };
    text.trim().to_lowercase().chars().filter(kept).map(dashed).collect()
}

fn percent_encoded(slug: &str) -> String {
    let mut encoded = String::with_capacity(slug.len());
    for &byte in slug.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// `\w` as Python reads it: letters, numbers and the underscore. Rust's alphabetic characters are more: also
/// some combining marks, and letters in circles and squares.
fn is_word(c: char) -> bool {
    let symbol = matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}');
    c == '_' || (c.is_alphanumeric() && !is_combining_mark(c) && !symbol)
}

/// The ids of one page. MkDocs counts a taken id up by `_1`, `_2`, …; GitHub by `-1`, `-2`, ….
#[derive(Debug, Clone, Default)]
pub struct Ids {
    taken: BTreeSet<String>,
    /// The number that was last tried for a wish, so that a thousand equal headings cost a thousand steps.
    tried: BTreeMap<String, u64>,
    by_dash: bool,
}

impl Ids {
    /// A page without ids.
    pub fn new(dialect: &Dialect) -> Ids {
        Ids { by_dash: dialect.slugger == Slugger::GitHub, ..Ids::default() }
    }

    /// Takes an id that the author wrote. It wins over every slug, also of headings above it, so all of them are
    /// reserved before the first call of [`Ids::unique`]. False when the page has it already.
    pub fn reserve(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_string())
    }

    /// Takes an id that the page does not have yet: `wish`, or `wish` counted up. `x_2` counts up to `x_3`, and
    /// an empty wish to `_1`.
    pub fn unique(&mut self, wish: &str) -> String {
        if !wish.is_empty() && self.taken.insert(wish.to_string()) {
            return wish.to_string();
        }
        let (stem, first) = self.stem_and_number(wish);
        let mut number = self.tried.get(wish).copied().unwrap_or(first);
        loop {
            number = number.saturating_add(1);
            let id = format!("{stem}{}{number}", if self.by_dash { '-' } else { '_' });
            if self.taken.insert(id.clone()) {
                self.tried.insert(wish.to_string(), number);
                return id;
            }
        }
    }

    fn stem_and_number<'w>(&self, wish: &'w str) -> (&'w str, u64) {
        let counted = || {
            let (stem, number) = wish.rsplit_once('_')?;
            let digits =
                !number.is_empty() && number.len() < 18 && number.bytes().all(|b| b.is_ascii_digit());
            Some((stem, number.parse().ok().filter(|_| digits)?))
        };
        if self.by_dash { None } else { counted() }.unwrap_or((wish, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(slugger: Slugger, separator: &str) -> Dialect {
        Dialect { slugger, separator: separator.to_string(), ..Dialect::default() }
    }

    fn pymdown(case: SlugCase) -> Slugger {
        Slugger::Pymdown { case, percent_encode: false }
    }

    fn slugger_of_row(name: &str) -> Option<Dialect> {
        let encoded = Slugger::Pymdown { case: SlugCase::Lower, percent_encode: true };
        let (slugger, separator) = match name {
            "toc default -" => (Slugger::Toc, "-"),
            "toc unicode -" => (Slugger::TocUnicode, "-"),
            "pmdx lower -" => (pymdown(SlugCase::Lower), "-"),
            "pmdx lower _" => (pymdown(SlugCase::Lower), "_"),
            "pmdx none -" => (pymdown(SlugCase::Keep), "-"),
            "pmdx lower-ascii" => (pymdown(SlugCase::LowerAscii), "-"),
            "pmdx fold" => (pymdown(SlugCase::Fold), "-"),
            "pmdx lower pct" => (encoded, "-"),
            _ => return None,
        };
        Some(dialect(slugger, separator))
    }

    fn unquoted(literal: &str) -> &str {
        literal.trim_end().get(1..literal.trim_end().len() - 1).unwrap()
    }

    #[test]
    fn every_slugger_agrees_with_the_measured_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/dialect-cases/slugs.txt");
        let Ok(table) = std::fs::read_to_string(path) else {
            assert!(std::env::var_os("CI").is_none(), "../shared is absent");
            println!("skipped: ../shared is absent");
            return;
        };
        let (mut text, mut rows) = ("", 0);
        for line in table.lines().filter(|line| !line.starts_with('[')) {
            let Some(row) = line.strip_prefix("   ") else {
                text = unquoted(line);
                continue;
            };
            let (name, wanted) = row.split_at(19);
            let dialect = slugger_of_row(name.trim()).expect(name);
            assert_eq!(slugify(text, &dialect), unquoted(wanted), "{name} of {text:?}");
            rows += 1;
        }
        assert_eq!(rows, 19 * 8);
    }

    #[test]
    fn the_default_keeps_ascii_and_collapses() {
        let toc = Dialect::default();
        assert_eq!(slugify("What's new -- in Ünïcode?", &toc), "whats-new-in-unicode");
        assert_eq!(slugify("Phase 4: harden", &dialect(Slugger::Toc, "_")), "phase_4_harden");
        assert_eq!(slugify("…", &toc), "");
    }

    #[test]
    fn pymdown_does_not_collapse_and_drops_tags() {
        let lower = dialect(pymdown(SlugCase::Lower), "-");
        assert_eq!(slugify("A & B", &lower), "a--b");
        assert_eq!(slugify("List<String> of x", &lower), "list-of-x");
        assert_eq!(slugify("1 < 2", &lower), "1--2");
    }

    #[test]
    fn marks_and_circled_letters_are_no_words_for_python() {
        let unicode = dialect(Slugger::TocUnicode, "-");
        assert_eq!(slugify("हिन्दी", &unicode), "हनद");
        assert_eq!(slugify("Ⓐ b ①", &unicode), "b-①");
    }

    #[test]
    fn folding_is_more_than_lower_case() {
        let fold = dialect(pymdown(SlugCase::Fold), "-");
        assert_eq!(slugify("Straße ΣΑΣ ı", &fold), "strasse-σασ-ı");
    }

    #[test]
    fn github_keeps_marks_and_counts_by_dashes() {
        let github = dialect(Slugger::GitHub, "_");
        assert_eq!(slugify("CI/CD & हि", &github), "cicd--हि");
        let mut ids = Ids::new(&github);
        assert_eq!(["a", "a", "a_1", "a"].map(|wish| ids.unique(wish)), ["a", "a-1", "a_1", "a-2"]);
    }

    #[test]
    fn taken_ids_count_up() {
        let mut ids = Ids::new(&Dialect::default());
        let given = ["a", "a", "a_1", "a", "a", "", "", "b_2", "b_2"].map(|wish| ids.unique(wish));
        assert_eq!(given, ["a", "a_1", "a_2", "a_3", "a_4", "_1", "_2", "b_2", "b_3"]);
    }

    #[test]
    fn an_id_of_the_author_wins_over_a_slug() {
        let mut ids = Ids::default();
        assert!(ids.reserve("setup"));
        assert!(!ids.reserve("setup"));
        assert_eq!(ids.unique("setup"), "setup_1");
    }

    #[test]
    fn ten_thousand_equal_headings_are_counted_at_once() {
        let mut ids = Ids::default();
        let last = (0..10_000).map(|_| ids.unique("note")).last();
        assert_eq!(last.as_deref(), Some("note_9999"));
    }

    #[test]
    fn a_number_too_long_to_count_is_a_name() {
        let mut ids = Ids::default();
        let long = format!("x_{}", "9".repeat(40));
        assert_eq!(ids.unique(&long), long);
        assert_eq!(ids.unique(&long), format!("{long}_1"));
    }
}
