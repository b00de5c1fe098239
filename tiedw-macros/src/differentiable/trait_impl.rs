//! The expansion of `#[differentiable] impl Trait for Net`, for any trait.
//!
//! The methods are those of the view, as in an inherent impl block. The trait's call them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl, Path, Type, parse_quote};

/// The trait, and the items of its impl that are no methods.
pub(super) struct TraitImpl {
    path: Path,
    others: Vec<ImplItem>,
}

impl TraitImpl {
    /// Removes the trait and the items that are no methods from the block, which becomes an inherent impl.
    pub(super) fn take(item: &mut ItemImpl) -> Option<Self> {
        let (path, _) = item.trait_.take()?;
        let (methods, others) =
            std::mem::take(&mut item.items).into_iter().partition(|member| matches!(member, ImplItem::Fn(_)));
        item.items = methods;
        for member in &mut item.items {
            if let ImplItem::Fn(function) = member
                && function.sig.receiver().is_some()
            {
                function.vis = parse_quote!(pub);
                // The trait documents it.
                function.attrs.push(parse_quote!(#[allow(missing_docs)]));
            }
        }
        Some(TraitImpl { path, others })
    }

    /// The associated types, with the names that follow `Self::`.
    pub(super) fn types(&self) -> impl Iterator<Item = (String, &Type)> {
        self.others.iter().filter_map(|member| match member {
            ImplItem::Type(associated) => Some((associated.ident.to_string(), &associated.ty)),
            _ => None,
        })
    }

    /// Generates the impl of the trait, with these methods.
    pub(super) fn expand(&self, item: &ItemImpl, methods: &TokenStream) -> TokenStream {
        let TraitImpl { path, others } = self;
        let (generics, module, attributes) = (&item.generics, &item.self_ty, &item.attrs);
        let (params, bounds) = (&generics.params, &generics.where_clause);
        let others = others.iter().map(ToTokens::to_token_stream);
        quote! {
            #(#attributes)*
            impl<#params> #path for #module #bounds {
                #(#others)*
                #methods
            }
        }
    }
}
