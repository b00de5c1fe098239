//! Closures that are passed to functions of the module around.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[differentiable]
fn twice(s: f64, f: impl Fn(f64) -> f64) -> f64 {
    f(s) * f(s * 0.5)
}

#[differentiable]
fn half(s: f64) -> f64 {
    0.5 * s
}

/// Calls a function whose name means another thing in some bodies that call this one.
#[differentiable]
fn halved(s: f64, f: impl Fn(f64) -> f64) -> f64 {
    f(half(s))
}

#[differentiable]
fn layered<F>(x: &T, f: F) -> T
where
    F: Fn(&T) -> T,
{
    let h = f(x);
    f(&h).tanh()
}

/// Passes a closure of its own on, with the function that it was given.
#[differentiable]
fn in_turn(x: &T, f: impl Fn(&T) -> T) -> T {
    layered(&layered(x, |h| f(h) * 0.5), |h| f(h))
}

#[differentiable]
fn repeated(x: &T, times: usize, f: impl Fn(&T, usize) -> T) -> f64 {
    let mut h = x.clone();
    for k in 0..times {
        h = f(&h, k);
    }
    h.sum()
}

/// The type of the index is that of the closure's argument.
#[differentiable]
fn indexed(s: f64, f: impl Fn(f64, u8) -> f64) -> f64 {
    f(s, 255) + f(s, 3)
}

#[differentiable]
fn chosen(n: usize, f: impl Fn(usize) -> f64, #[constant] keep: impl Fn(usize) -> bool) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        if keep(i) {
            sum += f(i);
        }
    }
    sum
}

#[differentiable]
fn least<'a>(list: &'a [T], key: impl Fn(&T) -> f64) -> f64 {
    list.iter().map(|x| key(x)).fold(9.0, f64::min)
}

#[differentiable]
fn below_one(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let mut z = x;
    loop {
        z = f(z);
        if z < 1.0 {
            return z;
        }
    }
}

#[differentiable]
fn after(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
    let y = g(x);
    f(y) + y
}

#[differentiable]
fn until(s: f64, f: impl Fn(f64) -> f64) -> f64 {
    if s > 1e9 {
        return s;
    }
    for i in 0..3 {
        if i == 2 {
            return f(s) * i as f64;
        }
    }
    f(s)
}

#[differentiable]
fn both(s: Option<f64>, f: impl Fn(f64) -> Option<f64>) -> Option<f64> {
    let t = f(s?)?;
    Some(t * 2.0)
}

#[differentiable]
fn scaled(s: f64, #[constant] by: f64, f: impl Fn(f64) -> f64) -> f64 {
    f(s) * by
}

/// A function of data, which has no companion.
#[differentiable]
fn weighted(s: f64, #[constant] weight: impl Fn(usize) -> f64, f: impl Fn(f64) -> f64) -> f64 {
    f(s) * weight(2)
}

#[differentiable]
fn stepped(x: &T, s: &mut f64, mut f: impl FnMut(&T) -> f64) -> f64 {
    *s = *s * 0.5 + f(x);
    f(&x.tanh()) * *s
}

#[differentiable(recursive)]
fn nested(s: f64, depth: usize, f: impl Fn(f64) -> f64) -> f64 {
    if depth == 0 { s } else { nested(f(s), depth - 1, f) }
}

/// Solves z = f(z).
#[differentiable]
fn iterated(f: impl Fn(&T) -> T, start: &T, steps: usize) -> T {
    (0..steps).fold(start.clone(), |z, _| f(&z))
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    scale: Vector<3, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
}

#[differentiable]
impl Net {
    fn of_numbers(&self, x: &T) -> f64 {
        let s = x.mean();
        let by_value = |t: f64| t * s + self.scale[1];
        twice(s, |t| t * s) + twice(s, |t| t * self.scale[0]) + twice(0.5, by_value) + twice(s, &by_value)
    }

    fn with_other_names(&self, x: &T) -> f64 {
        let s = x.mean();
        #[differentiable]
        fn half(s: f64) -> f64 {
            s * s
        }
        let of_item = halved(s, |t| t * self.scale[0]);
        let half = 2.0 * s;
        of_item + halved(s, |t| t * s) * half
    }

