//! Closures that are passed to functions elsewhere, and do not fit them.

use tiedw::prelude::*;

mod functions {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn twice<const F: usize>(x: &Tensor<F>, f: impl Fn(&Tensor<F>) -> Tensor<F>) -> Tensor<F> {
        f(&f(x))
    }
}
use functions::{twice, twice_vjp};

#[derive(Module)]
struct Net {
    gain: Vector<4>,
}

#[differentiable]
impl Net {
    fn of_result(&self, x: &Tensor<4>) -> f32 {
        twice(x, |h| (h * &self.gain).sum()).sum() //~
    }

    fn of_reference(&self, x: &Tensor<4>) -> f32 {
        twice(x, |h| x).sum() //~
    }

    fn without_result(&self, x: &Tensor<4>) -> f32 {
        twice(x, |h| {
            let _scaled = h * &self.gain; //~
        })
        .sum()
    }

    fn of_two(&self, x: &Tensor<4>) -> f32 {
        twice(x, |h, k| h * &self.gain).sum() //~
    }

    fn that_breaks(&self, x: &Tensor<4>) -> f32 {
        let mut sum = 0.0;
        for i in 0..3 {
            sum += twice(x, |h| {
                if i == 1 {
                    break; //~
                }
                h * &self.gain
            })
            .sum();
        }
        sum
    }

    fn that_changes(&self, x: &Tensor<4>) -> f32 {
        let mut count = 0;
        let y = twice(x, |h| {
            count += 1; //~
            h * &self.gain
        });
        y.sum() * count as f32
    }
}

fn main() {}
