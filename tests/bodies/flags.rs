//! `&=`, `|=` and `^=` of masks and flags that are computed from values.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

#[derive(Value, Clone)]
struct State {
    h: Tensor<3, f64>,
    seen: Mask<3>,
    found: bool,
}

#[differentiable]
fn look(state: &mut State, least: f64) {
    state.seen |= state.h.gt(least);
    state.found &= state.h.mean() > -1e9;
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
fn mark(seen: &mut Mask<3>, h: &Tensor<3, f64>) -> f64 {
    *seen ^= &h.lt(0.0);
    h.mean()
}

#[differentiable]
impl Net {
    fn in_loops(&self, x: &Tensor<3, f64>) -> f64 {
        let mut h = self.fc.forward(x);
        let (mut any, mut odd, mut all) = (false, false, true);
        let mut positive = h.gt(0.0);
        for step in 0..3 {
            h = self.fc.forward(&h).tanh();
            any |= h.sum() > 0.1;
            odd ^= step % 2 == 1;
            all &= h.is_finite().all() && h.mean() < 1.0;
            positive &= !h.gt(0.9) | h.lt(-0.5);
        }
        let flags = if any && all { 2.0 } else { 3.0 };
        let scale = if odd { 0.5 } else { 1.5 };
        positive.where_cond(&h, x).sum() * flags * scale
    }

    fn in_places(&self, x: &Tensor<3, f64>) -> f64 {
        let h = self.fc.forward(x);
        let mut state = State { seen: h.lt(-0.7), h: h.clone(), found: true };
        look(&mut state, 0.2);
        state.found &= state.h.sum() < 1e9;
        let mut masks = vec![h.gt(0.0), x.gt(0.0)];
        masks[1] |= &state.seen;
        masks[0] ^= h.is_nan();
        let mut bits = 5;
        bits &= 4 | masks.len();
        let first = mark(&mut state.seen, &h);
        let kept = state.seen.where_cond(&state.h, &masks[1].to_tensor());
        let factor = if state.found { bits as f64 } else { 0.0 };
        (kept * masks[0].to_tensor()).sum() * factor + first
    }
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::init(&mut rng(3)), uniform(4, 5));
    agree_all!(&net, (&x), in_loops in_loops_and_grad, in_places in_places_and_grad);
}