    fn of_parts(&self, x: &T) -> f64 {
        let gain = x.mean();
        layered(x, |h| self.fc.forward(h) * gain).sum()
            + in_turn(x, |h| h * &self.scale).sum()
            + weighted(gain, |i| 0.5 * i as f64, f64::sin)
            + self.blocks.iter().map(|block| layered(x, |h| block.forward(h).tanh()).mean()).sum::<f64>()
    }

    fn within_each_other(&self, x: &T) -> f64 {
        let s = x.sum();
        twice(twice(s, |t| t * s), |t| t + twice(t, |u| u * s * self.scale[2]))
    }

    fn with_indices(&self, x: &T) -> f64 {
        let s = x.sum();
        repeated(x, 3, |h, k| (h * s).tanh() + &self.scale * k as f64)
            + indexed(s, |t, i| t * self.scale[1] * f64::from(!i))
            + chosen(3, |i| self.scale[i].exp() * s, |i| i > 0)
    }

    fn of_elements(&self, x: &T) -> f64 {
        let sine = |t: f64| t.sin();
        let list = vec![x.clone(), x.tanh()];
        sine(self.scale[0])
            + after(|t| t * 2.0, f64::tanh, self.scale[1])
            + below_one(|t| t * self.scale[0], x.mean())
            + least(&list, |y| (y * &self.scale).sum())
    }

    fn that_leave(&self, x: &T) -> f64 {
        let s = x.mean() * self.scale[2];
        let none = both(Some(s), |_| None).unwrap_or(s);
        until(s, |t| t * s)
            + both(Some(s), |t| if t > 1e9 { return None } else { Some(t * s) }).unwrap_or(0.5)
            + none
    }

    fn that_change(&self, x: &T) -> f64 {
        let (mut s, mut total) = (x.mean(), 0.0);
        let y = stepped(x, &mut s, |h| {
            total += h.sum();
            (h * &self.scale).sum()
        });
        y * s + total * scaled(s, 2.0, |t| t * total)
    }

    fn in_loops(&self, x: &T) -> f64 {
        let mut s = x.mean();
        for k in 0..3 {
            s = twice(s, |t| t * s + k as f64);
        }
        #[checkpoint]
        {
            s = twice(s, |t| (t * self.scale[0]).tanh());
        }
        s
    }

    /// The names of the function are those of other variables here.
    fn of_other_names(&self, x: &T) -> f64 {
        let (h, s, f) = (x.tanh(), x.mean(), x.sum());
        layered(&h, |x| x * &h * s).sum() * twice(f, |s| s * f * self.scale[0])
    }

    fn of_functions_that_call_themselves(&self, x: &T) -> f64 {
        nested(x.mean() * self.scale[0], 3, f64::sin)
    }

    fn fixed_point(&self, x: &T) -> f64 {
        iterated(|z| (self.fc.forward(z) * 0.5 + x).tanh(), &Tensor::zeros([2]), 20).sum()
    }
}

#[differentiable]
fn in_function(x: &T, gain: f64) -> f64 {
    layered(x, |h| h * gain).sum()
}

#[differentiable]
impl Net {
    fn of_function(&self, x: &T) -> f64 {
        in_function(x, self.scale[0])
    }
}

#[test]
fn gradients_agree_with_differences() {
    let rng = &mut rng(7);
    let mut square = || WithElem::<Linear<3, 3>, f64>::init(rng);
    let (fc, blocks) = (square(), vec![square(), square()]);
    let net = Net { fc, scale: [0.9, -0.4, 0.6].into(), blocks };
    let x = uniform(2, 9);
    agree_all!(
        &net, (&x),
        with_other_names with_other_names_and_grad,
        of_numbers of_numbers_and_grad,
        of_parts of_parts_and_grad,
        within_each_other within_each_other_and_grad,
        with_indices with_indices_and_grad,
        of_elements of_elements_and_grad,
        that_leave that_leave_and_grad,
        that_change that_change_and_grad,
        in_loops in_loops_and_grad,
        of_other_names of_other_names_and_grad,
        of_functions_that_call_themselves of_functions_that_call_themselves_and_grad,
        fixed_point fixed_point_and_grad,
        of_function of_function_and_grad,
    );
}
