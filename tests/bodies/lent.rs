//! Arguments by mutable reference that are values.

use tiedw::prelude::*;

use crate::{check, check_input, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    steps: usize,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    gate: WithElem<Linear<3, 3>, f64>,
}

/// Adds the squares of a tensor to a sum, and counts.
#[differentiable]
fn tally<const F: usize, E: Element>(x: &Tensor<F, E>, sum: &mut E, count: &mut usize) {
    *sum += (x * x).sum();
    *count += 1;
}

#[differentiable]
impl Net {
    fn step(&self, x: &Numbers, state: &mut State) {
        state.h = (self.fc.forward(&state.h) + self.gate.forward(x)).tanh();
        state.steps += 1;
    }

    /// Returns the norm before, and leaves early.
    fn gated(&self, x: &Numbers, h: &mut Numbers, limit: usize) -> f64 {
        let before = h.sum();
        if limit == 0 {
            return before * 0.5;
        }
        *h = self.gate.forward(h).sigmoid() * x;
        before
    }

    fn collect(&self, x: &Numbers, outputs: &mut Vec<Numbers>) {
        for _ in 0..2 {
            let h = match outputs.last() {
                Some(last) => self.fc.forward(last).tanh(),
                None => self.fc.forward(x),
            };
            outputs.push(h);
        }
    }

    /// Passes on what it was lent.
    fn twice(&self, x: &Numbers, state: &mut State) -> f64 {
        self.step(x, state);
        self.step(&(x * 2.0), &mut *state);
        state.h.mean()
    }

    fn checked(&self, x: &Numbers, h: &mut Numbers) -> Option<f64> {
        let size = self.bounded(x)?;
        *h = &*h * size;
        Some(size)
    }

    fn bounded(&self, x: &Numbers) -> Option<f64> {
        if x.rows() > 0 { Some(self.gate.forward(x).mean()) } else { None }
    }

    fn loss(&self, x: &Numbers) -> f64 {
        let mut state = State { h: x.clone(), steps: 0 };
        let mut total = self.twice(x, &mut state);
        for _ in 0..2 {
            self.step(x, &mut state);
        }
        let mut h = state.h.clone();
        total += self.gated(x, &mut h, 1);
        total += self.gated(x, &mut h, state.steps - 4);
        let mut outputs = Vec::new();
        self.collect(&h, &mut outputs);
        self.collect(&h, &mut outputs);
        self.gated(x, &mut outputs[1], 2);
        let (mut sum, mut count) = (0.0, 0);
        for output in &outputs {
            tally(output, &mut sum, &mut count);
        }
        total += self.checked(x, &mut state.h).unwrap_or(1.0);
        total + sum / count as f64 + state.h.sum()
    }

    fn lent_loss(&self, x: &Numbers, state: &mut State) -> f64 {
        self.step(x, state);
        state.h.sum()
    }
}

#[test]
fn gradients_flow_through_values_by_mutable_reference() {
    let (net, x) = (Net::init(&mut rng(120)), uniform(2, 121));
    let (loss, pullback) = net.loss_vjp(&x);
    assert_eq!(loss, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    check_input(&x, |x| net.loss(x), pullback(1.0, &mut net.zeros_like(), [true]).0);
}

#[test]
fn a_loss_changes_what_it_was_lent() {
    let (net, x) = (Net::init(&mut rng(122)), uniform(2, 123));
    let start = State { h: x.clone(), steps: 0 };
    check(&net, |net| net.lent_loss_and_grad(&x, &mut start.clone()));
    let (mut state, mut other) = (start.clone(), start);
    net.lent_loss_and_grad(&x, &mut state);
    net.lent_loss(&x, &mut other);
    assert!(state.h == other.h && state.steps == 1);
}
