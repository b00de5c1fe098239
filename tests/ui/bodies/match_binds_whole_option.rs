use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    layers: Vec<Linear<3, 3>>,
    option: Option<Linear<3, 3>>,
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let h = self.fc.forward(x).sum();
        match &self.option {
            option @ Some(_) => h * option.as_ref().map_or(1.0, |layer| layer.bias[0]),
            None => h,
        }
    }
}

fn main() {}
