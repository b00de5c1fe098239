//! Elements of masks and of indices that are read where they are found.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

fn counted(flags: &[bool]) -> f64 {
    flags.iter().filter(|&&flag| flag).count() as f64
}

#[differentiable]
impl Net {
    fn in_an_argument(&self, x: &Tensor<3, f64>) -> f64 {
        let z = self.fc.forward(x);
        (&z * counted(z.gt(0.0).as_slice())).sum()
    }

    fn as_a_number(&self, x: &Tensor<3, f64>) -> f64 {
        let z = self.fc.forward(x);
        z.sum() * (1 + z.gt(x).as_slice()[0] as u8) as f64
    }

    fn in_a_condition(&self, x: &Tensor<3, f64>) -> f64 {
        let z = self.fc.forward(x);
        if z.gt(0.0).as_slice()[0] && !z.is_nan().as_slice().contains(&true) { z.sum() } else { z.mean() }
    }

    fn by_an_index(&self, x: &Tensor<3, f64>) -> f64 {
        let z = self.fc.forward(x);
        let best = z.argmax().as_slice()[0];
        let second = z.argsort_axis(0, false).as_slice()[1];
        (&z * (best + 1) as f64).sum() + z.mean() * (second + 1) as f64
    }

    fn through_an_iterator(&self, x: &Tensor<3, f64>) -> f64 {
        let z = self.fc.forward(x);
        let any = z.gt(0.5).as_slice().iter().any(|&flag| flag) && z.le(x).any();
        if any { (&z * &z).sum() } else { z.mean() }
    }
}

#[test]
fn masks_are_read_where_they_are_made() {
    let net = Net { fc: Linear::init(&mut rng(5)) };
    agree_all!(
        &net,
        (&uniform(2, 4)),
        in_an_argument in_an_argument_and_grad,
        as_a_number as_a_number_and_grad,
        in_a_condition in_a_condition_and_grad,
        by_an_index by_an_index_and_grad,
        through_an_iterator through_an_iterator_and_grad,
    );
}
