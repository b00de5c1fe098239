//! Checks of gradients against differences, for tests of companions.
//!
//! ```
//! use tiedw_core::{Tensor, testing::gradcheck};
//!
//! fn cube(x: &Tensor<2, f64>) -> Tensor<2, f64> {
//!     x * x * x
//! }
//!
//! let x = Tensor::from([[0.5, -1.0], [2.0, 0.25]]);
//! gradcheck(&(x.clone(),), |(x,)| cube(x), |(x,), d| (cube(x), (Some(d * x * x * 3.0),))).unwrap();
//!
//! let forgotten = gradcheck(&(x,), |(x,)| cube(x), |(x,), d| (cube(x), (Some(d * x * x),))).unwrap_err();
//! assert!(forgotten.to_string().starts_with("the gradient of element 0 of input 0 is "));
//! ```

mod error;
mod flat;

pub use error::{Checked, GradcheckError};
pub use flat::Flat;

use crate::{Module, Vector};

/// The distance of the points at which a function is evaluated: twice the step to either side.
const STEP: f64 = 1e-3;

/// Compares the pullback of a function with central differences, for each element of the inputs.
///
/// `pullback` gets a cotangent of the shape of the value, and returns the value and the cotangents of the inputs, as a companion
/// does. If the value is a single number, the cotangent is 1; otherwise it has no special elements.
///
/// The inputs are a tuple of tensors and numbers in `f64`; ids, masks and flags may be among them. Each input with elements needs
/// a cotangent: let the closures capture what has none. Differences are of fourth order, with steps of 0.001, so
/// the function should be smooth within 0.002 of the inputs, which are best of magnitude 1. Gradients must agree to 6
/// digits, or 8 decimal places.
///
/// ```
/// use tiedw_core::{Tensor, testing::gradcheck};
///
/// let (x, y) = (Tensor::<2, f64>::from([0.5, -1.0]), Tensor::from([2.0, 0.25]));
/// let companion = |x: &Tensor<2, f64>, y: &Tensor<2, f64>, d| {
///     let (z, pullback) = x.cosine_similarity_vjp(y);
///     (z, pullback(d, [true, true]))
/// };
/// gradcheck(&(x, y), |(x, y)| x.cosine_similarity(y), |(x, y), d| companion(x, y, d)).unwrap();
/// ```
///
/// # Errors
/// If the pullback returns another value, or a cotangent that is missing or does not agree.
pub fn gradcheck<X: Flat, Y: Flat, C: Flat>(
    inputs: &X,
    function: impl Fn(&X) -> Y,
    pullback: impl Fn(&X, Y) -> (Y, C),
) -> Result<(), GradcheckError> {
    let mut no_module = Vector::<0, f64>::zeros();
    gradcheck_module(&mut no_module, inputs, |_, x| function(x), |_, x, _, d| pullback(x, d))
}

/// As [`gradcheck`], for each parameter of a module, and a method of it that returns a loss. The module is changed while the loss
/// is evaluated, and then as before. A kink within 0.002 of a parameter, as `relu` has one at 0, gives another difference: take other
/// inputs or another seed.
///
/// ```
/// use tiedw_core::layers::{Layer, RmsNorm};
/// use tiedw_core::{Init, Module, Own, Tensor, testing::gradcheck_loss};
/// # use rand::{SeedableRng, rngs::StdRng};
///
/// let mut norm = RmsNorm::<3, Own, f64>::init(&mut StdRng::seed_from_u64(0));
/// let x = Tensor::from([[0.5, -1.0, 2.0]]);
/// // What `#[differentiable]` writes for a method `loss`.
/// let loss_and_grad = |norm: &RmsNorm<3, Own, f64>| {
///     let (y, pullback) = norm.forward_vjp(&x);
///     let mut gradient = norm.zeros_like();
///     pullback(Tensor::ones([1]), &mut gradient, [false]);
///     (y.sum(), gradient)
/// };
/// gradcheck_loss(&mut norm, |norm| norm.forward(&x).sum(), loss_and_grad).unwrap();
/// ```
///
/// # Errors
/// If `loss_and_grad` returns another loss, or a gradient that does not agree.
pub fn gradcheck_loss<M: Module<Elem = f64>>(
    module: &mut M,
    loss: impl Fn(&M) -> f64,
    loss_and_grad: impl Fn(&M) -> (f64, M),
) -> Result<(), GradcheckError> {
    let pullback = |module: &M, _: &(), gradient: &mut M, _: f64| {
        let (loss, found) = loss_and_grad(module);
        *gradient = found;
        (loss, ())
    };
    gradcheck_module(module, &(), |module, ()| loss(module), pullback)
}

