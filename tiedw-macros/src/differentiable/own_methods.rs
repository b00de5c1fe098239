//! Calls of methods that may lack `#[differentiable]`: those of the module itself that are not in the block, such as
//! `self.smooth(x)`, and those of other modules whose block beside this one has no attribute.
//!
//! A body is moved to the view, which has only methods under `#[differentiable]`. rustc would say that the view, which the user
//! does not know, has no such method. A trait with methods of these names makes it speak of the module. The methods take
//! `&mut self`, so that those that take `&self` hide them.

use std::collections::HashSet;

use crate::visit::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, ExprMethodCall, ItemImpl, Type};

use super::context::Context;
use super::known_fields;
use super::recursion;
use super::this::is_self_alone;
use super::trait_definition::argument;
use super::unmarked::Unmarked;
use crate::errors::Errors;
use crate::module::nearest;

/// The methods that a block calls on `self`, but does not have.
pub(super) struct OwnMethods {
    /// Each name, and the number of arguments.
    called: Vec<(Ident, usize)>,
    defined: HashSet<String>,
    /// Whether the view of the module is generic over modules, so that no other trait has the misspelt ones.
    is_generic: bool,
    cfg: Vec<Attribute>,
}

impl OwnMethods {
    pub(super) fn of(item: &ItemImpl) -> Self {
        let defined = recursion::functions(item).map(|function| function.sig.ident.to_string());
        let cfg = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned();
        let mut methods = OwnMethods {
            called: Vec::new(),
            defined: defined.collect(),
            is_generic: item.generics.type_params().next().is_some(),
            cfg: cfg.collect(),
        };
        methods.visit_item_impl(item);
        methods
    }

    /// The names of all methods of the traits.
    pub(super) fn stubbed<'n>(&'n self, others: &'n [Unmarked]) -> Vec<&'n Ident> {
        let methods = others.iter().flat_map(|other| &other.methods);
        self.called.iter().chain(methods).map(|(name, _)| name).collect()
    }

    /// Puts the impls of the view into the scope of the traits, one for the module and one for each of the `others`.
    pub(super) fn around(
        &self,
        context: &Context<'_>,
        others: &[Unmarked],
        impls: TokenStream,
    ) -> TokenStream {
        let mut traits = Stubs::default();
        traits.add(context, &self.called, true);
        for other in others {
            if let Some(context) = Context::of(context.krate, &other.head, &mut Errors::default()) {
                traits.add(&context, &other.methods, false);
            }
        }
        if traits.names.is_empty() {
            return impls;
        }
        let (traits, cfg) = (traits.code, &self.cfg);
        quote! {
            #(#cfg)*
            const _: () = {
                #traits
                #impls
            };
        }
    }
}

/// Whether a method is one of all modules that takes them outside of bodies.
pub(super) fn is_outside_of_bodies(name: &str) -> bool {
    const METHODS: [&str; 11] = [
        "named_buffers",
        "named_parameters",
        "named_parameters_mut",
        "num_parameters",
        "parameters",
        "parameters_mut",
        "save",
        "view",
        "view_mut",
        "zero_grad",
        "zeros_like",
    ];
    METHODS.contains(&name)
}

/// Traits with methods that a view does not have.
#[derive(Default)]
struct Stubs {
    code: TokenStream,
    names: Vec<Ident>,
}

impl Stubs {
    /// Adds the methods of a module, which may be that of the block.
    fn add(&mut self, context: &Context<'_>, methods: &[(Ident, usize)], is_own: bool) {
        let Context { krate, params, module, view, arguments, generics, .. } = context;
        let stubs = stubs(module);
        if methods.is_empty() || self.names.contains(&stubs) {
            return;
        }
        let bounds = &generics.where_clause;
        let methods = methods.iter().map(|(name, count)| {
            let types: Vec<_> = (0..*count).map(|position| format_ident!("__A{position}")).collect();
            let text = name.to_string();
            let missing = match text.ends_with("_jvp") || text.ends_with("_hvp") {
                true => quote!(InForwardMode),
                false if is_outside_of_bodies(&text) => quote!(OutsideOfBodies),
                false if is_own && known_fields::has_field(module, &text, name.span()) => quote!(CalledField),
                false => quote!(DifferentiableMethod),
            };
            // The `for` keeps rustc from rejecting the method itself.
            quote! {
                fn #name<#(#types,)* __T>(&mut self, #(_: #types),*) -> __T
                where
                    for<'never> #module: #krate::__private::#missing,
                {
                    ::core::panic!()
                }
            }
        });
        let names = params.iter().map(argument);
        self.code.extend(quote! {
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            trait #stubs<#(#params),*> #bounds {
                #(#methods)*
            }
            #[automatically_derived]
            impl<#(#params),*> #stubs<#(#names),*> for #view<'_, #(#arguments),*> #bounds {}
        });
        self.names.push(stubs);
    }
}

impl<'ast> Visit<'ast> for OwnMethods {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        let is_new = is_self_alone(&call.receiver)
            && call.turbofish.is_none()
            && !self.defined.contains(&name)
            && !self.called.iter().any(|(called, _)| *called == call.method);
        let is_misspelt = || nearest(&name, self.defined.iter().map(String::as_str)).is_some();
        if is_new && (self.is_generic || !is_misspelt()) {
            self.called.push((call.method.clone(), call.args.len()));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The name of the trait. Messages have it, and the bodies are in its scope.
fn stubs(module: &Type) -> Ident {
    let name = match module {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    };
    name.map_or_else(
        || format_ident!("MethodsOfModule"),
        |name| format_ident!("MethodsOf{name}", span = Span::call_site()),
    )
}
