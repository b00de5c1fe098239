//! Layers that are called like functions, put into modules, or passed to `stop_gradient`; and methods of layers that are called on
//! options of them.

use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct};

use super::operands::{behind_reference, written};
use super::{MisusedParts, behind_parens};
use crate::differentiable::mentions::is_cut;
use crate::file_facts;
use crate::known;

/// Methods of options, which a layer may have, too.
const OF_OPTIONS: [&str; 28] = [
    "and",
    "and_then",
    "as_deref",
    "as_ref",
    "cloned",
    "copied",
    "expect",
    "filter",
    "flatten",
    "inspect",
    "into_iter",
    "is_none",
    "is_none_or",
    "is_some",
    "is_some_and",
    "iter",
    "map",
    "map_or",
    "map_or_else",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "xor",
    "zip",
];

/// Methods of lists that return an option.
const FINDING: [&str; 3] = ["first", "get", "last"];

impl MisusedParts<'_> {
    pub(super) fn called(&mut self, call: &ExprCall) {
        let function = behind_parens(&call.func);
        if self.is_one_layer(function) {
            let layer = written(function);
            return self.errors.at(
                function,
                format_args!("`{layer}` is a layer, and no function: write `{layer}.forward(..)`"),
            );
        }
        self.without_layer(call);
        if !is_cut(&call.func) {
            return;
        }
        let argument = call.args.first().map(behind_reference);
        if let Some(argument) = argument
            && let Some(layer) = self.layer_at(argument)
        {
            let written = written(argument);
            self.errors.at(
                argument,
                format_args!(
                    "`stop_gradient` takes a value: write it of what the layer returns, as in \
                     `stop_gradient({written}.forward(..))`, or make the field a `Frozen<{layer}>`"
                ),
            );
        }
    }

    /// Reports `Linear::<4, 4>::forward(x)`, which lacks the layer.
    fn without_layer(&mut self, call: &ExprCall) {
        let Expr::Path(path) = behind_parens(&call.func) else { return };
        let mut names = path.path.segments.iter().rev().map(|segment| &segment.ident);
        let is_forward = names.next().is_some_and(|name| name == "forward");
        let Some(owner) = names.next().filter(|_| is_forward && call.args.len() == 1) else { return };
        if let Some(super::Part::Layer { name, .. }) = self.part_of(&owner.to_string()) {
            self.errors.at(
                &call.func,
                format_args!(
                    "this names no layer: make a `{name}` a field of the module, and write `self.layer.forward(..)`"
                ),
            );
        }
    }

    /// Reports a `Dropout` that a body makes, where its `forward` lacks the generator.
    pub(super) fn dropout(&mut self, call: &ExprMethodCall) {
        let is_made = match behind_parens(&call.receiver) {
            Expr::Path(path) => self.dropouts.iter().any(|name| path.path.is_ident(name)),
            made => is_new_dropout(made),
        };
        if is_made && call.method == "forward" && call.args.len() == 1 {
            self.errors.at(
                &call.receiver,
                "a layer is a field of the module: make a `Dropout` one, and write `self.dropout.forward(x, rng)`",
            );
        }
    }

    /// Reports a module that is made of parts of this one.
    pub(super) fn made(&mut self, whole: &ExprStruct) {
        let Some(last) = whole.path.segments.last() else { return };
        if !known::is_derived(&last.ident.to_string(), "Module") {
            return;
        }
        let is_part =
            |value: &Expr| matches!(behind_parens(value), Expr::Field(_)) && self.part(value).is_some();
        if let Some(field) = whole.fields.iter().find(|field| is_part(&field.expr)) {
            self.errors.at(
                &field.expr,
                format_args!(
                    "this would move the part out of the module: make a `{}` a field, and call that",
                    last.ident
                ),
            );
        }
    }

    /// Reports a method of a layer that is called on an option, as that of `self.blocks.first()`.
    pub(super) fn of_option(&mut self, call: &ExprMethodCall) {
        let receiver = behind_parens(&call.receiver);
        let item = match receiver {
            Expr::Path(path) => {
                let found = self.options.iter().find(|(name, _)| path.path.is_ident(name));
                found
                    .filter(|(name, _)| self.bound.iter().filter(|other| *other == name).count() == 1)
                    .map(|(_, item)| item.clone())
            }
            receiver => self.item_found(receiver),
        };
        let Some(item) = item.filter(|item| self.has_method(item, &call.method.to_string())) else { return };
        let (option, method) = (written(receiver), &call.method);
        self.errors.at(
            method,
            format_args!(
                "`{option}` is an `Option` of a `{item}`: write `if let Some(part) = {option} {{ part.{method}(..) }}`"
            ),
        );
    }

    /// The type of a layer that this may find in a list, as `self.blocks.first()`.
    pub(super) fn item_found(&self, expr: &Expr) -> Option<String> {
        let Expr::MethodCall(found) = behind_parens(expr) else { return None };
        if !FINDING.iter().any(|name| found.method == name) {
            return None;
        }
        let list = self.types.of(&found.receiver)?;
        list.strip_prefix('[').filter(|_| self.is_of_layers(&found.receiver)).map(str::to_owned)
    }

    /// Whether a layer certainly has a method that an option of it has not.
    fn has_method(&self, layer: &str, method: &str) -> bool {
        if OF_OPTIONS.contains(&method) {
            return false;
        }
        match self.part_of(layer) {
            Some(super::Part::Layer { is_of_library: true, .. }) => method.starts_with("forward"),
            Some(super::Part::Layer { name, .. }) => known::in_crate(&known::type_key(&name))
                .iter()
                .any(|known| file_facts::methods(known.place().file()).has_of_type(&name, method)),
            _ => false,
        }
    }
}

/// Whether this is a call of `Dropout::new`.
pub(super) fn is_new_dropout(made: &Expr) -> bool {
    let Expr::Call(call) = behind_parens(made) else { return false };
    let Expr::Path(path) = &*call.func else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|name| name == "new") && names.next().is_some_and(|owner| owner == "Dropout")
}
