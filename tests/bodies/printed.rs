//! Values that are printed keep their gradients.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Value, Clone, Debug)]
struct State {
    h: Numbers,
    steps: usize,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Numbers, n: usize) -> f64 {
        let h = self.fc.forward(x).tanh();
        println!("{h:?} {}", h.mean());
        let mean = h.mean();
        println!("{} {mean} {mean:.3} {n} {x:?} {:?}", mean, x.shape());
        let state = State { h: h.clone(), steps: n };
        eprintln!("{:?} {} {}", state, state.h.as_slice()[0] * 2.0, state.steps);
        let list = vec![h.clone(), &h * 2.0];
        let mut sum = mean;
        for (i, item) in list.iter().enumerate() {
            print!("{i}: {:?} ", item.shape());
            println!("{total}", total = item.sum());
            if item.sum() > 0.0 {
                sum += item.sum();
                println!("above {}", item.sum())
            } else {
                println!("below")
            }
        }
        sum
    }
}

#[test]
fn printing_changes_no_gradient() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 2));
    check(&net, |net| net.loss_and_grad(&x, 3));
}
