//! The macros of tiedw: `#[derive(Module)]`, `#[derive(Value)]` and `#[differentiable]`. Their documentation is in `tiedw`.

mod beside;
mod crate_files;
mod differentiable;
mod enclosing;
mod errors;
mod file_facts;
mod groups;
mod imported;
mod known;
mod module;
mod modules_of_file;
mod over_duals;
mod private;
#[cfg(test)]
mod snapshots;
mod source_text;
mod value;
mod visit;
mod visit_mut;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Implements the module traits for a struct: registers its parameters and checks its ties.
#[proc_macro_derive(Module, attributes(module, tie))]
pub fn derive_module(input: TokenStream) -> TokenStream {
    let mut input = parse_macro_input!(input);
    groups::of_struct(&mut input);
    module::derive(&input).into()
}

/// Makes a struct or an enum of values a value.
#[proc_macro_derive(Value, attributes(value, constant))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    let mut input = parse_macro_input!(input);
    groups::of_struct(&mut input);
    value::derive(&input).into()
}

/// Differentiates the methods of an impl block of a module.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    differentiable::differentiable(options.into(), item.into()).into()
}
