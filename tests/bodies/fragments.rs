//! Bodies from macros: an `expr` fragment is one operand, and a `ty` fragment is the type that it names.

use tiedw::prelude::*;

use crate::{rng, uniform};

macro_rules! net {
    ($name:ident, $elem:ty, $layer:ty, $this:ident, $x:ident, $k:ident, $sum:expr, $constant:expr) => {
        #[derive(Module)]
        struct $name {
            fc: $layer,
        }

        #[differentiable]
        impl $name {
            fn loss(&$this, $x: &Tensor<3, $elem>, $k: $elem, divides: bool) -> $elem {
                let product = $sum * $k - -$constant * $k;
                if divides { -$sum / $constant } else { product }
            }
        }
    };
}

net!(Doubles, f64, WithElem<Linear<3, 3>, f64>, self, x, k, self.fc.forward(x).sum() + k, 1.0 + 2.0 * k);
net!(Singles, f32, Linear<3, 3>, self, x, k, self.fc.forward(x).sum() + k, 1.0 + 2.0 * k);

#[test]
fn an_expression_is_one_operand() {
    let rng = &mut rng(3);
    let (x, k) = (uniform(2, 5), 0.7);
    let mut net = Doubles { fc: Init::init(rng) };
    for divides in [false, true] {
        let (loss, gradient) = net.loss_and_grad(&x, k, divides);
        assert_eq!(loss, net.loss(&x, k, divides));
        let step = 1e-6;
        let mut moved = |by: f64| {
            net.fc.bias[1] += by;
            net.loss(&x, k, divides)
        };
        let difference = (moved(step) - moved(-2.0 * step)) / (2.0 * step);
        moved(step);
        assert!((gradient.fc.bias[1] - difference).abs() < 1e-8, "{} {difference}", gradient.fc.bias[1]);
    }
    let net = Singles { fc: Init::init(rng) };
    let (loss, _) = net.loss_and_grad(&Tensor::zeros([2]), 0.5, false);
    assert_eq!(loss, net.loss(&Tensor::zeros([2]), 0.5, false));
}
