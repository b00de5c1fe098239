//! Convolutions: one implementation for lines and planes.

pub use conv1d::{Conv1d, Conv1dTies, Conv1dView};
pub use conv2d::{Conv2d, Conv2dTies, Conv2dView};

use crate::Axes;
use crate::kernels::Convolution;

/// Implements the view of a convolution over the last `$rank` leading axes. The attributes document `forward`.
macro_rules! convolve {
    ($(#[$meta:meta])* $view:ident, $rank:literal) => {
        impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, B>
            $view<'_, I, O, K, S, P, E, Weight, B>
        where
            E: Element,
            B: BiasStorage,
        {
            $(#[$meta])*
            #[track_caller]
            pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
                let (sizes, axes) = super::sizes::<$rank, I, O, K, S, P>(x.axes());
                let y = E::convolve(&sizes, x.as_slice(), self.weight.as_slice(), &B::row(&self.bias, O));
                Tensor::with_axes(axes, y)
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
                let (sizes, _) = super::sizes::<$rank, I, O, K, S, P>(x.axes());
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

/// Returns the sizes of a convolution over the last `RANK` leading axes of a tensor with these axes, and the axes of
/// the result.
#[track_caller]
fn sizes<
    const RANK: usize,
    const I: usize,
    const O: usize,
    const K: usize,
    const S: usize,
    const P: usize,
>(
    axes: Axes,
) -> (Convolution, Axes) {
    const { assert!(K > 0 && S > 0, "the kernel size and the stride of a convolution are at least 1") };
    const { assert!(I > 0 && O > 0, "a convolution has input and output channels") };
    let leading = axes.leading();
    let Some((batch, &places)) = leading.split_last_chunk::<RANK>() else {
        let wanted = if RANK == 1 { "time" } else { "height, width" };
        panic!("a convolution of a tensor of shape {axes:?}: [.., {wanted}, channels] is wanted");
    };
    let pair = |of_line: usize, size: usize| if RANK == 1 { (of_line, size) } else { (size, size) };
    let sizes = Convolution {
        batch: batch.iter().product(),
        input: if RANK == 1 { (1, places[0]) } else { (places[0], places[RANK - 1]) },
        channels: I,
        outputs: O,
        kernel: pair(1, K),
        stride: pair(1, S),
        padding: pair(0, P),
    };
    assert!(
        !places.contains(&0),
        "a convolution of a tensor of shape {axes:?}, which has no positions: only the batch may be empty"
    );
    let (rows, columns) = sizes.output();
    assert!(
        rows > 0 && columns > 0,
        "a convolution of a kernel of {K}{} with a tensor of shape {axes:?}: {}, with {P} of padding on each side, must be \
         at least {K}",
        if RANK == 1 { String::new() } else { format!("x{K}") },
        if RANK == 1 { "time" } else { "height and width" }
    );
    let axes = if RANK == 1 { axes } else { axes.with_size(leading.len() - 2, rows) };
    (sizes, axes.with_size(leading.len() - 1, columns).with_last(O))
}
