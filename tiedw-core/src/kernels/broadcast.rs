//! Elementwise loops over two operands of which one or both are repeated along some axes.

use super::rows::share_of_rows;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::axes::{Axes, MOST_AXES};
use crate::pooled_vec::{Pooled, PooledVec};

/// An axis of the result: its size, and the distance of neighbours in each operand, 0 where that is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    size: usize,
    strides: [usize; 2],
}

/// The axes of the result, the innermost first. Axes over which both operands advance alike are one.
#[derive(Clone, Copy, Debug)]
struct Plan {
    axes: [Axis; MOST_AXES],
    rank: usize,
}

impl Plan {
    fn new(of_z: Axes, operands: [Axes; 2]) -> Self {
        let none = Axis { size: 1, strides: [0; 2] };
        let mut plan = Plan { axes: [none; MOST_AXES], rank: 0 };
        let mut counts = [1; 2];
        for at in (0..MOST_AXES).rev() {
            let size = of_z.padded()[at];
            let mut axis = Axis { size, strides: [0; 2] };
            for (which, operand) in operands.iter().enumerate() {
                if operand.padded()[at] == size {
                    axis.strides[which] = counts[which];
                    counts[which] *= size;
                }
            }
            if size != 1 {
                plan.push(axis);
            }
        }
        plan
    }

    fn push(&mut self, axis: Axis) {
        if let Some(inner) = self.rank.checked_sub(1).map(|last| &mut self.axes[last]) {
            let continues = |which: usize| axis.strides[which] == inner.strides[which] * inner.size;
            if continues(0) && continues(1) {
                inner.size *= axis.size;
                return;
            }
        }
        self.axes[self.rank] = axis;
        self.rank += 1;
    }

    /// The places in both operands where a row of the result starts, and how to go on from it.
    fn row(&self, mut row: usize) -> Row<'_> {
        let outer = &self.axes[1..self.rank.max(1)];
        let (mut indices, mut starts) = ([0; MOST_AXES], [0; 2]);
        for (index, axis) in indices.iter_mut().zip(outer) {
            (*index, row) = (row % axis.size, row / axis.size);
            (starts[0], starts[1]) =
                (starts[0] + *index * axis.strides[0], starts[1] + *index * axis.strides[1]);
        }
        Row { outer, indices, starts }
    }
}

/// A row of the result: its elements along the innermost axis.
struct Row<'p> {
    outer: &'p [Axis],
    indices: [usize; MOST_AXES],
    starts: [usize; 2],
}

impl Row<'_> {
    #[inline(always)]
    fn advance(&mut self) {
        for (index, axis) in self.indices.iter_mut().zip(self.outer) {
            *index += 1;
            for (start, stride) in self.starts.iter_mut().zip(axis.strides) {
                *start += stride;
            }
            if *index < axis.size {
                return;
            }
            *index = 0;
            for (start, stride) in self.starts.iter_mut().zip(axis.strides) {
                *start -= stride * axis.size;
            }
        }
    }
}

/// `f` of the elements of two operands, each of which is repeated along the axes where its size is 1 and that of the result is
/// not.
pub(crate) fn zip_repeated<X: Pooled, Y: Pooled, Z: Pooled>(
    of_z: Axes,
    (x, of_x): (&[X], Axes),
    (y, of_y): (&[Y], Axes),
    f: impl Fn(X, Y) -> Z + Sync,
) -> PooledVec<Z> {
    let mut z = PooledVec::unset(of_z.count());
    let plan = Plan::new(of_z, [of_x, of_y]);
    let width = plan.axes[0].size;
    if z.is_empty() {
        return z;
    }
    match share_of_rows(z.len(), width) {
        None => rows(&plan, x, y, &mut z, 0, f),
        Some(size) => parallel_for_each(z.chunks_mut(size).enumerate(), |(part, z)| {
            rows(&plan, x, y, z, part * size / width, &f);
        }),
    }
    z
}

