//! Runs one model: the loss, its gradients, and four optimizer steps.

use tiedw::prelude::*;

use crate::golden::{Golden, close};

/// The vocabulary size of the models, and the context length of a language model.
pub(crate) const VOCABULARY: usize = 11;
pub(crate) const CONTEXT: usize = 5;

pub(crate) fn rng() -> rand::rngs::StdRng {
    rand::SeedableRng::seed_from_u64(0)
}

pub(crate) fn check<M: Module<Elem = f32>>(
    case: &Golden,
    model: M,
    logits: impl Fn(&M) -> Tensor<VOCABULARY>,
    loss_and_grad: impl Fn(&M, &Ids) -> (f32, M),
) {
    let target = case.ids("target");
    let mut model = case.at("weights").load(model);
    let y = logits(&model);
    case.at("logits").check_sums(y.as_slice(), y.shape());
    let (value, gradient) = loss_and_grad(&model, &target);
    case.at("value").check_number(value);
    case.at("gradients").check_module(&gradient);

    let steps = case.at("adam_w");
    let (first, second) = steps.betas();
    let mut adam = AdamW::new(steps.hyper("lr"))
        .betas(first, second)
        .eps(steps.hyper("eps"))
        .weight_decay(steps.hyper("weight_decay"));
    for (step, expected) in steps.at("losses").floats().into_iter().enumerate() {
        let (loss, gradient) = loss_and_grad(&model, &target);
        assert!(close(loss, expected, 1e-6), "loss {loss} at step {step} here, {expected} in PyTorch");
        adam.step(&mut model, &gradient);
    }
    steps.at("weights").check_module(&model);
}
