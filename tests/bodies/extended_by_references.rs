//! Lists that are extended by, or collect, references to values.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<4, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Net {
    fn ext1(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x).sum(), 2.0];
        let mut o = vec![0.5];
        o.extend(&v);
        o.iter().map(|x| x * x).sum()
    }
    fn ext2(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x).sum(), 2.0];
        let mut o: Vec<f64> = Vec::new();
        o.extend(v.iter());
        o.extend(v.iter().copied());
        o.iter().map(|x| x * x).sum()
    }
    fn ext3(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x), x.sin()];
        let mut o = Vec::new();
        o.extend(v.iter().cloned());
        o.extend(v.iter().map(|x| x.tanh()));
        o.extend_from_slice(&v[1..]);
        o.iter().map(|x| (x * x).sum()).sum()
    }
    fn ext4(&self, x: &T) -> f64 {
        let h = self.fc.forward(x);
        let v = vec![h.clone(), x.sin()];
        let mut o: Vec<&T> = vec![&h];
        o.extend(&v);
        o.extend(v.iter());
        let mut s = 0.0;
        for x in &o {
            s += (*x * *x).sum();
        }
        s
    }
    fn part(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x).sum(), 2.0, -1.0];
        let (a, b): (Vec<&f64>, Vec<&f64>) = v.iter().partition(|x| **x > 0.0);
        a.iter().map(|x| **x * **x).sum::<f64>() + b.iter().map(|x| x.sin()).sum::<f64>()
    }
    fn part2(&self, x: &T) -> f64 {
        let v = vec![self.fc.forward(x), x.sin()];
        let (a, b): (Vec<_>, Vec<_>) = v.iter().partition(|x| x.sum() > 0.0);
        let mut s = 0.0;
        for x in a {
            s += (x * x).sum();
        }
        for x in &b {
            s += x.tanh().sum();
        }
        s
    }
    fn unz(&self, x: &T) -> f64 {
        let v = vec![(self.fc.forward(x), 1.0), (x.sin(), 2.0)];
        let (a, b): (Vec<&T>, Vec<f64>) = v.iter().map(|(x, k)| (x, *k)).unzip();
        let mut s = 0.0;
        for (x, k) in a.iter().zip(&b) {
            s += (*x * *x).sum() * *k;
        }
        s
    }
}

#[test]
fn lists_of_references() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), ext1 ext1_and_grad, ext2 ext2_and_grad, ext3 ext3_and_grad, ext4 ext4_and_grad, part part_and_grad, part2 part2_and_grad, unz unz_and_grad);
}
