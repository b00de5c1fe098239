//! Methods of lists.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Value, Clone)]
struct Found {
    #[constant]
    ids: Vec<u32>,
    score: f64,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [WithElem<Linear<3, 3>, f64>; 3],
}

#[differentiable]
impl Net {
    fn split(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let (a, b) = l.split_at(1);
        let Some((c, d)) = l.split_last() else { return 0.0 };
        let Some((e, f)) = l.split_first() else { return 0.0 };
        let (g, h) = l[1..].split_at(1);
        let Some((i, j)) = l[1..].split_first() else { return 0.0 };
        a[0] * b[1] + c * d[0] * e * f[1] * d.len() as f64 + g[0] * h[0] * i + j[0]
    }

    fn appended(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut m = vec![x.sum(), 1.0];
        l.append(&mut m);
        l.extend_from_slice(&l[1..3].to_vec());
        l[3] * l[5] * l[0] + m.len() as f64
    }

    fn split_off(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let m = l.split_off(1);
        l[0] * m[0] * m[1]
    }

    fn drained(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let m: Vec<f64> = l.drain(..2).collect();
        let mut t = m[0] * l[0];
        for v in l.drain(..) {
            t += v * v;
        }
        t + l.len() as f64
    }

    fn kept(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let first = l[0];
        l.retain(|v| *v != first);
        l[0] * l[1] * l.len() as f64
    }

    fn copied(&self, x: &T, y: &[T]) -> f64 {
        let mut l = y.to_vec();
        l[1] = self.fc.forward(x);
        l.push(&l[1] * &l[0]);
        l.iter().map(|u| u.sum()).sum()
    }

    fn an_array(&self, x: &T, y: &[T]) -> f64 {
        let l = [self.fc.forward(x).sum(), x.sum()].map(|v| v * v);
        l[0] * l[1]
    }

    fn matched(&self, x: &T, y: &[T]) -> f64 {
        let l = [self.fc.forward(x), x.tanh()].to_vec();
        match l.as_slice() {
            [] => 0.0,
            [one] => one.sum(),
            [first, .., last] => (first * last).sum(),
        }
    }

    fn flags(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let o = l.first();
        let is = matches!(o, Some(v) if *v < 99.0);
        assert!(l.iter().sum::<f64>() < 99.0);
        assert!(!l[0].is_nan(), "{}", l.len());
        if is && matches!(o, Some(_)) { l[0] * l[1] } else { l[2] }
    }

    fn an_index_that_moves(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![vec![self.fc.forward(x).sum(), 2.0], vec![x.mean(), 3.0]];
        let mut i = 0;
        let mut next = || {
            i += 1;
            i - 1
        };
        let v = l[next()].pop().unwrap();
        v * l[next()].split_off(1)[0] * l[0][0] * l[1][0]
    }

    fn of_constants(&self, x: &T, y: &[T]) -> f64 {
        let mut found = Found { ids: vec![1], score: self.fc.forward(x).sum() };
        found.ids.push(2);
        found.ids.extend(vec![3, 4]);
        found.ids.swap(0, 1);
        found.score * found.ids[0] as f64 * found.ids.len() as f64
    }

    fn ordered(&self, x: &T, y: &[T]) -> f64 {
        let (a, b) = (self.fc.forward(x).sum(), x.mean());
        let s = [a, b, 0.3];
        let mut order = vec![0, 1, 2];
        order.sort_by(|a, b| s[*b].total_cmp(&s[*a]));
        order[1..].sort_by(|&a, &b| s[a].partial_cmp(&s[b]).unwrap());
        s[order[0]] * a + order.iter().map(|&i| s[i] * i as f64).sum::<f64>()
    }

    fn filled(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![x.sum()];
        l.resize(4, self.fc.forward(x).mean());
        l[2..].fill(x.mean());
        l[..=0].fill(self.fc.forward(&y[0]).sum());
        l.resize(3, 7.0);
        let rows = vec![l.clone(), vec![l[0] * 2.0], l];
        let all = rows.concat();
        all.iter().map(|v| v * v).sum::<f64>() * all[1] + all.len() as f64
    }

    fn a_range_drained(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.push(x.sum());
        let mut t = 1.0;
        for v in l.drain(1..=2) {
            t *= v;
        }
        l.push(2.0);
        let d: Vec<f64> = l.drain(1..).collect();
        t * l[0] * d[0] + d[1]
    }

