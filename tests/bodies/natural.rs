//! Programs as they are first written.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    #[module(init = |rng| (0..3).map(|_| Init::init(rng)).collect())]
    blocks: Vec<Square>,
    #[module(init = |rng| Some(Init::init(rng)))]
    opt: Option<Square>,
    pair: (Square, Square),
    #[module(init = ones)]
    scale: Vector<4, f64>,
}

#[differentiable]
impl Net {
    fn new() -> Self {
        Net::init(&mut rng(61))
    }

    fn literals(&self, x: &Numbers) -> f64 {
        let k = 0.5;
        let (a, b) = (2.0, 3);
        let sign = if x.rows() > 1 { 1.0 } else { -1.0 };
        let mut h = self.fc.forward(x) * k * sign;
        for i in 0..b {
            h = h * a + i as f64;
        }
        h.sum() * k
    }

    fn lists_of_literals(&self, x: &Numbers) -> f64 {
        let mut h = self.fc.forward(x);
        for k in [1.0, 0.5] {
            h = h * k;
        }
        for (i, k) in [2.0, 0.5].iter().enumerate() {
            h = &h * *k + i as f64;
        }
        let pair = (0.5, [2.0, 3.0]);
        h.sum() * pair.0 * pair.1[0]
    }

    fn conditions_in_a_chain(&self, x: &Numbers, deep: bool) -> f64 {
        let h = self.fc.forward(x);
        let last = deep.then(|| h.tanh());
        let mut sum = 0.0;
        for block in &self.blocks {
            if let Some(v) = &last
                && let y = block.forward(v)
                && let Some(m) = Some(y.mean())
                && m < 100.0
            {
                sum += m * y.sum();
            } else if sum > 1000.0 {
                return sum;
            }
        }
        let other = if let Some(v) = last
            && let m = v.mean()
            && m > -100.0
        {
            m * 2.0
        } else {
            h.mean()
        };
        sum + other
    }

    fn boxes_of_tuples_and_lists(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let pair = Box::new((h.tanh(), h.mean()));
        let list: Box<Vec<Numbers>> = Box::new(vec![&h * 2.0, h]);
        pair.0.sum() * pair.1 + list[0].mean() - list[1].tanh().sum()
    }

    fn slices_of_blocks(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks[1..] {
            h = block.forward(&h);
        }
        h.sum()
    }

    fn statements(&self, x: &Numbers, kind: usize) -> f64 {
        let mut h = self.fc.forward(x);
        let mut l = h.sum();
        if kind > 0 {
            h = h.relu()
        }
        match kind {
            0 => l += x.sum(),
            1 => l = l * 2.0,
            _ => {}
        };
        let c = h.tanh();
        (h, l) = (c * 2.0, l + h.sum());
        mse_loss(&h, x) + l
    }

    fn mutable_tuple(&self, x: &Numbers) -> f64 {
        let (mut n, mut change) = (0, f64::INFINITY);
        let mut h = x.clone();
        while n < 3 && change > 1e-9 {
            let next = self.fc.forward(&h).tanh();
            change = mse_loss(&next, &h);
            h = next;
            n += 1;
        }
        change + h.sum()
    }

    fn counts(&self, x: &Numbers, hits: &mut usize) -> f64 {
        *hits += 1;
        let weights = vec![0.5; x.rows()];
        let text = format!("{:?}", x.shape());
        let single = matches!(x.rows(), 1);
        assert!(!text.is_empty() && !single && weights.len() == x.rows());
        self.fc.forward(x).sum() * weights[0]
    }

    fn optional(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        if self.opt.is_some() {
            h = self.opt.as_ref().unwrap().forward(&h);
        }
        if let Some(block) = self.opt.as_ref() {
            h = block.forward(&h).tanh();
        }
        if let Some(block) = self.blocks.first() {
            h = block.forward(&h);
        }
        if let Some(block) = self.blocks.get(1) {
            h = block.forward(&h);
        }
        let Some(last) = self.blocks.last() else {
            return h.sum();
        };
        let first = self.blocks.first().unwrap();
        h = last.forward(&first.forward(&h));
        h.sum()
    }

    fn by_path(&self, x: &Numbers) -> f64 {
        let h = Layer::forward(&self.fc, x);
        Tensor::tanh(&Linear::forward(&self.blocks[1], &h)).sum()
    }

    fn pairs(&self, x: &Numbers) -> f64 {
        let (a, b) = &self.pair;
        b.forward(&a.forward(x)).sum()
    }

