//! The types that the checker knows, and the signatures of functions.
//!
//! Signatures are written as text, `list(A).indexOf(A) -> int`, and read once.

use std::collections::BTreeMap;
use std::fmt;

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Anything; known only when evaluated.
    Dyn,
    /// The type of `null`.
    Null,
    /// A boolean.
    Bool,
    /// A signed integer.
    Int,
    /// An unsigned integer.
    Uint,
    /// A double.
    Double,
    /// A text.
    String,
    /// Bytes.
    Bytes,
    /// A span of time.
    Duration,
    /// A point in time.
    Timestamp,
    /// A type as a value.
    Type,
    /// A list.
    List(Box<Type>),
    /// A map.
    Map(Box<Type>, Box<Type>),
    /// An optional value.
    Optional(Box<Type>),
    /// A library type, by its name.
    Opaque(&'static str),
    /// An object with known fields, by its name.
    Object(String),
    /// A type that is still open.
    Param(usize),
}

impl Type {
    /// `list(item)`.
    pub fn list(item: Type) -> Type {
        Type::List(Box::new(item))
    }

    /// `map(key, value)`.
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Box::new(key), Box::new(value))
    }

    /// `optional_type(inner)`.
    pub fn optional(inner: Type) -> Type {
        Type::Optional(Box::new(inner))
    }

    /// May `null` stand for a value of this type?
    fn takes_null(&self) -> bool {
        matches!(self, Type::Opaque(_) | Type::Object(_) | Type::Duration | Type::Timestamp | Type::Dyn)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Type::Dyn | Type::Param(_) => "dyn",
            Type::Null => "null",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Uint => "uint",
            Type::Double => "double",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Duration => "duration",
            Type::Timestamp => "timestamp",
            Type::Type => "type",
            Type::List(item) => return write!(f, "list({item})"),
            Type::Map(key, value) => return write!(f, "map({key}, {value})"),
            Type::Optional(inner) => return write!(f, "optional_type({inner})"),
            Type::Opaque(name) => name,
            Type::Object(name) => name,
        };
        f.write_str(name)
    }
}

/// What open types have been found to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bindings {
    known: BTreeMap<usize, Type>,
    next: usize,
}

impl Bindings {
    /// An open type of its own.
    pub(crate) fn fresh(&mut self) -> Type {
        self.next += 1;
        Type::Param(self.next)
    }

    /// `found` with everything known put in; what is still open becomes dyn if `close`.
    pub(crate) fn resolve(&self, found: &Type, close: bool) -> Type {
        let inner = |inner: &Type| self.resolve(inner, close);
        match found {
            Type::Param(index) => match self.known.get(index) {
                Some(known) => self.resolve(known, close),
                None if close => Type::Dyn,
                None => found.clone(),
            },
            Type::List(item) => Type::list(inner(item)),
            Type::Map(key, value) => Type::map(inner(key), inner(value)),
            Type::Optional(item) => Type::optional(inner(item)),
            other => other.clone(),
        }
    }

    /// Can a value of type `from` be given where `to` is wanted? Binds open types if so.
    pub(crate) fn assign(&mut self, from: &Type, to: &Type) -> bool {
        // An open type that was bound before takes the more general of both.
        if let Type::Param(open) = to
            && let Some(bound) = self.known.get(open).cloned()
        {
            let fits = self.assign(from, &bound);
            let from = self.resolve(from, false);
            if fits && more_general(&from, &self.resolve(&bound, false)) && !contains(&from, *open) {
                self.known.insert(*open, from);
            }
            return fits;
        }
        let (from, to) = (self.resolve(from, false), self.resolve(to, false));
        match (&from, &to) {
            (Type::Param(a), Type::Param(b)) if a == b => true,
            (Type::Param(open), other) | (other, Type::Param(open)) => self.bind(*open, other),
            (Type::Dyn, _) | (_, Type::Dyn) => true,
            (Type::Null, other) | (other, Type::Null) if other.takes_null() => true,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => self.assign(a, b),
            (Type::Map(ak, av), Type::Map(bk, bv)) => self.assign(ak, bk) && self.assign(av, bv),
            _ => from == to,
        }
    }

    fn bind(&mut self, open: usize, to: &Type) -> bool {
        if contains(to, open) {
            return false;
        }
        self.known.insert(open, to.clone());
        true
    }

