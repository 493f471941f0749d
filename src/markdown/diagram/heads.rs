//! The heads of arrows, drawn where the lines end. SVG would refer to a `<marker>` by its id; without ids any number of
//! pictures can stand on one page, and a head has the colour of its line in every browser.

use super::numbers;
use super::xml::{Element, Node};
use std::collections::BTreeMap;

/// The markers of a picture by their id.
pub(super) type Markers<'a> = BTreeMap<&'a str, &'a Element<'a>>;

/// All markers in `root`.
pub(super) fn markers<'a>(root: &'a Element<'a>) -> Markers<'a> {
    let mut markers = Markers::new();
    root.walk(&mut |element| {
        if element.name == "marker" {
            markers.extend(element.get("id").map(|id| (id, element)));
        }
    });
    markers
}

/// The heads of `line` as groups of what the markers hold, which is not cleaned yet.
pub(super) fn of<'a>(line: &Element<'_>, markers: &Markers<'a>) -> Vec<Element<'a>> {
    let Some(points) = points(line) else { return Vec::new() };
    let heads = [("marker-start", true), ("marker-end", false)].into_iter().filter_map(|(name, start)| {
        let id = line.get(name)?.strip_prefix("url(#")?.strip_suffix(')')?;
        Some(head(markers.get(id)?, &points, start))
    });
    heads.collect()
}

type Point = (f64, f64);

/// The points that a line of absolute coordinates goes through or bends towards.
fn points(line: &Element<'_>) -> Option<Vec<Point>> {
    let numbers = match line.name {
        "line" => ["x1", "y1", "x2", "y2"]
            .map(|name| line.get(name).and_then(|value| value.parse().ok()).unwrap_or(0.0))
            .to_vec(),
        "path" => {
            let path = line.get("d")?;
            let simple = |c: char| !c.is_alphabetic() || "MLCSQTe".contains(c);
            numbers::all(path.chars().all(simple).then_some(path)?)
        }
        _ => return None,
    };
    let points: Vec<Point> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    (points.len() > 1).then_some(points)
}

fn head<'a>(marker: &Element<'a>, points: &[Point], start: bool) -> Element<'a> {
    let tip = if start { points[0] } else { points[points.len() - 1] };
    let mut others: Vec<Point> = points.iter().copied().filter(|point| *point != tip).collect();
    if !start {
        others.reverse();
    }
    let other = others.first().copied().unwrap_or((tip.0 - 1.0, tip.1));
    let reversed = marker.get("orient") == Some("auto-start-reverse");
    let (from, to) = if start && !reversed { (tip, other) } else { (other, tip) };
    let angle = (to.1 - from.1).atan2(to.0 - from.0).to_degrees();
    let number = |name: &str| marker.get(name).and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0);
    let view = marker.get("viewBox").map(numbers::all).and_then(|view| view.get(2).copied());
    let scale = view.filter(|view| *view > 0.0).map_or(1.0, |view| number("markerWidth") / view);
    let short = numbers::short;
    let mut place = format!("translate({} {})", short(tip.0), short(tip.1));
    let angle = numbers::rounded(&angle.to_string(), 1);
    if angle != "0" {
        place.push_str(&format!(" rotate({angle})"));
    }
    if (scale - 1.0).abs() > 0.001 {
        place.push_str(&format!(" scale({})", short(scale)));
    }
    place.push_str(&format!(" translate({} {})", short(-number("refX")), short(-number("refY"))));
    let mut group = Element::new("g").with("class", "arrowhead").with("transform", place);
    group.children = marker.elements().map(|part| Node::Element(part_of(part, marker))).collect();
    group
}

/// A part of a marker, with the classes of the marker, which say whether it is hollow.
fn part_of<'a>(part: &Element<'a>, marker: &Element<'_>) -> Element<'a> {
    let classes =
        format!("{} {}", part.get("class").unwrap_or_default(), marker.get("class").unwrap_or_default());
    let mut part = part.clone();
    part.attributes.retain(|(name, _)| *name != "class");
    part.with("class", classes.trim().to_string())
}
