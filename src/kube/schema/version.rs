//! Versions of Kubernetes that the table knows.

use std::fmt;

/// A version of Kubernetes by its minor number: `1.37` is 37.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

impl Version {
    /// The oldest that is known.
    pub const OLDEST: Version = Version(25);
    /// The newest that is known: what is meant when nobody says.
    pub const NEWEST: Version = Version(37);
    pub(super) const COUNT: usize = (Version::NEWEST.0 - Version::OLDEST.0 + 1) as usize;

    /// From `1.31`, also as `v1.31` or with a patch level.
    ///
    /// # Errors
    /// One phrase when it is no version of Kubernetes, or none that is known.
    pub fn parse(text: &str) -> Result<Version, String> {
        let mut parts = text.trim().trim_start_matches('v').split(['.', '-', '+']);
        let minor = match (parts.next(), parts.next().map(str::parse::<u8>)) {
            (Some("1"), Some(Ok(minor))) => Version(minor),
            _ => return Err(format!("`{text}` is no version of Kubernetes")),
        };
        match (Version::OLDEST..=Version::NEWEST).contains(&minor) {
            true => Ok(minor),
            false => {
                let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
                Err(format!("Kubernetes {minor} is not known, only {oldest} to {newest}"))
            }
        }
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0 - Version::OLDEST.0)
    }

    #[cfg(test)]
    pub(super) fn minor(self) -> u8 {
        self.0
    }

    pub(super) fn of_minor(minor: u8) -> Version {
        Version(minor)
    }
}

impl Default for Version {
    fn default() -> Version {
        Version::NEWEST
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        for text in ["1.31", "v1.31", "1.31.4", "v1.31.0-rc.1", " 1.31 "] {
            assert_eq!(Version::parse(text).map(|version| version.to_string()), Ok("1.31".to_string()));
        }
        assert_eq!(Version::parse("1.24").unwrap_err(), "Kubernetes 1.24 is not known, only 1.25 to 1.37");
        assert!(
            Version::parse("31").is_err() && Version::parse("").is_err() && Version::parse("1.999").is_err()
        );
    }
}
