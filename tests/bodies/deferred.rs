//! Variables that get their value after their declaration.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [WithElem<Linear<3, 3>, f64>; 3],
}

#[differentiable]
impl Net {
    fn scale(&self, x: &T) -> f64 {
        self.fc.forward(x).mean() + 2.0
    }

    fn in_a_branch(&self, x: &T, n: usize) -> f64 {
        let mut h;
        if n > 1 {
            h = self.fc.forward(x);
            h = h.tanh();
        } else if n == 0 {
            return self.scale(x);
        } else {
            h = x.clone()
        }
        h = h.tanh();
        h.sum() * self.scale(x)
    }

    fn in_a_match(&self, x: &T, n: usize) -> f64 {
        let (h, k): (_, _);
        match n {
            0 => {
                h = x.clone();
                k = 2.0
            }
            2 => {
                k = 3.0;
                h = self.fc.forward(x) * k
            }
            5 => panic!("not asked for {n}"),
            _ => {
                (h, k) = (self.blocks[0].forward(x), x.sum());
            }
        }
        (h * k).sum() * self.scale(x)
    }

    fn in_turn(&self, x: &T, n: usize) -> f64 {
        let h;
        let e: f64;
        let k = x.sum();
        if n < 3 {
            let t = x.tanh();
            if n == 0 {
                h = t.sum();
            } else {
                h = self.fc.forward(&t).sum();
            }
        } else {
            h = 2.0;
        }
        {
            let t = h * k;
            e = t + 1.0;
        }
        e * h * self.scale(x)
    }

    fn in_a_loop(&self, x: &T, n: usize) -> f64 {
        let mut t = x.clone();
        for i in 0..4 {
            let s;
            match i {
                1 => continue,
                i if i == n => {
                    s = self.fc.forward(&t);
                }
                _ => s = t.tanh(),
            }
            t = t + s;
        }
        t.sum() * self.scale(x)
    }

    fn in_a_closure(&self, x: &T, n: usize) -> f64 {
        let act = |u: &T| {
            let r;
            if n > 1 {
                r = self.fc.forward(u);
            } else {
                r = u.tanh();
            }
            r.sum()
        };
        act(x) * act(&x.tanh()) * self.scale(x)
    }

    fn panics(&self, x: &T, n: usize) -> f64 {
        let h = match n {
            0 | 1 | 2 => self.fc.forward(x).sum(),
            3 => x.sum(),
            _ => {
                let twice = n * 2;
                unreachable!("{twice}");
            }
        };
        h * h * self.scale(x)
    }

    fn chosen_layer(&self, x: &T, n: usize) -> f64 {
        let mut h = x.clone();
        for i in 0..4 {
            let block = if i % 2 == 0 {
                &self.blocks[i / 2]
            } else if i == n {
                &self.blocks[(i + n) % 3]
            } else {
                &self.fc
            };
            h = block.forward(&h).tanh();
        }
        h.sum()
    }
}

#[test]
fn variables_get_their_value_later() {
    let (net, x) = (Net::init(&mut rng(170)), uniform(2, 171));
    for n in 0..4 {
        agree_all!(
            &net, (&x, n),
            in_a_branch in_a_branch_and_grad,
            in_a_match in_a_match_and_grad,
            in_turn in_turn_and_grad,
            in_a_loop in_a_loop_and_grad,
            in_a_closure in_a_closure_and_grad,
            panics panics_and_grad,
            chosen_layer chosen_layer_and_grad,
        );
    }
}
