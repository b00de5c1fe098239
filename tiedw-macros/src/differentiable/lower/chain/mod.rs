//! Iterator chains, such as `list.iter().map(..).collect()`, which become loops.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, GenericArgument, Lifetime, PathArguments, Type};

use super::Lower;
use super::iterate::{ADAPTERS, SOURCES};
use crate::differentiable::model::{Operand, Step, Target};
use crate::private::{private, private_at};

/// The methods that take a closure and return an iterator.
const STAGES: [&str; 7] = ["map", "filter", "filter_map", "flat_map", "take_while", "inspect", "chain"];
/// The methods that end a chain.
const CONSUMERS: [&str; 12] = [
    "collect",
    "sum",
    "fold",
    "for_each",
    "reduce",
    "last",
    "count",
    "any",
    "all",
    "unzip",
    "try_fold",
    "try_for_each",
];

/// Returns the code that runs for each item, given its name and the label of the loop.
type End<'e, L> = &'e mut dyn FnMut(&mut L, &Ident, &Lifetime) -> Option<TokenStream>;

/// The code around the stages of a chain.
#[derive(Default)]
struct Around {
    before: TokenStream,
    /// What each round of the loop begins with: an item that is not asked for is not computed.
    first: TokenStream,
}

/// Finds what changes something outside of a closure.
struct Effects<'m> {
    /// The arguments by mutable reference.
    mutable: &'m HashSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Effects<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        const CHANGES: [&str; 14] = [
            "push",
            "pop",
            "insert",
            "remove",
            "clear",
            "extend",
            "append",
            "set",
            "replace",
            "take",
            "borrow_mut",
            "next",
            "swap",
            "get_or_insert_with",
        ];
        self.found |= match expr {
            Expr::Assign(_) => true,
            Expr::Binary(binary) => super::assign::compound(&binary.op).is_some(),
            Expr::Reference(reference) => reference.mutability.is_some(),
            Expr::MethodCall(call) => CHANGES.contains(&&*call.method.to_string()),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.mutable.contains(&name.to_string()))
            }
            _ => false,
        };
        visit::visit_expr(self, expr);
    }
}

/// A chain of iterators: what is iterated over as it is, and the methods that follow.
struct Chain {
    head: Expr,
    stages: Vec<ExprMethodCall>,
}

