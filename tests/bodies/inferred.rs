//! Numbers whose types follow from their use, as in plain Rust.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    #[module(init = |rng| (0..3).map(|_| Init::init(rng)).collect())]
    blocks: Vec<Square>,
}

#[differentiable]
impl Net {
    fn stack(&self, x: &Numbers) -> f64 {
        let mut total = 0.0;
        let mut stack = vec![(x.clone(), 0)];
        while let Some((h, depth)) = stack.pop() {
            let h = self.fc.forward(&h).tanh();
            total += h.sum();
            if depth < 3 {
                stack.push((h, depth + 1));
            }
        }
        total
    }

    fn folded(&self, x: &Numbers) -> f64 {
        let (s, p) = self
            .blocks
            .iter()
            .fold((0.0, 1.0), |(s, p), block| (s + block.forward(x).sum(), p * block.forward(x).mean()));
        s + p
    }

    fn folded_list(&self, x: &Numbers) -> f64 {
        let hs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let (s, n) = hs.iter().fold((0.0, 0), |(s, n), h| (s + h.sum(), n + 1));
        s / n as f64
    }

    fn pair(&self, x: &Numbers) -> f64 {
        let v = self.fc.forward(x);
        let pair = (
            {
                let k = 0.5;
                k * 2.0
            },
            v,
        );
        (pair.1 * pair.0).sum()
    }

    fn best(&self, x: &Numbers) -> f64 {
        let mut best = (f64::INFINITY, 0);
        for (i, block) in self.blocks.iter().enumerate() {
            let l = block.forward(x).tanh().sum();
            if l < best.0 {
                best = (l, i);
            }
        }
        best.0 * (best.1 + 1) as f64
    }

    fn best_unused(&self, x: &Numbers) -> f64 {
        let mut best = (f64::INFINITY, 0);
        for block in &self.blocks {
            let l = block.forward(x).tanh().sum();
            if l < best.0 {
                best = (l, 3);
            }
        }
        best.0
    }

