//! Bodies as they are ordinarily written.

use crate::{agree, agree_all, rng, uniform};
use std::collections::HashMap;
use tiedw::prelude::*;
type T = Tensor<4, f64>;
type Fc = WithElem<Linear<4, 4>, f64>;
#[derive(Module, Clone)]
struct Net {
    a: Fc,
    b: Fc,
    c: Fc,
    gain: Vector<4, f64>,
    bias: Vector<4, f64>,
    #[module(skip)]
    steps: usize,
}

#[derive(Value, Clone, Debug)]
enum Step {
    Push(T),
    Scale(f64),
    Mix { left: T, weight: f64 },
    Stop,
}
#[derive(Value, Clone)]
struct Lstm {
    h: T,
    c: T,
}
#[derive(Value, Clone)]
struct Beam {
    score: f64,
    #[constant]
    tokens: Vec<usize>,
    h: T,
}
#[derive(Value, Clone)]
enum Expr {
    Leaf(T),
    Neg(Box<Expr>),
    Add(Box<Expr>, Box<Expr>),
}

#[differentiable]
fn gated<E: Element>(x: E, lo: E, hi: E) -> E {
    if x < lo {
        lo
    } else if x > hi {
        hi
    } else {
        x.sin() * x.max(lo)
    }
}
#[differentiable]
fn weighted_mean<const C: usize, E: Element>(xs: &[Tensor<C, E>], w: &[E]) -> Tensor<C, E> {
    let total: E = w.iter().copied().sum();
    xs.iter().zip(w).map(|(x, &w)| x * (w / total)).reduce(|a, b| a + b).expect("not empty")
}
#[differentiable]
fn parse(kind: &str, x: f64) -> Result<f64, String> {
    match kind {
        "square" => Ok(x * x),
        "root" if x >= 0.0 => Ok(x.sqrt()),
        other => Err(format!("unknown kind {other}")),
    }
}