impl Chain {
    fn of(expr: &Expr) -> Option<Chain> {
        let (mut calls, mut source) = (Vec::new(), expr);
        loop {
            match source {
                Expr::Paren(inner) => source = &inner.expr,
                Expr::Range(_) => break,
                Expr::MethodCall(call) => {
                    let method = call.method.to_string();
                    if SOURCES.contains(&&*method) {
                        break;
                    }
                    if !STAGES.contains(&&*method) && !ADAPTERS.contains(&&*method) {
                        return None;
                    }
                    calls.push(call.clone());
                    source = &call.receiver;
                }
                _ => return None,
            }
        }
        calls.reverse();
        let direct = calls.iter().take_while(|call| ADAPTERS.contains(&&*call.method.to_string())).count();
        let stages = calls.split_off(direct);
        let head = match calls.pop() {
            Some(last) => Expr::MethodCall(last),
            None => match source {
                Expr::Range(range) => syn::parse_quote!((#range)),
                source => source.clone(),
            },
        };
        Some(Chain { head, stages })
    }
}

impl Lower<'_> {
    /// Lowers a method that ends a chain of iterators; `None` if it is none, or no gradient flows through it.
    pub(super) fn chain(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let method = call.method.to_string();
        if !self.is_chain(call) {
            return None;
        }
        let chain = Chain::of(&call.receiver)?;
        let code = self.consumed(&method, call, &chain)?;
        Some(self.parsed(Some(code), call))
    }

    /// Whether a call ends a chain of iterators through which a gradient may flow.
    pub(super) fn is_chain(&self, call: &ExprMethodCall) -> bool {
        let whole = Expr::MethodCall(call.clone());
        CONSUMERS.contains(&&*call.method.to_string())
            && !self.is_plain(&whole)
            && Chain::of(&call.receiver)
                .is_some_and(|chain| self.flows_through(&whole) || self.starts_at_module(&chain.head))
    }

    /// The code of a loop over items that closures compute, each when the loop asks for it; `None` if it is another loop.
    pub(super) fn lazy_loop(&mut self, for_loop: &syn::ExprForLoop) -> Option<TokenStream> {
        let (iterator, pattern, body) = (&for_loop.expr, &for_loop.pat, &for_loop.body);
        let chain = Chain::of(iterator)?;
        // A `break` would leave the inner loop of a `flat_map` alone.
        let is_nested = chain.stages.iter().any(|stage| stage.method == "flat_map");
        if chain.stages.is_empty() || is_nested || self.is_plain(iterator) || !self.flows_through(iterator) {
            return None;
        }
        let label = for_loop.label.as_ref().map(|label| label.name.clone());
        self.each_by(&chain, label, &mut |_, item, _| Some(quote!(let #pattern = #item; #body)))
    }

    /// Lowers an iterator whose items are computed by closures as a list of its items; `None` if it is no such iterator.
    pub(super) fn collected(&mut self, expr: &Expr) -> Option<Operand> {
        let chain = Chain::of(expr)?;
        if chain.stages.is_empty() {
            return None;
        }
        self.listed(expr)
    }

    /// Lowers any iterator as a list of its items; `None` if no gradient flows through it.
    pub(super) fn listed(&mut self, expr: &Expr) -> Option<Operand> {
        let chain = Chain::of(expr)?;
        if self.is_plain(expr) || !self.flows_through(expr) {
            return None;
        }
        if let Some(stage) =
            chain.stages.iter().find(|stage| stage.args.iter().any(|part| self.has_effect(part)))
        {
            self.errors.at(
                &stage.method,
                format_args!(
                    "`{}` changes something for each item, and not all items may be asked for; write a `for` loop",
                    stage.method
                ),
            );
            return Some(Operand::unit());
        }
        let code = self.list_of(&chain, None)?;
        Some(self.parsed(Some(code), expr))
    }

    /// Whether a closure seems to change what it captures.
    fn has_effect(&self, function: &Expr) -> bool {
        let mut finder = Effects { mutable: &self.mutable, found: false };
        finder.visit_expr(function);
        finder.found
    }

    /// Lowers the sum of a list, `__list_sum(list)`; `None` if it is another call.
    pub(super) fn list_sum(&mut self, call: &syn::ExprCall, function: &syn::ExprPath) -> Option<Operand> {
        if !function.path.is_ident("__list_sum") {
            return None;
        }
        let list = self.expr(call.args.first()?);
        let list = self.placed(list);
        let (expr, count) = (list.expr, self.index());
        let private = private_at(function.path.get_ident()?.span());
        self.steps.push(Step::Index { name: count.clone(), value: quote!((#expr).len()).into() });
        Some(Operand {
            expr: quote!(#private::list_sum(#expr)).into(),
            target: Target::All(Box::new(list.target), count),
        })
    }

    fn consumed(&mut self, method: &str, call: &ExprMethodCall, chain: &Chain) -> Option<TokenStream> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let (span, value) = (call.method.span(), self.fresh("value"));
        Some(match (method, &arguments[..]) {
            ("collect", []) => {
                let ty = match turbofish(call) {
                    Some(ty) if is_vec(ty) => Some(ty),
                    Some(ty) => return self.list_or_error(chain, ty),
                    None => None,
                };
                self.list_of(chain, ty)?
            }
            ("try_fold", [start, function]) => self.until_error(chain, start, |this, value, item| {
                this.applied(function, [quote!(#value), item.to_token_stream()])
            })?,
            ("try_for_each", [function]) => {
                self.until_error(chain, &syn::parse_quote!(()), |this, _, item| {
                    this.applied(function, [item.to_token_stream()])
                })?
            }
            ("sum", []) => {
                let (list, ty) = (self.list_of(chain, None)?, turbofish(call).map(|ty| quote!(: #ty)));
                quote_spanned!(span=> { let #value #ty = __list_sum(#list); #value })
            }
            ("fold", [start, function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let next = this.applied(function, [quote!(#value), item.to_token_stream()])?;
                    Some(quote!(#value = #next;))
                })?;
                quote!({ let mut #value = #start; #body #value })
            }
            ("reduce", [function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let before = this.fresh("before");
                    let next = this.applied(function, [quote!(#before), item.to_token_stream()])?;
                    // The first item has the type that the function is called with.
                    Some(quote!(match #value { None => #value = Some(#item), Some(#before) => #value = Some(#next) }))
                })?;
                quote!({ let mut #value = None; #body #value })
            }
            ("for_each", [function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let done = this.applied(function, [item.to_token_stream()])?;
                    Some(quote!(#done;))
                })?;
                quote!({ #body })
            }
            ("last", []) => {
                let body = self.each(chain, &mut |_, item, _| Some(quote!(#value = Some(#item);)))?;
                quote!({ let mut #value = None; #body #value })
            }
            ("count", []) => {
                let body = self.each(chain, &mut |_, _, _| Some(quote!(#value += 1;)))?;
                quote!({ let mut #value = 0_usize; #body #value })
            }
            ("any" | "all", [function]) => {
                let is_any = method == "any";
                let body = self.each(chain, &mut |this, item, label| {
                    let (holds, answer) =
                        (this.fresh("holds"), this.applied(function, [item.to_token_stream()])?);
                    let condition = if is_any { quote!(#holds) } else { quote!(!#holds) };
                    Some(quote!(let #holds = #answer; if #condition { #value = #is_any; break #label; }))
                })?;
                let start = !is_any;
                quote!({ let mut #value = #start; #body #value })
            }
            ("unzip", []) => {
                let second = self.fresh("second");
                let body = self.each(chain, &mut |_, item, _| {
                    Some(quote!(#value.push(#item.0); #second.push(#item.1);))
                })?;
                quote! {{
                    let mut #value = ::std::vec::Vec::new();
                    let mut #second = ::std::vec::Vec::new();
                    #body
                    (#value, #second)
                }}
            }
            _ => return None,
        })
    }

    /// The code of a list of all items.
    fn list_of(&mut self, chain: &Chain, ty: Option<&Type>) -> Option<TokenStream> {
        let list = self.fresh("list");
        let body = self.each(chain, &mut |_, item, _| Some(quote!(#list.push(#item);)))?;
        let ty = ty.map(|ty| quote!(: #ty));
        Some(quote!({ let mut #list #ty = ::std::vec::Vec::new(); #body #list }))
    }

    /// The code of a list of what is inside of all items, or of the first error.
    fn list_or_error(&mut self, chain: &Chain, ty: &Type) -> Option<TokenStream> {
        let is_option = match &*possible_error(ty)? {
            "Option" => true,
            "Result" => false,
            _ => return None,
        };
        let [list, left, there, missing] = ["list", "left", "there", "missing"].map(|name| self.fresh(name));
        let private = private();
        let body = self.each(chain, &mut |_, item, label| {
            Some(quote! {
                match #private::split(#item) {
                    (_, Ok(#there)) => #list.push(#there),
                    (_, Err(#missing)) => { #left = Some(#missing); break #label; }
                }
            })
        })?;
        let result = match is_option {
            true => quote!(match #left { None => Some(#list), Some(_) => None }),
            false => quote!(match #left { None => Ok(#list), Some(#missing) => Err(#missing) }),
        };
        Some(quote! {{
            let mut #list = ::std::vec::Vec::new();
            let mut #left = None;
            #body
            let #there: #ty = #result;
            #there
        }})
    }

    /// The code of a value that `next` computes from the value before and an item, until there is an error.
    fn until_error(
        &mut self,
        chain: &Chain,
        start: &Expr,
        mut next: impl FnMut(&mut Self, &Ident, &Ident) -> Option<TokenStream>,
    ) -> Option<TokenStream> {
        let [value, kind, there, missing] =
            ["value", "kind", "there", "missing"].map(|name| self.fresh(name));
        let end = Lifetime::new(&format!("'{}", self.fresh("end")), Span::mixed_site());
        let private = private();
        let body = self.each(chain, &mut |this, item, _| {
            let next = next(this, &value, item)?;
            Some(quote! {
                match #private::split(#next) {
                    (_, Ok(#there)) => #value = #there,
                    (#kind, Err(#missing)) => break #end #private::without(#kind, #missing),
                }
            })
        })?;
        Some(quote!(#end: { let mut #value = #start; #body #private::present(#value) }))
    }

    /// The code that runs `end` for each item.
    fn each(&mut self, chain: &Chain, end: End<'_, Self>) -> Option<TokenStream> {
        self.each_by(chain, None, end)
    }

    /// The code that runs `end` for each item, in a loop with a label.
    fn each_by(&mut self, chain: &Chain, label: Option<Lifetime>, end: End<'_, Self>) -> Option<TokenStream> {
        let (head, item) = (&chain.head, self.fresh("item"));
        let own = Lifetime::new(&format!("'{}", self.fresh("chain")), Span::mixed_site());
        let label = label.unwrap_or(own);
        let mut around = Around::default();
        let body = self.stages(&chain.stages, &item, &label, &mut around, end)?;
        let Around { before, first } = around;
        Some(quote!(#before #label: for #item in #head { #first #body }))
    }

    /// The code of the methods of a chain for one item.
    fn stages(
        &mut self,
        stages: &[ExprMethodCall],
        item: &Ident,
        label: &Lifetime,
        around: &mut Around,
        end: End<'_, Self>,
    ) -> Option<TokenStream> {
        let Some((stage, rest)) = stages.split_first() else { return end(self, item, label) };
        let arguments: Vec<&Expr> = stage.args.iter().collect();
        let next = self.fresh("item");
        let method = stage.method.to_string();
        match (&*method, &arguments[..]) {
            ("map", [function]) => {
                let value = self.applied(function, [quote!(#item)])?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #next = #value; #rest))
            }
            ("filter", [function]) => {
                let keep = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(let #next = #keep; if #next { #rest }))
            }
            ("filter_map", [function]) => {
                let value = self.applied(function, [quote!(#item)])?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(if let Some(#next) = #value { #rest }))
            }
            ("take_while", [function]) => {
                let keep = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(let #next = #keep; if !#next { break #label; } #rest))
            }
            ("inspect", [function]) => {
                let done = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(#done; #rest))
            }
            ("flat_map", [function]) => {
                let list = self.applied(function, [quote!(#item)])?;
                let inside = self.fresh("inside");
                let mut within = Around::default();
                let rest = self.stages(rest, &next, label, &mut within, end)?;
                let Around { before, first } = within;
                around.before.extend(before);
                around.first.extend(first.clone());
                Some(quote!(let #inside = #list; for #next in #inside { #first #rest }))
            }
            ("cloned" | "copied", []) => {
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #next = #item.clone(); #rest))
            }
            ("enumerate", []) => {
                let number = self.fresh("number");
                around.before.extend(quote!(let mut #number = 0_usize;));
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #next = (#number, #item); #number += 1; #rest))
            }
            ("take", [count]) => {
                let number = self.fresh("number");
                around.before.extend(quote!(let mut #number: usize = #count;));
                let rest = self.stages(rest, item, label, around, end)?;
                around.first.extend(quote!(if #number == 0 { break #label; }));
                Some(quote!(#number -= 1; #rest))
            }
            ("skip", [count]) => {
                let number = self.fresh("number");
                around.before.extend(quote!(let mut #number: usize = #count;));
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(if #number > 0 { #number -= 1; } else { #rest }))
            }
            _ => None,
        }
    }
}

/// The type of `collect::<Type>()`.
fn turbofish(call: &ExprMethodCall) -> Option<&Type> {
    call.turbofish.as_ref()?.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The name of a type, if it is that of an `Option` or `Result`.
pub(super) fn possible_error(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?.ident.to_string();
    (last == "Option" || last == "Result").then_some(last)
}

fn is_vec(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.ident == "Vec"
                && !matches!(&last.arguments, PathArguments::AngleBracketed(arguments) if arguments.args.len() > 1)
        }),
        _ => false,
    }
}
