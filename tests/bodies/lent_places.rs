//! What bodies do with parts of what they were lent, and of their own lists.

use tiedw::prelude::*;

use crate::{agree_all, check, rng, uniform};

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
fn step<const D: usize>(w: &mut World<D>) {
    w.h = (&w.h * 1.5).tanh();
    w.count += 1;
}

#[differentiable]
fn energy<const D: usize>(w: &World<D>) -> f64 {
    (&w.h * &w.h).sum() * w.count as f64
}

mod deep {
    use tiedw::prelude::*;
    #[derive(Value, Clone)]
    pub(super) struct Galaxy<const D: usize> {
        pub(super) h: Tensor<D, f64>,
        pub(super) turns: usize,
    }
    #[differentiable]
    pub(super) fn spin<const D: usize>(g: &mut Galaxy<D>) {
        g.h = &g.h * 2.0;
    }
    #[differentiable]
    pub(super) fn mass<const D: usize>(g: &Galaxy<D>) -> f64 {
        g.h.sum() * g.turns as f64
    }
}

type W = World<3>;

struct Statistics {
    calls: usize,
    last: f64,
}
fn record(s: &mut Statistics) {
    s.calls += 1;
}

#[differentiable]
fn again<const D: usize>(w: &mut World<D>, n: usize) {
    if n > 0 {
        step(w);
        again(w, n - 1);
    }
}

#[differentiable]
impl Net {
    fn of_another_module_within(&self, g: &mut deep::Galaxy<3>) -> f64 {
        deep::spin(g);
        g.turns += 1;
        deep::mass(g)
    }
    fn of_another_module(&self, x: &T) -> f64 {
        let mut g = deep::Galaxy { h: self.fc.forward(x), turns: 0 };
        let a = self.of_another_module_within(&mut g);
        a + g.h.sum()
    }

    fn alias_of_a_type_within(&self, w: &mut W) -> f64 {
        step(w);
        energy(w)
    }
    fn alias_of_a_type(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.alias_of_a_type_within(&mut w);
        a + energy(&w)
    }

    fn data_within(&self, x: &T, s: &mut Statistics) -> f64 {
        s.calls += 1;
        record(s);
        s.last = stop_gradient(x.sum());
        self.fc.forward(x).sum()
    }
    fn data(&self, x: &T) -> f64 {
        let mut s = Statistics { calls: 0, last: 0.0 };
        let a = self.data_within(x, &mut s);
        a * s.calls as f64
    }

    fn options_within(&self, o: &mut Option<State<3>>, b: &mut Box<State<3>>) {
        if let Some(s) = o {
            self.options_one(s);
        }
        if let Some(s) = o.as_mut() {
            self.options_one(s);
        }
        let q = o.as_mut().unwrap();
        self.options_one(q);
        self.options_one(o.as_mut().unwrap());
    }
    fn options_one(&self, s: &mut State<3>) {
        s.h = self.fc.forward(&s.h);
    }
    fn options(&self, x: &T) -> f64 {
        let mut o = Some(State { h: x.clone(), e: 1.0, steps: 0 });
        let mut b = Box::new(State { h: x.clone(), e: 1.0, steps: 0 });
        self.options_within(&mut o, &mut b);
        o.unwrap().h.sum()
    }

    fn generic_within<V: Value + Clone>(&self, v: &mut V, w: V) -> V {
        let old = v.clone();
        *v = w;
        old
    }
    fn generic(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let n = World { h: x.clone(), ..w.clone() };
        let old = self.generic_within(&mut w, n);
        energy(&w) + old.h.sum()
    }

