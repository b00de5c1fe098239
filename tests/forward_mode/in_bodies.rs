//! `m_jvp` within other bodies.

use rand::{Rng, RngExt};
use tiedw::prelude::*;
use tiedw::{Element, Own};

use crate::{STEP, assert_close, difference, flat, rng};

type Square<E> = Linear<8, 8, Own, Own, E>;

#[derive(Module, Clone)]
struct Net<E: Element = f32> {
    hidden: Linear<1, 8, Own, Own, E>,
    #[tie(hidden)]
    again: Tied<Linear<1, 8, Own, Own, E>>,
    gain: Vector<8, E>,
    blocks: Vec<Square<E>>,
    frozen: Option<Frozen<Square<E>>>,
    head: Linear<8, 1, Own, Own, E>,
    #[module(skip)]
    power: i32,
    #[module(skip)]
    names: Vec<String>,
}

#[differentiable]
impl<E: Element> Net<E> {
    fn forward(&self, x: &Tensor<1, E>) -> Tensor<1, E> {
        let mut h = self.hidden.forward(x).tanh() * &self.gain + self.again.forward(x).sin();
        for block in &self.blocks {
            h = block.forward(&h).tanh();
        }
        if let Some(frozen) = &self.frozen {
            h = &h + frozen.forward(&h).tanh();
        }
        self.head.forward(&h).powi(self.power) * E::from_count(self.names.len())
    }

    fn slope(&self, x: &Tensor<1, E>) -> Tensor<1, E> {
        self.forward_jvp(x, &Tensor::ones([x.rows()])).1
    }

    /// The residual of u'' = -u.
    fn residual(&self, x: &Tensor<1, E>) -> E {
        let (_, second) = self.slope_jvp(x, &Tensor::ones([x.rows()]));
        (second + self.forward(x)).powi(2).mean()
    }

    fn scaled(
        &self,
        x: &Tensor<1, E>,
        k: E,
        by: &[usize],
        #[constant] shift: &Tensor<1, E>,
    ) -> (Tensor<1, E>, E) {
        let y = self.forward(&(x + shift)) * k.powi(by[0] as i32);
        let sum = y.sum();
        (y, sum)
    }

    fn product(&self, x: &Tensor<1, E>, k: E) -> E {
        let ((y, sum), (dy, dsum)) =
            self.scaled_jvp(x, k, &[3, 4], &Tensor::ones([x.rows()]), &(x * x), k * k);
        (y * &dy).sum() + sum * dsum
    }

    fn value_alone(&self, x: &Tensor<1, E>) -> E {
        self.forward_jvp(x, x).0.sum()
    }
}

fn net(seed: u64) -> Net<f64> {
    let rng = &mut rng(seed);
    Net {
        hidden: Init::init(rng),
        again: Tied::new(),
        gain: Vector::from_vec((0..8).map(|i| 0.3 + 0.2 * f64::from(i)).collect()),
        blocks: vec![Init::init(rng), Init::init(rng)],
        frozen: Some(Frozen::new(Init::init(rng))),
        head: Init::init(rng),
        power: 2,
        names: vec!["a".into(), "b".into()],
    }
}

/// A direction without a part for the frozen weights.
fn direction() -> Net<f64> {
    let frozen = Frozen::new(Linear { weight: Matrix::zeros(), bias: Vector::zeros() });
    Net { frozen: Some(frozen), ..net(9) }
}

/// Compares each element of a gradient with a difference.
#[track_caller]
fn assert_gradient<M: Module<Elem = f64> + Clone>(module: &M, gradient: &M, loss: impl Fn(&M) -> f64) {
    let names: Vec<_> = gradient.named_parameters().map(|(name, _)| name).collect();
    let mut expected = Vec::new();
    for name in &names {
        let count = gradient.named_parameters().find(|(found, _)| found == name).unwrap().1.as_slice().len();
        for at in 0..count {
            let moved = |by: f64| {
                let mut module = module.clone();
                let (_, mut parameter) =
                    module.named_parameters_mut().find(|(found, _)| found == name).unwrap();
                parameter.as_mut_slice()[at] += by;
                loss(&module)
            };
            expected.push((moved(STEP) - moved(-STEP)) / (2.0 * STEP));
        }
    }
    assert_close(&flat(gradient), &expected);
}

