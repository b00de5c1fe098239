//! Closures that are passed to functions and methods whose bodies are elsewhere: generic ones, of other modules, of parts and of traits.

use std::cell::Cell;
use std::rc::Rc;

use tiedw::NoGradient;
use tiedw::prelude::*;

use crate::{agree_all, agree_in_input, rng, uniform};

type T = Tensor<3, f64>;

mod elsewhere {
    use tiedw::prelude::*;

    type T = Tensor<3, f64>;

    #[differentiable]
    pub(super) fn twice<const F: usize, E: Element>(
        x: &Tensor<F, E>,
        f: impl Fn(&Tensor<F, E>) -> Tensor<F, E>,
    ) -> Tensor<F, E> {
        let h = f(x);
        f(&h)
    }

    /// Passes the function on, and a closure that calls it.
    #[differentiable]
    pub(super) fn four_times<const F: usize, E: Element>(
        x: &Tensor<F, E>,
        f: impl Fn(&Tensor<F, E>) -> Tensor<F, E>,
    ) -> Tensor<F, E> {
        twice(&twice(x, |h| f(h)), f)
    }

    #[differentiable]
    pub(super) fn iterated<const F: usize>(
        steps: usize,
        f: impl Fn(&Tensor<F, f64>, usize) -> Tensor<F, f64>,
        x: &Tensor<F, f64>,
    ) -> Tensor<F, f64> {
        let mut h = x.clone();
        for i in 0..steps {
            h = f(&h, i);
        }
        h
    }

    #[differentiable]
    pub(super) fn of_two(s: f64, f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> f64 {
        f(g(s)) * g(s)
    }

    /// What it computes depends on the function alone.
    #[differentiable]
    pub(super) fn of_nothing(f: impl Fn() -> f64) -> f64 {
        f() * f()
    }

    /// The function has a constant argument, and another name.
    #[differentiable]
    pub(super) fn of_constants(s: f64, f: impl Fn(f64) -> f64) -> f64 {
        let g = f;
        let list = [g(2.0), 1.0];
        let mut sum = list[0] * 3.0;
        sum += g(0.5);
        let k = (g(1.5), s).0;
        sum + k + if g(1.0) > 100.0 { 1.0 } else { g(3.0) }
    }

    #[differentiable]
    pub(super) fn dynamic(x: &T, f: &dyn Fn(&T) -> T) -> f64 {
        f(&f(x)).sum()
    }

    #[differentiable]
    pub(super) fn by_value<F>(x: &T, f: F) -> f64
    where
        F: Fn(T) -> T,
    {
        f(f(x.clone())).sum()
    }

    #[differentiable]
    pub(super) fn of_tuples(s: f64, f: impl Fn(f64, (f64, f64)) -> (f64, f64)) -> f64 {
        let (a, b) = f(s, (s, 2.0));
        let (c, d) = f(a, (b, a));
        c * d
    }

    #[differentiable]
    pub(super) fn of_lists(s: f64, f: impl Fn(&[f64]) -> Vec<f64>) -> f64 {
        let list = f(&[s, s * s]);
        list.iter().sum::<f64>() + f(&list)[0]
    }

    #[differentiable]
    pub(super) fn if_some(s: f64, f: impl Fn(f64) -> Option<f64>) -> Option<f64> {
        f(f(s)?)
    }

    #[differentiable]
    pub(super) fn halved(s: f64) -> Result<f64, String> {
        if s > 1e9 { Err(String::from("large")) } else { Ok(s * 0.5) }
    }

    #[differentiable]
    pub(super) fn if_ok(s: f64, f: impl Fn(f64) -> Result<f64, String>) -> Result<f64, String> {
        let t = f(s)?;
        f(t)
    }

    #[differentiable]
    pub(super) fn with_data(x: &T, f: impl Fn(&T, &str, bool, &Ids) -> T) -> f64 {
        f(x, "a", true, &Ids::from_vec([2], vec![0, 1])).sum()
    }

    #[differentiable]
    pub(super) fn squared<E: Element>(s: E, f: impl Fn(E) -> E) -> E {
        f(s) * f(s * s)
    }

    #[differentiable]
    pub(super) fn of_pairs<E: Element>(s: E, f: impl Fn(E) -> Vec<E>) -> E {
        let pair = f(s);
        pair[0] * pair[1]
    }

    #[differentiable]
    pub(super) fn chosen(s: f64, f: impl Fn(f64) -> f64, #[constant] keep: impl Fn(usize) -> bool) -> f64 {
        let mut sum = 0.0;
        for i in 0..4 {
            if keep(i) {
                sum += f(s) * i as f64;
            }
        }
        sum
    }

    #[differentiable]
    pub(super) fn once(s: f64, f: impl FnOnce(f64) -> f64) -> f64 {
        f(s) * 2.0
    }

    #[differentiable]
    pub(super) fn changing(s: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
        let t = f(s);
        f(t)
    }

    #[differentiable(recursive)]
    pub(super) fn nested<const N: usize>(
        s: f64,
        depth: usize,
        f: impl Fn(f64) -> f64 + Copy,
        by: [f64; N],
    ) -> f64 {
        if depth == 0 { s * by[0] } else { nested(f(s), depth - 1, f, by) + f(0.5) }
    }
}
use elsewhere::*;

/// Functions of a name that others have, too.
mod others {
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) fn squared<E: Element>(k: usize, s: E, #[constant] f: impl Fn(usize) -> usize) -> E {
        if f(k) > 1 { s } else { s * s }
    }
}

