use crate::kernels::{MatMut, linear_vjp_of_input, linear_vjp_of_weight};
use crate::param::MatrixView;
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Tensor, kernels};

/// Computes `x Wᵀ`: multiplies each row of `x` by a weight `[O, I]`.
///
/// ```
/// use tiedw_core::{Matrix, Module, Tensor, ops::linear};
///
/// let weight = Matrix::<1, 2>::from_vec(vec![10.0, 1.0]);
/// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(linear(&x, &weight.view()).as_slice(), [12.0, 34.0]);
/// ```
///
/// # Panics
/// If the features of `x` are known at run time, and differ from the columns of the weight.
#[track_caller]
pub fn linear<const I: usize, const O: usize, E: Element>(
    x: &Tensor<I, E>,
    weight: &MatrixView<'_, O, I, E>,
) -> Tensor<O, E> {
    let (rows, outputs) = (x.rows(), weight.rows());
    x.check_features(weight.columns(), "a linear layer");
    let mut y = PooledVec::unset(rows * outputs);
    kernels::linear::<I, O, E>(rows, x.as_slice(), weight.as_mat(), E::ZERO, &mut y);
    Tensor::with_rows_of(x, outputs, y)
}

/// [`linear`] with its pullback: dx = dy W, and dW = dyᵀ x.
///
/// ```
/// use tiedw_core::{Matrix, Module, Tensor, ops::linear_vjp};
///
/// let weight = Matrix::<1, 2>::from_vec(vec![10.0, 1.0]);
/// let (_, pullback) = linear_vjp(&Tensor::<2>::from_vec([1], vec![3.0, 4.0]), &weight.view());
/// let (dx, dweight) = pullback(Tensor::full([1], 1.0), [true, true]);
/// assert_eq!(dx.unwrap().as_slice(), [10.0, 1.0]);
/// assert_eq!(dweight.unwrap().as_slice(), [3.0, 4.0]);
/// ```
#[track_caller]
pub fn linear_vjp<'v, const I: usize, const O: usize, E: Element>(
    x: &Tensor<I, E>,
    weight: &MatrixView<'v, O, I, E>,
) -> (
    Tensor<O, E>,
    impl FnOnce(Tensor<O, E>, [bool; 2]) -> (Option<Tensor<I, E>>, Option<Tensor<I, E>>) + use<'v, I, O, E>,
) {
    let y = linear(x, weight);
    let (x, weight) = (x.clone(), *weight);
    (y, move |dy: Tensor<O, E>, [left, right]: [bool; 2]| {
        let (rows, dy_numbers) = (dy.rows(), dy.as_slice());
        let dweight = right.then(|| {
            let (outputs, inputs) = (weight.rows(), weight.columns());
            let mut dweight = PooledVec::unset(outputs * inputs);
            let matrix = MatMut::new(&mut dweight, outputs, inputs);
            linear_vjp_of_weight::<I, O, E>(rows, dy_numbers, x.as_slice(), E::ZERO, matrix);
            Tensor::with_axes(Axes::new(&[outputs], inputs), dweight)
        });
        let dx = left.then(|| {
            let inputs = weight.columns();
            let mut dx = PooledVec::unset(rows * inputs);
            linear_vjp_of_input::<I, O, E>(rows, dy_numbers, weight.as_mat(), &mut dx);
            Tensor::with_rows_of(&dy, inputs, dx)
        });
        (dx, dweight)
    })
}
