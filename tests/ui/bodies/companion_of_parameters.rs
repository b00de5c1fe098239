use tiedw::param::VectorView;
use tiedw::prelude::*;

/// A companion as of a value: its pullback returns the gradient of a parameter, where it should accumulate it.
trait Doubled {
    type Pullback;
    fn doubled(&self) -> f32;
    fn doubled_vjp(&self) -> (f32, Self::Pullback);
}

impl<const N: usize> Doubled for VectorView<'_, N> {
    type Pullback = fn(f32, [bool; 1]) -> (Option<f32>,);
    fn doubled(&self) -> f32 {
        2.0 * self[0]
    }
    fn doubled_vjp(&self) -> (f32, Self::Pullback) {
        (self.doubled(), |dy, _| (Some(2.0 * dy),))
    }
}

#[derive(Module)]
struct Net {
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        x.sum() * self.gain.doubled() //~
    }
}

fn main() {}
