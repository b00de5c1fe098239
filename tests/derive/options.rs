//! Options of the attributes, skipped and frozen fields, and crates under another name.

use super::*;

#[derive(Module, Clone)]
struct Skips {
    #[module(skip)]
    name: String,
    layer: Linear<2, 2>,
    #[module(skip)]
    depth: usize,
}

#[differentiable]
impl Skips {
    fn forward(&self, x: &Tensor<2>) -> Tensor<2> {
        let mut h = self.layer.forward(x);
        for _ in 1..self.depth {
            h = self.layer.forward(&h);
        }
        h
    }
}

#[test]
fn skipped_fields() {
    let mut net = Skips::init(&mut rng());
    assert_eq!((net.name.as_str(), net.depth), ("", 0));
    (net.name, net.depth) = ("net".into(), 3);
    assert_eq!(names(&net), ["layer.weight", "layer.bias"]);
    let view = net.view();
    assert_eq!((view.name.as_str(), view.depth), ("net", 3));
    let zeros = net.zeros_like();
    assert_eq!((zeros.name.as_str(), zeros.depth), ("net", 3));
    let x = Tensor::from_vec([1], vec![1.0, 2.0]);
    let layer = |x| net.layer.forward(&x);
    assert_eq!(net.forward(&x).as_slice(), layer(layer(layer(x))).as_slice());
}

#[derive(Module, Clone)]
struct Freezes {
    encoder: Frozen<Linear<2, 3>>,
    #[tie(encoder)]
    twin: Tied<Frozen<Linear<2, 3>>>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<3, 2, Tied>,
}

#[differentiable]
impl Freezes {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let code = self.encoder.forward(x).tanh() + self.twin.forward(x);
        mse_loss(&self.decoder.forward(&code), x)
    }
}

