//! Models that are created from a file alone.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::state::Mismatch;

use crate::tools::{folder, tensors};

#[derive(Module, Clone, Debug, PartialEq)]
struct Block {
    norm: LayerNorm<DYN>,
    mix: [Linear<DYN, DYN>; 2],
    scale: Option<Vector<DYN>>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct LanguageModel {
    embed: Embedding<DYN, DYN>,
    blocks: Vec<Block>,
    norm: Frozen<LayerNorm<DYN>>,
    extra: Option<RmsNorm<DYN>>,
    #[tie(weight = embed.weight)]
    head: Linear<DYN, DYN, Tied>,
    #[module(skip)]
    steps: u64,
    #[module(skip, init = 0.25)]
    rate: f64,
}

fn language_model(vocabulary: usize, width: usize, blocks: usize) -> LanguageModel {
    let rng = &mut StdRng::seed_from_u64(1);
    let block = |index| Block {
        norm: LayerNorm::new(width),
        mix: [Linear::new(width, 2 * width, rng), Linear::new(2 * width, width, rng)],
        scale: (index % 2 == 0).then(|| Vector::from_vec(vec![0.5; width])),
    };
    LanguageModel {
        blocks: (0..blocks).map(block).collect(),
        embed: Embedding::new(vocabulary, width, rng),
        norm: Frozen::new(LayerNorm::new(width)),
        extra: None,
        head: Linear { weight: Tied::new(), bias: Vector::from_vec(vec![0.125; vocabulary]) },
        steps: 0,
        rate: 0.25,
    }
}

#[track_caller]
fn refused<M: Checkpoint + tiedw::module::FromShapes>(bytes: &[u8]) -> Vec<Mismatch> {
    match M::open_bytes(bytes) {
        Err(CheckpointError::Mismatch(mismatches)) => mismatches,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
fn sizes_lengths_and_presence_are_in_the_file() {
    let path = folder("open").join("model.safetensors");
    for (vocabulary, width, blocks) in [(7, 4, 3), (2, 1, 12), (1, 5, 0)] {
        let model = language_model(vocabulary, width, blocks);
        model.save(&path).unwrap();
        assert_eq!(LanguageModel::open(&path).unwrap(), model);
    }
    let mut other = language_model(7, 4, 1);
    (other.extra, other.norm.weight[0]) = (Some(RmsNorm::new(3)), 9.0);
    assert_eq!(LanguageModel::open_bytes(&other.to_bytes()).unwrap(), other);
}

#[test]
fn settings_and_skipped_fields_have_their_defaults() {
    let mut model = language_model(3, 2, 1);
    (model.steps, model.rate, model.blocks[0].norm.eps, model.embed.padding_idx) = (9, 0.5, 1e-12, Some(1));
    let opened = LanguageModel::open_bytes(&model.to_bytes()).unwrap();
    assert_eq!((opened.steps, opened.rate), (0, 0.25));
    assert_eq!((opened.blocks[0].norm.eps, opened.embed.padding_idx), (1e-5, None));
}

#[test]
fn settings_of_all_parts_of_one_type() {
    let mut opened = LanguageModel::open_bytes(&language_model(3, 2, 2).to_bytes()).unwrap();
    opened.for_each(|norm: &mut LayerNorm<DYN>| norm.eps = 1e-12);
    assert_eq!([opened.blocks[0].norm.eps, opened.blocks[1].norm.eps, opened.norm.eps], [1e-12; 3]);
    let mut found = Vec::new();
    opened.for_each(|block: &mut Block| found.push(block.scale.is_some()));
    assert_eq!(found, [true, false]);
    let mut count = [0; 4];
    opened.for_each(|_: &mut Linear<DYN, DYN>| count[0] += 1);
    opened.for_each(|_: &mut Linear<DYN, DYN, Tied>| count[1] += 1);
    opened.for_each(|_: &mut LanguageModel| count[2] += 1);
    opened.for_each(|_: &mut Vector<DYN>| count[3] += 1);
    // A vector in each norm and linear layer, and in the scale of a block and the head.
    assert_eq!(count, [4, 1, 1, 2 * 3 + 4 + 2]);
}

#[test]
fn an_opened_model_trains() {
    let model = language_model(5, 3, 2);
    let mut opened = LanguageModel::open_bytes(&model.to_bytes()).unwrap();
    let mut gradient = opened.zeros_like();
    gradient.view_mut().head.weight.add((4, 2), 1.0);
    Sgd::new(1.0).step(&mut opened, &gradient);
    assert_eq!(opened.embed.weight[(4, 2)], model.embed.weight[(4, 2)] - 1.0);
    assert_eq!(opened.blocks, model.blocks);
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Autoencoder<const CODE: usize> {
    encoder: Linear<DYN, CODE>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<CODE, DYN, Tied>,
}

#[test]
fn a_weight_is_found_under_the_name_of_its_tie() {
    let file = |name: &str, shape: &[usize]| {
        tensors(&[
            (name, shape, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            ("encoder.bias", &[2], &[0.0; 2]),
            ("decoder.bias", &[3], &[0.0; 3]),
        ])
    };
    let own = Autoencoder::<2>::open_bytes(&file("encoder.weight", &[2, 3])).unwrap();
    assert_eq!((own.encoder.weight.shape().to_vec(), own.encoder.weight[(1, 0)]), (vec![2, 3], 4.0));
    let tied = Autoencoder::<2>::open_bytes(&file("decoder.weight", &[3, 2])).unwrap();
    assert_eq!((tied.encoder.weight.shape().to_vec(), tied.encoder.weight[(1, 0)]), (vec![2, 3], 2.0));
    let [Mismatch::Shape { name, expected, found }] =
        &refused::<Autoencoder<2>>(&file("decoder.weight", &[2, 3]))[..]
    else {
        panic!()
    };
    assert_eq!((&name[..], &expected[..], &found[..]), ("decoder.weight", &[DYN, 2][..], &[2, 3][..]));
}

#[test]
fn fixed_sizes_are_checked() {
    let found =
        refused::<Linear<DYN, 3>>(&Linear::<2, 4>::new(2, 4, &mut StdRng::seed_from_u64(0)).to_bytes());
    let shape = |name: &str, expected: Vec<usize>, found: Vec<usize>| Mismatch::Shape {
        name: name.to_owned(),
        expected,
        found,
    };
    assert_eq!(found, [shape("weight", vec![3, DYN], vec![4, 2]), shape("bias", vec![3], vec![4])]);
}

#[test]
fn the_parameters_of_a_layer_fit_each_other() {
    let linear =
        |bias: usize| tensors(&[("weight", &[2, 1], &[1.0, 2.0]), ("bias", &[bias], &vec![0.0; bias])]);
    assert!(Linear::<DYN, DYN>::open_bytes(&linear(2)).is_ok());
    let found = refused::<Linear<DYN, DYN>>(&linear(3));
    assert_eq!(found, [Mismatch::Shape { name: "bias".into(), expected: vec![2], found: vec![3] }]);

    // The weight is that of a tie.
    let mut model = language_model(4, 3, 1);
    model.head.bias = Vector::from_vec(vec![0.0; 6]);
    model.blocks[0].mix[1].bias = Vector::from_vec(vec![0.0]);
    let shape = |name: &str, expected: usize, found: usize| Mismatch::Shape {
        name: name.to_owned(),
        expected: vec![expected],
        found: vec![found],
    };
    assert_eq!(
        refused::<LanguageModel>(&model.to_bytes()),
        [shape("blocks.0.mix.1.bias", 3, 1), shape("head.bias", 4, 6)]
    );
}

#[test]
fn what_is_missing_is_listed_with_the_sizes_that_the_type_has() {
    let error = Linear::<DYN, 3>::open_bytes(&tensors(&[("other", &[1], &[0.0])])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file does not fit the model\n  \
         `weight` of shape [3, DYN] is not in the file\n  \
         `bias` of shape [3] is not in the file\n  \
         `other` of shape [1] is not in the model"
    );
    let other = tensors(&[("weight", &[3], &[0.0; 3]), ("bias", &[3], &[0.0; 3])]);
    let found = refused::<Linear<DYN, 3>>(&other);
    assert_eq!(found, [Mismatch::Shape { name: "weight".into(), expected: vec![3, DYN], found: vec![3] }]);
}

#[test]
fn lists_with_gaps() {
    let vector = |at: usize| (format!("{at}"), [at as f32]);
    let file = |indices: &[usize]| {
        let named: Vec<_> = indices.iter().map(|&at| vector(at)).collect();
        let named: Vec<_> = named.iter().map(|(name, value)| (&name[..], &[1][..], &value[..])).collect();
        tensors(&named)
    };
    let opened = Vec::<Vector<DYN>>::open_bytes(&file(&[0, 1, 2, 10, 11, 3, 4, 5, 6, 7, 8, 9])).unwrap();
    assert_eq!(
        opened.iter().map(|vector| vector[0]).collect::<Vec<_>>(),
        (0..12).map(|at| at as f32).collect::<Vec<_>>()
    );
    let missing = |name: &str| Mismatch::Missing { name: name.into(), shape: vec![DYN] };
    assert_eq!(refused::<Vec<Vector<DYN>>>(&file(&[0, 2, 3])), [missing("1")]);
    // No list without end, whatever the file says.
    let found = refused::<Vec<Vector<DYN>>>(&file(&[0, usize::MAX]));
    assert_eq!(found, [Mismatch::Unexpected { name: usize::MAX.to_string(), shape: vec![1] }]);
    let found = refused::<Vec<Vector<DYN>>>(&file(&[4_000_000_000]));
    assert_eq!(found, [Mismatch::Unexpected { name: "4000000000".into(), shape: vec![1] }]);
}

#[test]
fn shapes_that_no_memory_holds() {
    let huge = 1 << 45;
    let file = tensors(&[("weight", &[huge, 0], &[]), ("bias", &[0], &[])]);
    assert!(!refused::<Linear<DYN, DYN>>(&file).is_empty());
    let file = tensors(&[("weight", &[0, huge], &[]), ("bias", &[0], &[])]);
    assert!(!refused::<Linear<DYN, DYN>>(&file).is_empty());
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Tower {
    shared: Linear<DYN, DYN>,
    #[tie(shared)]
    steps: Vec<Tied<Linear<DYN, DYN>>>,
}

#[test]
fn the_length_of_a_list_of_ties() {
    let shared = Linear::new(2, 2, &mut StdRng::seed_from_u64(0));
    let mut tower = Tower { shared, steps: vec![Tied::new(); 3] };
    let file = tower.to_bytes();
    let found = refused::<Tower>(&file);
    assert_eq!(found, [Mismatch::Unknown { name: "steps".into() }]);
    assert!(found[0].to_string().contains("create the model and `load` the file"));
    tower.load_bytes(&file).unwrap();
    // The file of another program lists each of them.
    let (weight, bias) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0]);
    let names =
        ["shared", "steps.0", "steps.1"].map(|part| [format!("{part}.weight"), format!("{part}.bias")]);
    let named = names.iter().flat_map(|[of_weight, of_bias]| {
        [(&of_weight[..], &[2, 2][..], &weight[..]), (&of_bias[..], &[2][..], &bias[..])]
    });
    let opened = Tower::open_bytes(&tensors(&named.collect::<Vec<_>>())).unwrap();
    assert_eq!((opened.steps.len(), opened.shared.bias[1]), (2, 6.0));
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Attention {
    query: Linear<DYN, DYN>,
    key: Linear<DYN, 2>,
    value: Linear<DYN, DYN>,
}

#[test]
fn names_of_other_programs() {
    let numbers: Vec<f32> = (0..24).map(|at| at as f32).collect();
    let file = tensors(&[
        ("net.attn.weight", &[4, 6], &numbers),
        ("net.attn.bias", &[6], &numbers[..6]),
        ("net.mask", &[1], &[0.0]),
    ]);
    let options = || {
        LoadOptions::new().prefix("net.").rename(|name| name.replace("attn.", "")).split(|name| {
            let end = if name == "weight" { "weight.t()" } else { name };
            Some(["query", "key", "value"].map(|part| format!("{part}.{end}")).into())
        })
    };
    let opened: Attention = options().ignore(|name| name == "net.mask").open_bytes(&file).unwrap();
    let shapes = [&opened.query, &opened.value].map(|layer| layer.weight.shape().to_vec());
    assert_eq!(shapes, [[2, 4], [2, 4]]);
    assert_eq!((opened.query.weight[(1, 3)], opened.value.weight[(0, 2)]), (19.0, 16.0));
    assert_eq!((opened.key.bias[0], opened.value.bias[1]), (2.0, 5.0));
    // What the model does not have is an error, unless it was asked for.
    assert!(options().open_bytes::<Attention>(&file).is_err());
    assert_eq!(options().lenient().open_bytes::<Attention>(&file).unwrap(), opened);
    // What the file does not have is always one.
    let short = tensors(&[("net.attn.weight", &[4, 6], &numbers)]);
    assert!(options().lenient().open_bytes::<Attention>(&short).is_err());
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Tree {
    node: Linear<DYN, DYN, Own, NoBias>,
    children: Vec<Tree>,
}

#[test]
fn a_module_of_itself() {
    let rng = &mut StdRng::seed_from_u64(0);
    let mut tree =
        |width: usize, children: Vec<Tree>| Tree { node: Linear::new(width, width, rng), children };
    let leaves = vec![tree(1, vec![]), tree(2, vec![])];
    let children = vec![tree(3, vec![]), tree(4, leaves)];
    let root = tree(2, children);
    assert_eq!(Tree::open_bytes(&root.to_bytes()).unwrap(), root);
}

/// Layers of a file with one parameter of another size.
#[test]
fn every_layer_fits_itself() {
    use tiedw::layers::{Gru, Lstm};

    fn check<M: Checkpoint + tiedw::module::FromShapes>(layer: &M) {
        let mut all: Vec<_> = layer.named_parameters().chain(layer.named_buffers()).collect();
        let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        for changed in names {
            let shapes: Vec<(&str, Vec<usize>)> = all
                .iter()
                .map(|(name, parameter)| {
                    let mut shape = parameter.shape_in_files();
                    if *name == changed {
                        shape[0] += 1;
                    }
                    (&name[..], shape)
                })
                .collect();
            let values = |shape: &[usize]| vec![0.5; shape.iter().product()];
            let all: Vec<_> = shapes.iter().map(|(name, shape)| (*name, shape, values(shape))).collect();
            let all: Vec<_> =
                all.iter().map(|(name, shape, values)| (*name, &shape[..], &values[..])).collect();
            assert!(M::open_bytes(&tensors(&all)).is_err(), "{changed} of {}", std::any::type_name::<M>());
        }
    }

    let rng = &mut StdRng::seed_from_u64(0);
    check(&Linear::<DYN, DYN>::new(3, 4, rng));
    check(&LayerNorm::<DYN>::new(3));
    check(&Conv1d::<DYN, DYN, DYN>::new(2, 3, 4, rng));
    check(&Conv2d::<DYN, DYN, DYN>::new(2, 3, 2, rng));
    check(&BatchNorm::<DYN>::new(3));
    check(&GroupNorm::<2, DYN>::new(2, 4));
    check(&Lstm::<DYN, DYN>::new(2, 3, rng));
    check(&Gru::<DYN, DYN>::new(2, 3, rng));
    check(&MultiHeadAttention::<DYN, DYN>::new(6, 2, rng));
    check(&MultiHeadAttention::<DYN, DYN, DYN>::grouped(6, 3, 1, rng));
}

#[test]
fn names_without_end() {
    // Deep, and wide at each level.
    let deep = format!("{}node.weight", "children.0.".repeat(20_000));
    let error = Tree::open_bytes(&tensors(&[(&deep, &[1, 1], &[0.0])])).unwrap_err().to_string();
    assert!(error.len() < 1_000_000, "{}", error.len());

    let names: Vec<String> = (0..300).map(|at| format!("{at}.600.weight")).collect();
    let wide: Vec<_> = names.iter().map(|name| (&name[..], &[0, 0][..], &[][..])).collect();
    let error = Vec::<Vec<Linear<DYN, DYN>>>::open_bytes(&tensors(&wide)).unwrap_err().to_string();
    assert!(error.len() < 1_000_000, "{}", error.len());

    // Parameters that the file does not have are not larger than all that it has.
    use tiedw::layers::Lstm;
    let names: Vec<String> = (0..300).map(|at| format!("{at}.bias_ih")).collect();
    let mut all: Vec<_> = names.iter().map(|name| (&name[..], &[8][..], &[0.0; 8][..])).collect();
    all.push(("0.weight_hh", &[8, 2], &[0.0; 16]));
    assert!(Vec::<Lstm<DYN, DYN>>::open_bytes(&tensors(&all)).is_err());
    let all: Vec<_> = names.iter().map(|name| (&name[..], &[8][..], &[0.0; 8][..])).collect();
    assert!(Vec::<Lstm<3000, 3000>>::open_bytes(&tensors(&all)).is_err());
}

#[test]
fn a_lenient_load_does_not_shorten_a_model() {
    let file = tensors(&[("0", &[1], &[1.0]), ("9", &[1], &[2.0]), ("other", &[1], &[3.0])]);
    let lenient = LoadOptions::new().lenient();
    let error = lenient.open_bytes::<Vec<Vector<DYN>>>(&file).unwrap_err().to_string();
    assert!(error.contains("`9` of shape [1]") && !error.contains("other"), "{error}");
    // A file of another model.
    let error = lenient.open_bytes::<Vec<Linear<DYN, DYN>>>(&file).unwrap_err().to_string();
    assert!(error.contains("`other` of shape [1] is not in the model"), "{error}");
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Named {
    weight: Vector<DYN>,
    #[module(skip, init = shapes())]
    count: usize,
    #[module(skip, init = path())]
    other: usize,
}

fn shapes() -> usize {
    3
}
fn path() -> usize {
    4
}

#[test]
fn initializers_mean_the_users_names() {
    let named = Named { weight: Vector::from_vec(vec![1.0]), count: 3, other: 4 };
    assert_eq!(Named::open_bytes(&named.to_bytes()).unwrap(), named);
}

#[test]
#[should_panic = "a parameter of shape [DYN, DYN] with shape [3, 0]"]
fn rows_without_elements() {
    Linear::<DYN, DYN>::new(0, 3, &mut StdRng::seed_from_u64(0));
}
