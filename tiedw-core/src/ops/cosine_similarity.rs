use crate::kernels::sums_of_rows;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// The minimum divisor of a row.
const EPS: f64 = 1e-8;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the cosine similarity of each row and the same row of `other`: x · y / (‖x‖ ‖y‖), with norms
    /// clamped to at least 1e-8.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([3], vec![3.0, 4.0, 1.0, 0.0, 0.0, 0.0]);
    /// let y = Tensor::from_vec([3], vec![3.0, 4.0, 0.0, 5.0, 1.0, 0.0]);
    /// assert!((&x.cosine_similarity(&y) - Tensor::from_vec([3], vec![1.0, 0.0, 0.0])).abs().sum() < 1e-6);
    /// ```
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn cosine_similarity(&self, other: &Self) -> Tensor<1, E> {
        self.same_shape(other, "cosine_similarity");
        let ((x, _), (y, _)) = (units(self), units(other));
        products(self, &x, &y)
    }

    /// [`cosine_similarity`](Tensor::cosine_similarity) with its pullback.
    #[track_caller]
    pub fn cosine_similarity_vjp(
        &self,
        other: &Self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>)
    {
        self.same_shape(other, "cosine_similarity");
        let (x, y) = (units(self), units(other));
        let (axes, cosine) = (self.axes(), products(self, &x.0, &y.0));
        (cosine, move |d: Tensor<1, E>, [left, right]: [bool; 2]| {
            let features = axes.last();
            let toward = |(unit, norms): &(PooledVec<E>, PooledVec<E>), other: &[E]| {
                let mut dx = PooledVec::with_capacity(unit.len());
                for (&d, other) in d.as_slice().iter().zip(other.chunks_exact(features.max(1))) {
                    dx.extend(other.iter().map(|&y| d * y));
                }
                E::normalize_rows_vjp(unit, norms, features, E::from_f64(EPS), &mut dx);
                Tensor::with_axes(axes, dx)
            };
            (left.then(|| toward(&x, &y.0)), right.then(|| toward(&y, &x.0)))
        })
    }
}

fn units<const F: usize, E: Element>(x: &Tensor<F, E>) -> (PooledVec<E>, PooledVec<E>) {
    let mut unit = PooledVec::unset(x.as_slice().len());
    let norms = E::normalize_rows(x.as_slice(), x.features(), E::from_f64(EPS), &mut unit);
    (unit, norms)
}

fn products<const F: usize, E: Element>(like: &Tensor<F, E>, x: &[E], y: &[E]) -> Tensor<1, E> {
    let features = like.features();
    if features == 0 {
        return Tensor::with_axes_of(like, PooledVec::zeros(like.rows()));
    }
    Tensor::with_axes_of(like, sums_of_rows(x, y, features, E::mul))
}
