//! The products of a linear layer with constant sizes.

use super::gemm::{MatMut, MatRef, dot, is_unrolled};
use crate::Element;

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
    match w.row_arrays::<O, I>() {
        Some(w) if is_unrolled::<I, O>(rows) => {
            for (x, y) in x.as_chunks::<I>().0.iter().zip(y.as_chunks_mut::<O>().0) {
                for (y, w) in y.iter_mut().zip(w) {
                    let sum = dot(x, w);
                    *y = if beta == E::ZERO { sum } else { sum + beta * *y };
                }
            }
        }
        _ => E::gemm(E::ONE, MatRef::new(x, rows, I), w.t(), beta, MatMut::new(y, rows, O)),
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
    match w.row_arrays::<O, I>() {
        Some(w) if is_unrolled::<I, O>(rows) => {
            for (dy, dx) in dy.as_chunks::<O>().0.iter().zip(dx.as_chunks_mut::<I>().0) {
                let mut sums = [E::ZERO; I];
                for (&dy, w) in dy.iter().zip(w) {
                    sums.iter_mut().zip(w).for_each(|(sum, &w)| *sum += dy * w);
                }
                *dx = sums;
            }
        }
        _ => E::gemm(E::ONE, MatRef::new(dy, rows, O), w, E::ZERO, MatMut::new(dx, rows, I)),
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
    match dw.row_arrays::<O, I>() {
        Some(dw) if is_unrolled::<I, O>(rows) => {
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
        _ => E::gemm(E::ONE, MatRef::new(dy, rows, O).t(), MatRef::new(x, rows, I), beta, dw),
    }
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
