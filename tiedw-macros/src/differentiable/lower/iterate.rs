//! Lowering of `for` iterators. They yield parts of the module, which the backward pass finds again by index,
//! and values that carry no gradient.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Pat};

use super::Lower;
use super::module_path::brackets;
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::{self, is_query};
use crate::differentiable::scope::{Binding, ModulePath};

/// The kind of item that an iterator yields.
enum Item {
    Plain,
    /// A part of the module, preceded by its index.
    Module(ModulePath, Ident),
    Tuple(Vec<Item>),
}

/// Lowers the head of a loop, `for pattern in iterator`, and binds the names of the pattern.
pub(super) fn head(lower: &mut Lower<'_>, for_loop: &syn::ExprForLoop) -> TokenStream {
    let (iterator, item) = iterator(lower, &for_loop.expr);
    let pattern = bind(lower, &for_loop.pat, &item);
    quote!(for #pattern in #iterator)
}

fn iterator(lower: &mut Lower<'_>, expr: &Expr) -> (TokenStream, Item) {
    if let Some(module) = lower.module_path(expr) {
        return modules(lower, module);
    }
    let Expr::MethodCall(call) = expr else {
        return (plain(lower, expr), Item::Plain);
    };
    let method = &call.method;
    if method == "iter"
        && let Some(module) = lower.module_path(&call.receiver)
    {
        return modules(lower, module);
    }
    if !starts_at_module(lower, &call.receiver) || is_query(method) {
        return (plain(lower, expr), Item::Plain);
    }
    let (base, item) = iterator(lower, &call.receiver);
    let arguments = &call.args;
    let item = match method.to_string().as_str() {
        "rev" | "take" | "skip" | "step_by" => item,
        "enumerate" => Item::Tuple(vec![Item::Plain, item]),
        "zip" if arguments.len() == 1 => {
            let (other, other_item) = iterator(lower, &arguments[0]);
            return (quote!(#base.zip(#other)), Item::Tuple(vec![item, other_item]));
        }
        _ => {
            lower.errors.at(
                method,
                format_args!(
                    "`{method}` over parts of the module is outside the differentiable subset; \
                     use `iter`, `enumerate`, `zip`, `rev`, `take`, `skip` or `step_by`"
                ),
            );
            Item::Plain
        }
    };
    let arguments: Vec<_> =
        arguments.iter().map(|argument| lower.plain_expr(argument, "a count does not").expr).collect();
    (quote!(#base.#method(#(#arguments),*)), item)
}

/// Whether a chain of method calls starts at a part of the module.
fn starts_at_module(lower: &Lower<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => starts_at_module(lower, &call.receiver),
        Expr::Paren(inner) => starts_at_module(lower, &inner.expr),
        expr => mentions::is_module(&lower.scope, expr),
    }
}

fn plain(lower: &mut Lower<'_>, expr: &Expr) -> TokenStream {
    lower
        .plain_expr(expr, "a loop cannot take it apart; loop over indices or over parts of the module")
        .expr
        .into_token_stream()
}

fn modules(lower: &mut Lower<'_>, module: ModulePath) -> (TokenStream, Item) {
    let view = &module.view;
    (quote!(#view.iter().enumerate()), Item::Module(module.clone(), lower.index()))
}

/// Returns the pattern of the loop, with an index before each part of the module.
fn bind(lower: &mut Lower<'_>, pattern: &Pat, item: &Item) -> TokenStream {
    match (pattern, item) {
        (pattern, Item::Plain) => {
            let _ = lower.bind_plain(pattern);
            quote!(#pattern)
        }
        (Pat::Paren(inner), item) => bind(lower, &inner.pat, item),
        (Pat::Reference(inner), item) => bind(lower, &inner.pat, item),
        (Pat::Wild(_), _) => quote!(_),
        (Pat::Ident(name), Item::Module(module, index)) => {
            let (name, inside, steps) = (&name.ident, hidden(&name.ident), &module.steps);
            let part = ModulePath {
                view: inside.clone().into(),
                steps: steps.clone().then([brackets(index)]),
                references: 1,
            };
            lower.scope.bind(name, Binding::Module(part));
            lower.loop_indices.push(index.clone());
            quote!((#index, #inside))
        }
        (Pat::Tuple(tuple), Item::Tuple(items)) if tuple.elems.len() == items.len() => {
            let parts = tuple.elems.iter().zip(items).map(|(part, item)| bind(lower, part, item));
            let parts: Vec<_> = parts.collect();
            quote!((#(#parts),*))
        }
        (pattern, _) => {
            lower.errors.at(pattern, "name each part of the module that the loop takes: `(i, block)`");
            quote!(#pattern)
        }
    }
}
