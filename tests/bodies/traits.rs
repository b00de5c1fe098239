//! Differentiable traits: what their methods may take, provided methods, and who implements them.

use rand::Rng;
use tiedw::Value;
use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;

/// Methods of every kind.
#[differentiable]
trait Block: Clone {
    type Memory: Value + Clone;
    const DEPTH: usize;

    fn name() -> String;
    fn rename(&mut self, name: &str);
    fn label(&self) -> &str;
    fn reset(&mut self) {
        self.rename("new");
    }

    fn empty(&self) -> Self::Memory;
    /// A value that is changed in place.
    fn update(&self, x: &Numbers, memory: &mut Self::Memory) -> f64;
    /// An argument that an impl does not use, one without a gradient, and a context.
    fn scaled<R: Rng>(&self, x: &Numbers, _: &Numbers, #[constant] by: f64, rng: &mut R) -> Numbers;
    /// A function.
    fn apply(&self, x: &Numbers, f: impl Fn(&Numbers) -> Numbers) -> Numbers;
    fn split(&self, x: Numbers, depth: usize) -> (Numbers, Option<f64>);

    #[must_use]
    fn total(&self, x: &Numbers, depth: usize) -> f64 {
        let mut memory = self.empty();
        let mut total = self.update(x, &mut memory);
        #[checkpoint]
        for _ in 0..depth {
            total += self.update(&self.apply(x, Tensor::tanh), &mut memory);
        }
        let (h, extra) = self.split(x.clone(), depth);
        if let Some(extra) = extra {
            total *= extra;
        }
        total + h.sum() + self.scaled(x, &h, 0.5, &mut rand::rng()).mean()
    }

    fn twice(&self, x: &Numbers) -> Option<f64> {
        let once = self.total(x, 1);
        if x.rows() == 0 {
            return None;
        }
        Some(once * self.total(&(x * 0.5), 2))
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: Dense,
    gate: Dense,
    #[module(skip)]
    name: String,
}

#[derive(Value, Clone)]
struct Memory {
    h: Numbers,
    steps: usize,
}

#[differentiable(trait)]
impl Block for Net {
    type Memory = Memory;
    const DEPTH: usize = 2;

    fn name() -> String {
        "net".into()
    }

    fn rename(&mut self, name: &str) {
        self.name = name.into();
    }

    fn label(&self) -> &str {
        &self.name
    }

    fn empty(&self) -> Self::Memory {
        Memory { h: Tensor::full([2], 0.5), steps: 0 }
    }

    fn update(&self, x: &Numbers, memory: &mut Memory) -> f64 {
        memory.h = (self.fc.forward(&memory.h) + x).tanh();
        memory.steps += 1;
        memory.h.sum() / memory.steps as f64
    }

    fn scaled<R: Rng>(&self, _: &Numbers, y: &Numbers, #[constant] by: f64, _: &mut R) -> Numbers {
        self.gate.forward(y) * by
    }

    fn apply(&self, x: &Numbers, f: impl Fn(&Numbers) -> Numbers) -> Numbers {
        f(&self.fc.forward(x))
    }

    /// Calls itself.
    fn split(&self, x: Numbers, depth: usize) -> (Numbers, Option<f64>) {
        if depth == 0 {
            let sum = x.sum();
            return (x, Some(sum));
        }
        let (h, sum) = self.split(self.gate.forward(&x).sigmoid(), depth - 1);
        (h * 2.0, sum)
    }
}

/// Uses the first of two blocks, and overrides a method.
#[derive(Module, Clone)]
struct Either<A, B> {
    first: A,
    second: Option<B>,
}

#[differentiable(trait)]
impl<A: Block<Elem = f64>, B: Block<Elem = f64>> Block for Either<A, B> {
    type Memory = (A::Memory, B::Memory);
    const DEPTH: usize = A::DEPTH + 1;

    fn name() -> String {
        A::name() + &B::name()
    }

    fn rename(&mut self, name: &str) {
        self.first.rename(name);
    }

    fn label(&self) -> &str {
        self.first.label()
    }

    fn empty(&self) -> (A::Memory, B::Memory) {
        (self.first.empty(), self.second.as_ref().unwrap().empty())
    }

    fn update(&self, x: &Numbers, memory: &mut Self::Memory) -> f64 {
        let (mut a, mut b) = memory.clone();
        let mut sum = self.first.update(x, &mut a);
        if let Some(second) = &self.second {
            sum += second.update(x, &mut b);
        }
        *memory = (a, b);
        sum
    }

    fn scaled<R: Rng>(&self, x: &Numbers, y: &Numbers, #[constant] by: f64, rng: &mut R) -> Numbers {
        self.first.scaled(x, y, by, rng) + x
    }

    fn apply(&self, x: &Numbers, _: impl Fn(&Numbers) -> Numbers) -> Numbers {
        self.first.apply(x, Tensor::sigmoid)
    }

    fn split(&self, x: Numbers, depth: usize) -> (Numbers, Option<f64>) {
        let (h, _) = self.first.split(x, depth);
        (h, None)
    }

    fn twice(&self, x: &Numbers) -> Option<f64> {
        let once = self.first.twice(x)?;
        Some(once + self.total(x, 1))
    }
}

/// Is generic over blocks, which it has in lists.
#[derive(Module, Clone)]
struct Stack<B> {
    blocks: Vec<B>,
    pair: [B; 2],
}

#[differentiable]
impl<B: Block<Elem = f64>> Stack<B> {
    fn loss(&self, x: &Numbers, rng: &mut impl Rng) -> f64 {
        let mut total = 0.0;
        for block in &self.blocks {
            total += block.total(x, B::DEPTH) + block.twice(x).unwrap();
        }
        let mut memory = self.pair[0].empty();
        for block in self.pair.iter() {
            total += block.update(x, &mut memory);
            total += block.scaled(x, x, 2.0, rng).sum();
        }
        total
    }
}

/// Sizes at the trait, and a part that is borrowed from the enclosing module.
#[differentiable]
trait Mix<const F: usize, E: Element> {
    fn mix(&self, x: &Tensor<F, E>) -> Tensor<F, E>;
    fn mean(&self, x: &Tensor<F, E>) -> E {
        self.mix(x).mean()
    }
}

#[derive(Module, Clone)]
struct Side {
    #[tie]
    shared: Tied<Dense>,
    own: Dense,
}

#[differentiable(trait)]
impl Mix<3, f64> for Side {
    fn mix(&self, x: &Numbers) -> Numbers {
        self.own.forward(&self.shared.forward(x).tanh())
    }
}

#[derive(Module, Clone)]
struct Whole {
    shared: Dense,
    #[tie(shared = shared)]
    left: Side,
    #[tie(shared = shared)]
    right: Side,
    #[tie(right)]
    again: Tied<Side>,
}

#[differentiable(trait)]
impl Mix<3, f64> for Whole {
    fn mix(&self, x: &Numbers) -> Numbers {
        self.left.mix(x) * self.right.mix(x) + self.again.mix(x)
    }
}

/// Is generic over a trait, in tied and frozen parts, too.
#[derive(Module, Clone)]
struct Pair<M, N> {
    first: M,
    second: N,
}

#[differentiable]
impl<M: Mix<3, f64, Elem = f64>, N: Mix<3, f64, Elem = f64>> Pair<M, N> {
    fn loss(&self, x: &Numbers) -> f64 {
        self.first.mix(&self.second.mix(x)).sum() * self.second.mean(x)
    }
}

/// What is passed on is a parameter of the trait.
#[differentiable]
trait Fold<S: Value + Clone> {
    fn fold(&self, x: &Numbers, state: &mut S);
    fn both(&self, x: &Numbers, state: &S) -> S {
        let mut after = state.clone();
        self.fold(x, &mut after);
        self.fold(x, &mut after);
        after
    }
}

#[differentiable(trait)]
impl Fold<Memory> for Net {
    fn fold(&self, x: &Numbers, state: &mut Memory) {
        state.h = self.fc.forward(&state.h) * self.gate.forward(x);
        state.steps += 1;
    }
}

#[derive(Module, Clone)]
struct Folding<S: 'static, F: Module<Elem = f64>> {
    fold: F,
    #[module(skip)]
    state: std::marker::PhantomData<S>,
}

#[differentiable]
impl<S: Value + Clone, F: Fold<S, Elem = f64>> Folding<S, F> {
    fn run(&self, x: &Numbers, mut state: S) -> S {
        self.fold.fold(x, &mut state);
        self.fold.both(&(x * 2.0), &state)
    }
}

#[differentiable]
impl Folding<Memory, Net> {
    fn loss(&self, x: &Numbers) -> f64 {
        self.run(x, Memory { h: x.clone(), steps: 0 }).h.sum()
    }
}

#[test]
fn a_parameter_of_the_trait_is_changed_in_place() {
    let (net, x) = (Folding { fold: net(147), state: Default::default() }, uniform(2, 148));
    check(&net, |net| net.loss_and_grad(&x));
    assert_eq!(net.fold.both(&x, &net.fold.empty()).steps, 2);
}

fn net(seed: u64) -> Net {
    Net { name: "a".into(), ..Net::init(&mut rng(seed)) }
}

fn either(seed: u64) -> Either<Net, Net> {
    Either { first: net(seed), second: Some(net(seed + 1)) }
}

/// Trains any block.
fn losses<B: Block<Elem = f64> + Closed>(block: &B, x: &Numbers) -> f64 {
    check(block, |block| block.total_and_grad(x, 2));
    check(block, |block| block.twice_and_grad(x).unwrap());
    let (loss, pullback) = block.total_vjp(x, 1);
    let (dx, _) = pullback(1.0, &mut block.zeros_like(), [true, false]);
    check_input(x, |x| block.total(x, 1), dx);
    loss
}

#[test]
fn provided_methods_have_gradients() {
    let x = uniform(2, 130);
    assert_eq!(losses(&net(131), &x), net(131).total(&x, 1));
    assert_eq!(losses(&either(132), &x), either(132).total(&x, 1));
}

#[test]
fn gradients_flow_through_generic_modules() {
    let x = uniform(2, 133);
    let stack = Stack { blocks: vec![net(134), net(135)], pair: [net(136), net(137)] };
    check(&stack, |stack| stack.loss_and_grad(&x, &mut rng(1)));
    let stack = Stack { blocks: vec![either(138)], pair: [either(139), either(140)] };
    check(&stack, |stack| stack.loss_and_grad(&x, &mut rng(1)));
}

#[test]
fn other_items_stay_in_the_trait() {
    let mut either = either(141);
    either.reset();
    assert!(either.label() == "new" && Either::<Net, Net>::name() == "netnet");
    assert_eq!(<Either<Net, Net> as Block>::DEPTH, 3);
}

#[test]
fn ties_reach_the_trait() {
    let x = uniform(2, 143);
    let whole = Whole::init(&mut rng(144));
    check(&whole, |net| net.mean_and_grad(&x));
    let pair = Pair { first: whole.clone(), second: whole };
    check(&pair, |net| net.loss_and_grad(&x));
}

/// Its second part is the first.
#[derive(Module, Clone)]
struct Same<M> {
    first: M,
    #[tie(first)]
    second: Tied<M>,
    fixed: Frozen<M>,
}

#[differentiable]
impl<M: Mix<3, f64, Elem = f64>> Same<M> {
    fn loss(&self, x: &Numbers) -> f64 {
        self.first.mean(&self.second.mix(x)) + self.fixed.mean(&self.first.mix(x))
    }
}

#[test]
fn tied_and_frozen_parts_have_the_trait() {
    fn mean<M: Mix<3, f64> + Closed>(part: &M, x: &Numbers) -> f64 {
        part.mean(x)
    }
    let x = uniform(2, 145);
    let whole = || Whole::init(&mut rng(146));
    let same = Same { first: whole(), second: Tied::new(), fixed: Frozen::new(whole()) };
    let (_, gradient) = same.loss_and_grad(&x);
    assert!(gradient.parameters().count() > 0);
    assert_eq!(mean(&same.fixed, &x), mean(&whole(), &x));
    let pair = Pair { first: Frozen::new(whole()), second: whole() };
    let second = |net: &Whole| {
        let (loss, gradient) = Pair { second: net.clone(), ..pair.clone() }.loss_and_grad(&x);
        (loss, gradient.second)
    };
    check(&pair.second, second);
}

#[derive(Module, Clone)]
struct Sequence<A, B> {
    first: A,
    second: B,
    fc: WithElem<Linear<3, 3>, f64>,
}

// The element types of `A` and `B` need no bounds: only a `Sequence` of equal ones is a module.
#[differentiable]
impl<A, B> Sequence<A, B>
where
    A: Layer<Input = Numbers, Output = Numbers>,
    B: Layer<Input = Numbers, Output = Numbers>,
{
    fn loss(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(&self.second.forward(&self.first.forward(x)));
        (&h * &h).sum()
    }
}

#[test]
fn parameters_need_no_bound_of_their_elements() {
    type Layers = WithElem<Linear<3, 3>, f64>;
    let net = Sequence::<Layers, Layers>::init(&mut rng(149));
    let x = uniform(2, 150);
    check(&net, |net| net.loss_and_grad(&x));
}

/// An impl may spell types in another way than the trait beside it.
mod spelt {
    use tiedw::Value;
    use tiedw::prelude::*;

