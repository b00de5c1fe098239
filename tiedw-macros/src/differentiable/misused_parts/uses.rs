//! Layers that are called like functions, put into modules, or passed to `stop_gradient`; and methods of layers that are called on
//! options of them.

use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct};

use super::operands::{behind_reference, written};
use super::{MisusedParts, behind_parens};
use crate::differentiable::mentions::is_cut;
use crate::file_facts;
use crate::known;

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

    /// Reports a module that is made of parts of this one.
    pub(super) fn made(&mut self, whole: &ExprStruct) {
        let Some(last) = whole.path.segments.last() else { return };
        if !known::is_derived(&last.ident.to_string(), "Module") {
            return;
        }
        let is_part = |value: &Expr| matches!(behind_parens(value), Expr::Field(_)) && self.part(value).is_some();
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
        let Expr::MethodCall(found) = behind_parens(&call.receiver) else { return };
        if !FINDING.iter().any(|name| found.method == name) {
            return;
        }
        let item = self.types.of(&found.receiver);
        let Some(item) = item.as_deref().and_then(|list| list.strip_prefix('[')) else { return };
        if self.is_of_layers(&found.receiver) && self.has_method(item, &call.method.to_string()) {
            let (option, method) = (written(&call.receiver), &call.method);
            self.errors.at(
                method,
                format_args!(
                    "`{}` returns an `Option`: write `if let Some(part) = {option} {{ part.{method}(..) }}`",
                    found.method
                ),
            );
        }
    }

    /// Whether a layer certainly has a method.
    fn has_method(&self, layer: &str, method: &str) -> bool {
        match self.part_of(layer) {
            Some(super::Part::Layer { is_of_library: true, .. }) => method.starts_with("forward"),
            Some(super::Part::Layer { name, .. }) => known::in_crate(&known::type_key(&name))
                .iter()
                .any(|known| file_facts::methods(known.place().file()).has_of_type(&name, method)),
            _ => false,
        }
    }
}
