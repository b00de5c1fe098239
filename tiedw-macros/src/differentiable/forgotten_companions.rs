//! Bounds of a trait in the same module that lacks `#[differentiable]`. rustc would report what the view lacks at each use.

use crate::visit::{self, Visit};
use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{
    Data, DeriveInput, Expr, ExprMethodCall, Field, GenericArgument, GenericParam, ImplItem, Item, ItemImpl,
    ItemTrait, Member, Path, PathArguments, Token, TraitItem, Type, TypeParamBound, WherePredicate,
    parse_quote,
};

use super::definition_of;
use super::forgotten_attributes::type_beside;
use super::forgotten_bounds::bounds;
use super::method::refuse;
use super::origin::Origin;
use super::this::is_self_alone;
use crate::beside;
use crate::errors::Errors;

/// Reports such bounds. Then the bodies are empty, and the parameters are modules.
pub(super) fn report(block: &mut ItemImpl, krate: &Path, errors: &mut Errors) {
    let params = block.generics.type_params().map(|param| param.ident.clone());
    let found: Vec<_> = params.filter_map(|param| Some((forgotten(&param, block)?, param))).collect();
    if found.is_empty() {
        return;
    }
    for (name, param) in &found {
        errors.at(
            name,
            format_args!("`{name}` has no companions: write `#[differentiable]` above `trait {name}`"),
        );
        for param in block.generics.type_params_mut().filter(|other| other.ident == *param) {
            add_module(&mut param.bounds, name, krate);
        }
        for clause in block.generics.where_clause.iter_mut().flat_map(|clause| &mut clause.predicates) {
            if let WherePredicate::Type(clause) = clause
                && matches!(&clause.bounded_ty, Type::Path(path) if path.path.is_ident(param))
            {
                add_module(&mut clause.bounds, name, krate);
            }
        }
    }
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            refuse(function);
        }
    }
}

/// Requires a module, too. The type of the block may need the trait.
fn add_module(bounds: &mut Punctuated<TypeParamBound, Token![+]>, name: &Ident, krate: &Path) {
    let is_it = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if name_of(&bound.path) == Some(name));
    if bounds.iter().any(is_it) {
        bounds.push(parse_quote!(#krate::__private::Module));
    }
}

/// The trait that a type parameter has as a bound, and which certainly needs the attribute.
fn forgotten(param: &Ident, block: &ItemImpl) -> Option<Ident> {
    // A bound of the view may be among others.
    let clauses = block.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let are_of_names = clauses.into_iter().all(|clause| match clause {
        WherePredicate::Type(clause) => {
            matches!(&clause.bounded_ty, Type::Path(path) if path.path.get_ident().is_some())
        }
        _ => true,
    });
    let bounds = bounds(param, &block.generics);
    let is_module = |path: &Path| path.segments.last().is_some_and(|last| last.ident == "Module");
    let mut others = bounds.iter().map(|bound| &bound.path).filter(|path| !is_module(path));
    let (Some(path), None, true) = (others.next(), others.next(), are_of_names) else { return None };
    let name = name_of(path)?;
    if ["Layer", "Element", "Real", "Value", "Init"].iter().any(|known| name == known)
        || definition_of::is_noted(name)
    {
        return None;
    }
    let Type::Path(owner) = &*block.self_ty else { return None };
    let owner = &owner.path.segments.last().filter(|_| owner.path.segments.len() == 1)?.ident;
    let Origin::Beside = Origin::of(name)? else { return None };
    let definition = beside::items(name.span())?.into_iter().find_map(|item| match item {
        Item::Trait(definition) if definition.ident == *name => Some(definition),
        _ => None,
    })?;
    let owner = type_beside(owner, owner.span())?;
    let fields = fields_of(param, &owner, block)?;
    let is_no_module = bounds.len() == 1 && definition.supertraits.is_empty() && !fields.is_empty();
    (is_no_module || calls_method(block, definition, fields)).then(|| name.clone())
}

/// Whether a body calls a method of a trait on a field whose type is a type parameter.
pub(super) fn calls_method_of(param: &Ident, block: &ItemImpl, definition: ItemTrait) -> Option<bool> {
    let Type::Path(owner) = &*block.self_ty else { return None };
    let owner = &owner.path.segments.last().filter(|_| owner.path.segments.len() == 1)?.ident;
    let owner = type_beside(owner, owner.span())?;
    Some(calls_method(block, definition, fields_of(param, &owner, block)?))
}

fn calls_method(block: &ItemImpl, definition: ItemTrait, fields: Vec<Member>) -> bool {
    let mut calls = Calls { definition, fields, is_found: false };
    calls.visit_item_impl(block);
    calls.is_found
}

/// The fields of a struct that are modules of the type parameter that is called `param` in a block.
fn fields_of(param: &Ident, owner: &DeriveInput, block: &ItemImpl) -> Option<Vec<Member>> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let is_param = |argument: &GenericArgument| matches!(argument, GenericArgument::Type(Type::Path(path)) if path.path.is_ident(param));
    let position = arguments.args.iter().position(is_param)?;
    let GenericParam::Type(param) = owner.generics.params.get(position)? else { return None };
    let Data::Struct(data) = &owner.data else { return None };
    let is_of_param = |field: &Field| {
        let is_setting = field.attrs.iter().any(|attribute| attribute.path().is_ident("module"));
        !is_setting && matches!(&field.ty, Type::Path(path) if path.path.is_ident(&param.ident))
    };
    let fields = data.fields.members().zip(&data.fields).filter(|(_, field)| is_of_param(field));
    Some(fields.map(|(member, _)| member).collect())
}

/// Whether a body calls a method of a trait on a field.
struct Calls {
    definition: ItemTrait,
    fields: Vec<Member>,
    is_found: bool,
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let is_called = |member: &TraitItem| match member {
            TraitItem::Fn(function) => {
                function.sig.ident == call.method
                    && function.sig.receiver().is_some()
                    && function.sig.inputs.len() == call.args.len() + 1
            }
            _ => false,
        };
        if let Expr::Field(field) = &*call.receiver
            && is_self_alone(&field.base)
            && self.fields.contains(&field.member)
            && self.definition.items.iter().any(is_called)
        {
            self.is_found = true;
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// The name of a trait that is in scope by its name.
fn name_of(path: &Path) -> Option<&Ident> {
    Some(&path.segments.last().filter(|_| path.segments.len() == 1)?.ident)
}
