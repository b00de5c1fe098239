//! Methods of parts of the module that are misspelt, such as `self.fc.forwrad(x)`. rustc would say that the view of the part, which the
//! user does not know, has no such method. As in [`own_methods`](super::own_methods), a trait with methods of these names makes it
//! speak of the part, and those that there are hide them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, ExprMethodCall, GenericParam, ImplItem, Item, ItemImpl, Member, Path};

use super::known_fields::PartTypes;
use super::known_settings;
use super::lower::{OF_TENSORS, OPERATIONS};
use super::method::is_element;
use super::own_methods::is_outside_of_bodies;
use super::part_names;
use super::recursion;
use super::this::is_self_alone;
use crate::beside;
use crate::file_facts;
use crate::known::Place;
use crate::module::nearest;
use crate::visit::{self, Visit};

/// The methods of the library's layers.
const OF_LAYERS: [&str; 5] =
    ["forward", "forward_cross", "forward_from", "forward_masked", "forward_with_dropout"];

/// The methods of slices, which a list of parts has.
pub(super) const OF_SLICES: [&str; 42] = [
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

    /// Whether a block of the file has a method of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

/// Puts code into the scope of a trait with the misspelt methods of a block, if there are some.
/// The traits of others have the methods that are `stubbed`.
pub(super) fn around(item: &ItemImpl, krate: &Path, stubbed: &[&Ident], code: TokenStream) -> TokenStream {
    // The view of a type parameter is not known to be that of the parameter.
    let is_module = |param: &GenericParam| match param {
        GenericParam::Type(param) => !is_element(&param.ident, &item.generics),
        _ => false,
    };
    if item.generics.params.iter().any(is_module) {
        return code;
    }
    let Some(settings) = known_settings::of(item) else { return code };
    let types = PartTypes::of_module(&item.self_ty, item.impl_token.span);
    let at = item.impl_token.span;
    let mut calls = Calls { at, settings, types, names: Vec::new(), found: Vec::new(), others: Vec::new() };
    for function in recursion::functions(item) {
        calls.names = part_names::of(function, &|expr| calls.is_part(expr));
        calls.visit_block(&function.block);
    }
    let Calls { found, others, .. } = calls;
    // The file is read for what is not known without it.
    let may_be_misspelt =
        |called: &Called| called.is_of_list || !of_library().any(|known| called.name == known);
    if !found.iter().any(may_be_misspelt) {
        return code;
    }
    let Some(place) = Place::of(item.impl_token.span) else { return code };
    let methods = file_facts::methods(place.file());
    let known = || methods.0.iter().map(String::as_str).chain(of_library());
    let misspelt = found.iter().filter_map(|called| {
        let written = called.name.to_string();
        let is_known = known().any(|known| known == written);
        if stubbed.contains(&&called.name) || !is_known && others.contains(&called.name) {
            return None;
        }
        if called.is_of_list {
            return Some((called, nearest(&written, OF_SLICES)));
        }
        if is_known {
            return None;
        }
        let near = nearest(&written, known());
        let is_reported = near.is_some() || is_outside_of_bodies(&written) || called.is_of_view_alone;
        is_reported.then_some((called, near))
    });
    let misspelt: Vec<_> = misspelt.collect();
    if misspelt.is_empty() {
        return code;
    }
    let private = quote!(#krate::__private);
    let kinds: Vec<_> = (0..misspelt.len())
        .map(|number| format_ident!("MisspeltMethod{number}", span = Span::call_site()))
        .collect();
    let traits = misspelt.iter().zip(&kinds).map(|((called, near), kind)| {
        if called.is_outside_of_bodies() {
            return quote!(use #private::OutsideOfBodies as #kind;);
        }
        let list = if called.is_of_list { "a list of " } else { "" };
        let message = format!("{list}`{{Self}}` has no method `{}`", called.name);
        let label = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if called.is_of_list => {
                "call a method of each part, as in `for part in &self.parts`".to_owned()
            }
            None => "not found".to_owned(),
        };
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            trait #kind {}
            #[diagnostic::do_not_recommend]
            impl #kind for #private::WithoutCompanion {}
        }
    });
    let methods = |of_lists: bool| {
        let of_these =
            misspelt.iter().zip(&kinds).filter(move |((called, _), _)| called.is_of_list == of_lists);
        of_these.map(move |((Called { name, count, .. }, _), kind)| {
            let types: Vec<_> = (0..*count).map(|position| format_ident!("__A{position}")).collect();
            let part = if of_lists { quote!(__V::Module) } else { quote!(Self::Module) };
            // The `for` keeps rustc from rejecting the method itself.
            quote! {
                fn #name<#(#types,)* __T>(&mut self, #(_: #types),*) -> __T
                where
                    for<'never> #part: #kind,
                {
                    ::core::panic!()
                }
            }
        })
    };
    let (of_parts, of_lists) = (methods(false), methods(true));
    let cfg = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#cfg)*
        const _: () = {
            #(#traits)*
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            trait MethodsOfParts<'view>: #private::ViewOf<'view, #private::Weight> {
                #(#of_parts)*
            }
            #[automatically_derived]
            impl<'view, __V: #private::ViewOf<'view, #private::Weight>> MethodsOfParts<'view> for __V {}
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            trait MethodsOfLists<'view, __V: #private::ViewOf<'view, #private::Weight>> {
                #(#of_lists)*
            }
            #[automatically_derived]
            impl<'view, __V: #private::ViewOf<'view, #private::Weight>> MethodsOfLists<'view, __V> for [__V] {}
            #code
        };
    }
}

