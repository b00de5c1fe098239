use tiedw::prelude::*;

use crate::run::golden;

#[test]
fn made() {
    let check = |name: &str, x: Tensor<DYN>| golden!("made", name).check_tensor(&x);
    check("eye", Tensor::eye([3, 5]));
    check("arange", Tensor::arange(-1.0, 2.0, 0.3));
    check("arange_down", Tensor::arange(5.0, -1.0, -2.0));
    check("linspace", Tensor::linspace(-3.0, 10.0, 8));
    check("linspace_down", Tensor::linspace(1.0, 0.0, 5));
}
