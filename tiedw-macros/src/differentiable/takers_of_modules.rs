//! Methods and functions that take modules, as `fn block(&self, fc: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4>`. A module has no cotangent
//! of its own: the body of such a function stands where it is called, and the name of the argument is one of the part.

mod arguments;
mod callers;

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, ExprBlock, FnArg, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Lifetime, Macro, Path,
    ReturnType, Signature, Token, Type, parse_quote,
};

use super::inline::{self, elsewhere, is_alike_elsewhere, names_parameter};
use super::local_items::LocalItems;
use super::lower::inlined_functions::typed;
use super::lower::{closure, free};
use super::method::refuse;
use super::misused_parts::is_differentiable;
use super::own_path::respanned;
use super::recursion;
use super::this::is_self_alone;
use crate::beside;
use crate::errors::Errors;
use crate::known::Place;
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

/// Puts the bodies of such functions where a block calls them. Returns those of the block itself, which are no more in it.
pub(super) fn inlined(block: &mut ItemImpl, krate: &Path, errors: &mut Errors) -> Option<ItemImpl> {
    let mut calls = Calls::of(block, errors);
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member
            && !calls.own.contains(&function.sig.ident.to_string())
        {
            calls.items = LocalItems::of(&function.block);
            calls.visit_block_mut(&mut function.block);
            if std::mem::take(&mut calls.is_refused) {
                refuse(function);
            }
        }
    }
    let own = calls.own;
    let (taken, rest) = std::mem::take(&mut block.items).into_iter().partition::<Vec<_>, _>(
        |member| matches!(member, ImplItem::Fn(function) if own.contains(&function.sig.ident.to_string())),
    );
    block.items = rest;
    if taken.is_empty() {
        return None;
    }
    let stubs = taken.into_iter().map(|member| match member {
        ImplItem::Fn(function) => ImplItem::Fn(stub(function, &block.self_ty, krate)),
        member => member,
    });
    Some(ItemImpl { items: stubs.collect(), ..block.clone() })
}

/// A function that takes modules: it has no companion, and only bodies call it.
pub(super) fn only_inlined(function: &ImplItemFn, krate: &Path) -> Option<ImplItemFn> {
    let at = function.sig.fn_token.span;
    let is_taker = is_taker(&function.sig, &function.block, at)
        && !recursion::calls_itself(&function.sig.ident, &function.block)
        && callers::has_function(&function.sig.ident, at);
    is_taker.then(|| stub(function.clone(), &parse_quote!(()), krate))
}

/// Such a function of `module` for other code, where a call of it is an error: its body may use the parameters of modules as tensors.
fn stub(mut function: ImplItemFn, module: &Type, krate: &Path) -> ImplItemFn {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = input {
            argument.attrs.retain(|attribute| !is_constant(attribute));
        }
    }
    let clauses = function.sig.generics.make_where_clause();
    clauses.predicates.push(parse_quote!(for<'never> #module: #krate::__private::CalledInBodies));
    function.attrs.push(parse_quote!(#[allow(unused, clippy::all, clippy::pedantic)]));
    function.block = parse_quote!({ ::core::panic!() });
    function
}

fn is_constant(attribute: &Attribute) -> bool {
    attribute.path().is_ident("constant")
}

/// Whether a function takes modules, and means the same where it is called.
fn is_taker(signature: &Signature, block: &syn::Block, at: Span) -> bool {
    arguments::have_modules(signature, at)
        && signature.constness.is_none()
        && signature.asyncness.is_none()
        && !matches!(signature.safety, syn::Safety::Unsafe(_))
        && is_alike_elsewhere(block)
        && !has_questions(block)
        && !names_parameter(block, signature)
}

/// Whether a body has a `?` outside of closures, which would leave the body around it.
fn has_questions(block: &syn::Block) -> bool {
    struct Questions(bool);
    impl Visit<'_> for Questions {
        fn visit_expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Try(_));
            if !matches!(expr, Expr::Closure(_)) {
                visit::visit_expr(self, expr);
            }
        }
    }
    let mut questions = Questions(false);
    questions.visit_block(block);
    questions.0
}

/// Such a function.
#[derive(Clone)]
struct Taker {
    signature: Signature,
    block: syn::Block,
    /// Whether it is in another item than the block, so that messages about it are at the call.
    is_elsewhere: bool,
}

/// Replaces calls.
struct Calls<'e> {
    at: Span,
    /// The name of the module.
    owner: Option<Ident>,
    methods: HashMap<String, Taker>,
    /// The names of those that are methods of this block.
    own: Vec<String>,
    functions: HashMap<String, Taker>,
    /// The items of the body.
    items: LocalItems,
    /// What is being replaced within what.
    open: Vec<String>,
    count: usize,
    /// Whether a mistake in the body was reported.
    is_refused: bool,
    errors: &'e mut Errors,
}

