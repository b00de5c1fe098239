//! Functions that are passed as arguments.
//!
//! The companion of `fn apply(&self, f: impl Fn(&Tensor<4>) -> Tensor<4>)` takes the companion of `f`: its `Fn` returns the value
//! and a pullback. A call `self.apply(Tensor::tanh)` passes `Tensor::tanh_vjp`.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{
    Generics, Lifetime, ParenthesizedGenericArguments, Path, PathArguments, ReturnType, Token, Type,
    TypeParamBound, WherePredicate, parse_quote,
};

use super::hidden::hidden;
use super::method::{Argument, Method, behind_references, carries_gradient};

/// What a function that is passed as an argument takes and returns.
#[derive(Clone)]
pub(super) struct Passed {
    inputs: Vec<Type>,
    output: Type,
    /// Whether it can be called by shared reference.
    is_shared: bool,
}

impl Passed {
    /// Returns what an argument of this type takes and returns, if it is a function through which a gradient may flow.
    pub(super) fn read(ty: &Type, generics: &Generics) -> Option<Self> {
        Self::of(ty, generics).filter(|passed| carries_gradient(&passed.output))
    }

    /// What an argument of this type takes and returns, if it is a function.
    pub(super) fn any(ty: &Type, generics: &Generics) -> Option<Self> {
        Self::of(ty, generics)
    }

    /// What it takes.
    pub(super) fn inputs(&self) -> &[Type] {
        &self.inputs
    }

    /// Whether it can be called by shared reference.
    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// What it returns.
    pub(super) fn output(&self) -> &Type {
        &self.output
    }

    fn of(ty: &Type, generics: &Generics) -> Option<Self> {
        match ty {
            Type::Reference(reference) if reference.mutability.is_none() => {
                Self::of(&reference.elem, generics)
            }
            Type::Paren(inner) => Self::of(&inner.elem, generics),
            Type::Group(inner) => Self::of(&inner.elem, generics),
            Type::ImplTrait(bounds) => Self::of_bounds(&bounds.bounds),
            Type::TraitObject(bounds) => Self::of_bounds(&bounds.bounds),
            Type::FnPtr(function) => {
                let inputs = function.inputs.iter().map(|input| input.ty.clone()).collect();
                let ReturnType::Type(_, output) = &function.output else { return None };
                Some(Passed { inputs, output: (**output).clone(), is_shared: true })
            }
            Type::Path(path) => {
                let name = path.path.get_ident()?;
                let param = generics.type_params().find(|param| param.ident == *name)?;
                Self::of_bounds(&param.bounds).or_else(|| {
                    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
                    clauses.into_iter().find_map(|clause| match clause {
                        WherePredicate::Type(clause) if is_path_of(&clause.bounded_ty, name) => {
                            Self::of_bounds(&clause.bounds)
                        }
                        _ => None,
                    })
                })
            }
            _ => None,
        }
    }

