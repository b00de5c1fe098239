//! Parts of the module where a tensor is wanted: a parameter that lacks a `&` or `.tensor()`, and a layer that is not called. rustc
//! would show the type of its view.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{
    BinOp, Block, Expr, ExprBinary, ExprCall, ExprMethodCall, FnArg, ImplItem, Item, ItemImpl, Member,
    Signature, Type,
};

use super::known_fields::PartTypes;
use super::method::behind_references;
use super::this::is_self_alone;
use crate::errors::Errors;
use crate::known::Place;
use crate::module::MODULES;
use crate::source_text::source_text;
use crate::visit::{self, Visit};
use crate::{beside, file_facts, known};

const PARAMETERS: [&str; 2] = ["Matrix", "Vector"];

/// Reports such parts in a body of a block; returns whether there are some.
pub(super) fn report(body: &Block, block: &ItemImpl, errors: &mut Errors) -> bool {
    let at = block.impl_token.span;
    let mut found = Errors::default();
    let types = PartTypes::of_module(&block.self_ty, at);
    MisusedParts { at, types, block, errors: &mut found }.visit_block(body);
    let is_found = !found.is_empty();
    errors.append(found);
    is_found
}

struct MisusedParts<'a> {
    /// A token of the item, whose module is known.
    at: Span,
    types: PartTypes,
    block: &'a ItemImpl,
    errors: &'a mut Errors,
}

/// What a part of the module is.
enum Part {
    Parameter,
    Layer { name: Ident, is_of_library: bool },
}

impl MisusedParts<'_> {
    fn part(&self, expr: &Expr) -> Option<Part> {
        let place = behind_parens(expr);
        if let Expr::Field(field) = place
            && let Member::Named(name) = &field.member
            && (name == "weight" || name == "bias")
            && let Some(Part::Layer { is_of_library: true, .. }) = self.part(&field.base)
        {
            return Some(Part::Parameter);
        }
        if !matches!(place, Expr::Field(_) | Expr::Index(_)) {
            return None;
        }
        let name = Ident::new(&self.types.of(place)?.replace('[', "list_of_"), self.at);
        let is_known = MODULES.iter().any(|module| name == module);
        let is_of_library = is_known && beside::is_of_library(&name, &name);
        if is_of_library && PARAMETERS.iter().any(|parameter| name == parameter) {
            return Some(Part::Parameter);
        }
        (is_of_library || known::is_derived(&name.to_string(), "Module"))
            .then(|| Part::Layer { name, is_of_library })
    }

    fn operand(&mut self, operand: &Expr) {
        if let Some(Part::Parameter) = self.part(operand) {
            let written = source_text(&operand.to_token_stream()).replace(" [", "[");
            self.errors
                .at(operand, format_args!("a parameter is an operand by reference: write `&{written}`"));
        }
    }

    /// Looks at what is passed for an argument that is a tensor.
    fn passed(&mut self, callee: &dyn std::fmt::Display, argument: &Expr) {
        let (is_borrowed, place) = match behind_parens(argument) {
            Expr::Reference(reference) => (true, &*reference.expr),
            place => (false, place),
        };
        let Some(part) = self.part(place) else { return };
        let written = source_text(&behind_parens(place).to_token_stream()).replace(" [", "[");
        match part {
            Part::Parameter => self.errors.at(
                argument,
                format_args!("`{callee}` takes a tensor, and this is a parameter: write `&{written}.tensor()`"),
            ),
            Part::Layer { name, .. } if is_borrowed => self.errors.at(
                argument,
                format_args!(
                    "`{callee}` takes a tensor, and this is a `{name}`: pass what it returns, as in `&{written}.forward(..)`"
                ),
            ),
            Part::Layer { .. } => {}
        }
    }

    /// Looks at the arguments of a function with this signature.
    fn arguments<'e>(&mut self, signature: &Signature, arguments: impl Iterator<Item = &'e Expr>) {
        let inputs = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(input) => Some(&*input.ty),
            FnArg::Receiver(_) => None,
        });
        for (ty, argument) in inputs.zip(arguments) {
            if is_tensor(ty) {
                self.passed(&signature.ident, argument);
            }
        }
    }

    /// Whether a method is one of this crate, all of whose arguments are tensors or data.
    fn takes_tensors(&self, call: &ExprMethodCall) -> bool {
        const OPERATIONS: [&str; 5] = ["cat", "matmul", "matmul_t", "maximum", "minimum"];
        if call.method == "forward" {
            return matches!(self.part(&call.receiver), Some(Part::Layer { is_of_library: true, .. }));
        }
        let name = call.method.to_string();
        let is_own = || Place::of(self.at).is_none_or(|place| file_facts::methods(place.file()).has(&name));
        OPERATIONS.contains(&&*name) && !is_own()
    }

    /// The signature of a function of this module.
    fn function(&self, name: &Ident) -> Option<Signature> {
        beside::items(self.at)?.into_iter().find_map(|item| match item {
            Item::Fn(function) if function.sig.ident == *name => Some(function.sig),
            _ => None,
        })
    }
}

fn is_tensor(ty: &Type) -> bool {
    match behind_references(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Tensor"),
        _ => false,
    }
}

fn behind_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind_parens(&inner.expr),
        Expr::Group(inner) => behind_parens(&inner.expr),
        expr => expr,
    }
}

impl<'ast> Visit<'ast> for MisusedParts<'_> {
    fn visit_expr_binary(&mut self, both: &'ast ExprBinary) {
        if matches!(both.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_)) {
            self.operand(&both.left);
            self.operand(&both.right);
        }
        visit::visit_expr_binary(self, both);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
            && call
                .args
                .iter()
                .any(|argument| matches!(argument, Expr::Reference(_) | Expr::Field(_) | Expr::Index(_)))
        {
            if let Some(signature) = self.function(name) {
                self.arguments(&signature, call.args.iter());
            } else if name.to_string().ends_with("_loss")
                && beside::is_of_library(name, &Ident::new("at", self.at))
            {
                // The losses take tensors and data.
                call.args.iter().for_each(|argument| self.passed(name, argument));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if is_self_alone(&call.receiver) {
            let own = self.block.items.iter().find_map(|member| match member {
                ImplItem::Fn(function) if function.sig.ident == call.method => Some(&function.sig),
                _ => None,
            });
            if let Some(signature) = own {
                self.arguments(signature, call.args.iter());
            }
        } else if self.takes_tensors(call) {
            call.args.iter().for_each(|argument| self.passed(&call.method, argument));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
