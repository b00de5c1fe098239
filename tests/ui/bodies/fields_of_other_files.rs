//! Fields that modules of another file do not have.

mod shared {
    pub mod nets;
}

use shared::nets::Net;
use tiedw::prelude::*;

#[differentiable]
impl Net {
    fn of_itself(&self, x: &Tensor<4>) -> f32 {
        self.fcc.forward(x).sum() //~
    }

    fn of_a_part(&self, x: &Tensor<4>) -> f32 {
        self.block.norm.forward(x).sum() //~
    }

    fn of_items(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for block in &self.blocks {
            h = block.fcc.forward(&h); //~
        }
        h.sum()
    }

    fn of_a_layer(&self) -> f32 {
        self.fc.wieght.sum() //~
    }

    fn in_a_pattern(&self, x: &Tensor<4>) -> f32 {
        let Net { fcc, .. } = self; //~
        fcc.forward(x).sum()
    }
}

fn main() {}
