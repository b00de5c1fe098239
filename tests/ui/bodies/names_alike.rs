use tiedw::prelude::*;

macro_rules! net {
    ($input:ident) => {
        #[derive(Module)]
        struct Net {
            fc: Linear<3, 3>,
        }

        #[differentiable]
        impl Net {
            fn loss(&self, x: &Tensor<3>, $input: f32) -> f32 {
                let sum = self.fc.forward(x).sum();
                $input * sum
            }
        }
    };
}
net!(sum);

fn main() {}
