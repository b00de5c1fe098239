//! Modules with sizes that are known at run time: the numbers of their twins with sizes in the type, bit for bit.

#[path = "dynamic/layers.rs"]
mod layers;
#[path = "dynamic/memory.rs"]
mod memory;
#[path = "dynamic/mistakes.rs"]
mod mistakes;
#[path = "dynamic/mixed_ties.rs"]
mod mixed_ties;
#[path = "dynamic/modules.rs"]
mod modules;
#[path = "dynamic/whole_structs.rs"]
mod whole_structs;
#[path = "dynamic/whole_ties.rs"]
mod whole_ties;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn rng() -> StdRng {
    StdRng::seed_from_u64(3)
}

/// A language model whose head is its embedding, generic over its sizes.
#[derive(Module, Clone, Debug, PartialEq)]
struct Language<const V: usize, const D: usize> {
    embed: Embedding<V, D>,
    places: PositionalEmbedding<DYN, D>,
    blocks: Vec<Linear<D, D>>,
    norm: LayerNorm<D>,
    last: RmsNorm<D>,
    #[tie(weight = embed.weight)]
    head: Linear<D, V, Tied, NoBias>,
}

impl<const V: usize, const D: usize> Language<V, D> {
    fn new(ids: usize, features: usize, rng: &mut StdRng) -> Self {
        Language {
            embed: Embedding::new(ids, features, rng),
            places: PositionalEmbedding::new(5, features, rng),
            blocks: (0..2).map(|_| Linear::new(features, features, rng)).collect(),
            norm: LayerNorm::new(features).eps(1e-6),
            last: RmsNorm::new(features),
            head: Linear::new(features, ids, rng),
        }
    }
}

#[differentiable]
impl<const V: usize, const D: usize> Language<V, D> {
    fn logits(&self, ids: &Ids) -> Tensor<V> {
        let mut h = self.places.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            h = &h + &block.forward(&self.norm.forward(&h)).gelu();
        }
        self.head.forward(&self.last.forward(&h))
    }

    fn loss(&self, ids: &Ids, targets: &Ids) -> f32 {
        cross_entropy_loss(&self.logits(ids), targets)
    }
}

/// An autoencoder whose decoder is its encoder, transposed.
#[derive(Module, Clone, Debug, PartialEq)]
struct Autoencoder<const I: usize, const H: usize> {
    encoder: Linear<I, H>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<H, I, Tied>,
}

#[differentiable]
impl<const I: usize, const H: usize> Autoencoder<I, H> {
    fn loss(&self, x: &Tensor<I>) -> f32 {
        mse_loss(&self.decoder.forward(&self.encoder.forward(x).tanh()), x)
    }
}

/// The name, the shape and the elements of each parameter.
type Bits = Vec<(String, Vec<usize>, Vec<u32>)>;

fn bits<M: Module<Elem = f32>>(module: &M) -> Bits {
    let named = module.named_parameters();
    named
        .map(|(name, values)| {
            (name, values.shape().to_vec(), values.as_slice().iter().map(|x| x.to_bits()).collect())
        })
        .collect()
}