/// As [`gradcheck`], for each parameter of a module and each input of a method. The module is changed while the method is
/// evaluated, and then as before.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Layer, RmsNorm};
/// use tiedw_core::{Init, Own, Tensor, testing::gradcheck_module};
///
/// let mut norm = RmsNorm::<3, Own, f64>::init(&mut StdRng::seed_from_u64(0));
/// let x = Tensor::from([[0.5, -1.0, 2.0]]);
/// gradcheck_module(
///     &mut norm,
///     &(x,),
///     |norm, (x,)| norm.forward(x),
///     |norm, (x,), gradient, d| {
///         let (y, pullback) = norm.forward_vjp(x);
///         (y, pullback(d, gradient, [true]))
///     },
/// )
/// .unwrap();
/// ```
///
/// # Errors
/// As [`gradcheck`].
pub fn gradcheck_module<M: Module<Elem = f64>, X: Flat, Y: Flat, C: Flat>(
    module: &mut M,
    inputs: &X,
    method: impl Fn(&M, &X) -> Y,
    pullback: impl Fn(&M, &X, &mut M, Y) -> (Y, C),
) -> Result<(), GradcheckError> {
    let y = method(module, inputs);
    let value = y.elements();
    let weights = weights(value.len());
    let mut gradient = module.zeros_like();
    let cotangent = y.with(&mut weights.iter().copied());
    let (again, cotangents) = pullback(module, inputs, &mut gradient, cotangent);
    same_value(&value, &again.elements())?;

    // The sum of the elements of the value, weighted by its cotangent: what the gradient is of.
    let sum = |module: &M, inputs: &X| dot(&method(module, inputs).elements(), &weights);
    for (name, slopes) in gradient.named_parameters() {
        for (index, &slope) in slopes.as_slice().iter().enumerate() {
            let start = replace(module, &name, index, |start| start);
            let expected = difference(&mut |step| {
                replace(module, &name, index, |_| start + step);
                sum(module, inputs)
            });
            replace(module, &name, index, |_| start);
            agree(slope, expected, || (Checked::Parameter(name.clone()), index))?;
        }
    }
    let mut elements = inputs.elements();
    let (mut parts, mut slopes, mut first) = (inputs.parts(), cotangents.parts(), 0);
    // Arguments that the closures capture are no inputs, and have no cotangents.
    let count = parts.len().max(slopes.len());
    parts.resize(count, Vec::new());
    slopes.resize(count, Vec::new());
    for (input, (part, slopes)) in parts.into_iter().zip(slopes).enumerate() {
        if slopes.len() != part.len() {
            return Err(GradcheckError::WrongCotangent { input, expected: part.len(), found: slopes.len() });
        }
        for (index, slope) in slopes.into_iter().enumerate() {
            let start = elements[first + index];
            let expected = difference(&mut |step| {
                elements[first + index] = start + step;
                sum(module, &inputs.with(&mut elements.iter().copied()))
            });
            elements[first + index] = start;
            agree(slope, expected, || (Checked::Input(input), index))?;
        }
        first += part.len();
    }
    Ok(())
}

/// Replaces an element of a parameter, and returns the one before.
fn replace<M: Module<Elem = f64>>(
    module: &mut M,
    name: &str,
    index: usize,
    element: impl Fn(f64) -> f64,
) -> f64 {
    let mut parameters = module.named_parameters_mut();
    let (_, mut parameter) =
        parameters.find(|(other, _)| other == name).expect("a gradient has the parameters of its module");
    let place = &mut parameter.as_mut_slice()[index];
    let before = *place;
    *place = element(before);
    before
}

/// A cotangent for each element of a value: 1 for a single one, and otherwise between -1 and 1, equally distributed.
fn weights(count: usize) -> Vec<f64> {
    match count {
        1 => vec![1.0],
        // Multiples of the golden ratio, without their integer parts.
        _ => (1..=count).map(|at| (at as f64 * 1.618_033_988_749_895).fract() * 2.0 - 1.0).collect(),
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// The derivative at 0, with an error proportional to the fourth power of the step.
fn difference(along: &mut dyn FnMut(f64) -> f64) -> f64 {
    let mut central = |step: f64| (along(step) - along(-step)) / (2.0 * step);
    (4.0 * central(STEP) - central(2.0 * STEP)) / 3.0
}

fn is_close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs().max(found.abs()) + 1e-8
}

fn agree(found: f64, expected: f64, place: impl Fn() -> (Checked, usize)) -> Result<(), GradcheckError> {
    if is_close(found, expected) {
        return Ok(());
    }
    let (of, index) = place();
    Err(GradcheckError::WrongGradient { of, index, by_pullback: found, by_differences: expected })
}

fn same_value(value: &[f64], again: &[f64]) -> Result<(), GradcheckError> {
    if value.len() != again.len() {
        return Err(GradcheckError::WrongCount { expected: value.len(), found: again.len() });
    }
    match value.iter().zip(again).position(|(&value, &again)| !is_close(again, value)) {
        Some(index) => {
            Err(GradcheckError::WrongValue { index, by_function: value[index], by_pullback: again[index] })
        }
        None => Ok(()),
    }
}
