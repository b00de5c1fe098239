//! One error for one mistake in a body.
//!
//! A body is emitted in the method and again in its companion, so rustc would report a mistake in it two or
//! three times. Therefore it is emitted once more, in a constant, which a mistake turns into an error. In the
//! companion, the types of `self`, of arguments, of literals and of the gradient are computed from the
//! constant. After a mistake they are error types, and rustc reports no errors that follow from an error
//! type. Without a mistake they are the original types. The message for the constant is identical to the one
//! for the method, so rustc emits it once.
//!
//! rustc evaluates such a constant only if it depends on no type, so methods with generics are not checked
//! this way.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Block, Token};

use super::context::Context;
use super::hidden::{hidden, hidden_self};
use super::method::{Argument, Method};
use super::reverse::gradient;
use super::this::{self, this};
use crate::private::private;

/// The constant that contains the body of a method.
pub(super) struct Checked {
    definition: TokenStream,
    path: TokenStream,
    receiver: Token![self],
    body: Block,
}

impl Context<'_> {
    /// Builds the constant for `method`; `None` if its body cannot be moved into a constant.
    pub(super) fn checked(&self, method: &Method) -> Option<Checked> {
        let receiver = method.receiver?;
        if !self.generics.params.is_empty() || !is_plain(method) {
            return None;
        }
        let (view, arguments, function, output) =
            (&self.view, &self.arguments, &method.function, &method.output);
        let (this, body, marked) =
            (this(receiver), this::renamed(&function.block)?, this::renamed(&method.body)?);
        let name = format_ident!("__{}", function.sig.ident, span = Span::mixed_site());
        let cfg = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let inputs = method.arguments.iter();
        let inputs = inputs.map(|Argument { mutability, name, ty, .. }| quote!(#mutability #name: #ty));
        let definition = quote! {
            #(#cfg)*
            #[doc(hidden)]
            #[allow(non_upper_case_globals, unused, clippy::all, clippy::pedantic, clippy::nursery)]
            const #name: ::core::primitive::usize = {
                let _ = |#this: &#view<'_, #(#arguments),*>, #(#inputs),*| -> #output #body;
                0
            };
        };
        let path = quote!(<#view<'static, #(#arguments),*>>::#name);
        Some(Checked { definition, path, receiver, body: marked })
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

    /// Returns the forward pass of the companion, with its inputs bound to types computed from the constant.
    pub(super) fn forward(&self, method: &Method, body: &TokenStream) -> TokenStream {
        let arguments = method.arguments.iter();
        let arguments = arguments.map(|argument| bind(&argument.inside(), &argument.ty, &argument.inside()));
        let this = bind(&hidden(&this(self.receiver)), &quote!(&Self), &hidden_self(self.receiver));
        let (private, path) = (private(), &self.path);
        quote!(type __Body = #private::Body<{ #path }>; #this #(#arguments)* #body)
    }

    /// Rebinds the gradient's view to a type computed from the constant, at the start of a pullback.
    pub(super) fn bind_gradient(&self) -> TokenStream {
        bind(&gradient(), &quote!(_), &gradient())
    }
}

/// Binds `name` to `value`, with a type computed from the constant.
fn bind(name: &Ident, ty: &impl ToTokens, value: &impl ToTokens) -> TokenStream {
    let private = private();
    quote!(let #name: <__Body as #private::Checked<#ty>>::Type = #value;)
}

/// Whether a body with this signature means the same in a constant.
fn is_plain(method: &Method) -> bool {
    let Method { arguments, output, generics, .. } = method;
    let is_lifetime = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '\'');
    let borrows =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if "'&".contains(punct.as_char()));
    let is_impl = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "impl");
    generics.params.is_empty()
        && generics.where_clause.is_none()
        && !arguments.iter().any(|argument| mentions(&argument.ty, &is_lifetime))
        && !mentions(output, &borrows)
        && !mentions(output, &is_impl)
}

fn mentions(code: &impl ToTokens, is: &impl Fn(&TokenTree) -> bool) -> bool {
    code.to_token_stream()
        .into_iter()
        .any(|tree| is(&tree) || matches!(&tree, TokenTree::Group(group) if mentions(&group.stream(), is)))
}
