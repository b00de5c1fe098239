//! Where a function has no derivative, the tangent is that of the pullback.

use tiedw::prelude::*;
use tiedw::{Dual, Lift};

type X<const F: usize, E = f64> = Tensor<F, E>;

/// Compares the tangent of the values along each axis with the pullback.
macro_rules! agree {
    ($x:expr, |$arg:ident| $value:expr, $pair:expr) => {{
        let x: X<_> = $x;
        for at in 0..x.as_slice().len() {
            let mut dx = x.map(|_| 0.0);
            dx.as_mut_slice()[at] = 1.0;
            let (expected, pullback) = {
                let $arg = &x;
                $pair
            };
            let $arg = &x.lift(Some(&dx));
            let (value, tangent) = parts_of(&expected, $value);
            assert_eq!(value, expected);
            let slopes = pullback(expected.ones(), [true; _]).0.unwrap();
            let sum = tangent.total();
            let slope = slopes.as_slice()[at];
            assert!(
                (sum - slope).abs() < 1e-12 || sum.is_nan() && slope.is_nan(),
                "{}: element {at} has the tangent {sum}, and the pullback says {slope}",
                stringify!($value)
            );
        }
    }};
}

/// A constant.
fn numbers<const F: usize, E: Element>(x: &X<F>) -> X<F, E> {
    Tensor::from_vec(
        &x.shape()[..x.shape().len() - 1],
        x.as_slice().iter().map(|&x| E::from_f64(x)).collect(),
    )
}

/// The parts of a value of the type of another.
fn parts_of<T: Lift>(_: &T, dual: T::Dual) -> (T, T) {
    T::parts(dual)
}

/// A value, and the sum of its elements, of which the pullback is called.
trait Summed: Sized {
    fn ones(&self) -> Self;
    fn total(&self) -> f64;
}

impl<const F: usize> Summed for X<F> {
    fn ones(&self) -> Self {
        self.map(|_| 1.0)
    }
    fn total(&self) -> f64 {
        self.sum()
    }
}

impl Summed for f64 {
    fn ones(&self) -> f64 {
        1.0
    }
    fn total(&self) -> f64 {
        *self
    }
}

#[test]
fn activations() {
    let x = || Tensor::from([[0.0, 1.0, -1.0, 3.0, -3.0, 6.0], [-0.0, 20.0, 0.5, -6.0, 2.0, 1e-9]]);
    agree!(x(), |x| x.relu(), x.relu_vjp());
    agree!(x(), |x| x.relu6(), x.relu6_vjp());
    agree!(x(), |x| x.abs(), x.abs_vjp());
    agree!(x(), |x| x.sign(), x.sign_vjp());
    agree!(x(), |x| x.hardtanh(), x.hardtanh_vjp());
    agree!(x(), |x| x.hardsigmoid(), x.hardsigmoid_vjp());
    agree!(x(), |x| x.hardswish(), x.hardswish_vjp());
    agree!(x(), |x| x.sigmoid(), x.sigmoid_vjp());
    agree!(x(), |x| x.log_sigmoid(), x.log_sigmoid_vjp());
    agree!(x(), |x| x.softplus(), x.softplus_vjp());
    agree!(x(), |x| x.softsign(), x.softsign_vjp());
    agree!(x(), |x| x.silu(), x.silu_vjp());
    agree!(x(), |x| x.mish(), x.mish_vjp());
    agree!(x(), |x| x.gelu(), x.gelu_vjp());
    agree!(x(), |x| x.gelu_tanh(), x.gelu_tanh_vjp());
    agree!(x(), |x| x.selu(), x.selu_vjp());
    agree!(x(), |x| x.tanh(), x.tanh_vjp());
    agree!(x(), |x| x.erf(), x.erf_vjp());
    agree!(x(), |x| x.floor(), x.floor_vjp());
    agree!(x(), |x| x.round(), x.round_vjp());
    agree!(x(), |x| x.sin(), x.sin_vjp());
    agree!(x(), |x| x.powi(0), x.powi_vjp(0));
    agree!(x(), |x| x.powi(1), x.powi_vjp(1));
    agree!(x(), |x| x.powi(4), x.powi_vjp(4));
    agree!(x().abs(), |x| x.norm(), x.norm_vjp());
}

