//! Sizes of parts of values in code that carries no gradient.

use tiedw::Value;
use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    seen: Vec<Numbers>,
    steps: usize,
}

#[derive(Module, Clone)]
struct Net {
    fc: Dense,
    cells: [Dense; 2],
}

#[differentiable]
impl Net {
    /// The start of a recurrence over a list.
    fn recurrent(&self, xs: &[Numbers]) -> f64 {
        let mut h = Tensor::zeros([xs[0].rows()]);
        let noise = Tensor::<3, f64>::full([xs.first().unwrap().rows()], 0.5);
        for (t, x) in xs.iter().enumerate() {
            let rows = xs[t].rows().min(xs[xs.len() - 1 - t].rows());
            h = (self.fc.forward(&(x + &h)) * rows as f64).tanh() + &noise;
        }
        h.sum()
    }

    fn arithmetic(&self, xs: &[Numbers]) -> f64 {
        let y = self.fc.forward(&xs[0]);
        assert!(xs[0].rows() % 2 == 0 && xs.len() % 2 == 1, "{} rows", xs[0].rows() % 5);
        let odd = xs[0].rows() % 3 + (y.rows() << 1) + (xs[1].rows() >> 1) + (xs[0].rows() & 6);
        let sizes = vec![xs[0].rows(), xs[xs.len() - 1].shape()[1]];
        let full = Tensor::<3, f64>::full([sizes[0]], 0.1);
        (y + full).sum() * odd as f64 * (sizes[1] as f64 - 0.5)
    }

    /// Nothing is asked for before its condition holds.
    fn lazy(&self, xs: &[Numbers]) -> f64 {
        let none: Vec<Numbers> = Vec::new();
        let is_wide = !none.is_empty() && none[0].rows() % 2 == 1 || xs[2].rows() % 2 == 0;
        let y = self.cells[0].forward(&xs[0]);
        if is_wide { y.sum() } else { y.mean() }
    }

    fn of_values(&self, state: &State, x: &Numbers) -> f64 {
        let state = State { h: self.fc.forward(x), ..state.clone() };
        let start = Tensor::<3, f64>::full([state.seen[state.steps % 2].rows()], 0.25);
        let ids = Ids::from_vec([state.h.rows() + state.seen[0].rows() % 2], vec![0; state.h.rows()]);
        let even = state.h.argmax().as_slice()[0] as usize % 2 == 0;
        let turn = (state.h.argmax().as_slice()[1] as usize + 1) % 2;
        let by = if even { 0.5 } else { 0.25 };
        ((state.h + start) * by).sum() * (turn as f64 + 1.0)
            + cross_entropy_loss(&self.cells[turn].forward(x), &ids)
    }

    /// A checkpoint is the value of a block, of a branch and of the body.
    fn ends(&self, x: &Numbers, deep: bool) -> f64 {
        let y = {
            let by = 0.5;
            #[checkpoint]
            {
                let y = self.fc.forward(x).tanh();
                y * by
            }
        };
        let z = if deep {
            #[checkpoint]
            self.cells[0].forward(&y)
        } else {
            y.clone()
        };
        #[checkpoint]
        match deep {
            true => (self.cells[1].forward(&z).tanh() * y).sum(),
            false => z.sum(),
        }
    }
}

#[test]
fn sizes_of_parts_are_data() {
    let xs: Vec<Numbers> = (0..3).map(|seed| uniform(2, 820 + seed)).collect();
    let net = Net::init(&mut rng(824));
    check(&net, |net| net.recurrent_and_grad(&xs));
    check(&net, |net| net.arithmetic_and_grad(&xs));
    check(&net, |net| net.lazy_and_grad(&xs));
    let state = State { h: xs[0].clone(), seen: xs.clone(), steps: 3 };
    check(&net, |net| net.of_values_and_grad(&state, &xs[2]));
}

#[test]
fn checkpoints_end_blocks() {
    let net = Net::init(&mut rng(825));
    for deep in [false, true] {
        check(&net, |net| net.ends_and_grad(&uniform(2, 826), deep));
    }
}