    type Row = Tensor<2>;

    #[differentiable]
    trait Cell<const H: usize, E: Element> {
        type State: Value;
        fn start(&self) -> Self::State;
        fn step(&self, x: &Tensor<H, E>, #[constant] by: E) -> Self::State;
        fn name(&self) -> &str;
        fn reset(&mut self) {}
    }

    #[derive(Module)]
    struct Net {
        scale: Vector<2>,
    }

    #[differentiable(trait)]
    impl Cell<2, f32> for Net {
        type State = Row;

        fn start(&self) -> Tensor<2, f32> {
            Tensor::zeros([1])
        }
        fn step(&self, x: &Row, #[constant] by: f32) -> Tensor<{ 1 + 1 }> {
            x * &self.scale * by
        }
        #[cfg(test)]
        fn name(&self) -> &'_ str {
            "net"
        }
        #[cfg(not(test))]
        fn name(&self) -> &'_ str {
            ""
        }
    }

    #[test]
    fn step() {
        let net = Net { scale: [1.0, 2.0].into() };
        let (y, pullback) = net.step_vjp(&Tensor::full([1], 1.0), 3.0);
        let (dx, _) = pullback(Tensor::full([1], 1.0), &mut net.zeros_like(), [true, false]);
        assert_eq!((y.sum(), dx.unwrap().sum(), net.name()), (9.0, 9.0, "net"));
    }
}

