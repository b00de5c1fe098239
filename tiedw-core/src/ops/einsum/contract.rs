//! Products of two operands, summed over axes that both have.

use std::cell::Cell;

use super::equation::Label;
use super::view::{Axis, View, as_one, count, set_strides};
use crate::kernels::{MatMut, MatRef, gemm_of_batch, zip_repeated};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element};

/// Multiplies operands, summed over the axes that are not among `result`, which are those of the result that an operand has.
pub(super) fn evaluate<'a, E: Element>(mut operands: Vec<View<'a, E>>, result: &[Label]) -> View<'a, E> {
    while operands.len() > 1 {
        let (left, right) = cheapest_pair(&operands);
        let y = operands.swap_remove(right);
        let x = operands.swap_remove(left);
        let is_kept = |label| result.contains(&label) || operands.iter().any(|other| other.has(label));
        let z = contract(x, y, is_kept, result);
        operands.push(z);
    }
    match operands.pop() {
        Some(only) => only.summed(|label| result.contains(&label)).row_major(result),
        None => View::own(PooledVec::full(1, E::ONE), Vec::new()),
    }
}

/// The positions of two operands whose product takes the fewest multiplications, in ascending order.
fn cheapest_pair<E: Element>(operands: &[View<'_, E>]) -> (usize, usize) {
    let cost = |x: &View<'_, E>, y: &View<'_, E>| {
        let others = y.axes().iter().filter(|axis| !x.has(axis.label));
        x.axes().iter().chain(others).map(|axis| axis.size as f64).product::<f64>()
    };
    let mut best = (f64::INFINITY, (0, 1));
    for right in 1..operands.len() {
        for left in 0..right {
            let cost = cost(&operands[left], &operands[right]);
            if cost < best.0 {
                best = (cost, (left, right));
            }
        }
    }
    best.1
}

/// Multiplies two operands, and sums over the axes that are not kept.
fn contract<'a, E: Element>(
    x: View<'a, E>,
    y: View<'a, E>,
    is_kept: impl Fn(Label) -> bool,
    result: &[Label],
) -> View<'a, E> {
    let mut x = x.summed(|label| is_kept(label) || y.has(label));
    let mut y = y.summed(|label| is_kept(label) || x.has(label));
    // As in the result, so that nothing is left to copy in the end.
    let mut order: Vec<Label> =
        result.iter().copied().filter(|&label| x.has(label) || y.has(label)).collect();
    for axis in x.axes().iter().chain(y.axes()) {
        if is_kept(axis.label) && !order.contains(&axis.label) {
            order.push(axis.label);
        }
    }
    if order.last().is_some_and(|&last| !y.has(last)) {
        (x, y) = (y, x);
    }
    let those =
        |is_one: &dyn Fn(Label) -> bool| order.iter().copied().filter(|&l| is_one(l)).collect::<Vec<_>>();
    let batch = those(&|label| x.has(label) && y.has(label));
    let (rows, columns) = (those(&|label| !y.has(label)), those(&|label| !x.has(label)));
    let inner: Vec<Label> =
        x.axes().iter().map(|axis| axis.label).filter(|&label| y.has(label) && !is_kept(label)).collect();

    if inner.is_empty() {
        let (x, y) =
            (x.row_major(&[&batch[..], &rows].concat()), y.row_major(&[&batch[..], &columns].concat()));
        let mut axes = [x.along(&batch), x.along(&rows), y.along(&columns)];
        let [batch, rows, columns] = [&axes[0], &axes[1], &axes[2]].map(|axes| count(axes));
        let (of_x, of_y) = (Axes::new(&[batch, rows], 1), Axes::new(&[batch, 1], columns));
        let z = zip_repeated(Axes::new(&[batch, rows], columns), (x.data(), of_x), (y.data(), of_y), E::mul);
        let mut axes = std::mem::take(&mut axes).concat();
        set_strides(&mut axes);
        return View::own(z, axes);
    }
    let x = Matrices::new(x, &batch, [&rows, &inner]);
    let y = Matrices::new(y, &batch, [&inner, &columns]);
    let of_z = |labels: &[Label]| {
        let find = |label: &Label| {
            let axes = x.view.axes().iter().chain(y.view.axes());
            axes.copied().find(|axis| axis.label == *label)
        };
        let mut axes: Vec<Axis> = labels.iter().filter_map(find).collect();
        set_strides(&mut axes);
        axes
    };
    let along = |axes: &[Axis], labels: &[Label]| -> Vec<Axis> {
        axes.iter().copied().filter(|axis| labels.contains(&axis.label)).collect()
    };
    let mut axes = of_z(&order);
    if as_one(&along(&axes, &rows)).is_none() || as_one(&along(&axes, &columns)).is_none() {
        axes = of_z(&[&batch[..], &rows, &columns].concat());
    }
    let z = products(
        &x,
        &y,
        &along(&axes, &batch),
        [&along(&axes, &rows), &along(&axes, &columns)],
        count(&axes),
    );
    View::own(z, axes)
}

