//! Each layer with sizes known at run time: the bits of its twin with sizes in the type.

use tiedw::init::{Initializer, normal};
use tiedw::layers::*;
use tiedw::prelude::*;
use tiedw::{Count, Filter1d, Filter2d, Gates};

use super::{Bits, bits, rng};

/// The bits of an output, of the cotangent of the input, and of the gradient.
macro_rules! run {
    ($layer:expr, $x:expr) => {{
        let mut gradient = $layer.zeros_like();
        let (y, pullback) = $layer.forward_vjp(&$x);
        let (dx,) = pullback(y.sigmoid(), &mut gradient, [true]);
        let of_tensor = |shape: &[usize], values: &[f32]| {
            (shape.to_vec(), values.iter().map(|x| x.to_bits()).collect::<Vec<_>>())
        };
        let dx = dx.unwrap();
        (of_tensor(y.shape(), y.as_slice()), of_tensor(dx.shape(), dx.as_slice()), bits(&gradient))
    }};
}

/// A new layer of a type, from the arguments of its constructor, or from those and settings in braces.
macro_rules! made {
    ($layer:ty, { $arguments:tt $(.$setting:ident $value:tt)* $($field:ident = $number:literal)? }) => {
        <$layer>::new $arguments $(.$setting $value)*
    };
    ($layer:ty, $arguments:tt) => { <$layer>::new $arguments };
}

/// A layer from a file with the settings that follow the arguments, if any: the last may be one that has no default.
macro_rules! set {
    ($layer:expr, { $arguments:tt $(.$setting:ident $value:tt)* }) => { $layer $(.$setting $value)* };
    ($layer:expr, { $arguments:tt $(.$setting:ident $value:tt)* $field:ident = $number:literal }) => {{
        let mut layer = set!($layer, { $arguments $(.$setting $value)* });
        layer.$field = Count::new($number);
        layer
    }};
    ($layer:expr, $arguments:tt) => { $layer };
}

/// For each layer, its sizes, the type with all of them, the same layer with `DYN` in some, and the shape of an input.
macro_rules! twins {
    ($($name:ident $made:tt: $fixed:ty, [$($dynamic:ty),+], [$($leading:expr),+; $features:expr];)+) => {$(
        #[test]
        fn $name() {
            fn x<const F: usize>() -> Tensor<F> {
                let count = $($leading *)+ $features;
                let numbers = (0..count).map(|at| (at as f32 * 0.7).sin() * 2.0).collect();
                Tensor::<$features>::from_vec([$($leading),+], numbers).fixed()
            }
            let mut fixed = made!($fixed, $made);
            assert_eq!(fixed, <$fixed>::init(&mut rng()));
            normal(0.5, 0.3).apply(&mut fixed, &mut rng());
            let expected = run!(fixed, x());
            $(
                let mut dynamic = made!($dynamic, $made);
                assert_eq!(size_of_val(&dynamic), size_of_val(&fixed));
                normal(0.5, 0.3).apply(&mut dynamic, &mut rng());
                assert_eq!(bits(&dynamic), bits(&fixed));
                assert_eq!(run!(dynamic, x()), expected);
                assert_eq!(bits(&dynamic.clone()), bits(&fixed));
            )+
            #[cfg(feature = "safetensors")]
            {
                let name = concat!("twins_of_", stringify!($name), ".safetensors");
                let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
                $(
                    fixed.save(&path).unwrap();
                    let mut dynamic = made!($dynamic, $made);
                    dynamic.load(&path).unwrap();
                    assert_eq!(bits(&dynamic), bits(&fixed));
                    let opened = set!(<$dynamic>::open(&path).unwrap(), $made);
                    assert_eq!(opened.to_bytes(), fixed.to_bytes());
                    assert_eq!(run!(opened, x()), expected);
                    dynamic.save(&path).unwrap();
                    let mut again = made!($fixed, $made);
                    again.load(&path).unwrap();
                    assert_eq!(again, fixed);
                )+
            }
        }
    )+};
}

