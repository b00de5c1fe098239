//! Convolutions whose weights are computed.

use std::cell::Cell;

use crate::kernels::Convolution;
use crate::layers::convolution_sizes;
use crate::pooled_vec::PooledVec;
use crate::size::size;
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Tensor};

/// Defines the convolution over the last so many leading axes. The attributes document it.
macro_rules! convolution {
    ($(#[$meta:meta])* $name:ident, $vjp:ident, $rank:literal) => {
        $(#[$meta])*
        #[track_caller]
        pub fn $name<const I: usize, const O: usize, E: Element>(
            x: &Tensor<I, E>,
            weight: &Tensor<I, E>,
            bias: &Tensor<O, E>,
            stride: usize,
            padding: usize,
        ) -> Tensor<O, E> {
            let (sizes, axes) = sizes::<$rank, I, O, E>(x, weight, bias, [stride, padding]);
            Tensor::with_axes(axes, E::convolve(&sizes, x.as_slice(), weight.as_slice(), bias.as_slice()))
        }

        #[doc = concat!("[`", stringify!($name), "`] with its pullback.")]
        #[track_caller]
        pub fn $vjp<const I: usize, const O: usize, E: Element>(
            x: &Tensor<I, E>,
            weight: &Tensor<I, E>,
            bias: &Tensor<O, E>,
            stride: usize,
            padding: usize,
        ) -> (Tensor<O, E>, impl FnOnce(Tensor<O, E>, [bool; 5]) -> Cotangents<I, O, E> + use<I, O, E>) {
            let (sizes, axes) = sizes::<$rank, I, O, E>(x, weight, bias, [stride, padding]);
            let y = Tensor::with_axes(axes, E::convolve(&sizes, x.as_slice(), weight.as_slice(), bias.as_slice()));
            let (x, weight, of_bias) = (x.clone(), weight.clone(), bias.axes());
            (y, move |d: Tensor<O, E>, [x_wanted, weight_wanted, bias_wanted, ..]: [bool; 5]| {
                let found = d.axes();
                assert!(found == axes, "a cotangent of shape {found:?} of a convolution of shape {axes:?}");
                let dx = || E::convolve_vjp_of_input(&sizes, weight.as_slice(), d.as_slice());
                let mut dweight = weight_wanted.then(|| PooledVec::zeros(weight.as_slice().len()));
                let cells = dweight.as_mut().map(|dweight| {
                    (Cell::from_mut(&mut dweight[..]).as_slice_of_cells() as &[_], E::ZERO)
                });
                let dbias = E::convolve_vjp_of_weight(&sizes, x.as_slice(), d.as_slice(), cells);
                (
                    x_wanted.then(|| Tensor::with_axes_of(&x, dx())),
                    dweight.map(|dweight| Tensor::with_axes_of(&weight, dweight)),
                    bias_wanted.then(|| Tensor::with_axes(of_bias, dbias)),
                    None,
                    None,
                )
            })
        }
    };
}

type Cotangents<const I: usize, const O: usize, E> = (
    Option<Tensor<I, E>>,
    Option<Tensor<I, E>>,
    Option<Tensor<O, E>>,
    Option<NoGradient>,
    Option<NoGradient>,
);

convolution! {
    /// Convolves sequences `[.., time, I]` with a computed weight `[O, K, I]`, as a [`Conv1d`](crate::layers::Conv1d), and adds
    /// a bias, one row of `O` features. The input channels of the weight are last, as the features of `x` are.
    ///
    /// ```
    /// use tiedw_core::{Tensor, functional::conv1d};
    ///
    /// let x = Tensor::<1>::from_vec([1, 4], vec![1.0, 2.0, 3.0, 4.0]);
    /// let sum_of_two = Tensor::full([1, 2], 1.0);
    /// let y = conv1d(&x, &sum_of_two, &Tensor::<1>::full([], 0.5), 1, 0);
    /// assert_eq!(y, Tensor::from_vec([1, 3], vec![3.5, 5.5, 7.5]));
    /// ```
    ///
    /// # Panics
    /// If the shape of the weight is not `[O, K, I]`, the bias is not one row, the stride is 0, or `x` has no time axis or is shorter than the kernel.
    conv1d, conv1d_vjp, 1
}

convolution! {
    /// Convolves images `[.., height, width, I]` with a computed weight `[O, height, width, I]`, as a
    /// [`Conv2d`](crate::layers::Conv2d), and adds a bias, one row of `O` features. The input channels of the weight are last, as
    /// the features of `x` are; PyTorch has `[O, I, height, width]`.
    ///
    /// ```
    /// use tiedw_core::{Tensor, functional::conv2d};
    ///
    /// let x = Tensor::<1>::from_vec([1, 2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// let sum_of_four = Tensor::full([1, 2, 2], 1.0);
    /// let y = conv2d(&x, &sum_of_four, &Tensor::<1>::zeros([]), 1, 0);
    /// assert_eq!(y, Tensor::from_vec([1, 1, 2], vec![12.0, 16.0]));
    /// ```
    ///
    /// # Panics
    /// If the shape of the weight is not `[O, height, width, I]`, the bias is not one row, the stride is 0, or `x` has fewer than
    /// two leading axes or is smaller than the kernel.
    conv2d, conv2d_vjp, 2
}

/// The sizes of the convolution, and the axes of the result.
#[track_caller]
fn sizes<const RANK: usize, const I: usize, const O: usize, E: Element>(
    x: &Tensor<I, E>,
    weight: &Tensor<I, E>,
    bias: &Tensor<O, E>,
    [stride, padding]: [usize; 2],
) -> (Convolution, Axes) {
    let axes = weight.axes();
    let &[outputs, ref kernel @ ..] = axes.leading() else { no_filter(axes, RANK) };
    let Ok(kernel) = <[usize; RANK]>::try_from(kernel) else { no_filter(axes, RANK) };
    assert!(
        O == DYN || O == outputs,
        "a convolution to {O} channels with a weight of shape {axes:?}, which is of {outputs}"
    );
    assert!(
        bias.as_slice().len() == outputs,
        "a convolution to {outputs} channels with a bias of shape {:?}: one row of {outputs} features is wanted",
        bias.axes()
    );
    let features = [size::<I>(weight.features()), outputs];
    convolution_sizes::<RANK, I, O, DYN, DYN, E>(x, features, kernel, stride, padding)
}

#[cold]
#[track_caller]
fn no_filter(axes: Axes, rank: usize) -> ! {
    let wanted = if rank == 1 { "outputs, time, inputs" } else { "outputs, height, width, inputs" };
    panic!("a convolution with a weight of shape {axes:?}: [{wanted}] is wanted")
}