    fn reduced(&self, x: &Numbers) -> f64 {
        let l = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).reduce(|a, b| a.min(b));
        l.unwrap()
    }

    fn counted(&self, x: &Numbers) -> f64 {
        let mut state = (x.clone(), 0);
        for _ in 0..3 {
            state = (self.fc.forward(&state.0).tanh(), state.1 + 1);
        }
        let (h, n) = state;
        if n > 2 { h.sum() } else { h.mean() }
    }

    fn weights(&self, x: &Numbers) -> f64 {
        let items = [(self.fc.forward(x), 0.5), (self.blocks[0].forward(x), 2.0)];
        let mut total = 0.0;
        for (h, w) in &items {
            total += h.sum() * w;
        }
        total
    }

    fn option_pair(&self, x: &Numbers) -> f64 {
        let mut found = None;
        for (i, b) in self.blocks.iter().enumerate() {
            let s = b.forward(x).sum();
            if i == 1 {
                found = Some((s, i * 2));
            }
        }
        match found {
            Some((s, i)) => s * i as f64,
            None => 0.0,
        }
    }

    fn min_fold(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| b.forward(x).sum()).fold(f64::INFINITY, |a, b| a.min(b))
    }

    fn min_fold_path(&self, x: &Numbers) -> f64 {
        self.blocks.iter().map(|b| b.forward(x).sum()).fold(f64::INFINITY, f64::min)
    }

    fn literal_match(&self, x: &Numbers, k: usize) -> f64 {
        let (w, n) = match k {
            0 => (0.5, 1),
            _ => (2.0, 2),
        };
        let h = self.fc.forward(x) * w;
        let out = if n > 1 { (h, 1.0) } else { (h * 2.0, 0.5) };
        out.0.sum() * out.1
    }

    fn mut_tuple(&self, x: &Numbers) -> f64 {
        let mut acc = (0.0, 0.0);
        for b in &self.blocks {
            acc.0 += b.forward(x).sum();
            acc.1 += 1.0;
        }
        acc.0 / acc.1
    }

    fn counts_in_list(&self, x: &Numbers) -> f64 {
        let mut acc = [0.0; 3];
        let mut n = 0;
        for b in &self.blocks {
            acc[n] = b.forward(x).sum();
            n += 1;
        }
        acc[0] * acc[1] + acc[2]
    }

    fn nested(&self, x: &Numbers) -> f64 {
        let mut stack = vec![(x.clone(), (0, 1.0))];
        let mut total = 0.0;
        while let Some((h, (depth, weight))) = stack.pop() {
            let n = depth + 1;
            if n > 3 {
                continue;
            }
            let h = self.fc.forward(&h).tanh();
            total += h.sum() * weight;
            stack.push((h, (n, weight * 0.5)));
        }
        total
    }

    fn changed_parts(&self, x: &Numbers) -> f64 {
        let mut state = (x.clone(), 3, 0.0);
        while state.1 > 0 {
            state.0 = self.fc.forward(&state.0).tanh();
            state.1 -= 1;
            state.2 += state.0.sum();
        }
        state.2
    }

    fn counted_down(&self, x: &Numbers) -> f64 {
        let mut state = (self.fc.forward(x), 3);
        let mut s = 0.0;
        for _ in 0..2 {
            let (h, n) = state;
            s += h.sum() * (n * 2 + 1) as f64;
            state = (h.tanh(), n - 1);
        }
        s
    }

    fn negated(&self, x: &Numbers) -> f64 {
        let list = vec![(self.fc.forward(x), -0.5), (self.blocks[0].forward(x), 2.0)];
        let mut s = 0.0;
        for (h, w) in list {
            let v = -w;
            s += (h * v).sum() - w;
        }
        s
    }

    fn closure(&self, x: &Numbers) -> f64 {
        let f = |a, b| a * b + 1.0;
        f(self.fc.forward(x).sum(), 2.0)
    }

    fn zipped(&self, x: &Numbers) -> f64 {
        let hs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let mut s = 0.0;
        for (w, h) in [0.5, 2.0, 1.0].iter().zip(&hs) {
            s += h.sum() * w;
        }
        let mut m = (0, 0.0);
        for (i, h) in hs.iter().enumerate() {
            m = (m.0 + i, m.1 + h.sum());
        }
        s * m.0 as f64 + m.1
    }

    fn weighted(&self, x: &Numbers) -> f64 {
        let weights = vec![(1.0, self.fc.forward(x)), (0.5, x.clone())];
        let total: Numbers = weights.iter().map(|(w, h)| h * *w).sum();
        total.tanh().sum()
    }

    fn running(&self, x: &Numbers) -> f64 {
        let mut acc = None;
        for b in &self.blocks {
            let h = b.forward(x).tanh();
            if let Some((s, n)) = acc {
                acc = Some((s + h.sum(), n + 1));
            } else {
                acc = Some((h.sum(), 1));
            }
        }
        let (s, n) = acc.unwrap();
        if n % 2 == 1 { s / n as f64 } else { s }
    }

    fn best_of_indices(&self, x: &Numbers) -> f64 {
        let mut best = (f64::NEG_INFINITY, 0);
        for i in 0..self.blocks.len() {
            let s = self.blocks[i].forward(x).mean();
            if s > best.0 {
                best = (s, i);
            }
        }
        let i = best.1;
        best.0 + self.blocks[i].forward(x).sum() + self.blocks[best.1].forward(x).sum()
    }

    fn depth(&self, x: &Numbers) -> f64 {
        let (mut h, mut depth) = (x.clone(), 0);
        loop {
            h = self.fc.forward(&h).tanh();
            depth += 1;
            if depth == 3 {
                break;
            }
        }
        h.powi(depth).sum()
    }

    fn range(&self, x: &Numbers) -> f64 {
        let (mut lo, mut hi) = (f64::INFINITY, -f64::INFINITY);
        for b in &self.blocks {
            let s = b.forward(x).sum();
            lo = lo.min(s);
            hi = hi.max(s);
        }
        hi - lo
    }

    fn queue(&self, x: &Numbers) -> f64 {
        let mut queue = vec![(0, self.fc.forward(x))];
        let mut out = Vec::new();
        while let Some((level, h)) = queue.pop() {
            if level == 2 {
                out.push((h.sum(), level));
            } else {
                for b in &self.blocks[..2] {
                    queue.push((level + 1, b.forward(&h).tanh()));
                }
            }
        }
        out.iter().map(|(s, level)| s * 0.5).sum::<f64>()
            + out.iter().map(|(s, _)| *s).fold(0.0, |a, b| a + b)
    }

    fn chosen(&self, x: &Numbers) -> f64 {
        let w = if x.rows() > 1 { (0.5, 1) } else { (2.0, 3) };
        let mut y = (self.fc.forward(x), 0.0);
        y.1 = y.0.sum() * w.0;
        y.1 * w.1 as f64
    }

    fn array_of_pairs(&self, x: &Numbers) -> f64 {
        let mut h = self.fc.forward(x);
        let mut coefs = [(0.5, 1.0); 3];
        coefs[1].0 = h.mean();
        let mut s = 0.0;
        for (a, b) in coefs {
            s += a * b;
        }
        for (a, b) in &coefs {
            s += a / b;
        }
        for c in coefs.iter() {
            s -= c.0 + c.1;
        }
        s * s
    }

    fn decays(&self, x: &Numbers) -> f64 {
        let mut t = 1.0;
        let mut total = 0.0;
        for b in &self.blocks {
            total = total + t * b.forward(x).sum();
            t = t * 0.5;
        }
        let mut decay = 1.0;
        let s = self
            .blocks
            .iter()
            .map(|b| b.forward(x).sum())
            .enumerate()
            .map(|(i, s)| s * 2.0_f64.powi(i as i32))
            .sum::<f64>();
        decay *= 0.5;
        total + s * decay
    }
}

