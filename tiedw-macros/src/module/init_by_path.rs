//! An initializer by the path of a module that is not imported, as in `#[module(init = init::ones)]`. rustc would propose the trait
//! `Init`.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, Item, Path};

use crate::beside::{self, Import, imports_of_library};
use crate::errors::Errors;
use crate::source_text::source_text;

/// Reports it, and leaves out the module, as the functions of `tiedw::init` are in scope.
pub(super) fn mend(init: &mut Expr, owner: &Ident, errors: &mut Errors) {
    let path = match init {
        Expr::Path(path) => &mut path.path,
        Expr::Call(call) => match &mut *call.func {
            Expr::Path(path) => &mut path.path,
            _ => return,
        },
        _ => return,
    };
    let Some(last) = path.segments.last().cloned() else { return };
    let first = path.segments[0].ident.clone();
    if path.segments.len() != 2
        || first != "init"
        || path.leading_colon.is_some()
        || may_be(&first, owner.span())
    {
        return;
    }
    *path = Path::from(last);
    let meant = source_text(&init.to_token_stream());
    errors.at(
        &first,
        format_args!("`init` is not in scope here, and the functions of `tiedw::init` are: write `{meant}`"),
    );
}

/// Whether a module has an item of this name.
fn may_be(name: &Ident, at: Span) -> bool {
    let is_it = |item: &Item| match item {
        Item::Mod(item) => item.ident == *name,
        Item::Use(item) => match Import::of(&item.tree, name) {
            Import::Name => true,
            Import::Glob => !imports_of_library(&item.tree),
            Import::Other => false,
        },
        Item::ExternCrate(_) => true,
        Item::Macro(call) => call.ident.is_none(),
        _ => false,
    };
    beside::items(at).is_none_or(|items| items.iter().any(is_it))
}
