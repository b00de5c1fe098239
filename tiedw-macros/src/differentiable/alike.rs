//! Names that look alike and mean two variables: one that a macro wrote, and one that the macro was given.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, ExprPath, PatIdent};

use super::method::Argument;
use crate::errors::Errors;

/// Reports the variables of a body that share their name with another which rustc keeps apart.
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
    /// Each variable that a pattern binds, and whose it is.
    bound: HashMap<String, String>,
    /// Where one may be used.
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

/// Which macro wrote a name, as far as its place says: the compiler writes that before the position.
fn origin(name: &Ident) -> String {
    let place = format!("{:?}", name.span());
    place.split_once(" bytes").map(|(origin, _)| origin.to_owned()).unwrap_or_default()
}
