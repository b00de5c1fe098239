use crate::kernels::{map, sum_zip, sums_of_rows};
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the Euclidean norm of all elements. The derivative at 0 is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([[1.0, 2.0], [2.0, 4.0]]).norm(), 5.0);
    /// ```
    pub fn norm(&self) -> E {
        root(sum_zip(self.as_slice(), self.as_slice(), E::mul))
    }

    /// [`norm`](Tensor::norm) with its pullback.
    pub fn norm_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (x, norm) = (self.clone(), self.norm());
        (norm, move |d: E, [wanted]: [bool; 1]| (wanted.then(|| x * factor(norm, d)),))
    }

    /// Computes the Euclidean norm of each row. The derivative at 0 is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[3.0, 4.0], [0.0, 0.0]]);
    /// assert_eq!(x.norm_features(), Tensor::from([[5.0], [0.0]]));
    /// ```
    pub fn norm_features(&self) -> Tensor<1, E> {
        if self.features() == 0 {
            return Tensor::with_axes_of(self, PooledVec::zeros(self.rows()));
        }
        let mut norms = sums_of_rows(self.as_slice(), self.as_slice(), self.features(), E::mul);
        norms.iter_mut().for_each(|norm| *norm = root(*norm));
        Tensor::with_axes_of(self, norms)
    }

    /// [`norm_features`](Tensor::norm_features) with its pullback.
    pub fn norm_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (x, norms) = (self.clone(), self.norm_features());
        (norms.clone(), move |d: Tensor<1, E>, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                let mut dx = PooledVec::with_capacity(x.as_slice().len());
                let rows = x.each_row().zip(norms.as_slice().iter().zip(d.as_slice()));
                for (row, (&norm, &d)) in rows {
                    let factor = factor(norm, d);
                    dx.extend(row.iter().map(|&x| factor * x));
                }
                Tensor::with_axes_of(&x, dx)
            });
            (dx,)
        })
    }

    /// Computes the Euclidean norm over one leading axis, which is removed. The derivative at 0 is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[3.0, 0.0], [4.0, 0.0]]);
    /// assert_eq!(x.norm_axis(0), Tensor::from([5.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn norm_axis(&self, axis: usize) -> Self {
        let (along, axes) = self.along_axis(axis, "norm_axis");
        Tensor::with_axes(axes, map(&E::dots_along(self.as_slice(), self.as_slice(), along), root))
    }

    /// [`norm_axis`](Tensor::norm_axis) with its pullback.
    #[track_caller]
    pub fn norm_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (x, norms, along) = (self.clone(), self.norm_axis(axis), self.along(axis, "norm_axis"));
        (norms.clone(), move |d: Self, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                let factors = norms.zip(&d, "a pullback", factor);
                Tensor::with_axes(x.axes(), E::times_along(x.as_slice(), factors.as_slice(), along))
            });
            (dx, None)
        })
    }
}

/// The square root of a sum of squares, whose derivatives of all orders at 0 and at infinity are 0.
pub(super) fn root<E: Element>(squares: E) -> E {
    if squares == E::ZERO {
        E::ZERO
    } else if squares.is_infinite() {
        E::ZERO.replaced_by(squares)
    } else {
        squares.sqrt()
    }
}

/// What the elements are multiplied with to give their cotangents.
fn factor<E: Element>(norm: E, d: E) -> E {
    if norm == E::ZERO { E::ZERO } else { d / norm }
}
