//! Methods that return a loss: a number, alone or first in a tuple, possibly within an `Option` or a `Result`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, Generics, Path, PathArguments, Type, TypePath, parse_quote};

use super::method::Method;

/// Where the loss is in the result of a method.
pub(super) enum Loss {
    /// The result is the loss, of this type.
    Itself(Type),
    /// It is the first of so many results; the others get no cotangent.
    First(Box<Loss>, usize),
    /// It is in an `Option` or a `Result`.
    Inside(TypePath, Box<Loss>),
}

impl Loss {
    /// Returns where the loss of a method is, if it returns one.
    pub(super) fn of(method: &Method, outer: &Generics) -> Option<Self> {
        Self::within(&method.output, method, outer)
    }

    fn within(output: &Type, method: &Method, outer: &Generics) -> Option<Self> {
        if method.is_number(output, outer) {
            return Some(Loss::Itself(output.clone()));
        }
        match output {
            Type::Paren(inner) => Self::within(&inner.elem, method, outer),
            Type::Tuple(tuple) => {
                let first = Self::within(tuple.elems.first()?, method, outer)?;
                let is_there = !matches!(first, Loss::Inside(..));
                is_there.then(|| Loss::First(Box::new(first), tuple.elems.len()))
            }
            Type::Path(path) => {
                let last = path.path.segments.last()?;
                let is_known = last.ident == "Option" || last.ident == "Result";
                let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
                match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) if is_known => {
                        let inside = Self::within(inner, method, outer)?;
                        Some(Loss::Inside(path.clone(), Box::new(inside)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The cotangent of the result: 1 for the loss.
    pub(super) fn cotangent(&self, krate: &Path) -> TokenStream {
        match self {
            Loss::Itself(ty) => quote!(<#ty as #krate::__private::Element>::ONE),
            Loss::First(first, count) => {
                let first = first.cotangent(krate);
                let others = std::iter::repeat_n(quote!(::core::option::Option::None), count - 1);
                quote! {(
                    ::core::option::Option::Some(#first),
                    #(#others,)*
                )}
            }
            Loss::Inside(_, inside) => inside.cotangent(krate),
        }
    }

    /// Whether there is a loss, if there may be none.
    pub(super) fn is_there(&self) -> Option<TokenStream> {
        match self {
            Loss::Inside(path, _) if is_option(path) => Some(quote!(is_some)),
            Loss::Inside(..) => Some(quote!(is_ok)),
            _ => None,
        }
    }

    /// The type of the result with the gradient.
    pub(super) fn with_gradient(&self, output: &TokenStream) -> TokenStream {
        let Loss::Inside(path, _) = self else { return quote!((#output, Self)) };
        let mut path = path.clone();
        if let Some(last) = path.path.segments.last_mut()
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && let Some(GenericArgument::Type(inner)) = arguments.args.first_mut()
        {
            let result = inner.clone();
            *inner = parse_quote!((#result, Self));
        }
        path.to_token_stream()
    }
}

fn is_option(path: &TypePath) -> bool {
    path.path.segments.last().is_some_and(|last| last.ident == "Option")
}