/// A function with a companion by hand.
fn doubled(s: f64, f: impl Fn(f64) -> f64) -> f64 {
    f(s) * 2.0
}

fn doubled_vjp<P: FnOnce(f64, [bool; 1]) -> (Option<f64>,)>(
    s: f64,
    f: impl Fn(f64) -> (f64, P),
) -> (f64, impl FnOnce(f64, [bool; 2]) -> (Option<f64>, Option<NoGradient>)) {
    let (y, pullback) = f(s);
    (y * 2.0, move |d, [wanted, _]: [bool; 2]| (pullback(d * 2.0, [wanted]).0, None))
}

#[differentiable]
fn after_return(s: f64) -> f64 {
    if s > 90.0 {
        return s;
    }
    let b = s * 2.0;
    squared(s, |t| t * b)
}

#[differentiable]
trait Weighted {
    fn weight(&self) -> f64;

    fn weighted(&self, x: &T, f: impl Fn(&T) -> T) -> f64 {
        f(x).sum() * self.weight()
    }
}

#[derive(Module, Clone)]
struct Part {
    fc: WithElem<Linear<3, 3>, f64>,
    gain: Vector<3, f64>,
}

#[differentiable]
impl Part {
    fn around(&self, x: &T, f: impl Fn(&T) -> T) -> T {
        f(&self.fc.forward(&f(x)))
    }

    fn passed_on(&self, x: &T) -> T {
        twice(x, |h| self.fc.forward(h))
    }

    /// The same without another reference than `self`.
    fn deep_number(&self, s: f64, depth: usize, f: impl Fn(f64) -> f64 + Copy) -> f64 {
        if depth == 0 { s * self.gain[0] } else { self.deep_number(f(s), depth - 1, f) }
    }

    /// A method that a closure is passed to, and calls itself.
    fn deep(&self, x: &T, depth: usize, f: impl Fn(&T) -> T + Copy) -> T {
        if depth == 0 { x.clone() } else { self.deep(&f(&self.fc.forward(x)), depth - 1, f) }
    }
}

#[differentiable]
impl Weighted for Part {
    fn weight(&self) -> f64 {
        self.gain.sum()
    }
}

#[derive(Value, Clone)]
struct State {
    h: T,
    steps: usize,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    scale: Vector<3, f64>,
    part: Part,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
    option: Option<WithElem<Linear<3, 3>, f64>>,
    #[module(skip)]
    period: usize,
}

#[differentiable]
impl Net {
    fn of_layers(&self, x: &T) -> f64 {
        let start = x.clone();
        twice(&start, |h| self.fc.forward(h) * 0.5 + x).tanh().sum()
            + four_times(x, |h| self.fc.forward(h) * 0.5).mean()
            + self.part.passed_on(x).sum()
    }

    fn of_captured(&self, x: &T) -> f64 {
        let gain = x.mean();
        let state = State { h: x.clone(), steps: 2 };
        let list = vec![gain, gain * gain];
        let (a, b) = (x.sum(), x * 2.0);
        iterated(3, |h, i| h.tanh() * gain + &self.scale * (i as f64), x).sum()
            + twice(x, |h| h * &state.h * (state.steps as f64)).sum()
            + twice(x, |h| h * list[1] + self.blocks[0].forward(h) * list[0]).sum()
            + of_two(a, |t| t * b.mean(), |t| t * a + self.scale.sum())
    }

    fn of_numbers(&self, x: &T) -> f64 {
        let s = x.mean();
        of_two(s, |t| t * self.scale[1], |t| t.sin() + s) + of_two(s, f64::tanh, |t| t * s)
    }

    fn of_the_function_alone(&self, x: &T) -> f64 {
        let s = x.mean();
        of_nothing(|| s * self.scale[0] + x.sum())
            + of_nothing(|| 2.0)
            + of_constants(1.0, |t| t * self.scale[2] + s * t * t)
    }

