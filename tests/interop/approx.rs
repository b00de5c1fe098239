//! Approximate equality of tensors and parameters.

use tiedw::approx::{
    AbsDiffEq, assert_abs_diff_eq, assert_abs_diff_ne, assert_relative_eq, assert_relative_ne,
    assert_ulps_eq, assert_ulps_ne,
};
use tiedw::prelude::*;
use tiedw::{Filter1d, Filter2d, GateBias, Gates};

#[test]
fn tensors_are_compared_number_by_number() {
    let x = Tensor::from([[1.0_f32, 1000.0]]);
    let near = Tensor::from([[1.0, 1000.001]]);
    assert_abs_diff_eq!(x, near, epsilon = 0.01);
    assert_abs_diff_ne!(x, near, epsilon = 0.0001);
    assert_relative_eq!(x, near, max_relative = 1e-5);
    assert_relative_ne!(x, near, max_relative = 1e-7);
    assert_ulps_ne!(x, near);
    assert_ulps_eq!(x, near, max_ulps = 20);
    // The defaults of `approx` for scalars.
    assert_eq!(Tensor::<1>::default_epsilon(), f32::default_epsilon());
}

#[test]
fn other_shapes_are_not_equal() {
    let row = Tensor::<2>::zeros([1]);
    for other in [Tensor::zeros([2]), Tensor::zeros([1, 1]), Tensor::zeros([0])] {
        assert_abs_diff_ne!(row, other, epsilon = 1.0);
        assert_relative_ne!(row, other, max_relative = 1.0);
        assert_ulps_ne!(row, other, max_ulps = 100);
    }
}

#[test]
fn no_number_is_equal_to_nothing() {
    let x = Tensor::from([f64::NAN]);
    assert_abs_diff_ne!(x, x, epsilon = 1.0);
    assert_relative_ne!(x, x);
    assert_ulps_ne!(x, x);
}

#[test]
fn parameters_are_compared_number_by_number() {
    macro_rules! check {
        ($($parameter:ty)+) => {$(
            let count = <$parameter>::zeros().as_slice().len();
            let parameter: $parameter = (0..count).map(|i| i as f32 + 1.0).collect();
            for at in [0, count - 1] {
                let mut near = parameter.clone();
                near.as_mut_slice()[at] *= 1.0 + 1e-4;
                assert_abs_diff_eq!(parameter, near, epsilon = 0.1);
                assert_abs_diff_ne!(parameter, near, epsilon = 1e-6);
                assert_relative_eq!(parameter, near, max_relative = 1e-3);
                assert_relative_ne!(parameter, near, max_relative = 1e-5);
                assert_ulps_eq!(parameter, near, max_ulps = 10_000);
                assert_ulps_ne!(parameter, near, max_ulps = 10);
            }
        )+};
    }
    check!(Vector<3> Matrix<2, 3> Filter2d<2, 3, 1, 2> Filter1d<2, 3, 1> Gates<3, 2, 1> GateBias<3, 2>);
}

#[test]
fn models_are_compared_parameter_by_parameter() {
    let layer = Linear::<2, 1> { weight: Matrix::from([[1.0, 2.0]]), bias: Vector::from([3.0]) };
    let mut near = layer.clone();
    near.weight[(0, 1)] += 1e-3;
    for (a, b) in layer.parameters().zip(near.parameters()) {
        assert_abs_diff_eq!(a, b, epsilon = 1e-2);
    }
    assert!(layer.parameters().zip(near.parameters()).any(|(a, b)| a.abs_diff_ne(&b, 1e-4)));
    // A matrix is not its transpose.
    let (row, column) = (Matrix::from([[1.0, 2.0]]), Matrix::from([[1.0], [2.0]]));
    let parameters = [row.parameters().next().unwrap(), column.parameters().next().unwrap()];
    assert_abs_diff_ne!(parameters[0], parameters[1], epsilon = 1.0);
}
