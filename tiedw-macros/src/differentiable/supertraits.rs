//! The supertraits of a differentiable trait that are differentiable themselves, as `Cell` in `trait Deep: Cell`: the companion of
//! the trait has theirs as supertraits, so that its bodies call their methods.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, ItemTrait, Path, PathArguments, WherePredicate, parse_quote};

use super::known_traits;
use super::trait_definition::view_name;

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
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = view_name(&last.ident);
        let given = match &last.arguments {
            PathArguments::AngleBracketed(given) => given.args.iter().collect(),
            _ => Vec::new(),
        };
        let arguments = given.into_iter().chain(argument);
        last.arguments = PathArguments::AngleBracketed(parse_quote!(<#(#arguments),*>));
    }
    path
}
