//! Labels: rows of text in as few elements as they need.

use super::numbers::{rounded, short};
use super::xml::{Element, Node};

/// How a label is written, beside its place.
pub(super) struct Manner<'a> {
    /// The colour, when the author coloured what is behind it.
    pub(super) ink: Option<&'a str>,
    /// `text-anchor`, unless the text has its own.
    pub(super) anchor: Option<&'static str>,
    /// The size in pixels, unless the text has its own.
    pub(super) size: Option<&'static str>,
    pub(super) bold: bool,
}

/// The size of text that says nothing about it.
const SIZE: &str = "16";

/// `text` cleaned; `None` when there is nothing to read in it.
pub(super) fn label(text: &Element<'_>, manner: &Manner<'_>) -> Option<Element<'static>> {
    let rows = rows(text);
    if rows.iter().all(|row| row.runs.iter().all(|(_, text)| text.trim().is_empty())) {
        return None;
    }
    let mut out = Element::new("text")
        .with("fill", manner.ink.unwrap_or("currentColor").to_string())
        .with("stroke", "none");
    let alone = rows.len() == 1
        && rows[0].dy.as_deref().is_none_or(|dy| dy.trim_matches(['0', '.', 'e', 'm']).is_empty());
    let first = alone.then(|| &rows[0]);
    let place = |name: &str, own: Option<&String>| {
        own.cloned().or_else(|| text.get(name).map(|value| rounded(value, 1)))
    };
    let shift = |value: &String| value.trim_matches(['0', '.', 'e', 'm', 'p', 'x']).is_empty();
    let x = place("x", first.and_then(|row| row.x.as_ref())).filter(|value| !shift(value));
    let y = place("y", first.and_then(|row| row.y.as_ref())).filter(|value| !shift(value));
    let dy = place("dy", None).filter(|value| !shift(value) && first.is_none_or(|row| row.y.is_none()));
    for (name, value) in [("x", x), ("y", y), ("dy", dy)] {
        out = value.into_iter().fold(out, |out, value| out.with(name, value));
    }
    let out = written(out, text, manner, &rows);
    Some(filled(out, rows, alone))
}

/// Adds how the text is written.
fn written(
    mut out: Element<'static>,
    text: &Element<'_>,
    manner: &Manner<'_>,
    rows: &[Row],
) -> Element<'static> {
    let own = |name: &str| text.get(name).map(str::to_string).or_else(|| super::roles::declared(text, name));
    let anchor = own("text-anchor").filter(|anchor| ["start", "middle", "end"].contains(&anchor.as_str()));
    let anchor = anchor.or(manner.anchor.map(str::to_string)).filter(|anchor| anchor != "start");
    let size = own("font-size").map(|size| size.trim_end_matches("px").to_string());
    let size = size.filter(|size| size.parse::<f64>().is_ok()).or(manner.size.map(str::to_string));
    let bold = manner.bold || own("font-weight").is_some_and(|weight| is_bold(&weight));
    let baseline = text.get("dominant-baseline").or(rows.iter().find_map(|row| row.baseline.as_deref()));
    let baseline = baseline.filter(|baseline| ["central", "middle", "hanging"].contains(baseline));
    let place =
        text.get("transform").filter(|place| super::clean::is_plain(place)).map(|place| rounded(place, 2));
    let given = [
        ("text-anchor", anchor),
        ("font-size", size.filter(|size| size != SIZE)),
        ("font-weight", bold.then(|| "bold".to_string())),
        ("dominant-baseline", baseline.map(str::to_string)),
        ("transform", place),
    ];
    for (name, value) in given {
        out = value.into_iter().fold(out, |out, value| out.with(name, value));
    }
    out
}

/// Adds the rows; a row that stands `alone` needs no element of its own.
fn filled(mut out: Element<'static>, rows: Vec<Row>, alone: bool) -> Element<'static> {
    for row in rows {
        let runs = row.runs.into_iter().map(|(style, text)| style.around(text));
        if alone {
            out.children.extend(runs);
            continue;
        }
        let mut line = Element::new("tspan");
        for (name, value) in [("x", row.x.or_else(|| Some("0".to_string()))), ("y", row.y), ("dy", row.dy)] {
            line = value.into_iter().fold(line, |line, value| line.with(name, value));
        }
        line.children.extend(runs);
        out.children.push(Node::Element(line));
    }
    out
}

#[derive(Default)]
struct Row {
    x: Option<String>,
    y: Option<String>,
    dy: Option<String>,
    baseline: Option<String>,
    runs: Vec<(Style, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Style {
    bold: bool,
    italic: bool,
}

impl Style {
    fn of(element: &Element<'_>, around: Style) -> Style {
        let bold = element.get("font-weight").is_some_and(is_bold);
        let italic = element.get("font-style") == Some("italic");
        Style { bold: bold || around.bold, italic: italic || around.italic }
    }

    fn around(self, text: String) -> Node<'static> {
        if self == Style::default() {
            return Node::Text(text.into());
        }
        let mut run = Element::new("tspan");
        for (name, value, on) in [("font-weight", "bold", self.bold), ("font-style", "italic", self.italic)] {
            run = if on { run.with(name, value) } else { run };
        }
        run.children.push(Node::Text(text.into()));
        Node::Element(run)
    }
}

fn is_bold(weight: &str) -> bool {
    weight.starts_with("bold") || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)
}

fn rows(text: &Element<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    collect(text, Style::default(), &mut rows);
    rows
}

fn collect(element: &Element<'_>, style: Style, rows: &mut Vec<Row>) {
    for child in &element.children {
        match child {
            Node::Text(text) => run(rows, style, text),
            Node::Element(child) if child.name == "tspan" => {
                if ["x", "y", "dy"].iter().any(|name| child.get(name).is_some()) {
                    rows.push(row(child));
                }
                collect(child, Style::of(child, style), rows);
            }
            Node::Element(_) => {}
        }
    }
}

/// A place as it is written: `y="-0.1em" dy="1.1em"` is `y="1em"`.
fn row(child: &Element<'_>) -> Row {
    let em = |name: &str| child.get(name).and_then(|value| value.strip_suffix("em")?.parse::<f64>().ok());
    let plain = |name: &str| child.get(name).map(|value| rounded(value, 1));
    let (y, dy) = match (em("y"), em("dy")) {
        (Some(y), Some(dy)) => (Some(format!("{}em", short(y + dy))), None),
        _ => (plain("y"), plain("dy")),
    };
    let baseline = child.get("alignment-baseline").map(str::to_string);
    Row { x: plain("x"), y, dy, baseline, runs: Vec::new() }
}

/// Text that goes on: joined to what stands before it in the same style.
fn run(rows: &mut Vec<Row>, style: Style, text: &str) {
    if rows.is_empty() {
        rows.push(Row::default());
    }
    let Some(row) = rows.last_mut() else { return };
    match row.runs.last_mut() {
        Some((before, own)) if *before == style => own.push_str(text),
        _ => row.runs.push((style, text.to_string())),
    }
}
