//! Derivatives of higher order, and the symmetry of Hessians.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::layers::MultiHeadAttention;
use tiedw::prelude::*;
use tiedw::{Dual, Lift};

type Second = Dual<Dual<f64>>;

/// x with the same tangent twice: the value, the slope and the curvature of a function.
fn derivatives(f: impl Fn(&Tensor<1, Second>) -> Tensor<1, Second>, x: f64) -> [f64; 3] {
    let x = Second::new(Dual::new(x, 1.0), Dual::new(1.0, 0.0));
    let y = f(&Tensor::from([x])).as_slice()[0];
    assert!((y.value.tangent - y.tangent.value).abs() <= 1e-14 * y.value.tangent.abs());
    [y.value.value, y.value.tangent, y.tangent.tangent]
}

#[track_caller]
fn close(found: [f64; 3], expected: [f64; 3]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{found} for {expected}");
    }
}

#[test]
fn second_derivatives() {
    for x in [0.0, 0.3, -1.2, 2.0] {
        let (e, t) = (f64::exp(x), f64::tanh(x));
        close(derivatives(|x| x.exp(), x), [e; 3]);
        close(derivatives(|x| x.tanh(), x), [t, 1.0 - t * t, -2.0 * t * (1.0 - t * t)]);
        let s = 1.0 / (1.0 + (-x).exp());
        let slope = s * (1.0 - s);
        close(derivatives(|x| x.sigmoid(), x), [s, slope, slope * (1.0 - 2.0 * s)]);
        close(derivatives(|x| x.softplus(), x), [e.ln_1p(), s, slope]);
        close(derivatives(|x| x.sin(), x), [x.sin(), x.cos(), -x.sin()]);
        close(derivatives(|x| x.powi(3), x), [x * x * x, 3.0 * x * x, 6.0 * x]);
        let bell = (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI;
        close(derivatives(|x| x.erf(), x), [derivatives(|x| x.erf(), x)[0], bell, -2.0 * x * bell]);
        let density = (-0.5 * x * x).exp() * 0.398_942_280_401_432_7;
        let [_, slope, curvature] = derivatives(|x| x.gelu(), x);
        let cdf = slope - x * density;
        assert!((0.0..1.0).contains(&cdf));
        assert!((curvature - density * (2.0 - x * x)).abs() < 1e-12);
    }
}

/// The pullback of doubly dual numbers: the third derivative.
#[test]
fn third_derivatives() {
    for x in [0.2, -0.7] {
        let dual = Tensor::from([Second::new(Dual::new(x, 1.0), Dual::new(1.0, 0.0))]);
        let third = |pair: Option<Tensor<1, Second>>| pair.unwrap().as_slice()[0].tangent.tangent;
        let one = || Tensor::from([Second::ONE]);
        let (_, pullback) = dual.exp_vjp();
        assert!((third(pullback(one(), [true]).0) - x.exp()).abs() < 1e-12);
        let (_, pullback) = dual.tanh_vjp();
        let (t, slope) = (x.tanh(), 1.0 - x.tanh() * x.tanh());
        assert!((third(pullback(one(), [true]).0) - slope * (6.0 * t * t - 2.0)).abs() < 1e-12);
    }
}

/// Of a network in each weight: w exp(v x) at x.
#[test]
fn of_a_small_network() {
    let (v, w, x) = (0.7, 1.3, 0.5);
    type Net = (Vector<1, Second>, Vector<1, Second>);
    // Along v twice.
    let v_dual = Second::new(Dual::new(v, 1.0), Dual::new(1.0, 0.0));
    let net: Net = (Vector::from([v_dual]), Vector::from([Second::from_f64(w)]));
    let loss = |net: &Net| {
        let h = Tensor::<1, Second>::from([Second::from_f64(x)]) * &net.0.view();
        (h.exp() * &net.1.view()).sum()
    };
    let y = loss(&net);
    let e = (v * x).exp();
    assert!((y.tangent.tangent - w * x * x * e).abs() < 1e-12);
    let h = Tensor::<1, Second>::from([Second::from_f64(x) * v_dual]);
    let (y, pullback) = h.exp_vjp();
    // The gradient by w is exp(v x); its second derivative by v is the third derivative of the loss.
    assert!((y.as_slice()[0].tangent.tangent - x * x * e).abs() < 1e-12);
    let d = pullback(Tensor::from([Second::from_f64(w)]), [true]).0.unwrap();
    let by_v = d.as_slice()[0] * Second::from_f64(x);
    assert!((by_v.tangent.tangent - w * x.powi(3) * e).abs() < 1e-12);
}

type Block = (
    WithElem<Linear<3, 8>, f64>,
    WithElem<LayerNorm<8>, f64>,
    WithElem<MultiHeadAttention<8, 2>, f64>,
    WithElem<Linear<8, 4>, f64>,
);

fn product(net: &Block, x: &Tensor<3, f64>, classes: &Ids, direction: &Block) -> Block {
    let dual = net.lift(Some(direction));
    let mut gradient = dual.zeros_like();
    let (h, first) = dual.0.forward_vjp(&x.lift(None));
    let (h, activation) = h.gelu_vjp();
    let (h, norm) = dual.1.forward_vjp(&h);
    let (h, attention) = dual.2.forward_vjp(&h);
    let (h, last) = dual.3.forward_vjp(&h);
    let (_, loss) = cross_entropy_loss_vjp(&h, classes);
    let d = loss(Dual::ONE, [true, false]).0.unwrap();
    let d = last(d, &mut gradient.3, [true]).0.unwrap();
    let d = attention(d, &mut gradient.2, [true]).0.unwrap();
    let d = norm(d, &mut gradient.1, [true]).0.unwrap();
    let d = activation(d, [true]).0.unwrap();
    first(d, &mut gradient.0, [false]);
    Block::parts(gradient).1
}

/// v · (H w) = w · (H v).
#[test]
fn hessians_are_symmetric() {
    let rng = &mut StdRng::seed_from_u64(3);
    let net: Block = (Init::init(rng), Init::init(rng), Init::init(rng), Init::init(rng));
    let x = Tensor::randn([2, 5], rng);
    let classes = Ids::from_vec([2, 5], (0..10).map(|at| at % 4).collect());
    let mut draw = || {
        let mut direction = net.zeros_like();
        for mut parameter in direction.parameters_mut() {
            parameter.as_mut_slice().fill_with(|| rng.random_range(-1.0..1.0));
        }
        direction
    };
    let dot = |a: &Block, b: &Block| -> f64 {
        a.parameters()
            .zip(b.parameters())
            .flat_map(|(a, b)| a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| a * b).collect::<Vec<_>>())
            .sum()
    };
    for _ in 0..5 {
        let (v, w) = (draw(), draw());
        let (left, right) =
            (dot(&v, &product(&net, &x, &classes, &w)), dot(&w, &product(&net, &x, &classes, &v)));
        assert!(
            left.abs() > 1e-3 && (left - right).abs() < 1e-12 * left.abs().max(1.0),
            "{left} and {right}"
        );
    }
}

