//! Conversion of tensors and parameters to and from `ndarray`.

use tiedw::ndarray::{Array1, Array2, Array3, Array4, ArrayD, Axis, Ix2, array, s};
use tiedw::prelude::*;
use tiedw::{Filter1d, Filter2d, Gates, ShapeError};

/// A tied pair, one side of which is transposed.
#[derive(Module)]
struct Pair {
    encoder: Linear<3, 2>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<2, 3, Tied, NoBias>,
}

fn pair() -> Pair {
    let encoder = Linear { weight: Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), bias: Vector::zeros() };
    Pair { encoder, decoder: Linear { weight: Tied::new(), bias: Default::default() } }
}

#[test]
fn views_are_the_same_memory() {
    let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(x.as_ndarray().as_ptr(), x.as_slice().as_ptr());
    let mut weight = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    weight.as_ndarray_mut()[(1, 0)] = 30.0;
    assert_eq!(weight[(1, 0)], 30.0);
    assert_eq!(weight.as_ndarray().row(1), array![30.0, 4.0]);
    let mut kernel = Filter2d::<2, 3, 4, 5>::zeros();
    assert_eq!(kernel.as_ndarray().dim(), (2, 3, 4, 5));
    kernel.as_ndarray_mut()[(1, 2, 3, 4)] = 1.0;
    assert_eq!(kernel.as_slice().last(), Some(&1.0));
    assert_eq!(Filter1d::<2, 3, 4>::zeros().as_ndarray().dim(), (2, 3, 4));
    assert_eq!(Gates::<4, 3, 2>::zeros().as_ndarray().dim(), (12, 2));
    assert_eq!(Vector::from([1.0, 2.0]).as_ndarray(), array![1.0, 2.0]);
}

#[test]
fn a_change_of_a_shared_tensor_stays_its_own() {
    let shared = Tensor::from([1.0, 2.0]);
    let mut changed = shared.clone();
    changed.as_ndarray_mut()[[0]] = 10.0;
    assert_eq!((shared.as_slice(), changed.as_slice()), (&[1.0, 2.0][..], &[10.0, 2.0][..]));
}

#[test]
fn a_transposed_tie_is_a_transposed_array_of_the_owners_memory() {
    let net = pair();
    let (owner, borrowed) = (net.encoder.weight.as_ndarray(), net.view().decoder.weight.as_ndarray());
    assert_eq!(borrowed, owner.t());
    assert_eq!(borrowed.as_ptr(), net.encoder.weight.as_slice().as_ptr());
    assert_eq!(net.view().encoder.weight.as_ndarray().as_ptr(), borrowed.as_ptr());
}

#[test]
fn each_parameter_is_an_array_in_its_shape() {
    let mut net = pair();
    let shapes: Vec<Vec<usize>> = net.parameters().map(|p| p.as_ndarray().shape().to_vec()).collect();
    assert_eq!(shapes, [vec![2, 3], vec![2]]);
    for mut p in net.parameters_mut() {
        p.as_ndarray_mut().fill(7.0);
    }
    assert!(net.parameters().all(|p| p.as_slice().iter().all(|&w| w == 7.0)));
}

#[test]
fn owned_arrays_hand_their_memory_over_where_it_is_row_major() {
    let array = array![[1.0_f32, 2.0], [3.0, 4.0]];
    let place = array.as_ptr();
    let x = Tensor::<2>::try_from(array).unwrap();
    assert_eq!(x.as_slice().as_ptr(), place);
    let back = ArrayD::from(x);
    assert_eq!(back.as_ptr(), place);
    let weight = Matrix::<2, 2>::try_from(back).unwrap();
    assert_eq!(weight.as_slice().as_ptr(), place);
    let back: Array2<f32> = weight.into();
    assert_eq!((back.as_ptr(), back), (place, array![[1.0, 2.0], [3.0, 4.0]]));

    let x = Tensor::from([1.0_f32]);
    let other = x.clone();
    assert_ne!(ArrayD::from(x).as_ptr(), other.as_slice().as_ptr());
}

