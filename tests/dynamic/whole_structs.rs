//! Structs of layers tied to those with other sizes in their types.

use tiedw::layers::*;
use tiedw::param::Filter1d;
use tiedw::prelude::*;

use super::{Bits, bits, rng};

/// A layer and what it borrows.
#[derive(Module, Clone)]
struct Inner<const D: usize, const K: usize> {
    fc: Linear<D, D>,
    #[tie(weight = fc.weight.t())]
    back: Linear<D, D, Tied>,
    #[tie(fc)]
    again: Tied<Linear<D, D>>,
    conv: Conv1d<D, D, K, 1, 1>,
}

impl<const D: usize, const K: usize> Inner<D, K> {
    fn new([d, k]: [usize; 2]) -> Self {
        let rng = &mut rng();
        Inner {
            fc: Linear::new(d, d, rng),
            back: Linear::new(d, d, rng),
            again: Tied::new(),
            conv: Conv1d::new(d, d, k, rng).padding(1),
        }
    }
}

#[differentiable]
impl<const D: usize, const K: usize> Inner<D, K> {
    fn forward(&self, x: &Tensor<D>) -> Tensor<D> {
        let h = self.again.forward(&self.back.forward(&self.fc.forward(x).tanh()));
        h.tanh() + self.conv.forward(x)
    }
}

/// A struct without sizes.
#[derive(Module, Clone)]
struct Plain {
    fc: Linear<4, 4>,
}

/// A field of every kind.
#[derive(Module, Clone)]
struct Part<const D: usize, const K: usize> {
    fc: Linear<D, 4, Own, NoBias>,
    norm: LayerNorm<D>,
    scale: Vector<D>,
    kernel: Filter1d<K, D, D>,
    blocks: Vec<Linear<D, D>>,
    pairs: [(Linear<D, D>, LayerNorm<D>); 2],
    some: Option<Linear<D, D>>,
    none: Option<Linear<D, D>>,
    frozen: Frozen<Linear<D, D>>,
    residual: Residual<Linear<D, D>>,
    same: Linear<4, 4>,
    #[module(skip)]
    times: usize,
    #[module(skip)]
    factor: f32,
}

/// Structs in a struct.
#[derive(Module, Clone)]
struct Outer<const D: usize, const K: usize> {
    part: Part<D, K>,
    inners: Vec<Inner<D, K>>,
    #[tie(inners[0].fixed())]
    four: Tied<Inner<4, 3>>,
    plain: Plain,
    #[tie(weight = plain.fc.weight.fixed())]
    hole: Linear<D, D, Tied>,
    residual: Residual<Scaled<D>>,
}

/// Is called as a layer.
#[derive(Module, Clone)]
#[module(sequential)]
struct Scaled<const D: usize> {
    norm: RmsNorm<D>,
    relu: Relu<D>,
}

impl<const D: usize, const K: usize> Outer<D, K> {
    fn new([d, k]: [usize; 2]) -> Self {
        let rng = &mut rng();
        Outer {
            part: Part {
                fc: Linear::new(d, 4, rng),
                norm: LayerNorm::new(d).eps(1e-3),
                scale: Vector::from_vec(vec![0.5, 1.5, -1.0, 2.0]),
                kernel: Filter1d::from_shape_vec(
                    [k, d, d],
                    (0..k * d * d).map(|at| at as f32 / 40.0).collect(),
                ),
                blocks: (0..2).map(|_| Linear::new(d, d, rng)).collect(),
                pairs: std::array::from_fn(|_| (Linear::new(d, d, rng), LayerNorm::new(d))),
                some: Some(Linear::new(d, d, rng)),
                none: None,
                frozen: Frozen::new(Linear::new(d, d, rng)),
                residual: Residual { layer: Linear::new(d, d, rng) },
                same: Linear::new(4, 4, rng),
                times: 2,
                factor: 0.5,
            },
            inners: (0..2).map(|_| Inner::new([d, k])).collect(),
            four: Tied::new(),
            plain: Plain { fc: Linear::new(4, 4, rng) },
            hole: Linear::new(d, d, rng),
            residual: Residual { layer: Scaled { norm: RmsNorm::new(d), relu: Relu::new() } },
        }
    }
}

#[differentiable]
impl<const D: usize, const K: usize> Part<D, K> {
    fn forward(&self, x: &Tensor<D>) -> Tensor<4> {
        let mut h = x * &self.scale;
        for _ in 0..self.times {
            for block in &self.blocks {
                h = block.forward(&h).tanh();
            }
        }
        for (layer, norm) in &self.pairs {
            h = norm.forward(&layer.forward(&h));
        }
        if let Some(layer) = &self.some {
            h = layer.forward(&h);
        }
        h = self.residual.forward(&self.frozen.forward(&self.norm.forward(&h)));
        self.same.forward(&self.fc.forward(&h)) * self.factor
    }
}

