//! Gradient checks by central differences, for any function of a module and its inputs.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::{Ids, NoGradient};

/// A value that can be flattened to a list of scalars.
pub(crate) trait Flat {
    fn elements(&self) -> Vec<f64>;
    /// Returns the same shape with values taken from the front of `elements`.
    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self;
}

impl Flat for f64 {
    fn elements(&self) -> Vec<f64> {
        vec![*self]
    }
    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        elements.next().unwrap()
    }
}

impl<const F: usize> Flat for Tensor<F, f64> {
    fn elements(&self) -> Vec<f64> {
        self.as_slice().to_vec()
    }
    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        Tensor::from_shape_vec(self.shape(), elements.take(self.as_slice().len()).collect())
    }
}

impl Flat for Ids {
    fn elements(&self) -> Vec<f64> {
        Vec::new()
    }
    fn with(&self, _: &mut impl Iterator<Item = f64>) -> Self {
        self.clone()
    }
}

impl Flat for NoGradient {
    fn elements(&self) -> Vec<f64> {
        Vec::new()
    }
    fn with(&self, _: &mut impl Iterator<Item = f64>) -> Self {
        NoGradient
    }
}

impl<T: Flat> Flat for Option<T> {
    fn elements(&self) -> Vec<f64> {
        self.as_ref().map(T::elements).unwrap_or_default()
    }
    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        self.as_ref().map(|value| value.with(elements))
    }
}

