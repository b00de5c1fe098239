//! An operator of a type of values, `#[differentiable(value)] impl Mul for Complex { .. }`: its companion is an impl of the trait
//! that an operator in a body calls.

use crate::visit_mut::VisitMut;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, GenericParam, ImplItem, ImplItemFn, ItemImpl, Path, Type};

use super::checked::mentions;
use super::expand;
use super::method::behind_references;
use super::of_value::{without_marks, without_self};
use super::options::Options;
use super::own_type::OwnType;
use super::recursion;
use super::signature::name_of;
use crate::errors::Errors;

/// An operator: its trait, and the method.
#[derive(Clone, Copy)]
pub(super) struct Operator {
    name: &'static str,
    method: &'static str,
    is_binary: bool,
}

const OPERATORS: [Operator; 5] = [
    Operator { name: "Add", method: "add", is_binary: true },
    Operator { name: "Sub", method: "sub", is_binary: true },
    Operator { name: "Mul", method: "mul", is_binary: true },
    Operator { name: "Div", method: "div", is_binary: true },
    Operator { name: "Neg", method: "neg", is_binary: false },
];

impl Operator {
    /// The operator whose trait a block implements.
    pub(super) fn of(item: &ItemImpl) -> Option<Self> {
        let (path, _) = item.trait_.as_ref()?;
        let last = &path.segments.last()?.ident;
        OPERATORS.into_iter().find(|operator| last == operator.name)
    }

    /// Expands the impl of an operator.
    pub(super) fn expand(self, options: &Options, item: &ItemImpl, errors: &mut Errors) -> TokenStream {
        let written = without_marks(item);
        let output = item.items.iter().find_map(|member| match member {
            ImplItem::Type(associated) if associated.ident == "Output" => Some(&associated.ty),
            _ => None,
        });
        // What is missing, rustc reports.
        let Some(output) = output else { return written.into_token_stream() };
        let mut of_types = OwnType { module: &item.self_ty, associated: &[] };
        let mut output = output.clone();
        of_types.visit_type_mut(&mut output);
        let (mut block, associated) = (item.clone(), [("Output".to_owned(), &output)]);
        OwnType { associated: &associated, ..of_types }.replace(&mut block);
        let Some(function) = recursion::functions(&block).find(|function| function.sig.ident == self.method)
        else {
            return written.into_token_stream();
        };
        let mut function = without_self(function, &block, errors);
        function.sig.generics = item.generics.clone();
        let implementation = self.implementation(&options.krate, item, &function, &output);
        let companion = expand::companion_of_function(options, &function, errors);
        quote! {
            #written
            #[allow(unused)]
            const _: () = {
                #companion
                #implementation
            };
        }
    }

    /// The impl of the trait with pullbacks, which calls the companion.
    fn implementation(
        self,
        krate: &Path,
        item: &ItemImpl,
        function: &ImplItemFn,
        output: &Type,
    ) -> TokenStream {
        let Operator { name, method, is_binary } = self;
        let (name, method) = (format_ident!("{name}Vjp"), format_ident!("{method}_vjp"));
        let left = behind_references(&item.self_ty);
        let right = match function.sig.inputs.iter().nth(1) {
            Some(FnArg::Typed(argument)) if is_binary => Some(&*argument.ty),
            _ => None,
        };
        let right_owned = right.map(behind_references);
        let passed = |ty: &Type, operand: TokenStream| match ty {
            Type::Reference(_) => operand,
            _ => quote!(::core::clone::Clone::clone(#operand)),
        };
        let left_passed = passed(&item.self_ty, quote!(self));
        let right_passed = right.map(|right| passed(right, quote!(other))).into_iter();
        let params = item.generics.params.iter().filter(|param| match param {
            GenericParam::Lifetime(param) => {
                let name = &param.lifetime.ident;
                let is_it = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == name);
                mentions(left, &is_it) || right_owned.is_some_and(|right| mentions(right, &is_it))
            }
            _ => true,
        });
        let params: Vec<_> = params.collect();
        let captured: Vec<&Ident> = item.generics.params.iter().filter_map(name_of).collect();
        let bounds = &item.generics.where_clause;
        let cotangent = |ty: &Type| quote!(<#ty as #krate::Value>::Cotangent);
        let count = 1 + usize::from(is_binary);
        let of_result = cotangent(output);
        let cotangents = [Some(left), right_owned].into_iter().flatten().map(cotangent);
        let other = right_owned.map(|right| quote!(, other: &#right));
        let of_right = right_owned.map(|right| quote!(<#right>));
        quote! {
            #[automatically_derived]
            impl<#(#params),*> #krate::__private::#name #of_right for #left #bounds {
                type Output = #output;

                #[inline]
                fn #method(
                    &self
                    #other
                ) -> (
                    #output,
                    impl ::core::ops::FnOnce(#of_result, [::core::primitive::bool; #count])
                        -> (#(::core::option::Option<#cotangents>,)*)
                    + use<#(#captured),*>,
                ) {
                    #method(#left_passed #(, #right_passed)*)
                }
            }
        }
    }
}
