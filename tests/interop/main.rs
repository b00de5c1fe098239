//! Tensors and parameters as values of other crates and of the standard library.

mod approx;
mod conversions;
mod ndarray;
mod serde;