#[differentiable]
impl<const D: usize, const K: usize> Outer<D, K> {
    fn forward(&self, x: &Tensor<D>) -> Tensor<D> {
        let mut h = self.part.forward(x);
        for inner in &self.inners {
            h += inner.forward(x).fixed();
        }
        let h = h + self.four.forward(&x.fixed()) + self.plain.fc.forward(&x.fixed());
        self.residual.forward(&self.hole.forward(&h.fixed()))
    }
}

/// An owner with the sizes `D` and `K`, and borrowers with `H` and `L`.
#[derive(Module, Clone)]
struct Whole<const D: usize, const K: usize, const H: usize, const L: usize> {
    outer: Outer<D, K>,
    #[tie(outer.fixed())]
    borrower: Tied<Outer<H, L>>,
    #[tie(borrower.part.fixed())]
    parts: [Tied<Part<D, L>>; 2],
    #[tie(outer.inners.fixed())]
    inners: Tied<Vec<Inner<H, K>>>,
    #[tie(outer.part.fixed())]
    frozen: Frozen<Tied<Part<H, K>>>,
}

impl<const D: usize, const K: usize, const H: usize, const L: usize> Whole<D, K, H, L> {
    fn new(sizes: [usize; 2]) -> Self {
        Whole {
            outer: Outer::new(sizes),
            borrower: Tied::new(),
            parts: Default::default(),
            inners: Tied::new(),
            frozen: Frozen::new(Tied::new()),
        }
    }