    /// The type that covers both, or dyn.
    pub(crate) fn join(&mut self, left: &Type, right: &Type) -> Type {
        let before = self.clone();
        let (a, b) = (self.resolve(left, false), self.resolve(right, false));
        if a == Type::Dyn || b == Type::Dyn {
            return Type::Dyn;
        }
        if self.assign(&b, &a) {
            return self.resolve(&a, false);
        }
        *self = before;
        Type::Dyn
    }

    /// A signature with open types of its own.
    pub(crate) fn instantiate(&mut self, signature: &Signature) -> Signature {
        let base = self.next + 1;
        self.next += 8;
        Signature {
            parameters: signature.parameters.iter().map(|one| shift(one, base)).collect(),
            result: shift(&signature.result, base),
            ..signature.clone()
        }
    }
}

/// Says `left` less than `right`, somewhere inside?
fn more_general(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Dyn, other) => *other != Type::Dyn,
        (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => more_general(a, b),
        (Type::Map(ak, av), Type::Map(bk, bv)) => more_general(ak, bk) || more_general(av, bv),
        _ => false,
    }
}

fn contains(inside: &Type, open: usize) -> bool {
    match inside {
        Type::Param(index) => *index == open,
        Type::List(inner) | Type::Optional(inner) => contains(inner, open),
        Type::Map(key, value) => contains(key, open) || contains(value, open),
        _ => false,
    }
}

fn shift(one: &Type, base: usize) -> Type {
    match one {
        Type::Param(index) => Type::Param(base + index),
        Type::List(inner) => Type::list(shift(inner, base)),
        Type::Optional(inner) => Type::optional(shift(inner, base)),
        Type::Map(key, value) => Type::map(shift(key, base), shift(value, base)),
        other => other.clone(),
    }
}

/// What a function takes and gives. The receiver of a member function is its first parameter.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) member: bool,
    pub(crate) parameters: Vec<Type>,
    pub(crate) result: Type,
}

/// The type of the variable `authorizer`.
pub(crate) const AUTHORIZER: &str = "kubernetes.authorization.Authorizer";

/// The type of the variable `authorizer.requestResource`.
pub(crate) const RESOURCE_CHECK: &str = "kubernetes.authorization.ResourceCheck";

/// Library types by the short names of signatures.
const OPAQUE: [(&str, &str); 13] = [
    ("Quantity", "kubernetes.Quantity"),
    ("IP", "net.IP"),
    ("CIDR", "net.CIDR"),
    ("URL", "kubernetes.URL"),
    ("Semver", "kubernetes.Semver"),
    ("Format", "kubernetes.NamedFormat"),
    ("Image", "kyverno.Image"),
    ("Authorizer", AUTHORIZER),
    ("PathCheck", "kubernetes.authorization.PathCheck"),
    ("GroupCheck", "kubernetes.authorization.GroupCheck"),
    ("ResourceCheck", RESOURCE_CHECK),
    ("Decision", "kubernetes.authorization.Decision"),
    ("HttpClient", "kyverno.HttpClient"),
];

impl Signature {
    /// Reads `receiver.name(parameters) -> result`; `None` if `text` is no signature.
    pub(crate) fn parse(text: &str) -> Option<Signature> {
        let (call, result) = text.split_once(" -> ")?;
        let call = call.strip_suffix(')')?;
        let open = outer_bracket(call)?;
        let (path, inner) = (&call[..open], &call[open + 1..]);
        let mut parameters = Vec::new();
        for parameter in split(inner) {
            parameters.push(read_type(parameter)?);
        }
        let receiver = path.rfind('.').and_then(|dot| Some((read_type(&path[..dot])?, &path[dot + 1..])));
        let result = read_type(result)?;
        match receiver {
            Some((receiver, name)) => {
                parameters.insert(0, receiver);
                Some(Signature { name: name.to_owned(), member: true, parameters, result })
            }
            None => Some(Signature { name: path.to_owned(), member: false, parameters, result }),
        }
    }
}

/// Where the last bracket opens that is not inside another.
fn outer_bracket(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The parts of a list, at commas outside brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

fn read_type(text: &str) -> Option<Type> {
    Some(match text {
        "dyn" => Type::Dyn,
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "type" => Type::Type,
        "A" => Type::Param(0),
        "B" => Type::Param(1),
        _ => match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some(("list", item)) => Type::list(read_type(item)?),
            Some(("optional", item)) => Type::optional(read_type(item)?),
            Some(("map", inner)) => match split(inner).as_slice() {
                [key, value] => Type::map(read_type(key)?, read_type(value)?),
                _ => return None,
            },
            _ => Type::Opaque(OPAQUE.iter().find(|(short, _)| *short == text)?.1),
        },
    })
}
