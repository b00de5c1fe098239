//! A panic about a shape, a count or an index is located at the call in the user's code.

#![allow(clippy::useless_vec, reason = "an index outside an array would not compile")]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::data::{Batches, random_split};
use tiedw::layers::*;
use tiedw::ops::{AddVjp, DivVjp, MulVjp, SubVjp};
use tiedw::parallel::Shards;
use tiedw::prelude::*;
use tiedw::{Filter1d, Filter2d, Ids};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// Returns the file and the line where `call` panics. Other panics, also those of other threads, are reported as before.
fn place_of<R>(call: impl FnOnce() -> R) -> Option<(String, u32)> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |panic| {
            if WATCHED.get() {
                let place = panic.location().map(|place| (place.file().to_owned(), place.line()));
                PLACE.set(place);
            } else {
                report(panic);
            }
        }));
    });
    PLACE.set(None);
    WATCHED.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| drop(call())));
    WATCHED.set(false);
    result.is_err().then(|| PLACE.take()).flatten()
}

/// Checks that `call`, which is written on the same line, panics there.
#[track_caller]
fn at<R>(call: impl FnOnce() -> R) {
    let here = Location::caller();
    assert_eq!(place_of(call), Some((here.file().to_owned(), here.line())));
}

/// Checks that `call` panics on the line of this file that ends with the comment `mark`.
#[track_caller]
fn at_mark<R>(mark: &str, call: impl FnOnce() -> R) {
    let mark = format!("// {mark}");
    let line = include_str!("panic_locations.rs").lines().position(|line| line.ends_with(&mark));
    assert_eq!(place_of(call), line.map(|line| (file!().to_owned(), line as u32 + 1)), "{mark}");
}

fn t<const F: usize>(leading: &[usize]) -> Tensor<F> {
    Tensor::full(leading, 0.5)
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(0)
}

fn new<M: Init>() -> M {
    M::init(&mut StdRng::seed_from_u64(0))
}

#[test]
fn masks() {
    let (a, b) = (t::<2>(&[3]), t::<2>(&[4]));
    let (mask, other) = (a.gt(0.0), b.gt(0.0));
    at(|| a.lt(&b));
    at(|| a.ne_vjp(&b));
    at(|| &mask & &other);
    at(|| mask.clone() | other.clone());
    at(|| a.masked_fill(&other, 1.0));
    at(|| a.masked_fill_vjp(&other, 1.0));
    at(|| mask.where_cond(&a, &b));
    at(|| other.where_cond_vjp(&a, &a));
    at(|| mask.fixed::<3>());
    at(|| mask.get(&[3, 0]));
    at(|| Mask::<2>::from_vec([2], vec![true]));
    at(|| Mask::<2>::from_shape_vec([2], vec![true]));
}

#[test]
fn shapes_of_masks() {
    let mask = t::<2>(&[3]).gt(0.0);
    at(|| mask.any_axis(1));
    at(|| mask.all_axis_vjp(2));
    at(|| mask.reshape([4]));
    at(|| mask.flatten_vjp::<5>());
    at(|| mask.unflatten::<4>([3]));
    at(|| mask.expand([2]));
    at(|| mask.transpose(0, 1));
    at(|| mask.narrow_vjp(0, 2, 2));
    at(|| mask.select(0, 3));
    at(|| mask.index_select(0, &[3]));
    let mut assigned = mask.select(0, 0);
    at(|| assigned &= &mask);
}

#[test]
fn einsum() {
    let x = t::<DYN>(&[3, 2]);
    at(|| Tensor::einsum("ij,jk->ik", &[&x, &x]));
    at(|| Tensor::einsum_vjp("ijk->i", &[&x]));
    at(|| Tensor::einsum("ab,cd,ef,gh->abcdefgh", &[&x, &x, &x, &x]));
}

#[test]
fn pairs() {
    let (a, b) = (t::<2>(&[3]), t::<2>(&[4]));
    at(|| a.atan2(&b));
    at(|| a.hypot_vjp(&b));
    at(|| a.prelu(&b));
    at(|| a.lerp(&b, 0.5));
    at(|| a.lerp_vjp(&b, 0.5));
    at(|| t::<DYN>(&[3]).swiglu::<DYN>());
    at(|| t::<DYN>(&[3]).geglu_vjp::<DYN>());
}

