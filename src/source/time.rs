//! Calendar dates: the forms that authors write, and the forms that pages and feeds show.
//!
//! A moment is a number of seconds since 1970 (UTC); a date without a time is its midnight in UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// The months in English.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The moment that `text` names: `2025-01-02`, `2025-01-02 10:30`, `2025-01-02T10:30:00Z`, or with an offset
/// such as `+02:00`. Without an offset it is read as UTC.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes.iter().take(4).all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return None;
    }
    if let Some(date) = padded_date(text) {
        return seconds(date.to_datetime(jiff::civil::Time::midnight()));
    }
    let joined = join_parts(text)?;
    if let Ok(moment) = joined.parse::<Timestamp>() {
        return Some(moment.as_second());
    }
    seconds(joined.parse::<DateTime>().ok()?)
}

/// `2025-1-2` and `2025-01-02`, and nothing behind it.
fn padded_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Date and time joined by `T`, and the offset without a space before it.
fn join_parts(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']).replace(' ', "").replace(['z'], "Z");
    Some(format!("{date}T{rest}"))
}

/// How far from UTC clocks in `zone`, a name such as `Europe/Berlin`, are at a moment: in seconds, east is positive. The
/// zones are those of the database that is part of this program; their case counts.
pub fn offset_in(zone: &str, seconds: i64) -> Option<i32> {
    static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    let found = ZONES.get(zone).ok().filter(|found| found.iana_name() == Some(zone))?;
    Some(found.to_offset(Timestamp::from_second(seconds).ok()?).seconds())
}

fn seconds(moment: DateTime) -> Option<i64> {
    moment.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

fn civil(seconds: i64) -> DateTime {
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).datetime()
}

/// `2026-11-25T08:30:00Z`, as Atom feeds and sitemaps take it (RFC 3339).
pub fn rfc3339(seconds: i64) -> String {
    let at = civil(seconds);
    format!("{}T{:02}:{:02}:{:02}Z", iso(seconds), at.hour(), at.minute(), at.second())
}

/// `Wed, 25 Nov 2026 08:30:00 +0000`, as RSS takes it (RFC 2822).
pub fn rfc2822(seconds: i64) -> String {
    format(seconds, "EEE, dd MMM yyyy HH:mm:ss '+0000'")
}

/// `2026-11-25`
pub fn iso(seconds: i64) -> String {
    let at = civil(seconds);
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

/// `November 25, 2026`, for readers.
pub fn long(seconds: i64) -> String {
    format(seconds, "long")
}

/// The date in a form that a configuration names: `full`, `long`, `medium`, `short`, or a pattern of the
/// letters that Unicode gives to dates (`yyyy`, `MM`, `dd`, `MMMM`, `EEEE`, `HH`, `mm`, `ss`; text in `'…'`).
/// Names of months and days, and the first three forms, are those of American English, as Material for MkDocs has them.
pub fn format(seconds: i64, pattern: &str) -> String {
    let pattern = match pattern {
        "full" => "EEEE, MMMM d, yyyy",
        "long" => "MMMM d, yyyy",
        "medium" => "MMM d, yyyy",
        "short" => "yyyy-MM-dd",
        other => other,
    };
    let (at, mut out, mut rest) = (civil(seconds), String::new(), pattern);
    while let Some(first) = rest.chars().next() {
        let run = rest.chars().take_while(|letter| *letter == first).count();
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out);
        } else if first.is_ascii_alphabetic() {
            out.push_str(&field(at, first, run));
            rest = &rest[run..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Text up to the closing quote; `''` is a quote itself, inside and outside of a text.
fn quoted<'a>(text: &'a str, out: &mut String) -> &'a str {
    if let Some(rest) = text.strip_prefix('\'') {
        out.push('\'');
        return rest;
    }
    let (mut rest, mut first) = (text, true);
    while let Some((literal, after)) = rest.split_once('\'') {
        if !first {
            out.push('\'');
        }
        out.push_str(literal);
        match after.strip_prefix('\'') {
            Some(after) => (rest, first) = (after, false),
            None => return after,
        }
    }
    out.push_str(rest);
    ""
}

fn field(at: DateTime, letter: char, width: usize) -> String {
    let padded = |value: i32| format!("{value:0width$}");
    let name = |names: &[&str], index: usize| {
        let name = names.get(index).copied().unwrap_or_default();
        if width >= 4 { name.to_string() } else { name.chars().take(3).collect() }
    };
    match letter {
        'y' | 'Y' | 'u' if width == 2 => format!("{:02}", at.year() % 100),
        'y' | 'Y' | 'u' => padded(at.year().into()),
        'M' | 'L' if width >= 3 => name(&MONTHS, at.month() as usize - 1),
        'M' | 'L' => padded(at.month().into()),
        'd' => padded(at.day().into()),
        'E' | 'e' | 'c' => name(&DAYS, at.weekday().to_monday_zero_offset() as usize),
        'H' => padded(at.hour().into()),
        'm' => padded(at.minute().into()),
        's' => padded(at.second().into()),
        other => other.to_string().repeat(width),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_authors_write_is_a_moment() {
        let day = 1_735_776_000;
        assert_eq!(parse("2025-01-02"), Some(day));
        assert_eq!(parse("2025-1-2"), Some(day));
        assert_eq!(parse("2025-01-02 10:30"), Some(day + 37_800));
        assert_eq!(parse("2025-01-02T10:30:05"), Some(day + 37_805));
        assert_eq!(parse("2025-01-02T10:30:00Z"), Some(day + 37_800));
        assert_eq!(parse("2025-01-02 12:30:00 +02:00"), Some(day + 37_800));
        assert_eq!(parse("2025-01-02T10:30:00.250Z"), Some(day + 37_800));
        for wrong in ["", "tomorrow", "2025-02-30", "02/01/2025", "2025-01-02 25:00", "ä025-01-02"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn zones_have_their_summer_and_their_past() {
        let offset = |zone: &str, text: &str| offset_in(zone, parse(text).unwrap());
        assert_eq!(offset("Europe/Berlin", "2026-01-01"), Some(3600));
        assert_eq!(offset("Europe/Berlin", "2026-07-01"), Some(7200));
        assert_eq!(offset("Europe/Berlin", "1975-07-01"), Some(3600));
        assert_eq!((offset("europe/berlin", "2026-01-01"), offset("Nowhere", "2026-01-01")), (None, None));
    }

    #[test]
    fn every_form_that_pages_and_feeds_show() {
        let moment = parse("2026-11-25 08:03:09").unwrap();
        assert_eq!(rfc3339(moment), "2026-11-25T08:03:09Z");
        assert_eq!(rfc2822(moment), "Wed, 25 Nov 2026 08:03:09 +0000");
        assert_eq!(long(moment), "November 25, 2026");
        assert_eq!(format(moment, "yyyy/MM/dd"), "2026/11/25");
        assert_eq!(format(moment, "full"), "Wednesday, November 25, 2026");
        assert_eq!(format(moment, "d. MMM yy, 'at' H 'o''clock'"), "25. Nov 26, at 8 o'clock");
    }
}
