//! Arguments for the generics of a body, with which its check is called.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, GenericParam, Generics, Item, ItemImpl, PathArguments, PathSegment, TraitBound, Type,
    TypeParamBound, WherePredicate, parse_quote,
};

use super::checked::mentions;
use super::origin::is_own;
use super::signature::name_of;
use crate::private::private;
use crate::value::lifetimes;
use crate::{beside, known};

/// Arguments for generics, other than lifetimes.
pub(super) struct StandIns {
    pub(super) types: Vec<TokenStream>,
    /// Whether they certainly meet the bounds.
    pub(super) are_certain: bool,
}

/// Returns some arguments for generics; `None` if it is not known which ones may be allowed.
pub(super) fn stand_ins(generics: &Generics) -> Option<StandIns> {
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_types = clauses.filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_)));
    let clauses: Vec<_> = of_types
        .map(|predicate| match predicate {
            WherePredicate::Type(predicate) if predicate.lifetimes.is_none() => match &predicate.bounded_ty {
                Type::Path(path) => Some((path.path.get_ident()?, &predicate.bounds)),
                _ => None,
            },
            _ => None,
        })
        .collect::<Option<_>>()?;
    let mut are_certain = true;
    let mut of_param = |param: &GenericParam| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Const(param) => Some(match param.ty.to_token_stream().to_string().as_str() {
            "bool" => quote!(true),
            "char" => quote!('a'),
            _ => quote!(1),
        }),
        GenericParam::Type(param) => {
            let bounds = clauses
                .iter()
                .filter(|(name, _)| **name == param.ident)
                .flat_map(|(_, bounds)| bounds.iter());
            let stand_in = StandIn::of(param.bounds.iter().chain(bounds));
            are_certain &= stand_in.is_certain;
            Some(stand_in.ty)
        }
    };
    let known = clauses.iter().all(|(name, _)| generics.type_params().any(|param| param.ident == **name));
    if !known {
        return None;
    }
    let found: Vec<_> = generics.params.iter().filter_map(&mut of_param).collect();
    // The types of a layer may have generics, but not its own.
    let of_static = |stand_in| lifetimes::of_static(with_stand_ins(stand_in, generics, &found));
    let types: Vec<_> = found.iter().map(of_static).collect();
    let is_param = |token: &TokenTree| {
        let mut names = generics.params.iter().filter_map(name_of);
        matches!(token, TokenTree::Ident(name) if names.any(|param| param == name))
    };
    types.iter().all(|stand_in| !mentions(stand_in, &is_param)).then_some(StandIns { types, are_certain })
}