fn of_library<'a>() -> impl Iterator<Item = &'a str> {
    OF_LAYERS.into_iter().chain(OPERATIONS).chain(OF_TENSORS)
}

/// A method that a block calls.
struct Called {
    name: Ident,
    /// The number of its arguments.
    count: usize,
    is_of_list: bool,
    /// Whether the view of the part certainly has all methods that the part has in a body, as it is nothing else behind references.
    is_of_view_alone: bool,
}

impl Called {
    fn is_outside_of_bodies(&self) -> bool {
        !self.is_of_list && is_outside_of_bodies(&self.name.to_string())
    }
}

/// The methods that a block calls.
struct Calls {
    /// A token of the block, whose module is known.
    at: Span,
    /// The settings of the module.
    settings: Vec<String>,
    types: PartTypes,
    /// The names of parts in the method.
    names: Vec<Ident>,
    /// Those that it calls on the module, its fields, elements of these, and names of them.
    found: Vec<Called>,
    /// Those that it calls on anything else: rustc would say of the type of that what the trait lacks.
    others: Vec<Ident>,
}

impl Calls {
    fn is_part(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_part(&inner.expr),
            Expr::Index(access) => self.is_part(&access.expr),
            Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.names.contains(name)) => true,
            Expr::Field(field) => {
                let is_setting = |name: &Ident| self.settings.iter().any(|setting| name == setting);
                is_self_alone(&field.base)
                    && matches!(&field.member, Member::Named(name) if !is_setting(name))
            }
            expr => is_self_alone(expr),
        }
    }
}

impl Calls {
    /// Whether a part is a module without settings.
    fn is_view_alone(&self, part: &Expr) -> bool {
        let Some(ty) = self.types.of(part).and_then(|name| syn::parse_str::<Ident>(&name).ok()) else {
            return false;
        };
        let is_linear = ty == "Linear" && beside::is_of_library(&ty, self.at);
        is_linear || !is_self_alone(part) && known_settings::are_none(&ty, self.at)
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // The types of a closure's arguments could not be inferred.
        let is_other = call.turbofish.is_some()
            || call.args.iter().any(|argument| matches!(argument, Expr::Closure(_)))
            || OF_SLICES.iter().any(|name| call.method == name);
        let is_of_list = self.types.of(&call.receiver).is_some_and(|name| name.starts_with('['));
        if is_other || !self.is_part(&call.receiver) {
            self.others.push(call.method.clone());
        } else if !self
            .found
            .iter()
            .any(|called| called.name == call.method && called.is_of_list == is_of_list)
        {
            let is_of_view_alone = self.is_view_alone(&call.receiver);
            let (name, count) = (call.method.clone(), call.args.len());
            self.found.push(Called { name, count, is_of_list, is_of_view_alone });
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
