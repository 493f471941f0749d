//! Certificates and certificate requests as `x509_decode` shows them: the fields of Go's structs.
//!
//! Only RSA is read, as in Kyverno. What a certificate holds beyond the fields known here is not left out but refused, so
//! that no policy looks at half of a certificate.

mod der;

use super::base64;
use der::{BITS, Element, IDENTIFIER, INTEGER, OCTETS, Reader, SEQUENCE, SET, malformed};
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a text is not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Kyverno refuses it as well.
    Error(String),
    /// It holds something that is not read here.
    Unsupported(String),
}

type Decoded<T> = Result<T, Fault>;

const RSA: [u64; 7] = [1, 2, 840, 113_549, 1, 1, 1];
/// Versions are counted from 0.
const LAST_VERSION: i64 = 2;
/// Signature algorithms by the last number of their identifiers below [`RSA`]'s parent, with Go's numbers.
const SIGNATURES: [(u64, i64); 5] = [(4, 2), (5, 3), (11, 4), (12, 5), (13, 6)];
/// Purposes below 1.3.6.1.5.5.7.3 with Go's numbers.
const PURPOSES: [(u64, i64); 8] = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)];
/// The parts of a name below 2.5.4 with the fields that collect them.
const NAME_LISTS: [(u64, &str); 7] = [
    (6, "Country"),
    (7, "Locality"),
    (8, "Province"),
    (9, "StreetAddress"),
    (10, "Organization"),
    (11, "OrganizationalUnit"),
    (17, "PostalCode"),
];

/// The certificate or request in the first PEM block of `text`.
pub(crate) fn decode(text: &str) -> Decoded<Value> {
    let (label, der) = pem(text).ok_or_else(|| Fault::Error("failed to decode PEM block".to_owned()))?;
    match label {
        "CERTIFICATE" => certificate(&der),
        "CERTIFICATE REQUEST" => request(&der),
        other => Err(Fault::Error(format!(
            "PEM block neither contains x509 certificate nor x509 certificate request: {other}"
        ))),
    }
}

fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    Some((label, base64::decode(&body).ok()?))
}

fn certificate(der: &[u8]) -> Decoded<Value> {
    let whole = Reader { rest: der }.expect(SEQUENCE)?;
    let mut outer = whole.reader();
    let (signed, algorithm, signature) =
        (outer.expect(SEQUENCE)?, outer.expect(SEQUENCE)?, outer.expect(BITS)?);
    let mut inner = signed.reader();
    let version = match inner.optional(0xa0)? {
        Some(version) => version.reader().expect(INTEGER)?.number()?,
        None => 0,
    };
    if version > LAST_VERSION {
        return Err(Fault::Error("x509: invalid version".to_owned()));
    }
    let serial = inner.expect(INTEGER)?;
    inner.expect(SEQUENCE)?;
    let issuer = inner.expect(SEQUENCE)?;
    let mut validity = inner.expect(SEQUENCE)?.reader();
    let (from, until) = (validity.next()?.time()?, validity.next()?.time()?);
    let (subject, key) = (inner.expect(SEQUENCE)?, inner.expect(SEQUENCE)?);
    let public_key = public_key(key, "certificate")?;
    let mut fields = json!({
        "Raw": base64::encode(whole.whole), "RawTBSCertificate": base64::encode(signed.whole),
        "RawSubjectPublicKeyInfo": base64::encode(key.whole), "RawSubject": base64::encode(subject.whole),
        "RawIssuer": base64::encode(issuer.whole), "Signature": base64::encode(signature.bits()?),
        "SignatureAlgorithm": signature_algorithm(algorithm)?, "PublicKeyAlgorithm": 1,
        "PublicKey": public_key, "Version": version + 1,
        "SerialNumber": serial.decimal()?.parse::<f64>().unwrap_or_default(),
        "Issuer": name(issuer)?, "Subject": name(subject)?, "NotBefore": from, "NotAfter": until,
    });
    for field in UNSET {
        fields[*field] = Value::Null;
    }
    for (field, value) in UNSET_PLAIN {
        fields[*field] = if value.is_empty() { json!(0) } else { json!(false) };
    }
    inner.optional(0xa1)?;
    inner.optional(0xa2)?;
    if let Some(extensions) = inner.optional(0xa3)? {
        let list = extensions.reader().expect(SEQUENCE)?.items()?;
        fields["Extensions"] =
            Value::Array(list.iter().map(|one| extension(*one, &mut fields)).collect::<Decoded<_>>()?);
    }
    Ok(fields)
}

