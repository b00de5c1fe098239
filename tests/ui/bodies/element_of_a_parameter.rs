use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    gain: Vector<3>,
}

fn weighed(x: f32, y: f32) -> f32 {
    x * y
}

fn called(f: impl Fn() -> f32) -> f32 {
    f()
}

#[differentiable]
impl Net {
    fn in_a_call_alone(&self, x: &Tensor<3>) -> f32 {
        x.sum() * weighed(self.gain[0], self.fc.weight[(0, 1)]) //~
    }

    fn in_a_cast(&self, x: &Tensor<3>) -> f32 {
        let first = self.gain[0];
        let count = first as usize; //~
        x.sum() * count as f32
    }

    fn in_a_closure_that_is_passed_on(&self, x: &Tensor<3>) -> f32 {
        x.sum() * called(|| self.gain[0]) //~
    }

    fn in_a_macro(&self, x: &Tensor<3>) -> f32 {
        let first = self.gain[0];
        let text = format!("{first}"); //~
        x.sum() * text.len() as f32
    }
}

fn main() {}
