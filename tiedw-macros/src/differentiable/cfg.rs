//! `#[cfg]` inside a body.
//!
//! A method and its companion must enable the same code, and only rustc can evaluate the conditions. So a
//! companion is generated for each combination of conditions, and rustc picks one.

use crate::visit::Visit;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Arm, Attribute, Block, Expr, FnArg, Meta, Signature, Stmt, Token};

use crate::errors::Errors;

/// Maximum number of distinct conditions in a body.
pub(super) const MOST: usize = 4;

/// Collects the distinct `#[cfg]` conditions of a body.
pub(super) fn conditions(block: &Block, errors: &mut Errors) -> Vec<TokenStream> {
    let mut finder = Finder { conditions: Vec::new(), errors };
    finder.visit_block(block);
    let Finder { mut conditions, errors } = finder;
    if let Some((attribute, _)) = conditions.get(MOST) {
        errors.at(attribute, format_args!("a differentiable body has at most {MOST} different `#[cfg]`"));
        conditions.truncate(MOST);
    }
    conditions.into_iter().map(|(_, condition)| condition).collect()
}

/// Lists all combinations of true and false `conditions`: the `#[cfg]` of each, and which conditions hold.
pub(super) fn combinations(conditions: &[TokenStream]) -> Vec<(Option<TokenStream>, Vec<bool>)> {
    if conditions.is_empty() {
        return vec![(None, Vec::new())];
    }
    (0..1 << conditions.len())
        .map(|bits: usize| {
            let hold: Vec<bool> = (0..conditions.len()).map(|position| bits >> position & 1 == 1).collect();
            let all = conditions.iter().zip(&hold).map(|(condition, &holds)| match holds {
                true => condition.clone(),
                false => quote!(not(#condition)),
            });
            (Some(quote!(#[cfg(all(#(#all),*))])), hold)
        })
        .collect()
}

/// Returns the body with the `#[cfg]`s resolved, given which of `conditions` hold.
pub(super) fn expanded(block: &Block, conditions: &[TokenStream], hold: &[bool]) -> Block {
    let mut block = block.clone();
    if !conditions.is_empty() {
        Prune { conditions: conditions.iter().map(ToString::to_string).collect(), hold }
            .visit_block_mut(&mut block);
    }
    block
}

/// Returns the arguments that are there, given which of `conditions` hold.
pub(super) fn arguments(
    signature: &Signature,
    conditions: &[TokenStream],
    hold: &[bool],
) -> Punctuated<FnArg, Token![,]> {
    let prune = Prune { conditions: conditions.iter().map(ToString::to_string).collect(), hold };
    let mut arguments = signature.inputs.clone().into_iter().collect::<Vec<_>>();
    arguments.retain_mut(|argument| match argument {
        FnArg::Typed(argument) => prune.keep(&mut argument.attrs),
        FnArg::Receiver(_) => true,
    });
    arguments.into_iter().collect()
}

/// Returns the condition of a `#[cfg]` attribute.
pub(super) fn condition(attribute: &Attribute) -> Option<TokenStream> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(list.tokens.clone()),
        _ => None,
    }
}

struct Finder<'e> {
    conditions: Vec<(Attribute, TokenStream)>,
    errors: &'e mut Errors,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("cfg_attr") {
            self.errors.at(attribute, "a differentiable body cannot read `#[cfg_attr]`; write `#[cfg]`");
        }
        if let Some(condition) = condition(attribute)
            && !self.conditions.iter().any(|(_, known)| known.to_string() == condition.to_string())
        {
            self.conditions.push((attribute.clone(), condition));
        }
    }

    // Items are emitted unchanged, so rustc evaluates their attributes.
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

struct Prune<'h> {
    conditions: Vec<String>,
    hold: &'h [bool],
}

impl Prune<'_> {
    /// Whether a node with these attributes is enabled. Removes its `#[cfg]` attributes.
    fn keep(&self, attributes: &mut Vec<Attribute>) -> bool {
        let mut keep = true;
        attributes.retain(|attribute| match condition(attribute) {
            Some(condition) => {
                let position = self.conditions.iter().position(|known| *known == condition.to_string());
                keep &= position.is_none_or(|position| self.hold[position]);
                false
            }
            None => true,
        });
        keep
    }

    fn keep_expr(&self, expr: &mut Expr) -> bool {
        attributes(expr).is_none_or(|attributes| self.keep(attributes))
    }
}

impl VisitMut for Prune<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| match stmt {
            Stmt::Local(local) => self.keep(&mut local.attrs),
            Stmt::Macro(mac) => self.keep(&mut mac.attrs),
            Stmt::Expr(expr, _) => self.keep_expr(expr),
            Stmt::Item(_) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_match_mut(&mut self, branch: &mut syn::ExprMatch) {
        branch.arms.retain_mut(|arm: &mut Arm| self.keep(&mut arm.attrs));
        visit_mut::visit_expr_match_mut(self, branch);
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        self.arguments(&mut call.args);
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        self.arguments(&mut call.args);
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_expr_tuple_mut(&mut self, tuple: &mut syn::ExprTuple) {
        self.arguments(&mut tuple.elems);
        visit_mut::visit_expr_tuple_mut(self, tuple);
    }

    fn visit_expr_array_mut(&mut self, array: &mut syn::ExprArray) {
        self.arguments(&mut array.elems);
        visit_mut::visit_expr_array_mut(self, array);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Prune<'_> {
    fn arguments(&self, arguments: &mut syn::punctuated::Punctuated<Expr, syn::Token![,]>) {
        let kept = std::mem::take(arguments).into_pairs().filter_map(|mut pair| {
            let keep = self.keep_expr(pair.value_mut());
            keep.then_some(pair)
        });
        *arguments = kept.collect();
    }
}

/// Returns the attributes of an expression that can be a statement or an element of a list.
fn attributes(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    macro_rules! attributes {
        ($($kind:ident)*) => {
            match expr {
                $(Expr::$kind(expr) => Some(&mut expr.attrs),)*
                _ => None,
            }
        };
    }
    attributes!(
        Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index
        Infer Let Lit Loop Macro Match MethodCall Paren Path Range Reference Repeat Return Struct Try TryBlock Tuple
        Unary Unsafe While Yield
    )
}
