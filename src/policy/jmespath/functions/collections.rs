//! Functions that take maps and lists apart and put them together.

use super::super::interpreter::Outcome;
use super::{ARRAY, Arguments, Array, Function, Object, STRING, SearchError, TEXT, Takes, Type, count};
use serde_json::{Map, Value};

const EITHER: &[Type] = &[Object, Array];

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "lookup", takes: Takes::Exactly(&[EITHER, TEXT]), call: |_, a| lookup(a) },
    Function { name: "items", takes: Takes::Exactly(&[EITHER, STRING, STRING]), call: |_, a| items(a) },
    Function {
        name: "object_from_lists",
        takes: Takes::Exactly(&[ARRAY, ARRAY]),
        call: |_, a| object_from_lists(a),
    },
];

fn lookup(arguments: &Arguments<'_>) -> Outcome<Value> {
    let fault = |message: &str| Err(SearchError::function("lookup", message));
    match (arguments.value(0), arguments.value(1)) {
        (Value::Object(map), Value::String(key)) => Ok(map.get(key).cloned().unwrap_or_default()),
        (Value::Object(_), _) => fault("argument #2 is not of type String"),
        (_, Value::String(_)) => fault("argument #2 is not of type Number"),
        _ => {
            let index = arguments.number(1);
            if index.fract() != 0.0 {
                return fault("the index is not a whole number");
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked: not negative"
            )]
            let item = (index >= 0.0).then(|| arguments.items(0).get(index as usize)).flatten();
            Ok(item.cloned().unwrap_or_default())
        }
    }
}

fn items(arguments: &Arguments<'_>) -> Outcome<Value> {
    let entry = |key: Value, value: &Value| {
        let pair = [(arguments.str(1).to_owned(), key), (arguments.str(2).to_owned(), value.clone())];
        Value::Object(Map::from_iter(pair))
    };
    if let Value::Object(map) = arguments.value(0) {
        let mut sorted: Vec<_> = map.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        return Ok(sorted.into_iter().map(|(key, value)| entry(key.as_str().into(), value)).collect());
    }
    arguments.items(0).iter().enumerate().map(|(index, value)| Ok(entry(count(index)?, value))).collect()
}

fn object_from_lists(arguments: &Arguments<'_>) -> Outcome<Value> {
    let mut map = Map::new();
    for (index, key) in arguments.items(0).iter().enumerate() {
        let key = key.as_str().ok_or_else(|| {
            SearchError::function("object_from_lists", "argument #1 is not of type StringArray")
        })?;
        map.insert(key.to_owned(), arguments.items(1).get(index).cloned().unwrap_or_default());
    }
    Ok(Value::Object(map))
}
