//! From what `merman` draws to what a page may hold: elements and attributes that are known here, and no more.
//! Colours of Mermaid's themes become roles; those of the author stay where text on them can be read.

use super::colour::Colour;
use super::heads::{self, Markers};
use super::numbers::{all, rounded, short};
use super::roles::{self, Role};
use super::text::{self, Manner};
use super::xml::{Element, Node};

/// The shapes and their attributes: places and sizes.
const SHAPES: &[(&str, &[&str])] = &[
    ("path", &["d", "fill-rule"]),
    ("rect", &["x", "y", "width", "height", "rx", "ry"]),
    ("circle", &["cx", "cy", "r"]),
    ("ellipse", &["cx", "cy", "rx", "ry"]),
    ("line", &["x1", "y1", "x2", "y2"]),
    ("polygon", &["points"]),
    ("polyline", &["points"]),
];

/// How much of its own size a picture has on a page: labels of 16 pixels become as tall as the text of tables.
const SCALE: f64 = 0.875;

/// The widest picture, in pixels, that may be made to fit: labels stay legible. A wider one is scrolled.
const FITS: f64 = 800.0;

/// The picture `root` as an `<svg>` element with the text alternative `label`.
pub(super) fn clean(root: &Element<'_>, label: &str) -> Option<String> {
    let view = root.get("viewBox").filter(|view| is_plain(view)).map(|view| rounded(view, 1))?;
    let size = all(&view);
    let (width, height) = (size.get(2)?, size.get(3)?);
    let cleaner = Cleaner { markers: heads::markers(root), centred: root.is("flowchart") };
    let children = cleaner.children(root, &Within::default());
    if children.is_empty() {
        return None;
    }
    let mut svg = Element::new("svg")
        .with("viewBox", view.clone())
        .with("width", rounded(&(width * SCALE).to_string(), 0))
        .with("height", rounded(&(height * SCALE).to_string(), 0))
        .with("class", if width * SCALE <= FITS { "fits" } else { "wide" })
        .with("role", "img")
        .with("aria-label", label)
        // Without a style sheet the shapes are drawn in the colour of the text.
        .with("fill", "none")
        .with("stroke", "currentColor")
        .with("font-size", "16");
    svg.children = children;
    let mut out = String::new();
    svg.write(&mut out);
    Some(out)
}

/// Values that hold nothing but numbers, names and the marks between them: no address and no quotes.
pub(super) fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,+-%()#\n".contains(c);
    value.chars().all(plain) && !value.to_ascii_lowercase().contains("url")
}

struct Cleaner<'a> {
    markers: Markers<'a>,
    /// Labels of nodes stand around their middle.
    centred: bool,
}

/// What an element stands in.
#[derive(Debug, Clone, Default)]
struct Within {
    role: Option<Role>,
    /// The colour of text, on a ground that the author coloured.
    ink: Option<String>,
    anchor: Option<&'static str>,
    /// It is a state of a state diagram.
    state: bool,
    bold: bool,
}

