//! Methods of other libraries, which this one has by another name.

use syn::{Block, ExprMethodCall, Item};

use crate::errors::Errors;
use crate::file_facts;
use crate::known::Place;
use crate::visit::{self, Visit};

pub(super) fn report(body: &Block, errors: &mut Errors) {
    Misnamed(errors).visit_block(body);
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
