//! Names and generics shared by all generated items.

use crate::visit::{self, Visit};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, PathSegment, Type, TypeParamBound, Visibility,
    WherePredicate, parse_quote,
};

use super::fields::is_doubtful;
use super::model::{Field, Module, Role, Tie, is_list_of};
use super::visit as visits;
use crate::differentiable::method::is_number;
use crate::private::private;

impl Module {
    /// The path of the module that generated code refers to.
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

    /// The generic parameters as declared by an impl.
    pub(super) fn params(&self) -> Vec<GenericParam> {
        self.generics.params.iter().map(without_default).collect()
    }

    /// The generic arguments of the struct's type.
    pub(super) fn arguments(&self) -> Vec<Ident> {
        arguments(&self.generics)
    }

    /// The struct's own bounds.
    pub(super) fn own_predicates(&self) -> Vec<WherePredicate> {
        let bounds = self.generics.where_clause.iter();
        bounds.flat_map(|bounds| bounds.predicates.iter().cloned()).collect()
    }

    /// The struct's own bounds, and those of its generic fields: each part is a module, and all have the same
    /// element type.
    pub(super) fn predicates(&self) -> Vec<WherePredicate> {
        self.predicates_with(&visits::elem(self))
    }

    /// The same, with a name for the element type.
    pub(super) fn predicates_with(&self, elem: &TokenStream) -> Vec<WherePredicate> {
        let (private, mut predicates) = (private(), self.predicates_of_parts(&private()));
        for ty in self.generic_others() {
            // A bound with `Elem = ..` could be a second one for that type, which the compiler does not accept.
            predicates.push(parse_quote!(#ty: #private::HasElem<#elem>));
        }
        predicates
    }

    /// The bounds for a trait with generic methods, whose bounds the compiler compares before it normalizes element types: that
    /// the struct is a module.
    pub(super) fn predicates_of_itself(&self) -> Vec<WherePredicate> {
        if self.generic_others().next().is_none() {
            return self.predicates();
        }
        let (private, name, arguments) = (private(), &self.name, self.arguments());
        let mut predicates = self.predicates_of_parts(&private);
        predicates.push(parse_quote!(#name<#(#arguments),*>: #private::Module));
        predicates
    }

    /// The same, where the view of the struct is read.
    pub(super) fn predicates_of_view(&self) -> Vec<WherePredicate> {
        if self.generic_others().next().is_none() {
            return self.predicates();
        }
        let (private, name, view, arguments) = (private(), &self.name, self.view_name(), self.arguments());
        let mut predicates = self.predicates_of_parts(&private);
        predicates.push(parse_quote! {
            for<'of> #name<#(#arguments),*>: #private::Module<
                View<'of, #private::Weight> = #view<'of, #(#arguments),*>,
                View<'of, #private::Gradient> = #view<'of, #(#arguments,)* #private::Gradient>,
            >
        });
        predicates
    }

    /// The struct's own bounds, and that its generic parts are modules.
    pub(super) fn predicates_of_parts(&self, private: &impl ToTokens) -> Vec<WherePredicate> {
        let mut predicates = self.own_predicates();
        for part in self.generic_parts() {
            predicates.push(parse_quote!(#part: #private::Module));
        }
        predicates
    }

    /// The generic types of fields other than the one that defines the element type.
    fn generic_others(&self) -> impl Iterator<Item = &Type> {
        let first = self.elem_module();
        let types = self.modules().map(|field| &field.ty);
        types.filter(move |ty| {
            if !self.is_of_types(ty) {
                return false;
            }
            let mut parts = Vec::new();
            self.collect_parts(ty, &mut parts);
            let is_of_first =
                |first| is_same(ty, first) || matches!(parts[..], [part] if is_same(part, first));
            first.is_some_and(|first| !is_of_first(first)) && !self.is_within(ty)
        })
    }

    /// Whether the struct itself is a part of a type: a bound on that would require itself.
    fn is_within(&self, ty: &Type) -> bool {
        mentions(ty, &|name| *name == self.name)
    }

    /// Returns the module that defines the element type: the first field of a concrete type, or that is only generic over
    /// numbers, or else the first generic part, or else the first field.
    ///
    /// A `Wrapper<M>` comes last: its element type may be that of `M`, and a bound on `M` cannot require it.
    pub(super) fn elem_module(&self) -> Option<&Type> {
        // One that certainly is a module is named as it was written.
        let is_list = |field: &&Field| is_list_of(&field.written, &self.name);
        let mut fields = self.modules().filter(|field| !self.is_generic(&field.ty) && !is_list(field));
        let certain = fields.clone().find(|field| !is_doubtful(&field.written));
        let is_public = !matches!(self.vis, Visibility::Inherited);
        if let (true, Some(certain)) = (is_public, certain) {
            return Some(&certain.written);
        }
        let concrete = fields.next();
        let of_number = || self.modules().find(|field| !self.is_of_types(&field.ty) && !is_list(field));
        if let Some(concrete) = concrete.or_else(of_number) {
            return Some(if is_public { &concrete.outside } else { &concrete.ty });
        }
        let part = self.generic_parts().first().copied();
        part.or_else(|| self.modules().next().map(|field| &field.ty))
    }

    /// Whether a field is a list of the struct itself.
    pub(super) fn holds_itself(&self) -> bool {
        self.modules().any(|field| is_list_of(&field.written, &self.name))
    }

    /// Whether no field holds weights.
    pub(super) fn is_without_weights(&self) -> bool {
        self.modules().next().is_none()
    }

    /// The first type parameter that is a number.
    pub(super) fn number(&self) -> Option<&Ident> {
        let mut params = self.generics.type_params().map(|param| &param.ident);
        params.find(|name| is_number(name, &self.generics))
    }

    /// Whether the impls must not name the type of a field to say what the element type is: a public struct may have
    /// a field of a private type, and the compiler does not normalize the type in bounds of others. Then they name a private
    /// trait of the struct, whose `Elem` is a type parameter of the impl.
    pub(super) fn hides_elem(&self) -> bool {
        let is_public = !matches!(self.vis, Visibility::Inherited);
        self.elem_module().is_some() && is_public || self.generic_others().next().is_some()
    }

    /// Returns the parts of field types that need a bound to be modules: `M` in `M` and in `Vec<Tied<M>>`.
    ///
    /// `Vec<M>` must not have such a bound: the compiler would no longer resolve the type of its view.
    pub(super) fn generic_parts(&self) -> Vec<&Type> {
        let mut parts = Vec::new();
        if self.generics.type_params().next().is_none() {
            return parts;
        }
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
            Type::Tuple(tuple) => {
                let mut within = Vec::new();
                tuple.elems.iter().for_each(|ty| self.collect_parts(ty, &mut within));
                within.retain(|ty| !parts.iter().any(|part| is_same(part, ty)));
                parts.extend(&within);
                // A tuple is a module if its elements have one element type, which the bounds of a number say.
                if tuple.elems.len() > 1 && self.is_of_types(ty) {
                    parts.push(ty);
                }
            }
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
                } else if self.is_unbounded(ty) && !self.is_within(ty) {
                    parts.push(ty);
                }
            }
            _ => {}
        }
    }

    /// Whether a type depends on type parameters, of which none has bounds. What makes it a module is then for its own bounds
    /// to say.
    fn is_unbounded(&self, ty: &Type) -> bool {
        if !self.is_generic(ty) {
            return false;
        }
        let clause = self.generics.where_clause.to_token_stream().to_string();
        let has_bounds = |param: &syn::TypeParam| {
            param.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Trait(_)))
                || clause.contains(&param.ident.to_string())
        };
        let bounded =
            |name: &Ident| self.generics.type_params().any(|param| param.ident == *name && has_bounds(param));
        !mentions(ty, &bounded)
    }

    /// Whether a field has ties by name, and a type such as `Side<A>`, of which a bound says that it is a module. The compiler does
    /// not resolve the type of its ties then.
    pub(super) fn is_closed_in_general(&self, field: &Field) -> bool {
        let mut parts = Vec::new();
        self.collect_parts(&field.ty, &mut parts);
        matches!(field.role, Role::Tied(Tie::Holes(_)))
            && self.is_unbounded(&field.ty)
            && matches!(parts[..], [part] if is_same(part, &field.ty))
            && !self
                .generics
                .type_params()
                .any(|param| matches!(&field.ty, Type::Path(path) if path.path.is_ident(&param.ident)))
    }

    /// Whether the type of a field depends on a type parameter of the module.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        mentions_type_parameter(ty, &self.generics)
    }