    fn of_bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<Self> {
        bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                let (signature, is_shared) = signature_of(&bound.path)?;
                let ReturnType::Type(_, output) = &signature.output else { return None };
                let inputs = signature.inputs.iter().map(|input| input.ty.clone()).collect();
                Some(Passed { inputs, output: (**output).clone(), is_shared })
            }
            _ => None,
        })
    }

    /// The pullback of its companion, as a bound.
    fn pullback(&self, krate: &Path) -> TokenStream {
        let (output, count) = (&self.output, self.inputs.len());
        let cotangents = self.inputs.iter().map(|input| {
            let input = behind_references(input);
            match carries_gradient(input) {
                true => quote!(<#input as #krate::__private::Value>::Cotangent),
                false => quote!(#krate::__private::NoGradient),
            }
        });
        quote! {
            ::core::ops::FnOnce(
                <#output as #krate::__private::Value>::Cotangent,
                [::core::primitive::bool; #count],
            ) -> (#(::core::option::Option<#cotangents>,)*)
        }
    }

    /// The function without its pullback, for code that no gradient flows through.
    pub(super) fn plain(&self, name: &Ident) -> TokenStream {
        if !self.is_shared {
            return TokenStream::new();
        }
        let (inputs, output, inside) = (&self.inputs, &self.output, hidden(name));
        let names: Vec<_> =
            (0..inputs.len()).map(|i| format_ident!("input{i}", span = Span::mixed_site())).collect();
        quote!(let #name = |#(#names: #inputs),*| -> #output { #inside(#(#names),*).0 };)
    }
}

impl Method {
    /// Whether it takes functions through which a gradient may flow.
    pub(super) fn takes_functions(&self) -> bool {
        self.arguments.iter().any(|argument| argument.passed.is_some())
    }

    /// Replaces each function that it takes by one that returns a pullback, too.
    pub(super) fn with_companions(mut self, krate: &Path) -> Method {
        for position in 0..self.arguments.len() {
            let Argument { ty, passed, .. } = &mut self.arguments[position];
            let Some(passed) = passed else { continue };
            let pullback = format_ident!("Pullback{position}");
            let function = match behind_references(ty) {
                Type::Path(path) => path.path.get_ident().cloned(),
                _ => None,
            };
            let function = function.unwrap_or_else(|| {
                let (name, Passed { inputs, output, .. }) = (format_ident!("Function{position}"), &*passed);
                self.generics.params.push(parse_quote!(#name: Fn(#(#inputs),*) -> #output));
                name
            });
            // Pullbacks keep it, so it is passed by value.
            *ty = parse_quote!(#function);
            let mut returning = Returning { function: &function, pullback: &pullback };
            returning.visit_generics_mut(&mut self.generics);
            let bound = passed.pullback(krate);
            self.generics.params.push(parse_quote!(#pullback: #bound));
            let bounds = self.generics.make_where_clause();
            bounds.predicates.push(parse_quote!(#function: ::core::marker::Copy));
            if self.is_recursive {
                // The pullback is in a box, with those of the function.
                let lifetime = lifetime_of_functions();
                bounds.predicates.push(parse_quote!(#function: #lifetime));
                bounds.predicates.push(parse_quote!(#pullback: #lifetime));
            }
        }
        if self.is_recursive && self.takes_functions() {
            let lifetime = lifetime_of_functions();
            self.generics.params.insert(0, parse_quote!(#lifetime));
        }
        self
    }
}

/// How long the functions live that a recursive function takes.
pub(super) fn lifetime_of_functions() -> Lifetime {
    Lifetime::new("'functions", Span::mixed_site())
}

impl Method {
    /// The bound under which the pullback of a recursive method may keep the module and the functions.
    pub(super) fn bound_of_functions(&self) -> Option<TokenStream> {
        let lifetime = lifetime_of_functions();
        (self.is_recursive && self.takes_functions() && self.takes_self()).then(|| quote!('view: #lifetime))
    }
}

/// Adds a pullback to what the functions of a type return.
struct Returning<'r> {
    function: &'r Ident,
    pullback: &'r Ident,
}

impl Returning<'_> {
    fn bounds(&mut self, bounds: &mut Punctuated<TypeParamBound, Token![+]>) {
        for bound in bounds {
            let TypeParamBound::Trait(bound) = bound else { continue };
            let Some(last) = bound.path.segments.last_mut() else { continue };
            if let PathArguments::Parenthesized(signature) = &mut last.arguments
                && let ReturnType::Type(_, output) = &mut signature.output
            {
                let (value, pullback) = (&**output, self.pullback);
                **output = parse_quote!((#value, #pullback));
            }
        }
    }
}

impl VisitMut for Returning<'_> {
    fn visit_type_param_mut(&mut self, param: &mut syn::TypeParam) {
        if param.ident == *self.function {
            self.bounds(&mut param.bounds);
        }
    }

    fn visit_where_predicate_mut(&mut self, predicate: &mut WherePredicate) {
        match predicate {
            WherePredicate::Type(clause) if is_path_of(&clause.bounded_ty, self.function) => {
                self.bounds(&mut clause.bounds);
            }
            other => visit_mut::visit_where_predicate_mut(self, other),
        }
    }
}

/// The name of the companion of a function or method.
pub(super) fn companion(name: &Ident) -> Ident {
    format_ident!("{name}_vjp", span = name.span())
}

/// The path of the companion of a function.
pub(super) fn companion_path(function: &syn::ExprPath) -> syn::ExprPath {
    let mut path = function.clone();
    if let Some(last) = path.path.segments.last_mut() {
        last.ident = companion(&last.ident);
    }
    path
}

/// The signature in a bound such as `Fn(f32) -> f32`, and whether it is that of `Fn`.
fn signature_of(path: &Path) -> Option<(&ParenthesizedGenericArguments, bool)> {
    let last = path.segments.last()?;
    let name = last.ident.to_string();
    match &last.arguments {
        PathArguments::Parenthesized(signature) if ["Fn", "FnMut", "FnOnce"].contains(&&*name) => {
            Some((signature, name == "Fn"))
        }
        _ => None,
    }
}

fn is_path_of(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}