twins! {
    line { (2, 4, 3, &mut rng()).stride(2).padding(1) }: Conv1d<2, 4, 3, 2, 1>,
        [
            Conv1d<DYN, DYN, DYN, 2, 1>, Conv1d<DYN, 4, 3, 2, 1>, Conv1d<2, DYN, 3, 2, 1>, Conv1d<2, 4, DYN, 2, 1>,
            Conv1d<2, 4, 3, DYN, 1>, Conv1d<2, 4, 3, 2, DYN>, Conv1d<DYN, DYN, DYN, DYN, DYN>
        ],
        [3, 7; 2];
    line_of_single_places(1, 1, 1, &mut rng()): Conv1d<1, 1, 1>, [Conv1d<DYN, DYN, DYN, DYN, DYN>], [2, 3; 1];
    plane { (3, 5, 3, &mut rng()).padding(1) }: Conv2d<3, 5, 3, 1, 1>,
        [
            Conv2d<DYN, DYN, DYN, 1, 1>, Conv2d<DYN, 5, 3, 1, 1>, Conv2d<3, DYN, 3, 1, 1>, Conv2d<3, 5, DYN, 1, 1>,
            Conv2d<3, 5, 3, DYN, 1>, Conv2d<3, 5, 3, 1, DYN>, Conv2d<DYN, DYN, DYN, DYN, DYN>
        ],
        [2, 4, 5; 3];
    plane_in_steps { (3, 5, 2, &mut rng()).stride(3) }: Conv2d<3, 5, 2, 3>, [Conv2d<DYN, DYN, DYN, DYN, DYN>], [2, 6, 5; 3];
    plane_of_many_channels { (64, 32, 3, &mut rng()).padding(1) }: Conv2d<64, 32, 3, 1, 1>,
        [Conv2d<DYN, DYN, DYN, 1, 1>, Conv2d<DYN, DYN, DYN, DYN, DYN>], [4, 26, 26; 64];
    largest { (2) kernel = 2 }: MaxPool2d<3, 2>, [MaxPool2d<DYN, 2>, MaxPool2d<3, DYN>, MaxPool2d<DYN, DYN, DYN, DYN>], [2, 5, 4; 3];
    means { (2) kernel = 2 }: AvgPool2d<3, 2>, [AvgPool2d<DYN, 2>, AvgPool2d<3, DYN>, AvgPool2d<DYN, DYN, DYN, DYN>], [2, 5, 4; 3];
    largest_of_padded { (3).stride(2).padding(1) kernel = 3 }: MaxPool2d<3, 3, 2, 1>,
        [MaxPool2d<3, DYN, 2, 1>, MaxPool2d<3, 3, DYN, 1>, MaxPool2d<3, 3, 2, DYN>, MaxPool2d<DYN, DYN, DYN, DYN>],
        [2, 5, 4; 3];
    means_of_padded { (3).stride(2).padding(1) kernel = 3 }: AvgPool2d<3, 3, 2, 1>,
        [AvgPool2d<3, DYN, 2, 1>, AvgPool2d<3, 3, DYN, 1>, AvgPool2d<3, 3, 2, DYN>, AvgPool2d<DYN, DYN, DYN, DYN>],
        [2, 5, 4; 3];
    plane_without_bias(2, 3, 2, &mut rng()): WithoutBias<Conv2d<2, 3, 2>>, [WithoutBias<Conv2d<DYN, DYN, DYN>>], [1, 3, 3; 2];
    empty_plane(2, 3, 2, &mut rng()): Conv2d<2, 3, 2>, [Conv2d<DYN, DYN, DYN>], [0, 3, 3; 2];
    linear(3, 5, &mut rng()): Linear<3, 5>, [Linear<DYN, DYN>, Linear<DYN, 5>, Linear<3, DYN>], [2, 4; 3];
    linear_without_bias(3, 5, &mut rng()): WithoutBias<Linear<3, 5>>, [WithoutBias<Linear<DYN, DYN>>], [2, 4; 3];
    wide_linear(70, 130, &mut rng()): Linear<70, 130>, [Linear<DYN, DYN>, Linear<70, DYN>], [33; 70];
    places(4, 3, &mut rng()): PositionalEmbedding<4, 3>,
        [PositionalEmbedding<DYN, DYN>, PositionalEmbedding<DYN, 3>, PositionalEmbedding<4, DYN>],
        [2, 4; 3];
    flat(): Flatten<2, 6>, [Flatten<DYN, 6>, Flatten<DYN, DYN>], [4, 3; 2];
    means_of_planes(): GlobalAvgPool2d<3>, [GlobalAvgPool2d<DYN>], [2, 2, 4; 3];
    relu(): Relu<3>, [Relu<DYN>], [2; 3];
    sigmoid(): Sigmoid<3>, [Sigmoid<DYN>], [2; 3];
    tanh(): Tanh<3>, [Tanh<DYN>], [2; 3];
    gelu(): Gelu<3>, [Gelu<DYN>], [2; 3];
    gelu_tanh(): GeluTanh<3>, [GeluTanh<DYN>], [2; 3];
    silu(): Silu<3>, [Silu<DYN>], [2; 3];
    softmax(): Softmax<3>, [Softmax<DYN>], [2; 3];
    log_softmax(): LogSoftmax<3>, [LogSoftmax<DYN>], [2; 3];
    batch_norm(3): BatchNorm<3>, [BatchNorm<DYN>], [2, 4; 3];
    batch_norm_without_bias(3): WithoutBias<BatchNorm<3>>, [WithoutBias<BatchNorm<DYN>>], [2, 4; 3];
    group_norm { (2, 6) groups = 2 }: GroupNorm<2, 6>, [GroupNorm<2, DYN>, GroupNorm<DYN, 6>, GroupNorm<DYN, DYN>], [2, 4; 6];
    group_norm_without_bias(3, 6): WithoutBias<GroupNorm<3, 6>>, [WithoutBias<GroupNorm<3, DYN>>], [2, 4; 6];
    instance_norm(3): InstanceNorm<3>, [InstanceNorm<DYN>], [2, 4; 3];
    layer_norm(3): LayerNorm<3>, [LayerNorm<DYN>], [2, 4; 3];
    rms_norm(3): RmsNorm<3>, [RmsNorm<DYN>], [2, 4; 3];
    prelu(1): PRelu<3>, [PRelu<DYN>, PRelu<3, DYN>, PRelu<DYN, DYN>], [2, 4; 3];
    prelu_each(3): PRelu<3, 3>, [PRelu<DYN, 3>, PRelu<3, DYN>, PRelu<DYN, DYN>], [2, 4; 3];
    gru(3, 5, &mut rng()): Gru<3, 5>, [Gru<DYN, DYN>, Gru<DYN, 5>, Gru<3, DYN>], [2, 4; 3];
    gru_of_single_features(1, 1, &mut rng()): Gru<1, 1>, [Gru<DYN, DYN>], [2, 4; 1];
    lstm(3, 5, &mut rng()): Lstm<3, 5>, [Lstm<DYN, DYN>, Lstm<DYN, 5>, Lstm<3, DYN>], [2, 4; 3];
    lstm_of_single_features(1, 1, &mut rng()): Lstm<1, 1>, [Lstm<DYN, DYN>], [2, 4; 1];
    empty_lstm(3, 5, &mut rng()): Lstm<3, 5>, [Lstm<DYN, DYN>], [0, 4; 3];
}

