//! Slice patterns that name elements of a list that is borrowed mutably.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type T = Tensor<2, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<2, 2>, f64>,
}

#[differentiable]
impl Net {
    fn loss(&self, xs: &[T]) -> f64 {
        let mut list = vec![xs[0].clone(), xs[1].clone(), &xs[0] * 2.0];
        let [a, b, _] = &mut list[..] else { unreachable!() };
        *a = self.fc.forward(b).tanh();
        *b = &*b * &*a;
        let [c, d] = &mut list[1..] else { return 0.0 };
        *d = self.fc.forward(d) * &*c;
        if let [first, .., last] = &mut list[..] {
            *first = &*first + &*last;
        } else {
            return 1.0;
        }
        if let [_] = list.as_mut_slice() {
            return 2.0;
        }
        let mut array = [list[0].clone(), list[1].clone()];
        let [e, f] = &mut array;
        *e = &*e * &*f;
        std::mem::swap(e, f);
        self.change(&mut list);
        (&array[0] * 0.3 + &array[1]).sum() + list[2].sin().sum() + list[0].cos().sum()
    }

    fn change(&self, list: &mut [T]) {
        let [first, .., last] = list else { return };
        *first = self.fc.forward(last);
        *last = &*last * 0.3;
    }

    fn none(&self, x: &T) -> f64 {
        let mut list = vec![self.fc.forward(x)];
        self.change(&mut list);
        let [_, last] = &mut list[..] else { return list[0].sum() };
        *last = x.clone();
        0.0
    }
}

#[test]
fn elements_have_names_in_slice_patterns() {
    let net = Net { fc: Init::init(&mut rng(151)) };
    let xs = [uniform::<2>(3, 152), uniform::<2>(3, 153)];
    check(&net, |net| net.loss_and_grad(&xs));
    assert_eq!(net.loss(&xs), net.loss_and_grad(&xs).0);
    check(&net, |net| net.none_and_grad(&xs[0]));
}