    fn of_parts(&self, x: &T) -> f64 {
        let k = 0.3;
        let f = |h: &T| self.fc.forward(h) * k;
        self.part.around(x, f).sum()
            + self.part.around(x, |h| h * x).sum()
            + self.part.weighted(x, |h| h * &self.scale + &self.part.gain)
            + self.part.deep(x, 3, |h| h * &self.scale).sum()
    }

    fn of_several_kinds(&self, x: &T) -> f64 {
        dynamic(x, &|h| h.tanh() * &self.scale)
            + by_value(x, |h| h * &self.scale)
            + of_tuples(x.mean(), |a, (b, c)| (a * b + self.scale[2], c * x.sum()))
            + of_lists(x.mean(), |list| list.iter().map(|t| t * self.scale[1] + x.sum()).collect())
    }

    fn that_leave(&self, x: &T) -> f64 {
        let first = if_some(x.mean(), |t| if t > 100.0 { None } else { Some(t * self.scale[0]) });
        let second = if_ok(x.mean(), |t| {
            let h = halved(t * x.mean())?;
            Ok(h + self.scale[1])
        });
        let third = twice(x, |h| {
            if self.period == 2 {
                return h * &self.scale;
            }
            h.sin()
        });
        first.unwrap_or(0.0) + second.unwrap() + third.sum()
    }

    fn with_constants(&self, x: &T) -> f64 {
        let period = self.period;
        with_data(x, |h, name, flag, ids| match flag && name == "a" && ids.as_slice().len() == 2 {
            true => h * &self.scale,
            false => h.clone(),
        }) + chosen(x.mean(), |t| t * self.scale[0], |i| i % period == 0)
    }

    fn called_once_or_by_mutable_reference(&self, x: &T) -> f64 {
        once(x.mean(), |t| t * self.scale[0]) + changing(x.mean(), |t| t * self.scale[1] + x.sum())
    }

    fn in_a_recursion(&self, x: &T) -> f64 {
        nested(x.mean(), 3, |t| t * self.scale[0] + x.sum(), [2.0])
    }

    fn in_loops(&self, x: &T) -> f64 {
        let (mut h, mut total) = (x.clone(), 0.0);
        for (i, block) in self.blocks.iter().enumerate() {
            if i > 5 {
                break;
            }
            h = twice(&h, |z| block.forward(z) + &h);
            total += h.mean();
        }
        let (mut s, mut k) = (0.0, x.mean());
        while s < 3.0 {
            s += 1.0;
            k = changing(k, |t| t * k + self.scale[0] * s);
        }
        total + k
    }

    fn within_each_other(&self, x: &T) -> f64 {
        let mut total = 0.0;
        for i in 0..3 {
            let y = twice(x, |h| {
                let z = self.part.around(h, |q| q * &self.scale + x);
                if i == 1 {
                    return z.tanh();
                }
                z.sin()
            });
            total += y.mean() * i as f64;
        }
        let a = twice(x, |z| twice(z, |q| twice(q, |w| w * &self.scale + z) + q));
        total + (a * twice(x, |z| z.exp())).sum()
    }

    fn in_checkpoints_and_branches(&self, x: &T) -> f64 {
        #[checkpoint]
        let y = twice(x, |z| self.fc.forward(z) * x);
        let some = match x.rows() {
            2 => Some(twice(x, |z| z * &self.scale)),
            _ => None,
        };
        let of_option = self.option.as_ref().map_or(0.0, |layer| twice(x, |h| layer.forward(h)).mean());
        y.sum() + some.map_or(0.0, |y| twice(&y, |z| z * &y).sum()) + of_option
    }

    fn after_exits(&self, x: &T) -> f64 {
        let mut a = x.mean();
        for i in 0..4 {
            if i == 1 {
                continue;
            }
            if i == 3 {
                break;
            }
            let k = a * self.scale[i];
            a += squared(a, |t| t * k);
        }
        let mut list = Vec::new();
        loop {
            let k = a * 2.0;
            a = squared(a * 0.1, |t| t * k + self.scale[0]);
            list.push(a);
            if list.len() > 3 {
                break;
            }
        }
        if a > -100.0 {
            let b = list.iter().sum::<f64>();
            return squared(a, |t| t * b) + after_return(b);
        }
        a
    }

    fn after_question(&self, x: &T) -> Option<f64> {
        let a = if_some(x.mean(), |t| Some(t * self.scale[0]))?;
        let b = a * x.sum();
        Some(squared(a, |t| t * b * self.scale[1]))
    }

    fn with_names_of_others(&self, x: &T) -> f64 {
        let s = x.mean();
        elsewhere::squared(s, |t| t * self.scale[0])
            + others::squared(1, s, |i| i + 1)
            + doubled(s, |t| t * self.scale[1] + s)
            + of_pairs(s, |t| vec![t * self.scale[1], s])
            + self.part.deep_number(s, 2, |t| t * self.scale[0] + s)
    }

