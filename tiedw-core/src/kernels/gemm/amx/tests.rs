use std::cell::Cell;

use super::*;
use crate::kernels::Vectors;
use crate::kernels::gemm::tests::check_by;
use crate::kernels::gemm::{MatMut, MatRef};
use crate::kernels::threads::available_threads;

/// Multiplies by tiles, even if vectors would be faster.
fn by_tiles(alpha: f32, a: MatRef<'_, f32>, b: MatRef<'_, f32>, beta: f32, c: MatMut<'_, f32>) {
    // SAFETY: the test has checked that the CPU has AMX; the operands are those of a product.
    unsafe { compute(&Product::new(alpha, a, b, beta, c), split(a, b), None) }
}

/// As [`by_tiles`], with B packed in advance.
fn by_strips(alpha: f32, a: MatRef<'_, f32>, b: MatRef<'_, f32>, beta: f32, c: MatMut<'_, f32>) {
    // SAFETY: as above.
    unsafe {
        let strips = Strips::of(b).unwrap();
        compute(&Product::new(alpha, a, b, beta, c), split(a, b), Some(&strips));
    }
}

fn split(a: MatRef<'_, f32>, b: MatRef<'_, f32>) -> Split {
    Split::amx(a.rows, a.columns, b.columns, available_threads())
}

/// Whether the CPU has AMX; if not, prints that the test is skipped.
fn can_run() -> bool {
    let can = Vectors::in_use() == Vectors::Amx;
    if !can {
        eprintln!("skipped: no tiles");
    }
    can
}

#[test]
fn shapes_around_a_tile_agree_with_the_naive_loop() {
    if !can_run() {
        return;
    }
    let sizes = [1, 2, 15, 16, 17, 31, 32, 33, 48, 65];
    for m in sizes {
        for k in sizes {
            for n in sizes {
                for layout in [0, 1, 2, 3, 8, 11] {
                    let factors =
                        [[1.0, 0.0], [1.0, 1.0], [0.75, 0.0], [-0.5, 2.0]][(m + k + n + layout) % 4];
                    check_by::<f32>(m, k, n, layout, factors, by_tiles);
                    check_by::<f32>(m, k, n, layout, factors, by_strips);
                }
            }
        }
    }
}

#[test]
fn deep_and_wide_shapes_agree_with_the_naive_loop() {
    if !can_run() {
        return;
    }
    for (m, k, n) in [(33, 1100, 40), (300, 70, 310), (310, 40, 290)] {
        for layout in [0, 1, 2, 3] {
            for factors in [[1.0, 0.0], [1.0, 1.0], [2.0, -1.0]] {
                check_by::<f32>(m, k, n, layout, factors, by_tiles);
                check_by::<f32>(m, k, n, layout, factors, by_strips);
            }
        }
    }
}

/// A with one element replaced by `number`, times a B of ones: the last column of the result.
fn product_with(number: f32, row: usize) -> Vec<f32> {
    let (m, k, n) = (64, 40, 33);
    let mut a = vec![0.5; m * k];
    a[row * k + 7] = number;
    let (b, mut c) = (vec![1.0; k * n], vec![f32::NAN; m * n]);
    by_tiles(
        1.0,
        MatRef::new(&a, m, k),
        MatRef::new(&b, k, n),
        0.0,
        MatMut::with_strides(Cell::from_mut(&mut *c).as_slice_of_cells(), m, n, n, 1),
    );
    c.chunks_exact(n).map(|row| row[row.len() - 1]).collect()
}

#[test]
fn what_is_not_finite_spreads_as_far_as_it_should() {
    if !can_run() {
        return;
    }
    for number in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        for (i, sum) in product_with(number, 40).into_iter().enumerate() {
            let expected = if i == 40 { number } else { 20.0 };
            assert!(sum == expected || sum.is_nan() && expected.is_nan(), "row {i} with {number}: {sum}");
        }
    }
}

#[test]
fn what_is_not_finite_is_not_packed() {
    if !can_run() {
        return;
    }
    let mut numbers = vec![1.0; 70 * 40];
    // SAFETY: as above.
    let is_packed = |numbers: &[f32]| unsafe { Strips::of(MatRef::new(numbers, 70, 40)).is_some() };
    assert!(is_packed(&numbers));
    for number in [f32::INFINITY, f32::NAN] {
        numbers[69 * 40 + 39] = number;
        assert!(!is_packed(&numbers));
    }
}

#[test]
fn the_largest_numbers_stay_finite() {
    if !can_run() {
        return;
    }
    assert_eq!(product_with(f32::MAX, 3)[3], f32::MAX);
}

#[test]
fn sums_are_as_exact_as_those_of_f32() {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    if !can_run() {
        return;
    }
    let (m, k, n) = (64, 500, 64);
    let mut rng = StdRng::seed_from_u64(1);
    let mut numbers =
        |count: usize| -> Vec<f32> { (0..count).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let (a, b, mut c) = (numbers(m * k), numbers(k * n), vec![0.0; m * n]);
    by_tiles(1.0, MatRef::new(&a, m, k), MatRef::new(&b, k, n), 0.0, MatMut::new(&mut c, m, n));
    let (mut by_tiles, mut by_loop) = (0.0_f64, 0.0_f64);
    for i in 0..m {
        for j in 0..n {
            let terms = || (0..k).map(|p| (a[i * k + p], b[p * n + j]));
            let exact: f64 = terms().map(|(a, b)| f64::from(a) * f64::from(b)).sum();
            let plain = terms().fold(0.0_f32, |sum, (a, b)| a.mul_add(b, sum));
            by_tiles += (f64::from(c[i * n + j]) - exact).powi(2);
            by_loop += (f64::from(plain) - exact).powi(2);
        }
    }
    assert!(by_tiles < by_loop, "the errors squared sum up to {by_tiles:e}, those of a loop to {by_loop:e}");
}