/// The elements of `x`, repeated along the axes where its size is 1 and that of the result is not.
pub(crate) fn repeated<X: Pooled>(of_z: Axes, x: &[X], of_x: Axes) -> PooledVec<X> {
    if of_z.count() == x.len() {
        return PooledVec::copy(x);
    }
    zip_repeated(of_z, (x, of_x), (x, of_x), |x, _| x)
}

vectorized! {
    /// Computes rows of the result, from the row `first` on.
    fn rows[X: Pooled, Y: Pooled, Z: Pooled, F: Fn(X, Y) -> Z](
        plan: &Plan, x: &[X], y: &[Y], z: &mut [Z], first: usize, f: F
    ) {
        let Axis { size, strides } = plan.axes[0];
        let mut row = plan.row(first);
        for z in z.chunks_exact_mut(size) {
            let (x, y) = (&x[row.starts[0]..], &y[row.starts[1]..]);
            match strides {
                [0, 0] => z.fill(f(x[0], y[0])),
                [0, _] => z.iter_mut().zip(&y[..size]).for_each(|(z, &y)| *z = f(x[0], y)),
                [_, 0] => z.iter_mut().zip(&x[..size]).for_each(|(z, &x)| *z = f(x, y[0])),
                [_, _] => {
                    z.iter_mut().zip(&x[..size]).zip(&y[..size]).for_each(|((z, &x), &y)| *z = f(x, y));
                }
            }
            row.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::threads::{num_threads, set_num_threads};

    fn numbers(axes: Axes) -> Vec<f64> {
        (0..axes.count()).map(|at| at as f64 * 0.5 - 3.0).collect()
    }

    fn at(axes: Axes, index: [usize; MOST_AXES]) -> usize {
        let padded = axes.padded();
        (0..MOST_AXES).fold(0, |at, axis| at * padded[axis] + if padded[axis] == 1 { 0 } else { index[axis] })
    }

    fn check(of_x: &[usize], of_y: &[usize]) {
        let axes = |sizes: &[usize]| Axes::new(&sizes[..sizes.len() - 1], sizes[sizes.len() - 1]);
        let (of_x, of_y) = (axes(of_x), axes(of_y));
        let of_z = of_x.broadcast(of_y).unwrap();
        let (x, y) = (numbers(of_x), numbers(of_y));
        let z = zip_repeated(of_z, (&x, of_x), (&y, of_y), |x, y| 2.0 * x - y);
        for (place, &z) in z.iter().enumerate() {
            let (mut rest, mut index) = (place, [0; MOST_AXES]);
            for axis in (0..MOST_AXES).rev() {
                (index[axis], rest) = (rest % of_z.padded()[axis], rest / of_z.padded()[axis]);
            }
            assert_eq!(z, 2.0 * x[at(of_x, index)] - y[at(of_y, index)], "{of_x:?} {of_y:?} at {index:?}");
        }
    }

    #[test]
    fn agrees_with_indices() {
        let sizes = [1, 2, 3];
        for x in 0..27_usize {
            for y in 0..27_usize {
                let shape = |at: usize| [sizes[at / 9], sizes[at / 3 % 3], sizes[at % 3]];
                let (x, y) = (shape(x), shape(y));
                if x.iter().zip(&y).all(|(&x, &y)| x == y || x == 1 || y == 1) {
                    check(&x, &y);
                    check(&x, &[2, 1, x[0].max(y[0]), y[1], y[2]]);
                    check(&[x[2]], &y);
                }
            }
        }
        check(&[1, 0, 3], &[2, 1, 3]);
        check(&[4, 1, 2, 1, 5], &[1, 3, 1, 2, 1]);
    }

    #[test]
    fn agrees_with_indices_on_threads() {
        let threads = num_threads();
        set_num_threads(3);
        check(&[37, 1, 70], &[37, 41, 1]);
        check(&[1, 41, 70], &[37, 41, 70]);
        check(&[1, 41, 1], &[37, 1, 70]);
        set_num_threads(threads);
    }
}
