//! Tokens to a tree: operator precedence, with the binding powers of go-jmespath.
//!
//! Two of its habits are kept because policies depend on them: `!a.b` is `(!a).b`, and the commas between
//! arguments may be left out.

use super::SyntaxError;
use super::ast::{Kind, Node};
use super::lexer::{Token, TokenKind, tokens};
use std::ops::Range;

/// The deepest tree that is accepted; a nested literal does not count.
const MAX_DEPTH: usize = 200;

const PIPE: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const COMPARE: u8 = 5;
const FLATTEN: u8 = 9;
const STAR: u8 = 20;
const FILTER: u8 = 21;
const DOT: u8 = 40;
const NOT: u8 = 45;

/// The tree of `text`.
pub(crate) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.expression(0)?;
    match parser.kind() {
        TokenKind::End => Ok(node),
        _ => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn expression(&mut self, power: u8) -> Result<Node, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep(self.span()));
        }
        let mut left = self.prefix()?;
        while power < self.power() {
            left = self.infix(left)?;
            if left.depth > MAX_DEPTH {
                return Err(too_deep(left.span));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Node, SyntaxError> {
        let token = self.advance();
        let start = token.span.start;
        let here = Node::new(Kind::Current, start..start);
        match token.kind {
            TokenKind::Literal(value) => Ok(Node::new(Kind::Literal(value), token.span)),
            TokenKind::Name(name) => Ok(Node::new(Kind::Field(name), token.span)),
            TokenKind::QuotedName(_) if *self.kind() == TokenKind::LeftParen => {
                Err(SyntaxError::new("a function name is written without quotes", token.span))
            }
            TokenKind::QuotedName(name) => Ok(Node::new(Kind::Field(name), token.span)),
            TokenKind::Current => Ok(Node::new(Kind::Current, token.span)),
            TokenKind::Star => {
                let then = match self.kind() {
                    TokenKind::RightBracket => self.identity(),
                    _ => self.projected(STAR)?,
                };
                Ok(self.pair(Kind::ProjectValues, here, then))
            }
            TokenKind::Filter => self.filter(here),
            TokenKind::Flatten => self.flatten(here),
            TokenKind::LeftBrace => self.hash(start),
            TokenKind::LeftBracket => self.bracket(here),
            TokenKind::Reference => self.wrapped(Kind::Reference, 0, start),
            TokenKind::Not => self.wrapped(Kind::Not, NOT, start),
            TokenKind::LeftParen => {
                let node = self.expression(0)?;
                self.expect(&TokenKind::RightParen)?;
                Ok(node)
            }
            TokenKind::End => Err(SyntaxError::new("the expression is not complete", token.span)),
            other => Err(SyntaxError::new(
                format!("{} cannot stand at the start of an expression", other.describe()),
                token.span,
            )),
        }
    }

    fn infix(&mut self, left: Node) -> Result<Node, SyntaxError> {
        let token = self.advance();
        match token.kind {
            TokenKind::Dot if *self.kind() == TokenKind::Star => {
                self.advance();
                let then = self.projected(DOT)?;
                Ok(self.pair(Kind::ProjectValues, left, then))
            }
            TokenKind::Dot => {
                let right = self.after_dot(DOT)?;
                Ok(self.pair(Kind::Sub, left, right))
            }
            TokenKind::Pipe => self.binary(Kind::Pipe, left, PIPE),
            TokenKind::Or => self.binary(Kind::Or, left, OR),
            TokenKind::And => self.binary(Kind::And, left, AND),
            TokenKind::Compare(how) => self.binary(|l, r| Kind::Compare(how, l, r), left, COMPARE),
            TokenKind::LeftParen => self.call(left),
            TokenKind::Filter => self.filter(left),
            TokenKind::Flatten => self.flatten(left),
            TokenKind::LeftBracket => self.index_or_star(left),
            other => Err(SyntaxError::new(format!("{} cannot follow a value", other.describe()), token.span)),
        }
    }

    fn binary(
        &mut self,
        kind: impl Fn(Box<Node>, Box<Node>) -> Kind,
        left: Node,
        power: u8,
    ) -> Result<Node, SyntaxError> {
        let right = self.expression(power)?;
        Ok(self.pair(kind, left, right))
    }

    fn wrapped(&mut self, kind: fn(Box<Node>) -> Kind, power: u8, start: usize) -> Result<Node, SyntaxError> {
        let inner = self.expression(power)?;
        Ok(Node::new(kind(Box::new(inner)), start..self.end()))
    }

    fn pair(&self, kind: impl Fn(Box<Node>, Box<Node>) -> Kind, left: Node, right: Node) -> Node {
        let span = left.span.start..self.end();
        Node::new(kind(Box::new(left), Box::new(right)), span)
    }

    fn call(&mut self, function: Node) -> Result<Node, SyntaxError> {
        let start = function.span.start;
        let Kind::Field(name) = function.kind else {
            return Err(SyntaxError::new("only a name can be called", function.span));
        };
        let mut arguments = Vec::new();
        while *self.kind() != TokenKind::RightParen {
            arguments.push(self.expression(0)?);
            self.eat(&TokenKind::Comma);
        }
        self.expect(&TokenKind::RightParen)?;
        Ok(Node::new(Kind::Call(name, arguments), start..self.end()))
    }

    fn filter(&mut self, source: Node) -> Result<Node, SyntaxError> {
        let start = source.span.start;
        let condition = self.expression(0)?;
        self.expect(&TokenKind::RightBracket)?;
        let then = match self.kind() {
            TokenKind::Flatten => self.identity(),
            _ => self.projected(FILTER)?,
        };
        let (source, condition, then) = (Box::new(source), Box::new(condition), Box::new(then));
        Ok(Node::new(Kind::Filter { source, condition, then }, start..self.end()))
    }

    fn flatten(&mut self, source: Node) -> Result<Node, SyntaxError> {
        let span = source.span.start..self.end();
        let flat = Node::new(Kind::Flatten(Box::new(source)), span);
        let then = self.projected(FLATTEN)?;
        Ok(self.pair(Kind::Project, flat, then))
    }

    /// After a `[` at the start of an expression: an index, a slice, `[*]` or a list of expressions.
    fn bracket(&mut self, here: Node) -> Result<Node, SyntaxError> {
        let star = *self.kind() == TokenKind::Star
            && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == TokenKind::RightBracket);
        match self.kind() {
            TokenKind::Number(_) | TokenKind::Colon => self.index_or_star(here),
            TokenKind::Star if star => self.index_or_star(here),
            _ => self.list(here.span.start),
        }
    }

    /// After a `[` that follows a value.
    fn index_or_star(&mut self, left: Node) -> Result<Node, SyntaxError> {
        if matches!(self.kind(), TokenKind::Number(_) | TokenKind::Colon) {
            let index = self.index()?;
            let is_slice = matches!(index.kind, Kind::Slice { .. });
            let node = self.pair(Kind::Sub, left, index);
            if !is_slice {
                return Ok(node);
            }
            let then = self.projected(STAR)?;
            return Ok(self.pair(Kind::Project, node, then));
        }
        if !self.eat(&TokenKind::Star) {
            return Err(self
                .unexpected("a number or `*`")
                .help("an index is a number; for a name use `lookup`"));
        }
        self.expect(&TokenKind::RightBracket)?;
        let then = self.projected(STAR)?;
        Ok(self.pair(Kind::Project, left, then))
    }

    fn index(&mut self) -> Result<Node, SyntaxError> {
        let start = self.span().start;
        let mut parts = [None; 3];
        let mut colons = 0;
        while colons < parts.len() && *self.kind() != TokenKind::RightBracket {
            match *self.kind() {
                TokenKind::Colon => colons += 1,
                TokenKind::Number(number) if colons > 0 || parts[0].is_none() => parts[colons] = Some(number),
                _ if colons == 0 => break,
                _ => return Err(self.unexpected("`:` or a number")),
            }
            self.advance();
        }
        self.expect(&TokenKind::RightBracket)?;
        let [start_at, stop, step] = parts;
        let kind = match (colons, start_at) {
            (0, Some(index)) => Kind::Index(index),
            _ => Kind::Slice { start: start_at, stop, step },
        };
        Ok(Node::new(kind, start..self.end()))
    }

    fn list(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let mut items = Vec::new();
        loop {
            items.push(self.expression(0)?);
            if self.eat(&TokenKind::RightBracket) {
                return Ok(Node::new(Kind::List(items), start..self.end()));
            }
            self.expect(&TokenKind::Comma)?;
        }
    }

    fn hash(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let mut entries = Vec::new();
        loop {
            let key = match self.kind().clone() {
                TokenKind::Name(name) | TokenKind::QuotedName(name) => name,
                _ => return Err(self.unexpected("a key")),
            };
            self.advance();
            self.expect(&TokenKind::Colon)?;
            entries.push((key, self.expression(0)?));
            if !self.eat(&TokenKind::Comma) && *self.kind() == TokenKind::RightBrace {
                break;
            }
        }
        self.expect(&TokenKind::RightBrace)?;
        Ok(Node::new(Kind::Hash(entries), start..self.end()))
    }

    fn after_dot(&mut self, power: u8) -> Result<Node, SyntaxError> {
        let start = self.span().start;
        match self.kind() {
            TokenKind::Name(_) | TokenKind::QuotedName(_) | TokenKind::Star => self.expression(power),
            TokenKind::LeftBracket => {
                self.advance();
                self.list(start)
            }
            TokenKind::LeftBrace => {
                self.advance();
                self.hash(start)
            }
            _ => Err(self.unexpected("a name, `[` or `{` after the `.`")),
        }
    }

    /// What follows a projection and is applied to each item.
    fn projected(&mut self, power: u8) -> Result<Node, SyntaxError> {
        match self.kind() {
            _ if self.power() < 10 => Ok(self.identity()),
            TokenKind::LeftBracket | TokenKind::Filter => self.expression(power),
            TokenKind::Dot => {
                self.advance();
                self.after_dot(power)
            }
            _ => Err(self.unexpected("`.`, `[` or an operator")),
        }
    }

    fn identity(&self) -> Node {
        Node::new(Kind::Current, self.end()..self.end())
    }

    fn power(&self) -> u8 {
        match self.kind() {
            TokenKind::Pipe => PIPE,
            TokenKind::Or => OR,
            TokenKind::And => AND,
            TokenKind::Compare(_) => COMPARE,
            TokenKind::Flatten => FLATTEN,
            TokenKind::Star => STAR,
            TokenKind::Filter => FILTER,
            TokenKind::Dot => DOT,
            TokenKind::Not => NOT,
            TokenKind::LeftBrace => 50,
            TokenKind::LeftBracket => 55,
            TokenKind::LeftParen => 60,
            _ => 0,
        }
    }

    fn kind(&self) -> &TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(0..0, |token| token.span.clone())
    }

    /// Where the last token taken ended.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    fn advance(&mut self) -> Token {
        let token = Token { kind: self.kind().clone(), span: self.span() };
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, wanted: &TokenKind) -> bool {
        let found = self.kind() == wanted;
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, wanted: &TokenKind) -> Result<(), SyntaxError> {
        if self.eat(wanted) { Ok(()) } else { Err(self.unexpected(&wanted.describe())) }
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        SyntaxError::new(format!("expected {wanted}, found {}", self.kind().describe()), self.span())
    }
}

fn too_deep(span: Range<usize>) -> SyntaxError {
    SyntaxError::new(format!("the expression nests deeper than {MAX_DEPTH} levels"), span)
}