#[differentiable]
impl Net {
    fn lstm(&self, x: &T, state: &Lstm) -> Lstm {
        let gate = self.a.forward(x) + self.b.forward(&state.h);
        let (i, f) = (gate.sigmoid(), (&gate * 0.5).sigmoid());
        let c = &f * &state.c + i * self.c.forward(x).tanh();
        Lstm { h: c.tanh() * f, c }
    }
    fn rnn1(&self, x: &T) -> f64 {
        let mut state = Lstm { h: Tensor::zeros([x.rows()]), c: Tensor::zeros([x.rows()]) };
        let mut outs = Vec::with_capacity(self.steps);
        for t in 0..self.steps {
            state = self.lstm(x, &state);
            if t % 2 == 0 {
                outs.push(state.h.clone());
            }
        }
        outs.iter().rev().enumerate().map(|(i, h)| h.mean() / (i + 1) as f64).sum::<f64>() + state.c.sum()
    }
    fn rnn2(&self, x: &T) -> f64 {
        let Lstm { h, c } = (0..3).fold(Lstm { h: x.clone(), c: x * 0.1 }, |s, _| self.lstm(&s.h, &s));
        (h * c).sum()
    }
    fn attention(&self, x: &T) -> f64 {
        let (q, k, v) = (self.a.forward(x), self.b.forward(x), self.c.forward(x));
        let scores = q.matmul_t::<3>(&k) * (1.0 / (q.features() as f64).sqrt());
        let weights = scores.softmax();
        let entropy = -(&weights * &weights.ln()).sum();
        weights.matmul(&v).sum() + 0.1 * entropy
    }
    fn attention_rows(&self, x: &T) -> f64 {
        let mut total = 0.0;
        let h = self.a.forward(x);
        let keys: Vec<f64> = vec![h.mean(), h.sum() * 0.1, (&h * &h).mean()];
        let top = keys.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exps: Vec<f64> = keys.iter().map(|k| (k - top).exp()).collect();
        let norm: f64 = exps.iter().sum();
        for (i, e) in exps.iter().enumerate() {
            total += e / norm * keys[keys.len() - 1 - i];
        }
        total
    }
    fn beam(&self, x: &T) -> f64 {
        let mut beams = vec![Beam { score: 0.0, tokens: vec![], h: x * 0.2 }];
        for step in 0..2 {
            let mut next = Vec::new();
            for beam in &beams {
                let h = self.a.forward(&beam.h).tanh();
                for token in 0..2usize {
                    let mut tokens = beam.tokens.clone();
                    tokens.push(token + step);
                    let score = beam.score + h.mean() * (token as f64 - 0.3);
                    next.push(Beam { score, tokens, h: &h * (1.0 + token as f64) });
                }
            }
            next.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap());
            next.truncate(2);
            beams = next;
        }
        beams.iter().map(|b| b.score * b.tokens.len() as f64).sum::<f64>() + beams[0].h.sum()
    }
    fn machine(&self, x: &T) -> f64 {
        let gain = self.gain[1];
        let program = vec![
            Step::Push(self.a.forward(x)),
            Step::Scale(gain),
            Step::Mix { left: self.b.forward(x), weight: 0.3 },
            Step::Stop,
            Step::Scale(1e9),
        ];
        let mut acc = x.clone();
        for step in &program {
            acc = match step {
                Step::Push(t) => acc + t,
                Step::Scale(k) => acc * *k,
                Step::Mix { left, weight } => acc * (1.0 - weight) + left * *weight,
                Step::Stop => break,
            };
        }
        acc.sum()
    }
    fn eval(&self, e: &Expr) -> T {
        match e {
            Expr::Leaf(x) => self.a.forward(x).tanh(),
            Expr::Neg(inner) => -self.eval(inner),
            Expr::Add(l, r) => self.b.forward(&(self.eval(l) + &self.eval(r))),
        }
    }
    fn tree(&self, x: &T) -> f64 {
        let leaf = |k: f64| Box::new(Expr::Leaf(x * k));
        let e = Expr::Add(leaf(1.0), Box::new(Expr::Neg(leaf(0.5))));
        self.eval(&e).sum()
    }
    fn early(&self, x: &T) -> f64 {
        let h = self.a.forward(x);
        let Some(first) = (h.mean() > -1e9).then(|| h.tanh()) else { return 0.0 };
        if self.gain[2] > 1e9 {
            return first.mean();
        }
        first.sum()
    }
    fn fallible(&self, x: &T, kind: &str) -> Result<f64, String> {
        let s = self.a.forward(x).sum();
        let base = parse("square", s)?;
        let other = parse(kind, base).map_err(|e| format!("in loss: {e}"))?;
        if other.is_nan() {
            return Err("nan".into());
        }
        Ok(base + other)
    }
    fn option(&self, x: &T, extra: Option<&T>) -> f64 {
        let h = match extra {
            Some(e) => self.a.forward(x) + e,
            None => self.a.forward(x),
        };
        let k = extra.map(|e| e.mean()).unwrap_or(1.0);
        let z = extra.filter(|e| e.rows() > 1).map_or(0.0, |e| (e * &h).sum());
        h.sum() * k + z
    }
    fn windows(&self, x: &T) -> f64 {
        let hs: Vec<T> = {
            let mut hs = vec![x.clone()];
            for _ in 0..2 {
                hs.push(self.a.forward(&hs[hs.len() - 1]).tanh());
            }
            hs
        };
        hs.windows(2).map(|w| mse_loss(&w[0], &w[1])).sum()
    }
    fn iterate(&self, x: &T) -> f64 {
        let mut hs = vec![x.clone()];
        while hs.len() < 4 {
            let last = hs.last().unwrap();
            let next = self.a.forward(last).tanh();
            hs.push(next);
        }
        hs.iter().skip(1).step_by(2).map(|h| h.sum()).sum::<f64>() + hs[hs.len() - 1].mean()
    }
    fn running(&self, x: &T) -> f64 {
        let h = self.a.forward(x);
        let mut ema = 0.0;
        let mut history = Vec::new();
        for i in 0..4 {
            let v = (&h * (i as f64 * 0.3)).sin().mean();
            ema = 0.9 * ema + 0.1 * v;
            history.push((i, ema));
        }
        history.iter().filter(|(i, _)| i % 2 == 1).map(|(i, v)| v * *i as f64).sum::<f64>()
    }
    fn mixture(&self, x: &T) -> f64 {
        let experts = [&self.a, &self.b, &self.c];
        let gates = self.a.forward(x).softmax();
        let mut out = Tensor::zeros([x.rows()]);
        for (i, e) in experts.iter().enumerate() {
            out = out + e.forward(x) * (gates.mean() * (i + 1) as f64);
        }
        out.tanh().sum()
    }
    fn huber(&self, x: &T) -> f64 {
        let delta = 0.3;
        let errors = [self.a.forward(x).mean(), self.b.forward(x).mean(), 2.0 * self.gain[0]];
        errors
            .iter()
            .map(|e| {
                let a = e.abs();
                if a <= delta { 0.5 * a * a } else { delta * (a - 0.5 * delta) }
            })
            .sum::<f64>()
            / errors.len() as f64
    }
    fn triplet(&self, x: &T) -> f64 {
        let embed = |x: &T| {
            let h = self.a.forward(x).tanh();
            let n = (&h * &h).sum().sqrt();
            h * (1.0 / n)
        };
        let (a, p, n) = (embed(x), embed(&(x * 1.1)), embed(&(-x)));
        let dist = |u: &T, v: &T| {
            let d = u - v;
            (&d * &d).sum()
        };
        (dist(&a, &p) - dist(&a, &n) + 5.0).max(0.0)
    }
    fn generics(&self, x: &T) -> f64 {
        let xs = [self.a.forward(x), self.b.forward(x)];
        let w = [self.gain[0].exp(), self.gain[1].exp()];
        let m = weighted_mean(&xs, &w);
        gated(m.mean(), -0.5, 0.5) + gated(m.sum(), -100.0, 100.0)
    }
    fn cached(&self, x: &T) -> f64 {
        let mut cache: Vec<Option<T>> = vec![None; 3];
        let mut sum = 0.0;
        for i in [0, 1, 0, 2, 1] {
            if cache[i].is_none() {
                cache[i] = Some(self.a.forward(&(x * (i as f64 + 1.0))));
            }
            sum += cache[i].as_ref().unwrap().tanh().sum();
        }
        sum
    }
    fn index_map(&self, x: &T) -> f64 {
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut values = Vec::new();
        for (name, k) in [("a", 1.0), ("b", 2.0)] {
            index.insert(name, values.len());
            values.push(self.a.forward(&(x * k)).sum());
        }
        values[index["a"]] * values[index["b"]]
    }
    fn stack_machine(&self, x: &T) -> f64 {
        let mut stack = Vec::new();
        for op in "xaxb+*".chars() {
            match op {
                'x' => stack.push(x.clone()),
                'a' => {
                    let top = stack.pop().unwrap();
                    stack.push(self.a.forward(&top));
                }
                'b' => {
                    let top = stack.pop().unwrap();
                    stack.push(self.b.forward(&top));
                }
                '+' => {
                    let (r, l) = (stack.pop().unwrap(), stack.pop().unwrap());
                    stack.push(l + r);
                }
                '*' => {
                    if let Some(top) = stack.last_mut() {
                        *top = &*top * &*top;
                    }
                }
                _ => unreachable!(),
            }
        }
        stack.pop().unwrap().sum()
    }
    fn normalize(&self, x: &T) -> f64 {
        let h = self.a.forward(x);
        let mean = h.mean();
        let centered = &h - mean;
        let var = (&centered * &centered).mean();
        let normed = centered * (1.0 / (var + 1e-5).sqrt());
        (normed * &self.gain + &self.bias).tanh().sum()
    }
    fn line_search(&self, x: &T) -> f64 {
        let f = |a: f64| {
            let h = self.a.forward(&(x * a));
            (&h * &h).mean()
        };
        let (mut best, mut at) = (f(0.1), 0.1);
        for a in [0.3, 0.7, 1.5] {
            let v = f(a);
            if v < best {
                best = v;
                at = a;
            }
        }
        best * at
    }
    fn softplus_sum(&self, x: &T) -> f64 {
        (0..4).map(|i| (self.gain[i] * self.bias[i]).exp().ln_1p()).sum::<f64>() * self.a.forward(x).mean()
    }
    fn shadow(&self, x: &T) -> f64 {
        let x = &(x * &self.gain);
        let x = &self.a.forward(x);
        let x = if x.mean() > 0.0 { x.relu() } else { -x };
        let x = {
            let y = x.sum();
            y * y
        };
        x.powi(2)
    }
    fn labelled(&self, x: &T) -> f64 {
        let mut sum = 0.0;
        'outer: for i in 0..3 {
            for j in 0..3 {
                if i * j > 2 {
                    break 'outer;
                }
                if j > i {
                    continue 'outer;
                }
                sum += self.a.forward(&(x * (i + j + 1) as f64)).tanh().mean();
            }
        }
        let v = loop {
            sum *= 1.5;
            if sum.abs() > 3.0 {
                break sum;
            }
        };
        v
    }
    fn swap_state(&self, x: &T) -> f64 {
        let (mut a, mut b) = (x.clone(), self.a.forward(x));
        for _ in 0..3 {
            let t = &a * 0.5 + &b;
            a = std::mem::replace(&mut b, t.tanh());
        }
        std::mem::swap(&mut a, &mut b);
        (a * 2.0 - b).sum()
    }
    fn group_by(&self, x: &T, groups: &[usize]) -> f64 {
        let values: Vec<f64> =
            groups.iter().map(|&g| self.a.forward(&(x * (g as f64 + 0.5))).mean()).collect();
        let count = groups.iter().max().map_or(0, |m| m + 1);
        let mut sums = vec![0.0; count];
        for (&g, v) in groups.iter().zip(&values) {
            sums[g] += v;
        }
        sums.iter().map(|s| s * s).sum()
    }
    fn pairs(&self, x: &T) -> f64 {
        let hs: Vec<T> = (0..3).map(|i| self.a.forward(&(x * (i as f64)))).collect();
        let mut loss = 0.0;
        for i in 0..hs.len() {
            for j in (i + 1)..hs.len() {
                loss += (&hs[i] * &hs[j]).sum() / ((j - i) as f64);
            }
        }
        loss
    }
    fn cum(&self, x: &T) -> f64 {
        let h = self.a.forward(x);
        let sums: Vec<f64> = [h.mean(), h.sum(), 0.3]
            .iter()
            .scan(0.0, |acc, v| {
                *acc += v;
                Some(*acc)
            })
            .collect();
        sums.iter().product::<f64>() + sums.iter().copied().fold(0.0, |a: f64, b| a.hypot(b))
    }
    fn chunked(&self, x: &T) -> f64 {
        let v: Vec<f64> = (0..6).map(|i| self.gain[i % 4] * i as f64).collect();
        let c: Vec<f64> = v.chunks(2).map(|c| c.iter().product()).collect();
        c.iter().sum::<f64>() * self.a.forward(x).mean() + v.iter().rev().take(2).sum::<f64>()
    }
    fn min_max(&self, x: &T) -> f64 {
        let h = [self.a.forward(x).sum(), self.b.forward(x).sum(), self.c.forward(x).sum()];
        let best = h.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap();
        let worst = h.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let (i, _) = h.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap();
        best * worst + h[(i + 1) % 3].powi(2)
    }
    fn struct_update(&self, x: &T) -> f64 {
        let s = Lstm { h: self.a.forward(x), c: x.clone() };
        let mut t = Lstm { h: s.h.tanh(), ..s.clone() };
        t.c = t.c + &s.h;
        let Lstm { ref h, ref c } = t;
        (h * c).sum()
    }
    fn decay(&self, x: &T) -> f64 {
        let penalty: f64 = [&self.a.weight, &self.b.weight].iter().map(|w| (*w * *w).sum()).sum();
        self.a.forward(x).mean() + 1e-2 * penalty
    }
    fn dice(&self, x: &T) -> f64 {
        let p = self.a.forward(x).sigmoid();
        let t = p.gt(0.4).to_tensor();
        let inter = (&p * &t).sum();
        1.0 - (2.0 * inter + 1.0) / (p.sum() + t.sum() + 1.0)
    }
    fn newton(&self, x: &T) -> f64 {
        let target = self.a.forward(x).mean().abs() + 1.0;
        let mut r = target;
        for _ in 0..20 {
            let next = 0.5 * (r + target / r);
            if (next - r).abs() < 1e-14 {
                break;
            }
            r = next;
        }
        r
    }
    fn array_map(&self, x: &T) -> f64 {
        let [a, b, c] = [1.0, 2.0, 3.0].map(|k| self.a.forward(&(x * k)).sum());
        let m: [[f64; 2]; 2] = [[a, b], [c, a * b]];
        m[0][0] * m[1][1] - m[0][1] * m[1][0]
    }
    fn flat(&self, x: &T) -> f64 {
        let hs = vec![vec![self.a.forward(x)], vec![], vec![x.clone(), self.b.forward(x)]];
        let n = hs.iter().map(Vec::len).sum::<usize>();
        hs.into_iter().flatten().map(|h| h.tanh().sum()).sum::<f64>() / n as f64
    }
}

