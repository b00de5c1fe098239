//! The derivative of each layer, operation and loss against central differences, in `f64`.

#[path = "layers/check.rs"]
mod check;

#[path = "layers/activations.rs"]
mod activations;
#[path = "layers/attention.rs"]
mod attention;
#[path = "layers/batch_norm.rs"]
mod batch_norm;
#[path = "layers/composition.rs"]
mod composition;
#[path = "layers/convolution.rs"]
mod convolution;
#[path = "layers/dropout.rs"]
mod dropout;
#[path = "layers/embedding.rs"]
mod embedding;
#[path = "layers/initial.rs"]
mod initial;
#[path = "layers/linear.rs"]
mod linear;
#[path = "layers/losses.rs"]
mod losses;
#[path = "layers/norms.rs"]
mod norms;
#[path = "layers/operators.rs"]
mod operators;
#[path = "layers/recurrent.rs"]
mod recurrent;
#[path = "layers/reductions.rs"]
mod reductions;
#[path = "layers/shapes.rs"]
mod shapes;
#[path = "layers/ties.rs"]
mod ties;
#[path = "layers/vectors.rs"]
mod vectors;
