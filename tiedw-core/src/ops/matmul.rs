use crate::kernels::{MatMut, MatRef};
use crate::pooled_vec::PooledVec;
use crate::size::{Size, allows};
use crate::{Axes, Element, Tensor};

impl<const K: usize, E: Element> Tensor<K, E> {
    /// Computes the matrix product of the last two axes: `[.., n, K]` times `[.., K, N]` is `[.., n, N]`.
    ///
    /// The batch axes must be the same on both sides. Alternatively, `other` is a single matrix `[K, N]`,
    /// which all rows are multiplied by.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 10.0]);
    /// let y = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.matmul(&y), Tensor::from_vec([1], vec![41.0, 52.0, 63.0]));
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
        sizes.products(self, (sizes.rows, other.features()), |at| {
            [sizes.left(self, at), sizes.right(other, at)]
        })
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
                sizes.products(&x, (sizes.rows, x.features()), |at| {
                    [sizes.left(&d, at), sizes.right(&y, at).t()]
                })
            });
            let dy = right.then(|| {
                sizes.products(&y, (sizes.inner, y.features()), |at| {
                    [sizes.left(&x, at).t(), sizes.left(&d, at)]
                })
            });
            (dx, dy)
        })
    }

    /// Computes the matrix product with the transposed matrices of `other`: `[.., n, K]` times `[.., N, K]`
    /// is `[.., n, N]`.
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
        sizes.products(self, (sizes.rows, sizes.inner), |at| {
            [sizes.left(self, at), sizes.right(other, at).t()]
        })
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
            let dx = left.then(|| {
                sizes.products(&x, (sizes.rows, x.features()), |at| [sizes.left(&d, at), sizes.right(&y, at)])
            });
            let dy = right.then(|| {
                sizes.products(&y, (sizes.inner, y.features()), |at| {
                    [sizes.left(&d, at).t(), sizes.left(&x, at)]
                })
            });
            (dx, dy)
        })
    }
}

/// The sizes of a batched matrix product.
#[derive(Clone, Copy)]
struct Sizes {
    count: usize,
    /// The rows of each left matrix.
    rows: usize,
    /// The rows of each right matrix.
    inner: usize,
}

impl Sizes {
    /// Returns one matrix of the left operand, or of the product, which has as many rows.
    fn left<const F: usize, E: Element>(self, x: &Tensor<F, E>, at: usize) -> MatRef<'_, E> {
        let features = x.features();
        MatRef::new(&x.as_slice()[at * self.rows * features..][..self.rows * features], self.rows, features)
    }

    /// Returns one matrix of the right operand.
    fn right<const F: usize, E: Element>(self, y: &Tensor<F, E>, at: usize) -> MatRef<'_, E> {
        let features = y.features();
        MatRef::new(
            &y.as_slice()[at * self.inner * features..][..self.inner * features],
            self.inner,
            features,
        )
    }

    /// Multiplies the `factors` of each matrix of the result, which has `rows` rows, and the leading axes of `like`.
    fn products<'f, const F: usize, const G: usize, E: Element>(
        self,
        like: &Tensor<G, E>,
        (rows, columns): (usize, usize),
        factors: impl Fn(usize) -> [MatRef<'f, E>; 2],
    ) -> Tensor<F, E> {
        let mut z = PooledVec::unset(self.count * rows * columns);
        for at in 0..self.count {
            let [x, y] = factors(at);
            let z = &mut z[at * rows * columns..][..rows * columns];
            E::gemm(E::ONE, x, y, E::ZERO, MatMut::new(z, rows, columns));
        }
        Tensor::with_rows_of(like, columns, z)
    }
}

#[track_caller]
fn sizes(left: Axes, right: Axes, operation: &str) -> Sizes {
    match (left.leading(), right.leading()) {
        (_, &[inner]) => Sizes { count: 1, rows: left.rows(), inner },
        ([batch @ .., rows], [right_batch @ .., inner]) if batch == right_batch => {
            Sizes { count: batch.iter().product(), rows: *rows, inner: *inner }
        }
        _ => panic!("{operation} of tensors of shapes {left:?} and {right:?}"),
    }
}
