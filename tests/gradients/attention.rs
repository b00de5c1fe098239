use tiedw::AttentionMask;
use tiedw::layers::{MultiHeadAttention, PositionalEmbedding};
use tiedw::prelude::*;

use crate::check::{check, check_both, check_layer, check_op, random, randomized, rng};

type Attention<const D: usize, const HEADS: usize, const KV: usize, B = Own> =
    WithElem<MultiHeadAttention<D, HEADS, KV, Own, B>, f64>;

fn attention<const D: usize, const HEADS: usize, const KV: usize>() -> Attention<D, HEADS, KV> {
    let mut rng = rng();
    randomized(Attention::init(&mut rng), &mut rng)
}

#[test]
fn of_a_sequence_to_itself() {
    let mut rng = rng();
    check_layer!(attention::<4, 2, 4>(), random(&[2, 3], &mut rng));
    check_layer!(attention::<1, 1, 1>(), random(&[1, 1], &mut rng));
    check_layer!(attention::<3, 1, 3>(), random(&[5], &mut rng));
    // Two key heads for four query heads.
    check_layer!(attention::<8, 4, 4>(), random(&[2, 3], &mut rng));
    let no_bias = Attention::<4, 2, 4, NoBias>::init(&mut rng);
    check_layer!(randomized(no_bias, &mut rng), random(&[1, 5], &mut rng));
    let mut rotated = attention::<8, 2, 4>();
    rotated.rotary = Some(100.0);
    check_layer!(rotated, random(&[2, 5], &mut rng));
}

#[test]
fn masked() {
    let ignored = vec![false, true, false, false, false, true];
    for mask in [
        AttentionMask::causal(),
        AttentionMask::none().key_padding(ignored.clone()),
        AttentionMask::causal().key_padding(ignored),
    ] {
        check_both!(
            &attention::<4, 2, 2>(),
            &(random::<4>(&[2, 3], &mut rng()),),
            |layer, (x,)| layer.view().masked(x, &mask),
            |layer, (x,), gradient, d| {
                let (y, pullback) = layer.view().masked_vjp(x, &mask);
                let (dx, _) = pullback(d, gradient.view_mut(), [true, false]);
                (y, (dx,))
            },
        );
    }
}

#[test]
fn across_sequences() {
    let mut rng = rng();
    let mask = AttentionMask::none().key_padding([false, false, false, true, true].repeat(2));
    check_both!(
        &attention::<4, 2, 4>(),
        &(random::<4>(&[2, 3], &mut rng), random::<4>(&[2, 5], &mut rng)),
        |layer, (x, context)| layer.view().cross(x, context, &mask),
        |layer, (x, context), gradient, d| {
            let (y, pullback) = layer.view().cross_vjp(x, context, &mask);
            let (dx, dcontext, _) = pullback(d, gradient.view_mut(), [true, true, false]);
            (y, (dx, dcontext))
        },
    );
}

/// More queries than one block, in one case with fewer keys than queries.
#[test]
fn long_causal_sequences() {
    let mut rng = rng();
    for (queries, keys, first) in [(70, 70, 0), (70, 5, 0), (3, 9, 0), (3, 9, 6), (70, 90, 20)] {
        let mask = AttentionMask::causal().queries_from(first);
        let q = random::<2>(&[1, queries], &mut rng);
        let (k, v) = (random::<2>(&[1, keys], &mut rng), random::<2>(&[1, keys], &mut rng));
        check_op!(
            [q, k, v],
            q.scaled_dot_product_attention::<2, _>(k, v, &mask),
            q.scaled_dot_product_attention_vjp::<2, _>(k, v, &mask),
            [true, true, true, false]
        );
    }
}

#[test]
fn a_query_without_keys_gives_zero() {
    let mask = AttentionMask::none().key_padding(vec![true, true]);
    let x = Tensor::<2>::full([1, 2], 1.0);
    let (y, pullback) = x.scaled_dot_product_attention_vjp::<1, 2>(&x, &x, &mask);
    assert_eq!(y, Tensor::zeros([1, 2]));
    let (dq, _, dv, _) = pullback(x, [true, true, true, false]);
    assert_eq!((dq, dv), (Some(y.clone()), Some(y)));
}

