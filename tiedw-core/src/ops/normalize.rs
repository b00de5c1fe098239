use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// The minimum divisor of a row.
const EPS: f64 = 1e-12;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Divides each row by its Euclidean norm, clamped to at least 1e-12.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![6.0, 8.0, 0.0, 0.0]);
    /// assert_eq!(x.normalize(), Tensor::from_vec([2], vec![0.6, 0.8, 0.0, 0.0]));
    /// ```
    pub fn normalize(&self) -> Self {
        self.with_norms().0
    }

    /// [`normalize`](Tensor::normalize) with its pullback.
    pub fn normalize_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, norms) = self.with_norms();
        let f =
            move |d: &mut [E], y: &[E], width| E::normalize_rows_vjp(y, &norms, width, E::from_f64(EPS), d);
        (y.clone(), y.pullback_of_rows(f))
    }

    fn with_norms(&self) -> (Self, PooledVec<E>) {
        let mut y = PooledVec::unset(self.as_slice().len());
        let norms = E::normalize_rows(self.as_slice(), self.features(), E::from_f64(EPS), &mut y);
        (Tensor::with_axes_of(self, y), norms)
    }
}
