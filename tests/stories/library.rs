//! Two models of the layers, traits and losses of another crate.

use library::cells::{Cell, CellView, Elman, Leaky, LeakyState, Rnn};
use library::iterate::{iterated, iterated_vjp, solved, solved_vjp};
use library::layers::{Gated, LinearScorer, Repeated, Scorer};
use library::losses::{self, focal_loss, focal_loss_vjp};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::testing::{gradcheck, gradcheck_loss};

#[derive(Module, Clone)]
struct Classifier {
    body: Repeated<Gated<4, 4>>,
    head: Linear<4, 3>,
}

#[differentiable]
impl Classifier {
    fn loss(&self, x: &Tensor<4>, classes: &Ids) -> f32 {
        let outputs = self.body.outputs(x, 3);
        let logits = self.head.forward(outputs.last().unwrap());
        focal_loss(&logits, classes, 2) + losses::roughness(&outputs) * 0.001
    }
}

#[derive(Module, Clone)]
struct Ranker {
    encoder: Gated<4, 6>,
    scorer: LinearScorer<6>,
}

#[differentiable]
impl Ranker {
    fn loss(&self, better: &Tensor<4>, worse: &Tensor<4>) -> f32 {
        let better = self.scorer.score(&self.encoder.forward(better));
        let worse = self.scorer.score(&self.encoder.forward(worse));
        (1.0 - (better - worse).mean()).max(0.0)
    }
}

/// In `f64`, to compare with differences.
#[derive(Module, Clone)]
struct Exact {
    body: Repeated<Gated<3, 3, f64>>,
}

#[differentiable]
impl Exact {
    fn loss(&self, x: &Tensor<3, f64>, classes: &Ids) -> f64 {
        let outputs = self.body.outputs(x, 2);
        focal_loss(&outputs[1], classes, 3) + losses::roughness(&outputs)
    }
}

/// Two cells of another crate, in a module that is generic over the cell.
#[derive(Module, Clone)]
struct Recurrent {
    elman: Rnn<2, 3, Elman<2, 3, f64>>,
    leaky: Rnn<3, 2, Leaky<3, 2, f64>>,
}

#[differentiable]
impl Recurrent {
    fn loss(&self, x: &[Tensor<2, f64>]) -> f64 {
        let h = self.elman.run(x);
        let y = self.leaky.run(&h);
        losses::roughness(&y) + y[1].sum() * 0.1 + self.leaky.cell.first(&h[0]).mean()
    }
}

/// A cell of this crate: a cell of the other one, with a residual connection.
#[derive(Module, Clone)]
struct Skip<const H: usize, C> {
    inner: C,
    #[tie(inner)]
    again: Tied<C>,
}

#[differentiable(trait)]
impl<const H: usize, C: Cell<H, H, f64, Elem = f64>> Cell<H, H, f64> for Skip<H, C> {
    type State = (C::State, Tensor<H, f64>);

    fn start(&self, rows: usize) -> Self::State {
        (self.inner.start(rows), Tensor::zeros([rows]))
    }

    fn step(&self, x: &Tensor<H, f64>, state: &Self::State) -> Self::State {
        let (inner, sum) = state;
        let once = self.inner.step(x, inner);
        let y = self.inner.output(&once);
        (self.again.step(&y, &once), sum + x)
    }

    fn output(&self, state: &Self::State) -> Tensor<H, f64> {
        self.inner.output(&state.0) + &state.1
    }

    fn first(&self, x: &Tensor<H, f64>) -> Tensor<H, f64> {
        self.inner.first(x) * 2.0
    }
}

/// Generic over the cell, with sizes of the method.
#[derive(Module, Clone)]
struct Last<C: Module<Elem = f64>> {
    cell: C,
}

#[differentiable]
impl<C: Module<Elem = f64>> Last<C> {
    fn loss<const I: usize, const H: usize>(&self, x: &[Tensor<I, f64>]) -> f64
    where
        C: Cell<I, H, f64>,
    {
        let mut state = self.cell.start(x[0].rows());
        for x in x {
            state = self.cell.step(x, &state);
        }
        let first = self.cell.first(&x[0]).mean();
        self.cell.output(&state).sum() + first * first
    }
}

#[test]
fn models_of_another_crate_learn() {
    let mut rng = StdRng::seed_from_u64(6);
    let mut net =
        Classifier { body: Repeated { layer: Gated::init(&mut rng) }, head: Linear::init(&mut rng) };
    let x = Tensor::from_vec([3], (0..12).map(|i| f32::from(u8::from(i % 5 == 0))).collect());
    let classes = Ids::from_vec([3], vec![0, 1, 2]);
    let mut adam = Adam::new(0.05);
    let before = net.loss(&x, &classes);
    for _ in 0..100 {
        let (_, gradient) = net.loss_and_grad(&x, &classes);
        adam.step(&mut net, &gradient);
    }
    let after = net.loss(&x, &classes);
    assert!(after < 0.1 * before, "{before} to {after}");

    let mut net = Ranker { encoder: Gated::init(&mut rng), scorer: LinearScorer::init(&mut rng) };
    let (better, worse) = (Tensor::full([2], 1.0), Tensor::full([2], -0.5));
    for _ in 0..100 {
        let (_, gradient) = net.loss_and_grad(&better, &worse);
        adam_step(&mut net, &gradient);
    }
    assert!(net.loss(&better, &worse) < 0.1);
    assert!(Scorer::score(&net.scorer, &Tensor::full([1], 0.0)).rows() == 1);
}

