//! Type parameters inside the types of fields. Only the impl blocks have bounds.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[differentiable]
trait Stage: Module<Elem = f32> {
    fn apply(&self, x: &Tensor<8>) -> Tensor<8>;
}

#[derive(Module, Clone)]
struct Dense {
    fc: Linear<8, 8>,
}

#[differentiable(trait)]
impl Stage for Dense {
    fn apply(&self, x: &Tensor<8>) -> Tensor<8> {
        self.fc.forward(x).tanh()
    }
}

#[derive(Module, Clone)]
struct Stack<S> {
    stages: [S; 2],
}

#[differentiable]
impl<S: Stage> Stack<S> {
    fn apply(&self, x: &Tensor<8>) -> Tensor<8> {
        let mut h = x.clone();
        for stage in &self.stages {
            h = stage.apply(&h);
        }
        h
    }
}

/// A public module with fields of a private type, and a tie.
#[derive(Module, Clone)]
pub struct Outer<S> {
    enter: Linear<4, 8>,
    #[module(init = |rng| vec![Stack::init(rng), Stack::init(rng)])]
    stacks: Vec<Stack<S>>,
    #[tie(enter)]
    again: Tied<Linear<4, 8>>,
    stack: Stack<S>,
}

#[differentiable]
impl<S: Stage> Outer<S> {
    fn encode(&self, x: &Tensor<4>) -> Tensor<8> {
        let mut h = self.stack.apply(&(self.enter.forward(x) + self.again.forward(x)));
        for stack in &self.stacks {
            h = stack.apply(&h);
        }
        h
    }
}

#[derive(Module, Clone)]
struct Pair<A, B: Stage> {
    left: Outer<A>,
    right: Outer<B>,
    both: (A, B),
    mixed: [(A, Dense); 2],
}

#[differentiable]
impl<A: Stage, B: Stage> Pair<A, B> {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let difference = self.left.encode(x) - self.right.encode(x);
        let mut h = self.both.0.apply(&difference) + self.both.1.apply(&difference);
        for pair in &self.mixed {
            h = pair.1.apply(&pair.0.apply(&h));
        }
        h.mean()
    }
}

#[test]
fn all_parts_are_trained() {
    let rng = &mut StdRng::seed_from_u64(3);
    let mut net = Pair::<Dense, Dense>::init(rng);
    assert_eq!(net.parameters().len(), 2 * (2 + 4 * 2 + 2 * 2) + 6 * 2);
    let x = Tensor::full([3], 0.5);
    let (before, gradient) = net.loss_and_grad(&x);
    assert!(gradient.parameters().all(|parameter| parameter.as_slice().iter().any(|&value| value != 0.0)));
    Sgd::new(0.01).step(&mut net, &gradient);
    assert!(net.loss(&x) < before);
}

/// The element type of a module is that of its parameter, whatever the layer before is.
#[derive(Module, Clone)]
struct Normalized<L, const F: usize, E: Element> {
    inner: L,
    norm: WithElem<LayerNorm<F>, E>,
}

#[differentiable]
impl<L: Layer<Input = Tensor<F, E>, Output = Tensor<F, E>>, const F: usize, E: Element> Normalized<L, F, E> {
    fn loss(&self, x: &Tensor<F, E>) -> E {
        self.inner.forward(&self.norm.forward(x)).sum()
    }
}

#[test]
fn the_element_type_is_a_parameter() {
    let net = Normalized::<WithElem<Linear<4, 4>, f64>, 4, f64>::init(&mut StdRng::seed_from_u64(3));
    let (_, gradient) = net.loss_and_grad(&Tensor::full([2], 0.5));
    assert_eq!(gradient.inner.bias.as_slice(), [2.0_f64; 4]);
}
