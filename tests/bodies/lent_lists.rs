//! Lists by mutable reference: slices, iterators over them, and what is found in them.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[derive(Value, Clone)]
struct State<const D: usize> {
    h: Tensor<D, f64>,
    e: f64,
    steps: usize,
}

#[derive(Module, Clone)]
struct Block<const D: usize> {
    fc: WithElem<Linear<D, D>, f64>,
}

#[differentiable]
impl<const D: usize> Block<D> {
    fn run(&self, x: &Tensor<D, f64>, s: &mut State<D>) -> Tensor<D, f64> {
        s.h = self.fc.forward(&(x + &s.h)).tanh();
        s.steps += 1;
        &s.h * 0.5
    }
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [Block<3>; 2],
}

#[differentiable]
fn state(h: T, e: f64) -> State<3> {
    State { h, e, steps: 0 }
}

#[differentiable]
fn states(h: T, x: &T) -> Vec<State<3>> {
    vec![State { h, e: 1.0, steps: 0 }, state(x.tanh(), 2.0), State { h: x * 0.3, e: -1.0, steps: 2 }]
}

#[differentiable]
fn total(l: &[State<3>]) -> f64 {
    l.iter().map(|s| s.h.sum() * s.e).sum::<f64>() + l[0].steps as f64 * l[1].e
}

#[derive(Value, Clone)]
struct World<const D: usize> {
    h: Tensor<D, f64>,
    count: usize,
    on: bool,
    states: Vec<State<D>>,
}

#[differentiable]
fn world(h: T, x: &T) -> World<3> {
    World { h, count: 1, on: true, states: vec![state(x.clone(), 1.0), state(x.tanh(), 2.0)] }
}

#[differentiable]
fn energy<const D: usize>(w: &World<D>) -> f64 {
    (&w.h * &w.h).sum() * w.count as f64
}

#[differentiable]
fn double<const D: usize>(l: &mut [State<D>]) {
    for s in l.iter_mut() {
        s.e *= 2.0;
        s.h = s.h.tanh();
    }
}