#[test]
fn moved() {
    let x = t::<2>(&[3]);
    at(|| x.flip(2));
    at(|| x.flip_vjp(2));
    at(|| x.permute([0, 0]));
    at(|| x.permute_vjp([1, 0]));
    at(|| x.movedim(0, 2));
    at(|| x.movedim_vjp(1, 0));
    at(|| x.unbind(2));
    at(|| x.unbind_vjp(2));
    at(|| x.softmax_axis(2));
    at(|| x.softmax_axis_vjp(2));
    at(|| x.log_softmax_axis_vjp(2));
    at(|| x.norm_axis(2));
    at(|| x.norm_axis_vjp(2));
    at(|| x.normalize_axis(2));
    at(|| x.normalize_axis_vjp(2));
    at(|| x.cumprod_axis(2));
    at(|| x.cumprod_axis_vjp(2));
    let mask = t(&[x.shape()[0] + 2]).gt(0.0);
    at(|| x.masked_select(&mask));
    at(|| x.masked_select_vjp(&mask));
    at(|| x.roll(1, 2));
    at(|| x.roll_vjp(1, 2));
    at(|| x.repeat_axis(1, 2));
    at(|| x.repeat_interleave_vjp(2, 1));
    at(|| x.pad_axis(1, 1, 1, 0.0));
    at(|| x.pad_axis_reflect(0, 3, 0));
    at(|| x.pad_axis_replicate_vjp(1, 1, 0));
    at(|| x.pad_axis_circular(0, 0, 4));
    at(|| x.unfold(0, 4, 1));
    at(|| x.unfold_vjp(0, 1, 0));
    at(|| x.slice_axis(0, 2..4));
    at(|| x.slice_axis_vjp(1, ..));
    at(|| x.chunk(0, 0));
    at(|| x.chunk_vjp(2, 1));
    at(|| x.select(0, 0).tril(0));
    at(|| x.select(0, 0).triu_vjp(0));
    at(|| x.expand([2]));
    at(|| x.broadcast_to_vjp::<2, _>([4]));
    at(|| Ids::from_vec([1], vec![3]).one_hot::<3, f32>());
    at(|| Ids::from_vec([1], vec![3]).one_hot_with_vjp::<f32>(3));
}

#[test]
fn made() {
    at(|| Tensor::<2>::eye([]));
    at(|| Tensor::<2>::arange(0.0, 3.0, 1.0));
    at(|| Tensor::<2>::arange(0.0, 3.0, -1.0));
    at(|| Tensor::<2>::linspace(0.0, 3.0, 1));
    at(|| Tensor::<2>::bernoulli([1], -0.5, &mut rng()));
    at(|| Tensor::<DYN>::randn([], &mut rng()));
    at(|| Tensor::<DYN>::from_fn([], |_| 1.0));
}

#[test]
fn sorted() {
    let x = t::<3>(&[2]);
    at(|| x.sort_axis(1, true));
    at(|| x.sort_axis_vjp(1, true));
    at(|| x.argsort_axis(1, true));
    at(|| x.dynamic().topk_axis(1, 4));
    at(|| x.topk_axis_vjp(0, 3));
    at(|| t::<DYN>(&[2]).topk::<3>());
}

#[test]
fn gathered() {
    let (x, ids) = (t::<3>(&[2]), Ids::from_vec([2, 1], vec![0, 3]));
    at(|| x.gather_features::<1>(&ids));
    at(|| x.gather_features_vjp::<1>(&ids));
    at(|| x.gather_axis(0, &ids));
    at(|| x.gather_axis(1, &ids));
    at(|| x.scatter_add_features(&ids, &t::<1>(&[2])));
    at(|| x.scatter_add_axis_vjp(0, &ids, &x));
}

#[test]
fn operators() {
    let (a, b) = (t::<2>(&[3]), t::<2>(&[4]));
    at(|| &a + &b);
    at(|| a.clone() + &b);
    at(|| &a + b.clone());
    at(|| a.clone() + b.clone());
    at(|| &a - &b);
    at(|| a.clone() - &b);
    at(|| &a * &b);
    at(|| &a * b.clone());
    at(|| &a / &b);
    at(|| a.clone() / b.clone());
    let mut c = a.clone();
    at(|| c += &b);
    at(|| c -= b.clone());
    at(|| c *= &b);
    at(|| c /= b.clone());
    at(|| a.add_vjp(&b));
    at(|| a.sub_vjp(&b));
    at(|| a.mul_vjp(&b));
    at(|| a.div_vjp(&b));
    at(|| a.zip(&b, "a maximum", f32::max));
    at(|| a.clone().zip_into(&b, "a maximum", f32::max));
    at(|| a.clone().zip_assign(&b, "a maximum", f32::max));
}

#[test]
fn products() {
    let (a, b) = (t::<2>(&[3]), t::<2>(&[4]));
    at(|| a.matmul(&b));
    at(|| a.matmul_vjp(&b));
    at(|| t::<2>(&[4, 3]).matmul(&t::<2>(&[5, 2])));
    at(|| a.matmul_t::<3>(&b));
    at(|| a.matmul_t_vjp::<3>(&b));
    at(|| t::<2>(&[4, 3]).matmul_t::<3>(&t(&[5, 3])));
    at(|| a.cosine_similarity(&b));
    at(|| a.cosine_similarity_vjp(&b));
}

