//! The struct of open ties, which the enclosing struct fills.
//!
//! The types of the holes appear only in its fields, so that a public module may have private field types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericArgument, PathArguments, Type, TypePath};

use super::model::{Field, Hole, Module, Role, Tie};
use super::suggest::nearest;
use crate::errors::Errors;
use crate::private::{import, private};
use crate::source_text::source_text;
use crate::{beside, known};

/// The type of the ties; `()` if there are none.
pub(super) fn ty(module: &Module) -> TokenStream {
    if holes(module).is_empty() {
        return quote!(());
    }
    let (ties, arguments) = (module.ties_name(), module.arguments());
    quote!(#ties<'a, #(#arguments,)* Use>)
}

/// Generates a value of the ties, with the expression that `fill` returns for each hole.
pub(super) fn literal(module: &Module, fill: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let holes = holes(module);
    if holes.is_empty() {
        return quote!();
    }
    let (ties, names) = (module.ties_name(), holes.iter().map(|field| &field.name));
    let filled = holes.iter().map(|field| fill(field));
    quote!(#ties { #(#names: #filled,)* __of: ::core::marker::PhantomData })
}

fn holes(module: &Module) -> Vec<&Field> {
    module.modules().filter(|field| module.is_hole(field)).collect()
}

/// Generates the struct, if there are holes, and the methods that fill them one by one.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let holes = holes(module);
    if holes.is_empty() {
        return None;
    }
    note(module, &holes);
    let Module { vis, name, .. } = module;
    let (path, private, ties) = (module.private_path(), private(), module.ties_name());
    let import = import(&module.krate);
    let declared = module.generics.params.iter();
    let (params, arguments) = (module.params(), module.arguments());
    let bounds = module.predicates_of_parts(&private);
    let path_bounds = module.predicates_of_parts(&path);
    let names: Vec<_> = holes.iter().map(|field| &field.name).collect();
    let types_by = |private: &dyn ToTokens| -> Vec<_> {
        let types = holes.iter().map(|field| &field.outside);
        types.map(|ty| quote!(<#ty as #private::Module>::Ties<'a, Use>)).collect()
    };
    let (types, path_types) = (types_by(&private), types_by(&path));
    let states: Vec<_> = (0..holes.len()).map(|i| format_ident!("Hole{i}")).collect();
    let doc = format!("What [`{name}`] borrows.");
    let docs = names.iter().map(|name| format!("The source of `{name}`."));
    let fill = (0..holes.len()).map(|at| fill(module, &bounds, &names, &types, &states, at));
    let open = states.iter().map(|_| quote!(#private::OpenState));
    let module_type = quote!(#name<#(#arguments),*>);
    Some(quote! {
        #[doc = #doc]
        #[allow(private_bounds, private_interfaces)]
        #vis struct #ties<
            'a,
            #(#declared,)*
            Use: #path::Role = #path::Weight,
            #(#states: #path::State = #path::FilledState,)*
        >
        where
            #(#path_bounds,)*
        {
            #(
                #[doc = #docs]
                pub #names: <#states as #path::State>::Of<#path_types>,
            )*
            #[doc(hidden)]
            pub __of: ::core::marker::PhantomData<(&'a (), fn() -> (Use, #module_type))>,
        }

        #[allow(private_bounds, private_interfaces)]
        const _: () = {
            #import
            #[automatically_derived]
            impl<'a, #(#params,)* Use: #private::Role> ::core::clone::Clone for #ties<'a, #(#arguments,)* Use>
            where
                #(#bounds,)*
            {
                #[inline]
                fn clone(&self) -> Self {
                    #ties {
                        #(#names: ::core::clone::Clone::clone(&self.#names),)*
                        __of: ::core::marker::PhantomData,
                    }
                }
            }

            #[automatically_derived]
            impl<'a, #(#params,)* Use: #private::Role> #private::Holes for #ties<'a, #(#arguments,)* Use>
            where
                #(#bounds,)*
            {
                type Open = #ties<'a, #(#arguments,)* Use, #(#open),*>;

                #[inline]
                fn open() -> Self::Open {
                    #ties { #(#names: #private::Open::new(),)* __of: ::core::marker::PhantomData }
                }
            }

            #[automatically_derived]
            impl<'a, #(#params,)* Use: #private::Role> #private::NoTies for #ties<'a, #(#arguments,)* Use>
            where
                #(#bounds,)*
                #(#types: #private::NoTies,)*
            {
                const NONE: Self = #ties {
                    #(#names: <#types as #private::NoTies>::NONE,)*
                    __of: ::core::marker::PhantomData,
                };
            }

            #[automatically_derived]
            impl<'a, #(#params,)* Use: #private::Role, #(#states: #private::FinishHole<#types>,)*> #private::Finish
                for #ties<'a, #(#arguments,)* Use, #(#states),*>
            where
                #(#bounds,)*
            {
                type Finished = #ties<'a, #(#arguments,)* Use>;

                #[inline]
                fn finish(self) -> Self::Finished {
                    #ties {
                        #(#names: <#states as #private::FinishHole<#types>>::finish_hole(self.#names),)*
                        __of: ::core::marker::PhantomData,
                    }
                }
            }

            #(#fill)*
        };
    })
}

/// Notes the names of the holes.
fn note(module: &Module, holes: &[&Field]) {
    let names: Vec<_> = holes.iter().map(|field| field.name.to_string()).collect();
    known::note(&key(&module.name), names.join(","), module.name.span(), &[]);
    let is_certain = |field: &&&Field| field.is_open() && !module.is_generic(&field.ty);
    let certain: Vec<_> = holes.iter().filter(is_certain).map(|field| field.name.to_string()).collect();
    if !certain.is_empty() {
        known::note(&key_of_certain(&module.name), certain.join(","), module.name.span(), &[]);
    }
}

fn key_of_certain(name: &Ident) -> String {
    format!("bare ties of {name}")
}

fn key(name: &Ident) -> String {
    format!("open ties of {name}")
}

/// The weights that a `Linear` borrows, if it is certain.
fn holes_of_linear(path: &TypePath, at: Span) -> Option<Vec<&'static str>> {
    let last =
        path.path.segments.last().filter(|last| path.path.segments.len() == 1 && last.ident == "Linear")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let names = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(Type::Path(ty)) => ty.path.get_ident(),
        _ => None,
    });
    let types: Vec<Option<&Ident>> = names.skip(2).collect();
    let is_storage = |name: &&Ident| ["Tied", "Own", "NoBias"].iter().any(|storage| *name == storage);
    let types: Vec<&Ident> = types.into_iter().map(|name| name.filter(is_storage)).collect::<Option<_>>()?;
    if !beside::is_of_library(&last.ident, at) {
        return None;
    }
    let is_tied = |(_, name): &(&str, &&Ident)| **name == "Tied";
    Some(["weight", "bias"].into_iter().zip(&types).filter(is_tied).map(|(hole, _)| hole).collect())
}

