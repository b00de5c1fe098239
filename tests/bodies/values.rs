//! `let`, assignment, tuples, operators, and values without a gradient.

use tiedw::prelude::*;
use tiedw::testing::gradcheck_module;

use crate::{check, check_input, rng, uniform};

#[derive(Module, Clone)]
struct Net {
    fc1: WithElem<Linear<3, 3>, f64>,
    fc2: WithElem<Linear<3, 3>, f64>,
    #[module(skip)]
    heads: usize,
    #[module(skip)]
    factor: f64,
}

fn net() -> Net {
    Net { heads: 2, factor: 1.5, ..Net::init(&mut rng(1)) }
}

#[differentiable]
impl Net {
    /// Shadowed and reassigned names.
    fn names(&self, x: &Tensor<3, f64>) -> f64 {
        let y = self.fc1.forward(x).tanh();
        let y = self.fc2.forward(&y) + &y;
        let mut sum = &y * 2.0;
        sum = &sum * &y;
        sum += &self.fc1.forward(&sum);
        sum -= y;
        let unused = self.fc2.forward(&sum);
        let _ = &unused;
        mse_loss(&sum, x)
    }

    /// Nested tuples, accessed by patterns and by index.
    fn tuples(&self, x: &Tensor<3, f64>) -> f64 {
        let pair = (self.fc1.forward(x), (self.fc2.forward(x), x.tanh()));
        let (a, (b, _)) = &pair;
        let swapped = ((pair.1).1.clone(), pair.0.clone());
        let (c, d) = swapped;
        let (e, n) = (a * b, 3.0);
        mse_loss(&(e * n), &(c + d))
    }

    /// The operators, on tensors and on scalars, by value and by reference.
    fn operators(&self, x: &Tensor<3, f64>, rate: f64) -> f64 {
        let y = self.fc1.forward(x);
        let a = -&y + 2.0 * (x - &y) * rate;
        let b = 1.0 / (y.sigmoid() + 1.0) - a / 4.0;
        let loss = mse_loss(&b, x) * rate;
        -(loss / 2.0 - 1.0) * rate
    }

    /// Integers, sizes, skipped fields, literals, closures and macros.
    fn plain(&self, x: &Tensor<3, f64>, times: usize, name: &str) -> f64 {
        assert!(times > 0, "{name} wants a positive number of times");
        debug_assert_eq!(x.features(), 3);
        let rows = x.rows() as f64;
        let scale = |by: usize| by as f64 / (self.heads * 2) as f64;
        let mut count = 0;
        count += times * self.heads;
        let shape = x.shape().to_vec();
        if name.is_empty() {
            println!("{shape:?}");
        }
        let y = self.fc1.forward(x) * scale(count) * self.factor;
        mse_loss(&y, x) / rows
    }

    fn cut(&self, x: &Tensor<3, f64>) -> f64 {
        let y = self.fc1.forward(x);
        mse_loss(&y, &stop_gradient(y.clone() + 1.0)) + mse_loss(&self.fc2.forward(stop_gradient(x)), x)
    }

    fn constants(&self, x: &Tensor<3, f64>, #[constant] target: &Tensor<3, f64>, _: f64) -> f64 {
        mse_loss(&self.fc1.forward(x), target)
    }

    /// Parameters used as values.
    fn parameters_as_values(&self, x: &Tensor<3, f64>) -> f64 {
        let bias = &self.fc2.bias;
        let y = x * &self.fc1.bias + bias - x.tanh() / bias;
        mse_loss(&y, x)
    }
}

/// Twice its argument, without a companion.
fn doubled(number: &f64) -> f64 {
    2.0 * number
}

#[derive(Module, Clone)]
struct Lists {
    fc: WithElem<Linear<3, 3>, f64>,
    scales: [Vector<3, f64>; 2],
    shifts: Vec<Vector<3, f64>>,
    pair: ([Vector<3, f64>; 2], Vector<3, f64>),
    #[module(skip)]
    factors: Vec<f64>,
}

