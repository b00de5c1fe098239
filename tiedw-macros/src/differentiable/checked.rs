//! One error for one mistake in a body.
//!
//! A body is emitted in the method and again in its companion, so rustc would report a mistake in it two or
//! three times. Therefore it is emitted once more, in a constant, which a mistake turns into an error. In the
//! companion, the types of `self`, of arguments, of literals and of the gradient are computed from the
//! constant. After a mistake they are error types, and rustc reports no errors that follow from an error
//! type. Without a mistake they are the original types. The message for the constant is identical to the one
//! for the method, so rustc emits it once.
//!
//! rustc evaluates such a constant only if it depends on no type. With generics, it is a `const fn`, which the companion
//! calls with some arguments for the generics: it does not run the body. Generics for which no arguments are known are not
//! checked this way.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Block, Token};

use super::context::Context;
use super::hidden::{hidden, hidden_self};
use super::method::{Argument, Method};
use super::reverse::gradient;
use super::stand_ins::{if_allowed, is_layer, stand_ins, with_pointers, with_stand_ins};
use super::this::{self, this};
use crate::private::{private, private_at};

/// The constant that contains the body of a method.
pub(super) struct Checked {
    definition: TokenStream,
    path: TokenStream,
    receiver: Option<Token![self]>,
    body: Block,
}