/// An operand as matrices, one for each place along the batch axes.
struct Matrices<'a, E: Element> {
    view: View<'a, E>,
    batch: Vec<Axis>,
    /// The sizes and strides of rows and columns.
    sides: [(usize, usize); 2],
}

impl<'a, E: Element> Matrices<'a, E> {
    fn new(view: View<'a, E>, batch: &[Label], sides: [&[Label]; 2]) -> Self {
        let one = |view: &View<'a, E>| Some([as_one(&view.along(sides[0]))?, as_one(&view.along(sides[1]))?]);
        let (view, sides) = match one(&view) {
            Some(found) => (view, found),
            None => {
                let view = view.row_major(&[batch, sides[0], sides[1]].concat());
                let found = one(&view).unwrap_or([(0, 1); 2]);
                (view, found)
            }
        };
        let batch = view.along(batch);
        Matrices { view, batch, sides: tidy(sides) }
    }

    fn at(&self, start: usize) -> MatRef<'_, E> {
        let [(rows, row_stride), (columns, column_stride)] = self.sides;
        MatRef::with_strides(&self.view.data()[start..], rows, columns, row_stride, column_stride)
    }
}

/// Gives a side of size 1 the stride that a contiguous matrix has.
fn tidy([(rows, row_stride), (columns, column_stride)]: [(usize, usize); 2]) -> [(usize, usize); 2] {
    let column_stride = if columns == 1 { 1 } else { column_stride };
    let row_stride = if rows == 1 { columns.max(1) } else { row_stride };
    [(rows, row_stride), (columns, column_stride)]
}

/// Multiplies matrices into `count` elements along axes with these strides.
fn products<E: Element>(
    x: &Matrices<'_, E>,
    y: &Matrices<'_, E>,
    batch: &[Axis],
    sides: [&[Axis]; 2],
    elements: usize,
) -> PooledVec<E> {
    if elements == 0 || x.view.data().is_empty() || y.view.data().is_empty() {
        return PooledVec::zeros(elements);
    }
    let [(rows, row_stride), (columns, column_stride)] =
        tidy(sides.map(|axes| as_one(axes).unwrap_or((0, 1))));
    // The elements where matrices of x, y and z start.
    let mut starts = vec![[0; 3]];
    for ((x, y), z) in x.batch.iter().zip(&y.batch).zip(batch) {
        let strides = [x.stride, y.stride, z.stride];
        let next = |start: [usize; 3]| {
            (0..z.size).map(move |at| [0, 1, 2].map(|which| start[which] + at * strides[which]))
        };
        starts = starts.into_iter().flat_map(next).collect();
    }
    let size = rows * columns;
    let are_in_order = (row_stride, column_stride) == (columns, 1)
        && size * starts.len() == elements
        && starts.iter().enumerate().all(|(at, start)| start[2] == at * size);
    if are_in_order {
        let mut z = PooledVec::unset(elements);
        gemm_of_batch(starts.len(), |at| [x.at(starts[at][0]), y.at(starts[at][1])], &mut z, columns);
        return z;
    }
    let mut z = PooledVec::zeros(elements);
    let cells = Cell::from_mut(&mut z[..]).as_slice_of_cells();
    for [of_x, of_y, of_z] in starts {
        let z = MatMut::with_strides(&cells[of_z..], rows, columns, row_stride, column_stride);
        E::gemm(E::ONE, x.at(of_x), y.at(of_y), E::ZERO, z);
    }
    z
}