#[differentiable]
impl Lists {
    /// Elements of lists of parameters, and of lists of constants.
    fn elements(&self, x: &Tensor<3, f64>, i: usize) -> f64 {
        let mut y = x * &self.scales[0] + &self.shifts[i];
        y += x * &(self.scales[1 - i]);
        y = self.fc.forward(&(&y + (&self.shifts[0]))).tanh() * &(self.pair.0)[i] + &self.pair.1;
        for (k, shift) in self.shifts.iter().enumerate() {
            y = &y * &self.scales[k % 2] - shift;
        }
        if (x * &self.scales[i]).sum() > 1e9 {
            y = -&y;
        }
        mse_loss(&(&y / &self.scales[i]), x) * self.factors[i] * doubled(&self.factors[0]) + self.factors[1]
    }
}

#[test]
fn elements() {
    let (a, b) = (Vector::from([0.5, -1.5, 1.25]), Vector::from([2.0, 0.75, -0.5]));
    let net = Lists {
        fc: Init::init(&mut rng(1)),
        scales: [a.clone(), b.clone()],
        shifts: vec![b.clone(), a.clone()],
        pair: ([a.clone(), b.clone()], a),
        factors: vec![0.5, 3.0],
    };
    for i in 0..2 {
        let x = uniform(2, 3);
        check(&net, |net| net.elements_and_grad(&x, i));
        let (_, pullback) = net.elements_vjp(&x, i);
        let dx = pullback(1.0, &mut net.zeros_like(), [true, true]).0;
        check_input(&x, |x| net.elements(x, i), dx);
    }
}

#[test]
fn names() {
    let x = uniform(2, 3);
    check(&net(), |net| net.names_and_grad(&x));
}

#[test]
fn tuples() {
    let x = uniform(2, 3);
    check(&net(), |net| net.tuples_and_grad(&x));
}

#[test]
fn operators() {
    let (net, x) = (net(), uniform(2, 3));
    check(&net, |net| net.operators_and_grad(&x, 0.7));
    let inputs = (x, 0.7);
    let companion = |net: &Net, (x, rate): &(Tensor<3, f64>, f64), gradient: &mut Net, d: f64| {
        let (loss, pullback) = net.operators_vjp(x, *rate);
        (loss, pullback(d, gradient, [true, true]))
    };
    gradcheck_module(&mut net.clone(), &inputs, |net, (x, rate)| net.operators(x, *rate), companion).unwrap();
}

#[test]
fn plain() {
    let x = uniform(2, 3);
    check(&net(), |net| net.plain_and_grad(&x, 2, "plain"));
}

#[test]
#[should_panic = "x wants a positive number of times"]
fn assertions_hold_in_the_companion() {
    let _ = net().plain_vjp(&uniform(2, 3), 0, "x");
}

#[test]
fn cut() {
    let (net, x) = (net(), uniform(2, 3));
    let (_, grads) = net.cut_and_grad(&x);
    // Both loss terms have the derivative 2 (y - (y + 1)) / 6 with respect to `y`. The target receives no gradient.
    let mut expected = 0.0;
    for _ in 0..2 {
        expected += -2.0 / 6.0;
    }
    assert!((grads.fc1.bias[0] - expected).abs() < 1e-9);
    let (_, pullback) = net.cut_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    let fixed = net.fc2.forward(&x);
    let y = net.fc1.forward(&x);
    check_input(&x, |x| mse_loss(&net.fc1.forward(x), &(&y + 1.0)) + mse_loss(&fixed, x), dx);
}

#[test]
fn constants() {
    let (net, x, target) = (net(), uniform(2, 3), uniform(2, 4));
    check(&net, |net| net.constants_and_grad(&x, &target, 0.0));
    let (_, pullback) = net.constants_vjp(&x, &target, 0.0);
    let (dx, none, _) = pullback(1.0, &mut net.zeros_like(), [true; 3]);
    check_input(&x, |x| net.constants(x, &target, 0.0), dx);
    assert!(none.is_none(), "a constant has no cotangent");
}

#[test]
fn parameters_as_values() {
    let (net, x) = (net(), uniform(2, 3));
    check(&net, |net| net.parameters_as_values_and_grad(&x));
    let (_, pullback) = net.parameters_as_values_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.parameters_as_values(x), dx);
}
