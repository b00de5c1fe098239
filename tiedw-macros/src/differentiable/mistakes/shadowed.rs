//! Items of the user's with names of the standard library, such as `fn once`, `mod mem` and `macro_rules! vec`: of a call in a body, the
//! value would be theirs and the gradient that of the standard library.

use proc_macro2::Ident;
use syn::{Block, Expr, ExprCall, Item, Macro, UseTree};

use crate::beside;
use crate::errors::Errors;
use crate::known::Place;
use crate::visit::{self, Visit};

/// Functions that are called by their names alone, with the number of arguments.
const FUNCTIONS: [(&str, usize); 5] = [("once", 1), ("repeat_n", 2), ("Some", 1), ("Ok", 1), ("Err", 1)];

/// Modules and types before the name of a function.
const OWNERS: [(&str, &str); 7] = [
    ("mem", "take"),
    ("mem", "replace"),
    ("mem", "swap"),
    ("iter", "once"),
    ("iter", "repeat_n"),
    ("array", "from_fn"),
    ("Box", "new"),
];

const MACROS: [&str; 8] = ["vec", "matches", "format", "print", "println", "eprint", "eprintln", "assert"];

pub(super) fn report(body: &Block, errors: &mut Errors) {
    let mut calls = Calls(Vec::new());
    calls.visit_block(body);
    let mut reported = Vec::new();
    for name in calls.0 {
        if !reported.contains(&name) && is_own(name) {
            errors.at(
                name,
                format_args!(
                    "this is the `{name}` of this crate, and the gradient would be that of the standard library's: give it another name"
                ),
            );
            reported.push(name);
        }
    }
}

/// The names in calls that mean the standard library.
struct Calls<'a>(Vec<&'a Ident>);

impl<'a> Visit<'a> for Calls<'a> {
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(function) = &*call.func {
            let segments: Vec<&Ident> = function.path.segments.iter().map(|segment| &segment.ident).collect();
            match segments[..] {
                [name]
                    if FUNCTIONS
                        .iter()
                        .any(|(function, count)| name == function && call.args.len() == *count) =>
                {
                    self.0.push(name);
                }
                [owner, name] if OWNERS.iter().any(|(of, function)| owner == of && name == function) => {
                    self.0.push(owner);
                }
                [root, ..] if root == "std" || root == "core" => self.0.push(root),
                _ => {}
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        if let Some(name) = call.path.get_ident().filter(|name| MACROS.iter().any(|of| *name == of)) {
            self.0.push(name);
        }
    }
}

/// Whether the module around defines or imports an item of this name that is not of the standard library.
fn is_own(name: &Ident) -> bool {
    let Some(source) = Place::of(name.span()).and_then(|place| place.source()) else { return false };
    if beside::has_word(&source, &format!("macro_rules! {name}")) {
        return true;
    }
    let heads = ["fn ", "mod ", "struct ", "enum ", "type ", "as ", "::", ", ", "{"];
    heads.iter().any(|head| beside::has_word(&source, &format!("{head}{name}")))
        && beside::items_outside(name.span())
            .is_some_and(|items| items.iter().any(|item| defines(item, name)))
}

fn defines(item: &Item, name: &Ident) -> bool {
    match item {
        Item::Fn(item) => item.sig.ident == *name,
        Item::Mod(item) => item.ident == *name,
        Item::Struct(item) => item.ident == *name,
        Item::Enum(item) => item.ident == *name,
        Item::Type(item) => item.ident == *name,
        Item::Use(import) => imports(&import.tree, name, false),
        _ => false,
    }
}

/// Whether an import, in a path of this crate or not, is of an own item of this name.
fn imports(tree: &UseTree, name: &Ident, is_of_crate: bool) -> bool {
    match tree {
        UseTree::Path(path) => {
            let is_root = ["crate", "self", "super"].iter().any(|root| path.ident == root);
            imports(&path.tree, name, is_of_crate || is_root)
        }
        UseTree::Name(import) => is_of_crate && import.ident == *name,
        UseTree::Rename(import) => import.rename == *name && import.ident != *name,
        UseTree::Group(group) => group.items.iter().any(|tree| imports(tree, name, is_of_crate)),
        UseTree::Glob(_) => false,
    }
}
