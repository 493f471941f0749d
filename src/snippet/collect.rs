//! From a page to its snippets.

use super::classify::{self, Syntax};
use super::copy::{self, Copied, Parts};
use super::directive::Settings;
use super::expect::{Class, Marker};
use super::kubectl::{self, Effect, EffectKind, Level, Objects, Origin as Text};
use super::lint::Findings;
use super::model::{Claim, Field, Kind, Language, Origin, Role, Scope, Snippet, Step};
use super::passage::Passage;
use super::shell::{self, List, Script};
use super::{claims, danger, expression, files, filters, printed, spoken};
use crate::diag::{Diagnostic, codes};
use crate::kube::{self, Resource};
use crate::markdown::{self, Document, Fence};
use crate::source::yaml::{self, Node};
use crate::source::{SitePath, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The snippets of one page.
#[derive(Debug, Clone, Default)]
pub struct Snippets {
    /// One for each fence, in their order.
    pub snippets: Vec<Snippet>,
    /// What the page's front matter sets for all of them.
    pub page: Settings,
    /// What is wrong with them, taken alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// The snippets of `document`, the page at `path`. Pure: the same page gives the same snippets.
pub fn collect(document: &Document, path: &SitePath) -> Snippets {
    collect_with(document, path, &Settings::default())
}

/// The same on a site that sets `site` for all snippets that do not say otherwise.
pub fn collect_with(document: &Document, path: &SitePath, site: &Settings) -> Snippets {
    let mut diagnostics = Vec::new();
    let page = Settings::of_page(document, &mut diagnostics).or(site);
    let settings: Vec<Settings> =
        document.fences.iter().map(|fence| Settings::of_fence(fence, &mut diagnostics)).collect();
    let mut ids =
        Ids { wanted: settings.iter().filter_map(|own| own.id.clone()).collect(), ..Ids::default() };
    let mut snippets = Vec::new();
    for (index, (fence, settings)) in document.fences.iter().zip(settings).enumerate() {
        let id = ids.of(document, fence, &settings, &mut diagnostics);
        let (read, found) = Reader::read(fence, settings, &page);
        diagnostics.extend(found);
        snippets.push(read.finish(index, fence, format!("{path}#{id}")));
    }
    diagnostics.extend(spoken::refusals(document));
    Snippets { snippets, page, diagnostics }
}

/// Ids that are taken on the page.
#[derive(Default)]
struct Ids {
    /// Those that authors chose, also further down.
    wanted: BTreeSet<String>,
    explicit: BTreeMap<String, Span>,
    ordinals: BTreeMap<String, usize>,
}

impl Ids {
    fn of(
        &mut self,
        document: &Document,
        fence: &Fence,
        settings: &Settings,
        found: &mut Vec<Diagnostic>,
    ) -> String {
        let heading = fence.heading.and_then(|heading| document.headings.get(heading));
        let slug = heading.map_or("snippet", |heading| heading.id.as_str());
        let numbered = self.numbered(slug);
        let Some(id) = &settings.id else { return numbered };
        if let Some(first) = self.explicit.get(id) {
            let span = fence.directive.as_ref().map_or(fence.info, |(_, span)| *span);
            let message = format!("two snippets of this page have the id `{id}`");
            found.push(
                Diagnostic::new(&codes::SNIPPET_DIRECTIVE, span, message).also(*first, "the first one"),
            );
            return numbered;
        }
        self.explicit.insert(id.clone(), fence.span);
        id.clone()
    }
}

impl Ids {
    fn numbered(&mut self, slug: &str) -> String {
        let ordinal = self.ordinals.entry(slug.to_string()).or_default();
        loop {
            *ordinal += 1;
            let id = format!("{slug}-{ordinal}");
            if !self.wanted.contains(&id) {
                return id;
            }
        }
    }
}

/// A fence while it is read.
struct Reader {
    passage: Passage,
    settings: Settings,
    kind: Kind,
    resources: Vec<Resource>,
    steps: Vec<Step>,
    claims: Vec<Claim>,
    copy: Parts,
    named: Vec<String>,
    names_itself: bool,
}

impl Reader {
    fn read(fence: &Fence, own: Settings, page: &Settings) -> (Reader, Vec<Diagnostic>) {
        let passage = Passage::of_code(&fence.code);
        let names_itself = !own.policies.is_empty();
        let settings = own.or(page);
        let mut reader = Reader {
            passage: passage.clone(),
            kind: Kind::Other,
            resources: Vec::new(),
            steps: Vec::new(),
            claims: Vec::new(),
            copy: Parts::of_fence(fence),
            named: settings.policies.clone(),
            names_itself,
            settings,
        };
        let mut findings = Findings { passage: &passage, found: Vec::new() };
        let language = fence.language.as_deref();
        let syntax = classify::syntax(language, &passage.text);
        match syntax {
            Syntax::Yaml => reader.yaml(&mut findings),
            Syntax::Json => reader.json(&mut findings),
            Syntax::Shell => reader.shell(&mut findings),
            Syntax::Session => reader.session(language, &mut findings),
            Syntax::None => reader.plain(language, &mut findings),
        }
        if matches!(syntax, Syntax::Yaml | Syntax::Json) {
            findings.hidden(None);
        }
        reader.directive();
        let found = if reader.settings.unchecked.is_some() { Vec::new() } else { findings.found };
        (reader, found)
    }

    fn yaml(&mut self, findings: &mut Findings) {
        let text = self.passage.text.clone();
        match yaml::parse(&text) {
            Ok(documents) => {
                self.resources = kube::read_documents(documents.clone()).0;
                self.kind = classify::yaml(&documents, &self.resources);
                let claims = documents.iter().flat_map(|document| printed::report(document, &self.passage));
                self.claims.extend(claims);
                self.scenario(&documents);
                // A line such as `length(items)` is a YAML scalar, but nobody means one.
                let scalar = !documents.is_empty() && documents.iter().all(|node| node.as_str().is_some());
                if let Some(language) = expression::language(&text).filter(|_| scalar) {
                    self.expressions(language);
                }
            }
            Err(error) => match expression::language(&text) {
                Some(language) => {
                    self.expressions(language);
                    findings.language(&expression::first(&text));
                }
                None => {
                    self.kind = Kind::Fragment;
                    findings.yaml(&error, classify::partial(&text));
                }
            },
        }
    }

    fn expressions(&mut self, language: Language) {
        self.kind = Kind::Expression(language);
        (self.steps, self.claims) = expression::steps(&self.passage, language);
    }

    fn json(&mut self, findings: &mut Findings) {
        let text = &self.passage.text;
        let value = serde_json::from_str::<serde_json::Value>(text).ok();
        let resource = value.as_ref().and_then(|value| Resource::from_json(value.clone()).ok());
        self.kind = match (&resource, &value) {
            (Some(resource), _) if classify::is_policy(resource) => Kind::Policy,
            (Some(_), _) => Kind::Manifest,
            (None, Some(_)) => Kind::Configuration,
            (None, None) => Kind::Fragment,
        };
        self.resources.extend(resource);
        findings.json(classify::partial(text));
    }

    fn plain(&mut self, language: Option<&str>, findings: &mut Findings) {
        self.kind = classify::plain(language, &self.passage.text);
        if let Kind::Expression(language) = self.kind {
            findings.unreadable(&filters::of_fence(&self.passage.text, language));
            return self.expressions(language);
        }
        let lines: Vec<(Span, &str)> =
            self.passage.lines.iter().copied().zip(self.passage.text.lines()).collect();
        if matches!(self.kind, Kind::Output | Kind::Other) {
            self.claims.extend(printed::denial(&lines, None).or_else(|| printed::engine(&lines, None)));
        }
    }

    fn shell(&mut self, findings: &mut Findings) {
        self.kind = Kind::Shell;
        let text = self.passage.text.clone();
        let outputs = printed::among_commands(&text);
        let script = shell::parse(&printed::blank(&text, &outputs));
        let elided = classify::partial(&text) == Some(super::model::Partial::Elided);
        if let Some(error) = script.error.as_ref().filter(|_| !elided) {
            findings.shell_error(error);
        }
        findings.script(&script);
        findings.hidden(Some(&script));
        let passage = self.passage.clone();
        self.script(&script, &passage, findings, &outputs, &Range::clone);
        let told = told(&script, &self.claims, &passage);
        let gone = copy::left_out(&text, &told, &outputs, &self.settings);
        self.copy = self.copy.without(&gone);
    }

    fn session(&mut self, language: Option<&str>, findings: &mut Findings) {
        self.kind = Kind::Session;
        let text = self.passage.text.clone();
        let Some(session) = shell::session(&text, language.is_some_and(markdown::is_session)) else { return };
        let typed = self.passage.part(session.typed.clone(), &session.lines);
        let mut inner = Findings { passage: &typed, found: Vec::new() };
        if let Some(error) = &session.script.error {
            inner.shell_error(error);
        }
        inner.script(&session.script);
        inner.hidden(Some(&session.script));
        self.script(&session.script, &typed, &mut inner, &[], &|range| session.place(range));
        findings.found.append(&mut inner.found);
        for exchange in &session.exchanges {
            let step = self.step_of(&typed, &session.script, &exchange.typed);
            let lines: Vec<(Span, &str)> = exchange
                .output
                .iter()
                .filter_map(|line| Some((self.passage.span(line)?, &text[line.clone()])))
                .collect();
            self.claims.extend(printed::denial(&lines, step).or_else(|| printed::engine(&lines, step)));
            if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
                step.output.extend(lines.iter().map(|(span, _)| *span));
            }
        }
        let told = told(&session.script, &self.claims, &typed);
        let gone = copy::left_out(&session.typed, &told, &[], &self.settings);
        self.copy = self.copy.without(&gone.iter().map(|range| session.place(range)).collect::<Vec<_>>());
    }

    /// The last step that begins on one of these lines.
    fn step_of(&self, typed: &Passage, script: &Script, lines: &Range<usize>) -> Option<usize> {
        let begins = |list: &List| lines.contains(&typed.line_of(list.range.start));
        script.commands.iter().rposition(begins)
    }

    fn script(
        &mut self,
        script: &Script,
        passage: &Passage,
        findings: &mut Findings,
        outputs: &[Range<usize>],
        place: &dyn Fn(&Range<usize>) -> Range<usize>,
    ) {
        for list in &script.commands {
            let (mut effects, mut refusals, mut programs) = (Vec::new(), Vec::new(), Vec::new());
            let mut query = None;
            list.each_pipeline(&mut |pipeline, sure| {
                let (found, refused) = kubectl::effects(pipeline, sure, &Text { passage });
                effects.extend(found);
                refusals.extend(refused);
                programs.extend(filters::unreadable(pipeline));
                query = query.take().or_else(|| kubectl::queried(pipeline, &Text { passage }));
            });
            findings.refusals(&refusals);
            findings.unreadable(&programs);
            let Some(span) = passage.span(&list.range) else { continue };
            let text = passage.text[list.range.clone()].to_string();
            self.steps.push(Step {
                danger: danger::of(list),
                effects,
                writes: files::written(list, passage),
                alters: files::altered(list),
                query,
                ..Step::at(span, place(&list.range), text)
            });
        }
        if self.steps.len() == script.commands.len() {
            self.claims.extend(claims::of_comments(script, &self.steps, passage, outputs));
        }
    }

    /// A fence of comments that tells what a policy file brings about.
    fn scenario(&mut self, documents: &[Node]) {
        if !documents.is_empty() {
            return;
        }
        let mut start = 0;
        for line in self.passage.text.clone().split_inclusive('\n') {
            let said = line.trim_start_matches(['#', ' ']).trim_end();
            if let Some(files) = said.strip_prefix("Enforced by:") {
                self.names_itself = true;
                self.named.extend(files.split(',').map(|file| file.trim().trim_matches('`').to_string()));
            }
            if let Some(result) = said.strip_prefix("Result:").filter(|_| !self.named.is_empty()) {
                let at = start + line.len() - line.trim_start_matches(['#', ' ']).len();
                let Some(span) = self.passage.span(&(at..at + said.len())) else { continue };
                let text = result.trim().to_string();
                let (class, marker, origin) = (Class::Prose, Some(Marker::Value), Origin::Scenario);
                self.claims.push(Claim { span, text, step: None, class, marker, origin });
            }
            start += line.len();
        }
    }

    /// The claim of the directive: about the last step that sends something, or the snippet as a whole.
    fn directive(&mut self) {
        let Some((class, span)) = self.settings.expect.clone() else { return };
        let class = with_reference(class, &self.settings);
        let step = self
            .steps
            .iter()
            .rposition(|step| step.effects.iter().any(|effect| matches!(effect.kind, EffectKind::Submit(_))));
        let text = format!("expect={}", describe(&class));
        self.claims.push(Claim { span, text, step, class, marker: None, origin: Origin::Directive });
    }

    fn finish(mut self, index: usize, fence: &Fence, id: String) -> Snippet {
        let text = &self.passage.text;
        for step in &mut self.steps {
            step.copy = self.copy.within(&step.range).trimmed(text);
        }
        let partial = classify::partial(&self.passage.text);
        let kinds = self.steps.iter().flat_map(|step| &step.effects);
        let level = kinds.map(|effect: &Effect| effect.kind.level()).max().unwrap_or(Level::ReadOnly);
        let policies = self.resources.iter().filter(|resource| classify::is_policy(resource));
        let role = self.settings.role.unwrap_or(match self.kind {
            Kind::Policy => Role::Policy,
            Kind::Output => Role::Output,
            Kind::Fragment => Role::Fragment,
            _ => Role::Example,
        });
        Snippet {
            explicit_id: self.settings.id.as_ref().is_some_and(|own| id.ends_with(&format!("#{own}"))),
            id,
            fence: index,
            span: fence.span,
            heading: fence.heading,
            kind: self.kind,
            role,
            title: fence.title.clone(),
            placeholders: fields(&self.passage),
            scope: Scope {
                own: policies.map(|policy| policy.name.clone()).collect(),
                applied: applied(&self.steps),
                named: self.named,
                names_itself: self.names_itself,
            },
            copy: Copied::of(&self.passage.text, &self.copy),
            passage: self.passage,
            resources: self.resources,
            steps: self.steps,
            claims: self.claims,
            partial,
            level,
            settings: self.settings,
        }
    }
}

/// Files that are applied by the steps, in order.
fn applied(steps: &[Step]) -> Vec<String> {
    let mut files = Vec::new();
    for effect in steps.iter().flat_map(|step| &step.effects) {
        if let EffectKind::Submit(submission) = &effect.kind
            && let Objects::Files(names) = &submission.objects
            && submission.dry_run.is_none()
        {
            files.extend(names.iter().cloned());
        }
    }
    files
}

fn fields(passage: &Passage) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for held in shell::placeholders(&passage.text) {
        match fields.iter_mut().find(|field| field.name == held.name) {
            Some(known) => known.places.push(held.range),
            None => fields.extend(passage.span(&held.range).map(|span| Field {
                name: held.name,
                span,
                places: vec![held.range],
            })),
        }
    }
    fields
}

