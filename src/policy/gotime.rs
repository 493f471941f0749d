//! Points in time as Go's `time` package reads and prints them.

use crate::source::time::MONTHS;

/// A point in time with the offset that it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// Seconds east of Greenwich.
    pub offset: i32,
}

/// A day and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The second.
    pub second: u32,
    /// Days since Sunday.
    pub weekday: u32,
}

const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Seconds from the first day of year 1 to 1970: what Go counts from when it truncates.
const SINCE_YEAR_ONE: i64 = 62_135_596_800;

impl Time {
    /// The time of `seconds` since 1970, in UTC.
    pub fn from_unix(seconds: i64) -> Time {
        Time { seconds, nanos: 0, offset: 0 }
    }

    /// Reads RFC 3339.
    ///
    /// # Errors
    /// In Go's words.
    pub fn parse_rfc3339(text: &str) -> Result<Time, String> {
        Time::parse(RFC3339, text)
    }

    /// Reads `text` by a Go layout such as `2006-01-02 15:04`.
    ///
    /// # Errors
    /// In Go's words.
    pub fn parse(layout: &str, text: &str) -> Result<Time, String> {
        Reader::default().read(layout, text)
    }

    /// RFC 3339 without fractions of a second.
    pub fn rfc3339(self) -> String {
        let zone = match self.offset {
            0 => "Z".to_owned(),
            offset => {
                let (sign, size) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
                format!("{sign}{:02}:{:02}", size / 3600, size % 3600 / 60)
            }
        };
        let at = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
            at.year, at.month, at.day, at.hour, at.minute, at.second
        )
    }

    /// Day and time of day in this time's offset.
    pub fn civil(self) -> Civil {
        let local = self.seconds.saturating_add(i64::from(self.offset));
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let part = |value: i64| u32::try_from(value).unwrap_or_default();
        Civil {
            year,
            month: part(month),
            day: part(day),
            hour: part(second / 3600),
            minute: part(second % 3600 / 60),
            second: part(second % 60),
            weekday: part((days + 4).rem_euclid(7)),
        }
    }

    /// The same point in time, shown in UTC.
    pub fn utc(self) -> Time {
        Time { offset: 0, ..self }
    }

    /// This time and `nanos` nanoseconds more.
    pub fn plus(self, nanos: i64) -> Time {
        let total = self.total().saturating_add(i128::from(nanos));
        Time { offset: self.offset, ..Time::from_total(total) }
    }

    /// The nanoseconds from `earlier` to this time, held within 64 bits.
    pub fn since(self, earlier: Time) -> i64 {
        let difference = self.total() - earlier.total();
        i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
    }

    /// This time rounded down to a multiple of `nanos` since the year 1.
    pub fn truncate(self, nanos: i64) -> Time {
        if nanos <= 0 {
            return self;
        }
        let shift = i128::from(SINCE_YEAR_ONE) * 1_000_000_000;
        let rest = (self.total() + shift).rem_euclid(i128::from(nanos));
        Time { offset: self.offset, ..Time::from_total(self.total() - rest) }
    }

    /// The order in time.
    pub fn compare(self, other: Time) -> std::cmp::Ordering {
        self.total().cmp(&other.total())
    }

    fn total(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }

    fn from_total(total: i128) -> Time {
        let seconds = i64::try_from(total.div_euclid(1_000_000_000)).unwrap_or_default();
        let nanos = u32::try_from(total.rem_euclid(1_000_000_000)).unwrap_or_default();
        Time { seconds, nanos, offset: 0 }
    }
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

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
                let prefix: &str = &pattern[..pattern
                    .char_indices()
                    .find(|(at, _)| element_at(pattern, *at))
                    .map_or(pattern.len(), |(at, _)| at)];
                rest = rest.strip_prefix(c).ok_or_else(|| shown(rest, prefix))?;
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

    fn year<'t>(&mut self, element: &str, text: &'t str) -> Result<&'t str, Fault> {
        let (year, rest) = fixed(text, element.len()).ok_or(Fault::Text)?;
        self.year = match (element.len(), year) {
            (4, year) => year,
            (_, 69..) => 1900 + year,
            (_, year) => 2000 + year,
        };
        Ok(rest)
    }

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

fn element_at(pattern: &str, at: usize) -> bool {
    pattern.get(at..).and_then(element).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc(text: &str) -> String {
        Time::parse_rfc3339(text).map_or_else(|error| error, Time::rfc3339)
    }

    #[test]
    fn rfc_3339_is_read_and_printed() {
        for text in ["2024-02-29T23:59:59Z", "1969-12-31T23:59:59+05:30", "0001-01-01T00:00:00-00:30"] {
            assert_eq!(rfc(text), text);
        }
        assert_eq!(rfc("2024-01-01T00:00:00.999Z"), "2024-01-01T00:00:00Z");
        assert!(rfc("2024-02-30T00:00:00Z").contains("day out of range"));
        assert!(rfc("2024-13-01T00:00:00Z").contains("month out of range"));
    }

    #[test]
    fn layouts_are_go_layouts() {
        let read = |layout, text| Time::parse(layout, text).map(Time::rfc3339);
        assert_eq!(read("Jan _2 2006", "Feb  3 2024").as_deref(), Ok("2024-02-03T00:00:00Z"));
        assert_eq!(
            read("Mon, 02 Jan 2006 3:04PM", "Tue, 06 Feb 2024 1:30PM").as_deref(),
            Ok("2024-02-06T13:30:00Z")
        );
        assert!(read("2006-01-02", "2024/01/01").is_err() && read("", "x").is_err());
    }

    #[test]
    fn arithmetic_keeps_the_offset() {
        let time = Time::parse_rfc3339("2024-03-10T12:34:56+05:30").unwrap();
        assert_eq!(time.truncate(86_400_000_000_000).rfc3339(), "2024-03-10T05:30:00+05:30");
        assert_eq!(time.plus(-1_500_000_000).rfc3339(), "2024-03-10T12:34:54+05:30");
        assert_eq!(time.civil().weekday, 0);
    }
}