/// Reports the first name in the ties of a `Linear` that it does not borrow, beside one that it does; returns whether there is one.
fn report_owned(path: &TypePath, holes: &[Hole], at: Span, errors: &mut Errors) -> bool {
    let Some(borrowed) = holes_of_linear(path, at) else { return false };
    let is_owned = |name: &&Ident| {
        ["weight", "bias"].iter().any(|of| *name == of) && borrowed.iter().all(|of| *name != of)
    };
    let &[borrowed] = &borrowed[..] else { return false };
    let Some(name) = holes.iter().filter_map(|hole| hole.path.first()).find(is_owned) else { return false };
    let ty = source_text(&path.to_token_stream());
    errors.at(
        name,
        format_args!("`{ty}` borrows its {borrowed}, and owns its {name}: write `{borrowed} = ..`, or `Tied` in the type for both"),
    );
    true
}

/// Reports the first name in the ties of a field that is none of its holes, if its type is known; returns whether there is one.
pub(super) fn report_unknown(module: &Module, field: &Field, errors: &mut Errors) -> bool {
    let (Role::Tied(Tie::Holes(holes)), Type::Path(path)) = (&field.role, &field.written) else {
        return false;
    };
    if report_owned(path, holes, module.name.span(), errors) {
        return true;
    }
    let Some(owner) = path.path.get_ident() else { return false };
    let Some(known) = known::find(&key(owner), module.name.span()) else { return false };
    let names: Vec<_> = known.text.split(',').collect();
    let is_unknown = |name: &&Ident| !names.contains(&&*name.to_string());
    let Some(name) = holes.iter().filter_map(|hole| hole.path.first()).find(is_unknown) else { return false };
    let help = match nearest(&name.to_string(), names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it has `{}`", names.join("`, `")),
    };
    errors.at(name, format_args!("`{owner}` has no open tie `{name}`; {help}"));
    true
}

/// Reports a field whose type has open ties that nothing closes, if that is known; returns whether it has.
pub(super) fn report_unclosed(module: &Module, field: &Field, errors: &mut Errors) -> bool {
    let Type::Path(path) = &field.written else { return false };
    let is_owned = matches!(field.role, Role::Owned) && !module.is_hole(field);
    let Some(owner) = path.path.segments.last().filter(|_| is_owned && path.path.segments.len() == 1) else {
        return false;
    };
    let owner = &owner.ident;
    let Some(known) = known::find(&key_of_certain(owner), module.name.span()) else { return false };
    let first = known.text.split(',').next().unwrap_or_default();
    errors.at(
        &field.written,
        format_args!(
            "`{owner}` has an open tie, and nothing closes it: write `#[tie({first} = source)]` on `{}`, or bare `#[tie]` to leave \
             the tie open for the struct that contains this one",
            field.name
        ),
    );
    true
}

/// Generates the method that fills the hole `at`.
fn fill(
    module: &Module,
    bounds: &[syn::WherePredicate],
    names: &[&Ident],
    types: &[TokenStream],
    states: &[Ident],
    at: usize,
) -> TokenStream {
    let (private, ties) = (private(), module.ties_name());
    let (params, arguments) = (module.params(), module.arguments());
    let (name, ty) = (names[at], &types[at]);
    let others = states.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, state)| state);
    let with = |filled: TokenStream| {
        let states = states.iter().enumerate().map(move |(other, state)| match other == at {
            true => filled.clone(),
            false => quote!(#state),
        });
        quote!(#ties<'a, #(#arguments,)* Use, #(#states),*>)
    };
    let (before, after) = (with(quote!(#private::OpenState)), with(quote!(#private::FilledState)));
    let kept = names.iter().filter(|other| **other != name);
    let doc = format!("Ties `{name}`.");
    quote! {
        impl<'a, #(#params,)* Use: #private::Role, #(#others: #private::State,)*> #before
        where
            #(#bounds,)*
        {
            #[doc = #doc]
            #[inline]
            pub fn #name(self, fill: impl ::core::ops::FnOnce(#private::Open<#ty>) -> #ty) -> #after {
                #ties {
                    #name: fill(self.#name),
                    #(#kept: self.#kept,)*
                    __of: ::core::marker::PhantomData,
                }
            }
        }
    }
}
