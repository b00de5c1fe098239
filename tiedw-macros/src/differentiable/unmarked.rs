//! Impl blocks of the same file that lack `#[differentiable]`, and of which a body calls a method.
//!
//! rustc would say that a view, which the user does not know, has no such method, or show the name of a companion. With stubs
//! for these types, it speaks of the block. Everything else that a call may mean hides the stubs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident};
use syn::{
    Expr, ExprMethodCall, GenericArgument, ImplItem, Item, ItemImpl, PathArguments, Type, TypePath,
    Visibility, parse_quote,
};

use super::unmarked_operators;
use crate::beside;
use crate::known::Place;
use crate::visit::{self, Visit};

/// An impl block without the attribute, of a struct or an enum of the same module.
#[derive(Clone)]
struct Found {
    /// The modules of the file that it is in.
    module: Vec<String>,
    owner: String,
    /// Whether the head means the same in the module around.
    is_visible: bool,
    /// The block without its items.
    head: String,
    is_module: bool,
    methods: Vec<Method>,
}

#[derive(Clone, PartialEq)]
struct Method {
    name: String,
    /// The number of arguments other than `self`.
    count: usize,
}

/// An impl block, and which of its methods may be called.
pub(super) struct Unmarked {
    /// The block without its items.
    pub(super) head: ItemImpl,
    /// Whether it is one of a module.
    pub(super) is_module: bool,
    /// Each method, with the number of its arguments other than `self`.
    pub(super) methods: Vec<(Ident, usize)>,
}

/// Returns the blocks of which code at this place, which `visit` visits, may call a method.
pub(super) fn called_by(at: Span, visit: impl Fn(&mut Calls)) -> Vec<Unmarked> {
    let Some(place) = Place::of(at) else { return Vec::new() };
    let mut found = blocks(&place);
    if !found.is_empty() {
        let mut calls = Calls::default();
        visit(&mut calls);
        found = calls.of(found);
    }
    if found.is_empty() {
        return Vec::new();
    }
    let Some(module) = place.source().and_then(|source| beside::module_names(&place, &source)) else {
        return Vec::new();
    };
    let mut owners = Vec::new();
    let is_first = |found: &Found| {
        let owner = (found.module.clone(), found.owner.clone());
        let is_first = !owners.contains(&owner);
        owners.push(owner);
        is_first
    };
    found.into_iter().filter(is_first).filter_map(|found| found.read(&module)).collect()
}

impl Found {
    /// Reads what is needed of it in a module; `None` if its type cannot be named there.
    fn read(self, module: &[String]) -> Option<Unmarked> {
        let mut head: ItemImpl = syn::parse_str(&self.head).ok()?;
        if self.module != module {
            // A module is visible in the one around it, and in all within that.
            let (name, around) = self.module.split_last()?;
            let up = module.strip_prefix(around).filter(|_| self.is_visible)?;
            let up = up.iter().map(|_| format_ident!("super"));
            let (name, owner) = (format_ident!("{name}"), &head.self_ty);
            *head.self_ty = parse_quote!(self::#(#up::)*#name::#owner);
        }
        let methods = self.methods.iter();
        let methods = methods.map(|method| (Ident::new(&method.name, Span::call_site()), method.count));
        Some(Unmarked { head, is_module: self.is_module, methods: methods.collect() })
    }
}

/// The method calls in some code.
#[derive(Default)]
pub(super) struct Calls(Vec<Method>);

impl Calls {
    /// The blocks with a called method, which keep those methods alone.
    fn of(&self, blocks: Vec<Found>) -> Vec<Found> {
        let called = |mut found: Found| {
            found.methods.retain(|method| self.0.contains(method));
            (!found.methods.is_empty()).then_some(found)
        };
        blocks.into_iter().filter_map(called).collect()
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = Method { name: call.method.to_string(), count: call.args.len() };
        if call.turbofish.is_none() && !self.0.contains(&method) {
            self.0.push(method);
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// A file, as it was last read.
struct Read {
    modified: SystemTime,
    size: u64,
    blocks: Vec<Found>,
}

static READ: Mutex<Option<HashMap<PathBuf, Read>>> = Mutex::new(None);

/// Reads the file of a type of values, whose operators may lack the attribute.
pub(crate) fn note(at: Span) {
    if let Some(place) = Place::of(at) {
        blocks(&place);
    }
}

/// The blocks without the attribute in the file of this place.
fn blocks(place: &Place) -> Vec<Found> {
    let found = || {
        let file = std::fs::metadata(place.file()).ok()?;
        let (modified, size) = (file.modified().ok()?, file.len());
        let mut all = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        if let Some(read) = all.get(place.file())
            && (read.modified, read.size) == (modified, size)
        {
            return Some(read.blocks.clone());
        }
        let mut blocks = Vec::new();
        let source = place.source()?;
        if may_have(&source)
            && let Ok(file) = syn::parse_file(&source)
        {
            collect(&file.items, &mut Vec::new(), &source, &mut blocks);
        }
        all.insert(place.file().to_owned(), Read { modified, size, blocks: blocks.clone() });
        Some(blocks)
    };
    found().unwrap_or_default()
}

/// Whether a file may have such blocks, which is found without the time to parse it. Notes operators, too.
fn may_have(source: &str) -> bool {
    let (mut is_marked, mut is_found) = (false, false);
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("impl") && !is_marked {
            match line.contains(" for ") {
                true => unmarked_operators::note(line),
                false => is_found = true,
            }
        }
        if !line.is_empty() && !line.starts_with("//") {
            is_marked = line.contains("differentiable");
        }
    }
    is_found
}

fn collect(items: &[Item], module: &mut Vec<String>, source: &str, blocks: &mut Vec<Found>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                if let Some((_, items)) = &inner.content
                    && beside::are_inert(&inner.attrs)
                {
                    module.push(inner.ident.to_string());
                    collect(items, module, source, blocks);
                    module.pop();
                }
            }
            Item::Impl(block) => blocks.extend(unmarked(block, items, module, source)),
            _ => {}
        }
    }
}

