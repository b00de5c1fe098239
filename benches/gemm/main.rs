//! The matrix products of a linear layer, compared with those of `matrixmultiply`.
//!
//! ```text
//! cargo bench --bench gemm [-- THREADS]
//! ```
//!
//! For a layer with K inputs and N outputs on M rows: NT is the forward pass, x Wᵀ; NN the cotangent of the input, dy
//! W; TN the gradient of the weight, dyᵀ x. Each cell has two results, measured interleaved: `tiedw::kernels::gemm`,
//! then `matrixmultiply` on one thread, through `ndarray`'s safe function, which adds a few nanoseconds. The unit is
//! GFLOP/s; in the first row, whose products are tiny, nanoseconds per call.

#[path = "../common/timing.rs"]
mod timing;

use std::process::ExitCode;
use std::time::Duration;

use ndarray::ArrayView2;
use ndarray::linalg::general_mat_mul;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::kernels::{MatMut, MatRef, gemm};

use timing::{Plan, median};

const PLAN: Plan = Plan { warm: Duration::from_millis(50), sample: Duration::from_millis(20), samples: 9 };

/// (M, K, N).
const LAYERS: [(usize, usize, usize); 8] = [
    (1, 10, 5),
    (1, 784, 512),
    (8, 64, 64),
    (64, 784, 512),
    (64, 512, 128),
    (256, 1024, 1024),
    (1024, 1024, 1024),
    (768, 128, 512),
];

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let threads = arguments.next().unwrap_or("1".to_owned());
    let Some(threads) = threads.parse().ok().filter(|&threads| threads > 0) else {
        eprintln!("usage: cargo bench --bench gemm [-- THREADS]");
        return ExitCode::FAILURE;
    };
    tiedw::parallel::set_num_threads(threads);

    println!("tiedw on {threads} threads, then matrixmultiply on one, in GFLOP/s\n");
    println!("| (M, K, N) | NT | NN | TN |\n| --- | ---: | ---: | ---: |");
    for (m, k, n) in LAYERS {
        let (x, w, dy) = (matrix(m, k), matrix(n, k), matrix(m, n));
        let products = [
            product(&x, [m, k], false, &w, [n, k], true),
            product(&dy, [m, n], false, &w, [n, k], false),
            product(&dy, [m, n], true, &x, [m, k], false),
        ];
        let flops = 2 * m * k * n;
        let cells = products.map(|times| {
            let [ours, theirs] = times.map(|seconds| match flops {
                ..1000 => format!("{:.0} ns", seconds * 1e9),
                _ => format!("{:.1}", flops as f64 / seconds / 1e9),
            });
            format!("{ours} / {theirs}")
        });
        println!("| {m}, {k}, {n} | {} |", cells.join(" | "));
    }
    ExitCode::SUCCESS
}

fn matrix(rows: usize, columns: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(1);
    (0..rows * columns).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Seconds per product, ours and that of `matrixmultiply`. Each factor is row-major with the given shape, and may be
/// transposed.
fn product(
    a: &[f32],
    a_shape: [usize; 2],
    a_transposed: bool,
    b: &[f32],
    b_shape: [usize; 2],
    b_transposed: bool,
) -> [f64; 2] {
    let mat = |data, [rows, columns]: [usize; 2], transposed| {
        let mat = MatRef::new(data, rows, columns);
        if transposed { mat.t() } else { mat }
    };
    let view = |data, shape, transposed| {
        let view = ArrayView2::from_shape(shape, data).expect("as many values as the shape says");
        if transposed { view.reversed_axes() } else { view }
    };
    let (a_view, b_view) = (view(a, a_shape, a_transposed), view(b, b_shape, b_transposed));
    let (rows, columns) = (a_view.nrows(), b_view.ncols());
    let mut c = vec![f32::NAN; rows * columns];
    let mut theirs = ndarray::Array2::from_elem((rows, columns), f32::NAN);

    let (a, b) = (mat(a, a_shape, a_transposed), mat(b, b_shape, b_transposed));
    let mut our_product = || gemm(1.0, a, b, 0.0, MatMut::new(&mut c, rows, columns));
    let mut their_product = || general_mat_mul(1.0, &a_view, &b_view, 0.0, &mut theirs);
    let times = PLAN.warm([&mut our_product, &mut their_product]).measure();

    let depth = a_view.ncols() as f32;
    let far = |(ours, theirs): (&f32, &f32)| (ours - theirs).abs() > 1e-5 * depth;
    assert!(!c.iter().zip(&theirs).any(far), "two different products");
    times.map(|samples| median(&samples))
}
