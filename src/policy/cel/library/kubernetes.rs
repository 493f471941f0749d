//! Quantities, versions and named formats.

use super::super::error::EvalError;
use super::super::eval::Outcome;
use super::super::value::{Opaque, Value};
use super::{Table, maybe, text};
use crate::kube::{Format, Quantity};
use crate::policy::gotime::Time;
use crate::policy::regexp;
use crate::policy::semver::Version;

const NANO: i128 = 1_000_000_000;

pub(super) const FUNCTIONS: Table = &[
    ("quantity(string) -> Quantity", |_, v| {
        read_quantity(text(v, 0)).map(|found| Opaque::Quantity(found).into())
    }),
    ("isQuantity(string) -> bool", |_, v| Ok(read_quantity(text(v, 0)).is_ok().into())),
    ("Quantity.isInteger() -> bool", |_, v| Ok(whole(quantity(v, 0)?).is_some().into())),
    ("Quantity.asInteger() -> int", |_, v| {
        whole(quantity(v, 0)?)
            .map(Value::Int)
            .ok_or_else(|| EvalError::new("cannot convert value to integer"))
    }),
    ("Quantity.asApproximateFloat() -> double", |_, v| Ok(approximate(quantity(v, 0)?).into())),
    ("Quantity.add(Quantity|int) -> Quantity", |_, v| combine(v, |a, b| a.checked_add(b))),
    ("Quantity.sub(Quantity|int) -> Quantity", |_, v| combine(v, |a, b| a.checked_sub(b))),
    ("Quantity.isGreaterThan(Quantity) -> bool", |_, v| Ok((quantity(v, 0)? > quantity(v, 1)?).into())),
    ("Quantity.isLessThan(Quantity) -> bool", |_, v| Ok((quantity(v, 0)? < quantity(v, 1)?).into())),
    ("Quantity.compareTo(Quantity) -> int", |_, v| Ok((quantity(v, 0)?.cmp(&quantity(v, 1)?) as i64).into())),
    ("semver(string) -> Semver", |_, v| {
        read_semver(text(v, 0), false).map(|found| Opaque::Semver(found).into())
    }),
    ("semver(string, bool) -> Semver", |_, v| {
        read_semver(text(v, 0), is_true(v, 1)).map(|found| Opaque::Semver(found).into())
    }),
    ("isSemver(string) -> bool", |_, v| Ok(read_semver(text(v, 0), false).is_ok().into())),
    ("isSemver(string, bool) -> bool", |_, v| Ok(read_semver(text(v, 0), is_true(v, 1)).is_ok().into())),
    ("Semver.major() -> int", |_, v| part(semver(v, 0)?.major)),
    ("Semver.minor() -> int", |_, v| part(semver(v, 0)?.minor)),
    ("Semver.patch() -> int", |_, v| part(semver(v, 0)?.patch)),
    ("Semver.isGreaterThan(Semver) -> bool", |_, v| Ok(semver(v, 0)?.compare(semver(v, 1)?).is_gt().into())),
    ("Semver.isLessThan(Semver) -> bool", |_, v| Ok(semver(v, 0)?.compare(semver(v, 1)?).is_lt().into())),
    ("Semver.compareTo(Semver) -> int", |_, v| Ok((semver(v, 0)?.compare(semver(v, 1)?) as i64).into())),
    ("format.dns1123Label() -> Format", |_, _| Ok(Opaque::Format("dns1123Label").into())),
    ("format.dns1123Subdomain() -> Format", |_, _| Ok(Opaque::Format("dns1123Subdomain").into())),
    ("format.dns1035Label() -> Format", |_, _| Ok(Opaque::Format("dns1035Label").into())),
    ("format.dns1123LabelPrefix() -> Format", |_, _| Ok(Opaque::Format("dns1123LabelPrefix").into())),
    ("format.dns1123SubdomainPrefix() -> Format", |_, _| Ok(Opaque::Format("dns1123SubdomainPrefix").into())),
    ("format.dns1035LabelPrefix() -> Format", |_, _| Ok(Opaque::Format("dns1035LabelPrefix").into())),
    ("format.qualifiedName() -> Format", |_, _| Ok(Opaque::Format("qualifiedName").into())),
    ("format.labelValue() -> Format", |_, _| Ok(Opaque::Format("labelValue").into())),
    ("format.uri() -> Format", |_, _| Ok(Opaque::Format("uri").into())),
    ("format.uuid() -> Format", |_, _| Ok(Opaque::Format("uuid").into())),
    ("format.byte() -> Format", |_, _| Ok(Opaque::Format("byte").into())),
    ("format.date() -> Format", |_, _| Ok(Opaque::Format("date").into())),
    ("format.datetime() -> Format", |_, _| Ok(Opaque::Format("datetime").into())),
    ("format.named(string) -> optional(Format)", |_, v| {
        Ok(maybe(FORMATS.iter().find(|name| **name == text(v, 0)).map(|name| Opaque::Format(name).into())))
    }),
    ("Format.validate(string) -> optional(list(string))", |_, v| validate(v)),
];

