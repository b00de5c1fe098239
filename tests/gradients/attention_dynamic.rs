//! Attention whose sizes are known at run time: the same bits as with sizes in the type.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::check::{random, randomized, rng};

type Fixed<const D: usize, const HEADS: usize, const KV: usize> =
    WithElem<MultiHeadAttention<D, HEADS, KV>, f64>;
type Dynamic<const D: usize, const HEADS: usize, const KV: usize> = Fixed<D, HEADS, KV>;

/// The bits of the output, the gradient and the input's cotangents.
fn bits<const D: usize, const HEADS: usize, const KV: usize>(
    layer: &Fixed<D, HEADS, KV>,
    x: &Tensor<D, f64>,
    context: &Tensor<D, f64>,
    mask: &AttentionMask,
) -> Vec<u64>
where
    Fixed<D, HEADS, KV>: Closed,
{
    let mut gradient = layer.zeros_like();
    let (y, pullback) = layer.view().with_dropout_vjp(x, context, mask, &mut StdRng::seed_from_u64(3));
    let (dx, dcontext, ..) = pullback(y.map(|y| y + 0.5), gradient.view_mut(), [true, true, false, false]);
    let tensors = [y, dx.unwrap(), dcontext.unwrap()];
    let tensors = tensors.iter().flat_map(|tensor| tensor.as_slice().to_vec());
    let gradients = gradient.parameters().flat_map(|parameter| parameter.as_slice().to_vec());
    tensors.chain(gradients).map(f64::to_bits).collect()
}

fn check<const D: usize, const HEADS: usize, const KV: usize>(rotary: Option<f64>, dropout: f64) {
    let rng = &mut rng();
    let mut fixed: Fixed<D, HEADS, KV> = randomized(Init::init(rng), rng);
    (fixed.rotary, fixed.dropout) = (rotary, dropout);
    let (x, context) = (random::<D>(&[2, 3], rng), random::<D>(&[2, 3], rng));
    let mask = AttentionMask::causal().key_padding(vec![false, true, false, false, false, true]);
    let expected = bits(&fixed, &x, &context, &mask);

    let bytes = fixed.to_bytes();
    let mut dynamic = Dynamic::<DYN, DYN, DYN>::open_bytes(&bytes).unwrap();
    (dynamic.rotary, dynamic.dropout, dynamic.heads) = (rotary, dropout, Count::new(HEADS));
    assert_eq!(bits(&dynamic, &x.dynamic(), &context.dynamic(), &mask), expected);
    assert_eq!(dynamic.to_bytes(), bytes);

    let mut heads = Dynamic::<DYN, HEADS, DYN>::open_bytes(&bytes).unwrap();
    (heads.rotary, heads.dropout) = (rotary, dropout);
    assert_eq!(bits(&heads, &x.dynamic(), &context.dynamic(), &mask), expected);

    let mut width = Dynamic::<D, DYN, KV>::open_bytes(&bytes).unwrap();
    (width.rotary, width.dropout, width.heads) = (rotary, dropout, Count::new(HEADS));
    assert_eq!(bits(&width, &x, &context, &mask), expected);
}

#[test]
fn the_same_bits() {
    check::<4, 2, 4>(None, 0.0);
    check::<8, 4, 4>(Some(100.0), 0.0);
    check::<6, 3, 2>(None, 0.25);
}

#[test]
fn constructors_draw_the_same_weights() {
    let fixed = MultiHeadAttention::<8, 4, 4>::init(&mut rng());
    let dynamic = MultiHeadAttention::<DYN, DYN, DYN>::grouped(8, 4, 2, &mut rng());
    assert_eq!(fixed.to_bytes(), dynamic.to_bytes());
    assert_eq!(MultiHeadAttention::<8, 4, 4>::new(8, 4, &mut rng()), fixed);
    let square = MultiHeadAttention::<6, 2>::init(&mut rng());
    assert_eq!(MultiHeadAttention::<DYN, 2, DYN>::new(6, 2, &mut rng()).to_bytes(), square.to_bytes());
}

#[test]
#[should_panic = "attention whose number of heads is not set"]
fn heads_that_no_file_says() {
    let bytes = MultiHeadAttention::<4, 2>::init(&mut rng()).to_bytes();
    let opened = MultiHeadAttention::<4, DYN>::open_bytes(&bytes).unwrap();
    opened.forward(&Tensor::zeros([1, 3]));
}

#[test]
#[should_panic = "attention with D = 6, HEADS = 4, KV = 6: heads of equal width share the features"]
fn heads_that_do_not_divide_the_features() {
    MultiHeadAttention::<DYN, DYN>::new(6, 4, &mut rng());
}

#[test]
#[should_panic = "MultiHeadAttention::new with 3 heads: its type has 2"]
fn heads_that_are_not_those_of_the_type() {
    MultiHeadAttention::<DYN, 2>::new(6, 3, &mut rng());
}

#[test]
#[should_panic = "a count of 3, where the type says 2"]
fn a_count_that_is_not_that_of_the_type() {
    let mut layer = MultiHeadAttention::<4, 2>::init(&mut rng());
    layer.heads = Count::new(3);
}
