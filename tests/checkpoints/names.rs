//! Any name of a weight will do, and foreign names are renamed.

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
    let numbers: Vec<f32> = (0..15).map(|number| number as f32).collect();
    let file = tensors(&[("model.token_embedding", &[3, 5], &numbers)]);
    let options = LoadOptions::new().prefix("model.").rename(|name| match name {
        "token_embedding" => "wte.weight.t()".into(),
        other => other.into(),
    });
    options.load_bytes(&mut net, &file).unwrap();
    assert_eq!(net.wte.weight.as_slice()[..4], [0.0, 5.0, 10.0, 1.0]);

    // Two turns are none.
    let mut net: TiedAutoencoder = init();
    let expected = numbered(net.clone());
    let own = String::from_utf8_lossy(&expected.to_bytes()).into_owned();
    assert!(own.contains("\"decoder.weight\":\"encoder.weight\""), "{own}");
    let rename = |name: &str| match name {
        "encoder.weight" => "decoder.weight.t()".into(),
        other => other.into(),
    };
    LoadOptions::new().rename(rename).load_bytes(&mut net, &expected.to_bytes()).unwrap();
    assert_eq!(net, expected);
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

    // Other differences are errors still.
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
