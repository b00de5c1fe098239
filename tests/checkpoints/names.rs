//! A shared weight can be loaded under any of its names, and foreign names can be renamed.

use tiedw::prelude::*;

use crate::nets::{LanguageModel, SharedWeightNet, TiedAutoencoder, init, numbered};
use crate::tools::tensors;

#[test]
fn each_name_of_a_weight() {
    for (weight, bias) in [("fc1.weight", "fc2.bias"), ("fc2.weight", "fc1.bias"), ("fc2.weight", "fc2.bias")]
    {
        let mut net: SharedWeightNet = init();
        net.load_bytes(&tensors(&[(weight, &[2, 3], &[1.0; 6]), (bias, &[2], &[2.0; 2])])).unwrap();
        assert_eq!((net.fc1.weight.as_slice(), net.fc1.bias.as_slice()), (&[1.0; 6][..], &[2.0; 2][..]));
        assert_eq!(net.view().fc2.weight[(1, 2)], 1.0);
    }
}

#[test]
fn both_names_where_they_agree() {
    let mut net: TiedAutoencoder = init();
    let (weight, transposed) =
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 5.0, 2.0, 6.0, 3.0, 7.0, 4.0, 8.0]);
    let file = tensors(&[
        ("decoder.bias", &[4], &[0.0; 4]),
        ("decoder.weight", &[4, 2], &transposed),
        ("encoder.bias", &[2], &[0.0; 2]),
        ("encoder.weight", &[2, 4], &weight),
    ]);
    net.load_bytes(&file).unwrap();
    assert_eq!(net.encoder.weight.as_slice(), weight);
    assert_eq!(net.view().decoder.weight[(3, 0)], 4.0);
}

#[test]
fn renamed() {
    let mut net: LanguageModel = init();
    let values: Vec<f32> = (0..15).map(|number| number as f32).collect();
    let file = tensors(&[("model.token_embedding", &[3, 5], &values)]);
    let options = LoadOptions::new().prefix("model.").rename(|name| match name {
        "token_embedding" => "wte.weight.t()".into(),
        other => other.into(),
    });
    options.load_bytes(&mut net, &file).unwrap();
    assert_eq!(net.wte.weight.as_slice()[..4], [0.0, 5.0, 10.0, 1.0]);

    // Two transpositions cancel out.
    let mut net: TiedAutoencoder = init();
    let expected = numbered(net.clone());
    let own = String::from_utf8_lossy(&expected.to_bytes()).into_owned();
    assert!(own.contains("\"decoder.weight\":\"encoder.weight.t()\""), "{own}");
    let rename = |name: &str| match name {
        "encoder.weight" => "decoder.weight.t()".into(),
        other => other.into(),
    };
    LoadOptions::new().rename(rename).load_bytes(&mut net, &expected.to_bytes()).unwrap();
    assert_eq!(net, expected);
}

type Attention = MultiHeadAttention<4, 2, 2>;

/// The stacked projections of PyTorch's attention.
fn stacked(name: &str) -> Option<Vec<String>> {
    let (kind, suffix) = match name.strip_prefix("in_proj_")? {
        "weight_t" => ("weight", ".t()"),
        kind => (kind, ""),
    };
    Some(["query", "key", "value"].map(|part| format!("{part}.{kind}{suffix}")).into())
}

#[test]
fn split() {
    let weight: Vec<f32> = (0..8 * 4).map(|number| number as f32).collect();
    let transposed: Vec<f32> = (0..8 * 4).map(|at| weight[at % 8 * 4 + at / 8]).collect();
    for (name, shape, values) in
        [("in_proj_weight", [8, 4], &weight), ("in_proj_weight_t", [4, 8], &transposed)]
    {
        let mut attention: Attention = init();
        let out_proj = attention.out_proj.clone();
        let bias: Vec<f32> = (0..8).map(|number| -(number as f32)).collect();
        let file = tensors(&[
            (name, &shape, values),
            ("in_proj_bias", &[8], &bias),
            ("out_proj.weight", &[4, 4], out_proj.weight.as_slice()),
            ("out_proj.bias", &[4], out_proj.bias.as_slice()),
        ]);
        // Next to a transposed weight, a square weight must be marked explicitly as not transposed.
        let rename = |other: &str| match other {
            "out_proj.weight" if name.ends_with("_t") => "out_proj.weight.t().t()".into(),
            other => other.into(),
        };
        LoadOptions::new().rename(rename).split(stacked).load_bytes(&mut attention, &file).unwrap();
        assert_eq!(attention.query.weight.as_slice(), &weight[..16]);
        assert_eq!(attention.key.weight.as_slice(), &weight[16..24]);
        assert_eq!(attention.value.weight.as_slice(), &weight[24..]);
        assert_eq!(attention.query.bias.as_slice(), &bias[..4]);
        assert_eq!(attention.key.bias.as_slice(), &bias[4..6]);
        assert_eq!(attention.value.bias.as_slice(), &bias[6..]);
        assert_eq!(attention.out_proj, out_proj);
    }
}