#[differentiable]
impl Net {
    fn array_as_slice_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = l[1].e * 3.0;
    }
    fn array_as_slice(&self, x: &T) -> f64 {
        let mut l = [state(self.fc.forward(x), 1.0), state(x.tanh(), 2.0)];
        self.array_as_slice_within(&mut l);
        total(&l)
    }

    fn array_within(&self, l: &mut [State<3>; 2]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = l[1].e * 3.0;
    }
    fn array(&self, x: &T) -> f64 {
        let mut l = [state(self.fc.forward(x), 1.0), state(x.tanh(), 2.0)];
        self.array_within(&mut l);
        total(&l)
    }

    fn vec_as_slice_within(&self, l: &mut [State<3>]) {
        for s in l {
            s.h = self.fc.forward(&s.h);
        }
    }
    fn vec_as_slice(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.vec_as_slice_within(&mut l);
        total(&l)
    }

    fn to_a_function(&self, x: &T) -> f64 {
        let mut l = [state(self.fc.forward(x), 1.0), state(x.tanh(), 2.0)];
        double(&mut l);
        {
            let mut l = states(self.fc.forward(x), x);
            double(&mut l);
            double(&mut l[1..]);
            double(&mut l[..=1]);
            double(&mut l[..]);
        }
        total(&l)
    }

    fn parts_of_a_list_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = 3.0;
    }
    fn parts_of_a_list(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.parts_of_a_list_within(&mut l[1..]);
        let k = 2;
        self.parts_of_a_list_within(&mut l[..k]);
        self.parts_of_a_list_within(&mut l[0..=1]);
        self.parts_of_a_list_within(&mut l[..]);
        total(&l)
    }

    fn slice_passed_on_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = 3.0;
    }
    fn slice_passed_on_more(&self, l: &mut [State<3>]) {
        self.slice_passed_on_within(l);
        self.slice_passed_on_within(&mut l[1..]);
        self.slice_passed_on_within(&mut *l);
    }
    fn slice_passed_on(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.slice_passed_on_more(&mut l);
        total(&l)
    }

    fn halves_within(&self, l: &mut [State<3>]) {
        let (a, b) = l.split_at_mut(1);
        a[0].e = b[0].e * 2.0;
        b[1].h = self.fc.forward(&a[0].h);
        for s in b {
            s.e *= 2.0;
        }
    }
    fn halves(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.halves_within(&mut l);
        total(&l)
    }

    fn halves_passed_on_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = 3.0;
    }
    fn halves_passed_on(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let (a, b) = l.split_at_mut(1);
        self.halves_passed_on_within(a);
        self.halves_passed_on_within(b);
        a[0].e += b[1].e;
        total(&l)
    }

    fn numbers_within(&self, l: &mut [f64]) {
        l[0] *= 2.0;
        for v in l {
            *v *= *v;
        }
    }
    fn numbers(&self, x: &T) -> f64 {
        let mut l = [x.sum(), self.fc.forward(x).sum()];
        self.numbers_within(&mut l);
        self.numbers_within(&mut l[1..]);
        l[0] * l[1]
    }

    fn field_as_slice_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut() {
            s.h = self.fc.forward(&s.h);
        }
        l[0].e = 3.0;
    }
    fn field_as_slice(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.field_as_slice_within(&mut w.states);
        self.field_as_slice_within(&mut w.states[1..]);
        w.states[1].h.sum() * w.states[1].e + w.states[0].h.sum()
    }

    fn zipped_slice_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        for (b, s) in self.blocks.iter().zip(l) {
            h = b.run(&h, s);
        }
        h
    }
    fn zipped_slice(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_slice_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_vec_within(&self, x: &T, l: &mut Vec<State<3>>) -> T {
        let mut h = x.clone();
        for (b, s) in self.blocks.iter().zip(l) {
            h = b.run(&h, s);
        }
        h
    }
    fn zipped_vec(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_vec_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_with_parts_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        for (s, b) in l.iter_mut().zip(&self.blocks) {
            h = b.run(&h, s);
        }
        h
    }
    fn zipped_with_parts(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_with_parts_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_and_numbered_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        for (i, (b, s)) in self.blocks.iter().zip(l.iter_mut()).enumerate() {
            h = b.run(&h, s);
            s.e *= i as f64 + 1.5;
        }
        h
    }
    fn zipped_and_numbered(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_and_numbered_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn numbered_backwards_within(&self, x: &T, l: &mut [State<3>]) {
        for (i, s) in l.iter_mut().enumerate().rev() {
            s.h = self.fc.forward(&s.h);
            s.e *= i as f64 + 1.5;
        }
    }
    fn numbered_backwards(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.numbered_backwards_within(x, &mut l);
        total(&l)
    }

    fn zipped_backwards_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        for (b, s) in self.blocks.iter().zip(l.iter_mut().rev()) {
            h = b.run(&h, s);
        }
        for s in l.iter_mut().rev() {
            s.e *= h.sum();
        }
        h
    }
    fn zipped_backwards(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_backwards_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_numbers_within(&self, l: &mut [f64], r: &[f64]) {
        for (a, b) in l.iter_mut().zip(r) {
            *a *= b;
        }
        for (b, a) in r.iter().zip(l) {
            *a += *b;
        }
    }
    fn zipped_numbers(&self, x: &T) -> f64 {
        let mut l = vec![x.sum(), self.fc.forward(x).sum()];
        let r = l.clone();
        self.zipped_numbers_within(&mut l, &r);
        l[0] * l[1]
    }

    fn zipped_for_each_within(&self, x: &T, l: &mut [State<3>]) {
        self.blocks.iter().zip(l).for_each(|(b, s)| {
            let h = b.run(x, s);
            s.e *= h.sum();
        });
    }
    fn zipped_for_each(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.zipped_for_each_within(x, &mut l);
        total(&l)
    }

    fn two_slices_within(&self, a: &mut [State<3>], b: &mut [State<3>]) {
        for (s, t) in a.iter_mut().zip(b) {
            s.e += t.e;
            t.h = self.fc.forward(&s.h);
        }
    }
    fn two_slices(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let mut q = l.clone();
        self.two_slices_within(&mut l, &mut q);
        q[0].h.sum() + q[1].h.mean() + total(&l)
    }

    fn filtered_within(&self, l: &mut [State<3>]) {
        for s in l.iter_mut().filter(|s| s.steps == 0) {
            s.h = self.fc.forward(&s.h);
            s.e *= 2.0;
        }
    }
    fn filtered(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.filtered_within(&mut l);
        total(&l)
    }

    fn filtered_by_value(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        for (i, s) in l.iter_mut().filter(|s| s.e > 0.0).enumerate() {
            s.h = self.fc.forward(&s.h);
            s.e *= 2.0 + i as f64;
        }
        total(&l)
    }

    fn filtered_for_each(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        l.iter_mut().filter(|s| s.e > 0.0).for_each(|s| {
            s.h = self.fc.forward(&s.h);
            s.e *= 2.0;
        });
        total(&l)
    }

    fn found_within(&self, l: &mut [State<3>]) {
        if let Some(s) = l.iter_mut().find(|s| s.e < 0.0) {
            s.h = self.fc.forward(&s.h);
            s.e *= 2.0;
        }
        let s = l.iter_mut().find(|s| s.steps == 0).unwrap();
        s.e *= 3.0;
    }
    fn found(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.found_within(&mut l);
        total(&l)
    }

    fn largest_within(&self, l: &mut [State<3>]) {
        let best = l.iter_mut().max_by(|a, b| a.e.total_cmp(&b.e)).unwrap();
        best.h = self.fc.forward(&best.h);
        if let Some(s) = l.iter_mut().min_by(|a, b| a.e.partial_cmp(&b.e).unwrap()) {
            s.e *= 2.0;
        }
    }
    fn largest(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.largest_within(&mut l);
        total(&l)
    }

    fn largest_key_within(&self, l: &mut [State<3>]) {
        let best = l.iter_mut().max_by_key(|a| a.steps).unwrap();
        best.h = self.fc.forward(&best.h);
        if let Some(s) = l.iter_mut().min_by_key(|s| s.steps) {
            s.e *= 2.0;
        }
    }
    fn largest_key(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.largest_key_within(&mut l);
        total(&l)
    }

    fn swapped_within(&self, a: &mut State<3>, b: &mut State<3>) {
        std::mem::swap(&mut a.h, &mut b.h);
        std::mem::swap(a, b);
        a.e *= 2.0;
    }
    fn swapped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let mut q = l[1].clone();
        self.swapped_within(&mut l[0], &mut q);
        q.h.mean() * q.e + total(&l)
    }

    fn replaced_parts_within(&self, w: &mut World<3>) -> f64 {
        let old = std::mem::replace(&mut w.h, w.states[0].h.clone());
        let states = std::mem::take(&mut w.states);
        w.states.push(states[1].clone());
        old.sum()
    }
    fn replaced_parts(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.replaced_parts_within(&mut w);
        a + energy(&w) + w.states[0].e * w.states[0].h.sum()
    }

    fn replaced_whole_within(&self, s: &mut State<3>, n: State<3>) -> f64 {
        let old = std::mem::replace(s, n);
        old.h.sum() * old.e
    }
    fn replaced_whole(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let n = l[1].clone();
        let a = self.replaced_whole_within(&mut l[0], n);
        a + total(&l)
    }

    fn taken_within(&self, s: &mut State<3>) -> f64 {
        let old = std::mem::take(&mut s.e);
        let n = std::mem::take(&mut s.steps);
        old * (n + 2) as f64
    }
    fn taken(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let a = self.taken_within(&mut l[2]);
        a + total(&l)
    }
}