const FORMATS: [&str; 13] = [
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "qualifiedName",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

fn is_true(values: &[Value], index: usize) -> bool {
    matches!(values.get(index), Some(Value::Bool(true)))
}

fn read_quantity(text: &str) -> Result<Quantity, EvalError> {
    Quantity::parse(text).ok_or_else(|| {
        EvalError::new(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        )
    })
}

/// The quantity at `index`; a whole number is one too.
fn quantity(values: &[Value], index: usize) -> Result<Quantity, EvalError> {
    match values.get(index) {
        Some(Value::Opaque(opaque)) => match opaque.as_ref() {
            Opaque::Quantity(quantity) => Ok(*quantity),
            _ => Err(EvalError::no_overload()),
        },
        Some(Value::Int(number)) => Ok(Quantity::from_nanos(i128::from(*number) * NANO, Format::Decimal)),
        _ => Err(EvalError::no_overload()),
    }
}

fn whole(quantity: Quantity) -> Option<i64> {
    let nanos = quantity.nanos();
    if nanos % NANO == 0 { i64::try_from(nanos / NANO).ok() } else { None }
}

#[expect(clippy::cast_precision_loss, reason = "the function promises only an approximation")]
fn approximate(quantity: Quantity) -> f64 {
    whole(quantity).map_or(quantity.nanos() as f64 / NANO as f64, |whole| whole as f64)
}

fn combine(values: &[Value], operation: fn(i128, i128) -> Option<i128>) -> Outcome {
    let (left, right) = (quantity(values, 0)?, quantity(values, 1)?);
    let nanos = operation(left.nanos(), right.nanos()).ok_or_else(|| EvalError::new("quantity overflow"))?;
    Ok(Opaque::Quantity(Quantity::from_nanos(nanos, left.format())).into())
}

/// A version; with `normalise` a leading `v`, missing parts and leading zeros are mended.
fn read_semver(text: &str, normalise: bool) -> Result<Version, EvalError> {
    let mended = if normalise { normalised(text) } else { text.to_owned() };
    Version::parse(&mended).ok_or_else(|| {
        EvalError::new(format!("semver parse error during conversion from string: {text:?} is no version"))
    })
}

fn normalised(text: &str) -> String {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(end);
    let mut parts: Vec<&str> = core
        .split('.')
        .map(|part| match part.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        })
        .collect();
    while parts.len() < 3 {
        parts.push("0");
    }
    format!("{}{rest}", parts.join("."))
}

fn semver(values: &[Value], index: usize) -> Result<&Version, EvalError> {
    match values.get(index) {
        Some(Value::Opaque(opaque)) => match opaque.as_ref() {
            Opaque::Semver(version) => Ok(version),
            _ => Err(EvalError::no_overload()),
        },
        _ => Err(EvalError::no_overload()),
    }
}

fn part(number: u64) -> Outcome {
    i64::try_from(number).map(Value::Int).map_err(|_| EvalError::new("integer overflow"))
}

/// The faults of a text under a format; none if it fits.
fn validate(values: &[Value]) -> Outcome {
    let Some(Value::Opaque(opaque)) = values.first() else { return Err(EvalError::no_overload()) };
    let Opaque::Format(format) = opaque.as_ref() else { return Err(EvalError::no_overload()) };
    let faults = faults(format, text(values, 1));
    Ok(maybe((!faults.is_empty()).then(|| Value::list(faults.into_iter().map(Value::from)))))
}

const LABEL_1123: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const LABEL_1035: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";

fn faults(format: &str, text: &str) -> Vec<String> {
    match format {
        "dns1123Label" => label(text, LABEL_1123, 63, RULE_1123),
        "dns1123LabelPrefix" => label(&masked_end(text), LABEL_1123, 63, RULE_1123),
        "dns1035Label" => label(text, LABEL_1035, 63, RULE_1035),
        "dns1035LabelPrefix" => label(&masked_end(text), LABEL_1035, 63, RULE_1035),
        "dns1123Subdomain" => label(text, &subdomain(), 253, RULE_SUBDOMAIN),
        "dns1123SubdomainPrefix" => label(&masked_end(text), &subdomain(), 253, RULE_SUBDOMAIN),
        "labelValue" => label(text, "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", 63, RULE_VALUE),
        "qualifiedName" => qualified(text),
        "uri" => fault_unless(fits(text, r"/.*|[A-Za-z][A-Za-z0-9+.-]*:.+"), "invalid URI"),
        "uuid" => {
            let hex = "[0-9a-fA-F]";
            let pattern = format!("{hex}{{8}}-?{hex}{{4}}-?{hex}{{4}}-?{hex}{{4}}-?{hex}{{12}}");
            fault_unless(fits(text, &pattern), "does not match the UUID format")
        }
        "byte" => fault_unless(crate::policy::base64::decode(text).is_ok(), "invalid base64"),
        "date" => fault_unless(Time::parse("2006-01-02", text).is_ok(), "invalid date"),
        _ => fault_unless(Time::parse_rfc3339(text).is_ok(), "invalid datetime"),
    }
}

const RULE_1123: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const RULE_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const RULE_SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const RULE_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const RULE_NAME: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

fn subdomain() -> String {
    format!(r"{LABEL_1123}(\.{LABEL_1123})*")
}

fn fits(text: &str, pattern: &str) -> bool {
    regexp::compile(&format!("^({pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

fn fault_unless(fits: bool, fault: &str) -> Vec<String> {
    if fits { Vec::new() } else { vec![fault.to_owned()] }
}

fn label(text: &str, pattern: &str, longest: usize, rule: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > longest {
        faults.push(format!("must be no more than {longest} characters"));
    }
    faults.extend(fault_unless(fits(text, pattern), rule));
    faults
}

/// A prefix may end in a dash, since more follows.
fn masked_end(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(head) if !head.is_empty() => format!("{head}a"),
        _ => text.to_owned(),
    }
}

fn qualified(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split('/').collect();
    let name = |name: &str| label(name, "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", 63, RULE_NAME);
    match parts.as_slice() {
        [one] => name(one),
        [prefix, one] => {
            let prefix = label(prefix, &subdomain(), 253, RULE_SUBDOMAIN).into_iter();
            prefix.map(|fault| format!("prefix part {fault}")).chain(name(one)).collect()
        }
        _ => vec![format!(
            "a qualified name {RULE_NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )],
    }
}
