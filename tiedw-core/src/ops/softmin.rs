use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the softmax of -x over the features of each row.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([0.0, 0.0, 2000.0]);
    /// assert_eq!(x.softmin().as_slice(), [0.5, 0.5, 0.0]);
    /// ```
    pub fn softmin(&self) -> Self {
        (-self).softmax()
    }

    /// [`softmin`](Tensor::softmin) with its pullback.
    pub fn softmin_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = (-self).softmax_vjp();
        (y, |d: Self, wanted: [bool; 1]| (pullback(d, wanted).0.map(|dx| -dx),))
    }
}
