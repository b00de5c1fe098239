use std::ops::{Add, AddAssign};

use tiedw::prelude::*;

#[derive(Value, Clone)]
struct Meter {
    sum: f32,
    count: f32,
}

#[differentiable(value)]
impl Add<f32> for Meter {
    type Output = Meter;

    fn add(self, value: f32) -> Meter {
        Meter { sum: self.sum + value, count: self.count }
    }
}

impl AddAssign<f32> for Meter {
    fn add_assign(&mut self, value: f32) {
        self.sum += value;
        self.count += 1.0;
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut meter = Meter { sum: 0.0, count: 0.0 };
        meter += self.fc.forward(x).mean();
        meter.sum / meter.count
    }
}

fn main() {}
