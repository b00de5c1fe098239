//! Values of own types by mutable reference, which are passed on, counted, or changed in closures.

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
fn step<const D: usize>(w: &mut World<D>) {
    w.h = (&w.h * 1.5).tanh();
    w.count += 1;
}

#[differentiable]
fn energy<const D: usize>(w: &World<D>) -> f64 {
    (&w.h * &w.h).sum() * w.count as f64
}

#[differentiable(value)]
impl<const D: usize> World<D> {
    fn size(&self) -> f64 {
        self.h.sum()
    }

    fn next(self, by: f64) -> World<D> {
        World { h: &self.h * by, ..self }
    }
}

#[differentiable]
fn twice<const D: usize>(w: &mut World<D>) -> f64 {
    step(w);
    step(w);
    energy(w)
}

#[differentiable]
fn doubled<const D: usize>(w: &mut World<D>) -> f64 {
    after(w);
    energy(w)
}

#[differentiable]
fn after<const D: usize>(w: &mut World<D>) {
    w.h = &w.h * 2.0;
}

#[differentiable]
fn tick<const D: usize>(w: &mut World<D>) {
    w.count += 1;
}

#[differentiable]
impl Net {
    fn to_a_function_within(&self, w: &mut World<3>) {
        step(w);
    }
    fn to_a_function(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.to_a_function_within(&mut w);
        energy(&w)
    }

    fn reborrowed_within(&self, w: &mut World<3>) {
        step(&mut *w);
    }
    fn reborrowed(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.reborrowed_within(&mut w);
        energy(&w)
    }

    fn to_a_method_inner(&self, w: &mut World<3>) {
        w.h = self.fc.forward(&w.h);
    }
    fn to_a_method_within(&self, w: &mut World<3>) -> f64 {
        self.to_a_method_inner(w);
        energy(w)
    }
    fn to_a_method(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.to_a_method_within(&mut w);
        a + energy(&w)
    }

    fn between_functions(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        twice(&mut w);
        energy(&w)
    }

    fn to_a_later_function(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = doubled(&mut w);
        a + energy(&w)
    }

    fn methods_of_values_within(&self, w: &mut World<3>) -> f64 {
        let a = w.size();
        *w = w.clone().next(a);
        w.size()
    }
    fn methods_of_values_only(&self, w: &mut World<3>) -> f64 {
        w.size()
    }
    fn methods_of_values(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.methods_of_values_within(&mut w) + self.methods_of_values_only(&mut w);
        a + energy(&w)
    }

    fn only_read_within(&self, w: &mut World<3>) -> f64 {
        energy(w) + w.h.mean()
    }
    fn only_read(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.only_read_within(&mut w);
        a + energy(&w)
    }

    fn to_a_part_within(&self, x: &T, s: &mut State<3>) -> T {
        self.blocks[0].run(x, s)
    }
    fn to_a_part(&self, x: &T) -> f64 {
        let mut s = State { h: x.clone(), e: 1.0, steps: 0 };
        let y = self.to_a_part_within(x, &mut s);
        y.sum() + s.h.mean()
    }

    fn of_a_field_within(&self, x: &T, w: &mut World<3>) -> T {
        self.blocks[0].run(x, &mut w.states[0])
    }
    fn of_a_field(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let y = self.of_a_field_within(x, &mut w);
        y.sum() + w.states[0].h.mean()
    }

    fn to_associated_functions_helper(w: &mut World<3>) {
        step(w);
    }
    fn to_associated_functions_within(&self, w: &mut World<3>) {
        Self::to_associated_functions_helper(w);
        Net::to_associated_functions_helper(w);
    }
    fn to_associated_functions(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.to_associated_functions_within(&mut w);
        energy(&w)
    }

    fn left_early_within(&self, w: &mut World<3>, deep: bool) -> f64 {
        if deep {
            step(w);
            return energy(w);
        }
        for _ in 0..2 {
            step(w);
        }
        energy(w)
    }
    fn left_early(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.left_early_within(&mut w, true) + self.left_early_within(&mut w, false) + energy(&w)
    }

    fn left_by_question_within(&self, w: &mut World<3>) -> Option<f64> {
        step(w);
        let s = w.states.first()?.e;
        Some(s * energy(w))
    }
    fn left_by_question(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.left_by_question_within(&mut w).unwrap() + energy(&w)
    }

    fn elements_within(&self, l: &mut Vec<World<3>>) {
        for w in l.iter_mut() {
            step(w);
        }
        step(&mut l[0]);
    }
    fn elements(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let mut l = vec![w.clone(), w];
        self.elements_within(&mut l);
        energy(&l[0]) + energy(&l[1])
    }

