//! A gradient penalty, Newton's method, a second-order step of MAML, and a differential equation in a loss.

use std::collections::BTreeMap;

use tiedw::prelude::*;
use tiedw::{Element, Lift, Own};

use crate::{assert_close, difference, flat, moved, rng};

#[derive(Module, Clone)]
struct Net<E: Element = f32> {
    hidden: Linear<1, 16, Own, Own, E>,
    head: Linear<16, 1, Own, Own, E>,
}

#[differentiable]
impl<E: Element> Net<E> {
    fn forward(&self, x: &Tensor<1, E>) -> Tensor<1, E> {
        self.head.forward(&self.hidden.forward(x).tanh())
    }

    fn total(&self, x: &Tensor<1, E>) -> E {
        self.forward(x).sum()
    }

    fn loss(&self, x: &Tensor<1, E>, #[constant] y: &Tensor<1, E>) -> E {
        mse_loss(&self.forward(x), y)
    }

    fn slope(&self, x: &Tensor<1, E>) -> Tensor<1, E> {
        self.forward_jvp(x, &Tensor::ones([x.rows()])).1
    }

    /// The mean of (u'' + u)² at some points, and the squares of u(0) and u'(0) - 1.
    fn residual(&self, x: &Tensor<1, E>) -> E {
        let (_, curve) = self.slope_jvp(x, &Tensor::ones([x.rows()]));
        let start = Tensor::zeros([1]);
        let at_start = self.forward(&start).powi(2) + (self.slope(&start) - E::ONE).powi(2);
        (curve + self.forward(x)).powi(2).mean() + at_start.sum()
    }
}

fn net(seed: u64) -> Net<f64> {
    let rng = &mut rng(seed);
    Net { hidden: Init::init(rng), head: Init::init(rng) }
}

/// Compares a gradient with differences of the loss along some directions.
#[track_caller]
fn assert_gradient(net: &Net<f64>, gradient: &Net<f64>, loss: impl Fn(&Net<f64>) -> f64) {
    for seed in 100..103 {
        let direction = self::net(seed);
        let expected = difference(net, &direction, |net| vec![loss(net)]);
        let found: f64 = flat(gradient).iter().zip(flat(&direction)).map(|(g, d)| g * d).sum();
        assert_close(&[found], &expected);
    }
}

/// The gradient of each score with respect to its input.
fn slopes(net: &Net<f64>, x: &Tensor<1, f64>) -> Tensor<1, f64> {
    let (scores, pullback) = net.forward_vjp(x);
    pullback(Tensor::ones([scores.rows()]), &mut net.zeros_like(), [true]).0.unwrap()
}

/// The penalty of WGAN-GP: the mean of (‖∇ score‖ - 1)², and its gradient with respect to the weights.
fn penalty(net: &Net<f64>, x: &Tensor<1, f64>) -> (f64, Net<f64>) {
    let slopes = slopes(net, x);
    let norms = slopes.norm_of_rows();
    let excess = &norms - 1.0;
    // The derivative of the penalty with respect to the slopes is the direction in which the gradient is differentiated.
    let direction = &slopes * (&excess / &norms) * (2.0 / x.rows() as f64);
    let (_, gradient) = net.lift(None).total_and_grad(&x.lift(Some(&direction)));
    (excess.powi(2).mean(), Net::parts(gradient).1)
}

trait NormOfRows {
    fn norm_of_rows(&self) -> Tensor<1, f64>;
}

impl NormOfRows for Tensor<1, f64> {
    fn norm_of_rows(&self) -> Tensor<1, f64> {
        self.powi(2).sum_features().sqrt()
    }
}

#[test]
fn a_gradient_penalty_has_a_gradient() {
    let (net, x) = (net(0), Tensor::randn([6], &mut rng(1)));
    let (_, gradient) = penalty(&net, &x);
    assert_gradient(&net, &gradient, |net| penalty(net, &x).0);
}

#[derive(Module, Clone)]
struct Logistic<E: Element = f32> {
    layer: Linear<3, 1, Own, Own, E>,
}

#[differentiable]
impl<E: Element> Logistic<E> {
    fn loss(&self, x: &Tensor<3, E>, #[constant] y: &Tensor<1, E>) -> E {
        let penalty = self.layer.weight.tensor().powi(2).sum() * E::from_f64(0.05);
        bce_with_logits_loss(&self.layer.forward(x), y) + penalty
    }
}

