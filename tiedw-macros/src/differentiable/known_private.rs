//! Differentiable functions that other modules of the crate may not call.
//!
//! A call of one by its path names its companion by the same path: rustc reports the first of both, and has their types. A stub
//! would be called in place of a companion that is not visible, and reported beside the function.

use proc_macro2::Ident;
use syn::{ImplItemFn, Visibility};

use super::imported_definition::module_of;
use crate::known;

fn key(name: &Ident) -> String {
    format!("private function {name}")
}

/// Notes a function that is not public.
pub(super) fn note(function: &ImplItemFn) {
    if !matches!(function.vis, Visibility::Public(_)) {
        let name = &function.sig.ident;
        known::note(&key(name), String::new(), name.span(), &function.attrs);
    }
}

/// Whether a function that is not public has this name, in a module of this name.
pub(super) fn is_in(name: &Ident, module: &Ident) -> bool {
    known::in_crate(&key(name)).iter().any(|known| module_of(known).is_some_and(|of| *module == of))
}
