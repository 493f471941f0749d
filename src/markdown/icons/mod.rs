//! The icon sets that Material for MkDocs knows, each drawing by its name. `build.rs` packs them, and tells the format.

use crate::diag::codes::UNKNOWN_ICON;
use crate::diag::{Diagnostic, nearest};
use crate::source::{Span, unpacked};
use std::sync::{LazyLock, OnceLock};

/// Larger than the drawings of a group are; the largest mark of a product has 50 KB.
const LIMIT: usize = 1 << 22;

/// A set as the binary holds it.
struct Set {
    /// What its names begin with on a page.
    prefix: &'static str,
    /// What its licence wants said where an icon is shown.
    credit: Option<&'static str>,
    /// The names, sorted by their bytes.
    names: Vec<&'static str>,
    /// How many drawings a group has.
    size: usize,
    groups: Vec<Group>,
}

struct Group {
    packed: &'static [u8],
    /// One drawing a line, in the order of the names.
    text: OnceLock<String>,
}

macro_rules! set {
    ($name:literal, $credit:expr) => {
        Set::open(
            concat!($name, "-"),
            $credit,
            include_str!(concat!($name, ".txt")),
            include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".icons")),
        )
    };
}

static SETS: LazyLock<[Set; 4]> = LazyLock::new(|| {
    let font_awesome = "Font Awesome Free by @fontawesome, https://fontawesome.com/license/free, CC BY 4.0";
    [
        set!("material", None),
        set!("octicons", None),
        set!("fontawesome", Some(font_awesome)),
        set!("simple", None),
    ]
});

impl Set {
    fn open(
        prefix: &'static str,
        credit: Option<&'static str>,
        names: &'static str,
        packed: &'static [u8],
    ) -> Set {
        let (size, mut rest) = number(packed).unwrap_or((1, &[]));
        let mut groups = Vec::new();
        while let Some((packed, further)) =
            number(rest).and_then(|(length, rest)| rest.split_at_checked(length))
        {
            groups.push(Group { packed, text: OnceLock::new() });
            rest = further;
        }
        Set { prefix, credit, names: names.lines().collect(), size, groups }
    }

    /// The `viewBox` of an icon and what is inside of its `<svg>`.
    fn drawing(&self, name: &str) -> Option<(&str, &str)> {
        let at = self.names.binary_search(&name).ok()?;
        let group = self.groups.get(at / self.size)?;
        let text = group.text.get_or_init(|| unpacked(group.packed, LIMIT));
        text.lines().nth(at % self.size)?.split_once('|')
    }
}

/// The number at the start of `bytes`, and what follows.
fn number(bytes: &'static [u8]) -> Option<(usize, &'static [u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*number)).ok()?, rest))
}

/// Whether a name is that of an icon by its beginning, be there such an icon or not: `material-…`.
pub fn is_icon_name(name: &str) -> bool {
    SETS.iter().any(|set| name.starts_with(set.prefix))
}

/// The drawing of an icon, as an `<svg>` element that takes the colour and size of the text around it. The name
/// is that of a shortcode (`material-check`) or of a setting (`material/check`); `None` when there is none.
pub fn icon(name: &str) -> Option<String> {
    let name = name.replace('/', "-");
    let (set, own) = SETS.iter().find_map(|set| Some((set, name.strip_prefix(set.prefix)?)))?;
    let (view, inner) = set.drawing(own)?;
    let credit = set.credit.map(|credit| format!(" data-credit=\"{credit}\"")).unwrap_or_default();
    Some(format!("<svg viewBox=\"{view}\" aria-hidden=\"true\" fill=\"currentColor\"{credit}>{inner}</svg>"))
}

/// What is wrong with a name at `span` that no set has.
pub fn unknown_icon(written: &str, span: Span) -> Option<Diagnostic> {
    let name = written.replace('/', "-");
    let parts = SETS.iter().find_map(|set| Some((set, name.strip_prefix(set.prefix)?)));
    let Some((set, own)) = parts else {
        let found = Diagnostic::new(
            &UNKNOWN_ICON,
            span,
            format!("`{written}` is not of a set of icons that is known"),
        );
        return Some(found.help("its name begins with `material`, `octicons`, `fontawesome` or `simple`"));
    };
    if set.names.binary_search(&own).is_ok() {
        return None;
    }
    let found = Diagnostic::new(&UNKNOWN_ICON, span, format!("there is no icon `{written}`"));
    Some(match meant(set, own) {
        Some((set, own)) => {
            // As settings write it, where this is one.
            let name = format!("{}{own}", set.prefix).replacen('-', "/", written.matches('/').count());
            found.help(format!("did you mean `{name}`?"))
        }
        None => found,
    })
}

