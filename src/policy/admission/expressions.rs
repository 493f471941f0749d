//! The expressions of a policy: compiled, with the variables that they may use.

use crate::policy::cel::{self, Activation, Environment, EvalError, Program, Type, Value as Cel, Variables};
use crate::policy::trouble::Trouble;
use serde_json::Value;

/// The variables of a policy in their order, and the environment that knows them.
pub(super) struct Declared {
    pub(super) environment: Environment,
    programs: Vec<(String, Program)>,
}

impl Declared {
    /// The variables that `list` (`spec.variables`) declares on top of `environment`.
    pub(super) fn read(list: &Value, mut environment: Environment) -> Result<Declared, Trouble> {
        let mut programs = Vec::new();
        for variable in list.as_array().into_iter().flatten() {
            let name = variable["name"].as_str().unwrap_or_default();
            let program = compile(&variable["expression"], &environment)?;
            environment = environment.with(&format!("variables.{name}"), program.kind().clone());
            programs.push((name.to_string(), program));
        }
        Ok(Declared { environment, programs })
    }

    /// Make the variables available.
    pub(super) fn define<'p>(&'p self, variables: &mut Variables<'p>) {
        for (name, program) in &self.programs {
            variables.define(name, program);
        }
    }
}

/// The program of an expression.
pub(super) fn compile(expression: &Value, environment: &Environment) -> Result<Program, Trouble> {
    let text = expression.as_str().unwrap_or_default();
    cel::compile(text, environment).map_err(|error| Trouble::new(error.to_string()))
}

/// The program of an expression that must be true or false.
pub(super) fn compile_bool(expression: &Value, environment: &Environment) -> Result<Program, Trouble> {
    let program = compile(expression, environment)?;
    match *program.kind() == Type::Bool {
        true => Ok(program),
        false => Err(Trouble::new(format!("must evaluate to bool but got {}", program.kind()))),
    }
}

/// The truth of a condition.
pub(super) fn holds(program: &Program, activation: &dyn Activation) -> Result<bool, Trouble> {
    match program.evaluate(activation) {
        Ok(Cel::Bool(flag)) => Ok(flag),
        Ok(_) => Err(Trouble::new("the result is not a boolean")),
        Err(error) => Err(trouble(error)),
    }
}

/// The text of a message expression; `None` when it has none.
pub(super) fn text(program: &Program, activation: &dyn Activation) -> Option<String> {
    match program.evaluate(activation) {
        Ok(Cel::String(text)) if !text.trim().is_empty() => Some(text.to_string()),
        _ => None,
    }
}

/// An evaluation error as ours.
pub(super) fn trouble(error: EvalError) -> Trouble {
    match error {
        EvalError::Error(message) => Trouble::new(message),
        EvalError::Unsupported { feature, .. } => Trouble::unsupported(feature),
        EvalError::Limit(_) => Trouble::unsupported("expensive expressions"),
    }
}

/// Are all conditions met? One that is not met decides, whatever errors there are beside it.
pub(super) fn conditions(
    list: &Value,
    environment: &Environment,
    activation: &dyn Activation,
) -> Result<bool, Trouble> {
    let mut first = None;
    for condition in list.as_array().into_iter().flatten() {
        let program = compile_bool(&condition["expression"], environment)?;
        match holds(&program, activation) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(trouble) => first = first.or(Some(trouble)),
        }
    }
    first.map_or(Ok(true), Err)
}
