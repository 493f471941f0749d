//! What is known of a value before there is one: the shapes of a kind, followed along the fields that are read.

use crate::diag::nearest;
use crate::kube::schema::{Kind, Schemas, Shape, Step};
use crate::policy::mutate::json_patch;
use std::ops::Range;

/// What begins a part of a pointer that is not known.
pub(crate) const VARIABLE: &str = "{{";

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ty<'s> {
    /// Nothing.
    Unknown,
    /// What the names at the top of an expression stand for.
    Top,
    /// The admission request.
    Request,
    /// An object of the kind.
    Object,
    /// The metadata of the object.
    Metadata(&'s Shape),
    /// A value somewhere in the object, so many fields below its top.
    At(&'s Shape, usize),
    /// A list of such, as projections make them.
    List(Box<Ty<'s>>),
}

/// A field that is read in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Miss {
    /// The bytes of the expression; empty for a key of a pattern.
    pub span: Range<usize>,
    /// What is so, in one phrase.
    pub message: String,
    /// What was probably meant.
    pub help: Option<String>,
}

/// Follows fields through the shapes of one kind, and notes those that lead nowhere.
pub(crate) struct Typing<'s> {
    schemas: &'s Schemas,
    kind: &'s Kind,
    /// Names at the top, beside `request`.
    names: Vec<(String, Ty<'s>)>,
    /// The fields that lead nowhere.
    pub missed: Vec<Miss>,
    /// The places of those that do not.
    pub passed: Vec<Range<usize>>,
    /// How many fields of `spec` and the like there are among those that were read.
    pub met: usize,
}

impl<'s> Typing<'s> {
    pub(crate) fn of(schemas: &'s Schemas, kind: &'s Kind) -> Typing<'s> {
        Typing { schemas, kind, names: Vec::new(), missed: Vec::new(), passed: Vec::new(), met: 0 }
    }

    /// Lets a name stand for `ty` from now on; it hides an earlier one.
    pub(crate) fn name(&mut self, name: &str, ty: Ty<'s>) {
        self.names.push((name.to_string(), ty));
    }

    /// How many names there are, for [`forget`](Typing::forget).
    pub(crate) fn named(&self) -> usize {
        self.names.len()
    }

    /// Forgets the names after the first `count`.
    pub(crate) fn forget(&mut self, count: usize) {
        self.names.truncate(count);
    }

    /// What a name at the top stands for.
    pub(crate) fn lookup(&self, name: &str) -> Ty<'s> {
        let own = self.names.iter().rev().find(|(own, _)| own == name);
        match (own, name) {
            (Some((_, ty)), _) => ty.clone(),
            (None, "request") => Ty::Request,
            _ => Ty::Unknown,
        }
    }

    /// The value of a field.
    pub(crate) fn field(&mut self, from: &Ty<'s>, name: &str, span: &Range<usize>) -> Ty<'s> {
        match from {
            Ty::Unknown => Ty::Unknown,
            Ty::Top => self.lookup(name),
            Ty::Request => match name {
                "object" | "oldObject" => Ty::Object,
                _ => Ty::Unknown,
            },
            Ty::Object => match self.step(self.kind.shape(), name, span) {
                Some(shape) if name == "metadata" => Ty::Metadata(shape),
                Some(shape) => Ty::At(shape, 1),
                None => Ty::Unknown,
            },
            Ty::Metadata(_) if name == "namespace" && !self.kind.namespaced => {
                let message =
                    "objects outside of namespaces have no `namespace`: it is never there".to_string();
                self.miss(span, message, None);
                Ty::Unknown
            }
            // Labels say nothing about whether the object itself is looked at.
            Ty::Metadata(shape) => self.step(shape, name, span).map_or(Ty::Unknown, |inner| Ty::At(inner, 0)),
            Ty::At(shape, depth) => {
                let known = self.missed.len();
                let inner = self.step(shape, name, span);
                self.met += usize::from(*depth > 0 && self.missed.len() == known);
                let below = if *depth > 0 { depth + 1 } else { 0 };
                inner.map_or(Ty::Unknown, |inner| Ty::At(inner, below))
            }
            Ty::List(_) => {
                self.miss(span, format!("this is a list, which has no field `{name}`"), each(name));
                Ty::Unknown
            }
        }
    }

    /// An item of a list.
    pub(crate) fn item(&mut self, from: &Ty<'s>, span: &Range<usize>) -> Ty<'s> {
        match from {
            Ty::List(item) => (**item).clone(),
            Ty::At(shape, depth) => match self.schemas.item(shape) {
                Step::To(item) => Ty::At(item, *depth),
                Step::Open | Step::NoField(_) => Ty::Unknown,
                Step::NoStep => {
                    self.miss(span, format!("this is {}, not a list", shape.words()), None);
                    Ty::Unknown
                }
            },
            _ => Ty::Unknown,
        }
    }

    /// A value of a map with free keys.
    pub(crate) fn value(&self, from: &Ty<'s>) -> Ty<'s> {
        match from {
            Ty::At(Shape::Map(inner), depth) => Ty::At(inner, *depth),
            _ => Ty::Unknown,
        }
    }

    /// A list with its lists opened.
    pub(crate) fn flat(&mut self, from: &Ty<'s>, span: &Range<usize>) -> Ty<'s> {
        let item = self.item(from, span);
        let inner = match &item {
            Ty::At(Shape::List(inner), depth) => Ty::At(inner, *depth),
            Ty::List(inner) => (**inner).clone(),
            _ => item,
        };
        Ty::List(Box::new(inner))
    }

    /// What a JSON pointer into the object leads to; its text begins at the byte `at` of the expression. A step with
    /// a [`VARIABLE`] or `{{ a variable }}` is any key, or any item.
    pub(crate) fn pointer(&mut self, text: &str, at: usize) -> Ty<'s> {
        let known = self.missed.len();
        let mut ty = Ty::Object;
        for step in steps_of_pointer(text) {
            let span = at + step.start..at + step.end;
            ty = self.pointed(&ty, &text[step], &span);
        }
        for miss in &mut self.missed[known..] {
            miss.message = format!("the path `{text}` leads nowhere: {}", miss.message);
        }
        if text.starts_with('/') { ty } else { Ty::Unknown }
    }

    /// One step of a pointer.
    fn pointed(&mut self, from: &Ty<'s>, step: &str, span: &Range<usize>) -> Ty<'s> {
        let is_index = step == "-" || step.parse::<i64>().is_ok();
        match from {
            Ty::At(Shape::List(_), _) if is_index || step.contains(VARIABLE) => self.item(from, span),
            Ty::At(Shape::List(_), _) => {
                self.miss(span, format!("this is a list, which has no item `{step}`"), None);
                Ty::Unknown
            }
            _ if step.contains(VARIABLE) => self.value(from),
            _ => self.field(from, &json_patch::unescaped(step), span),
        }
    }

    fn step(&mut self, shape: &'s Shape, name: &str, span: &Range<usize>) -> Option<&'s Shape> {
        let schemas = self.schemas;
        match schemas.key(shape, name) {
            Step::To(inner) => {
                self.passed.push(span.clone());
                Some(inner)
            }
            Step::Open => {
                self.passed.push(span.clone());
                None
            }
            Step::NoField(id) => {
                let near =
                    nearest(name, schemas.fields(id).names()).map(|near| format!("did you mean `{near}`?"));
                let nested = || schemas.nested(id, name).map(|owner| format!("it is a field of `{owner}`"));
                self.miss(span, format!("there is no field `{name}` here"), near.or_else(nested));
                None
            }
            Step::NoStep => {
                let help = if matches!(shape, Shape::List(_)) { each(name) } else { None };
                self.miss(span, format!("this is {}, which has no field `{name}`", shape.words()), help);
                None
            }
        }
    }

    fn miss(&mut self, span: &Range<usize>, message: String, help: Option<String>) {
        self.missed.push(Miss { span: span.clone(), message, help });
    }
}

/// The steps of a pointer, as bytes of its text. Slashes within variables part nothing.
fn steps_of_pointer(text: &str) -> Vec<Range<usize>> {
    let (mut steps, mut depth, mut start) = (Vec::new(), 0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => steps.extend(start.replace(at + 1).map(|start| start..at)),
            _ => {}
        }
    }
    steps.extend(start.map(|start| start..text.len()));
    steps
}

fn each(name: &str) -> Option<String> {
    Some(format!("look at its items: `[].{name}`"))
}