#[test]
fn frozen_fields() {
    let net = Freezes::init(&mut rng());
    assert_eq!(names(&net), ["encoder.weight", "encoder.bias", "decoder.bias"]);
    assert!(same(net.view().decoder.weight.storage(), net.encoder.weight.as_slice()));
    assert!(same(net.view().twin.weight.storage(), net.encoder.weight.as_slice()));

    let x = Tensor::from_vec([2], vec![1.0, 2.0, -1.0, 0.5]);
    let (_, grads) = net.loss_and_grad(&x);
    assert_eq!(names(&grads), ["decoder.bias"]);
    assert!(grads.decoder.bias.as_slice().iter().all(|&g| g != 0.0));

    // The cotangent of the input passes through frozen layers.
    let (loss, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    let mut moved = vec![1.0, 2.0, -1.0, 0.5];
    moved[1] += 1e-2;
    let slope = (net.loss_vjp(&Tensor::from_vec([2], moved)).0 - loss) / 1e-2;
    let dx = dx.unwrap().as_slice()[1];
    assert!((slope - dx).abs() < 0.02 * (1.0 + dx.abs()), "{slope} and {dx}");

    for decay in [0.0, 0.1] {
        let mut trained = net.clone();
        Sgd::new(0.1).momentum(0.9).weight_decay(decay).step(&mut trained, &grads);
        Adam::new(0.1).weight_decay(decay).step(&mut trained, &grads);
        assert_eq!(trained.encoder, net.encoder);
        assert_ne!(trained.decoder.bias, net.decoder.bias);
    }
    let mut thawed = net.encoder.clone().into_inner();
    Sgd::new(0.1).step(&mut thawed, &Linear { weight: net.encoder.weight.clone(), bias: Vector::zeros() });
    assert_ne!(thawed.weight, net.encoder.weight);
}

#[derive(Module)]
#[module(sequential)]
struct FrozenLayer {
    features: Frozen<Linear<2, 3>>,
    head: Linear<3, 1>,
}

#[test]
fn frozen_layers() {
    let net = FrozenLayer::init(&mut rng());
    let x = Tensor::from_vec([1], vec![1.0, 2.0]);
    let (y, pullback) = net.forward_vjp(&x);
    let mut grads = net.zeros_like();
    pullback(Tensor::full([1], 1.0), &mut grads, [false]);
    assert_eq!(names(&grads), ["head.weight", "head.bias"]);
    assert_eq!(grads.head.weight.as_slice(), net.features.forward(&x).as_slice());
    assert_eq!(y.as_slice(), net.head.forward(&net.features.forward(&x)).as_slice());
}

/// Parameters of different types, which only a tuple can hold in one field.
#[derive(Module)]
struct Tuples {
    layers: (Linear<2, 3>, Vec<Linear<3, 3>>, (Vector<3>,)),
    #[tie(layers.0)]
    again: Tied<Linear<2, 3>>,
}

#[differentiable]
impl Tuples {
    fn loss(&self, x: &Tensor<2>, t: &Tensor<3>) -> f32 {
        let mut h = self.layers.0.forward(x) + self.again.forward(x);
        for layer in self.layers.1.iter() {
            h = layer.forward(&h);
        }
        mse_loss(&h, t)
    }
}

#[test]
fn tuples() {
    let rng = &mut rng();
    let layers = (Init::init(rng), vec![Init::init(rng), Init::init(rng)], (Vector::zeros(),));
    let mut net = Tuples { layers, again: Tied::new() };
    let expected = ["0.weight", "0.bias", "1.0.weight", "1.0.bias", "1.1.weight", "1.1.bias", "2.0"]
        .map(|name| format!("layers.{name}"));
    assert_eq!(names(&net), expected);
    let (x, t) = (Tensor::from_vec([1], vec![1.0, 2.0]), Tensor::zeros([1]));
    let (loss, grads) = net.loss_and_grad(&x, &t);
    Sgd::new(0.01).step(&mut net, &grads);
    assert!(net.loss_and_grad(&x, &t).0 < loss);
    assert!(owner(&grads, "layers.1.1.weight").iter().any(|&g| g != 0.0));
}

mod renamed {
    pub(crate) mod deep {
        pub(crate) use tiedw as other;
    }

    #[derive(deep::other::Module)]
    #[module(sequential, crate = crate::options::renamed::deep::other)]
    pub(super) struct Net {
        pub(super) fc1: deep::other::layers::Linear<2, 2>,
        #[tie(fc1)]
        pub(super) fc2: deep::other::Tied<deep::other::layers::Linear<2, 2>>,
    }

    #[derive(deep::other::Module)]
    #[module(crate = crate::options::renamed::deep::other)]
    pub(super) struct Open {
        #[tie]
        pub(super) layer: deep::other::Tied<deep::other::layers::Linear<2, 2>>,
    }
}

mod cells {
    use super::renamed::deep::other;

    #[other::differentiable(crate = crate::options::renamed::deep::other)]
    pub(super) trait Cell<const H: usize = 2> {
        type State: other::Value;

        fn step(&self, x: &other::Tensor<H>, state: &mut Self::State) -> f32;

        fn loss(&self, x: &other::Tensor<H>, state: Self::State) -> f32 {
            let mut state = state;
            self.step(x, &mut state)
        }
    }
}

/// Nothing is in scope, so every path has to be absolute.
mod bare {
    #![no_implicit_prelude]

    #[derive(::tiedw::Module)]
    #[module(parallel)]
    pub(super) struct Net {
        pub(super) r#type: ::tiedw::layers::Linear<2, 2>,
        #[tie(r#type)]
        pub(super) hole: ::tiedw::Tied<::tiedw::layers::Linear<2, 2>>,
        #[tie(weight = hole.weight)]
        pub(super) path: ::tiedw::layers::Linear<2, 2, ::tiedw::Tied>,
    }

    #[derive(::tiedw::Module)]
    pub(super) struct Open<L: ::tiedw::layers::Layer> {
        #[tie]
        pub(super) hole: ::tiedw::Tied<L>,
        pub(super) visitor: L,
    }

    #[derive(::tiedw::Module)]
    pub(super) struct Closing {
        pub(super) rule: ::tiedw::layers::Linear<2, 2>,
        #[tie(hole = rule)]
        pub(super) ties: Open<::tiedw::layers::Linear<2, 2>>,
    }

    use super::cells::{Cell, CellView};

    #[::tiedw::differentiable(trait, crate = ::tiedw)]
    impl Cell for Net {
        type State = f32;

        fn step(&self, x: &::tiedw::Tensor<2>, state: &mut f32) -> f32 {
            let (y, _, z) = self.forward(x);
            *state += y.sum();
            *state * z.mean()
        }
    }
}

#[test]
fn names_of_crates_and_of_fields() {
    let net = renamed::Net::init(&mut rng());
    assert!(same(net.view().fc2.weight.storage(), net.fc1.weight.as_slice()));
    assert_eq!(renamed::Open::SPEC.ties(), [("layer", "")]);

    let bare = bare::Net::init(&mut rng());
    assert_eq!(names(&bare), ["type.weight", "type.bias", "path.bias"]);
    let x = tiedw::Tensor::full([1], 1.0);
    let (loss, gradient) = cells::Cell::loss_and_grad(&bare, &x, 0.5);
    assert!(loss == cells::Cell::loss(&bare, &x, 0.5) && gradient.path.bias[0] != 0.0);
    assert!(same(bare.view().path.weight.storage(), bare.r#type.weight.as_slice()));
    let closing = bare::Closing::init(&mut rng());
    assert!(same(closing.view().ties.hole.weight.storage(), closing.rule.weight.as_slice()));
    assert_eq!(closing.ties.visitor.num_parameters(), 6);
    assert_eq!(bare::Net::SPEC.ties(), [("hole", "type"), ("path.weight", "hole.weight")]);
}
