//! The products of a linear layer, unrolled for small sizes that are part of its type. For small sizes that are known at run
//! time the sums have the same order, so that no bit differs.

use std::cell::Cell;

use super::gemm::{MatMut, MatRef, dot, is_small, is_unrolled};
use crate::Element;
use crate::size::are_fixed;

/// y <- x Wᵀ + beta y.
///
/// * `x`: `[rows, I]`; `w`: `[O, I]`, with any strides; `y`: `[rows, O]`, not read if beta is 0.
#[inline]
pub(crate) fn linear<const I: usize, const O: usize, E: Element>(
    rows: usize,
    x: &[E],
    w: MatRef<'_, E>,
    beta: E,
    y: &mut [E],
) {
    // There is no code with arrays of a size that is known at run time.
    if const { is_unrolled(I, O) }
        && is_small(rows, I, O)
        && let Some(w) = w.row_arrays::<O, I>()
    {
        return linear_unrolled::<I, O, E>(x, w, beta, y);
    }
    let [outputs, inputs] = sizes::<I, O>(w.sizes());
    if const { !are_fixed([I, O]) }
        && is_unrolled(inputs, outputs)
        && is_small(rows, inputs, outputs)
        && let Some(w) = w.contiguous()
    {
        // Without iterators over chunks, which divide.
        for row in 0..rows {
            let x = &x[row * inputs..][..inputs];
            for (o, y) in y[row * outputs..][..outputs].iter_mut().enumerate() {
                let sum = dot(x, &w[o * inputs..][..inputs]);
                *y = if beta == E::ZERO { sum } else { sum + beta * *y };
            }
        }
        return;
    }
    E::gemm(E::ONE, MatRef::new(x, rows, inputs), w.t(), beta, MatMut::new(y, rows, outputs));
}

#[inline]
fn linear_unrolled<const I: usize, const O: usize, E: Element>(x: &[E], w: &[[E; I]], beta: E, y: &mut [E]) {
    for (x, y) in x.as_chunks::<I>().0.iter().zip(y.as_chunks_mut::<O>().0) {
        for (y, w) in y.iter_mut().zip(w) {
            let sum = dot(x, w);
            *y = if beta == E::ZERO { sum } else { sum + beta * *y };
        }
    }
}

/// dx <- dy W.
///
/// * `dy`: `[rows, O]`; `w`: `[O, I]`, with any strides; `dx`: `[rows, I]`, not read.
#[inline]
pub(crate) fn linear_vjp_of_input<const I: usize, const O: usize, E: Element>(
    rows: usize,
    dy: &[E],
    w: MatRef<'_, E>,
    dx: &mut [E],
) {
    if const { is_unrolled(I, O) }
        && is_small(rows, I, O)
        && let Some(w) = w.row_arrays::<O, I>()
    {
        return input_unrolled::<I, O, E>(dy, w, dx);
    }
    let [outputs, inputs] = sizes::<I, O>(w.sizes());
    if const { !are_fixed([I, O]) }
        && is_unrolled(inputs, outputs)
        && is_small(rows, inputs, outputs)
        && let Some(w) = w.contiguous()
    {
        dx.fill(E::ZERO);
        for (dy, dx) in dy.chunks_exact(outputs).zip(dx.chunks_exact_mut(inputs)) {
            for (&dy, w) in dy.iter().zip(w.chunks_exact(inputs)) {
                dx.iter_mut().zip(w).for_each(|(sum, &w)| *sum += dy * w);
            }
        }
        return;
    }
    E::gemm(E::ONE, MatRef::new(dy, rows, outputs), w, E::ZERO, MatMut::new(dx, rows, inputs));
}

#[inline]
fn input_unrolled<const I: usize, const O: usize, E: Element>(dy: &[E], w: &[[E; I]], dx: &mut [E]) {
    for (dy, dx) in dy.as_chunks::<O>().0.iter().zip(dx.as_chunks_mut::<I>().0) {
        let mut sums = [E::ZERO; I];
        for (&dy, w) in dy.iter().zip(w) {
            sums.iter_mut().zip(w).for_each(|(sum, &w)| *sum += dy * w);
        }
        *dx = sums;
    }
}

