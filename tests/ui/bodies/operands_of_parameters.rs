//! Operands and elements of parameters that do not fit, and layers in their place.

use tiedw::prelude::*;

#[derive(Module)]
struct Inner {
    #[module(init = ones)]
    gain: Vector<4>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    inner: Inner,
    #[module(init = ones)]
    w: Matrix<4, 3>,
    #[module(init = ones)]
    v: Vector<4>,
    #[module(init = ones)]
    u: Vector<3>,
}

#[differentiable]
impl Net {
    fn elements(&self, x: &Tensor<4>) -> f32 {
        x.sum()
            * self.w[0][1] //~
            * self.fc.weight[2][3] //~
            * self.inner.gain[0][1] //~
            * self.w[2] //~
            * self.w[(0, 1)]
    }

    fn layers(&self, x: &Tensor<4>) -> Tensor<4> {
        let h = &self.fc + x; //~
        h * &self.inner //~
    }

    fn negated(&self) -> Tensor<4> {
        -self.v //~
    }

    fn added(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = x * &self.v;
        h += self.v; //~
        h
    }

    fn sum(&self) -> f32 {
        (&self.v + &self.u).sum() //~
    }

    fn of_argument(&self, x: &Tensor<4>) -> Tensor<4> {
        x * &self.w //~
    }

    fn of_variable(&self, x: &Tensor<4>) -> Tensor<3> {
        let x = x.matmul(&self.w);
        x * &self.u
    }

    fn of_loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(x, &self.u) //~
    }

    fn of_method(&self) -> f32 {
        self.of_loss(&self.u) //~
    }

    fn of_layer(&self) -> Tensor<4> {
        self.fc.forward(&self.u) //~
    }
}

fn main() {}
