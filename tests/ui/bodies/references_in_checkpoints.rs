use std::collections::HashMap;

use tiedw::prelude::*;

#[derive(Clone)]
struct Words<'w>(&'w str);

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn of_own_type(&self, x: &Tensor<3>, #[constant] words: &Words<'_>) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..2 {
            h = self.fc.forward(&h) * words.0.len() as f32; //~
        }
        h.sum()
    }

    fn of_a_map(&self, x: &Tensor<3>, #[constant] gains: HashMap<usize, &f32>) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(x) * *gains[&0]; //~
        h.sum()
    }

    fn of_several(&self, x: &Tensor<3>, #[constant] lists: Vec<&[&f32]>) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        {
            h = h * *lists[0][0]; //~
            for _ in 0..2 {
                #[checkpoint]
                let y = self.fc.forward(&h) * *lists[0][0];
                h = y;
            }
        }
        h.sum()
    }
}

fn main() {}
