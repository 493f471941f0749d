//! The layouts of Go's `time` package: a pattern is the reference time, `Mon Jan 2 15:04:05 2006`, as it would be written.

use super::{Time, days_from_civil, days_in};
use crate::source::time::MONTHS;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What a layout's parts have filled in so far.
struct Reader {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    offset: i64,
    afternoon: Option<bool>,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            year: 0,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            offset: 0,
            afternoon: None,
        }
    }
}

/// The parts of a layout that stand for something, longest first where one starts another.
const ELEMENTS: [&str; 27] = [
    "2006", "January", "Jan", "Monday", "Mon", "MST", "Z07:00", "Z0700", "Z07", "-07:00", "-0700", "-07",
    "15", "01", "02", "03", "04", "05", "06", "_2", "PM", "pm", "1", "2", "3", "4", "5",
];

/// The time in `text`, which is written as `layout` shows.
///
/// # Errors
/// In Go's words.
pub(super) fn read(layout: &str, text: &str) -> Result<Time, String> {
    Reader::default().read(layout, text)
}

impl Reader {
    fn read(mut self, layout: &str, text: &str) -> Result<Time, String> {
        let shown = |what: &str, as_: &str| {
            format!("parsing time {text:?} as {layout:?}: cannot parse {what:?} as {as_:?}")
        };
        let out_of_range = |what: &str| format!("parsing time {text:?}: {what} out of range");
        let (mut pattern, mut rest) = (layout, text);
        while !pattern.is_empty() {
            let Some(element) = element(pattern) else {
                let c = pattern.chars().next().unwrap_or_default();
                rest = rest.strip_prefix(c).ok_or_else(|| shown(rest, literal(pattern)))?;
                pattern = &pattern[c.len_utf8()..];
                continue;
            };
            pattern = &pattern[element.len()..];
            rest = self.element(element, rest, pattern).map_err(|fault| match fault {
                Fault::Text => shown(rest, element),
                Fault::Range(what) => out_of_range(what),
            })?;
        }
        if !rest.is_empty() {
            return Err(format!("parsing time {text:?}: extra text: {rest:?}"));
        }
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        if self.day < 1 || self.day > days_in(self.month, self.year) {
            return Err(out_of_range("day"));
        }
        Ok(self.time())
    }

    /// What was read, as a point in time.
    fn time(&self) -> Time {
        let days = days_from_civil(self.year, self.month, self.day);
        let local = days * 86_400 + self.hour * 3600 + self.minute * 60 + self.second;
        let offset = i32::try_from(self.offset).unwrap_or_default();
        Time { seconds: local - self.offset, nanos: self.nanos, offset }
    }

