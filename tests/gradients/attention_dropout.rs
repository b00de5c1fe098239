use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::check::{check, random, randomized, rng};

type Attention<const KV: usize> = WithElem<MultiHeadAttention<4, 2, KV>, f64>;

#[derive(Module, Clone)]
struct Net<const KV: usize> {
    attention: Attention<KV>,
    #[tie(attention)]
    again: Tied<Attention<KV>>,
}

#[differentiable]
impl<const KV: usize> Net<KV> {
    fn forward(
        &self,
        x: &Tensor<4, f64>,
        context: &Tensor<4, f64>,
        mask: &AttentionMask,
        rng: &mut impl Randomness,
    ) -> Tensor<4, f64> {
        let y = self.attention.with_dropout(x, context, mask, rng);
        self.again.with_dropout(&y, &y, mask, rng)
    }
}

fn net<const KV: usize>(dropout: f64) -> Net<KV> {
    let mut net = randomized(Net::init(&mut rng()), &mut rng());
    net.attention.dropout = dropout;
    net
}

fn check_net<const KV: usize>(dropout: f64, mask: AttentionMask, places: usize) {
    check(
        &net::<KV>(dropout),
        &(random(&[2, places], &mut rng()), random(&[2, places], &mut rng())),
        |net, (x, context)| net.forward(x, context, &mask, &mut StdRng::seed_from_u64(5)),
        |net, (x, context), gradient, d| {
            let (y, pullback) = net.forward_vjp(x, context, &mask, &mut StdRng::seed_from_u64(5));
            let (dx, dcontext, ..) = pullback(d, gradient, [true, true, false, false]);
            (y, (dx, dcontext))
        },
    );
}

#[test]
fn in_a_body() {
    check_net::<4>(0.3, AttentionMask::none(), 3);
    check_net::<2>(0.5, AttentionMask::causal(), 5);
    let ignored = vec![false, true, false, false, false, true];
    check_net::<2>(0.2, AttentionMask::causal().key_padding(ignored), 3);
    check_net::<4>(1.0, AttentionMask::none(), 2);
}

#[test]
fn nothing_is_left_out_without_chance() {
    let (net, x) = (net::<4>(0.4), random(&[2, 3], &mut rng()));
    let mask = AttentionMask::causal();
    let (first, again) = (net.view().attention, net.view().again);
    let plain = again.masked(&first.masked(&x, &mask), &mask);
    assert_eq!(net.forward(&x, &x, &mask, &mut Evaluation), plain);
    assert_ne!(net.forward(&x, &x, &mask, &mut rng()), plain);
}

/// The output of this layer is its attention weights: they are uniform, and each value is the one-hot
/// position of its key.
#[test]
fn weights_are_left_out_with_their_probability() {
    const KEYS: usize = 8;
    let mut layer = MultiHeadAttention::<KEYS, 1>::init(&mut rng());
    let identity = Matrix::from_fn(|row, column| if row == column { 1.0 } else { 0.0 });
    (layer.query.weight, layer.value.weight) = (Matrix::zeros(), identity.clone());
    layer.out_proj.weight = identity;
    let places = Tensor::from_vec([KEYS], layer.out_proj.weight.as_slice().to_vec());
    let queries = Tensor::<KEYS>::zeros([10_000]);
    for p in [0.0, 0.1, 0.5, 0.9, 1.0] {
        layer.dropout = p;
        let mut rng = rng();
        let y = layer.view().with_dropout(&queries, &places, &AttentionMask::none(), &mut rng);
        let kept = 0.125 / (1.0 - p) as f32;
        let zeros = y.as_slice().iter().filter(|&&y| y == 0.0).count() as f64 / 80_000.0;
        assert!((zeros - p).abs() < 0.01, "{zeros} zeros for {p}");
        assert!(y.as_slice().iter().all(|&y| y == 0.0 || (y - kept).abs() < 1e-5 * kept));
        if p > 0.0 && p < 1.0 {
            let other = layer.view().with_dropout(&queries, &places, &AttentionMask::none(), &mut rng);
            assert_ne!(other, y, "each call draws anew");
        }
    }
}

#[test]
#[should_panic(expected = "the probability of a dropout is -0.5, not between 0 and 1")]
fn the_probability_is_one() {
    let x = random(&[1], &mut rng());
    net::<4>(-0.5).forward(&x, &x, &AttentionMask::none(), &mut Evaluation);
}
