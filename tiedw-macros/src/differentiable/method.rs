//! The signature of a method, and the options of the attribute.

use std::collections::HashSet;
use std::rc::Rc;

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericParam, Generics, ImplItemFn, Pat, PathSegment, ReceiverKind, ReturnType, Safety, Token,
    TraitBound, Type, TypeParamBound, parse_quote,
};

use super::checked::mentions;
use super::hidden::hidden;
use super::imported_definition;
use super::inline::Inlined;
use super::known_fields::PartTypes;
use super::lenders::Lenders;
use super::methods_of_parameters;
use super::mistakes;
use super::passed::Passed;
use super::written;
use crate::errors::Errors;
use crate::known;
use crate::module::MODULES;
use crate::private::primitive;

/// A method of the block.
#[derive(Clone)]
pub(super) struct Method {
    /// The method as written, without the attributes that this macro reads.
    pub(super) function: ImplItemFn,
    /// Its body, with the marks of checkpoints.
    pub(super) body: syn::Block,
    /// The `self` token of its `&self`, whose hygiene a body from another macro needs.
    pub(super) receiver: Option<Token![self]>,
    pub(super) arguments: Vec<Argument>,
    /// The receiver, if the first argument is `self`, a value.
    pub(super) value: Option<TokenStream>,
    /// The return type; `()` if omitted.
    pub(super) output: Type,
    /// Its generics, with a named parameter for each `impl Trait`.
    pub(super) generics: Generics,
    /// Whether it cannot be differentiated, which is reported: its companion is a stub.
    pub(super) is_refused: bool,
    /// Whether its callers need its own signature, since it is `async` or the like, or returns a reference.
    pub(super) is_kept: bool,
    /// Whether it calls itself, directly or through others.
    pub(super) is_recursive: bool,
    /// The methods of the block that change values in place.
    pub(super) lenders: Rc<Lenders>,
    /// The methods of the block that a closure may be passed to.
    pub(super) inlined: Inlined,
    /// The settings that are bound to names at the start of the companion.
    pub(super) settings: Vec<Ident>,
    /// The settings of the module, if they are known.
    pub(super) known_settings: Option<Rc<Vec<String>>>,
    /// The types of the parts of the module, as far as they are known.
    pub(super) types: Rc<PartTypes>,
    /// A token of the item that it is in, if that is an impl block of a module or a function.
    pub(super) at: Option<Span>,
}

/// An argument other than `self`.
#[derive(Clone)]
pub(super) struct Argument {
    pub(super) mutability: Option<syn::Token![mut]>,
    pub(super) name: Ident,
    pub(super) ty: Type,
    /// Whether it may carry a gradient.
    pub(super) active: bool,
    /// Whether the name of its type is that of a discrete type, which generated code then asserts.
    pub(super) discrete: bool,
    /// Whether it certainly carries a gradient: its type is named like a float or a tensor.
    pub(super) certain: bool,
    /// Whether it is a value by mutable reference.
    pub(super) lent: bool,
    /// What it takes and returns, if it is a function through which a gradient may flow.
    pub(super) passed: Option<Passed>,
}

impl Argument {
    /// Its name in the companion.
    pub(super) fn inside(&self) -> Ident {
        if self.active || self.passed.is_some() { hidden(&self.name) } else { self.name.clone() }
    }

    /// The type without references. It has the same cotangent, and no lifetime of the argument itself.
    pub(super) fn referred(&self) -> Type {
        let mut ty = behind_references(&self.ty).clone();
        WithoutReferences.visit_type_mut(&mut ty);
        ty
    }

    /// Whether it is data that is not marked: of a discrete type, or changed in place.
    pub(super) fn is_data(&self) -> bool {
        let is_mutable = matches!(&self.ty, Type::Reference(reference) if reference.mutability.is_some());
        !self.active && self.passed.is_none() && (self.discrete || is_mutable && !self.lent)
    }

    /// Whether it is a reference to a slice.
    pub(super) fn is_slice(&self) -> bool {
        matches!(behind_references(&self.ty), Type::Slice(_))
    }

    /// The span of errors about its type, which may not be a `Value`.
    pub(super) fn blame(&self) -> Span {
        if self.certain { Span::call_site() } else { behind_references(&self.ty).span() }
    }
}

