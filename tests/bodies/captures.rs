//! What closures capture, how they are left, and names of functions in their place.

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
fn halved(x: &Numbers) -> Numbers {
    x * 0.5
}
#[differentiable]
impl Net {
    fn maybe(&self, x: &Numbers, there: bool) -> Option<Numbers> {
        if there { Some(self.fc.forward(x)) } else { None }
    }

    fn shadowed(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let f = |y: &Numbers| y * &h;
        let g = {
            let h = h.tanh();
            f(&h)
        };
        let h = g.tanh();
        f(&h).sum()
    }

    fn shadowed_number(&self, x: &Numbers) -> f64 {
        let k = 2.0;
        let f = |y: Numbers| y * k;
        let k = f(x.clone()).mean();
        f(self.fc.forward(x)).sum() * k
    }

    fn question(&self, x: &Numbers) -> Option<f64> {
        let f = |h: &Numbers| -> Option<Numbers> {
            let g = self.maybe(h, true)?;
            Some(g.tanh())
        };
        let h = f(x)?;
        let g = f(&h).unwrap();
        Some(g.sum())
    }

    fn moved(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let f = move |y: &Numbers| (y * &h).sum();
        f(x) + f(&x.tanh())
    }

    fn function_name(&self, x: &Numbers) -> f64 {
        let f = Tensor::tanh;
        let h = f(&self.fc.forward(x));
        h.sum()
    }

    fn names_in_chains(&self, x: &Numbers) -> f64 {
        let hs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let ts: Vec<Numbers> = hs.iter().map(Tensor::tanh).collect();
        let s: f64 = ts.iter().map(Tensor::sum).map(f64::exp).map(f64::sqrt).sum();
        s
    }

    fn names_in_options(&self, x: &Numbers) -> f64 {
        self.maybe(x, true).map(|h| h.tanh()).as_ref().map(Tensor::sum).map(f64::cos).unwrap_or(0.0)
    }

    fn own_function(&self, x: &Numbers) -> f64 {
        let hs: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x)).collect();
        let ts: Vec<Numbers> = hs.iter().map(halved).collect();
        let apply = halved;
        let h = apply(&ts[0]);
        (h * &ts[1]).sum()
    }

    fn questions(&self, x: &Numbers) -> Result<f64, String> {
        let total: Option<f64> = self
            .blocks
            .iter()
            .map(|b| self.maybe(&b.forward(x), true))
            .map(|h| h.map(|h| h.sum()))
            .fold(Some(0.0), |a, b| Some(a? + b?));
        total.ok_or("none".to_string())
    }

    fn moved_and_shadowed(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let scale = move |k: f64| {
            let h = &h * k;
            h.tanh()
        };
        let (h, g) = (scale(0.5), scale(2.0));
        (h * g).sum()
    }

    fn shadowed_argument(&self, x: &Numbers) -> f64 {
        let f = |i: usize, h: &Numbers| self.blocks[i].forward(h);
        let mut h = x.clone();
        for i in 0..2 {
            let x = &h;
            h = f(i, x).tanh();
        }
        h.sum()
    }

    fn nested(&self, x: &Numbers) -> f64 {
        let f = |h: Numbers| h.tanh();
        let g = |h: Numbers| f(f(h) * 0.5);
        g(self.fc.forward(x)).sum()
    }

    fn changing(&self, x: &Numbers) -> f64 {
        let mut total = 0.0;
        let mut add = |h: &Numbers| total += h.sum();
        add(&self.fc.forward(x));
        add(&self.blocks[0].forward(x));
        total
    }

    fn collected(&self, x: &Numbers) -> Option<f64> {
        let hs: Option<Vec<Numbers>> = self.blocks.iter().map(|b| self.maybe(&b.forward(x), true)).collect();
        let hs = hs?;
        let gs = self
            .blocks
            .iter()
            .map(|b| self.maybe(&b.forward(x), true).ok_or("none"))
            .collect::<Result<Vec<_>, _>>();
        let none =
            self.blocks.iter().map(|b| self.maybe(&b.forward(x), false)).collect::<Option<Vec<Numbers>>>();
        assert!(none.is_none());
        Some(hs.iter().map(|h| h.sum()).sum::<f64>() * gs.unwrap()[1].sum())
    }

    fn try_fold(&self, x: &Numbers) -> Option<f64> {
        let step = |h: Numbers| self.maybe(&h, true);
        let h = (0..3).try_fold(x.clone(), |h, _| step(h))?;
        Some(h.sum())
    }

    fn patterns(&self, x: &Numbers) -> f64 {
        let f = |(a, b): (&Numbers, &Numbers), [c, d]: [f64; 2]| (a * c + b * d).sum();
        let h = self.fc.forward(x);
        f((&h, x), [0.5, 2.0])
    }

    fn names_in_folds(&self, x: &Numbers) -> f64 {
        let s: f64 =
            self.blocks.iter().map(|b| b.forward(x)).map(|h| h.sum()).map(|s| s.max(0.1)).fold(0.0, f64::max);
        let t = self.blocks.iter().map(|b| b.forward(x).mean()).reduce(f64::min).unwrap();
        s + t
    }

    fn alias_of_self(&self, x: &Numbers) -> f64 {
        let net = self;
        let run = move |h: &Numbers| net.fc.forward(h).tanh();
        run(&run(x)).sum()
    }

    fn bound_inside(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let scale = |k: f64| {
            let h = &h * k;
            h.tanh()
        };
        let h = x.clone();
        (scale(0.5) * h).sum()
    }

    fn changed_after_move(&self, x: &Numbers) -> f64 {
        let (mut k, mut n) = (2.0, 1);
        let f = move |y: &Numbers| (y * k).sum() * n as f64;
        k = self.fc.forward(x).mean();
        n += 1;
        f(&self.blocks[0].forward(x)) * k * n as f64
    }

    fn shadowed_in_a_loop(&self, x: &Numbers) -> f64 {
        let mut total = 0.0;
        for (i, block) in self.blocks.iter().enumerate() {
            let f = |y: &Numbers| block.forward(y) * (i + 1) as f64;
            let i = 7;
            let block = &self.fc;
            let g = |y: &Numbers| {
                let block = f(y);
                vec![block.tanh(); i][i - 1].clone()
            };
            let last = |y: &Numbers| block.forward(&g(y));
            total += last(x).sum();
        }
        total
    }

    fn left_early(&self, x: &Numbers) -> Result<f64, String> {
        let check = |s: f64| -> Result<f64, String> {
            let n = "3".parse::<i32>().map_err(|e| e.to_string())?;
            if s > 1e9 {
                return Err(format!("{n}"));
            }
            Ok(s.powi(n))
        };
        let mut total = 0.0;
        for block in &self.blocks {
            total += check(block.forward(x).mean())?;
        }
        self.blocks
            .iter()
            .try_for_each(|b| if b.forward(x).sum() > 1e9 { Err("large".to_string()) } else { Ok(()) })?;
        Ok(total)
    }
}

