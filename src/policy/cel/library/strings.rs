//! Text: the strings and regular expression libraries, and named formats.

use super::super::error::EvalError;
use super::super::eval::{Evaluator, Outcome, index_value};
use super::super::text::{format, quoted};
use super::super::value::Value;
use super::{Table, int, items, pattern, text};

/// The longest text that a replacement may build.
const MAX_TEXT: usize = 16 << 20;

pub(super) const FUNCTIONS: Table = &[
    ("string.contains(string) -> bool", |_, v| Ok(text(v, 0).contains(text(v, 1)).into())),
    ("string.startsWith(string) -> bool", |_, v| Ok(text(v, 0).starts_with(text(v, 1)).into())),
    ("string.endsWith(string) -> bool", |_, v| Ok(text(v, 0).ends_with(text(v, 1)).into())),
    ("string.charAt(int) -> string", |_, v| char_at(text(v, 0), int(v, 1))),
    ("string.indexOf(string) -> int", |_, v| index_of(text(v, 0), text(v, 1), 0)),
    ("string.indexOf(string, int) -> int", |_, v| index_of(text(v, 0), text(v, 1), int(v, 2))),
    ("string.lastIndexOf(string) -> int", |_, v| last_index_of(text(v, 0), text(v, 1), None)),
    ("string.lastIndexOf(string, int) -> int", |_, v| last_index_of(text(v, 0), text(v, 1), Some(int(v, 2)))),
    ("string.lowerAscii() -> string", |_, v| Ok(text(v, 0).to_ascii_lowercase().into())),
    ("string.upperAscii() -> string", |_, v| Ok(text(v, 0).to_ascii_uppercase().into())),
    ("string.replace(string, string) -> string", |e, v| replace(e, v, -1)),
    ("string.replace(string, string, int) -> string", |e, v| replace(e, v, int(v, 3))),
    ("string.split(string) -> list(string)", |_, v| Ok(split(text(v, 0), text(v, 1), -1))),
    ("string.split(string, int) -> list(string)", |_, v| Ok(split(text(v, 0), text(v, 1), int(v, 2)))),
    ("string.substring(int) -> string", |_, v| substring(text(v, 0), int(v, 1), None)),
    ("string.substring(int, int) -> string", |_, v| substring(text(v, 0), int(v, 1), Some(int(v, 2)))),
    ("string.trim() -> string", |_, v| Ok(text(v, 0).trim().into())),
    ("string.format(list(dyn)) -> string", |_, v| format(text(v, 0), items(v, 1)).map(Value::from)),
    ("strings.quote(string) -> string", |_, v| Ok(quoted(text(v, 0)).into())),
    ("list(string).join() -> string", |e, v| join(e, items(v, 0), "")),
    ("list(string).join(string) -> string", |e, v| join(e, items(v, 0), text(v, 1))),
    ("string.find(string) -> string", |e, v| {
        let regex = pattern(e, text(v, 1))?;
        Ok(regex.find(text(v, 0)).map_or("", |found| found.as_str()).into())
    }),
    ("string.findAll(string) -> list(string)", |e, v| find_all(e, text(v, 0), text(v, 1), -1)),
    ("string.findAll(string, int) -> list(string)", |e, v| find_all(e, text(v, 0), text(v, 1), int(v, 2))),
];

fn out_of_range(index: i64) -> EvalError {
    EvalError::new(format!("index out of range: {index}"))
}

/// `index` as a place in a text of `length` characters; the end is one.
fn place(index: i64, length: usize) -> Result<usize, EvalError> {
    usize::try_from(index).ok().filter(|index| *index <= length).ok_or_else(|| out_of_range(index))
}

fn char_at(source: &str, index: i64) -> Outcome {
    let at = place(index, source.chars().count())?;
    Ok(source.chars().nth(at).map(String::from).unwrap_or_default().into())
}

fn index_of(source: &str, wanted: &str, from: i64) -> Outcome {
    let Ok(from) = usize::try_from(from) else { return Err(out_of_range(from)) };
    let (source, wanted): (Vec<char>, Vec<char>) = (source.chars().collect(), wanted.chars().collect());
    if wanted.is_empty() {
        return Ok(index_value(from));
    }
    let found =
        source.windows(wanted.len()).enumerate().skip(from).find(|(_, part)| *part == wanted.as_slice());
    Ok(found.map_or(Value::Int(-1), |(at, _)| index_value(at)))
}

fn last_index_of(source: &str, wanted: &str, from: Option<i64>) -> Outcome {
    let (source, wanted): (Vec<char>, Vec<char>) = (source.chars().collect(), wanted.chars().collect());
    let last = match from {
        Some(from) => usize::try_from(from).map_err(|_| out_of_range(from))?,
        None => source.len(),
    };
    if wanted.is_empty() {
        return Ok(index_value(last));
    }
    let count = source.len().saturating_sub(wanted.len() - 1).min(last.saturating_add(1));
    let found = (0..count).rev().find(|at| source[*at..].starts_with(&wanted));
    Ok(found.map_or(Value::Int(-1), index_value))
}

fn replace(evaluator: &Evaluator<'_>, values: &[Value], times: i64) -> Outcome {
    let (source, old, new) = (text(values, 0), text(values, 1), text(values, 2));
    let found = if old.is_empty() { source.len() + 1 } else { source.matches(old).count() };
    let length = source.len().saturating_add(found.saturating_mul(new.len()));
    if length > MAX_TEXT {
        return Err(EvalError::Limit("a text grows too long"));
    }
    evaluator.spend(length / 64)?;
    Ok(match usize::try_from(times) {
        Ok(times) => source.replacen(old, new, times).into(),
        Err(_) => source.replace(old, new).into(),
    })
}

fn split(source: &str, separator: &str, limit: i64) -> Value {
    let pieces: Vec<String> = match (separator, limit) {
        (_, 0) => Vec::new(),
        ("", limit) => split_chars(source, usize::try_from(limit).unwrap_or(usize::MAX)),
        (separator, limit) => {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            source.splitn(limit, separator).map(str::to_owned).collect()
        }
    };
    Value::list(pieces.into_iter().map(Value::from))
}

fn split_chars(source: &str, limit: usize) -> Vec<String> {
    let mut pieces: Vec<String> = source.chars().map(String::from).collect();
    if pieces.len() > limit {
        let rest = pieces.split_off(limit - 1).concat();
        pieces.push(rest);
    }
    pieces
}

fn substring(source: &str, start: i64, end: Option<i64>) -> Outcome {
    let length = source.chars().count();
    let first = place(start, length)?;
    let last = match end {
        Some(end) => place(end, length)?,
        None => length,
    };
    if first > last {
        return Err(EvalError::new(format!("invalid substring range. start: {first}, end: {last}")));
    }
    Ok(source.chars().skip(first).take(last - first).collect::<String>().into())
}

fn join(evaluator: &Evaluator<'_>, items: &[Value], separator: &str) -> Outcome {
    let parts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    let parts = parts.ok_or_else(EvalError::no_overload)?;
    evaluator.spend(parts.len() + separator.len().saturating_mul(parts.len()) / 64)?;
    Ok(parts.join(separator).into())
}

fn find_all(evaluator: &Evaluator<'_>, source: &str, wanted: &str, limit: i64) -> Outcome {
    let regex = pattern(evaluator, wanted)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Value::list(regex.find_iter(source).take(limit).map(|found| found.as_str().into())))
}
