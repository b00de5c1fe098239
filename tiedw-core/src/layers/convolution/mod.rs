//! Convolutions: one implementation for lines and planes.

pub use conv1d::{Conv1d, Conv1dTies, Conv1dView};
pub use conv2d::{Conv2d, Conv2dTies, Conv2dView};

use crate::kernels::Convolution;
use crate::size::size;
use crate::{Axes, DYN, Element, Tensor};

/// Implements the settings of a convolution over the last `$rank` leading axes, and its view. The attributes document `forward`.
macro_rules! convolve {
    ($(#[$meta:meta])* $layer:ident, $view:ident, $rank:literal) => {
        impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E>
            $layer<I, O, K, S, P, W, B, E>
        where
            W: Storage,
            B: BiasStorage,
            E: Element,
        {
            /// Sets the stride.
            ///
            /// ```
            /// # use rand::{SeedableRng, rngs::StdRng};
            #[doc = concat!("use tiedw_core::{DYN, layers::", stringify!($layer), "};")]
            /// # let rng = &mut StdRng::seed_from_u64(0);
            ///
            #[doc = concat!("let layer = ", stringify!($layer), "::<2, 8, 3, DYN>::new(2, 8, 3, rng).stride(2);")]
            /// assert_eq!(layer.stride.get(), Some(2));
            /// ```
            ///
            /// # Panics
            /// If the type says another stride, or it is 0.
            #[must_use]
            #[track_caller]
            pub fn stride(mut self, stride: usize) -> Self {
                assert!(stride > 0, "a stride of 0");
                self.stride = Count::named("a stride", stride);
                self
            }

            /// Sets the padding on each side.
            ///
            /// ```
            /// # use rand::{SeedableRng, rngs::StdRng};
            #[doc = concat!("use tiedw_core::{DYN, layers::", stringify!($layer), "};")]
            /// # let rng = &mut StdRng::seed_from_u64(0);
            ///
            #[doc = concat!("let layer = ", stringify!($layer), "::<2, 8, 3, 1, DYN>::new(2, 8, 3, rng).padding(1);")]
            /// assert_eq!(layer.padding.get(), Some(1));
            /// ```
            ///
            /// # Panics
            /// If the type says another padding.
            #[must_use]
            #[track_caller]
            pub fn padding(mut self, padding: usize) -> Self {
                self.padding = Count::named("a padding", padding);
                self
            }
        }

        impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, B>
            $view<'_, I, O, K, S, P, E, Weight, B>
        where
            E: Element,
            B: BiasStorage,
        {
            $(#[$meta])*
            #[track_caller]
            pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
                let (sizes, axes) = self.sizes(x);
                let bias = B::row(&self.bias, super::size::<O>(sizes.outputs));
                Tensor::with_axes(axes, E::convolve(&sizes, x.as_slice(), self.weight.as_slice(), &bias))
            }

            #[inline]
            #[track_caller]
            fn sizes(&self, x: &Tensor<I, E>) -> (super::Convolution, super::Axes) {
                let [outputs, kernel @ .., inputs] = self.weight.shape();
                let (stride, padding) = (self.stride.get().unwrap_or(1), self.padding.get().unwrap_or(0));
                super::sizes::<$rank, I, O, K, S, E>(x, [inputs, outputs], kernel, stride, padding)
            }

            #[track_caller]
            fn run(&self, x: &Tensor<I, E>) -> (Tensor<O, E>, Tensor<I, E>) {
                (self.forward(x), x.clone())
            }

            fn back(
                &self,
                x: Tensor<I, E>,
                d: Tensor<O, E>,
                gradient: $view<'_, I, O, K, S, P, E, Gradient, B>,
                wanted: bool,
            ) -> Option<Tensor<I, E>> {
                let (sizes, axes) = self.sizes(&x);
                super::check_cotangent(axes, &d);
                let dweight = gradient.weight.accumulator().cells_and_beta();
                let dbias = E::convolve_vjp_of_weight(&sizes, x.as_slice(), d.as_slice(), dweight);
                B::add_rows(&gradient.bias, &dbias);
                let dx = || E::convolve_vjp_of_input(&sizes, self.weight.as_slice(), d.as_slice());
                wanted.then(|| Tensor::with_axes_of(&x, dx()))
            }
        }
    };
}

mod conv1d;
mod conv2d;

/// Checks the shape of the cotangent of a result with these axes, if its features are known at run time.
#[inline]
#[track_caller]
fn check_cotangent<const O: usize, E: Element>(axes: Axes, d: &Tensor<O, E>) {
    let found = d.axes();
    assert!(
        O != DYN || found == axes,
        "a pullback of a convolution of shape {axes:?} with a cotangent of shape {found:?}"
    );
}

/// Returns the sizes of a convolution over the last `RANK` leading axes of a tensor, and the axes of the result.
#[inline]
#[track_caller]
pub(crate) fn sizes<
    const RANK: usize,
    const I: usize,
    const O: usize,
    const K: usize,
    const S: usize,
    E: Element,
>(
    x: &Tensor<I, E>,
    [inputs, outputs]: [usize; 2],
    kernel: [usize; RANK],
    stride: usize,
    padding: usize,
) -> (Convolution, Axes) {
    let (inputs, outputs, kernel) = (size::<I>(inputs), size::<O>(outputs), kernel.map(size::<K>));
    if I == DYN || O == DYN || K == DYN {
        assert!(
            inputs > 0 && outputs > 0 && !kernel.contains(&0),
            "a convolution of {inputs} to {outputs} channels with a kernel of {kernel:?}: each is at least 1"
        );
    }
    if S == DYN {
        assert!(stride > 0, "a convolution with a stride of 0");
    }
    x.check_features(inputs, "a convolution");
    let axes = x.axes();
    let leading = axes.leading();
    let fits = |&size: &usize| size <= u32::MAX as usize;
    assert!(
        fits(&padding) && fits(&stride) && leading.iter().all(fits),
        "a convolution of a tensor of shape {axes:?} with a stride of {stride} and a padding of {padding}: no number exceeds {}",
        u32::MAX
    );
    let Some((batch, &places)) = leading.split_last_chunk::<RANK>() else {
        let wanted = if RANK == 1 { "time" } else { "height, width" };
        panic!("a convolution of a tensor of shape {axes:?}: [.., {wanted}, channels] is wanted");
    };
    let pair =
        |of_line: usize, size: [usize; RANK]| (if RANK == 1 { of_line } else { size[0] }, size[RANK - 1]);
    let sizes = Convolution {
        batch: batch.iter().product(),
        input: pair(1, places),
        channels: inputs,
        outputs,
        kernel: pair(1, kernel),
        stride: pair(1, [stride; RANK]),
        padding: pair(0, [padding; RANK]),
    };
    assert!(
        !places.contains(&0),
        "a convolution of a tensor of shape {axes:?}, which has no positions: only the batch may be empty"
    );
    let (rows, columns) = sizes.output();
    let padded = (sizes.input.0 + 2 * sizes.padding.0).checked_mul(sizes.input.1 + 2 * sizes.padding.1);
    assert!(
        padded
            .and_then(|places| places.checked_mul(inputs))
            .is_some_and(|count| count <= isize::MAX as usize),
        "a convolution of a tensor of shape {axes:?} with {padding} of padding on each side has more elements than memory can have"
    );
    assert!(rows > 0 && columns > 0, "{}", too_small(&kernel, padding, axes));
    let axes = if RANK == 1 { axes } else { axes.with_size(leading.len() - 2, rows) };
    (sizes, axes.with_size(leading.len() - 1, columns).with_last(outputs))
}

/// The message about an input that is smaller than the kernel.
#[cold]
fn too_small(kernel: &[usize], padding: usize, axes: Axes) -> String {
    let of_kernel = kernel.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let places = if kernel.len() == 1 { "time" } else { "height and width" };
    let least =
        if kernel.windows(2).all(|two| two[0] == two[1]) { kernel[0].to_string() } else { of_kernel.clone() };
    format!(
        "a convolution of a kernel of {of_kernel} with a tensor of shape {axes:?}: {places}, with {padding} of padding on \
         each side, must be at least {least}"
    )
}
