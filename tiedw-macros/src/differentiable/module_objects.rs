//! Trait objects of differentiable traits as arguments. No such trait has them, which rustc reports at each place in generated code.

use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Path, TypeParamBound, TypeTraitObject, parse_quote};

use super::imported_definition;
use super::method::refuse;
use crate::errors::Errors;
use crate::visit::{self, Visit};

/// Reports those of the methods of a block, which then take any data.
pub(super) fn of_block(block: &mut ItemImpl, errors: &mut Errors) {
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            of_function(function, errors);
        }
    }
}

/// Reports those of a function, which then takes any data, and has no body.
pub(super) fn of_function(function: &mut ImplItemFn, errors: &mut Errors) {
    let mut is_found = false;
    for input in &mut function.sig.inputs {
        let FnArg::Typed(argument) = input else { continue };
        let mut objects = Objects(None);
        objects.visit_type(&argument.ty);
        if let Some(of) = objects.0 {
            errors.at(
                &of,
                "a differentiable trait has no trait objects, and a module is no argument: hold it in a field of a type parameter, as in \
                 `struct Net<E> { encoder: E }`",
            );
            *argument.ty = parse_quote!(impl ::core::marker::Sized);
            argument.attrs.push(parse_quote!(#[constant]));
            is_found = true;
        }
    }
    if is_found {
        refuse(function);
    }
}

/// The differentiable trait of a trait object.
struct Objects(Option<Path>);

impl Visit<'_> for Objects {
    fn visit_type_trait_object(&mut self, object: &TypeTraitObject) {
        let paths = object.bounds.iter().filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        });
        self.0 = paths.into_iter().find(|path| imported_definition::is_differentiable(path)).cloned();
        visit::visit_type_trait_object(self, object);
    }
}
