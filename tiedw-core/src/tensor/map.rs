//! Elementwise operations on one tensor, or two of the same shape.

use super::Tensor;
use crate::kernels::MulAdd;
use crate::{Element, kernels};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Applies `f` to each element.
    pub fn map(&self, f: impl Fn(E) -> E + Sync) -> Self {
        let data = kernels::map(self.as_slice(), f);
        Tensor::with_axes(self.axes(), data)
    }

    /// As [`map`](Tensor::map), for arithmetic-heavy functions that use fused multiply-add where available.
    /// `f` must be inlined to be fast.
    pub(crate) fn map_by(&self, f: impl Fn(E, MulAdd) -> E + Copy + Sync) -> Self {
        let data = kernels::map_by(self.as_slice(), f);
        Tensor::with_axes(self.axes(), data)
    }

    /// As [`map`](Tensor::map), in place if the elements are not shared with another tensor.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
    /// let place = x.as_slice().as_ptr();
    /// let x = x.map_into(|x| -x);
    /// assert_eq!((x.as_slice(), x.as_slice().as_ptr()), (&[-1.0, -2.0][..], place));
    /// ```
    pub fn map_into(mut self, f: impl Fn(E) -> E + Sync) -> Self {
        match self.data.unique() {
            Some(data) => {
                kernels::map_assign(data, f);
                self
            }
            None => self.map(f),
        }
    }

    /// Applies `f`, which returns the value and the slope at each element, and returns a pullback that multiplies by the
    /// slopes. It makes the companion of an elementwise operation:
    ///
    /// ```
    /// use tiedw_core::{Tensor, testing::gradcheck};
    ///
    /// /// x / (1 + x²).
    /// fn bump(x: &Tensor<2, f64>) -> Tensor<2, f64> {
    ///     x.map(|x| x / (1.0 + x * x))
    /// }
    ///
    /// /// [`bump`] with its pullback.
    /// fn bump_vjp(
    ///     x: &Tensor<2, f64>,
    /// ) -> (Tensor<2, f64>, impl FnOnce(Tensor<2, f64>, [bool; 1]) -> (Option<Tensor<2, f64>>,) + use<>) {
    ///     x.map_with_slope(|x| {
    ///         let below = 1.0 / (1.0 + x * x);
    ///         (x * below, (1.0 - x * x) * below * below)
    ///     })
    /// }
    ///
    /// let x = Tensor::from([[0.5, -2.0], [0.0, 1.0]]);
    /// let backward = |(x,): &(Tensor<2, f64>,), dy| {
    ///     let (y, pullback) = bump_vjp(x);
    ///     (y, pullback(dy, [true]))
    /// };
    /// gradcheck(&(x,), |(x,)| bump(x), backward).unwrap();
    /// ```
    pub fn map_with_slope<G: Fn(E) -> (E, E) + Copy + Sync>(
        &self,
        f: G,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E, G>) {
        self.map_vjp(move |x, _| f(x))
    }

    /// As [`map_with_slope`](Tensor::map_with_slope), for functions that use fused multiply-add where available.
    ///
    /// For functions whose derivative shares most of its work with the value.
    pub(crate) fn map_vjp<G: Fn(E, MulAdd) -> (E, E) + Copy + Sync>(
        &self,
        f: G,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E, G>) {
        let (y, slopes) = kernels::map_pair_by(self.as_slice(), f);
        let [y, slopes] = [y, slopes].map(|data| Tensor::with_axes(self.axes(), data));
        (y, move |d: Self, [wanted]: [bool; 1]| {
            (wanted.then(|| d.zip_into(&slopes, "a pullback", |d, slope| d * slope)),)
        })
    }

    /// Applies `f` to the corresponding elements of two tensors.
    ///
    /// # Panics
    /// If the shapes differ. `operation` is the name in the message.
    #[track_caller]
    pub fn zip(&self, other: &Self, operation: &str, f: impl Fn(E, E) -> E + Sync) -> Self {
        self.same_shape(other, operation);
        let data = kernels::zip(self.as_slice(), other.as_slice(), f);
        Tensor::with_axes(self.axes(), data)
    }

    /// As [`zip`](Tensor::zip), in place if the elements are not shared with another tensor.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (x, y) = (Tensor::<2>::full([1], 3.0), Tensor::full([1], 2.0));
    /// assert_eq!(x.zip_into(&y, "a maximum", f32::max).as_slice(), [3.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn zip_into(mut self, other: &Self, operation: &str, f: impl Fn(E, E) -> E + Sync) -> Self {
        self.zip_assign(other, operation, f);
        self
    }

    /// As [`zip_into`](Tensor::zip_into), on a borrowed tensor.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (mut x, y) = (Tensor::<2>::full([1], 3.0), Tensor::full([1], 2.0));
    /// x.zip_assign(&y, "a difference", |x, y| x - y);
    /// assert_eq!(x.as_slice(), [1.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn zip_assign(&mut self, other: &Self, operation: &str, f: impl Fn(E, E) -> E + Sync) {
        self.same_shape(other, operation);
        match self.data.unique() {
            Some(data) => kernels::zip_assign(data, other.as_slice(), f),
            None => *self = self.zip(other, operation, f),
        }
    }

    #[track_caller]
    pub(crate) fn same_shape(&self, other: &Self, operation: &str) {
        assert!(
            self.data.axes() == other.data.axes(),
            "{operation} of tensors of shapes {:?} and {:?}",
            self.shape(),
            other.shape()
        );
    }
}
