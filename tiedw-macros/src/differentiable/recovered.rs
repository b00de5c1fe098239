//! Items with a mistake in the syntax of a body, which rustc reports: the method stays as written, and has a companion, so that
//! nothing else is reported.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::Parse;
use syn::{
    Block, Expr, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemTrait, Stmt, TraitItem, TraitItemFn,
};

/// What the attribute is for.
pub(super) enum Parsed {
    Block(ItemImpl),
    Definition(ItemTrait),
    Function(ImplItemFn),
}

/// Parses an item; `None` if the attribute is not for it, or if it cannot be parsed even apart from bodies.
pub(super) fn parse(item: &TokenStream) -> Option<Parsed> {
    if let Ok(block) = syn::parse2(item.clone()) {
        return Some(Parsed::Block(block));
    }
    if let Ok(definition) = syn::parse2(item.clone()) {
        return Some(Parsed::Definition(definition));
    }
    if let (Ok(_), Ok(function)) = (syn::parse2::<ItemFn>(item.clone()), syn::parse2(item.clone())) {
        return Some(Parsed::Function(function));
    }
    let (head, body) = split(item.clone().into_iter().collect())?;
    match syn::parse2::<Item>(with_body(&head, &body, TokenStream::new())).ok()? {
        Item::Fn(_) => of_impl_fn(item.clone().into_iter().collect()).map(Parsed::Function),
        Item::Impl(block) => {
            Some(Parsed::Block(ItemImpl { items: members(body.stream(), of_impl)?, ..block }))
        }
        Item::Trait(definition) => {
            Some(Parsed::Definition(ItemTrait { items: members(body.stream(), of_trait)?, ..definition }))
        }
        _ => None,
    }
}

/// Whether a body could not be parsed.
pub(super) fn is_half_written(body: &Block) -> bool {
    matches!(&body.stmts[..], [Stmt::Expr(Expr::Verbatim(_), None)])
}

fn half_written(mut block: Block, body: TokenStream) -> Block {
    block.stmts = vec![Stmt::Expr(Expr::Verbatim(body), None)];
    block
}

/// Splits an item at its last braces.
fn split(mut tokens: Vec<TokenTree>) -> Option<(Vec<TokenTree>, Group)> {
    match tokens.pop()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some((tokens, group)),
        _ => None,
    }
}

fn with_body(head: &[TokenTree], of: &Group, body: TokenStream) -> TokenStream {
    let mut braces = Group::new(Delimiter::Brace, body);
    braces.set_span(of.span());
    head.iter().cloned().chain([braces.into()]).collect()
}

/// Parses the members of an item.
fn members<T: Parse>(body: TokenStream, broken: fn(Vec<TokenTree>) -> Option<T>) -> Option<Vec<T>> {
    let (mut members, mut tokens) = (Vec::new(), Vec::new());
    for token in body {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && is_function(&tokens),
            _ => false,
        };
        tokens.push(token);
        if ends {
            let member = std::mem::take(&mut tokens);
            let parsed = syn::parse2(member.iter().cloned().collect()).ok();
            members.push(parsed.or_else(|| broken(member))?);
        }
    }
    tokens.is_empty().then_some(members)
}

/// Whether these are the first tokens of a function.
fn is_function(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "fn"))
}

fn of_impl(tokens: Vec<TokenTree>) -> Option<ImplItem> {
    of_impl_fn(tokens).map(ImplItem::Fn)
}

fn of_impl_fn(tokens: Vec<TokenTree>) -> Option<ImplItemFn> {
    let (head, body) = split(tokens)?;
    let mut function = syn::parse2::<ImplItemFn>(with_body(&head, &body, TokenStream::new())).ok()?;
    function.block = half_written(function.block, body.stream());
    Some(function)
}

fn of_trait(tokens: Vec<TokenTree>) -> Option<TraitItem> {
    let (head, body) = split(tokens)?;
    let mut function = syn::parse2::<TraitItemFn>(with_body(&head, &body, TokenStream::new())).ok()?;
    function.default = function.default.map(|block| half_written(block, body.stream()));
    Some(TraitItem::Fn(function))
}
