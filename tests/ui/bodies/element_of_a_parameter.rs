use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    gain: Vector<3>,
    scales: [Vector<3>; 2],
}

fn weighed(x: f32, y: f32) -> f32 {
    x * y
}

#[differentiable]
impl Net {
    fn matched(&self, x: &Tensor<3>) -> f32 {
        let h = self.fc.forward(x).sum();
        match self.gain[0] { //~
            gain => h * gain,
        }
    }

    fn in_an_array(&self, x: &Tensor<3>, i: usize) -> f32 {
        let both = [self.gain[i], self.scales[1][0]]; //~ //~
        x.sum() * both[0] + both[1]
    }

    fn in_a_call_alone(&self, x: &Tensor<3>) -> f32 {
        x.sum() * weighed(self.gain[0], self.fc.weight[(0, 1)]) //~ //~
    }

    fn in_a_cast(&self, x: &Tensor<3>) -> f32 {
        let first = self.gain[0];
        let count = first as usize; //~
        x.sum() * count as f32
    }

    fn in_a_closure(&self, x: &Tensor<3>) -> f32 {
        let first = self.gain[0];
        let scale = [1.0, 2.0].iter().position(|&y| y * first > 1.0).map_or(0.0, |i| i as f32); //~
        x.sum() * scale
    }

    fn in_a_macro(&self, x: &Tensor<3>) -> f32 {
        let first = self.gain[0];
        let text = format!("{first}"); //~
        x.sum() * text.len() as f32
    }
}

fn main() {}