    fn the_last_of_lists(&self, x: &T, y: &[T]) -> f64 {
        let mut rows = vec![vec![x.sum()], vec![self.fc.forward(x).sum(), 2.0]];
        let last = rows.last_mut().unwrap().pop().unwrap();
        rows.first_mut().unwrap().push(last * 2.0);
        for u in y {
            rows.get_mut(0).expect("a row").push(self.fc.forward(u).mean());
        }
        rows[0].iter().product::<f64>() * rows[1][0]
    }

    fn inserted(&self, x: &T, y: &[T]) -> f64 {
        let (mut first, mut total) = (None, 1.0);
        for u in y {
            let v = *first.get_or_insert_with(|| self.fc.forward(u).sum());
            total = total * v + u.sum();
        }
        let mut other = Some(x.sum());
        total * *other.get_or_insert(total) + first.unwrap()
    }

    fn sorted(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).sum()).collect();
        let mut compared = 0;
        l.sort_by(|a, b| {
            compared += 1;
            if a == b {
                return std::cmp::Ordering::Equal;
            }
            b.total_cmp(a)
        });
        let mut rows = vec![l.clone(), vec![x.sum(), l[0], 0.1]];
        rows.last_mut().unwrap().sort_by(f64::total_cmp);
        rows[0][1..].sort_by(|a, b| a.partial_cmp(b).unwrap());
        rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let mut three = [rows[0][1], rows[1][2], x.mean()];
        three.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        three[0] * three[1] * 2.0 + rows[1][1] * three[2] + if compared > 0 { l[0] } else { 0.0 }
    }

    fn sorted_by_keys(&self, x: &T, y: &[T]) -> f64 {
        let found = |(i, u): (usize, &T)| Found { ids: vec![i as u32], score: self.fc.forward(u).sum() };
        let mut beam: Vec<Found> = y.iter().enumerate().map(found).collect();
        beam.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = beam[0].score;
        beam.sort_by_key(|found| std::cmp::Reverse(found.ids[0]));
        let mut pairs: Vec<(f64, usize)> = beam.iter().map(|found| found.score).zip(3..).collect();
        pairs.sort_by_cached_key(|(_, place)| place % 2);
        best * pairs[0].0 + pairs[1].0 * pairs[2].0
    }

    fn outputs(&self, xs: &[T]) -> Vec<T> {
        xs.iter().map(|x| self.fc.forward(x).tanh()).collect()
    }

    fn taken_of_returned(&self, x: &T, y: &[T]) -> f64 {
        let last = self.outputs(y).pop().unwrap();
        let (first, second) = (self.outputs(y).remove(0), self.outputs(y).swap_remove(1));
        let one = vec![x * 2.0, self.fc.forward(x)].pop().unwrap();
        let other = y.iter().map(|y| self.fc.forward(y)).collect::<Vec<_>>().pop().unwrap();
        let (half, step) = (x.chunk(2, 0).pop().unwrap(), x.unbind(0).swap_remove(1));
        let joined = [self.outputs(y), vec![step]].concat().remove(2);
        (last * first).sum() + (second * one).sum() + other.mean() + (half * joined).sum()
    }

    fn read_before_it_changes(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![self.fc.forward(x).sum(), x.mean(), 2.0, 3.0];
        let a = l[0] * l.drain(..1).sum::<f64>();
        let b = l[2] * l.split_off(2)[0];
        a * b
            + l[0] * {
                l.retain(|v| *v == 2.0);
                l[0]
            }
    }
}

#[test]
fn methods_of_lists() {
    let net = Net::init(&mut rng(3));
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        split split_and_grad, appended appended_and_grad, split_off split_off_and_grad,
        drained drained_and_grad, kept kept_and_grad, copied copied_and_grad, an_array an_array_and_grad,
        matched matched_and_grad, flags flags_and_grad, an_index_that_moves an_index_that_moves_and_grad,
        of_constants of_constants_and_grad,
        ordered ordered_and_grad,
        sorted sorted_and_grad, sorted_by_keys sorted_by_keys_and_grad,
        filled filled_and_grad, taken_of_returned taken_of_returned_and_grad, a_range_drained a_range_drained_and_grad,
        the_last_of_lists the_last_of_lists_and_grad, inserted inserted_and_grad,
        read_before_it_changes read_before_it_changes_and_grad,
    );
}
