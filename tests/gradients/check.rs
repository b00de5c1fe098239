//! Gradient checks by central differences, for any function of a module and its inputs, and checks of forward mode.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::Lift;
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

/// [`check`] and [`check_duals`], of closures that are generic over the element type.
macro_rules! check_both {
    ($module:expr, $inputs:expr, $forward:expr, $pullback:expr $(,)?) => {{
        let (module, inputs) = ($module, $inputs);
        crate::check::check(module, inputs, $forward, $pullback);
        crate::check::check_duals(module, inputs, ($forward, $pullback), $forward, $pullback);
    }};
}
pub(crate) use check_both;

/// Runs both over dual numbers, along a random direction. Compares the tangent of the value with central differences of the value,
/// and the tangents of the gradient and the cotangents, which are products with the Hessian, with central differences of those.
pub(crate) fn check_duals<M, X, Y, C>(
    module: &M,
    inputs: &X,
    (forward, pullback): (impl Fn(&M, &X) -> Y, impl Fn(&M, &X, &mut M, Y) -> (Y, C)),
    forward_of_duals: impl Fn(&M::Dual, &X::Dual) -> Y::Dual,
    pullback_of_duals: impl Fn(&M::Dual, &X::Dual, &mut M::Dual, Y::Dual) -> (Y::Dual, C::Dual),
) where
    M: Module<Elem = f64> + Clone + Lift<Dual: Module>,
    X: Flat + Lift,
    Y: Flat + Lift,
    C: Flat + Lift,
{
    let mut rng = StdRng::seed_from_u64(11);
    let mut draw = |count| (0..count).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
    // Frozen parts of a module have no gradient, and no tangent.
    let mut of_module = module.zeros_like();
    for mut parameter in of_module.parameters_mut() {
        let direction = draw(parameter.as_slice().len());
        parameter.as_mut_slice().copy_from_slice(&direction);
    }
    let of_inputs = inputs.with(&mut draw(inputs.elements().len()).into_iter());
    let moved = |step: f64| {
        let mut moved = module.clone();
        let directions: Vec<_> = of_module.named_parameters().collect();
        for (name, mut parameter) in moved.named_parameters_mut() {
            if let Some((_, direction)) = directions.iter().find(|(other, _)| *other == name) {
                let pairs = parameter.as_mut_slice().iter_mut().zip(direction.as_slice());
                pairs.for_each(|(x, dx)| *x += step * dx);
            }
        }
        let elements = inputs.elements().into_iter().zip(of_inputs.elements());
        (moved, inputs.with(&mut elements.map(|(x, dx)| x + step * dx)))
    };
    let value = forward(module, inputs);
    let cotangent = || value.with(&mut random_weights(value.elements().len()).into_iter());
    let gradient_at = |module: &M, inputs: &X| {
        let mut gradient = module.zeros_like();
        let (_, cotangents) = pullback(module, inputs, &mut gradient, cotangent());
        all_elements(&gradient, &cotangents)
    };

    let (dual_module, dual_inputs) = (module.lift(Some(&of_module)), inputs.lift(Some(&of_inputs)));
    let (found, tangent) = <Y as Lift>::parts(forward_of_duals(&dual_module, &dual_inputs));
    assert_close("value", &found.elements(), &value.elements());
    let expected = differences(|step| {
        let (module, inputs) = moved(step);
        forward(&module, &inputs).elements()
    });
    assert_close("tangent", &tangent.elements(), &expected);

    let mut gradient = dual_module.zeros_like();
    let (again, cotangents) =
        pullback_of_duals(&dual_module, &dual_inputs, &mut gradient, cotangent().lift(None));
    let (found, tangent) = <Y as Lift>::parts(again);
    assert_close("value beside the pullback", &found.elements(), &value.elements());
    assert_close("tangent beside the pullback", &tangent.elements(), &expected);
    let ((gradient, of_gradient), (cotangents, of_cotangents)) =
        (M::parts(gradient), <C as Lift>::parts(cotangents));
    assert_close("gradient", &all_elements(&gradient, &cotangents), &gradient_at(module, inputs));
    let expected = differences(|step| {
        let (module, inputs) = moved(step);
        gradient_at(&module, &inputs)
    });
    assert_close("tangent of the gradient", &all_elements(&of_gradient, &of_cotangents), &expected);
}

fn all_elements<M: Module<Elem = f64>>(gradient: &M, cotangents: &impl Flat) -> Vec<f64> {
    let mut elements: Vec<f64> =
        gradient.parameters().flat_map(|parameter| parameter.as_slice().to_vec()).collect();
    elements.extend(cotangents.elements());
    elements
}

/// The derivatives at 0, with errors proportional to the fourth power of the step.
fn differences(at: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    const STEP: f64 = 4e-4;
    let central = |step: f64| {
        let pairs = at(step).into_iter().zip(at(-step));
        pairs.map(|(right, left)| (right - left) / (2.0 * step)).collect::<Vec<_>>()
    };
    central(STEP).into_iter().zip(central(2.0 * STEP)).map(|(near, far)| (4.0 * near - far) / 3.0).collect()
}

#[track_caller]
fn assert_close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "the {what} over dual numbers has other elements");
    for (at, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let is_close = (found - expected).abs() <= 1e-6 * expected.abs().max(found.abs()) + 1e-8;
        let is_same = is_close || found == expected || found.is_nan() && expected.is_nan();
        assert!(is_same, "element {at} of the {what} over dual numbers is {found}, not {expected}");
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

/// Checks a layer of the library with one input.
macro_rules! check_layer {
    ($layer:expr, $x:expr) => {
        crate::check::of_one_input!([crate::check::check_both!] $layer, $x)
    };
}
pub(crate) use check_layer;

/// Checks a network with one input, whose elements are `f64` only.
macro_rules! check_net {
    ($net:expr, $x:expr) => {
        crate::check::of_one_input!([crate::check::check] $net, $x)
    };
}
pub(crate) use check_net;

/// Checks a layer or a network with one input.
macro_rules! of_one_input {
    ([$($check:tt)+] $layer:expr, $x:expr) => {{
        let layer = $layer;
        $($check)+ (
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
pub(crate) use of_one_input;

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
        crate::check::check_both!(
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
