//! The expansion of `#[differentiable] impl Trait for Net`, for any trait.
//!
//! The methods are those of the view, as in an inherent impl block. The trait's call them. An inherent impl has no parameters
//! that its type does not name, as in `impl<const D: usize, A: Flow<D>> Flow<D> for Twice<A>`: there the methods stand in the
//! impl of the companion of the trait.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{
    GenericArgument, Generics, ImplItem, ImplItemFn, ItemImpl, Path, PathArguments, Type, TypeParamBound,
    WherePredicate, parse_quote,
};

use super::checked::mentions;
use super::context::Context;
use super::missing_supertraits::Missing;
use super::signature::name_of;
use super::trait_definition::view_name;
use super::trait_method;
use super::{definition_of, foreign, known_traits};
use crate::known;

/// The trait, and the items of its impl that are no methods.
pub(super) struct TraitImpl {
    path: Path,
    others: Vec<ImplItem>,
    /// Whether the definition of the trait is differentiable, so that views implement its companion.
    pub(super) is_differentiable: bool,
    /// Whether the view cannot have the methods outside of the trait.
    pub(super) is_in_trait_alone: bool,
    /// Whether the module was not derived in this crate so far.
    pub(super) is_foreign: bool,
    /// The supertraits that the module lacks.
    pub(super) missing: Missing,
}