/// What to say at `span` of an icon that is known and cannot be drawn: its shortcode stays text.
pub fn undrawn_icon(name: &str, span: Span) -> Option<Diagnostic> {
    let found = Diagnostic::new(&UNKNOWN_ICON, span, format!("the icon `{name}` is not drawn"));
    icon(name).is_none().then(|| found.help("this runproof was built without its feature `icons`"))
}

/// The icon that was probably meant: with its size, spelled otherwise, or of another set.
fn meant<'a>(set: &'a Set, own: &str) -> Option<(&'a Set, &'a str)> {
    let sized = || set.names.iter().copied().find(|known| known.strip_prefix(own).is_some_and(is_size));
    let of_another =
        || SETS.iter().find_map(|set| Some((set, set.names[set.names.binary_search(&own).ok()?])));
    let near = sized().or_else(|| nearest(own, set.names.iter().copied()));
    near.map(|near| (set, near)).or_else(of_another)
}

/// What Octicons have behind their names.
fn is_size(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|size| size.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "icons")]
    use crate::source::{SitePath, Sources};

    #[test]
    fn names_are_sorted_and_each_is_of_one_set() {
        for set in SETS.iter() {
            assert!(set.names.is_sorted(), "{}", set.prefix);
            assert!(set.names.len() > 700, "{}", set.prefix);
        }
    }

    #[test]
    #[cfg(feature = "icons")]
    fn every_name_has_a_drawing_of_its_own_shape() {
        for set in SETS.iter() {
            for name in &set.names {
                let drawn = set.drawing(name).is_some_and(|(view, inner)| {
                    view.split(' ').count() == 4 && inner.starts_with("<path ") && !inner.contains(" id=")
                });
                assert!(drawn, "{}{name}", set.prefix);
            }
        }
    }

    #[test]
    #[cfg(feature = "icons")]
    fn an_icon_is_found_by_the_name_of_its_shortcode_and_of_its_setting() {
        let github = icon("fontawesome-brands-github");
        assert!(github.as_ref().is_some_and(|svg| svg.starts_with("<svg viewBox=\"0 0 ")));
        assert!(github.as_ref().is_some_and(|svg| svg.contains("CC BY 4.0")));
        assert_eq!(icon("fontawesome/brands/github"), github);
        assert!(icon("material/account-box").is_some_and(|svg| !svg.contains("credit")));
        assert_ne!(icon("octicons-heart-fill-24"), icon("octicons-heart-fill-16"));
        assert!(icon("simple-docker").is_some_and(|svg| !svg.contains("<title>")));
        assert_eq!(icon("material-no-such-thing"), None);
        assert_eq!(icon("check"), None);
    }

    #[test]
    #[cfg(feature = "icons")]
    fn a_name_that_does_not_exist_leads_to_one_that_does() {
        let sources = Sources::in_memory([("a.md", "")]);
        let file = sources.get(&SitePath::new("a.md")).map(|file| Span::at(file.id(), 0));
        let helps = |name: &str| unknown_icon(name, file?).map(|found| found.help.join(" "));
        let meant = |name: &str| helps(name).unwrap_or_else(|| "exists".to_string());
        assert_eq!(meant("material-acount-box"), "did you mean `material-account-box`?");
        assert_eq!(meant("octicons-heart-fill"), "did you mean `octicons-heart-fill-16`?");
        assert_eq!(meant("octicons-postgresql"), "did you mean `simple-postgresql`?");
        assert_eq!(meant("material-engine-of-nobody-at-all"), "");
        assert_eq!(
            meant("own/check"),
            "its name begins with `material`, `octicons`, `fontawesome` or `simple`"
        );
        assert_eq!(meant("material/check"), "exists");
        assert_eq!(meant("fontawesome/brands/githb"), "did you mean `fontawesome/brands/github`?");
    }
}
