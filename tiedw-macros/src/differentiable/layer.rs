//! The expansion of `#[differentiable] impl Layer for Net`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, ImplItem, Item, ItemImpl, Path, ReturnType, Type, parse_quote};

use super::alike_types::certainly_differ;
use super::context::Context;
use super::method::refuse;
use super::origin::is_own;
use crate::beside;
use crate::errors::Errors;
use crate::known::Place;
use crate::source_text::source_text;

/// The associated types of `impl Layer for Net`.
pub(super) struct LayerTypes {
    input: Type,
    output: Type,
}

impl LayerTypes {
    /// Removes the trait and its associated types from the block, which becomes an inherent impl.
    pub(super) fn take(item: &mut ItemImpl, errors: &mut Errors) -> Option<Self> {
        if !is_layer(&item.trait_.as_ref()?.0) {
            return None;
        }
        let (path, _) = item.trait_.take()?;
        let has_forward = item
            .items
            .iter()
            .any(|member| matches!(member, ImplItem::Fn(function) if function.sig.ident == "forward"));
        if !has_forward {
            errors
                .at(&path, "a layer has `fn forward(&self, x: &Self::Input) -> Self::Output`; write it here");
        }
        let is_by_reference = takes_reference(item, errors);
        let input = associated(item, "Input", &path, errors);
        let output = associated(item, "Output", &path, errors);
        for member in &mut item.items {
            if let ImplItem::Fn(function) = member {
                function.vis = parse_quote!(pub);
                // The trait documents it.
                function.attrs.push(parse_quote!(#[allow(missing_docs)]));
            }
        }
        let types = LayerTypes { input: input?, output: output? };
        types.compare(item, errors);
        is_by_reference.then_some(types)
    }

    /// Reports where the signature of `forward` certainly differs from the types. It then has those, and no body.
    fn compare(&self, item: &mut ItemImpl, errors: &mut Errors) {
        let functions = item.items.iter_mut().filter_map(|member| match member {
            ImplItem::Fn(function) if function.sig.ident == "forward" => Some(function),
            _ => None,
        });
        for function in functions {
            let mut differs = false;
            let mut report = |name: &str, declared: &Type, written: &mut Type| {
                if certainly_differ(declared, written) {
                    let declared_text = source_text(&declared.to_token_stream());
                    errors.at(
                        &*written,
                        format_args!(
                            "this is not the `type {name} = {declared_text}` of the layer; correct one of them"
                        ),
                    );
                    *written = declared.clone();
                    differs = true;
                }
            };
            if let Some(FnArg::Typed(input)) = function.sig.inputs.iter_mut().nth(1)
                && let Type::Reference(input) = &mut *input.ty
            {
                report("Input", &self.input, &mut input.elem);
            }
            if let ReturnType::Type(_, output) = &mut function.sig.output {
                report("Output", &self.output, output);
            }
            if differs {
                refuse(function);
            }
        }
    }

    /// The associated types, with the names that follow `Self::`.
    pub(super) fn names(&self) -> [(String, &Type); 2] {
        [("Input".to_owned(), &self.input), ("Output".to_owned(), &self.output)]
    }

    /// Generates the impls of `Layer` and `Forward`, which call `forward` of the view.
    pub(super) fn expand(&self, context: &Context<'_>) -> TokenStream {
        let Context { krate, params, module, generics, .. } = context;
        let LayerTypes { input, output } = self;
        let mut of_module = (*generics).clone();
        if let Some(is_module) = context.is_module() {
            of_module.make_where_clause().predicates.push(syn::parse_quote!(#is_module));
        }
        let of_module = &of_module.where_clause;
        let of_view = self.of_view(context);
        quote! {
            #[automatically_derived]
            impl<#(#params),*> #krate::__private::Layer for #module #of_module {
                type Input = #input;
                type Output = #output;
            }
            #of_view
        }
    }

    /// Generates the impl of `Forward`.
    fn of_view(&self, context: &Context<'_>) -> TokenStream {
        let Context { krate, params, view, arguments, generics, .. } = context;
        let (LayerTypes { input, output }, bounds) = (self, &generics.where_clause);
        let captured = params.iter().filter_map(super::signature::name_of);
        quote! {
            #[automatically_derived]
            impl<'view, #(#params),*> #krate::__private::Forward for #view<'view, #(#arguments),*> #bounds {
                type Input = #input;
                type Output = #output;
                type Gradient<'gradient> = #view<'gradient, #(#arguments,)* #krate::__private::Gradient>;

                #[inline]
                fn forward(&self, x: &Self::Input) -> Self::Output {
                    <#view<'view, #(#arguments),*>>::forward(self, x)
                }

                #[inline]
                fn forward_vjp(
                    &self,
                    x: &Self::Input,
                ) -> (
                    Self::Output,
                    impl ::core::ops::FnOnce(
                        <#output as #krate::__private::Value>::Cotangent,
                        Self::Gradient<'_>,
                        [::core::primitive::bool; 1],
                    ) -> (::core::option::Option<<#input as #krate::__private::Value>::Cotangent>,)
                    + use<'view, #(#captured),*>,
                ) {
                    <#view<'view, #(#arguments),*>>::forward_vjp(self, x)
                }
            }
        }
    }

    /// Generates methods of the view that are never called, and the impl of `Forward` with them.
    fn stub(&self, context: &Context<'_>) -> TokenStream {
        let Context { krate, params, view, arguments, generics, gradient, .. } = context;
        let (LayerTypes { input, output }, bounds) = (self, &generics.where_clause);
        let captured = params.iter().filter_map(super::signature::name_of);
        let of_view = self.of_view(context);
        quote! {
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            impl<'view, #(#params),*> #view<'view, #(#arguments),*> #bounds {
                pub fn forward(&self, _: &#input) -> #output {
                    ::core::unimplemented!()
                }
                pub fn forward_vjp(
                    &self,
                    _: &#input,
                ) -> (
                    #output,
                    impl ::core::ops::FnOnce(
                        <#output as #krate::__private::Value>::Cotangent,
                        #gradient,
                        [::core::primitive::bool; 1],
                    ) -> (::core::option::Option<<#input as #krate::__private::Value>::Cotangent>,)
                    + use<'view, #(#captured),*>,
                ) {
                    (::core::unimplemented!(), |_, _, _| ::core::unimplemented!())
                }
            }
            #of_view
        }
    }
}

/// Whether a path names the trait `Layer` of the library, and none of this name that is the user's own.
pub(super) fn is_layer(of: &Path) -> bool {
    of.segments.last().is_some_and(|last| last.ident == "Layer") && !is_own(of)
}

/// Reports an `impl Layer` without the attribute for a module of the same file module. Returns what the attribute would have generated for
/// the view.
pub(crate) fn without_attribute(module: &Ident, krate: &Path, errors: &mut Errors) -> TokenStream {
    let source = Place::of(module.span()).and_then(|place| place.source());
    let may_be = source.is_some_and(|source| {
        source.contains("Layer for")
            && !source.contains("Forward for")
            && !beside::has_word(&source, &format!("{module}View"))
    });
    if !may_be || !beside::is_of_library(&Ident::new("Layer", module.span()), module.span()) {
        return TokenStream::new();
    }
    let items = beside::items(module.span()).unwrap_or_default();
    let block = items.into_iter().find_map(|item| match item {
        Item::Impl(block) if is_of_layer(&block, module) => Some(block),
        _ => None,
    });
    let Some(block) = block.filter(|block| beside::are_inert(&block.attrs)) else {
        return TokenStream::new();
    };
    let mut unsaid = Errors::default();
    let types = LayerTypes::take(&mut block.clone(), &mut unsaid);
    let context = Context::of(krate, &block, &mut unsaid);
    let (Some(types), Some(context)) = (types, context) else { return TokenStream::new() };
    let own = source_text(&block.self_ty.to_token_stream());
    errors.at(
        module,
        format_args!(
            "`{module}` has no companion of `forward`: write `#[differentiable]` above `impl Layer for {own}`"
        ),
    );
    types.stub(&context)
}

fn is_of_layer(block: &ItemImpl, module: &Ident) -> bool {
    let is_own = matches!(&*block.self_ty, Type::Path(own) if own.path.segments.last().is_some_and(|last| last.ident == *module));
    is_own && block.trait_.as_ref().is_some_and(|(path, _)| path.is_ident("Layer") && is_layer(path))
}

/// Whether `forward` takes its input as the trait says, which is otherwise reported.
fn takes_reference(item: &ItemImpl, errors: &mut Errors) -> bool {
    let mut forward = super::recursion::functions(item).filter(|function| function.sig.ident == "forward");
    let Some(forward) = forward.next() else { return true };
    if let Some(other) = forward.sig.inputs.iter().nth(2) {
        errors.at(
            other,
            "a layer maps one value: take a tuple as in `x: &(Tensor<4>, Tensor<8>)`, or write a method in an impl block of the \
             module alone",
        );
        return false;
    }
    match forward.sig.inputs.iter().nth(1) {
        Some(FnArg::Typed(input)) if !matches!(*input.ty, Type::Reference(_)) => {
            errors.at(&input.ty, "a layer takes its input by reference: write `x: &Self::Input`");
            false
        }
        _ => true,
    }
}

/// Removes the associated type `name` from the block, and returns it.
fn associated(item: &mut ItemImpl, name: &str, path: &Path, errors: &mut Errors) -> Option<Type> {
    let position = item
        .items
        .iter()
        .position(|member| matches!(member, ImplItem::Type(associated) if associated.ident == name));
    let Some(position) = position else {
        errors.at(path, format_args!("a layer says what it maps: write `type {name} = Tensor<..>;` here"));
        return None;
    };
    match item.items.remove(position) {
        ImplItem::Type(associated) => Some(associated.ty),
        _ => None,
    }
}