#[test]
fn with_numbers() {
    fn number<E: Element>(x: f64) -> E {
        E::from_f64(x)
    }
    let x = || Tensor::from([0.0, 1.0, -1.0, 3.0]);
    agree!(x(), |x| x.elu(number(0.7)), x.elu_vjp(number(0.7)));
    agree!(x(), |x| x.celu(number(0.7)), x.celu_vjp(number(0.7)));
    agree!(x(), |x| x.leaky_relu(number(0.1)), x.leaky_relu_vjp(number(0.1)));
    agree!(x(), |x| x.clamp(number(-1.0), number(1.0)), x.clamp_vjp(number(-1.0), number(1.0)));
    agree!(x(), |x| x.threshold(number(1.0), number(5.0)), x.threshold_vjp(number(1.0), number(5.0)));
    for exponent in [0.0, 1.0, 2.0, 3.0, 2.5, 4.0] {
        let x = x().abs();
        agree!(x.clone(), |x| x.powf(number(exponent)), x.powf_vjp(number(exponent)));
    }
}

/// Equal elements share the gradient, or the first has it.
#[test]
fn ties() {
    let x = || Tensor::from([[2.0, 5.0, 5.0, 1.0, 5.0], [7.0, 0.0, 7.0, 0.0, 0.0]]);
    agree!(x(), |x| x.max(), x.max_vjp());
    agree!(x(), |x| x.min(), x.min_vjp());
    agree!(x(), |x| x.max_features(), x.max_features_vjp());
    agree!(x(), |x| x.min_features(), x.min_features_vjp());
    agree!(x(), |x| x.max_axis(0), x.max_axis_vjp(0));
    agree!(x().map(|_| 4.0), |x| x.min_axis(0), x.min_axis_vjp(0));
    agree!(x(), |x| x.logsumexp(), x.logsumexp_vjp());
    agree!(x().map(|_| 0.0), |x| x.logsumexp_features(), x.logsumexp_features_vjp());
    fn y<E: Element>() -> Tensor<5, E> {
        numbers(&Tensor::from([2.0, 6.0, 5.0, 1.0, 4.0]))
    }
    agree!(x(), |x| x.maximum(&y()), x.maximum_vjp(&y()));
    agree!(x(), |x| x.minimum(&y()), x.minimum_vjp(&y()));
    agree!(x(), |x| y().maximum(x), {
        let (z, pullback) = y().maximum_vjp(x);
        (z, move |d, [wanted]: [bool; 1]| (pullback(d, [false, wanted]).1,))
    });
}

/// Many elements are reduced in lanes, in another order than that of the elements.
#[test]
fn ties_of_many() {
    let x = Tensor::<DYN, f64>::from_shape_vec([3, 700], (0..2100).map(|at| (at % 7) as f64).collect());
    let dx = Tensor::from_shape_vec([3, 700], (0..2100).map(f64::from).collect());
    let (value, tangent) = <X<1>>::parts(x.lift(Some(&dx)).max_features());
    assert_eq!(value.as_slice(), [6.0; 3]);
    assert_eq!(tangent.as_slice(), [6.0, 706.0, 1406.0]);
    let (value, tangent): (f64, f64) = Lift::parts(x.lift(Some(&dx)).max());
    let ties: Vec<f64> = (0..2100).filter(|at| at % 7 == 6).map(f64::from).collect();
    assert_eq!(value, 6.0);
    assert!((tangent - ties.iter().sum::<f64>() / ties.len() as f64).abs() < 1e-9);
}

#[test]
fn comparisons_are_those_of_values() {
    let (x, dx) = (Tensor::from([1.0, 2.0, 2.0]), Tensor::from([0.0, 1.0, 0.0]));
    let x = x.lift(Some(&dx));
    let two = Dual::constant(2.0);
    assert_eq!(x.eq(two), Mask::from([false, true, true]));
    assert_eq!(x.ne(two), Mask::from([true, false, false]));
    assert_eq!((x.ge(two), x.lt(two)), (x.eq(two), x.ne(two)));
    assert_eq!(x.argmax(), Ids::from_vec([], vec![1]));
    let infinite = Tensor::from([f64::INFINITY, 1.0, f64::NAN]).lift(Some(&dx.map(|_| 1.0)));
    assert_eq!(infinite.is_infinite(), Mask::from([true, false, false]));
}

