//! Methods of modules that are named like those of lists, options and tensors.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

macro_rules! methods {
    ($($name:ident)*) => {
        #[derive(Module, Clone)]
        struct Inner {
            fc: WithElem<Linear<3, 3>, f64>,
        }

        #[differentiable]
        impl Inner {
            fn get(&self, x: &Numbers) -> Numbers {
                self.fc.forward(x)
            }

            fn iter(&self, x: &Numbers) -> Numbers {
                self.fc.forward(x).tanh()
            }

            fn expect(&self, x: &Numbers) -> Numbers {
                self.fc.forward(x) * 0.5
            }

            fn split_at(&self, x: &Numbers) -> Numbers {
                self.fc.forward(x) + 1.0
            }
        }

        #[derive(Module, Clone)]
        struct Net {
            inner: Inner,
            $($name: WithElem<Linear<3, 3>, f64>,)*
        }

        #[differentiable]
        impl Net {
            $(
                fn $name(&self, x: &Numbers) -> Numbers {
                    self.$name.forward(x).tanh()
                }
            )*

            fn rows(&self) -> f64 {
                self.inner.fc.forward(&Tensor::full([1], 0.5)).sum()
            }

            fn loss(&self, x: &Numbers) -> f64 {
                let mut h = x.clone();
                $(h = &h + self.$name(&h);)*
                let h = self.inner.split_at(&self.inner.expect(&self.inner.iter(&self.inner.get(&h))));
                h.mean() * self.rows()
            }
        }
    };
}
methods! {
    chunks drain expect features first get index into_iter into_vec is_some iter last len map push retain shape split_at take
    unwrap windows zip
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::init(&mut rng(7)), uniform(2, 8));
    check(&net, |net| net.loss_and_grad(&x));
    assert_eq!(net.loss(&x), net.loss_and_grad(&x).0);
}
