//! Parameters where a list of tensors or of numbers is meant: `Tensor::stack(&self.weights, 0)`, `self.scale.iter()`, and elements found by
//! a method, as in `self.scale.as_slice()[0]` and `self.weight.t()[(0, 1)]`. The methods of parameters that the user sees outside of bodies
//! have no companions.

use proc_macro2::Span;
use quote::format_ident;
use syn::{Expr, ExprCall, ExprIndex, ExprMethodCall, ImplItem, Item, ItemImpl, parse_quote};

use super::known_fields::PartTypes;
use super::lower::order;
use crate::visit_mut::{self, VisitMut};

/// Replaces them in the methods of a block.
pub(super) fn replace(block: &mut ItemImpl, types: &PartTypes) {
    let mut lists = Lists(types);
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            lists.visit_block_mut(&mut function.block);
        }
    }
}

struct Lists<'t>(&'t PartTypes);

impl Lists<'_> {
    /// Whether a part of the module certainly is a parameter of this type, and no module of the user's own.
    fn is(&self, part: &Expr, ty: &str) -> bool {
        self.0.of(part).as_deref() == Some(ty) && self.0.is_parameter(ty)
    }

    fn is_parameter(&self, part: &Expr) -> bool {
        self.is(part, "Vector") || self.is(part, "Matrix")
    }

    /// The list of tensors that a list of parameters stands for.
    fn tensors(&self, list: &Expr) -> Option<Expr> {
        match list {
            Expr::Reference(list) if list.mutability.is_none() => {
                let tensors = self.tensors(&list.expr)?;
                Some(parse_quote!(&#tensors))
            }
            Expr::Array(list) if list.elems.iter().any(|part| self.is_parameter(part)) => {
                let elements = list.elems.iter().map(|part| -> Expr {
                    if self.is_parameter(part) { parse_quote!((#part).tensor()) } else { part.clone() }
                });
                Some(parse_quote!([#(#elements),*]))
            }
            list => {
                let of_elements = self.0.of(list)?;
                let element = of_elements.strip_prefix('[')?;
                let part = format_ident!("__parameter", span = Span::mixed_site());
                self.0.is_parameter(element).then(
                    || parse_quote!(#list.iter().map(|#part| #part.tensor()).collect::<::std::vec::Vec<_>>()),
                )
            }
        }
    }

    /// Gives `Tensor::stack` and `Tensor::concat` tensors.
    fn call(&self, call: &mut ExprCall) {
        let Expr::Path(function) = &*call.func else { return };
        let names: Vec<_> =
            function.path.segments.iter().rev().map(|segment| segment.ident.to_string()).collect();
        if let [name, of, ..] = &names[..]
            && of == "Tensor"
            && (name == "stack" || name == "concat")
            && let Some(list) = call.args.first_mut()
            && let Some(tensors) = self.tensors(list)
        {
            *list = tensors;
        }
    }

    /// The elements that `vector.iter()` yields.
    fn elements(&self, call: &ExprMethodCall) -> Option<Expr> {
        if call.method != "iter" || !call.args.is_empty() {
            return None;
        }
        self.elements_of(as_slice(&call.receiver).unwrap_or(&call.receiver))
    }

    /// Iterates over the elements that `vector.as_slice()` stands for where an iterator is taken.
    fn iterate(&self, iterator: &mut Expr) {
        if let Some(elements) = as_slice(iterator).and_then(|vector| self.elements_of(vector)) {
            *iterator = elements;
        }
    }

    fn elements_of(&self, vector: &Expr) -> Option<Expr> {
        let index = format_ident!("__element", span = Span::mixed_site());
        self.is(vector, "Vector").then(|| parse_quote!((0..(#vector).len()).map(|#index| &(#vector)[#index])))
    }

    /// The element of a parameter that is found by a method.
    fn element(&self, access: &ExprIndex) -> Option<Expr> {
        let index = &access.index;
        if let Some(vector) = as_slice(&access.expr) {
            let is_element = self.is(vector, "Vector") && !matches!(**index, Expr::Range(_));
            return is_element.then(|| parse_quote!(#vector[#index]));
        }
        let Expr::MethodCall(transposed) = &*access.expr else { return None };
        let (Expr::Tuple(pair), matrix) = (&**index, &transposed.receiver) else { return None };
        let is_element = transposed.method == "t"
            && transposed.args.is_empty()
            && self.is(matrix, "Matrix")
            && !order::calls(index);
        match &pair.elems.iter().collect::<Vec<_>>()[..] {
            [row, column] if is_element => Some(parse_quote!(#matrix[(#column, #row)])),
            _ => None,
        }
    }
}

/// The `part` in `part.as_slice()`.
fn as_slice(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::MethodCall(call) if call.method == "as_slice" && call.args.is_empty() => Some(&call.receiver),
        _ => None,
    }
}

impl VisitMut for Lists<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let other = match expr {
            Expr::Call(call) => {
                self.call(call);
                None
            }
            Expr::MethodCall(call) => {
                if (call.method == "zip" || call.method == "chain") && call.args.len() == 1 {
                    self.iterate(&mut call.args[0]);
                }
                self.elements(call)
            }
            Expr::ForLoop(inner) => {
                self.iterate(&mut inner.expr);
                None
            }
            Expr::Index(access) => self.element(access),
            _ => None,
        };
        if let Some(other) = other {
            *expr = other;
        }
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
