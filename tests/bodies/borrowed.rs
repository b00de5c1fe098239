//! Values that are changed through `&mut`.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [WithElem<Linear<3, 3>, f64>; 3],
}

#[derive(Value, Clone)]
struct State {
    h: T,
    e: f64,
    steps: usize,
}

#[differentiable]
impl Net {
    fn elements(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        for v in l.iter_mut() {
            *v *= *v;
        }
        for v in &mut l {
            *v += 1.0;
        }
        l[0] * l[1] + l[2]
    }

    fn elements_and_layers(&self, x: &T, y: &[T]) -> f64 {
        let mut states = vec![Tensor::zeros([2]); 3];
        for u in y {
            let mut h = u.clone();
            for (block, state) in self.blocks.iter().zip(&mut states) {
                *state = block.forward(&(&h + &*state)).tanh();
                h = state.clone();
            }
        }
        states[2].sum()
    }

    fn numbered(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        for (i, v) in l.iter_mut().enumerate().skip(1) {
            if i == 2 {
                break;
            }
            *v *= (i + 2) as f64;
        }
        l[0] * l[1] * l[2]
    }

    fn backwards(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut c = 1.0;
        for v in l.iter_mut().rev() {
            c *= *v;
            *v = c;
        }
        l[0] + l[1]
    }

    fn structs(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![State { h: x.clone(), e: 1.0, steps: 0 }, State { h: x.tanh(), e: 2.0, steps: 1 }];
        for s in &mut l {
            s.h = self.fc.forward(&s.h).tanh();
            s.e *= s.h.sum();
            s.steps += 1;
        }
        for State { h, e, .. } in &mut l {
            *h = h.tanh();
            *e += h.mean();
        }
        l[0].h.sum() * l[1].e * l[1].steps as f64
    }

    fn tuples(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![(1.0, x.clone()), (2.0, x.tanh())];
        for (a, b) in &mut l {
            *b = self.fc.forward(b).tanh();
            *a += b.sum();
        }
        l[0].0 * l[1].0
    }

    fn nested(&self, x: &T, y: &[T]) -> f64 {
        let mut l = vec![vec![self.fc.forward(x).sum(), 1.0], vec![2.0]];
        for row in &mut l {
            for v in row.iter_mut() {
                *v *= 2.0;
            }
            row.push(x.sum());
        }
        l[0][0] * l[0][2] * l[1][0]
    }

    fn for_each(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter_mut().zip(y).for_each(|(v, u)| {
            *v += u.sum() * *v;
        });
        l[0] * l[1]
    }

    fn a_field(&self, x: &T, y: &[T]) -> f64 {
        let mut s = State { h: x.clone(), e: 1.0, steps: 0 };
        let h = &mut s.h;
        *h = h.tanh();
        *h = self.fc.forward(h);
        s.h.sum() * s.e
    }

    fn an_element(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut i = 0;
        let v = &mut l[i];
        i += 1;
        *v *= 3.0;
        *v += 1.0;
        l[0] * l[i]
    }

    fn two(&self, x: &T, y: &[T]) -> f64 {
        let (mut p, mut q) = (self.fc.forward(x).sum(), x.mean());
        let (a, b) = (&mut p, &mut q);
        *a *= 2.0;
        *b += *a;
        p * q
    }

    fn the_last(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        *l.last_mut().unwrap() *= l[0];
        *l.first_mut().unwrap() = 2.0;
        *l.get_mut(1).unwrap() += 1.0;
        l[0] * l[1] * l[2]
    }

    fn perhaps_the_last(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        if let Some(v) = l.last_mut() {
            *v *= 2.0;
        } else {
            return 0.0;
        }
        if let Some(v) = l.get_mut(9) {
            *v = 0.0;
        }
        l[0] * l[2]
    }

    fn an_option(&self, x: &T, y: &[T]) -> f64 {
        let mut o = Some(self.fc.forward(x));
        if let Some(h) = &mut o {
            *h = h.tanh();
        }
        if let Some(h) = o.as_mut() {
            *h = self.fc.forward(h);
        }
        o.unwrap().sum()
    }

    fn replaced(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut t = 0.0;
        for v in &mut l {
            t += std::mem::replace(v, t);
        }
        t * l[2]
    }

    fn moved_into_a_closure(&self, x: &T, y: &[T]) -> f64 {
        let mut c = self.fc.forward(x).sum();
        let mut next = move |v: f64| {
            c = c * v;
            c
        };
        next(2.0) + next(3.0) * c
    }

