//! The methods between the list that a chain of iterators starts with and the method that ends it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprMethodCall, Lifetime, Pat};

use super::Chain;
use super::several::{list_of_item, part_of_item};
use crate::differentiable::lower::Lower;
use crate::differentiable::lower::expression::itself;
use crate::differentiable::lower::iterate::SOURCES;
use crate::differentiable::mentions;
use crate::private::private;

/// Returns the code that runs for each item, given its name and the label of the loop.
pub(super) type End<'e, L> = &'e mut dyn FnMut(&mut L, &Ident, &Lifetime) -> Option<TokenStream>;

/// The code around the stages of a chain.
#[derive(Default)]
struct Around {
    before: TokenStream,
    /// What each round of the loop begins with: an item that is not asked for is not computed.
    first: TokenStream,
    /// Whether the items are parts of the module.
    is_of_parts: bool,
}

/// A list of parts of the module as the head of a loop.
fn in_any_list(head: &Expr) -> TokenStream {
    let private = private();
    quote!(#private::parts_of(#head))
}

impl Lower<'_> {
    /// The code that runs `end` for each item.
    pub(super) fn each(&mut self, chain: &Chain, end: End<'_, Self>) -> Option<TokenStream> {
        self.each_by(chain, None, TokenStream::new(), end)
    }

    /// The code that runs `end` for each item, in a loop with a label, whose rounds begin with `first`.
    pub(super) fn each_by(
        &mut self,
        chain: &Chain,
        label: Option<Lifetime>,
        first: TokenStream,
        end: End<'_, Self>,
    ) -> Option<TokenStream> {
        let label = label.unwrap_or_else(|| self.label());
        let parted = |stage: &ExprMethodCall| stage.method == "rev" || stage.method == "chain";
        let Some(position) = chain.stages.iter().rposition(parted) else {
            return self.one_loop(chain, &label, first, end);
        };
        let before = Chain { head: chain.head.clone(), stages: chain.stages[..position].to_vec(), ..*chain };
        let (stage, rest) = (&chain.stages[position], &chain.stages[position + 1..]);
        if stage.method == "rev" {
            const FROM_BOTH_ENDS: [&str; 6] = ["map", "filter", "filter_map", "inspect", "cloned", "copied"];
            if before.stages.iter().all(|stage| FROM_BOTH_ENDS.contains(&&*stage.method.to_string())) {
                let (head, stages) = (before.head, before.stages.into_iter().chain(rest.to_vec()).collect());
                let chain = Chain { head: syn::parse_quote!(#head.rev()), stages, ..*chain };
                return self.each_by(&chain, Some(label), first, end);
            }
            if self.refuse_effects(&before) || self.refuse_list_of_parts(&before, &stage.method) {
                return Some(TokenStream::new());
            }
            let (list, name) = (self.list_of(&before, None)?, self.fresh("list"));
            let head = syn::parse_quote!(#name.into_iter().rev());
            let chain = Chain { head, stages: rest.to_vec(), is_of_parts: false };
            let code = self.each_by(&chain, Some(label), first, end)?;
            return Some(quote!(let #name = #list; #code));
        }
        self.two_loops(&before, stage.args.first()?, rest, &label, first, end)
    }

    fn one_loop(
        &mut self,
        chain: &Chain,
        label: &Lifetime,
        first: TokenStream,
        end: End<'_, Self>,
    ) -> Option<TokenStream> {
        // How many items `zip` takes of the first of two iterators is not specified.
        if let Some(zip) = chain.stages.iter().rposition(|stage| stage.method == "zip") {
            let before = Chain { head: chain.head.clone(), stages: chain.stages[..zip].to_vec(), ..*chain };
            if self.refuse_effects(&before) {
                return Some(TokenStream::new());
            }
        }
        let (head, item, is_of_parts) = (&chain.head, self.fresh("item"), chain.is_of_parts);
        let mut around = Around { before: TokenStream::new(), first, is_of_parts };
        let body = self.stages(&chain.stages, &item, label, &mut around, end)?;
        let Around { before, first, .. } = around;
        let head = if is_of_parts { in_any_list(head) } else { quote!(#head) };
        Some(quote!(#before #label: for #item in #head { #first #body }))
    }

    /// The code of a chain of which a second one follows, and then `rest`.
    fn two_loops(
        &mut self,
        one: &Chain,
        other: &Expr,
        rest: &[ExprMethodCall],
        label: &Lifetime,
        first: TokenStream,
        end: End<'_, Self>,
    ) -> Option<TokenStream> {
        let joined = self.fresh("item");
        let is_of_parts = one.is_of_parts;
        let mut around = Around { before: TokenStream::new(), first, is_of_parts };
        let body = self.stages(rest, &joined, label, &mut around, end)?;
        let Around { before, first, .. } = around;
        let mut end = |_: &mut Self, item: &Ident, _: &Lifetime| Some(quote!(let #joined = #item; #body));
        let one = self.each_by(one, None, first.clone(), &mut end)?;
        let other = Chain { is_of_parts, ..Chain::any(other) };
        let other = self.each_by(&other, None, first, &mut end)?;
        Some(quote!(#before #label: { #one #other }))
    }

    pub(super) fn label(&mut self) -> Lifetime {
        Lifetime::new(&format!("'{}", self.fresh("chain")), Span::mixed_site())
    }

    /// The code of what `zip` takes from another iterator for an item: it is bound to `name`.
    fn other_item(
        &mut self,
        other: &Expr,
        name: &Ident,
        label: &Lifetime,
        around: &mut Around,
    ) -> Option<TokenStream> {
        let others = self.fresh("others");
        let list = match itself(other) {
            Expr::MethodCall(call) if SOURCES[..2].contains(&&*call.method.to_string()) => {
                itself(&call.receiver)
            }
            list => list,
        };
        let is_module = mentions::is_module(&self.scope, list);
        if !is_module && self.is_plain(other) {
            around.before.extend(quote!(let mut #others = ::core::iter::IntoIterator::into_iter(#other);));
            return Some(quote!(let Some(#name) = #others.next() else { break #label };));
        }
        let (number, index) = (self.fresh("number"), self.fresh("index"));
        let (list, item) = if is_module {
            (quote!(#list), quote!(&#list[#index]))
        } else {
            let chain = Chain::any(other);
            if self.refuse_effects(&chain) {
                return Some(TokenStream::new());
            }
            let list = self.list_of(&chain, None)?;
            around.before.extend(quote!(let #others = #list;));
            let private = private();
            (quote!(#others), quote!(#private::list_item(#others, #index)))
        };
        around.before.extend(quote!(let mut #number = 0_usize;));
        Some(quote! {
            if #number >= #list.len() { break #label; }
            let #index = #number;
            #number += 1;
            let #name = #item;
        })
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
            ("map", [function])
                if around.is_of_parts
                    && let Some(part) = part_of_item(function, item, false) =>
            {
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #next = #part; #rest))
            }
            ("filter_map", [function])
                if around.is_of_parts
                    && let Some(part) = part_of_item(function, item, false) =>
            {
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(if let Some(#next) = #part { #rest }))
            }
            ("flat_map" | "flatten", arguments)
                if around.is_of_parts
                    && let Some(list) = list_of_item(arguments, item) =>
            {
                let mut within = Around { is_of_parts: true, ..Around::default() };
                let rest = self.stages(rest, &next, label, &mut within, end)?;
                let Around { before, first: inside, .. } = within;
                around.before.extend(before);
                around.first.extend(inside.clone());
                let list = Chain { is_of_parts: true, ..Chain::any(&list) };
                let mut end =
                    |_: &mut Self, part: &Ident, _: &Lifetime| Some(quote!(let #next = #part; #rest));
                self.each_by(&list, None, inside, &mut end)
            }
            ("map", [function]) => {
                around.is_of_parts = false;
                let (before, value) = self.applied_to_item(function, item)?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(#before let #next = #value; #rest))
            }
            ("filter", [function]) => {
                let keep = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(let #next = #keep; if #next { #rest }))
            }
            ("filter_map", [function]) => {
                around.is_of_parts = false;
                let (before, value) = self.applied_to_item(function, item)?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(#before if let Some(#next) = #value { #rest }))
            }
            ("take_while", [function]) => {
                let keep = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(let #next = #keep; if !#next { break #label; } #rest))
            }
            ("map_while", [function]) => {
                around.is_of_parts = false;
                let (before, value) = self.applied_to_item(function, item)?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(#before let Some(#next) = (#value) else { break #label; }; #rest))
            }
            ("scan", [start, Expr::Closure(function)]) if function.inputs.len() == 2 => {
                self.refuse_state(function);
                around.is_of_parts = false;
                let state = self.fresh("state");
                around.before.extend(quote!(let mut #state = #start;));
                let rest = self.stages(rest, &next, label, around, end)?;
                let (name, pattern, body) =
                    (untyped(&function.inputs[0]), &function.inputs[1], &function.body);
                let value = quote!({ let #name = &mut #state; let #pattern = #item; #body });
                Some(quote!(let Some(#next) = (#value) else { break #label; }; #rest))
            }
            ("skip_while", [function]) => {
                let [is_over, skips] = ["over", "skips"].map(|name| self.fresh(name));
                around.before.extend(quote!(let mut #is_over = false;));
                let skip = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(if !#is_over { let #skips = #skip; #is_over = !#skips; } if #is_over { #rest }))
            }
            ("step_by", [count]) => {
                let [number, step] = ["number", "step"].map(|name| self.fresh(name));
                around.before.extend(quote! {
                    let #step: usize = #count;
                    assert!(#step != 0);
                    let mut #number = 0_usize;
                });
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(if #number > 0 { #number -= 1; } else { #number = #step - 1; #rest }))
            }
            ("inspect", [function]) => {
                let done = self.applied(function, [quote!(&#item)])?;
                let rest = self.stages(rest, item, label, around, end)?;
                Some(quote!(#done; #rest))
            }
            ("flat_map" | "flatten", arguments) => {
                let list = match arguments {
                    [] => quote!(#item),
                    [function] => self.applied(function, [quote!(#item)])?,
                    _ => return None,
                };
                let inside = self.fresh("inside");
                let mut within = Around::default();
                let rest = self.stages(rest, &next, label, &mut within, end)?;
                let Around { before, first, .. } = within;
                around.before.extend(before);
                around.first.extend(first.clone());
                Some(quote!(let #inside = #list; for #next in #inside { #first #rest }))
            }
            ("cloned" | "copied", []) => {
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #next = #item.clone(); #rest))
            }
            ("enumerate", []) => {
                let (number, index) = (self.fresh("number"), self.fresh("index"));
                around.before.extend(quote!(let mut #number = 0_usize;));
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(let #index = #number; #number += 1; let #next = (#index, #item); #rest))
            }
            ("zip", [other]) => {
                let second = self.fresh("second");
                let other = self.other_item(other, &second, label, around)?;
                let rest = self.stages(rest, &next, label, around, end)?;
                Some(quote!(#other let #next = (#item, #second); #rest))
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

/// The pattern of the state of `scan`, which is a name for a place. Its type is that of the state.
fn untyped(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(typed) => &typed.pat,
        pattern => pattern,
    }
}
