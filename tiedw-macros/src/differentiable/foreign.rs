//! Impls of the traits of a crate for modules of another, as in `impl Encoder for Linear<3, 3>`: their views have no inherent impls
//! here, and may not be in scope.

use quote::quote;
use syn::{GenericArgument, Item, Type};

use super::context::Context;
use crate::module::MODULES;
use crate::{beside, known};

/// Whether a module is not derived in this crate, as far as it was expanded, and not defined beside the impl.
pub(super) fn is_foreign(module: &Type) -> bool {
    let Type::Path(path) = module else { return false };
    path.path.segments.last().is_some_and(|last| {
        let name = &last.ident;
        let is_beside = || {
            beside::items(name.span()).is_none_or(|items| {
                items.iter().any(|item| {
                    matches!(item, Item::Struct(item) if item.ident == *name)
                        || matches!(item, Item::Macro(_))
                })
            })
        };
        !known::is_derived(&name.to_string(), "Module") && !is_beside()
    })
}

impl Context<'_> {
    /// Names the views of a foreign module. Those of a layer of the library need no import, if its arguments are those of its view.
    pub(super) fn name_foreign_views(&mut self) {
        let (krate, module) = (self.krate, self.module);
        self.gradient = quote!(<#module as #krate::__private::Module>::View<'_, #krate::__private::Gradient>);
        let is_number = |argument: &GenericArgument| match argument {
            GenericArgument::Const(_) => true,
            GenericArgument::Type(Type::Path(name)) => {
                let mut params = self.generics.const_params();
                params.any(|param| name.path.is_ident(&param.ident))
            }
            _ => false,
        };
        if is_layer(module) && self.arguments.iter().all(is_number) {
            let view = &self.view;
            self.view = quote!(#krate::layers::#view);
        }
    }
}

/// Whether this is the name of a layer of the library, and nothing else that is defined beside.
fn is_layer(module: &Type) -> bool {
    let Type::Path(path) = module else { return false };
    let Some(name) = path.path.segments.last().filter(|_| path.path.segments.len() == 1) else {
        return false;
    };
    let name = &name.ident;
    MODULES.iter().any(|layer| name == layer) && beside::is_of_library(name, name.span())
}