#[test]
fn statistics_of_batches() {
    fn run<const C: usize>(mut norm: BatchNorm<C>) -> Vec<f32> {
        let x = Tensor::from_vec([3], (0..6).map(|at| (at as f32).sin()).collect());
        let (mut statistics, mut gradient) = (BatchStatistics::default(), norm.zeros_like());
        let y = norm.view().by_batch(&x, &mut statistics);
        let (again, pullback) = norm.view().by_batch_vjp(&x, &mut statistics);
        assert_eq!(y, again);
        let (dx, _) = pullback(y.sigmoid(), gradient.view_mut(), [true, false]);
        norm.record(&mut statistics);
        [
            y.as_slice(),
            dx.unwrap().as_slice(),
            gradient.weight.as_slice(),
            gradient.bias.as_slice(),
            norm.running_mean.as_slice(),
            norm.running_var.as_slice(),
        ]
        .concat()
    }
    assert_eq!(run(BatchNorm::<2>::new(2)), run(BatchNorm::<DYN>::new(2)));
}

#[test]
fn sequences_in_parts() {
    fn run<const I: usize, const H: usize>() -> Vec<f32> {
        let (gru, lstm) = (Gru::<I, H>::new(3, 2, &mut rng()), Lstm::<I, H>::new(3, 2, &mut rng()));
        let x = Tensor::<I>::from_vec([1, 4], (0..12).map(|at| (at as f32).sin()).collect());
        let state = || Tensor::<H>::from_vec([1], vec![0.5, -0.25]);
        let (mut of_gru, mut of_lstm) = (gru.zeros_like(), lstm.zeros_like());
        let ((y, last), pullback) = gru.view().forward_from_vjp(&x, &state());
        let (dx, dh) = pullback((None, Some(last.tanh())), of_gru.view_mut(), [true; 2]);
        let ((z, h, c), pullback) = lstm.view().forward_from_vjp(&x, &state(), &state());
        let (dz, dlast, dcell) = pullback((None, Some(h), Some(c.tanh())), of_lstm.view_mut(), [true; 3]);
        let of_inputs = [dx.unwrap(), dz.unwrap()];
        let of_states = [y, last, z, c, dh.unwrap(), dlast.unwrap(), dcell.unwrap()];
        let mut numbers: Vec<f32> = of_states.iter().flat_map(|values| values.as_slice().to_vec()).collect();
        numbers.extend(of_inputs.iter().flat_map(|values| values.as_slice().to_vec()));
        numbers.extend(of_gru.parameters().flat_map(|values| values.as_slice().to_vec()));
        numbers.extend(of_lstm.parameters().flat_map(|values| values.as_slice().to_vec()));
        numbers
    }
    assert_eq!(run::<3, 2>(), run::<DYN, DYN>());
}

