//! Calls that are lent values: `self.step(&mut state)`.

use proc_macro2::Ident;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, Pat, Token, Type};

use super::borrowed::root;
use super::names::is_operation;
use super::{Lower, order};
use crate::differentiable::known_lenders;
use crate::differentiable::lent::is_generator;
use crate::differentiable::method::carries_gradient;
use crate::differentiable::model::{Operand, Target};
use crate::differentiable::scope::Binding;
use crate::private::private;

/// What is called, as far as it is known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Callee {
    /// A function or method of the same block.
    Own,
    /// One with a name of the library, where such change nothing.
    Library,
    /// Another function.
    Function,
    /// Another method, or a function by its path.
    Method,
}

/// A place that a call changes, and the name of what comes back.
struct Changed {
    place: Expr,
    after: Ident,
    kind: Kind,
}

enum Kind {
    Value,
    /// A list that the function takes as a slice.
    List,
    /// The part of a list that starts at an index.
    Slice(Ident),
}

impl Lower<'_> {
    /// Lowers a call with values by mutable reference, if there are some: the companion takes them by value, and returns them.
    pub(super) fn lending(
        &mut self,
        arguments: &Punctuated<Expr, Token![,]>,
        (function, callee): (Option<&Ident>, Callee),
        call: impl FnOnce(Punctuated<Expr, Token![,]>) -> Expr,
    ) -> Option<Operand> {
        if !arguments.iter().any(|argument| self.may_be_lent(argument)) {
            return None;
        }
        let function = function?;
        let of_own = self.lenders.get(&function.to_string()).filter(|_| callee == Callee::Own).cloned();
        let is_of_own = of_own.is_some();
        let lending = of_own.or_else(|| known_lenders::of(function, arguments.len()));
        let is_read_only = match callee {
            Callee::Library => lending.is_none(),
            Callee::Method if is_operation(&function.to_string()) => lending.is_none(),
            Callee::Function | Callee::Method => {
                let is_free = callee == Callee::Function;
                lending.is_none() && known_lenders::is_read_only(function, arguments.len(), is_free)
            }
            Callee::Own => false,
        };
        let contains = |position| lending.as_ref().is_some_and(|lending| lending.contains(position));
        let is_lent = arguments.iter().enumerate().map(|(position, argument)| {
            let is_known = is_of_own || is_read_only || is_implicit(argument);
            self.is_lent_value(argument, is_known.then(|| contains(position)))
        });
        let is_lent: Vec<bool> = is_lent.collect();
        let mut read = arguments.clone();
        let mut is_read = false;
        for (position, argument) in read.iter_mut().enumerate() {
            let is_other = lending.as_ref().is_some_and(|lending| lending.others.contains(&position));
            // A function that takes `&State` takes `&mut State`, too.
            if (is_of_own || is_read_only)
                && !is_lent[position]
                && !is_other
                && !is_implicit(argument)
                && self.may_be_lent(argument)
                && !matches!(self.root_of(place_of(argument)), Some(Binding::Mutable(_)))
            {
                let place = self.unwrapped_root(place_of(argument));
                *argument = syn::parse_quote!(&#place);
                is_read = true;
            }
        }
        let arguments = &read;
        if !is_lent.contains(&true) {
            return is_read.then(|| self.expr(&call(arguments.clone())));
        }
        let (mut changed, mut by_value) = (Vec::new(), arguments.clone());
        for (position, argument) in by_value.iter_mut().enumerate().filter(|(position, _)| is_lent[*position])
        {
            let place = place_of(argument);
            let before = arguments.iter().take(position);
            if let Some(index) = before.clone().find_map(|other| order::moving_index(place, other)) {
                self.errors.at(
                    index,
                    "this index is read after another argument has changed it; bind it before with `let`",
                );
                return Some(Operand::unit());
            }
            let place = self.unwrapped_root(place);
            if let Some(Binding::Mutable(declared)) = self.root_of(&place) {
                let declared = declared.clone();
                self.promoted.insert(declared);
                return Some(Operand::unit());
            }
            let is_slice = lending.as_ref().is_some_and(|lending| lending.slices.contains(&position));
            let (value, place, kind) = self.taken(&place, is_slice);
            *argument = value;
            changed.push(Changed { place, after: self.fresh("after"), kind });
        }
        let result = self.fresh("result");
        let after = changed.iter().map(|changed| &changed.after);
        let call = call(by_value);
        self.is_lending = true;
        self.stmt(&syn::parse_quote!(let (#result, #(#after,)*) = #call;));
        for Changed { place, after, kind } in &changed {
            let private = private();
            match kind {
                Kind::Value => self.stmt(&syn::parse_quote!(#place = #after;)),
                Kind::List => self.stmt(&syn::parse_quote!(#place = #private::from_list(#after);)),
                Kind::Slice(start) => {
                    let index = self.fresh("index");
                    let back = syn::parse_quote! {
                        for #index in 0..#after.len() {
                            #place[#start + #index] = #after[#index].clone();
                        }
                    };
                    self.stmt(&back);
                }
            }
        }
        Some(self.expr(&syn::parse_quote!(#result)))
    }

    /// What is passed in place of `&mut` of a place, and the place itself.
    fn taken(&mut self, place: &Expr, is_slice: bool) -> (Expr, Expr, Kind) {
        let (list, range) = self.ranged(place);
        let list = self.fixed(&list);
        if let Some((first, last)) = range {
            let (start, part) = (self.fresh("start"), self.fresh("part"));
            let first = first.unwrap_or_else(|| syn::parse_quote!(0));
            self.stmt(&syn::parse_quote!(let #start: usize = #first;));
            self.stmt(&syn::parse_quote!(let #part = #list[#start..#last].to_vec();));
            return (syn::parse_quote!(#part), list, Kind::Slice(start));
        }
        let value: Expr = match root(&list) {
            // What is inside of an option.
            Expr::MethodCall(_) => {
                let inside = without_dereference(&list);
                syn::parse_quote!(#inside.clone())
            }
            _ if is_in_list(&list) => syn::parse_quote!(#list.clone()),
            _ => list.clone(),
        };
        if !is_slice {
            return (value, list, Kind::Value);
        }
        let private = private();
        (syn::parse_quote!(#private::into_list(#value)), list, Kind::List)
    }

    /// Lowers the calls that [`lending`](Self::lending) adds for lists; `None` if it is another call.
    pub(super) fn list_conversion(
        &mut self,
        call: &syn::ExprCall,
        function: &syn::ExprPath,
    ) -> Option<Operand> {
        let mut segments = function.path.segments.iter();
        let (first, last) = (segments.next()?, segments.next()?);
        let is_known = first.ident == private() && (last.ident == "into_list" || last.ident == "from_list");
        if !is_known || call.args.len() != 1 {
            return None;
        }
        let Operand { expr, target } = self.expr(&call.args[0]);
        // The cotangent of a list is that of each list of the same values.
        let target = match target {
            Target::Nothing | Target::Var(_) | Target::Part(_) => target,
            _ => return None,
        };
        Some(Operand { expr: quote!(#function(#expr)).into(), target })
    }

    /// Whether an argument may be `&mut` of a value.
    fn may_be_lent(&self, argument: &Expr) -> bool {
        let is_reference = match inside_parens(argument) {
            Expr::Reference(reference) => reference.mutability.is_some() || is_implicit(argument),
            argument => self.is_unwrapped_place(argument),
        };
        is_reference
            && (matches!(self.root_of(place_of(argument)), Some(Binding::Var(_) | Binding::Mutable(_)))
                || self.is_unwrapped_place(root(place_of(argument))))
    }

    /// Whether an argument is `&mut` of a value, if it is `known` or likely that the call changes one.
    fn is_lent_value(&self, argument: &Expr, known: Option<bool>) -> bool {
        if !self.may_be_lent(argument) {
            return false;
        }
        match self.root_of(place_of(argument)) {
            Some(Binding::Mutable(declared)) => known.unwrap_or_else(|| self.holders.contains(declared)),
            _ => known.unwrap_or(true),
        }
    }

    pub(super) fn root_of(&self, place: &Expr) -> Option<&Binding> {
        let Expr::Path(path) = root(place) else { return None };
        self.scope.get(&path.path.get_ident()?.to_string())
    }
}

/// Whether an argument is a name for `&mut` of a value, which has become a reference in parentheses. What it is passed to, may
/// take it as `&` or as `&mut`.
pub(super) fn is_implicit(argument: &Expr) -> bool {
    matches!(argument, Expr::Paren(inner) if matches!(&*inner.expr, Expr::Reference(reference) if reference.mutability.is_none()))
}

/// The place that a reference is of; anything else itself.
pub(super) fn place_of(argument: &Expr) -> &Expr {
    match inside_parens(argument) {
        Expr::Reference(reference) => &reference.expr,
        argument => argument,
    }
}

fn inside_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => inside_parens(&inner.expr),
        expr => expr,
    }
}

/// A place inside of an option as it is read: `o.as_mut().unwrap().h` in place of `(*o.as_mut().unwrap()).h`.
fn without_dereference(place: &Expr) -> Expr {
    let mut place = place.clone();
    match &mut place {
        Expr::Field(field) => *field.base = without_dereference(&field.base),
        Expr::Index(access) => *access.expr = without_dereference(&access.expr),
        Expr::Paren(inner) => place = without_dereference(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
            place = without_dereference(&inner.expr)
        }
        _ => {}
    }
    place
}

/// Whether a place is an element of a list, from which a value cannot be moved.
pub(super) fn is_in_list(place: &Expr) -> bool {
    match place {
        Expr::Field(field) => is_in_list(&field.base),
        Expr::Paren(inner) => is_in_list(&inner.expr),
        Expr::Index(_) => true,
        _ => false,
    }
}

/// Types that are no values.
const OTHERS: [&str; 8] =
    ["String", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "Instant", "Ids"];

/// Whether a variable that starts without a gradient may be a value, judged by its type or its start.
pub(super) fn may_hold_value(ty: Option<&Type>, init: &Expr) -> bool {
    if let Some(ty) = ty {
        let is_other = matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| OTHERS.contains(&&*last.ident.to_string())));
        return !is_other && carries_gradient(ty);
    }
    match init {
        Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Float(_)),
        Expr::Paren(inner) => may_hold_value(None, &inner.expr),
        Expr::Struct(_) => true,
        Expr::Macro(mac) => mac.mac.path.is_ident("vec"),
        Expr::Array(list) => list.elems.iter().any(|part| may_hold_value(None, part)),
        Expr::Tuple(parts) => parts.elems.iter().any(|part| may_hold_value(None, part)),
        Expr::Repeat(list) => may_hold_value(None, &list.expr),
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        Expr::Call(call) => matches!(&*call.func, Expr::Path(function) if is_of_value(function)),
        _ => false,
    }
}

/// Whether a function is one of a type that may be a value, such as `Vec::new`, or constructs one.
fn is_of_value(function: &syn::ExprPath) -> bool {
    let segments = function.path.segments.iter().rev().take(2).map(|segment| segment.ident.to_string());
    let ty = segments.into_iter().find(|name| name.starts_with(char::is_uppercase));
    ty.is_some_and(|name| !is_generator(&name) && !OTHERS.contains(&&*name))
}

/// The names that a pattern binds, each with its start.
pub(super) fn starts<'e>(pattern: &'e Pat, init: &'e Expr) -> Vec<(&'e Ident, &'e Expr)> {
    match (pattern, init) {
        (Pat::Ident(name), init) => vec![(&name.ident, init)],
        (Pat::Paren(inner), init) => starts(&inner.pat, init),
        (Pat::Tuple(names), Expr::Tuple(values)) => {
            names.elems.iter().zip(&values.elems).flat_map(|(name, value)| starts(name, value)).collect()
        }
        _ => Vec::new(),
    }
}
