//! Methods of a module whose gradient the file asks for, as `net.loss_and_grad(..)`, and which have none: their block lacks the
//! attribute, or they return no number. A trait has the methods in its place, and says so where they are called. It hides no method
//! that a type has.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, ImplItem, ImplItemFn, Item, ItemImpl, Path, ReceiverKind, Type};

use crate::beside;
use crate::known::Place;

/// Why a method has no gradient: the name of a trait that says so.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    Attribute,
    Number,
}

/// Returns the methods of a module that its plain impl blocks in the same module of the file have.
pub(crate) fn without_attribute(module: &Ident, krate: &Path) -> TokenStream {
    let asked = asked_for(module.span());
    if asked.is_empty() {
        return TokenStream::new();
    }
    let blocks = beside::items(module.span()).unwrap_or_default().into_iter().filter_map(|item| match item {
        Item::Impl(block) if is_plain(&block, module) => Some(block),
        _ => None,
    });
    let found = blocks.enumerate().map(|(position, block)| {
        let methods: Vec<_> =
            methods(&block).filter(|method| asked.contains(&method.sig.ident.to_string())).collect();
        let name = format_ident!("UnmarkedMethods{position}Of{module}");
        stubs(&name, &block, &methods, Missing::Attribute, krate)
    });
    found.collect()
}

/// Returns those methods of a block that return no number, of all that do not.
pub(super) fn without_number(block: &ItemImpl, others: &[Ident], krate: &Path) -> TokenStream {
    let Some(first) = others.first() else { return TokenStream::new() };
    let asked = asked_for(first.span());
    let is_asked_for = |name: &Ident| others.contains(name) && asked.contains(&name.to_string());
    let methods: Vec<_> = methods(block).filter(|method| is_asked_for(&method.sig.ident)).collect();
    let name = format_ident!("MethodsWithoutNumber_{first}", span = Span::call_site());
    stubs(&name, block, &methods, Missing::Number, krate)
}

fn is_plain(block: &ItemImpl, module: &Ident) -> bool {
    let Type::Path(own) = &*block.self_ty else { return false };
    block.trait_.is_none()
        && own.path.is_ident(module)
        && block.generics.params.is_empty()
        && beside::are_inert(&block.attrs)
}

/// The methods that take the module by reference.
fn methods(block: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    block.items.iter().filter_map(|member| match member {
        ImplItem::Fn(method) => {
            let is_by_reference = method
                .sig
                .receiver()
                .is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Reference(..)));
            (is_by_reference && method.sig.generics.params.is_empty() && method.sig.asyncness.is_none())
                .then_some(method)
        }
        _ => None,
    })
}

/// The names of methods whose gradients a file asks for, and which it does not define.
fn asked_for(at: Span) -> HashSet<String> {
    let source = Place::of(at).and_then(|place| place.source()).unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let calls = source.match_indices("_and_grad(").filter_map(|(end, _)| {
        let before = &source[..end];
        let name = &before[before.trim_end_matches(is_name).len()..];
        (before.ends_with(&format!(".{name}")) && !source.contains(&format!("fn {name}_and_grad")))
            .then(|| name.to_owned())
    });
    calls.collect()
}

fn stubs(
    name: &Ident,
    block: &ItemImpl,
    methods: &[&ImplItemFn],
    missing: Missing,
    krate: &Path,
) -> TokenStream {
    if methods.is_empty() {
        return TokenStream::new();
    }
    let missing = match missing {
        Missing::Attribute => quote!(MarkedMethod),
        Missing::Number => quote!(MethodOfNumber),
    };
    let module = &block.self_ty;
    let methods = methods.iter().map(|method| {
        let (name, output) = (format_ident!("{}_and_grad", method.sig.ident), &method.sig.output);
        let receiver = method.sig.receiver();
        let inputs = method.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(input) => Some(&input.ty),
            FnArg::Receiver(_) => None,
        });
        let value = match output {
            syn::ReturnType::Default => quote!(()),
            syn::ReturnType::Type(_, ty) => quote!(#ty),
        };
        quote! {
            fn #name(#receiver, #(_: #inputs),*) -> (#value, #module)
            where
                for<'never> #module: #krate::__private::#missing,
            {
                ::core::panic!()
            }
        }
    });
    quote! {
        #[allow(unused, nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery)]
        trait #name {
            #(#methods)*
        }
        #[automatically_derived]
        impl #name for #module {}
    }
}
