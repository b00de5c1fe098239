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
        let mut list = Vec::new();
        for layer in &self.rest {
            list.push((layer, 0.5)); //~
        }
        list[0].0.forward(x) * list[0].1
    }

    fn pushed_in_a_closure(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut list = vec![&self.a];
        self.rest.iter().for_each(|layer| list.push(layer)); //~
        list[0].forward(x)
    }

    fn pairs(&self, x: &Tensor<4>) -> f32 {
        let mut list = vec![(&self.a, 1.0)];
        for layer in &self.rest {
            list.push((layer, 0.5));
        }
        list.iter().map(|(layer, scale)| layer.forward(x).sum() * scale).sum()
    }

    fn pushed(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut list = vec![&self.a];
        for layer in self.rest.iter().rev() {
            list.push(layer);
        }
        list[0].forward(x)
    }

    fn at_once(&self, x: &Tensor<4>) -> Tensor<4> {
        let list = [&self.a, &self.b];
        list[1].forward(x)
    }
}

fn main() {}
