//! The code of a block: each method on the view as the user wrote it and differentiated, and on the module.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{
    Attribute, GenericArgument, GenericParam, Generics, ImplItem, ItemImpl, Path, PathArguments, Type,
};

use super::dependence::Dependence;
use super::lower;
use super::method::Method;
use super::own_type::OwnType;
use super::reverse::{Reverse, gradient, wanted};
use crate::errors::Errors;

/// What all methods of a block share.
struct Context<'i> {
    krate: &'i Path,
    /// The generics of the block.
    generics: &'i Generics,
    params: Vec<GenericParam>,
    /// The module.
    module: &'i Type,
    /// Its view, but for the lifetime and the rest of the arguments.
    view: TokenStream,
    arguments: Vec<GenericArgument>,
}

pub(super) fn expand(krate: &Path, item: &ItemImpl, errors: &mut Errors) -> TokenStream {
    if let Some((path, _)) = &item.trait_ {
        errors.at(path, "`#[differentiable]` belongs on an impl block of the module itself, not of a trait");
        return item.to_token_stream();
    }
    let Some((view, arguments)) = view_path(&item.self_ty) else {
        errors
            .at(&item.self_ty, "`#[differentiable]` belongs on an impl block of a module: `impl Net { .. }`");
        return item.to_token_stream();
    };
    let context = Context {
        krate,
        generics: &item.generics,
        params: item.generics.params.iter().cloned().collect(),
        module: &item.self_ty,
        view,
        arguments,
    };
    let (module, mut item) = ((*item.self_ty).clone(), item.clone());
    OwnType(&module).replace(&mut item);
    let (mut on_view, mut on_module) = (TokenStream::new(), TokenStream::new());
    for member in &item.items {
        let ImplItem::Fn(function) = member else {
            member.to_tokens(&mut on_module);
            continue;
        };
        match Method::read(function, errors) {
            Some(method) if method.takes_self => {
                context.on_view(&method, errors).to_tokens(&mut on_view);
                context.on_module(&method).to_tokens(&mut on_module);
            }
            Some(method) => {
                context.associated(&method, errors).to_tokens(&mut on_module);
            }
            None => function.to_tokens(&mut on_view),
        }
    }
    let Context { params, module, view, arguments, .. } = &context;
    let attributes = &item.attrs;
    let bounds = &item.generics.where_clause;
    quote! {
        #(#attributes)*
        impl<'view, #(#params),*> #view<'view, #(#arguments),*> #bounds {
            #on_view
        }
        #(#attributes)*
        impl<#(#params),*> #module #bounds {
            #on_module
        }
    }
}

/// The path of the module's view, and the module's own arguments.
fn view_path(module: &Type) -> Option<(TokenStream, Vec<GenericArgument>)> {
    let Type::Path(path) = module else { return None };
    let mut view = path.path.clone();
    let last = view.segments.last_mut()?;
    let arguments = match std::mem::take(&mut last.arguments) {
        PathArguments::AngleBracketed(arguments) => arguments.args.into_iter().collect(),
        _ => Vec::new(),
    };
    last.ident = format_ident!("{}View", last.ident, span = last.ident.span());
    Some((view.to_token_stream(), arguments))
}

