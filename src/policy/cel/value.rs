//! The values of CEL at run time.

use crate::kube::Quantity;
use crate::kube::image::ImageRef;
use crate::policy::gotime::Time;
use crate::policy::semver::Version;
use serde_json::{Number, Value as Json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A value. Copies are cheap.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer, written `1u`.
    Uint(u64),
    /// A double: every number of an object under test.
    Double(f64),
    /// A text.
    String(Arc<str>),
    /// Bytes, written `b"…"`.
    Bytes(Arc<[u8]>),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A map; iterated in the order of its keys.
    Map(Arc<BTreeMap<Key, Value>>),
    /// A span of time in nanoseconds.
    Duration(i64),
    /// A point in time.
    Timestamp(Time),
    /// A type, as `type(x)` gives it.
    Type(Arc<str>),
    /// An optional value.
    Optional(Option<Arc<Value>>),
    /// A value of one of the Kubernetes and Kyverno libraries.
    Opaque(Arc<Opaque>),
    /// A value of a constructed type such as `Object{…}` or `JSONPatch{…}`.
    Struct(Arc<str>, Arc<BTreeMap<Key, Value>>),
}

/// The values of the libraries.
#[derive(Debug, Clone, PartialEq)]
pub enum Opaque {
    /// `quantity("1Gi")`.
    Quantity(Quantity),
    /// `ip("10.0.0.1")`.
    Ip(IpAddr),
    /// `cidr("10.0.0.0/8")`: address and length of the prefix.
    Cidr(IpAddr, u8),
    /// `url("https://…")`.
    Url(Url),
    /// `semver("1.2.3")`.
    Semver(Version),
    /// `format.uri()`: the name of the format.
    Format(&'static str),
    /// `image("nginx")`.
    Image(ImageRef),
}

/// A URL in its parts, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Url {
    /// The whole text.
    pub text: String,
    /// The scheme, empty for a bare path.
    pub scheme: String,
    /// Host and port.
    pub host: String,
    /// The path as written.
    pub path: String,
    /// What follows `?`.
    pub query: String,
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A text.
    String(Arc<str>),
}

impl Value {
    /// An empty map.
    pub fn empty_map() -> Value {
        Value::Map(Arc::default())
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(Arc::new(items.into_iter().collect()))
    }

