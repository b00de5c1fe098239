//! The code of a module; each item has a file of its own.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Module;
use super::{
    bind, closed, from_shapes, glue, implementation, init, lift, of_view, open_ties, resized, settings, spec,
    ties, view, visit,
};
use crate::private::import;

/// Generates the code; `names` defines the names of the field types.
pub(super) fn expand(module: &Module, order: &[usize], names: &TokenStream) -> TokenStream {
    let (view, view_impls) = (view::declaration(module), view::impls(module));
    let (settings, settings_impls) = (settings::declaration(module), settings::impls(module));
    let import = import(&module.krate);
    let open_ties = open_ties::expand(module);
    let functions = module.fields.iter().filter_map(|field| ties::function(module, field));
    let visit = visit::expand(module);
    let bindings = bind::Bindings { module, order };
    let implementation = implementation::expand(module, &bindings);
    let (closed, check) = (closed::expand(module), spec::check(module));
    let init = init::expand(module);
    let from_shapes = from_shapes::expand(module);
    let resized = resized::expand(module);
    let (glue, lift, of_view) = (glue::expand(module), lift::expand(module), of_view::expand(module));
    quote! {
        #view
        #settings
        #open_ties
        #[doc(hidden)]
        #[allow(
            trivial_bounds, private_bounds, private_interfaces, unreachable_code, unused_variables,
            clippy::all, clippy::pedantic, clippy::nursery
        )]
        const _: () = {
            #import
            #names
            #view_impls
            #settings_impls
            #(#functions)*
            #visit
            #implementation
            #check
            #closed
            #init
            #from_shapes
            #resized
            #glue
            #lift
            #of_view
        };
    }
}
