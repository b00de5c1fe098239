mod batches;

use crate::size::{Size, allows};
use crate::{Element, Tensor};
use batches::sizes;

impl<const K: usize, E: Element> Tensor<K, E> {
    /// Computes the matrix product of the last two axes: `[.., n, K]` times `[.., K, N]` is `[.., n, N]`.
    ///
    /// The axes before them are those of a batch. Axes of size 1 and missing ones are repeated, as by `+`, and the gradient of what
    /// was repeated is a sum. A single matrix `[K, N]` multiplies all rows by one product.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 10.0]);
    /// let y = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.matmul(&y), Tensor::from_vec([1], vec![41.0, 52.0, 63.0]));
    ///
    /// let (one, many) = (Tensor::<4>::ones([5]), Tensor::<7>::ones([3, 4]));
    /// assert_eq!(one.matmul(&many), Tensor::full([3, 5], 4.0));
    /// ```
    ///
    /// # Panics
    /// If the shapes do not match; the message contains both.
    #[track_caller]
    pub fn matmul<const N: usize>(&self, other: &Tensor<N, E>) -> Tensor<N, E> {
        let sizes = sizes(self.axes(), other.axes(), "matmul");
        assert!(
            sizes.inner == self.features(),
            "matmul of tensors of shapes {:?} and {:?}",
            self.axes(),
            other.axes()
        );
        sizes.products(other.features(), |at| [sizes.left(self, at), sizes.right(other, at)])
    }

    /// [`matmul`](Tensor::matmul) with its pullback.
    #[track_caller]
    pub fn matmul_vjp<const N: usize>(
        &self,
        other: &Tensor<N, E>,
    ) -> (
        Tensor<N, E>,
        impl FnOnce(Tensor<N, E>, [bool; 2]) -> (Option<Self>, Option<Tensor<N, E>>) + use<K, N, E>,
    ) {
        let z = self.matmul(other);
        let (x, y) = (self.clone(), other.clone());
        (z, move |d: Tensor<N, E>, [left, right]: [bool; 2]| {
            let sizes = sizes(x.axes(), y.axes(), "matmul");
            let dx = left.then(|| {
                sizes.cotangent_of_left(&x, |at| [sizes.of_product(&d, at), sizes.right(&y, at).t()])
            });
            let dy = right.then(|| {
                sizes.cotangent_of_right(&y, |at| [sizes.left(&x, at).t(), sizes.of_product(&d, at)])
            });
            (dx, dy)
        })
    }

    /// Computes the matrix product with the transposed matrices of `other`: `[.., n, K]` times `[.., N, K]`
    /// is `[.., n, N]`. Batches are repeated as by [`matmul`](Tensor::matmul).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 10.0]);
    /// let y = Tensor::<2>::from_vec([3], vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    /// assert_eq!(x.matmul_t::<3>(&y), Tensor::from_vec([1], vec![41.0, 52.0, 63.0]));
    /// ```
    ///
    /// # Panics
    /// If the shapes do not match, or the last leading axis of `other` is not `N`.
    #[track_caller]
    pub fn matmul_t<const N: usize>(&self, other: &Self) -> Tensor<N, E> {
        let sizes = sizes(self.axes(), other.axes(), "matmul_t");
        assert!(
            allows(N, sizes.inner) && self.features() == other.features(),
            "matmul_t::<{}> of tensors of shapes {:?} and {:?}",
            Size(N),
            self.axes(),
            other.axes()
        );
        sizes.products(sizes.inner, |at| [sizes.left(self, at), sizes.right(other, at).t()])
    }

    /// [`matmul_t`](Tensor::matmul_t) with its pullback.
    #[track_caller]
    pub fn matmul_t_vjp<const N: usize>(
        &self,
        other: &Self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 2]) -> (Option<Self>, Option<Self>) + use<K, N, E>)
    {
        let z = self.matmul_t::<N>(other);
        let (x, y) = (self.clone(), other.clone());
        (z, move |d: Tensor<N, E>, [left, right]: [bool; 2]| {
            let sizes = sizes(x.axes(), y.axes(), "matmul_t");
            let dx = left
                .then(|| sizes.cotangent_of_left(&x, |at| [sizes.of_product(&d, at), sizes.right(&y, at)]));
            let dy = right.then(|| {
                sizes.cotangent_of_right(&y, |at| [sizes.of_product(&d, at).t(), sizes.left(&x, at)])
            });
            (dx, dy)
        })
    }
}
