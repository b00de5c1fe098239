//! Operations on parameters: those on the tensor with the same elements.

mod methods;
mod operators;
mod shaped;

use crate::param::{Matrix, MatrixView, Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Module, Tensor};

impl<const N: usize, E: Element> Vector<N, E> {
    /// Copies the elements to a tensor of shape `[N]`, without leading axes.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, Vector};
    /// assert_eq!(Vector::from([1.0, 2.0]).tensor(), Tensor::<2>::from_vec([], vec![1.0, 2.0]));
    /// ```
    pub fn tensor(&self) -> Tensor<N, E> {
        self.view().tensor()
    }

    fn of_tensor(tensor: Tensor<N, E>) -> Self {
        Vector::from_pooled_vec(tensor.into_pooled_vec())
    }
}

impl<const N: usize, E: Element> VectorView<'_, N, E> {
    /// Copies the elements to a tensor of shape `[N]`, without leading axes.
    pub fn tensor(&self) -> Tensor<N, E> {
        Tensor::with_axes(Axes::new(&[], self.len()), PooledVec::copy(self.as_slice()))
    }

    /// [`tensor`](VectorView::tensor) with its pullback.
    pub fn tensor_vjp(
        &self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 1]) -> (Option<Vector<N, E>>,) + use<N, E>) {
        (self.tensor(), |d: Tensor<N, E>, [wanted]: [bool; 1]| (wanted.then(|| Vector::of_tensor(d)),))
    }
}

impl<const R: usize, const C: usize, E: Element> Matrix<R, C, E> {
    /// Copies the elements to a tensor of shape `[R, C]`.
    ///
    /// ```
    /// # use tiedw_core::{Matrix, Tensor};
    /// let weight = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(weight.tensor(), Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]));
    /// ```
    pub fn tensor(&self) -> Tensor<C, E> {
        self.view().tensor()
    }

    fn of_tensor(tensor: Tensor<C, E>) -> Self {
        let shape = [tensor.rows(), tensor.features()];
        Matrix::from_pooled_vec(shape, tensor.into_pooled_vec())
    }
}

impl<const R: usize, const C: usize, E: Element> MatrixView<'_, R, C, E> {
    /// Copies the elements to a tensor of shape `[R, C]`.
    pub fn tensor(&self) -> Tensor<C, E> {
        Tensor::with_axes(Axes::new(&[self.rows()], self.columns()), self.copied())
    }

    /// [`tensor`](MatrixView::tensor) with its pullback.
    pub fn tensor_vjp(
        &self,
    ) -> (Tensor<C, E>, impl FnOnce(Tensor<C, E>, [bool; 1]) -> (Option<Matrix<R, C, E>>,) + use<R, C, E>)
    {
        (self.tensor(), |d: Tensor<C, E>, [wanted]: [bool; 1]| (wanted.then(|| Matrix::of_tensor(d)),))
    }
}

impl<'v, const R: usize, const C: usize, E: Element> MatrixView<'v, R, C, E> {
    /// [`t`](MatrixView::t) with its pullback.
    pub fn t_vjp(
        &self,
    ) -> (
        MatrixView<'v, C, R, E>,
        impl FnOnce(Matrix<C, R, E>, [bool; 1]) -> (Option<Matrix<R, C, E>>,) + use<R, C, E>,
    ) {
        let back = |d: Matrix<C, R, E>, [wanted]: [bool; 1]| {
            (wanted.then(|| Matrix::of_tensor(d.view().t().tensor())),)
        };
        (self.t(), back)
    }
}
