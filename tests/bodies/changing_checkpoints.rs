//! A `#[checkpoint]` that computes another value when it runs again is found, wherever the change comes from.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::uniform;

type Numbers = Tensor<3, f64>;

thread_local! {
    static STEP: Cell<f64> = const { Cell::new(1.0) };
}
static SEED: AtomicUsize = AtomicUsize::new(0);

/// A factor that grows by each call.
fn growing() -> f64 {
    STEP.set(STEP.get() + 1.0);
    STEP.get()
}

#[differentiable]
fn noisy(x: &Numbers) -> Numbers {
    let mut rng = StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed) as u64);
    let noise = Tensor::<3, f64>::rand([x.rows()], &mut rng);
    x * noise
}

#[differentiable]
fn moved(x: &Numbers, state: &mut Numbers) {
    let factor = growing();
    *state = &*state + x * factor;
}

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    steps: f64,
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn block(&self, x: &Numbers) -> f64 {
        #[checkpoint]
        let y = {
            let factor = growing();
            self.fc.forward(x) * factor
        };
        y.sum()
    }

    fn each_iteration(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..3 {
            h = noisy(&self.fc.forward(&h));
        }
        h.sum()
    }

    fn assigned(&self, x: &Numbers) -> f64 {
        let (mut h, mut sum) = (x.clone(), 0.0);
        #[checkpoint]
        {
            h = self.fc.forward(&h);
            sum += h.sum() * growing();
        }
        sum + h.sum()
    }

    fn through_a_reference(&self, x: &Numbers) -> f64 {
        let mut state = self.fc.forward(x);
        #[checkpoint]
        {
            moved(x, &mut state);
        }
        state.sum()
    }

    fn in_a_list(&self, x: &Numbers) -> f64 {
        let mut list = vec![x.clone()];
        #[checkpoint]
        {
            let y = noisy(&self.fc.forward(x));
            list.push(y);
        }
        list[1].sum()
    }

    fn in_a_struct(&self, x: &Numbers) -> f64 {
        let mut state = State { h: x.clone(), steps: 0.0 };
        #[checkpoint]
        {
            state.h = noisy(&self.fc.forward(&state.h));
            state.steps += 1.0;
        }
        state.h.sum() * state.steps
    }

    fn passed_on(&self, x: &Numbers, state: &mut Numbers) -> f64 {
        #[checkpoint]
        {
            moved(&self.fc.forward(x), state);
        }
        state.sum()
    }

    fn as_ever(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for step in 0..3 {
            h = self.fc.forward(&h) / (step as f64) + f64::NAN;
        }
        h.sum()
    }
}

#[test]
fn other_values_are_found() {
    let net = Net { fc: Linear::init(&mut crate::rng(3)) };
    let x = uniform(2, 1);
    macro_rules! found {
        ($($method:ident ($($argument:expr),*);)+) => {$(
            let result = catch_unwind(AssertUnwindSafe(|| {
                let (_, pullback) = net.$method(&x $(, $argument)*);
                pullback(1.0, &mut net.zeros_like(), Default::default());
            }));
            let message = result.expect_err(stringify!($method));
            let message = message.downcast_ref::<&str>().map_or("", |message| message);
            assert!(message.starts_with("a `#[checkpoint]` computed another value"), "{message}");
        )+};
    }
    found! {
        block_vjp();
        each_iteration_vjp();
        assigned_vjp();
        through_a_reference_vjp();
        in_a_list_vjp();
        in_a_struct_vjp();
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        let (_, pullback) = net.passed_on_vjp(&x, x.clone());
        pullback((Some(1.0), None), &mut net.zeros_like(), [true, true]);
    }));
    result.expect_err("a checkpoint that changes an argument");
}

#[test]
fn equal_values_are_not() {
    let net = Net { fc: Linear::init(&mut crate::rng(3)) };
    assert!(net.as_ever_and_grad(&uniform(2, 1)).0.is_nan());
}