/// At a kink, the derivatives of all orders are 0, and not NaN.
#[test]
fn roots_of_sums_of_squares_at_zero() {
    let along = |value: f64| Dual::new(Dual::new(0.0, value), Dual::new(1.0 - value, 0.0));
    let x = Tensor::<2, Dual<Dual<f64>>>::from([along(0.5), along(2.0)]);
    for y in [x.norm(), x.norm_features().as_slice()[0], x.std(), (&x - &x).std_features().as_slice()[0]] {
        assert_eq!([y.value.tangent, y.tangent.value, y.tangent.tangent], [0.0; 3], "{y}");
    }
}

/// The derivatives by both at an exponent of 0 or 1 are those beside it.
#[test]
fn powers_whose_exponent_has_a_tangent() {
    let mixed = |exponent: f64| {
        let x = Tensor::<1, _>::from([Dual::new(Dual::new(0.7, 1.0), Dual::constant(0.0))]);
        let y = x.powf(Dual::new(Dual::constant(exponent), Dual::constant(1.0)));
        y.as_slice()[0].tangent.tangent
    };
    for exponent in [0.0, 1.0, 2.0] {
        assert!((mixed(exponent) - mixed(exponent + 1e-9)).abs() < 1e-7, "{exponent}");
    }
    assert!((mixed(0.0) - 1.0 / 0.7).abs() < 1e-12);
    // As over numbers, where it is 0 as in PyTorch.
    let x = Tensor::<1, Dual<f64>>::from([Dual::new(0.0, 1.0)]);
    let (_, pullback) = x.powf_vjp(Dual::new(0.0, 1.0));
    assert_eq!(pullback(Tensor::ones([]), [true, false]).0.unwrap().as_slice()[0].value, 0.0);
}
