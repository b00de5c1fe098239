//! Code on fields of values that are marked `#[constant]`.

use std::collections::HashMap;

use tiedw::prelude::*;

use crate::{agree, rng, uniform};

#[derive(Clone, PartialEq)]
enum Kind {
    A,
    B(u32),
}
impl Kind {
    fn weight(&self, by: f64) -> f64 {
        match self {
            Kind::A => by,
            Kind::B(n) => *n as f64,
        }
    }
}

#[derive(Value, Clone)]
struct Batch<'a, const F: usize> {
    x: &'a Tensor<F, f64>,
    weights: Vec<f64>,
    #[constant]
    names: Vec<String>,
    #[constant]
    table: HashMap<String, usize>,
    #[constant]
    kind: Kind,
    #[constant]
    note: Option<String>,
}
#[derive(Value, Clone)]
struct Outer<'a> {
    batch: Batch<'a, 3>,
    scale: f64,
}
fn is_known(name: &str, table: &HashMap<String, usize>) -> bool {
    table.contains_key(name)
}
fn count(names: &[String]) -> usize {
    names.len()
}
#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 2>, f64>,
}
#[differentiable]
impl Net {
    fn weighted(&self, batch: &Batch<'_, 3>) -> f64 {
        let y = self.fc.forward(batch.x);
        let mut s = 0.0;
        for (i, w) in batch.weights.iter().enumerate() {
            if batch.names[i].starts_with('x') {
                continue;
            }
            if !is_known(&batch.names[i], &batch.table) {
                continue;
            }
            let k = *batch.table.get(&batch.names[i]).unwrap_or(&1) as f64;
            s += y.select(0, i).sum() * w * k;
        }
        let long = batch.names.iter().filter(|name| name.len() > 1).count();
        let longest = batch.names.iter().map(|name| name.trim().len()).max().unwrap_or(0);
        s * batch.kind.weight(2.0)
            + (count(&batch.names) + long + longest) as f64 * s
            + if batch.note.as_deref().is_some_and(|note| note.contains("hi")) { s } else { 0.0 }
    }
    fn loss(&self, outer: &Outer<'_>) -> f64 {
        let again =
            Batch { weights: vec![self.fc.forward(outer.batch.x).mean(), 1.0], ..outer.batch.clone() };
        let s = if outer.batch.names[0].ends_with("a") { 2.0 } else { 1.0 };
        self.weighted(&outer.batch) * outer.scale * s + self.weighted(&again)
    }
}

#[test]
fn fields_that_are_data() {
    let net = Net::init(&mut rng(0));
    let x: Tensor<3, f64> = uniform(2, 1);
    let table = [("a".to_owned(), 2), ("bb".to_owned(), 3)].into();
    let names = vec!["a".to_owned(), "bb".to_owned()];
    let (kind, note) = (Kind::B(3), Some("hi you".to_owned()));
    let batch = Batch { x: &x, weights: vec![0.5, 1.5], names, table, kind, note };
    let outer = Outer { batch, scale: 0.7 };
    agree(&net, |net| net.loss(&outer), |net| net.loss_and_grad(&outer));
}

#[derive(Value, Clone)]
struct Walk {
    h: Tensor<3, f64>,
    #[constant]
    steps: usize,
    #[constant]
    rate: f64,
}

#[derive(Value, Clone)]
struct Traced {
    h: Tensor<3, f64>,
    #[constant]
    log: String,
}

#[derive(Module, Clone)]
struct Walker {
    fc: Linear<3, 3, tiedw::Own, tiedw::Own, f64>,
}

#[differentiable]
impl Walker {
    fn loss(&self, x: &Tensor<3, f64>) -> f64 {
        let mut walk = Walk { h: x.clone(), steps: 0, rate: 1.0 };
        while walk.steps < 5 {
            walk.h = self.fc.forward(&walk.h).tanh() * walk.rate;
            walk.rate = stop_gradient(walk.rate * 0.5);
            walk.steps += 1;
            let steps = walk.steps;
            walk.steps = steps + 1;
        }
        walk.h.sum() * walk.steps as f64
    }
    fn traced(&self, x: &Tensor<3, f64>, name: &str) -> f64 {
        let mut traced = Traced { h: x.clone(), log: String::new() };
        for _ in 0..2 {
            traced.h = self.fc.forward(&traced.h).tanh();
            traced.log.push_str(name);
            traced.log.push_str("fc");
        }
        traced.h.sum() * traced.log.len() as f64
    }
}

#[test]
fn constant_fields_are_counted_up() {
    let walker = Walker { fc: Init::init(&mut rng(3)) };
    let x = uniform(2, 4);
    assert_eq!(walker.loss(&x), walker.loss_and_grad(&x).0);
    crate::check(&walker, |walker| walker.loss_and_grad(&x));
}

#[test]
fn text_in_constant_fields_changes() {
    let walker = Walker { fc: Init::init(&mut rng(3)) };
    let x = uniform(2, 4);
    agree(&walker, |walker| walker.traced(&x, "a"), |walker| walker.traced_and_grad(&x, "a"));
}
