//! Methods of other libraries, which this one has by another name, and variables with names of companions.

use proc_macro2::Ident;
use syn::{Block, Expr, ExprCall, ExprMethodCall, Item, PatIdent};

use crate::errors::Errors;
use crate::file_facts;
use crate::known::Place;
use crate::visit::{self, Visit};

pub(super) fn report(body: &Block, errors: &mut Errors) {
    Misnamed(errors).visit_block(body);
    let mut names = Names::default();
    names.visit_block(body);
    for variable in &names.variables {
        let function = names.called.iter().find(|function| *variable == format!("{function}_vjp"));
        if let Some(function) = function {
            errors.at(
                variable,
                format_args!(
                    "`{variable}` is the name of the companion of `{function}`: give the variable another name"
                ),
            );
        }
    }
}

/// The names of functions that a body calls, and of its variables that may be those of companions.
#[derive(Default)]
struct Names {
    called: Vec<Ident>,
    variables: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.called.extend(function.path.get_ident().cloned());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
        if name.ident.to_string().ends_with("_vjp") {
            self.variables.push(name.ident.clone());
        }
        visit::visit_pat_ident(self, name);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

struct Misnamed<'e>(&'e mut Errors);

impl<'ast> Visit<'ast> for Misnamed<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = &call.method;
        let is_own = || {
            Place::of(method.span())
                .is_none_or(|place| file_facts::methods(place.file()).has(&method.to_string()))
        };
        if method == "detach" && call.args.is_empty() && !is_own() {
            self.0.at(
                method,
                "no value has a method `detach`; write `stop_gradient(x)`, which has no gradient",
            );
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
