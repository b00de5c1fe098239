//! Detection of variables that share a name but differ in hygiene: one from a macro, one passed to the macro.

use std::collections::HashMap;

use crate::visit::{self, Visit};
use proc_macro2::Ident;
use syn::{Block, ExprPath, PatIdent};

use super::method::Argument;
use crate::errors::Errors;

/// Reports a name in a body that rustc's hygiene keeps apart from a binding of the same name.
pub(super) fn report(arguments: &[Argument], block: &Block, errors: &mut Errors) {
    let mut names = Names::default();
    for argument in arguments {
        names.bound.entry(argument.name.to_string()).or_insert_with(|| origin(&argument.name));
    }
    names.visit_block(block);
    for name in &names.seen {
        if names.bound.get(&name.to_string()).is_some_and(|bound| *bound != origin(name)) {
            return errors.at(
                name,
                format_args!(
                    "a macro has two variables `{name}` here, one its own and one that it was given; rename its own"
                ),
            );
        }
    }
}

#[derive(Default)]
struct Names {
    /// Each bound variable, with the origin of its first binding.
    bound: HashMap<String, String>,
    /// Each name that binds or may use a variable.
    seen: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.bound.entry(pattern.ident.to_string()).or_insert_with(|| origin(&pattern.ident));
        self.seen.push(pattern.ident.clone());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        self.seen.extend(path.path.get_ident().filter(|name| *name != "self").cloned());
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Returns the macro expansion that a name comes from: the debug output of a span has it before the byte range.
fn origin(name: &Ident) -> String {
    let place = format!("{:?}", name.span());
    place.split_once(" bytes").map(|(origin, _)| origin.to_owned()).unwrap_or_default()
}
