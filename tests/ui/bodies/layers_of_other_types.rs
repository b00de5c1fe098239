use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
    norm: LayerNorm<4>,
    blocks: [Linear<4, 4>; 3],
}

#[differentiable]
impl Net {
    fn of_branches(&self, x: &Tensor<4>) -> Tensor<4> {
        let layer = if x.rows() > 2 { &self.fc } else { &self.norm }; //~
        layer.forward(x)
    }
    fn of_several(&self, x: &Tensor<4>) -> Tensor<4> {
        let layer = if x.rows() > 3 {
            &self.fc
        } else if x.rows() > 2 {
            &self.norm //~
        } else {
            &self.other
        };
        layer.forward(x)
    }
    fn of_arms(&self, x: &Tensor<4>) -> Tensor<4> {
        let layer = match x.rows() {
            1 => &self.fc,
            2 => &self.blocks[1],
            _ => &self.norm, //~
        };
        layer.forward(x)
    }
    fn of_a_list(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = x.clone();
        for layer in [&self.fc, &self.norm] { //~
            h = layer.forward(&h);
        }
        h
    }
    fn of_a_vec(&self, x: &Tensor<4>) -> Tensor<4> {
        let layers = vec![&self.fc, &self.norm]; //~
        let mut h = x.clone();
        for layer in layers {
            h = layer.forward(&h);
        }
        h
    }
    fn no_list(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc[0].forward(x) //~
    }
    fn no_layer(&self, x: &Tensor<4>) -> Tensor<4> {
        Linear::<4, 4>::forward(x) //~
    }
}

fn main() {}
