//! Generates the seeds of the fuzzers, after the networks have changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tiedw::optim::OptimizerState;
use tiedw::prelude::*;
use tiedw::state::save_training;

use crate::nets::{NETS, numbered};

#[test]
#[ignore = "adds files to the corpora: `cargo test --test fuzz -- --ignored`"]
fn write_seeds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let checkpoints = corpus.join("checkpoint");
    fs::create_dir_all(&checkpoints).unwrap();
    for file in crate::files("tests/golden/checkpoints", 10) {
        if file.extension().is_some_and(|kind| kind == "safetensors") {
            fs::copy(&file, checkpoints.join(file.file_name().unwrap())).unwrap();
        }
    }
    NETS.with(|nets| {
        numbered(nets.everything.clone()).save(checkpoints.join("everything")).unwrap();
        numbered(nets.precise.clone()).save(checkpoints.join("f64")).unwrap();
        runs(&checkpoints, "shared_weights", numbered(nets.shared_weights.clone()));
        runs(&checkpoints, "everything", numbered(nets.everything.clone()));
    });

    let names = corpus.join("names");
    fs::create_dir_all(&names).unwrap();
    let files = NETS.with(|nets| [nets.everything.to_bytes(), nets.seq2seq.to_bytes()]);
    let known: BTreeSet<String> = files.iter().flat_map(|file| names_in(file)).collect();
    for (at, name) in known.iter().enumerate() {
        fs::write(names.join(format!("name_{at}")), name).unwrap();
    }
}

/// Returns the names in a file, including those in its metadata.
fn names_in(file: &[u8]) -> Vec<String> {
    let (length, rest) = file.split_first_chunk().unwrap();
    let header = String::from_utf8_lossy(&rest[..u64::from_le_bytes(*length) as usize]);
    header.split('"').filter(|text| text.contains('.')).map(str::to_owned).collect()
}

fn runs<M: Module<Elem: Real> + Closed + Clone>(folder: &Path, name: &str, net: M) {
    run(folder, &format!("{name}_adam"), net.clone(), Adam::new(0.1), Adam::step);
    run(folder, &format!("{name}_sgd"), net.clone(), Sgd::new(0.1).momentum(0.9), Sgd::step);
    let rms_prop = RmsProp::new(0.1).momentum(0.9).centered(true);
    run(folder, &format!("{name}_rms_prop"), net, rms_prop, RmsProp::step);
}

/// Writes the state of an optimizer after one step, and the training run.
fn run<M: Module<Elem: Real> + Closed + Clone, O: OptimizerState<M>>(
    folder: &Path,
    name: &str,
    mut net: M,
    mut optimizer: O,
    step: impl Fn(&mut O, &mut M, &M),
) {
    let gradient = numbered(net.zeros_like());
    step(&mut optimizer, &mut net, &gradient);
    OptimizerCheckpoint::save(&optimizer, folder.join(name)).unwrap();
    save_training(folder.join(format!("{name}_run")), 1, &net, &optimizer).unwrap();
}
