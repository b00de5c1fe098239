//! Generic modules: sizes, layers, element types, bounds and defaults.

use super::*;

#[derive(Module, Clone)]
struct Sized<const I: usize, const O: usize = 3>
where
    [(); O]: Copy,
{
    layer: Linear<I, O>,
    #[tie(layer)]
    again: Tied<Linear<I, O>>,
}

#[derive(Module, Clone)]
struct Numbers<E: Element = f64> {
    scale: Vector<2, E>,
    #[module(skip)]
    factor: E,
    #[tie(scale)]
    shift: Tied<Vector<2, E>>,
}

#[derive(Module)]
struct Pair<A, B>
where
    A: Layer<Input = Tensor<4>>,
    B: Layer<Input = A::Output> + Clone,
{
    first: A,
    second: B,
    #[tie(first)]
    third: Tied<A>,
    stack: Vec<B>,
    #[tie(stack[0])]
    top: Tied<B>,
}

#[differentiable]
impl<A, B> Pair<A, B>
where
    A: Layer<Input = Tensor<4>, Output = Tensor<4>, Elem = f32>,
    B: Layer<Input = Tensor<4>, Output = Tensor<4>, Elem = f32> + Clone,
{
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let h = self.first.forward(x).tanh();
        let h = self.third.forward(&self.second.forward(&h));
        mse_loss(&self.top.forward(&h), x)
    }
}

#[derive(Module)]
#[module(sequential)]
struct Chain<A: Layer, B: Layer<Input = A::Output>> {
    a: A,
    b: B,
}

/// A field that fixes the element type comes after one that does not.
#[derive(Module)]
struct Head<L: Layer> {
    body: L,
    head: Linear<3, 1>,
}

/// Layers of any element type, with tied weights.
#[derive(Module)]
struct Mirror<E: Element, const I: usize, const O: usize> {
    encoder: WithElem<Linear<I, O>, E>,
    #[tie(weight = encoder.weight.t())]
    decoder: WithElem<Linear<O, I, Tied>, E>,
}

#[differentiable]
impl<E: Element, const I: usize, const O: usize> Mirror<E, I, O> {
    fn loss(&self, x: &Tensor<I, E>) -> E {
        mse_loss(&self.decoder.forward(&self.encoder.forward(x)), x)
    }
}

#[test]
fn sizes() {
    let net = Sized::<2>::init(&mut rng());
    assert_eq!(Sized::<2>::NUM_PARAMETERS, 9);
    assert_eq!(Sized::<2, 5>::NUM_PARAMETERS, 15);
    assert!(same(net.view().again.weight.storage(), net.layer.weight.as_slice()));
    let copy = net.clone();
    assert!(same(copy.view().again.weight.storage(), copy.layer.weight.as_slice()));
    assert!(!same(copy.view().again.weight.storage(), net.view().again.weight.storage()));
}

#[test]
fn element_types() {
    let net = Numbers { scale: Vector::from_vec(vec![1.0, 2.0]), factor: 3.0, shift: Tied::new() };
    let view = net.view();
    assert!(same(view.shift.as_slice(), net.scale.as_slice()));
    assert_eq!(view.factor, 3.0);
    assert_eq!(net.zeros_like().factor, 3.0, "a skipped field is no weight");
}

#[test]
fn layers() {
    let mut net = Pair::<Linear<4, 4>, Linear<4, 4>> {
        first: Init::init(&mut rng()),
        second: Init::init(&mut rng()),
        third: Tied::new(),
        stack: vec![Init::init(&mut rng())],
        top: Tied::new(),
    };
    assert_eq!(names(&net).len(), 6);
    let x = Tensor::from_vec([1], vec![0.5, -1.0, 2.0, 1.0]);
    let (loss, grads) = net.loss_and_grad(&x);
    let step = 1e-2;
    net.first.weight[(1, 2)] += step;
    let slope = (net.loss_and_grad(&x).0 - loss) / step;
    let gradient = grads.first.weight[(1, 2)];
    assert!((slope - gradient).abs() < 0.02 * (1.0 + gradient.abs()), "{slope} and {gradient}");
}

#[test]
fn chains() {
    type Deep = Chain<Linear<4, 3>, Chain<Linear<3, 2>, Linear<2, 1>>>;
    let net = Deep::init(&mut rng());
    let x = Tensor::from_vec([1], vec![1.0, 2.0, 3.0, 4.0]);
    let expected = net.b.b.forward(&net.b.a.forward(&net.a.forward(&x)));
    assert_eq!(net.forward(&x).as_slice(), expected.as_slice());
    assert_eq!(names(&net), ["a.weight", "a.bias", "b.a.weight", "b.a.bias", "b.b.weight", "b.b.bias"]);
}

