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

#[differentiable]
impl Net {
    /// Called by its path.
    fn factor(&self, x: &Numbers) -> f64 {
        self.fc.forward(x).tanh().mean()
    }

    /// Whatever may be wrong with the state is said with its values.
    fn guarded(&self, x: &Numbers, most: usize) -> f64 {
        let h = self.fc.forward(x).tanh();
        let sum = h.sum();
        assert!(sum.is_finite(), "{sum} of {h:?}");
        assert!(x.rows() < 100, "{h:?}");
        assert_eq!(h.shape(), x.shape(), "of {:?}", h);
        debug_assert_ne!(x.rows(), most + 10, "{:.3}", h.mean());
        if h.max() > 1.5 {
            panic!("{:?} is no hyperbolic tangent", h);
        }
        println!("{most} {:?} {:?} {}", self.fc.bias, self.fc.forward(x), Self::factor(self, x));
        assert!(x.rows() > 0, "no rows for {:?}", self.fc.weight);
        let factor = match most {
            0 => unreachable!("{sum}"),
            1 => Self::factor(self, x) + Net::factor(self, &h),
            2 => 2.0 * sum,
            _ => panic!("{most} with a state of {sum:.1}"),
        };
        factor * sum
    }
}

#[test]
fn messages_of_panics_show_values() {
    let (net, x) = (Net::init(&mut rng(1)), uniform(2, 2));
    check(&net, |net| net.guarded_and_grad(&x, 1));
    check(&net, |net| net.guarded_and_grad(&x, 2));
}

#[test]
#[should_panic = "5 with a state of 0.0"]
fn a_value_in_the_message_of_a_panic() {
    Net::init(&mut rng(1)).zeros_like().guarded_vjp(&uniform(2, 2), 5);
}

#[test]
#[should_panic = " of Tensor"]
fn a_value_in_the_message_of_an_assertion() {
    Net::init(&mut rng(1)).guarded_vjp(&Tensor::full([2], f64::NAN), 1);
}
