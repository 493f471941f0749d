//! Cards: the picture that stands for a page where its address is shared, with its title, its description and the name
//! of the site on the site's colour.
//!
//! The letters are drawn straight into a picture of 16 colours; that takes 3 ms a page and 16 KB.

mod png;
mod text;

use super::artifact::Artifact;
use super::look::{WHITE, ground};
use crate::diag::Diagnostic;
use crate::diag::codes::CARD_NOT_DRAWN;
use crate::markdown::diagram::Colour;
use crate::site::{Config, Page, PageKind};
use crate::source::{Hash, SitePath, Span};
use ab_glyph::{Font, FontRef};
use std::sync::LazyLock;
use text::Style;

/// The size that the sites which show cards recommend, in pixels.
const WIDTH: usize = 1200;
const HEIGHT: usize = 630;
/// Around the text.
const MARGIN: f32 = 72.0;
const ROOM: f32 = 1056.0;
/// The band at the top.
const BAND: usize = 14;
/// How many colours there are from the ground to the full colour of a text.
const SHADES: u8 = 7;

/// The colours of a card: ground, band, and the shades of its two texts.
const TITLE: u8 = 2;
const WORDS: u8 = TITLE + SHADES;

struct Fonts {
    bold: FontRef<'static>,
    regular: FontRef<'static>,
}

/// Noto Sans, which has the Latin, Greek and Cyrillic letters.
static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
    let bold = FontRef::try_from_slice(notosans::BOLD_TTF).ok()?;
    Some(Fonts { bold, regular: FontRef::try_from_slice(notosans::REGULAR_TTF).ok()? })
});

/// What a card shows.
#[derive(Debug)]
pub struct Card {
    path: SitePath,
    title: String,
    description: String,
    site: String,
    ground: Colour,
}

/// Where the card of `page` is, when it has one: when the site wants them, and the page has no picture of its own and a
/// title that can be written.
pub(super) fn file(config: &Config, page: &Page) -> Option<SitePath> {
    let wanted = config.cards && config.url.is_some() && page.image.is_none();
    let has_one = wanted && page.kind != PageKind::NotFound && written(&page.title).is_some();
    has_one.then(|| path(page))
}

/// `guide/start/` has `assets/cards/guide/start.png`.
fn path(page: &Page) -> SitePath {
    let file = page.url.file();
    let name = file.as_str().strip_suffix("/index.html").or_else(|| file.as_str().strip_suffix(".html"));
    SitePath::new(format!("assets/cards/{}.png", name.unwrap_or(file.as_str())))
}

/// The card of `page`, when it has one.
pub fn card(config: &Config, page: &Page) -> Option<Card> {
    Some(Card {
        path: file(config, page)?,
        title: written(&page.title)?,
        description: page.description.as_deref().and_then(written).unwrap_or_default(),
        site: written(&config.title).unwrap_or_default(),
        ground: ground(config.theme.primary.as_deref()),
    })
}

/// Why `page`, on which there should be a card, has none.
pub fn missing_card(config: &Config, page: &Page) -> Option<Diagnostic> {
    let wanted = config.cards && config.url.is_some() && page.image.is_none();
    let source = page.document.as_ref().filter(|_| wanted && written(&page.title).is_none())?.source;
    let message = "the title is in letters that the font of cards does not have";
    let found = Diagnostic::new(&CARD_NOT_DRAWN, Span::at(source, 0), message);
    Some(found.help("name a picture as `image` in the front matter"))
}

/// `text` as cards write it: without signs that the font lacks, such as emoji; nothing when it lacks letters.
fn written(text: &str) -> Option<String> {
    let fonts = FONTS.as_ref()?;
    let has = |letter: char| letter.is_whitespace() || fonts.bold.glyph_id(letter).0 != 0;
    let lacks = text.chars().any(|letter| letter.is_alphanumeric() && !has(letter));
    let kept: String = text.chars().filter(|letter| has(*letter)).take(400).collect();
    (!lacks && !kept.trim().is_empty()).then(|| kept.trim().to_string())
}

impl Card {
    /// The hash of all that it shows.
    pub fn key(&self) -> Hash {
        Hash::of(format!("{self:?}").as_bytes())
    }

    /// The picture.
    pub fn draw(&self) -> Artifact {
        let mut picture = Picture { pixels: vec![0; WIDTH * HEIGHT] };
        picture.pixels[..WIDTH * BAND].fill(1);
        if let Some(fonts) = FONTS.as_ref() {
            self.write(fonts, &mut picture);
        }
        Artifact::new(self.path.clone(), png::png(WIDTH, &picture.pixels, &self.palette()))
    }

