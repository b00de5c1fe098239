//! Generic modules, methods of open modules, and user-defined layers.

use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

/// Applies any encoder to both sides.
#[derive(Module, Clone)]
struct Siamese<E: Layer> {
    left: E,
    #[tie(left)]
    right: Tied<E>,
}

#[differentiable]
impl<E: Layer<Input = Tensor<3, f64>, Output = Tensor<2, f64>>> Siamese<E> {
    fn loss(&self, a: &Tensor<3, f64>, b: &Tensor<3, f64>, same: &[bool]) -> f64 {
        contrastive_loss(&self.left.forward(a), &self.right.forward(b), same, 1.0)
    }
}

/// Layers of any type beside one of a concrete type, and beside each other. The bounds state the element type twice.
#[derive(Module, Clone)]
pub(crate) struct Beside<L: Layer<Elem = f64>, K>
where
    K: Layer<Elem = L::Elem>,
{
    any: L,
    list: [K; 2],
    concrete: WithElem<Linear<3, 3>, f64>,
}

#[derive(Module, Clone)]
struct Any<L: Module<Elem = f64>, K: Module<Elem = f64>> {
    any: L,
    other: K,
}

#[differentiable]
impl<L, K> Beside<L, K>
where
    L: Layer<Input = Tensor<3, f64>, Output = Tensor<3, f64>, Elem = f64>,
    K: Layer<Input = Tensor<3, f64>, Output = Tensor<3, f64>, Elem = f64>,
{
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        let h = self.concrete.forward(&self.any.forward(x));
        mse_loss(&self.list[1].forward(&self.list[0].forward(&h)), x)
    }
}

/// A block that calls a method of another block.
#[differentiable]
impl<L, K> Beside<L, K>
where
    L: Layer<Input = Tensor<3, f64>, Output = Tensor<3, f64>, Elem = f64>,
    K: Layer<Input = L::Input, Output = L::Output, Elem = L::Elem>,
{
    fn doubled(&self, x: &L::Input) -> f64 {
        self.loss(x) * 2.0
    }
}

#[differentiable]
impl<L: Layer<Input = Tensor<3, f64>, Output = Tensor<2, f64>, Elem = f64>, K: Module<Elem = f64>> Any<L, K> {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        self.any.forward(x).tanh().sum()
    }
}

/// A user-defined layer.
#[derive(Module, Clone)]
struct Block {
    fc1: WithElem<Linear<3, 4>, f64>,
    fc2: WithElem<Linear<4, 3>, f64>,
}

#[differentiable]
impl Layer for Block {
    type Input = Tensor<3, f64>;
    type Output = Tensor<3, f64>;

    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.fc1.forward(x).tanh();
        x + self.fc2.forward(&h)
    }
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Stack {
    block: Block,
    #[tie(block)]
    again: Tied<Block>,
    head: WithElem<Linear<3, 2>, f64>,
}

/// A layer that wraps a layer.
#[derive(Module, Clone)]
struct Twice<const F: usize, L: Layer<Input = Tensor<F, f64>, Output = Tensor<F, f64>>> {
    layer: L,
}

#[differentiable]
impl<const F: usize, L: Layer<Input = Tensor<F, f64>, Output = Tensor<F, f64>>> Layer for Twice<F, L> {
    type Input = Tensor<F, f64>;
    type Output = Tensor<F, f64>;

    fn forward(&self, x: &Self::Input) -> Self::Output {
        self.layer.forward(&self.layer.forward(x))
    }
}

/// Borrows its layer from the enclosing struct.
#[derive(Module, Clone)]
struct Side<const F: usize> {
    #[tie]
    shared: Tied<WithElem<Linear<F, F>, f64>>,
    own: WithElem<Linear<F, F>, f64>,
}

#[differentiable]
impl<const F: usize> Side<F> {
    fn forward(&self, x: &Tensor<F, f64>) -> Tensor<F, f64> {
        self.own.forward(&self.shared.forward(x).tanh())
    }
}

#[derive(Module, Clone)]
struct Whole<const F: usize> {
    shared: WithElem<Linear<F, F>, f64>,
    #[tie(shared = shared)]
    left: Side<F>,
    #[tie(shared = shared)]
    right: Side<F>,
}

