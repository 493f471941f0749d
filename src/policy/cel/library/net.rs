//! Addresses, networks and URLs.

use super::super::error::EvalError;
use super::super::eval::Outcome;
use super::super::value::{Opaque, Url, Value};
use super::{Table, text};
use std::net::IpAddr;

pub(super) const FUNCTIONS: Table = &[
    ("ip(string) -> IP", |_, v| address(text(v, 0)).map(|ip| Opaque::Ip(ip).into())),
    ("isIP(string) -> bool", |_, v| Ok(address(text(v, 0)).is_ok().into())),
    ("ip.isCanonical(string) -> bool", |_, v| {
        address(text(v, 0)).map(|ip| (ip.to_string() == text(v, 0)).into())
    }),
    ("IP.family() -> int", |_, v| with_ip(v, |ip| Value::Int(if ip.is_ipv4() { 4 } else { 6 }))),
    ("IP.isUnspecified() -> bool", |_, v| with_ip(v, |ip| ip.is_unspecified().into())),
    ("IP.isLoopback() -> bool", |_, v| with_ip(v, |ip| ip.is_loopback().into())),
    ("IP.isLinkLocalMulticast() -> bool", |_, v| with_ip(v, |ip| is_link_local_multicast(ip).into())),
    ("IP.isLinkLocalUnicast() -> bool", |_, v| with_ip(v, |ip| is_link_local(ip).into())),
    ("IP.isGlobalUnicast() -> bool", |_, v| with_ip(v, |ip| is_global_unicast(ip).into())),
    ("cidr(string) -> CIDR", |_, v| network(text(v, 0)).map(|(ip, length)| Opaque::Cidr(ip, length).into())),
    ("isCIDR(string) -> bool", |_, v| Ok(network(text(v, 0)).is_ok().into())),
    ("CIDR.containsIP(string) -> bool", |_, v| {
        // A text that is no address finds no overload.
        let ip = address(text(v, 1)).map_err(|_| EvalError::no_overload())?;
        contains(v, ip, None)
    }),
    ("CIDR.containsIP(IP) -> bool", |_, v| match opaque(v, 1) {
        Some(Opaque::Ip(ip)) => contains(v, *ip, None),
        _ => Err(EvalError::no_overload()),
    }),
    ("CIDR.containsCIDR(string) -> bool", |_, v| {
        let (ip, length) = network(text(v, 1)).map_err(|_| EvalError::no_overload())?;
        contains(v, ip, Some(length))
    }),
    ("CIDR.containsCIDR(CIDR) -> bool", |_, v| match opaque(v, 1) {
        Some(Opaque::Cidr(ip, length)) => contains(v, *ip, Some(*length)),
        _ => Err(EvalError::no_overload()),
    }),
    ("CIDR.ip() -> IP", |_, v| with_cidr(v, |ip, _| Opaque::Ip(ip).into())),
    ("CIDR.masked() -> CIDR", |_, v| {
        with_cidr(v, |ip, length| Opaque::Cidr(masked(ip, length), length).into())
    }),
    ("CIDR.prefixLength() -> int", |_, v| with_cidr(v, |_, length| Value::Int(length.into()))),
    ("url(string) -> URL", |_, v| url(text(v, 0)).map(|url| Opaque::Url(url).into())),
    ("isURL(string) -> bool", |_, v| Ok(url(text(v, 0)).is_ok().into())),
    ("URL.getScheme() -> string", |_, v| with_url(v, |url| url.scheme.as_str().into())),
    ("URL.getHost() -> string", |_, v| with_url(v, |url| url.host.as_str().into())),
    ("URL.getHostname() -> string", |_, v| with_url(v, |url| host_and_port(&url.host).0.into())),
    ("URL.getPort() -> string", |_, v| with_url(v, |url| host_and_port(&url.host).1.into())),
    ("URL.getEscapedPath() -> string", |_, v| with_url(v, |url| url.path.as_str().into())),
    ("URL.getQuery() -> map(string, list(string))", |_, v| with_url(v, |url| query(&url.query))),
];

fn opaque(values: &[Value], index: usize) -> Option<&Opaque> {
    match values.get(index) {
        Some(Value::Opaque(opaque)) => Some(opaque),
        _ => None,
    }
}

fn with_ip(values: &[Value], answer: fn(&IpAddr) -> Value) -> Outcome {
    match opaque(values, 0) {
        Some(Opaque::Ip(ip)) => Ok(answer(ip)),
        _ => Err(EvalError::no_overload()),
    }
}

