//! Text to tokens.

use super::SyntaxError;
use super::ast::Comparator;
use serde_json::Value;
use std::ops::Range;

/// One token and its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

/// The tokens of the grammar; `[]` and `[?` are one token each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Name(String),
    QuotedName(String),
    Number(i64),
    Literal(Value),
    Dot,
    Star,
    Comma,
    Colon,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    LeftParen,
    RightParen,
    Current,
    Flatten,
    Filter,
    Pipe,
    Or,
    And,
    Reference,
    Not,
    Compare(Comparator),
    /// A sign that only an error can come of, such as a single `=`.
    Unknown,
    End,
}

impl TokenKind {
    /// How a message calls the token.
    pub(crate) fn describe(&self) -> String {
        let sign = match self {
            TokenKind::Name(name) => return format!("`{name}`"),
            TokenKind::QuotedName(name) => return format!("`\"{name}\"`"),
            TokenKind::Number(number) => return format!("`{number}`"),
            TokenKind::Literal(_) => return "a literal".to_owned(),
            TokenKind::End => return "the end".to_owned(),
            TokenKind::Dot => ".",
            TokenKind::Star => "*",
            TokenKind::Comma => ",",
            TokenKind::Colon => ":",
            TokenKind::LeftBrace => "{",
            TokenKind::RightBrace => "}",
            TokenKind::LeftBracket => "[",
            TokenKind::RightBracket => "]",
            TokenKind::LeftParen => "(",
            TokenKind::RightParen => ")",
            TokenKind::Current => "@",
            TokenKind::Flatten => "[]",
            TokenKind::Filter => "[?",
            TokenKind::Pipe => "|",
            TokenKind::Or => "||",
            TokenKind::And => "&&",
            TokenKind::Reference => "&",
            TokenKind::Not => "!",
            TokenKind::Compare(_) => "a comparison",
            TokenKind::Unknown => "=",
        };
        format!("`{sign}`")
    }
}

/// All tokens of `text`, closed by an [`TokenKind::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::End, span: text.len()..text.len() });
    Ok(tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, SyntaxError> {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        let kind = match first {
            'A'..='Z' | 'a'..='z' | '_' => TokenKind::Name(self.name().to_owned()),
            '0'..='9' | '-' => self.number()?,
            '"' => self.quoted_name()?,
            '\'' => TokenKind::Literal(Value::String(self.delimited('\'')?.replace("\\'", "'"))),
            '`' => self.literal()?,
            _ => self.sign(first)?,
        };
        Ok(Some(Token { kind, span: start..self.at }))
    }

    fn sign(&mut self, first: char) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        self.at += first.len_utf8();
        Ok(match first {
            '.' => TokenKind::Dot,
            '*' => TokenKind::Star,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '{' => TokenKind::LeftBrace,
            '}' => TokenKind::RightBrace,
            ']' => TokenKind::RightBracket,
            '(' => TokenKind::LeftParen,
            ')' => TokenKind::RightParen,
            '@' => TokenKind::Current,
            '[' if self.eat(']') => TokenKind::Flatten,
            '[' if self.eat('?') => TokenKind::Filter,
            '[' => TokenKind::LeftBracket,
            '|' if self.eat('|') => TokenKind::Or,
            '|' => TokenKind::Pipe,
            '&' if self.eat('&') => TokenKind::And,
            '&' => TokenKind::Reference,
            '<' if self.eat('=') => TokenKind::Compare(Comparator::LessOrEqual),
            '<' => TokenKind::Compare(Comparator::Less),
            '>' if self.eat('=') => TokenKind::Compare(Comparator::GreaterOrEqual),
            '>' => TokenKind::Compare(Comparator::Greater),
            '=' if self.eat('=') => TokenKind::Compare(Comparator::Equal),
            '!' if self.eat('=') => TokenKind::Compare(Comparator::NotEqual),
            '!' => TokenKind::Not,
            '=' => TokenKind::Unknown,
            other => return Err(SyntaxError::new(format!("unexpected character `{other}`"), start..self.at)),
        })
    }

    fn name(&mut self) -> &str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn number(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        self.eat('-');
        self.take_while(|c| c.is_ascii_digit());
        let text = &self.text[start..self.at];
        let number = text.parse().map_err(|_| {
            SyntaxError::new(format!("`{text}` is not an index; there is no arithmetic"), start..self.at)
        })?;
        Ok(TokenKind::Number(number))
    }

    fn quoted_name(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        self.delimited('"')?;
        let span = start..self.at;
        serde_json::from_str(&self.text[span.clone()]).map(TokenKind::QuotedName).map_err(|error| {
            SyntaxError::new(format!("this quoted name is not a JSON string: {error}"), span)
        })
    }

    fn literal(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        let text = self.delimited('`')?.replace("\\`", "`");
        serde_json::from_str(&text).map(TokenKind::Literal).map_err(|error| {
            SyntaxError::new(format!("this literal is not JSON: {error}"), start..self.at)
                .help("write text as 'text' or as `\"text\"`")
        })
    }

    /// The raw text between two `delimiter`s, over escaped ones.
    fn delimited(&mut self, delimiter: char) -> Result<&str, SyntaxError> {
        let start = self.at;
        self.at += delimiter.len_utf8();
        let mut escaped = false;
        for (offset, c) in self.text[self.at..].char_indices() {
            if c == delimiter && !escaped {
                let inner = self.at..self.at + offset;
                self.at = inner.end + delimiter.len_utf8();
                return Ok(&self.text[inner]);
            }
            escaped = c == '\\' && !escaped;
        }
        Err(SyntaxError::new(format!("this {delimiter} is not closed"), start..self.text.len()))
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }
}