fn adam_step(net: &mut Ranker, gradient: &Ranker) {
    Sgd::new(0.5).step(net, gradient);
}

#[test]
fn gradients_agree_with_differences() {
    let mut net = Exact { body: Repeated { layer: Gated::init(&mut StdRng::seed_from_u64(7)) } };
    let x = Tensor::from_vec([2], vec![0.3, -0.2, 0.5, 0.1, 0.9, -0.4]);
    let classes = Ids::from_vec([2], vec![0, 2]);
    gradcheck_loss(&mut net, |net| net.loss(&x, &classes), |net| net.loss_and_grad(&x, &classes)).unwrap();
}

#[test]
fn gradients_flow_through_traits_of_another_crate() {
    let rng = &mut StdRng::seed_from_u64(8);
    let x = [0.3, -0.7].map(|by| Tensor::from_vec([2], vec![by, 0.5, 1.0, by * by]));
    let mut net = Recurrent { elman: Rnn { cell: Elman::init(rng) }, leaky: Rnn { cell: Leaky::init(rng) } };
    assert_eq!(net.loss_and_grad(&x).0, net.loss(&x));
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();

    let mut net = Last { cell: Skip { inner: Elman::<2, 2, f64>::init(rng), again: Tied::new() } };
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
    let mut net = Last { cell: Leaky::<2, 4, f64>::init(rng) };
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
}

/// A trait below one of another crate.
#[differentiable]
trait Reader: Cell<2, 2, f64> {
    fn read(&self, x: &[Tensor<2, f64>], by: f64) -> (f64, Self::State) {
        let mut state = self.start(x[0].rows());
        for x in x {
            state = self.step(x, &state);
        }
        (self.output(&state).sum() * by + self.first(&x[0]).mean(), state)
    }
}

#[differentiable]
impl Reader for Elman<2, 2, f64> {}
#[differentiable]
impl Reader for Leaky<2, 2, f64> {}

#[derive(Module, Clone)]
struct Two {
    elman: Elman<2, 2, f64>,
    leaky: Leaky<2, 2, f64>,
}

#[differentiable]
impl Two {
    fn loss(&self, x: &[Tensor<2, f64>]) -> f64 {
        let (of_elman, h) = self.elman.read(x, 0.5);
        of_elman * h.mean() + self.leaky.read(x, 2.0).0
    }
}

#[test]
fn a_trait_has_a_supertrait_of_another_crate() {
    let rng = &mut StdRng::seed_from_u64(9);
    let x = [0.4, -0.6].map(|by| Tensor::from_vec([2], vec![by, 0.5, 1.0, by * by]));
    let mut net = Two { elman: Elman::init(rng), leaky: Leaky::init(rng) };
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
}

#[test]
fn a_trait_of_another_crate_is_called_for_modules() {
    fn first<C: Cell<2, 3, f64, Elem = f64> + Closed>(cell: &C, x: &Tensor<2, f64>) -> Tensor<3, f64> {
        let (y, pullback) = cell.first_vjp(x);
        let mut gradient = cell.zeros_like();
        let (dx,) = pullback(Tensor::full([x.rows()], 1.0), &mut gradient, [true]);
        assert!(dx.is_some() && gradient.parameters().any(|part| part.as_slice().iter().any(|&g| g != 0.0)));
        assert_eq!(y.as_slice(), cell.first(x).as_slice());
        y
    }
    let rng = &mut StdRng::seed_from_u64(9);
    let x = Tensor::full([1], 0.5);
    let leaky = Leaky::init(rng);
    let LeakyState { average, steps } = leaky.step(&x, &leaky.start(1));
    assert!(average.tanh() == first(&leaky, &x) && steps == 1);
    first(&Elman::init(rng), &x);
}

/// Passes closures to functions and methods of another crate.
#[derive(Module, Clone)]
struct Flow {
    field: WithElem<Linear<3, 3>, f64>,
    gated: Gated<3, 3, f64>,
    speed: Vector<3, f64>,
}

#[differentiable]
impl Flow {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        let gain = x.mean();
        let flowed = solved(x, 4, |z, t| self.field.forward(z).tanh() * &self.speed * (1.0 - t) + z * gain);
        let settled = iterated(&flowed, 3, |z| (self.field.forward(z) * 0.3 + x).tanh());
        self.gated.gated_by(&settled, |gate| gate.sigmoid() * &self.speed).powi(2).mean()
    }
}

#[test]
fn gradients_flow_through_closures_in_another_crate() {
    let rng = &mut StdRng::seed_from_u64(5);
    let mut net = Flow {
        field: Linear::init(rng),
        gated: Gated { value: Linear::init(rng), gate: Linear::init(rng) },
        speed: [1.0, -0.5, 0.3].into(),
    };
    let x = Tensor::from_vec([2], vec![0.3, -0.7, 0.5, 1.0, -0.2, 0.1]);
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
    let (_, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    gradcheck(&(x,), |(x,)| net.loss(x), |(x,), _| (net.loss(x), (dx.clone(),))).unwrap();
}