impl Cleaner<'_> {
    fn children(&self, element: &Element<'_>, within: &Within) -> Vec<Node<'static>> {
        let cleaned = element.elements().flat_map(|child| self.element(child, within));
        cleaned.map(Node::Element).collect()
    }

    fn element(&self, element: &Element<'_>, within: &Within) -> Vec<Element<'static>> {
        match element.name {
            // Where the line of today is depends on the day of the build.
            "g" | "a" if element.is("today") || element.is("note-cluster") => Vec::new(),
            // A link is left out and its content stays: a picture with a text alternative has no links in it.
            "g" | "a" => self.group(element, within),
            "text" => self.label(element, within).into_iter().collect(),
            _ => self.shape(element, within),
        }
    }

    /// A group; without a place of its own its content alone.
    fn group(&self, group: &Element<'_>, around: &Within) -> Vec<Element<'static>> {
        let mut within = self.within(group, around);
        let mut place = group.get("transform").filter(|place| is_plain(place)).map(|place| rounded(place, 2));
        if is_off_centre(group, around) {
            within.anchor = Some("middle");
            place = place.map(|place| centred(&place));
        } else if is_pushed_down(group, around) {
            place = place.map(|place| not_lowered(&place));
        }
        let children = self.children(group, &within);
        match place.filter(|place| !matches!(place.as_str(), "translate(0,0)" | "translate(0, 0)")) {
            _ if children.is_empty() => Vec::new(),
            None => children.into_iter().filter_map(element_of).collect(),
            Some(place) => vec![Element { children, ..Element::new("g").with("transform", place) }],
        }
    }

    fn within(&self, group: &Element<'_>, around: &Within) -> Within {
        let mut within = Within { role: roles::of_group(group, around.role), ..around.clone() };
        if group.is("node") {
            let wanted = group.elements().find_map(|label| roles::of_author(label, "color"));
            within.ink = ground_in(group).map(|(colour, _)| colour.ink(wanted));
            within.anchor = self.centred.then_some("middle");
        }
        within.state = group.is("statediagram-state") && group.is("node") || group.is("statediagram-note");
        within.bold |= roles::declared(group, "font-weight").is_some_and(|weight| weight.starts_with("bold"));
        within
    }

    fn label(&self, label: &Element<'_>, within: &Within) -> Option<Element<'static>> {
        let (anchor, size) = roles::setting(label);
        let anchor = anchor.or(within.anchor);
        text::label(label, &Manner { ink: within.ink.as_deref(), anchor, size, bold: within.bold })
    }

    /// A shape, and the heads of its line.
    fn shape(&self, shape: &Element<'_>, within: &Within) -> Vec<Element<'static>> {
        let Some((name, attributes)) = SHAPES.iter().find(|(name, _)| *name == shape.name) else {
            return Vec::new();
        };
        let role = role(shape, within).filter(|_| *name != "rect" || shape.get("width").is_some());
        let Some(role) = role else { return Vec::new() };
        let mut out = painted(Element::new(name), shape, role);
        for attribute in *attributes {
            if let Some(value) = shape.get(attribute).filter(|value| is_plain(value)) {
                out = out.with(attribute, rounded(value, 1));
            }
        }
        if let Some(place) = shape.get("transform").filter(|place| is_plain(place)) {
            out = out.with("transform", rounded(place, 2));
        }
        let mut drawn = vec![lined(out, shape)];
        for head in heads::of(shape, &self.markers) {
            drawn.extend(self.element(&head, &Within::default()));
        }
        drawn
    }
}

fn role(shape: &Element<'_>, within: &Within) -> Option<Role> {
    let fill = roles::declared(shape, "fill").or_else(|| shape.get("fill").map(str::to_string));
    let number = fill.and_then(|fill| Colour::read(&fill)?.number());
    number.map(|number| Role::Slice(number - 1)).or_else(|| roles::of_shape(shape, within.role))
}

fn element_of(node: Node<'static>) -> Option<Element<'static>> {
    match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    }
}

/// Labels that Mermaid centres with a style sheet, or shifts by half their width although they are centred: names of
/// states, classes and entities, and labels on the lines between entities.
fn is_off_centre(group: &Element<'_>, around: &Within) -> bool {
    let ground =
        |shape: &Element| shape.is("background") && shape.get("x").is_some_and(|x| x.starts_with('-'));
    let shifted = || group.elements().any(|inner| inner.elements().any(ground));
    let label = around.state || group.is("name") || (around.role == Some(Role::Ground) && shifted());
    group.is("label-group") || group.is("annotation-group") || (group.is("label") && label)
}

/// Text of a label on a line that is moved down as if it stood around its middle.
fn is_pushed_down(group: &Element<'_>, around: &Within) -> bool {
    around.role == Some(Role::Ground) && group.get("class").is_none()
}

/// `translate(x, y)` with 0 in the place of x.
fn centred(place: &str) -> String {
    let y = all(place).get(1).copied().unwrap_or_default();
    format!("translate(0 {})", short(y))
}

/// `translate(x, y)` with 0 in the place of y.
fn not_lowered(place: &str) -> String {
    format!("translate({} 0)", short(all(place).first().copied().unwrap_or_default()))
}

/// The ground that an author gave a shape.
fn ground<'e>(shape: &'e Element<'_>) -> Option<(Colour, &'e str)> {
    let fill = roles::of_author(shape, "fill")?;
    Some((Colour::read(fill)?, fill))
}

/// The same for a node: its shape is its child, or a group of the parts of one.
fn ground_in<'e>(node: &'e Element<'_>) -> Option<(Colour, &'e str)> {
    let within = |child| ground(child).or_else(|| child.elements().find_map(ground));
    node.elements().find_map(within)
}

/// Adds the colours of `shape`: those of the author, or else the class of its role.
fn painted(out: Element<'static>, shape: &Element<'_>, role: Role) -> Element<'static> {
    let Some((_, fill)) = matches!(role, Role::Node | Role::Band).then(|| ground(shape)).flatten() else {
        return coloured_by_role(out, shape, role);
    };
    let stroke = roles::of_author(shape, "stroke").filter(|stroke| Colour::read(stroke).is_some());
    let out = out.with("fill", fill.to_string()).with("stroke", stroke.unwrap_or(fill).to_string());
    // A group is only tinted: what stands on it follows the palette.
    if role == Role::Band { out.with("fill-opacity", ".12") } else { out }
}

fn coloured_by_role(out: Element<'static>, shape: &Element<'_>, role: Role) -> Element<'static> {
    let none = |name: &str| matches!(shape.get(name), Some("none" | "transparent")) && role == Role::Node;
    let mut out = out.with("class", role.class());
    for name in ["fill", "stroke"] {
        out = if none(name) { out.with(name, "none") } else { out };
    }
    if role == Role::Solid { out.with("fill", "currentColor") } else { out }
}

/// Adds the width and the dashes of the line of `shape`.
fn lined(out: Element<'static>, shape: &Element<'_>) -> Element<'static> {
    let number = |name: &str| {
        let said = roles::declared(shape, name).or_else(|| shape.get(name).map(str::to_string));
        said.filter(|value| is_plain(value)).map(|value| rounded(value.trim_end_matches("px"), 1))
    };
    let width = number("stroke-width").or(roles::width(shape).map(str::to_string));
    let width = width.filter(|width| !matches!(width.as_str(), "" | "1"));
    let dashes = number("stroke-dasharray").or(roles::dashes(shape).map(str::to_string));
    let dashes = dashes.filter(|dashes| all(dashes).iter().any(|length| *length > 1.0));
    let out = width.into_iter().fold(out, |out, width| out.with("stroke-width", width));
    dashes.into_iter().fold(out, |out, dashes| out.with("stroke-dasharray", dashes))
}
