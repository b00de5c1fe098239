//! The names and generics that all generated items share.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit::{self, Visit};
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, PathSegment, Type, Visibility, WherePredicate,
    parse_quote,
};

use super::model::{Field, Module, Role};
use crate::private::private;

impl Module {
    /// The path of what generated code names.
    pub(super) fn private_path(&self) -> TokenStream {
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

    /// The struct's own bounds, and those that its generic fields need: each part is a module, and all have one
    /// number type.
    pub(super) fn predicates(&self) -> Vec<WherePredicate> {
        let private = private();
        let mut predicates = self.own_predicates();
        let parts = self.generic_parts();
        let Some(first) = self.elem_module() else { return predicates };
        for part in parts {
            predicates.push(if is_same(part, first) {
                parse_quote!(#part: #private::Module)
            } else {
                parse_quote!(#part: #private::Module<Elem = <#first as #private::Module>::Elem>)
            });
        }
        predicates
    }

    /// The module whose numbers say what all are: the first field that says it, or else the first part that has to.
    ///
    /// A `Wrapper<M>` does neither: its numbers may be those of `M`, and a bound on `M` cannot ask for them.
    pub(super) fn elem_module(&self) -> Option<&Type> {
        if let Some(concrete) = self.modules().find(|field| !self.is_generic(&field.ty)) {
            let is_private = matches!(self.vis, Visibility::Inherited);
            return Some(if is_private { &concrete.ty } else { &concrete.written });
        }
        let part = self.generic_parts().first().copied();
        part.or_else(|| self.modules().next().map(|field| &field.ty))
    }

    /// The parts of fields of which only a bound can say that they are modules: `M` in `M` and in `Vec<Tied<M>>`.
    ///
    /// Of `Vec<M>` no bound may say it: the compiler would then no longer see what its view is.
    pub(super) fn generic_parts(&self) -> Vec<&Type> {
        let mut parts = Vec::new();
        for field in self.modules() {
            self.collect_parts(&field.ty, &mut parts);
        }
        parts
    }

    fn collect_parts<'m>(&self, ty: &'m Type, parts: &mut Vec<&'m Type>) {
        match ty {
            Type::Array(array) => self.collect_parts(&array.elem, parts),
            Type::Paren(inner) => self.collect_parts(&inner.elem, parts),
            Type::Group(inner) => self.collect_parts(&inner.elem, parts),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| self.collect_parts(ty, parts)),
            Type::Path(path) => {
                let starts_at_parameter = path.path.segments.first().is_some_and(|first| {
                    first.arguments.is_none()
                        && self.generics.type_params().any(|param| param.ident == first.ident)
                });
                if starts_at_parameter || path.qself.is_some() && self.is_generic(ty) {
                    if !parts.iter().any(|part| is_same(part, ty)) {
                        parts.push(ty);
                    }
                } else if let Some(last) = path.path.segments.last()
                    && ["Vec", "Option", "Tied", "Frozen"].contains(&&*last.ident.to_string())
                {
                    type_arguments(last).for_each(|ty| self.collect_parts(ty, parts));
                }
            }
            _ => {}
        }
    }

    /// Whether a type of a field is known only to whoever names the type of the module.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        mentions_type_parameter(ty, &self.generics)
    }

    /// Whether others fill holes of a field: one with a bare `#[tie]`, or one of a generic type, which may be open.
    pub(super) fn is_hole(&self, field: &Field) -> bool {
        field.is_open() || matches!(field.role, Role::Owned) && self.is_generic(&field.ty)
    }
}

/// Whether a parameter that is a type stands in `ty`.
pub(super) fn mentions_type_parameter(ty: &Type, generics: &Generics) -> bool {
    struct Finder<'g>(&'g Generics, bool);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.1 |= self.0.type_params().any(|param| param.ident == *ident);
        }
        fn visit_type(&mut self, ty: &'ast Type) {
            visit::visit_type(self, ty);
        }
    }
    let mut finder = Finder(generics, false);
    finder.visit_type(ty);
    finder.1
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

/// Whether two types are written alike. (With `==` for what it parses, `syn` would take a quarter longer to compile.)
pub(super) fn is_same(a: &Type, b: &Type) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// The arguments of a segment of a path that are types.
pub(super) fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