#[test]
fn types_of_numbers_follow_from_their_use() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 5));
    check(&net, |net| net.stack_and_grad(&x));
    check(&net, |net| net.folded_and_grad(&x));
    check(&net, |net| net.folded_list_and_grad(&x));
    check(&net, |net| net.pair_and_grad(&x));
    check(&net, |net| net.best_and_grad(&x));
    check(&net, |net| net.best_unused_and_grad(&x));
    check(&net, |net| net.reduced_and_grad(&x));
    check(&net, |net| net.counted_and_grad(&x));
    check(&net, |net| net.weights_and_grad(&x));
    check(&net, |net| net.option_pair_and_grad(&x));
    check(&net, |net| net.min_fold_and_grad(&x));
    check(&net, |net| net.min_fold_path_and_grad(&x));
    check(&net, |net| net.literal_match_and_grad(&x, 1));
    check(&net, |net| net.mut_tuple_and_grad(&x));
    check(&net, |net| net.counts_in_list_and_grad(&x));
    check(&net, |net| net.nested_and_grad(&x));
    check(&net, |net| net.changed_parts_and_grad(&x));
    check(&net, |net| net.counted_down_and_grad(&x));
    check(&net, |net| net.negated_and_grad(&x));
    check(&net, |net| net.closure_and_grad(&x));
    check(&net, |net| net.zipped_and_grad(&x));
    check(&net, |net| net.weighted_and_grad(&x));
    check(&net, |net| net.running_and_grad(&x));
    check(&net, |net| net.best_of_indices_and_grad(&x));
    check(&net, |net| net.depth_and_grad(&x));
    check(&net, |net| net.range_and_grad(&x));
    check(&net, |net| net.queue_and_grad(&x));
    check(&net, |net| net.chosen_and_grad(&x));
    check(&net, |net| net.array_of_pairs_and_grad(&x));
    check(&net, |net| net.decays_and_grad(&x));
}