#[test]
fn closures_see_what_they_captured() {
    let net = Net::init(&mut rng(1));
    let x = uniform(2, 5);
    check(&net, |net| net.shadowed_and_grad(&x));
    check(&net, |net| net.shadowed_number_and_grad(&x));
    check(&net, |net| net.question_and_grad(&x).unwrap());
    check(&net, |net| net.moved_and_grad(&x));
    check(&net, |net| net.function_name_and_grad(&x));
    check(&net, |net| net.names_in_chains_and_grad(&x));
    check(&net, |net| net.names_in_options_and_grad(&x));
    check(&net, |net| net.own_function_and_grad(&x));
    check(&net, |net| net.questions_and_grad(&x).unwrap());
    check(&net, |net| net.moved_and_shadowed_and_grad(&x));
    check(&net, |net| net.shadowed_argument_and_grad(&x));
    check(&net, |net| net.nested_and_grad(&x));
    check(&net, |net| net.changing_and_grad(&x));
    check(&net, |net| net.collected_and_grad(&x).unwrap());
    check(&net, |net| net.try_fold_and_grad(&x).unwrap());
    check(&net, |net| net.patterns_and_grad(&x));
    check(&net, |net| net.names_in_folds_and_grad(&x));
    check(&net, |net| net.alias_of_self_and_grad(&x));
    check(&net, |net| net.bound_inside_and_grad(&x));
    check(&net, |net| net.changed_after_move_and_grad(&x));
    check(&net, |net| net.shadowed_in_a_loop_and_grad(&x));
    check(&net, |net| net.left_early_and_grad(&x).unwrap());
    let view = net.view();
    assert_eq!(view.bound_inside(&x), net.bound_inside_and_grad(&x).0);
    assert_eq!(view.changed_after_move(&x), net.changed_after_move_and_grad(&x).0);
    assert_eq!(view.shadowed_in_a_loop(&x), net.shadowed_in_a_loop_and_grad(&x).0);
    assert_eq!(view.shadowed(&x), net.shadowed_and_grad(&x).0);
    assert_eq!(view.shadowed_number(&x), net.shadowed_number_and_grad(&x).0);
}
