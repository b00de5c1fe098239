//! Frozen layers have no gradient, and thawed ones have one.

use tiedw::prelude::*;

use crate::check::{random, rng};

type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone, Debug, PartialEq)]
struct Held {
    layer: Frozen<Square>,
}

#[differentiable]
impl Held {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        mse_loss(&self.layer.forward(x), x)
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Free {
    layer: Square,
}

#[differentiable]
impl Free {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        mse_loss(&self.layer.forward(x), x)
    }
}

#[test]
fn a_gradient_that_is_thawed_collects() {
    let mut rng = rng();
    let (mut held, x) = (Held::init(&mut rng), random(&[2], &mut rng));
    let free = Free { layer: held.layer.clone().into_inner() };
    let (loss, expected) = free.loss_and_grad(&x);
    let collected = |layer: Square| {
        let mut gradient = Free { layer };
        assert_eq!(gradient.layer.weight, Matrix::zeros(), "nothing was added while it was frozen");
        assert_eq!(free.loss_and_accumulate(&mut gradient, &x), loss);
        assert_eq!(gradient, expected);
    };
    // Through each function that returns a gradient, and each way to read it.
    let (_, gradient) = held.loss_and_grad(&x);
    let mut accumulated = held.zeros_like();
    held.loss_and_accumulate(&mut accumulated, &x);
    collected(gradient.layer.clone().into_inner());
    collected((*gradient.layer).clone());
    collected(std::mem::replace(&mut *accumulated.layer, free.layer.clone()));

    // An optimizer skips the frozen weights, and updates the thawed ones.
    let start = held.clone();
    Sgd::new(0.1).step(&mut held, &gradient);
    assert_eq!(held, start);
    let mut thawed = free.clone();
    Sgd::new(0.1).step(&mut thawed, &expected);
    assert_ne!(thawed, free);
}
