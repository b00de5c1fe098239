//! Convolutions: one implementation for lines and planes.

mod conv1d;
mod conv2d;

pub use conv1d::{Conv1d, Conv1dTies, Conv1dView};
pub use conv2d::{Conv2d, Conv2dTies, Conv2dView};

use crate::Axes;
use crate::kernels::Convolution;

/// Returns the sizes of a convolution over the last `RANK` leading axes of a tensor with these axes, and the axes of
/// the result.
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
        "a convolution of a kernel of {K}{} with a tensor of shape {axes:?}",
        if RANK == 1 { String::new() } else { format!("x{K}") }
    );
    let axes = if RANK == 1 { axes } else { axes.with_size(leading.len() - 2, rows) };
    (sizes, axes.with_size(leading.len() - 1, columns).with_last(O))
}
