//! What `#[differentiable]` writes for such a module: `m_jvp` and `m_hvp`.

use tiedw::prelude::*;
use tiedw::{Element, Lift, Own};

use crate::{STEP, assert_close, difference, flat, rng};

type Square<E> = Linear<4, 4, Own, Own, E>;

#[derive(Module, Clone)]
struct Net<const D: usize, E: Element = f32> {
    first: Linear<D, 4, Own, Own, E>,
    second: Linear<4, 1, Own, Own, E>,
    #[tie(first)]
    again: Tied<Linear<D, 4, Own, Own, E>>,
    frozen: Frozen<Square<E>>,
    blocks: Vec<Square<E>>,
    norm: Option<LayerNorm<4, Own, Own, E>>,
    dropout: Dropout<E>,
    #[module(skip)]
    power: i32,
}

#[differentiable]
impl<const D: usize, E: Element> Net<D, E> {
    fn forward(&self, x: &Tensor<D, E>) -> Tensor<1, E> {
        let mut h = self.first.forward(x).tanh() * self.again.forward(x).sigmoid();
        for block in &self.blocks {
            h = &h + block.forward(&h).gelu();
        }
        if let Some(norm) = &self.norm {
            h = norm.forward(&h);
        }
        self.second.forward(&(&h + self.frozen.forward(&h).sin())).powi(self.power)
    }

    fn loss(&self, x: &Tensor<D, E>, #[constant] y: &Tensor<1, E>) -> E {
        mse_loss(&self.forward(x), y)
    }

    fn with_outputs<R: Randomness>(&self, x: &Tensor<D, E>, rng: &mut R) -> (E, Tensor<1, E>) {
        let out = self.forward(&self.dropout.forward(x, rng));
        (out.powi(2).mean(), out)
    }

    fn detached(&self, x: &Tensor<D, E>) -> E {
        (self.forward(x) * stop_gradient(self.forward(x))).sum()
    }

    fn product(&self, x: &Tensor<1, E>, #[constant] y: &Tensor<1, E>, #[constant] by: E) -> E {
        (x * y).sum() * by
    }

    fn with_constants(&self, x: &Tensor<D, E>) -> E {
        let y = self.forward(x);
        self.product(&y, stop_gradient(&y), stop_gradient(y.sum()))
    }
}

fn net(seed: u64) -> Net<3, f64> {
    let rng = &mut rng(seed);
    Net {
        first: Init::init(rng),
        second: Init::init(rng),
        again: Init::init(rng),
        frozen: Init::init(rng),
        blocks: vec![Init::init(rng), Init::init(rng)],
        norm: Some(Init::init(rng)),
        dropout: Dropout::new(0.5),
        power: 2,
    }
}

/// A direction without a part for the frozen weights.
fn moving(direction: &Net<3, f64>) -> Net<3, f64> {
    let frozen = Frozen::new(Linear { weight: Matrix::zeros(), bias: Vector::zeros() });
    Net { frozen, ..direction.clone() }
}

fn inputs() -> [Tensor<3, f64>; 2] {
    let rng = &mut rng(2);
    [Tensor::randn([5], rng), Tensor::randn([5], rng)]
}

#[test]
fn a_jvp_is_the_derivative_along_the_arguments() {
    let (net, [x, dx]) = (net(0), inputs());
    let (y, dy) = net.forward_jvp(&x, &dx);
    assert_eq!(y, net.forward(&x));
    let expected = (net.forward(&(&x + &dx * STEP)) - net.forward(&(&x - &dx * STEP))) / (2.0 * STEP);
    assert_close(dy.as_slice(), expected.as_slice());
    let (_, gradient) = net.forward_vjp(&x);
    let (pulled,) = gradient(Tensor::ones([5]), &mut net.zeros_like(), [true]);
    assert_close(&[dy.sum()], &[(pulled.unwrap() * &dx).sum()]);
    let target = Tensor::ones([5]);
    let (_, dloss) = net.loss_jvp(&x, &target, &dx);
    assert_close(&[dloss], &[((&y - &target) * dy).mean() * 2.0]);
}

#[test]
fn an_hvp_is_the_derivative_of_the_gradient() {
    let (net, direction, [x, _]) = (net(0), moving(&net(1)), inputs());
    let target = Tensor::ones([5]);
    let (loss, gradient, product) = net.loss_hvp(&x, &target, &direction);
    let (expected_loss, expected_gradient) = net.loss_and_grad(&x, &target);
    assert_eq!(loss, expected_loss);
    assert_close(&flat(&gradient), &flat(&expected_gradient));
    let expected = difference(&net, &direction, |net| flat(&net.loss_and_grad(&x, &target).1));
    assert_close(&flat(&product), &expected);
    // With outputs, and the same random numbers in each pass.
    let ((loss, outputs), _, product) = net.with_outputs_hvp(&x, &mut rng(3), &direction);
    assert_eq!((loss, outputs), net.with_outputs(&x, &mut rng(3)));
    let expected = difference(&net, &direction, |net| flat(&net.with_outputs_and_grad(&x, &mut rng(3)).1));
    assert_close(&flat(&product), &expected);
}

