//! Conversions by `into`, `try_into`, `into_boxed_slice` and paths such as `Vec::from`.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Value, Clone)]
struct Kept {
    scores: Box<[f64]>,
    single: f32,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn scores(&self, y: &[T]) -> Vec<f64> {
        y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect()
    }

    fn an_array(&self, x: &T, y: &[T]) -> f64 {
        let [a, b, c]: [f64; 3] = self.scores(y).try_into().unwrap();
        a * b * c + x.sum()
    }

    fn of_slices(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(y);
        let p: [f64; 2] = l[1..].try_into().unwrap();
        let q: &[f64; 2] = l[..2].try_into().expect("two scores");
        let outputs: Vec<_> = y.iter().map(|u| self.fc.forward(u)).collect();
        let two: &[T; 2] = outputs[1..].try_into().unwrap();
        p[0] * p[1] + q[0] * (&two[0] * &two[1]).sum()
    }

    fn of_another_length(&self, x: &T, y: &[T]) -> f64 {
        let Ok([a, b]): Result<[f64; 2], _> = self.scores(y).try_into() else {
            return self.fc.forward(x).sum();
        };
        a * b
    }

    fn two(&self, y: &[T]) -> Option<[f64; 2]> {
        let l = self.scores(y);
        let two: [f64; 2] = l[..].try_into().ok()?;
        Some(two)
    }

    fn missing(&self, x: &T, y: &[T]) -> f64 {
        let some = self.two(&y[1..]).map_or(0.0, |[a, b]| a * b);
        some + if self.two(y).is_none() { self.fc.forward(x).sum() } else { 0.0 }
    }

    fn by_path(&self, x: &T, y: &[T]) -> f64 {
        let l = self.scores(y);
        let a = <[f64; 2]>::try_from(&l[1..]).unwrap();
        let b = Vec::from(a);
        let c = Vec::<f64>::from(&l[..]);
        let d = Box::<[f64]>::from(c);
        let e = f64::from(d[0] as f32 * 2.0) * 0.0;
        match <[f64; 3]>::try_from(l) {
            Ok([p, q, r]) => p * q + r * b[0] * d[2] + e,
            Err(_) => x.sum(),
        }
    }

    fn lists(&self, x: &T, y: &[T]) -> f64 {
        let (a, b) = (self.fc.forward(x).sum(), x.sum());
        let pair = [a, b];
        let l: Vec<f64> = pair.into();
        let boxed: Box<[f64]> = l.into();
        let again: Vec<f64> = boxed.into();
        let copied: Vec<f64> = again[..].into();
        again[0] * copied[1] + copied[0]
    }

    fn product(&self, list: Vec<f64>) -> f64 {
        list.iter().product()
    }

    fn passed_on(&self, x: &T, y: &[T]) -> f64 {
        self.product([self.fc.forward(x).sum(), x.mean()].into()) + self.product(self.scores(y).into())
    }

    fn boxed(&self, x: &T, y: &[T]) -> f64 {
        let kept = Kept { scores: self.scores(y).into_boxed_slice(), single: 2.0 };
        let squares: f64 = kept.scores.iter().map(|s| s * s).sum();
        let last = kept.scores.last().unwrap();
        let pairs: f64 = kept.scores.windows(2).map(|pair| pair[0] * pair[1]).sum();
        squares * kept.scores[1] + last * kept.scores.len() as f64 + pairs
    }

    fn optional(&self, x: &T, y: &[T]) -> f64 {
        let h = self.fc.forward(x);
        let bound: Option<f64> = h.mean().into();
        let boxed: Box<T> = h.into();
        bound.unwrap() * boxed.sum()
    }

    fn a_tensor(&self, x: &T, y: &[T]) -> f64 {
        let (a, b) = (self.fc.forward(x).sum(), x.sum());
        let row: Tensor<2, f64> = [a, b].into();
        let rows: Tensor<2, f64> = [[a, b], [b, a * a]].into();
        (rows * row).sum()
    }

    fn data(&self, x: &T, y: &[T]) -> f64 {
        let sizes: Vec<usize> = [1, 2].into();
        let two: [usize; 2] = sizes.try_into().unwrap();
        let factor: f64 = two[1].try_into().map_or(0.0, |two: u32| two.into());
        self.fc.forward(x).sum() * factor
    }
}

#[test]
fn conversions() {
    let net = Net::init(&mut rng(3));
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        an_array an_array_and_grad, of_slices of_slices_and_grad,
        of_another_length of_another_length_and_grad, missing missing_and_grad,
        by_path by_path_and_grad, lists lists_and_grad, passed_on passed_on_and_grad, boxed boxed_and_grad,
        optional optional_and_grad, a_tensor a_tensor_and_grad, data data_and_grad,
    );
}

#[differentiable]
fn widened(x: f32) -> f64 {
    let y = x * x;
    y.into()
}

#[test]
fn a_number_of_more_bits() {
    let (y, pullback) = widened_vjp(3.0);
    assert_eq!((y, pullback(1.0, [true])), (9.0, (Some(6.0),)));
}