#[test]
fn joined() {
    let (a, b) = (t::<2>(&[3]), t::<2>(&[4]));
    let (none, both): ([Tensor<2>; 0], _) = ([], [a.clone(), b.clone()]);
    at(|| a.cat::<2, 4>(&b));
    at(|| a.cat_vjp::<2, 4>(&b));
    at(|| a.cat_axis(&t(&[3, 1]), 0));
    at(|| a.cat_axis(&b, 1));
    at(|| a.cat_axis_vjp(&b, 1));
    at(|| Tensor::stack(&none, 0));
    at(|| Tensor::stack(&both, 0));
    at(|| Tensor::stack(&both[..1], 2));
    at(|| Tensor::stack_vjp(&none, 0));
    at(|| Tensor::stack_vjp(&both, 0));
    at(|| Tensor::stack(&[t::<2>(&[1; 5])], 0));
    at(|| Tensor::concat(&none, 0));
    at(|| Tensor::concat(&both, 1));
    at(|| Tensor::concat(&[a.clone(), t(&[3, 1])], 0));
    at(|| Tensor::concat_vjp(&both, 1));
    at(|| Tensor::concat_vjp(&none, 0));
}

#[test]
fn parts() {
    let a = t::<2>(&[3]);
    at(|| a.select(0, 3));
    at(|| a.select(1, 0));
    at(|| a.select_vjp(0, 3));
    at(|| a.narrow(0, 2, 2));
    at(|| a.narrow(1, 0, 1));
    at(|| a.narrow_vjp(0, 2, 2));
    at(|| a.gather(&[0]));
    at(|| a.gather(&[0, 1, 2]));
    at(|| a.gather_vjp(&[0]));
    at(|| a.gather_vjp(&[0, 1, 2]));
    at(|| a.index_select(0, &[3]));
    at(|| a.unsqueeze(2));
    at(|| a.squeeze(0));
    at(|| a.squeeze_vjp(1));
    at(|| a.index_select(1, &[0]));
    at(|| a.index_select_vjp(0, &[3]));
    at(|| a.get(&[3, 0]));
    at(|| a.get(&[0]));
}

#[test]
fn shapes() {
    let a = t::<2>(&[3]);
    at(|| a.reshape([2]));
    at(|| a.reshape([1; 6]));
    at(|| a.reshape_vjp([2]));
    at(|| a.expand([2]));
    at(|| a.expand(&[2, 4][..]));
    at(|| a.expand_vjp([2]));
    at(|| a.flatten::<5>());
    at(|| a.flatten_vjp::<5>());
    at(|| a.unflatten::<4, _>([2]));
    at(|| a.unflatten_vjp::<4, _>([2]));
    at(|| a.transpose(0, 1));
    at(|| a.transpose_vjp(1, 0));
    at(|| a.sum_axis(1));
    at(|| a.sum_axis_vjp(1));
    at(|| a.mean_axis(1));
    at(|| a.mean_axis_vjp(1));
}

#[test]
fn pooling() {
    let (flat, small) = (t::<2>(&[3]), t::<2>(&[1, 3]));
    at(|| flat.max_pool2d::<2, 2, 0>());
    at(|| flat.max_pool2d_with(2, 2, 0));
    at(|| small.avg_pool2d_with_vjp(0, 1, 0));
    let bias = Linear::<2, DYN> { weight: Matrix::zeros_of([3, 2]), bias: Vector::zeros_of([4]) };
    at(|| bias.forward(&t::<2>(&[1])));
    let matrix = |shape| Matrix::<DYN, DYN>::zeros_of(shape);
    at(|| Sgd::new(0.1).step(&mut matrix([2, 3]), &matrix([3, 2])));
    at(|| MaxPool2d::<2, DYN>::default().forward(&small));
    at(|| MaxPool2d::<2, 2>::new(3));
    at(|| Conv1d::<2, 2, 1>::new(2, 2, 1, &mut rng()).stride(2));
    at(|| flat.max_pool2d_vjp::<2, 2, 0>());
    at(|| small.max_pool2d::<2, 2, 0>());
    at(|| small.max_pool2d_vjp::<2, 2, 0>());
    at(|| flat.avg_pool2d::<2, 2, 0>());
    at(|| flat.avg_pool2d_vjp::<2, 2, 0>());
    at(|| t::<2>(&[0, 3]).avg_pool2d::<2, 2, 0>());
    at(|| flat.global_avg_pool2d());
    at(|| flat.global_avg_pool2d_vjp());
    let (max, avg, global) =
        (MaxPool2d::<2, 2>::new(2), AvgPool2d::<2, 2>::new(2), GlobalAvgPool2d::<2>::new());
    at(|| max.forward(&flat));
    at(|| max.forward_vjp(&small));
    at(|| max.view().forward(&flat));
    at(|| max.view().forward_vjp(&flat));
    at(|| avg.forward(&small));
    at(|| avg.forward_vjp(&flat));
    at(|| global.forward(&flat));
    at(|| global.forward_vjp(&flat));
}

