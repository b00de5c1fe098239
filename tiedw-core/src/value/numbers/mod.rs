//! The methods of numbers that a differentiable body may call, with their pullbacks.
//!
//! Where a function has no derivative, such as `abs` at 0, the pullback is that of PyTorch.

mod cast;
mod element;
mod float;
mod integer;

pub use cast::{as_f32, as_f32_vjp, as_f64, as_f64_vjp};
pub use element::{ElementVjp, RealVjp};
pub use float::FloatVjp;
pub use integer::IntegerVjp;
