//! The syntax tree of an expression.

use serde_json::Value;
use std::ops::Range;

/// One node with the bytes of the expression that it was written in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
    /// Nodes on the longest way down, this one included; the parser bounds it.
    pub(crate) depth: usize,
}

/// What a node is. The names follow the JMESPath grammar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// `@`, and the implied left side of `[0]` or `*`.
    Current,
    Literal(Value),
    Field(String),
    Index(i64),
    Slice {
        start: Option<i64>,
        stop: Option<i64>,
        step: Option<i64>,
    },
    /// `left.right` and `left[0]`: a missing key on the left stays an error.
    Sub(Box<Node>, Box<Node>),
    Pipe(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Compare(Comparator, Box<Node>, Box<Node>),
    Flatten(Box<Node>),
    /// `source[*]` and what follows it, applied to every item.
    Project(Box<Node>, Box<Node>),
    /// `source.*` and what follows it, applied to every value of a map.
    ProjectValues(Box<Node>, Box<Node>),
    Filter {
        source: Box<Node>,
        condition: Box<Node>,
        then: Box<Node>,
    },
    List(Vec<Node>),
    Hash(Vec<(String, Node)>),
    Call(String, Vec<Node>),
    /// `&expression`: not evaluated here but handed to a function.
    Reference(Box<Node>),
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Node {
    /// A node over `span` with its depth taken from its children.
    pub(crate) fn new(kind: Kind, span: Range<usize>) -> Node {
        let depth = 1 + kind.children().iter().map(|child| child.depth).max().unwrap_or(0);
        Node { kind, span, depth }
    }

    /// The name of the field that it is.
    pub(crate) fn field(&self) -> Option<&str> {
        if let Kind::Field(name) = &self.kind { Some(name) } else { None }
    }
}

impl Kind {
    /// The nodes directly below, in written order.
    pub(crate) fn children(&self) -> Vec<&Node> {
        match self {
            Kind::Current | Kind::Literal(_) | Kind::Field(_) | Kind::Index(_) | Kind::Slice { .. } => {
                Vec::new()
            }
            Kind::Not(one) | Kind::Flatten(one) | Kind::Reference(one) => vec![one],
            Kind::Sub(left, right)
            | Kind::Pipe(left, right)
            | Kind::Or(left, right)
            | Kind::And(left, right)
            | Kind::Compare(_, left, right)
            | Kind::Project(left, right)
            | Kind::ProjectValues(left, right) => vec![left, right],
            Kind::Filter { source, condition, then } => vec![source, condition, then],
            Kind::List(items) | Kind::Call(_, items) => items.iter().collect(),
            Kind::Hash(entries) => entries.iter().map(|(_, node)| node).collect(),
        }
    }
}
