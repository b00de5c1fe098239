use crate::buffer::Buffer;
use crate::kernels::{MatMut, MatRef};
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
    pub fn matmul<const N: usize>(&self, other: &Tensor<N, E>) -> Tensor<N, E> {
        let batches = batches(self.axes(), other.axes(), "matmul");
        assert!(batches.inner == K, "matmul of tensors of shapes {:?} and {:?}", self.axes(), other.axes());
        let mut z = Buffer::unset(self.rows() * N);
        for batch in 0..batches.count {
            let x = MatRef::new(batches.left(self.as_slice(), batch, K), batches.rows, K);
            let y = MatRef::new(batches.right(other.as_slice(), batch, N), K, N);
            let z = batches.left_mut(&mut z, batch, N);
            E::gemm(E::ONE, x, y, E::ZERO, MatMut::new(z, batches.rows, N));
        }
        Tensor::with_axes_of(self, z)
    }

    /// [`matmul`](Tensor::matmul) with its pullback.
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
            let batches = batches(x.axes(), y.axes(), "matmul");
            let dx = left.then(|| {
                let mut dx = Buffer::unset(x.as_slice().len());
                for batch in 0..batches.count {
                    let d = MatRef::new(batches.left(d.as_slice(), batch, N), batches.rows, N);
                    let y = MatRef::new(batches.right(y.as_slice(), batch, N), K, N);
                    let dx = batches.left_mut(&mut dx, batch, K);
                    E::gemm(E::ONE, d, y.t(), E::ZERO, MatMut::new(dx, batches.rows, K));
                }
                Tensor::with_axes_of(&x, dx)
            });
            let dy = right.then(|| {
                let mut dy = Buffer::unset(y.as_slice().len());
                for batch in 0..batches.count {
                    let d = MatRef::new(batches.left(d.as_slice(), batch, N), batches.rows, N);
                    let x = MatRef::new(batches.left(x.as_slice(), batch, K), batches.rows, K);
                    let dy = batches.right_mut(&mut dy, batch, N);
                    E::gemm(E::ONE, x.t(), d, E::ZERO, MatMut::new(dy, K, N));
                }
                Tensor::with_axes_of(&y, dy)
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
    pub fn matmul_t<const N: usize>(&self, other: &Self) -> Tensor<N, E> {
        let batches = batches(self.axes(), other.axes(), "matmul_t");
        assert!(
            batches.inner == N,
            "matmul_t::<{N}> of tensors of shapes {:?} and {:?}",
            self.axes(),
            other.axes()
        );
        let mut z = Buffer::unset(self.rows() * N);
        for batch in 0..batches.count {
            let x = MatRef::new(batches.left(self.as_slice(), batch, K), batches.rows, K);
            let y = MatRef::new(batches.right(other.as_slice(), batch, K), N, K);
            let z = batches.left_mut(&mut z, batch, N);
            E::gemm(E::ONE, x, y.t(), E::ZERO, MatMut::new(z, batches.rows, N));
        }
        Tensor::with_axes_of(self, z)
    }

    /// [`matmul_t`](Tensor::matmul_t) with its pullback.
    pub fn matmul_t_vjp<const N: usize>(
        &self,
        other: &Self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 2]) -> (Option<Self>, Option<Self>) + use<K, N, E>)
    {
        let z = self.matmul_t::<N>(other);
        let (x, y) = (self.clone(), other.clone());
        (z, move |d: Tensor<N, E>, [left, right]: [bool; 2]| {
            let batches = batches(x.axes(), y.axes(), "matmul_t");
            let dx = left.then(|| {
                let mut dx = Buffer::unset(x.as_slice().len());
                for batch in 0..batches.count {
                    let d = MatRef::new(batches.left(d.as_slice(), batch, N), batches.rows, N);
                    let y = MatRef::new(batches.right(y.as_slice(), batch, K), N, K);
                    let dx = batches.left_mut(&mut dx, batch, K);
                    E::gemm(E::ONE, d, y, E::ZERO, MatMut::new(dx, batches.rows, K));
                }
                Tensor::with_axes_of(&x, dx)
            });
            let dy = right.then(|| {
                let mut dy = Buffer::unset(y.as_slice().len());
                for batch in 0..batches.count {
                    let d = MatRef::new(batches.left(d.as_slice(), batch, N), batches.rows, N);
                    let x = MatRef::new(batches.left(x.as_slice(), batch, K), batches.rows, K);
                    let dy = batches.right_mut(&mut dy, batch, K);
                    E::gemm(E::ONE, d.t(), x, E::ZERO, MatMut::new(dy, N, K));
                }
                Tensor::with_axes_of(&y, dy)
            });
            (dx, dy)
        })
    }
}

/// The sizes of a batched matrix product.
#[derive(Clone, Copy)]
struct Batches {
    count: usize,
    /// The rows of each left matrix.
    rows: usize,
    /// The rows of each right matrix.
    inner: usize,
}

impl Batches {
    fn left<E>(self, x: &[E], batch: usize, columns: usize) -> &[E] {
        &x[batch * self.rows * columns..][..self.rows * columns]
    }
    fn left_mut<E>(self, x: &mut [E], batch: usize, columns: usize) -> &mut [E] {
        &mut x[batch * self.rows * columns..][..self.rows * columns]
    }
    fn right<E>(self, y: &[E], batch: usize, columns: usize) -> &[E] {
        &y[batch * self.inner * columns..][..self.inner * columns]
    }
    fn right_mut<E>(self, y: &mut [E], batch: usize, columns: usize) -> &mut [E] {
        &mut y[batch * self.inner * columns..][..self.inner * columns]
    }
}

fn batches(left: Axes, right: Axes, operation: &str) -> Batches {
    match (left.leading(), right.leading()) {
        (_, &[inner]) => Batches { count: 1, rows: left.rows(), inner },
        ([batch @ .., rows], [right_batch @ .., inner]) if batch == right_batch => {
            Batches { count: batch.iter().product(), rows: *rows, inner: *inner }
        }
        _ => panic!("{operation} of tensors of shapes {left:?} and {right:?}"),
    }
}