    fn trained() -> Bits {
        let mut net = Self::new([4, 3]);
        let x = Tensor::from_shape_vec([1, 4, 4], (0..16).map(|at| (at as f32 * 0.7).sin()).collect());
        let mut sgd = Sgd::new(0.1);
        let mut steps = Bits::new();
        for _ in 0..3 {
            let (loss, gradient) = net.loss_and_grad(&x);
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
    fn loss(&self, x: &Tensor<D>) -> f32 {
        let mut h: Tensor<H> = self.outer.forward(x).fixed();
        h = self.borrower.forward(&h);
        for inner in &self.inners {
            h = inner.forward(&h);
        }
        for part in &self.parts {
            h = part.forward(&h.fixed()).fixed();
        }
        let y = self.frozen.forward(&h);
        (&y * &y).mean()
    }
}

#[test]
fn whole_structs_train_to_the_same_bits() {
    let fixed = Whole::<4, 3, 4, 3>::trained();
    for name in
        ["outer.part.blocks.1.weight", "outer.inners.1.conv.weight", "outer.residual.layer.norm.weight"]
    {
        assert!(fixed.iter().any(|(other, _, bits)| name == other && bits.iter().any(|&x| x != 0)), "{name}");
    }
    assert!(fixed == Whole::<DYN, DYN, DYN, DYN>::trained());
    assert!(fixed == Whole::<DYN, DYN, 4, 3>::trained());
    assert!(fixed == Whole::<4, 3, DYN, DYN>::trained());
    assert!(fixed == Whole::<DYN, 3, 4, DYN>::trained());
}

#[test]
fn a_borrower_has_the_memory_and_the_settings_of_its_source() {
    let mut net = Whole::<DYN, DYN, 4, 3>::new([4, 3]);
    net.outer.part.times = 7;
    let view = net.view();
    let (source, part) = (&view.outer.part, &view.borrower.part);
    assert_eq!((part.times, part.factor, part.norm.eps), (7, 0.5, 1e-3));
    assert!(part.none.is_none() && part.some.is_some());
    assert!(std::ptr::eq(source.blocks[1].bias.as_slice(), part.blocks[1].bias.as_slice()));
    assert!(std::ptr::eq(source.kernel.as_slice(), part.kernel.as_slice()));
    let inner = &view.borrower.inners[1];
    assert!(std::ptr::eq(view.outer.inners[1].fc.weight.storage(), inner.back.weight.storage()));
    assert_eq!(net.num_parameters(), net.outer.num_parameters());
}

/// A struct of any elements.
#[derive(Module)]
struct Generic<const D: usize, E: Element> {
    fc: Linear<D, 4, Own, NoBias, E>,
    blocks: Vec<LayerNorm<D, Own, Own, E>>,
}

#[derive(Module)]
struct Elements<E: Element> {
    part: Generic<DYN, E>,
    #[tie(part.fixed())]
    fixed: Tied<Generic<4, E>>,
}

#[test]
fn elements_of_either_kind() {
    let fc = Linear::new(4, 4, &mut rng());
    let blocks = vec![LayerNorm::new(4).eps(1e-2)];
    let net: Elements<f64> = Elements { part: Generic { fc, blocks }, fixed: Tied::new() };
    let view = net.view();
    assert!(std::ptr::eq(view.part.fc.weight.storage(), view.fixed.fc.weight.storage()));
    assert_eq!(view.fixed.blocks[0].eps, 1e-2);
}

/// The sizes of arrays are no sizes of parameters.
#[derive(Module)]
struct Stack<const D: usize, const N: usize> {
    blocks: [Linear<D, D>; N],
}

/// A struct whose part has the number of elements of an array.
#[derive(Module)]
struct Stacks<const D: usize, const N: usize> {
    stack: Stack<D, N>,
    more: Vec<Stacks<D, N>>,
}

#[derive(Module)]
struct Arrays {
    stacks: Stacks<DYN, 3>,
    #[tie(stacks.fixed())]
    fixed: Tied<Stacks<4, 3>>,
}

#[test]
fn arrays_keep_their_lengths() {
    let net = |d| Arrays {
        stacks: Stacks {
            stack: Stack { blocks: std::array::from_fn(|_| Linear::new(4, 4, &mut rng())) },
            more: vec![Stacks {
                stack: Stack {
                    blocks: std::array::from_fn(|at| Linear::new(if at == 1 { d } else { 4 }, 4, &mut rng())),
                },
                more: Vec::new(),
            }],
        },
        fixed: Tied::new(),
    };
    let fits = net(4);
    let view = fits.view();
    let (source, fixed) = (&view.stacks.more[0].stack.blocks[2], &view.fixed.more[0].stack.blocks[2]);
    assert!(std::ptr::eq(source.weight.storage(), fixed.weight.storage()));
    let misfit = std::panic::catch_unwind(|| drop(net(5).view())).unwrap_err();
    let expected = "`fixed` of `Arrays` is tied to `stacks`: `more.0.stack.blocks.1.weight` has shape [4, 4] in the type of \
                    the hole, and [4, 5] in the source";
    assert_eq!(misfit.downcast_ref::<String>().unwrap(), expected);
}

#[allow(unreachable_pub, reason = "rustc compares what is public with its private parts")]
mod public {
    use super::*;

    /// A part that others cannot name.
    #[derive(Module, Clone)]
    struct Private<const D: usize> {
        fc: Linear<{ D }, 3>,
        #[module(skip)]
        of_type: std::marker::PhantomData<[f32; 4]>,
    }

    /// Borrows from its owner, and has a size with a default.
    #[derive(Module, Clone)]
    pub struct Public<const D: usize = 4, const IS_LAST: bool = false> {
        private: Vec<Private<D>>,
        #[tie]
        pub open: Linear<D, 3, Tied>,
        #[module(skip)]
        pub place: (usize, f32),
    }

    impl<const D: usize, const IS_LAST: bool> Public<D, IS_LAST> {
        pub fn new(place: (usize, f32)) -> Self {
            let rng = &mut rng();
            let fc = Linear::new(4, 3, rng);
            Public {
                private: vec![Private { fc, of_type: std::marker::PhantomData }],
                open: Linear::new(4, 3, rng),
                place,
            }
        }
    }

    #[differentiable]
    impl<const D: usize, const IS_LAST: bool> Public<D, IS_LAST> {
        pub fn forward(&self, x: &Tensor<D>) -> Tensor<3> {
            let mut y = self.open.forward(x) * self.place.1;
            for private in &self.private {
                y += private.fc.forward(x);
            }
            y
        }
    }
}

#[derive(Module, Clone)]
struct Opened {
    fc: Linear<DYN, 3>,
    #[tie(open.weight = fc.weight)]
    public: public::Public<DYN, true>,
    #[tie(public.fixed())]
    fixed: Tied<public::Public<4, true>>,
}

#[differentiable]
impl Opened {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fixed.forward(x).sum() + self.fc.forward(&x.dynamic()).sum()
    }
}

#[test]
fn a_public_struct_with_private_parts_and_an_open_tie() {
    let net = Opened {
        fc: Linear::new(4, 3, &mut rng()),
        public: public::Public::new((5, 2.0)),
        fixed: Tied::new(),
    };
    assert_eq!(net.view().fixed.place, (5, 2.0));
    let (_, gradient) = net.loss_and_grad(&Tensor::full([1], 1.0));
    assert_eq!(gradient.fc.weight.as_slice(), [3.0; 12]);
    assert_eq!(gradient.public.open.bias.as_slice(), [2.0; 3]);
}

/// A frozen part stays frozen in a borrower.
#[derive(Module, Clone)]
struct HalfFrozen<const D: usize> {
    frozen: Frozen<Linear<D, D>>,
    trained: Linear<D, D>,
}

#[derive(Module, Clone)]
struct Halves {
    half: HalfFrozen<DYN>,
    #[tie(half.fixed())]
    fixed: Tied<HalfFrozen<2>>,
    #[tie(half.fixed())]
    frozen: Tied<Frozen<HalfFrozen<2>>>,
}

#[differentiable]
impl Halves {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let h = self.fixed.trained.forward(&self.fixed.frozen.forward(x));
        self.frozen.trained.forward(&self.frozen.frozen.forward(&h)).sum()
    }
}

