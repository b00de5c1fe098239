//! The settings of a module: fields that are no modules. In a body, `self` is a view, and each setting in it a place of the
//! type that the user declared, as on a module: the view of the weights dereferences to the module. That of a gradient, whose
//! parts are borrowed mutably, dereferences to a struct with a reference to each setting.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::bind::Way;
use super::model::{Field, Module, Role, is_by_value};
use crate::private::private;

/// Whether a view dereferences to the field. Others are its own.
pub(super) fn is_place(field: &Field) -> bool {
    matches!(field.role, Role::Skipped) && !is_by_value(&field.ty)
}

fn places(module: &Module) -> impl Iterator<Item = &Field> {
    module.fields.iter().filter(|field| is_place(field))
}

/// The name of the struct.
fn name(module: &Module) -> Ident {
    format_ident!("__{}Settings", module.name)
}

/// The field of a view that has the settings, if there are any. It has a name that may be read, since rustc lists it where a
/// field is misspelt.
pub(super) fn field(module: &Module) -> Option<Ident> {
    places(module).next()?;
    let mut name = "settings".to_owned();
    while module.fields.iter().any(|field| field.name == name) {
        name.push('_');
    }
    Some(Ident::new(&name, Span::call_site()))
}

/// The type of that field.
pub(super) fn ty(module: &Module) -> TokenStream {
    let (name, arguments) = (name(module), module.arguments());
    quote!(#name<'a, #(#arguments),*>)
}

/// Generates the struct.
pub(super) fn declaration(module: &Module) -> Option<TokenStream> {
    field(module)?;
    let (name, of, vis) = (name(module), &module.name, &module.vis);
    let (declared, arguments) = (module.generics.params.iter(), module.arguments());
    let bounds = module.predicates_of_parts(&module.private_path());
    let fields = places(module).map(|field| {
        let Field { vis, name, outside: ty, .. } = field;
        quote!(#vis #name: &'a #ty)
    });
    Some(quote! {
        #[doc(hidden)]
        #[allow(dead_code, private_bounds, private_interfaces)]
        #vis struct #name<'a, #(#declared),*>
        where
            #(#bounds,)*
        {
            __module: ::core::option::Option<&'a #of<#(#arguments),*>>,
            #(#fields,)*
        }
    })
}

/// Generates the impls of the struct, and those that dereference views.
pub(super) fn impls(module: &Module) -> Option<TokenStream> {
    let field = field(module)?;
    let (name, private, view) = (name(module), private(), module.view_name());
    let (params, arguments) = (module.params(), module.arguments());
    let (bounds, of) = (module.predicates_of_parts(&private), &module.name);
    Some(quote! {
        #private::settings! {
            [#(#params,)*] [#(#arguments,)*] [#(#bounds,)*]
            #of #view #name #field
        }
    })
}

/// Generates the value of the field when a view is constructed.
pub(super) fn value(module: &Module, way: Way) -> Option<TokenStream> {
    let (field, name, places) = (field(module)?, name(module), places(module).map(|field| &field.name));
    let module = match way {
        Way::Bind => quote!(__Some(self)),
        Way::BindMut => quote!(__None),
    };
    Some(quote!(#field: #name { __module: #module, #(#places),* },))
}
