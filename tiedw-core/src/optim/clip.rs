use crate::kernels::sum_zip;
use crate::{Element, Module, Real};

/// Scales a gradient to the Euclidean norm `max_norm` if its norm is larger, and returns the original norm.
///
/// The norm is over all parameters; a tied parameter has one gradient and is included once. As in PyTorch,
/// the factor is `max_norm` / (norm + 1e-6).
///
/// ```
/// use tiedw_core::{Vector, optim::clip_grad_norm};
///
/// let mut gradient = Vector::<2>::from_vec(vec![30.0, 40.0]);
/// assert_eq!(clip_grad_norm(&mut gradient, 5.0), 50.0);
/// assert!((gradient[0] - 3.0).abs() < 1e-5 && (gradient[1] - 4.0).abs() < 1e-5);
/// ```
pub fn clip_grad_norm<M: Module<Elem: Real>>(gradient: &mut M, max_norm: f64) -> f64 {
    let squares = |parameter: &[M::Elem]| sum_zip(parameter, parameter, |x, y| x * y).to_f64();
    let norm = gradient.parameters().map(|parameter| squares(parameter.as_slice())).sum::<f64>().sqrt();
    let factor = max_norm / (norm + 1e-6);
    // A NaN norm makes the gradient NaN, too.
    if factor < 1.0 || factor.is_nan() {
        let factor = M::Elem::from_f64(factor);
        for mut parameter in gradient.parameters_mut() {
            parameter.as_mut_slice().iter_mut().for_each(|g| *g *= factor);
        }
    }
    norm
}

/// Clamps each element of a gradient between `-value` and `value`.
///
/// ```
/// use tiedw_core::{Vector, optim::clip_grad_value};
///
/// let mut gradient = Vector::<3>::from_vec(vec![30.0, -4.0, 0.5]);
/// clip_grad_value(&mut gradient, 1.0);
/// assert_eq!(gradient.as_slice(), [1.0, -1.0, 0.5]);
/// ```
pub fn clip_grad_value<M: Module>(gradient: &mut M, value: f64) {
    let (low, high) = (M::Elem::from_f64(-value), M::Elem::from_f64(value));
    for mut parameter in gradient.parameters_mut() {
        for g in parameter.as_mut_slice() {
            *g = if *g < low { low } else { *g };
            *g = if *g > high { high } else { *g };
        }
    }
}
