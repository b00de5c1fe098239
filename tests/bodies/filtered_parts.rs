//! Options of parts that `filter` keeps, and patterns of the whole module with an `else`.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    opt: Option<Square>,
    lin: Square,
}

#[differentiable]
impl Net {
    fn returned_if(&self, x: &Numbers, deep: bool) -> f64 {
        if let Some(l) = self.opt.as_ref().filter(|_| deep) {
            return l.forward(x).sum();
        }
        x.sum() * self.v[0]
    }
    fn whole_or_else(&self, x: &Numbers) -> f64 {
        let Net { opt: Some(l), .. } = self else { return x.sum() * self.v[0] };
        l.forward(x).sum()
    }
    fn one_of_two(&self, x: &Numbers, deep: bool) -> f64 {
        let h = match self.opt.as_ref().filter(|_| deep) {
            Some(l) => l.forward(x),
            None => self.lin.forward(x),
        };
        h.sum()
    }
    fn mapped(&self, x: &Numbers, deep: bool) -> f64 {
        self.opt.as_ref().filter(|_| deep).map(|l| l.forward(x).sum()).unwrap_or(self.v[1])
    }
}

#[test]
fn gradients_agree() {
    let rng = &mut rng(1);
    let net = Net { v: [0.3, 0.5, -0.2].into(), opt: Some(Init::init(rng)), lin: Init::init(rng) };
    let (x, without) = (uniform(2, 5), Net { opt: None, ..net.clone() });
    for net in [&net, &without] {
        agree_all!(net, (&x), whole_or_else whole_or_else_and_grad);
        for deep in [true, false] {
            agree_all!(net, (&x, deep), returned_if returned_if_and_grad, one_of_two one_of_two_and_grad, mapped mapped_and_grad);
        }
    }
}
