//! Variables of an inner scope, and values in place of flags.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn after_loop(&self, x: &Tensor<4>) -> f32 {
        for _ in 0..3 {
            let h = self.fc.forward(x);
            println!("{}", h.rows());
        }
        h.sum() //~ ERROR
    }

    fn after_branch(&self, x: &Tensor<4>, deep: bool) -> f32 {
        if deep {
            let h: Tensor<4> = self.fc.forward(x);
            assert!(h.rows() > 0);
        }
        mse_loss(&h, x) //~ ERROR
    }

    fn tensor(&self, x: &Tensor<4>) -> f32 {
        let y = self.fc.forward(x);
        if y { 1.0 } else { y.sum() } //~ ERROR
    }

    fn number(&self, x: &Tensor<4>) -> f32 {
        let mut y = self.fc.forward(x).sum();
        while y { //~ ERROR
            y = y * 0.5;
        }
        y
    }
}

fn main() {}
