use tiedw::prelude::*;

use crate::golden::{Golden, close};
use crate::run::{golden, rng};

#[derive(Module, Clone, Debug, PartialEq)]
struct Net {
    encoder: Linear<6, 4>,
    norm: LayerNorm<4>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<4, 6, Tied>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<6>) -> f32 {
        let code = self.norm.forward(&self.encoder.forward(x)).tanh();
        mse_loss(&self.decoder.forward(&code), x)
    }
}

/// Runs three steps, and compares the losses and weights.
fn check(case: &str, mut step: impl FnMut(&mut Net, &mut Net)) -> Golden {
    let start = golden!("optimizers", "start");
    let x = golden!("optimizers", "x");
    let case = golden!("optimizers", case);
    let mut net = start.load(Net::init(&mut rng()));
    let x: Tensor<6> = x.itself();
    for (index, expected) in case.at("losses").floats().into_iter().enumerate() {
        let (loss, mut gradient) = net.loss_and_grad(&x);
        assert!(close(loss, expected, 1e-6), "loss {loss} at step {index} here, {expected} in PyTorch");
        step(&mut net, &mut gradient);
    }
    case.at("weights").check_module(&net);
    case
}

#[test]
fn adam_w() {
    let mut adam = AdamW::new(1e-2);
    check("adam_w", |net, gradient| adam.step(net, gradient));
    let mut adam = AdamW::new(1e-2)
        .weight_decay(0.3)
        .decay_where(|name| !name.contains("bias") && !name.contains("norm"));
    check("adam_w_groups", |net, gradient| adam.step(net, gradient));
}

#[test]
fn lion() {
    let mut lion = Lion::new(1e-2).weight_decay(0.3);
    check("lion", |net, gradient| lion.step(net, gradient));
}

#[test]
fn rms_prop() {
    for (case, mut optimizer) in [
        ("rms_prop", RmsProp::new(1e-2).weight_decay(0.1)),
        ("rms_prop_momentum", RmsProp::new(1e-2).momentum(0.9).alpha(0.9)),
        ("rms_prop_centered", RmsProp::new(1e-2).centered(true).eps(1e-3)),
        ("rms_prop_both", RmsProp::new(1e-2).centered(true).momentum(0.5).eps(1e-3)),
    ] {
        check(case, |net, gradient| optimizer.step(net, gradient));
    }
}

#[test]
fn clipped() {
    let mut sgd = Sgd::new(0.1);
    let mut norms = Vec::new();
    let case = check("clip_norm", |net, gradient| {
        norms.push(clip_grad_norm(gradient, 0.5));
        sgd.step(net, gradient);
    });
    for (ours, expected) in norms.into_iter().zip(case.at("norms").floats()) {
        assert!(close(ours as f32, expected, 0.0), "a norm of {ours} here, {expected} in PyTorch");
    }
    check("clip_value", |net, gradient| {
        clip_grad_value(gradient, 0.1);
        sgd.step(net, gradient);
    });
}

#[test]
fn averaged() {
    let mut sgd = Sgd::new(0.1);
    let mut average = None;
    let case = check("average", |net, gradient| {
        let average = average.get_or_insert_with(|| ExponentialMovingAverage::new(net, 0.9));
        sgd.step(net, gradient);
        average.update(net);
    });
    let average: Net = average.unwrap().into_module();
    case.at("average").check_module(&average);
    assert_eq!(average.view().decoder.weight[(0, 1)], average.encoder.weight[(1, 0)]);
}

#[test]
fn schedules() {
    fn check(case: &str, schedule: impl Schedule) {
        let rates: Vec<f32> = (0..20).map(|step| schedule.lr(step) as f32).collect();
        golden!("schedules", case).check(&rates, &[20], 1e-7);
    }
    check("cosine", Cosine::new(0.4, 20).last(0.1));
    check("step", StepDecay::new(0.4, 6, 0.3));
    check("one_cycle", OneCycle::new(0.4, 20));
    check("warm_up", Cosine::new(0.4, 16).last(0.1).warm_up(4));
}

#[derive(Module, Clone)]
struct Blocks {
    first: Linear<3, 3>,
    second: Linear<3, 3>,
}

#[differentiable]
impl Blocks {
    fn loss(&self, x: &Tensor<3>, uses_first: bool, uses_second: bool) -> f32 {
        let mut h = x.clone();
        if uses_first {
            h = self.first.forward(&h).tanh();
        }
        if uses_second {
            h = self.second.forward(&h).tanh();
        }
        mse_loss(&h, x)
    }
}

/// Runs steps in which a block is not used, with a new gradient for each step, and with one that is reused.
fn check_unused<O: Clone>(case: &str, optimizer: O, step: impl Fn(&mut O, &mut Blocks, &Blocks)) {
    let uses = golden!("unused", "uses").flags();
    let x: Tensor<3> = golden!("unused", "x").itself();
    let case = golden!("unused", case);
    for used_again in [false, true] {
        let mut net = golden!("unused", "start").load(Blocks::init(&mut rng()));
        let (mut optimizer, mut gradient) = (optimizer.clone(), net.zeros_like());
        for (uses, expected) in uses.chunks(2).zip(case.at("losses").floats()) {
            let loss = if used_again {
                gradient.zero_grad();
                net.loss_and_accumulate(&mut gradient, &x, uses[0], uses[1])
            } else {
                let loss;
                (loss, gradient) = net.loss_and_grad(&x, uses[0], uses[1]);
                loss
            };
            assert!(close(loss, expected, 1e-6), "{loss}, PyTorch: {expected}");
            step(&mut optimizer, &mut net, &gradient);
        }
        case.at("weights").check_module(&net);
    }
}

#[test]
fn what_took_no_part_stays() {
    let sgd = Sgd::new(1e-2).momentum(0.9);
    check_unused("sgd", sgd.clone().weight_decay(0.1), Sgd::step);
    check_unused("nesterov", sgd.nesterov(true), Sgd::step);
    check_unused("adam", Adam::new(1e-2).weight_decay(0.1), Adam::step);
    check_unused("adam_w", AdamW::new(1e-2).weight_decay(0.3), AdamW::step);
    check_unused("lion", Lion::new(1e-2).weight_decay(0.3), Lion::step);
    let rms_prop = RmsProp::new(1e-2).centered(true).momentum(0.5).eps(1e-3).weight_decay(0.1);
    check_unused("rms_prop", rms_prop, RmsProp::step);
}
