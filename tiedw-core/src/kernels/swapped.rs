//! Copies with two axes swapped.

#[cfg(all(target_arch = "x86_64", not(unoptimized)))]
mod tile;

use super::copied::copy_run;
use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::pooled_vec::{Pooled, PooledVec};

/// Two axes of sizes `rows` and `columns`, and the products of the sizes between and after them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Swapped {
    pub(crate) rows: usize,
    pub(crate) between: usize,
    pub(crate) columns: usize,
    pub(crate) inner: usize,
}

/// The elements of `x`, `[.., rows, between, columns, inner]`, as `[.., columns, between, rows, inner]`.
pub(crate) fn swapped<T: Pooled>(x: &[T], sizes: Swapped) -> PooledVec<T> {
    let Swapped { rows, between, inner, .. } = sizes;
    let mut y = PooledVec::unset(x.len());
    // The lines of one column, of which each has all rows.
    let lines = between * rows * inner;
    match share_of_rows(y.len(), lines) {
        _ if x.is_empty() => {}
        None => columns(x, sizes, 0, &mut y),
        Some(share) => parallel_for_each(y.chunks_mut(share).enumerate(), |(part, y)| {
            columns(x, sizes, part * share / lines, y);
        }),
    }
    y
}

/// Computes columns of the result, from the column `first` on, counted over all places of the outer axes.
fn columns<T: Pooled>(x: &[T], sizes: Swapped, mut first: usize, mut y: &mut [T]) {
    let Swapped { rows, between, columns, inner } = sizes;
    let (lines, of_outer) = (between * rows * inner, rows * between * columns * inner);
    while !y.is_empty() {
        let (outer, column) = (first / columns, first % columns);
        let count = (columns - column).min(y.len() / lines);
        let (part, rest) = y.split_at_mut(count * lines);
        let x = &x[outer * of_outer..][..of_outer];
        if inner == 1 {
            for at in 0..between {
                let x = &x[at * columns + column..];
                transpose(x, between * columns, &mut part[at * rows..], between * rows, rows, count);
            }
        } else {
            for (line, y) in part.chunks_exact_mut(inner).enumerate() {
                let (column, at, row) =
                    (column + line / (between * rows), line / rows % between, line % rows);
                copy_run(&x[((row * between + at) * columns + column) * inner..][..inner], y);
            }
        }
        (first, y) = (first + count, rest);
    }
}

/// Rows and columns of a tile: cache lines of `f32`.
const TILE: usize = 16;

/// `y[j * to_row + i] <- x[i * from_row + j]` for `rows` rows and `columns` columns of `x`.
fn transpose<T: Pooled>(x: &[T], from_row: usize, y: &mut [T], to_row: usize, rows: usize, columns: usize) {
    #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
    if tile::is_for::<T>() {
        let (whole_rows, whole_columns) = (rows - rows % TILE, columns - columns % TILE);
        // Along the lines of the result, so that each page of it is written at once.
        for first_column in (0..whole_columns).step_by(TILE) {
            for first_row in (0..whole_rows).step_by(TILE) {
                tile::transpose(
                    &x[first_row * from_row + first_column..],
                    from_row,
                    &mut y[first_column * to_row + first_row..],
                    to_row,
                );
            }
        }
        edges(x, from_row, y, to_row, (rows, whole_rows), (columns, whole_columns));
        return;
    }
    by_lines(x, from_row, y, to_row, rows, columns);
}

/// As [`transpose`], but for the first `whole` rows and columns of both.
fn edges<T: Pooled>(
    x: &[T],
    from_row: usize,
    y: &mut [T],
    to_row: usize,
    rows: (usize, usize),
    columns: (usize, usize),
) {
    for i in 0..rows.0 {
        for j in if i < rows.1 { columns.1 } else { 0 }..columns.0 {
            y[j * to_row + i] = x[i * from_row + j];
        }
    }
}

vectorized! {
    /// As [`transpose`], with lines of tiles that the compiler transposes.
    fn by_lines[T: Pooled](x: &[T], from_row: usize, y: &mut [T], to_row: usize, rows: usize, columns: usize) {
        let (whole_rows, whole_columns) = (rows - rows % TILE, columns - columns % TILE);
        for first_row in (0..whole_rows).step_by(TILE) {
            for first_column in (0..whole_columns).step_by(TILE) {
                let mut tile = [[T::default(); TILE]; TILE];
                for (i, line) in tile.iter_mut().enumerate() {
                    line.copy_from_slice(&x[(first_row + i) * from_row + first_column..][..TILE]);
                }
                for j in 0..TILE {
                    let mut line = [T::default(); TILE];
                    for i in 0..TILE {
                        line[i] = tile[i][j];
                    }
                    y[(first_column + j) * to_row + first_row..][..TILE].copy_from_slice(&line);
                }
            }
        }
        edges(x, from_row, y, to_row, (rows, whole_rows), (columns, whole_columns));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    fn check(outer: usize, sizes: Swapped) {
        let Swapped { rows, between, columns, inner } = sizes;
        let x: Vec<u32> = (0..(outer * rows * between * columns * inner) as u32).collect();
        let mut expected = Vec::new();
        for outer in 0..outer {
            for column in 0..columns {
                for at in 0..between {
                    for row in 0..rows {
                        let start = (((outer * rows + row) * between + at) * columns + column) * inner;
                        expected.extend_from_slice(&x[start..start + inner]);
                    }
                }
            }
        }
        assert_eq!(*swapped(&x, sizes), expected, "{sizes:?}");
        // Not in tiles of the ISA.
        let [x, expected] = [x, expected].map(|x| x.into_iter().map(f64::from).collect::<Vec<_>>());
        assert_eq!(*swapped(&x, sizes), expected, "{sizes:?}");
    }

    #[test]
    fn agrees_with_indices() {
        let threads = num_threads();
        set_num_threads(3);
        for (outer, rows, between, columns, inner) in [
            (1, 1, 1, 1, 1),
            (2, 3, 1, 4, 1),
            (2, 3, 5, 4, 2),
            (1, 33, 1, 47, 1),
            (3, 16, 2, 17, 1),
            (1, 0, 1, 3, 1),
            (0, 2, 1, 3, 2),
            (2, 3, 0, 3, 1),
            (3, 201, 1, 301, 1),
            (1, 35, 3, 1000, 1),
            (1, 35, 3, 301, 4),
        ] {
            check(outer, Swapped { rows, between, columns, inner });
        }
        set_num_threads(threads);
    }
}
