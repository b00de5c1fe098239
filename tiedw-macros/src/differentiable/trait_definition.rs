//! The expansion of `#[differentiable] trait Cell`: the trait for modules, and its companion `CellView` for their views.
//!
//! A bound of `Cell` requires that the view of the module implements `CellView`, so that `C: Cell` alone is enough in a generic
//! module, whose bodies call methods of views. The methods of `Cell` call those of `CellView`.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Block, Generics, ImplItemFn, ItemTrait, Path, TraitItem, TraitItemFn, TraitItemType, Type,
    TypeParamBound, Visibility, parse_quote,
};

use super::checked::Checked;
use super::context::Context;
use super::expand::differentiated;
use super::lenders;
use super::method::Method;
use super::recursion;
use super::signature::{Signature, name_of};
use super::{known_fields, known_lenders, known_traits};
use super::{supertraits, trait_method, trait_stand_in};
use crate::errors::Errors;
use crate::known;

/// Expands the definition of a trait.
pub(super) fn expand(krate: &Path, item: &ItemTrait, errors: &mut Errors) -> TokenStream {
    let (key, attributes) = (format!("trait {}", item.ident), &item.attrs);
    if known::earlier(&key, item.ident.span(), attributes).is_some() {
        // rustc reports the second trait of the name.
        return item.to_token_stream();
    }
    let Some(definition) = Definition::read(krate, item, errors) else { return item.to_token_stream() };
    known_traits::note(item, &definition.known());
    let Methods { on_module, on_view, on_stand_in, checks } = definition.methods(errors);
    let of_views = definition.of_views(&on_view);
    let of_wrappers = definition.of_wrappers();
    let stand_in = definition.stand_in(&on_stand_in);
    let of_modules = definition.of_modules(on_module);
    quote!(#of_modules #of_views #of_wrappers #stand_in #checks)
}

/// Reports types in the signatures of a trait that it does not have, and mends it, if all that it may have is known.
pub(super) fn mend_own_types(item: &mut ItemTrait, krate: &Path, errors: &mut Errors) {
    let mut names: Vec<_> = item
        .items
        .iter()
        .filter_map(|member| match member {
            TraitItem::Type(associated) => Some(associated.ident.to_string()),
            _ => None,
        })
        .collect();
    for bound in &item.supertraits {
        match known_traits::of(bound) {
            Some((_, known_traits::Known { types: Some(types), .. })) => names.extend(types),
            None if supertraits::has_no_types(bound) => {}
            _ => return,
        }
    }
    trait_method::mend_own_types(item, &names, krate, errors);
}

/// The methods of the trait for modules, of that for views, and of the type that stands in for a view.
#[derive(Default)]
struct Methods {
    on_module: TokenStream,
    on_view: TokenStream,
    on_stand_in: TokenStream,
    /// The checks of bodies that do not stand in the trait.
    checks: TokenStream,
}

pub(super) struct Definition<'i> {
    pub(super) krate: &'i Path,
    pub(super) item: &'i ItemTrait,
    /// The associated types.
    pub(super) types: Vec<&'i TraitItemType>,
    /// The methods with a companion.
    methods: Vec<&'i TraitItemFn>,
    /// The other items, which stay in the trait.
    pub(super) others: Vec<&'i TraitItem>,
}

impl<'i> Definition<'i> {
    /// Reads a trait; `None` if it cannot have a companion.
    fn read(krate: &'i Path, item: &'i ItemTrait, errors: &mut Errors) -> Option<Self> {
        let mut definition =
            Definition { krate, item, types: Vec::new(), methods: Vec::new(), others: Vec::new() };
        let mut found = Errors::default();
        for member in &item.items {
            match member {
                TraitItem::Type(associated) => definition.types.push(associated),
                TraitItem::Fn(function) if trait_method::has_companion(&function.sig) => {
                    definition.methods.push(function);
                }
                other => definition.others.push(other),
            }
        }
        for associated in &definition.types {
            if !associated.generics.params.is_empty() {
                found.at(
                    &associated.generics,
                    "an associated type of a differentiable trait has no generic parameters; write them as \
                     parameters of the trait",
                );
            }
            if associated.ident == "Gradient" {
                found.at(
                    &associated.ident,
                    "`Gradient` is the gradient in the trait for views; give this type another name",
                );
            }
        }
        let names = definition.names_of_types();
        for function in &definition.methods {
            trait_method::check_own_types(&function.sig, names.as_deref(), &mut found);
        }
        let within = found.is_empty();
        errors.append(found);
        within.then_some(definition)
    }

