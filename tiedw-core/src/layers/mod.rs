//! Layers: modules with a forward pass and its pullback, one file a layer.

mod apply;
mod forward;
mod layer;
mod linear;
mod module;

pub use apply::{Apply, Feeds};
pub use forward::Forward;
pub use layer::Layer;
pub use linear::{Linear, LinearTies, LinearView};

use module::layer_module;
