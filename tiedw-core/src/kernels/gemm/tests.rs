use std::cell::Cell;

use super::mat::reach;
use super::*;
use crate::Real;

fn value<E: Real>(i: usize) -> E {
    E::from_f64(((i * 37 % 101) as f64 - 50.0) / 25.0)
}

/// A matrix of the given layout, with NaN between its elements.
fn filled<E: Real>(rows: usize, columns: usize, strides: (usize, usize), seed: usize) -> Vec<E> {
    let mut data = vec![E::from_f64(f64::NAN); reach(rows, columns, strides.0, strides.1)];
    for i in 0..rows {
        for j in 0..columns {
            data[i * strides.0 + j * strides.1] = value(seed + i * columns + j);
        }
    }
    data
}

const BETAS: [f64; 3] = [0.0, 1.0, -0.5];

#[test]
fn every_small_shape_agrees_with_the_naive_loop() {
    for m in 1..=33 {
        for k in 1..=33 {
            for n in 1..=33 {
                let kind = m * 7 + k * 3 + n;
                check::<f32>(m, k, n, kind % 16, BETAS[kind % 3]);
            }
        }
    }
}

#[test]
fn products_of_nothing_agree_with_the_naive_loop() {
    for (m, k, n) in [(0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0)] {
        for layout in 0..8 {
            for beta in BETAS {
                check::<f32>(m, k, n, layout, beta);
                check::<f64>(m, k, n, layout, beta);
            }
        }
    }
}

#[test]
fn every_layout_agrees_with_the_naive_loop() {
    let ragged =
        [(1, 64, 40), (2, 80, 33), (3, 50, 64), (40, 70, 1), (9, 17, 33), (65, 64, 20), (13, 40, 80)];
    // One panel that stays in L1.
    let near = [(8, 100, 64), (14, 60, 48), (62, 20, 64)];
    for (m, k, n) in ragged.into_iter().chain(near) {
        for layout in 0..16 {
            for beta in BETAS {
                check::<f32>(m, k, n, layout, beta);
                check::<f64>(m, k, n, layout, beta);
            }
        }
    }
}

#[test]
fn large_ragged_shapes_agree_with_the_naive_loop() {
    let ragged =
        [(65, 300, 130), (67, 784, 70), (530, 33, 129), (30, 520, 600), (100, 260, 65), (1, 700, 517)];
    // Rows of B that are a page apart, with the gap of two elements that most layouts have.
    let crowded = [(300, 20, 1022)];
    for (m, k, n) in ragged.into_iter().chain(crowded) {
        for layout in [0, 1, 2, 4, 7, 10] {
            check::<f32>(m, k, n, layout, BETAS[(m + layout) % 3]);
        }
    }
}

fn check<E: Real>(m: usize, k: usize, n: usize, layout: usize, beta: f64) {
    check_by::<E>(m, k, n, layout, [0.75, beta], gemm);
}

/// The bits of `layout` transpose A, B and C in memory, and leave out the gaps between rows.
pub(super) fn check_by<E: Real>(
    m: usize,
    k: usize,
    n: usize,
    layout: usize,
    [alpha, beta]: [f64; 2],
    gemm: impl Fn(E, MatRef<'_, E>, MatRef<'_, E>, E, MatMut<'_, E>),
) {
    let gap = if layout & 8 == 0 { 2 } else { 0 };
    let strides = |bit: usize, rows: usize, columns: usize| {
        if layout & bit != 0 { (1, rows + gap) } else { (columns + gap, 1) }
    };
    let (sa, sb, sc) = (strides(1, m, k), strides(2, k, n), strides(4, m, n));
    let (a, b): (Vec<E>, Vec<E>) = (filled(m, k, sa, 0), filled(k, n, sb, 7));
    let mut c: Vec<E> = filled(m, n, sc, 3);
    if beta == 0.0 {
        c.fill(E::from_f64(f64::NAN));
    }
    let before = c.clone();
    gemm(
        E::from_f64(alpha),
        MatRef::with_strides(&a, m, k, sa.0, sa.1),
        MatRef::with_strides(&b, k, n, sb.0, sb.1),
        E::from_f64(beta),
        MatMut::with_strides(Cell::from_mut(&mut *c).as_slice_of_cells(), m, n, sc.0, sc.1),
    );
    let mut inside = vec![false; c.len()];
    for i in 0..m {
        for j in 0..n {
            let terms = (0..k).map(|p| a[i * sa.0 + p * sa.1].to_f64() * b[p * sb.0 + j * sb.1].to_f64());
            let (sum, size) =
                terms.fold((0.0, 0.0), |(sum, size), term: f64| (sum + term, size + term.abs()));
            let at = i * sc.0 + j * sc.1;
            inside[at] = true;
            let expected = alpha * sum + if beta == 0.0 { 0.0 } else { beta * before[at].to_f64() };
            let found = c[at].to_f64();
            let bound = 8.0 * E::EPSILON.to_f64() * (1.0 + size);
            assert!(
                (found - expected).abs() < bound,
                "{m}x{k}x{n}, layout {layout}, beta {beta}: ({i}, {j}) is {found}, not {expected}"
            );
        }
    }
    for at in (0..c.len()).filter(|&at| !inside[at]) {
        assert!(
            c[at].to_f64().is_nan(),
            "{m}x{k}x{n}, layout {layout}: wrote between the elements of C, at {at}"
        );
    }
}

#[test]
#[should_panic(expected = "2x3 and 4x5 into 2x5")]
fn sizes_must_agree() {
    gemm(
        1.0,
        MatRef::new(&[0.0; 6], 2, 3),
        MatRef::new(&[0.0; 20], 4, 5),
        0.0,
        MatMut::new(&mut [0.0; 10], 2, 5),
    );
}

#[test]
#[should_panic(expected = "share memory")]
fn elements_of_a_mutable_matrix_are_apart() {
    MatMut::with_strides(&[const { Cell::new(0.0) }; 9], 3, 3, 2, 1);
}