impl Context<'_> {
    /// Builds the constant for `method`, whose companion is that of `differentiated`; `None` if its body cannot be moved into
    /// a constant.
    pub(super) fn checked(&self, method: &Method, differentiated: &Method) -> Option<Checked> {
        let receiver = method.receiver;
        let params = stand_ins(self.generics)?;
        let own_params = stand_ins(&method.generics)?;
        let has_no_place = match receiver {
            Some(_) => self.view.is_empty() && self.stand_in.is_none(),
            None => self.is_impl() || self.stand_in.is_some(),
        };
        if !is_plain(method) || has_no_place {
            return None;
        }
        let function = &method.function;
        let (body, marked) = match receiver {
            Some(_) => (this::renamed(&function.block)?, this::renamed(&differentiated.body)?),
            None => (function.block.clone(), differentiated.body.clone()),
        };
        let name = format_ident!("__{}", function.sig.ident, span = Span::mixed_site());
        if let Some(stand_in) = &self.stand_in {
            let definition = self.check(method, &name, &body, false);
            let path = quote!(#stand_in::#name);
            return own_params.is_empty().then_some(Checked { definition, path, receiver, body: marked });
        }
        let is_generic = !params.is_empty() || !own_params.is_empty();
        let definition = self.check(method, &name, &body, is_generic);
        let view = &self.view;
        let called = is_generic.then(|| quote!(::<#(#own_params),*>()));
        let own_type = match (receiver, self.value) {
            (Some(_), _) => {
                let arguments = &self.arguments;
                Some(quote!(#view<'static, #(#arguments),*>))
            }
            (None, value) => value.map(ToTokens::to_token_stream),
        };
        let path = match own_type {
            _ if own_params.iter().any(is_layer) => return None,
            None => quote!(#name #called),
            Some(own) if params.iter().any(is_layer) => {
                if_allowed(self.generics, &params, &quote!(<#own>::#name #called))
            }
            Some(own) => {
                let own = with_stand_ins(&own, self.generics, &params);
                quote!(<#own>::#name #called)
            }
        };
        let path = match &self.named {
            Some(named) => {
                let types = named.call();
                quote!(#types + #path)
            }
            None => path,
        };
        Some(Checked { definition, path, receiver, body: marked })
    }

    /// Generates the constant, or the function in its place.
    fn check(&self, method: &Method, name: &Ident, body: &Block, is_generic: bool) -> TokenStream {
        let (view, arguments, output) = (&self.view, &self.arguments, &method.output);
        let cfg = method.function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let inputs = method.arguments.iter().map(|Argument { mutability, name, ty, .. }| {
            let ty = with_pointers(ty);
            quote!(#mutability #name: #ty)
        });
        let this = method.receiver.map(|receiver| {
            let this = this(receiver);
            match self.stand_in {
                Some(_) => quote!(#this: &Self,),
                None => quote!(#this: &#view<'_, #(#arguments),*>,),
            }
        });
        let (generics, bounds) = (&method.generics.params, &method.generics.where_clause);
        let (head, end) = match is_generic {
            true => (quote!(const fn #name<#generics>() -> ::core::primitive::usize #bounds), None),
            false => (quote!(const #name: ::core::primitive::usize =), Some(quote!(;))),
        };
        quote! {
            #(#cfg)*
            #[doc(hidden)]
            #[allow(
                non_upper_case_globals, non_snake_case, unused, clippy::all, clippy::pedantic, clippy::nursery
            )]
            #head {
                let _ = |#this #(#inputs),*| -> #output #body;
                0
            }
            #end
        }
    }

    /// Whether this is an impl block.
    fn is_impl(&self) -> bool {
        !self.view.is_empty()
    }
}

impl Checked {
    pub(super) fn definition(&self) -> &TokenStream {
        &self.definition
    }

    /// The body as emitted in the constant, with `self` renamed.
    pub(super) fn body(&self) -> &Block {
        &self.body
    }

    /// Wraps a value of the companion that comes from no argument, such as a literal.
    pub(super) fn value(&self, value: &impl ToTokens, span: Span) -> TokenStream {
        quote_spanned!(span=> __Body::value(#value))
    }

    /// Returns a type of the companion, computed from the constant.
    pub(super) fn ty(&self, ty: &impl ToTokens, span: Span) -> TokenStream {
        let private = private_at(span);
        quote_spanned!(span=> <__Body as #private::Checked<#ty>>::Type)
    }

    /// Returns the forward pass of the companion, with its inputs bound to types computed from the constant.
    pub(super) fn forward(&self, method: &Method, body: &TokenStream) -> TokenStream {
        // A pattern that names a type gives the parts of an error type their types, so data keep theirs.
        let typed = |argument: &&Argument| argument.active || argument.discrete || argument.passed.is_some();
        let arguments = method.arguments.iter().filter(typed);
        let arguments = arguments.map(|argument| bind(&argument.inside(), &argument.ty, &argument.inside()));
        let this = self
            .receiver
            .map(|receiver| bind(&hidden(&this(receiver)), &quote!(&Self), &hidden_self(receiver)));
        let (private, path) = (private(), &self.path);
        quote!(type __Body = #private::Body<{ #path }>; #this #(#arguments)* #body)
    }

    /// Rebinds the gradient's view to a type computed from the constant, at the start of a pullback.
    pub(super) fn bind_gradient(&self) -> TokenStream {
        self.bind(&gradient())
    }

    /// Rebinds a variable to a type computed from the constant.
    pub(super) fn bind(&self, name: &Ident) -> TokenStream {
        bind(name, &quote!(_), name)
    }
}

/// Binds `name` to `value`, with a type computed from the constant.
fn bind(name: &Ident, ty: &impl ToTokens, value: &impl ToTokens) -> TokenStream {
    let private = private();
    quote!(let #name: <__Body as #private::Checked<#ty>>::Type = #value;)
}

/// Whether a body with this signature means the same in a constant.
fn is_plain(method: &Method) -> bool {
    let Method { arguments, output, .. } = method;
    let is_lifetime = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '\'');
    let borrows =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if "'&".contains(punct.as_char()));
    let is_impl = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "impl");
    !arguments.iter().any(|argument| mentions(&argument.ty, &is_lifetime))
        && !mentions(output, &borrows)
        && !mentions(output, &is_impl)
}

/// Whether code has such a token.
pub(super) fn mentions(code: &impl ToTokens, is: &impl Fn(&TokenTree) -> bool) -> bool {
    code.to_token_stream()
        .into_iter()
        .any(|tree| is(&tree) || matches!(&tree, TokenTree::Group(group) if mentions(&group.stream(), is)))
}
