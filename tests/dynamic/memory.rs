//! The memory of layers beside their elements. Numbers that may be `DYN` in a type, such as a stride, are fields.

use tiedw::layers::*;
use tiedw::prelude::*;

#[test]
#[cfg(target_pointer_width = "64")]
fn sizes() {
    const PARAMETER: usize = 40;
    macro_rules! sizes {
        ($($layer:ty: $size:expr;)+) => {$( assert_eq!(size_of::<$layer>(), $size, stringify!($layer)); )+};
    }
    sizes! {
        Vector<3>: PARAMETER;
        Matrix<2, 3>: PARAMETER;
        Linear<3, 5>: 2 * PARAMETER;
        Linear<3, 5, Tied>: PARAMETER;
        Linear<3, 5, Tied, NoBias>: 0;
        Embedding<4, 3>: PARAMETER + 8;
        PositionalEmbedding<4, 3>: PARAMETER;
        Conv1d<2, 4, 3>: 2 * PARAMETER + 8;
        Conv2d<2, 4, 3, 2, 1>: 2 * PARAMETER + 8;
        Conv2d<2, 4, 3, 2, 1, Tied, NoBias>: 8;
        MaxPool2d<3, 2>: 12;
        AvgPool2d<3, 2>: 12;
        GlobalAvgPool2d<3>: 0;
        Flatten<2, 6>: 0;
        Relu<3>: 0;
        BatchNorm<3>: 4 * PARAMETER + 16;
        GroupNorm<2, 6>: 2 * PARAMETER + 16;
        InstanceNorm<3>: 4;
        LayerNorm<3>: 2 * PARAMETER + 8;
        RmsNorm<3>: PARAMETER + 8;
        MultiHeadAttention<8, 2>: 8 * PARAMETER + 32;
        MultiHeadAttention<8, 2, 8, Tied>: 32;
        Gru<3, 5>: 4 * PARAMETER;
        Lstm<3, 5>: 4 * PARAMETER;
        Residual<Linear<3, 3>>: 2 * PARAMETER;
    }
}
