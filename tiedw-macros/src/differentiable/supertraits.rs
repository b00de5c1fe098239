//! The supertraits of a differentiable trait that are differentiable themselves, as `Cell` in `trait Deep: Cell`: the companion of
//! the trait has theirs as supertraits, so that its bodies call their methods.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Block, ExprMethodCall, GenericArgument, ItemTrait, Path, PathArguments, TraitItem, Type, TypeParamBound,
    WherePredicate, parse_quote,
};

use super::known_traits;
use super::layer::is_layer;
use super::this::is_self_alone;
use super::trait_definition::view_name;
use crate::errors::Errors;
use crate::visit::{self, Visit};

/// Makes bounds as in `where Self: Cell` supertraits, which they are.
pub(super) fn from_clauses(item: &mut ItemTrait) {
    let Some(clause) = &mut item.generics.where_clause else { return };
    let is_own = |predicate: &WherePredicate| match predicate {
        WherePredicate::Type(bound) => {
            bound.lifetimes.is_none()
                && matches!(&bound.bounded_ty, Type::Path(path) if path.path.is_ident("Self"))
        }
        _ => false,
    };
    let (own, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut clause.predicates).into_iter().partition(is_own);
    clause.predicates.extend(others);
    for predicate in own {
        if let WherePredicate::Type(bound) = predicate {
            item.colon_token.get_or_insert_default();
            item.supertraits.extend(bound.bounds);
        }
    }
}

/// The companions of the supertraits of a trait, which are supertraits of its companion.
pub(super) fn of_views(item: &ItemTrait) -> Vec<Path> {
    item.supertraits.iter().filter_map(known_traits::of).map(|(path, _)| companion(path, None)).collect()
}

/// The bounds that a body in the definition of a trait needs: its gradient is that of each supertrait.
pub(super) fn bounds(item: &ItemTrait) -> Vec<WherePredicate> {
    let gradient = gradient(item);
    let bound = |path: &Path| {
        let path = companion(path, Some(&parse_quote!(Gradient<'gradient> = #gradient<'gradient>)));
        parse_quote!(for<'gradient> Self: #path)
    };
    known_traits::ancestors(item).iter().map(bound).collect()
}

/// The gradient of the companion of a trait, without its lifetime.
pub(super) fn gradient(item: &ItemTrait) -> TokenStream {
    let (_, arguments, _) = item.generics.split_for_impl();
    let own = view_name(&item.ident);
    quote!(<Self as #own #arguments>::Gradient)
}

/// The path of the companion of a trait, with one more argument.
fn companion(path: &Path, argument: Option<&GenericArgument>) -> Path {
    let (mut path, given) = (path.clone(), known_traits::arguments(path));
    if let Some(last) = path.segments.last_mut() {
        last.ident = view_name(&last.ident);
        let arguments = given.into_iter().chain(argument.map(ToTokens::to_token_stream));
        last.arguments = PathArguments::AngleBracketed(parse_quote!(<#(#arguments),*>));
    }
    path
}

/// Traits of modules without methods that a body calls.
const OF_MODULES: [&str; 7] = ["Module", "Layer", "Clone", "Debug", "Send", "Sync", "Sized"];

/// Whether a supertrait certainly has no associated types.
pub(super) fn has_no_types(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|last| {
                ["Clone", "Debug", "Send", "Sync", "Sized"].iter().any(|name| last.ident == name)
            })
        }
        _ => true,
    }
}

/// Reports the first call in a body of a method that only a supertrait without companions can have; returns whether there is one.
pub(super) fn refuse_plain(item: &ItemTrait, body: &Block, errors: &mut Errors) -> bool {
    let mut names = item.supertraits.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(&bound.path.segments.last()?.ident),
        _ => None,
    });
    if item.supertraits.iter().any(is_of_layers) {
        let mut calls = OwnCalls { item, found: None };
        calls.visit_block(body);
        if let Some(method) = calls.found.filter(|method| method == "forward") {
            errors.at(
                method,
                "a body in a trait does not call `forward` of its supertrait `Layer`: declare a method of this trait in its place",
            );
            return true;
        }
    }
    let plain = names.find(|name| OF_MODULES.iter().all(|known| name != known));
    let Some(plain) =
        plain.filter(|_| item.supertraits.iter().all(|bound| known_traits::of(bound).is_none()))
    else {
        return false;
    };
    let mut calls = OwnCalls { item, found: None };
    calls.visit_block(body);
    let Some(method) = calls.found else { return false };
    errors.at(
        &method,
        format_args!(
            "`{method}` is no differentiable method: write `#[differentiable]` above `trait {plain}`, if that has it, and import \
             `{}` with it",
            view_name(plain)
        ),
    );
    true
}

fn is_of_layers(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if is_layer(&bound.path))
        && known_traits::of(bound).is_none()
}

struct OwnCalls<'i> {
    item: &'i ItemTrait,
    found: Option<Ident>,
}

impl Visit<'_> for OwnCalls<'_> {
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let is_own = self
            .item
            .items
            .iter()
            .any(|member| matches!(member, TraitItem::Fn(function) if function.sig.ident == call.method));
        if is_self_alone(&call.receiver) && !is_own {
            self.found.get_or_insert(call.method.clone());
        }
        visit::visit_expr_method_call(self, call);
    }
}
