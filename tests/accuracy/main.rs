//! How far the elementwise kernels are from the same functions in `f64`, over the whole range of `f32`.
//!
//! The table of what is promised is in `bounds.rs`. `cargo test --test accuracy -- --nocapture` prints how close each comes
//! to its bound, and where.

mod arguments;
mod bounds;

mod activations;
mod losses;
mod optimizers;
mod rows;
#[path = "../vectors/mod.rs"]
mod vectors;