#[test]
#[should_panic(expected = "queries of shape [2, 3, 4], keys of shape [3, 3, 4]")]
fn batches_are_the_same() {
    let (x, y) = (Tensor::<4>::zeros([2, 3]), Tensor::<4>::zeros([3, 3]));
    x.scaled_dot_product_attention::<2, 4>(&y, &y, &AttentionMask::none());
}

#[test]
#[should_panic(expected = "a key padding mask of 5 flags for 2 sequences of 3 keys")]
fn masks_have_a_flag_for_each_key() {
    let x = Tensor::<4>::zeros([2, 3]);
    let mask = AttentionMask::none().key_padding(vec![true; 5]);
    x.scaled_dot_product_attention::<2, 4>(&x, &x, &mask);
}

#[test]
fn positions() {
    let mut rng = rng();
    check_layer!(
        randomized(<WithElem<PositionalEmbedding<5, 3>, f64>>::init(&mut rng), &mut rng),
        random(&[2, 4], &mut rng)
    );
    let x = random::<6>(&[2, 3], &mut rng);
    check_op!([x], x.rotary::<1>(100.0), x.rotary_vjp::<1>(100.0), [true, false]);
    check_op!([x], x.rotary::<3>(100.0), x.rotary_vjp::<3>(100.0), [true, false]);
}

#[test]
fn far_places_are_turned_exactly() {
    let x = Tensor::<4, f64>::full([10_000], 1.0);
    let y = x.rotary::<1>(10_000.0);
    for place in [1, 2, 1000, 9_999] {
        for (i, frequency) in [1.0, 0.01].into_iter().enumerate() {
            let (sin, cos) = (place as f64 * frequency).sin_cos();
            assert!((y.get(&[place, i]) - (cos - sin)).abs() < 1e-11, "{place} {i}");
            assert!((y.get(&[place, 2 + i]) - (cos + sin)).abs() < 1e-11, "{place} {i}");
        }
    }
}

/// Queries after cached keys give the same result as within the whole sequence.
#[test]
fn queries_after_kept_keys() {
    let mut rng = rng();
    let layer = Attention::<8, 2, 4> { rotary: Some(100.0), ..attention() };
    let (layer, x) = (layer.view(), random::<8>(&[2, 5], &mut rng));
    let close = |a: &Tensor<8, f64>, b: &Tensor<8, f64>| assert!((a - b).abs().sum() < 1e-12, "{a:?}, {b:?}");
    let all = layer.masked(&x, &AttentionMask::causal());
    for kept in 0..5 {
        let new = x.narrow(1, kept, 5 - kept);
        let mask = AttentionMask::causal().queries_from(kept);
        close(&layer.cross(&new, &x, &mask), &all.narrow(1, kept, 5 - kept));
        // By hand, with keys that were rotated before they were cached.
        let (q, k, v) = (layer.query.forward(&new), layer.key.forward(&x), layer.value.forward(&x));
        let (old, k_new) = (k.narrow(1, 0, kept).rotary::<1>(100.0), k.narrow(1, kept, 5 - kept));
        let k = old.cat_axis(&k_new.rotary_from::<1>(100.0, kept), 1);
        let y = q.rotary_from::<2>(100.0, kept).scaled_dot_product_attention::<2, 4>(&k, &v, &mask);
        close(&layer.out_proj.forward(&y), &all.narrow(1, kept, 5 - kept));
    }
    // A query that attends to all keys.
    let last = layer.cross(&x.narrow(1, 4, 1), &x, &AttentionMask::none().queries_from(4));
    close(&last, &all.narrow(1, 4, 1));
}

