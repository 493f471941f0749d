//! What the search index costs, and what a query loads.
//!
//! `cargo bench --bench search -- [PAGES]` writes a site of PAGES pages (20,000 without it) of about 6 KB in words that are as
//! frequent as those of a real site, builds it with and without a search, and prints the time of both, the size of the
//! index, and - where `node` is there - what some queries load and how long ranking takes (`benches/search.mjs`).

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use runproof::build::{Build, Builder, Options};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let pages = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(20_000);
    let dir = std::env::temp_dir().join(format!("runproof-search-{pages}-{}", std::process::id()));
    write(&dir, pages)?;
    for search in [true, false] {
        std::fs::write(dir.join("site.toml"), format!("title = \"Pages\"\nsearch = {search}\n"))?;
        let start = Instant::now();
        let Ok(mut builder) = Builder::open(Options::new(&dir)) else { break };
        let build = builder.build();
        println!("{pages} pages, search = {search}: {:.2} s", start.elapsed().as_secs_f64());
        if search {
            index(&build, &dir)?;
        }
    }
    std::fs::remove_dir_all(&dir)
}

/// The size of the index, and what queries load of it.
fn index(build: &Build, dir: &Path) -> std::io::Result<()> {
    let is_part = |path: &str| path.starts_with("assets/search");
    let files = || build.artifacts.iter().filter(|file| is_part(file.path.as_str()));
    for kind in ["list", "words-", "text-", "facet-"] {
        let sizes =
            files().filter(|file| file.path.file_name().starts_with(kind)).map(|file| file.bytes.len());
        let sizes: Vec<usize> = sizes.collect();
        let (sum, most) = (sizes.iter().sum::<usize>(), sizes.iter().max().copied().unwrap_or_default());
        println!("{kind}: {} pieces, {} KB, the largest {} KB", sizes.len(), sum / 1000, most / 1000);
    }
    for file in files() {
        let path = dir.join("out").join(file.path.as_str());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.bytes)?;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/search.mjs");
    if Command::new("node").arg(script).arg(dir.join("out")).status().is_err() {
        println!("node is absent: no queries were measured");
    }
    Ok(())
}

/// The same pages each time.
fn write(dir: &Path, pages: usize) -> std::io::Result<()> {
    let mut random = Random(42);
    for page in 0..pages {
        let folder = dir.join("content").join(format!("part-{:03}", page / 100));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("page-{page}.md")), text(page, &mut random))?;
    }
    Ok(())
}

fn text(page: usize, random: &mut Random) -> String {
    let mut text = format!("---\ntags: [tag{}, area{}]\n---\n\n# ", page % 300, page % 7);
    words(4, random, &mut text);
    for section in 0..6 {
        text.push_str("\n\n## ");
        words(3, random, &mut text);
        text.push_str("\n\n");
        words(110, random, &mut text);
        let _ = write!(text, " word{page}of{section}");
        text.push_str("\n\n```text\nkind: Deployment\nname: ");
        words(8, random, &mut text);
        text.push_str("\n```");
    }
    text.push('\n');
    text
}

/// Words of a real site's frequency: the n-th of them is n times as rare as the first (Zipf's law).
fn words(count: usize, random: &mut Random, text: &mut String) {
    const FREQUENT: [&str; 24] = [
        "policy",
        "kyverno",
        "pods",
        "deployment",
        "namespace",
        "kubectl",
        "run",
        "containers",
        "root",
        "roll",
        "back",
        "admission",
        "webhook",
        "denied",
        "request",
        "validation",
        "error",
        "get",
        "production",
        "require-run-as-nonroot",
        "--dry-run=server",
        "config",
        "node",
        "the",
    ];
    for _ in 0..count {
        let rank = (20_000_f64.powf(random.unit()) - 1.0) as usize;
        match FREQUENT.get(rank) {
            Some(word) => text.push_str(word),
            None => text
                .push_str(&format!("{}{rank}", ["alpha", "contain", "polar", "setting", "value"][rank % 5])),
        }
        text.push(' ');
    }
}

/// A linear congruential generator: the same numbers on each machine.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }
}
