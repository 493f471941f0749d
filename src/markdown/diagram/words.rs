//! What a picture shows, in a line of text.

use super::xml::Element;
use std::collections::BTreeMap;

/// About how long the text may become, in bytes: it is read aloud in one go.
const LONG: usize = 400;

/// The text alternative of the picture `root`: what the author says (`accTitle`, `accDescr`), otherwise its kind and
/// its labels, with arrows between them where it has arrows.
pub(super) fn of(root: &Element<'_>) -> String {
    let said = ["title", "desc"].into_iter().filter_map(|name| {
        let text = root.elements().find(|child| child.name == name).map(Element::text);
        text.filter(|text| !text.is_empty())
    });
    let said: Vec<String> = said.collect();
    if !said.is_empty() {
        return said.join(". ");
    }
    let kind = root.get("aria-roledescription").unwrap_or_default();
    let arrows = if kind == "sequence" { messages(root) } else { edges(root) };
    let shown = if arrows.is_empty() { shortened(&labels(root), ", ") } else { shortened(&arrows, "; ") };
    if shown.is_empty() { name(kind).to_string() } else { format!("{}: {shown}", name(kind)) }
}

/// What people call a family of diagrams.
fn name(kind: &str) -> &'static str {
    match kind {
        "flowchart-v2" | "flowchart" => "Flowchart",
        "sequence" => "Sequence diagram",
        "classDiagram" | "class" => "Class diagram",
        "stateDiagram" => "State diagram",
        "er" => "Entity relationship diagram",
        "gantt" => "Gantt chart",
        "pie" => "Pie chart",
        "quadrantChart" => "Quadrant chart",
        _ => "Diagram",
    }
}

fn shortened(parts: &[String], separator: &str) -> String {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        if !text.is_empty() && text.len() + part.len() > LONG {
            return format!("{text}{separator}and {} more", parts.len() - index);
        }
        text.push_str(if index == 0 { "" } else { separator });
        text.push_str(part);
    }
    text
}

/// `A → B (label)` for each arrow of a flowchart, in order.
fn edges(root: &Element<'_>) -> Vec<String> {
    let (mut nodes, mut labels, mut found) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    root.walk(&mut |element| {
        if element.is("node") || element.is("cluster") {
            nodes.extend(key(element).map(|key| (key, element.text())));
        } else if let Some(id) = element.get("data-id").filter(|_| element.is("label")) {
            labels.insert(id, element.text());
        } else if let Some(id) = element.get("data-id").filter(|_| element.is("flowchart-link")) {
            found.push(id);
        }
    });
    let said = found.into_iter().filter_map(|id| {
        let (from, to) = ends(id, &nodes)?;
        let label = labels.get(id).filter(|label| !label.is_empty());
        Some(format!("{from} → {to}{}", label.map(|label| format!(" ({label})")).unwrap_or_default()))
    });
    said.collect()
}

/// The name of a node or group in the source: `d-flowchart-A-0` is `A`.
fn key<'e>(element: &'e Element<'_>) -> Option<&'e str> {
    let id = element.get("id")?.strip_prefix("d-")?;
    match id.strip_prefix("flowchart-") {
        Some(id) => id.rsplit_once('-').map(|(id, _)| id),
        None => Some(id),
    }
}

/// What the arrow `L_A_B_0` leads from and to. A name may itself hold `_`.
fn ends<'n>(id: &str, nodes: &'n BTreeMap<&str, String>) -> Option<(&'n String, &'n String)> {
    let (inner, _) = id.strip_prefix("L_")?.rsplit_once('_')?;
    inner.match_indices('_').find_map(|(at, _)| nodes.get(&inner[..at]).zip(nodes.get(&inner[at + 1..])))
}

/// `A → B: text` for each message of a sequence diagram.
fn messages(root: &Element<'_>) -> Vec<String> {
    let (mut people, mut said, mut text) = (BTreeMap::new(), Vec::new(), String::new());
    root.walk(&mut |element| {
        if element.get("data-et") == Some("participant") {
            people.extend(element.get("data-id").map(|id| (id, element.text())));
        } else if element.is("messageText") {
            text = [text.as_str(), &element.text()].join(" ").trim().to_string();
        } else if let (Some(from), Some(to)) = (element.get("data-from"), element.get("data-to")) {
            said.push((from, to, std::mem::take(&mut text)));
        }
    });
    let person = |id: &str| people.get(id).cloned().unwrap_or_else(|| id.to_string());
    said.into_iter().map(|(from, to, text)| format!("{} → {}: {text}", person(from), person(to))).collect()
}

/// Every label once.
fn labels(root: &Element<'_>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    root.walk(&mut |element| {
        let text = if element.name == "text" { element.text() } else { String::new() };
        if text.chars().any(char::is_alphabetic) && !labels.contains(&text) {
            labels.push(text);
        }
    });
    labels
}