#[test]
fn convolutions() {
    let (line, plane) = (new::<Conv1d<2, 3, 3>>(), new::<Conv2d<2, 3, 3>>());
    let (none, short, empty) = (t::<2>(&[]), t::<2>(&[2, 2]), t::<2>(&[0, 0]));
    at(|| line.forward(&none));
    at(|| line.forward(&short));
    at(|| line.forward(&empty));
    at(|| line.forward_vjp(&none));
    at(|| line.view().forward(&short));
    at(|| line.view().forward_vjp(&short));
    at(|| plane.forward(&none));
    at(|| plane.forward(&short));
    at(|| plane.forward(&empty));
    at(|| plane.forward_vjp(&short));
    at(|| plane.view().forward(&none));
    at(|| plane.view().forward_vjp(&none));
    let (plane, other) = (Conv2d::<DYN, 3, 1>::new(2, 3, 1, &mut rng()), t::<DYN>(&[1, 2, 2, 3]));
    at(|| plane.forward(&other));
    at(|| plane.view().forward_vjp(&other));
    at(|| Conv2d::<2, 3, 1>::new(2, 3, 2, &mut rng()));
    at(|| Conv1d::<2, 3, 1>::new(2, 3, 2, &mut rng()));
}

#[test]
fn recurrent() {
    let (gru, lstm) = (new::<Gru<2, 3>>(), new::<Lstm<2, 3>>());
    let (none, empty, x) = (t::<2>(&[]), t::<2>(&[1, 0]), t::<2>(&[1, 4]));
    let (h, wrong) = (t::<3>(&[1]), t::<3>(&[2]));
    at(|| gru.forward(&none));
    at(|| gru.forward(&empty));
    at(|| gru.forward_vjp(&none));
    at(|| gru.view().forward(&none));
    at(|| gru.view().forward_vjp(&empty));
    at(|| gru.view().forward_from(&x, &wrong));
    at(|| gru.view().forward_from(&none, &h));
    at(|| gru.view().forward_from_vjp(&x, &wrong));
    at(|| lstm.forward(&none));
    at(|| lstm.forward(&empty));
    at(|| lstm.forward_vjp(&none));
    at(|| lstm.view().forward(&none));
    at(|| lstm.view().forward_vjp(&empty));
    at(|| lstm.view().forward_from(&x, &wrong, &h));
    at(|| lstm.view().forward_from(&x, &h, &wrong));
    at(|| lstm.view().forward_from_vjp(&x, &h, &wrong));
    let (gru, lstm) = (Gru::<DYN, 3>::new(2, 3, &mut rng()), Lstm::<DYN, 3>::new(2, 3, &mut rng()));
    let other = t::<DYN>(&[1, 4, 3]);
    at(|| gru.forward(&other));
    at(|| gru.view().forward_from_vjp(&other, &h));
    at(|| lstm.forward(&other));
    at(|| lstm.view().forward_from(&other, &h, &h));
    at(|| Gru::<2, 3>::new(2, 4, &mut rng()));
    at(|| Lstm::<2, 3>::new(2, 4, &mut rng()));
}

