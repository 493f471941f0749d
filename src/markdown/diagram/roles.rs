//! What a shape is in its picture. Its role is its class, and the theme colours roles.

use super::xml::Element;

/// The role of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A box with text: a step, a state, a participant.
    Node,
    /// A ground behind several: a group, a section.
    Band,
    /// A note of the author's.
    Note,
    /// An arrow's line.
    Line,
    /// A line in the background: lifelines, grids, frames.
    Faint,
    /// Filled with the colour of lines: arrow heads, beginnings.
    Solid,
    /// Filled with the colour of the page: the ground of a label on a line.
    Ground,
    /// The same with an outline: heads that are hollow.
    Hollow,
    /// A task of a plan, with its state.
    Task(&'static str),
    /// A part of a whole, by its number.
    Slice(usize),
}

impl Role {
    pub(super) fn class(self) -> String {
        match self {
            Role::Node => "node".to_string(),
            Role::Band => "band".to_string(),
            Role::Note => "note".to_string(),
            Role::Line => "line".to_string(),
            Role::Faint => "faint".to_string(),
            Role::Solid => "solid".to_string(),
            Role::Ground => "ground".to_string(),
            Role::Hollow => "hollow".to_string(),
            Role::Task(state) => format!("task {state}").trim_end().to_string(),
            Role::Slice(number) => format!("slice{}", number % SLICES),
        }
    }
}

/// How many colours the theme has for the parts of a whole.
const SLICES: usize = 8;

/// What a group is for what stands in it; `around` is what the group itself stands in.
pub(super) fn of_group(group: &Element<'_>, around: Option<Role>) -> Option<Role> {
    let any = |classes: &[&str]| group.classes().any(|class| classes.contains(&class));
    if any(&["statediagram-note"]) {
        Some(Role::Note)
    } else if any(&["cluster", "statediagram-cluster"]) {
        Some(Role::Band)
    } else if any(&["edgeLabel"]) {
        Some(Role::Ground)
    } else if any(&["quadrant"]) {
        Some(Role::Band)
    } else if any(&["grid", "divider", "border"]) {
        Some(Role::Faint)
    } else if any(&["arrowhead", "data-point"]) {
        Some(Role::Solid)
    } else if any(&["node", "actor-man"]) {
        Some(Role::Node)
    } else if any(&["label"]) && around != Some(Role::Ground) {
        None
    } else {
        around
    }
}

/// What a shape is, by its own classes or else by its group; `None` for one that is not to be seen.
pub(super) fn of_shape(shape: &Element<'_>, group: Option<Role>) -> Option<Role> {
    let any = |classes: &[&str]| shape.classes().any(|class| classes.contains(&class));
    let begins = |start: &str| shape.classes().any(|class| class.starts_with(start));
    if any(&["pieOuterCircle", "edge-thickness-invisible", "section1", "section3"]) {
        None
    } else if any(&["extension", "aggregation", "lollipop"]) || (any(&["er"]) && shape.name == "circle") {
        Some(Role::Hollow)
    } else if any(&["cross", "er", "flowchart-link", "transition", "relation", "relationshipLine"])
        || begins("messageLine")
    {
        Some(Role::Line)
    } else if any(&["actor-line", "loopLine"]) {
        Some(Role::Faint)
    } else if begins("activation") || any(&["actor", "labelBox"]) {
        Some(Role::Node)
    } else if any(&["note"]) {
        Some(Role::Note)
    } else if any(&["task"]) {
        Some(Role::Task(state(shape)))
    } else if any(&["section", "rect", "outer", "inner"]) {
        Some(Role::Band)
    } else if any(&["state-start", "fork-join"]) {
        Some(Role::Solid)
    } else {
        group
    }
}

/// The state of a task; what is critical is said first.
fn state(task: &Element<'_>) -> &'static str {
    let has = |word: &str| task.classes().any(|class| class.to_ascii_lowercase().contains(word));
    let states = ["crit", "done", "active", "milestone"];
    states.into_iter().find(|state| has(state)).unwrap_or_default()
}

/// What the classes of a shape say about its line, as Mermaid's style sheets do.
pub(super) fn dashes(shape: &Element<'_>) -> Option<&'static str> {
    shape.classes().find_map(|class| match class {
        "edge-pattern-dotted" | "loopLine" => Some("2 3"),
        "edge-pattern-dashed" | "dashed-line" | "messageLine1" => Some("4 3"),
        "note-edge" => Some("5"),
        "dotted-line" => Some("1 2"),
        _ => None,
    })
}

/// The width of a line that is wider than others.
pub(super) fn width(shape: &Element<'_>) -> Option<&'static str> {
    shape.is("edge-thickness-thick").then_some("3")
}

/// How text of a class is set: `text-anchor` and size.
pub(super) fn setting(text: &Element<'_>) -> (Option<&'static str>, Option<&'static str>) {
    let known = text.classes().find_map(|class| match class {
        "titleText" | "pieTitleText" | "flowchartTitleText" | "classTitleText" | "statediagramTitleText" => {
            Some((Some("middle"), Some("18")))
        }
        "taskText" => Some((Some("middle"), None)),
        "taskTextOutsideRight" | "sectionTitle" => Some((Some("start"), None)),
        "taskTextOutsideLeft" => Some((Some("end"), None)),
        _ => None,
    });
    known.unwrap_or_default()
}

/// The value of a property in `style`.
pub(super) fn declared(element: &Element<'_>, name: &str) -> Option<String> {
    declarations(element).find(|(own, _, _)| *own == name).map(|(_, value, _)| value.to_string())
}

/// What an author says about a property: those values are important, the rest is Mermaid's.
pub(super) fn of_author<'e>(element: &'e Element<'_>, name: &str) -> Option<&'e str> {
    declarations(element).find(|(own, _, important)| *own == name && *important).map(|(_, value, _)| value)
}

fn declarations<'e>(element: &'e Element<'_>) -> impl Iterator<Item = (&'e str, &'e str, bool)> {
    element.get("style").unwrap_or_default().split(';').filter_map(|part| {
        let (name, value) = part.split_once(':')?;
        let value = value.trim();
        let plain = value.strip_suffix("!important");
        Some((name.trim(), plain.unwrap_or(value).trim(), plain.is_some()))
    })
}
