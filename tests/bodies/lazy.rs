//! Iterators compute an item when it is asked for.

use crate::{check, rng};
use rand::{RngExt, rngs::StdRng};
use tiedw::prelude::*;

type Number = Tensor<1, f64>;

#[derive(Module, Clone)]
struct Net {
    #[module(init = tiedw::init::constant(1.5))]
    s: Vector<1, f64>,
}

#[differentiable]
fn noisy(u: &Number, random: &mut StdRng) -> f64 {
    let k: f64 = random.random_range(0.0..1.0);
    u.sum() * k
}

#[differentiable]
impl Net {
    fn counted(&self, y: &[Number]) -> f64 {
        let mut n = 0;
        let sum: f64 = y
            .iter()
            .map(|u| {
                n += 1;
                (u * &self.s).sum()
            })
            .take(2)
            .sum();
        sum / n as f64
    }

    fn none(&self, y: &[Number]) -> f64 {
        let mut n = 1;
        let changed = |u: &Number| {
            n += 1;
            (u * &self.s).sum()
        };
        let sum: f64 = y.iter().map(changed).take(0).sum();
        (sum + self.s_of(&y[0])) * n as f64
    }

    fn s_of(&self, y: &Number) -> f64 {
        (y * &self.s).sum()
    }

    fn flat(&self, y: &[Number]) -> f64 {
        let (mut n, mut m) = (0, 0);
        let sum: f64 = y
            .iter()
            .flat_map(|u| {
                n += 1;
                vec![(u * &self.s).sum(), u.sum()]
            })
            .map(|v| {
                m += 1;
                v * 2.0
            })
            .take(3)
            .sum();
        sum / (n + 10 * m) as f64
    }

    fn early(&self, y: &[Number]) -> f64 {
        let mut c = 1.0;
        for v in y.iter().map(|u| {
            c = c * (u * &self.s).sum();
            c
        }) {
            if v > 4.0 {
                break;
            }
        }
        c
    }

    fn labelled(&self, y: &[Number]) -> f64 {
        let (mut n, mut total) = (0, 0.0);
        'outer: for (i, v) in
            y.iter().filter(|u| u.as_slice()[0] > 2.0).map(|u| (u * &self.s).sum()).enumerate()
        {
            for k in 0..3 {
                n += 1;
                if k == i {
                    continue 'outer;
                }
                if n == 5 {
                    break 'outer;
                }
                total += v * k as f64;
            }
        }
        total + self.s_of(&y[0]) * n as f64
    }

    fn endless(&self, y: &[Number]) -> f64 {
        let mut total = 0.0;
        for v in (1..).map(|i| self.s_of(&y[0]) * i as f64) {
            if v > 10.0 {
                break;
            }
            total += v;
        }
        total
    }

    fn lent(&self, y: &[Number]) -> f64 {
        let slots = [None, Some(&y[0] * &self.s), Some(&y[1] * &self.s), None];
        let pairs: Vec<(Vec<Number>, usize)> = vec![(vec![&y[2] * &self.s], 0), (vec![y[3].clone()], 1)];
        let there: f64 = slots.iter().filter_map(|slot| slot.as_ref()).map(|u| u.sum()).sum();
        let named: f64 = slots.iter().filter_map(Option::as_ref).map(|u| u.sum()).sum();
        let firsts: f64 = pairs.iter().filter_map(|(list, _)| list.first()).map(|u| (u * u).sum()).sum();
        let got: f64 = pairs.iter().map_while(|(list, i)| list.get(*i)).map(|u| u.sum()).sum();
        there * named + firsts * got + slots.iter().filter_map(|slot| slot.as_ref()).count() as f64
    }

    fn scanned(&self, y: &[Number]) -> f64 {
        y.iter()
            .scan(Tensor::zeros([1]), |h: &mut Number, u| {
                *h = (u * &self.s + &*h).tanh();
                Some(h.clone())
            })
            .map(|h| h.sum())
            .sum()
    }

    fn noise(&self, y: &[Number], random: &mut StdRng) -> f64 {
        let a: f64 = y.iter().map(|u| noisy(&(u * &self.s), random)).take(2).sum();
        a + noisy(&(&y[0] * &self.s), random)
    }
}

#[test]
fn items_are_computed_when_asked_for() {
    let net = Net::init(&mut rng(0));
    let y: Vec<_> = (0..4).map(|i| Tensor::full([1], f64::from(i) + 2.0)).collect();
    macro_rules! all {
        ($($method:ident $and_grad:ident),*) => {$(
            assert_eq!(net.$and_grad(&y).0, net.$method(&y), stringify!($method));
            check(&net, |net| net.$and_grad(&y));
        )*};
    }
    all!(counted counted_and_grad, none none_and_grad, flat flat_and_grad, early early_and_grad);
    all!(lent lent_and_grad, scanned scanned_and_grad);
    all!(labelled labelled_and_grad, endless endless_and_grad);
    assert_eq!(net.noise_and_grad(&y, &mut rng(5)).0, net.noise(&y, &mut rng(5)));
    check(&net, |net| net.noise_and_grad(&y, &mut rng(5)));
}
