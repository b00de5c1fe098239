//! Arguments for the generics of a body, with which its check is called.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, TraitBound, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use super::checked::mentions;
use super::signature::name_of;
use crate::private::private;

/// Returns some arguments for generics; `None` if it is not known which ones are allowed.
pub(super) fn stand_ins(generics: &Generics) -> Option<Vec<TokenStream>> {
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let clauses: Vec<_> = clauses
        .map(|predicate| match predicate {
            WherePredicate::Type(predicate) if predicate.lifetimes.is_none() => match &predicate.bounded_ty {
                Type::Path(path) => Some((path.path.get_ident()?, &predicate.bounds)),
                _ => None,
            },
            _ => None,
        })
        .collect::<Option<_>>()?;
    let of_param = |param: &GenericParam| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Const(param) => match param.ty.to_token_stream().to_string().as_str() {
            "bool" => Some(quote!(true)),
            "char" => Some(quote!('a')),
            _ => Some(quote!(1)),
        },
        GenericParam::Type(param) => {
            let bounds = clauses
                .iter()
                .filter(|(name, _)| **name == param.ident)
                .flat_map(|(_, bounds)| bounds.iter());
            stand_in(param.bounds.iter().chain(bounds))
        }
    };
    let known = clauses.iter().all(|(name, _)| generics.type_params().any(|param| param.ident == **name));
    let found: Vec<_> = known.then(|| generics.params.iter().map(of_param).collect()).flatten()?;
    // The types of a layer may have generics, but not its own.
    let found: Vec<_> = found.iter().map(|stand_in| with_stand_ins(stand_in, generics, &found)).collect();
    let is_param = |token: &TokenTree| {
        let mut names = generics.params.iter().filter_map(name_of);
        matches!(token, TokenTree::Ident(name) if names.any(|param| param == name))
    };
    found.iter().all(|stand_in| !mentions(stand_in, &is_param)).then_some(found)
}

/// Replaces the generics in an argument of a type.
pub(super) fn with_stand_ins(
    argument: &impl ToTokens,
    generics: &Generics,
    stand_ins: &[TokenStream],
) -> TokenStream {
    let (mut replaced, mut tokens) = (TokenStream::new(), argument.to_token_stream().into_iter().peekable());
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) => {
                let mut params = generics.params.iter().zip(stand_ins);
                let found = params.find(|(param, _)| name_of(param) == Some(&name));
                let Some((_, stand_in)) = found else {
                    replaced.extend([name]);
                    continue;
                };
                let is_type_of = tokens.peek().is_some_and(is_colon);
                replaced.extend(match is_type_of {
                    true => of_layer(stand_in, tokens.by_ref().nth(2)),
                    false => stand_in.clone(),
                });
            }
            TokenTree::Group(group) => {
                let inner = with_stand_ins(&group.stream(), generics, stand_ins);
                replaced.extend([Group::new(group.delimiter(), inner)]);
            }
            token => replaced.extend([token]),
        }
    }
    replaced
}

/// Whether this is the stand-in for a layer.
pub(super) fn is_layer(stand_in: &TokenStream) -> bool {
    mentions(stand_in, &|token| matches!(token, TokenTree::Ident(name) if name == "StandIn"))
}

/// Evaluates a constant for these arguments if they meet the bounds: a `Layer` may be another trait of that name.
pub(super) fn if_allowed(
    generics: &Generics,
    stand_ins: &[TokenStream],
    constant: &TokenStream,
) -> TokenStream {
    let params = &generics.params;
    let bounds = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    // The path has a view of static lifetime.
    let lifetimes = generics.type_params().map(|param| {
        let name = &param.ident;
        quote!(#name: 'static)
    });
    let bounds = bounds.map(ToTokens::to_token_stream).chain(lifetimes);
    let unbounded = params.iter().map(|param| match param {
        GenericParam::Type(param) => param.ident.to_token_stream(),
        other => other.to_token_stream(),
    });
    let types = generics.type_params().map(|param| &param.ident);
    let names = params.iter().map(name_of);
    quote! {{
        struct __Generic<#(#unbounded),*>(#(::core::marker::PhantomData<#types>),*);
        impl<#params> __Generic<#(#names),*> where #(#bounds),* {
            const MISTAKES: ::core::primitive::usize = #constant;
        }
        trait __Otherwise {
            const MISTAKES: ::core::primitive::usize = 0;
        }
        impl<__T> __Otherwise for __T {}
        <__Generic<#(#stand_ins),*>>::MISTAKES
    }}
}

