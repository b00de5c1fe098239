//! Reads PyTorch's files, and compares ours with those that `tests/golden/checkpoints/check.py` loads into PyTorch.

use std::env;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use tiedw::prelude::*;

use crate::nets::{Albert, LanguageModel, SharedWeightNet, TiedAutoencoder, init, numbered, seq2seq};

fn golden(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/checkpoints");
    folder.join(format!("{name}.safetensors"))
}

/// Loads PyTorch's file into `start`, and compares the saved file with ours, which `BLESS=1` rewrites.
#[track_caller]
fn check<M: Module<Elem: Real> + Closed + Clone + PartialEq + Debug>(name: &str, start: M) {
    let loaded = check_load(name, start);

    let ours = golden(&format!("tiedw_{name}"));
    if env::var_os("BLESS").is_some() {
        loaded.save(&ours).unwrap();
    }
    assert!(loaded.to_bytes() == fs::read(&ours).unwrap(), "{} would change", ours.display());
}

#[track_caller]
fn check_load<M: Module<Elem: Real> + Closed + Clone + PartialEq + Debug>(name: &str, start: M) -> M {
    let expected = numbered(start.clone());
    let mut loaded = start;
    loaded.load(golden(&format!("pytorch_{name}"))).unwrap();
    assert_eq!(loaded, expected);
    loaded
}

#[test]
fn tied_layers() {
    check::<SharedWeightNet>("shared_weights", init());
}

#[test]
fn the_kept_name_is_the_tied_one() {
    check::<LanguageModel>("language_model", init());
}

#[test]
fn a_weight_and_its_transpose() {
    check::<TiedAutoencoder>("autoencoder", init());
    check_load::<TiedAutoencoder>("autoencoder_tied_name", init());
}

#[test]
fn ties_in_an_array_and_buffers() {
    check::<Albert>("albert", init());
}

#[test]
fn open_ties_and_lists() {
    check("seq2seq", seq2seq());
}

#[test]
fn other_number_types() {
    type Layer<E = f32> = WithElem<Linear<3, 2>, E>;
    let weight = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75];
    for name in ["pytorch_f16", "pytorch_bf16", "pytorch_f64"] {
        let mut layer: Layer = init();
        layer.load(golden(name)).unwrap();
        assert_eq!(layer.weight.as_slice(), weight.map(|number| number as f32));
        assert_eq!(layer.bias.as_slice(), [0.875, -1.0]);

        let mut precise: Layer<f64> = init();
        precise.load(golden(name)).unwrap();
        assert_eq!(precise.weight.as_slice(), weight);
    }
    let mut layer: Layer = init();
    let before = layer.clone();
    let error = layer.load(golden("pytorch_i32")).unwrap_err();
    assert!(error.to_string().contains("`weight` has elements of type I32 in the file"), "{error}");
    assert_eq!(layer, before);
}
