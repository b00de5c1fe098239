use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let mut i = 1;
        let mut sums = vec![self.fc.forward(x).sum(), x.sum()];
        sums[i] += { //~
            i = 0;
            2.0
        };
        sums[{
            i += 1; //~
            i
        }] *= 2.0;
        sums[0] * sums[1]
    }
}

fn main() {}
