//! Element types as arguments of layers, where `WithElem` would be shorter.

use tiedw::prelude::*;
use tiedw::{NoBias, Own};

#[derive(Module)]
struct InDouble {
    linear: Linear<6, 5, Own, Own, f64>,
    without: Linear<6, 5, Own, NoBias, f64>,
    embedding: Embedding<6, 5, Own, f64>,
    layer: LayerNorm<4, Own, Own, f64>,
    rms: RmsNorm<4, Own, f64>,
    batch: BatchNorm<4, Own, Own, f64>,
    instance: InstanceNorm<4, f64>,
    positions: PositionalEmbedding<6, 5, Own, f64>,
    groups: GroupNorm<2, 4, Own, Own, f64>,
    convolution: Conv1d<3, 4, 3, 1, 0, Own, Own, f64>,
    lstm: Lstm<4, 3, Own, Own, Own, f64>,
    gru: Gru<4, 3, Own, Own, Own, f64>,
    attention: MultiHeadAttention<4, 2, 4, Own, Own, f64>,
    maximum: MaxPool2d<4, 2, 2, 0, f64>,
    average: AvgPool2d<4, 2, 2, 0, f64>,
    matrix: Matrix<4, 3, f64>,
    lists: Vec<Linear<5, 5, Own, Own, f64>>,
    pair: (Linear<5, 5, Own, Own, f64>, Dropout<f64>),
    #[tie(linear)]
    tied: Tied<Linear<6, 5, Own, Own, f64>>,
    #[tie(weight = linear.weight.t())]
    back: Linear<5, 6, Tied, NoBias, f64>,
}

#[derive(Module)]
struct InSingle {
    linear: Linear<6, 5, Own, Own, f32>,
    convolution: Conv2d<3, 4, 3, 1, 0, Own, Own, f32>,
}

#[differentiable]
impl InDouble {
    fn loss(&self, x: &Tensor<6, f64>) -> f64 {
        let h = self.layer_of(&self.linear.forward(x) + &self.without.forward(x) + self.tied.forward(x));
        self.back.forward(&h).sum()
    }

    fn layer_of(&self, x: Tensor<5, f64>) -> Tensor<5, f64> {
        self.lists.iter().fold(self.pair.0.forward(&x), |h, list| list.forward(&h))
    }
}

#[test]
fn element_types_are_arguments() {
    assert_eq!(InSingle::NUM_PARAMETERS, 6 * 5 + 5 + 4 * 3 * 9 + 4);
    fn check<M: Module<Elem = E>, E>() {}
    check::<InDouble, f64>();
    check::<InSingle, f32>();
}
