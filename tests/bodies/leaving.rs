//! Control flow that leaves a body, a loop or a block: `return`, `break`, `continue`, `?`, `let .. else`, `loop`.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
}

fn net() -> Net {
    let mut rng = rng(41);
    Net { fc: Linear::init(&mut rng), blocks: (0..3).map(|_| Linear::init(&mut rng)).collect() }
}

fn size(name: &str) -> Result<usize, String> {
    name.parse().map_err(|_| format!("{name} is no size"))
}

#[differentiable]
impl Net {
    fn early(&self, x: &Numbers, steps: usize) -> f64 {
        if steps == 0 {
            return x.sum();
        }
        let h = self.fc.forward(x);
        if steps == 1 {
            return mse_loss(&h, x);
        } else if steps == 2 {
            let h = self.fc.forward(&h);
            return h.sum() * 0.5;
        }
        let h = self.blocks[0].forward(&h).tanh();
        match steps {
            3 => return (&h * &h).sum(),
            4 => {}
            _ => return h.mean(),
        }
        mse_loss(&h, x)
    }

    fn last_is_a_statement(&self, x: &Numbers, flag: bool) -> f64 {
        let h = self.fc.forward(x);
        if flag {
            return h.sum();
        }
        return mse_loss(&h, x);
    }

    fn both_arms(&self, x: &Numbers, flag: bool) -> f64 {
        let h = self.fc.forward(x);
        if flag { return h.sum() } else { return mse_loss(&h, x) }
    }

    /// Stops on convergence, and skips blocks.
    fn converges(&self, x: &Numbers, most: f64) -> f64 {
        let mut h = x.clone();
        let mut loss = 0.0;
        for (i, block) in self.blocks.iter().enumerate() {
            let next = block.forward(&h).tanh();
            if i == 1 {
                loss += next.sum();
                continue;
            }
            if i > 1 && next.sum() < most && most < 10.0 {
                break;
            }
            h = next * 1.5;
            loss = loss + h.mean();
        }
        loss + mse_loss(&h, x)
    }

    fn returns_from_loops(&self, x: &Numbers, at: usize) -> f64 {
        let mut h = self.fc.forward(x);
        let mut count = 0;
        for block in &self.blocks {
            for _ in 0..2 {
                h = block.forward(&h).tanh();
                if count == at {
                    return h.sum();
                }
                count += 1;
            }
        }
        h.mean()
    }

    fn labels(&self, x: &Numbers, at: usize) -> f64 {
        let mut h = self.fc.forward(x);
        let mut count = 0;
        'blocks: for block in &self.blocks {
            let mut sum = h.clone();
            loop {
                count += 1;
                h = block.forward(&h).tanh();
                sum = sum + &h;
                if count == at {
                    break 'blocks;
                }
                if count % 2 == 0 {
                    h = sum * 0.5;
                    continue 'blocks;
                }
                if count > 10 {
                    break;
                }
            }
            h = h * 2.0;
        }
        h.sum()
    }

    #[allow(dead_code)]
    fn never_ends(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        loop {
            h = self.fc.forward(&h);
        }
    }

    fn loops_with_a_value(&self, x: &Numbers) -> f64 {
        let mut h = self.fc.forward(x);
        let mut n = 0;
        let best = loop {
            h = self.blocks[n].forward(&h).tanh();
            n += 1;
            if n == 2 {
                break &h * 2.0;
            }
            if h.sum() > 1e3 {
                break h.clone();
            }
        };
        let scaled = 'block: {
            if n == 3 {
                break 'block best.sum();
            }
            let wide = self.blocks[2].forward(&best);
            if wide.sum() > -1e9 {
                break 'block wide.mean();
            }
            0.0
        };
        scaled + h.sum()
    }

    fn pops(&self, x: &Numbers) -> f64 {
        let mut stack = vec![self.fc.forward(x), x.clone()];
        let mut loss = 0.0;
        let mut count = 0;
        while let Some(h) = stack.pop() {
            count += 1;
            if count > 6 {
                break;
            }
            loss += h.sum();
            if count % 2 == 1 {
                stack.push(self.blocks[0].forward(&h).tanh());
            }
        }
        loss
    }

    fn questions(&self, x: &Numbers, name: &str) -> Result<f64, String> {
        let n = size(name)?;
        if n >= self.blocks.len() {
            return Err(format!("no block {n}"));
        }
        let h = self.blocks[n].forward(x);
        Ok(mse_loss(&h, x))
    }

    fn options(&self, list: &[Numbers], n: usize) -> Option<f64> {
        let first = list.first()?;
        let h = self.fc.forward(first);
        let Some(other) = list.get(n) else {
            return None;
        };
        let Some(third) = list.get(n + 1) else {
            return Some(h.sum());
        };
        Some(mse_loss(&h, &(other * third)))
    }
}

#[test]
fn gradients_flow_through_exits() {
    let x = uniform::<3>(2, 8);
    for steps in 0..6 {
        if steps > 0 {
            check(&net(), |net| net.early_and_grad(&x, steps));
        }
        assert_eq!(net().early(&x, steps), net().early_and_grad(&x, steps).0);
    }
    for flag in [false, true] {
        check(&net(), |net| net.last_is_a_statement_and_grad(&x, flag));
        check(&net(), |net| net.both_arms_and_grad(&x, flag));
    }
    for most in [1e9, 3.0] {
        check(&net(), |net| net.converges_and_grad(&x, most));
        assert_eq!(net().converges(&x, most), net().converges_and_grad(&x, most).0);
    }
    for at in 0..7 {
        check(&net(), |net| net.returns_from_loops_and_grad(&x, at));
        check(&net(), |net| net.labels_and_grad(&x, at));
        assert_eq!(net().labels(&x, at), net().labels_and_grad(&x, at).0);
    }
    check(&net(), |net| net.loops_with_a_value_and_grad(&x));
    assert_eq!(net().loops_with_a_value(&x), net().loops_with_a_value_and_grad(&x).0);
    check(&net(), |net| net.pops_and_grad(&x));
    assert_eq!(net().pops(&x), net().pops_and_grad(&x).0);
}

/// The gradient of `Some(loss)` or `Ok(loss)`.
#[test]
fn what_question_marks_return_has_a_pullback() {
    let (net, x) = (net(), uniform::<3>(2, 9));
    for name in ["0", "2"] {
        check(&net, |net| {
            let mut gradient = net.zeros_like();
            let view = net.view();
            let (loss, pullback) = view.questions_vjp(&x, name);
            let _ = pullback(1.0, gradient.view_mut(), [false, false]);
            (loss.unwrap(), gradient)
        });
    }
    assert_eq!(net.questions(&x, "many"), Err("many is no size".to_owned()));
    assert_eq!(net.view().questions_vjp(&x, "many").0, Err("many is no size".to_owned()));
    assert_eq!(net.view().questions_vjp(&x, "7").0, Err("no block 7".to_owned()));
}
