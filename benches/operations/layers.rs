//! Products, embeddings, convolutions, poolings, attention and recurrent layers.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::functional::{
    conv1d, conv1d_vjp, conv2d, conv2d_vjp, embedding, embedding_vjp, gru, gru_vjp, lstm, lstm_vjp,
};
use tiedw::prelude::*;

use crate::cases::{Cases, functions, methods};
use crate::operands::Operands;

struct Inputs {
    square: Tensor<512>,
    one_of_stack: Tensor<64>,
    stack: Tensor<64>,
    images: Tensor<64>,
    small: Tensor<1>,
    sequences: Tensor<64>,
    steps: Tensor<64>,
    hidden: Tensor<128>,
    short: Tensor<128>,
    long: Tensor<512>,
    dynamic: Tensor<DYN>,
}

struct Weights {
    of_images: Tensor<64>,
    of_small: Tensor<1>,
    of_sequences: Tensor<64>,
    bias: Tensor<64>,
    bias_of_32: Tensor<32>,
    lstm: (Tensor<64>, Tensor<128>, Tensor<128>),
    gru: (Tensor<64>, Tensor<128>, Tensor<128>),
}

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    let mut rng = StdRng::seed_from_u64(2);
    let rng = &mut rng;
    let stack = Tensor::<64>::randn([12, 64], rng);
    let i: &'static Inputs = Box::leak(Box::new(Inputs {
        square: Tensor::randn([512], rng),
        dynamic: stack.dynamic(),
        one_of_stack: stack.select(0, 0),
        stack,
        images: Tensor::randn([8, 28, 28], rng),
        small: Tensor::randn([32, 28, 28], rng),
        sequences: Tensor::randn([16, 256], rng),
        steps: Tensor::randn([32, 32], rng),
        hidden: Tensor::zeros([32]),
        short: Tensor::randn([12, 64], rng),
        long: Tensor::randn([1, 512], rng),
    }));
    let weights = |gates: usize, rng: &mut StdRng| {
        (
            Tensor::randn([gates * 128], rng) * 0.1,
            Tensor::randn([gates * 128], rng) * 0.1,
            Tensor::zeros([gates]),
        )
    };
    let w: &'static Weights = Box::leak(Box::new(Weights {
        of_images: Tensor::randn([64, 3, 3], rng) * 0.1,
        of_small: Tensor::randn([32, 3, 3], rng) * 0.1,
        of_sequences: Tensor::randn([64, 5], rng) * 0.1,
        bias: Tensor::zeros([]),
        bias_of_32: Tensor::zeros([]),
        lstm: weights(4, rng),
        gru: weights(3, rng),
    }));
    let (none, causal): (&'static AttentionMask, &'static AttentionMask) =
        (Box::leak(Box::new(AttentionMask::none())), Box::leak(Box::new(AttentionMask::causal())));

    methods! { cases, i:
        "matmul": square.matmul(&i.square), matmul_vjp [true, true];
        "matmul_t": square.matmul_t::<512>(&i.square), matmul_t_vjp [true, true];
        "matmul of 1 and 12": one_of_stack.matmul(&i.stack), matmul_vjp [true, true];
        "matmul of 12": stack.matmul(&i.stack), matmul_vjp [true, true];
        "max_pool2d": images.max_pool2d::<2, 2, 0>(), max_pool2d_vjp [true];
        "avg_pool2d": images.avg_pool2d::<2, 2, 0>(), avg_pool2d_vjp [true];
        "global_avg_pool2d": images.global_avg_pool2d(), global_avg_pool2d_vjp [true];
        "attention, 12 of 64": short.scaled_dot_product_attention::<4, 128>(&i.short, &i.short, none),
            scaled_dot_product_attention_vjp [true, true, true, false];
        "attention, 1 of 512": long.scaled_dot_product_attention::<8, 512>(&i.long, &i.long, causal),
            scaled_dot_product_attention_vjp [true, true, true, false];
    }
    functions! { cases:
        "embedding": embedding, embedding_vjp, (&o.words, &o.table) [false, true];
        "conv2d, 64 to 64": conv2d, conv2d_vjp, (&i.images, &w.of_images, &w.bias, 1, 1) [true, true, true, false, false];
        "conv2d, 1 to 32": conv2d, conv2d_vjp, (&i.small, &w.of_small, &w.bias_of_32, 1, 1) [true, true, true, false, false];
        "conv1d": conv1d, conv1d_vjp, (&i.sequences, &w.of_sequences, &w.bias, 1, 2) [true, true, true, false, false];
    }
    let dy = Tensor::<DYN>::ones([12, 64, 64]);
    cases.add(
        "einsum",
        || Tensor::einsum("bij,bjk->bik", &[&i.dynamic, &i.dynamic]),
        move || Tensor::einsum_vjp("bij,bjk->bik", &[&i.dynamic, &i.dynamic]).1(dy.clone(), [false, true]),
    );
    batch_norm(cases, i);
    recurrent(cases, i, w);
}

fn batch_norm(cases: &mut Cases, i: &'static Inputs) {
    let layer: &'static BatchNorm<64> = Box::leak(Box::new(BatchNorm::new(64)));
    let (mut statistics, mut of_both) = (BatchStatistics::default(), BatchStatistics::default());
    let (mut gradient, dy) = (layer.zeros_like(), i.images.map(|_| 1.0));
    cases.add(
        "batch_norm",
        move || layer.view().by_batch(&i.images, &mut statistics),
        move || {
            let (_, pullback) = layer.view().by_batch_vjp(&i.images, &mut of_both);
            pullback(dy.clone(), gradient.view_mut(), [true, false])
        },
    );
}

fn recurrent(cases: &mut Cases, i: &'static Inputs, w: &'static Weights) {
    let dy = Tensor::<128>::ones([32, 32]);
    let d = dy.clone();
    let (of_x, of_h, bias) = &w.lstm;
    cases.add(
        "lstm",
        || lstm(&i.steps, &i.hidden, &i.hidden, of_x, of_h, bias, bias),
        move || {
            let (_, pullback) = lstm_vjp(&i.steps, &i.hidden, &i.hidden, of_x, of_h, bias, bias);
            pullback((Some(d.clone()), None, None), [true, false, false, true, true, true, true])
        },
    );
    let (of_x, of_h, bias) = &w.gru;
    cases.add(
        "gru",
        || gru(&i.steps, &i.hidden, of_x, of_h, bias, bias),
        move || {
            let (_, pullback) = gru_vjp(&i.steps, &i.hidden, of_x, of_h, bias, bias);
            pullback((Some(dy.clone()), None), [true, false, true, true, true, true])
        },
    );
}