    /// As many calls as are split into segments, before a closure, and in it.
    fn long(&self, x: &T) -> f64 {
        let s = x.mean();
        let a = (s * 0.3).sin() + 0.1;
        let b = (a * s).exp() * 0.3;
        let c = (b * self.scale[0] + a).tanh() * 0.5;
        let d = ((c + b) * a).sin() + (c * s).cos() * 0.5;
        let e = (d * self.scale[1] + a).tanh() * 0.5 + b;
        let f = squared(e, |t| {
            let a = (t * 0.3).sin() + s;
            let b = (a * t).exp() * 0.3;
            let c = (b * self.scale[0] + a).tanh() * 0.5;
            let d = ((c + b) * a).sin() + (c * s).cos() * 0.5;
            let e = (d * self.scale[1] + a).tanh() * 0.5 + b;
            let f = squared(e * 0.1, |u| u * a + self.scale[2] * t);
            f + e * d
        });
        #[checkpoint]
        let g = {
            let a = (f * 0.3).sin() + s;
            let b = (a * f).exp() * 0.3;
            let c = (b * self.scale[0] + a).tanh() * 0.5;
            let d = ((c + b) * a).sin() + (c * s).cos() * 0.5;
            (d * self.scale[1] + a).tanh() * 0.5 + b
        };
        f * e + squared(g, |t| t * d + f)
    }

    fn question(&self, x: &T) -> f64 {
        self.after_question(x).unwrap()
    }

    fn named(&self, x: &T) -> f64 {
        let f = |z: &T| self.fc.forward(z);
        let g = |z: &T| f(&f(z)) + x;
        twice(x, g).sum() + twice(x, &f).mean() + elsewhere::twice(x, |h| h.tanh()).sum()
    }
}

#[test]
fn closures_have_gradients_in_functions_elsewhere() {
    let rng = &mut rng(3);
    let net = Net {
        fc: Linear::init(rng),
        scale: [0.9, -0.4, 0.6].into(),
        part: Part { fc: Linear::init(rng), gain: [0.1, 0.2, 0.3].into() },
        blocks: vec![Linear::init(rng), Linear::init(rng)],
        option: Some(Linear::init(rng)),
        period: 2,
    };
    let x = uniform(2, 4);
    agree_all!(
        &net,
        (&x),
        of_layers of_layers_and_grad,
        of_captured of_captured_and_grad,
        of_numbers of_numbers_and_grad,
        of_the_function_alone of_the_function_alone_and_grad,
        of_parts of_parts_and_grad,
        of_several_kinds of_several_kinds_and_grad,
        that_leave that_leave_and_grad,
        with_constants with_constants_and_grad,
        called_once_or_by_mutable_reference called_once_or_by_mutable_reference_and_grad,
        in_a_recursion in_a_recursion_and_grad,
        in_loops in_loops_and_grad,
        within_each_other within_each_other_and_grad,
        in_checkpoints_and_branches in_checkpoints_and_branches_and_grad,
        named named_and_grad,
        after_exits after_exits_and_grad,
        question question_and_grad,
        long long_and_grad,
        with_names_of_others with_names_of_others_and_grad,
    );
    agree_in_input!(
        &net,
        &x,
        of_layers of_layers_vjp,
        of_captured of_captured_vjp,
        of_numbers of_numbers_vjp,
        of_the_function_alone of_the_function_alone_vjp,
        of_parts of_parts_vjp,
        of_several_kinds of_several_kinds_vjp,
        that_leave that_leave_vjp,
        with_constants with_constants_vjp,
        called_once_or_by_mutable_reference called_once_or_by_mutable_reference_vjp,
        in_a_recursion in_a_recursion_vjp,
        in_loops in_loops_vjp,
        within_each_other within_each_other_vjp,
        in_checkpoints_and_branches in_checkpoints_and_branches_vjp,
        named named_vjp,
        after_exits after_exits_vjp,
        question question_vjp,
        long long_vjp,
        with_names_of_others with_names_of_others_vjp,
    );
}

#[derive(Module, Clone)]
struct Changing {
    scale: Vector<3, f64>,
}

#[differentiable]
impl Changing {
    fn loss(&self, s: f64) -> f64 {
        let place = Rc::new(Cell::new(0));
        let y = squared(s, |t| t * self.scale[place.get()]);
        place.set(1);
        y
    }
}

#[test]
#[should_panic = "computed another value when it ran again"]
fn closures_that_read_what_changes_are_found() {
    let net = Changing { scale: [0.9, -0.4, 0.6].into() };
    net.loss_and_grad(0.8);
}