#[test]
fn number_types() {
    let net = Mirror::<f64, 3, 2>::init(&mut rng());
    assert!(same(net.view().decoder.weight.storage(), net.encoder.weight.as_slice()));
    let x = Tensor::from_vec([1], vec![1.0, -2.0, 0.5]);
    let (loss, grads) = net.loss_and_grad(&x);
    let mut moved = Mirror { encoder: net.encoder.clone(), decoder: net.decoder.clone() };
    moved.encoder.weight[(1, 2)] += 1e-6;
    let slope = (moved.loss_and_grad(&x).0 - loss) / 1e-6;
    assert!((slope - grads.encoder.weight[(1, 2)]).abs() < 1e-4);

    let head = Head::<Linear<2, 3>>::init(&mut rng());
    assert_eq!(names(&head), ["body.weight", "body.bias", "head.weight", "head.bias"]);
    let _ = (&head.body, &head.head);
}

/// A generic module within another, which must have the same element type.
#[derive(Module)]
struct Wrapped<L: Layer<Elem = f32>> {
    head: Linear<3, 1>,
    body: Head<L>,
    #[tie(weight = body.head.weight)]
    again: Linear<3, 1, Tied>,
}

#[test]
fn generic_modules_within() {
    let net = Wrapped::<Linear<2, 3>>::init(&mut rng());
    assert!(same(net.view().again.weight.storage(), net.body.head.weight.as_slice()));
    assert_eq!(net.num_parameters(), 4 + 9 + 4 + 1);
    assert_eq!(net.head.num_parameters(), 4);
}

mod parts {
    use tiedw::prelude::*;

    /// What a configuration says of a network.
    pub(super) trait Parts {
        type Norm;
    }

    pub(super) struct Small;

    impl Parts for Small {
        type Norm = RmsNorm<2>;
    }

    #[derive(Module, Clone)]
    struct Hidden {
        scale: Vector<2>,
    }

    impl Parts for Hidden {
        type Norm = Hidden;
    }

    /// The first field is an associated type.
    #[derive(Module, Clone)]
    pub(super) struct Net {
        pub(super) norm: <Small as Parts>::Norm,
        pub(super) head: WithoutBias<Linear<2, 1>>,
    }

    /// The first field is an associated type that is private.
    #[derive(Module, Clone)]
    pub(super) struct Private {
        hidden: <Hidden as Parts>::Norm,
    }
}

#[test]
fn a_field_is_an_associated_type() {
    assert_eq!(parts::Net::NUM_PARAMETERS, 4);
    assert_eq!(parts::Private::NUM_PARAMETERS, 2);
    assert_eq!(parts::Net::init(&mut StdRng::seed_from_u64(0)).parameters().len(), 2);
}

/// Names that generated code has, too.
mod names {
    use std::marker::PhantomData;

    use super::*;

    const STATES: usize = 2;
    #[allow(non_upper_case_globals)]
    const Use: usize = 3;
    struct Rng<'r>(&'r str);

    #[derive(Module)]
    struct Constants {
        fc: Linear<STATES, Use>,
        rest: Vec<Linear<Use, Use>>,
        #[module(skip)]
        marker: PhantomData<Rng<'static>>,
    }

    #[derive(Module, Clone)]
    struct Parameters<const STATES: usize, Use: Element, Rng> {
        fc: WithElem<Linear<STATES, 3>, Use>,
        #[module(skip)]
        marker: PhantomData<Rng>,
    }

    #[differentiable]
    impl<const STATES: usize, Use: Element, Rng> Parameters<STATES, Use, Rng> {
        fn loss(&self, x: &Tensor<STATES, Use>) -> Use {
            self.fc.forward(x).sum()
        }
    }

    #[test]
    fn may_be_those_of_the_user() {
        let rng = &mut StdRng::seed_from_u64(0);
        let net = Constants { fc: Init::init(rng), rest: vec![Init::init(rng)], marker: PhantomData };
        assert_eq!((net.num_parameters(), Rng("rng").0), (9 + 12, "rng"));
        let mut net = Parameters::<2, f64, String>::init(rng);
        let (_, grads) = net.loss_and_grad(&Tensor::full([1], 1.0));
        assert!(grads.fc.bias[2] == 1.0 && grads.fc.weight[(0, 1)] == 1.0);
        Sgd::new(0.5).step(&mut net, &grads);
    }
}