    fn counted_within(&self, w: &mut World<3>) {
        w.count += 1;
        w.on = !w.on;
    }
    fn counted(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.counted_within(&mut w);
        energy(&w)
    }

    fn counted_by_a_function(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        tick(&mut w);
        energy(&w)
    }

    fn read_and_counted_within(&self, w: &mut World<3>) -> f64 {
        w.count += 1;
        if w.count > 5 {
            w.on = false;
        }
        w.h.sum() * w.count as f64
    }
    fn read_and_counted(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let a = self.read_and_counted_within(&mut w) + self.read_and_counted_within(&mut w);
        a * energy(&w)
    }

    fn counted_inside_within(&self, w: &mut World<3>) {
        for s in &mut w.states {
            s.steps += 1;
        }
        w.states[0].steps += 2;
    }
    fn counted_inside(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.counted_inside_within(&mut w);
        energy(&w) * w.states[0].steps as f64 + w.states[1].h.sum()
    }

    fn by_index_within(&self, x: &T, l: &mut Vec<State<3>>) -> T {
        let mut h = x.clone();
        for i in 0..2 {
            h = self.blocks[i].run(&h, &mut l[i]);
        }
        h
    }
    fn by_index(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.by_index_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn by_index_of_a_slice_within(&self, x: &T, l: &mut [State<3>]) -> T {
        let mut h = x.clone();
        for i in 0..2 {
            h = self.blocks[i].run(&h, &mut l[i]);
        }
        h
    }
    fn by_index_of_a_slice(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.by_index_of_a_slice_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn by_index_of_a_field_within(&self, x: &T, w: &mut World<3>) -> T {
        let mut h = x.clone();
        for i in 0..2 {
            h = self.blocks[i].run(&h, &mut w.states[i]);
        }
        h
    }
    fn by_index_of_a_field(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let y = self.by_index_of_a_field_within(x, &mut w);
        y.sum() + w.states[1].h.sum() * energy(&w)
    }

    fn unwrapped_within(&self, x: &T, l: &mut Vec<State<3>>) -> T {
        let h = self.blocks[0].run(x, l.get_mut(0).unwrap());
        self.blocks[1].run(&h, l.last_mut().unwrap())
    }
    fn unwrapped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.unwrapped_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn perhaps_there_within(&self, x: &T, l: &mut Vec<State<3>>) -> T {
        let mut h = x.clone();
        if let Some(s) = l.get_mut(1) {
            h = self.blocks[0].run(&h, s);
        }
        if let Some(s) = l.last_mut() {
            h = self.blocks[1].run(&h, s);
        }
        h
    }
    fn perhaps_there(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.perhaps_there_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_within(&self, x: &T, l: &mut Vec<State<3>>) -> T {
        let mut h = x.clone();
        for (block, s) in self.blocks.iter().zip(l.iter_mut()) {
            h = block.run(&h, s);
        }
        h
    }
    fn zipped(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let y = self.zipped_within(x, &mut l);
        y.sum() + total(&l)
    }

    fn zipped_variable(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let mut h = x.clone();
        for (block, s) in self.blocks.iter().zip(l.iter_mut()) {
            h = block.run(&h, s);
        }
        h.sum() + total(&l)
    }

    fn unwrapped_variable(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let h = self.blocks[0].run(x, l.get_mut(0).unwrap());
        let h = self.blocks[1].run(&h, l.last_mut().expect("one"));
        h.sum() + total(&l)
    }

    fn zipped_field_within(&self, x: &T, w: &mut World<3>) -> T {
        let mut h = x.clone();
        for (block, s) in self.blocks.iter().zip(w.states.iter_mut()) {
            h = block.run(&h, s);
        }
        for (block, s) in self.blocks.iter().zip(&mut w.states) {
            h = block.run(&h, s);
        }
        h
    }
    fn zipped_field(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        let y = self.zipped_field_within(x, &mut w);
        y.sum() + w.states[1].h.sum() * energy(&w)
    }

    fn for_each_within(&self, l: &mut Vec<State<3>>) {
        l.iter_mut().for_each(|s| s.h = self.fc.forward(&s.h));
    }
    fn for_each(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.for_each_within(&mut l);
        total(&l)
    }

    fn for_each_of_a_field_within(&self, w: &mut World<3>) {
        w.states.iter_mut().for_each(|s| {
            s.e *= 2.0;
            s.steps += 1;
        });
    }
    fn for_each_of_a_field(&self, x: &T) -> f64 {
        let mut w = world(self.fc.forward(x), x);
        self.for_each_of_a_field_within(&mut w);
        w.states[0].e * w.states[1].h.sum() + energy(&w)
    }

    fn by_a_closure_within(&self, w: &mut State<3>) {
        let update = |s: &mut State<3>| s.h = self.fc.forward(&s.h);
        update(w);
        update(w);
    }
    fn by_a_closure(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.by_a_closure_within(&mut l[0]);
        total(&l)
    }

    fn by_a_closure_that_counts_within(&self, w: &mut State<3>) -> f64 {
        let mut t = 0.0;
        let mut update = |s: &mut State<3>| {
            s.h = self.fc.forward(&s.h);
            t += s.e;
        };
        update(w);
        update(w);
        t
    }
    fn by_a_closure_that_counts(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.by_a_closure_that_counts_within(&mut l[0]) + total(&l)
    }

    fn captured_within(&self, w: &mut State<3>) {
        let mut update = |by: f64| {
            w.e *= by;
            w.steps += 1;
        };
        update(2.0);
        update(3.0);
    }
    fn captured(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        self.captured_within(&mut l[0]);
        total(&l)
    }

    fn variables_by_a_closure(&self, x: &T) -> f64 {
        let mut l = states(self.fc.forward(x), x);
        let update = |s: &mut State<3>, by: f64| {
            s.e *= by;
            s.h = s.h.tanh();
        };
        update(&mut l[0], 2.0);
        let mut q = l[1].clone();
        update(&mut q, 3.0);
        q.h.sum() + q.e * total(&l)
    }
}

#[differentiable]
trait Advance {
    fn advance(&self, x: &T, w: &mut World<3>) -> f64;

    fn both(&self, x: &T, w: &mut World<3>) -> f64 {
        self.advance(x, w) + self.advance(x, w)
    }
}

#[differentiable(trait)]
impl Advance for Block<3> {
    fn advance(&self, x: &T, w: &mut World<3>) -> f64 {
        step(w);
        self.run(x, &mut w.states[0]).sum()
    }
}

trait Rewind {
    fn rewind(&self, w: &mut World<3>);
}

#[differentiable]
impl Rewind for Block<3> {
    fn rewind(&self, w: &mut World<3>) {
        step(w);
    }
}

#[derive(Module, Clone)]
struct Generic<A> {
    part: A,
    block: Block<3>,
}

#[differentiable]
impl<A: Advance> Generic<A> {
    fn twice(&self, x: &T, w: &mut World<3>) -> f64 {
        self.block.rewind(w);
        self.part.advance(x, w) + self.part.both(x, w)
    }

    fn loss(&self, x: &T) -> f64 {
        let mut w = world(x.tanh(), x);
        let twice = self.twice(x, &mut w);
        twice + energy(&w) + w.states[0].h.sum()
    }
}

#[test]
fn values_are_passed_on_by_methods_of_traits() {
    let (net, x) = (Generic::<Block<3>>::init(&mut rng(33)), uniform(2, 34));
    agree_all!(&net, (&x), loss loss_and_grad);
}

#[test]
fn values_by_mutable_reference_are_passed_on() {
    let (net, x) = (Net::init(&mut rng(31)), uniform(2, 32));
    agree_all!(
        &net, (&x),
        to_a_function to_a_function_and_grad,
        reborrowed reborrowed_and_grad,
        to_a_method to_a_method_and_grad,
        between_functions between_functions_and_grad,
        to_a_later_function to_a_later_function_and_grad,
        methods_of_values methods_of_values_and_grad,
        only_read only_read_and_grad,
        to_a_part to_a_part_and_grad,
        of_a_field of_a_field_and_grad,
        to_associated_functions to_associated_functions_and_grad,
        left_early left_early_and_grad,
        left_by_question left_by_question_and_grad,
        elements elements_and_grad,
        counted counted_and_grad,
        counted_by_a_function counted_by_a_function_and_grad,
        read_and_counted read_and_counted_and_grad,
        counted_inside counted_inside_and_grad,
        by_index by_index_and_grad,
        by_index_of_a_slice by_index_of_a_slice_and_grad,
        by_index_of_a_field by_index_of_a_field_and_grad,
        unwrapped unwrapped_and_grad,
        perhaps_there perhaps_there_and_grad,
        zipped zipped_and_grad,
        zipped_variable zipped_variable_and_grad,
        unwrapped_variable unwrapped_variable_and_grad,
        zipped_field zipped_field_and_grad,
        for_each for_each_and_grad,
        for_each_of_a_field for_each_of_a_field_and_grad,
        by_a_closure by_a_closure_and_grad,
        by_a_closure_that_counts by_a_closure_that_counts_and_grad,
        captured captured_and_grad,
        variables_by_a_closure variables_by_a_closure_and_grad,
    );
}
