//! Gradient checks by central differences, for any function of a module and its inputs.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::testing::{Flat, gradcheck_module};

/// A module without parameters, for plain operations.
pub(crate) type Nothing = tiedw::Vector<0, f64>;

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
    let value = forward(module, inputs).elements();
    let to_the_bit = |module: &M, inputs: &X, gradient: &mut M, d: Y| {
        let (again, cotangents) = pullback(module, inputs, gradient, d);
        assert_eq!(again.elements(), value, "the value beside the pullback is another");
        (again, cotangents)
    };
    if let Err(error) = gradcheck_module(&mut module.clone(), inputs, &forward, to_the_bit) {
        panic!("{error}");
    }
}

/// Random weights of the elements of a value.
fn random_weights(count: usize) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(7);
    (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
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
