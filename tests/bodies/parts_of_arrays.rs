//! Names for places in arrays: `let [a, b] = &mut list;`.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<4, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Net {
    fn pat(&self, x: &T) -> f64 {
        let h = self.fc.forward(x).sum();
        let mut s = (h, [h * 2.0, h.sin()]);
        let (p, [q, r]) = &mut s;
        *p *= 2.0;
        *q += *p;
        *r *= *q;
        s.0 + s.1[0] * s.1[1]
    }
    fn first(&self, x: &T) -> f64 {
        let h = self.fc.forward(x).sum();
        let mut s = [h, h * 2.0, h.sin()];
        let [a, ..] = &mut s;
        *a *= 3.0;
        let [p, q, _] = &mut s;
        *q += *p;
        std::mem::swap(p, q);
        s[0] * s[1] + s[2]
    }
}

#[test]
fn parts_of_arrays() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), pat pat_and_grad, first first_and_grad);
}