/// dW <- dyᵀ x + beta dW.
///
/// * `dy`: `[rows, O]`; `x`: `[rows, I]`; `dw`: `[O, I]`, with any strides, not read if beta is 0.
#[inline]
pub(crate) fn linear_vjp_of_weight<const I: usize, const O: usize, E: Element>(
    rows: usize,
    dy: &[E],
    x: &[E],
    beta: E,
    dw: MatMut<'_, E>,
) {
    if const { is_unrolled(I, O) }
        && is_small(rows, I, O)
        && let Some(dw) = dw.row_arrays::<O, I>()
    {
        return weight_unrolled::<I, O, E>(dy, x, beta, dw);
    }
    let [outputs, inputs] = sizes::<I, O>(dw.sizes());
    if const { !are_fixed([I, O]) }
        && is_unrolled(inputs, outputs)
        && is_small(rows, inputs, outputs)
        && let Some(dw) = dw.contiguous()
    {
        for o in 0..outputs {
            let dw = &dw[o * inputs..][..inputs];
            let sum_of = |i: usize| {
                let products = (0..rows).map(|row| dy[row * outputs + o] * x[row * inputs + i]);
                products.fold(E::ZERO, |sum, product| sum + product)
            };
            let put =
                |dw: &Cell<E>, sum: E| dw.set(if beta == E::ZERO { sum } else { sum + beta * dw.get() });
            match rows {
                1 => dw.iter().zip(x).for_each(|(dw, &x)| put(dw, E::ZERO + dy[o] * x)),
                _ => dw.iter().enumerate().for_each(|(i, dw)| put(dw, sum_of(i))),
            }
        }
        return;
    }
    E::gemm(E::ONE, MatRef::new(dy, rows, outputs).t(), MatRef::new(x, rows, inputs), beta, dw);
}

#[inline]
fn weight_unrolled<const I: usize, const O: usize, E: Element>(
    dy: &[E],
    x: &[E],
    beta: E,
    dw: &[[Cell<E>; I]],
) {
    for (o, dw) in dw.iter().enumerate() {
        let mut sums = [E::ZERO; I];
        for (dy, x) in dy.as_chunks::<O>().0.iter().zip(x.as_chunks::<I>().0) {
            sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum += dy[o] * x);
        }
        for (dw, sum) in dw.iter().zip(sums) {
            dw.set(if beta == E::ZERO { sum } else { sum + beta * dw.get() });
        }
    }
}

/// The outputs and inputs, from the type if it says both.
#[inline]
fn sizes<const I: usize, const O: usize>(found: [usize; 2]) -> [usize; 2] {
    if const { are_fixed([I, O]) } { [O, I] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 37 + seed) % 101) as f64 / 25.0 - 2.0).collect()
    }

    fn transposed(matrix: &[f64], rows: usize, columns: usize) -> Vec<f64> {
        (0..rows * columns).map(|at| matrix[at % rows * columns + at / rows]).collect()
    }

    #[track_caller]
    fn assert_close(found: &[f64], expected: impl Fn(usize) -> f64) {
        for (at, &found) in found.iter().enumerate() {
            assert!((found - expected(at)).abs() < 1e-12, "{at}: {found} for {}", expected(at));
        }
    }

    fn check<const I: usize, const O: usize>(rows: usize) {
        let (x, w, dy) = (numbers(rows * I, 1), numbers(O * I, 2), numbers(rows * O, 3));
        let transpose = transposed(&w, O, I);
        let dot = |count: usize, product: &dyn Fn(usize) -> f64| (0..count).map(product).sum::<f64>();
        let y = |at: usize| dot(I, &|i| x[at / O * I + i] * w[at % O * I + i]);
        let dx = |at: usize| dot(O, &|o| dy[at / I * O + o] * w[o * I + at % I]);
        let dw = |o: usize, i: usize| dot(rows, &|row| dy[row * O + o] * x[row * I + i]);
        for w in [MatRef::new(&w, O, I), MatRef::new(&transpose, I, O).t()] {
            for (beta, before) in [(0.0, f64::NAN), (1.0, 3.0), (-0.5, 2.0)] {
                let there = if beta == 0.0 { 0.0 } else { beta * before };
                let mut found = vec![before; rows * O];
                linear::<I, O, f64>(rows, &x, w, beta, &mut found);
                assert_close(&found, |at| y(at) + there);

                let mut found = vec![before; O * I];
                linear_vjp_of_weight::<I, O, f64>(rows, &dy, &x, beta, MatMut::new(&mut found, O, I));
                assert_close(&found, |at| dw(at / I, at % I) + there);
                let mut found = vec![before; O * I];
                linear_vjp_of_weight::<I, O, f64>(rows, &dy, &x, beta, MatMut::new(&mut found, I, O).t());
                assert_close(&found, |at| dw(at % O, at / O) + there);
            }
            let mut found = vec![f64::NAN; rows * I];
            linear_vjp_of_input::<I, O, f64>(rows, &dy, w, &mut found);
            assert_close(&found, dx);
        }
    }

    /// Sizes that are inlined, and sizes that are not.
    #[test]
    fn agree_with_the_naive_loops() {
        for rows in 0..8 {
            check::<1, 1>(rows);
            check::<10, 5>(rows);
            check::<1, 9>(rows);
            check::<9, 1>(rows);
            check::<15, 17>(rows);
            check::<17, 16>(rows);
            check::<4, 8>(rows);
        }
    }
}
