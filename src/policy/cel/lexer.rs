//! Text to tokens.

use super::error::CompileError;
use std::ops::Range;

/// One token and its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

/// The tokens of the grammar. Signs are told apart by their text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Ident(String),
    /// A field name between backticks.
    Escaped(String),
    /// Digits of an integer without sign, with their radix.
    Int(String, u32),
    Uint(String, u32),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")",
    "[", "]", "{", "}",
];

/// All tokens of `text`, closed by an [`TokenKind::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, CompileError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip();
        let start = lexer.at;
        if start == text.len() {
            tokens.push(Token { kind: TokenKind::End, span: start..start });
            return Ok(tokens);
        }
        let kind = lexer.token()?;
        tokens.push(Token { kind, span: start..lexer.at });
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn token(&mut self) -> Result<TokenKind, CompileError> {
        let rest = self.rest();
        if let Some(prefix) = string_prefix(rest) {
            return self.string(prefix);
        }
        let first = rest.chars().next().unwrap_or_default();
        let digit_after = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if first.is_ascii_digit() || (first == '.' && digit_after) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(TokenKind::Ident(self.take(|c| c.is_ascii_alphanumeric() || c == '_').to_owned()));
        }
        if first == '`' {
            return self.escaped();
        }
        let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
        let sign = sign.ok_or_else(|| {
            CompileError::new(format!("unexpected character `{first}`"), self.at..self.at + first.len_utf8())
        })?;
        self.at += sign.len();
        Ok(TokenKind::Sign(sign))
    }

    fn take(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn escaped(&mut self) -> Result<TokenKind, CompileError> {
        let start = self.at;
        self.at += 1;
        let name =
            self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' ')).to_owned();
        if !self.rest().starts_with('`') {
            return Err(CompileError::new("this backtick is not closed", start..self.at));
        }
        self.at += 1;
        Ok(TokenKind::Escaped(name))
    }

    fn number(&mut self) -> Result<TokenKind, CompileError> {
        let start = self.at;
        let rest = self.rest();
        if rest.starts_with("0x") || rest.starts_with("0X") {
            self.at += 2;
            let digits = self.take(|c| c.is_ascii_hexdigit()).to_owned();
            return Ok(self.integer(digits, 16));
        }
        let whole = self.take(|c| c.is_ascii_digit()).to_owned();
        let mut is_double = false;
        let after = self.rest();
        if after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
            is_double = true;
        }
        let after = self.rest();
        let exponent =
            after.strip_prefix(['e', 'E']).map(|after| after.strip_prefix(['+', '-']).unwrap_or(after));
        if let Some(digits) = exponent.filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit())) {
            self.at = self.text.len() - digits.len();
            self.take(|c| c.is_ascii_digit());
            is_double = true;
        }
        if !is_double {
            return Ok(self.integer(whole, 10));
        }
        let span = start..self.at;
        match self.text[span.clone()].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(TokenKind::Double(number)),
            _ => Err(CompileError::new("invalid double literal", span)),
        }
    }

    fn integer(&mut self, digits: String, radix: u32) -> TokenKind {
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            return TokenKind::Uint(digits, radix);
        }
        TokenKind::Int(digits, radix)
    }

    fn string(&mut self, prefix: Prefix) -> Result<TokenKind, CompileError> {
        let start = self.at;
        self.at += prefix.length;
        let quote =
            &self.text[self.at..self.at + if self.rest().starts_with(prefix.triple()) { 3 } else { 1 }];
        self.at += quote.len();
        let mut bytes = Vec::new();
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next().filter(|c| *c != '\n' || quote.len() == 3) else {
                return Err(CompileError::new("this text is not closed", start..self.at));
            };
            if rest.starts_with(quote) {
                self.at += quote.len();
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' && !prefix.raw {
                self.escape(prefix.bytes, &mut bytes)?;
            } else {
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        if prefix.bytes {
            return Ok(TokenKind::Bytes(bytes));
        }
        String::from_utf8(bytes)
            .map(TokenKind::String)
            .map_err(|_| CompileError::new("this text is not valid UTF-8", start..self.at))
    }

    /// One escape sequence, after its backslash.
    fn escape(&mut self, in_bytes: bool, out: &mut Vec<u8>) -> Result<(), CompileError> {
        let start = self.at - 1;
        let fault = |at: usize| CompileError::new("invalid escape sequence", start..at);
        let c = self.rest().chars().next().ok_or_else(|| fault(self.at))?;
        self.at += c.len_utf8();
        let digits = match c {
            'x' | 'X' => (2, 16),
            'u' if !in_bytes => (4, 16),
            'U' if !in_bytes => (8, 16),
            '0'..='3' => {
                self.at -= 1;
                (3, 8)
            }
            _ => {
                out.push(simple_escape(c).ok_or_else(|| fault(self.at))?);
                return Ok(());
            }
        };
        let text = self.rest().get(..digits.0).ok_or_else(|| fault(self.at))?;
        let code = u32::from_str_radix(text, digits.1).map_err(|_| fault(self.at))?;
        self.at += digits.0;
        if in_bytes {
            out.push(u8::try_from(code).map_err(|_| fault(self.at))?);
            return Ok(());
        }
        let c = char::from_u32(code).ok_or_else(|| fault(self.at))?;
        out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }
}

fn simple_escape(c: char) -> Option<u8> {
    Some(match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '"' | '\'' | '`' | '?' => u8::try_from(c).ok()?,
        _ => return None,
    })
}

/// What stands before the quote of a text: `r`, `b` or both.
struct Prefix {
    length: usize,
    raw: bool,
    bytes: bool,
    quote: char,
}

impl Prefix {
    fn triple(&self) -> &'static str {
        if self.quote == '"' { "\"\"\"" } else { "'''" }
    }
}

fn string_prefix(text: &str) -> Option<Prefix> {
    let length = text.bytes().take(3).position(|byte| matches!(byte, b'"' | b'\''))?;
    let letters = text.get(..length)?.to_ascii_lowercase();
    let quote = text[length..].chars().next()?;
    let (raw, bytes) = match letters.as_str() {
        "" => (false, false),
        "r" => (true, false),
        "b" => (false, true),
        "rb" | "br" => (true, true),
        _ => return None,
    };
    Some(Prefix { length, raw, bytes, quote })
}
