//! Items inside a body, and other uses of `self`: each has the same meaning as in a plain method.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    #[tie(fc)]
    again: Tied<WithElem<Linear<3, 3>, f64>>,
}

/// A function of this file, called by its path.
fn double(x: &Numbers) -> Numbers {
    x + x
}

fn double_vjp(x: &Numbers) -> (Numbers, impl FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,) + use<>) {
    (double(x), |d, [wanted]| (wanted.then(|| d * 2.0),))
}

#[differentiable]
impl Net {
    fn items(&self, x: &Numbers) -> f64 {
        struct Scale(f64);
        impl Scale {
            const TWO: Self = Self(2.0);
            fn get(&self) -> f64 {
                self.0
            }
        }
        let by = Scale::TWO.get();
        let h = self.fc.forward(x) * by;
        mse_loss(&self.again.forward(&h), x)
    }

    fn items_of_inner_blocks(&self, x: &Numbers, times: usize) -> f64 {
        let mut h = self.fc.forward(x);
        for _ in 0..times {
            let by = {
                struct Scale(f64);
                trait Get {
                    fn get(&self) -> f64;
                }
                impl Get for Scale {
                    fn get(&self) -> f64 {
                        self.0
                    }
                }
                Scale(0.5).get()
            };
            h = self.again.forward(&h) * by;
        }
        let by = if times > 1 {
            struct Count(usize);
            impl Count {
                fn get(self) -> f64 {
                    self.0 as f64
                }
            }
            Count(times).get()
        } else {
            1.0
        };
        mse_loss(&h, x) * by
    }

    fn paths(&self, x: &Numbers) -> f64 {
        mse_loss(&self::double(&self.fc.forward(x)), &self.again.forward(x))
    }

    fn macros(&self, x: &Numbers) -> f64 {
        macro_rules! rows {
            () => {
                self.fc.weight.rows()
            };
        }
        assert_eq!(rows!(), self.again.weight.rows());
        mse_loss(&self.fc.forward(x), x)
    }
}

fn net() -> Net {
    Net::init(&mut rng(7))
}

#[test]
fn items() {
    let x = uniform(2, 1);
    check(&net(), |net| net.items_and_grad(&x));
}

#[test]
fn items_of_inner_blocks() {
    let x = uniform(2, 2);
    check(&net(), |net| net.items_of_inner_blocks_and_grad(&x, 2));
}

#[test]
fn paths() {
    let x = uniform(2, 3);
    check(&net(), |net| net.paths_and_grad(&x));
}

#[test]
fn macros() {
    let x = uniform(2, 4);
    check(&net(), |net| net.macros_and_grad(&x));
}
