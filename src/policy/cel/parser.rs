//! Tokens to a tree.
//!
//! Precedence climbing keeps the stack low: nesting is bounded, and so is the depth of the tree.

use super::ast::{Item, Kind, Node};
use super::error::CompileError;
use super::lexer::{Token, TokenKind, tokens};
use super::macros;
use super::value::Value;
use std::ops::Range;

/// The deepest nesting of brackets, and the deepest tree.
const MAX_NESTING: usize = 60;
const MAX_DEPTH: usize = 200;
/// The longest expression in bytes.
const MAX_LENGTH: usize = 100_000;

const RESERVED: [&str; 16] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
];

/// The tree of `text`.
pub(crate) fn parse(text: &str) -> Result<Node, CompileError> {
    if text.len() > MAX_LENGTH {
        return Err(CompileError::new("the expression is too long", 0..text.len()));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, nesting: 0 };
    let node = parser.expression()?;
    match parser.kind() {
        TokenKind::End => Ok(node),
        _ => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
}

type Parsed<T> = Result<T, CompileError>;

impl Parser {
    fn expression(&mut self) -> Parsed<Node> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(CompileError::new("the expression nests too deep", self.span()));
        }
        let condition = self.binary(0)?;
        let node = if self.eat("?") {
            let start = condition.span.start;
            let then = self.binary(0)?;
            self.expect(":")?;
            let other = self.expression()?;
            self.node(Kind::Conditional(Box::new([condition, then, other])), start)?
        } else {
            condition
        };
        self.nesting -= 1;
        Ok(node)
    }

    /// Operators that bind at least as strong as `power`.
    fn binary(&mut self, power: u8) -> Parsed<Node> {
        let mut left = self.unary()?;
        while let Some((name, strength)) = self.operator().filter(|(_, strength)| *strength >= power) {
            let start = left.span.start;
            self.at += 1;
            let right = self.binary(strength + 1)?;
            left = match name {
                "_||_" => self.joined(Kind::Or, left, right)?,
                "_&&_" => self.joined(Kind::And, left, right)?,
                _ => {
                    let call =
                        Kind::Call { target: None, function: name.to_owned(), arguments: vec![left, right] };
                    self.node(call, start)?
                }
            };
        }
        Ok(left)
    }

    /// A chain of `&&` or `||` becomes one node, so that long ones are not deep.
    fn joined(&self, kind: fn(Vec<Node>) -> Kind, left: Node, right: Node) -> Parsed<Node> {
        let start = left.span.start;
        let is_and = matches!(kind(Vec::new()), Kind::And(_));
        let depth = left.depth + usize::from(!matches!(left.kind, Kind::And(_) | Kind::Or(_)));
        let mut nodes = match left.kind {
            Kind::And(nodes) if is_and => nodes,
            Kind::Or(nodes) if !is_and => nodes,
            _ => vec![left],
        };
        let depth = depth.max(right.depth + 1);
        nodes.push(right);
        if depth > MAX_DEPTH {
            return Err(CompileError::new("the expression nests too deep", start..self.end()));
        }
        Ok(Node { kind: kind(nodes), span: start..self.end(), depth })
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        Some(match self.kind() {
            TokenKind::Sign("||") => ("_||_", 1),
            TokenKind::Sign("&&") => ("_&&_", 2),
            TokenKind::Sign("==") => ("_==_", 3),
            TokenKind::Sign("!=") => ("_!=_", 3),
            TokenKind::Sign("<") => ("_<_", 3),
            TokenKind::Sign("<=") => ("_<=_", 3),
            TokenKind::Sign(">") => ("_>_", 3),
            TokenKind::Sign(">=") => ("_>=_", 3),
            TokenKind::Ident(word) if word == "in" => ("@in", 3),
            TokenKind::Sign("+") => ("_+_", 4),
            TokenKind::Sign("-") => ("_-_", 4),
            TokenKind::Sign("*") => ("_*_", 5),
            TokenKind::Sign("/") => ("_/_", 5),
            TokenKind::Sign("%") => ("_%_", 5),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Parsed<Node> {
        let start = self.span().start;
        let mut nots = 0;
        while self.eat("!") {
            nots += 1;
        }
        if nots > 0 {
            let inner = self.postfix()?;
            return self.wrapped("!_", nots, inner, start);
        }
        let mut minuses = 0;
        while *self.kind() == TokenKind::Sign("-") {
            // A sign directly before digits belongs to the literal.
            if let Some(literal) = self.negative_literal()? {
                let inner = self.postfix_of(literal)?;
                return self.wrapped("-_", minuses, inner, start);
            }
            self.at += 1;
            minuses += 1;
        }
        let inner = self.postfix()?;
        self.wrapped("-_", minuses, inner, start)
    }

    /// `inner` under an operator applied once or, if that undoes itself, not at all.
    fn wrapped(&self, name: &str, times: usize, inner: Node, start: usize) -> Parsed<Node> {
        // The grammar reads `--x` as x and `---x` as -x.
        if times.is_multiple_of(2) {
            return Ok(inner);
        }
        let call = Kind::Call { target: None, function: name.to_owned(), arguments: vec![inner] };
        self.node(call, start)
    }

    fn negative_literal(&mut self) -> Parsed<Option<Node>> {
        let span = self.span();
        let next = self.tokens.get(self.at + 1).cloned();
        let Some(next) = next.filter(|next| next.span.start == span.end) else { return Ok(None) };
        let span = span.start..next.span.end;
        let value = match next.kind {
            TokenKind::Int(digits, radix) => integer(&format!("-{digits}"), radix, &span)?,
            TokenKind::Double(number) => Value::Double(-number),
            _ => return Ok(None),
        };
        self.at += 2;
        Ok(Some(Node::new(Kind::Literal(value), span)))
    }

    fn postfix(&mut self) -> Parsed<Node> {
        let node = self.primary()?;
        self.postfix_of(node)
    }

    fn postfix_of(&mut self, mut node: Node) -> Parsed<Node> {
        let start = node.span.start;
        loop {
            let kind = if self.eat(".") {
                self.member(node)?
            } else if self.eat("[") {
                let optional = self.eat("?");
                let index = Box::new(self.expression()?);
                self.expect("]")?;
                Kind::Index { operand: Box::new(node), index, optional }
            } else if *self.kind() == TokenKind::Sign("{") {
                let Some(name) = type_name(&node) else { return Ok(node) };
                self.at += 1;
                Kind::Struct { name, fields: self.fields()? }
            } else {
                return Ok(node);
            };
            node = self.node(kind, start)?;
        }
    }

    /// After a `.`: a field, an optional field or a call.
    fn member(&mut self, operand: Node) -> Parsed<Kind> {
        let optional = self.eat("?");
        let span = self.span();
        let field = match self.kind().clone() {
            TokenKind::Ident(word) if !matches!(word.as_str(), "in" | "true" | "false" | "null") => word,
            TokenKind::Escaped(name) => name,
            _ => return Err(self.unexpected("a field name")),
        };
        self.at += 1;
        if optional || !self.eat("(") {
            return Ok(Kind::Select { operand: Box::new(operand), field, optional });
        }
        let arguments = self.arguments(")")?;
        macros::expand_member(operand, &field, arguments, span)
    }

    fn primary(&mut self) -> Parsed<Node> {
        let token =
            self.tokens.get(self.at).cloned().unwrap_or(Token { kind: TokenKind::End, span: self.span() });
        let start = token.span.start;
        self.at += 1;
        let kind = match token.kind {
            TokenKind::Ident(word) => self.word(word, token.span)?,
            TokenKind::Int(digits, radix) => Kind::Literal(integer(&digits, radix, &token.span)?),
            TokenKind::Uint(digits, radix) => {
                let number = u64::from_str_radix(&digits, radix)
                    .map_err(|_| CompileError::new("invalid uint literal", token.span))?;
                Kind::Literal(Value::Uint(number))
            }
            TokenKind::Double(number) => Kind::Literal(Value::Double(number)),
            TokenKind::String(text) => Kind::Literal(text.into()),
            TokenKind::Bytes(bytes) => Kind::Literal(Value::Bytes(bytes.into())),
            TokenKind::Sign("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Sign("[") => Kind::List(self.items()?),
            TokenKind::Sign("{") => Kind::Map(self.entries()?),
            // `.name` starts at the root, where everything here is declared.
            TokenKind::Sign(".") => return self.primary(),
            _ => {
                self.at -= 1;
                return Err(self.unexpected("a value"));
            }
        };
        self.node(kind, start)
    }

    fn word(&mut self, word: String, span: Range<usize>) -> Parsed<Kind> {
        match word.as_str() {
            "true" => return Ok(Kind::Literal(Value::Bool(true))),
            "false" => return Ok(Kind::Literal(Value::Bool(false))),
            "null" => return Ok(Kind::Literal(Value::Null)),
            "in" => return Err(CompileError::new("`in` needs a value before it", span)),
            reserved if RESERVED.contains(&reserved) => {
                return Err(CompileError::new(format!("reserved identifier: {word}"), span));
            }
            _ => {}
        }
        if !self.eat("(") {
            return Ok(Kind::Ident(word));
        }
        let arguments = self.arguments(")")?;
        macros::expand_global(&word, arguments, span)
    }

    fn arguments(&mut self, close: &'static str) -> Parsed<Vec<Node>> {
        let mut arguments = Vec::new();
        while !self.eat(close) {
            arguments.push(self.expression()?);
            if !self.eat(",") {
                self.expect(close)?;
                break;
            }
            if *self.kind() == TokenKind::Sign(close) {
                return Err(self.unexpected("a value"));
            }
        }
        Ok(arguments)
    }

    fn item(&mut self) -> Parsed<Item> {
        let optional = self.eat("?");
        Ok(Item { optional, node: self.expression()? })
    }

    fn items(&mut self) -> Parsed<Vec<Item>> {
        self.separated("]", Parser::item)
    }

    fn entries(&mut self) -> Parsed<Vec<(Node, Item)>> {
        self.separated("}", |parser| {
            let optional = parser.eat("?");
            let key = parser.expression()?;
            parser.expect(":")?;
            Ok((key, Item { optional, node: parser.expression()? }))
        })
    }

    fn fields(&mut self) -> Parsed<Vec<(String, Item)>> {
        self.separated("}", |parser| {
            let optional = parser.eat("?");
            let (TokenKind::Ident(name) | TokenKind::Escaped(name)) = parser.kind().clone() else {
                return Err(parser.unexpected("a field name"));
            };
            parser.at += 1;
            parser.expect(":")?;
            Ok((name, Item { optional, node: parser.expression()? }))
        })
    }

    /// Parts up to `close`; a comma may follow the last one.
    fn separated<T>(
        &mut self,
        close: &'static str,
        mut part: impl FnMut(&mut Parser) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut parts = Vec::new();
        while !self.eat(close) {
            parts.push(part(self)?);
            if !self.eat(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(parts)
    }

    fn node(&self, kind: Kind, start: usize) -> Parsed<Node> {
        let node = Node::new(kind, start..self.end());
        if node.depth > MAX_DEPTH {
            return Err(CompileError::new("the expression nests too deep", node.span));
        }
        Ok(node)
    }

    fn kind(&self) -> &TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0..0, |token| token.span.clone())
    }

    /// Where the last token taken ended.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    fn eat(&mut self, sign: &'static str) -> bool {
        let found = *self.kind() == TokenKind::Sign(sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Parsed<()> {
        if self.eat(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> CompileError {
        let found = match self.kind() {
            TokenKind::End => "the end".to_owned(),
            TokenKind::Ident(word) => format!("`{word}`"),
            TokenKind::Escaped(name) => format!("`{name}`"),
            TokenKind::Sign(sign) => format!("`{sign}`"),
            TokenKind::String(_) | TokenKind::Bytes(_) => "a text".to_owned(),
            TokenKind::Int(..) | TokenKind::Uint(..) | TokenKind::Double(_) => "a number".to_owned(),
        };
        CompileError::new(format!("expected {wanted}, found {found}"), self.span())
    }
}

fn integer(text: &str, radix: u32, span: &Range<usize>) -> Parsed<Value> {
    let number = i64::from_str_radix(text, radix);
    number.map(Value::Int).map_err(|_| CompileError::new("invalid int literal", span.clone()))
}

/// The dotted name of a constructed type: `Object.spec`.
fn type_name(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Ident(name) => Some(name.clone()),
        Kind::Select { operand, field, optional: false } => Some(format!("{}.{field}", type_name(operand)?)),
        _ => None,
    }
}
