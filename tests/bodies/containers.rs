//! Values in containers: lists, options, boxes, and loops over them.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    down: Vec<WithElem<Linear<3, 3>, f64>>,
    up: [WithElem<Linear<3, 3>, f64>; 2],
}

fn net() -> Net {
    let mut rng = rng(31);
    let down = (0..2).map(|_| Linear::init(&mut rng)).collect();
    Net { fc: Linear::init(&mut rng), down, up: Init::init(&mut rng) }
}

#[differentiable]
impl Net {
    /// The skip connections of a U-Net.
    fn skips(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let mut skips = Vec::new();
        for block in &self.down {
            h = block.forward(&h).tanh();
            skips.push(h.clone());
        }
        for block in &self.up {
            h = block.forward(&(&h * skips.pop().unwrap()));
        }
        mse_loss(&h, x)
    }

    /// All outputs of a recurrent cell, then a loop over them.
    fn outputs(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let mut outputs = Vec::new();
        for _ in 0..3 {
            h = self.fc.forward(&h).tanh();
            outputs.push(h.clone());
        }
        let mut loss = 0.0;
        for (i, output) in outputs.iter().enumerate() {
            loss = loss + mse_loss(output, x) * (i + 1) as f64;
        }
        for output in &outputs[1..] {
            loss += output.sum();
        }
        for output in outputs.iter().rev().take(2) {
            loss += (output * output).sum();
        }
        for (output, block) in outputs.iter().zip(&self.up) {
            loss += block.forward(output).sum() * 0.5;
        }
        for (first, second) in outputs.iter().zip(outputs.iter().skip(1)) {
            loss += (first * second).sum();
        }
        for pair in outputs.windows(2) {
            loss += (&pair[0] * &pair[1]).sum() * 0.25;
        }
        for chunk in outputs.chunks(2) {
            if let [first, second] = chunk {
                loss += mse_loss(first, second);
            }
        }
        for output in outputs {
            loss += output.mean();
        }
        loss
    }

    /// Indices, changes in place, and slices.
    fn changed(&self, x: &Numbers) -> f64 {
        let mut list = vec![self.fc.forward(x), x.tanh(), x.clone()];
        list[1] = self.fc.forward(&list[0]);
        list.swap(0, 2);
        let moved = list.remove(1);
        list.insert(0, moved * 2.0);
        list.push(&list[0] * &list[1]);
        list.reverse();
        let n = list.len();
        let tail = &list[n - 2..];
        let last = tail.last().unwrap();
        let mut loss = mse_loss(&list[0], last);
        let [first, .., end] = &list[..] else { panic!("a list of {n}") };
        loss += mse_loss(first, end);
        for h in &list {
            loss += h.sum();
        }
        list.truncate(1);
        loss * list[0].mean()
    }

    /// Arrays of numbers, and a list of lists.
    fn nested(&self, x: &Numbers) -> f64 {
        let mut sums = [0.0; 3];
        let mut rows = vec![Vec::new(), Vec::new()];
        for i in 0..3 {
            let h = self.fc.forward(x) * (i + 1) as f64;
            sums[i] = h.sum();
            rows[i % 2].push(h);
        }
        let mut loss = 0.0;
        for (i, row) in rows.iter().enumerate() {
            for h in row {
                loss += mse_loss(h, x) * sums[i];
            }
        }
        loss + sums[2] * sums[0]
    }

    /// `Option` and `Box`.
    fn options(&self, x: &Numbers, skip: bool) -> f64 {
        let mut best = None;
        let mut state = if skip { None } else { Some(self.fc.forward(x)) };
        for block in &self.down {
            let h = match &state {
                Some(h) => block.forward(h).tanh(),
                None => block.forward(x),
            };
            if best.is_none() {
                best = Some(h.sum());
            }
            state = Some(h);
        }
        let boxed = Box::new(state.unwrap());
        let sum = boxed.sum();
        if let Some(best) = best { sum * best } else { sum }
    }

    /// An operand is evaluated before a later one changes its container.
    fn in_order(&self, x: &Numbers) -> f64 {
        let mut list = vec![self.fc.forward(x), x.clone(), x.tanh()];
        let first = list[2].clone() * 3.0 + list.pop().unwrap();
        let mut sums = vec![first.sum()];
        sums.extend(list.iter().map(|h| h.sum()));
        let last = |list: &[f64]| list.len() - 1;
        let plain = [1.0, 2.0];
        sums[last(&plain)] += x.sum();
        let product = sums[0] * {
            sums[0] = sums[0] * 2.0;
            sums[1]
        } + sums[0];
        #[allow(unused_assignments)]
        let mut i = 0;
        (sums[i], sums[2]) = (
            {
                i = 1;
                x.mean()
            },
            sums[i] * 4.0,
        );
        #[allow(unused_assignments)]
        let mut at = 0;
        let pair = (
            {
                at = 1;
                2.0_f64
            },
            sums[at] * 4.0,
        );
        sums[0] += pair.0 * pair.1;
        let mut n = 1;
        (sums[0], n) = (sums[0] * 2.0, n + 1);
        product * n as f64 + sums.iter().sum::<f64>() + sums.len() as f64 * sums.pop().unwrap()
    }

    /// References in arrays, and values that change places.
    fn references(&self, x: &Numbers) -> f64 {
        let y = self.fc.forward(x);
        let both = [&y, x];
        let all = vec![&y, x, both[0]];
        let (mut a, mut b) = (self.fc.forward(both[0]), x.relu());
        std::mem::swap(&mut a, &mut b);
        let old = std::mem::replace(&mut a, b.tanh());
        let loss = match mse_loss(both[0], both[1]) {
            loss if loss > 1e9 => 1.0,
            loss => loss,
        };
        loss * mse_loss(all[2], all[1]) + (a * 2.0 + b).sum() + old.sum()
    }

    /// Data that carries no gradient.
    fn data(&self, x: &Numbers, order: &[usize], names: &[&str]) -> f64 {
        let mut h = x.clone();
        let mut used = Vec::new();
        for (i, &step) in order.iter().enumerate() {
            h = self.down[step].forward(&h) * names[i].len() as f64;
            used.push(step);
        }
        for step in used {
            h = h * (step + 1) as f64;
        }
        h.sum()
    }
}

#[test]
fn gradients_flow_through_containers() {
    let x = uniform::<3>(2, 5);
    check(&net(), |net| net.skips_and_grad(&x));
    check(&net(), |net| net.outputs_and_grad(&x));
    check(&net(), |net| net.changed_and_grad(&x));
    check(&net(), |net| net.nested_and_grad(&x));
    check(&net(), |net| net.references_and_grad(&x));
    check(&net(), |net| net.in_order_and_grad(&x));
    assert_eq!(net().in_order(&x), net().in_order_and_grad(&x).0);
    check(&net(), |net| net.options_and_grad(&x, true));
    check(&net(), |net| net.options_and_grad(&x, false));
    check(&net(), |net| net.data_and_grad(&x, &[1, 0, 1], &["a", "bc", "d"]));
}

#[test]
fn the_method_and_its_companion_agree() {
    let (net, x) = (net(), uniform::<3>(2, 6));
    assert_eq!(net.skips(&x), net.skips_and_grad(&x).0);
    assert_eq!(net.outputs(&x), net.outputs_and_grad(&x).0);
    assert_eq!(net.changed(&x), net.changed_and_grad(&x).0);
    assert_eq!(net.nested(&x), net.nested_and_grad(&x).0);
    assert_eq!(net.options(&x, false), net.options_and_grad(&x, false).0);
}
