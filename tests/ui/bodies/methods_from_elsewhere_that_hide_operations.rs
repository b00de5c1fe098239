use tiedw::prelude::*;

/// As if a file of another crate had them.
macro_rules! elsewhere {
    ($($item:item)*) => {
        mod elsewhere {
            use tiedw::prelude::*;
            $($item)*
        }
    };
}

elsewhere! {
    pub trait Total {
        fn sum(self) -> f32;
        fn scale(self, by: f32, twice: bool) -> f32;
    }

    impl Total for Tensor<4> {
        fn sum(self) -> f32 {
            7.0 * self.as_slice()[0]
        }

        fn scale(self, _: f32, _: bool) -> f32 {
            1.0
        }
    }

    pub trait Length {
        fn norm(&self) -> f32;
    }

    impl<T> Length for T {
        fn norm(&self) -> f32 {
            7.0
        }
    }

    pub trait Cube {
        fn mean(self) -> f32;
        fn cube(self) -> f32;
    }

    impl<T> Cube for T {
        fn mean(self) -> f32 {
            3.0
        }

        fn cube(self) -> f32 {
            3.0
        }
    }
}

mod of_tensors {
    use crate::elsewhere::Total as _;
    use tiedw::prelude::*;

    #[differentiable]
    fn loss(x: &Tensor<4>) -> f32 {
        x.relu().max() + (x * 2.0).sum() //~
    }
}

#[derive(Module)]
struct Net {
    w: Matrix<1, 4>,
}

#[differentiable]
impl Net {
    fn penalty(&self, count: usize) -> f32 {
        use elsewhere::Length;
        match count {
            0 => self.w.norm(), //~
            _ => self.w.abs().sum(),
        }
    }

    fn in_a_block(&self) -> f32 {
        let twice = {
            use elsewhere::Cube;
            (&self.w * 2.0).mean() //~
        };
        twice + self.w.std()
    }

    fn other(&self) -> f32 {
        self.w.mean() + self.w.norm()
    }
}

fn main() {}
