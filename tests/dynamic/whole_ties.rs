//! Whole layers tied to layers with other sizes in their types.

use tiedw::layers::*;
use tiedw::prelude::*;

use super::{Bits, bits, rng};

/// Layers with sizes `D` and windows of `K`, and borrowers with sizes `H` and windows of `L`.
#[derive(Module, Clone)]
struct Whole<const D: usize, const K: usize, const H: usize, const L: usize> {
    embed: Embedding<D, D>,
    #[tie(embed.fixed())]
    embed2: Tied<Embedding<H, H>>,
    places: PositionalEmbedding<D, D>,
    #[tie(places.fixed())]
    places2: Tied<PositionalEmbedding<H, H>>,
    linear: Linear<D, D>,
    #[tie(linear.fixed())]
    linear2: Tied<Linear<H, H>>,
    no_bias: Linear<D, D, Own, NoBias>,
    #[tie(no_bias.fixed())]
    no_bias2: Tied<Linear<H, H, Own, NoBias>>,
    conv: Conv1d<D, D, K, 1, K>,
    #[tie(conv.fixed())]
    conv2: Tied<Conv1d<H, H, L, 1, L>>,
    attention: MultiHeadAttention<D, K>,
    #[tie(attention.fixed())]
    attention2: Tied<MultiHeadAttention<H, L>>,
    gru: Gru<D, D>,
    #[tie(gru.fixed())]
    gru2: Tied<Gru<H, H>>,
    lstm: Lstm<D, D>,
    #[tie(lstm.fixed())]
    lstm2: Tied<Lstm<H, H>>,
    layer: LayerNorm<D>,
    #[tie(layer.fixed())]
    layer2: Tied<LayerNorm<H>>,
    rms: RmsNorm<D>,
    #[tie(rms.fixed())]
    rms2: Tied<RmsNorm<H>>,
    batch: BatchNorm<D>,
    #[tie(batch.fixed())]
    batch2: Tied<BatchNorm<H>>,
    group: GroupNorm<K, D>,
    #[tie(group.fixed())]
    group2: Tied<GroupNorm<L, H>>,
    instance: InstanceNorm<D>,
    #[tie(instance.fixed())]
    instance2: Tied<InstanceNorm<H>>,
    plane: Conv2d<D, D, K, K, K>,
    #[tie(plane.fixed())]
    planes: [Tied<Conv2d<H, H, L, L, L>>; 2],
    pool: MaxPool2d<D, K, K>,
    #[tie(pool.fixed())]
    pool2: Tied<MaxPool2d<H, L, L>>,
    flat: Flatten<D, D>,
    #[tie(flat.fixed())]
    flat2: Tied<Flatten<H, H>>,
    residual: Residual<Linear<D, D>>,
    #[tie(residual.fixed())]
    residual2: Tied<Residual<Linear<H, H>>>,
}

impl<const D: usize, const K: usize, const H: usize, const L: usize> Whole<D, K, H, L> {
    fn new([d, k]: [usize; 2]) -> Self {
        let rng = &mut rng();
        Whole {
            embed: Embedding { padding_idx: Some(1), ..Embedding::new(d, d, rng) },
            embed2: Tied::new(),
            places: PositionalEmbedding::new(d, d, rng),
            places2: Tied::new(),
            linear: Linear::new(d, d, rng),
            linear2: Tied::new(),
            no_bias: Linear::new(d, d, rng),
            no_bias2: Tied::new(),
            conv: Conv1d::new(d, d, k, rng).padding(k),
            conv2: Tied::new(),
            attention: MultiHeadAttention::new(d, k, rng),
            attention2: Tied::new(),
            gru: Gru::new(d, d, rng),
            gru2: Tied::new(),
            lstm: Lstm::new(d, d, rng),
            lstm2: Tied::new(),
            layer: LayerNorm::new(d).eps(1e-3),
            layer2: Tied::new(),
            rms: RmsNorm::new(d),
            rms2: Tied::new(),
            batch: BatchNorm::new(d).eps(1e-2),
            batch2: Tied::new(),
            group: GroupNorm::new(k, d),
            group2: Tied::new(),
            instance: InstanceNorm::new(d).eps(1e-2),
            instance2: Tied::new(),
            plane: Conv2d::new(d, d, k, rng).stride(k).padding(k),
            planes: Default::default(),
            pool: MaxPool2d::new(k).stride(k),
            pool2: Tied::new(),
            flat: Flatten::new(),
            flat2: Tied::new(),
            residual: Residual { layer: Linear::new(d, d, rng) },
            residual2: Tied::new(),
        }
    }

