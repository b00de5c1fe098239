//! Values in text other than that of `println!` and its like.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn named(&self, x: &Tensor<4>) -> f32 {
        let loss = self.fc.forward(x).sum();
        let text = format!("{loss}"); //~ ERROR
        loss * text.len() as f32
    }

    fn given(&self, x: &Tensor<4>) -> f32 {
        let loss = self.fc.forward(x).sum();
        let text = format!("{:.3}", loss); //~ ERROR
        loss * text.len() as f32
    }

    fn tensor(&self, x: &Tensor<4>, log: &mut Vec<String>) -> f32 {
        let h = self.fc.forward(x);
        log.push(format!("{h:?}")); //~ ERROR
        h.sum()
    }

    fn cut(&self, x: &Tensor<4>) -> f32 {
        let loss = self.fc.forward(x).sum();
        let text = format!("{:.3}", stop_gradient(loss));
        println!("{loss} {text} {x:?}");
        loss
    }
}

fn main() {}
