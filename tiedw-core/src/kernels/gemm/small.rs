//! Products that are too small to be worth preparation.

use std::cell::Cell;

use super::mat::{MatMut, MatRef};
use crate::Element;

/// The product as dot products, or as sums of scaled rows where those lie together in memory.
#[inline]
pub(super) fn small<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    for i in 0..c.rows {
        let row = i * c.row_stride;
        if b.column_stride == 1 && c.column_stride == 1 && b.columns > 0 {
            let row = &c.data[row..row + b.columns];
            scale(row, beta);
            for p in 0..a.columns {
                let factor = alpha * a.data[i * a.row_stride + p * a.column_stride];
                let other = &b.data[p * b.row_stride..p * b.row_stride + b.columns];
                for (c, &b) in row.iter().zip(other) {
                    c.set(c.get() + factor * b);
                }
            }
            continue;
        }
        for j in 0..c.columns {
            let mut sum = E::ZERO;
            for p in 0..a.columns {
                sum += a.data[i * a.row_stride + p * a.column_stride]
                    * b.data[p * b.row_stride + j * b.column_stride];
            }
            let c = &c.data[row + j * c.column_stride];
            c.set(if beta == E::ZERO { alpha * sum } else { alpha * sum + beta * c.get() });
        }
    }
}

#[inline]
fn scale<E: Element>(row: &[Cell<E>], beta: E) {
    if beta == E::ONE {
        return;
    }
    for c in row {
        c.set(if beta == E::ZERO { E::ZERO } else { beta * c.get() });
    }
}
