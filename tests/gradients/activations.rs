use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

/// Checks one row of one feature, odd sizes, and more elements than a SIMD register holds.
macro_rules! activation {
    ($name:ident, $vjp:ident, |$x:ident| $domain:expr) => {
        #[test]
        fn $name() {
            let at = |$x: Tensor<1, f64>| $domain;
            let x = at(random::<1>(&[1], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
            let at = |$x: Tensor<7, f64>| $domain;
            let x = at(random::<7>(&[3, 1], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
            let at = |$x: Tensor<53, f64>| $domain;
            let x = at(random::<53>(&[2], &mut rng()));
            check_op!([x], x.$name(), x.$vjp(), [true]);
        }
    };
}
activation!(gelu, gelu_vjp, |x| x);
activation!(gelu_tanh, gelu_tanh_vjp, |x| x);
activation!(silu, silu_vjp, |x| x);
activation!(sigmoid, sigmoid_vjp, |x| x);
activation!(tanh, tanh_vjp, |x| x);
activation!(softmax, softmax_vjp, |x| x);
activation!(log_softmax, log_softmax_vjp, |x| x);
activation!(exp, exp_vjp, |x| x);
activation!(ln, ln_vjp, |x| x.map(|x| x + 2.1));
activation!(sqrt, sqrt_vjp, |x| x.map(|x| x + 2.1));
activation!(abs, abs_vjp, |x| x.map(|x| if x.abs() < 0.01 { 0.5 } else { x }));
activation!(sin, sin_vjp, |x| x);
activation!(cos, cos_vjp, |x| x);
activation!(tan, tan_vjp, |x| x.map(|x| 0.5 * x));
activation!(expm1, expm1_vjp, |x| x);
activation!(log1p, log1p_vjp, |x| x.map(|x| x + 1.3));
activation!(rsqrt, rsqrt_vjp, |x| x.map(|x| x + 2.6));
activation!(recip, recip_vjp, |x| x.map(|x| if x.abs() < 0.4 { 0.5 } else { x }));
activation!(erf, erf_vjp, |x| x);
activation!(sign, sign_vjp, |x| x.map(|x| if x.abs() < 0.01 { 0.5 } else { x }));
activation!(softplus, softplus_vjp, |x| x);
activation!(log_sigmoid, log_sigmoid_vjp, |x| x);
activation!(mish, mish_vjp, |x| x);
activation!(hardswish, hardswish_vjp, |x| x.map(|x| if (x.abs() - 1.5).abs() < 0.01 {
    1.2
} else {
    2.0 * x
}));
activation!(softsign, softsign_vjp, |x| x);
activation!(selu, selu_vjp, |x| x.map(|x| if x.abs() < 0.01 { 0.5 } else { x }));
activation!(asin, asin_vjp, |x| x.map(|x| 0.45 * x));
activation!(acos, acos_vjp, |x| x.map(|x| 0.45 * x));
activation!(atan, atan_vjp, |x| x);
activation!(sinh, sinh_vjp, |x| x);
activation!(cosh, cosh_vjp, |x| x);
activation!(exp2, exp2_vjp, |x| x);
activation!(log2, log2_vjp, |x| x.map(|x| x + 2.3));
activation!(log10, log10_vjp, |x| x.map(|x| x + 2.3));
activation!(relu6, relu6_vjp, |x| x.map(|x| if x.abs() < 0.01 || (x - 1.5).abs() < 0.01 {
    0.5
} else {
    4.0 * x
}));
activation!(hardtanh, hardtanh_vjp, |x| x.map(|x| if (x.abs() - 1.0).abs() < 0.01 { 0.5 } else { x }));
activation!(hardsigmoid, hardsigmoid_vjp, |x| x.map(|x| if (x.abs() - 1.5).abs() < 0.01 {
    0.5
} else {
    2.0 * x
}));
activation!(softmin, softmin_vjp, |x| x);
activation!(asinh, asinh_vjp, |x| x);
activation!(acosh, acosh_vjp, |x| x.map(|x| x.abs() + 1.1));
activation!(atanh, atanh_vjp, |x| x.map(|x| 0.4 * x));
activation!(square, square_vjp, |x| x);
activation!(cbrt, cbrt_vjp, |x| x.map(|x| if x.abs() < 0.2 { 0.5 } else { x }));
activation!(fract, fract_vjp, |x| x.map(away_from_integers));
activation!(trunc, trunc_vjp, |x| x.map(away_from_integers));
activation!(erfc, erfc_vjp, |x| x);

fn away_from_integers(x: f64) -> f64 {
    if (x - x.round()).abs() < 0.01 { 0.5 } else { x }
}

#[test]
fn functions_of_pairs() {
    let mut rng = rng();
    for (of_x, of_y) in [(&[1][..], &[1][..]), (&[3, 2], &[2]), (&[2, 1], &[3]), (&[0], &[1]), (&[], &[])] {
        let away = |x: Tensor<5, f64>| x.map(|x| if x.abs() < 0.1 { 0.5 } else { x });
        let (x, y) = (away(random::<5>(of_x, &mut rng)), away(random::<5>(of_y, &mut rng)));
        check_op!([x, y], x.hypot(y), x.hypot_vjp(y), [true, true]);
        check_op!([x, y], x.prelu(y), x.prelu_vjp(y), [true, true]);
        check_op!([x, y], x.logaddexp(y), x.logaddexp_vjp(y), [true, true]);
        let (base, positive) = (x.map(f64::abs), y.map(f64::abs));
        check_op!([base, y], base.pow(y), base.pow_vjp(y), [true, true]);
        check_op!([x, positive], x.xlogy(positive), x.xlogy_vjp(positive), [true, true]);
        let (left, right) = (x.map(f64::abs), y.clone());
        check_op!([left, right], left.atan2(right), left.atan2_vjp(right), [true, true]);
        for weight in [0.0, 0.3, 0.7, 1.0] {
            check_op!([x, y, weight], x.lerp(y, *weight), x.lerp_vjp(y, *weight), [true, true, true]);
        }
        assert_eq!(
            x.lerp(&y, 1.0),
            Tensor::zeros(of_x) + y.expand(Tensor::lerp(&x, &y, 0.0).shape().split_last().unwrap().1)
        );
    }
    let (none, one) = (Tensor::<0>::zeros([2]), Tensor::<0>::zeros([]));
    assert_eq!(none.atan2(&one).shape(), [2, 0]);
    let (d, infinite) = (Tensor::<1>::ones([]), Tensor::<1>::full([], f32::INFINITY));
    let (dx, dw) = d.prelu_vjp(&d).1(infinite, [true, true]);
    assert_eq!((dx.unwrap().sum(), dw.unwrap().sum()), (f32::INFINITY, 0.0));
}

#[test]
#[should_panic = "atan2 of tensors of shapes [2, 3] and [4, 3]"]
fn angles_of_other_shapes() {
    Tensor::<3>::zeros([2]).atan2(&Tensor::zeros([4]));
}

#[test]
fn functions_of_an_element_and_a_scalar() {
    for shape in [vec![1], vec![3, 1], vec![]] {
        let x = random::<23>(&shape, &mut rng()).map(|x| if x.abs() < 0.01 { 0.5 } else { x });
        let by = 0.3;
        check_op!([x, by], x.leaky_relu(*by), x.leaky_relu_vjp(*by), [true, true]);
        check_op!([x, by], x.elu(*by), x.elu_vjp(*by), [true, true]);
        check_op!([x, by], x.celu(*by), x.celu_vjp(*by), [true, true]);
        let (least, other) = (-0.5123, 0.7);
        check_op!(
            [x, least, other],
            x.threshold(*least, *other),
            x.threshold_vjp(*least, *other),
            [true, true, true]
        );
        check_op!([x, least], x.clamp_min(*least), x.clamp_min_vjp(*least), [true, true]);
        check_op!([x, other], x.clamp_max(*other), x.clamp_max_vjp(*other), [true, true]);
        for by in [0.7, -0.7] {
            let x = x.map(|x| if (x / by - (x / by).round()).abs() < 0.01 { 0.5 } else { x });
            check_op!([x, by], x.remainder(*by), x.remainder_vjp(*by), [true, true]);
        }
        let x = x.map(|x| x + 2.3);
        for exponent in [-1.5, 0.0, 0.5, 1.0, 2.0, 3.7] {
            check_op!([x, exponent], x.powf(*exponent), x.powf_vjp(*exponent), [true, true]);
        }
    }
    let x = Tensor::<3, f64>::from_vec([], vec![0.0, -1.0, 2.0]);
    let (y, pullback) = x.powf_vjp(2.0);
    assert_eq!(y.as_slice(), [0.0, 1.0, 4.0]);
    let (dx, by_exponent) = pullback(Tensor::full([], 1.0), [true, true]);
    assert_eq!(dx.unwrap().as_slice(), [0.0, -2.0, 4.0]);
    assert!(by_exponent.unwrap().is_nan());
    assert_eq!(x.powf_vjp(0.0).1(Tensor::full([], 1.0), [true, false]).0, Some(Tensor::zeros([])));
    assert_eq!(x.slice::<0, 1>().powf_vjp(0.5).1(Tensor::full([], 1.0), [false, true]).1, Some(0.0));
}

#[test]
fn glu() {
    let x = random::<2>(&[1], &mut rng());
    check_op!([x], x.glu::<1>(), x.glu_vjp::<1>(), [true]);
    let x = random::<46>(&[3, 2], &mut rng());
    check_op!([x], x.glu::<23>(), x.glu_vjp::<23>(), [true]);
    assert_eq!(x.dynamic().glu::<DYN>(), x.glu::<23>().dynamic());
    assert_eq!(Tensor::<0>::zeros([2]).glu::<0>().shape(), [2, 0]);
    let large = random::<6>(&[20_000], &mut rng());
    let (a, b) = large.split::<3, 3>();
    assert_eq!(large.glu::<3>(), &a * b.sigmoid());
    assert_eq!(large.swiglu::<3>(), a.silu() * &b);
    assert_eq!(large.geglu::<3>(), a.gelu() * &b);
    for shape in [&[1][..], &[3, 2], &[0]] {
        let x = random::<46>(shape, &mut rng());
        check_op!([x], x.swiglu::<23>(), x.swiglu_vjp::<23>(), [true]);
        check_op!([x], x.geglu::<23>(), x.geglu_vjp::<23>(), [true]);
    }
    assert_eq!(x.dynamic().swiglu::<DYN>(), x.swiglu::<23>().dynamic());
    assert_eq!(Tensor::<0>::zeros([2]).geglu::<0>().shape(), [2, 0]);
}

#[test]
fn remainders_are_exact() {
    let x = Tensor::<40_001>::linspace(-900.0, 700.0, 40_001);
    for divisor in [0.7, -0.7, 360.0, 1e-3, -1e-6, 3e-9] {
        let exact = |x: f32| {
            let rest = f64::from(x).rem_euclid(f64::from(divisor));
            (if divisor < 0.0 && rest > 0.0 { rest + f64::from(divisor) } else { rest }) as f32
        };
        let found = x.remainder(divisor);
        for (&x, &y) in x.as_slice().iter().zip(found.as_slice()) {
            assert_eq!(y, exact(x), "{x} by {divisor}");
        }
    }
    let ends = Tensor::from([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    assert!(ends.remainder(2.0).is_nan().all() && Tensor::from([1.0, 0.0]).remainder(0.0).is_nan().all());
    assert!(Tensor::from([1.0]).remainder(f32::NAN).is_nan().all());
}

#[test]
fn hyperbolic_arcs_outside_their_domain() {
    let x = Tensor::<4, f64>::from([-1e4, -2.0, 0.5, f64::NAN]);
    assert!(x.acosh().is_nan().all() && x.dynamic().acosh().is_nan().all());
    assert!(Tensor::<2, f64>::from([-1.5, 2.0]).atanh().is_nan().all());
}

#[test]
#[should_panic = "geglu::<DYN> of a tensor of shape [2, 3], which does not have twice as many features"]
fn geglu_of_an_odd_number() {
    Tensor::<3>::zeros([2]).dynamic().geglu::<DYN>();
}

#[test]
#[should_panic = "glu::<DYN> of a tensor of shape [2, 3], which does not have twice as many features"]
fn glu_of_an_odd_number() {
    Tensor::<3>::zeros([2]).dynamic().glu::<DYN>();
}

#[derive(Module, Clone)]
struct Activations {
    head: WithElem<Linear<3, 4>, f64>,
    #[module(init = ones)]
    slopes: Vector<4, f64>,
    shared: PRelu<4, 1, Own, f64>,
    each: PRelu<4, 4, Own, f64>,
}

#[differentiable]
impl Activations {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<2, f64> {
        let h = self.head.forward(x);
        let waves = h.sin() * h.cos() + (&h * 0.3).tan();
        let powers =
            (h.softplus() + 0.1).powf(1.5).log1p() + h.erf().expm1() + (h.abs() + 1.0).rsqrt().recip();
        let gates =
            h.mish() + h.softsign() + h.log_sigmoid() + h.selu() + h.elu(0.7) + h.hardswish() * h.sign();
        let angles = h.tanh() * 0.9;
        let angles = angles.asin()
            + angles.acos() * h.atan()
            + h.atan2(&(x.mean_features().exp()).broadcast_to([x.rows()]));
        let exponents = (h.sinh() + h.cosh().log2() + h.exp2().log10()).hypot(&angles);
        let lines = h.relu6()
            + h.hardtanh() * h.hardsigmoid()
            + h.celu(0.7)
            + h.threshold(0.1, x.mean())
            + h.softmin();
        let learned = h.prelu(&self.slopes.tensor()) + self.shared.forward(&h) * self.each.forward(&h);
        let mixed = exponents.lerp(&lines, self.slopes.sum()) + learned;
        let sums = waves + powers + gates.leaky_relu(h.mean());
        sums.glu::<2>() + mixed.swiglu::<2>() * mixed.geglu::<2>()
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = crate::check::randomized(Activations::init(&mut rng), &mut rng);
    crate::check::check_net!(net, random::<3>(&[5], &mut rng));
}

#[test]
fn powi() {
    let x = random::<5>(&[3], &mut rng());
    for exponent in [-2, 0, 1, 2, 3, 4, 5, 6, 7, 8] {
        let x = x.map(|x| if x.abs() < 0.2 { 0.5 } else { x });
        check_op!([x], x.powi(exponent), x.powi_vjp(exponent), [true, false]);
    }
}

#[test]
fn clamp() {
    let (x, low, high) = (random::<5>(&[7], &mut rng()), -0.7123, 0.3456);
    check_op!([x, low, high], x.clamp(*low, *high), x.clamp_vjp(*low, *high), [true, true, true]);
}

#[test]
fn clamp_at_its_bounds() {
    let gradients = |low, high| {
        let x = Tensor::<3>::from([-1.0, 0.5, 1.0]);
        let (y, pullback) = x.clamp_vjp(low, high);
        let (dx, dlow, dhigh) = pullback(y.map(|_| 1.0), [true; 3]);
        (dx.unwrap().into_vec(), dlow.unwrap(), dhigh.unwrap())
    };
    assert_eq!(gradients(-1.0, 1.0), (vec![0.0, 1.0, 0.0], 1.0, 1.0));
    assert_eq!(gradients(0.5, 0.5), (vec![0.0; 3], 2.0, 1.0));
    assert_eq!(gradients(0.7, 0.2), (vec![0.0; 3], 0.0, 3.0));
}

#[test]
fn nan_and_infinity_travel() {
    let x = Tensor::<4>::from_vec([1], vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0]);
    let y = |y: Tensor<4>| y.into_vec();
    let same = |ours: Vec<f32>, expected: [f32; 4]| {
        let pairs = ours.iter().zip(&expected);
        assert!(pairs.clone().all(|(a, b)| a == b || a.is_nan() && b.is_nan()), "{ours:?} {expected:?}");
    };
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    same(y(x.gelu()), [nan, infinity, nan, 0.0]);
    same(y(x.gelu_tanh()), [nan, infinity, nan, 0.0]);
    same(y(x.silu()), [nan, infinity, nan, 0.0]);
    same(y(x.exp()), [nan, infinity, 0.0, 1.0]);
    same(y(x.ln()), [nan, infinity, nan, -infinity]);
    same(y(x.sqrt()), [nan, infinity, nan, 0.0]);
    same(y(x.abs()), [nan, infinity, infinity, 0.0]);
    same(y(x.clamp(-1.0, 1.0)), [nan, 1.0, -1.0, 0.0]);
    same(y(x.tanh()), [nan, 1.0, -1.0, 0.0]);
    same(y(x.sin()), [nan, nan, nan, 0.0]);
    same(y(x.log1p()), [nan, infinity, nan, 0.0]);
    same(y(x.expm1()), [nan, infinity, -1.0, 0.0]);
    same(y(x.erf()), [nan, 1.0, -1.0, 0.0]);
    same(y(x.softplus()), [nan, infinity, 0.0, 2.0_f32.ln()]);
    same(y(x.log_sigmoid()), [nan, 0.0, -infinity, -(2.0_f32.ln())]);
    same(y(x.elu(1.5)), [nan, infinity, -1.5, 0.0]);
    same(y(x.leaky_relu(0.5)), [nan, infinity, -infinity, 0.0]);
    same(y(x.mish()), [nan, infinity, nan, 0.0]);
    same(y(x.relu6()), [nan, 6.0, 0.0, 0.0]);
    same(y(x.hardtanh()), [nan, 1.0, -1.0, 0.0]);
    same(y(x.hardsigmoid()), [nan, 1.0, 0.0, 0.5]);
    same(y(x.celu(1.5)), [nan, infinity, -1.5, 0.0]);
    same(y(x.threshold(0.0, 2.0)), [nan, infinity, 2.0, 2.0]);
    same(y(x.prelu(&x)), [nan, infinity, infinity, 0.0]);
    same(y(x.softmax()), [nan; 4]);
    same(y(x.log_softmax()), [nan; 4]);
    let x = Tensor::<4>::from_vec([1], vec![-infinity, 1.0, 1.0, -infinity]);
    same(y(x.softmax()), [0.0, 0.5, 0.5, 0.0]);
    same(y(Tensor::<4>::full([1], -infinity).softmax()), [nan; 4]);
}
