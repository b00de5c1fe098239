//! Methods and functions of one name that do not meet.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    scale: Vector<2>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        square((x * &self.scale).sum())
    }
    fn reset() -> Net {
        Net { scale: [1.0; 2].into() }
    }
}

#[differentiable]
fn square(x: f32) -> f32 {
    x * x
}

#[differentiable]
trait Reset {
    fn reset(&mut self);
}

#[differentiable(trait)]
impl Reset for Net {
    fn reset(&mut self) {
        *self = Net::reset();
    }
}

#[differentiable]
trait Restart {
    fn reset(&mut self);
}

#[differentiable(trait)]
impl Restart for Net {
    fn reset(&mut self) {
        *self = Net::reset();
    }
}

/// An element type of its own for each.
mod generic {
    use tiedw::prelude::*;

    #[derive(Module)]
    struct Net<E: Element> {
        scale: Vector<2, E>,
    }

    #[differentiable]
    impl Net<f32> {
        fn loss(&self, x: &Tensor<2>) -> f32 {
            (x * &self.scale).sum()
        }
    }

    #[differentiable]
    impl Net<f64> {
        fn loss(&self, x: &Tensor<2, f64>) -> f64 {
            (x * &self.scale).mean()
        }
    }
}

#[test]
fn in_another_module() {
    mod inner {
        use tiedw::prelude::*;

        #[differentiable]
        pub(super) fn square(x: f32) -> f32 {
            x * 2.0
        }
    }

    let net = Net { scale: [1.0, 2.0].into() };
    let (loss, gradient) = net.loss_and_grad(&Tensor::full([1], 1.0));
    assert_eq!((loss, gradient.scale[0]), (9.0, 6.0));
    assert_eq!(inner::square(3.0), 6.0);
}

/// Arguments with names that generated code has.
mod arguments {
    use super::*;

    #[derive(Module, Clone)]
    struct Named {
        scale: Vector<2, f64>,
    }

    #[differentiable]
    impl Named {
        fn product(&self, module: &Tensor<2, f64>, gradient: f64) -> f64 {
            (module * &self.scale).sum() * gradient
        }

        fn counted(&self, value: &mut f64, pullback: f64) -> f64 {
            *value += pullback;
            *value * self.scale.sum()
        }
    }

    #[test]
    fn arguments_may_be_named_as_what_is_generated() {
        let named = Named { scale: [2.0, 3.0].into() };
        let (product, gradient) = named.product_and_grad(&Tensor::ones([1]), 2.0);
        assert_eq!((product, gradient.scale.as_slice()), (10.0, &[2.0, 2.0][..]));
        let mut value = 1.0;
        let (product, gradient) = named.counted_and_grad(&mut value, 2.0);
        assert_eq!((value, product, gradient.scale.as_slice()), (3.0, 15.0, &[3.0, 3.0][..]));
    }
}