#[test]
fn other_layouts_are_copied_into_rows() {
    let array = array![[1.0_f64, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let transposed = Matrix::<3, 2, f64>::try_from(array.clone().reversed_axes()).unwrap();
    assert_eq!(transposed.as_slice(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    let columns = Tensor::<2, f64>::try_from(array.slice(s![.., 1..])).unwrap();
    assert_eq!(columns.as_slice(), [2.0, 3.0, 5.0, 6.0]);
    // Row-major, with elements of the original array before and after the slice.
    let middle =
        Array2::from_shape_fn((4, 2), |(row, column)| (2 * row + column) as f64).slice_move(s![1..3, ..]);
    assert_eq!(Tensor::<2, f64>::try_from(middle).unwrap().as_slice(), [2.0, 3.0, 4.0, 5.0]);
    let backward = array.slice(s![..;-1, ..]).to_owned();
    assert_eq!(Matrix::<2, 3, f64>::try_from(backward).unwrap()[(0, 0)], 4.0);
}

#[test]
fn a_wrong_shape_is_an_error_with_both() {
    let features = Tensor::<3>::try_from(Array3::<f32>::zeros((4, 5, 2))).unwrap_err();
    assert_eq!(features, ShapeError::Features { expected: 3, found: vec![4, 5, 2] });
    assert_eq!(features.to_string(), "expected shape [.., 3], found [4, 5, 2]");
    let scalar = Tensor::<3>::try_from(tiedw::ndarray::arr0(1.0_f32)).unwrap_err();
    assert_eq!(scalar.to_string(), "expected shape [.., 3], found []");
    let axes = Tensor::<1>::try_from(ArrayD::<f32>::zeros(vec![1; 7])).unwrap_err();
    assert_eq!(axes.to_string(), "expected at most 6 axes, found the 7 of [1, 1, 1, 1, 1, 1, 1]");
    let shape = Matrix::<2, 3>::try_from(Array2::<f32>::zeros((3, 2))).unwrap_err();
    assert_eq!(shape.to_string(), "expected shape [2, 3], found [3, 2]");
    let rank = Vector::<6>::try_from(Array2::<f32>::zeros((3, 2)).view()).unwrap_err();
    assert_eq!(rank.to_string(), "expected shape [6], found [3, 2]");
    assert!(Filter2d::<1, 2, 3, 4>::try_from(Array4::<f32>::zeros((1, 2, 3, 4))).is_ok());
    assert!(Vector::<2>::try_from(Array1::<f32>::zeros(2)).is_ok());
}

#[test]
fn sizes_known_at_run_time() {
    let array = Array2::from_shape_vec((2, 3), vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0_f32]).unwrap();
    let mut weight = Matrix::<DYN, DYN>::try_from(array.clone()).unwrap();
    assert_eq!(weight.as_ndarray(), array);
    assert_eq!(weight.view().t().as_ndarray(), array.t());
    weight.as_ndarray_mut()[(1, 0)] = 7.0;
    assert_eq!(Array2::from(weight)[(1, 0)], 7.0);
    let filter = Filter2d::<DYN, DYN, DYN, DYN>::try_from(Array4::<f32>::zeros((1, 2, 3, 4)).view()).unwrap();
    assert_eq!(filter.as_ndarray().dim(), (1, 2, 3, 4));
    let bias = Vector::<DYN>::try_from(Array1::<f32>::zeros(2)).unwrap();
    assert_eq!(bias.view().as_ndarray().len(), 2);
    let error = Matrix::<DYN, 2>::try_from(array.view()).unwrap_err();
    assert_eq!(error.to_string(), "expected shape [DYN, 2], found [2, 3]");
    assert!(Gates::<3, DYN, 3>::try_from(array).is_err());
    let error = Matrix::<DYN, DYN>::try_from(vec![1.0; 6]).unwrap_err();
    assert_eq!(error.to_string(), "6 elements do not say the sizes of shape [DYN, DYN]");
}

#[test]
fn tensors_print_as_arrays_do() {
    let shapes = [
        vec![1],
        vec![3],
        vec![2, 0],
        vec![2, 3],
        vec![40, 30],
        vec![2, 3, 4],
        vec![7, 12, 13],
        vec![2, 1, 3, 2],
        vec![3, 9, 8, 20],
    ];
    for shape in shapes {
        let count = shape.iter().product();
        let array =
            ArrayD::from_shape_vec(shape.clone(), (0..count).map(|i| i as f32 / 8.0).collect()).unwrap();
        macro_rules! check {
            ($($features:literal)+) => {
                match shape.last().unwrap() {
                    $($features => {
                        let x = Tensor::<$features>::try_from(array.view()).unwrap();
                        assert_eq!(x.to_string(), array.to_string());
                        assert_eq!(format!("{x:#}"), format!("{array:#}"));
                        assert_eq!(format!("{x:7.2}"), format!("{array:7.2}"));
                    })+
                    other => panic!("{other}"),
                }
            };
        }
        check!(0 1 2 3 4 13 20 30);
    }
    let weight = Matrix::<40, 20>::zeros();
    assert_eq!(weight.to_string(), weight.as_ndarray().to_string());
}

#[test]
fn arrays_compute_with_views() {
    let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let net = pair();
    let array = x.as_ndarray().into_dimensionality::<Ix2>().unwrap();
    let product = array.dot(&net.encoder.weight.as_ndarray().t());
    assert_eq!(Tensor::<2>::try_from(product).unwrap(), net.encoder.forward(&x));
    assert_eq!(array.mean_axis(Axis(0)).unwrap(), array![2.5, 3.5, 4.5]);
}
