//! Predicates of values as conditions and in assertions, and variants named like those of `Option` and `Result`.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    steps: usize,
}

#[differentiable(value)]
impl State {
    fn is_done(&self) -> bool {
        self.steps >= 3
    }

    fn is_even(&self) -> bool {
        self.steps % 2 == 0
    }

    fn count(&self) -> usize {
        self.steps
    }
}

#[differentiable]
fn is_small(h: &Numbers) -> bool {
    h.mean() < 10.0
}

#[derive(Value, Clone)]
enum Maybe {
    Some(Numbers),
    None,
}

#[derive(Value, Clone)]
enum Outcome {
    Ok(Numbers),
    Err(f64),
}

#[derive(Module, Clone)]
struct Net {
    a: Square,
    b: Square,
}

#[differentiable]
impl Net {
    fn is_close(&self, h: &Numbers) -> bool {
        self.a.forward(h).mean() < 100.0
    }

    fn weight(&self, state: &State) -> f64 {
        if state.is_done() {
            return 0.0;
        }
        self.b.forward(&state.h).mean()
    }

    fn conditions(&self, x: &Numbers) -> f64 {
        let mut state = State { h: self.a.forward(x), steps: 0 };
        let mut total = 0.0;
        while !state.is_done() {
            total += self.weight(&state);
            state = State { h: self.b.forward(&state.h).tanh(), steps: state.steps + 1 };
            if state.is_even() && is_small(&state.h) {
                total += state.h.mean();
            }
        }
        if x.rows() > 1 && state.is_done() {
            total += state.h.sum();
        }
        let rest = match state {
            state if state.is_even() => state.h.mean() * 2.0,
            state => state.h.sum() * 3.0,
        };
        if is_small(x) { total + rest } else { total }
    }

    fn assertions(&self, x: &Numbers) -> f64 {
        let state = State { h: self.a.forward(x), steps: 1 };
        assert!(!state.is_done());
        assert!(state.is_even() || state.count() > 0, "{} steps", state.steps);
        let is_even = state.is_even();
        assert!(!is_even);
        assert!(is_small(&state.h));
        debug_assert!(is_small(&state.h));
        assert!(self.is_close(&state.h));
        assert!(state.steps < 5 && !state.is_done());
        let h = self.b.forward(&state.h);
        assert!(h.mean().is_finite());
        h.sum()
    }

    fn counts(&self, x: &Numbers) -> f64 {
        let state = State { h: self.a.forward(x), steps: 2 };
        let mut sum = 0.0;
        for i in 0..state.count() {
            sum += state.h.mean() * (i as f64 + 1.0);
        }
        for _ in (state.count() - 1..=state.steps).rev() {
            sum += self.b.forward(&state.h).tanh().sum();
        }
        sum
    }

    fn variants(&self, x: &Numbers) -> f64 {
        let maybe = if x.rows() > 0 { Maybe::Some(self.a.forward(x)) } else { Maybe::None };
        let (fine, failed) = (Outcome::Ok(self.b.forward(x)), Outcome::Err(self.b.forward(x).mean()));
        let of_maybe = match maybe {
            Maybe::Some(h) => h.mean(),
            Maybe::None => 0.0,
        };
        let of_fine = match &fine {
            Outcome::Ok(h) => h.tanh().sum(),
            Outcome::Err(loss) => loss * 2.0,
        };
        let of_failed = match failed {
            Outcome::Ok(h) => h.sum(),
            Outcome::Err(loss) => loss * 2.0,
        };
        let option = Option::Some(of_maybe);
        if let Option::Some(factor) = option { factor * of_fine + of_failed } else { 0.0 }
    }
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::init(&mut rng(8)), uniform(2, 9));
    check(&net, |net| net.conditions_and_grad(&x));
    check(&net, |net| net.assertions_and_grad(&x));
    check(&net, |net| net.counts_and_grad(&x));
    check(&net, |net| net.variants_and_grad(&x));
    assert_eq!(net.conditions(&x), net.conditions_and_grad(&x).0);
}
