use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn of_an_option(&self, x: &Tensor<4>) -> f32 {
        let h = Some(self.fc.forward(x));
        h.sum() //~
    }

    fn of_a_list(&self, x: &Tensor<4>) -> f32 {
        let list = vec![self.fc.forward(x)];
        list.sum() //~
    }

    fn without_self(x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum() //~
    }
}

fn main() {}