    /// Whether a type depends on type parameters other than numbers.
    pub(super) fn is_of_types(&self, ty: &Type) -> bool {
        let of_types = |name: &Ident| {
            let is_param = self.generics.type_params().any(|param| param.ident == *name);
            is_param && !is_number(name, &self.generics)
        };
        self.is_generic(ty) && mentions(ty, &of_types)
    }

    /// Whether a field has holes that are filled from outside: it has a bare `#[tie]`, or a generic type,
    /// which may be open.
    pub(super) fn is_hole(&self, field: &Field) -> bool {
        let is_generic = match is_list_of(&field.written, &self.name) {
            // A list of the struct itself is closed if its other fields are, which a bound cannot say.
            true => self.is_of_types(&field.ty),
            false => self.is_generic(&field.ty),
        };
        field.is_open() || matches!(field.role, Role::Owned) && is_generic
    }
}

/// Bounds each type parameter by `'static`, which a module is.
pub(crate) fn own_lifetimes(generics: &mut Generics) {
    for param in generics.type_params_mut() {
        let is_static = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(name) if name.ident == "static");
        if !param.bounds.iter().any(is_static) {
            param.bounds.push(parse_quote!('static));
        }
    }
}

/// Whether `ty` mentions a type parameter.
pub(super) fn mentions_type_parameter(ty: &Type, generics: &Generics) -> bool {
    generics.type_params().next().is_some()
        && mentions(ty, &|name| generics.type_params().any(|param| param.ident == *name))
}

fn mentions(ty: &Type, is: &dyn Fn(&Ident) -> bool) -> bool {
    struct Finder<'f>(&'f dyn Fn(&Ident) -> bool, bool);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.1 |= (self.0)(ident);
        }
        fn visit_type(&mut self, ty: &'ast Type) {
            visit::visit_type(self, ty);
        }
    }
    let mut finder = Finder(is, false);
    finder.visit_type(ty);
    finder.1
}

/// Returns the name of the view of the struct `name`.
pub(super) fn view_name(name: &Ident) -> Ident {
    format_ident!("{name}View")
}

/// Returns the parameter without its default, as declared by an impl.
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

/// Returns the names of the type and const parameters, as the arguments of a type.
pub(super) fn arguments(generics: &Generics) -> Vec<Ident> {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(param.ident.clone()),
        GenericParam::Const(param) => Some(param.ident.clone()),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// Whether two types have the same tokens. (The `PartialEq` of `syn` would make it take a quarter longer to compile.)
pub(super) fn is_same(a: &Type, b: &Type) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
        && a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// Returns the type arguments of a path segment.
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
