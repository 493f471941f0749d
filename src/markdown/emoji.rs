//! `:rocket:` as its character: text that every font and reader knows, and no image from elsewhere.

/// The character of a shortcode, given without its colons. GitHub's names are known, and those that begin with
/// the person where GitHub's end with it: `man_raising_hand`.
pub fn emoji(name: &str) -> Option<&'static str> {
    let turned = || {
        let (person, rest) = name.split_once('_').filter(|(person, _)| matches!(*person, "man" | "woman"))?;
        emojis::get_by_shortcode(&format!("{rest}_{person}"))
    };
    emojis::get_by_shortcode(name).or_else(turned).map(emojis::Emoji::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_are_characters() {
        assert_eq!(emoji("rocket"), Some("🚀"));
        assert_eq!(emoji("+1"), Some("👍"));
        assert_eq!(emoji("man_raising_hand"), emoji("raising_hand_man"));
        assert!(emoji("man_raising_hand").is_some());
        assert_eq!(emoji("no-such-thing"), None);
    }
}
