//! The names and generics that all generated items share.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

use super::model::{Field, Module, Role};

impl Module {
    /// The path of what generated code names.
    pub(super) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }

    pub(super) fn view_name(&self) -> Ident {
        view_name(&self.name)
    }

    pub(super) fn ties_name(&self) -> Ident {
        format_ident!("{}Ties", self.name)
    }

    /// The generic parameters, as an impl declares them.
    pub(super) fn params(&self) -> Vec<GenericParam> {
        self.generics.params.iter().map(without_default).collect()
    }

    /// The names of the generic parameters, as a type mentions them.
    pub(super) fn arguments(&self) -> Vec<Ident> {
        arguments(&self.generics)
    }

    /// The struct's own bounds.
    pub(super) fn own_predicates(&self) -> Vec<WherePredicate> {
        let bounds = self.generics.where_clause.iter();
        bounds.flat_map(|bounds| bounds.predicates.iter().cloned()).collect()
    }

    /// The struct's own bounds, and those that its generic fields need.
    pub(super) fn predicates(&self) -> Vec<WherePredicate> {
        let private = self.private();
        let mut predicates = self.own_predicates();
        let mut first: Option<&Type> = None;
        for Field { ty, .. } in self.modules() {
            if self.is_generic(ty) {
                predicates.push(match first {
                    Some(first) => {
                        parse_quote!(#ty: #private::Module<Elem = <#first as #private::Module>::Elem>)
                    }
                    None => parse_quote!(#ty: #private::Module),
                });
            }
            first = first.or(Some(ty));
        }
        predicates
    }

    /// Whether a type of a field is known only to whoever names the type of the module.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        struct Finder<'g>(&'g Generics, bool);
        impl<'ast> Visit<'ast> for Finder<'_> {
            fn visit_ident(&mut self, ident: &'ast Ident) {
                self.1 |= self.0.type_params().any(|param| param.ident == *ident);
            }
            fn visit_type(&mut self, ty: &'ast Type) {
                visit::visit_type(self, ty);
            }
        }
        let mut finder = Finder(&self.generics, false);
        finder.visit_type(ty);
        finder.1
    }

    /// Whether others fill holes of a field: one with a bare `#[tie]`, or one of a generic type, which may be open.
    pub(super) fn is_hole(&self, field: &Field) -> bool {
        field.is_open() || matches!(field.role, Role::Owned) && self.is_generic(&field.ty)
    }
}

/// The name of the view of the struct `name`.
pub(super) fn view_name(name: &Ident) -> Ident {
    format_ident!("{name}View")
}

/// The parameter without its default, as an impl declares it.
pub(super) fn without_default(param: &GenericParam) -> GenericParam {
    let mut param = param.clone();
    match &mut param {
        GenericParam::Type(param) => {
            param.default = None;
        }
        GenericParam::Const(param) => {
            param.default = None;
        }
        GenericParam::Lifetime(_) => {}
    }
    param
}

/// The names of the parameters, as a type mentions them.
pub(super) fn arguments(generics: &Generics) -> Vec<Ident> {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(param.ident.clone()),
        GenericParam::Const(param) => Some(param.ident.clone()),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}