    fn checkpointed_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        #[checkpoint]
        for (b, s) in self.blocks.iter().zip(l.iter_mut()) {
            h = b.run(&h, s);
        }
        h
    }
    fn checkpointed(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let h = self.checkpointed_within(x, &mut l);
        h.sum() + total(&l)
    }

    fn left_early_within(&self, x: &T, l: &mut [State<3>]) -> f64 {
        for (i, s) in l.iter_mut().enumerate() {
            if i == 1 {
                continue;
            }
            if s.steps > 1 {
                break;
            }
            self.blocks[0].run(x, s);
            if i == 7 {
                return 0.0;
            }
        }
        l[0].e
    }
    fn left_early(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let h = self.left_early_within(x, &mut l);
        h + total(&l)
    }

    fn loss_of_a_slice_within(&self, x: &T, l: &mut [State<3>]) -> f64 {
        let mut t = 0.0;
        for s in l.iter_mut() {
            self.blocks[0].run(x, s);
            t += s.h.sum() * s.e;
        }
        t
    }
    fn loss_of_a_slice(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.loss_of_a_slice_within(x, &mut l) + total(&l)
    }

    fn popped_within(&self, l: &mut Vec<State<3>>) -> f64 {
        let mut t = 0.0;
        while let Some(s) = l.pop() {
            t = t * 0.5 + s.h.sum() * s.e;
        }
        l.push(State { h: Tensor::zeros([2]), e: t, steps: 0 });
        t
    }
    fn popped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.popped_within(&mut l) + l[0].e
    }

    fn nested_lists_within(&self, x: &T, l: &mut [Vec<State<3>>]) {
        for (i, row) in l.iter_mut().enumerate() {
            for (b, s) in self.blocks.iter().zip(row) {
                b.run(x, s);
                s.e *= i as f64 + 0.5;
            }
        }
        for row in l {
            for s in row {
                s.e += 1.0;
            }
        }
    }
    fn nested_lists(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let mut q = vec![l.clone(), l];
        self.nested_lists_within(x, &mut q);
        q[0][0].h.sum() * q[0][0].e + q[1][1].h.sum() * q[1][1].e
    }

    fn by_a_closure_in_a_loop_within(&self, x: &T, l: &mut [State<3>]) {
        let run = |b: &Block<3>, s: &mut State<3>| {
            b.run(x, s);
            s.e *= 2.0;
        };
        for (b, s) in self.blocks.iter().zip(l.iter_mut()) {
            run(b, s);
        }
    }
    fn by_a_closure_in_a_loop(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.by_a_closure_in_a_loop_within(x, &mut l);
        total(&l)
    }

    fn mapped_within(&self, x: &T, l: &mut [State<3>]) -> Vec<T> {
        self.blocks.iter().zip(l.iter_mut()).map(|(b, s)| b.run(x, s)).collect()
    }
    fn mapped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let q = self.mapped_within(x, &mut l);
        q[0].sum() + q[1].mean() + total(&l)
    }

    fn summed_within(&self, x: &T, l: &mut [State<3>]) -> f64 {
        l.iter_mut()
            .map(|s| {
                s.e *= 2.0;
                s.h.sum()
            })
            .sum()
    }
    fn summed(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let q = self.summed_within(x, &mut l);
        q + total(&l)
    }

    fn folded_within(&self, x: &T, l: &mut [State<3>]) -> T {
        self.blocks.iter().zip(l).fold(x.clone(), |h, (b, s)| b.run(&h, s))
    }
    fn folded(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let q = self.folded_within(x, &mut l);
        q.sum() + total(&l)
    }

    fn named_element_within(&self, x: &T, w: &mut World<3>, k: usize) -> T {
        let s = &mut w.states[k];
        let h = self.blocks[0].run(x, s);
        self.blocks[1].run(&h, s)
    }
    fn named_element(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let h = self.named_element_within(x, &mut w, 1);
        h.sum() + w.states[1].h.sum() + energy(&w)
    }

    fn taken_apart_within(&self, x: &T, w: &mut World<3>) -> T {
        let World { h, states, .. } = w;
        for s in states.iter_mut() {
            s.e *= 2.0;
        }
        for s in states {
            s.e += 1.0;
        }
        *h = self.fc.forward(h);
        h.clone()
    }
    fn taken_apart(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let h = self.taken_apart_within(x, &mut w);
        h.sum() + w.states[1].h.sum() * w.states[1].e + energy(&w)
    }

    fn swapped_elements_within(&self, l: &mut [State<3>]) {
        l.swap(0, 1);
        let (a, b) = l.split_at_mut(1);
        std::mem::swap(&mut a[0], &mut b[0]);
        std::mem::swap(&mut a[0].h, &mut b[1].h);
        l.reverse();
        l[1] = l[2].clone();
    }
    fn swapped_elements(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.swapped_elements_within(&mut l);
        total(&l)
    }

    fn first_and_rest_within(&self, x: &T, l: &mut [State<3>]) {
        if let Some((first, rest)) = l.split_first_mut() {
            for s in rest {
                s.e += first.e;
                first.e *= 2.0;
            }
        }
        let Some((last, rest)) = l.split_last_mut() else { return };
        last.e *= rest[0].e;
        let (first, rest) = l.split_first_mut().unwrap();
        first.e += rest[0].e;
    }
    fn first_and_rest(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.first_and_rest_within(x, &mut l);
        total(&l)
    }

    fn chunks_within(&self, x: &T, l: &mut [State<3>]) {
        for c in l.chunks_mut(2) {
            c[0].e *= 2.0;
        }
    }
    fn chunks(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.chunks_within(x, &mut l);
        total(&l)
    }

    fn next_and_nth_within(&self, x: &T, l: &mut [State<3>]) {
        let s = l.iter_mut().next().unwrap();
        s.e *= 2.0;
        if let Some(s) = l.iter_mut().last() {
            s.e *= 3.0;
        }
        l.iter_mut().nth(1).unwrap().e *= 2.5;
        l.first_mut().unwrap().steps += 1;
        l.last_mut().unwrap().h = x.clone();
    }
    fn next_and_nth(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.next_and_nth_within(x, &mut l);
        total(&l)
    }

    fn found_in_a_field_within(&self, w: &mut World<3>) {
        let limit = w.h.sum();
        if let Some(s) = w.states.iter_mut().find(|s| s.e > 1.5) {
            s.e *= limit;
        }
        let Some(s) = w.states.iter_mut().find(|s| s.e < -1e9) else { return };
        s.e = 0.0;
    }
    fn found_in_a_field(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.found_in_a_field_within(&mut w);
        w.states[1].e + energy(&w)
    }

    fn filtered_and_zipped_within(&self, x: &T, l: &mut [State<3>]) {
        for (b, s) in self.blocks.iter().zip(l.iter_mut().filter(|s| s.steps == 0)) {
            b.run(x, s);
        }
        l.iter_mut().filter(|s| s.steps > 0).take(1).for_each(|s| s.e *= 2.0);
        for s in l[1..].iter_mut().filter(|s| s.steps > 0) {
            s.e *= 3.0;
        }
    }
    fn filtered_and_zipped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.filtered_and_zipped_within(x, &mut l);
        total(&l)
    }

    fn largest_of_a_part_within(&self, l: &mut Vec<State<3>>) {
        l.iter_mut().max_by(|a, b| a.e.partial_cmp(&b.e).unwrap()).unwrap().e *= 2.0;
        let i = 1;
        let s = l[i..].iter_mut().min_by(|a, b| a.e.total_cmp(&b.e)).expect("some");
        s.h = self.fc.forward(&s.h);
    }
    fn largest_of_a_part(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.largest_of_a_part_within(&mut l);
        total(&l)
    }

    fn recursive_within(&self, w: &mut World<3>, n: usize) {
        if n > 0 {
            step(w);
            self.recursive_within(w, n - 1);
            self.recursive_within(&mut *w, n - 1);
        }
    }
    fn recursive(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.recursive_within(&mut w, 2);
        energy(&w)
    }

    fn recursive_function(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        again(&mut w, 2);
        energy(&w)
    }

    fn beside_a_function_within(&self, h: &mut T, f: impl Fn(&T) -> T) -> f64 {
        *h = f(h);
        h.sum()
    }
    fn beside_a_function(&self, x: &T) -> f64 {
        let mut h = self.fc.forward(x);
        let a = self.beside_a_function_within(&mut h, Tensor::tanh);
        a + h.mean()
    }

    fn pairs_with_one_name_within(&self, x: &T, l: &mut [State<3>]) {
        for pair in self.blocks.iter().zip(l.iter_mut()) {
            let (b, s) = pair;
            b.run(x, s);
        }
        for pair in l.iter_mut().enumerate() {
            pair.1.e *= pair.0 as f64 + 1.0;
        }
    }
    fn pairs_with_one_name(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.pairs_with_one_name_within(x, &mut l);
        total(&l)
    }

    fn tensors_within(&self, x: &T, l: &mut [T]) {
        for (b, h) in self.blocks.iter().zip(l) {
            *h = b.fc.forward(h);
        }
    }
    fn tensors_each(&self, l: &mut [T]) -> f64 {
        l.iter_mut()
            .map(|h| {
                *h = h.tanh();
                h.sum()
            })
            .sum()
    }
    fn tensors(&self, x: &T) -> f64 {
        let mut l = [x.clone(), x.tanh()];
        self.tensors_within(x, &mut l);
        let a = self.tensors_each(&mut l[1..]);
        l[0].sum() * l[1].mean() + a
    }

    fn read_by_mutable_reference_own(&self, x: &T) -> f64 {
        x.sum()
    }
    fn read_by_mutable_reference(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let mut y = x.clone();
        let a = energy(&mut w)
            + self.read_by_mutable_reference_own(&mut y)
            + self.fc.forward(&mut y).sum()
            + mse_loss(&mut y, x);
        let mut l = vec![y.clone(), y];
        a + self.read_by_mutable_reference_own(&mut l[0])
            + self.read_by_mutable_reference_own(l.last_mut().unwrap())
    }
}

