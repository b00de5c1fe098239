//! One error for one mistake in a body.
//!
//! A body is emitted for the method and again in its companion, so rustc would report a mistake in it two or
//! three times. Therefore the body for the method stands in a constant, as a pointer to a function, which the method calls.
//! A mistake turns the constant into an error. In the companion, the types of `self`, of arguments, of literals and of the
//! gradient are computed from the constant. After a mistake they are error types, and rustc reports no errors that follow
//! from an error type. Without a mistake they are the original types.
//!
//! rustc evaluates such a constant only if it depends on no type. With generics, it is a `const fn`, which the companion
//! calls with some arguments for the generics: it does not run the body. Arguments that may not meet the bounds are tried. If
//! none are known, a body is not checked this way, and the method contains it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Block, FnArg, Generics, ImplItemFn, Pat, Token, parse_quote};

use super::caller::{allow_if_expected, arguments_of_caller};
use super::context::Context;
use super::hidden::{hidden, hidden_self};
use super::method::{Argument, Method, traits_of};
use super::reverse::gradient;
use super::signature::name_of;
use super::stand_ins::{StandIns, if_allowed, joined, stand_ins, with_pointers, with_stand_ins};
use super::this::{self, this};
use super::trait_definition::without_defaults;
use super::trait_stand_in::OfStandIn;
use crate::private::{private, private_at};
use crate::value::lifetimes;

/// The constant that contains the body of a method.
pub(crate) struct Checked {
    definition: TokenStream,
    path: TokenStream,
    /// The method, which calls the body; `None` if it contains it.
    caller: Option<ImplItemFn>,
    receiver: Option<Token![self]>,
    body: Block,
}