fn unmarked(block: &ItemImpl, items: &[Item], module: &[String], source: &str) -> Option<Found> {
    if block.trait_.is_some() || !beside::are_inert(&block.attrs) {
        return None;
    }
    let Type::Path(path) = &*block.self_ty else { return None };
    let owner = &path.path.segments.last().filter(|_| path.path.segments.len() == 1)?.ident;
    let mut types = items.iter().filter_map(|item| match item {
        Item::Struct(item) if item.ident == *owner => Some((&item.attrs, &item.vis)),
        Item::Enum(item) if item.ident == *owner => Some((&item.attrs, &item.vis)),
        _ => None,
    });
    let (attributes, visibility) = types.next()?;
    let derives = beside::derives(attributes)?;
    let is_module = derives.iter().any(|derive| derive == "Module");
    // Values have stubs of their own, and the methods behind a `Deref` must not be hidden.
    if derives.iter().any(|derive| derive == "Value")
        || !is_module && source.contains(&format!("Deref for {owner}"))
    {
        return None;
    }
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => {
            function.sig.receiver()?;
            Some(Method { name: function.sig.ident.to_string(), count: function.sig.inputs.len() - 1 })
        }
        _ => None,
    });
    let methods = methods.collect();
    let is_visible = is_visible(visibility) && names_its_sizes_alone(block, path);
    let head = ItemImpl { items: Vec::new(), attrs: Vec::new(), ..block.clone() };
    let head = head.to_token_stream().to_string();
    Some(Found { module: module.to_vec(), owner: owner.to_string(), is_visible, head, is_module, methods })
}

/// Whether what has this visibility is visible in all of the file.
fn is_visible(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

/// Whether the head of a block names, besides the type, nothing but sizes that are its own parameters or numbers.
fn names_its_sizes_alone(block: &ItemImpl, path: &TypePath) -> bool {
    let is_size = |name: &Ident| block.generics.const_params().any(|param| param.ident == *name);
    let is_known = |argument: &GenericArgument| match argument {
        GenericArgument::Type(Type::Path(path)) => path.path.get_ident().is_some_and(is_size),
        GenericArgument::Const(value) => matches!(value, Expr::Lit(_)),
        _ => false,
    };
    let arguments = path.path.segments.last().map(|last| &last.arguments);
    let are_known = match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => arguments.args.iter().all(is_known),
        _ => true,
    };
    are_known && block.generics.where_clause.is_none() && block.generics.type_params().next().is_none()
}
