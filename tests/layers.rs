//! The derivative of each layer, operation and loss against central differences, in `f64`.

#[path = "layers/check.rs"]
mod check;

#[path = "layers/activations.rs"]
mod activations;
#[path = "layers/attention.rs"]
mod attention;
#[path = "layers/dropout.rs"]
mod dropout;
#[path = "layers/embedding.rs"]
mod embedding;
#[path = "layers/norms.rs"]
mod norms;
#[path = "layers/reductions.rs"]
mod reductions;
#[path = "layers/shapes.rs"]
mod shapes;