impl TraitImpl {
    /// Removes the trait and the items that are no methods from the block, which becomes an inherent impl.
    pub(super) fn take(item: &mut ItemImpl, is_differentiable: bool) -> Option<Self> {
        let missing = if is_differentiable { Missing::of(item) } else { Missing::default() };
        let (path, _) = item.trait_.take()?;
        let is_foreign = is_differentiable && foreign::is_foreign(&item.self_ty);
        let is_in_trait_alone = is_foreign || is_differentiable && has_free_parameter(item);
        let (methods, others) =
            std::mem::take(&mut item.items).into_iter().partition(|member| matches!(member, ImplItem::Fn(_)));
        item.items = methods;
        for member in &mut item.items {
            if let ImplItem::Fn(function) = member
                && (function.sig.receiver().is_some() && !is_differentiable
                    || trait_method::has_companion(&function.sig))
            {
                if is_differentiable {
                    trait_method::name_arguments(&mut function.sig);
                }
                if !is_in_trait_alone {
                    function.vis = parse_quote!(pub);
                }
                // The trait documents it.
                function.attrs.push(parse_quote!(#[allow(missing_docs)]));
            }
        }
        Some(TraitImpl { path, others, is_differentiable, is_in_trait_alone, is_foreign, missing })
    }

    /// Whether a method belongs to the module alone, and is kept as written.
    pub(super) fn keeps(&self, function: &ImplItemFn) -> bool {
        match self.is_differentiable {
            true => !trait_method::has_companion(&function.sig),
            false => function.sig.receiver().is_none(),
        }
    }

    /// The associated types, with the names that follow `Self::`.
    pub(super) fn types(&self) -> impl Iterator<Item = (String, &Type)> {
        self.others.iter().filter_map(|member| match member {
            ImplItem::Type(associated) => Some((associated.ident.to_string(), &associated.ty)),
            _ => None,
        })
    }

    /// Generates the impl of the trait, with these methods.
    pub(super) fn expand(
        &self,
        item: &ItemImpl,
        context: &Context<'_>,
        methods: &TokenStream,
    ) -> TokenStream {
        let TraitImpl { path, others, .. } = self;
        let ItemImpl { self_ty: module, attrs: attributes, impl_token, .. } = item;
        let mut generics = item.generics.clone();
        if self.is_differentiable && self.may_lack_import() {
            let bound = self.bound(context);
            generics.make_where_clause().predicates.push(bound);
        }
        extend(&mut generics, self.missing_of_module(context));
        // A trait that says what the elements are says that the parts of type parameters have the same.
        if self.is_differentiable && !self.is_foreign && known_traits::leaves_elements_open(path) {
            extend(
                &mut generics,
                context.is_module().map(|bound| parse_quote!(#bound)).into_iter().collect(),
            );
        }
        let (params, bounds) = (&generics.params, &generics.where_clause);
        // With the span of the block, rustc shows its head.
        let items = quote_spanned!(item.brace_token.span.join()=> { #(#others)* #methods });
        quote! {
            #(#attributes)*
            #impl_token<#params> #path for #module #bounds #items
        }
    }

    /// Whether the companion of the trait may be forgotten in an import.
    fn may_lack_import(&self) -> bool {
        let segments = &self.path.segments;
        let Some(name) = segments.last().filter(|_| segments.len() == 1).map(|last| &last.ident) else {
            return false;
        };
        !definition_of::is_beside(name) && !known::is_named_in_file(name.span(), &view_name(name).to_string())
    }

    /// The bound that the view implements the companion of the trait, which the trait implies. If there is no companion, rustc
    /// reports it at this bound and the impl for the view alike, and nothing that follows from it. It hides the gradient of
    /// supertraits, so that other impls do not have it.
    fn bound(&self, context: &Context<'_>) -> WherePredicate {
        let types = self.types().map(|(name, ty)| (Ident::new(&name, Span::call_site()), ty));
        self.has_companion(context, &self.path, types)
    }

    /// The bounds that the view of any lifetime has the companions of supertraits that the module lacks.
    fn missing_of_module(&self, context: &Context<'_>) -> Vec<WherePredicate> {
        let missing = self.missing.0.iter();
        missing.map(|path| self.has_companion(context, path, std::iter::empty())).collect()
    }

    /// The bounds that the view has the companions of supertraits that the module lacks. Those of default bodies say what the
    /// gradient is, with the same binder.
    fn missing_of_view(&self, context: &Context<'_>) -> Vec<WherePredicate> {
        let Context { view, arguments, .. } = context;
        let missing = self.missing.0.iter().map(companion);
        missing.map(|path| parse_quote!(for<'gradient> #view<'view, #(#arguments),*>: #path)).collect()
    }

    /// The bound that the view implements the companion of a trait, with these associated types.
    fn has_companion<'t>(
        &self,
        context: &Context<'_>,
        path: &Path,
        types: impl Iterator<Item = (Ident, &'t Type)>,
    ) -> WherePredicate {
        let Context { view, arguments, .. } = context;
        let gradient = self.gradient(context);
        let (mut path, given) = (companion(path), known_traits::arguments(path));
        if let Some(last) = path.segments.last_mut() {
            let types = types.map(|(name, ty)| quote!(#name = #ty));
            last.arguments = PathArguments::AngleBracketed(parse_quote! {
                <
                    #(#given,)*
                    #(#types,)*
                    Gradient<'gradient> = #gradient
                >
            });
        }
        parse_quote!(for<'of_view, 'gradient> #view<'of_view, #(#arguments),*>: #path)
    }

    /// The view of the gradient.
    fn gradient(&self, context: &Context<'_>) -> TokenStream {
        let Context { krate, module, view, arguments, .. } = context;
        match self.is_foreign {
            true => {
                quote!(<#module as #krate::__private::Module>::View<'gradient, #krate::__private::Gradient>)
            }
            false => quote!(#view<'gradient, #(#arguments,)* #krate::__private::Gradient>),
        }
    }

    /// Generates the impl of the companion of the trait for the view, with these methods.
    pub(super) fn of_view(
        &self,
        item: &ItemImpl,
        context: &Context<'_>,
        methods: &TokenStream,
    ) -> TokenStream {
        let Context { params, view, arguments, .. } = context;
        let ItemImpl { attrs: attributes, impl_token, .. } = item;
        let mut generics = item.generics.clone();
        extend(&mut generics, self.missing_of_view(context));
        let bounds = &generics.where_clause;
        let types = self.others.iter().filter(|member| matches!(member, ImplItem::Type(_)));
        let path = companion(&self.path);
        let gradient = self.gradient(context);
        let gradient = quote!(type Gradient<'gradient> = #gradient;);
        let items = quote_spanned!(item.brace_token.span.join()=> { #gradient #(#types)* #methods });
        quote! {
            #(#attributes)*
            #impl_token<'view, #(#params),*> #path for #view<'view, #(#arguments),*> #bounds #items
        }
    }
}

fn extend(generics: &mut Generics, bounds: Vec<WherePredicate>) {
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
}

/// The path of the companion of a trait.
fn companion(path: &Path) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = view_name(&last.ident);
    }
    path
}

/// Whether neither the type of an impl nor an associated type determines one of its parameters.
pub(super) fn has_free_parameter(item: &ItemImpl) -> bool {
    let clauses = item.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_clauses = clauses.filter_map(|clause| match clause {
        WherePredicate::Type(clause) => Some(&clause.bounds),
        _ => None,
    });
    let bounds = item.generics.type_params().map(|param| &param.bounds).chain(of_clauses).flatten();
    let arguments = bounds.filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => match &bound.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
            _ => None,
        },
        _ => None,
    });
    let associated: Vec<_> =
        arguments.flatten().filter(|argument| matches!(argument, GenericArgument::AssocType(_))).collect();
    let own = &item.self_ty;
    let determining = quote!(#own #(#associated)*);
    item.generics.params.iter().filter_map(name_of).any(|name| {
        !mentions(&determining, &|token| matches!(token, TokenTree::Ident(other) if other == name))
    })
}
