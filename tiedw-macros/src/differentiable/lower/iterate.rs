//! Lowering of `for` iterators. They yield parts of the module and elements of lists, which the backward pass finds again
//! by index, and values that carry no gradient.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat};

use super::Lower;
use super::container::{referred_to, sized};
use super::module_path::{brackets, is_part};
use super::shown::weightless;
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::{self, is_query};
use crate::differentiable::model::{Access, Step, Target};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::this::is_self_alone;
use crate::private::{private, private_at};

/// The kind of item that an iterator yields.
enum Item {
    Plain,
    /// An element of a list of parts of the module, preceded by its index.
    Module(ModulePath, Ident),
    /// A slice of parts of the module, preceded by the index at which it starts.
    Parts(ModulePath, Ident),
    /// A part of a value, preceded by the index of an element, or by that at which a slice starts.
    Value(Target, Ident),
    Tuple(Vec<Item>),
}

/// The methods that iterate over a list.
pub(super) const SOURCES: [&str; 7] =
    ["iter", "into_iter", "windows", "chunks", "chunks_exact", "rchunks", "rchunks_exact"];

/// Whether a call is one of these. A method of the module itself may have such a name.
pub(super) fn is_source(call: &ExprMethodCall) -> bool {
    let method = call.method.to_string();
    let takes = usize::from(!matches!(&*method, "iter" | "into_iter"));
    SOURCES.contains(&&*method) && call.args.len() == takes && !is_self_alone(&call.receiver)
}

/// The methods that yield items of the iterator that they are called on.
pub(super) const ADAPTERS: [&str; 9] =
    ["enumerate", "zip", "rev", "take", "skip", "step_by", "cycle", "cloned", "copied"];

/// The methods of text and maps, whose items carry no gradient.
pub(super) const OTHERS: [&str; 9] = [
    "bytes",
    "char_indices",
    "chars",
    "keys",
    "lines",
    "split_ascii_whitespace",
    "split_whitespace",
    "split_terminator",
    "values",
];

