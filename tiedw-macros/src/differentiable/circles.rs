//! Functions and methods of a file that call each other in a circle, other than in one impl block. Their pullbacks are boxed, as
//! those of functions that call themselves.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use syn::{Block, ExprMethodCall, ExprPath, Item, Type};

use super::recursion;
use super::this::is_self_alone;
use crate::file_facts;
use crate::known::Place;
use crate::visit::{self, Visit};

/// The names of the functions, and of the methods with those of their types, as in `Net::step`.
#[derive(Default)]
pub(crate) struct Circles(HashSet<String>);

impl Circles {
    /// Finds those among items. What has one name is taken for one: a box more changes no result.
    pub(crate) fn among(items: &[Item]) -> Self {
        let mut functions = Functions::default();
        items.iter().for_each(|item| functions.visit_item(item));
        let mut known: HashMap<String, Vec<String>> = HashMap::new();
        for Function { name, of, .. } in &functions.0 {
            let whole = whole(*of, name);
            known.entry(whole.clone()).or_default().push(whole.clone());
            // A free function may call the method on an argument.
            let on_any = of.map(|_| on_any(name));
            known.entry(on_any.unwrap_or_default()).or_default().push(whole);
        }
        let mut calls: HashMap<String, Vec<String>> = HashMap::new();
        for Function { name, of, names } in &functions.0 {
            let called = names.iter().filter_map(|name| known.get(name)).flatten().cloned();
            calls.entry(whole(*of, name)).or_default().extend(called);
        }
        Circles(recursion::in_circles(&calls).collect())
    }
}

/// Whether a function, or a method of a type, is in a circle of those of its file, as far as it can be read.
pub(super) fn has(of: Option<&Type>, name: &Ident, at: Span) -> bool {
    let of = of.and_then(name_of);
    Place::of(at).is_some_and(|place| file_facts::circles(place.file()).0.contains(&whole(of, name)))
}

struct Function<'a> {
    name: &'a Ident,
    /// The type that it is a method of.
    of: Option<&'a Ident>,
    /// What it names.
    names: Vec<String>,
}

#[derive(Default)]
struct Functions<'a>(Vec<Function<'a>>);

impl<'ast> Visit<'ast> for Functions<'ast> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(function) => self.note(&function.sig.ident, None, &function.block),
            Item::Impl(block) if block.trait_.is_none() => {
                for function in recursion::functions(block) {
                    self.note(&function.sig.ident, name_of(&block.self_ty), &function.block);
                }
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

impl<'ast> Functions<'ast> {
    fn note(&mut self, name: &'ast Ident, of: Option<&'ast Ident>, block: &Block) {
        let mut names = Names { of, found: Vec::new() };
        names.visit_block(block);
        self.0.push(Function { name, of, names: names.found });
    }
}

struct Names<'a> {
    of: Option<&'a Ident>,
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let names: Vec<&Ident> = path.path.segments.iter().map(|segment| &segment.ident).collect();
        let [before @ .., last] = &names[..] else { return };
        self.found.push(whole(None, last));
        let of = before.last().map(|of| if **of == "Self" { self.of.unwrap_or(of) } else { of });
        self.found.extend(of.map(|of| whole(Some(of), last)));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.found.extend(match self.of {
            Some(of) => is_self_alone(&call.receiver).then(|| whole(Some(of), &call.method)),
            None => Some(on_any(&call.method)),
        });
        visit::visit_expr_method_call(self, call);
    }
}

fn whole(of: Option<&Ident>, name: &Ident) -> String {
    of.map_or_else(|| name.to_string(), |of| format!("{of}::{name}"))
}

fn on_any(name: &Ident) -> String {
    format!("::{name}")
}

fn name_of(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}
