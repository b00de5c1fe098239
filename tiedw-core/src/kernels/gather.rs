//! Gather and scatter of rows by index.

use super::copied::copy_run;
use super::rows::share_of_rows;
use super::threads::parallel_for_each;
use super::{MatMut, MatRef};
use crate::Element;
use crate::pooled_vec::PooledVec;

/// Returns the rows of `table` at `ids`, row-major.
#[inline]
pub(crate) fn gather_rows<E: Element>(table: MatRef<'_, E>, ids: &[u32]) -> PooledVec<E> {
    let width = table.columns;
    let mut rows = PooledVec::unset(ids.len() * width);
    match share_of_rows(rows.len(), width) {
        None => gather_part(table, ids, &mut rows),
        Some(share) => {
            let parts = ids.chunks(share / width).zip(rows.chunks_mut(share));
            parallel_for_each(parts, |(ids, rows)| gather_part(table, ids, rows));
        }
    }
    rows
}

fn gather_part<E: Element>(table: MatRef<'_, E>, ids: &[u32], rows: &mut [E]) {
    let width = table.columns;
    for (at, &id) in ids.iter().enumerate() {
        let row = &mut rows[at * width..][..width];
        let start = row_start(id, table.rows, table.row_stride);
        if table.column_stride == 1 {
            copy_run(&table.data[start..start + width], row);
        } else {
            let column = |column: usize| table.data[start + column * table.column_stride];
            row.iter_mut().enumerate().for_each(|(at, y)| *y = column(at));
        }
    }
}

/// Adds each row to the row of `table` at its id; rows with the id `skipped` are left out.
#[inline]
pub(crate) fn scatter_add_rows<E: Element>(
    table: MatMut<'_, E>,
    ids: &[u32],
    skipped: Option<u32>,
    rows: &[E],
) {
    let width = table.columns;
    if width == 0 {
        return;
    }
    for (&id, row) in ids.iter().zip(rows.chunks_exact(width)) {
        if skipped == Some(id) {
            continue;
        }
        let start = row_start(id, table.rows, table.row_stride);
        if table.column_stride == 1 {
            for (sum, &y) in table.data[start..start + width].iter().zip(row) {
                sum.set(sum.get() + y);
            }
        } else {
            for (column, &y) in row.iter().enumerate() {
                let sum = &table.data[start + column * table.column_stride];
                sum.set(sum.get() + y);
            }
        }
    }
}

#[inline]
fn row_start(id: u32, rows: usize, stride: usize) -> usize {
    let id = id as usize;
    assert!(id < rows, "id {id} is not below {rows}, the number of rows of the embedding");
    id * stride
}