/// Solves H s = g by conjugate gradients.
fn newton_step(net: &Logistic<f64>, x: &Tensor<3, f64>, y: &Tensor<1, f64>, gradient: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let product = |direction: &[f64]| {
        let mut of_net = net.zeros_like();
        let mut rest = direction;
        for mut parameter in of_net.parameters_mut() {
            let (part, after) = rest.split_at(parameter.as_mut_slice().len());
            parameter.as_mut_slice().copy_from_slice(part);
            rest = after;
        }
        flat(&net.loss_hvp(x, y, &of_net).2)
    };
    let mut step = vec![0.0; gradient.len()];
    let (mut residual, mut direction) = (gradient.to_vec(), gradient.to_vec());
    for _ in 0..2 * gradient.len() {
        let squares = dot(&residual, &residual);
        if squares < 1e-28 {
            break;
        }
        let along = product(&direction);
        let by = squares / dot(&direction, &along);
        for at in 0..step.len() {
            step[at] += by * direction[at];
            residual[at] -= by * along[at];
        }
        let ratio = dot(&residual, &residual) / squares;
        for at in 0..step.len() {
            direction[at] = residual[at] + ratio * direction[at];
        }
    }
    step
}

/// Takes the weights back along a step.
fn stepped(net: &mut Logistic<f64>, step: &[f64]) {
    let mut rest = step;
    for mut parameter in net.parameters_mut() {
        let (part, after) = rest.split_at(parameter.as_mut_slice().len());
        parameter.as_mut_slice().iter_mut().zip(part).for_each(|(w, step)| *w -= step);
        rest = after;
    }
}

#[test]
fn newtons_method_solves_a_logistic_regression_as_scipy_does() {
    let golden: BTreeMap<String, Vec<f64>> =
        serde_json::from_str(include_str!("../golden/newton.json")).expect("numbers by name");
    let numbers = |name: &str| golden[name].clone();
    let (x, y) = (Tensor::from_vec([40], numbers("x")), Tensor::from_vec([40], numbers("y")));
    let mut net = Logistic::<f64> { layer: Init::init(&mut rng(5)) };
    let start: Vec<f64> = flat(&net).iter().zip(numbers("start")).map(|(w, start)| w - start).collect();
    stepped(&mut net, &start);

    let gradient = flat(&net.loss_and_grad(&x, &y).1);
    assert_close(&gradient, &golden["gradient"]);
    assert_close(&newton_step(&net, &x, &y, &gradient), &golden["step"]);
    let mut norms = Vec::new();
    for _ in 0..7 {
        let gradient = flat(&net.loss_and_grad(&x, &y).1);
        norms.push(gradient.iter().map(|g| g * g).sum::<f64>().sqrt());
        let step = newton_step(&net, &x, &y, &gradient);
        stepped(&mut net, &step);
    }
    // The number of correct digits doubles with each step.
    assert!(norms[0] > 0.05 && norms[6] < 1e-13, "{norms:?}");
    // SciPy ends where the loss no longer falls.
    for (found, expected) in flat(&net).iter().zip(&golden["minimum"]) {
        assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
    }
}

const RATE: f64 = 0.1;

fn task(phase: f64) -> [Tensor<1, f64>; 2] {
    let x = Tensor::<10, f64>::linspace(-3.0, 3.0, 10).unflatten([10]);
    [x.clone(), (x + phase).sin()]
}

/// The loss after one step of gradient descent, and its gradient with respect to the weights before, of second order.
fn maml(net: &Net<f64>, phase: f64) -> (f64, Net<f64>) {
    let [x, y] = task(phase);
    let adapted = moved(net, &net.loss_and_grad(&x, &y).1, -RATE);
    let [x_test, y_test] = task(phase + 0.1);
    let (loss, outer) = adapted.loss_and_grad(&x_test, &y_test);
    // (1 - rate · H) g
    let (_, _, product) = net.loss_hvp(&x, &y, &outer);
    (loss, moved(&outer, &product, -RATE))
}

#[test]
fn a_step_of_maml_is_of_second_order() {
    let net = net(6);
    let (_, gradient) = maml(&net, 0.5);
    assert_gradient(&net, &gradient, |net| maml(net, 0.5).0);
}

#[test]
fn a_network_solves_a_differential_equation() {
    let mut net = net(11);
    let x = Tensor::<20, f64>::linspace(0.0, 2.0, 20).unflatten([20]);
    let (first, gradient) = net.residual_and_grad(&x);
    assert_gradient(&net, &gradient, |net| net.residual(&x));
    let mut adam = Adam::new(1e-2);
    for _ in 0..1500 {
        let (_, gradient) = net.residual_and_grad(&x);
        adam.step(&mut net, &gradient);
    }
    let error = (net.forward(&x) - x.sin()).abs().max();
    assert!(error < 0.02 && net.residual(&x) < 1e-3 * first, "{error}");
}
