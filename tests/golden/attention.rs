use tiedw::AttentionMask;
use tiedw::layers::MultiHeadAttention;
use tiedw::prelude::*;

use crate::run::{check, check_layer, golden, input, rng};

#[test]
fn itself() {
    check_layer!(golden!("attention", "itself"), MultiHeadAttention::<8, 2>::init(&mut rng()));
}

fn masked<const HEADS: usize, const KV: usize>(case: &str, mask: &AttentionMask) {
    let case = golden!("attention", case);
    let x = case.tensor("x");
    check(&case, MultiHeadAttention::<8, HEADS, KV>::init(&mut rng()), |layer, gradient, dy| {
        let (y, pullback) = layer.view().masked_vjp(&x, mask);
        let (dx, _) = pullback(dy, gradient.view_mut(), [true, false]);
        (y, vec![input("x", dx)])
    });
}

#[test]
fn causal() {
    masked::<2, 8>("causal", &AttentionMask::causal());
}

#[test]
fn grouped() {
    masked::<4, 4>("grouped", &AttentionMask::causal());
}

#[test]
fn rotary() {
    let layer = MultiHeadAttention::<8, 2> { rotary: Some(100.0), ..MultiHeadAttention::init(&mut rng()) };
    check_layer!(golden!("attention", "rotary"), layer);
}

#[test]
fn cross() {
    let case = golden!("attention", "cross");
    let mask = AttentionMask::none().key_padding(golden!("attention", "ignored").flags());
    let (x, context) = (case.tensor("x"), case.tensor("context"));
    check(&case, MultiHeadAttention::<8, 2>::init(&mut rng()), |layer, gradient, dy| {
        let (y, pullback) = layer.view().cross_vjp(&x, &context, &mask);
        let (dx, dcontext, _) = pullback(dy, gradient.view_mut(), [true, true, false]);
        (y, vec![input("x", dx), input("context", dcontext)])
    });
}