impl<'e> Calls<'e> {
    fn of(block: &ItemImpl, errors: &'e mut Errors) -> Self {
        let at = block.impl_token.span;
        let owner = match &*block.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
            _ => None,
        };
        let own: HashMap<_, _> = match block.trait_ {
            None => methods(block, at)
                .filter(|(_, taker)| callers::has_method(&taker.signature.ident, block))
                .collect(),
            Some(_) => HashMap::new(),
        };
        let mut calls = Calls {
            at,
            owner,
            own: own.keys().cloned().collect(),
            methods: own,
            functions: HashMap::new(),
            items: LocalItems::default(),
            open: Vec::new(),
            count: 0,
            is_refused: false,
            errors,
        };
        calls.find_beside(block);
        calls
    }

    /// Finds those of other blocks of the module, and functions, in the same module of the crate.
    fn find_beside(&mut self, block: &ItemImpl) {
        let source = Place::of(self.at).and_then(|place| place.source());
        // To parse a file takes long.
        let is_there = source.is_some_and(|source| arguments::may_have_modules(&source, block));
        let items = is_there.then(|| beside::items(self.at)).flatten().unwrap_or_default();
        for item in items {
            match item {
                Item::Fn(function) => self.add_function(function),
                Item::Impl(other)
                    if other.trait_.is_none()
                        && other.attrs.iter().any(is_differentiable)
                        && head(&other) == head(block) =>
                {
                    let Ok(other) = syn::parse2(respanned(other.into_token_stream(), self.at)) else {
                        continue;
                    };
                    for (name, method) in methods(&other, self.at) {
                        self.methods.entry(name).or_insert(Taker { is_elsewhere: true, ..method });
                    }
                }
                _ => {}
            }
        }
    }

    fn add_function(&mut self, function: ItemFn) {
        // Its names are those of this block.
        let Ok(function) = syn::parse2::<ItemFn>(respanned(function.into_token_stream(), self.at)) else {
            return;
        };
        let ItemFn { attrs, sig: signature, block, .. } = function;
        let (marks, others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(is_differentiable);
        if !marks.is_empty()
            && beside::are_inert(&others)
            && is_taker(&signature, &block, self.at)
            && !recursion::calls_itself(&signature.ident, &block)
        {
            self.functions
                .insert(signature.ident.to_string(), Taker { signature, block: *block, is_elsewhere: true });
        }
    }

    /// The function that is called, its name for this visitor, and the arguments other than `self`.
    fn called(&self, call: &Expr) -> Option<(String, Taker, Vec<Expr>)> {
        let (name, taker, arguments): (String, _, Vec<Expr>) = match call {
            Expr::MethodCall(call) if is_self_alone(&call.receiver) => {
                let taker = self.methods.get(&call.method.to_string())?;
                (format!(".{}", call.method), taker, call.args.iter().cloned().collect())
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                let mut arguments = call.args.iter().cloned();
                match self.method_by_path(&path.path) {
                    Some((name, taker)) => {
                        let is_of_self = taker.signature.receiver().is_some();
                        if is_of_self && !is_self_alone(&arguments.next()?) {
                            return None;
                        }
                        (format!(".{name}"), taker, arguments.collect())
                    }
                    None => {
                        let name = path.path.get_ident()?.to_string();
                        let taker = self.functions.get(&name)?;
                        (name, taker, arguments.collect())
                    }
                }
            }
            _ => return None,
        };
        (!self.open.contains(&name)).then(|| (name, taker.clone(), arguments))
    }

    /// The method in `Self::block` or `Net::block`.
    fn method_by_path(&self, path: &Path) -> Option<(String, &Taker)> {
        let [owner, method] = &path.segments.iter().collect::<Vec<_>>()[..] else { return None };
        let is_own = owner.ident == "Self" || Some(&owner.ident) == self.owner.as_ref();
        let name = method.ident.to_string();
        let taker = self.methods.get(&name).filter(|_| is_own)?;
        Some((name, taker))
    }

    /// The code of a call, with the bodies of such functions that it calls in turn.
    fn replacement(&mut self, name: String, at: Span, taker: &Taker, arguments: Vec<Expr>) -> Expr {
        self.count += 1;
        let number = self.count;
        let fresh = |what: &str| format_ident!("__{what}{number}", span = Span::mixed_site());
        let label = Lifetime::new(&format!("'{}", fresh("taken")), Span::mixed_site());
        let block = taker.block.to_token_stream();
        let block = if taker.is_elsewhere { respanned(block, at) } else { block };
        let mut body: Expr = parse_quote!(#block);
        let label = closure::with_breaks(&mut body, &label, number).then(|| quote!(#label:));
        self.open.push(name);
        self.visit_expr_mut(&mut body);
        self.open.pop();
        let lets = self.bound(taker, arguments, number);
        let block = quote!(#label { #lets #body });
        let ty = match &taker.signature.output {
            ReturnType::Type(_, ty) => elsewhere(ty, &taker.signature),
            ReturnType::Default => None,
        };
        match ty {
            Some(ty) => {
                let returned = fresh("returned");
                parse_quote!({ let #returned: #ty = #block; #returned })
            }
            None => parse_quote!({ #block }),
        }
    }

    /// The arguments by their names.
    fn bound(&self, taker: &Taker, arguments: Vec<Expr>, number: usize) -> TokenStream {
        let names: Vec<Ident> = taker.typed().flat_map(|argument| free::bound(&argument.pat)).collect();
        // Where an argument has the name of another one, all are evaluated before a name is bound.
        let is_hidden = |argument: &Expr| free::names(argument).iter().any(|name| names.contains(name));
        let are_apart = arguments.len() > 1 && arguments.iter().any(is_hidden);
        let (mut before, mut lets) = (TokenStream::new(), TokenStream::new());
        for (position, (argument, mut value)) in taker.typed().zip(arguments).enumerate() {
            let pattern = &argument.pat;
            let input = FnArg::Typed(argument.clone());
            if inline::is_passed(&input, &taker.signature) {
                let function = typed(&value, inline::types(&input, &taker.signature));
                before.extend(quote!(let #pattern = #function;));
                continue;
            }
            if are_apart {
                let name = format_ident!("__passed{number}_{position}", span = Span::mixed_site());
                before.extend(quote!(let #name = #value;));
                value = parse_quote!(#name);
            }
            let ty = arguments::type_of(argument, &taker.signature, self.at).map(|ty| quote!(: #ty));
            lets.extend(quote!(let #pattern #ty = #value;));
        }
        quote!(#before #lets)
    }
}

impl Taker {
    /// The arguments other than `self`.
    fn typed(&self) -> impl Iterator<Item = &syn::PatType> {
        self.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Some((name, taker, arguments)) = self.called(expr) else { return };
        let (attributes, at) = match expr {
            Expr::MethodCall(call) => (std::mem::take(&mut call.attrs), call.method.span()),
            Expr::Call(call) => (std::mem::take(&mut call.attrs), call.func.span()),
            _ => return,
        };
        let (block, shown) = (&taker.block, name.trim_start_matches('.'));
        let (wanted, given) = (taker.typed().count(), arguments.len());
        if wanted != given {
            let besides = if taker.signature.receiver().is_some() { " other than `self`" } else { "" };
            self.is_refused = true;
            self.errors.push(syn::Error::new(
                at,
                format_args!("`{shown}` takes {wanted} arguments{besides}, and is given {given}"),
            ));
            return;
        }
        if let Some(item) = self.items.named_in(quote!(#block)) {
            self.is_refused = true;
            self.errors.at(
                &*expr,
                format_args!(
                    "the {item} of this body may mean something else in `{shown}`, whose body stands here since it takes a module: move \
                     them out of the body, or give them other names"
                ),
            );
        }
        *expr = self.replacement(name, at, &taker, arguments);
        if let Expr::Block(ExprBlock { attrs, .. }) = expr {
            *attrs = attributes;
        }
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        type Arguments = Punctuated<Expr, Token![,]>;
        if let Ok(mut arguments) = call.parse_body_with(Arguments::parse_terminated) {
            let before = arguments.to_token_stream().to_string();
            arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            if arguments.to_token_stream().to_string() != before {
                call.tokens = arguments.into_token_stream();
            }
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// What an inherent block is of, with its parameters.
fn head(block: &ItemImpl) -> String {
    let (generics, module) = (&block.generics, &block.self_ty);
    quote!(#generics #module).to_string()
}

/// The methods of a block that take modules, by name.
fn methods(block: &ItemImpl, at: Span) -> impl Iterator<Item = (String, Taker)> {
    let takers = recursion::functions(block).filter(|function| is_taker(&function.sig, &function.block, at));
    let takers: Vec<_> = takers.collect();
    let recursive = match takers.is_empty() {
        true => Vec::new(),
        false => recursion::recursive(recursion::functions(block)),
    };
    let mut found = HashMap::new();
    for function in takers {
        let name = function.sig.ident.to_string();
        let is_one = recursion::functions(block).filter(|other| other.sig.ident == name).count() == 1;
        if is_one && !recursive.contains(&name) {
            let (signature, block) = (function.sig.clone(), function.block.clone());
            found.insert(name, Taker { signature, block, is_elsewhere: false });
        }
    }
    found.into_iter()
}
