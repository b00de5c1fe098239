use tiedw::prelude::*;

mod parts {
    use tiedw::prelude::*;

    #[differentiable]
    fn scaled(x: &Tensor<4>) -> Tensor<4> {
        x * 2.0
    }

    pub mod inner {
        use tiedw::prelude::*;

        #[differentiable]
        pub fn twice(x: &Tensor<4>) -> Tensor<4> {
            super::scaled(&super::scaled(x))
        }
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn of_a_method(&self, x: &Tensor<4>) -> Tensor<4> {
        parts::inner::twice(&parts::scaled(&self.fc.forward(x))) //~
    }
    fn of_a_closure(&self, x: &Tensor<4>) -> Tensor<4> {
        let f = |h: &Tensor<4>| crate::parts::scaled(h); //~
        f(&self.fc.forward(x))
    }
}

#[differentiable]
fn applied(x: &Tensor<4>, f: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
    f(x)
}

#[differentiable]
fn passed(x: &Tensor<4>) -> Tensor<4> {
    applied(x, self::parts::scaled) //~
}

fn main() {}