    fn trained() -> Bits {
        let mut net = Self::new([4, 2]);
        net.batch.running_mean.as_mut_slice().fill(0.25);
        let ids = Ids::from_vec([2, 4], vec![0, 3, 2, 1, 1, 3, 2, 0]);
        let mut sgd = Sgd::new(0.1);
        let mut steps = Bits::new();
        for _ in 0..3 {
            let (loss, gradient) = net.loss_and_grad(&ids);
            sgd.step(&mut net, &gradient);
            steps.push(("loss".into(), Vec::new(), vec![loss.to_bits()]));
            steps.extend(bits(&gradient));
            steps.extend(bits(&net));
        }
        steps
    }
}

#[differentiable]
impl<const D: usize, const K: usize, const H: usize, const L: usize> Whole<D, K, H, L> {
    fn loss(&self, ids: &Ids) -> f32 {
        let h = self.embed.forward(ids) + self.embed2.forward(ids).fixed();
        let h = self.places2.forward(&self.places.forward(&h).fixed());
        let h = self.linear2.forward(&self.linear.forward(&h.fixed()).fixed());
        let h = self.no_bias2.forward(&self.no_bias.forward(&h.fixed()).fixed());
        let h = self.layer2.forward(&self.layer.forward(&h.fixed()).fixed());
        let h = self.attention2.forward(&self.attention.forward(&h.fixed()).fixed());
        let h = self.gru2.forward(&self.gru.forward(&h.fixed()).fixed());
        let h = self.lstm2.forward(&self.lstm.forward(&h.fixed()).fixed());
        let h = self.conv2.forward(&self.conv.forward(&h.fixed()).fixed());
        let h = self.rms2.forward(&self.rms.forward(&h.fixed()).fixed());
        let h = self.batch2.forward(&self.batch.forward(&h.fixed()).fixed());
        let h = self.group2.forward(&self.group.forward(&h.fixed()).fixed());
        let h = self.instance2.forward(&self.instance.forward(&h.fixed()).fixed());
        let h = h.reshape([1, 4, 5]);
        let mut h: Tensor<H> = self.plane.forward(&h.fixed()).fixed();
        for plane in &self.planes {
            h = plane.forward(&h);
        }
        let h = self.pool2.forward(&self.pool.forward(&h.fixed()).fixed());
        let h = self.flat2.forward(&self.flat.forward(&h.fixed()).fixed());
        let h = self.residual2.forward(&self.residual.forward(&h.fixed()).fixed());
        (&h * &h).mean()
    }
}

#[test]
fn whole_layers_train_to_the_same_bits() {
    let fixed = Whole::<4, 2, 4, 2>::trained();
    assert!(fixed.iter().any(|(name, _, bits)| name == "linear.weight" && bits.iter().any(|&x| x != 0)));
    assert!(fixed == Whole::<DYN, DYN, DYN, DYN>::trained());
    assert!(fixed == Whole::<DYN, DYN, 4, 2>::trained());
    assert!(fixed == Whole::<4, 2, DYN, DYN>::trained());
    assert!(fixed == Whole::<DYN, 2, 4, DYN>::trained());
}