#[test]
fn ordinary_bodies() {
    let net = Net {
        a: Init::init(&mut rng(1)),
        b: Init::init(&mut rng(2)),
        c: Init::init(&mut rng(3)),
        gain: [0.4, -0.3, 0.8, 1.1].into(),
        bias: [0.1, 0.2, -0.3, 0.4].into(),
        steps: 5,
    };
    let x = uniform(3, 2);
    agree_all!(&net, (&x), rnn1 rnn1_and_grad);
    agree_all!(&net, (&x), rnn2 rnn2_and_grad);
    agree_all!(&net, (&x), attention attention_and_grad);
    agree_all!(&net, (&x), attention_rows attention_rows_and_grad);
    agree_all!(&net, (&x), beam beam_and_grad);
    agree_all!(&net, (&x), machine machine_and_grad);
    agree_all!(&net, (&x), tree tree_and_grad);
    agree_all!(&net, (&x), early early_and_grad);
    agree_all!(&net, (&x), windows windows_and_grad);
    agree_all!(&net, (&x), iterate iterate_and_grad);
    agree_all!(&net, (&x), running running_and_grad);
    agree_all!(&net, (&x), mixture mixture_and_grad);
    agree_all!(&net, (&x), huber huber_and_grad);
    agree_all!(&net, (&x), triplet triplet_and_grad);
    agree_all!(&net, (&x), generics generics_and_grad);
    agree_all!(&net, (&x), cached cached_and_grad);
    agree_all!(&net, (&x), index_map index_map_and_grad);
    agree_all!(&net, (&x), stack_machine stack_machine_and_grad);
    agree_all!(&net, (&x), normalize normalize_and_grad);
    agree_all!(&net, (&x), line_search line_search_and_grad);
    agree_all!(&net, (&x), softplus_sum softplus_sum_and_grad);
    agree_all!(&net, (&x), shadow shadow_and_grad);
    agree_all!(&net, (&x), labelled labelled_and_grad);
    agree_all!(&net, (&x), swap_state swap_state_and_grad);
    agree_all!(&net, (&x), pairs pairs_and_grad);
    agree_all!(&net, (&x), cum cum_and_grad);
    agree_all!(&net, (&x), chunked chunked_and_grad);
    agree_all!(&net, (&x), min_max min_max_and_grad);
    agree_all!(&net, (&x), struct_update struct_update_and_grad);
    agree_all!(&net, (&x), decay decay_and_grad);
    agree_all!(&net, (&x), dice dice_and_grad);
    agree_all!(&net, (&x), newton newton_and_grad);
    agree_all!(&net, (&x), array_map array_map_and_grad);
    agree_all!(&net, (&x), flat flat_and_grad);

    agree(&net, |n| n.fallible(&x, "root").unwrap(), |n| n.fallible_and_grad(&x, "root").unwrap());
    assert!(net.fallible_and_grad(&x, "cube").is_err());
    agree_all!(&net, (&x, Some(&x)), option option_and_grad);
    agree_all!(&net, (&x, &[0, 2, 1, 0]), group_by group_by_and_grad);
}