fn with_cidr(values: &[Value], answer: fn(IpAddr, u8) -> Value) -> Outcome {
    match opaque(values, 0) {
        Some(Opaque::Cidr(ip, length)) => Ok(answer(*ip, *length)),
        _ => Err(EvalError::no_overload()),
    }
}

fn with_url(values: &[Value], answer: fn(&Url) -> Value) -> Outcome {
    match opaque(values, 0) {
        Some(Opaque::Url(url)) => Ok(answer(url)),
        _ => Err(EvalError::no_overload()),
    }
}

/// An address; one with a zone or of IPv4 inside IPv6 is refused, as Kubernetes does.
fn address(text: &str) -> Result<IpAddr, EvalError> {
    let fault = |why: &str| {
        EvalError::new(format!("IP Address {text:?} parse error during conversion from string: {why}"))
    };
    let ip: IpAddr = text.parse().map_err(|_| fault("it is no address"))?;
    match ip {
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
            Err(fault("an IPv4-mapped IPv6 address is not allowed"))
        }
        ip => Ok(ip),
    }
}

fn network(text: &str) -> Result<(IpAddr, u8), EvalError> {
    let fault = |why: &str| {
        EvalError::new(format!("network address parse error during conversion from string: {text:?}: {why}"))
    };
    let (ip, length) = text.split_once('/').ok_or_else(|| fault("no '/'"))?;
    let ip = address(ip)?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let plain =
        length == "0" || (!length.starts_with('0') && length.bytes().all(|byte| byte.is_ascii_digit()));
    let length: Option<u8> = length.parse().ok().filter(|length| plain && *length <= most);
    length.map(|length| (ip, length)).ok_or_else(|| fault("bad prefix length"))
}

/// The address as a number, at the top of 128 bits.
fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or_default()
}

fn masked(ip: IpAddr, length: u8) -> IpAddr {
    let kept = bits(ip) & mask(length);
    match ip {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(kept >> 96).unwrap_or_default().into()),
        IpAddr::V6(_) => IpAddr::V6(kept.into()),
    }
}

/// Does the network of the receiver hold `ip`, and the whole network of `length` if one is given?
fn contains(values: &[Value], ip: IpAddr, length: Option<u8>) -> Outcome {
    let Some(Opaque::Cidr(base, own)) = opaque(values, 0) else { return Err(EvalError::no_overload()) };
    let inside = base.is_ipv4() == ip.is_ipv4() && (bits(*base) ^ bits(ip)) & mask(*own) == 0;
    Ok((inside && length.is_none_or(|length| length >= *own)).into())
}

fn is_link_local_multicast(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.octets()[..3] == [224, 0, 0],
        IpAddr::V6(v6) => v6.segments()[0] & 0xff0f == 0xff02,
    }
}

fn is_link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn is_global_unicast(ip: &IpAddr) -> bool {
    let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
    !(broadcast || ip.is_unspecified() || ip.is_loopback() || ip.is_multicast() || is_link_local(ip))
}

/// An absolute URL or an absolute path, as Go's `url.ParseRequestURI` takes it.
fn url(text: &str) -> Result<Url, EvalError> {
    let fault = |why: &str| {
        EvalError::new(format!("URL parse error during conversion from string: parse {text:?}: {why}"))
    };
    if text.is_empty() || text.chars().any(|c| c.is_control()) {
        return Err(fault("invalid URI for request"));
    }
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        _ if text.starts_with('/') => (String::new(), text),
        _ => return Err(fault("invalid URI for request")),
    };
    if !rest.starts_with('/') {
        return Err(fault("invalid URI for request"));
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match rest.strip_prefix("//") {
        Some(after) if !scheme.is_empty() => after.split_at(after.find('/').unwrap_or(after.len())),
        _ => ("", rest),
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or("", |(_, port)| port);
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault(&format!("invalid port \":{port}\" after host")));
    }
    if host.contains(' ') || !valid_escapes(path) {
        return Err(fault("invalid character in host name or path"));
    }
    let own = str::to_owned;
    Ok(Url { text: own(text), scheme, host: own(host), path: path.replace(' ', "%20"), query: own(query) })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn valid_escapes(path: &str) -> bool {
    path.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}

fn host_and_port(host: &str) -> (&str, &str) {
    match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((name, rest)) => (name, rest.strip_prefix(':').unwrap_or_default()),
        None => host.rsplit_once(':').unwrap_or((host, "")),
    }
}

fn query(text: &str) -> Value {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    for pair in text.split('#').next().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (unescape(key), Value::from(unescape(value)));
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => found.push((key, vec![value])),
        }
    }
    Value::map(found.iter().map(|(key, values)| (key.as_str(), Value::list(values.iter().cloned()))))
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
