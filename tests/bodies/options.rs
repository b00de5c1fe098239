//! Methods of `Option`, `Result` and `bool`.

use crate::{check, rng, uniform};
use tiedw::prelude::*;

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
    fn positive(&self, x: &Numbers) -> Result<f64, String> {
        let s = self.fc.forward(x).sum();
        if s.is_nan() { Err("nan".to_string()) } else { Ok(s) }
    }

    fn maybe(&self, x: &Numbers, there: bool) -> Option<Numbers> {
        if there { Some(self.fc.forward(x)) } else { None }
    }

    fn mapped(&self, x: &Numbers) -> f64 {
        self.positive(x).map(|s| s * s).unwrap_or(0.0)
    }

    fn and_then(&self, x: &Numbers) -> Result<f64, String> {
        self.positive(x).and_then(|s| if s > 1e9 { Err("large".to_string()) } else { Ok(s * 2.0) })
    }

    fn mapped_error(&self, x: &Numbers) -> Result<f64, usize> {
        let s = self.positive(x).map_err(|message| message.len())?;
        Ok(s * s)
    }

    fn ok(&self, x: &Numbers) -> Option<f64> {
        let s = self.positive(x).ok()?;
        Some(s * s)
    }

    fn unwrapped(&self, x: &Numbers) -> f64 {
        self.positive(x).unwrap_or_else(|_| 0.0)
            + self.positive(x).unwrap_or_default()
            + self.positive(x).unwrap() * self.positive(x).expect("a number")
    }

    fn ok_or(&self, x: &Numbers) -> Result<f64, String> {
        let h = self.maybe(x, true).ok_or("none".to_string())?;
        let g = self.maybe(x, true).ok_or_else(|| format!("none"))?;
        Ok((h * g).sum())
    }

    fn zipped(&self, x: &Numbers) -> f64 {
        match self.maybe(x, true).zip(self.maybe(x, true)) {
            Some((a, b)) => (a * b).sum(),
            None => 0.0,
        }
    }

    fn filtered(&self, x: &Numbers) -> f64 {
        let kept = self.maybe(x, true).filter(|h| h.rows() > 1);
        kept.map_or(0.0, |h| h.sum())
    }

    fn taken(&self, x: &Numbers) -> f64 {
        let mut state = None;
        for b in &self.blocks {
            let h = match state.take() {
                Some(before) => b.forward(&before),
                None => b.forward(x),
            };
            state = Some(h.tanh());
        }
        state.unwrap().sum()
    }

    fn is_some_and(&self, x: &Numbers) -> f64 {
        let h = self.maybe(x, true);
        let large = h.as_ref().is_some_and(|h| h.sum() > 1e9);
        if large { 0.0 } else { h.unwrap().tanh().sum() }
    }

    fn or_else(&self, x: &Numbers) -> f64 {
        let a: Result<Numbers, String> = Ok(self.fc.forward(x));
        let b: Result<Numbers, String> = a.or_else(|_| Err("no".to_string()));
        b.map_or(0.0, |h| h.sum())
    }

    fn element_or_error(&self, x: &Numbers) -> Result<f64, String> {
        let hs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let h = hs.first().ok_or("empty")?;
        let g = hs.get(1).cloned().ok_or_else(|| "short".to_string())?;
        Ok((h * &g).sum())
    }

    fn or(&self, x: &Numbers) -> f64 {
        let h = self.maybe(x, false).or(self.maybe(x, true)).xor(self.maybe(x, false)).unwrap();
        let g = self.maybe(x, true).or_else(|| None).unwrap_or_else(|| x.clone());
        (h + g).sum()
    }

    fn then(&self, x: &Numbers) -> f64 {
        let a = (x.rows() > 1).then(|| self.fc.forward(x)).unwrap();
        let b = (x.rows() > 1).then_some(self.fc.forward(x)).map(|b| b.tanh()).unwrap_or(a.clone());
        let mut stack = vec![a.clone(), b];
        let c = self.maybe(x, true).unwrap_or(stack.pop().unwrap());
        let d: Result<Option<Numbers>, String> = Some(Ok(c)).transpose();
        let e = d.unwrap().and(Some(stack.len() as f64)).unwrap_or(0.0);
        (&stack[0] * e).sum() + a.sum()
    }

    fn is_ok_and(&self, x: &Numbers) -> f64 {
        if self.positive(x).is_ok_and(|s| s < 1e9) { self.fc.forward(x).sum() } else { 0.0 }
    }

    fn in_a_condition(&self, x: &Numbers) -> f64 {
        let total = 1.0;
        let mut s = 0.0;
        if let Some(h) = &self.maybe(x, true) {
            s += h.mean();
        }
        total + s
    }

    fn pair(&self, x: &Numbers) -> f64 {
        let pair = self.maybe(x, true).map(|h| (h.sum(), 1)).unwrap_or((0.0, 0));
        let (a, n) = self.maybe(x, true).map(|h| (h.mean(), 2)).unzip();
        pair.0 * a.unwrap_or(0.0)
    }

    fn parsed(&self, x: &Numbers) -> Result<f64, std::num::ParseIntError> {
        let k: i32 = "3".parse()?;
        let n = "4".parse::<i32>().map(|n| n + 1).unwrap_or(0);
        Ok(self.fc.forward(x).powi(k).sum() * n as f64)
    }

    fn nested(&self, x: &Numbers) -> f64 {
        let h: Option<Numbers> = self.maybe(x, true);
        let s = h.as_ref().map(|h| h.sum()).ok_or(()).unwrap_or(1.0);
        let t = self.maybe(x, true).and_then(|h| self.maybe(&h, true)).map_or_else(|| 0.0, |h| h.sum());
        let u = self
            .positive(x)
            .inspect_err(|e| assert!(e.len() > 0))
            .inspect(|s| {
                let _ = s * 2.0;
            })
            .map_or_else(|_| 1.0, |s| s * s);
        let v = self.positive(x).err().map_or(0, |e| e.len());
        if v > 0
            || !self.maybe(x, true).is_none_or(|h| h.sum() < 1e9)
            || self.positive(x).is_err_and(|e| e.is_empty())
        {
            return 0.0;
        }
        s + t * u
    }
}

#[test]
fn methods_of_options_and_results() {
    let net = Net::init(&mut rng(1));
    let x = uniform(2, 5);
    check(&net, |net| net.mapped_and_grad(&x));
    check(&net, |net| net.and_then_and_grad(&x).unwrap());
    check(&net, |net| net.mapped_error_and_grad(&x).unwrap());
    check(&net, |net| net.ok_and_grad(&x).unwrap());
    check(&net, |net| net.unwrapped_and_grad(&x));
    check(&net, |net| net.ok_or_and_grad(&x).unwrap());
    check(&net, |net| net.zipped_and_grad(&x));
    check(&net, |net| net.filtered_and_grad(&x));
    check(&net, |net| net.taken_and_grad(&x));
    check(&net, |net| net.is_some_and_and_grad(&x));
    check(&net, |net| net.or_else_and_grad(&x));
    check(&net, |net| net.element_or_error_and_grad(&x).unwrap());
    check(&net, |net| net.or_and_grad(&x));
    check(&net, |net| net.then_and_grad(&x));
    check(&net, |net| net.is_ok_and_and_grad(&x));
    check(&net, |net| net.in_a_condition_and_grad(&x));
    check(&net, |net| net.pair_and_grad(&x));
    check(&net, |net| net.parsed_and_grad(&x).unwrap());
    check(&net, |net| net.nested_and_grad(&x));
}