#[test]
fn lists_by_mutable_reference_are_changed() {
    let (net, x) = (Net::init(&mut rng(31)), uniform(2, 32));
    agree_all!(
        &net, (&x),
        array_as_slice array_as_slice_and_grad,
        array array_and_grad,
        vec_as_slice vec_as_slice_and_grad,
        to_a_function to_a_function_and_grad,
        parts_of_a_list parts_of_a_list_and_grad,
        slice_passed_on slice_passed_on_and_grad,
        halves halves_and_grad,
        halves_passed_on halves_passed_on_and_grad,
        numbers numbers_and_grad,
        field_as_slice field_as_slice_and_grad,
        zipped_slice zipped_slice_and_grad,
        zipped_vec zipped_vec_and_grad,
        zipped_with_parts zipped_with_parts_and_grad,
        zipped_and_numbered zipped_and_numbered_and_grad,
        numbered_backwards numbered_backwards_and_grad,
        zipped_backwards zipped_backwards_and_grad,
        zipped_numbers zipped_numbers_and_grad,
        zipped_for_each zipped_for_each_and_grad,
        two_slices two_slices_and_grad,
        filtered filtered_and_grad,
        filtered_by_value filtered_by_value_and_grad,
        filtered_for_each filtered_for_each_and_grad,
        found found_and_grad,
        largest largest_and_grad,
        largest_key largest_key_and_grad,
        swapped swapped_and_grad,
        replaced_parts replaced_parts_and_grad,
        replaced_whole replaced_whole_and_grad,
        taken taken_and_grad,
    );
}
