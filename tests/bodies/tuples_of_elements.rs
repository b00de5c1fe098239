//! Tuples of elements of parameters, which change as other tuples of numbers do.

use tiedw::prelude::*;

use crate::agree_all;

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    u: Vector<3, f64>,
}

#[differentiable]
impl Net {
    fn best(&self) -> f64 {
        let mut best = (self.v[0], 0);
        for i in 1..3 {
            let candidate = (self.v[i], i);
            if candidate.0 > best.0 {
                best = candidate;
            }
        }
        best.0 * best.1 as f64
    }

    fn replaced(&self) -> f64 {
        let mut s = (self.v[0], 2.0);
        if self.u[1] > 0.5 {
            s = (self.v[1], 3.0);
        }
        s.0 * s.1
    }

    fn computed_from_itself(&self) -> f64 {
        let mut s = (1.0, self.v[0]);
        s = (2.0, s.1 * 2.0);
        s.0 * s.1
    }

    fn in_while(&self) -> f64 {
        let mut a = (self.v[0], self.u[0]);
        while a.0 < 3.0 {
            a = (a.0 * 2.0, a.1 * a.0);
        }
        a.1
    }

    fn previous(&self) -> f64 {
        let (mut sum, mut previous) = (0.0, (self.v[0], self.u[0]));
        for i in 1..3 {
            let current = (self.v[i], self.u[i]);
            sum += current.0 * previous.1;
            previous = current;
        }
        sum + previous.1
    }

    fn changed_in_part(&self) -> f64 {
        let mut t = (self.v.sum(), self.v[1]);
        t.1 *= t.0;
        t.0 = t.1 * self.u[0];
        t.0 + t.1
    }

    fn swapped(&self) -> f64 {
        let (mut a, mut b) = ((self.v[0], 1.0), (self.v[1], 2.0));
        std::mem::swap(&mut a, &mut b);
        a.0 * a.1 + b.1
    }

    fn by_reference(&self) -> f64 {
        let mut s = (self.v[0], self.u[0]);
        {
            let (a, b) = &mut s;
            *a *= *b;
        }
        s.0
    }

    fn taken_apart(&self) -> f64 {
        let t = (self.v[0], 1.5);
        let (mut a, b) = t;
        a *= b;
        a * t.0
    }

    fn beside_a_part(&self) -> f64 {
        let s = (&self.v, self.u[0]);
        s.0.sum() * s.1
    }
}

#[test]
fn tuples_of_elements_change() {
    let net = Net { v: [0.7, -0.4, 1.2].into(), u: [0.3, 0.9, -1.1].into() };
    agree_all!(&net, (), best best_and_grad,
    replaced replaced_and_grad,
    computed_from_itself computed_from_itself_and_grad,
    in_while in_while_and_grad,
    previous previous_and_grad,
    changed_in_part changed_in_part_and_grad,
    swapped swapped_and_grad,
    by_reference by_reference_and_grad,
    taken_apart taken_apart_and_grad,
    beside_a_part beside_a_part_and_grad,
    );
}
