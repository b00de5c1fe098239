//! Methods of parts of the module that are misspelt, such as `self.fc.forwrad(x)`. rustc would say that the view of the part, which the
//! user does not know, has no such method. As in [`own_methods`](super::own_methods), a trait with methods of these names makes it
//! speak of the part, and those that there are hide them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, ExprMethodCall, GenericParam, ImplItem, Item, ItemImpl, Member, Path};

use super::known_settings;
use super::lower::{OPERATIONS, is_of_tensors};
use super::this::is_self_alone;
use crate::file_facts;
use crate::known::Place;
use crate::module::nearest;
use crate::visit::{self, Visit};

/// The methods of the library's layers.
const OF_LAYERS: [&str; 5] =
    ["forward", "forward_cross", "forward_from", "forward_masked", "forward_with_dropout"];

/// The methods of slices, which a list of parts has.
const OF_SLICES: [&str; 42] = [
    "array_windows",
    "as_array",
    "as_chunks",
    "as_ptr",
    "as_slice",
    "binary_search",
    "chunk_by",
    "chunks",
    "chunks_exact",
    "concat",
    "contains",
    "ends_with",
    "first",
    "first_chunk",
    "get",
    "into_iter",
    "is_empty",
    "is_sorted",
    "iter",
    "join",
    "last",
    "last_chunk",
    "len",
    "partition_point",
    "rchunks",
    "rchunks_exact",
    "repeat",
    "rsplit",
    "rsplitn",
    "split",
    "split_at",
    "split_at_checked",
    "split_first",
    "split_first_chunk",
    "split_inclusive",
    "split_last",
    "split_last_chunk",
    "splitn",
    "starts_with",
    "to_owned",
    "to_vec",
    "windows",
];

/// The methods of the impl blocks of a file.
#[derive(Default)]
pub(crate) struct Methods(Vec<String>);

impl Methods {
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut names = Vec::new();
        for item in items {
            match item {
                Item::Impl(block) => names.extend(block.items.iter().filter_map(|member| match member {
                    ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                    _ => None,
                })),
                Item::Mod(module) => {
                    let inside = module.content.as_ref().map(|(_, items)| Methods::of(items));
                    names.extend(inside.into_iter().flat_map(|methods| methods.0));
                }
                _ => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        Methods(names)
    }
}

/// Puts code into the scope of a trait with the misspelt methods of a block, if there are some.
/// The traits of others have the methods that are `stubbed`.
pub(super) fn around(item: &ItemImpl, krate: &Path, stubbed: &[&Ident], code: TokenStream) -> TokenStream {
    // The view of a type parameter is not known to be that of the parameter.
    if item.generics.params.iter().any(|param| matches!(param, GenericParam::Type(_))) {
        return code;
    }
    let Some(settings) = known_settings::of(item) else { return code };
    let mut calls = Calls { settings, found: Vec::new(), others: Vec::new() };
    calls.visit_item_impl(item);
    let Calls { mut found, others, .. } = calls;
    found.retain(|(name, _)| !others.contains(name));
    if found.is_empty() {
        return code;
    }
    let Some(place) = Place::of(item.impl_token.span) else { return code };
    let methods = file_facts::methods(place.file());
    let known = || methods.0.iter().map(String::as_str).chain(OF_LAYERS).chain(OPERATIONS);
    let is_known = |name: &str| is_of_tensors(name) || known().any(|known| known == name);
    let misspelt = found.iter().filter_map(|(name, count)| {
        let written = name.to_string();
        if stubbed.contains(&name) || is_known(&written) {
            return None;
        }
        Some((name, *count, nearest(&written, known())?))
    });
    let misspelt: Vec<_> = misspelt.collect();
    if misspelt.is_empty() {
        return code;
    }
    let private = quote!(#krate::__private);
    let kinds: Vec<_> = (0..misspelt.len())
        .map(|number| format_ident!("MisspeltMethod{number}", span = Span::call_site()))
        .collect();
    let traits = misspelt.iter().zip(&kinds).map(|((name, _, near), kind)| {
        let message = format!("`{{Self}}` has no method `{name}`");
        let label = format!("did you mean `{near}`?");
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            trait #kind {}
            #[diagnostic::do_not_recommend]
            impl #kind for #private::WithoutCompanion {}
        }
    });
    let methods = misspelt.iter().zip(&kinds).map(|((name, count, _), kind)| {
        let types: Vec<_> = (0..*count).map(|position| format_ident!("__A{position}")).collect();
        // The `for` keeps rustc from rejecting the method itself.
        quote! {
            fn #name<#(#types,)* __T>(&mut self, #(_: #types),*) -> __T
            where
                for<'never> Self::Module: #kind,
            {
                ::core::panic!()
            }
        }
    });
    let cfg = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#cfg)*
        const _: () = {
            #(#traits)*
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            trait MethodsOfParts<'view>: #private::ViewOf<'view, #private::Weight> {
                #(#methods)*
            }
            #[automatically_derived]
            impl<'view, __V: #private::ViewOf<'view, #private::Weight>> MethodsOfParts<'view> for __V {}
            #code
        };
    }
}

/// The methods that a block calls.
struct Calls {
    /// The settings of the module.
    settings: Vec<String>,
    /// Those that it calls on the module, its fields and elements of these, and the number of their arguments.
    found: Vec<(Ident, usize)>,
    /// Those that it calls on anything else: rustc would say of the type of that what the trait lacks.
    others: Vec<Ident>,
}

impl Calls {
    fn is_part(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_part(&inner.expr),
            Expr::Index(access) => self.is_part(&access.expr),
            Expr::Field(field) => {
                let is_setting = |name: &Ident| self.settings.iter().any(|setting| name == setting);
                is_self_alone(&field.base)
                    && matches!(&field.member, Member::Named(name) if !is_setting(name))
            }
            expr => is_self_alone(expr),
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // The types of a closure's arguments could not be inferred.
        let is_other = call.turbofish.is_some()
            || call.args.iter().any(|argument| matches!(argument, Expr::Closure(_)))
            || OF_SLICES.iter().any(|name| call.method == name);
        if is_other || !self.is_part(&call.receiver) {
            self.others.push(call.method.clone());
        } else if !self.found.iter().any(|(name, _)| *name == call.method) {
            self.found.push((call.method.clone(), call.args.len()));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
