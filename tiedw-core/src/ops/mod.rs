//! Operations on tensors, each beside its pullback.
//!
//! An operation `f` and its companion `f_vjp` are a pair: the companion returns the value and a pullback, which
//! takes the cotangent of the value and, for each argument, whether its cotangent is wanted, and returns those
//! cotangents. Inside `#[differentiable]` a call of `f` finds `f_vjp` by its name, and an operator finds the
//! trait here that is named after it.

mod add;
mod by_row;
mod div;
mod linear;
mod mul;
mod neg;
mod operators;
mod relu;
mod scale;
mod sigmoid;
mod sub;
mod tanh;

pub use add::AddVjp;
pub use div::DivVjp;
pub use linear::{linear, linear_vjp};
pub use mul::MulVjp;
pub use neg::NegVjp;
pub use sub::SubVjp;
