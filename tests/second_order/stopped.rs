//! `stop_gradient` cuts tangents, too.

use tiedw::prelude::*;
use tiedw::{Dual, Lift};

use crate::assert_same;

fn x() -> Tensor<2, Dual<f64>> {
    Tensor::from([Dual::new(1.0, 3.0), Dual::new(2.0, 0.0)])
}

fn constant() -> Tensor<2, Dual<f64>> {
    Tensor::from([1.0, 2.0]).lift(None)
}

#[test]
fn values() {
    assert_same(stop_gradient(Dual::new(2.0, 1.0)), Dual::constant(2.0));
    let twice = Dual::new(Dual::new(2.0, 1.0), Dual::new(3.0, 4.0));
    assert_same(stop_gradient(twice), Dual::constant(Dual::constant(2.0)));
    assert_same(stop_gradient(x()), constant());
    assert_same(stop_gradient(vec![x(), x()]), [constant(), constant()]);
    assert_same(stop_gradient([Some(x()), None]), [Some(constant()), None]);
    assert_same(stop_gradient((x(), true, Box::new(x()))), (constant(), true, Box::new(constant())));
    assert_same(stop_gradient("unchanged"), "unchanged");
}

#[derive(Value, Clone, Debug, PartialEq)]
struct State<E: Element> {
    h: Tensor<2, E>,
    scale: E,
    #[constant]
    steps: usize,
}

#[derive(Value, Clone, Debug, PartialEq)]
enum Step<E: Element> {
    Next(State<E>, Option<E>),
    End { at: usize, sum: E },
    Empty,
}

#[test]
fn structs_and_enums() {
    let state = || State { h: x(), scale: Dual::new(1.0, 1.0), steps: 3 };
    let cut = || State { h: constant(), scale: Dual::constant(1.0), steps: 3 };
    assert_same(stop_gradient(state()), cut());
    assert_same(
        stop_gradient(Step::Next(state(), Some(Dual::new(2.0, 1.0)))),
        Step::Next(cut(), Some(Dual::constant(2.0))),
    );
    assert_same(
        stop_gradient(Step::End { at: 1, sum: Dual::new(1.0, 1.0) }),
        Step::End { at: 1, sum: Dual::<f64>::ONE },
    );
    assert_same(stop_gradient(Step::<Dual<f64>>::Empty), Step::<Dual<f64>>::Empty);
    assert_same(stop_gradient(&Step::Next(cut(), None)), Step::Next(cut(), None));
}

#[test]
#[should_panic = "`stop_gradient` of a reference to dual numbers"]
fn references_to_structs() {
    stop_gradient(&Step::Next(State { h: x(), scale: Dual::ONE, steps: 0 }, None));
}

/// A tensor keeps what was cut, until it changes.
#[test]
fn references() {
    let mut tensor = x();
    assert_same(stop_gradient(&tensor), constant());
    let (first, second): (&Tensor<2, _>, &Tensor<2, _>) = (stop_gradient(&tensor), stop_gradient(&tensor));
    assert!(std::ptr::eq(first, second));
    assert_same(stop_gradient(&tensor.dynamic()), constant().dynamic());
    assert_same(&tensor, x());
    tensor.as_mut_slice()[1] = Dual::new(7.0, 1.0);
    assert_same(stop_gradient(&tensor).as_slice(), [Dual::constant(1.0), Dual::constant(7.0)]);
    let reshaped = tensor.reshape([1, 1]);
    assert_eq!(stop_gradient(&reshaped).shape(), [1, 1, 2]);
    let numbers = Tensor::from([1.0, 2.0]);
    let same: &Tensor<2> = stop_gradient(&numbers);
    assert!(std::ptr::eq(same, &numbers));
    assert_same(stop_gradient(&Dual::constant(1.0)), Dual::constant(1.0));
}

/// Memory is reused for other tensors, of which nothing was cut.
#[test]
fn references_to_reused_memory() {
    for at in 0..4 {
        let tensor = Tensor::<300, Dual<f64>>::full([2], Dual::new(at.into(), 1.0));
        assert_same(stop_gradient(&tensor).as_slice()[5], Dual::constant(f64::from(at)));
        let same = Tensor::<300, Dual<f64>>::from_vec([2], tensor.into_vec());
        assert_same(stop_gradient(&same).as_slice()[5], Dual::constant(f64::from(at)));
    }
}

#[test]
#[should_panic = "`stop_gradient` of a reference to dual numbers: pass the value itself"]
fn references_that_keep_nothing() {
    stop_gradient(&Dual::new(1.0, 1.0));
}

#[differentiable]
fn with_targets<E: Element>(x: &Tensor<2, E>) -> E {
    let target = stop_gradient(x) + E::ONE;
    mse_loss(&x.tanh(), &target) + stop_gradient(x.sum()) * x.sum()
}

/// In a body, as in a plain call.
#[test]
fn bodies() {
    let (x, dx) = (Tensor::<2, f64>::from([0.3, -0.4]), Tensor::from([1.0, 2.0]));
    let fixed = (x.clone() + 1.0, x.sum());
    let loss = |x: &Tensor<2, f64>| mse_loss(&x.tanh(), &fixed.0) + fixed.1 * x.sum();
    let step = 1e-6;
    let slope = (loss(&(&x + &dx * step)) - loss(&(&x - &dx * step))) / (2.0 * step);
    let lifted = x.lift(Some(&dx));
    for y in [with_targets(&lifted), with_targets_vjp(&lifted).0] {
        assert!((y.tangent - slope).abs() < 1e-8, "{} for {slope}", y.tangent);
    }
}