    fn numbers(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let s = (h.sum() * h.sum() + 1.0).sqrt();
        if s.is_nan() {
            return 0.0;
        }
        let t = s.ln().exp() + s.sin() * s.cos() + s.tanh().abs() + (-s).exp();
        let u = t.powi(2) + s.powf(1.5) + t.max(0.1).min(100.0) + s.recip();
        (1.0 - h.mean()).max(0.0).powi(2) + u.clamp(-1e3, 1e3).ln_1p() + s.atan2(t) + s.hypot(t)
    }

    fn ids(&self, x: &Numbers, ids: &Ids) -> f64 {
        self.fc.forward(x).sum() * count(ids) as f64 * ids.as_slice().len() as f64
    }

    fn casts(&self, x: &Numbers) -> Result<f64, Mistake> {
        let mut n = 0;
        let mut h = x.clone();
        let (last, steps) = loop {
            h = self.fc.forward(&h).tanh();
            n += 1;
            if n > 2 {
                break (h, n);
            }
        };
        let (a, k) = if steps > 7 { (last.sum(), 3) } else { (last.mean(), 4) };
        let sum = a * steps as f64 * k as f64 * self.counted(x).1 as f64 * size("2")? as f64;
        match self.checked(x) {
            Ok(loss) => Ok(loss + sum),
            Err(Mistake(text)) if text.len() > 3 => Ok(sum),
            Err(mistake) => Err(mistake),
        }
    }

    fn counted(&self, x: &Numbers) -> (f64, usize) {
        (self.fc.forward(x).sum(), x.rows())
    }

    fn checked(&self, x: &Numbers) -> Result<f64, Mistake> {
        if x.rows() > 100 {
            return Err(Mistake("long".into()));
        }
        Ok(self.fc.forward(x).sum())
    }

    fn slots(&self, x: &Numbers) -> f64 {
        let mut slots = vec![Some(self.fc.forward(x)), None];
        if slots[1].is_none() {
            slots[1] = Some(x.tanh());
        }
        let mut sums = vec![x.sum()];
        let others = [slots[0].as_ref().unwrap().sum(), 0.5];
        sums.extend(others.iter().cloned());
        sums[0] * sums[1] * sums[2]
    }

    fn remainders(&self, x: &Numbers) -> f64 {
        let n = x.rows() + self.blocks.len();
        let h = if n % 2 == 1 { self.fc.forward(x) } else { x.clone() };
        let n = n % 2;
        h.sum() * n as f64
    }
}

struct Mistake(String);

fn size(text: &str) -> Result<usize, Mistake> {
    text.parse().map_err(|_| Mistake(text.into()))
}

fn count(ids: &Ids) -> usize {
    ids.as_slice().len()
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::new(), uniform::<4>(2, 11));
    check(&net, |net| net.literals_and_grad(&x));
    check(&net, |net| net.lists_of_literals_and_grad(&x));
    check(&net, |net| net.slices_of_blocks_and_grad(&x));
    for deep in [false, true] {
        check(&net, |net| net.conditions_in_a_chain_and_grad(&x, deep));
        assert_eq!(net.conditions_in_a_chain(&x, deep), net.conditions_in_a_chain_and_grad(&x, deep).0);
    }
    check(&net, |net| net.boxes_of_tuples_and_lists_and_grad(&x));
    for kind in 0..3 {
        check(&net, |net| net.statements_and_grad(&x, kind));
        assert_eq!(net.statements(&x, kind), net.statements_and_grad(&x, kind).0);
    }
    check(&net, |net| net.mutable_tuple_and_grad(&x));
    check(&net, |net| net.counts_and_grad(&x, &mut 0));
    check(&net, |net| net.optional_and_grad(&x));
    check(&net, |net| net.by_path_and_grad(&x));
    check(&net, |net| net.pairs_and_grad(&x));
    check(&net, |net| net.numbers_and_grad(&x));
    assert_eq!(net.numbers(&x), net.numbers_and_grad(&x).0);
    check(&net, |net| net.ids_and_grad(&x, &Ids::from_vec([2], vec![0, 1])));
    let x = uniform::<4>(2, 12);
    check(&net, |net| net.remainders_and_grad(&x));
    check(&net, |net| net.casts_and_grad(&x).ok().unwrap());
    check(&net, |net| net.slots_and_grad(&x));
    let _ = &net.scale;
}
