//! Points in time as Go's `time` package reads and prints them.

mod layout;

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
        layout::read(layout, text)
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