/// Tied convolutions and tied recurrent layers.
#[derive(Module, Clone)]
struct Video<const C: usize, const F: usize, const K: usize, const H: usize> {
    first: Conv2d<C, F, K, 1, 1>,
    norm: GroupNorm<2, F>,
    second: Conv2d<F, F, K, 1, 1>,
    #[tie(weight = second.weight)]
    third: Conv2d<F, F, K, 1, 1, Tied>,
    below: Gru<F, H>,
    #[tie(weight_hh = below.weight_hh)]
    above: Gru<H, H, Own, Tied>,
}

#[differentiable]
impl<const C: usize, const F: usize, const K: usize, const H: usize> Video<C, F, K, H> {
    fn loss(&self, x: &Tensor<C>) -> f32 {
        let h = self.norm.forward(&self.first.forward(x)).relu();
        let h = self.third.forward(&self.second.forward(&h).relu());
        let h = h.max_pool2d_with(2, 1, 0).avg_pool2d_with(3, 2, 1).global_avg_pool2d();
        let h = self.above.forward(&self.below.forward(&h.reshape([2, 2])));
        (&h * &h).mean()
    }
}

#[test]
fn a_model_with_ties_trains_to_the_same_bits() {
    fn trained<const C: usize, const F: usize, const K: usize, const H: usize>() -> Bits {
        let mut rng = rng();
        let mut net = Video::<C, F, K, H> {
            first: Conv2d::new(3, 4, 3, &mut rng),
            norm: GroupNorm::new(2, 4),
            second: Conv2d::new(4, 4, 3, &mut rng),
            third: Conv2d::new(4, 4, 3, &mut rng),
            below: Gru::new(4, 5, &mut rng),
            above: Gru::new(5, 5, &mut rng),
        };
        let x = Tensor::from_vec([4, 5, 5], (0..300).map(|at| (at as f32).sin()).collect());
        let mut adam = AdamW::new(1e-2);
        for _ in 0..3 {
            let (_, gradient) = net.loss_and_grad(&x);
            adam.step(&mut net, &gradient);
        }
        bits(&net)
    }
    let fixed = trained::<3, 4, 3, 5>();
    assert!(fixed == trained::<DYN, DYN, DYN, DYN>());
    assert!(fixed == trained::<3, DYN, 3, DYN>());
}

