//! Which names are in scope, and what they stand for.

use std::collections::HashMap;

use proc_macro2::{Group, Ident};

use super::hidden::hidden;
use super::model::Var;
use super::tokens::Tokens;

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Binding {
    /// A value that may carry a gradient.
    Var(Var),
    /// A part of the module.
    Module(ModulePath),
    /// A value that carries none.
    Plain,
    /// A `let mut` that carries none so far; its place in the source tells it from others of its name.
    Mutable(String),
}

/// A part of the module: a path of fields and indices from `self`.
#[derive(Clone)]
pub(super) struct ModulePath {
    /// The part, in the forward pass.
    pub(super) view: Tokens,
    /// The way to it from the gradient's view.
    pub(super) steps: Tokens,
    /// How many references the user wrote around the part, where it has a name.
    pub(super) references: usize,
}

impl ModulePath {
    /// The module itself, where the user wrote `self`.
    pub(super) fn itself(name: &Ident) -> Self {
        ModulePath { view: hidden(name).into(), steps: Tokens::default(), references: 0 }
    }

    /// One of its fields.
    pub(super) fn field(self, dot: syn::Token![.], member: &syn::Member) -> Self {
        let ModulePath { view, steps, .. } = self;
        ModulePath { view: view.field(dot, member), steps: steps.field(dot, member), references: 0 }
    }

    /// One of its elements; `index` has its brackets.
    pub(super) fn element(self, index: Group) -> Self {
        let ModulePath { view, steps, .. } = self;
        ModulePath { view: view.then([index.clone()]), steps: steps.then([index]), references: 0 }
    }
}

/// The names in scope, innermost last.
#[derive(Default)]
pub(super) struct Scope {
    levels: Vec<HashMap<String, Binding>>,
}

impl Scope {
    pub(super) fn enter(&mut self) {
        self.levels.push(HashMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.levels.pop();
    }

    pub(super) fn bind(&mut self, name: &syn::Ident, binding: Binding) {
        if let Some(level) = self.levels.last_mut() {
            level.insert(name.to_string(), binding);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.levels.iter().rev().find_map(|level| level.get(name))
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.levels.iter().flat_map(HashMap::keys).map(String::as_str)
    }

    /// Whether a name stands for a value that may carry a gradient.
    pub(super) fn is_active(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Binding::Var(_)))
    }
}