#[test]
fn attention() {
    let (q, k, none) = (t::<4>(&[1, 3]), t::<4>(&[1, 5]), AttentionMask::none());
    let (causal, padded) = (AttentionMask::causal(), AttentionMask::none().key_padding(vec![false; 4]));
    at(|| q.scaled_dot_product_attention::<2, 4>(&k, &q, &none));
    at(|| q.scaled_dot_product_attention::<2, 4>(&k, &k, &causal));
    at(|| q.scaled_dot_product_attention::<2, 4>(&k, &k, &padded));
    at(|| q.scaled_dot_product_attention_vjp::<2, 4>(&k, &q, &none));
    at(|| q.scaled_dot_product_attention_vjp::<2, 4>(&k, &k, &causal));
    at(|| q.scaled_dot_product_attention_vjp::<2, 4>(&k, &k, &padded));

    let layer = new::<MultiHeadAttention<4, 2>>();
    let turned = MultiHeadAttention { rotary: Some(10_000.0), ..layer.clone() };
    let (layer_of, turned_of, other) = (layer.view(), turned.view(), t::<4>(&[2, 5]));
    let (flat, rng) = (t::<4>(&[]), &mut StdRng::seed_from_u64(0));
    at(|| layer.forward(&flat));
    at(|| layer.forward_vjp(&flat));
    at(|| layer_of.forward(&flat));
    at(|| layer_of.forward_vjp(&flat));
    at(|| layer_of.masked(&q, &padded));
    at(|| layer_of.masked_vjp(&q, &padded));
    at(|| layer_of.cross(&q, &other, &none));
    at(|| layer_of.cross(&q, &k, &causal));
    at(|| layer_of.cross_vjp(&q, &k, &causal));
    at(|| layer_of.with_dropout(&q, &k, &causal, rng));
    at(|| layer_of.with_dropout_vjp(&q, &k, &causal, rng));
    at(|| turned_of.forward(&flat));
    at(|| turned_of.cross(&q, &k, &none));
    at(|| turned_of.cross_vjp(&q, &k, &none));
    let all = MultiHeadAttention { dropout: 1.5, ..layer.clone() };
    let all_of = all.view();
    at(|| all_of.with_dropout(&q, &q, &none, rng));
    at(|| all_of.with_dropout_vjp(&q, &q, &none, rng));

    at(|| flat.rotary::<2>(10.0));
    at(|| flat.rotary_vjp::<2>(10.0));
    at(|| flat.rotary_from::<2>(10.0, 1));
    at(|| flat.rotary_from_vjp::<2>(10.0, 1));
}

#[test]
fn embeddings() {
    let (embedding, ids) = (new::<Embedding<3, 2>>(), Ids::from_vec([1], vec![3]));
    at(|| embedding.forward(&ids));
    at(|| embedding.forward_vjp(&ids));
    at(|| embedding.view().forward(&ids));
    at(|| embedding.view().forward_vjp(&ids));
    at(|| new::<Embedding<3, 2>>().padding(3));
    let (places, flat, long) = (new::<PositionalEmbedding<3, 2>>(), t::<2>(&[]), t::<2>(&[4]));
    at(|| places.forward(&flat));
    at(|| places.forward(&long));
    at(|| places.forward_vjp(&long));
    at(|| places.view().forward(&long));
    at(|| places.view().forward_vjp(&flat));
    at(|| places.view().forward_from(&long, 1));
    at(|| places.view().forward_from_vjp(&long, 1));
}

#[test]
fn norms_and_dropout() {
    let (norm, mut statistics, row) = (new::<BatchNorm<2>>(), BatchStatistics::default(), t::<2>(&[1]));
    at(|| norm.view().by_batch(&row, &mut statistics));
    at(|| norm.view().by_batch_vjp(&row, &mut statistics));
    let norm = new::<InstanceNorm<2>>();
    at(|| norm.forward(&row));
    at(|| norm.forward_vjp(&row));
    at(|| norm.view().forward(&row));
    at(|| norm.view().forward_vjp(&row));
    let other = t::<DYN>(&[2, 3]);
    macro_rules! wrong {
        ($norm:expr) => {{
            let norm = $norm;
            at(|| norm.forward(&other));
            at(|| norm.forward_vjp(&other));
            at(|| norm.view().forward(&other));
            at(|| norm.view().forward_vjp(&other));
        }};
    }
    wrong!(BatchNorm::<DYN>::new(4));
    wrong!(GroupNorm::<2, DYN>::new(2, 4));
    wrong!(LayerNorm::<DYN>::new(4));
    wrong!(RmsNorm::<DYN>::new(4));
    at(|| BatchNorm::<2>::new(3));
    at(|| GroupNorm::<2, 4>::new(2, 6));
    at(|| GroupNorm::<2, DYN>::new(2, 5));
    at(|| InstanceNorm::<2>::new(3));
    at(|| PRelu::<2, DYN>::new(3).forward(&row));
    at(|| PRelu::<DYN, DYN>::new(3).forward_vjp(&row.dynamic()).0);
    at(|| PRelu::<4>::new(4));
    let dropout = Dropout { p: 1.5 };
    at(|| dropout.view().forward(&row, &mut Evaluation));
    at(|| dropout.view().forward_vjp(&row, &mut Evaluation));
}

