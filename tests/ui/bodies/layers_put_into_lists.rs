use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    a: Linear<4, 4>,
    b: Linear<4, 4>,
    rest: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn pushed_in_loop(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut list = vec![&self.a];
        for layer in &self.rest {
            list.push(layer); //~
        }
        list[0].forward(x)
    }

    fn at_once(&self, x: &Tensor<4>) -> Tensor<4> {
        let list = [&self.a, &self.b];
        list[1].forward(x)
    }
}

fn main() {}
