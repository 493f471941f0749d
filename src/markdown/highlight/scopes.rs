//! From a grammar's scopes to short classes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{ClearAmount, Scope};

/// A short class, as Pygments names them: `k` for keywords, `s2` for strings in double quotes, ….
pub(super) type Class = &'static str;

/// Text without a class.
pub(super) const PLAIN: Class = "";

/// Keys of mappings; quotes do not turn a key into a string.
pub(super) const KEY: Class = "nt";

/// Scopes and their classes. The longest that begins a scope decides; a scope without one inherits the class
/// of the scope around it, as the quotes of a string do.
const CLASSES: &[(&str, Class)] = &[
    ("comment", "c1"),
    ("comment.block", "cm"),
    ("comment.block.documentation", "cs"),
    ("constant", "no"),
    ("constant.character", "sc"),
    ("constant.character.escape", "se"),
    ("constant.language", "kc"),
    ("constant.numeric", "m"),
    ("constant.other.placeholder", "si"),
    ("entity.name.class", "nc"),
    ("entity.name.constant", "no"),
    ("entity.name.enum", "nc"),
    ("entity.name.function", "nf"),
    ("entity.name.function.decorator", "nd"),
    ("entity.name.impl", "nc"),
    ("entity.name.interface", "nc"),
    ("entity.name.label", "nl"),
    ("entity.name.module", "nn"),
    ("entity.name.namespace", "nn"),
    ("entity.name.other.anchor", "nv"),
    ("entity.name.package", "nn"),
    ("entity.name.section", "gh"),
    ("entity.name.struct", "nc"),
    ("entity.name.table", "nc"),
    ("entity.name.tag", KEY),
    ("entity.name.trait", "nc"),
    ("entity.name.type", "nc"),
    ("entity.name.union", "nc"),
    ("entity.other.attribute-name", "na"),
    ("entity.other.document", "p"),
    ("entity.other.inherited-class", "nc"),
    ("entity.section", "nc"),
    ("keyword", "k"),
    ("keyword.control.flow.alias.yaml", "nv"),
    ("keyword.control.heredoc-token", "s"),
    ("keyword.control.import", "kn"),
    ("keyword.control.property.anchor.yaml", "nv"),
    ("keyword.declaration", "kd"),
    ("keyword.name.ini", "na"),
    ("keyword.operator", "o"),
    ("keyword.operator.logical.continue.shell", "p"),
    ("keyword.operator.logical.python", "ow"),
    ("keyword.operator.word", "ow"),
    ("keyword.other.unit", "m"),
    ("markup.bold", "gs"),
    ("markup.deleted", "gd"),
    ("markup.heading", "gh"),
    ("markup.inserted", "gi"),
    ("markup.italic", "ge"),
    ("markup.raw.inline", "sb"),
    ("meta.annotation", "nd"),
    ("meta.diff.header", "gh"),
    ("meta.diff.index", "gh"),
    ("meta.diff.range", "gu"),
    ("meta.group.expansion.command", PLAIN),
    ("meta.interpolation", PLAIN),
    ("meta.mapping.key", KEY),
    ("meta.mapping.value", PLAIN),
    ("meta.template.expression", PLAIN),
    ("punctuation.accessor", "o"),
    ("punctuation.definition.block.sequence", "p"),
    ("punctuation.definition.list_item", "p"),
    ("punctuation.definition.mapping", "p"),
    ("punctuation.definition.sequence", "p"),
    ("punctuation.definition.variable.shell", "nv"),
    ("punctuation.section", "p"),
    ("punctuation.section.expansion.parameter", "nv"),
    ("punctuation.separator", "p"),
    ("punctuation.separator.date", "no"),
    ("punctuation.terminator", "p"),
    ("source", PLAIN),
    ("storage", "kt"),
    ("storage.modifier", "kd"),
    ("storage.modifier.chomping-indicator", "k"),
    ("storage.modifier.shell", "nb"),
    ("storage.type.class", "kd"),
    ("storage.type.const", "kd"),
    ("storage.type.enum", "kd"),
    ("storage.type.function", "kd"),
    ("storage.type.interface", "kd"),
    ("storage.type.keyword", "kd"),
    ("storage.type.module", "kd"),
    ("storage.type.namespace", "kd"),
    ("storage.type.string", "sa"),
    ("storage.type.struct", "kd"),
    ("storage.type.type", "kd"),
    ("storage.type.var", "kd"),
    ("string", "s"),
    ("string.quoted.double", "s2"),
    ("string.quoted.other", "sb"),
    ("string.quoted.raw", "s"),
    ("string.quoted.single", "s1"),
    ("string.regexp", "sr"),
    ("string.unquoted.plain", "l"),
    ("support.class", "nc"),
    ("support.constant", "kc"),
    ("support.function", "nb"),
    ("support.macro", "fm"),
    ("support.type", "kt"),
    ("support.type.property-name", "na"),
    ("support.variable", "nv"),
    ("variable.annotation", "nd"),
    ("variable.declaration.terraform", "na"),
    ("variable.function", "nf"),
    ("variable.language", "bp"),
    ("variable.language.shell", "nv"),
    ("variable.other.alias.yaml", "nv"),
    ("variable.other.constant", "no"),
    ("variable.other.normal.shell", "nv"),
    ("variable.other.positional.shell", "nv"),
    ("variable.other.readwrite.assignment.shell", "nv"),
    ("variable.other.readwrite.shell", "nv"),
];

