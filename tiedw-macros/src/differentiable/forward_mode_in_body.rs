//! `m_jvp` within other bodies: on the view, with its companion.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericArgument, Generics, PathArguments, Type, WherePredicate, parse_quote};

use super::checked::mentions;
use super::context::Context;
use super::forward_mode::{Lifted, tangent_of};
use super::hidden::{hidden_module, hidden_self};
use super::method::{Argument, Method, carries_gradient};
use super::rerun;
use super::reverse::{gradient, wanted};
use super::signature::Signature;
use crate::over_duals::OverDuals;

/// What an argument is in the companion, whose pullback uses it again.
struct Kept {
    /// The bounds of its type.
    bounds: Vec<TokenStream>,
    /// Its lift, or a copy of data; for a random number generator, what it draws.
    value: TokenStream,
    way: Way,
    /// The place of its tangent among the arguments.
    tangent: Option<usize>,
}

/// How what is kept is passed on.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    ByReference,
    ByValue,
    Drawn,
}

impl Context<'_> {
    /// Generates both; nothing for a method without `m_jvp`, or with an argument that cannot be kept for the pullback.
    pub(super) fn forward_mode_in_body(&self, method: &Method) -> Option<TokenStream> {
        method.receiver?;
        let over = self.over_duals_of(method)?;
        let (jvp, kept) = self.method_of_jvp(method, &over)?;
        let (plain, companion) =
            (self.plain(method, &jvp, &over)?, self.pulled_back(method, &jvp, &kept, &over)?);
        Some(quote!(#plain #companion))
    }

    /// Generates the companion alone.
    pub(super) fn companion_in_forward_mode(
        &self,
        method: &Method,
        over: &OverDuals<'_>,
    ) -> Option<TokenStream> {
        let (jvp, kept) = self.method_of_jvp(method, over)?;
        self.pulled_back(method, &jvp, &kept, over)
    }

    fn kept_arguments(&self, method: &Method, over: &OverDuals<'_>) -> Option<(Vec<Kept>, Vec<Argument>)> {
        if method.is_recursive {
            return None;
        }
        let (mut kept, mut tangents) = (Vec::new(), Vec::new());
        for argument @ Argument { ty, active, .. } in &method.arguments {
            let inside = argument.inside();
            let way = match ty {
                Type::Reference(reference) if reference.mutability.is_some() => {
                    if !is_generator(&reference.elem, &method.generics) {
                        return None;
                    }
                    let value = rerun::copy(&inside, true, false);
                    kept.push(Kept { bounds: Vec::new(), value, way: Way::Drawn, tangent: None });
                    continue;
                }
                Type::Reference(_) => Way::ByReference,
                _ => Way::ByValue,
            };
            if argument.passed.is_some() || *active && !over.is_in(ty) {
                return None;
            }
            if !over.is_in(ty) {
                let value = match ty {
                    Type::Reference(reference)
                        if is_copied(&reference.elem) && reference.lifetime.is_none() =>
                    {
                        quote!(::std::borrow::ToOwned::to_owned(#inside))
                    }
                    ty if is_copied(ty) => quote!(#inside),
                    _ => return None,
                };
                kept.push(Kept { bounds: Vec::new(), value, way, tangent: None });
                continue;
            }
            let tangent = active.then(|| Argument {
                name: tangent_of(argument, method),
                mutability: None,
                ..argument.clone()
            });
            let within = Argument { name: inside, ..argument.clone() };
            let of_tangent = tangent.as_ref().map(Argument::inside);
            let Lifted { bound, ty: dual, value, .. } = self.lifted(&within, of_tangent.as_ref(), over)?;
            let mut bounds = Vec::from_iter(bound);
            if way == Way::ByValue {
                bounds.push(quote!(#dual: ::core::clone::Clone));
            }
            if *active {
                bounds.extend(over.bounds_of_cotangent(&argument.referred())?);
            }
            let place = method.arguments.len() + tangents.len();
            kept.push(Kept { bounds, value, way, tangent: tangent.is_some().then_some(place) });
            tangents.extend(tangent);
        }
        Some((kept, tangents))
    }

    /// The method that is generated, as if it had been written, and what it keeps of the arguments of `method`.
    fn method_of_jvp(&self, method: &Method, over: &OverDuals<'_>) -> Option<(Method, Vec<Kept>)> {
        let (kept, tangents) = self.kept_arguments(method, over)?;
        let output = &method.output;
        let mut bounds = self.bounds_over_duals(output, over)?;
        bounds.extend(kept.iter().flat_map(|kept| kept.bounds.iter().cloned()));
        if method.takes_self() {
            let (krate, module) = (self.krate, self.module);
            bounds.push(quote!(for<'closed> #module: #krate::__private::OfView));
            bounds.push(self.has_view(&quote!(#module), &self.arguments));
        }
        bounds.extend(over.bounds_of_cotangent(output)?);
        let mut jvp = method.clone();
        let name = &method.function.sig.ident;
        jvp.function.sig.ident = format_ident!("{name}_jvp", span = name.span());
        jvp.output = parse_quote!((#output, #output));
        jvp.arguments.extend(tangents);
        let predicates = &mut jvp.generics.make_where_clause().predicates;
        for bound in bounds {
            let bound: WherePredicate = parse_quote!(#bound);
            predicates.push(bound);
        }
        Some((jvp, kept))
    }

    /// The method without its pullback.
    fn plain(&self, method: &Method, jvp: &Method, over: &OverDuals<'_>) -> Option<TokenStream> {
        let (krate, name) = (self.krate, &method.function.sig.ident);
        let mut tangents = jvp.arguments[method.arguments.len()..].iter().map(|tangent| &tangent.name);
        let values = method.arguments.iter().map(|argument| {
            let tangent = if argument.active { tangents.next() } else { None };
            self.lifted(argument, tangent, over).map(|lifted| lifted.passed)
        });
        let values = values.collect::<Option<Vec<_>>>()?;
        let output = &method.output;
        let running = self.running(over, &self.module_of(&quote!(self)))?;
        let (module, call) = (&running.module, running.call(name, &values));
        let mut signature = Signature::of(jvp, "");
        signature.attributes.push(quote!(#[track_caller]));
        Some(signature.with_body(&quote! {
            #module
            <#output as #krate::Lift>::parts(#call)
        }))
    }

    /// The companion. The pullback runs the forward pass again, since no closure can hold the module over dual numbers beside what
    /// borrows it.
    fn pulled_back(
        &self,
        method: &Method,
        jvp: &Method,
        kept: &[Kept],
        over: &OverDuals<'_>,
    ) -> Option<TokenStream> {
        let krate = self.krate;
        let private = quote!(#krate::__private);
        let name = &method.function.sig.ident;
        let with_pullback = Signature::of(method, "_vjp").name;
        let output = &method.output;
        let view = Ident::new("__view", Span::mixed_site());
        let running = self.running(over, &self.module_of(&quote!(&#view)))?;
        let bound = method.receiver.map(|receiver| {
            let receiver = hidden_self(receiver);
            quote!(let #view = ::core::clone::Clone::clone(#receiver);)
        });
        let local = |what: &str, at: usize| Ident::new(&format!("{what}{at}"), Span::mixed_site());
        let count = kept.len();
        let values: Vec<_> = (0..count).map(|at| local("__kept", at)).collect();
        let lifts = kept.iter().map(|kept| &kept.value);
        let passed = |drawn: &str| -> Vec<TokenStream> {
            let each = kept.iter().zip(&values).enumerate();
            each.map(|(at, (kept, value))| match kept.way {
                Way::ByReference => quote!(&#value),
                Way::ByValue => quote!(::core::clone::Clone::clone(&#value)),
                Way::Drawn => local(drawn, at).into_token_stream(),
            })
            .collect()
        };
        let (mut recorded, mut drawn_again) = (TokenStream::new(), TokenStream::new());
        let generators = kept.iter().zip(&values).zip(&method.arguments).enumerate();
        for (at, ((_, value), argument)) in generators.filter(|(_, ((kept, _), _))| kept.way == Way::Drawn) {
            let (guard, named, again) = (local("__guard", at), local("__named", at), local("__again", at));
            let generator = argument.inside();
            recorded.extend(quote! {
                let mut #guard = #private::During::during(&mut #value, &mut *#generator);
                let #named = #private::Named::named(&mut #guard);
            });
            drawn_again.extend(quote! {
                let mut #value = #value;
                let mut #guard = #private::KeptCopy::held(&mut #value);
                let #again = #private::Held::again(&mut #guard);
            });
        }
        let flags = kept.iter().enumerate().map(|(at, kept)| match kept.tangent {
            Some(tangent) => {
                let wanted = wanted();
                quote!(#wanted[#at] || #wanted[#tangent])
            }
            None => quote!(false),
        });
        let found: Vec<_> = (0..count).map(|at| local("__found", at)).collect();
        let mut results = vec![TokenStream::new(); jvp.arguments.len()];
        let mut split = TokenStream::new();
        for (at, (kept, found)) in kept.iter().zip(&found).enumerate() {
            let Some(tangent) = kept.tangent else {
                results[at] = quote!(__None);
                continue;
            };
            split.extend(quote!(let #found = #private::split_cotangents(#found);));
            let wanted = wanted();
            results[at] = quote!(#found.0.filter(|_| #wanted[#at]));
            results[tangent] = quote!(#found.1.filter(|_| #wanted[#tangent]));
        }
        let nothing = results.iter().map(|_| quote!(__None));
        let (gradient, wanted, all) = (gradient(), wanted(), jvp.arguments.len());
        let cotangent = Ident::new("cotangent", Span::mixed_site());
        let forward = running.call(name, &passed("__named"));
        let backward = running.call(&with_pullback, &passed("__again"));
        let found = quote!((#(#found,)*));
        let flags = quote!([#(#flags),*]);
        let (of_module, taken, pulled) = match method.takes_self() {
            true => {
                let (own, of_gradient, module) = (self.module, &self.gradient, hidden_module());
                let lifted = &running.module;
                let pulled = quote! {
                    #lifted
                    let mut of_weights = #private::Module::gradient_like(&#module, #private::Fill::Values);
                    let (_, pullback) = #backward;
                    let #found = pullback(of_both, #private::Module::view_mut(&mut of_weights), #flags);
                    #private::OfView::add_to_view(<#own as #krate::Lift>::parts(of_weights).1, #gradient);
                };
                (Some(&self.gradient), quote!(#gradient: #of_gradient,), pulled)
            }
            false => {
                let pulled = quote! {
                    let (_, pullback) = #backward;
                    let #found = pullback(of_both, #flags);
                };
                (None, TokenStream::new(), pulled)
            }
        };
        let module = &running.module;
        let body = quote! {
            #bound
            #(let mut #values = #lifts;)*
            // The module over dual numbers is made again for the pullback, rather than kept.
            let value = <#output as #krate::Lift>::parts({
                #module
                #recorded
                #forward
            });
            (value, move |#cotangent, #taken #wanted: [::core::primitive::bool; #all]| {
                let (of_value, of_tangent): (
                    ::core::option::Option<<#output as #private::Value>::Cotangent>,
                    ::core::option::Option<<#output as #private::Value>::Cotangent>,
                ) = #cotangent;
                let __Some(of_both) = #private::joined_cotangents(of_value, of_tangent) else {
                    return (#(#nothing,)*);
                };
                #drawn_again
                #pulled
                #split
                (#(#results,)*)
            })
        };
        Some(self.with_signature(jvp, Some(quote!(#[track_caller])), of_module, &body))
    }

    /// A reference to the module of a view.
    fn module_of(&self, view: &TokenStream) -> TokenStream {
        let (krate, own) = (self.krate, self.module);
        quote!(&<#own as #krate::__private::OfView>::of_view(#view))
    }
}

/// Whether a type is that of data of which a copy is the same: no cell, and nothing that a type parameter could be.
fn is_copied(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let arguments = match &last.arguments {
                PathArguments::None => return last.ident == "Mask" || !carries_gradient(ty),
                PathArguments::AngleBracketed(arguments) => &arguments.args,
                PathArguments::Parenthesized(_) => return false,
            };
            let mut types = arguments.iter();
            (last.ident == "Option" || last.ident == "Vec")
                && types.all(|argument| matches!(argument, GenericArgument::Type(ty) if is_copied(ty)))
        }),
        Type::Slice(slice) => is_copied(&slice.elem),
        Type::Array(array) => is_copied(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(is_copied),
        _ => false,
    }
}

/// Whether a type is a type parameter for a random number generator.
fn is_generator(ty: &Type, generics: &Generics) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(param) = generics.type_params().find(|param| path.path.is_ident(&param.ident)) else {
        return false;
    };
    let is = |token: &TokenTree, names: &[&str]| matches!(token, TokenTree::Ident(ident) if names.iter().any(|name| ident == name));
    let draws = |bounds: &dyn ToTokens| {
        mentions(&bounds.to_token_stream(), &|token| is(token, &["Rng", "Randomness"]))
    };
    let name = param.ident.to_string();
    let mut clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    draws(&param.bounds)
        || clauses.any(|clause| mentions(clause, &|token| is(token, &[&name])) && draws(clause))
}