#[test]
fn what_is_stopped_has_no_tangent() {
    let (net, [x, dx]) = (net(0), inputs());
    let (y, dy) = net.forward_jvp(&x, &dx);
    assert_close(&[net.detached_jvp(&x, &dx).1], &[(&y * &dy).sum()]);
    assert_close(&[net.with_constants_jvp(&x, &dx).1], &[(&y * &dy).sum() * y.sum()]);
    // As the gradient of the gradient has it: constants are no variables of it.
    let (_, gradient, product) = net.with_constants_hvp(&x, &self::net(1));
    let constant = (y.clone(), y.sum());
    let along = difference(&net, &moving(&self::net(1)), |net| {
        let (y, pullback) = net.forward_vjp(&x);
        let mut of_weights = net.zeros_like();
        pullback(&constant.0 * constant.1, &mut of_weights, [false]);
        drop(y);
        flat(&of_weights)
    });
    assert_close(&flat(&product), &along);
    assert!(flat(&gradient).iter().any(|&g| g != 0.0));
}

#[derive(Value, Clone)]
struct State<E: Element> {
    h: Tensor<4, E>,
    before: Vec<Tensor<4, E>>,
    steps: usize,
    #[constant]
    name: String,
}

#[derive(Value, Clone)]
enum Choice<E: Element> {
    One(Tensor<4, E>),
    Two { a: E, times: usize },
    None,
}

#[derive(Module, Clone)]
struct Cell<A, E: Element> {
    inner: A,
    gain: Vector<4, E>,
}

#[differentiable]
impl<A: Layer<Input = Tensor<4, E>, Output = Tensor<4, E>, Elem = E>, E: Element> Cell<A, E> {
    fn forward(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        (&self.inner.forward(x) * &self.gain).tanh()
    }

    fn step(&self, state: &State<E>, xs: &[Tensor<4, E>], count: usize) -> State<E> {
        let mut h = state.h.clone();
        for x in xs {
            h = self.forward(&(&h + x));
        }
        let before = vec![h.clone(), state.h.clone()];
        State { h, before, steps: state.steps + count, name: state.name.clone() }
    }

    fn choose(&self, choice: Choice<E>, k: E) -> E {
        match choice {
            Choice::One(x) => self.forward(&x).sum() * k,
            Choice::Two { a, times } => a * a * k * E::from_count(times),
            Choice::None => k,
        }
    }
}

#[test]
fn values_of_generic_types_have_tangents() {
    let rng = &mut rng(4);
    let cell = Cell { inner: Square::<f64>::init(rng), gain: Vector::from_vec(vec![1.0, 2.0, 0.5, -1.0]) };
    let [x, dx, y, dy]: [Tensor<4, f64>; 4] = std::array::from_fn(|_| Tensor::randn([2], rng));
    let state = |h: Tensor<4, f64>| State { h, before: Vec::new(), steps: 1, name: "a".into() };
    let (xs, dxs) = ([y.clone()], [dy.clone()]);
    let (after, tangent) = cell.step_jvp(&state(x.clone()), &xs, 2, &state(dx.clone()), &dxs);
    assert_eq!((after.steps, &*after.name), (3, "a"));
    let at = |by: f64| cell.step(&state(&x + &dx * by), &[&y + &dy * by], 2);
    let expected = (at(STEP).h - at(-STEP).h) / (2.0 * STEP);
    assert_close(tangent.h.as_slice(), expected.as_slice());
    assert_eq!(tangent.before[1], dx);
    let two = |a| Choice::Two { a, times: 3 };
    assert_eq!(cell.choose_jvp(two(3.0), 2.0, two(1.0), 0.5), (54.0, 49.5));
    let (_, tangent) = cell.choose_jvp(Choice::One(x.clone()), 2.0, Choice::One(dx.clone()), 0.0);
    assert_close(&[tangent], &[2.0 * cell.forward_jvp(&x, &dx).1.sum()]);
    assert_eq!(cell.choose_jvp(Choice::None, 2.0, Choice::None, 0.5), (2.0, 0.5));
}

#[test]
#[should_panic(expected = "a tangent of another variant than its value")]
fn a_tangent_has_the_variant_of_its_value() {
    Choice::<f64>::None.lift(Some(&Choice::Two { a: 1.0, times: 1 }));
}