#[differentiable]
impl<const F: usize> Whole<F> {
    fn loss<T>(&self, x: &Tensor<F, f64>, #[constant] name: T) -> f64
    where
        T: ToString,
    {
        debug_assert!(!name.to_string().is_empty());
        mse_loss(&self.left.forward(x), &self.right.forward(&self.shared.forward(x)))
    }
}

#[test]
fn two_encoders() {
    let (a, b) = (uniform(3, 3), uniform(3, 4));
    let same = [true, false, true];
    let linear = Siamese::<WithElem<Linear<3, 2>, f64>>::init(&mut rng(1));
    check(&linear, |net| net.loss_and_grad(&a, &b, &same));
    let stack = Siamese::<Stack>::init(&mut rng(1));
    check(&stack, |net| net.loss_and_grad(&a, &b, &same));
    assert_eq!(Siamese::<Stack>::SPEC.ties(), [("right", "left")]);
}

#[test]
fn own_layers() {
    let (net, x) = (Twice::<3, Block>::init(&mut rng(1)), uniform(2, 3));
    let loss = |net: &Twice<3, Block>| {
        let (y, pullback) = net.forward_vjp(&x);
        let mut grads = net.zeros_like();
        pullback(Tensor::full([2], 1.0), &mut grads, [false]);
        (y.as_slice().iter().sum(), grads)
    };
    check(&net, loss);
    let (_, pullback) = net.forward_vjp(&x);
    let (dx,) = pullback(Tensor::full([2], 1.0), &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.forward(x).as_slice().iter().sum(), dx);
}

#[test]
fn open_modules() {
    let (net, x) = (Whole::<2>::init(&mut rng(1)), uniform(2, 3));
    check(&net, |net| net.loss_and_grad(&x, "name"));
}

#[test]
fn generic_layers_beside_others() {
    let x = uniform(2, 3);
    let net = Beside::<Block, WithElem<Linear<3, 3>, f64>>::init(&mut rng(1));
    check(&net, |net| net.loss_and_grad(&x));
    check(&net, |net| net.doubled_and_grad(&x));
    let net = Any::<WithElem<Linear<3, 2>, f64>, Block>::init(&mut rng(1));
    check(&net, |net| net.loss_and_grad(&x));
}

/// A bound by another trait that is named like the crate's, with associated types of the same names: it compiles.
#[allow(dead_code)]
mod another_layer {
    use tiedw::Value;
    use tiedw::prelude::{Module, Tensor, differentiable};

    #[differentiable]
    trait Layer {
        type Input: Value;
        type Output: Value;
        fn apply(&self, x: &Self::Input) -> Self::Output;
    }

    #[derive(Module)]
    struct Net<L> {
        layer: L,
    }

    #[differentiable]
    impl<L: Layer<Input = Tensor<3, f64>, Output = f64>> Net<L> {
        fn loss(&self, x: &Tensor<3, f64>) -> f64 {
            self.layer.apply(x)
        }
    }
}

/// A struct with defaults, which an impl block does not name.
#[derive(Module, Clone)]
struct WithDefaults<L = WithElem<Linear<3, 3>, f64>, const T: usize = 2> {
    layers: [L; T],
}

#[differentiable]
impl WithDefaults {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        self.layers[1].forward(&self.layers[0].forward(x).tanh()).sum()
    }
}

#[test]
fn defaults_of_parameters() {
    let net: WithDefaults = Init::init(&mut rng(5));
    check(&net, |net| net.loss_and_grad(&uniform(2, 6)));
}

/// A layer around another one, whose bounds do not say its element type.
#[derive(Module, Clone)]
struct PreNorm<L> {
    norm: WithElem<LayerNorm<3>, f64>,
    layer: L,
}

#[differentiable]
impl<L: Layer<Input = Tensor<3, f64>, Output = Tensor<3, f64>>> Layer for PreNorm<L> {
    type Input = Tensor<3, f64>;
    type Output = Tensor<3, f64>;

    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        x + self.layer.forward(&self.norm.forward(x))
    }
}

#[derive(Module, Clone)]
struct Stacked {
    first: PreNorm<WithElem<Linear<3, 3>, f64>>,
    second: PreNorm<PreNorm<WithElem<Linear<3, 3>, f64>>>,
}

#[differentiable]
impl Stacked {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        self.second.forward(&self.first.forward(x)).powi(2).sum()
    }
}

#[test]
fn generic_layers_of_any_element_type() {
    let net = Stacked::init(&mut rng(7));
    check(&net, |net| net.loss_and_grad(&uniform(2, 8)));
}
