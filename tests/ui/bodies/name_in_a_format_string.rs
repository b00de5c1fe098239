use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let hidden = self.fc.forward(x);
        println!("{hiden}"); //~
        hidden.mean()
    }
}

fn main() {}
