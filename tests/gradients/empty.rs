//! Empty inputs, without rows, positions, steps or features: an empty result of the right shape, or a clear error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tiedw::layers::{BatchNorm, BatchStatistics, Conv1d, Conv2d, Gru, Lstm};
use tiedw::prelude::*;

use crate::check::rng;

#[track_caller]
fn assert_refused<T>(what: &str, run: impl FnOnce() -> T) {
    let panic = catch_unwind(AssertUnwindSafe(run)).err().expect("it panics");
    let message = panic.downcast_ref::<String>().expect("a message with the shape");
    assert!(message.contains(what), "{message}");
}

/// Asserts the shapes of the result and of the input's cotangent, and that the gradient is zero.
macro_rules! assert_empty {
    ($layer:expr, $x:expr, $shape:expr) => {{
        let (layer, x) = ($layer, $x);
        let (y, pullback) = layer.forward_vjp(&x);
        assert_eq!(y.shape(), $shape);
        let mut gradient = layer.zeros_like();
        let (dx,) = pullback(y, &mut gradient, [true]);
        assert_eq!(dx.unwrap().shape(), x.shape());
        assert!(gradient.parameters().all(|p| p.as_slice().iter().all(|&number| number == 0.0)));
    }};
}

#[test]
fn an_empty_batch_gives_an_empty_result() {
    let rng = &mut rng();
    assert_empty!(Linear::<3, 2>::init(rng), Tensor::zeros([0]), [0, 2]);
    assert_empty!(LayerNorm::<3>::init(rng), Tensor::zeros([0, 4]), [0, 4, 3]);
    assert_empty!(RmsNorm::<3>::init(rng), Tensor::zeros([0, 4]), [0, 4, 3]);
    assert_empty!(BatchNorm::<3>::init(rng), Tensor::zeros([0, 4]), [0, 4, 3]);
    assert_empty!(Conv1d::<3, 2, 3, 1, 1>::init(rng), Tensor::zeros([0, 5]), [0, 5, 2]);
    assert_empty!(Conv2d::<3, 2, 3, 1, 1>::init(rng), Tensor::zeros([0, 5, 5]), [0, 5, 5, 2]);
    assert_empty!(Gru::<3, 2>::init(rng), Tensor::zeros([0, 4]), [0, 4, 2]);
    assert_empty!(Lstm::<3, 2>::init(rng), Tensor::zeros([0, 4]), [0, 4, 2]);
    let x = Tensor::<3>::zeros([0, 4, 4]);
    assert_eq!(x.max_pool2d::<2, 2, 0>().shape(), [0, 2, 2, 3]);
    assert_eq!(x.avg_pool2d::<2, 2, 0>().shape(), [0, 2, 2, 3]);
}

#[test]
fn empty_images_and_sequences_are_refused() {
    let rng = &mut rng();
    let reason = "no positions";
    let (line, plane) = (Conv1d::<2, 3, 3, 1, 2>::init(rng), Conv2d::<2, 3, 3, 1, 2>::init(rng));
    assert_refused(reason, || line.forward(&Tensor::zeros([1, 0])));
    assert_refused(reason, || line.forward_vjp(&Tensor::zeros([0])).0);
    assert_refused(reason, || plane.forward(&Tensor::zeros([1, 0, 4])));
    assert_refused(reason, || plane.forward(&Tensor::zeros([1, 4, 0])));
    let x = Tensor::<2>::zeros([1, 0, 0]);
    assert_refused("max_pool2d of a tensor of shape [1, 0, 0, 2]", || x.max_pool2d::<2, 1, 1>());
    assert_refused(reason, || x.max_pool2d_vjp::<2, 1, 1>().0);
    assert_refused(reason, || x.avg_pool2d::<2, 1, 1>());
}

#[test]
fn no_steps_and_no_rows_are_refused_in_words() {
    let rng = &mut rng();
    assert_refused("no steps", || Gru::<2, 3>::init(rng).forward(&Tensor::zeros([2, 0])));
    assert_refused("no steps", || Lstm::<2, 3>::init(rng).forward(&Tensor::zeros([2, 0])));
    let norm = BatchNorm::<2>::init(rng);
    for rows in [0, 1] {
        let x = Tensor::zeros([rows]);
        let what = format!("expected more than 1 value per channel when training, got {rows}");
        assert_refused(&what, || norm.view().by_batch(&x, &mut BatchStatistics::default()));
    }
}

#[test]
fn no_features() {
    let rng = &mut rng();
    let layer = Linear::<0, 4>::init(rng);
    assert_eq!(layer.bias.as_slice(), [0.0; 4]);
    let (y, pullback) = layer.forward_vjp(&Tensor::zeros([2]));
    assert_eq!((y.shape(), y.as_slice()), (&[2, 4][..], &[0.0; 8][..]));
    let mut gradient = layer.zeros_like();
    assert_eq!(pullback(Tensor::full([2], 1.0), &mut gradient, [true]).0.unwrap().shape(), [2, 0]);
    assert_eq!(gradient.bias.as_slice(), [2.0; 4]);
    assert_empty!(Linear::<4, 0>::init(rng), Tensor::zeros([2]), [2, 0]);
    assert_empty!(LayerNorm::<0>::init(rng), Tensor::zeros([2]), [2, 0]);
    assert_empty!(RmsNorm::<0>::init(rng), Tensor::zeros([2]), [2, 0]);
    let y = Gru::<0, 2>::init(rng).forward(&Tensor::zeros([1, 3]));
    assert_eq!(y.shape(), [1, 3, 2]);
    assert!(y.as_slice().iter().all(|number| number.is_finite()));
}