#[test]
fn losses() {
    let (a, b, same) = (t::<2>(&[3]), t::<2>(&[4]), [true; 4]);
    at(|| mse_loss(&a, &b));
    at(|| mse_loss_vjp(&a, &b));
    at(|| l1_loss(&a, &b));
    at(|| l1_loss_vjp(&a, &b));
    at(|| huber_loss(&a, &b, 1.0));
    at(|| huber_loss_vjp(&a, &b, 1.0));
    at(|| bce_with_logits_loss(&a, &b));
    at(|| bce_with_logits_loss_vjp(&a, &b));
    at(|| info_nce_loss(&a, &b, 1.0));
    at(|| info_nce_loss_vjp(&a, &b, 1.0));
    at(|| contrastive_loss(&a, &b, &same, 1.0));
    at(|| contrastive_loss(&a, &a, &same, 1.0));
    at(|| contrastive_loss_vjp(&a, &a, &same, 1.0));
    at(|| cosine_embedding_loss(&a, &b, &same, 1.0));
    at(|| cosine_embedding_loss(&a, &a, &same, 1.0));
    at(|| cosine_embedding_loss_vjp(&a, &b, &same, 1.0));
    at(|| cosine_embedding_loss_vjp(&a, &a, &same, 1.0));
    at(|| triplet_margin_loss(&a, &b, &a, 1.0));
    at(|| triplet_margin_loss(&a, &a, &b, 1.0));
    at(|| triplet_margin_loss_vjp(&a, &a, &b, 1.0));

    let loss = CrossEntropy::new();
    at(|| cross_entropy_loss(&a, &[0]));
    at(|| cross_entropy_loss(&a, &[0, 1, 2]));
    at(|| cross_entropy_loss_vjp(&a, &[0]));
    at(|| cross_entropy_loss_vjp(&a, &[0, 1, 2]));
    at(|| loss.loss(&a, &[0]));
    at(|| loss.loss_vjp(&a, &[0, 1, 2]));
    at(|| loss.sum(&a, &[0]));
    at(|| loss.sum_vjp(&a, &[0, 1, 2]));
    at(|| loss.losses(&a, &[0]));
    at(|| loss.losses_vjp(&a, &[0, 1, 2]));
    at(|| cross_entropy_losses(&a, &[0]));
    at(|| cross_entropy_losses_vjp(&a, &[0]));
    at(|| nll_loss(&a, &[0]));
    at(|| nll_loss_vjp(&a, &[0]));
    at(|| nll_losses(&a, &[0]));
    at(|| nll_losses_vjp(&a, &[0, 1, 2]));
    let loss = loss.class_weights([1.0; 3]);
    at(|| loss.loss(&a, &[0, 1, 1]));
    at(|| loss.divisor(&[3]));
}