    /// A map with text keys.
    pub fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
        Value::Map(Arc::new(entries.into_iter().map(|(key, value)| (Key::from(key), value)).collect()))
    }

    /// An optional that holds `value`.
    pub fn some(value: Value) -> Value {
        Value::Optional(Some(Arc::new(value)))
    }

    /// JSON with every number as a double, which is how Kyverno's command line hands objects to CEL.
    pub fn from_json(json: &Json) -> Value {
        Value::convert(json, &|number| Value::Double(number.as_f64().unwrap_or_default()))
    }

    /// JSON with whole numbers as integers, which is how `request.object` and parameters arrive.
    pub fn from_json_with_integers(json: &Json) -> Value {
        Value::convert(json, &|number| {
            let double = Value::Double(number.as_f64().unwrap_or_default());
            double.as_whole().map_or(double, Value::Int)
        })
    }

    fn convert(json: &Json, number: &dyn Fn(&Number) -> Value) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(value) => number(value),
            Json::String(text) => Value::from(text.as_str()),
            Json::Array(items) => Value::list(items.iter().map(|item| Value::convert(item, number))),
            Json::Object(map) => {
                Value::map(map.iter().map(|(key, item)| (key.as_str(), Value::convert(item, number))))
            }
        }
    }

    /// This value as JSON; `None` for what JSON cannot hold. Whole doubles become integers.
    pub fn to_json(&self) -> Option<Json> {
        Some(match self {
            Value::Null => Json::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Int(number) => (*number).into(),
            Value::Uint(number) => (*number).into(),
            Value::Double(number) => json_double(*number)?,
            Value::String(text) => text.as_ref().into(),
            Value::Bytes(bytes) => crate::policy::base64::encode(bytes).into(),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect::<Option<_>>()?),
            Value::Map(map) | Value::Struct(_, map) => {
                let entries = map.iter().map(|(key, value)| Some((key.to_string(), value.to_json()?)));
                Json::Object(entries.collect::<Option<_>>()?)
            }
            Value::Duration(_) | Value::Timestamp(_) => super::text::string(self).ok()?.into(),
            Value::Optional(Some(value)) => value.to_json()?,
            Value::Optional(None) => Json::Null,
            Value::Opaque(opaque) => match opaque.as_ref() {
                Opaque::Quantity(quantity) => quantity.to_string().into(),
                Opaque::Ip(address) => address.to_string().into(),
                Opaque::Url(url) => url.text.as_str().into(),
                _ => return None,
            },
            Value::Type(_) => return None,
        })
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The name of this value's type, as `type(x)` prints it.
    pub fn type_name(&self) -> &str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Uint(_) => "uint",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Duration(_) => "google.protobuf.Duration",
            Value::Timestamp(_) => "google.protobuf.Timestamp",
            Value::Type(_) => "type",
            Value::Optional(_) => "optional_type",
            Value::Struct(name, _) => name,
            Value::Opaque(opaque) => match opaque.as_ref() {
                Opaque::Quantity(_) => "kubernetes.Quantity",
                Opaque::Ip(_) => "net.IP",
                Opaque::Cidr(..) => "net.CIDR",
                Opaque::Url(_) => "kubernetes.URL",
                Opaque::Semver(_) => "kubernetes.Semver",
                Opaque::Format(_) => "kubernetes.NamedFormat",
                Opaque::Image(_) => "kyverno.Image",
            },
        }
    }

    /// Equality over all types: numbers by amount, everything else only within its own type.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::String(a), Value::String(b)) | (Value::Type(a), Value::Type(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a.compare(*b).is_eq(),
            (Value::Opaque(a), Value::Opaque(b)) => a == b,
            (Value::Optional(None), Value::Optional(None)) => true,
            (Value::Optional(Some(a)), Value::Optional(Some(b))) => a.equals(b),
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b))
            }
            (Value::Map(a), Value::Map(b)) => equal_maps(a, b),
            (Value::Struct(name, a), Value::Struct(other, b)) => name == other && equal_maps(a, b),
            _ => self.compare_numbers(other) == Some(Ordering::Equal),
        }
    }

    /// The order of two numbers of any kinds; `None` if one is no number or NaN.
    pub fn compare_numbers(&self, other: &Value) -> Option<Ordering> {
        let integer = |value: &Value| match value {
            Value::Int(number) => Some(i128::from(*number)),
            Value::Uint(number) => Some(i128::from(*number)),
            _ => None,
        };
        match (integer(self), integer(other)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => self.as_double()?.partial_cmp(&other.as_double()?),
        }
    }

    /// The order within one type, or of two numbers; `None` if there is no order.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.compare(*b)),
            _ => self.compare_numbers(other),
        }
    }

    /// Any number as a double.
    #[expect(clippy::cast_precision_loss, reason = "CEL compares mixed numbers as doubles")]
    pub fn as_double(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Uint(number) => Some(*number as f64),
            Value::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// The whole number that this number is, for indices and keys.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    pub fn as_whole(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Uint(number) => i64::try_from(*number).ok(),
            Value::Double(number) if number.fract() == 0.0 && number.abs() < 9.2e18 => Some(*number as i64),
            _ => None,
        }
    }

    /// The value at `key` of a map; numbers of any kind find integer keys.
    pub fn get<'m>(map: &'m BTreeMap<Key, Value>, key: &Value) -> Option<&'m Value> {
        match key {
            Value::String(text) => map.get(&Key::String(text.clone())),
            Value::Bool(flag) => map.get(&Key::Bool(*flag)),
            number => {
                let whole = number.as_whole()?;
                map.get(&Key::Int(whole)).or_else(|| map.get(&Key::Uint(u64::try_from(whole).ok()?)))
            }
        }
    }

    /// The zero values that `optional.ofNonZeroValue` leaves out.
    pub fn is_zero(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Bool(flag) => !flag,
            Value::Int(number) | Value::Duration(number) => *number == 0,
            Value::Uint(number) => *number == 0,
            Value::Double(number) => *number == 0.0,
            Value::String(text) => text.is_empty(),
            Value::Bytes(bytes) => bytes.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) | Value::Struct(_, map) => map.is_empty(),
            Value::Optional(inner) => inner.is_none(),
            Value::Timestamp(_) | Value::Type(_) | Value::Opaque(_) => false,
        }
    }

    /// What this value counts for in steps.
    pub(crate) fn size(&self) -> usize {
        match self {
            Value::String(text) => 1 + text.len() / 64,
            Value::Bytes(bytes) => 1 + bytes.len() / 64,
            Value::List(items) => 1 + items.len(),
            Value::Map(map) | Value::Struct(_, map) => 1 + map.len(),
            _ => 1,
        }
    }
}

fn equal_maps(a: &BTreeMap<Key, Value>, b: &BTreeMap<Key, Value>) -> bool {
    a.len() == b.len() && a.iter().all(|(key, a)| Value::get(b, &key.to_value()).is_some_and(|b| a.equals(b)))
}

fn json_double(number: f64) -> Option<Json> {
    match Value::Double(number).as_whole() {
        Some(whole) => Some(whole.into()),
        None => Number::from_f64(number).map(Json::Number),
    }
}

impl Key {
    /// The key as a value.
    pub fn to_value(&self) -> Value {
        match self {
            Key::Bool(flag) => Value::Bool(*flag),
            Key::Int(number) => Value::Int(*number),
            Key::Uint(number) => Value::Uint(*number),
            Key::String(text) => Value::String(text.clone()),
        }
    }

    /// The key that `value` can be, if any; a double is none in a literal.
    pub fn from_value(value: &Value) -> Option<Key> {
        Some(match value {
            Value::Bool(flag) => Key::Bool(*flag),
            Value::Int(number) => Key::Int(*number),
            Value::Uint(number) => Key::Uint(*number),
            Value::String(text) => Key::String(text.clone()),
            _ => return None,
        })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::Bool(flag) => write!(f, "{flag}"),
            Key::Int(number) => write!(f, "{number}"),
            Key::Uint(number) => write!(f, "{number}"),
            Key::String(text) => f.write_str(text),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        Key::String(text.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Double(number)
    }
}

impl From<Opaque> for Value {
    fn from(opaque: Opaque) -> Value {
        Value::Opaque(Arc::new(opaque))
    }
}