    /// Reads one element and gives the text after it.
    fn element<'t>(&mut self, element: &str, text: &'t str, after: &str) -> Result<&'t str, Fault> {
        match element {
            "2006" | "06" => self.year(element, text),
            "January" | "Jan" => {
                let (index, rest) = named(text, &MONTHS, element == "Jan").ok_or(Fault::Text)?;
                self.month = index + 1;
                Ok(rest)
            }
            "Monday" | "Mon" => named(text, &DAYS, element == "Mon").map(|(_, rest)| rest).ok_or(Fault::Text),
            "PM" | "pm" => self.half(text),
            "MST" => {
                let end = text.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(text.len());
                if (3..=5).contains(&end) { Ok(&text[end..]) } else { Err(Fault::Text) }
            }
            "Z07:00" | "Z0700" | "Z07" | "-07:00" | "-0700" | "-07" => self.zone(element, text),
            _ => self.number(element, text, after),
        }
    }

    /// A year of four digits, or of two: those from 69 on are of the last century.
    fn year<'t>(&mut self, element: &str, text: &'t str) -> Result<&'t str, Fault> {
        let (year, rest) = fixed(text, element.len()).ok_or(Fault::Text)?;
        self.year = match (element.len(), year) {
            (4, year) => year,
            (_, 69..) => 1900 + year,
            (_, year) => 2000 + year,
        };
        Ok(rest)
    }

    /// Whether it is before or after noon.
    fn half<'t>(&mut self, text: &'t str) -> Result<&'t str, Fault> {
        let (half, rest) = text.split_at_checked(2).ok_or(Fault::Text)?;
        self.afternoon = Some(match half {
            "PM" | "pm" => true,
            "AM" | "am" => false,
            _ => return Err(Fault::Text),
        });
        Ok(rest)
    }

    /// A month, day, hour, minute or second of two digits, or of one or two where the layout writes one.
    fn number<'t>(&mut self, element: &str, text: &'t str, after: &str) -> Result<&'t str, Fault> {
        let (slot, most, what) = match element {
            "01" | "1" => (&mut self.month, 12, "month"),
            "02" | "2" | "_2" => (&mut self.day, 31, "day"),
            "15" => (&mut self.hour, 23, "hour"),
            "03" | "3" => (&mut self.hour, 12, "hour"),
            "04" | "4" => (&mut self.minute, 59, "minute"),
            _ => (&mut self.second, 59, "second"),
        };
        let text = if element == "_2" { text.strip_prefix(' ').unwrap_or(text) } else { text };
        let two = fixed(text, 2);
        let read = if element.starts_with('0') { two } else { two.or_else(|| fixed(text, 1)) };
        let (number, rest) = read.ok_or(Fault::Text)?;
        *slot = number;
        if number > most || (number < 1 && what == "month") {
            return Err(Fault::Range(what));
        }
        Ok(if what == "second" && !after.starts_with(['.', ',']) { self.fraction(rest) } else { rest })
    }

    /// Fractions of a second are accepted after the seconds, whether the layout has them or not.
    fn fraction<'t>(&mut self, text: &'t str) -> &'t str {
        let Some(digits) = text.strip_prefix(['.', ',']) else { return text };
        let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        if length == 0 {
            return text;
        }
        let nine: String = digits[..length].chars().chain("000000000".chars()).take(9).collect();
        self.nanos = nine.parse().unwrap_or_default();
        &digits[length..]
    }

    /// The offset from UTC, as a sign, hours and perhaps minutes, or `Z`.
    fn zone<'t>(&mut self, element: &str, text: &'t str) -> Result<&'t str, Fault> {
        if let (true, Some(rest)) = (element.starts_with('Z'), text.strip_prefix('Z')) {
            return Ok(rest);
        }
        let sign = match text.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Err(Fault::Text),
        };
        let (hours, mut rest) = fixed(&text[1..], 2).ok_or(Fault::Text)?;
        let mut minutes = 0;
        if element.ends_with("00") {
            if element.contains(':') {
                rest = rest.strip_prefix(':').ok_or(Fault::Text)?;
            }
            (minutes, rest) = fixed(rest, 2).ok_or(Fault::Text)?;
        }
        if hours > 24 {
            return Err(Fault::Range("time zone offset hour"));
        }
        if minutes > 60 {
            return Err(Fault::Range("time zone offset minute"));
        }
        self.offset = sign * (hours * 3600 + minutes * 60);
        Ok(rest)
    }
}

/// Why an element could not be read.
enum Fault {
    Text,
    Range(&'static str),
}

/// The element that `pattern` starts with.
fn element(pattern: &str) -> Option<&'static str> {
    let found = ELEMENTS.into_iter().find(|element| pattern.starts_with(element))?;
    // "Jan" and "Mon" do not stand for anything inside longer words.
    let follows_lower = pattern[found.len()..].starts_with(|c: char| c.is_ascii_lowercase());
    (!(matches!(found, "Jan" | "Mon") && follows_lower)).then_some(found)
}

/// What stands before the first element of `pattern`.
fn literal(pattern: &str) -> &str {
    let end = pattern.char_indices().find(|(at, _)| element(&pattern[*at..]).is_some());
    &pattern[..end.map_or(pattern.len(), |(at, _)| at)]
}

/// Exactly `digits` digits and what follows them.
fn fixed(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok().map(|number| (number, rest)))?
}

/// One of `names`, or its first three letters, in any case.
fn named<'t>(text: &'t str, names: &[&str], short: bool) -> Option<(i64, &'t str)> {
    let index = names.iter().position(|name| {
        let name = if short { &name[..3] } else { name };
        text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    })?;
    let length = if short { 3 } else { names[index].len() };
    Some((i64::try_from(index).ok()?, &text[length..]))
}