#[test]
fn a_borrower_has_the_memory_of_its_source() {
    let net = Whole::<DYN, DYN, 4, 2>::new([4, 2]);
    let view = net.view();
    assert!(std::ptr::eq(view.gru.bias_hh.as_slice(), view.gru2.bias_hh.as_slice()));
    assert!(std::ptr::eq(view.batch.running_var.as_slice(), view.batch2.running_var.as_slice()));
    assert_eq!((view.layer2.eps, view.embed2.padding_idx), (1e-3, Some(1)));
    let other = Whole::<4, 2, DYN, DYN>::new([4, 2]);
    assert_eq!(other.view().planes.iter().map(|plane| plane.stride.get()).collect::<Vec<_>>(), [Some(2); 2]);
    assert_eq!(net.num_parameters(), other.num_parameters());
}

/// A layer tied as a whole.
#[derive(Module, Clone, Debug)]
struct Two<const I: usize, const O: usize> {
    first: Linear<I, O>,
    #[tie(first.fixed())]
    second: Tied<Linear<4, 3>>,
}

impl<const I: usize, const O: usize> Two<I, O> {
    fn new(inputs: usize, outputs: usize) -> Self {
        Two { first: Linear::new(inputs, outputs, &mut rng()), second: Tied::new() }
    }
}

#[test]
#[should_panic = "`second` of `Two` is tied to `first`: `weight` has shape [3, 4] in the type of the hole, and [3, 5] in the source"]
fn another_size_shows_at_the_first_call() {
    Two::<DYN, DYN>::new(5, 3).view();
}

/// Layers with settings and layers within.
#[derive(Module, Clone)]
struct Settings<const H: usize, const S: usize> {
    attention: MultiHeadAttention<DYN, H, DYN>,
    #[tie(attention.fixed())]
    attention2: Tied<MultiHeadAttention<4, 2, 2>>,
    conv: Conv1d<1, 1, 1, S>,
    #[tie(conv.fixed())]
    conv2: Tied<Conv1d<1, 1, 1, 2>>,
}

impl<const H: usize, const S: usize> Settings<H, S> {
    fn new(heads: usize, keys: usize, stride: usize) -> Self {
        let rng = &mut rng();
        Settings {
            attention: MultiHeadAttention::grouped(4, heads, keys, rng),
            attention2: Tied::new(),
            conv: Conv1d::new(1, 1, 1, rng).stride(stride),
            conv2: Tied::new(),
        }
    }
}

#[test]
#[should_panic = "`conv2` of `Settings` is tied to `conv`: `stride` is 2 in the type of the hole, and 3 in the source"]
fn another_setting() {
    Settings::<2, 2>::new(2, 1, 2).view();
    Settings::<DYN, DYN>::new(2, 1, 3).view();
}

#[test]
#[should_panic = "`attention2` of `Settings` is tied to `attention`: `key.weight` has shape [2, 4] in the type of the hole, and [4, 4]"]
fn another_size_within_a_layer() {
    Settings::<DYN, DYN>::new(2, 2, 2).view();
}

#[cfg(feature = "safetensors")]
mod files {
    use super::*;

    #[test]
    fn a_whole_tie_opens() {
        let net = Two::<DYN, DYN>::new(4, 3);
        let opened = Two::<4, DYN>::open_bytes(&net.to_bytes()).unwrap();
        assert_eq!(bits(&opened), bits(&net));
    }

    #[test]
    fn whole_ties_that_do_not_fit_are_listed() {
        let written = Two::<DYN, DYN>::new(4, 2).to_bytes();
        let error = Two::<DYN, DYN>::open_bytes(&written).unwrap_err().to_string();
        let lines: Vec<&str> = error.lines().skip(1).map(str::trim).collect();
        let expected = [
            "`second.weight` has shape [3, 4] in the model, and is tied to `first.weight` of shape [2, 4] in the file",
            "`second.bias` has shape [3] in the model, and is tied to `first.bias` of shape [2] in the file",
        ];
        assert_eq!(lines, expected);
    }
}