#[test]
fn gradients_of_queries_after_kept_keys() {
    let mut rng = rng();
    let layer = Attention::<8, 2, 4> { rotary: Some(100.0), ..attention() };
    for mask in [AttentionMask::causal(), AttentionMask::none()] {
        let mask = mask.queries_from(3);
        check_both!(
            &layer,
            &(random::<8>(&[2, 2], &mut rng), random::<8>(&[2, 5], &mut rng)),
            |layer, (x, context)| layer.view().cross(x, context, &mask),
            |layer, (x, context), gradient, d| {
                let (y, pullback) = layer.view().cross_vjp(x, context, &mask);
                let (dx, dcontext, _) = pullback(d, gradient.view_mut(), [true, true, false]);
                (y, (dx, dcontext))
            },
        );
    }
    let x = random::<8>(&[2, 3], &mut rng);
    check_op!(
        [x],
        x.rotary_from::<2>(10.0, 7),
        {
            let (y, pullback) = x.rotary_from_vjp::<2>(10.0, 7);
            (y, move |d, [wanted]: [bool; 1]| (pullback(d, [wanted, false, false]).0,))
        },
        [true]
    );
    check_both!(
        &randomized(<WithElem<PositionalEmbedding<9, 3>, f64>>::init(&mut rng), &mut rng),
        &(random::<3>(&[2, 4], &mut rng),),
        |layer, (x,)| layer.view().forward_from(x, 5),
        |layer, (x,), gradient, d| {
            let (y, pullback) = layer.view().forward_from_vjp(x, 5);
            (y, (pullback(d, gradient.view_mut(), [true, false]).0,))
        },
    );
}

#[test]
#[should_panic(
    expected = "causal attention of 2 queries and 5 keys, of which nothing says at which key the first query \
                           stands: write `AttentionMask::causal().queries_from(3)`"
)]
fn where_causal_queries_stand_is_not_guessed() {
    let (q, k) = (Tensor::<2>::zeros([2]), Tensor::<2>::zeros([5]));
    q.scaled_dot_product_attention::<1, 2>(&k, &k, &AttentionMask::causal());
}

#[test]
#[should_panic(expected = "rotary attention of 1 queries and 4 keys")]
fn where_turned_queries_stand_is_not_guessed() {
    let layer = Attention::<4, 1, 4> { rotary: Some(10.0), ..attention() };
    layer.view().cross(&Tensor::zeros([1]), &Tensor::zeros([4]), &AttentionMask::none());
}

#[test]
#[should_panic(expected = "a sequence of 4 places from place 6 on, where the positional embedding has 9")]
fn places_beyond_the_last() {
    PositionalEmbedding::<9, 3>::init(&mut rng()).view().forward_from(&Tensor::zeros([4]), 6);
}

/// Layers that share their attention, as in ALBERT, and one that shares only the keys of the first.
#[derive(Module, Clone)]
struct Shared {
    positions: WithElem<PositionalEmbedding<4, 4>, f64>,
    first: Attention<4, 2, 4>,
    #[tie(first)]
    second: Tied<Attention<4, 2, 4>>,
    #[tie(key = first.key)]
    third: WithElem<MultiHeadAttention<4, 2, 4, (Own, Tied, Own, Own)>, f64>,
}

#[differentiable]
impl Shared {
    fn forward(&self, x: &Tensor<4, f64>, mask: &AttentionMask) -> Tensor<4, f64> {
        let x = self.positions.forward(x);
        let y = self.first.masked(&x, mask) + self.second.forward(&x);
        self.third.cross(&y, &x, mask)
    }
}

#[test]
fn tied_attention() {
    let mut rng = rng();
    let net = randomized(Shared::init(&mut rng), &mut rng);
    assert_eq!(net.num_parameters(), 16 + 4 * 20 + 3 * 20);
    check(
        &net,
        &(random(&[1, 3], &mut rng),),
        |net, (x,)| net.forward(x, &AttentionMask::causal()),
        |net, (x,), gradient, d| {
            let (y, pullback) = net.forward_vjp(x, &AttentionMask::causal());
            let (dx, _) = pullback(d, gradient, [true, false]);
            (y, (dx,))
        },
    );
}
