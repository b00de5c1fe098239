//! Accuracy of sums over many rows, whose error does not grow with the number of rows.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

/// Relative to the sum. All terms have the same sign and are rounded in the same direction, the worst case.
const BOUND: f64 = 4e-6;
/// For matrix products, whose blocks are larger.
const BOUND_OF_PRODUCTS: f64 = 2.5e-5;
const ROWS: [usize; 3] = [1 << 10, (1 << 16) + 3, 1 << 20];

#[track_caller]
fn check(name: &str, rows: usize, found: &[f32], exact: f64) {
    check_within(BOUND, name, rows, found, exact);
}

#[track_caller]
fn check_within(bound: f64, name: &str, rows: usize, found: &[f32], exact: f64) {
    for &found in found {
        let error = (f64::from(found) / exact - 1.0).abs();
        assert!(error < bound, "{name} of {rows} rows: {found}, not {exact}: {error:.1e}");
    }
}

/// The element of which all rows consist.
const X: f32 = 1.1;

fn exact() -> f64 {
    f64::from(X)
}

#[test]
fn means_over_rows() {
    fn of_width<const F: usize>(rows: usize) {
        let x = Tensor::<F>::full([rows], X);
        check("mean_rows", rows, x.mean_rows().as_slice(), exact());
        check("mean_axis", rows, x.mean_axis(0).as_slice(), exact());
        check("sum_rows", rows, x.sum_rows().as_slice(), exact() * rows as f64);
        let pooled = GlobalAvgPool2d::<F>::new().forward(&x.reshape([1, 1, rows]));
        check("GlobalAvgPool2d", rows, pooled.as_slice(), exact());
    }
    for rows in ROWS {
        of_width::<1>(rows);
        of_width::<3>(rows);
    }
}

#[derive(Module)]
struct Layers<const I: usize, const O: usize> {
    linear: Linear<I, O>,
}

#[differentiable]
impl<const I: usize, const O: usize> Layers<I, O> {
    fn sum(&self, x: &Tensor<I>) -> f32 {
        self.linear.forward(x).sum()
    }
}

#[test]
fn gradients_of_linear_layers() {
    fn of_width<const I: usize, const O: usize>(rows: usize) {
        let net = Layers::<I, O>::init(&mut StdRng::seed_from_u64(0));
        let (_, gradient) = net.sum_and_grad(&Tensor::full([rows], X));
        let weight = gradient.linear.weight.as_slice();
        check_within(BOUND_OF_PRODUCTS, "weight of Linear", rows, weight, exact() * rows as f64);
        check("bias of Linear", rows, gradient.linear.bias.as_slice(), rows as f64);
    }
    for rows in ROWS {
        of_width::<1, 1>(rows);
        of_width::<3, 1>(rows);
        of_width::<1, 3>(rows);
        of_width::<2, 2>(rows);
    }
}

#[derive(Module)]
struct Norms {
    layer: LayerNorm<2>,
    rms: RmsNorm<2>,
    group: GroupNorm<1, 2>,
    #[module(init = ones)]
    row: Vector<2>,
}

#[differentiable]
impl Norms {
    fn sum(&self, x: &Tensor<2>) -> f32 {
        (self.layer.forward(x) * &self.row).sum() + self.rms.forward(x).sum() + self.group.forward(x).sum()
    }
}

#[test]
fn gradients_of_norms_and_vectors() {
    let net = Norms::init(&mut StdRng::seed_from_u64(0));
    for rows in ROWS {
        let x = Tensor::<2>::from_vec([rows], [0.0, 2.2].repeat(rows));
        let (_, gradient) = net.sum_and_grad(&x);
        let count = rows as f64;
        let normal = 1.1 / (1.21 + 1e-5_f64).sqrt();
        check("bias of LayerNorm", rows, gradient.layer.bias.as_slice(), count);
        check("bias of GroupNorm", rows, gradient.group.bias.as_slice(), count);
        for weight in [&gradient.layer.weight, &gradient.group.weight, &gradient.row] {
            check("weight of a norm", rows, &weight.as_slice()[1..], normal * count);
        }
        check(
            "weight of RmsNorm",
            rows,
            &gradient.rms.weight.as_slice()[1..],
            2.2 / (2.42_f64 + 1e-5).sqrt() * count,
        );
    }
}

/// The mean is far larger than the standard deviation.
#[test]
fn norms_of_many_positions() {
    let rng = &mut StdRng::seed_from_u64(0);
    for rows in ROWS {
        let x = Tensor::<1>::from_vec([1, rows], (0..rows).map(|at| 1e4 + (at % 2) as f32).collect());
        let batch = BatchNorm::<1>::init(rng).view().by_batch(&x, &mut BatchStatistics::default());
        let group = GroupNorm::<1, 1>::init(rng).forward(&x);
        let instance = InstanceNorm::<1>::init(rng).forward(&x);
        for (name, y) in [("BatchNorm", batch), ("GroupNorm", group), ("InstanceNorm", instance)] {
            for (pair, y) in y.as_slice().chunks_exact(2).enumerate() {
                assert!(
                    (y[0] + 1.0).abs() < 1.5e-3 && (y[1] - 1.0).abs() < 1.5e-3,
                    "{name}, {rows} rows, {pair}: {y:?}"
                );
            }
        }
    }
}

#[test]
fn logarithms_of_sums_along_a_long_axis() {
    for rows in ROWS.map(|rows| rows / 2 * 2) {
        let x = Tensor::<2>::from_fn([rows], |at| if at[0] % 2 == 0 { 1.0 } else { -1.0 });
        let exact = (rows as f64 * 1_f64.cosh()).ln();
        check("logsumexp_axis", rows, x.logsumexp_axis(0).as_slice(), exact);
        let (_, pullback) = x.logsumexp_axis_vjp(0);
        let dx = pullback(Tensor::ones([]), [true, false]).0.unwrap();
        check("its gradient", rows, dx.sum_axis(0).as_slice(), 1.0);
    }
}
