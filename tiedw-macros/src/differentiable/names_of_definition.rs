//! Names of methods and types in an impl that are not those of its trait.

use std::collections::HashSet;

use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use syn::{ExprMethodCall, ImplItem, ItemImpl, ItemTrait, TraitItem};

use super::this::is_self_alone;
use crate::errors::Errors;
use crate::known;
use crate::module::nearest;

/// Reports methods and types that the trait has not, and those of a name twice. They get the name that is meant, or are removed.
pub(super) fn mend(definition: &ItemTrait, block: &mut ItemImpl, errors: &mut Errors) {
    let (owner, written) = (&definition.ident, of_block(block));
    let required = required(definition);
    let missing: Vec<_> =
        required.iter().map(String::as_str).filter(|name| !written.contains(*name)).collect();
    let mut seen = HashSet::new();
    let mut renamed = Vec::new();
    block.items.retain_mut(|member| {
        let (name, of_trait, what) = match member {
            ImplItem::Fn(function) if !known::has_cfg(&function.attrs) => {
                (&mut function.sig.ident, methods(definition), "method")
            }
            ImplItem::Type(associated) if !known::has_cfg(&associated.attrs) => {
                (&mut associated.ident, types(definition), "type")
            }
            _ => return true,
        };
        let text = name.to_string();
        if of_trait.contains(&text) {
            let is_first = seen.insert(text);
            if !is_first {
                errors.at(&*name, format_args!("this block defines `{name}` twice; remove one"));
            }
            return is_first;
        }
        let free = of_trait
            .iter()
            .map(String::as_str)
            .filter(|name| !written.contains(*name) && !seen.contains(*name));
        let meant = nearest(&text, free).or_else(|| match missing[..] {
            [only] if what == "method" && !seen.contains(only) => Some(only),
            _ => None,
        });
        let Some(meant) = meant.map(str::to_owned) else {
            let instead = match what {
                "method" => format!("write it in an impl block without `{owner}`"),
                _ => "remove it".to_owned(),
            };
            errors.at(&*name, format_args!("`{owner}` has no {what} `{name}`; {instead}"));
            return false;
        };
        errors.at(&*name, format_args!("`{owner}` has no {what} `{name}`; it has `{meant}`"));
        *name = Ident::new(&meant, name.span());
        seen.insert(meant.clone());
        renamed.push((text, meant));
        true
    });
    if !renamed.is_empty() {
        Calls(renamed).visit_item_impl_mut(block);
    }
}

/// The names of the methods and types of a block.
pub(super) fn of_block(block: &ItemImpl) -> HashSet<String> {
    let names = block.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        ImplItem::Type(associated) => Some(associated.ident.to_string()),
        _ => None,
    });
    names.collect()
}

/// The methods that each impl has.
fn required(definition: &ItemTrait) -> Vec<String> {
    let names = definition.items.iter().filter_map(|member| match member {
        TraitItem::Fn(function) if function.default.is_none() => Some(function.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

fn methods(definition: &ItemTrait) -> Vec<String> {
    let names = definition.items.iter().filter_map(|member| match member {
        TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

fn types(definition: &ItemTrait) -> Vec<String> {
    let names = definition.items.iter().filter_map(|member| match member {
        TraitItem::Type(associated) => Some(associated.ident.to_string()),
        _ => None,
    });
    names.collect()
}

/// Renames calls of methods on `self`.
struct Calls(Vec<(String, String)>);

impl VisitMut for Calls {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if is_self_alone(&call.receiver)
            && let Some((_, meant)) = self.0.iter().find(|(name, _)| call.method == name)
        {
            call.method = Ident::new(meant, call.method.span());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