#[test]
fn a_loss_with_a_second_derivative_has_a_gradient() {
    let (net, x) = (net(0), Tensor::randn([5], &mut rng(1)));
    let (loss, gradient) = net.residual_and_grad(&x);
    assert_eq!(loss, net.residual(&x));
    assert_gradient(&net, &gradient, |net| net.residual(&x));
    // And that gradient another: a fourth derivative.
    let direction = direction();
    let (_, _, product) = net.residual_hvp(&x, &direction);
    let expected = difference(&net, &direction, |net| flat(&net.residual_and_grad(&x).1));
    assert_close(&flat(&product), &expected);
}

#[test]
fn arguments_and_tangents_have_gradients() {
    let (net, x, k) = (net(2), Tensor::randn([4], &mut rng(3)), 0.7);
    let (_, pullback) = net.product_vjp(&x, k);
    let mut gradient = net.zeros_like();
    let (of_x, of_k) = pullback(1.0, &mut gradient, [true, true]);
    assert_gradient(&net, &gradient, |net| net.product(&x, k));
    let expected = (net.product(&x, k + STEP) - net.product(&x, k - STEP)) / (2.0 * STEP);
    assert_close(&[of_k.unwrap()], &[expected]);
    for at in 0..4 {
        let unit: Tensor<1, f64> = Tensor::from_vec([4], (0..4).map(|i| f64::from(i == at)).collect());
        let moved = |by: f64| net.product(&(&x + &unit * by), k);
        let expected = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
        assert_close(&[of_x.as_ref().unwrap().as_slice()[at as usize]], &[expected]);
    }
    let (_, gradient) = net.value_alone_and_grad(&x);
    assert_gradient(&net, &gradient, |net| net.value_alone(&x));
}

#[derive(Value, Clone)]
struct State<E: Element> {
    h: Tensor<8, E>,
    steps: usize,
    before: Vec<Tensor<8, E>>,
    #[constant]
    name: String,
}

#[derive(Module, Clone)]
struct Cell<A, E: Element = f32> {
    inner: A,
    gain: Vector<8, E>,
}

#[differentiable]
impl<A: Layer<Input = Tensor<8, E>, Output = Tensor<8, E>, Elem = E>, E: Element> Cell<A, E> {
    fn step(&self, state: &State<E>, xs: &[Tensor<8, E>], mask: &[bool], count: usize) -> State<E> {
        let mut h = state.h.clone();
        let mut before = state.before.clone();
        for (x, &holds) in xs.iter().zip(mask) {
            if holds {
                h = self.inner.forward(&(&h + x)).tanh() * &self.gain;
                before.push(h.clone());
            }
        }
        State { h, steps: state.steps + count, before, name: state.name.clone() }
    }
}

#[derive(Module, Clone)]
struct Pair<E: Element = f32> {
    cell: Cell<Square<E>, E>,
    cells: [Cell<Square<E>, E>; 2],
    #[tie(cell)]
    twin: Tied<Cell<Square<E>, E>>,
}

#[differentiable]
impl<E: Element> Pair<E> {
    fn loss(&self, x: &Tensor<8, E>) -> E {
        let state = State { h: x.tanh(), steps: 0, before: Vec::new(), name: "a".to_owned() };
        let tangent = State { h: x * x, steps: 0, before: Vec::new(), name: String::new() };
        let (xs, dxs) = ([x.sin(), x.cos()], [x.cos(), -x]);
        let (a, da) = self.cell.step_jvp(&state, &xs, &[true, false], 2, &tangent, &dxs);
        let (b, db) = self.cells[1].step_jvp(&a, &xs, &[true, true], 1, &da, &dxs);
        let (c, dc) = self.twin.step_jvp(&b, &xs, &[false, true], 1, &db, &dxs);
        (&a.h * &db.h).sum()
            + (&b.before[1] * &da.before[0]).sum()
            + (&c.h * &dc.h).sum() * E::from_count(c.steps)
    }
}