impl Context<'_> {
    /// The method on the view, and its companion.
    fn on_view(&self, method: &Method, errors: &mut Errors) -> TokenStream {
        let function = &method.function;
        let companion = self.companion(method, errors);
        quote! {
            #[allow(dead_code)]
            #function
            #companion
        }
    }

    /// A function without `self`, and its companion.
    fn associated(&self, method: &Method, errors: &mut Errors) -> TokenStream {
        let function = &method.function;
        let companion = self.companion(method, errors);
        quote! {
            #function
            #companion
        }
    }

    fn companion(&self, method: &Method, errors: &mut Errors) -> TokenStream {
        let Context { krate, .. } = self;
        let body = lower::method(krate, method, errors);
        let dependence = Dependence::of(&body.block, body.names.len(), method.arguments.len());
        let reverse = Reverse { krate, dependence: &dependence, names: &body.names };
        let cotangent = Ident::new("cotangent", Span::mixed_site());
        let passes = reverse.block(&body.block, &quote!(::core::option::Option::Some(#cotangent)));
        let (mut slots, mut sums, mut results) = (TokenStream::new(), TokenStream::new(), Vec::new());
        for (position, argument) in method.arguments.iter().enumerate() {
            if !argument.active {
                results.push(quote!(::core::option::Option::None));
                continue;
            }
            let var = super::model::Var(position);
            let (slot, sum, name) = (var.slot(), var.cotangent(), &argument.name);
            let wanted = wanted();
            slots.extend(quote!(let #slot = #krate::__private::slot(&#name);));
            sums.extend(quote!(let mut #sum = #slot.empty();));
            results.push(quote!(if #wanted[#position] { #sum } else { ::core::option::Option::None }));
        }
        let super::reverse::Passes { forward, value, backward, .. } = passes;
        let (gradient, wanted, count) = (gradient(), wanted(), method.arguments.len());
        let (view, arguments) = (&self.view, &self.arguments);
        let gradient_type =
            method.takes_self.then(|| quote!(#view<'_, #(#arguments,)* #krate::__private::Gradient>));
        let gradient_param = gradient_type.iter().map(|ty| quote!(#gradient: #ty));
        let lifetime = method.takes_self.then(|| quote!('view));
        let pullback = self.pullback(method, gradient_type.as_ref(), lifetime.as_ref());
        let Signature { attributes, vis, name, generics, receiver, parameters, output, bounds, .. } =
            self.signature(method, "_vjp");
        let doc = format!("[`{0}`](Self::{0}) with its pullback.", method.function.sig.ident);
        let span = method.function.block.span();
        let body = quote::quote_spanned! {span=>
            #slots
            #forward
            (#value, move |#cotangent, #(#gradient_param,)* #wanted: [bool; #count]| {
                #sums
                #backward
                (#(#results,)*)
            })
        };
        quote! {
            #(#attributes)*
            #[doc = #doc]
            #[allow(dead_code, unused, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            #vis fn #name #generics (#receiver #(#parameters),*) -> (#output, #pullback) #bounds { #body }
        }
    }

    /// The type of a pullback that takes `gradient`.
    fn pullback(
        &self,
        method: &Method,
        gradient: Option<&TokenStream>,
        lifetime: Option<&TokenStream>,
    ) -> TokenStream {
        let krate = self.krate;
        let output = &method.output;
        let count = method.arguments.len();
        let cotangents = method.arguments.iter().map(|argument| {
            if argument.active {
                let ty = argument.referred();
                quote!(::core::option::Option<<#ty as #krate::__private::Value>::Cotangent>)
            } else {
                quote!(::core::option::Option<#krate::__private::NoGradient>)
            }
        });
        let captured = self.generics.params.iter().chain(&method.generics.params).filter_map(name_of);
        let captured = lifetime.cloned().into_iter().chain(captured.map(ToTokens::into_token_stream));
        let gradient = gradient.into_iter();
        quote! {
            impl ::core::ops::FnOnce(
                <#output as #krate::__private::Value>::Cotangent,
                #(#gradient,)*
                [bool; #count],
            ) -> (#(#cotangents,)*) + use<#(#captured),*>
        }
    }

    /// The methods on the module, which call those on the view.
    fn on_module(&self, method: &Method) -> TokenStream {
        let (krate, module) = (self.krate, self.module);
        let gradient = gradient();
        let closed = quote!(for<'closed> Self: #krate::__private::Closed);
        let names: Vec<_> = method.arguments.iter().map(|argument| &argument.name).collect();
        let turbofish = turbofish(method);
        let output = &method.output;
        let call = |function: &Ident| quote!(#krate::__private::Module::view(self).#function #turbofish (#(#names),*));

        let primal = self.signature(method, "");
        let body = call(&primal.name);
        let primal = primal.function(&quote!(), &quote!(&self,), None, &quote!(#output), &closed, &body);

        let vjp = self.signature(method, "_vjp");
        let pullback = self.pullback(method, Some(&quote!(&mut #module)), Some(&quote!('view)));
        let (body, count) = (call(&vjp.name), method.arguments.len());
        let body = quote! {
            let (value, pullback) = #body;
            (value, move |cotangent, gradient: &mut #module, wanted: [bool; #count]| {
                pullback(cotangent, #krate::__private::Module::view_mut(gradient), wanted)
            })
        };
        let doc = format!(
            "[`{0}`](Self::{0}) with its pullback, which adds to a gradient.",
            method.function.sig.ident
        );
        let vjp_call = call(&vjp.name);
        let companion = vjp.function(
            &quote!('view,),
            &quote!(&'view self,),
            Some(&doc),
            &quote!((#output, #pullback)),
            &closed,
            &body,
        );
        let mut functions = quote!(#primal #companion);
        if method.returns_number(self.generics) {
            let accumulate = self.signature(method, "_and_accumulate");
            let doc = format!(
                "[`{0}`](Self::{0}), whose gradient is added to `gradient`.",
                method.function.sig.ident
            );
            let body = quote! {
                let (value, pullback) = #vjp_call;
                pullback(
                    <#output as #krate::__private::Element>::ONE,
                    #krate::__private::Module::view_mut(#gradient),
                    [false; #count],
                );
                value
            };
            let accumulate_name = accumulate.name.clone();
            functions.extend(accumulate.function(
                &quote!(),
                &quote!(&self, #gradient: &mut Self,),
                Some(&doc),
                &quote!(#output),
                &closed,
                &body,
            ));
            let doc = format!("[`{0}`](Self::{0}) and its gradient.", method.function.sig.ident);
            let body = quote! {
                let mut #gradient = #krate::__private::Module::zeros_like(self);
                let value = self.#accumulate_name #turbofish (&mut #gradient, #(#names),*);
                (value, #gradient)
            };
            let and_grad = self.signature(method, "_and_grad");
            functions.extend(and_grad.function(
                &quote!(),
                &quote!(&self,),
                Some(&doc),
                &quote!((#output, Self)),
                &closed,
                &body,
            ));
        }
        functions
    }

    fn signature(&self, method: &Method, suffix: &str) -> Signature {
        let function = &method.function;
        let name = &function.sig.ident;
        let keep = |attribute: &&Attribute| {
            let path = attribute.path();
            path.is_ident("cfg") || suffix.is_empty() && !path.is_ident("inline")
        };
        Signature {
            attributes: function.attrs.iter().filter(keep).cloned().collect(),
            vis: function.vis.to_token_stream(),
            name: format_ident!("{name}{suffix}", span = name.span()),
            params: method.generics.params.iter().cloned().collect(),
            generics: generics_tokens(&method.generics),
            receiver: method.takes_self.then(|| quote!(&self,)),
            parameters: method
                .arguments
                .iter()
                .map(|argument| {
                    let (name, ty) = (&argument.name, &argument.ty);
                    let mutability = argument.mutability.filter(|_| suffix == "_vjp");
                    quote!(#mutability #name: #ty)
                })
                .collect(),
            output: method.output.to_token_stream(),
            bounds: method.generics.where_clause.to_token_stream(),
        }
    }
}

/// The parts of a method's head.
struct Signature {
    attributes: Vec<Attribute>,
    vis: TokenStream,
    name: Ident,
    params: Vec<GenericParam>,
    generics: TokenStream,
    receiver: Option<TokenStream>,
    parameters: Vec<TokenStream>,
    output: TokenStream,
    bounds: TokenStream,
}

impl Signature {
    /// A method of the module.
    fn function(
        self,
        lifetime: &TokenStream,
        receiver: &TokenStream,
        doc: Option<&String>,
        output: &TokenStream,
        closed: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Signature { attributes, vis, name, params, parameters, bounds, .. } = self;
        let doc = doc.into_iter();
        let bounds = if bounds.is_empty() { quote!(where) } else { quote!(#bounds,) };
        let parameters = parameters.iter().map(strip_mut);
        quote! {
            #(#attributes)*
            #(#[doc = #doc])*
            #[allow(dead_code, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            #vis fn #name<#lifetime #(#params),*>(#receiver #(#parameters),*) -> #output
            #bounds #closed
            {
                #body
            }
        }
    }
}

/// An argument whose body takes it as it is.
fn strip_mut(parameter: &TokenStream) -> TokenStream {
    let mut tokens = parameter.clone().into_iter().peekable();
    if matches!(tokens.peek(), Some(proc_macro2::TokenTree::Ident(ident)) if ident == "mut") {
        tokens.next();
    }
    tokens.collect()
}

fn generics_tokens(generics: &Generics) -> TokenStream {
    let params = &generics.params;
    if params.is_empty() { TokenStream::new() } else { quote!(<#params>) }
}

/// The name of a type or const parameter.
fn name_of(param: &GenericParam) -> Option<&Ident> {
    match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    }
}

/// The generic arguments of a call that passes on the method's own.
fn turbofish(method: &Method) -> Option<TokenStream> {
    let names: Vec<_> = method.function.sig.generics.params.iter().filter_map(name_of).collect();
    let named_later = method.generics.params.len() > method.function.sig.generics.params.len();
    (!names.is_empty() && !named_later).then(|| quote!(::<#(#names),*>))
}
