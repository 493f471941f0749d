//! Functions on points in time. The clock is the one of the environment.

use super::super::interpreter::{Interpreter, Outcome};
use super::{Arguments, Function, STRING, SearchError, Takes, text};
use crate::kube::duration;
use crate::policy::gotime::Time;
use serde_json::Value;
use std::cmp::Ordering;

const ONE: Takes = Takes::Exactly(&[STRING]);
const TWO: Takes = Takes::Exactly(&[STRING, STRING]);
const THREE: Takes = Takes::Exactly(&[STRING, STRING, STRING]);
const NONE: Takes = Takes::Exactly(&[]);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "time_since", takes: THREE, call: time_since },
    Function { name: "time_now", takes: NONE, call: |i, _| text(now(i, "time_now")?.rfc3339()) },
    Function { name: "time_now_utc", takes: NONE, call: |i, _| text(now(i, "time_now_utc")?.rfc3339()) },
    Function { name: "time_utc", takes: ONE, call: |_, a| text(time(a.str(0))?.utc().rfc3339()) },
    Function {
        name: "time_add",
        takes: TWO,
        call: |_, a| text(time(a.str(0))?.plus(span(a.str(1))?).rfc3339()),
    },
    Function { name: "time_diff", takes: TWO, call: |_, a| difference(time(a.str(0))?, time(a.str(1))?) },
    Function { name: "time_parse", takes: TWO, call: |_, a| time_parse(a.str(0), a.str(1)) },
    Function { name: "time_to_cron", takes: ONE, call: |_, a| text(to_cron(time(a.str(0))?)) },
    Function {
        name: "time_truncate",
        takes: TWO,
        call: |_, a| text(time(a.str(0))?.truncate(span(a.str(1))?).rfc3339()),
    },
    Function { name: "time_before", takes: TWO, call: |_, a| ordered(a, 0, 1) },
    Function { name: "time_after", takes: TWO, call: |_, a| ordered(a, 1, 0) },
    Function {
        name: "time_between",
        takes: THREE,
        call: |_, a| Ok((ordered(a, 1, 0)? == true && ordered(a, 0, 2)? == true).into()),
    },
];

fn now(interpreter: &Interpreter<'_>, feature: &str) -> Outcome<Time> {
    let now = interpreter.env.now.map(Time::from_unix);
    now.ok_or_else(|| SearchError::unsupported(feature, "nondeterministic without a fixed clock"))
}

fn time(source: &str) -> Outcome<Time> {
    Time::parse_rfc3339(source).map_err(SearchError::Evaluation)
}

fn span(source: &str) -> Outcome<i64> {
    duration::parse(source)
        .ok_or_else(|| SearchError::evaluation(format!("time: invalid duration {source:?}")))
}

/// From the first time to the second.
fn difference(from: Time, to: Time) -> Outcome<Value> {
    text(duration::format(to.since(from)))
}

fn time_since(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    let layout = arguments.str(0);
    let read = |source: &str| match layout {
        "" => time(source),
        _ => Time::parse(layout, source).map_err(SearchError::Evaluation),
    };
    let from = read(arguments.str(1))?;
    let to = match arguments.str(2) {
        "" => now(interpreter, "time_since up to now")?,
        source => read(source)?,
    };
    difference(from, to)
}

/// A layout that is a whole number means seconds since 1970.
fn time_parse(layout: &str, source: &str) -> Outcome<Value> {
    if layout.parse::<i64>().is_ok() {
        let seconds = source.parse().map_err(|_| {
            SearchError::evaluation(format!("strconv.ParseInt: parsing {source:?}: invalid syntax"))
        })?;
        return text(Time::from_unix(seconds).rfc3339());
    }
    Time::parse(layout, source).map_err(SearchError::Evaluation).and_then(|time| text(time.rfc3339()))
}

/// Minute, hour, day, month and weekday: when a schedule for this time would run.
pub(crate) fn to_cron(time: Time) -> String {
    let at = time.civil();
    format!("{} {} {} {} {}", at.minute, at.hour, at.day, at.month, at.weekday)
}

/// Is the argument at `first` before the one at `second`?
fn ordered(arguments: &Arguments<'_>, first: usize, second: usize) -> Outcome<Value> {
    let (first, second) = (time(arguments.str(first))?, time(arguments.str(second))?);
    Ok((first.compare(second) == Ordering::Less).into())
}