macro_rules! tuple {
    ($($part:ident $at:tt),*) => {
        impl<$($part: Flat),*> Flat for ($($part,)*) {
            fn elements(&self) -> Vec<f64> {
                <[Vec<f64>]>::concat(&[$(self.$at.elements()),*])
            }
            fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
                ($(self.$at.with(elements),)*)
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);

/// A module without parameters, for plain operations.
pub(crate) type Nothing = tiedw::Vector<0, f64>;

fn set<M: Module<Elem = f64>>(module: &mut M, elements: &[f64]) {
    let mut rest = elements;
    for mut parameter in module.parameters_mut() {
        let (now, later) = rest.split_at(parameter.as_slice().len());
        parameter.as_mut_slice().copy_from_slice(now);
        rest = later;
    }
}

fn numbers_of<M: Module<Elem = f64>>(module: &M) -> Vec<f64> {
    module.parameters().flat_map(|parameter| parameter.as_slice().to_vec()).collect()
}

/// Compares the results of `pullback` with central differences of `forward`, for every element of the module
/// and the inputs.
///
/// `pullback` returns the value, and calls the pullback with the given cotangent and gradient.
pub(crate) fn check<M, X, Y, C>(
    module: &M,
    inputs: &X,
    forward: impl Fn(&M, &X) -> Y,
    pullback: impl Fn(&M, &X, &mut M, Y) -> (Y, C),
) where
    M: Module<Elem = f64> + Clone,
    X: Flat,
    Y: Flat,
    C: Flat,
{
    let y = forward(module, inputs);
    let value = y.elements();
    let weights = random_weights(value.len());
    let mut gradient = module.zeros_like();
    let (again, cotangents) = pullback(module, inputs, &mut gradient, y.with(&mut weights.iter().copied()));
    assert_eq!(again.elements(), value, "the value beside the pullback is another");

    let at = |parameters: &[f64], data: &[f64]| {
        let mut module = module.clone();
        set(&mut module, parameters);
        forward(&module, &inputs.with(&mut data.iter().copied())).elements()
    };
    let found = [numbers_of(&gradient), cotangents.elements()];
    check_by_differences([numbers_of(module), inputs.elements()], &found, &weights, &at);
}

/// The part of [`check`] that depends on no type, to be compiled once.
fn check_by_differences(
    [parameters, data]: [Vec<f64>; 2],
    [found_parameters, found_data]: &[Vec<f64>; 2],
    weights: &[f64],
    value: &dyn Fn(&[f64], &[f64]) -> Vec<f64>,
) {
    assert_eq!(found_data.len(), data.len(), "each input has a cotangent");
    let objective = |parameters: &[f64], data: &[f64]| {
        value(parameters, data).iter().zip(weights).map(|(y, w)| y * w).sum::<f64>()
    };
    for at in 0..parameters.len() {
        let along = |step: f64| {
            let mut moved = parameters.clone();
            moved[at] += step;
            objective(&moved, &data)
        };
        compare(found_parameters[at], along, || format!("parameter {at} of {}", parameters.len()));
    }
    for at in 0..data.len() {
        let along = |step: f64| {
            let mut moved = data.clone();
            moved[at] += step;
            objective(&parameters, &moved)
        };
        compare(found_data[at], along, || format!("input {at} of {}", data.len()));
    }
}

/// Random weights of the elements of a value, whose weighted sum is differentiated.
fn random_weights(count: usize) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(7);
    (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Compares with fourth-order differences, whose error is proportional to the fourth power of the step.
fn compare(found: f64, along: impl Fn(f64) -> f64, what: impl Fn() -> String) {
    let step = 1e-3;
    let near = (along(step) - along(-step)) / (2.0 * step);
    let far = (along(2.0 * step) - along(-2.0 * step)) / (4.0 * step);
    let expected = (4.0 * near - far) / 3.0;
    let error = (found - expected).abs();
    assert!(
        error <= 1e-6 * expected.abs().max(found.abs()) + 1e-9,
        "{}: {found} by the pullback, {expected} by differences",
        what()
    );
}

pub(crate) fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// Draws a tensor of values between -2 and 2.
pub(crate) fn random<const F: usize>(leading: &[usize], rng: &mut impl Rng) -> Tensor<F, f64> {
    let count = leading.iter().product::<usize>() * F;
    Tensor::from_vec(leading, (0..count).map(|_| rng.random_range(-2.0..2.0)).collect())
}

/// Draws each parameter of the module between -1 and 1, so that there are no special values.
pub(crate) fn randomized<M: Module<Elem = f64>>(mut module: M, rng: &mut impl Rng) -> M {
    for mut parameter in module.parameters_mut() {
        parameter.as_mut_slice().fill_with(|| rng.random_range(-1.0..1.0));
    }
    module
}

/// Checks a layer with one input.
macro_rules! check_layer {
    ($layer:expr, $x:expr) => {{
        let layer = $layer;
        crate::check::check(
            &layer,
            &($x,),
            |layer, (x,)| layer.forward(x),
            |layer, (x,), gradient, d| {
                let (y, pullback) = layer.forward_vjp(x);
                let cotangents = pullback(d, gradient, [true]);
                // A cotangent that is not wanted is not computed, and the others do not change.
                let (_, pullback) = layer.forward_vjp(x);
                let mut again = layer.zeros_like();
                let (none,) = pullback(y.clone(), &mut again, [false]);
                assert!(none.is_none());
                (y, cotangents)
            },
        );
    }};
}
pub(crate) use check_layer;

/// An input as an operation on features that are known at run time takes it.
pub(crate) trait Dynamic {
    type Of;
    fn to_dynamic(&self) -> Self::Of;
}

impl<const F: usize> Dynamic for Tensor<F, f64> {
    type Of = Tensor<DYN, f64>;
    fn to_dynamic(&self) -> Tensor<DYN, f64> {
        self.dynamic()
    }
}

impl Dynamic for f64 {
    type Of = f64;
    fn to_dynamic(&self) -> f64 {
        *self
    }
}

/// Returns a value, and the cotangents of its inputs for random cotangents of it.
pub(crate) fn both<Y: Flat, C: Flat>((y, pullback): (Y, impl FnOnce(Y) -> C)) -> [Vec<f64>; 2] {
    let value = y.elements();
    let d = y.with(&mut random_weights(value.len()).into_iter());
    [value, pullback(d).elements()]
}

/// Checks an operation, given its inputs, its value, its value with a pullback, and which cotangents are wanted: with the
/// features of the inputs, and with features that are known at run time, which changes no bit.
macro_rules! check_op {
    ([$($x:ident),+], $value:expr, $pair:expr, $wanted:expr) => {{
        crate::check::check_fixed_op!([$($x),+], $value, $pair, $wanted);
        let fixed = {
            let ($($x,)+) = ($(&$x,)+);
            let (y, pullback) = $pair;
            crate::check::both((y, |d| pullback(d, $wanted)))
        };
        let ($($x,)+) = ($(crate::check::Dynamic::to_dynamic(&$x),)+);
        crate::check::check_fixed_op!([$($x),+], $value, $pair, $wanted);
        let dynamic = {
            let ($($x,)+) = ($(&$x,)+);
            let (y, pullback) = $pair;
            crate::check::both((y, |d| pullback(d, $wanted)))
        };
        assert_eq!(fixed, dynamic);
    }};
}
pub(crate) use check_op;

/// Checks an operation that names the features of its inputs.
macro_rules! check_fixed_op {
    ([$($x:ident),+], $value:expr, $pair:expr, $wanted:expr) => {
        crate::check::check(
            &crate::check::Nothing::zeros(),
            &($($x.clone(),)+),
            |_, ($($x,)+)| $value,
            |_, ($($x,)+), _, d| {
                let (y, pullback) = $pair;
                (y, pullback(d, $wanted))
            },
        )
    };
}
pub(crate) use check_fixed_op;