#[test]
fn shapes() {
    let layer: Conv2d<DYN, DYN, DYN> = Conv2d::new(2, 4, 3, &mut rng());
    assert_eq!(layer.weight.shape(), [4, 3, 3, 2]);
    assert_eq!(layer.weight.zeros_like().shape(), [4, 3, 3, 2]);
    assert_eq!(layer.num_parameters(), 4 * 18 + 4);
    let fixed = Filter2d::<1, 2, 2, 3>::from_oihw(&(0..12).map(|at| at as f32).collect::<Vec<_>>());
    let dynamic = Filter2d::<1, DYN, 2, 3>::from_oihw(&fixed.to_oihw());
    assert_eq!((dynamic.as_slice(), dynamic.shape()), (fixed.as_slice(), fixed.shape()));
    assert_eq!(dynamic.to_oihw(), fixed.to_oihw());
    let line = Filter1d::<DYN, 300, 1>::from_vec(vec![0.0; 600]);
    assert_eq!(line.shape(), [2, 300, 1]);
    let filter = |shape| Filter2d::<DYN, DYN, DYN, 1>::from_shape_vec(shape, vec![0.0; 6]);
    assert_ne!(filter([1, 2, 3, 1]), filter([1, 3, 2, 1]));
    let gates = Gates::<3, DYN, 2>::from_vec(vec![0.0; 24]);
    assert_eq!(gates.shape(), [12, 2]);
    assert!(Gates::<3, DYN, 2>::try_from(vec![0.0; 8]).is_err());
    assert_eq!(Gates::<3, DYN, 2>::SPEC.shape(), Some(&[DYN, 2][..]));
    let rectangle = Conv2d::<DYN, 1, DYN> {
        weight: Filter2d::from_shape_vec([1, 1, 2, 1], vec![1.0, 1.0]),
        bias: Vector::zeros(),
        stride: Count::default(),
        padding: Count::default(),
    };
    let y = rectangle.forward(&Tensor::from_vec([1, 2, 2], vec![1.0, 2.0, 3.0, 4.0]));
    assert_eq!(y, Tensor::from_vec([1, 2, 1], vec![3.0, 7.0]));
}

/// Checks the messages of panics.
macro_rules! panics {
    ($($name:ident: $message:literal, $body:expr;)+) => {$(
        #[test]
        #[should_panic(expected = $message)]
        fn $name() {
            $body;
        }
    )+};
}