#[test]
fn split_into_what_does_not_fit() {
    let attention: Attention = init();
    let own = [&attention.query, &attention.out_proj].map(|layer| layer.bias.as_slice());
    let refused = |split: &dyn Fn(&str) -> Option<Vec<String>>, length: usize| {
        let file =
            tensors(&[("in_proj_bias", &[length], &vec![0.0; length]), ("out_proj.bias", &[4], own[1])]);
        let mut loaded = attention.clone();
        let error = LoadOptions::new().lenient().split(split).load_bytes(&mut loaded, &file);
        assert!(loaded == attention || error.is_ok());
        error.map(|loaded| loaded.unexpected).map_err(|error| error.to_string())
    };
    // One line, and not one per part.
    let error = refused(&stacked, 12).unwrap_err();
    assert!(error.ends_with("\n  `in_proj_bias` has shape [8] in the model, [12] in the file"), "{error}");
    assert_eq!(error.lines().count(), 2, "{error}");
    // A part that does not exist, and an empty list of parts.
    for parts in [vec!["query.bias".to_owned(), "no.bias".to_owned()], vec![]] {
        let split = |name: &str| (name == "in_proj_bias").then(|| parts.clone());
        assert_eq!(refused(&split, 8), Ok(vec!["in_proj_bias".to_owned()]));
    }
}

#[test]
fn left_out() {
    let mut net: LanguageModel = init();
    let file = tensors(&[("wte.weight", &[5, 3], &[1.0; 15]), ("attn.mask", &[2], &[0.0; 2])]);
    assert!(net.load_bytes(&file).is_err());
    LoadOptions::new().ignore(|name| name.ends_with(".mask")).load_bytes(&mut net, &file).unwrap();
    assert_eq!(net.wte.weight.as_slice(), [1.0; 15]);
}

#[test]
fn lenient() {
    let mut net: SharedWeightNet = init();
    let bias = net.fc1.bias.clone();
    let file = tensors(&[("fc2.weight", &[2, 3], &[1.0; 6]), ("fc3.weight", &[1], &[0.0])]);
    let loaded = LoadOptions::new().lenient().load_bytes(&mut net, &file).unwrap();
    assert_eq!((loaded.missing, loaded.unexpected), (vec!["fc1.bias".into()], vec!["fc3.weight".into()]));
    assert_eq!((net.fc1.weight.as_slice(), &net.fc1.bias), (&[1.0; 6][..], &bias));

    // Other mismatches are still errors.
    let file = tensors(&[("fc2.weight", &[3, 2], &[1.0; 6])]);
    assert!(LoadOptions::new().lenient().load_bytes(&mut net, &file).is_err());
}

#[test]
fn the_count_of_batches_is_for_norms_alone() {
    let count = ("num_batches_tracked", &[][..], &[3.0][..]);
    let (zeros, ones) = ([0.0; 2], [1.0; 2]);
    let statistics = [("running_mean", &[2][..], &zeros[..]), ("running_var", &[2], &ones)];
    let parameters = [("weight", &[2][..], &ones[..]), ("bias", &[2], &zeros)];
    let mut norm: BatchNorm<2> = init();
    norm.load_bytes(&tensors(&[&statistics[..], &parameters, &[count]].concat())).unwrap();
    let mut norm: LayerNorm<2> = init();
    norm.load_bytes(&tensors(&parameters)).unwrap();
    assert!(norm.load_bytes(&tensors(&[&parameters[..], &[count]].concat())).is_err());
}

/// A block of GPT-2: the `Conv1D` of transformers has both weights as [inputs, outputs].
#[derive(Module, Clone, Debug, PartialEq)]
struct Block {
    attention: WithoutBias<Linear<2, 6>>,
    projection: WithoutBias<Linear<2, 2>>,
}

#[test]
fn a_square_weight_beside_transposes() {
    let values: Vec<f32> = (0..12).map(|number| number as f32).collect();
    let file =
        tensors(&[("c_attn.weight", &[2, 6], &values), ("c_proj.weight", &[2, 2], &[1.0, 2.0, 3.0, 4.0])]);
    let load = |projection: &'static str| {
        let mut block: Block = init();
        let before = block.clone();
        let rename = move |name: &str| match name {
            "c_attn.weight" => "attention.weight.t()".into(),
            _ => projection.into(),
        };
        let loaded = LoadOptions::new().rename(rename).load_bytes(&mut block, &file);
        assert!(loaded.is_ok() || block == before);
        loaded.map(|_| block.projection.weight.as_slice().to_vec())
    };
    assert_eq!(load("projection.weight.t()").unwrap(), [1.0, 3.0, 2.0, 4.0]);
    assert_eq!(load("projection.weight.t().t()").unwrap(), [1.0, 2.0, 3.0, 4.0]);
    let error = load("projection.weight").unwrap_err().to_string();
    let expected =
        "`c_proj.weight` is square, and the file holds other weights as transposes, as `c_attn.weight`";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_square_weight_beside_a_square_transpose() {
    let pair = || (init::<WithoutBias<Linear<2, 2>>>(), init::<WithoutBias<Linear<2, 2>>>());
    let file = numbered(pair()).to_bytes();
    let load = |second: &'static str| {
        let rename = move |name: &str| if name == "0.weight" { "0.weight.t()".into() } else { second.into() };
        LoadOptions::new().rename(rename).load_bytes(&mut pair(), &file)
    };
    let error = load("1.weight").unwrap_err().to_string();
    assert!(
        error.contains("`1.weight` is square, and the file holds other weights as transposes"),
        "{error}"
    );
    assert!(load("1.weight.t()").is_ok() && load("1.weight.t().t()").is_ok());
}
