//! The syntax tree of an expression, macros already expanded.

use super::value::Value;
use std::ops::Range;

/// One node with the bytes of the expression that it was written in.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
    /// Nodes on the longest way down, this one included; the parser bounds it.
    pub(crate) depth: usize,
}

/// An element of a list, a value of a map or a field: `?x` is left out when it is an empty optional.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) optional: bool,
    pub(crate) node: Node,
}

/// What a node is. Operators are calls with names such as `_+_`, as in the CEL specification.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Literal(Value),
    Ident(String),
    /// `operand.field`, `operand.?field`.
    Select {
        operand: Box<Node>,
        field: String,
        optional: bool,
    },
    /// `has(operand.field)`.
    Has {
        operand: Box<Node>,
        field: String,
    },
    /// `operand[index]`, `operand[?index]`.
    Index {
        operand: Box<Node>,
        index: Box<Node>,
        optional: bool,
    },
    Call {
        target: Option<Box<Node>>,
        function: String,
        arguments: Vec<Node>,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    Conditional(Box<[Node; 3]>),
    List(Vec<Item>),
    Map(Vec<(Node, Item)>),
    Struct {
        name: String,
        fields: Vec<(String, Item)>,
    },
    Comprehension(Box<Comprehension>),
    /// `cel.bind(name, value, body)`.
    Bind {
        name: String,
        value: Box<Node>,
        body: Box<Node>,
    },
    /// `optional.optMap(name, body)`, and `optFlatMap` if `flat`.
    OptionalMap {
        operand: Box<Node>,
        name: String,
        body: Box<Node>,
        flat: bool,
    },
}

/// A macro that goes over a list or a map.
#[derive(Debug, Clone)]
pub(crate) struct Comprehension {
    pub(crate) form: Form,
    pub(crate) range: Node,
    pub(crate) first: String,
    /// The second variable of the two-variable forms: the value beside the index or key.
    pub(crate) second: Option<String>,
    pub(crate) condition: Option<Node>,
    /// What each element becomes; for the tests it is the test.
    pub(crate) body: Node,
}

/// What a comprehension makes of the elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    All,
    Exists,
    ExistsOne,
    Filter,
    /// `map`, `transformList`.
    List,
    /// `transformMap`.
    Map,
    /// `transformMapEntry`.
    Entries,
    /// `sortBy`.
    SortBy,
}

impl Node {
    /// A node over `span` with its depth taken from its children.
    pub(crate) fn new(kind: Kind, span: Range<usize>) -> Node {
        let depth = 1 + kind.children().iter().map(|child| child.depth).max().unwrap_or(0);
        Node { kind, span, depth }
    }
}

impl Kind {
    /// The nodes directly below, in written order.
    pub(crate) fn children(&self) -> Vec<&Node> {
        match self {
            Kind::Literal(_) | Kind::Ident(_) => Vec::new(),
            Kind::Select { operand, .. } | Kind::Has { operand, .. } => vec![operand],
            Kind::Index { operand, index, .. } => vec![operand, index],
            Kind::Call { target, arguments, .. } => {
                target.iter().map(AsRef::as_ref).chain(arguments).collect()
            }
            Kind::And(nodes) | Kind::Or(nodes) => nodes.iter().collect(),
            Kind::Conditional(nodes) => nodes.iter().collect(),
            Kind::List(items) => items.iter().map(|item| &item.node).collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, item)| [key, &item.node]).collect(),
            Kind::Struct { fields, .. } => fields.iter().map(|(_, item)| &item.node).collect(),
            Kind::Comprehension(inner) => {
                [&inner.range, &inner.body].into_iter().chain(&inner.condition).collect()
            }
            Kind::Bind { value, body, .. } => vec![value, body],
            Kind::OptionalMap { operand, body, .. } => vec![operand, body],
        }
    }
}
