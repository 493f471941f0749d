//! What can be typed.

mod policy;

pub use policy::*;

use crate::diag::{Format, settings::FailOn};
use crate::kube::schema::Version;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Build runbooks and policy docs, and prove what they claim.
///
/// A site is a folder with a `site.toml` or a `mkdocs.yml`. Without DIR the commands look for it here and in the
/// folders above.
#[derive(Debug, Parser)]
#[command(
    name = "runproof",
    version,
    propagate_version = true,
    after_help = "Exit status: 0 clean, 1 findings, 2 could not run.",
    after_long_help = "\
Exit status:
  0  clean
  1  findings
  2  could not run: wrong arguments, no such site, disk full

Examples:
  runproof init docs           Make a small site that checks clean
  runproof serve docs          Preview it while you write
  runproof check docs          Tell everything that is wrong
  runproof build docs          Write the site to docs/site
  runproof test policies       Run the tests of policies
  runproof explain broken-link What a check finds and how to mend it"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Colour the output
    ///
    /// `auto` colours a terminal, unless NO_COLOR is set; CLICOLOR_FORCE colours anything.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub color: Color,
    /// Say only what is wrong
    #[arg(long, global = true, help_heading = "Output", conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(long, short, global = true, help_heading = "Output")]
    pub verbose: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Build(BuildArgs),
    Serve(ServeArgs),
    Check(CheckArgs),
    Claims(ClaimsArgs),
    Report(ReportArgs),
    Test(TestArgs),
    Apply(ApplyArgs),
    Jp(JpArgs),
    Init(InitArgs),
    Migrate(MigrateArgs),
    Explain(ExplainArgs),
    Completions(CompletionsArgs),
}

/// Which site, and what is different from what it says itself.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// The folder of the site
    ///
    /// Without it, this folder or the nearest one above that has a `site.toml` or a `mkdocs.yml`.
    pub dir: Option<PathBuf>,
    /// The configuration, when it is not `site.toml` or `mkdocs.yml`
    ///
    /// A file inside the site's folder, as seen from there.
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}

/// Write the site
///
/// Checks everything first. When there are errors nothing is written, unless --keep-going says so. Only files that
/// changed are written and only files that an earlier build made are removed; an interrupted build leaves a whole
/// site. A folder that is not empty and was not made by runproof is refused.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof build                               Write the site in this folder to ./site
  runproof build docs --out public             Write it somewhere else
  runproof build --base-url https://example.org/preview/
  runproof build --drafts --keep-going         All there is, whatever is wrong with it

Exit status: 0 written and clean, 1 errors were found, 2 could not run.")]
pub struct BuildArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where to write, in place of the configured folder
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write the site even when errors are found
    #[arg(long)]
    pub keep_going: bool,
    /// Write drafts too
    #[arg(long)]
    pub drafts: bool,
    /// Where the site will be served, in place of the configured address
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

/// Preview the site while you write
///
/// Serves from memory and writes nothing. A change of a page, policy, template or the configuration is shown at
/// once, at the same place of the page; what is wrong stands over the page until it is mended. Listens on this
/// machine only. Ends with Ctrl-C.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof serve                 http://127.0.0.1:8000/
  runproof serve docs --port 0   Any free port

Exit status: 0 ended with Ctrl-C, 2 could not run.")]
pub struct ServeArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The port; when it is taken, the next free one is used
    #[arg(long, short, default_value_t = 8000)]
    pub port: u16,
    /// Hide drafts
    #[arg(long)]
    pub no_drafts: bool,
}

/// Tell everything that is wrong
///
/// Reads the site, evaluates its policies and tests what the pages claim. Nothing is executed, nothing is fetched
/// and nothing is written, except with --fix, --update-baseline or --output.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof check                                   Excerpts with the place underlined
  runproof check docs --format short               One line a finding
  runproof check --format github                   Annotations in GitHub Actions
  runproof check --format sarif --output out.sarif For code scanning
  runproof check --update-baseline                 Accept what is there, fail on what is new
  runproof check --fix                             Carry out the safe repairs

