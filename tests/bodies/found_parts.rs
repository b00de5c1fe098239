//! Parts of the module with a written type, or that a `match` finds and another arm leaves.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    scale: Option<Vector<4, f64>>,
    w: Vector<4, f64>,
    fc: Square,
    blocks: Vec<Square>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        scale: Some([0.5, 1.0, 2.0, -0.3].into()),
        w: [0.5, 1.5, 2.0, -0.3].into(),
        fc: Init::init(rng),
        blocks: (0..3).map(|_| Init::init(rng)).collect(),
    }
}

#[differentiable]
impl Net {
    fn typed_opt(&self, x: &Numbers) -> f64 {
        let scale: Option<&Vector<4, f64>> = self.scale.as_ref();
        let h = self.fc.forward(x);
        match scale {
            Some(s) => (h * s).sum(),
            None => h.sum(),
        }
    }

    fn typed_opt_if(&self, x: &Numbers) -> f64 {
        let scale: Option<&Vector<4, f64>> = self.scale.as_ref();
        let mut h = self.fc.forward(x);
        if let Some(s) = scale {
            h = h * s;
        }
        h.sum()
    }

    fn typed_opt_map(&self, x: &Numbers) -> f64 {
        let scale: Option<&Vector<4, f64>> = self.scale.as_ref();
        let h = self.fc.forward(x);
        let y = scale.map(|s| &h * s).unwrap_or(h.clone());
        y.sum()
    }

    fn typed_opt_block(&self, x: &Numbers) -> f64 {
        let b: Option<&Square> = self.blocks.get(1);
        let mut h = self.fc.forward(x);
        if let Some(b) = b {
            h = b.forward(&h);
        }
        h.sum()
    }

    fn typed_opt_opt(&self, x: &Numbers) -> f64 {
        let b: Option<&Square> = self.blocks.first();
        let Some(b) = b else { return 0.0 };
        b.forward(x).sum()
    }

    fn typed_slice(&self, x: &Numbers) -> f64 {
        let bs: &[Square] = &self.blocks;
        let mut h = x.clone();
        for b in bs {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn typed_vec(&self, x: &Numbers) -> f64 {
        let bs: &Vec<Square> = &self.blocks;
        let mut h = x.clone();
        for b in bs {
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn match_get(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for i in 0..5 {
            let b = match self.blocks.get(i) {
                Some(b) => b,
                None => continue,
            };
            h = b.forward(&h).tanh();
        }
        h.sum()
    }

    fn match_get_break(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let mut i = 0;
        loop {
            let b = match self.blocks.get(i) {
                Some(b) => b,
                None => break,
            };
            h = b.forward(&h).tanh();
            i += 1;
        }
        h.sum()
    }

    fn let_match_first(&self, x: &Numbers) -> f64 {
        let b = match self.blocks.first() {
            Some(b) => b,
            None => return x.sum(),
        };
        b.forward(x).tanh().sum()
    }

    fn let_if_last(&self, x: &Numbers) -> f64 {
        let b = if let Some(b) = self.blocks.last() { b } else { &self.fc };
        b.forward(x).tanh().sum()
    }

    fn let_unwrap_or(&self, x: &Numbers) -> f64 {
        let b = self.blocks.get(7).unwrap_or(&self.fc);
        b.forward(x).tanh().sum()
    }

    fn match_or_fc(&self, x: &Numbers) -> f64 {
        let b = match self.blocks.get(7) {
            Some(b) => b,
            None => &self.fc,
        };
        b.forward(x).tanh().sum()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), typed_opt typed_opt_and_grad,
typed_opt_if typed_opt_if_and_grad,
typed_opt_map typed_opt_map_and_grad,
typed_opt_block typed_opt_block_and_grad,
typed_opt_opt typed_opt_opt_and_grad,
typed_slice typed_slice_and_grad,
typed_vec typed_vec_and_grad,
match_get match_get_and_grad,
match_get_break match_get_break_and_grad,
let_match_first let_match_first_and_grad,
let_if_last let_if_last_and_grad,
let_unwrap_or let_unwrap_or_and_grad,
match_or_fc match_or_fc_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, typed_opt typed_opt_vjp, typed_opt_if typed_opt_if_vjp, typed_opt_map typed_opt_map_vjp, typed_opt_block typed_opt_block_vjp, typed_opt_opt typed_opt_opt_vjp, typed_slice typed_slice_vjp, typed_vec typed_vec_vjp, match_get match_get_vjp, match_get_break match_get_break_vjp, let_match_first let_match_first_vjp, let_if_last let_if_last_vjp, let_unwrap_or let_unwrap_or_vjp, match_or_fc match_or_fc_vjp);
}
