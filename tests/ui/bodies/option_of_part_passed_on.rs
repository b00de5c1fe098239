use tiedw::prelude::*;

#[derive(Module)]
struct Gain {
    by: Vector<3>,
}

fn first(gain: &GainView<'_>) -> f32 {
    gain.by.as_slice()[0]
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    gains: Vec<Gain>,
    pair: Option<Gain>,
}

#[differentiable]
impl Net {
    fn of_list(&self, x: &Tensor<3>) -> f32 {
        let found = self.gains.get(1);
        self.fc.forward(x).sum() * found.map_or(1.0, first) //~
    }

    fn of_option(&self, x: &Tensor<3>) -> f32 {
        let found = self.pair.as_ref();
        self.fc.forward(x).sum() * found.map_or(1.0, first) //~
    }
}

fn main() {}
