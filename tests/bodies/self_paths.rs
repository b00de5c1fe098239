//! Functions that are named by a path from the module of the body.

use tiedw::prelude::*;

mod cells {
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) fn double(x: f64) -> f64 {
        x * 2.0
    }
}

#[differentiable]
fn double(x: f64) -> f64 {
    self::cells::double(x)
}

#[differentiable]
fn twice(x: f64) -> f64 {
    self::cells::double(x) * self::double(x)
}

#[test]
fn functions_of_the_own_module() {
    let (y, pullback) = twice_vjp(0.5);
    assert_eq!((y, pullback(1.0, [true])), (1.0, (Some(4.0),)));
}
