//! Accuracy of the elementwise kernels compared with the same functions in `f64`, over the whole range of
//! `f32`.
//!
//! The guaranteed bounds are in `bounds.rs`. `cargo test --test accuracy -- --nocapture` prints how close
//! each function comes to its bound, and at which argument.

mod arguments;
mod bounds;

mod activations;
mod losses;
mod optimizers;
mod rows;
mod sums;
#[path = "../vectors/mod.rs"]
mod vectors;
