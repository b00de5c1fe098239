//! The derivatives of each layer, operation and loss compared with central differences, in `f64`.

mod check;

mod activations;
mod attention;
mod attention_dropout;
#[cfg(feature = "safetensors")]
mod attention_dynamic;
mod batch_norm;
mod composition;
mod computed;
mod convolution;
mod ctc;
mod dropout;
mod each_loss;
mod einsum;
mod embedding;
mod empty;
mod extremes;
mod frozen;
mod gathered;
mod gradcheck;
mod initial;
mod linear;
mod losses;
mod losses_in_bodies;
mod made;
mod masks;
mod moved;
mod norms;
mod operators;
mod panic_locations;
mod recurrent;
mod reductions;
mod reordered;
mod shapes;
mod sorted;
mod ties;
#[path = "../vectors/mod.rs"]
mod vectors;