#[test]
fn losses_of_elements_and_rows() {
    let (a, b, same) = (t::<2>(&[3]), t::<2>(&[4]), [true; 4]);
    let mask = b.gt(0.0);
    at(|| mse_losses(&a, &b));
    at(|| mse_losses_vjp(&a, &b));
    at(|| l1_losses_vjp(&a, &b));
    at(|| huber_losses_vjp(&a, &b, 1.0));
    at(|| smooth_l1_loss(&a, &b, 1.0));
    at(|| smooth_l1_loss_vjp(&a, &b, 1.0));
    at(|| smooth_l1_losses(&a, &b, 1.0));
    at(|| bce_with_logits_losses(&a, &b));
    at(|| BceWithLogits::new().loss(&a, &b));
    at(|| BceWithLogits::new().loss_vjp(&a, &b));
    at(|| BceWithLogits::new().pos_weight([1.0; 3]).losses(&a, &a));
    at(|| BceWithLogits::new().pos_weight([1.0; 3]).losses_vjp(&a, &a));
    at(|| sigmoid_focal_loss(&a, &b, 0.25, 2.0));
    at(|| sigmoid_focal_loss_vjp(&a, &b, 0.25, 2.0));
    at(|| sigmoid_focal_losses(&a, &b, 0.25, 2.0));
    at(|| sigmoid_focal_losses_vjp(&a, &b, 0.25, 2.0));
    at(|| gaussian_nll_loss(&a, &b, &a));
    at(|| gaussian_nll_loss_vjp(&a, &a, &b));
    at(|| gaussian_nll_losses(&a, &a, &b));
    at(|| gaussian_nll_losses_vjp(&a, &b, &a));
    at(|| hinge_embedding_loss(&a, &mask, 1.0));
    at(|| hinge_embedding_loss_vjp(&a, &mask, 1.0));
    at(|| hinge_embedding_losses(&a, &mask, 1.0));
    at(|| hinge_embedding_losses_vjp(&a, &mask, 1.0));
    at(|| margin_ranking_loss(&a, &b, &mask, 1.0));
    at(|| margin_ranking_loss_vjp(&a, &a, &mask, 1.0));
    at(|| margin_ranking_losses(&a, &a, &mask, 1.0));
    at(|| margin_ranking_losses_vjp(&a, &b, &mask, 1.0));
    at(|| soft_margin_loss(&a, &mask));
    at(|| soft_margin_loss_vjp(&a, &mask));
    at(|| soft_margin_losses(&a, &mask));
    at(|| soft_margin_losses_vjp(&a, &mask));
    at(|| kl_div_loss(&a, &b));
    at(|| kl_div_loss_vjp(&a, &b));
    at(|| kl_div_losses(&a, &b));
    at(|| kl_div_losses_vjp(&a, &b));
    at(|| soft_cross_entropy_loss(&a, &b));
    at(|| soft_cross_entropy_loss_vjp(&a, &b));
    at(|| soft_cross_entropy_losses(&a, &b));
    at(|| soft_cross_entropy_losses_vjp(&a, &b));
    at(|| info_nce_losses_vjp(&a, &b, 1.0));
    at(|| contrastive_losses(&a, &a, &same, 1.0));
    at(|| contrastive_losses_vjp(&a, &b, &same, 1.0));
    at(|| cosine_embedding_losses(&a, &a, &same, 1.0));
    at(|| cosine_embedding_losses_vjp(&a, &b, &same, 1.0));
    at(|| triplet_margin_losses(&a, &a, &b, 1.0));
    at(|| triplet_margin_losses_vjp(&a, &b, &a, 1.0));
    let (log_probs, ids) = (t::<2>(&[1, 3]), Ids::from_vec([1, 1], vec![1]));
    at(|| ctc_loss(&a, &ids, &[3], &[1]));
    at(|| ctc_loss(&log_probs, &ids, &[4], &[1]));
    at(|| ctc_loss_vjp(&log_probs, &ids, &[3], &[2]));
    at(|| ctc_losses(&log_probs, &ids, &[3, 3], &[1]));
    at(|| ctc_losses_vjp(&log_probs, &Ids::from_vec([1, 1], vec![2]), &[3], &[1]));
    at(|| Ctc::new().blank(1).loss(&log_probs, &ids, &[3], &[1]));
    at(|| Ctc::new().blank(2).loss_vjp(&log_probs, &ids, &[3], &[1]));
    at(|| Ctc::new().losses(&log_probs, &Ids::from_vec([2, 1], vec![1, 1]), &[3], &[1]));
    at(|| Ctc::new().losses_vjp(&log_probs, &ids, &[3], &[]));
    at(|| nt_xent_loss(&a, &b, 1.0));
    at(|| nt_xent_loss_vjp(&a, &b, 1.0));
    at(|| nt_xent_losses(&a, &b, 1.0));
    at(|| nt_xent_losses_vjp(&a, &b, 1.0));
    at(|| supervised_contrastive_loss(&a, &[0], 1.0));
    at(|| supervised_contrastive_loss_vjp(&a, &[0], 1.0));
    at(|| supervised_contrastive_losses(&a, &[0], 1.0));
    at(|| supervised_contrastive_losses_vjp(&a, &[0], 1.0));
    at(|| vicreg_loss(&a, &b, 1.0, 1.0, 1.0));
    at(|| vicreg_loss_vjp(&a, &b, 1.0, 1.0, 1.0));
    at(|| barlow_twins_loss(&a, &b, 1.0));
    at(|| barlow_twins_loss_vjp(&a, &b, 1.0));
    at(|| a.masked_mean(&mask));
    at(|| a.masked_mean_vjp(&mask));
    at(|| a.masked_sum(&mask));
    at(|| a.masked_sum_vjp(&mask));
}

#[test]
fn tensors_and_ids() {
    at(|| Tensor::<2>::from_vec([2], vec![0.0]));
    at(|| Tensor::<2>::zeros([1; 6]));
    at(|| Tensor::<2>::full(&[1; 6][..], 1.0));
    at(|| Tensor::<2>::zeros([usize::MAX]));
    let ids = Ids::from_vec([3], vec![0; 3]);
    at(|| Ids::from_vec([2], vec![0]));
    at(|| Ids::from_vec([1; 6], vec![0]));
    at(|| ids.narrow(0, 2, 2));
    at(|| ids.narrow(1, 0, 1));
    at(|| ids.index_select(0, &[3]));
}

#[test]
fn parameters() {
    let (mut matrix, mut vector) = (Matrix::<2, 3>::zeros(), Vector::<2>::zeros());
    at(|| Matrix::<2, 3>::from_vec(vec![0.0]));
    at(|| Vector::<2>::from_vec(vec![0.0]));
    at(|| Filter1d::<1, 2, 3>::from_vec(vec![0.0]));
    at(|| Filter1d::<1, 2, 3>::from_oik(&[0.0]));
    at(|| Filter2d::<1, 2, 2, 3>::from_oihw(&[0.0]));
    at(|| Matrix::<{ usize::MAX }, 2>::zeros());
    at(|| Matrix::<{ usize::MAX }, 2>::from_fn(|_, _| 0.0));
    at(|| Matrix::<2, 3>::from_iter([0.0]));
    at(|| matrix[(2, 0)]);
    at(|| matrix[(0, 3)] = 1.0);
    at(|| matrix.view()[(2, 0)]);
    at(|| matrix.view().t()[(0, 2)]);
    at(|| matrix.view_mut().add((2, 0), 1.0));
    at(|| vector[2]);
    at(|| vector[2] = 1.0);
    at(|| vector.view()[2]);
    at(|| vector.view_mut().add(2, 1.0));
}

