use crate::kernels::{MatMut, MatRef};
use crate::pooled_vec::PooledVec;
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
        let sizes = sizes(self.axes(), other.axes(), "matmul");
        assert!(sizes.inner == K, "matmul of tensors of shapes {:?} and {:?}", self.axes(), other.axes());
        Tensor::with_axes_of(self, products(sizes.left(self), sizes.right(other)))
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
            let sizes = sizes(x.axes(), y.axes(), "matmul");
            let dz = sizes.left(&d);
            let dx = left.then(|| Tensor::with_axes_of(&x, products(dz, sizes.right(&y).t())));
            let dy = right.then(|| Tensor::with_axes_of(&y, products(sizes.left(&x).t(), dz)));
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
        let sizes = sizes(self.axes(), other.axes(), "matmul_t");
        assert!(
            sizes.inner == N,
            "matmul_t::<{N}> of tensors of shapes {:?} and {:?}",
            self.axes(),
            other.axes()
        );
        Tensor::with_axes_of(self, products(sizes.left(self), sizes.right(other).t()))
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
            let sizes = sizes(x.axes(), y.axes(), "matmul_t");
            let dz = sizes.left(&d);
            let dx = left.then(|| Tensor::with_axes_of(&x, products(dz, sizes.right(&y))));
            let dy = right.then(|| Tensor::with_axes_of(&y, products(dz.t(), sizes.left(&x))));
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
    /// The matrices of the left operand, or of the product, which have as many rows.
    fn left<const F: usize, E: Element>(self, x: &Tensor<F, E>) -> Matrices<'_, E> {
        Matrices { data: x.as_slice(), count: self.count, rows: self.rows, columns: F, transposed: false }
    }

    /// The matrices of the right operand.
    fn right<const F: usize, E: Element>(self, y: &Tensor<F, E>) -> Matrices<'_, E> {
        Matrices { data: y.as_slice(), count: self.count, rows: self.inner, columns: F, transposed: false }
    }
}

fn sizes(left: Axes, right: Axes, operation: &str) -> Sizes {
    match (left.leading(), right.leading()) {
        (_, &[inner]) => Sizes { count: 1, rows: left.rows(), inner },
        ([batch @ .., rows], [right_batch @ .., inner]) if batch == right_batch => {
            Sizes { count: batch.iter().product(), rows: *rows, inner: *inner }
        }
        _ => panic!("{operation} of tensors of shapes {left:?} and {right:?}"),
    }
}

/// `count` matrices, one after the other, each row-major.
#[derive(Clone, Copy)]
struct Matrices<'a, E> {
    data: &'a [E],
    count: usize,
    rows: usize,
    columns: usize,
    /// Whether the transposed matrices are meant.
    transposed: bool,
}

impl<'a, E: Element> Matrices<'a, E> {
    fn t(self) -> Self {
        Matrices { transposed: !self.transposed, ..self }
    }

    fn get(self, at: usize) -> MatRef<'a, E> {
        let size = self.rows * self.columns;
        let matrix = MatRef::new(&self.data[at * size..][..size], self.rows, self.columns);
        if self.transposed { matrix.t() } else { matrix }
    }
}

/// Multiplies each matrix of `a` by that of `b`.
fn products<E: Element>(a: Matrices<'_, E>, b: Matrices<'_, E>) -> PooledVec<E> {
    let rows = if a.transposed { a.columns } else { a.rows };
    let columns = if b.transposed { b.rows } else { b.columns };
    let mut c = PooledVec::unset(a.count * rows * columns);
    for at in 0..a.count {
        let c = &mut c[at * rows * columns..][..rows * columns];
        E::gemm(E::ONE, a.get(at), b.get(at), E::ZERO, MatMut::new(c, rows, columns));
    }
    c
}