impl Method {
    /// Reads a method. If it is outside the differentiable subset, its callers find it, so that nothing else is reported.
    pub(super) fn read(function: &ImplItemFn, outer: &Generics, errors: &mut Errors) -> Self {
        let mut function = function.clone();
        let generic = generic_names(&function.sig.generics, outer);
        let signature = &function.sig;
        let unsafety = match &signature.safety {
            Safety::Unsafe(token) => Some(token.to_token_stream()),
            _ => None,
        };
        let refused = [
            (signature.constness.map(|token| token.to_token_stream()), "const"),
            (signature.asyncness.map(|token| token.to_token_stream()), "async"),
            (unsafety, "unsafe"),
        ];
        let mut is_kept = false;
        for (token, name) in refused {
            if let Some(token) = token {
                errors.at(token, format_args!("a differentiable method cannot be `{name}`"));
                is_kept = true;
            }
        }
        if let Some(ty) = returned_no_value(signature) {
            let name = &signature.ident;
            match has_hidden_type(signature) {
                true => errors.at(
                    ty,
                    format_args!(
                        "`{name}` returns an `impl` type, such as a closure or an iterator, which is no value; return a value, as \
                         a `Vec`, or write the method in an impl block without `#[differentiable]`"
                    ),
                ),
                false => errors.at(
                    ty,
                    format_args!(
                        "`{name}` returns a reference, which has no gradient of its own; return a value, as in \
                         `x[0].clone()`, or write the method in an impl block without `#[differentiable]`"
                    ),
                ),
            }
            is_kept = true;
        }
        let mut generics = signature.generics.clone();
        let (mut taken, mut is_refused) = (None, is_kept);
        let (mut arguments, mut taken_apart) = (Vec::new(), Vec::new());
        for (position, input) in function.sig.inputs.iter_mut().enumerate() {
            match input {
                FnArg::Receiver(receiver) => {
                    if !matches!(receiver.kind, ReceiverKind::Reference(_, _, None)) {
                        errors.at(
                            &*receiver,
                            "a differentiable method takes `&self`: weights do not change between forward and \
                             backward; a method that changes them is written in another impl block",
                        );
                        is_refused = true;
                        let token = receiver.self_token;
                        *receiver = parse_quote!(&#token);
                    }
                    taken = Some(receiver.self_token);
                }
                FnArg::Typed(argument) => {
                    taken_apart.extend(named(argument, position));
                    let mut found = Errors::default();
                    arguments.push(read_argument(
                        argument,
                        position,
                        &generic,
                        &mut generics,
                        outer,
                        &mut found,
                    ));
                    is_refused |= !found.is_empty();
                    errors.append(found);
                }
            }
        }
        let is_half_written = super::recovered::is_half_written(&function.block);
        is_refused = is_refused
            || written::report(&function.block, errors)
            || mistakes::report(&function.block, errors);
        let all = [&generics, outer];
        is_refused =
            is_refused || methods_of_parameters::report(&function.block, &mut arguments, all, errors);
        if is_refused {
            refuse(&mut function);
        }
        is_refused |= is_half_written;
        function.block.stmts.splice(..0, taken_apart);
        super::by_path::with_receivers(&mut function, taken.is_some());
        let mut body =
            super::deferred::with_values(&super::lower::checkpoint::with_bound_ends(&function.block));
        super::unsized_places::borrowed(&mut body);
        super::elements_by_path::with_receivers(&mut body, [&generics, outer]);
        function.block = super::lower::checkpoint::without_marks(&function.block);
        let output = match &function.sig.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        Method {
            function,
            body,
            receiver: taken,
            arguments,
            value: None,
            output,
            generics,
            is_refused,
            is_kept,
            is_recursive: false,
            inlined: Inlined::default(),
            settings: Vec::new(),
            known_settings: None,
            types: Rc::default(),
            lenders: Rc::default(),
            at: None,
        }
    }

    pub(super) fn takes_self(&self) -> bool {
        self.receiver.is_some()
    }

    /// The names of the arguments by mutable reference.
    pub(super) fn mutable_arguments(&self) -> HashSet<String> {
        let is_mutable = |argument: &&Argument| matches!(&argument.ty, Type::Reference(reference) if reference.mutability.is_some());
        self.arguments.iter().filter(is_mutable).map(|argument| argument.name.to_string()).collect()
    }

    /// The names of the values by mutable reference.
    pub(super) fn lent_arguments(&self) -> HashSet<String> {
        let lent = self.arguments.iter().filter(|argument| argument.lent);
        lent.map(|argument| argument.name.to_string()).collect()
    }

    /// The span of errors about the types of its arguments: the first argument that may not be a `Value`, if any.
    pub(super) fn blame(&self) -> Span {
        let unknown = self.arguments.iter().find(|argument| argument.active && !argument.certain);
        unknown.map_or_else(Span::call_site, Argument::blame)
    }

    /// Whether a type is that of a number.
    pub(super) fn is_number(&self, ty: &Type, outer: &Generics) -> bool {
        let Type::Path(path) = ty else { return false };
        let Some(name) = primitive(&path.path) else { return false };
        name == "f32" || name == "f64" || is_number(name, &self.generics) || is_number(name, outer)
    }
}

impl Method {
    /// Empties the method, and leaves out its companion.
    pub(super) fn refuse(&mut self) {
        refuse(&mut self.function);
        self.is_refused = true;
    }
}

/// Empties a method that cannot be differentiated, so that what follows from the mistake is not reported.
pub(super) fn refuse(function: &mut ImplItemFn) {
    function.attrs.push(parse_quote!(#[allow(unused)]));
    // The type of `impl Fn(f32) -> f32` is known by the body alone.
    if has_hidden_type(&function.sig) {
        return;
    }
    function.block = parse_quote!({ ::core::unimplemented!() });
}

/// The type of a result that is a reference, or hides its type.
pub(super) fn returned_no_value(signature: &syn::Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Reference(_)) || has_hidden_type(signature) => {
            Some(ty)
        }
        _ => None,
    }
}

/// Whether the type of a result is, or contains, one such as `impl Fn(f32) -> f32`.
fn has_hidden_type(signature: &syn::Signature) -> bool {
    mentions(&signature.output, &|token| matches!(token, TokenTree::Ident(name) if name == "impl"))
}

/// The names of type parameters that may be no values.
pub(super) fn generic_names(own: &Generics, outer: &Generics) -> HashSet<String> {
    let params = own.type_params().chain(outer.type_params()).map(|param| &param.ident);
    let is_value =
        |name: &Ident, generics| is_number(name, generics) || is_bounded_by("Value", name, generics);
    let others = params.filter(|name| !is_value(name, own) && !is_value(name, outer));
    others.map(ToString::to_string).collect()
}

/// Whether a generic parameter is bounded by `Element`.
pub(crate) fn is_element(name: &Ident, generics: &Generics) -> bool {
    is_bounded_by("Element", name, generics)
}

/// Whether a generic parameter is the type of a number: bounded by `Element`, or by `Real`, which is one.
pub(crate) fn is_number(name: &Ident, generics: &Generics) -> bool {
    is_element(name, generics) || is_bounded_by("Real", name, generics)
}

/// Whether a generic parameter is bounded by a trait of this name.
fn is_bounded_by(trait_name: &str, name: &Ident, generics: &Generics) -> bool {
    traits_of(&parse_quote!(#name), generics).iter().any(|bound| is_trait(bound, &[trait_name]))
}

/// The traits that generics require of a type.
pub(super) fn traits_of<'g>(ty: &Type, generics: &'g Generics) -> Vec<&'g TraitBound> {
    let name = ty.to_token_stream().to_string();
    let of_params = generics.type_params().map(|param| (param.ident.to_token_stream(), &param.bounds));
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_clauses = clauses.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(predicate) => {
            Some((predicate.bounded_ty.to_token_stream(), &predicate.bounds))
        }
        _ => None,
    });
    let of_type = of_params.chain(of_clauses).filter(|(bounded, _)| bounded.to_string() == name);
    of_type.flat_map(|(_, bounds)| traits(bounds)).collect()
}

