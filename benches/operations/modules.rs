//! Layers that are modules: dropout, norms of groups and multi-head attention; and the rotary embedding.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::cases::{Cases, methods};
use crate::operands::Operands;

struct Inputs {
    /// `[8, 64, 768]`.
    heads: Tensor<768>,
    images: Tensor<64>,
    short: Tensor<128>,
}

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    let mut rng = StdRng::seed_from_u64(3);
    let i: &'static Inputs = Box::leak(Box::new(Inputs {
        heads: o.x.reshape([8, 64]),
        images: Tensor::randn([8, 28, 28], &mut rng),
        short: Tensor::randn([12, 64], &mut rng),
    }));
    methods! { cases, i:
        "rotary": heads.rotary::<12>(10_000.0), rotary_vjp [true, false];
    }
    dropout(cases, o);
    norms(cases, i);
    attention(cases, i, &mut rng);
}

fn dropout(cases: &mut Cases, o: &'static Operands) {
    let (layer, dy) = (Dropout::new(0.1_f32), o.x.map(|_| 1.0));
    let layer: &'static Dropout = Box::leak(Box::new(layer));
    let [mut rng, mut of_both] = [4, 5].map(StdRng::seed_from_u64);
    cases.add(
        "dropout",
        move || layer.view().forward(&o.x, &mut rng),
        move || {
            let (_, pullback) = layer.view().forward_vjp(&o.x, &mut of_both);
            pullback(dy.clone(), layer.view(), [true, false])
        },
    );
}

fn norms(cases: &mut Cases, i: &'static Inputs) {
    let dy = i.images.map(|_| 1.0);
    let layer: &'static GroupNorm<8, 64> = Box::leak(Box::new(GroupNorm::new(8, 64)));
    let (mut gradient, d) = (layer.zeros_like(), dy.clone());
    cases.add(
        "group_norm",
        || layer.view().forward(&i.images),
        move || layer.view().forward_vjp(&i.images).1(d.clone(), gradient.view_mut(), [true]),
    );
    let layer: &'static InstanceNorm<64> = Box::leak(Box::new(InstanceNorm::new(64)));
    cases.add(
        "instance_norm",
        || layer.view().forward(&i.images),
        move || layer.view().forward_vjp(&i.images).1(dy.clone(), layer.view(), [true]),
    );
}

fn attention(cases: &mut Cases, i: &'static Inputs, rng: &mut StdRng) {
    let layer: &'static MultiHeadAttention<128, 4> = Box::leak(Box::new(Init::init(rng)));
    let (mut gradient, dy) = (layer.zeros_like(), i.short.map(|_| 1.0));
    cases.add(
        "multi-head attention",
        || layer.view().forward(&i.short),
        move || layer.view().forward_vjp(&i.short).1(dy.clone(), gradient.view_mut(), [true]),
    );
}
