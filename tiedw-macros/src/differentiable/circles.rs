//! Functions and methods that call each other in a circle, other than in one impl block. Their pullbacks are boxed, as those of
//! functions that call themselves.
//!
//! What is called in other files is found through imports and declarations of modules.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proc_macro2::{Ident, Span};
use syn::{Block, ExprMethodCall, ExprPath, Item, ItemUse, Type, UseTree};

use super::recursion;
use super::this::is_self_alone;
use crate::file_facts;
use crate::known::Place;
use crate::visit::{self, Visit};

/// The names of the functions, and of the methods with those of their types, as in `Net::step`.
#[derive(Default)]
pub(crate) struct Circles(HashSet<String>);

/// The files that are read for the circles of one.
const FILES: usize = 32;

impl Circles {
    /// Finds those of a file. What has one name is taken for one: a box more changes no result.
    pub(crate) fn of(file: &Path, own: &Arc<Functions>) -> Self {
        let files = linked(file, own);
        let mut known: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
        let all = || {
            files.iter().enumerate().flat_map(|(at, file)| file.functions.iter().map(move |one| (at, one)))
        };
        for (at, Function { whole, on_any, .. }) in all() {
            for name in [Some(whole), on_any.as_ref()].into_iter().flatten() {
                known.entry(name).or_default().push((at, whole));
            }
        }
        let key = |at: usize, name: &str| format!("{at} {name}");
        let mut calls: HashMap<String, Vec<String>> = HashMap::new();
        for (at, function) in all() {
            let called = calls.entry(key(at, &function.whole)).or_default();
            for name in &function.names {
                let Some(found) = known.get(name.text.as_str()) else { continue };
                let is_here = name.is_alone && found.iter().any(|(file, _)| *file == at);
                let found = found.iter().filter(|(file, _)| !is_here || *file == at);
                called.extend(found.map(|(file, whole)| key(*file, whole)));
            }
        }
        let own = |name: String| name.strip_prefix("0 ").map(str::to_owned);
        Circles(recursion::in_circles(&calls).filter_map(own).collect())
    }
}

/// The functions of a file, and of those that it leads to.
fn linked(file: &Path, own: &Arc<Functions>) -> Vec<Arc<Functions>> {
    let (mut paths, mut found) = (vec![file.to_owned()], vec![own.clone()]);
    let mut at = 0;
    while at < found.len() && found.len() < FILES {
        let files: Vec<PathBuf> =
            found[at].modules.iter().filter_map(|module| file_facts::of_module(&paths[at], module)).collect();
        for file in files {
            if !paths.contains(&file) {
                found.push(file_facts::functions(&file));
                paths.push(file);
            }
        }
        at += 1;
    }
    found
}

/// Whether a function, or a method of a type, is in a circle, as far as it can be read.
pub(super) fn has(of: Option<&Type>, name: &Ident, at: Span) -> bool {
    let of = of.and_then(name_of);
    Place::of(at).is_some_and(|place| {
        let file = place.file();
        std::fs::read_to_string(file).is_ok_and(|source| may_have(&source, of.is_some(), &name.to_string()))
            && file_facts::circles(file).0.contains(&whole(of, name))
    })
}

/// Whether a file may have a circle through a function: it is named other than where it is defined, or there are other files. A
/// file is read much faster than it is parsed.
fn may_have(source: &str, is_method: bool, name: &str) -> bool {
    let leads_on = ["crate::", "super::", "self::", "mod "].iter().any(|other| source.contains(other));
    leads_on
        || source.match_indices(name).any(|(at, _)| {
            let (before, after) = (&source[..at], &source[at + name.len()..]);
            if before.ends_with(is_of_name) || after.starts_with(is_of_name) {
                return false;
            }
            let before = before.trim_end();
            match is_method {
                true => before.ends_with("::") || before.ends_with('.'),
                false => !before.ends_with("fn"),
            }
        })
}

fn is_of_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

struct Function {
    /// Its name, with the type that it is a method of.
    whole: String,
    /// Its name where the type is not known.
    on_any: Option<String>,
    names: Vec<Name>,
}

/// A name in a function.
struct Name {
    text: String,
    /// Whether no module stands before it.
    is_alone: bool,
}

/// The functions in a file, and the modules that it names.
#[derive(Default)]
pub(crate) struct Functions {
    functions: Vec<Function>,
    modules: Vec<Vec<String>>,
}

impl Functions {
    pub(crate) fn among(items: &[Item]) -> Self {
        let mut functions = Functions::default();
        items.iter().for_each(|item| functions.visit_item(item));
        functions
    }

    fn note(&mut self, name: &Ident, of: Option<&Ident>, block: &Block) {
        let mut names = Names { of, found: Vec::new() };
        names.visit_block(block);
        // A free function may call the method on an argument.
        let on_any = of.map(|_| on_any(name));
        self.functions.push(Function { whole: whole(of, name), on_any, names: names.found });
    }

    fn note_import(&mut self, import: &ItemUse) {
        let mut modules = Vec::new();
        paths(&import.tree, &mut Vec::new(), &mut modules);
        self.modules.extend(modules);
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(function) => self.note(&function.sig.ident, None, &function.block),
            Item::Impl(block) => {
                for function in recursion::functions(block) {
                    self.note(&function.sig.ident, name_of(&block.self_ty), &function.block);
                }
            }
            Item::Use(import) => self.note_import(import),
            Item::Mod(module) if module.content.is_none() => {
                self.modules.push(vec!["self".to_owned(), module.ident.to_string()]);
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

/// The paths that an import names, each also without its last name.
fn paths(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let with = |name: &Ident| before.iter().cloned().chain([name.to_string()]).collect();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            paths(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => found.extend([before.clone(), with(&name.ident)]),
        UseTree::Rename(name) => found.extend([before.clone(), with(&name.ident)]),
        UseTree::Glob(_) => found.push(before.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| paths(tree, before, found)),
    }
}

struct Names<'a> {
    of: Option<&'a Ident>,
    found: Vec<Name>,
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let names: Vec<&Ident> = path.path.segments.iter().map(|segment| &segment.ident).collect();
        let [before @ .., last] = &names[..] else { return };
        self.found.push(Name { text: whole(None, last), is_alone: before.is_empty() });
        let of = before.last().map(|of| if **of == "Self" { self.of.unwrap_or(of) } else { of });
        self.found.extend(of.map(|of| Name { text: whole(Some(of), last), is_alone: false }));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let text = match self.of {
            Some(of) => is_self_alone(&call.receiver).then(|| whole(Some(of), &call.method)),
            None => Some(on_any(&call.method)),
        };
        self.found.extend(text.map(|text| Name { text, is_alone: false }));
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

#[cfg(test)]
mod tests {
    use super::may_have;

    #[test]
    fn circles_are_looked_for_where_a_function_is_named() {
        let method = |source| may_have(source, true, "loss");
        assert!(!method("fn loss(&self) { let loss = mse_loss(x); loss } fn f() { net.loss_and_grad() }"));
        assert!(method("fn loss(&self) { f(self) } fn f(net: &Net) { net.loss() }"));
        assert!(method("fn loss(&self) { f(self) } fn f(net: &Net) { Net:: loss(net) }"));
        assert!(method("use crate::others::f; fn loss(&self) { f(self) }"));
        assert!(method("mod others; fn loss(&self) {}"));
        let function = |source| may_have(source, false, "loss");
        assert!(!function("fn loss() { mse_loss() }"));
        assert!(function("fn loss() { f() } fn f() { loss() }"));
        assert!(function("fn loss() { f() } fn f() { x.map(loss) }"));
    }
}