panics! {
    a_stride_that_the_type_does_not_have: "a stride of 2, where the type says 1",
        drop(Conv2d::<3, 4, 3>::new(3, 4, 3, &mut rng()).stride(2));
    a_padding_that_the_type_does_not_have: "a padding of 1, where the type says 0",
        drop(Conv1d::<3, 4, 3>::new(3, 4, 3, &mut rng()).padding(1));
    a_window_that_is_not_set: "a pooling whose window is not set",
        AvgPool2d::<1, DYN>::default().forward(&Tensor::zeros([1, 4, 4]));
    a_window_smaller_than_its_padding:
        "max_pool2d with a window of 3x3, a stride of 3 and a padding of 2",
        MaxPool2d::<1, DYN, DYN, DYN>::new(3).padding(2).forward(&Tensor::zeros([1, 4, 4]));
    a_stride_out_of_bounds: "no number exceeds 4294967295",
        Conv1d::<1, 1, 3, 1, { usize::MAX / 2 }>::new(1, 1, 3, &mut rng()).forward(&Tensor::zeros([1, 4]));
    a_padding_out_of_memory: "with 4294967294 of padding on each side has more elements than memory can have",
        Conv2d::<1, 1, 3, 1, DYN>::new(1, 1, 3, &mut rng()).padding(4_294_967_294).forward(&Tensor::zeros([1, 4, 4]));
    a_kernel_out_of_bounds: "larger than 255",
        Conv1d::<1, 1, DYN>::new(1, 1, 1 << 20, &mut rng());
    a_window_out_of_bounds: "no number exceeds 4294967295",
        Tensor::<1>::zeros([1, 4, 4]).avg_pool2d_with(1 << 32, 1, 1 << 31);
    a_cotangent_of_a_pooling: "a pullback of a pooling of shape [1, 1, 2, 2] with a cotangent of shape [1, 1, 2, 3]", {
        let pool = MaxPool2d::<DYN, DYN>::new(2);
        let (_, pullback) = pool.forward_vjp(&Tensor::zeros([1, 2, 4, 2]));
        pullback(Tensor::zeros([1, 1, 2, 3]), &mut pool.clone(), [true]);
    };
    a_gradient_of_another_kernel: "`weight` has shape [1, 3, 1] in the model and [1, 2, 1] in its gradient", {
        let layer = |kernel| Conv1d::<1, 1, DYN>::new(1, 1, kernel, &mut rng());
        let three = layer(3);
        let (_, pullback) = three.forward_vjp(&Tensor::zeros([1, 4]));
        pullback(Tensor::zeros([1, 2]), &mut layer(2).zeros_like(), [true]);
    };
    groups_that_are_not_set: "a `GroupNorm` whose number of groups is not set",
        {
            let mut norm = GroupNorm::<DYN, 4>::new(2, 4);
            norm.groups = Count::default();
            norm.forward(&Tensor::zeros([1]))
        };
    groups_that_do_not_divide_the_channels: "a `GroupNorm` of 4 channels in 3 groups",
        GroupNorm::<DYN, 4>::new(3, 4);
    a_kernel_that_the_type_does_not_have: "Conv2d::new with 5 as the kernel size: its type has 3",
        Conv2d::<DYN, DYN, 3>::new(1, 1, 5, &mut rng());
    a_kernel_too_large: "a kernel of 300, where its type has `DYN`, is larger than 255",
        Conv1d::<1, 1, DYN>::new(1, 1, 300, &mut rng());
    no_channels: "a convolution of 2 to 0 channels",
        Conv1d::<DYN, DYN, 1>::new(2, 0, 1, &mut rng()).forward(&Tensor::zeros([1, 3, 2]));
    channels_of_a_line: "a convolution of 2 features of a tensor of shape [1, 5, 3]",
        Conv1d::<DYN, 4, 3>::new(2, 4, 3, &mut rng()).forward(&Tensor::zeros([1, 5, 3]));
    a_plane_too_small: "a convolution of a kernel of 3x3 with a tensor of shape [1, 2, 5, 2]",
        Conv2d::<DYN, 4, DYN>::new(2, 4, 3, &mut rng()).forward(&Tensor::zeros([1, 2, 5, 2]));
    a_cotangent_of_a_convolution: "a pullback of a convolution of shape [1, 3, 4] with a cotangent of shape [1, 3, 2]", {
        let layer = Conv1d::<2, DYN, 1>::new(2, 4, 1, &mut rng());
        let (_, pullback) = layer.forward_vjp(&Tensor::zeros([1, 3]));
        pullback(Tensor::zeros([1, 3, 2]), &mut layer.zeros_like(), [true]);
    };
    channels_of_a_batch_norm: "a `BatchNorm` of 3 features of a tensor of shape [2, 4]",
        BatchNorm::<DYN>::new(3).forward(&Tensor::zeros([2, 4]));
    statistics_of_other_channels: "`BatchNorm::record` of 3 channels with statistics of 2", {
        let mut statistics = BatchStatistics::default();
        BatchNorm::<DYN>::new(2).view().by_batch(&Tensor::zeros([4, 2]), &mut statistics);
        BatchNorm::<DYN>::new(3).record(&mut statistics);
    };
    channels_in_unequal_groups: "a `GroupNorm` of 5 channels in 2 groups", GroupNorm::<2, DYN>::new(2, 5);
    channels_of_a_group_norm: "a `GroupNorm` of 4 features of a tensor of shape [2, 6]",
        GroupNorm::<2, DYN>::new(2, 4).forward(&Tensor::zeros([2, 6]));
    inputs_of_a_gru: "a `Gru` of 3 features of a tensor of shape [1, 2, 4]",
        Gru::<DYN, 5>::new(3, 5, &mut rng()).forward(&Tensor::zeros([1, 2, 4]));
    a_state_of_other_features: "a state of shape [1, 4] for sequences of shape [1, 2, 3], and 5 hidden features", {
        let state = Tensor::zeros([1, 4]);
        Lstm::<3, DYN>::new(3, 5, &mut rng()).view().forward_from(&Tensor::zeros([1, 2]), &state, &state);
    };
    a_tied_weight_of_other_features: "a recurrent layer of 2 hidden features with [9, 6, 9, 9] rows", {
        let mut gru = Gru::<DYN, DYN>::new(1, 3, &mut rng());
        gru.weight_hh = Gates::zeros_of([6, 2]);
        gru.forward(&Tensor::zeros([1, 1, 1]));
    };
    rows_of_no_gates: "a parameter of 3 groups with shape [7, 2]", Gates::<3, DYN, 2>::zeros_of([7, 2]);
    elements_of_no_gates: "8 elements do not say the sizes of a parameter of shape [DYN, 2]",
        Gates::<3, DYN, 2>::from_vec(vec![0.0; 8]);
}
