//! Construction of views: one `let` per field, each after the fields that it borrows from.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::model::{Field, Module, Role, Tie};
use super::settings::{self, is_place};
use super::ties;

/// The fields, in an order in which they can be bound.
pub(super) struct Bindings<'m> {
    pub(super) module: &'m Module,
    pub(super) order: &'m [usize],
}

/// Which view is constructed.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// The view of the weights, by `bind`.
    Bind,
    /// The view of a gradient, by `bind_mut`.
    BindMut,
}

impl Bindings<'_> {
    /// Generates the body of `bind` or `bind_mut`.
    pub(super) fn body(&self, way: Way) -> TokenStream {
        let Module { name, fields, .. } = self.module;
        let view = self.module.view_name();
        let names = fields.iter().map(|field| &field.name);
        let lets = self.order.iter().map(|&position| self.binding(&fields[position], way));
        let viewed = fields.iter().filter(|field| !is_place(field)).map(|field| {
            let name = &field.name;
            match field.role {
                Role::Skipped => quote!(#name: *#name),
                _ => quote!(#name),
            }
        });
        let settings = settings::value(self.module, way);
        let marker = self.module.is_without_weights().then(super::view::marker).into_iter();
        quote! {
            let __open = ties;
            let #name { #(#names),* } = self;
            #(#lets)*
            #view { #(#viewed,)* #settings #(#marker: ::core::marker::PhantomData,)* }
        }
    }

    fn binding(&self, field: &Field, way: Way) -> Option<TokenStream> {
        let Field { name, ty, span, .. } = field;
        let (bind, bind_closed, role) = match way {
            Way::Bind => ("bind", "bind_closed", "__Weight"),
            Way::BindMut => ("bind_mut", "bind_closed_mut", "__Gradient"),
        };
        let ties = match &field.role {
            Role::Skipped => return None,
            _ if self.module.is_hole(field) => quote!(__open.#name),
            Role::Owned => {
                let bind = Ident::new(bind_closed, Span::call_site());
                return Some(quote_spanned!(*span=> let #name = <#ty as __Closed>::#bind(#name);));
            }
            Role::Tied(Tie::Unknown) => quote!(::core::unreachable!()),
            Role::Tied(_) => ties::call(self.module, field, &Ident::new(role, Span::call_site())),
        };
        let bind = Ident::new(bind, Span::call_site());
        Some(quote!(let #name = <#ty as __Module>::#bind(#name, #ties);))
    }
}
