//! Methods of an argument whose type is a type parameter, which are those of a trait without companions. rustc would suggest
//! bounds that only generated code has.

use proc_macro2::Ident;
use syn::{Block, Expr, ExprMethodCall, Generics, Item, ItemTrait, TraitItem, Type};

use super::method::{Argument, behind_references, traits_of};
use super::trait_of_values;
use crate::errors::Errors;
use crate::visit::{self, Visit};
use crate::{beside, known};

/// Reports the first call of such a method on each argument, which then is taken for data. Returns whether there is one.
pub(super) fn report(
    body: &Block,
    arguments: &mut [Argument],
    generics: [&Generics; 2],
    errors: &mut Errors,
) -> bool {
    let mut is_found = false;
    for argument in arguments.iter_mut().filter(|argument| argument.active) {
        let Type::Path(path) = behind_references(&argument.ty) else { continue };
        let Some(param) = path.path.get_ident() else { continue };
        let methods = methods_without_companion(&argument.ty, generics);
        if methods.is_empty() {
            continue;
        }
        let mut calls = Calls { of: &argument.name, methods: &methods, found: None };
        calls.visit_block(body);
        let Some(method) = calls.found else { continue };
        if known::is_named_in_file(method.span(), &format!("{method}_vjp")) {
            continue;
        }
        errors.at(
            &method,
            format_args!(
                "`{method}` of a type parameter has no companion: write a type with `#[derive(Value)]` in place of `{param}`, or \
                 mark `{}` as `#[constant]` if it carries no gradient",
                argument.name
            ),
        );
        argument.active = false;
        is_found = true;
    }
    is_found
}

/// The methods that a type parameter has by traits without companions, as far as they are known.
fn methods_without_companion(ty: &Type, generics: [&Generics; 2]) -> Vec<String> {
    let ty = behind_references(ty);
    let bounds = generics.into_iter().flat_map(|generics| traits_of(ty, generics));
    let names = bounds.filter_map(|bound| bound.path.get_ident());
    names
        .flat_map(|name| trait_of_values::methods(name).or_else(|| declared_beside(name)).unwrap_or_default())
        .collect()
}

/// The methods of a trait of the same module without attributes.
fn declared_beside(name: &Ident) -> Option<Vec<String>> {
    let definition = beside::items(name.span())?.into_iter().find_map(|item| match item {
        Item::Trait(definition) if definition.ident == *name => Some(definition),
        _ => None,
    })?;
    beside::are_inert(&definition.attrs).then(|| methods_of(&definition))
}

fn methods_of(definition: &ItemTrait) -> Vec<String> {
    let methods = definition.items.iter().filter_map(|member| match member {
        TraitItem::Fn(function) if function.sig.receiver().is_some() => Some(function.sig.ident.to_string()),
        _ => None,
    });
    methods.collect()
}

struct Calls<'a> {
    of: &'a Ident,
    methods: &'a [String],
    found: Option<Ident>,
}

impl Visit<'_> for Calls<'_> {
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let is_of_argument = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(self.of));
        if is_of_argument && self.methods.iter().any(|method| call.method == method) {
            self.found.get_or_insert(call.method.clone());
        }
        visit::visit_expr_method_call(self, call);
    }
}
