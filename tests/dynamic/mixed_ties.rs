//! Ties between sizes in a type and sizes that are known at run time.

use tiedw::prelude::*;

use super::{Bits, bits, rng};

/// A table of as many rows as the vocabulary has, tied to a head of 5 rows; a transposed tie between the two kinds, a tie of a
/// whole parameter, and kernels and gates.
#[derive(Module, Clone)]
struct Mixed<const V: usize, const D: usize, const K: usize> {
    embed: Embedding<V, D>,
    #[tie(weight = embed.weight.fixed())]
    head: Linear<4, 5, Tied>,
    #[tie(weight = embed.weight.t().fixed())]
    back: Linear<5, 4, Tied>,
    #[tie(embed.weight.fixed())]
    table: Tied<Matrix<5, DYN>>,
    conv: Conv1d<D, D, K, 1, 1>,
    #[tie(weight = conv.weight.fixed(), bias = conv.bias.fixed())]
    again: Conv1d<4, 4, 3, 1, 1, Tied, Tied>,
    gru: Gru<D, D>,
    #[tie(weight_ih = gru.weight_ih.fixed(), bias_ih = gru.bias_ih.fixed(), bias_hh = gru.bias_hh.fixed())]
    second: Gru<4, 4, Tied, Own, Tied>,
}

#[differentiable]
impl<const V: usize, const D: usize, const K: usize> Mixed<V, D, K> {
    fn loss(&self, ids: &Ids) -> f32 {
        let h: Tensor<4> = self.embed.forward(ids).fixed();
        let h = self.again.forward(&self.conv.forward(&h.fixed()).fixed());
        let h = self.second.forward(&self.gru.forward(&h.fixed()).fixed());
        let h = self.back.forward(&self.head.forward(&h).tanh());
        let scores: Tensor<5> =
            h.matmul_t(&self.embed.forward(&Ids::from_vec([5], vec![0, 1, 2, 3, 4])).fixed());
        (&scores * &scores).mean()
    }
}

impl<const V: usize, const D: usize, const K: usize> Mixed<V, D, K> {
    fn new([rows, features, kernel]: [usize; 3]) -> Self {
        let mut rng = rng();
        Mixed {
            embed: Embedding::new(rows, features, &mut rng),
            head: Linear::new(4, 5, &mut rng),
            back: Linear::new(5, 4, &mut rng),
            table: Tied::new(),
            conv: Conv1d::new(features, features, kernel, &mut rng),
            again: Conv1d::new(4, 4, 3, &mut rng),
            gru: Gru::new(features, features, &mut rng),
            second: Gru::new(4, 4, &mut rng),
        }
    }

    fn trained() -> Bits {
        let mut net = Self::new([5, 4, 3]);
        let ids = Ids::from_vec([2, 3], vec![0, 4, 2, 1, 1, 3]);
        let mut adam = AdamW::new(1e-2);
        for _ in 0..3 {
            let (_, gradient) = net.loss_and_grad(&ids);
            adam.step(&mut net, &gradient);
        }
        bits(&net)
    }
}

#[test]
fn a_model_with_mixed_ties_trains_to_the_same_bits() {
    let fixed = Mixed::<5, 4, 3>::trained();
    assert!(fixed == Mixed::<DYN, DYN, DYN>::trained());
    assert!(fixed == Mixed::<DYN, 4, 3>::trained());
    assert!(fixed == Mixed::<5, DYN, DYN>::trained());
}

#[test]
#[should_panic = "`head.weight` of `Mixed` is tied to `embed.weight`: the type of the hole has shape [5, 4], and the source has \
                  shape [6, 4]"]
fn another_size_shows_at_the_first_call() {
    Mixed::<DYN, DYN, 3>::new([6, 4, 3]).view();
}

#[test]
#[should_panic = "`again.weight` of `Mixed` is tied to `conv.weight`: the type of the hole has shape [4, 3, 4], and the source has \
                  shape [4, 2, 4]"]
fn another_kernel_shows_at_the_first_call() {
    Mixed::<5, 4, DYN>::new([5, 4, 2]).view();
}

/// A kernel that is too long for a type with `DYN`, in types that say it.
#[derive(Module, Clone)]
struct Long {
    first: Conv1d<2, 3, 300>,
    #[tie(weight = first.weight.fixed())]
    second: Conv1d<DYN, 3, 300, 1, 0, Tied>,
}

#[test]
fn a_kernel_in_both_types() {
    let rng = &mut rng();
    let net = Long { first: Conv1d::new(2, 3, 300, rng), second: Conv1d::new(2, 3, 300, rng) };
    let view = net.view();
    assert!(std::ptr::eq(view.first.weight.as_slice(), view.second.weight.as_slice()));
}

/// A tie of a single column, which has the same memory in both directions.
#[derive(Module, Clone)]
struct Column<const R: usize, const C: usize> {
    down: Linear<C, R, Own, NoBias>,
    #[tie(weight = down.weight.t().fixed())]
    up: Linear<DYN, DYN, Tied, NoBias>,
}

