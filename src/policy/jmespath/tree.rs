//! The tree of an expression as text.

use super::ast::{Comparator, Kind, Node};
use std::fmt::Write;

/// A node a line, each two blanks further in than the one above it. The parser bounds the depth.
pub(super) fn draw(root: &Node) -> String {
    let mut out = String::new();
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{:1$}{2}", "", depth * 2, label(&node.kind));
        open.extend(node.kind.children().into_iter().rev().map(|child| (child, depth + 1)));
    }
    out
}

fn label(kind: &Kind) -> String {
    let part = |number: &Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    match kind {
        Kind::Current => "current".into(),
        Kind::Literal(value) => format!("literal {value}"),
        Kind::Field(name) => format!("field {name:?}"),
        Kind::Index(index) => format!("index {index}"),
        Kind::Slice { start, stop, step } => format!("slice {}:{}:{}", part(start), part(stop), part(step)),
        Kind::Sub(..) => "subexpression".into(),
        Kind::Pipe(..) => "pipe".into(),
        Kind::Or(..) => "or".into(),
        Kind::And(..) => "and".into(),
        Kind::Not(_) => "not".into(),
        Kind::Compare(comparator, ..) => format!("compare {}", sign(*comparator)),
        Kind::Flatten(_) => "flatten".into(),
        Kind::Project(..) => "projection".into(),
        Kind::ProjectValues(..) => "projection of values".into(),
        Kind::Filter { .. } => "filter".into(),
        Kind::List(_) => "list".into(),
        Kind::Hash(entries) => {
            format!(
                "hash {}",
                entries.iter().map(|(key, _)| format!("{key:?}")).collect::<Vec<_>>().join(", ")
            )
        }
        Kind::Call(name, _) => format!("call {name}"),
        Kind::Reference(_) => "reference".into(),
    }
}

fn sign(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::Equal => "==",
        Comparator::NotEqual => "!=",
        Comparator::Less => "<",
        Comparator::LessOrEqual => "<=",
        Comparator::Greater => ">",
        Comparator::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::jmespath::parse;

    #[test]
    fn a_tree_stands_in_written_order() {
        let tree = parse("a.b | length(@) > `1`").unwrap().tree();
        let lines: Vec<&str> = tree.lines().collect();
        assert_eq!(lines[0], "pipe");
        assert_eq!(lines[1..4], ["  subexpression", "    field \"a\"", "    field \"b\""]);
        assert_eq!(lines[4..], ["  compare >", "    call length", "      current", "    literal 1"]);
    }
}