/// Impls whose types do not name the parameters of the trait.
mod free {
    use tiedw::prelude::*;

    use crate::{check, check_input, rng, uniform};

    #[differentiable]
    trait Flow<const D: usize, E: Element> {
        fn apply(&self, x: &Tensor<D, E>) -> Tensor<D, E>;
        fn repeat(&self, x: &Tensor<D, E>, times: usize) -> Tensor<D, E>;
        fn through(&self, x: &Tensor<D, E>, act: impl Fn(&Tensor<D, E>) -> Tensor<D, E>) -> Tensor<D, E>;
        fn advance(&self, x: &mut Tensor<D, E>);

        fn energy(&self, x: &Tensor<D, E>) -> E {
            let h = self.apply(x);
            (&h * &h).mean()
        }
    }

    #[derive(Module, Clone)]
    struct Dense {
        fc: WithElem<Linear<3, 3>, f64>,
    }

    #[differentiable(trait)]
    impl Flow<3, f64> for Dense {
        fn apply(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
            self.fc.forward(x).tanh()
        }
        fn repeat(&self, x: &Tensor<3, f64>, times: usize) -> Tensor<3, f64> {
            (0..times).fold(x.clone(), |h, _| self.apply(&h))
        }
        fn through(
            &self,
            x: &Tensor<3, f64>,
            act: impl Fn(&Tensor<3, f64>) -> Tensor<3, f64>,
        ) -> Tensor<3, f64> {
            act(&self.fc.forward(x))
        }
        fn advance(&self, x: &mut Tensor<3, f64>) {
            *x = self.fc.forward(x);
        }
    }

