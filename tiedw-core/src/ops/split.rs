use super::cat::columns;
use super::features::Features;
use crate::kernels::{joined, widened};
use crate::pooled_vec::PooledVec;
use crate::size::Size;
use crate::{DYN, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Splits the features of each row into the first `A` and the last `B`.
    ///
    /// `A + B = F` is checked at compile time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// let (a, b) = x.split::<1, 2>();
    /// assert_eq!(a.as_slice(), [1.0, 4.0]);
    /// assert_eq!(b.as_slice(), [2.0, 3.0, 5.0, 6.0]);
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// Tensor::<3>::zeros([2]).split::<1, 1>();
    /// ```
    #[track_caller]
    pub fn split<const A: usize, const B: usize>(&self) -> (Tensor<A, E>, Tensor<B, E>) {
        let (a, b) = self.halves::<A, B>();
        (columns(self, 0, a), columns(self, a, b))
    }

    /// The features of the two parts, of which one may be known at run time only.
    #[track_caller]
    fn halves<const A: usize, const B: usize>(&self) -> (usize, usize) {
        let () = Features::<A, B, F>::OF_SPLIT;
        const { assert!(A != DYN || B != DYN, "`split::<A, B>` has a size to split at") };
        let features = self.features();
        let a = if A == DYN { features.checked_sub(B) } else { Some(A) };
        let b = a.and_then(|a| features.checked_sub(a));
        match (a, b) {
            (Some(a), Some(b)) if B == DYN || b == B => (a, b),
            _ => panic!("split::<{}, {}> of a tensor of shape {:?}", Size(A), Size(B), self.shape()),
        }
    }

    /// [`split`](Tensor::split) with its pullback.
    #[track_caller]
    pub fn split_vjp<const A: usize, const B: usize>(
        &self,
    ) -> (
        (Tensor<A, E>, Tensor<B, E>),
        impl FnOnce((Option<Tensor<A, E>>, Option<Tensor<B, E>>), [bool; 1]) -> (Option<Self>,) + use<F, A, B, E>,
    ) {
        let (a, b) = self.halves::<A, B>();
        let axes = self.axes();
        (self.split(), move |(da, db): (Option<Tensor<A, E>>, Option<Tensor<B, E>>), [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                let (count, width) = (axes.count(), axes.last());
                let dx = match (&da, &db) {
                    (Some(da), Some(db)) => joined(&[(da.as_slice(), a), (db.as_slice(), b)]),
                    (Some(da), None) => widened(da.as_slice(), count, width, 0, a),
                    (None, Some(db)) => widened(db.as_slice(), count, width, a, a + b),
                    (None, None) => PooledVec::zeros(count),
                };
                Tensor::with_axes(axes, dx)
            });
            (dx,)
        })
    }
}
