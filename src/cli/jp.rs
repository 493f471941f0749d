//! `runproof jp`

use super::args::{FunctionArgs, JpArgs, JpCommand, ParseArgs, QueryArgs};
use super::files::TextFile;
use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::diag::{nearest, visible};
use crate::kube::to_json;
use crate::policy::jmespath::{self, Env, Expression, SearchError};
use crate::source::{Sources, yaml};
use serde_json::Value;
use std::ops::Range;
use std::path::Path;

pub(super) fn run(args: &JpArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    match &args.command {
        JpCommand::Query(args) => query(args, terminal),
        JpCommand::Parse(args) => Ok(parse(args, terminal)),
        JpCommand::Function(args) => function(args, terminal),
    }
}

/// Without a file for the input the standard input is one; without expressions it holds the expression.
fn query(args: &QueryArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut expressions = args.expressions.clone();
    for path in &args.query {
        expressions.push(TextFile::read(path)?.text.trim().to_string());
    }
    let stdin = Path::new("-");
    if expressions.is_empty() {
        match &args.input {
            Some(_) => expressions.push(TextFile::read(stdin)?.text.trim().to_string()),
            None => {
                return Err(
                    Failure::new("there is no expression").help("write one, or name a file with --query")
                );
            }
        }
    }
    let input = input(args.input.as_deref().unwrap_or(stdin))?;
    let now = Sources::open(Path::new(".")).map(|sources| sources.now()).ok();
    let mut outcome = Outcome::Clean;
    for text in &expressions {
        match search(text, &input, &Env { now }) {
            Ok(value) => terminal.print(&format!("# {}\n{}\n", visible(text, true), printed(&value, args))),
            Err(complaint) => {
                terminal.complain(&complaint);
                outcome = Outcome::Findings;
            }
        }
    }
    Ok(outcome)
}

/// The one value of a YAML or JSON file.
fn input(path: &Path) -> Result<Value, Failure> {
    let file = TextFile::read(path)?;
    let documents = yaml::parse(&file.text)
        .map_err(|error| Failure::new(format!("`{}`: {}", file.at(&error.span), error.message)))?;
    Ok(documents.first().map(to_json).unwrap_or_default())
}

fn search(text: &str, input: &Value, env: &Env) -> Result<Value, String> {
    let expression = read(text)?;
    let missing = |error: &SearchError| matches!(error, SearchError::NotFound(_));
    expression.search(input, env).map_err(|error| {
        let place = if missing(&error) { key_of(&error, text) } else { call_of(&error, &expression) };
        pointed(&error.to_string(), text, place, None)
    })
}

fn read(text: &str) -> Result<Expression, String> {
    jmespath::parse(text).map_err(|error| pointed(&error.message, text, Some(error.span), error.help))
}

/// The only call of the function that the error names.
fn call_of(error: &SearchError, expression: &Expression) -> Option<Range<usize>> {
    let message = error.to_string();
    let named = |name: &str| {
        message.contains(&format!("'{name}'"))
            || message.ends_with(&format!("unknown function: {name}"))
            || message.starts_with(&format!("{name} "))
            || message.starts_with(&format!("{name}("))
    };
    let about_arguments = ["Invalid type for", "incorrect number of args", "invalid arity"];
    let of_any = about_arguments.iter().any(|start| message.starts_with(start));
    let calls = expression.calls();
    let mut fits = calls.iter().filter(|(name, _)| named(name) || (of_any && calls.len() == 1));
    let (_, place) = fits.next()?;
    fits.next().is_none().then(|| place.clone())
}

/// The only place of the key that does not exist.
fn key_of(error: &SearchError, text: &str) -> Option<Range<usize>> {
    let SearchError::NotFound(key) = error else { return None };
    let mut places = text.match_indices(key.as_str());
    let (at, found) = places.next().filter(|(_, found)| !found.is_empty())?;
    places.next().is_none().then(|| at..at + found.len())
}

/// An error with its place in the expression underlined.
fn pointed(message: &str, text: &str, place: Option<Range<usize>>, help: Option<&str>) -> String {
    let mut out = format!("error: {}\n", visible(message, true));
    let start = place.as_ref().map_or(0, |place| place.start.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    out.push_str(&format!("  | {}\n", visible(line, false)));
    if let Some(place) = place {
        let blank = visible(&before[line_start..], false).chars().count();
        let marked = text.get(start..place.end.min(line_start + line.len())).unwrap_or_default();
        let carets = "^".repeat(visible(marked, false).chars().count().max(1));
        out.push_str(&format!("  | {}{carets}\n", " ".repeat(blank)));
    }
    if let Some(help) = help {
        out.push_str(&format!("  help: {help}\n"));
    }
    out
}

fn printed(value: &Value, args: &QueryArgs) -> String {
    match value {
        Value::String(text) if args.unquoted => text.clone(),
        value if args.compact => value.to_string(),
        value => serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()),
    }
}

fn parse(args: &ParseArgs, terminal: &Terminal) -> Outcome {
    let mut outcome = Outcome::Clean;
    for text in &args.expressions {
        match read(text) {
            Ok(expression) => terminal.print(&format!("# {}\n{}", visible(text, true), expression.tree())),
            Err(complaint) => {
                terminal.complain(&complaint);
                outcome = Outcome::Findings;
            }
        }
    }
    outcome
}

fn function(args: &FunctionArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let all = jmespath::signatures();
    if let Some(unknown) = args.names.iter().find(|name| !jmespath::is_function(name)) {
        let failure = Failure::new(format!("there is no function `{unknown}`"));
        return Err(match nearest(unknown, all.iter().map(|(name, _)| *name)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`runproof jp function` names them all"),
        });
    }
    let wanted = |name: &str| args.names.is_empty() || args.names.iter().any(|one| one == name);
    for (_, signature) in all.iter().filter(|(name, _)| wanted(name)) {
        terminal.print(&format!("{signature}\n"));
    }
    Ok(Outcome::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_points_into_the_expression() {
        let complaint = read("a.b c").unwrap_err();
        assert!(complaint.contains("  | a.b c\n  |     ^\n"), "{complaint}");
        let env = Env::default();
        let complaint = search("a || lenth(b)", &serde_json::json!({}), &env).unwrap_err();
        assert!(complaint.ends_with("  | a || lenth(b)\n  |      ^^^^^^^^\n"), "{complaint}");
    }
}