#[test]
fn what_is_frozen_receives_no_gradient() {
    let layer = |numbers: [f32; 4]| Linear {
        weight: Matrix::from_shape_vec([2, 2], numbers.into()),
        bias: Vector::from_vec(vec![0.0; 2]),
    };
    let half =
        HalfFrozen { frozen: Frozen::new(layer([1.0, 0.0, 0.0, 1.0])), trained: layer([2.0, 0.0, 0.0, 3.0]) };
    let net = Halves { half, fixed: Tied::new(), frozen: Tied::new() };
    let (loss, gradient) = net.loss_and_grad(&Tensor::full([1], 1.0));
    assert_eq!(loss, 13.0);
    let names: Vec<String> = gradient.named_parameters().map(|(name, _)| name).collect();
    assert_eq!(names, ["half.trained.weight", "half.trained.bias"]);
    assert_eq!(gradient.half.trained.weight.as_slice(), [2.0, 2.0, 3.0, 3.0]);
}

/// A struct tied as a whole.
#[derive(Module, Clone, Debug)]
struct Blocks<const D: usize> {
    blocks: Vec<(Block<D>, LayerNorm<D>)>,
}

#[derive(Module, Clone, Debug)]
struct Block<const D: usize> {
    fc: Linear<D, 3>,
}

#[derive(Module, Clone, Debug)]
struct Two<const D: usize> {
    first: Blocks<D>,
    #[tie(first.fixed())]
    second: Tied<Blocks<4>>,
}

impl<const D: usize> Two<D> {
    fn new(sizes: &[usize]) -> Self {
        let block = |&d: &usize| (Block { fc: Linear::new(d, 3, &mut rng()) }, LayerNorm::new(d));
        Two { first: Blocks { blocks: sizes.iter().map(block).collect() }, second: Tied::new() }
    }
}

#[test]
#[should_panic = "`second` of `Two` is tied to `first`: `blocks.1.0.fc.weight` has shape [3, 4] in the type of the hole, and [3, 5] in the source"]
fn another_size_shows_at_the_first_call() {
    Two::<4>::new(&[4, 4]).view();
    Two::<DYN>::new(&[4, 4]).view();
    Two::<DYN>::new(&[4, 5]).view();
}

#[cfg(feature = "safetensors")]
mod files {
    use super::*;

    #[test]
    fn a_whole_tie_opens() {
        let net = Two::<DYN>::new(&[4, 4]);
        let opened = Two::<DYN>::open_bytes(&net.to_bytes()).unwrap();
        assert_eq!(bits(&opened), bits(&net));
        let net = Whole::<DYN, DYN, 4, 3>::new([4, 3]).outer;
        let opened = Outer::<DYN, DYN>::open_bytes(&net.to_bytes()).unwrap();
        assert_eq!(bits(&opened), bits(&net));
    }

    #[test]
    fn whole_ties_that_do_not_fit_are_listed() {
        let written = Two::<DYN>::new(&[4, 5]).to_bytes();
        let error = Two::<DYN>::open_bytes(&written).unwrap_err().to_string();
        let lines: Vec<&str> = error.lines().skip(1).map(str::trim).collect();
        let expected = [
            "`second.blocks.1.0.fc.weight` has shape [3, 4] in the model, and is tied to `first.blocks.1.0.fc.weight` of shape [3, 5] in the file",
            "`second.blocks.1.1.weight` has shape [4] in the model, and is tied to `first.blocks.1.1.weight` of shape [5] in the file",
            "`second.blocks.1.1.bias` has shape [4] in the model, and is tied to `first.blocks.1.1.bias` of shape [5] in the file",
        ];
        assert_eq!(lines, expected);
    }
}