fn traits<'b>(bounds: impl IntoIterator<Item = &'b TypeParamBound>) -> impl Iterator<Item = &'b TraitBound> {
    bounds.into_iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(bound),
        _ => None,
    })
}

/// Whether a bound is one of these traits, by its name.
fn is_trait(bound: &TraitBound, names: &[&str]) -> bool {
    bound.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Gives an argument that is a pattern a name. Returns the `let` that takes it apart.
fn named(argument: &mut syn::PatType, position: usize) -> Option<syn::Stmt> {
    let pattern = &argument.pat;
    match &**pattern {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => return None,
        Pat::Wild(_) | Pat::Macro(_) => return None,
        _ => {}
    }
    let name = format_ident!("argument{position}", span = Span::mixed_site().located_at(pattern.span()));
    let taken_apart = syn::parse_quote_spanned!(pattern.span()=> let #pattern = #name;);
    *argument.pat = parse_quote!(#name);
    Some(taken_apart)
}

fn read_argument(
    argument: &mut syn::PatType,
    position: usize,
    generic: &HashSet<String>,
    generics: &mut Generics,
    outer: &Generics,
    errors: &mut Errors,
) -> Argument {
    if let Some(attribute) = argument.attrs.iter().find(|attribute| attribute.path().is_ident("cfg")) {
        errors.at(
            attribute,
            "the companion of a differentiable method has all of its arguments: write the method twice, each with a `#[cfg]` of its own",
        );
    }
    // Without it, the method and its companion agree, and nothing else is reported.
    argument.attrs.retain(|attribute| !attribute.path().is_ident("cfg"));
    let marks = argument.attrs.len();
    argument.attrs.retain(|attr| !attr.path().is_ident("constant"));
    let constant = argument.attrs.len() < marks;
    let (mutability, name) = match &*argument.pat {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => {
            (name.mutability, name.ident.clone())
        }
        Pat::Wild(_) => (None, format_ident!("argument{position}", span = Span::mixed_site())),
        pattern => {
            errors.at(
                pattern,
                "an argument of a differentiable method has a name; take it apart in the body with `let`",
            );
            (None, format_ident!("argument{position}", span = Span::mixed_site()))
        }
    };
    let passed = if constant { None } else { Passed::read(&argument.ty, generics) };
    let active = !constant
        && passed.is_none()
        && carries_gradient(&argument.ty)
        && !matches!(&*argument.pat, Pat::Wild(_));
    let discrete = !constant && !carries_gradient(&argument.ty) && is_named(&argument.ty);
    let active = active && !is_refused(&argument.ty, &name, [generics, outer], errors);
    let certain = active && is_number_or_tensor(&argument.ty);
    let mut ty = (*argument.ty).clone();
    NameImplTrait { generics, position }.visit_type_mut(&mut ty);
    let lent =
        !constant && super::lent::is_lent(&argument.ty, generic) && !matches!(&*argument.pat, Pat::Wild(_));
    Argument { mutability, name, ty, active, discrete, certain, lent, passed }
}

/// The collection of the standard library that a type is, judged by its name.
pub(super) fn map(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = behind_references(ty) else { return None };
    super::lower::map_of_path(&path.path).filter(|map| !known::derives(map, "Value"))
}

/// Reports the type of an argument that is a module or may be no value.
fn is_refused(ty: &Type, name: &Ident, generics: [&Generics; 2], errors: &mut Errors) -> bool {
    if let Some(map) = map(ty) {
        errors.at(
            ty,
            format_args!(
                "a `{map}` is no container of values: if it carries no gradient, mark `{name}` `#[constant]`; put values into a \
                 `Vec`"
            ),
        );
        return true;
    }
    if let Some(layer) = layer(ty) {
        errors.at(
            ty,
            format_args!(
                "a `{layer}` is a module, and a module is no argument: hold it in a field, and write `Frozen<{layer}>` if its \
                 weights have no gradient; or write a method of the module that holds it"
            ),
        );
        return true;
    }
    if let Some(generator) = mistakes::borrowed_generator(ty, generics) {
        errors.at(
            ty,
            format_args!(
                "a generator changes as it is drawn from, and has no gradient: write `{name}: {generator}`"
            ),
        );
        return true;
    }
    if let Some(bound) = bound_of_modules(ty, generics[0]) {
        errors.at(
            bound,
            format_args!(
                "`{name}` is a module, and a module is no argument: hold it in a field, in `Frozen<..>` if its weights have no \
                 gradient; or write a method of the module that holds it"
            ),
        );
        return true;
    }
    if let Some((of, bound)) = impl_of_no_value(ty) {
        if bound.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Iterator")) {
            errors.at(
                of,
                format_args!("`{name}` is an iterator, which is no value: take a slice or a `Vec`, and iterate over that"),
            );
            return true;
        }
        let bound = bound.to_token_stream();
        errors.at(
            of,
            format_args!(
                "`{name}` may be no value: if it is one, write `impl {bound} + Value`; if it carries no gradient, mark it \
                 `#[constant]`; a module is no argument: write a method of the module that holds it"
            ),
        );
        return true;
    }
    false
}

/// Removes the references in tuples, arrays, slices and the containers of values. A slice in them becomes a `Vec`, which has the
/// same cotangent, and a `str` a `String`.
struct WithoutReferences;

impl VisitMut for WithoutReferences {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Tuple(_) | Type::Array(_) | Type::Slice(_) | Type::Paren(_) | Type::Group(_) => {
                visit_mut::visit_type_mut(self, ty);
            }
            Type::Reference(reference) if reference.lifetime.is_none() => {
                let inside = match behind_references(&reference.elem) {
                    Type::Slice(slice) => {
                        let element = &slice.elem;
                        parse_quote!(::std::vec::Vec<#element>)
                    }
                    Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
                    inside => inside.clone(),
                };
                *ty = inside;
                self.visit_type_mut(ty);
            }
            Type::Path(path) => {
                let of_values = |last: &PathSegment| {
                    ["Option", "Result", "Vec", "Box"].iter().any(|of_values| last.ident == of_values)
                };
                if path.path.segments.last().is_some_and(of_values) {
                    visit_mut::visit_type_mut(self, ty);
                }
            }
            _ => {}
        }
    }
}

/// The name of a type that is a layer or another module, judged by its name.
pub(crate) fn layer(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = behind_references(ty) else { return None };
    let name = &path.path.segments.last()?.ident;
    // Users may have values of these names.
    let is_parameter = ["Vector", "Matrix", "Filter1d", "Filter2d"].contains(&&*name.to_string());
    let is_layer = !is_parameter && MODULES.contains(&&*name.to_string()) && !known::derives(name, "Value");
    (is_layer || is_derived_module(name)).then_some(name)
}

/// Whether a type is a module of the same file.
fn is_derived_module(name: &Ident) -> bool {
    name != "Tensor" && known::derives(name, "Module") && !known::derives(name, "Value")
}

/// The `impl Trait` of an argument, and its first bound, if it is not bounded by `Value`.
fn impl_of_no_value(ty: &Type) -> Option<(&syn::TypeImplTrait, &TraitBound)> {
    let Type::ImplTrait(of) = behind_references(ty) else { return None };
    let is_value = traits(&of.bounds).any(|bound| is_trait(bound, &["Value", "Element", "Real"]));
    traits(&of.bounds).next().filter(|_| !is_value).map(|first| (of, first))
}

/// The bound that says that an argument of a generic type is a module.
pub(super) fn bound_of_modules(ty: &Type, generics: &Generics) -> Option<TraitBound> {
    let ty = behind_references(ty);
    let bounds = match ty {
        Type::ImplTrait(of) => traits(&of.bounds).collect(),
        ty => traits_of(ty, generics),
    };
    let is_of_modules = |bound: &&TraitBound| {
        is_trait(bound, &["Layer", "Module", "Forward"])
            || imported_definition::is_differentiable(&bound.path)
    };
    bounds.into_iter().find(is_of_modules).cloned()
}

/// Replaces `impl Trait` by a type parameter, so that the type of the pullback can name it.
struct NameImplTrait<'g> {
    generics: &'g mut Generics,
    position: usize,
}

