//! Closures with variables of their own: `{ let k = k.clone(); move |x| x * k }`.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<4, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Net {
    fn clo(&self, x: &T) -> f64 {
        let k = self.fc.forward(x).sum();
        let f = {
            let c = k;
            move |v: f64| v * c
        };
        f(2.0) + f(k)
    }
    fn clo2(&self, x: &T) -> f64 {
        let f = {
            let h = self.fc.forward(x);
            let c = h.sum();
            move |v: f64| v * c
        };
        [1.0, 2.0].iter().map(|&v| f(v)).sum::<f64>()
    }
    fn clo3(&self, x: &T) -> f64 {
        let k = self.fc.forward(x);
        let c = 5.0;
        let f = {
            let k = k.clone();
            let (c, d) = (k.sum(), 2.0);
            move |v: &T| (v * &k).sum() * c * d
        };
        let g = {
            let k = 2.0;
            move |x: f64| x * k
        };
        f(x) + g(f(&k)) * c
    }
}

#[test]
fn closures_with_variables() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x = uniform(2, 2);
    agree_all!(&net, (&x), clo clo_and_grad, clo2 clo2_and_grad, clo3 clo3_and_grad);
}
