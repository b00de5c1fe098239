//! The struct's name in place of `Self` in the types of its fields, which other items repeat.

use crate::visit_mut::{self, VisitMut};
use syn::{Data, DeriveInput, Type, TypePath, parse_quote_spanned};

pub(super) fn in_place_of_self(input: &mut DeriveInput) {
    let (name, arguments) = (&input.ident, input.generics.split_for_impl().1);
    let mut own = OwnName(&|span| parse_quote_spanned!(span=> #name #arguments));
    if let Data::Struct(data) = &mut input.data {
        data.fields.iter_mut().for_each(|field| own.visit_type_mut(&mut field.ty));
    }
}

struct OwnName<'n>(&'n dyn Fn(proc_macro2::Span) -> TypePath);

impl VisitMut for OwnName<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.path.is_ident("Self") => {
                *path = (self.0)(path.path.segments[0].ident.span());
            }
            ty => visit_mut::visit_type_mut(self, ty),
        }
    }
}
