//! The expansion of an impl block: each method on the view, as written and differentiated, and on the module.

use std::collections::HashSet;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{FnArg, Generics, ImplItem, ImplItemFn, ItemImpl, Path, Type, Visibility, parse_quote};

use super::checked::Checked;
use super::circles;
use super::context::Context;
use super::inline::Inlined;
use super::known_fields::{self, PartTypes};
use super::known_lenders;
use super::known_private;
use super::known_settings;
use super::known_traits;
use super::layer::LayerTypes;
use super::lenders;
use super::lists_of_parameters;
use super::loss::Loss;
use super::method::{Method, refuse, returned_no_value};
use super::missing_gradients;
use super::misspelt_methods;
use super::misused_parts;
use super::modules_in_patterns;
use super::named_types::NamedTypes;
use super::options::Options;
use super::own_methods::OwnMethods;
use super::own_type::OwnType;
use super::recursion;
use super::taken_apart;
use super::trait_impl::TraitImpl;
use super::unmarked;
use crate::errors::Errors;
use crate::module::{is_enum, unknown};
use crate::visit::Visit;

/// Expands a free function: it, its companion, and the function that differentiates it in forward mode.
pub(super) fn function(options: &Options, function: &ImplItemFn, errors: &mut Errors) -> TokenStream {
    let (written, companion, in_forward_mode) = with_companion(options, function, errors);
    quote!(#written #companion #in_forward_mode)
}

/// Expands a free function to its companion alone.
pub(super) fn companion_of_function(
    options: &Options,
    function: &ImplItemFn,
    errors: &mut Errors,
) -> TokenStream {
    with_companion(options, function, errors).1
}

/// Returns a free function without the marks that this macro reads, its companion, and what runs it in forward mode.
fn with_companion(
    options: &Options,
    function: &ImplItemFn,
    errors: &mut Errors,
) -> (ImplItemFn, TokenStream, Option<TokenStream>) {
    let krate = &options.krate;
    let (generics, module) = (Generics::default(), parse_quote!(()));
    let mut context = Context::of_function(krate, &generics, &module);
    context.named = NamedTypes::of(std::iter::once(function), &"function", &generics, krate);
    context.unmarked =
        unmarked::called_by(function.sig.fn_token.span, |calls| calls.visit_block(&function.block));
    context.unmarked.retain(|block| !block.is_module);
    if function.sig.receiver().is_some() {
        errors.at(
            &function.sig.inputs,
            "a method is differentiated with its impl block: `#[differentiable] impl Net`",
        );
        return (function.clone(), TokenStream::new(), None);
    }
    let mut method = Method::read(function, &generics, errors);
    if returned_no_value(&function.sig).is_some() {
        return (method.function, TokenStream::new(), None);
    }
    if known_fields::report(function, None, function.sig.fn_token.span, errors) {
        method.refuse();
    }
    method.is_recursive = options.is_recursive
        || recursion::calls_itself(&function.sig.ident, &function.block)
        || circles::has(None, &function.sig.ident, function.sig.ident.span());
    let lenders = lenders::by_use(std::iter::once(function), &generics);
    known_lenders::note(&lenders, function.sig.ident.span());
    known_private::note(function);
    method.lend(&Rc::new(lenders));
    method.at = Some(function.sig.fn_token.span);
    let changed = differentiated(&method, krate, errors);
    let differentiated = changed.as_ref().unwrap_or(&method);
    let (checked, companion) = context.checked_companion(&method, differentiated, errors);
    let function = without_seen(&method.function, errors);
    let caller = checked.as_ref().and_then(Checked::caller).cloned();
    let checked = checked.iter().map(Checked::definition);
    let named = context.named.iter().map(NamedTypes::definition);
    let in_forward_mode = match changed {
        Some(_) => None,
        None => context.forward_mode_of_function(&method),
    };
    let companion = quote!(#(#named)* #(#checked)* #companion);
    (caller.unwrap_or(function), companion, in_forward_mode)
}

/// A function without its body, if rustc may report a mistake of it that was reported.
fn without_seen(function: &ImplItemFn, errors: &mut Errors) -> ImplItemFn {
    let mut function = function.clone();
    if errors.take_seen() {
        refuse(&mut function);
    }
    function
}

pub(super) fn expand(options: &Options, item: &ItemImpl, errors: &mut Errors) -> TokenStream {
    let krate = &options.krate;
    let unmarked = unmarked::called_by(item.impl_token.span, |calls| calls.visit_item_impl(item));
    let (of_modules, of_others): (Vec<_>, Vec<_>) = unmarked.into_iter().partition(|block| block.is_module);
    let mut methods = item.clone();
    // The view of an enum has no variants, and only its derive is reported.
    let is_refused = of_enum(&item.self_ty) || has_unknown_fields(item);
    for member in &mut methods.items {
        if let ImplItem::Fn(function) = member
            && (is_refused
                || known_fields::report(function, Some(&item.self_ty), item.impl_token.span, errors)
                || misused_parts::report(function, item, errors))
        {
            refuse(function);
        }
    }
    let layer = LayerTypes::take(&mut methods, errors);
    let Some(mut context) = Context::of(krate, item, errors) else {
        return item.to_token_stream();
    };
    context.unmarked = of_others;
    if methods.trait_.is_none() {
        options.refuse_trait(
            "`trait` is for the impl of a differentiable trait of your own; write `#[differentiable]`",
            errors,
        );
    }
    let of_trait = TraitImpl::take(&mut methods, options.of_trait.is_some());
    if of_trait.as_ref().is_some_and(|of_trait| of_trait.is_foreign) {
        context.name_foreign_views();
    }
    let inherited =
        item.trait_.iter().flat_map(|(path, _)| known_traits::inherited_types(path, &item.self_ty));
    let inherited: Vec<_> = inherited.collect();
    let mut associated: Vec<(String, &Type)> = Vec::new();
    if let Some(layer) = &layer {
        associated.extend(layer.names());
    }
    if let Some(of_trait) = &of_trait {
        associated.extend(of_trait.types());
        associated.extend(inherited.iter().map(|(name, ty)| (name.clone(), ty)));
    }
    OwnType { module: &item.self_ty, associated: &associated }.replace(&mut methods);
    let known_settings = known_settings::of(item).map(Rc::new);
    let types = Rc::new(PartTypes::of_module(&item.self_ty, item.impl_token.span));
    let settings = known_settings.as_deref().cloned().unwrap_or_default();
    modules_in_patterns::replace(&mut methods);
    taken_apart::replace(&mut methods, &settings, krate);
    lists_of_parameters::replace(&mut methods, &types);

    let functions = recursion::functions(item);
    let recursive = recursion::recursive(functions.clone());
    let lenders = match options.of_trait {
        Some(_) => lenders::by_type(functions.map(|function| &function.sig), &item.generics),
        None => lenders::by_use(functions, &item.generics),
    };
    known_lenders::note(&lenders, item.impl_token.span);
    let lenders = Rc::new(lenders);
    let holds_itself = recursion::holds_itself(&item.self_ty);
    let own = if holds_itself { recursion::names(item) } else { HashSet::new() };
    let is_in_circle = |name: &Ident| circles::has(Some(&item.self_ty), name, item.impl_token.span);
    let inlined = Inlined::of(&methods, &recursive);
    let is_kept = |function: &&ImplItemFn| {
        of_trait.as_ref().is_some_and(|of_trait| of_trait.keeps(function))
            || is_constructor(function, &item.self_ty)
    };
    let differentiable = recursion::functions(&methods).filter(|function| !is_kept(function));
    let of = item.trait_.as_ref().map(|(of, _)| of);
    let module = &item.self_ty;
    let owner = quote!(#of #module);
    context.named = NamedTypes::of(differentiable, &owner, &item.generics, krate);
    let (mut as_written, mut on_view, mut on_module) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new());
    let (mut in_trait, mut in_view_trait) = (TokenStream::new(), TokenStream::new());
    let read = recursion::functions(&methods).filter(|function| !is_kept(function));
    let read: Vec<_> = read.map(|function| Method::read(function, &item.generics, errors)).collect();
    let refused: Vec<_> = read.iter().filter(|method| method.is_refused).collect();
    let refused: Vec<Ident> = refused.iter().map(|method| method.function.sig.ident.clone()).collect();
    let names_refused = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if refused.contains(name));
    let mut read = read.into_iter();
    let mut without_number = Vec::new();
    for member in &methods.items {
        let ImplItem::Fn(function) = member else {
            member.to_tokens(&mut on_module);
            continue;
        };
        if of_trait.as_ref().is_some_and(|of_trait| of_trait.keeps(function)) {
            function.to_tokens(&mut in_trait);
            continue;
        }
        if is_constructor(function, &item.self_ty) {
            function.to_tokens(&mut on_module);
            continue;
        }
        let Some(mut method) = read.next() else { break };
        if method.is_kept {
            let function = &method.function;
            on_view.extend(quote!(#[allow(dead_code, unreachable_pub)] #function));
            match &of_trait {
                Some(_) => in_trait.extend(without_visibility(function)),
                None => function.to_tokens(&mut on_module),
            }
            if returned_no_value(&function.sig).is_none() {
                on_view.extend(context.stub(&method));
                on_module.extend(context.on_module(&method, None, true));
            }
            continue;
        }
        method.inlined = inlined.clone();
        method.at = Some(item.impl_token.span);
        method.known_settings.clone_from(&known_settings);
        method.types = Rc::clone(&types);
        if method.takes_self() && !settings.is_empty() {
            method.settings = known_settings::replace(&mut method.body, &settings);
        }
        let name = method.function.sig.ident.to_string();
        method.is_recursive = options.is_recursive
            || recursive.contains(&name)
            || is_in_circle(&function.sig.ident)
            || holds_itself && recursion::calls_of_parts(&function.block, &own);
        // What follows from a method without a companion is not reported.
        method.is_refused |= mentions(function.block.to_token_stream(), &names_refused);
        method.lend(&lenders);
        let changed = differentiated(&method, krate, errors);
        let differentiated = changed.as_ref().unwrap_or(&method);
        if of_trait.as_ref().is_some_and(|of_trait| of_trait.is_in_trait_alone) {
            let companion = context.companion(differentiated, None, errors).unwrap_or_else(|stub| stub);
            let function = with_named_types(&method);
            in_view_trait.extend(quote!(#function #[allow(refining_impl_trait)] #companion));
            continue;
        }
        let (checked, companion) = context.checked_companion(&method, differentiated, errors);
        let function = &without_seen(&method.function, errors);
        if !method.takes_self() {
            on_module.extend(quote!(#function #companion));
            continue;
        }
        on_module.extend(context.on_module(&method, changed.as_ref(), of_trait.is_some()));
        if of_trait.is_none() && !method.is_refused && Loss::of(differentiated, context.generics).is_none() {
            without_number.push(method.function.sig.ident.clone());
        }
        if changed.is_none() {
            on_view.extend(context.forward_mode_in_body(&method));
        }
        match &of_trait {
            Some(of_trait) if of_trait.is_differentiable => {
                in_view_trait.extend(context.on_view(&method, differentiated));
            }
            Some(_) => in_trait.extend(context.of_trait(&method)),
            None => {}
        }
        match checked {
            Some(checked) => {
                let constant = checked.definition();
                let function = checked.caller().unwrap_or(function);
                as_written.extend(quote!(#[allow(dead_code, unreachable_pub)] #function));
                on_view.extend(quote!(#constant #companion));
            }
            None => on_view.extend(quote!(#[allow(dead_code, unreachable_pub)] #function #companion)),
        }
    }
    let named = context.named.iter().map(NamedTypes::definition);
    let Context { params, module, view, arguments, .. } = &context;
    let (attributes, bounds) = (&item.attrs, &item.generics.where_clause);
    let layer = layer.map(|layer| layer.expand(&context));
    let is_in_trait_alone = of_trait.as_ref().is_some_and(|of_trait| of_trait.is_in_trait_alone);
    let of_view = of_trait.as_ref().filter(|of_trait| of_trait.is_differentiable);
    let of_view = of_view.map(|of_trait| of_trait.of_view(item, &context, &in_view_trait));
    let of_trait = of_trait.map(|of_trait| of_trait.expand(item, &context, &in_trait));
    let as_written = (!as_written.is_empty()).then(|| {
        // The lifetime is anonymous, as in the constants, so that rustc's messages for both are identical.
        quote! {
            #(#attributes)*
            impl<#(#params),*> #view<'_, #(#arguments),*> #bounds {
                #as_written
            }
        }
    });
    let own_methods = OwnMethods::of(item);
    if is_in_trait_alone {
        let of_view = own_methods.around(&context, &of_modules, of_view.to_token_stream());
        let of_view = misspelt_methods::around(item, krate, &own_methods.stubbed(&of_modules), of_view);
        return quote!(#(#named)* #of_trait #of_view);
    }
    let on_view = quote! {
        #as_written
        #(#attributes)*
        impl<'view, #(#params),*> #view<'view, #(#arguments),*> #bounds {
            #on_view
        }
    };
    let on_view = own_methods.around(&context, &of_modules, on_view);
    let on_view = misspelt_methods::around(item, krate, &own_methods.stubbed(&of_modules), on_view);
    let without_number = missing_gradients::without_number(&methods, &without_number, krate);
    quote! {
        #(#named)*
        #on_view
        #(#attributes)*
        impl<#(#params),*> #module #bounds {
            #on_module
        }
        #layer
        #of_trait
        #of_view
        #without_number
    }
}

/// Whether the derive of a module reported it.
fn has_unknown_fields(item: &ItemImpl) -> bool {
    let Type::Path(path) = &*item.self_ty else { return false };
    let at = item.impl_token.span;
    path.path.segments.last().is_some_and(|last| unknown::has_unknown_fields(&last.ident, at))
}

/// Whether a module is an enum.
fn of_enum(module: &Type) -> bool {
    matches!(module, Type::Path(path) if path.path.segments.last().is_some_and(|last| is_enum(&last.ident)))
}

fn without_visibility(function: &ImplItemFn) -> TokenStream {
    ImplItemFn { vis: Visibility::Inherited, ..function.clone() }.into_token_stream()
}

/// The method as written, with the parameters of the trait's in place of types such as `impl Fn(f32) -> f32`.
fn with_named_types(method: &Method) -> ImplItemFn {
    let mut function = method.function.clone();
    function.sig.generics = method.generics.clone();
    let inputs = function.sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    for (input, argument) in inputs.zip(&method.arguments) {
        *input.ty = argument.ty.clone();
    }
    function
}

/// The method whose companion is generated, if it has another signature.
pub(super) fn differentiated(method: &Method, krate: &Path, errors: &mut Errors) -> Option<Method> {
    let by_value = method.by_value(errors);
    if !method.takes_functions() {
        return by_value;
    }
    Some(by_value.unwrap_or_else(|| method.clone()).with_companions(krate))
}

/// Whether a function without `self` returns a module, which is no value, so that it has no companion.
pub(super) fn is_constructor(function: &syn::ImplItemFn, module: &syn::Type) -> bool {
    let name = match module {
        syn::Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    };
    let is_module = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if Some(ident) == name);
    function.sig.receiver().is_none() && mentions(function.sig.output.to_token_stream(), &is_module)
}

fn mentions(tokens: TokenStream, is: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens
        .into_iter()
        .any(|token| is(&token) || matches!(token, TokenTree::Group(group) if mentions(group.stream(), is)))
}
