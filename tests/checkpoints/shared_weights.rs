//! Files that contradict the model, each other or themselves about a shared weight.

use std::fs;

use tiedw::prelude::*;
use tiedw::state::{LoadOptions, Mismatch, load_training, save_training};

use crate::nets::{LanguageModel, TiedAutoencoder, init, numbered};
use crate::tools::{file, folder, mismatches, tensors};

#[derive(Module, Clone, Debug, PartialEq)]
struct Transposed {
    a: WithoutBias<Linear<2, 2>>,
    #[tie(weight = a.weight.t())]
    b: Linear<2, 2, Tied, NoBias>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Plain {
    a: WithoutBias<Linear<2, 2>>,
    #[tie(weight = a.weight)]
    b: Linear<2, 2, Tied, NoBias>,
}

/// The tie mismatch of `b.weight`.
fn tie(expected: &str, found: &str) -> Mismatch {
    Mismatch::Tie { name: "b.weight".into(), expected: expected.into(), found: found.into() }
}

#[test]
fn the_transpose_of_a_square_weight() {
    let (transposed, plain): (Transposed, Plain) = (numbered(init()), numbered(init()));
    let (of_transposed, of_plain) = (transposed.to_bytes(), plain.to_bytes());
    assert!(String::from_utf8_lossy(&of_transposed).contains(r#""b.weight":"a.weight.t()""#));
    assert!(String::from_utf8_lossy(&of_plain).contains(r#""b.weight":"a.weight""#));
    let mut loaded: Transposed = init();
    loaded.load_bytes(&of_transposed).unwrap();
    assert_eq!(loaded, transposed);
    assert_eq!(mismatches(&init::<Transposed>(), &of_plain), [tie("a.weight.t()", "a.weight")]);
    assert_eq!(mismatches(&init::<Plain>(), &of_transposed), [tie("a.weight", "a.weight.t()")]);
    let error = init::<Plain>().load_bytes(&of_transposed).unwrap_err().to_string();
    assert!(error.contains("`b.weight` is `a.weight` in the model, `a.weight.t()` in the file"), "{error}");
    // To load it anyway, ignore the name.
    LoadOptions::new()
        .ignore(|name| name == "b.weight")
        .load_bytes(&mut init::<Plain>(), &of_transposed)
        .unwrap();
}

#[test]
fn a_run_says_it_too() {
    let path = folder("transposed_run").join("run");
    let state = Adam::new(0.1);
    save_training(&path, 1, &numbered::<Transposed>(init()), &state).unwrap();
    let (mut net, mut adam): (Plain, _) = (init(), Adam::new(0.1));
    let error = load_training(&path, &mut net, &mut adam).unwrap_err().to_string();
    assert!(error.contains("`b.weight` is `a.weight` in the model"), "{error}");
    assert_eq!(net, init());
    assert_eq!(load_training(&path, &mut init::<Transposed>(), &mut Adam::new(0.1)).unwrap(), 1);
}

/// The shape of a non-square weight is unambiguous, and older files were written without `.t()`.
#[test]
fn a_weight_that_is_not_square() {
    let net: TiedAutoencoder = numbered(init());
    let bytes = net.to_bytes();
    let new = r#""decoder.weight":"encoder.weight.t()""#;
    let old = r#""decoder.weight":"encoder.weight"    "#;
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let text = String::from_utf8(bytes[8..8 + header].to_vec()).unwrap();
    assert!(text.contains(new), "{text}");
    let mut loaded: TiedAutoencoder = init();
    loaded.load_bytes(&file(&text.replace(new, old), &bytes[8 + header..])).unwrap();
    assert_eq!(loaded, net);
}

const ONE: (&str, &[usize], &[f32]) = ("wte.weight", &[5, 3], &[1.0; 15]);
const TWO: (&str, &[usize], &[f32]) = ("lm_head.weight", &[5, 3], &[2.0; 15]);

#[track_caller]
fn conflict<T: std::fmt::Debug>(result: Result<T, CheckpointError>) -> (String, String) {
    match result {
        Err(CheckpointError::Mismatch(found)) => match &found[..] {
            [Mismatch::Conflict { first, second, largest_difference: 1.0 }] => {
                (first.clone(), second.clone())
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_that_are_loaded_together() {
    let folder = folder("shards");
    let paths = ["one", "two", "same"].map(|name| folder.join(name));
    let same = ("lm_head.weight", ONE.1, ONE.2);
    for (path, tensor) in paths.iter().zip([ONE, TWO, same]) {
        fs::write(path, tensors(&[tensor])).unwrap();
    }
    let [one, two, same] = &paths;
    let mut net: LanguageModel = init();
    for options in [LoadOptions::new(), LoadOptions::new().lenient()] {
        let (first, second) = conflict(options.load_files(&mut net, [one, two]));
        assert_eq!((first.as_str(), second.as_str()), ("wte.weight", "lm_head.weight"));
        // The same holds for a conflict under one name.
        conflict(options.load_files(&mut net, [two, same]));
        assert_eq!(net, init());
    }
    LoadOptions::new().load_files(&mut net, [one, same]).unwrap();
    assert_eq!(net.wte.weight.as_slice(), [1.0; 15]);
    let missing = LoadOptions::new().load_files(&mut net, [folder.join("no")]).unwrap_err();
    assert!(matches!(missing, CheckpointError::Io { .. }), "{missing}");
}

#[test]
fn files_that_are_loaded_one_after_the_other() {
    let options = LoadOptions::new().lenient();
    let mut net: LanguageModel = init();
    options.load_bytes(&mut net, &tensors(&[ONE])).unwrap();
    let (first, second) = conflict(options.load_bytes(&mut net, &tensors(&[TWO])));
    assert_eq!((first.as_str(), second.as_str()), ("wte.weight", "lm_head.weight"));
    assert_eq!(net.wte.weight.as_slice(), [1.0; 15]);
    // Equal values, a newer value under the same name, and another model are accepted.
    options.load_bytes(&mut net, &tensors(&[("lm_head.weight", ONE.1, ONE.2)])).unwrap();
    options.load_bytes(&mut net, &tensors(&[TWO])).unwrap();
    assert_eq!(net.wte.weight.as_slice(), [2.0; 15]);
    let mut other: LanguageModel = init();
    options.load_bytes(&mut other, &tensors(&[ONE])).unwrap();
    assert_eq!(other.wte.weight.as_slice(), [1.0; 15]);
}

#[test]
fn numbers_that_are_too_large() {
    let header = r#"{"bias": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]},
        "weight": {"dtype": "F64", "shape": [2, 1], "data_offsets": [16, 32]}}"#;
    let file = |elements: [f64; 4]| file(header, &elements.map(f64::to_le_bytes).concat());
    type Net<E = f32> = WithElem<Linear<1, 2>, E>;
    for number in [1e300, -1e300, 3.403e38] {
        let expected = Mismatch::OutOfRange { name: "weight".into(), number };
        let bytes = file([0.0, 0.0, 1.0, number]);
        assert_eq!(mismatches(&init::<Net>(), &bytes), [expected]);
        let mut precise: Net<f64> = init();
        precise.load_bytes(&bytes).unwrap();
        assert_eq!(precise.weight[(1, 0)], number);
    }
    let error = init::<Net>().load_bytes(&file([0.0, 1e300, 0.0, 0.0])).unwrap_err().to_string();
    assert!(error.contains("`bias` holds 1e300 in the file"), "{error}");
    // Infinities and NaN in the file are kept, and the largest finite value fits.
    let mut net: Net = init();
    net.load_bytes(&file([f64::INFINITY, f64::NAN, f32::MAX.into(), f64::NEG_INFINITY])).unwrap();
    assert_eq!((net.bias[0], net.weight.as_slice()), (f32::INFINITY, &[f32::MAX, f32::NEG_INFINITY][..]));
    assert!(net.bias[1].is_nan());
}
