//! Where the parts of the map's picture are: sections flow down columns, lines run between and beside them.

use super::{MapView, Place};
use std::collections::BTreeSet;

/// Pixels. A node's height and width, and the distances between them.
pub(super) const NODE: i32 = 26;
pub(super) const WIDTH: i32 = 212;
const BETWEEN: i32 = 6;
/// From the top of a section to its first node, and from its last one to the next section.
const TITLE: i32 = 34;
const BELOW: i32 = 26;
/// Between columns, where lines run, and around the picture.
const GUTTER: i32 = 48;
const MARGIN: i32 = 4;
/// How far a line between two nodes of a column bends to the side at most, at its control points and by itself: a cubic
/// whose ends are in line reaches three quarters of the way.
const BEND: i32 = GUTTER - 6;
const REACH: i32 = BEND * 3 / 4 + 1;
/// As many columns as fit beside the navigation on a screen of usual width.
const COLUMNS: usize = 4;
/// Room for a label in a node, in tenths of the usual letter's width.
const ROOM: usize = 240;

/// Give everything its place.
pub(super) fn place(view: &mut MapView, edges: &BTreeSet<(Place, Place)>) {
    columns(view);
    for (from, to) in edges {
        let line = line(at(view, *from), at(view, *to));
        for (group, node) in [from, to] {
            view.groups[*group].nodes[*node].edges.push(view.edges.len());
        }
        view.edges.push(line);
    }
}

/// Sections in their order, each column about as high as the others.
fn columns(view: &mut MapView) {
    let heights: Vec<i32> = view.groups.iter().map(|group| height(group.nodes.len())).collect();
    let wanted = COLUMNS.min(heights.len()).max(1);
    let share = heights.iter().sum::<i32>() / count(wanted);
    let (mut column, mut y, mut lowest) = (0, 0, 0);
    for (group, height) in view.groups.iter_mut().zip(heights) {
        if y > 0 && y + height / 2 > share && column + 1 < wanted {
            (column, y) = (column + 1, 0);
        }
        group.x = MARGIN + count(column) * (WIDTH + GUTTER);
        group.y = MARGIN + y + TITLE - 14;
        for (index, node) in group.nodes.iter_mut().enumerate() {
            (node.x, node.y) = (group.x, MARGIN + y + TITLE + count(index) * (NODE + BETWEEN));
            node.label = shortened(&node.title);
        }
        y += height;
        lowest = lowest.max(y - BELOW);
    }
    view.width = 2 * MARGIN + count(column + 1) * WIDTH + count(column) * GUTTER + REACH;
    view.height = 2 * MARGIN + lowest;
}

fn height(nodes: usize) -> i32 {
    TITLE + count(nodes) * (NODE + BETWEEN) + BELOW
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 1000)
}

/// The left edge and the middle of a node.
fn at(view: &MapView, (group, node): Place) -> (i32, i32) {
    let node = &view.groups[group].nodes[node];
    (node.x, node.y + NODE / 2)
}

/// A line between two nodes. It goes up or down only beside the column that it begins in, and then straight: in
/// between lie other columns.
fn line(from: (i32, i32), to: (i32, i32)) -> String {
    let (left, right) = if from.0 <= to.0 { (from, to) } else { (to, from) };
    let (start, down) = (left.0 + WIDTH, right.1 - left.1);
    if left.0 == right.0 {
        let out = (10 + down.abs() / 12).min(BEND);
        return format!("M{start},{}c{out},0 {out},{down} 0,{down}", left.1);
    }
    let half = GUTTER / 2;
    format!("M{start},{}c{half},0 {half},{down} {GUTTER},{down}H{}", left.1, right.0)
}

/// `title`, cut where there is no more room.
fn shortened(title: &str) -> String {
    let mut room = ROOM;
    let mut label = String::new();
    for c in title.chars() {
        let Some(left) = room.checked_sub(width(c)) else { return format!("{}…", label.trim_end()) };
        room = left;
        label.push(c);
    }
    label
}

/// About how wide a letter is in fonts without serifs, in tenths of the usual one's width.
fn width(c: char) -> usize {
    match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | ',' | ':' | '\'' | '-' => 6,
        'm' | 'w' | 'M' | 'W' => 14,
        c if c.is_uppercase() => 12,
        c if u32::from(c) >= 0x1100 => 20,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MapGroup, MapNode};
    use super::*;

    fn map(sizes: &[usize]) -> MapView {
        let nodes = |size: &usize| vec![MapNode { title: "A page".to_string(), ..MapNode::default() }; *size];
        let groups = sizes.iter().map(|size| MapGroup { nodes: nodes(size), ..MapGroup::default() });
        MapView { groups: groups.collect(), ..MapView::default() }
    }

    #[test]
    fn nothing_lies_over_anything_else_or_outside() {
        for sizes in [&[1][..], &[9, 1, 1], &[2, 2, 2, 2, 2, 2], &[15, 3, 9, 4, 1, 8, 2], &[40, 1]] {
            let mut view = map(sizes);
            place(&mut view, &BTreeSet::new());
            let nodes: Vec<_> = view.groups.iter().flat_map(|group| &group.nodes).collect();
            let places: BTreeSet<_> = nodes.iter().map(|node| (node.x, node.y)).collect();
            assert_eq!(places.len(), nodes.len(), "{sizes:?}");
            assert!(nodes.iter().all(|node| node.x >= 0 && node.x + WIDTH <= view.width), "{sizes:?}");
            assert!(nodes.iter().all(|node| node.y >= TITLE && node.y + NODE <= view.height), "{sizes:?}");
        }
    }

    #[test]
    fn a_line_is_known_to_both_of_its_ends() {
        let mut view = map(&[2, 1]);
        place(&mut view, &BTreeSet::from([((0, 0), (1, 0)), ((0, 0), (0, 1))]));
        assert_eq!(view.edges.len(), 2);
        assert_eq!(view.groups[0].nodes[0].edges, [0, 1]);
        assert_eq!(
            (&view.groups[0].nodes[1].edges[..], &view.groups[1].nodes[0].edges[..]),
            (&[0][..], &[1][..])
        );
    }

    #[test]
    fn a_long_title_is_cut_and_a_wide_one_earlier() {
        assert_eq!(shortened("Short"), "Short");
        assert_eq!(shortened(&"a".repeat(40)).chars().count(), ROOM / 10 + 1);
        assert_eq!(shortened(&"字".repeat(40)).chars().count(), ROOM / 20 + 1);
    }
}
