//! Methods of `f32` that no type parameter for the elements has, as in `loss.max(E::ZERO)`. rustc would suggest bounds that no number
//! meets.

use quote::ToTokens;
use syn::{Block, Expr, ExprMethodCall, Generics, Item};

use crate::differentiable::method::traits_of;
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::visit::{self, Visit};

pub(super) fn report(body: &Block, generics: [&Generics; 2], errors: &mut Errors) {
    let elements = generics.iter().flat_map(|own| own.type_params()).filter(|param| {
        let name = &param.ident;
        let name = syn::parse_quote!(#name);
        let mut bounds = generics.iter().flat_map(|generics| traits_of(&name, generics)).peekable();
        // Another bound may have the methods.
        bounds.peek().is_some()
            && bounds.all(|bound| bound.path.is_ident("Element") || bound.path.is_ident("Copy"))
    });
    let elements: Vec<String> = elements.map(|param| param.ident.to_string()).collect();
    if !elements.is_empty() {
        ElementMethods { elements, errors }.visit_block(body);
    }
}

struct ElementMethods<'e> {
    /// The type parameters that are element types.
    elements: Vec<String>,
    errors: &'e mut Errors,
}

impl ElementMethods<'_> {
    /// Whether this is a constant of an element type, as `E::ZERO`.
    fn is_element(&self, expr: &Expr) -> bool {
        let Expr::Path(path) = expr else { return false };
        let first = path.path.segments.first().filter(|_| path.path.segments.len() == 2);
        first.is_some_and(|first| self.elements.iter().any(|element| first.ident == element))
    }
}

impl<'ast> Visit<'ast> for ElementMethods<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let sign = if call.method == "max" { '>' } else { '<' };
        if let Some(other) = call.args.first()
            && call.args.len() == 1
            && (call.method == "max" || call.method == "min")
            && self.is_element(other)
        {
            let other = source_text(&other.to_token_stream());
            self.errors.at(
                &call.method,
                format_args!(
                    "an `Element` has no `{}`: write `if x {sign} {other} {{ x }} else {{ {other} }}`",
                    call.method
                ),
            );
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