#[test]
fn a_tied_language_model_trains_to_the_same_bits() {
    let mut fixed = Language::<11, 6>::new(11, 6, &mut rng());
    let mut dynamic = Language::<DYN, DYN>::new(11, 6, &mut rng());
    let mut mixed = Language::<DYN, 6>::new(11, 6, &mut rng());
    assert_eq!(bits(&fixed), bits(&dynamic));
    let ids = Ids::from_vec([2, 5], vec![1, 4, 10, 0, 3, 3, 2, 9, 8, 7]);
    let targets = Ids::from_vec([2, 5], vec![4, 10, 0, 3, 2, 2, 9, 8, 7, 1]);
    let (mut of_fixed, mut of_dynamic, mut of_mixed) = (AdamW::new(1e-2), AdamW::new(1e-2), AdamW::new(1e-2));
    for _ in 0..4 {
        let (loss, gradient) = fixed.loss_and_grad(&ids, &targets);
        let (loss_of_dynamic, gradient_of_dynamic) = dynamic.loss_and_grad(&ids, &targets);
        let (loss_of_mixed, gradient_of_mixed) = mixed.loss_and_grad(&ids, &targets);
        assert_eq!([loss_of_dynamic.to_bits(), loss_of_mixed.to_bits()], [loss.to_bits(); 2]);
        assert_eq!(bits(&gradient), bits(&gradient_of_dynamic));
        of_fixed.step(&mut fixed, &gradient);
        of_dynamic.step(&mut dynamic, &gradient_of_dynamic);
        of_mixed.step(&mut mixed, &gradient_of_mixed);
        assert_eq!(bits(&fixed), bits(&dynamic));
        assert_eq!(bits(&fixed), bits(&mixed));
    }
    assert_eq!(dynamic.num_parameters(), Language::<11, 6>::new(11, 6, &mut rng()).num_parameters());
    assert_eq!(dynamic.logits(&ids).shape(), [2, 5, 11]);
}

#[test]
fn a_transposed_tie_has_the_same_bits_also_for_one_feature() {
    fn same<const I: usize, const H: usize>() {
        let fixed = Autoencoder::<I, H>::init(&mut rng());
        let mut rng = rng();
        let dynamic = Autoencoder::<DYN, DYN> {
            encoder: Linear::new(I, H, &mut rng),
            decoder: Linear::new(H, I, &mut rng),
        };
        let x: Vec<f32> = (0..3 * I).map(|at| (at as f32).sin()).collect();
        let (loss, gradient) = fixed.loss_and_grad(&Tensor::from_vec([3], x.clone()));
        let (again, of_dynamic) = dynamic.loss_and_grad(&Tensor::from_vec([3], x));
        assert_eq!(loss.to_bits(), again.to_bits());
        assert_eq!(bits(&gradient), bits(&of_dynamic));
    }
    same::<4, 3>();
    same::<5, 1>();
    same::<1, 5>();
    same::<1, 1>();
    same::<40, 30>();
}

/// Columns and classes of a file.
#[derive(Module, Clone)]
struct Classifier {
    hidden: Linear<DYN, 64>,
    head: Linear<64, DYN>,
}

#[differentiable]
impl Classifier {
    fn loss(&self, x: &Tensor<DYN>, classes: &Ids) -> f32 {
        cross_entropy_loss(&self.head.forward(&self.hidden.forward(x).relu()), classes)
    }
}

#[test]
fn a_classifier_of_a_table_learns() {
    let (columns, classes) = (3, 2);
    let mut rng = rng();
    let mut net =
        Classifier { hidden: Linear::new(columns, 64, &mut rng), head: Linear::new(64, classes, &mut rng) };
    let values: Vec<f32> = (0..30).map(|at| ((at * 7 % 11) as f32 - 5.0) / 5.0).collect();
    let labels: Vec<u32> = values.chunks(columns).map(|row| u32::from(row[0] > row[2])).collect();
    let (x, labels) = (Tensor::<DYN>::from_vec([10], values), Ids::from_vec([10], labels));
    let (first, _) = net.loss_and_grad(&x, &labels);
    let mut adam = Adam::new(1e-2);
    for _ in 0..60 {
        let (_, gradient) = net.loss_and_grad(&x, &labels);
        adam.step(&mut net, &gradient);
    }
    let last = net.loss(&x, &labels);
    assert!(last < 0.2 * first, "{first} to {last}");
}