#[test]
fn parts_of_other_modules_are_differentiated_along_structs() {
    let rng = &mut rng(4);
    let mut cell = || Cell { inner: Init::init(rng), gain: Vector::from_vec(vec![0.7; 8]) };
    let pair = Pair::<f64> { cell: cell(), cells: [cell(), cell()], twin: Tied::new() };
    let x = Tensor::randn([2], rng);
    let (loss, gradient) = pair.loss_and_grad(&x);
    assert_eq!(loss, pair.loss(&x));
    assert_gradient(&pair, &gradient, |pair| pair.loss(&x));
    let (_, pullback) = pair.loss_vjp(&x);
    let (of_x,) = pullback(1.0, &mut pair.zeros_like(), [true]);
    let direction = Tensor::randn([2], rng);
    let moved = |by: f64| pair.loss(&(&x + &direction * by));
    assert_close(&[(of_x.unwrap() * &direction).sum()], &[(moved(STEP) - moved(-STEP)) / (2.0 * STEP)]);
}

#[derive(Module, Clone)]
struct Scorer<E: Element = f32> {
    fc: Linear<3, 3, Own, Own, E>,
}

#[differentiable]
impl<E: Element> Layer for Scorer<E> {
    type Input = Tensor<3, E>;
    type Output = Tensor<3, E>;

    // The names are those of generated code.
    fn forward(&self, module: &Self::Input) -> Self::Output {
        self.fc.forward(module).tanh()
    }
}

#[differentiable]
trait Scores<E: Element> {
    fn score(&self, value: &Tensor<3, E>) -> E;
}

#[differentiable]
impl<E: Element> Scores<E> for Scorer<E> {
    fn score(&self, value: &Tensor<3, E>) -> E {
        self.fc.forward(value).sin().sum()
    }
}

#[derive(Module, Clone)]
struct Scored<E: Element = f32> {
    scorer: Scorer<E>,
}

#[differentiable]
impl<E: Element> Scored<E> {
    fn loss(&self, module: &Tensor<3, E>, value: &Tensor<3, E>) -> E {
        let (y, dy) = self.scorer.forward_jvp(module, value);
        let (score, slope) = self.scorer.score_jvp(&y, &dy);
        score * slope
    }
}

#[test]
fn methods_of_traits_are_differentiated() {
    let rng = &mut rng(5);
    let scored = Scored::<f64>::init(rng);
    let (x, dx) = (Tensor::randn([2], rng), Tensor::randn([2], rng));
    let (_, gradient) = scored.loss_and_grad(&x, &dx);
    assert_gradient(&scored, &gradient, |scored| scored.loss(&x, &dx));
    let at = |by: f64| scored.scorer.score(&(&x + &dx * by));
    assert_close(&[scored.scorer.score_jvp(&x, &dx).1], &[(at(STEP) - at(-STEP)) / (2.0 * STEP)]);
}

/// Functions without a module.
mod functions {
    use super::*;

    #[differentiable]
    pub(super) fn energy<const F: usize, E: Element>(x: &Tensor<F, E>, k: E, power: i32) -> E {
        (x.sin() * k).powi(power).sum()
    }

    #[differentiable]
    pub(super) fn affine<E: Element>(xs: &[Tensor<3, E>], (a, b): (E, E)) -> Vec<Tensor<3, E>> {
        xs.iter().map(|x| x * a + b).collect()
    }