/// The table with its scopes built, the longest first.
static TABLE: LazyLock<Vec<(Scope, Class)>> = LazyLock::new(|| {
    let built = |(name, class): &(&str, Class)| Some((Scope::new(name).ok()?, *class));
    let mut table: Vec<(Scope, Class)> = CLASSES.iter().filter_map(built).collect();
    table.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    table
});

thread_local! {
    /// What the table says of the scopes that were met: some hundred, asked for at every word.
    static MET: RefCell<HashMap<Scope, Option<Class>>> = RefCell::default();
}

/// The class of text in `scope`, when the scope around it gives `outer`.
pub(super) fn class(scope: Scope, outer: Class) -> Class {
    match MET.with_borrow_mut(|met| *met.entry(scope).or_insert_with(|| own(scope))) {
        Some(class) if outer == KEY && class.starts_with('s') => outer,
        Some(class) => class,
        None => outer,
    }
}

/// The class of the longest scope in the table that begins this one.
fn own(scope: Scope) -> Option<Class> {
    TABLE.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
}

/// How many scopes a grammar takes off the stack for a while.
pub(super) fn count(amount: ClearAmount) -> usize {
    match amount {
        ClearAmount::TopN(count) => count,
        ClearAmount::All => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scope: &str, outer: Class) -> Class {
        class(Scope::new(scope).unwrap(), outer)
    }

    #[test]
    fn the_longest_prefix_decides() {
        assert_eq!(of("keyword.operator.arithmetic.go", PLAIN), "o");
        assert_eq!(of("keyword.control.go", PLAIN), "k");
        assert_eq!(of("comment.block.go", PLAIN), "cm");
    }

    #[test]
    fn what_has_no_class_inherits_the_one_around_it() {
        assert_eq!(of("punctuation.definition.string.begin.json", "s2"), "s2");
        assert_eq!(of("meta.group.shell", PLAIN), PLAIN);
        assert_eq!(of("meta.interpolation.python", "s2"), PLAIN);
    }

    #[test]
    fn a_quoted_key_stays_a_key() {
        assert_eq!(of("string.quoted.double.json", KEY), KEY);
        assert_eq!(of("constant.numeric.json", KEY), "m");
    }

    #[test]
    fn every_row_is_a_scope() {
        assert_eq!(TABLE.len(), CLASSES.len());
        assert!(CLASSES.is_sorted());
    }
}
