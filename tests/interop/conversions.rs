//! Conversions of tensors and parameters from arrays, slices and iterators, and their printed form.

use tiedw::prelude::*;
use tiedw::{Filter2d, GateBias, Gates, ShapeError};

#[test]
fn a_tensor_prints_a_line_for_each_row() {
    let x = Tensor::from([[1.0, 2.5], [-3.0, 4.0]]);
    assert_eq!(x.to_string(), "[[1, 2.5],\n [-3, 4]]");
    assert_eq!(format!("{x:?}"), "Tensor[2, 2] [[1.0, 2.5],\n [-3.0, 4.0]]");
    assert_eq!(format!("{x:6.2}"), "[[  1.00,   2.50],\n [ -3.00,   4.00]]");
}

#[test]
fn an_empty_line_stands_between_matrices() {
    let x = Tensor::from([[[1.0], [2.0]], [[3.0], [4.0]]]);
    assert_eq!(x.to_string(), "[[[1],\n  [2]],\n\n [[3],\n  [4]]]");
}

#[test]
fn a_tensor_without_numbers_prints_its_axes() {
    assert_eq!(Tensor::<3>::zeros([0]).to_string(), "[[]]");
    assert_eq!(Tensor::<3>::zeros([2, 0]).to_string(), "[[[]]]");
    assert_eq!(Tensor::<1>::from([7.0]).to_string(), "[7]");
}

#[test]
fn long_axes_are_cut() {
    let x = Tensor::<50>::from_vec([20], (0..1000).map(|i| i as f32).collect());
    let text = x.to_string();
    assert_eq!(text.lines().count(), 11);
    assert_eq!(text.lines().next(), Some("[[0, 1, 2, 3, 4, ..., 45, 46, 47, 48, 49],"));
    assert_eq!(text.lines().nth(5), Some(" ...,"));
    assert_eq!(text.lines().nth(6), Some(" [750, 751, 752, 753, 754, ..., 795, 796, 797, 798, 799],"));
    assert_eq!(format!("{x:#}").lines().count(), 20);
    // Fewer than 500 elements are printed in full.
    assert!(!Tensor::<499>::zeros([1]).to_string().contains("..."));
    assert!(Tensor::<500>::zeros([1]).to_string().contains("..."));
}

#[test]
fn parameters_print_as_tensors_do() {
    let weight = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(weight.to_string(), "[[1, 2, 3],\n [4, 5, 6]]");
    assert_eq!(format!("{weight:?}"), "Matrix[2, 3] [[1.0, 2.0, 3.0],\n [4.0, 5.0, 6.0]]");
    let layer = Linear::<3, 2> { weight, bias: Vector::from([0.5, -0.5]) };
    assert_eq!(
        format!("{layer:?}"),
        "Linear { weight: Matrix[2, 3] [[1.0, 2.0, 3.0],\n [4.0, 5.0, 6.0]], bias: Vector[2] [0.5, -0.5] }"
    );
    let printed: Vec<String> = layer.parameters().map(|p| p.to_string()).collect();
    assert_eq!(printed, ["[[1, 2, 3],\n [4, 5, 6]]", "[0.5, -0.5]"]);
    assert_eq!(format!("{:?}", layer.parameters().nth(1)), "Some(Parameter[2] [0.5, -0.5])");
    assert_eq!(
        format!("{:?}", Filter2d::<1, 1, 2, 1>::zeros()),
        "Filter2d[1, 1, 2, 1] [[[[0.0],\n   [0.0]]]]"
    );
}

#[test]
fn ids_print_in_their_shape() {
    let ids = Ids::from_vec([2, 2], vec![1, 2, 3, 4]);
    assert_eq!(
        (ids.to_string(), format!("{ids:?}")),
        ("[[1, 2],\n [3, 4]]".into(), "Ids[2, 2] [[1, 2],\n [3, 4]]".into())
    );
}

#[test]
fn arrays_become_tensors_and_parameters() {
    assert_eq!(Tensor::from([1.0_f32, 2.0]).shape(), [2]);
    assert_eq!(Tensor::from([[[1.0_f64; 3]; 2]; 4]).shape(), [4, 2, 3]);
    assert_eq!(Vector::from([1.0, 2.0]), Vector::from_vec(vec![1.0, 2.0]));
    assert_eq!(Matrix::from([[1.0, 2.0], [3.0, 4.0]])[(1, 0)], 3.0);
}

#[test]
fn iterators_become_tensors_and_parameters() {
    let x: Tensor<2> = (0..3).map(|i| [i as f32, 1.0]).collect();
    assert_eq!(x, Tensor::from([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]));
    assert_eq!([[0.0_f32; 0]; 3].into_iter().collect::<Tensor<0>>().shape(), [3, 0]);
    let weight: Matrix<2, 2> = (0..4).map(|i| i as f32).collect();
    assert_eq!(weight, Matrix::from([[0.0, 1.0], [2.0, 3.0]]));
    let gates: GateBias<2, 1, f64> = [1.0, 2.0].into_iter().collect();
    assert_eq!(gates.as_slice(), [1.0, 2.0]);
}

#[test]
#[should_panic(expected = "a 2x2 matrix has 4 elements, not 3")]
fn too_few_numbers_panic() {
    let _: Matrix<2, 2> = [1.0; 3].into_iter().collect();
}

#[test]
fn slices_become_parameters_where_they_are_long_enough() {
    let values = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(Matrix::<2, 2>::try_from(&values[..]), Ok(Matrix::from([[1.0, 2.0], [3.0, 4.0]])));
    assert_eq!(Vector::<4>::try_from(values.to_vec()).as_ref().map(Vector::as_slice), Ok(&values[..]));
    let error = Gates::<3, 2, 4>::try_from(&values[..]).unwrap_err();
    assert_eq!(error, ShapeError::Count { shape: vec![6, 4], found: 4 });
    assert_eq!(error.to_string(), "shape [6, 4] has 24 elements, not 4");
}

#[test]
fn numbers_come_out_as_slices() {
    let sum = |values: &dyn AsRef<[f32]>| values.as_ref().iter().sum::<f32>();
    assert_eq!(sum(&Tensor::from([[1.0, 2.0]])), 3.0);
    let mut weight = Matrix::from([[1.0, 2.0]]);
    weight.as_mut()[0] = 10.0;
    assert_eq!(sum(&weight), 12.0);
    let shared = Tensor::from([1.0_f32]);
    let mut changed = shared.clone();
    changed.as_mut()[0] = 2.0;
    assert_eq!(sum(&shared), 1.0);
}