/// The comments of `script` that only tell what will happen.
fn told<'s>(script: &'s Script, claims: &[Claim], passage: &Passage) -> Vec<&'s shell::Comment> {
    let tells = |comment: &&shell::Comment| {
        let span = passage.span(&(comment.text_start..comment.range.end));
        claims.iter().any(|claim| {
            claim.marker.is_some_and(|marker| !matches!(marker, Marker::Aside | Marker::Sentence))
                && span.is_some_and(|span| span.start == claim.span.start)
        })
    };
    script.comments.iter().filter(tells).collect()
}

fn with_reference(class: Class, settings: &Settings) -> Class {
    let fill = |mut outcome: super::expect::Outcome| {
        outcome.by = outcome.by.or_else(|| settings.by.clone());
        outcome
    };
    match class {
        Class::Denied(outcome) => Class::Denied(fill(outcome)),
        Class::Admitted(outcome) => Class::Admitted(fill(outcome)),
        Class::Reported(outcome) => Class::Reported(fill(outcome)),
        Class::Mutated(outcome) => Class::Mutated(fill(outcome)),
        other => other,
    }
}

fn describe(class: &Class) -> &'static str {
    match class {
        Class::Denied(_) => "denied",
        Class::Admitted(_) => "admitted",
        Class::Reported(_) => "reported",
        Class::Mutated(_) => "mutated",
        Class::Empty => "empty",
        Class::Exit(_) => "exit",
        _ => "output",
    }
}