    #[derive(Module, Clone)]
    struct Chain<A, B> {
        first: A,
        second: B,
    }

    #[differentiable(trait)]
    impl<const D: usize, E: Element, A, B> Flow<D, E> for Chain<A, B>
    where
        A: Flow<D, E> + Module<Elem = f64>,
        B: Flow<D, E> + Module<Elem = f64>,
    {
        fn apply(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
            self.second.apply(&self.first.apply(x))
        }
        /// Calls itself.
        fn repeat(&self, x: &Tensor<D, E>, times: usize) -> Tensor<D, E> {
            if times == 0 {
                return x.clone();
            }
            self.repeat(&self.apply(x), times - 1)
        }
        fn through(&self, x: &Tensor<D, E>, act: impl Fn(&Tensor<D, E>) -> Tensor<D, E>) -> Tensor<D, E> {
            let h = act(&self.first.apply(x));
            self.second.through(&h, act)
        }
        fn advance(&self, x: &mut Tensor<D, E>) {
            self.first.advance(&mut *x);
            self.second.advance(&mut *x);
        }
    }

    #[derive(Module, Clone)]
    struct Net<F> {
        flow: F,
    }

    #[differentiable]
    impl<F: Flow<3, f64> + Module<Elem = f64>> Net<F> {
        fn loss(&self, x: &Tensor<3, f64>) -> f64 {
            let mut h = self.flow.repeat(x, 2);
            self.flow.advance(&mut h);
            self.flow.through(&h, Tensor::sigmoid).sum() + self.flow.energy(x)
        }
    }

    #[test]
    fn parameters_of_the_trait_alone() {
        let net = Net::<Chain<Dense, Chain<Dense, Dense>>>::init(&mut rng(151));
        let x = uniform(2, 152);
        let (loss, pullback) = net.loss_vjp(&x);
        assert_eq!(loss, net.loss(&x));
        check(&net, |net| net.loss_and_grad(&x));
        check(&net.flow, |flow| flow.energy_and_grad(&x));
        check_input(&x, |x| net.loss(x), pullback(1.0, &mut net.zeros_like(), [true]).0);
    }
}
