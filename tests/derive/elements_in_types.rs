//! Element types as arguments of layers, where `WithElem` would be shorter.

use rand::{SeedableRng, rngs::StdRng};
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

#[derive(Module, Clone, Debug, PartialEq)]
struct TuplesInLists<const D: usize> {
    first: Linear<D, 4>,
    rest: Option<(Linear<D, 4>, [LayerNorm<D>; 2])>,
    both: (Option<Linear<D, 4>>, Option<LayerNorm<D>>),
}

#[derive(Module, Clone, Debug, PartialEq)]
struct TuplesOfNumbers<const D: usize, E: Element> {
    first: WithElem<Linear<D, 4>, E>,
    rest: Vec<(WithElem<Linear<D, 4>, E>, WithElem<LayerNorm<D>, E>)>,
}

/// A bound on the first field, as for files, hides its elements, which are those of the tuple.
#[test]
fn a_tuple_in_a_list_has_the_elements_of_another_field() {
    let rng = &mut StdRng::seed_from_u64(0);
    let linear = |rng: &mut StdRng| Linear::<DYN, 4>::new(3, 4, rng);
    let norm = || LayerNorm::<DYN>::new(3);
    let net = TuplesInLists {
        first: linear(rng),
        rest: Some((linear(rng), [norm(), norm()])),
        both: (None, Some(norm())),
    };
    let opened: TuplesInLists<DYN> = LoadOptions::new().open_bytes(&net.to_bytes()).unwrap();
    assert_eq!(opened, net);

    let net =
        TuplesOfNumbers::<3, f64> { first: Init::init(rng), rest: vec![(Init::init(rng), Init::init(rng))] };
    assert_eq!(net.zeros_like().rest.len(), 1);
}