#[test]
fn losses() {
    let x = || Tensor::from([[0.0, 1.0, -1.0], [0.0, 0.5, 2.0]]);
    fn y<E: Element>() -> Tensor<3, E> {
        numbers(&Tensor::from([[0.0, 1.0, 1.0], [0.5, 0.0, 2.0]]))
    }
    let mask = || Mask::from([[true, false, true], [false, true, true]]);
    fn one<E: Element>() -> E {
        E::ONE
    }
    agree!(x(), |x| l1_loss(x, &y()), l1_loss_vjp(x, &y()));
    agree!(x(), |x| huber_loss(x, &y(), one()), huber_loss_vjp(x, &y(), one()));
    agree!(x(), |x| smooth_l1_loss(x, &y(), one()), smooth_l1_loss_vjp(x, &y(), one()));
    agree!(x(), |x| bce_with_logits_losses(x, &y()), bce_with_logits_losses_vjp(x, &y()));
    agree!(x(), |x| soft_margin_losses(x, &mask()), soft_margin_losses_vjp(x, &mask()));
    agree!(x(), |x| hinge_embedding_losses(x, &mask(), one()), hinge_embedding_losses_vjp(x, &mask(), one()));
    agree!(
        x(),
        |x| margin_ranking_losses(x, &y(), &mask(), one()),
        margin_ranking_losses_vjp(x, &y(), &mask(), one())
    );
    agree!(
        x(),
        |x| triplet_margin_losses(x, &y(), &y(), one()),
        triplet_margin_losses_vjp(x, &y(), &y(), one())
    );
    let variance = || Tensor::from([[0.0, 1.0, -1.0], [1e-9, 0.5, 2.0]]);
    let (duals, dx) = (variance(), variance().map(|_| 1.0));
    let (_, tangent) = <X<3>>::parts(gaussian_nll_losses(&y(), &x().lift(None), &duals.lift(Some(&dx))));
    let (_, pullback) = gaussian_nll_losses_vjp(&y(), &x(), &variance());
    let slopes = pullback(x().map(|_| 1.0), [true; 3]).2.unwrap();
    assert!((tangent - slopes).abs().max() < 1e-6);
}

/// What is infinite or masked has no tangent, and the others have theirs.
#[test]
fn infinities() {
    const LOW: f64 = f64::NEG_INFINITY;
    let x = || Tensor::from([[LOW, 0.0, 1.0], [2.0, LOW, 2.0], [LOW, LOW, 0.0]]);
    agree!(x(), |x| x.softmax(), x.softmax_vjp());
    agree!(x(), |x| x.logsumexp_features(), x.logsumexp_features_vjp());
    agree!(x(), |x| x.logsumexp_axis(0), x.logsumexp_axis_vjp(0));
    agree!(x(), |x| x.exp(), x.exp_vjp());
    let mask = AttentionMask::none().key_padding(vec![true, true, false]);
    fn keys<E: Element>() -> Tensor<3, E> {
        numbers(&Tensor::from([[0.0, 1.0, 2.0], [1.0, 0.5, 0.0], [3.0, 1.0, 1.0]]))
    }
    for mask in [mask, AttentionMask::none().key_padding(vec![true; 3]), AttentionMask::causal()] {
        agree!(keys(), |x| x.scaled_dot_product_attention::<1, 3>(&keys(), &keys(), &mask), {
            x.scaled_dot_product_attention_vjp::<1, 3>(&keys(), &keys(), &mask)
        });
    }
    // Where no alignment of a target is possible, the loss is infinite.
    let log_probs = || Tensor::from([[[-0.5, LOW, -1.0], [-1.0, -0.7, LOW]]]);
    let targets = Ids::from_vec([1, 1], vec![1]);
    agree!(log_probs(), |x| ctc_losses(x, &targets, &[2], &[1]), ctc_losses_vjp(x, &targets, &[2], &[1]));
}