    #[differentiable]
    pub(super) fn noisy<E: Element, R: Rng>(x: &Tensor<3, E>, rng: &mut R) -> Tensor<3, E> {
        x * x * Tensor::randn([x.rows()], rng)
    }

    #[differentiable]
    pub(super) fn force<E: Element>(x: &Tensor<3, E>) -> E {
        energy_jvp(x, E::ONE, 3, x, E::ZERO).1
    }

    /// tanh x / x, continued to 0.
    #[differentiable]
    pub(super) fn slope_to<E: Element>(x: E) -> E {
        if x == E::ZERO { E::ONE - x * x } else { x.tanh() / x }
    }

    #[differentiable]
    pub(super) fn slope_of_slope<E: Element>(x: E) -> E {
        slope_to_jvp(x, E::ONE).1
    }
}

/// Tangents do not choose the branch.
#[test]
fn branches_are_those_of_the_values() {
    assert_eq!(functions::slope_to_jvp(0.0, 1.0), (1.0, 0.0));
    let (slope, pullback) = functions::slope_of_slope_vjp(0.0);
    assert_eq!((slope, pullback(1.0, [true])), (0.0, (Some(-2.0),)));
    assert!(functions::slope_to_jvp(0.5, 1.0).1 < 0.0);
}

#[derive(Module, Clone)]
struct Shaped<E: Element = f32> {
    fc: Linear<3, 3, Own, Own, E>,
}

#[differentiable]
impl<E: Element> Shaped<E> {
    fn loss(&self, x: &Tensor<3, E>) -> E {
        let y = self.fc.forward(x);
        let (energy, slope) = functions::energy_jvp(&y, E::ONE, 2, &y.tanh(), E::from_f64(0.5));
        let (_, tangents) =
            functions::affine_jvp(&[y.clone(), y.tanh()], (energy, slope), &[y.sin(), y], (slope, energy));
        energy * slope + tangents[0].sum() * tangents[1].sum()
    }
}

#[test]
fn functions_are_differentiated() {
    let rng = &mut rng(6);
    let shaped = Shaped::<f64>::init(rng);
    let x = Tensor::randn([2], rng);
    let (_, gradient) = shaped.loss_and_grad(&x);
    assert_gradient(&shaped, &gradient, |shaped| shaped.loss(&x));
    // A second derivative of the function.
    let at = |by: f64| functions::force(&(&x * (1.0 + by)));
    assert_close(&[functions::force_jvp(&x, &x).1], &[(at(STEP) - at(-STEP)) / (2.0 * STEP)]);
    let (y, dy) = functions::noisy_jvp(&x, &mut self::rng(7), &x);
    assert_eq!(y, functions::noisy(&x, &mut self::rng(7)));
    assert_close(dy.as_slice(), (y * 2.0).as_slice());
}

#[derive(Module, Clone)]
struct Noisy<E: Element = f32> {
    fc: Linear<3, 3, Own, Own, E>,
    dropout: Dropout<E>,
}

#[differentiable]
impl<E: Element> Noisy<E> {
    fn noisy<const F: usize, R: Rng>(&self, x: &Tensor<3, E>, y: &Tensor<F, E>, rng: &mut R) -> Tensor<3, E> {
        let gain = E::from_f64(rng.random());
        let dropped = self.dropout.forward(&self.fc.forward(x), rng).tanh();
        dropped * Tensor::randn([x.rows()], rng) * y.powi(2).sum() * gain
    }

    fn dropped(&self, x: &Tensor<3, E>, rng: &mut impl Randomness) -> Tensor<3, E> {
        self.dropout.forward(&self.fc.forward(x), rng).sin()
    }

    fn loss<R: Rng>(&self, x: &Tensor<3, E>, rng: &mut R) -> E {
        let (y, dy) = self.noisy_jvp(x, &self.fc.bias.tensor(), rng, &x.sin(), &self.fc.bias.tensor());
        let (z, dz) = self.dropped_jvp(&dy, rng, &y);
        (y * dy).sum() + (z * dz).sum()
    }
}