    /// The names of the associated types, with those of supertraits. None if these are not known.
    pub(super) fn names_of_types(&self) -> Option<Vec<String>> {
        let mut names: Vec<_> = self.types.iter().map(|associated| associated.ident.to_string()).collect();
        for (_, known) in self.item.supertraits.iter().filter_map(known_traits::of) {
            names.extend(known.types?);
        }
        Some(names)
    }

    fn methods(&self, errors: &mut Errors) -> Methods {
        let (krate, generics, own) = (self.krate, &self.item.generics, parse_quote!(Self));
        let of_modules = Context::of_definition(krate, generics, &own, Some(quote!('view)));
        let mut of_views = Context::of_definition(krate, generics, &own, None);
        of_views.stand_in = self.type_of_stand_in();
        let bounds = supertraits::bounds(self.item);
        if !bounds.is_empty() {
            let gradient = supertraits::gradient(self.item);
            of_views.gradient = quote!(#gradient<'_>);
        }
        let of_stand_in = self.of_stand_in(&of_views);
        let signatures = self.methods.iter().map(|function| &function.sig);
        let lenders = lenders::by_type(signatures, generics);
        known_lenders::note(&lenders, self.item.ident.span());
        let lenders = Rc::new(lenders);
        let functions: Vec<ImplItemFn> = self.methods.iter().map(|function| with_block(function)).collect();
        let recursive = recursion::recursive(functions.iter());
        let mut methods = Methods::default();
        for (declared, function) in self.methods.iter().zip(&functions) {
            let mut method = Method::read(function, generics, errors);
            method.lend(&lenders);
            let has_body = declared.default.is_some();
            let at = self.item.trait_token.span;
            if has_body
                && (supertraits::refuse_plain(self.item, &function.block, errors)
                    || known_fields::report(function, None, at, errors))
            {
                method.refuse();
            }
            let mut unused = Errors::default();
            let found = if has_body { &mut *errors } else { &mut unused };
            let changed = differentiated(&method, krate, found);
            let differentiated = changed.as_ref().unwrap_or(&method);
            methods.on_module.extend(of_modules.on_module(&method, changed.as_ref(), false));
            if recursive.contains(&function.sig.ident.to_string()) {
                errors.at(
                    &function.sig.ident,
                    "a method that calls itself has no body in a differentiable trait; write the body in each impl",
                );
            } else if has_body {
                let mut differentiated = differentiated.clone();
                if !bounds.is_empty() {
                    differentiated.generics.make_where_clause().predicates.extend(bounds.iter().cloned());
                }
                let (checked, companion) = of_views.checked_companion(&method, &differentiated, errors);
                let function = checked.as_ref().and_then(Checked::caller).unwrap_or(&method.function);
                methods.on_view.extend(quote!(#function #companion));
                if let Some(checked) = &checked {
                    let place = if method.generics.params.is_empty() {
                        &mut methods.on_view
                    } else {
                        &mut methods.checks
                    };
                    place.extend(checked.definition().clone());
                }
                continue;
            }
            methods.on_view.extend(Signature::of(&method, "").without_body());
            methods.on_view.extend(of_views.declared(differentiated));
            methods.on_stand_in.extend(trait_stand_in::method(&of_stand_in, &method, differentiated));
        }
        methods
    }

    /// The trait itself.
    fn of_modules(&self, methods: TokenStream) -> TokenStream {
        let (krate, view) = (self.krate, self.view());
        let mut item = self.item.clone();
        let (_, own_arguments, _) = item.generics.split_for_impl();
        let own_path = path_with(&item.ident, &own_arguments);
        let arguments = item.generics.params.iter().map(argument);
        let names = self.types.iter().map(|associated| &associated.ident);
        let equal = names.map(|name| quote!(#name = <Self as #own_path>::#name));
        let bound = quote! {
            for<'view, 'gradient> #krate::__private::Module<
                View<'view, #krate::__private::Weight>: #view<
                    #(#arguments,)*
                    #(#equal,)*
                    Gradient<'gradient> = <Self as #krate::__private::Module>::View<
                        'gradient,
                        #krate::__private::Gradient,
                    >,
                >,
            >
        };
        item.colon_token.get_or_insert_default();
        item.supertraits.push(parse_quote!(#bound));
        item.items.retain(|member| match member {
            TraitItem::Fn(function) => !trait_method::has_companion(&function.sig),
            _ => true,
        });
        item.items.push(TraitItem::Verbatim(methods));
        let is_diagnostic = |attribute: &Attribute| {
            attribute.path().segments.first().is_some_and(|first| first.ident == "diagnostic")
        };
        if !item.attrs.iter().any(is_diagnostic) {
            let note = format!(
                "implement `{0}` for a module as in `#[differentiable] impl {0} for Net`",
                item.ident
            );
            item.attrs.push(parse_quote!(#[diagnostic::on_unimplemented(note = #note)]));
        }
        item.to_token_stream()
    }

    /// The companion of the trait, which views implement.
    fn of_views(&self, methods: &TokenStream) -> TokenStream {
        let Definition { item, types, .. } = self;
        let ItemTrait { vis, ident, generics, .. } = item;
        let view = self.view();
        let supertraits = supertraits::of_views(item);
        let cfg = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let (params, bounds) = (&generics.params, &generics.where_clause);
        let (doc, message) = (
            format!("The companion of [`{ident}`], implemented by the views of modules."),
            format!("this module has no companions of `{ident}`: write `#[differentiable]` above its impl"),
        );
        let label = "lacks the attribute";
        quote! {
            #(#cfg)*
            #[doc = #doc]
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            #vis trait #view<#params>: ::core::clone::Clone #(+ #supertraits)* #bounds {
                /// The view of the gradient.
                type Gradient<'gradient>: ::core::clone::Clone;
                #(#types)*
                #methods
            }
        }
    }

    /// The impls for `Tied<M>` and `Frozen<M>`, whose views are those of `M`.
    fn of_wrappers(&self) -> TokenStream {
        let Definition { krate, item, types, .. } = self;
        if !self.is_simple() {
            return TokenStream::new();
        }
        let module: Ident = format_ident!("TiedModule", span = Span::mixed_site());
        let Generics { params, where_clause, .. } = without_defaults(&item.generics);
        let arguments = item.generics.params.iter().map(argument);
        let (name, arguments) = (&item.ident, quote!(#(#arguments),*));
        let cfg: Vec<_> = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        let params: Vec<_> = params.iter().collect();
        let types: Vec<_> = types.iter().map(|associated| &associated.ident).collect();
        let wrappers = [quote!(Tied), quote!(Frozen)];
        let impls = wrappers.iter().map(|wrapper| {
            quote! {
                #(#cfg)*
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl<#(#params,)* #module: #name<#arguments>> #name<#arguments> for #krate::#wrapper<#module> #where_clause {
                    #(type #types = #module::#types;)*
                }
            }
        });
        quote!(#(#impls)*)
    }

    /// Whether its methods and types are all that it has, and what it requires is a module, with traits of which that is true.
    pub(super) fn is_simple(&self) -> bool {
        let is_module = |bound: &TypeParamBound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == "Module")
            }
            _ => false,
        };
        let is_simple =
            |bound: &TypeParamBound| known_traits::of(bound).is_some_and(|(_, known)| known.has_wrappers);
        self.others.is_empty()
            && self.item.supertraits.iter().all(|bound| is_module(bound) || is_simple(bound))
            && self.item.unsafety.is_none()
    }

    /// The name of the companion.
    pub(super) fn view(&self) -> Ident {
        view_name(&self.item.ident)
    }
}

/// The name of the companion of a trait.
pub(super) fn view_name(name: &Ident) -> Ident {
    format_ident!("{name}View", span = name.span())
}

/// A method of a trait as one with a body, which is empty if it has none.
fn with_block(function: &TraitItemFn) -> ImplItemFn {
    let block: Block = function.default.clone().unwrap_or_else(|| parse_quote!({}));
    let mut signature = function.sig.clone();
    trait_method::name_arguments(&mut signature);
    let (attrs, vis) = (function.attrs.clone(), Visibility::Inherited);
    ImplItemFn { attrs, vis, modifiers: Default::default(), sig: signature, block }
}

fn path_with(name: &Ident, arguments: &impl ToTokens) -> Type {
    parse_quote!(#name #arguments)
}

/// A generic parameter as an argument.
pub(super) fn argument(param: &syn::GenericParam) -> TokenStream {
    match param {
        syn::GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
        other => name_of(other).to_token_stream(),
    }
}

pub(super) fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        match param {
            syn::GenericParam::Type(param) => param.default = None,
            syn::GenericParam::Const(param) => param.default = None,
            syn::GenericParam::Lifetime(_) => {}
        }
    }
    generics
}