#[test]
fn shapes_of_parameters() {
    let weight = Matrix::<DYN, 2>::from_vec(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!((weight.rows(), weight.columns()), (3, 2));
    assert_eq!(weight.shape(), [3, 2]);
    assert_eq!(weight[(2, 0)], 5.0);
    let weight = Matrix::<DYN, DYN>::from_shape_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(weight.view().t()[(2, 0)], 3.0);
    assert_eq!(weight.zeros_like().shape(), [2, 3]);
    assert_ne!(
        Matrix::<DYN, DYN>::from_shape_vec([2, 3], vec![0.0; 6]),
        Matrix::from_shape_vec([3, 2], vec![0.0; 6])
    );
    assert_eq!(size_of::<Matrix<DYN, DYN>>(), size_of::<Matrix<2, 3>>());
    let summary = Classifier::summary().to_string();
    assert!(summary.contains("[64, DYN]"), "{summary}");
}

#[test]
#[should_panic(expected = "Linear::new with 3 inputs: its type has 4")]
fn a_size_that_the_type_does_not_have() {
    let _: Linear<4, DYN> = Linear::new(3, 2, &mut rng());
}

#[test]
#[should_panic(expected = "a linear layer of 3 features of a tensor of shape [1, 4]")]
fn an_input_of_another_size() {
    let layer: Linear<DYN, 2> = Linear::new(3, 2, &mut rng());
    layer.forward(&Tensor::zeros([1, 4]));
}

#[test]
#[should_panic(expected = "a parameter of shape [DYN, 2] with shape [3, 4]")]
fn a_shape_that_the_type_does_not_have() {
    Matrix::<DYN, 2>::zeros_of([3, 4]);
}

#[test]
#[should_panic(expected = "5 elements do not say the sizes of a parameter of shape [DYN, 2]")]
fn elements_that_fill_no_rows() {
    Matrix::<DYN, 2>::from_vec(vec![0.0; 5]);
}

#[test]
#[cfg(feature = "safetensors")]
fn files_of_either_kind_load_into_the_other() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("sizes_of_either_kind.safetensors");
    let fixed = Language::<11, 6>::new(11, 6, &mut rng());
    fixed.save(&path).unwrap();
    let mut dynamic = Language::<DYN, DYN>::new(11, 6, &mut StdRng::seed_from_u64(8));
    dynamic.load(&path).unwrap();
    assert_eq!(bits(&fixed), bits(&dynamic));
    dynamic.save(&path).unwrap();
    let mut again = Language::<11, 6>::new(11, 6, &mut StdRng::seed_from_u64(9));
    again.load(&path).unwrap();
    assert_eq!(fixed, again);

    let before = Language::<DYN, DYN>::new(12, 6, &mut rng());
    let mut other = before.clone();
    let error = other.load(&path).unwrap_err().to_string();
    assert!(
        error.contains("embed.weight") && error.contains("[12, 6]") && error.contains("[11, 6]"),
        "{error}"
    );
    assert_eq!(before, other);
}

#[test]
#[should_panic(expected = "`head.weight` has shape [3, 64] in the model and [2, 64] in its gradient")]
fn a_gradient_of_another_size() {
    let of = |classes| Classifier {
        hidden: Linear::new(3, 64, &mut rng()),
        head: Linear::new(64, classes, &mut rng()),
    };
    let (mut net, gradient) = (of(3), of(2).zeros_like());
    Sgd::new(0.1).step(&mut net, &gradient);
}

#[test]
#[should_panic(expected = "a bias of 3 numbers for 4 outputs")]
fn a_bias_of_another_size_than_the_tied_weight() {
    let net = Autoencoder::<DYN, DYN> {
        encoder: Linear::new(4, 2, &mut rng()),
        decoder: Linear::new(2, 3, &mut rng()),
    };
    net.loss(&Tensor::zeros([1, 4]));
}

#[test]
fn the_state_of_an_optimizer_starts_anew_for_another_size() {
    let mut net = Classifier { hidden: Linear::new(3, 64, &mut rng()), head: Linear::new(64, 2, &mut rng()) };
    let x = Tensor::<DYN>::from_vec([1], vec![1.0, 2.0, 3.0]);
    let mut adam = Adam::new(1e-2);
    let (_, gradient) = net.loss_and_grad(&x, &Ids::from_vec([1], vec![1]));
    adam.step(&mut net, &gradient);
    net.head = Linear::new(64, 3, &mut rng());
    let (_, gradient) = net.loss_and_grad(&x, &Ids::from_vec([1], vec![2]));
    adam.step(&mut net, &gradient);
    assert!(net.loss(&x, &Ids::from_vec([1], vec![0])).is_finite());
}