    fn arguments(&self, x: &T, y: &[T]) -> f64 {
        let mut s = State { h: x.clone(), e: 1.0, steps: 0 };
        self.update(&mut s);
        let mut l = vec![s.e, 2.0];
        self.scale(&mut l, x);
        self.shift(&mut l);
        l[0] * l[1] * s.h.sum()
    }

    fn update(&self, s: &mut State) {
        let h = &mut s.h;
        *h = self.fc.forward(h);
        let State { e, .. } = s;
        *e *= 2.0;
    }

    fn scale(&self, l: &mut Vec<f64>, x: &T) {
        for v in l {
            *v *= self.fc.forward(x).mean();
        }
    }

    fn halve(&self, v: &mut f64) {
        assert!(*v < 99.0);
        *v *= 0.5;
        assert!(v.is_finite());
    }

    fn double(&self, v: &mut f64, by: f64) {
        *v *= by;
    }

    fn shift(&self, l: &mut [f64]) {
        for (i, v) in l.iter_mut().enumerate() {
            *v += i as f64;
        }
    }

    fn slices(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        for v in &mut l[1..] {
            *v *= 2.0;
        }
        for (i, v) in l[..=1].iter_mut().enumerate() {
            *v *= i as f64 + 2.0;
        }
        l[0] * l[1] * l[2]
    }

    fn left_early(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let first = l[0];
        l.iter_mut().for_each(|v| {
            if *v == first {
                return;
            }
            *v *= 2.0;
        });
        l[0] * l[1]
    }

    fn matched(&self, x: &T, y: &[T]) -> f64 {
        let mut best: Option<f64> = None;
        for u in y {
            let s = self.fc.forward(u).sum();
            match best.as_mut() {
                Some(b) => *b = b.max(s),
                None => best = Some(s),
            }
        }
        best.unwrap()
    }

    fn let_else(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let Some(v) = l.last_mut() else { return 0.0 };
        *v *= 3.0;
        let Some(w) = l.get_mut(9) else { return l[2] * l[0] };
        *w = 1.0;
        l[1]
    }

    fn the_right_side_first(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        *l.last_mut().unwrap() += l.pop().unwrap();
        *l.first_mut().unwrap() = {
            l.push(7.0);
            l[1]
        };
        l[0] * l[1] * l[2]
    }

    fn asserted(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        for v in &mut l {
            assert!(v.abs() < 99.0, "{}", stop_gradient(*v));
            *v *= 2.0;
        }
        assert_eq!(l[0], 0.0 + l[0]);
        debug_assert_ne!(l[0], l[1]);
        l[0] * l[1]
    }

    fn an_index_that_moves(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut i = 0;
        self.double(
            &mut l[{
                i += 1;
                i
            }],
            1.0,
        );
        self.double(&mut l[i], {
            i += 1;
            3.0
        });
        l[0] + l[1] * l[i]
    }

    fn given_on(&self, x: &T, y: &[T]) -> f64 {
        let mut l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        for v in &mut l {
            self.double(v, 2.0);
        }
        l[0] * l[1]
    }

    fn asserted_argument(&self, x: &T, y: &[T]) -> f64 {
        let mut v = self.fc.forward(x).sum();
        self.halve(&mut v);
        v
    }

    fn counted_elsewhere(&self, x: &T, y: &[T]) -> f64 {
        let (mut i, mut counts) = (0, std::collections::HashMap::new());
        *counts.entry(1).or_insert(0) += {
            i += 1;
            i
        };
        self.fc.forward(x).sum() * (i + counts[&1]) as f64
    }
}

#[test]
fn values_are_changed_in_place() {
    let net = Net::init(&mut rng(3));
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        elements elements_and_grad, elements_and_layers elements_and_layers_and_grad,
        numbered numbered_and_grad, backwards backwards_and_grad, structs structs_and_grad,
        tuples tuples_and_grad, nested nested_and_grad, for_each for_each_and_grad,
        a_field a_field_and_grad, an_element an_element_and_grad, two two_and_grad,
        the_last the_last_and_grad, perhaps_the_last perhaps_the_last_and_grad,
        an_option an_option_and_grad, replaced replaced_and_grad,
        moved_into_a_closure moved_into_a_closure_and_grad, arguments arguments_and_grad,
        slices slices_and_grad, left_early left_early_and_grad, matched matched_and_grad,
        let_else let_else_and_grad, the_right_side_first the_right_side_first_and_grad,
        asserted asserted_and_grad, an_index_that_moves an_index_that_moves_and_grad,
        given_on given_on_and_grad,
        asserted_argument asserted_argument_and_grad,
        counted_elsewhere counted_elsewhere_and_grad,
    );
}
