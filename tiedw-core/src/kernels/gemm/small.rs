//! Products that are too small to be worth preparation.

use std::cell::Cell;

use super::mat::{MatMut, MatRef};
use crate::Element;

/// Numbers that are added side by side: the compiler makes vectors of them, on every machine.
const LANES: usize = 4;

/// The product as scaled rows, as sums of such, or as dot products, as A and B lie in memory.
#[inline]
pub(super) fn small<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    if a.columns == 1 && b.column_stride == 1 && c.column_stride == 1 {
        return outer(alpha, a, &b.data[..b.columns], beta, c);
    }
    for i in 0..c.rows {
        let write = |j: usize, sum: E| {
            let c = &c.data[i * c.row_stride + j * c.column_stride];
            c.set(if beta == E::ZERO { alpha * sum } else { alpha * sum + beta * c.get() });
        };
        let start = i * a.row_stride;
        if b.row_stride == 1 && a.column_stride == 1 {
            let row = &a.data[start..start + a.columns];
            for j in 0..c.columns {
                write(j, dot(row, &b.data[j * b.column_stride..][..a.columns]));
            }
            continue;
        }
        let row = |p: usize| a.data[start + p * a.column_stride];
        let whole = if b.column_stride == 1 { c.columns - c.columns % LANES } else { 0 };
        for j in (0..whole).step_by(LANES) {
            let mut sums = [E::ZERO; LANES];
            for p in 0..a.columns {
                let (factor, other) = (row(p), &b.data[p * b.row_stride + j..][..LANES]);
                for (sum, &other) in sums.iter_mut().zip(other) {
                    *sum += factor * other;
                }
            }
            if c.column_stride == 1 {
                write_together(&c.data[i * c.row_stride + j..][..LANES], alpha, sums, beta);
            } else {
                sums.into_iter().enumerate().for_each(|(lane, sum)| write(j + lane, sum));
            }
        }
        for j in whole..c.columns {
            let products = (0..a.columns).map(|p| row(p) * b.data[p * b.row_stride + j * b.column_stride]);
            write(j, products.fold(E::ZERO, |sum, product| sum + product));
        }
    }
}

/// The product of a column and a row.
#[inline]
fn outer<E: Element>(alpha: E, a: MatRef<'_, E>, row: &[E], beta: E, c: MatMut<'_, E>) {
    let (chunks, rest) = row.as_chunks::<LANES>();
    for i in 0..c.rows {
        let factor = alpha * a.data[i * a.row_stride];
        let (c_chunks, c_rest) = c.data[i * c.row_stride..][..row.len()].as_chunks::<LANES>();
        for (c, chunk) in c_chunks.iter().zip(chunks) {
            write_together(c, factor, *chunk, beta);
        }
        for (c, &number) in c_rest.iter().zip(rest) {
            c.set(if beta == E::ZERO { factor * number } else { factor * number + beta * c.get() });
        }
    }
}

#[inline]
fn write_together<E: Element>(c: &[Cell<E>], alpha: E, sums: [E; LANES], beta: E) {
    if beta == E::ZERO {
        c.iter().zip(sums).for_each(|(c, sum)| c.set(alpha * sum));
    } else {
        c.iter().zip(sums).for_each(|(c, sum)| c.set(alpha * sum + beta * c.get()));
    }
}

/// The sum of the products.
#[inline]
pub(in crate::kernels) fn dot<E: Element>(x: &[E], y: &[E]) -> E {
    let (x_chunks, x_rest) = x.as_chunks::<LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<LANES>();
    let mut sums = [E::ZERO; LANES];
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    let rest = x_rest.iter().zip(y_rest).fold(E::ZERO, |sum, (&x, &y)| sum + x * y);
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}