impl VisitMut for NameImplTrait<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(bounds) = ty {
            let name = format_ident!("Argument{}", self.position);
            let bounds = &bounds.bounds;
            self.generics.params.push(GenericParam::Type(parse_quote!(#name: #bounds)));
            *ty = parse_quote!(#name);
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// Whether a type may carry a gradient, judged by its name.
pub(super) fn carries_gradient(ty: &Type) -> bool {
    const DISCRETE: [&str; 18] = [
        "Ids",
        "AttentionMask",
        "bool",
        "char",
        "str",
        "String",
        "usize",
        "isize",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
    ];
    match ty {
        Type::Reference(reference) => reference.mutability.is_none() && carries_gradient(&reference.elem),
        Type::Paren(inner) => carries_gradient(&inner.elem),
        Type::Group(inner) => carries_gradient(&inner.elem),
        Type::Slice(inner) => carries_gradient(&inner.elem),
        Type::Array(inner) => carries_gradient(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(carries_gradient),
        Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => false,
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return true };
            let name = last.ident.to_string();
            if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
                && ["Vec", "Option", "Box"].contains(&&*name)
                && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
            {
                return carries_gradient(inner);
            }
            !DISCRETE.contains(&&*name)
        }
        _ => true,
    }
}

/// Whether a type is a path without generic arguments, possibly behind shared references.
fn is_named(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => reference.mutability.is_none() && is_named(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.arguments.is_empty()),
        _ => false,
    }
}

pub(super) fn is_number_or_tensor(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_number_or_tensor(&reference.elem),
        Type::Paren(inner) => is_number_or_tensor(&inner.elem),
        Type::Group(inner) => is_number_or_tensor(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(is_number_or_tensor),
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| ["Tensor", "f32", "f64"].contains(&&*last.ident.to_string()))
        }
        _ => false,
    }
}

pub(super) fn behind_references(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => behind_references(&reference.elem),
        Type::Paren(inner) => behind_references(&inner.elem),
        Type::Group(inner) => behind_references(&inner.elem),
        ty => ty,
    }
}
