//! Traits with names of the library's, and generic modules with a part of a type parameter and one of a known type.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;

#[differentiable]
trait Layer {
    fn forward(&self, x: &Numbers) -> Numbers;
}

#[differentiable]
trait Value {
    fn scale(&self, x: &Numbers) -> Numbers;
}

mod candle {
    use super::Numbers;
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) trait Module {
        fn apply(&self, x: &Numbers) -> Numbers;
    }
}

use candle::{Module, ModuleView};

#[derive(Module, Clone)]
struct Leaf {
    fc: Dense,
}

#[differentiable]
impl Layer for Leaf {
    fn forward(&self, x: &Numbers) -> Numbers {
        self.fc.forward(x).tanh()
    }
}

#[differentiable]
impl Value for Leaf {
    fn scale(&self, x: &Numbers) -> Numbers {
        x * self.fc.weight.square().sum()
    }
}

#[differentiable]
impl Module for Leaf {
    fn apply(&self, x: &Numbers) -> Numbers {
        Layer::forward(self, x) + x
    }
}

/// Its parts have the element type of the last one.
#[derive(Module, Clone)]
struct Around<L> {
    inner: L,
    outer: Dense,
}

#[differentiable]
impl<L: Layer> Layer for Around<L> {
    fn forward(&self, x: &Numbers) -> Numbers {
        self.outer.forward(&self.inner.forward(x))
    }
}

#[differentiable]
impl<L: Value> Value for Around<L> {
    fn scale(&self, x: &Numbers) -> Numbers {
        self.inner.scale(x) * self.outer.bias.sum()
    }
}

#[differentiable]
impl<L: Module> Module for Around<L> {
    fn apply(&self, x: &Numbers) -> Numbers {
        self.outer.forward(&self.inner.apply(x))
    }
}

#[differentiable]
impl<L: Layer + Value + Module> Around<L> {
    fn loss(&self, x: &Numbers) -> f64 {
        self.forward(x).square().sum() + self.scale(x).mean() + self.apply(x).sum()
    }
}

#[test]
fn gradients_agree() {
    let mut rng = rng(3);
    let (inner, outer) = (Leaf { fc: Dense::init(&mut rng) }, Dense::init(&mut rng));
    let x = uniform(2, 4);
    let net = Around { inner, outer };
    agree_all!(&net, (&x), loss loss_and_grad);
    let nested = Around { inner: net, outer: Dense::init(&mut rng) };
    agree_all!(&nested, (&x), loss loss_and_grad);
}
