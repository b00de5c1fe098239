//! Layers in the text of macros.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    layers: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn printed(&self, x: &Tensor<4>) -> f32 {
        println!("{:?} {}", self.fc, x.rows()); //~
        x.sum()
    }

    fn in_a_loop(&self, x: &Tensor<4>) -> f32 {
        for layer in &self.layers {
            eprintln!("{layer:?}", layer = layer); //~
        }
        x.sum()
    }

    fn formatted(&self, x: &Tensor<4>) -> f32 {
        let text = format!("{:?}", &self.layers[0]); //~
        if text.is_empty() { 0.0 } else { x.sum() }
    }

    fn debugged(&self, x: &Tensor<4>) -> f32 {
        dbg!(&self.fc); //~
        x.sum()
    }

    fn asserted(&self, x: &Tensor<4>) -> f32 {
        assert!(x.rows() > 0, "{:?}", self.fc); //~
        x.sum()
    }

    fn parameters(&self, x: &Tensor<4>) -> f32 {
        println!("{:?}", self.fc.bias);
        x.sum()
    }
}

fn main() {}