#[test]
fn batches_and_shards() {
    at(|| Batches::new(0..10, 0));
    at(|| random_split(10, 1.5, 0));
    let net = Vector::<2>::zeros();
    let mut shards = Shards::new(&net, 2);
    at(|| Shards::new(&net, 0));
    at(|| Shards::new(&net, 1).micro_batches(0));
    at(|| shards.value_and_grad(&net, 0, |_, _, _| 0.0).0);
    at(|| shards.weighted_value_and_grad(&net, 0, |_| 1.0, |_, _, _| 0.0).0);
    at(|| shards.weighted_value_and_grad(&net, 4, |_| -1.0, |_, _, _| 0.0).0);
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Sequence {
    residual: Residual<Conv2d<2, 2, 1>>,
    conv: Conv2d<2, 3, 1>,
    relu: Relu<3>,
}

fn applied<L: Layer + Closed>(layer: &L, x: &L::Input) -> L::Output {
    layer.forward(x) // generic
}

#[test]
fn modules_of_layers() {
    let (net, x) = (new::<Sequence>(), t::<2>(&[4]));
    at(|| net.forward(&x));
    at(|| net.forward_vjp(&x));
    at(|| net.view().forward(&x));
    at(|| net.view().forward_vjp(&x));
    at(|| net.residual.forward(&x));
    at(|| net.residual.forward_vjp(&x));
    at(|| Layer::forward(&net, &x));
    at(|| Layer::forward_vjp(&net.conv, &x));
    at_mark("generic", || applied(&net, &x));
}

#[derive(Module, Clone)]
struct Net {
    conv: Conv2d<2, 2, 1>,
    fc: Linear<2, 2>,
    blocks: [Linear<2, 2>; 2],
}

#[derive(Clone, Copy)]
enum Wrong {
    Loss,
    Operator,
    Layer,
    Index,
    Slice,
    Part,
    Option,
    Expected,
    Method,
    Sum,
    Function,
    Assigned,
}

#[differentiable]
fn doubled(x: &Tensor<2>, y: &Tensor<2>) -> Tensor<2> {
    x + y // function
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<2>, y: &Tensor<2>, #[constant] wrong: Wrong) -> f32 {
        let h = self.fc.forward(x);
        let list = vec![h.clone(), x.clone()];
        let several = vec![h.clone(), y.clone()];
        let option = if x.rows() == 1 { Some(h.clone()) } else { None };
        match wrong {
            Wrong::Loss => mse_loss(&h, y),                             // loss
            Wrong::Operator => (&h + y).sum(),                          // operator
            Wrong::Layer => self.conv.forward(&h).sum(),                // layer
            Wrong::Index => list[9].sum(),                              // index
            Wrong::Slice => list[1..9].iter().sum::<Tensor<2>>().sum(), // slice
            Wrong::Part => self.blocks[x.rows()].forward(&h).sum(),     // part
            Wrong::Option => option.unwrap().sum(),                     // option
            Wrong::Expected => option.expect("a tensor").sum(),         // expected
            Wrong::Method => h.narrow(0, 0, 9).sum(),                   // method
            Wrong::Sum => several.iter().sum::<Tensor<2>>().sum(),      // sum
            Wrong::Function => doubled(&h, y).sum(),
            Wrong::Assigned => {
                let mut sum = h.clone();
                sum += y; // assigned
                sum.sum()
            }
        }
    }
}

#[test]
fn differentiable_bodies() {
    let (net, x, y) = (new::<Net>(), t::<2>(&[4]), t::<2>(&[3]));
    for (wrong, mark) in [
        (Wrong::Loss, "loss"),
        (Wrong::Operator, "operator"),
        (Wrong::Layer, "layer"),
        (Wrong::Index, "index"),
        (Wrong::Slice, "slice"),
        (Wrong::Part, "part"),
        (Wrong::Option, "option"),
        (Wrong::Expected, "expected"),
        (Wrong::Method, "method"),
        (Wrong::Function, "function"),
        (Wrong::Assigned, "assigned"),
    ] {
        at_mark(mark, || net.loss(&x, &y, wrong));
        at_mark(mark, || net.loss_and_grad(&x, &y, wrong));
    }
    // Without a gradient it is the `sum` of the standard library, which does not pass the caller on.
    at_mark("sum", || net.loss_and_grad(&x, &y, Wrong::Sum));
}
