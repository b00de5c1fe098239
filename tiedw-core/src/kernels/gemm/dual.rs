//! Products of dual numbers, by those of their parts: three large ones, or fewer if tangents are 0.

use std::convert::Infallible;

use super::mat::{MatMut, MatRef};
use super::{Gemm, small};
use crate::pooled_vec::PooledVec;
use crate::{Dual, Element};

impl<E: Element> Gemm for Dual<E> {
    type Strips = Infallible;

    #[inline]
    fn dots(alpha: Self, a: MatRef<'_, Self>, b: MatRef<'_, Self>, beta: Self, c: MatMut<'_, Self>) {
        small::dots(alpha, a, b, beta, c);
    }

    fn large(alpha: Self, a: &MatRef<'_, Self>, b: &MatRef<'_, Self>, beta: Self, c: &MatMut<'_, Self>) {
        let (m, n) = (c.rows, c.columns);
        let (a, b) = (Parts::of(*a), Parts::of(*b));
        let (mut values, mut tangents) = (PooledVec::<E>::unset(m * n), PooledVec::zeros(m * n));
        E::gemm(E::ONE, a.values(), b.values(), E::ZERO, MatMut::new(&mut values, m, n));
        for (a, b) in [(Some(a.values()), b.tangents()), (a.tangents(), Some(b.values()))] {
            if let (Some(a), Some(b)) = (a, b) {
                E::gemm(E::ONE, a, b, E::ONE, MatMut::new(&mut tangents, m, n));
            }
        }
        let products = values.iter().zip(&tangents).map(|(&value, &tangent)| Dual::new(value, tangent));
        for (at, product) in products.enumerate() {
            let c = &c.data[at / n * c.row_stride + at % n * c.column_stride];
            let product = alpha * product;
            c.set(if beta == Self::ZERO { product } else { product + beta * c.get() });
        }
    }
}

/// The values and the tangents of a matrix, in the order of its memory.
struct Parts<E: Element> {
    values: PooledVec<E>,
    /// `None` if all are 0.
    tangents: Option<PooledVec<E>>,
    rows: usize,
    columns: usize,
    /// Whether columns are contiguous, rather than rows.
    is_transposed: bool,
}

impl<E: Element> Parts<E> {
    fn of(matrix: MatRef<'_, Dual<E>>) -> Self {
        let is_transposed = matrix.row_stride < matrix.column_stride;
        let MatRef { data, rows, columns, row_stride, column_stride } =
            if is_transposed { matrix.t() } else { matrix };
        let elements = || {
            (0..rows).flat_map(move |row| {
                (0..columns).map(move |column| data[row * row_stride + column * column_stride])
            })
        };
        let mut values = PooledVec::with_capacity(rows * columns);
        values.extend(elements().map(|x| x.value));
        let tangents = elements().any(|x| !x.tangent.vanishes()).then(|| {
            let mut tangents = PooledVec::with_capacity(rows * columns);
            tangents.extend(elements().map(|x| x.tangent));
            tangents
        });
        Parts { values, tangents, rows, columns, is_transposed }
    }

    fn values(&self) -> MatRef<'_, E> {
        self.matrix(&self.values)
    }

    fn tangents(&self) -> Option<MatRef<'_, E>> {
        self.tangents.as_ref().map(|tangents| self.matrix(tangents))
    }

    fn matrix<'a>(&self, elements: &'a [E]) -> MatRef<'a, E> {
        let matrix = MatRef::new(elements, self.rows, self.columns);
        if self.is_transposed { matrix.t() } else { matrix }
    }
}