/// The fields that are null until an extension fills them.
const UNSET: &[&str] = &[
    "Extensions",
    "ExtraExtensions",
    "UnhandledCriticalExtensions",
    "ExtKeyUsage",
    "UnknownExtKeyUsage",
    "SubjectKeyId",
    "AuthorityKeyId",
    "OCSPServer",
    "IssuingCertificateURL",
    "DNSNames",
    "EmailAddresses",
    "IPAddresses",
    "URIs",
    "PermittedDNSDomains",
    "ExcludedDNSDomains",
    "PermittedIPRanges",
    "ExcludedIPRanges",
    "PermittedEmailAddresses",
    "ExcludedEmailAddresses",
    "PermittedURIDomains",
    "ExcludedURIDomains",
    "CRLDistributionPoints",
    "PolicyIdentifiers",
    "Policies",
    "PolicyMappings",
];
/// Those that are 0, or false where marked.
const UNSET_PLAIN: &[(&str, &str)] = &[
    ("KeyUsage", ""),
    ("MaxPathLen", ""),
    ("InhibitAnyPolicy", ""),
    ("InhibitPolicyMapping", ""),
    ("RequireExplicitPolicy", ""),
    ("BasicConstraintsValid", "flag"),
    ("IsCA", "flag"),
    ("MaxPathLenZero", "flag"),
    ("PermittedDNSDomainsCritical", "flag"),
    ("InhibitAnyPolicyZero", "flag"),
    ("InhibitPolicyMappingZero", "flag"),
    ("RequireExplicitPolicyZero", "flag"),
];

fn request(der: &[u8]) -> Decoded<Value> {
    let whole = Reader { rest: der }.expect(SEQUENCE)?;
    let mut outer = whole.reader();
    let (signed, algorithm, signature) =
        (outer.expect(SEQUENCE)?, outer.expect(SEQUENCE)?, outer.expect(BITS)?);
    let mut inner = signed.reader();
    let version = inner.expect(INTEGER)?.number()?;
    let (subject, key) = (inner.expect(SEQUENCE)?, inner.expect(SEQUENCE)?);
    if inner.optional(0xa0)?.is_some_and(|attributes| !attributes.body.is_empty()) {
        return Err(Fault::Unsupported("certificate requests with attributes".to_owned()));
    }
    Ok(json!({
        "Raw": base64::encode(whole.whole), "RawTBSCertificateRequest": base64::encode(signed.whole),
        "RawSubjectPublicKeyInfo": base64::encode(key.whole), "RawSubject": base64::encode(subject.whole),
        "Version": version, "Signature": base64::encode(signature.bits()?),
        "SignatureAlgorithm": signature_algorithm(algorithm)?, "PublicKeyAlgorithm": 1,
        "PublicKey": public_key(key, "certificate request")?, "Subject": name(subject)?,
        "Attributes": null, "Extensions": null, "ExtraExtensions": null, "DNSNames": null,
        "EmailAddresses": null, "IPAddresses": null, "URIs": null,
    }))
}

fn signature_algorithm(algorithm: Element<'_>) -> Decoded<i64> {
    let identifier = algorithm.reader().expect(IDENTIFIER)?.identifier()?;
    let known = SIGNATURES.iter().find(|(last, _)| {
        identifier.len() == RSA.len() && identifier[..6] == RSA[..6] && identifier.last() == Some(last)
    });
    known
        .map(|(_, number)| *number)
        .ok_or_else(|| Fault::Unsupported("certificates signed by other algorithms than RSA".to_owned()))
}

fn public_key(key: Element<'_>, what: &str) -> Decoded<Value> {
    let mut reader = key.reader();
    let algorithm = reader.expect(SEQUENCE)?.reader().expect(IDENTIFIER)?.identifier()?;
    if algorithm != RSA {
        return Err(Fault::Error(format!("{what} should use rsa algorithm")));
    }
    let bits = reader.expect(BITS)?.bits()?;
    let mut numbers = Reader { rest: bits }.expect(SEQUENCE)?.reader();
    let (modulus, exponent) = (numbers.expect(INTEGER)?, numbers.expect(INTEGER)?);
    Ok(json!({"N": modulus.decimal()?, "E": exponent.number()?}))
}

fn name(sequence: Element<'_>) -> Decoded<Value> {
    let mut fields = Map::new();
    NAME_LISTS.iter().for_each(|(_, field)| {
        fields.insert((*field).to_owned(), Value::Null);
    });
    fields.extend([("SerialNumber".to_owned(), "".into()), ("CommonName".to_owned(), "".into())]);
    fields.insert("ExtraNames".to_owned(), Value::Null);
    let mut names = Vec::new();
    for set in sequence.items()?.into_iter().filter(|set| set.tag == SET) {
        for pair in set.items()? {
            let mut reader = pair.reader();
            let (kind, value) = (reader.expect(IDENTIFIER)?.identifier()?, reader.next()?.text());
            if let [2, 5, 4, number] = kind.as_slice() {
                place_name(&mut fields, *number, &value);
            }
            names.push(json!({"Type": kind, "Value": value}));
        }
    }
    fields.insert("Names".to_owned(), names.into());
    Ok(Value::Object(fields))
}

