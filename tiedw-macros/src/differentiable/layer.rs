//! The expansion of `#[differentiable] impl Layer for Net`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, ImplItem, ItemImpl, Path, ReturnType, Type, parse_quote};

use super::alike_types::certainly_differ;
use super::context::Context;
use super::method::refuse;
use crate::errors::Errors;
use crate::source_text::source_text;

/// The associated types of `impl Layer for Net`.
pub(super) struct LayerTypes {
    input: Type,
    output: Type,
}

impl LayerTypes {
    /// Removes the trait and its associated types from the block, which becomes an inherent impl.
    pub(super) fn take(item: &mut ItemImpl, errors: &mut Errors) -> Option<Self> {
        if item.trait_.as_ref()?.0.segments.last().is_none_or(|last| last.ident != "Layer") {
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
        let Context { krate, params, module, view, arguments, generics, .. } = context;
        let LayerTypes { input, output } = self;
        let bounds = &generics.where_clause;
        let mut of_module = (*generics).clone();
        if let Some(is_module) = context.is_module() {
            of_module.make_where_clause().predicates.push(syn::parse_quote!(#is_module));
        }
        let of_module = &of_module.where_clause;
        let captured = params.iter().filter_map(super::signature::name_of);
        quote! {
            #[automatically_derived]
            impl<#(#params),*> #krate::__private::Layer for #module #of_module {
                type Input = #input;
                type Output = #output;
            }

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
