//! Cotangents over dual numbers, for the gradient of what a body computes in forward mode.
//!
//! For y + ε dy = f(x + ε dx), the pullback of f over dual numbers takes ḡ = ∂L/∂dy + ε ∂L/∂y to ∂L/∂dx + ε ∂L/∂x.

use super::Accumulate;
use crate::Lift;

/// The cotangent over dual numbers, from those of a value and of its tangent.
pub fn joined_cotangents<C: Accumulate + Lift>(
    of_value: Option<C>,
    of_tangent: Option<C>,
) -> Option<C::Dual> {
    match (of_value, of_tangent) {
        (None, None) => None,
        (None, Some(of_tangent)) => Some(of_tangent.lift(None)),
        (Some(of_value), None) => Some(zeros_of(&of_value).lift(Some(&of_value))),
        (Some(mut of_value), Some(mut of_tangent)) => {
            // Each may have parts that the other lacks.
            let zeros = zeros_of(&of_value);
            of_value.accumulate(zeros_of(&of_tangent));
            of_tangent.accumulate(zeros);
            Some(of_tangent.lift(Some(&of_value)))
        }
    }
}

/// The cotangents of a value and of its tangent, from that over dual numbers.
pub fn split_cotangents<C: Lift>(joined: Option<C::Dual>) -> (Option<C>, Option<C>) {
    let (of_tangent, of_value) = joined.map(C::parts).unzip();
    (of_value, of_tangent)
}

fn zeros_of<C: Lift>(cotangent: &C) -> C {
    C::parts(cotangent.lift(None)).1
}