    fn write(&self, fonts: &Fonts, picture: &mut Picture) {
        let site = Style { font: &fonts.regular, size: 38.0, leading: 54.0 };
        let name = site.at_most(1, site.lines(&self.site, ROOM), ROOM);
        picture.text(&site, &name, 112.0, WORDS);
        let large = Style { font: &fonts.bold, size: 84.0, leading: 82.0 };
        let small = Style { font: &fonts.bold, size: 62.0, leading: 62.0 };
        let lines = large.lines(&self.title, ROOM);
        let (title, lines) = match lines.len() > 3 {
            true => (&small, small.at_most(4, small.lines(&self.title, ROOM), ROOM)),
            false => (&large, lines),
        };
        let below = picture.text(title, &lines, 240.0, TITLE);
        let words = Style { font: &fonts.regular, size: 40.0, leading: 46.0 };
        let left = if below > 500.0 { 2 } else { 3 };
        picture.text(&words, &words.at_most(left, words.lines(&self.description, ROOM), ROOM), below, WORDS);
    }

    fn palette(&self) -> Vec<[u8; 3]> {
        let towards = |colour, part| self.ground.mixed(colour, part);
        let shades = |colour| (1..=SHADES).map(move |shade| towards(colour, of_all(shade)));
        let band = [self.ground, towards(WHITE, 120)];
        let colours = band.into_iter().chain(shades(WHITE)).chain(shades(towards(WHITE, 190)));
        colours.map(|colour| colour.0).collect()
    }
}

/// A shade as a part of 255.
fn of_all(shade: u8) -> u8 {
    u8::try_from(u16::from(shade) * 255 / u16::from(SHADES)).unwrap_or(u8::MAX)
}

struct Picture {
    /// Places in the palette.
    pixels: Vec<u8>,
}

impl Picture {
    /// Write `lines` in the shades from `colour`, the first on the base line `y`; the base line of what may follow.
    fn text(&mut self, style: &Style<'_>, lines: &[String], mut y: f32, colour: u8) -> f32 {
        for line in lines {
            style.draw(line, MARGIN, y, |x, y, covered| self.ink(x, y, covered, colour));
            y += style.leading;
        }
        y
    }

    fn ink(&mut self, x: i32, y: i32, covered: f32, colour: u8) {
        let shade = (covered * f32::from(SHADES)).round().clamp(0.0, f32::from(SHADES)) as u8;
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if shade > 0
            && x < WIDTH
            && let Some(pixel) = self.pixels.get_mut(y * WIDTH + x)
        {
            // Where letters touch, the stronger one counts.
            *pixel = (*pixel).max(colour + shade - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Pages;
    use super::*;
    use crate::site::Site;

    fn config() -> Config {
        Config { cards: true, url: Some("https://x.org/".to_string()), ..Config::default() }
    }

    fn site() -> Site {
        Pages::default()
            .page("", "Home")
            .page("a/b/", "A 🚀 flight")
            .page("c.html", "Own picture")
            .with(|page| page.image = Some("c.png".to_string()))
            .page("d/", "障害対応")
            .site()
    }

    #[test]
    fn pages_without_a_picture_have_a_card_beside_the_assets() {
        let (config, site) = (config(), site());
        let files = site.pages.iter().filter_map(|page| file(&config, page)).map(|file| file.to_string());
        assert_eq!(files.collect::<Vec<_>>(), ["assets/cards/index.png", "assets/cards/a/b.png"]);
        let without = Config { cards: false, ..config };
        assert!(site.pages.iter().all(|page| card(&without, page).is_none()));
    }

    #[test]
    fn signs_that_the_font_lacks_are_left_out_and_letters_are_not() {
        assert_eq!(written(" A 🚀 flight ").as_deref(), Some("A  flight"));
        assert_eq!(written("Überprüfung: Ж λ").as_deref(), Some("Überprüfung: Ж λ"));
        assert_eq!((written("障害対応"), written("🚀")), (None, None));
    }

    #[test]
    fn a_card_is_drawn_from_what_it_shows_alone_with_all_its_colours() {
        let (config, site) = (config(), site());
        let drawn =
            |page: &Page| card(&config, page).map(|card| (card.key(), card.draw(), card.palette().len()));
        let (home, again, other) = (drawn(&site.pages[0]), drawn(&site.pages[0]), drawn(&site.pages[1]));
        assert_eq!(home, again);
        assert_ne!(home.as_ref().map(|card| card.0), other.as_ref().map(|card| card.0));
        assert!(home.is_some_and(|(_, artifact, colours)| artifact.bytes.len() < 20_000 && colours == 16));
    }

    #[test]
    fn no_text_leaves_the_picture() {
        let long = "Wörter ohne Ende ".repeat(100);
        let texts = Card {
            path: SitePath::new("x.png"),
            title: long.clone(),
            description: long.clone(),
            site: long,
            ground: WHITE,
        };
        let fonts = FONTS.as_ref().unwrap();
        let mut picture = Picture { pixels: vec![0; WIDTH * HEIGHT] };
        texts.write(fonts, &mut picture);
        let edge = |pixels: &[u8]| pixels.iter().all(|pixel| *pixel == 0);
        assert!(edge(&picture.pixels[WIDTH * (HEIGHT - 12)..]));
        assert!(picture.pixels.chunks(WIDTH).all(|row| edge(&row[..60]) && edge(&row[WIDTH - 60..])));
    }
}
