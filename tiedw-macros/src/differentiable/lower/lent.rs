//! Calls that are lent values: `self.step(&mut state)`.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprReference, Pat, Token, Type};

use super::borrowed::root;
use super::{Lower, order};
use crate::differentiable::lent::is_generator;
use crate::differentiable::method::carries_gradient;
use crate::differentiable::model::Operand;
use crate::differentiable::scope::Binding;

impl Lower<'_> {
    /// Lowers a call with values by mutable reference, if there are some: the companion takes them by value, and returns them.
    pub(super) fn lending(
        &mut self,
        arguments: &Punctuated<Expr, Token![,]>,
        own: Option<&Ident>,
        call: impl FnOnce(Punctuated<Expr, Token![,]>) -> Expr,
    ) -> Option<Operand> {
        let of_own = own.and_then(|name| self.lenders.get(&name.to_string()));
        let known: Vec<_> = (0..arguments.len()).map(|i| of_own.map(|lent| lent.contains(&i))).collect();
        if !arguments.iter().zip(&known).any(|(argument, known)| self.lent_value(argument, *known).is_some())
        {
            return None;
        }
        let (mut places, mut by_value) = (Vec::new(), arguments.clone());
        for (position, (argument, known)) in by_value.iter_mut().zip(known).enumerate() {
            let Some(reference) = self.lent_value(argument, known) else { continue };
            let before = arguments.iter().take(position);
            if let Some(index) = before.clone().find_map(|other| order::moving_index(&reference.expr, other))
            {
                self.errors.at(
                    index,
                    "this index is read after another argument has changed it; bind it before with `let`",
                );
                return Some(Operand::unit());
            }
            let mut place = (*reference.expr).clone();
            if let Some(Binding::Mutable(declared)) = self.root_of(&place) {
                let declared = declared.clone();
                self.promoted.insert(declared);
                return Some(Operand::unit());
            }
            place = self.fixed(&place);
            *argument = if is_in_list(&place) { syn::parse_quote!(#place.clone()) } else { place.clone() };
            places.push(place);
        }
        let result = self.fresh("result");
        let after: Vec<Ident> = places.iter().map(|_| self.fresh("after")).collect();
        let call = call(by_value);
        self.is_lending = true;
        self.stmt(&syn::parse_quote!(let (#result, #(#after,)*) = #call;));
        for (place, after) in places.iter().zip(&after) {
            self.stmt(&syn::parse_quote!(#place = #after;));
        }
        Some(self.expr(&syn::parse_quote!(#result)))
    }

    /// A mutable reference to a value, if it is `known` or likely that the call changes one.
    fn lent_value(&self, argument: &Expr, known: Option<bool>) -> Option<ExprReference> {
        let Expr::Reference(reference) = inside_parens(argument) else { return None };
        // A name for `&mut` of a value has become a reference.
        if reference.mutability.is_none() && known != Some(true) {
            return None;
        }
        let is_value = match self.root_of(&reference.expr)? {
            Binding::Var(_) => known.unwrap_or(true),
            Binding::Mutable(declared) => known.unwrap_or_else(|| self.holders.contains(declared)),
            _ => false,
        };
        is_value.then(|| reference.clone())
    }

    pub(super) fn root_of(&self, place: &Expr) -> Option<&Binding> {
        let Expr::Path(path) = root(place) else { return None };
        self.scope.get(&path.path.get_ident()?.to_string())
    }
}

fn inside_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => inside_parens(&inner.expr),
        expr => expr,
    }
}

/// Whether a place is an element of a list, from which a value cannot be moved.
fn is_in_list(place: &Expr) -> bool {
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