/// Returns an associated type, such as `L::Output`, of the stand-in for `L`.
fn of_layer(stand_in: &TokenStream, name: Option<TokenTree>) -> TokenStream {
    let private = private();
    let of = match name.as_ref().map(ToString::to_string).as_deref() {
        Some("Elem") => quote!(Module),
        _ => quote!(Layer),
    };
    quote!(<#stand_in as #private::#of>::#name)
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// Returns a type with these bounds.
fn stand_in<'b>(bounds: impl Iterator<Item = &'b TypeParamBound>) -> Option<TokenStream> {
    let mut found = None;
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let last = bound.path.segments.last()?;
        let private = private();
        let name = last.ident.to_string();
        if let Some(pointer) = pointer(bound) {
            found = Some(pointer);
            continue;
        }
        found = match (found, &*name) {
            (None, "Element" | "Value") => Some(quote!(::core::primitive::f32)),
            (None, "Storage" | "BiasStorage") => Some(quote!(#private::Own)),
            // A layer is a module.
            (Some(found), "Module") if is_layer(&found) => Some(found),
            (Some(found), "Layer") if is_layer(&found) => Some(layer(&last.arguments)?),
            (None, "Layer" | "Module") => {
                Some(layer(&last.arguments).unwrap_or_else(|| module(&last.arguments)))
            }
            (found, "Clone" | "Send" | "Sync" | "Debug" | "Sized") => found,
            (None, "Copy") => Some(quote!(::core::primitive::f32)),
            (Some(found), "Copy") if !is_layer(&found) => Some(found),
            // A differentiable trait, which the stand-in for a layer has, too, or else another.
            (None, _) => Some(module(&last.arguments)),
            _ => return None,
        };
    }
    Some(found.unwrap_or_else(|| quote!(::core::primitive::f32)))
}

/// Returns a type with the bound `Layer<..>` or `Module<..>`; `None` if this is another trait of that name.
fn layer(arguments: &PathArguments) -> Option<TokenStream> {
    let [mut input, mut output, mut elem] = [const { None }; 3];
    let arguments = match arguments {
        PathArguments::None => None,
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        PathArguments::Parenthesized(_) => return None,
    };
    for argument in arguments.into_iter().flatten() {
        let GenericArgument::AssocType(argument) = argument else { return None };
        let place = match &*argument.ident.to_string() {
            "Input" => &mut input,
            "Output" => &mut output,
            "Elem" => &mut elem,
            _ => return None,
        };
        *place = Some(&argument.ty);
    }
    let of = |ty: Option<&Type>| ty.map_or_else(|| quote!(::core::primitive::f32), ToTokens::to_token_stream);
    let (private, input, output, elem) = (private(), of(input), of(output), of(elem));
    Some(quote!(#private::StandIn<#input, #output, #elem>))
}

/// Returns the type that has differentiable traits.
fn module(arguments: &PathArguments) -> TokenStream {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    let elem = arguments.into_iter().flatten().find_map(|argument| match argument {
        GenericArgument::AssocType(argument) if argument.ident == "Elem" => Some(&argument.ty),
        _ => None,
    });
    let (private, number) = (private(), quote!(::core::primitive::f32));
    let elem = elem.map_or_else(|| number.clone(), ToTokens::to_token_stream);
    quote!(#private::StandIn<#number, #number, #elem>)
}

/// Returns the type of a pointer to a function with the signature of a bound such as `Fn(f32) -> f32`.
fn pointer(bound: &TraitBound) -> Option<TokenStream> {
    let last = bound.path.segments.last()?;
    let PathArguments::Parenthesized(signature) = &last.arguments else { return None };
    let (lifetimes, inputs, output) = (&bound.lifetimes, &signature.inputs, &signature.output);
    Some(quote!(#lifetimes fn(#inputs) #output))
}

/// Replaces types such as `impl Fn(f32) -> f32` by pointers to functions.
pub(super) fn with_pointers(ty: &Type) -> Type {
    struct Pointers;
    impl VisitMut for Pointers {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            let pointer = match ty {
                Type::ImplTrait(of) => of.bounds.iter().find_map(|bound| match bound {
                    TypeParamBound::Trait(bound) => pointer(bound),
                    _ => None,
                }),
                _ => None,
            };
            match pointer {
                Some(pointer) => *ty = parse_quote!(#pointer),
                None => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Pointers.visit_type_mut(&mut ty);
    ty
}