/// The generics of an impl block and of a method in it, without lifetimes.
pub(super) fn joined(block: &Generics, method: &Generics) -> Generics {
    let mut joined = lifetimes::without(block);
    let own = lifetimes::without(method);
    joined.params.extend(own.params);
    let clauses = own.where_clause.into_iter().flat_map(|clause| clause.predicates);
    let mut predicates: Vec<_> = clauses.collect();
    let of_block = joined.where_clause.take().into_iter().flat_map(|clause| clause.predicates);
    predicates.extend(of_block);
    predicates.retain(|predicate| !matches!(predicate, WherePredicate::Lifetime(_)));
    if !predicates.is_empty() {
        joined.make_where_clause().predicates.extend(predicates);
    }
    joined
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
                let params = generics.params.iter().filter(|param| name_of(param).is_some());
                let found = params.zip(stand_ins).find(|(param, _)| name_of(param) == Some(&name));
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
fn is_layer(stand_in: &TokenStream) -> bool {
    mentions(stand_in, &|token| matches!(token, TokenTree::Ident(name) if name == "StandIn"))
}

/// Evaluates a constant for these arguments if they meet the bounds: a `Layer` may be another trait of that name. The generics
/// have no lifetimes.
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
        GenericParam::Type(param) => {
            let name = &param.ident;
            quote!(#name: ?::core::marker::Sized)
        }
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

/// An argument for a type parameter.
struct StandIn {
    ty: TokenStream,
    /// Whether it certainly meets the bounds.
    is_certain: bool,
}

/// Traits of the library that say what the stand-in is, unless one of the user's own has the name.
const OF_LIBRARY: [&str; 7] = ["BiasStorage", "Element", "Layer", "Module", "Real", "Storage", "Value"];

impl StandIn {
    /// Returns a type that may have these bounds.
    fn of<'b>(bounds: impl Iterator<Item = &'b TypeParamBound>) -> Self {
        let (mut found, mut is_certain) = (None, true);
        let number = || quote!(::core::primitive::f32);
        for bound in bounds {
            let TypeParamBound::Trait(bound) = bound else { continue };
            let Some(last) = bound.path.segments.last() else { continue };
            let private = private();
            let name = last.ident.to_string();
            if let Some(pointer) = pointer(bound) {
                found = Some(pointer);
                continue;
            }
            let is_of_layer = found.as_ref().is_some_and(is_layer);
            let is_of_library = !OF_LIBRARY.contains(&&*name) || !is_own(&bound.path);
            let (ty, is_known) = match (found.take(), &*name) {
                (found, _) if !is_of_library => (found.or(Some(module(&last.arguments))), false),
                (found, "Clone" | "Send" | "Sync" | "Debug" | "Sized") => (found, true),
                (None, "Element" | "Real" | "Value" | "Copy") => (Some(number()), true),
                (None, "Storage" | "BiasStorage") => (Some(quote!(#private::Own)), true),
                (None, "Layer" | "Module") => {
                    (Some(layer(&last.arguments).unwrap_or_else(|| module(&last.arguments))), false)
                }
                (None, _) => {
                    let found = of_data(last).or_else(|| implementor(last));
                    (Some(found.unwrap_or_else(|| module(&last.arguments))), false)
                }
                (found, "Copy") if !is_of_layer => (found, true),
                // A layer is a module.
                (found, "Module") if is_of_layer => (found, false),
                (found, "Layer") if is_of_layer => (layer(&last.arguments).or(found), false),
                (_, "Element" | "Real" | "Value") if !is_of_layer => (Some(number()), false),
                (found, _) => (found, false),
            };
            found = ty;
            is_certain &= is_known;
        }
        StandIn { ty: found.unwrap_or_else(number), is_certain }
    }
}

/// Returns a type with a trait of data, as those of the standard library and random number generators; `None` if the trait is not
/// one of them.
fn of_data(of: &PathSegment) -> Option<TokenStream> {
    const OF_STAND_IN: [&str; 19] = [
        "AsRef",
        "CryptoRng",
        "Default",
        "Display",
        "Eq",
        "Error",
        "Hash",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Randomness",
        "Read",
        "Rng",
        "RngCore",
        "RngExt",
        "SeedableRng",
        "ToString",
        "TryRng",
        "Write",
    ];
    let private = private();
    let arguments = match &of.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    let mut types = arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        GenericArgument::AssocType(binding) => Some(&binding.ty),
        _ => None,
    });
    let name = of.ident.to_string();
    match &*name {
        "Into" | "From" | "TryInto" | "TryFrom" | "BorrowMut" => types.next().map(ToTokens::to_token_stream),
        "Borrow" | "Deref" => types.next().map(|ty| quote!(&'static #ty)),
        "Iterator" | "ExactSizeIterator" | "DoubleEndedIterator" => {
            types.next().map(|item| quote!(::std::vec::IntoIter<#item>))
        }
        "IntoIterator" => types.next().map(|item| quote!(::std::vec::Vec<#item>)),
        name => OF_STAND_IN.contains(&name).then(|| quote!(#private::DataStandIn)),
    }
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

/// Returns a type beside a trait that implements it; `None` if there is none, or if the trait is differentiable.
fn implementor(of: &PathSegment) -> Option<TokenStream> {
    let name = &of.ident;
    if known::text_in_file(&format!("trait {name}"), name.span()).is_some() {
        return None;
    }
    let implements = |item: &ItemImpl| {
        let path = item.trait_.as_ref().map(|(path, _)| path);
        path.and_then(|path| path.segments.last())
            .is_some_and(|last| last.to_token_stream().to_string() == of.to_token_stream().to_string())
    };
    // The attribute stands beside the items.
    beside::items(Span::call_site())?.into_iter().find_map(|item| match item {
        Item::Impl(item)
            if item.generics.params.is_empty() && beside::are_inert(&item.attrs) && implements(&item) =>
        {
            match &*item.self_ty {
                Type::Path(ty) => Some(ty.to_token_stream()),
                _ => None,
            }
        }
        _ => None,
    })
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
