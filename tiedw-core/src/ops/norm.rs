use crate::kernels::sum_zip;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the Euclidean norm of each row. The derivative at 0 is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![3.0, 4.0, 0.0, 0.0]);
    /// assert_eq!(x.norm(), Tensor::<1>::from_vec([2], vec![5.0, 0.0]));
    /// ```
    pub fn norm(&self) -> Tensor<1, E> {
        let rows = self.each_row();
        Tensor::with_axes_of(self, rows.map(|row| sum_zip(row, row, E::mul).sqrt()).collect())
    }

    /// [`norm`](Tensor::norm) with its pullback.
    pub fn norm_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (x, norms) = (self.clone(), self.norm());
        (norms.clone(), move |d: Tensor<1, E>, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                let mut dx = PooledVec::with_capacity(x.as_slice().len());
                let rows = x.each_row().zip(norms.as_slice().iter().zip(d.as_slice()));
                for (row, (&norm, &d)) in rows {
                    let factor = if norm.equals(E::ZERO) { E::ZERO } else { d / norm };
                    dx.extend(row.iter().map(|&x| factor * x));
                }
                Tensor::with_axes_of(&x, dx)
            });
            (dx,)
        })
    }
}