Exit status: 0 no finding of the level of --fail-on or above, 1 there are such findings, 2 could not run.")]
pub struct CheckArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The form of the report
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub format: FormatArg,
    /// Write the report to a file; the summary is still shown
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the claims as a ClusterPolicyReport too
    #[arg(long, value_name = "FILE")]
    pub policy_report: Option<PathBuf>,
    /// From which level on the run has failed; without it what `check.fail_on` of the configuration says, else error
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<FailOnArg>,
    /// Do not report the findings that this file knows
    ///
    /// Without it `runproof-baseline.json` in the site's folder is used, when it is there.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all that is found now to the baseline, and succeed
    #[arg(long)]
    pub update_baseline: bool,
    /// Carry out the safe repairs and report what is left
    #[arg(long, conflicts_with = "update_baseline")]
    pub fix: bool,
    /// Check drafts too
    #[arg(long)]
    pub drafts: bool,
    /// The version of Kubernetes whose schemas objects are held against, such as 1.31
    ///
    /// Without it what `check.kubernetes` of the configuration says, else the newest known. A page that names its
    /// own in its front matter keeps it.
    #[arg(long, value_name = "VERSION", value_parser = Version::parse)]
    pub kubernetes: Option<Version>,
}

/// List what the pages claim, and what became of it
///
/// Every claim of every page with its place, the policies in force, the verdict and the evidence. Findings about them
/// are for `check`; this command only lists.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof claims
  runproof claims docs --format json | jq '.[] | select(.verdict == \"contradicted\")'

Exit status: 0 listed, 2 could not run.")]
pub struct ClaimsArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The form of the list
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub format: ClaimsFormat,
    /// List those of drafts too
    #[arg(long)]
    pub drafts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClaimsFormat {
    /// Place, words, verdict and evidence
    Human,
    /// A list with one object a claim
    Json,
}

/// Write what an auditor keeps: claims, verdicts, policies and their digests, versions
///
/// Every claim with the controls of its page and policy, the verdict, the policy that decided with the SHA-256 of its
/// manifest, and the versions that it was decided with. There is no time in it: one commit gives one report.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof report --format csv --output claims.csv
  runproof report docs | jq '.totals'

Exit status: 0 written, 2 could not run.")]
pub struct ReportArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// The form of the report
    #[arg(long, short, value_name = "FORMAT", default_value = "json")]
    pub format: ReportFormat,
    /// Write it to a file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Report those of drafts too
    #[arg(long)]
    pub drafts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One JSON object, versioned: claims, and policies with what was tried on their rules
    Json,
    /// A table with one line a claim
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Excerpts with the place underlined
    Human,
    /// path:line:column: error[code]: message
    Short,
    /// One JSON object, versioned
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Workflow commands; adds a summary of the step
    Github,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Human => Format::Human,
            FormatArg::Short => Format::Short,
            FormatArg::Json => Format::Json,
            FormatArg::Sarif => Format::Sarif,
            FormatArg::Junit => Format::Junit,
            FormatArg::Github => Format::Github,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    Never,
    Error,
    Warning,
    Note,
}

impl From<FailOnArg> for FailOn {
    fn from(level: FailOnArg) -> FailOn {
        match level {
            FailOnArg::Never => FailOn::Never,
            FailOnArg::Error => FailOn::Error,
            FailOnArg::Warning => FailOn::Warning,
            FailOnArg::Note => FailOn::Note,
        }
    }
}

/// Make a small site that builds and checks clean
///
/// A phase document with a checklist and a command, a Kyverno policy with its tests, and a workflow for GitHub
/// Actions. Files that exist are never overwritten.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof init docs && runproof serve docs

Exit status: 0 made, 2 could not run; then nothing was made.")]
pub struct InitArgs {
    /// The folder; it is made when it is not there
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

/// Turn a `mkdocs.yml` into a `site.toml` that means the same
///
/// Reports what is kept, what changes and what has no meaning here. The pages stay as they are, and so does the
/// `mkdocs.yml`; where both are, the `site.toml` counts. A site can also stay with its `mkdocs.yml` for good.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof migrate --dry-run   Show it first
  runproof migrate docs

Exit status: 0 written, 2 could not run.")]
pub struct MigrateArgs {
    /// The folder of the site
    pub dir: Option<PathBuf>,
    /// Show the `site.toml` and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Show what a check finds, why it matters and how to mend it
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof explain broken-link
  runproof explain --list

Exit status: 0 shown, 2 no such check.")]
pub struct ExplainArgs {
    /// The code of the check, as a finding shows it in brackets
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// Name all checks
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
}

/// Write completions for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof completions bash > ~/.local/share/bash-completion/completions/runproof
  runproof completions zsh > \"${fpath[1]}/_runproof\"
  runproof completions fish > ~/.config/fish/completions/runproof.fish")]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}
