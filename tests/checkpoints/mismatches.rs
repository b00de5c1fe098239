//! All mismatches are reported together, and nothing is loaded.

use tiedw::prelude::*;
use tiedw::state::Mismatch;

use crate::nets::{LanguageModel, SharedWeightNet, TiedAutoencoder, init};
use crate::tools::{file, mismatches, tensors};

#[test]
fn two_names_of_one_weight_that_differ() {
    let net: LanguageModel = init();
    let mut other = [1.0; 15];
    (other[3], other[7]) = (0.75, 1.125);
    let bytes = tensors(&[("lm_head.weight", &[5, 3], &[1.0; 15]), ("wte.weight", &[5, 3], &other)]);
    let (first, second) = ("lm_head.weight".to_owned(), "wte.weight".to_owned());
    assert_eq!(mismatches(&net, &bytes), [Mismatch::Conflict { first, second, largest_difference: 0.25 }]);
    let error = net.clone().load_bytes(&bytes).unwrap_err().to_string();
    let text = "`lm_head.weight` and `wte.weight` are one weight, and differ in the file by up to 0.25";
    assert!(error.contains(text), "{error}");
}

#[test]
fn a_weight_that_is_not_the_transpose() {
    let weight = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let bytes = tensors(&[
        ("decoder.bias", &[4], &[0.0; 4]),
        ("decoder.weight", &[4, 2], &weight),
        ("encoder.bias", &[2], &[0.0; 2]),
        ("encoder.weight", &[2, 4], &weight),
    ]);
    let [Mismatch::Conflict { largest_difference, .. }] = &mismatches(&init::<TiedAutoencoder>(), &bytes)[..]
    else {
        panic!("one conflict");
    };
    assert_eq!(*largest_difference, 3.0);
}

#[test]
fn all_at_once() {
    let net: TiedAutoencoder = init();
    let data = [0; 8 * 4 + 3 * 4 + 4];
    let header = r#"{
        "encoder.weight": {"dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32]},
        "encoder.bias": {"dtype": "I32", "shape": [2], "data_offsets": [32, 40]},
        "extra": {"dtype": "F32", "shape": [2, 1], "data_offsets": [40, 48]}
    }"#;
    let found = mismatches(&net, &file(header, &data));
    let expected = [
        Mismatch::Shape { name: "encoder.weight".into(), expected: vec![2, 4], found: vec![4, 2] },
        Mismatch::Type { name: "encoder.bias".into(), found: "I32".into() },
        Mismatch::Missing { name: "decoder.bias".into(), shape: vec![4] },
        Mismatch::Unexpected { name: "extra".into(), shape: vec![2, 1] },
    ];
    assert_eq!(found, expected);
    let error = net.clone().load_bytes(&file(header, &data)).unwrap_err();
    let lines = [
        "the file does not fit the model",
        "  `encoder.weight` has shape [2, 4] in the model, [4, 2] in the file",
        "  `encoder.bias` has elements of type I32 in the file, which is not a supported floating-point type",
        "  `decoder.bias` of shape [4] is not in the file",
        "  `extra` of shape [2, 1] is not in the model",
    ];
    assert_eq!(error.to_string(), lines.join("\n"));
}

#[test]
fn the_shape_under_a_tied_name() {
    let net: TiedAutoencoder = init();
    let bytes = tensors(&[
        ("decoder.bias", &[4], &[0.0; 4]),
        ("decoder.weight", &[2, 4], &[0.0; 8]),
        ("encoder.bias", &[2], &[0.0; 2]),
    ]);
    let [Mismatch::Shape { name, expected, found }] = &mismatches(&net, &bytes)[..] else {
        panic!("one shape")
    };
    assert_eq!((name.as_str(), &expected[..], &found[..]), ("decoder.weight", &[4, 2][..], &[2, 4][..]));
}

#[test]
fn numbers_that_are_none() {
    let mut net: SharedWeightNet = init();
    let bits = 0x7fa0_0001; // A signalling one, whose bits a conversion would change.
    net.fc1.weight[(0, 1)] = f32::from_bits(bits);
    net.fc1.bias[1] = f32::NEG_INFINITY;
    let mut loaded: SharedWeightNet = init();
    loaded.load_bytes(&net.to_bytes()).unwrap();
    assert_eq!(loaded.fc1.weight[(0, 1)].to_bits(), bits);
    assert_eq!(loaded.fc1.bias[1], f32::NEG_INFINITY);

    let nan = [f32::NAN; 6];
    let both = |second: &[f32]| {
        tensors(&[
            ("fc1.bias", &[2], &[0.0; 2]),
            ("fc1.weight", &[2, 3], &nan),
            ("fc2.weight", &[2, 3], second),
        ])
    };
    loaded.load_bytes(&both(&nan)).unwrap();
    assert!(loaded.fc1.weight.as_slice().iter().all(|number| number.is_nan()));
    let [Mismatch::Conflict { largest_difference, .. }] =
        &mismatches(&init::<SharedWeightNet>(), &both(&[0.0; 6]))[..]
    else {
        panic!("one conflict");
    };
    assert!(largest_difference.is_nan());
}