#[test]
fn a_single_column() {
    fn run<const R: usize, const C: usize>(inputs: usize, outputs: usize) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let rng = &mut rng();
        let net =
            Column::<R, C> { down: Linear::new(inputs, outputs, rng), up: Linear::new(outputs, inputs, rng) };
        let mut gradient = net.zeros_like();
        let x = Tensor::<DYN>::from_shape_vec([2, outputs], (0..2 * outputs).map(|at| at as f32).collect());
        let (y, pullback) = net.view().up.forward_vjp(&x);
        assert_eq!(y.shape(), [2, inputs]);
        let (dx,) = pullback(y.sigmoid(), gradient.view_mut().up, [true]);
        (y.into_vec(), dx.unwrap().into_vec(), gradient.down.weight.into_vec())
    }
    assert_eq!(run::<3, 1>(1, 3), run::<DYN, DYN>(1, 3));
    assert_eq!(run::<1, 3>(3, 1), run::<DYN, DYN>(3, 1));
    assert_eq!(run::<1, 1>(1, 1), run::<DYN, DYN>(1, 1));
}

/// A tie in a part that is not trained.
#[derive(Module, Clone)]
struct Part {
    first: Linear<DYN, DYN>,
    #[tie(weight = first.weight.fixed())]
    second: Linear<3, 3, Tied>,
}

#[differentiable]
impl Layer for Part {
    type Input = Tensor<DYN>;
    type Output = Tensor<3>;

    fn forward(&self, x: &Tensor<DYN>) -> Tensor<3> {
        self.second.forward(&self.first.forward(x).fixed())
    }
}

#[derive(Module, Clone)]
struct Outer {
    part: Frozen<Part>,
    last: Linear<3, 1>,
}

#[differentiable]
impl Outer {
    fn loss(&self, x: &Tensor<DYN>) -> f32 {
        self.last.forward(&self.part.forward(x)).sum()
    }
}

#[test]
fn a_tie_in_a_frozen_part() {
    let rng = &mut rng();
    let part = Part { first: Linear::new(3, 3, rng), second: Linear::new(3, 3, rng) };
    let net = Outer { part: Frozen::new(part), last: Linear::new(3, 1, rng) };
    let (_, gradient) = net.loss_and_grad(&Tensor::full([2, 3], 1.0));
    assert!(gradient.last.weight.as_slice().iter().any(|&d| d != 0.0));
}

#[cfg(feature = "safetensors")]
mod files {
    use super::*;

    /// A borrower that may be absent, with and without weights of its own.
    #[derive(Module, Clone, Debug, PartialEq)]
    struct Absent {
        embed: Embedding<5, 4>,
        #[tie(weight = embed.weight)]
        own: Option<Linear<4, 5, Tied>>,
        #[tie(weight = embed.weight)]
        nothing: Option<Linear<4, 5, Tied, NoBias>>,
    }

    #[test]
    fn an_absent_borrower_has_no_name_in_a_file() {
        let rng = &mut rng();
        let some = Absent {
            embed: Embedding::new(5, 4, rng),
            own: Some(Linear::new(4, 5, rng)),
            nothing: Some(Linear::new(4, 5, rng)),
        };
        assert_eq!(Absent::open_bytes(&some.to_bytes()).unwrap(), some);
        let without = Absent { own: None, ..some.clone() };
        assert_eq!(Absent::open_bytes(&without.to_bytes()).unwrap(), without);
        // No tensor and no name is its own.
        let error = Absent::open_bytes(&Absent { nothing: None, ..some }.to_bytes()).unwrap_err().to_string();
        assert!(error.contains("how many there are of `nothing`"), "{error}");
    }

    #[test]
    fn a_model_with_mixed_ties_opens() {
        let net = Mixed::<DYN, DYN, 3>::new([5, 4, 3]);
        let opened = Mixed::<5, DYN, DYN>::open_bytes(&net.to_bytes()).unwrap();
        assert_eq!(bits(&opened), bits(&net));
    }

    #[test]
    fn ties_that_do_not_fit_are_listed() {
        let written = Mixed::<DYN, DYN, DYN>::new([6, 4, 2]).to_bytes();
        let error = Mixed::<DYN, DYN, DYN>::open_bytes(&written).err().unwrap().to_string();
        let lines: Vec<&str> = error.lines().skip(1).map(str::trim).collect();
        let expected = [
            "`head.weight` has shape [5, 4] in the model, and is tied to `embed.weight` of shape [6, 4] in the file",
            "`back.weight` has shape [4, 5] in the model, and is tied to `embed.weight.t()` of shape [4, 6] in the file",
            "`table` has shape [5, DYN] in the model, and is tied to `embed.weight` of shape [6, 4] in the file",
            "`again.weight` has shape [4, 4, 3] in the model, and is tied to `conv.weight` of shape [4, 4, 2] in the file",
        ];
        assert_eq!(lines, expected);
        // An owner of another size is reported once.
        let error = Mixed::<5, DYN, 3>::open_bytes(&written).err().unwrap().to_string();
        assert_eq!(error.lines().count(), 3, "{error}");
    }
}