#[test]
fn random_numbers_are_drawn_again() {
    let rng = &mut rng(8);
    let noisy = Noisy::<f64> { fc: Init::init(rng), dropout: Dropout::new(0.3) };
    let x = Tensor::randn([6], rng);
    let (loss, gradient) = noisy.loss_and_grad(&x, &mut self::rng(9));
    assert_eq!(loss, noisy.loss(&x, &mut self::rng(9)));
    assert_gradient(&noisy, &gradient, |noisy| noisy.loss(&x, &mut self::rng(9)));
}

/// Arguments that have no tangent, or whose tangents have other names; and data of every kind, of which some are not for bodies.
mod arguments {
    use std::cell::Cell;

    use super::*;

    trait Schedule {
        fn at(&self, step: usize) -> f64;
    }

    impl Schedule for f64 {
        fn at(&self, step: usize) -> f64 {
            *self * step as f64
        }
    }

    #[derive(Module, Clone)]
    struct Named<E: Element = f32> {
        fc: Linear<3, 3, Own, Own, E>,
    }

    #[differentiable]
    impl<E: Element> Named<E> {
        fn line(&self, x: &Tensor<3, E>, dx: &Tensor<3, E>, o: E, dt: usize) -> Tensor<3, E> {
            self.fc.forward(&(x + dx)) * o.powi(dt as i32)
        }

        fn loss(&self, x: &Tensor<3, E>, t: E) -> E {
            let (y, dy) = self.line_jvp(x, &x.sin(), t, 2, &x.cos(), x, t * t);
            (y * dy).sum()
        }

        fn by_hand(&self, x: E) -> E {
            x * x
        }

        fn by_hand_jvp(&self, x: E, dx: E) -> E {
            x * dx
        }

        fn masked(
            &self,
            x: &Tensor<3, E>,
            mask: Option<&AttentionMask>,
            ids: &[&str],
            of: (&Ids, usize),
        ) -> E {
            let count = ids.len() + of.1 + usize::from(mask.is_some());
            self.fc.forward(x).sum() * E::from_count(count)
        }

        fn scheduled<S: Schedule>(
            &self,
            x: E,
            #[constant] schedule: &S,
            #[constant] other: &dyn Schedule,
        ) -> E {
            x * E::from_f64(schedule.at(1)) + E::from_f64(other.at(2))
        }

        fn counted(&self, x: E, #[constant] calls: &Cell<usize>, name: &'static str) -> E {
            calls.set(calls.get() + name.len());
            x * E::from_count(calls.get())
        }
    }

    #[test]
    fn tangents_have_names_of_their_own() {
        let rng = &mut rng(10);
        let (named, x) = (Named::<f64>::init(rng), Tensor::randn([2], rng));
        let (_, gradient) = named.loss_and_grad(&x, 0.7);
        assert_gradient(&named, &gradient, |named| named.loss(&x, 0.7));
        assert_eq!(named.by_hand_jvp(3.0, 2.0), 6.0);
    }

    #[test]
    fn data_may_be_of_any_type() {
        let rng = &mut rng(11);
        let (named, x) = (Named::<f64>::init(rng), Tensor::randn([2], rng));
        let (ids, mask) = (Ids::from_vec([1], vec![0]), AttentionMask::default());
        let (value, slope) = named.masked_jvp(&x, Some(&mask), &["a"], (&ids, 1), &x);
        assert_eq!((value, slope != 0.0), (named.masked(&x, Some(&mask), &["a"], (&ids, 1)), true));
        assert_eq!(named.scheduled_jvp(2.0, &3.0, &5.0, 1.0), (16.0, 3.0));
        let calls = Cell::new(1);
        assert_eq!((named.counted_jvp(2.0, &calls, "ab", 1.0), calls.get()), ((6.0, 3.0), 3));
    }
}
