use tiedw::layers::{Relu, Residual, Silu};
use tiedw::prelude::*;

use crate::check::{check_layer, check_net, random, randomized, rng};

type Linear64<const I: usize, const O: usize> = WithElem<Linear<I, O>, f64>;

#[derive(Module, Clone)]
#[module(sequential)]
struct Block {
    norm: WithElem<LayerNorm<4>, f64>,
    expand: Linear64<4, 6>,
    silu: Silu<6, f64>,
    contract: Linear64<6, 4>,
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Stack {
    first: Residual<Block>,
    tanh: tiedw::layers::Tanh<4, f64>,
    #[tie(first)]
    second: Tied<Residual<Block>>,
    #[tie(layer = first.layer.contract)]
    last: Mixed,
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Mixed {
    widen: Linear64<4, 6>,
    #[tie]
    layer: Tied<Linear64<6, 4>>,
}

#[test]
fn residual_blocks() {
    let mut rng = rng();
    let stack = randomized(Stack::init(&mut rng), &mut rng);
    let names: Vec<String> = stack.named_parameters().map(|(name, _)| name).collect();
    assert_eq!(names[0], "first.layer.norm.weight");
    check_net!(stack, random(&[3], &mut rng));
}

#[test]
fn a_layer_without_weights() {
    let layer = Residual { layer: Relu::<3, f64>::new() };
    assert_eq!(layer.num_parameters(), 0);
    check_layer!(layer, random(&[2, 1], &mut rng()));
}