#[test]
fn a_loss_changes_the_slice_that_it_was_lent() {
    let (net, x) = (Net::init(&mut rng(35)), uniform::<3>(2, 36));
    let start = [state(x.clone(), 1.0), state(x.tanh(), 2.0)];
    check(&net, |net| net.loss_of_a_slice_within_and_grad(&x, &mut start.clone()));
    let (mut l, mut other) = (start.clone(), start);
    net.loss_of_a_slice_within_and_grad(&x, &mut l);
    net.loss_of_a_slice_within(&x, &mut other);
    assert!(l[1].h == other[1].h && l[1].steps == 1);
}

#[test]
fn parts_of_values_by_mutable_reference_are_changed() {
    let (net, x) = (Net::init(&mut rng(31)), uniform(2, 32));
    agree_all!(
        &net, (&x),
        of_another_module of_another_module_and_grad,
        alias_of_a_type alias_of_a_type_and_grad,
        data data_and_grad,
        options options_and_grad,
        generic generic_and_grad,
        checkpointed checkpointed_and_grad,
        left_early left_early_and_grad,
        loss_of_a_slice loss_of_a_slice_and_grad,
        popped popped_and_grad,
        nested_lists nested_lists_and_grad,
        by_a_closure_in_a_loop by_a_closure_in_a_loop_and_grad,
        mapped mapped_and_grad,
        summed summed_and_grad,
        folded folded_and_grad,
        named_element named_element_and_grad,
        taken_apart taken_apart_and_grad,
        swapped_elements swapped_elements_and_grad,
        first_and_rest first_and_rest_and_grad,
        chunks chunks_and_grad,
        next_and_nth next_and_nth_and_grad,
        found_in_a_field found_in_a_field_and_grad,
        filtered_and_zipped filtered_and_zipped_and_grad,
        largest_of_a_part largest_of_a_part_and_grad,
        recursive recursive_and_grad,
        recursive_function recursive_function_and_grad,
        beside_a_function beside_a_function_and_grad,
        pairs_with_one_name pairs_with_one_name_and_grad,
        tensors tensors_and_grad,
        read_by_mutable_reference read_by_mutable_reference_and_grad,
    );
}
