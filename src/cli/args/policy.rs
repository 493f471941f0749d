//! What can be typed for the commands of a Kyverno user.

use crate::kube::schema::Version;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Run the tests of policies
///
/// Finds the files of tests below the paths, evaluates their policies on their resources, and compares with the
/// results that they expect, as `kyverno test` does, without a cluster or a network. A result for which nothing was
/// tried is told as such, and a test that cannot be read does not keep the others from running.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof test                                       Every kyverno-test.yaml below this folder
  runproof test policies --fail-only                  Only what does not agree
  runproof test policies --format junit > tests.xml   A report for CI
  runproof test . --test-case-selector 'policy=require-*,resource=bad-*'

Exit status: 0 all agree, 1 something does not or cannot be decided, or a resource has a fault of --kubernetes,
2 could not run.")]
pub struct TestArgs {
    /// Folders with tests, or files of tests
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What files of tests are called
    #[arg(long, short = 'f', value_name = "NAME", default_value = "kyverno-test.yaml")]
    pub file_name: String,
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: TestFormat,
    /// Leave out the rows that agree
    #[arg(long)]
    pub fail_only: bool,
    /// Only the rows that fit: `policy=…,rule=…,resource=…`, with wildcards
    #[arg(long, short = 't', value_name = "SELECTOR", default_value = "policy=*,rule=*,resource=*")]
    pub test_case_selector: String,
    /// Fail when there are no tests
    #[arg(long)]
    pub require_tests: bool,
    /// Fail also for rows for which nothing was tried
    #[arg(long)]
    pub fail_on_unexercised: bool,
    #[command(flatten)]
    pub looks: Looks,
    /// Also hold the resources against the schemas of this version of Kubernetes, such as 1.31
    #[arg(long, value_name = "VERSION", value_parser = Version::parse)]
    pub kubernetes: Option<Version>,
}

/// Flags of the Kyverno command line that change how its answers look: scripts have them, and nothing comes of them here.
#[derive(Debug, Args)]
pub struct Looks {
    #[arg(long, hide = true)]
    remove_color: bool,
    #[arg(long, hide = true)]
    detailed_results: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// A table
    Human,
    /// JSON lines: one object a row
    Json,
    /// JUnit XML
    Junit,
}

/// Tell what policies say about resources
///
/// Evaluates the policies on each resource as `kyverno apply` does, without a cluster or a network, and shows each
/// rule's answer with the field that decided it. A policy that Kyverno would refuse is named with the reason.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof apply policy.yaml --resource pod.yaml
  runproof apply policies --resource manifests --values-file values.yaml
  runproof apply policy.yaml -r pod.yaml --set request.operation=UPDATE --userinfo user.yaml
  runproof apply mutate.yaml -r pod.yaml --output patched.yaml
  runproof apply policy.yaml -r pod.yaml --explain
  runproof apply policies -r manifests --policy-report > report.yaml

Exit status: 0 nothing failed, 1 a rule failed or had an error, a policy is refused, or a resource has a fault of
--kubernetes, 2 could not run.")]
pub struct ApplyArgs {
    /// Files or folders of policies; `-` is the standard input
    #[arg(value_name = "POLICY", required = true)]
    pub policies: Vec<PathBuf>,
    /// A file or folder of resources; can be given many times
    #[arg(long, short, value_name = "PATH", required = true, alias = "resources", value_delimiter = ',')]
    pub resource: Vec<PathBuf>,
    /// Values that stand in for what a cluster would answer
    #[arg(long, short = 'f', value_name = "FILE")]
    pub values_file: Option<PathBuf>,
    /// One such value; can be given many times
    #[arg(long, short, value_name = "NAME=VALUE", value_delimiter = ',')]
    pub set: Vec<String>,
    /// Who asks: a file with `userInfo`, `roles` and `clusterRoles`
    #[arg(long, short, value_name = "FILE")]
    pub userinfo: Option<PathBuf>,
    /// A file or folder of policy exceptions; can be given many times
    #[arg(long, short, value_name = "PATH", alias = "exceptions", value_delimiter = ',')]
    pub exception: Vec<PathBuf>,
    /// The operation of the request
    #[arg(long, value_name = "OPERATION", ignore_case = true)]
    pub operation: Option<OperationArg>,
    #[command(flatten)]
    pub looks: Looks,
    /// Also hold the resources against the schemas of this version of Kubernetes, such as 1.31
    #[arg(long, value_name = "VERSION", value_parser = Version::parse)]
    pub kubernetes: Option<Version>,
    /// The form of the answers
    #[arg(long, value_name = "FORMAT", default_value = "human", conflicts_with = "policy_report")]
    pub format: ApplyFormat,
    /// Show the steps of every rule: what matched, each condition, variable and field
    #[arg(long, conflicts_with = "policy_report")]
    pub explain: bool,
    #[arg(long, short, hide = true)]
    pub table: bool,
    #[arg(long, hide = true)]
    pub continue_on_fail: bool,
    /// Print a PolicyReport in place of the answers
    #[arg(long, short)]
    pub policy_report: bool,
    /// Write changed and generated objects whole to a file; `-` is the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OperationArg {
    #[value(name = "CREATE")]
    Create,
    #[value(name = "UPDATE")]
    Update,
    #[value(name = "DELETE")]
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormat {
    /// The answers with the places that decided them, changes as a diff
    Human,
    /// JSON lines: one object a row
    Json,
}

/// Try expressions of Kyverno's JMESPath
#[derive(Debug, Args)]
pub struct JpArgs {
    #[command(subcommand)]
    pub command: JpCommand,
}

#[derive(Debug, Subcommand)]
pub enum JpCommand {
    Query(QueryArgs),
    Parse(ParseArgs),
    Function(FunctionArgs),
}

/// Show the value of expressions
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  runproof jp query -i pod.yaml 'spec.containers[].image'
  cat pod.json | runproof jp query -u metadata.name

Exit status: 0 shown, 1 an expression cannot be read or has no value, 2 could not run.")]
pub struct QueryArgs {
    /// The expressions
    #[arg(value_name = "EXPRESSION")]
    pub expressions: Vec<String>,
    /// A YAML or JSON file; the standard input without it
    #[arg(long, short, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// A file with an expression; can be given many times
    #[arg(long, short, value_name = "FILE")]
    pub query: Vec<PathBuf>,
    /// JSON on one line
    #[arg(long, short)]
    pub compact: bool,
    /// Text without quotes
    #[arg(long, short)]
    pub unquoted: bool,
}

/// Show how expressions are read
#[derive(Debug, Args)]
pub struct ParseArgs {
    /// The expressions
    #[arg(value_name = "EXPRESSION", required = true)]
    pub expressions: Vec<String>,
}

/// List the functions with their parameters
#[derive(Debug, Args)]
pub struct FunctionArgs {
    /// Their names; all without one
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}
