//! Modules without weights.

use std::marker::PhantomData;

use tiedw::prelude::*;

use crate::{check, rng, uniform};

#[derive(Module, Clone, Debug, PartialEq)]
struct Swish<E: Element> {
    #[module(skip)]
    of: PhantomData<E>,
}

#[differentiable]
impl<E: Element> Swish<E> {
    fn forward<const F: usize>(&self, x: &Tensor<F, E>) -> Tensor<F, E> {
        x * x.sigmoid()
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Scale<E: Element> {
    #[module(skip)]
    by: f64,
    #[module(skip)]
    of: PhantomData<E>,
}

#[differentiable]
impl Layer for Scale<f64> {
    type Input = Tensor<3, f64>;
    type Output = Tensor<3, f64>;
    fn forward(&self, x: &Self::Input) -> Self::Output {
        x * self.by
    }
}

/// Nothing at all.
#[derive(Module, Clone, Debug, PartialEq)]
struct Nothing;

#[derive(Module, Clone, Debug, PartialEq)]
struct Empty {}

#[differentiable]
impl Nothing {
    fn square(&self, x: f64) -> f64 {
        x * x
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    swish: Swish<f64>,
    scale: Scale<f64>,
    #[module(skip)]
    nothing: (),
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        let h = self.swish.forward(&self.fc.forward(x));
        (self.scale.forward(&h) + self.swish.forward(x)).sum()
    }
}

#[test]
fn modules_without_weights_have_bodies() {
    let mut net = Net {
        fc: Init::init(&mut rng(140)),
        swish: Swish { of: PhantomData },
        scale: Scale { by: 1.5, of: PhantomData },
        nothing: (),
    };
    let x = uniform(2, 141);
    check(&net, |net| net.loss_and_grad(&x));
    assert_eq!(net.loss(&x), net.loss_and_grad(&x).0);
    assert_eq!(net.parameters().count(), 2);
    let gradient = net.loss_and_grad(&x).1;
    Sgd::new(0.1).step(&mut net, &gradient);
    assert_eq!(net.scale, gradient.scale);
    assert_eq!((Nothing::NUM_PARAMETERS, Swish::<f32>::NUM_PARAMETERS, Empty::NUM_PARAMETERS), (0, 0, 0));
    assert_eq!((Nothing::init(&mut rng(0)), Empty::init(&mut rng(0))), (Nothing, Empty {}));
    let (square, pullback) = Nothing.square_vjp(3.0);
    assert_eq!((square, pullback(1.0, &mut Nothing, [true]).0), (9.0, Some(6.0)));
}
