use tiedw::prelude::*;

mod inner {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn same(x: f64, f: impl Fn(f64) -> f64) -> f64 {
        f(x)
    }
}

#[differentiable]
pub fn same(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    f(stop_gradient(x))
}

#[differentiable]
pub fn scaled(x: f64) -> f64 {
    let k = 2.0;
    {
        use inner::{same, same_vjp};
        same(x, |t| t * k) //~
    }
}

fn main() {}
