//! `+`, `-`, `*`, `/` between a tensor and a vector parameter, which is broadcast over the rows.

use std::ops::{Add, Div, Mul, Sub};

use super::{AddVjp, DivVjp, MulVjp, SubVjp};
use crate::buffer::Buffer;
use crate::param::{Vector, VectorView};
use crate::{Element, Tensor};

/// Applies `f` elementwise to each row of `x` and `row`.
fn by_row<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    row: VectorView<'_, F, E>,
    f: impl Fn(E, E) -> E,
) -> Tensor<F, E> {
    let row = row.as_slice();
    let mut y = Buffer::with_capacity(x.as_slice().len());
    for x in x.as_slice().chunks_exact(F.max(1)) {
        y.extend(x.iter().zip(row).map(|(&x, &row)| f(x, row)));
    }
    Tensor::with_axes_of(x, y)
}

/// Sums `f(d, x, row)` over the rows, elementwise.
fn sum_of_rows<const F: usize, E: Element>(
    d: &Tensor<F, E>,
    x: &Tensor<F, E>,
    row: VectorView<'_, F, E>,
    f: impl Fn(E, E, E) -> E,
) -> Vector<F, E> {
    let mut sums = Vector::zeros();
    for (d, x) in d.as_slice().chunks_exact(F.max(1)).zip(x.as_slice().chunks_exact(F.max(1))) {
        let sums = sums.as_mut_slice().iter_mut();
        for (((sum, &d), &x), &row) in sums.zip(d).zip(x).zip(row.as_slice()) {
            *sum += f(d, x, row);
        }
    }
    sums
}

macro_rules! by_row {
    (
        $operator:ident, $method:ident, $vjp:ident, $method_vjp:ident, $sign:tt,
        dx = |$d:ident, $row:ident| $dx:expr,
        drow = |$e:ident, $x:ident, $r:ident| $drow:expr
    ) => {
        by_row!(@operator $operator, $method, $sign, &Tensor<F, E>, &VectorView<'_, F, E>);
        by_row!(@operator $operator, $method, $sign, Tensor<F, E>, &VectorView<'_, F, E>);

        impl<'v, const F: usize, E: Element> $vjp<VectorView<'v, F, E>> for Tensor<F, E> {
            type Output = Self;

            fn $method_vjp(
                &self,
                row: &VectorView<'v, F, E>,
            ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Vector<F, E>>) + use<'v, F, E>) {
                let (x, row) = (self.clone(), *row);
                let value = by_row(&x, row, |x, row| x $sign row);
                (value, move |d: Self, [left, right]: [bool; 2]| {
                    let drow = right.then(|| sum_of_rows(&d, &x, row, |$e, $x, $r| $drow));
                    let dx = left.then(|| by_row(&d, row, |$d, $row| $dx));
                    (dx, drow)
                })
            }
        }
    };
    (@operator $operator:ident, $method:ident, $sign:tt, $tensor:ty, $row:ty) => {
        impl<const F: usize, E: Element> $operator<$row> for $tensor {
            type Output = Tensor<F, E>;

            fn $method(self, row: $row) -> Tensor<F, E> {
                by_row(&self, row.clone(), |x, row| x $sign row)
            }
        }
    };
}

by_row!(Add, add, AddVjp, add_vjp, +, dx = |d, _row| d, drow = |d, _x, _row| d);
by_row!(Sub, sub, SubVjp, sub_vjp, -, dx = |d, _row| d, drow = |d, _x, _row| -d);
by_row!(Mul, mul, MulVjp, mul_vjp, *, dx = |d, row| d * row, drow = |d, x, _row| d * x);
by_row!(Div, div, DivVjp, div_vjp, /, dx = |d, row| d / row, drow = |d, x, row| -d * x / (row * row));
