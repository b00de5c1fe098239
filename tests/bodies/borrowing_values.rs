//! Structs and enums of values that borrow them.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type T = Tensor<2, f64>;

#[derive(Value, Clone)]
struct Batch<'a> {
    x: &'a T,
    y: &'a T,
    lengths: &'a [usize],
    #[constant]
    name: &'a str,
}

#[derive(Value, Clone, Copy)]
struct Pair<'a, 'b: 'a, V: Value>(&'a V, Option<&'b V>, usize)
where
    V: 'b;

#[derive(Value, Clone)]
enum Step<'a> {
    One(&'a T),
    Two { left: &'a T, right: &'a [T] },
    More(Vec<&'a T>, Box<Batch<'a>>),
}

#[differentiable(value)]
impl<'a> Batch<'a> {
    fn gap(&self) -> f64 {
        mse_loss(self.x, self.y) * self.name.len() as f64
    }
}

#[differentiable]
fn scaled(batch: &Batch<'_>, scale: f64) -> f64 {
    batch.gap() * scale
}

#[differentiable]
fn of_lifetime<'a>(batch: &Batch<'a>, scale: f64) -> f64 {
    (batch.x * scale).exp().sum()
}

#[differentiable]
fn without_lifetime(batch: &Batch, more: &[Batch], scale: f64) -> f64 {
    batch.gap() * scale + (more[0].x * batch.y).sum()
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<2, 2>, f64>,
}

#[differentiable]
impl Net {
    fn lent(&self, batch: &Batch<'_>) -> f64 {
        mse_loss(&self.fc.forward(batch.x), batch.y) * batch.lengths.len() as f64
    }

    fn without_lifetime(&self, batch: &Batch) -> f64 {
        let moved: Batch = batch.clone();
        mse_loss(&self.fc.forward(moved.x), batch.y) * batch.lengths.len() as f64
    }

    fn owned(&self, batch: Batch<'_>) -> f64 {
        let Batch { x, y, lengths, .. } = batch;
        mse_loss(&self.fc.forward(x), y) * lengths[0] as f64
    }

    fn built(&self, xs: &[T]) -> f64 {
        let lengths = [1, 2];
        let h = self.fc.forward(&xs[0]);
        let batch = Batch { x: &h, y: &xs[1], lengths: &lengths, name: "name" };
        let direct = mse_loss(&self.fc.forward(batch.x), batch.y) + batch.gap();
        direct
            + scaled(&batch, 0.5)
            + of_lifetime(&batch, 0.2)
            + without_lifetime(&batch, &[batch.clone()], 0.3)
            + self.lent(&batch)
            + self.owned(batch.clone())
    }

    fn steps(&self, x: &T) -> f64 {
        let h = self.fc.forward(x);
        let Pair(a, b, count) = Pair(&h, Some(x), 3);
        let mut sum = a.tanh().sum() * count as f64;
        if let Some(b) = b {
            sum += mse_loss(a, b);
        }
        let right = [x.clone(), h.clone()];
        let batch = Batch { x: &h, y: x, lengths: &[], name: "" };
        sum + self.step(Step::One(&h))
            + self.step(Step::Two { left: &h, right: &right })
            + self.step(Step::More(vec![&h, x], Box::new(batch)))
    }

    fn step(&self, step: Step<'_>) -> f64 {
        match step {
            Step::One(x) => self.fc.forward(x).tanh().sum(),
            Step::Two { left, right } => (left * &right[1]).sum() + right.len() as f64,
            Step::More(list, batch) => list.iter().map(|x| x.sin().sum()).sum::<f64>() + batch.x.exp().sum(),
        }
    }
}

#[test]
fn values_behind_references_in_structs_have_gradients() {
    let net = Net { fc: Init::init(&mut rng(131)) };
    let (x, y) = (uniform::<2>(3, 132), uniform::<2>(3, 133));
    let batch = Batch { x: &x, y: &y, lengths: &[2, 3], name: "name" };
    check(&net, |net| net.lent_and_grad(&batch));
    check(&net, |net| net.without_lifetime_and_grad(&batch));
    check(&net, |net| net.owned_and_grad(batch.clone()));
    let xs = [x.clone(), y.clone()];
    check(&net, |net| net.built_and_grad(&xs));
    check(&net, |net| net.steps_and_grad(&x));
    let (_, pullback) = net.lent_vjp(&batch);
    let (cotangent,) = pullback(1.0, &mut net.zeros_like(), [true]);
    let (dx, _) = net.lent_vjp(&Batch { x: &x, y: &y, lengths: &[1], name: "" });
    assert!(dx > 0.0 && cotangent.unwrap().y.unwrap().rows() == 3);
}
