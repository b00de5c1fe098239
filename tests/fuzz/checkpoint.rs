//! Loads arbitrary bytes into many networks and optimizers: a failed load changes nothing, a successful one
//! can be repeated.

use std::fs;

use tiedw::optim::OptimizerState;
use tiedw::prelude::*;
use tiedw::state::{Loaded, Mismatch, load_training, save_training};

use crate::nets::{NETS, Nets, numbered};

pub(crate) fn check(bytes: &[u8]) {
    NETS.with(|nets| all(nets, bytes));
}

fn all(nets: &Nets, bytes: &[u8]) {
    let is_file = model(&nets.everything, bytes);
    assert_eq!(model(&nets.shared_weights, bytes), is_file);
    if !is_file {
        return;
    }
    model(&nets.language_model, bytes);
    model(&nets.autoencoder, bytes);
    model(&nets.albert, bytes);
    model(&nets.seq2seq, bytes);
    model(&nets.precise, bytes);
    if contains(bytes, "optimizer_parts") {
        optimizers(&nets.everything, bytes);
        optimizers(&nets.shared_weights, bytes);
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Returns whether the bytes are a well-formed file, whatever its contents.
fn model<M: Module<Elem: Real> + Closed + Clone + PartialEq>(start: &M, bytes: &[u8]) -> bool {
    let strict = load(start, bytes, &LoadOptions::new());
    let lenient = load(start, bytes, &LoadOptions::new().lenient());
    match (strict, lenient) {
        (Ok((strict, left_out)), Ok((lenient, also_left_out))) => {
            assert_eq!((&left_out, &also_left_out), (&Loaded::default(), &Loaded::default()));
            assert_eq!(strict.to_bytes(), lenient.to_bytes());
        }
        (Err(_), Ok((_, left_out))) => assert_ne!(left_out, Loaded::default()),
        (Err(CheckpointError::Format(_)), Err(CheckpointError::Format(_))) => return false,
        (Err(CheckpointError::Mismatch(strict)), Err(CheckpointError::Mismatch(lenient))) => {
            // Compared as strings, because a mismatch may contain NaN, which does not equal itself.
            let strict: Vec<String> = strict.iter().map(Mismatch::to_string).collect();
            assert!(lenient.iter().all(|mismatch| strict.contains(&mismatch.to_string())));
        }
        (strict, lenient) => panic!("strict: {:?}, lenient: {:?}", strict.err(), lenient.err()),
    }
    let renamed = LoadOptions::new()
        .lenient()
        .prefix("model.")
        .rename(|name| name.replace('/', "."))
        .ignore(|name| name.starts_with('_'));
    drop(load(start, bytes, &renamed));
    true
}

/// Loads into a copy of `start`, and asserts the invariants of every load.
fn load<M: Module<Elem: Real> + Closed + Clone + PartialEq>(
    start: &M,
    bytes: &[u8],
    options: &LoadOptions<'_>,
) -> Result<(M, Loaded), CheckpointError> {
    let mut loaded = start.clone();
    match options.load_bytes(&mut loaded, bytes) {
        Ok(left_out) => {
            let saved = loaded.to_bytes();
            let mut again = numbered(start.clone());
            again.load_bytes(&saved).expect("what was saved can be loaded");
            assert_eq!(again.to_bytes(), saved);
            Ok((loaded, left_out))
        }
        Err(error) => {
            assert!(loaded == *start, "a failed load changed the module");
            assert!(!error.to_string().is_empty());
            Err(error)
        }
    }
}

fn optimizers<M: Module<Elem: Real> + Closed + Clone + PartialEq>(net: &M, bytes: &[u8]) {
    optimizer(net, bytes, || Adam::new(0.1), Adam::step);
    optimizer(net, bytes, || Sgd::new(0.1).momentum(0.9), Sgd::step);
    optimizer(net, bytes, || RmsProp::new(0.1).momentum(0.9).centered(true), RmsProp::step);
}

fn optimizer<M: Module<Elem: Real> + Closed + Clone + PartialEq, O: OptimizerState<M>>(
    net: &M,
    bytes: &[u8],
    new: impl Fn() -> O,
    step: impl Fn(&mut O, &mut M, &M),
) {
    if !contains(bytes, O::NAME) {
        return;
    }
    let (mut loaded, gradient) = (new(), net.zeros_like());
    step(&mut loaded, &mut net.clone(), &gradient);
    let before = loaded.to_bytes();
    if contains(bytes, "step\"") {
        training(net, bytes, &mut loaded, new());
        OptimizerCheckpoint::load_bytes(&mut loaded, &before, net).expect("what was saved can be loaded");
    }
    match OptimizerCheckpoint::load_bytes(&mut loaded, bytes, net) {
        Ok(()) => {
            let (saved, mut again) = (loaded.to_bytes(), new());
            OptimizerCheckpoint::load_bytes(&mut again, &saved, net).expect("what was saved can be loaded");
            assert_eq!(again.to_bytes(), saved);
            step(&mut loaded, &mut net.clone(), &gradient);
        }
        Err(error) => {
            assert_eq!(loaded.to_bytes(), before, "a failed load changed the optimizer");
            assert!(!error.to_string().is_empty());
        }
    }
}

/// Loads a training run, which is only possible from a file.
fn training<M: Module<Elem: Real> + Closed + Clone + PartialEq, O: OptimizerState<M>>(
    start: &M,
    bytes: &[u8],
    optimizer: &mut O,
    mut new: O,
) {
    let thread = format!("{:?}", std::thread::current().id());
    let path = std::env::temp_dir().join(format!("tiedw-fuzz-{}-{thread}", std::process::id()));
    fs::write(&path, bytes).expect("a folder for temporary files");
    let (mut net, before) = (start.clone(), optimizer.to_bytes());
    match load_training(&path, &mut net, optimizer) {
        Ok(step) => {
            save_training(&path, step, &net, optimizer).expect("the file can be replaced");
            let mut again = numbered(start.clone());
            let its_step = load_training(&path, &mut again, &mut new).expect("what was saved can be loaded");
            assert_eq!(its_step, step);
            assert_eq!((again.to_bytes(), new.to_bytes()), (net.to_bytes(), optimizer.to_bytes()));
        }
        Err(error) => {
            assert!(net == *start && optimizer.to_bytes() == before, "a failed load changed the run");
            assert!(!error.to_string().is_empty());
        }
    }
    fs::remove_file(&path).expect("the file is there");
}
