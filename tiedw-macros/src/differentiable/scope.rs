//! The names in scope, and what they are bound to.

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::{Group, Ident};

use super::hidden::hidden;
use super::lower::Closure;
use super::model::Var;
use super::tokens::Tokens;

/// What a name is bound to.
#[derive(Clone)]
pub(super) enum Binding {
    /// A value that may carry a gradient.
    Var(Var),
    /// A part of the module.
    Module(ModulePath),
    /// A value that carries no gradient.
    Plain,
    /// A `let mut` that carries no gradient so far, identified by its source position.
    Mutable(String),
    /// An item of an iterator that yields tuples: the names of its parts.
    Tuple(Vec<Ident>),
    /// A function that is an argument, which returns a pullback, too.
    Passed,
    /// A closure through which no gradient flows so far, identified by its source position.
    PlainClosure(String),
    /// The name of a function, as in `let f = Tensor::tanh;`.
    Function(Rc<syn::ExprPath>),
    /// A closure through which a gradient flows.
    Closure(Rc<Closure>),
}

/// A part of the module: a path of fields and indices that starts at `self`.
#[derive(Clone)]
pub(super) struct ModulePath {
    /// The part in the forward pass.
    pub(super) view: Tokens,
    /// The path to it from the gradient's view.
    pub(super) steps: Tokens,
    /// The number of references that the user took of the part, if it has a name.
    pub(super) references: usize,
    /// The field that it is, or is taken from by indices and methods: its type shows whether it is a setting. `None` if that
    /// is not known, as of what a loop yields.
    pub(super) field: Option<Tokens>,
    /// What it is an element of: its type shows whether it is a parameter, whose elements are numbers.
    pub(super) element_of: Option<Tokens>,
    /// The name of its type, in a bracket if it is that of the elements of a list, as far as it is known.
    pub(super) ty: Option<String>,
}

impl ModulePath {
    /// The module itself, as the `self` that the user wrote.
    pub(super) fn itself(name: &Ident) -> Self {
        ModulePath {
            view: hidden(name).into(),
            steps: Tokens::default(),
            references: 0,
            field: Some(hidden(name).into()),
            element_of: None,
            ty: None,
        }
    }

    /// Returns one of its fields.
    pub(super) fn field(self, dot: syn::Token![.], member: &syn::Member) -> Self {
        let ModulePath { view, steps, field, .. } = self;
        let view = view.field(dot, member);
        let field = field.map(|_| view.clone());
        ModulePath { view, steps: steps.field(dot, member), references: 0, field, element_of: None, ty: None }
    }

    /// Returns one of its elements; `index` includes the brackets.
    pub(super) fn element(self, index: Group) -> Self {
        let ModulePath { view, steps, field, .. } = self;
        let element_of = Some(view.clone());
        ModulePath {
            view: view.then([index.clone()]),
            steps: steps.then([index]),
            references: 0,
            field,
            element_of,
            ty: None,
        }
    }
}

/// The names in scope, innermost last.
#[derive(Default)]
pub(super) struct Scope {
    levels: Vec<HashMap<String, (usize, Binding)>>,
    /// The number of bindings so far.
    count: usize,
}

impl Scope {
    pub(super) fn enter(&mut self) {
        self.levels.push(HashMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.levels.pop();
    }

    pub(super) fn bind(&mut self, name: &syn::Ident, binding: Binding) {
        self.count += 1;
        if let Some(level) = self.levels.last_mut() {
            level.insert(name.to_string(), (self.count, binding));
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.found(name).map(|(_, binding)| binding)
    }

    /// The number of the binding of a name, which tells it from others of the same name.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.found(name).map(|(number, _)| *number)
    }

    fn found(&self, name: &str) -> Option<&(usize, Binding)> {
        self.levels.iter().rev().find_map(|level| level.get(name))
    }

    /// The names in all scopes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.levels.iter().flat_map(HashMap::keys).map(String::as_str)
    }

    /// Whether a name is bound to a value that may carry a gradient.
    pub(super) fn is_active(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Binding::Var(_) | Binding::Closure(_)))
    }
}