fn place_name(fields: &mut Map<String, Value>, number: u64, value: &str) {
    match (number, NAME_LISTS.iter().find(|(known, _)| *known == number)) {
        (3, _) => fields["CommonName"] = value.into(),
        (5, _) => fields["SerialNumber"] = value.into(),
        (_, Some((_, field))) => append(&mut fields[*field], value.into()),
        _ => {}
    }
}

fn append(list: &mut Value, value: Value) {
    match list {
        Value::Array(items) => items.push(value),
        other => *other = json!([value]),
    }
}

/// One extension as it is listed; what it says goes into `fields`.
fn extension(element: Element<'_>, fields: &mut Value) -> Decoded<Value> {
    let mut reader = element.reader();
    let identifier = reader.expect(IDENTIFIER)?.identifier()?;
    let critical = reader.flag()?;
    let value = reader.expect(OCTETS)?;
    let content = || Reader { rest: value.body };
    match identifier.as_slice() {
        [2, 5, 29, 14] => fields["SubjectKeyId"] = base64::encode(content().expect(OCTETS)?.body).into(),
        [2, 5, 29, 15] => fields["KeyUsage"] = key_usage(content().expect(BITS)?.bits()?).into(),
        [2, 5, 29, 17] => alternative_names(content().expect(SEQUENCE)?, fields)?,
        [2, 5, 29, 19] => basic_constraints(content().expect(SEQUENCE)?, fields)?,
        [2, 5, 29, 35] => {
            if let Some(key) = content().expect(SEQUENCE)?.reader().optional(0x80)? {
                fields["AuthorityKeyId"] = base64::encode(key.body).into();
            }
        }
        [2, 5, 29, 37] => purposes(content().expect(SEQUENCE)?, fields)?,
        other => {
            let dotted: Vec<String> = other.iter().map(u64::to_string).collect();
            return Err(Fault::Unsupported(format!("certificates with the extension {}", dotted.join("."))));
        }
    }
    Ok(json!({"Id": identifier, "Critical": critical, "Value": base64::encode(value.body)}))
}

/// The bits of a key usage with the first as the lowest.
fn key_usage(bits: &[u8]) -> i64 {
    let set = |index: usize| bits.get(index / 8).is_some_and(|byte| byte >> (7 - index % 8) & 1 == 1);
    (0..9).filter(|index| set(*index)).map(|index| 1 << index).sum()
}

fn alternative_names(list: Element<'_>, fields: &mut Value) -> Decoded<()> {
    for item in list.items()? {
        match (item.tag, item.body) {
            (0x81, _) => append(&mut fields["EmailAddresses"], item.text().into()),
            (0x82, _) => append(&mut fields["DNSNames"], item.text().into()),
            (0x87, body) => {
                let four = <[u8; 4]>::try_from(body).map(|bytes| Ipv4Addr::from(bytes).to_string());
                let sixteen = || <[u8; 16]>::try_from(body).map(|bytes| Ipv6Addr::from(bytes).to_string());
                let address = four.or_else(|_| sixteen()).map_err(|_| malformed())?;
                append(&mut fields["IPAddresses"], address.into());
            }
            (0x86, _) => return Err(Fault::Unsupported("certificates with URIs".to_owned())),
            _ => {}
        }
    }
    Ok(())
}

fn basic_constraints(list: Element<'_>, fields: &mut Value) -> Decoded<()> {
    let mut reader = list.reader();
    let is_authority = reader.flag()?;
    let longest = match reader.optional(INTEGER)? {
        Some(number) => number.number()?,
        None => -1,
    };
    fields["BasicConstraintsValid"] = true.into();
    fields["IsCA"] = is_authority.into();
    fields["MaxPathLen"] = longest.into();
    fields["MaxPathLenZero"] = (longest == 0).into();
    Ok(())
}

fn purposes(list: Element<'_>, fields: &mut Value) -> Decoded<()> {
    for item in list.items()? {
        let identifier = item.identifier()?;
        let known = match identifier.as_slice() {
            [1, 3, 6, 1, 5, 5, 7, 3, last] => {
                PURPOSES.iter().find(|(number, _)| number == last).map(|(_, go)| *go)
            }
            [2, 5, 29, 37, 0] => Some(0),
            _ => None,
        };
        match known {
            Some(number) => append(&mut fields["ExtKeyUsage"], number.into()),
            None => append(&mut fields["UnknownExtKeyUsage"], json!(identifier)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_an_error() {
        for text in [
            "x",
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIT/\n-----END CERTIFICATE-----",
        ] {
            assert!(matches!(decode(text), Err(Fault::Error(_))), "{text}");
        }
    }

    #[test]
    fn identifiers_and_usages_are_read() {
        let element =
            Element { tag: IDENTIFIER, body: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], whole: &[] };
        assert_eq!(element.identifier(), Ok(RSA.to_vec()));
        assert_eq!(key_usage(&[0b1010_0000]), 1 + 4);
    }
}
