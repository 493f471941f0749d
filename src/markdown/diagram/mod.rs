//! **Diagrams** - the source of a Mermaid fence becomes a picture.
//!
//! In: the text of the fence. Out: a [`Picture`], which is SVG that a page of a strict content security policy can
//! hold, or the [`Fault`] that says why there is none.
//!
//! 1. `mermaid`: parsed, laid out and drawn, by the crate `merman`;
//! 2. `xml`: read as a tree;
//! 3. `words`: what it shows, for those who do not see it;
//! 4. `clean`: only the elements and attributes known here, and colours by role (`assets/diagrams.css`).
//!
//! Nothing in it has an id, so any number of pictures can stand on one page.

mod clean;
mod colour;
mod heads;
mod mermaid;
mod numbers;
mod roles;
mod text;
#[cfg(feature = "diagrams")]
mod widths;
mod words;
mod xml;

pub use colour::{Colour, LEGIBLE};
use std::ops::Range;

/// The longest source that is drawn, in characters. It is the limit of Mermaid itself (`maxTextSize`).
const LONGEST: usize = 50_000;

/// A diagram, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// An `<svg>` element, with a text alternative.
    pub svg: String,
    /// Something of the source is not in it, one phrase.
    pub lacks: Option<&'static str>,
}

/// Why a diagram is not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// It is the author's to mend: the source does not parse. Otherwise runproof does not draw such a diagram.
    pub syntax: bool,
    /// What is wrong, one phrase.
    pub message: String,
    /// Which bytes of the source it is about, where that is known.
    pub place: Option<Range<usize>>,
}

impl Fault {
    fn unsupported(message: impl Into<String>) -> Fault {
        Fault { syntax: false, message: message.into(), place: None }
    }
}

/// Draw the Mermaid diagram `source`. The same source gives the same bytes.
///
/// # Errors
/// When it does not parse, is of a family that is not drawn, or is too large.
pub fn draw(source: &str) -> Result<Picture, Fault> {
    if source.chars().count() > LONGEST {
        return Err(Fault::unsupported(format!("it has more than {LONGEST} characters")));
    }
    let drawn = mermaid::svg(source)?;
    let root = xml::read(&drawn).ok_or_else(|| Fault::unsupported("its picture cannot be read"))?;
    let label = words::of(&root);
    let svg = clean::clean(&root, &label).ok_or_else(|| Fault::unsupported("its picture is empty"))?;
    let lacks = root.has("a").then_some("without its links");
    Ok(Picture { svg, lacks })
}

#[cfg(all(test, feature = "diagrams"))]
mod tests;
