//! Detection of code that changes the module, which a body cannot: it takes `&self`.

use crate::visit::{self, Visit};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, ExprAssign, ExprBinary, ExprReference, Item};

use super::lower::compound;
use crate::errors::Errors;

/// Reports each place of the module that a body changes. Returns whether there is one.
pub(super) fn report(body: &Block, errors: &mut Errors) -> bool {
    let mut written = Written::default();
    written.visit_block(body);
    for place in &written.places {
        errors.at(
            place,
            "a differentiable method takes `&self`: weights do not change between forward and backward; change them in a method \
             of another impl block, which takes `&mut self`",
        );
    }
    !written.places.is_empty()
}

#[derive(Default)]
struct Written {
    places: Vec<TokenStream>,
}

impl Written {
    fn place(&mut self, place: &Expr) {
        if is_of_module(place) {
            self.places.push(place.to_token_stream());
        }
    }
}

impl<'ast> Visit<'ast> for Written {
    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        self.place(&assign.left);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, both: &'ast ExprBinary) {
        if compound(&both.op).is_some() {
            self.place(&both.left);
        }
        visit::visit_expr_binary(self, both);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        if reference.mutability.is_some() {
            self.place(&reference.expr);
        }
        visit::visit_expr_reference(self, reference);
    }

    // The functions of an item have their own `self`.
    fn visit_item(&mut self, _: &'ast Item) {}
}

/// Whether an expression names a field of the module, or an element of it.
fn is_of_module(place: &Expr) -> bool {
    match place {
        Expr::Field(field) => match &*field.base {
            Expr::Path(path) => path.path.is_ident("self"),
            base => is_of_module(base),
        },
        Expr::Index(access) => is_of_module(&access.expr),
        Expr::Paren(inner) => is_of_module(&inner.expr),
        _ => false,
    }
}
