use std::any::Any;

use crate::{Real, Tensor, kernels};

impl<const F: usize, E: Real> Tensor<F, E> {
    /// Converts the elements to another type, rounding to the nearest value. To their own type, nothing is copied.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from([1.0, 0.1]);
    /// assert_eq!(x.cast::<f64>().as_slice(), [1.0, 0.1_f32 as f64]);
    /// assert_eq!(x.cast::<f64>().cast::<f32>(), x);
    /// ```
    pub fn cast<T: Real>(&self) -> Tensor<F, T> {
        match (self as &dyn Any).downcast_ref::<Tensor<F, T>>() {
            Some(same) => same.clone(),
            None => Tensor::with_axes(self.axes(), kernels::map(self.as_slice(), cast)),
        }
    }

    /// [`cast`](Tensor::cast) with its pullback, which casts the cotangent back.
    pub fn cast_vjp<T: Real>(
        &self,
    ) -> (Tensor<F, T>, impl FnOnce(Tensor<F, T>, [bool; 1]) -> (Option<Self>,) + use<F, E, T>) {
        (self.cast(), |d: Tensor<F, T>, [wanted]: [bool; 1]| (wanted.then(|| d.cast()),))
    }
}

#[inline]
fn cast<E: Real, T: Real>(x: E) -> T {
    T::from_f64(x.to_f64())
}