/// Lowers the head of a loop, `for pattern in iterator`, and binds the names of the pattern.
pub(super) fn head(lower: &mut Lower<'_>, for_loop: &syn::ExprForLoop) -> TokenStream {
    let (iterator, item) = iterator(lower, &for_loop.expr);
    let pattern = bind(lower, &for_loop.pat, &item);
    quote!(for #pattern in #iterator)
}

fn iterator(lower: &mut Lower<'_>, expr: &Expr) -> (TokenStream, Item) {
    if let Expr::Paren(inner) = expr {
        let (iterator, item) = iterator(lower, &inner.expr);
        return (quote!((#iterator)), item);
    }
    if let Some(module) = lower.module_path(expr) {
        if let Expr::Array(_) | Expr::Field(_) = expr {
            let (view, (_, item)) = (module.view.clone(), modules(lower, module));
            return (quote!(::core::iter::IntoIterator::into_iter(#view).enumerate()), item);
        }
        return modules(lower, module);
    }
    if let Some(list) = list_of_parts(expr) {
        let outer = std::mem::replace(&mut lower.is_any_list, true);
        let found = iterator(lower, list);
        lower.is_any_list = outer;
        return found;
    }
    let Expr::MethodCall(call) = expr else { return values(lower, expr) };
    let method = call.method.to_string();
    if is_source(call) {
        return source(lower, call);
    }
    let starts_at_module = lower.starts_at_module(&call.receiver);
    if !ADAPTERS.contains(&&*method) {
        if let Some(list) = lower.collected(expr) {
            let list = lower.placed(list);
            let (expr, index) = (&list.expr, lower.index());
            let iterator = quote!(::core::iter::IntoIterator::into_iter(#expr).enumerate());
            return (iterator, element(lower, &list.target, index, &call.method));
        }
        if starts_at_module && !is_query(call) && is_iterator(&call.receiver) {
            lower.errors.at(
                &call.method,
                format_args!(
                    "`{method}` over parts of the module is outside the differentiable subset; \
                     use `iter`, `enumerate`, `zip`, `rev`, `take`, `skip` or `step_by`"
                ),
            );
            return (quote!(#expr), Item::Plain);
        }
        return values(lower, expr);
    }
    if lower.is_plain(expr) {
        return (plain(lower, expr), Item::Plain);
    }
    let (base, item) = iterator(lower, &call.receiver);
    let (arguments, name) = (&call.args, &call.method);
    let item = match &*method {
        "enumerate" => Item::Tuple(vec![Item::Plain, item]),
        "zip" if arguments.len() == 1 => {
            let (other, other_item) = iterator(lower, &arguments[0]);
            return (quote!(#base.#name(#other)), Item::Tuple(vec![item, other_item]));
        }
        "cloned" | "copied" if !matches!(item, Item::Plain) => {
            let private = private_at(name.span());
            return (quote_spanned!(name.span()=> #private::cloned_items(#base)), item);
        }
        _ => item,
    };
    let arguments: Vec<_> =
        arguments.iter().map(|argument| lower.plain_expr(argument, "a count does not").expr).collect();
    (quote!(#base.#name(#(#arguments),*)), item)
}

/// Lowers `list.iter()`, and the other methods that iterate over a list.
fn source(lower: &mut Lower<'_>, call: &ExprMethodCall) -> (TokenStream, Item) {
    let method = &call.method;
    let whole = || Expr::MethodCall(call.clone());
    let is_whole = method == "iter" || method == "into_iter";
    if is_whole {
        if let Some(module) = lower.module_path(&call.receiver) {
            return modules(lower, module);
        }
        if is_iterator(&call.receiver) {
            return iterator(lower, &call.receiver);
        }
    }
    if !is_whole
        && is_part(lower, &call.receiver)
        && let Some(module) = lower.module_path(&call.receiver)
    {
        let (view, index) = (module.view.to_token_stream(), lower.index());
        let iterator = slices(lower, call, &view);
        return (iterator, Item::Parts(module, index));
    }
    if !lower.carries_gradient(&call.receiver) || !is_list(&call.receiver) {
        return (plain(lower, &whole()), Item::Plain);
    }
    let list = lower.expr(&sized(&call.receiver));
    let list = lower.placed(list);
    let (span, private, expr, index) = (method.span(), private_at(method.span()), list.expr, lower.index());
    if method == "into_iter" {
        return (
            quote_spanned!(span=> #expr.#method().enumerate()),
            element(lower, &list.target, index, method),
        );
    }
    let whole = referred_to(&call.receiver, &expr, span);
    let elements = quote_spanned!(span=> #private::ListReads::elements(#whole));
    if method == "iter" {
        return (quote!(#elements.iter().enumerate()), element(lower, &list.target, index, method));
    }
    (slices(lower, call, &elements), slice(Item::Value(list.target, index)))
}

/// The slices of a list that a method yields, each with the index at which it starts.
fn slices(lower: &mut Lower<'_>, call: &ExprMethodCall, list: &TokenStream) -> TokenStream {
    let sizes = call.args.iter().map(|size| lower.plain_expr(size, "a size does not").expr);
    let (sizes, method): (Vec<_>, _) = (sizes.collect(), &call.method);
    let sizes = quote!(#(#sizes),*);
    let (slices, private) = (quote!(#list.#method(#sizes)), private_at(method.span()));
    match &*method.to_string() {
        "windows" => quote_spanned!(method.span()=> #private::numbered(#slices, 1)),
        "rchunks" | "rchunks_exact" => {
            quote_spanned!(method.span()=> #private::numbered_from_end(#slices, #sizes, #list.len()))
        }
        _ => quote_spanned!(method.span()=> #private::numbered(#slices, #sizes)),
    }
}

fn element(lower: &mut Lower<'_>, list: &Target, index: Ident, source: &impl ToTokens) -> Item {
    let access = Access::Element(index.clone().into());
    Item::Value(lower.inside(list, access, source), index)
}

fn slice(item: Item) -> Item {
    match item {
        Item::Value(list, index) => Item::Value(Target::Slice(Box::new(list), index.clone()), index),
        item => item,
    }
}

/// Lowers a list that is iterated over as it is, such as `&list` or `list`.
fn values(lower: &mut Lower<'_>, source: &Expr) -> (TokenStream, Item) {
    if let Expr::Range(range) = source {
        let [start, end] = [&range.start, &range.end].map(|end| end.as_ref().map(|end| limit(lower, end)));
        let limits = &range.limits;
        return (quote!(#start #limits #end), Item::Plain);
    }
    if !lower.carries_gradient(source) || !is_list(source) {
        return (plain(lower, source), Item::Plain);
    }
    let list = lower.expr(source);
    let list = lower.placed(list);
    let (expr, index) = (&list.expr, lower.index());
    let iterator = quote_spanned!(expr.start(Span::call_site())=> ::core::iter::IntoIterator::into_iter(#expr).enumerate());
    (iterator, element(lower, &list.target, index, source))
}

/// Lowers an end of a range, which a method of a value may count.
fn limit(lower: &mut Lower<'_>, end: &Expr) -> TokenStream {
    if lower.is_plain(end) { plain(lower, end) } else { lower.look_at_data(end) }
}

/// Whether an expression may be a list of values. Others, such as ranges, yield nothing that carries a gradient.
fn is_list(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_list(&inner.expr),
        Expr::Reference(inner) => is_list(&inner.expr),
        Expr::Unary(inner) => is_list(&inner.expr),
        Expr::MethodCall(call) => !is_query(call) && !OTHERS.contains(&&*call.method.to_string()),
        Expr::Macro(inner) => inner.mac.path.segments.last().is_some_and(|last| last.ident == "vec"),
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Array(_)
        | Expr::Repeat(_)
        | Expr::Call(_) => true,
        Expr::If(_) | Expr::Match(_) | Expr::Block(_) => true,
        _ => false,
    }
}

/// Whether an expression is a chain of iterators.
fn is_iterator(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_iterator(&inner.expr),
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            is_source(call) || ADAPTERS.contains(&&*method) && is_iterator(&call.receiver)
        }
        Expr::Range(_) => true,
        _ => false,
    }
}

fn plain(lower: &mut Lower<'_>, expr: &Expr) -> TokenStream {
    lower
        .plain_expr(expr, "a loop cannot take it apart; loop over indices or over parts of the module")
        .expr
        .into_token_stream()
}

fn modules(lower: &mut Lower<'_>, module: ModulePath) -> (TokenStream, Item) {
    let (index, ModulePath { view, steps, ty, .. }) = (lower.index(), module);
    let ty = ty.and_then(|list| Some(list.strip_prefix('[')?.to_owned()));
    let iterator = quote!(#view.iter().enumerate());
    let steps = match lower.is_any_list {
        true => {
            let message = "the part that the forward pass found";
            quote!(#steps.iter().nth(#index).cloned().expect(#message)).into()
        }
        false => steps.then([brackets(&index)]),
    };
    (
        iterator,
        Item::Module(ModulePath { view, steps, references: 1, field: None, element_of: None, ty }, index),
    )
}

/// The list in `parts_of(list)`, which is the head of a loop that a chain becomes: any list of parts, or an `Option` of one.
fn list_of_parts(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    let mut segments = function.path.segments.iter().map(|segment| &segment.ident);
    let is_known = *segments.next()? == private() && segments.next()? == "parts_of";
    is_known.then(|| call.args.first()).flatten()
}

/// Returns the pattern of the loop, with an index before each part of the module and each element of a list.
fn bind(lower: &mut Lower<'_>, pattern: &Pat, found: &Item) -> TokenStream {
    match (pattern, found) {
        (pattern, Item::Plain) => {
            let names = lower.bind_plain(pattern);
            lower.mark_untyped(&names);
            quote!(#pattern)
        }
        (Pat::Wild(_), _) => quote!(_),
        (Pat::Paren(inner), item) => bind(lower, &inner.pat, item),
        (pattern, Item::Value(target, index)) => {
            lower.loop_indices.push(index.clone());
            let item = format_ident!("{index}_item", span = Span::mixed_site());
            let var = lower.var(item.clone(), false);
            if lower.is_chosen(target) {
                lower.chosen.insert(var);
            }
            lower.bound.push(Step::Name { var, of: target.clone() });
            let (taken, names) = lower.value_pattern(pattern, &Target::Var(var));
            let span = pattern.span();
            lower.bound.push(Step::Plain(quote_spanned!(span=> let #taken = #item;)));
            lower.bound.extend(names);
            quote!((#index, #item))
        }
        (Pat::Reference(reference), Item::Module(..)) => {
            // An item behind a reference is data: it is copied, as a part with weights may not be.
            let names = lower.bind_plain(&reference.pat);
            lower.mark_untyped(&names);
            let pattern = &reference.pat;
            for name in names {
                lower.bound.push(Step::Plain(weightless(&name.to_token_stream(), name.span())));
            }
            quote!((_, &#pattern))
        }
        (Pat::Reference(inner), item) => bind(lower, &inner.pat, item),
        (Pat::Ident(name), Item::Module(module, index)) => {
            let (name, inside) = (&name.ident, hidden(&name.ident));
            let (view, field) = (inside.clone().into(), Some(inside.clone().into()));
            let part = ModulePath { view, field, ..module.clone() };
            lower.scope.bind(name, Binding::Module(part));
            lower.loop_indices.push(index.clone());
            quote!((#index, #inside))
        }
        (Pat::Tuple(_) | Pat::Slice(_), Item::Module(module, index)) | (_, Item::Parts(module, index)) => {
            let item = format_ident!("{index}_item", span = Span::mixed_site());
            let steps = match found {
                Item::Parts(..) => module.steps.clone().then([brackets(&quote!(#index..))]),
                _ => module.steps.clone(),
            };
            let part = ModulePath {
                view: item.clone().into(),
                steps,
                references: 1,
                field: None,
                element_of: None,
                ty: None,
            };
            lower.loop_indices.push(index.clone());
            let outer = std::mem::take(&mut lower.steps);
            let known = match pattern {
                Pat::Ident(name) => {
                    let inside = hidden(&name.ident);
                    lower.plain(quote!(let #inside = #item;));
                    let field = Some(inside.clone().into());
                    lower.scope.bind(
                        &name.ident,
                        Binding::Module(ModulePath { view: inside.into(), field, ..part }),
                    );
                    true
                }
                pattern => lower.let_parts(pattern, &syn::parse_quote!(#item), &part).is_some(),
            };
            let steps = std::mem::replace(&mut lower.steps, outer);
            lower.bound.extend(steps);
            if !known {
                lower.errors.at(pattern, "name the parts of the module that the loop takes: `pair`");
            }
            quote!((#index, #item))
        }
        (Pat::Tuple(tuple), Item::Tuple(items)) if tuple.elems.len() == items.len() => {
            let parts = tuple.elems.iter().zip(items).map(|(part, item)| bind(lower, part, item));
            let parts: Vec<_> = parts.collect();
            quote!((#(#parts),*))
        }
        (Pat::Ident(name), Item::Tuple(items)) if name.by_ref.is_none() && name.subpat.is_none() => {
            let names: Vec<Ident> = items.iter().map(|_| lower.fresh("part")).collect();
            let parts = names.iter().zip(items).map(|(name, item)| {
                let pattern: Pat = syn::parse_quote!(#name);
                bind(lower, &pattern, item)
            });
            let parts: Vec<_> = parts.collect();
            lower.scope.bind(&name.ident, Binding::Tuple(names));
            quote!((#(#parts),*))
        }
        (pattern, _) => {
            lower.errors.at(pattern, "name each part of the module that the loop takes: `(i, block)`");
            quote!(#pattern)
        }
    }
}

impl Lower<'_> {
    /// Whether a chain of method calls starts at a part of the module.
    pub(super) fn starts_at_module(&self, expr: &Expr) -> bool {
        match expr {
            Expr::MethodCall(call) => self.starts_at_module(&call.receiver),
            Expr::Paren(inner) => self.starts_at_module(&inner.expr),
            expr => mentions::is_module(&self.scope, expr),
        }
    }
}
