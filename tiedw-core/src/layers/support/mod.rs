//! What the definitions of layers have in common.

mod apply;
mod define;
mod function;
mod module;
mod recorded;
mod resizable;
mod variants;
mod view;

pub use apply::{Apply, Feeds};
pub(crate) use define::layer;
pub(crate) use function::function_layer;
pub(crate) use module::layer_module;
pub use recorded::KeepRandom;
pub(crate) use resizable::resizable;
pub use variants::{BiasVariants, ElemVariants, WithElem, WithoutBias};
pub(crate) use view::forward_by_methods;
