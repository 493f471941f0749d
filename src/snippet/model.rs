//! What a page lets a reader copy, and what it says of it.

use super::copy::{Copied, Parts};
use super::directive::Settings;
use super::expect::{Class, Marker};
use super::kubectl::{Effect, Level};
use super::passage::Passage;
use crate::kube::Resource;
use crate::source::Span;
use std::ops::Range;

/// A block of a page that a reader copies or reads as output.
#[derive(Debug, Clone)]
pub struct Snippet {
    /// `page.md#id`: unique on the site. The part behind `#` is the author's, or heading id and ordinal.
    pub id: String,
    /// The author chose the id.
    pub explicit_id: bool,
    /// The index of the fence in [`Document::fences`](crate::markdown::Document::fences).
    pub fence: usize,
    /// The fence with its marks.
    pub span: Span,
    /// The nearest heading above it: its index in [`Document::headings`](crate::markdown::Document::headings).
    pub heading: Option<usize>,
    /// What it is.
    pub kind: Kind,
    /// What it is for.
    pub role: Role,
    /// The fence's title: often the name of a file.
    pub title: Option<String>,
    /// Its text with places.
    pub passage: Passage,
    /// The objects of a manifest or policy, with ranges that count bytes of `passage`.
    pub resources: Vec<Resource>,
    /// The commands of a shell text or session, or the expressions of a list of them, in order.
    pub steps: Vec<Step>,
    /// What the page says will happen.
    pub claims: Vec<Claim>,
    /// What a reader has to fill in.
    pub placeholders: Vec<Field>,
    /// Why it is not whole, when it says so itself.
    pub partial: Option<Partial>,
    /// How much its steps may change, the worst of them.
    pub level: Level,
    /// What lands on the clipboard.
    pub copy: Copied,
    /// What it says of the policies in force.
    pub scope: Scope,
    /// What its directive, attributes and the page's front matter set.
    pub settings: Settings,
}

impl Snippet {
    /// The part of the id behind `#`: what directives of its page call it.
    pub fn own_id(&self) -> &str {
        self.id.rsplit('#').next().unwrap_or_default()
    }
}

/// What a snippet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Kubernetes objects, none of them a policy.
    Manifest,
    /// Kubernetes objects, one of them a policy.
    Policy,
    /// Commands.
    Shell,
    /// Prompts, commands and what they print.
    Session,
    /// One expression of this language.
    Expression(Language),
    /// A CI workflow.
    Workflow,
    /// A file that configures something.
    Configuration,
    /// A part of an object, file or program.
    Fragment,
    /// What a command prints.
    Output,
    /// Source code, diagrams, prose.
    Other,
}

/// A language of expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JMESPath.
    JmesPath,
    /// The Common Expression Language.
    Cel,
    /// jq.
    Jq,
    /// JSONPath.
    JsonPath,
    /// Rego.
    Rego,
    /// PromQL.
    PromQl,
}

/// What a snippet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// To be used.
    Example,
    /// An example of what is admitted.
    Good,
    /// An example of what is denied.
    Bad,
    /// The policy that the page is about.
    Policy,
    /// To be compared with what is printed.
    Output,
    /// To be read, not used as it stands.
    Fragment,
}

/// Why a snippet is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// A template: `{{ … }}`.
    Template,
    /// Something is left out: a line of `...`.
    Elided,
    /// Something has to be filled in.
    Placeholder,
}

/// Something that a reader fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name without marks.
    pub name: String,
    /// Where it stands first.
    pub span: Span,
    /// The bytes of the snippet's text in which it stands, each time.
    pub places: Vec<Range<usize>>,
}

/// One command at the top level, or one expression.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its bytes in the file, heredoc bodies included.
    pub span: Span,
    /// Its bytes in the snippet's text.
    pub range: Range<usize>,
    /// As written.
    pub text: String,
    /// The parts of the snippet's text that are copied for it alone.
    pub copy: Parts,
    /// What it takes away or overrides, to stand behind "Destructive: ".
    pub danger: Option<&'static str>,
    /// What it does.
    pub effects: Vec<Effect>,
    /// Files that it writes with text of the page: name and text.
    pub writes: Vec<(String, Passage)>,
    /// Files that it writes, changes or removes otherwise: nobody knows what is in them afterwards.
    pub alters: Vec<String>,
    /// What the session shows below it.
    pub output: Vec<Span>,
    /// The expression that it is, or that its command evaluates.
    pub query: Option<Query>,
}

/// An expression with what a page says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its language.
    pub language: Language,
    /// As written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What it is applied to, when a comment or the input of `kyverno jp query` gives it, as written.
    pub input: Option<String>,
    /// The input is a whole document, as a command reads it. A comment may give a part of one.
    pub whole: bool,
    /// What is wrong with it, in the words of a page that shows it as a mistake.
    pub wrong: Option<String>,
}

impl Step {
    /// A step of which nothing is known but its text.
    pub(super) fn at(span: Span, range: Range<usize>, text: String) -> Step {
        Step {
            span,
            range,
            text,
            copy: Parts::default(),
            danger: None,
            effects: Vec::new(),
            writes: Vec::new(),
            alters: Vec::new(),
            output: Vec::new(),
            query: None,
        }
    }
}

/// What the page says will happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The words that say it.
    pub span: Span,
    /// The words.
    pub text: String,
    /// Which step they are about; `None`: the snippet as a whole.
    pub step: Option<usize>,
    /// What is claimed.
    pub class: Class,
    /// How a comment was recognised; `None` for the other origins.
    pub marker: Option<Marker>,
    /// Where the words stand.
    pub origin: Origin,
}

/// Where the words of a claim stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In a comment behind or below the command.
    CommentAfter,
    /// In a comment above the command.
    CommentBefore,
    /// In a directive or an attribute of the fence.
    Directive,
    /// In printed output that the page shows.
    Output,
    /// In a fence of comments that tells a scenario: `# Enforced by: …`, `# Result: …`.
    Scenario,
}

/// What a snippet says of the policies in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Policies that the fence itself holds, by name.
    pub own: Vec<String>,
    /// Files that its steps apply before anything else, by name as written.
    pub applied: Vec<String>,
    /// Policies or files that its directive, the page's front matter or an `Enforced by:` comment names.
    pub named: Vec<String>,
    /// The fence itself names them, not only its page.
    pub names_itself: bool,
}
