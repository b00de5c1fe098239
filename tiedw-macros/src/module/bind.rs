//! How a view is made: one `let` a field, each after those that it borrows from.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::{Field, Module, Role, Tie, is_number};
use super::ties;
use crate::private::{private, private_at};

/// The fields, in the order in which they can be bound.
pub(super) struct Bindings<'m> {
    pub(super) module: &'m Module,
    pub(super) order: &'m [usize],
}

impl Bindings<'_> {
    /// The body of `bind` or of `bind_mut`, for the role that it binds for.
    pub(super) fn body(&self, bind: &TokenStream, role: &TokenStream) -> TokenStream {
        let Module { name, fields, .. } = self.module;
        let view = self.module.view_name();
        let names = fields.iter().map(|field| &field.name);
        let lets = self.order.iter().map(|&position| self.binding(&fields[position], bind, role));
        let viewed = fields.iter().map(|field| {
            let name = &field.name;
            match field.role {
                Role::Skipped if is_number(&field.ty) => quote!(#name: *#name),
                _ => quote!(#name),
            }
        });
        quote! {
            let __open = ties;
            let #name { #(#names),* } = self;
            #(#lets)*
            #view { #(#viewed),* }
        }
    }

    fn binding(&self, field: &Field, bind: &TokenStream, role: &TokenStream) -> Option<TokenStream> {
        let Field { name, ty, .. } = field;
        let private = private();
        let ties = match &field.role {
            Role::Skipped => return None,
            _ if self.module.is_hole(field) => quote!(__open.#name),
            Role::Owned => {
                let span = ty.span();
                let private = private_at(span);
                quote_spanned!(span=> <#ty as #private::Closed>::no_ties::<#role>())
            }
            Role::Tied(Tie::Unknown) => quote!(::core::unreachable!()),
            Role::Tied(_) => ties::call(self.module, field, role),
        };
        Some(quote!(let #name = <#ty as #private::Module>::#bind(#name, #ties);))
    }
}
