//! A resumed training run continues bit for bit.

use tiedw::optim::OptimizerState;
use tiedw::prelude::*;
use tiedw::state::{load_training, save_training};

use crate::nets::{SharedWeightNet, init, numbered};
use crate::tools::folder;

type Net = SharedWeightNet;

fn step<O>(net: &mut Net, optimizer: &mut O, step: impl Fn(&mut O, &mut Net, &Net)) {
    let x = Tensor::from_vec([2], vec![0.5, -0.25, 0.125, 1.0, 0.75, -0.5]);
    let (_, gradient) = net.loss_and_grad(&x);
    step(optimizer, net, &gradient);
}

/// Saves after some steps, trains on, and trains on from the files with a new model and a new optimizer.
#[track_caller]
fn check<O: OptimizerState<Net>>(
    test: &str,
    new: impl Fn() -> O,
    rule: impl Fn(&mut O, &mut Net, &Net) + Copy,
) {
    let folder = folder(test);
    let (weights, state, run) = (folder.join("net"), folder.join("optimizer"), folder.join("run"));
    for steps in [0, 1, 5] {
        let (mut net, mut optimizer): (Net, O) = (init(), new());
        (0..steps).for_each(|_| step(&mut net, &mut optimizer, rule));
        net.save(&weights).unwrap();
        optimizer.save(&state).unwrap();
        save_training(&run, steps, &net, &optimizer).unwrap();
        (0..5).for_each(|_| step(&mut net, &mut optimizer, rule));

        let (mut resumed, mut its_optimizer): (Net, O) = (numbered(init()), new());
        // The previous state is discarded.
        step(&mut resumed, &mut its_optimizer, rule);
        resumed.load(&weights).unwrap();
        its_optimizer.load(&state, &resumed).unwrap();
        (0..5).for_each(|_| step(&mut resumed, &mut its_optimizer, rule));
        assert_eq!(resumed.to_bytes(), net.to_bytes(), "after {steps} steps");
        assert_eq!(its_optimizer.to_bytes(), optimizer.to_bytes(), "after {steps} steps");

        let (mut resumed, mut its_optimizer): (Net, O) = (numbered(init()), new());
        assert_eq!(load_training(&run, &mut resumed, &mut its_optimizer).unwrap(), steps);
        (0..5).for_each(|_| step(&mut resumed, &mut its_optimizer, rule));
        assert_eq!(resumed.to_bytes(), net.to_bytes(), "from one file, after {steps} steps");
    }
}

#[test]
fn sgd() {
    check("sgd", || Sgd::new(0.1), Sgd::step);
    check("sgd_momentum", || Sgd::new(0.1).momentum(0.9).nesterov(true), Sgd::step);
}

#[test]
fn adam() {
    check("adam", || Adam::new(0.01), Adam::step);
    check("adam_w", || AdamW::new(0.01).decay_where(|name| !name.ends_with("bias")), AdamW::step);
}

#[test]
fn lion() {
    check("lion", || Lion::new(0.01).weight_decay(0.1), Lion::step);
}

#[test]
fn rms_prop() {
    check("rms_prop", || RmsProp::new(0.01), RmsProp::step);
    check("rms_prop_all", || RmsProp::new(0.01).momentum(0.9).centered(true), RmsProp::step);
}

fn trained() -> (Net, Adam<Net>) {
    let (mut net, mut adam) = (init(), Adam::new(0.01));
    (0..3).for_each(|_| step(&mut net, &mut adam, Adam::step));
    (net, adam)
}

/// A file may contain any value.
#[test]
fn the_largest_count_of_steps() {
    let (mut net, mut adam) = trained();
    adam.set_steps(u64::MAX);
    let mut resumed = Adam::new(0.01);
    resumed.load_bytes(&adam.to_bytes(), &net).unwrap();
    step(&mut net, &mut resumed, Adam::step);
    assert_eq!(OptimizerState::<Net>::steps(&resumed), u64::MAX);
    assert!(net.fc1.weight.as_slice().iter().all(|weight| weight.is_finite()));
}

#[test]
fn pytorchs_names() {
    let (_, adam) = trained();
    let file = String::from_utf8_lossy(&adam.to_bytes()).into_owned();
    for name in ["exp_avg.fc1.weight", "exp_avg.fc1.bias", "exp_avg_sq.fc1.weight", "exp_avg_sq.fc1.bias"] {
        assert!(file.contains(&format!("\"{name}\":")), "{file}");
    }
    assert!(!file.contains("fc2"), "a shared weight has one moment: {file}");
}

#[test]
fn the_state_of_another_optimizer_or_model() {
    let (mut net, mut adam) = trained();
    let before = (net.to_bytes(), adam.to_bytes());
    let error = |result: Result<(), CheckpointError>| result.unwrap_err().to_string();
    let lion = Lion::<Net>::new(0.01).to_bytes();
    assert!(error(adam.load_bytes(&lion, &net)).contains("the state of Lion, not of Adam"));
    assert!(error(adam.load_bytes(&net.to_bytes(), &net)).contains("no state of an optimizer"));

    let (other, mut its_adam) = (init::<Linear<2, 2>>(), Adam::new(0.1));
    its_adam.step(&mut other.clone(), &other);
    let message = error(adam.load_bytes(&its_adam.to_bytes(), &net));
    assert!(message.contains("`exp_avg_sq.fc1.bias` of shape [2] is not in the file"), "{message}");
    assert!(message.contains("`exp_avg.weight` of shape [2, 2] is not in the model"), "{message}");

    let path = folder("other_run").join("run");
    save_training(&path, 3, &other, &its_adam).unwrap();
    let message = load_training(&path, &mut net, &mut adam).unwrap_err().to_string();
    assert!(message.contains("`fc1.bias` of shape [2] is not in the file"), "{message}");
    assert!(message.contains("`exp_avg.fc1.bias` of shape [2] is not in the file"), "{message}");
    other.save(&path).unwrap();
    assert!(load_training(&path, &mut net, &mut adam).is_err());
    assert_eq!((net.to_bytes(), adam.to_bytes()), before, "a failed load changes nothing");
}

#[test]
fn frozen_weights_have_no_moments() {
    #[derive(Module, Clone, Debug, PartialEq)]
    struct Tuned {
        base: Frozen<Linear<2, 2>>,
        head: Linear<2, 2>,
    }
    let mut net: Tuned = init();
    let mut adam = Adam::new(0.1);
    let gradient = net.zeros_like();
    adam.step(&mut net, &gradient);
    let mut resumed = Adam::new(0.1);
    resumed.load_bytes(&adam.to_bytes(), &net).unwrap();
    assert_eq!(resumed.to_bytes(), adam.to_bytes());
    let mut loaded = numbered(net.clone());
    loaded.load_bytes(&net.to_bytes()).unwrap();
    assert_eq!(loaded, net, "but they are saved");
}
