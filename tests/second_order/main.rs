//! Dual numbers as elements: what [`tests/gradients`] does not check with each operation.

mod kinks;
mod large;
mod numbers;
mod stopped;
mod third;
