//! Impl blocks of the same module of the file that lack `#[differentiable]`, and of which a body calls a method.
//!
//! rustc would say that a view, which the user does not know, has no such method, or show the name of a companion. With stubs
//! for these types, it speaks of the block. Everything else that a call may mean hides the stubs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{ExprMethodCall, ImplItem, Item, ItemImpl, Type};

use crate::beside;
use crate::known::Place;
use crate::visit::{self, Visit};

/// An impl block without the attribute, of a struct or an enum of the same module.
#[derive(Clone)]
struct Found {
    module: Vec<String>,
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
    let module = place.source().and_then(|source| beside::module_names(&place, &source));
    let is_beside = |found: &Found| module.as_ref().is_some_and(|module| *module == found.module);
    found.into_iter().filter(is_beside).filter_map(Found::read).collect()
}

impl Found {
    fn read(self) -> Option<Unmarked> {
        let methods = self.methods.iter();
        let methods = methods.map(|method| (Ident::new(&method.name, Span::call_site()), method.count));
        Some(Unmarked {
            head: syn::parse_str(&self.head).ok()?,
            is_module: self.is_module,
            methods: methods.collect(),
        })
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

/// Whether a file may have such blocks, which is found without the time to parse it.
fn may_have(source: &str) -> bool {
    let mut is_marked = false;
    source.lines().map(str::trim_start).any(|line| {
        let is_found = line.starts_with("impl") && !is_marked && !line.contains(" for ");
        if !line.is_empty() && !line.starts_with("//") {
            is_marked = line.contains("differentiable");
        }
        is_found
    })
}

fn collect(items: &[Item], module: &mut Vec<String>, source: &str, blocks: &mut Vec<Found>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                if let Some((_, items)) = &inner.content {
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
    let mut attributes = items.iter().filter_map(|item| match item {
        Item::Struct(item) if item.ident == *owner => Some(&item.attrs),
        Item::Enum(item) if item.ident == *owner => Some(&item.attrs),
        _ => None,
    });
    let derives = beside::derives(attributes.next()?)?;
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
    let head = ItemImpl { items: Vec::new(), attrs: Vec::new(), ..block.clone() };
    let head = head.to_token_stream().to_string();
    Some(Found { module: module.to_vec(), head, is_module, methods })
}