/// Checks each operation on a tensor without features, with its pullback. The shape of the value is given,
/// and that of the cotangent is the shape of the tensor.
macro_rules! assert_no_features {
    ($($name:ident $(::<$($size:literal),*>)? [$($flag:expr),*] ($($argument:expr),*) -> $kept:expr;)*) => {
        for leading in [vec![2, 3], vec![0], vec![2, 0]] {
            let x = Tensor::<0>::zeros(&leading[..]);
            $({
                let (y, pullback) = x.$name$(::<$($size),*>)?($($argument),*);
                let kept: usize = $kept;
                assert_eq!(y.shape(), [&leading[..], &[kept]].concat(), stringify!($name));
                assert_eq!(pullback(y, [true $(, $flag)*]).0.unwrap().shape(), x.shape(), stringify!($name));
            })*
        }
    };
}

#[test]
fn operations_without_features() {
    assert_no_features! {
        relu_vjp [] () -> 0;
        gelu_vjp [] () -> 0;
        softmax_vjp [] () -> 0;
        log_softmax_vjp [] () -> 0;
        normalize_vjp [] () -> 0;
        powi_vjp [false] (2) -> 0;
        norm_features_vjp [] () -> 1;
        sum_features_vjp [] () -> 1;
        mean_features_vjp [] () -> 1;
        slice_vjp::<0, 0> [] () -> 0;
    }
    let x = Tensor::<0>::zeros([2, 3]);
    assert_eq!(x.sum_features().as_slice(), [0.0; 6]);
    assert_eq!(x.norm_features().as_slice(), [0.0; 6]);
    assert_eq!(x.sum(), 0.0);
    assert!(x.mean().is_nan() && x.mean_features().as_slice().iter().all(|mean| mean.is_nan()));

    let (cosine, pullback) = x.cosine_similarity_vjp(&x);
    assert_eq!((cosine.shape(), cosine.as_slice()), (&[2, 3, 1][..], &[0.0; 6][..]));
    assert_eq!(pullback(cosine, [true, true]).1.unwrap().shape(), x.shape());
    let y = Tensor::<2>::full([2, 3], 1.0);
    let (joined, pullback) = x.cat_vjp::<2, 2>(&y);
    assert_eq!(joined, y);
    let (dx, dy) = pullback(joined, [true, true]);
    assert_eq!((dx.unwrap().shape(), dy.unwrap()), (x.shape(), y.clone()));
    let ((left, right), pullback) = y.split_vjp::<0, 2>();
    assert_eq!((left.shape(), &right), (x.shape(), &y));
    assert_eq!(pullback((Some(left), Some(right)), [true]).0.unwrap(), y);
    let (product, pullback) = x.matmul_vjp::<4>(&Tensor::<4>::zeros([2, 0]));
    assert_eq!(product, Tensor::zeros([2, 3]));
    assert_eq!(pullback(product, [true, true]).1.unwrap().shape(), [2, 0, 4]);

    assert!(mse_loss(&x, &x).is_nan());
    assert_refused("gather of feature 0 of a tensor of shape", || x.gather(&[0; 6]));
    assert_refused("class 0 is not one of the 0 classes", || cross_entropy_loss(&x, &[0; 6][..]));
    assert_refused("id 0 is not below 0", || {
        Embedding::<0, 4>::init(&mut rng()).forward(&Ids::from_vec([1], vec![0]))
    });
}

/// The mean of no losses is NaN, as in PyTorch, and still no reason to change an option.
#[test]
fn options_of_no_losses_have_no_gradient() {
    let (x, mask) = (Tensor::<3>::zeros([0]), Mask::<3>::from_vec([0], vec![]));
    let (loss, pullback) = huber_loss_vjp(&x, &x, 1.0);
    assert!(loss.is_nan());
    assert_eq!(pullback(1.0, [true; 3]).2, Some(0.0));
    assert_eq!(smooth_l1_loss_vjp(&x, &x, 1.0).1(1.0, [true; 3]).2, Some(0.0));
    assert_eq!(hinge_embedding_loss_vjp(&x, &mask, 1.0).1(1.0, [true; 3]).2, Some(0.0));
    let (loss, pullback) = sigmoid_focal_loss_vjp(&x, &x, 0.25, 2.0);
    let (dx, _, dalpha, dgamma) = pullback(1.0, [true; 4]);
    assert!(loss.is_nan() && dx.unwrap().shape() == [0, 3]);
    assert_eq!((dalpha, dgamma), (Some(0.0), Some(0.0)));
}

#[test]
fn moments_of_no_rows_are_nan() {
    let x = Tensor::<2>::zeros([0, 3]);
    let (y, pullback) = x.var_axis_vjp(0);
    assert!(y.shape() == [3, 2] && y.as_slice().iter().all(|y| y.is_nan()));
    assert_eq!(pullback(y, [true, false]).0.unwrap().shape(), [0, 3, 2]);
    let (y, pullback) = x.std_vjp();
    assert!(y.is_nan());
    assert_eq!(pullback(1.0, [true]).0.unwrap().shape(), [0, 3, 2]);
    let none = Mask::<2>::from_vec([2], vec![false; 4]);
    let (y, pullback) = Tensor::<2>::full([2], f32::INFINITY).masked_mean_vjp(&none);
    assert!(y.is_nan());
    assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::zeros([2]));
}