impl Context<'_> {
    /// Builds the constant for `method`, whose companion is that of `differentiated`; `None` if its body cannot be moved into
    /// a constant.
    pub(super) fn checked(&self, method: &Method, differentiated: &Method) -> Option<Checked> {
        let receiver = method.receiver;
        let generics = joined(self.generics, &method.generics);
        let StandIns { types, are_certain } = stand_ins(&generics)?;
        let count = types.len() - method.generics.params.iter().filter_map(name_of).count();
        let has_no_place = match receiver {
            Some(_) => self.view.is_empty() && self.stand_in.is_none(),
            None => self.is_impl() || self.stand_in.is_some(),
        };
        // The module may have a bound that is forgotten here: a stand-in for the parameter would not meet it.
        let misses_bound = self.is_impl() && has_unbounded(self.generics);
        if !is_plain(method) || has_no_place || misses_bound {
            return None;
        }
        let function = &method.function;
        let (body, marked) = match receiver {
            Some(_) => (this::renamed(&function.block)?, this::renamed(&differentiated.body)?),
            None => (function.block.clone(), differentiated.body.clone()),
        };
        let name = name_of_check(method);
        if let Some(of) = &self.stand_in {
            return self.in_trait(of, method, body, marked);
        }
        let is_generic = !self.generics.params.is_empty() || !method.generics.params.is_empty();
        let called = is_generic.then(|| {
            let own = arguments_of_caller(method);
            quote!(::<#(#own),*>())
        });
        let of = (self.is_impl() || self.value.is_some()).then(|| quote!(Self::));
        let caller = self.caller(method, &quote!(#of #name #called));
        let definition = self.check(method, &name, &body, is_generic, caller.is_some());
        let view = &self.view;
        let own_type = match (receiver, self.value) {
            (Some(_), _) => {
                let arguments = &self.arguments;
                Some(quote!(#view<'static, #(#arguments),*>))
            }
            (None, value) => value.map(ToTokens::to_token_stream),
        };
        let own_type = own_type.map(lifetimes::of_static);
        let names: Vec<_> =
            generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream).collect();
        let path = |arguments: &[TokenStream]| {
            let own = &arguments[count..];
            let called = is_generic.then(|| quote!(::<#(#own),*>()));
            match &own_type {
                None => quote!(#name #called.0),
                Some(of) => {
                    let of = with_stand_ins(of, &generics, arguments);
                    quote!(<#of>::#name #called.0)
                }
            }
        };
        let path = match are_certain {
            true => path(&types),
            false => if_allowed(&generics, &types, &path(&names)),
        };
        let path = match &self.named {
            Some(named) => {
                let types = named.call();
                quote!(#types + #path)
            }
            None => path,
        };
        Some(Checked { definition, path, caller, receiver, body: marked })
    }

    /// Builds the constant for the default body of a method of a trait. If the method is generic, it stands in a trait with the
    /// same generics, since no trait has a `const fn`.
    fn in_trait(&self, of: &OfStandIn, method: &Method, body: Block, marked: Block) -> Option<Checked> {
        let OfStandIn { ty, view, arguments, cfg } = of;
        let name = name_of_check(method);
        let own = &method.generics;
        if own.params.is_empty() {
            let caller = self.caller(method, &quote!(Self::#name));
            let definition = self.check(method, &name, &body, false, caller.is_some());
            let path = quote!(<#ty as #view<#(#arguments),*>>::#name.0);
            return Some(Checked { definition, path, caller, receiver: method.receiver, body: marked });
        }
        let generics = joined(self.generics, own);
        let StandIns { types, are_certain } = stand_ins(&generics)?;
        let names = |generics: &Generics| -> Vec<_> {
            generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream).collect()
        };
        let (of_trait, all) = (names(self.generics), names(&generics));
        let helper = format_ident!("__{view}_{}", method.function.sig.ident, span = Span::mixed_site());
        let called = of_trait.iter().cloned().chain(arguments_of_caller(method));
        let caller = self.caller(method, &quote!(<Self as #helper<#(#called),*>>::#name));
        let constant = self.check(method, &name, &body, false, caller.is_some());
        let path = |arguments: &[TokenStream]| quote!(<#ty as #helper<#(#arguments),*>>::#name.0);
        let path = match are_certain {
            true => path(&types),
            false => if_allowed(&generics, &types, &path(&all)),
        };
        let Generics { params: of_block, where_clause: of_clause, .. } = without_defaults(self.generics);
        let of_block: Vec<_> = of_block.iter().collect();
        let clauses = [of_clause.as_ref(), own.where_clause.as_ref()];
        let clauses = clauses.into_iter().flatten().flat_map(|clause| &clause.predicates);
        let clauses = quote!(where #(#clauses),*);
        let lifetimes = own.lifetimes();
        let others = own.params.iter().filter(|param| name_of(param).is_some());
        let params = quote!(#(#lifetimes,)* #(#of_block,)* #(#others,)*);
        let given = own.lifetimes().map(|param| &param.lifetime);
        let of_cfg = method.function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let cfg: Vec<_> = cfg.iter().chain(of_cfg).collect();
        let view = quote!(#view<#(#of_trait),*>);
        let definition = quote! {
            #(#cfg)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code)]
            trait #helper<#params>: #view #clauses {
                #constant
            }
            #(#cfg)*
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            impl<#params __Views: #view> #helper<#(#given,)* #(#all),*> for __Views #clauses {}
        };
        Some(Checked { definition, path, caller, receiver: method.receiver, body: marked })
    }

    /// Generates the constant, or the function in its place. If it `is_called`, it is all that rustc sees of the body.
    fn check(
        &self,
        method: &Method,
        name: &Ident,
        body: &Block,
        is_generic: bool,
        is_called: bool,
    ) -> TokenStream {
        let (view, arguments, output) = (&self.view, &self.arguments, &method.output);
        let types: Vec<_> = method.arguments.iter().map(|argument| with_pointers(&argument.ty)).collect();
        let inputs = patterns(method).zip(&types).map(|(pattern, ty)| quote!(#pattern: #ty));
        let of_this = method.receiver.map(|_| match self.stand_in {
            Some(_) => quote!(&Self,),
            None => quote!(&#view<'_, #(#arguments),*>,),
        });
        let this = method.receiver.map(|receiver| {
            let this = this(receiver);
            quote!(#this: #of_this)
        });
        let (generics, bounds) = (&method.generics.params, &method.generics.where_clause);
        let ty = quote!((::core::primitive::usize, fn(#of_this #(#types),*) -> #output));
        let (head, end) = match is_generic {
            true => (quote!(const fn #name<#generics>() -> #ty #bounds), None),
            false => (quote!(const #name: #ty =), Some(quote!(;))),
        };
        let attributes = attributes(&method.function, is_called);
        let closure = this::for_messages(quote!(|#this #(#inputs),*| -> #output #body), body);
        quote! {
            #(#attributes)*
            #head {
                (0, #closure)
            }
            #end
        }
    }

    /// Whether this is an impl block.
    pub(super) fn is_impl(&self) -> bool {
        !self.view.is_empty()
    }
}

fn name_of_check(method: &Method) -> Ident {
    format_ident!("__body_of_{}", method.function.sig.ident, span = Span::mixed_site())
}

/// Whether a type parameter is bounded by no trait.
fn has_unbounded(generics: &Generics) -> bool {
    generics.type_params().any(|param| {
        let name = &param.ident;
        traits_of(&parse_quote!(#name), generics).is_empty()
    })
}

/// The patterns of the arguments of a method, other than `self`.
fn patterns(method: &Method) -> impl Iterator<Item = &Pat> {
    method.function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&*argument.pat),
        FnArg::Receiver(_) => None,
    })
}

/// The attributes of the constant of a method. If it `is_called`, lints see the body in it.
fn attributes(function: &ImplItemFn, is_called: bool) -> impl Iterator<Item = Attribute> {
    const OF_BODIES: [&str; 6] = ["cfg", "allow", "warn", "deny", "forbid", "expect"];
    let of_body = function.attrs.iter().filter(|attribute| {
        let is = |name| attribute.path().is_ident(name);
        OF_BODIES.into_iter().any(is)
    });
    let of_body = of_body.cloned().map(|mut attribute| {
        allow_if_expected(&mut attribute);
        attribute
    });
    let all = (!is_called).then(
        || parse_quote!(#[allow(non_snake_case, unused, clippy::all, clippy::pedantic, clippy::nursery)]),
    );
    let own: [Attribute; 2] = [
        parse_quote!(#[doc(hidden)]),
        parse_quote! {
            #[allow(
                non_upper_case_globals, dead_code,
                clippy::op_ref, clippy::type_complexity, clippy::unused_unit, clippy::used_underscore_binding
            )]
        },
    ];
    of_body.chain(own).chain(all)
}

impl Checked {
    /// The method, which calls the body; `None` if it contains it.
    pub(super) fn caller(&self) -> Option<&ImplItemFn> {
        self.caller.as_ref()
    }

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

/// As [`Checked::value`], if there is a check.
pub(super) fn gated(checked: Option<&Checked>, value: &impl ToTokens, span: Span) -> TokenStream {
    match checked {
        Some(checked) => checked.value(value, span),
        None => value.to_token_stream(),
    }
}

/// Binds `name` to `value`, with a type computed from the constant.
fn bind(name: &Ident, ty: &impl ToTokens, value: &impl ToTokens) -> TokenStream {
    let private = private();
    quote!(let #name: <__Body as #private::Checked<#ty>>::Type = #value;)
}

/// Whether a body with this signature means the same in a constant.
fn is_plain(method: &Method) -> bool {
    let output = &method.output;
    let borrows =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if "'&".contains(punct.as_char()));
    let is_impl = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "impl");
    !mentions(output, &borrows) && !mentions(output, &is_impl)
}

/// Whether code has such a token.
pub(crate) fn mentions(code: &impl ToTokens, is: &impl Fn(&TokenTree) -> bool) -> bool {
    code.to_token_stream()
        .into_iter()
        .any(|tree| is(&tree) || matches!(&tree, TokenTree::Group(group) if mentions(&group.stream(), is)))
}
