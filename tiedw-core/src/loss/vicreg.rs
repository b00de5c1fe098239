use super::columns::{products_of_columns, standardized, times_matrix};
use super::similarities::assert_all_rows;
use super::{mse_loss, mse_loss_vjp};
use crate::kernels::{MatRef, sum, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Added to variances.
const EPS: f64 = 1e-4;

/// Computes the VICReg loss of two views: the mean squared difference of their elements, a hinge that keeps the standard deviation
/// of each feature at 1 or more, and the squared covariances of different features, with the weights `invariance`, `variance` and
/// `covariance`.
///
/// For each view, the second term is the mean of max(0, 1 - √(v + 1e-4)) / 2 over the variances v of the features over rows, and
/// the third is the sum of the squared covariances by the number of features; both divide by one less than the number of rows.
/// Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning", 2022, with the
/// constants of its published code, where the weights are 25, 25 and 1.
///
/// The loss needs the rows of the whole batch. To save memory, encode in [`Shards`](crate::parallel::Shards),
/// and compute the loss outside of them.
///
/// ```
/// use tiedw_core::{Tensor, loss::vicreg_loss};
///
/// let x = Tensor::from([[1.0, 5.0], [1.0, 7.0], [3.0, 5.0], [3.0, 7.0]]);
/// assert_eq!(vicreg_loss(&x, &x, 25.0, 25.0, 1.0), 0.0);
/// assert_eq!(vicreg_loss(&x, &(&x + 1.0), 25.0, 25.0, 1.0), 25.0);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn vicreg_loss<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    invariance: E,
    variance: E,
    covariance: E,
) -> E {
    check(a, b);
    let (of_a, of_b) = (View::new(a), View::new(b));
    invariance * mse_loss(a, b)
        + variance * (of_a.variance() + of_b.variance())
        + covariance * (of_a.covariance() + of_b.covariance())
}

/// [`vicreg_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::vicreg_loss_vjp};
///
/// let x = Tensor::from([[0.0], [0.1]]);
/// let (_, pullback) = vicreg_loss_vjp(&x, &x, 25.0, 25.0, 1.0);
/// // A step against the gradient spreads the rows.
/// let (da, ..) = pullback(1.0, [true, false, false, false, false]);
/// let da = da.unwrap();
/// assert!(da.get(&[0, 0]) > 0.0 && da.get(&[1, 0]) < 0.0);
/// ```
#[track_caller]
pub fn vicreg_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    invariance: E,
    variance: E,
    covariance: E,
) -> (E, impl FnOnce(E, [bool; 5]) -> Cotangents<F, E> + use<F, E>) {
    check(a, b);
    let (of_a, of_b) = (View::new(a), View::new(b));
    let (distance, of_distance) = mse_loss_vjp(a, b);
    let variances = of_a.variance() + of_b.variance();
    let covariances = of_a.covariance() + of_b.covariance();
    let loss = invariance * distance + variance * variances + covariance * covariances;
    let axes = a.axes();
    (loss, move |d: E, [a, b, invariance_wanted, variance_wanted, covariance_wanted]: [bool; 5]| {
        let (da, db) = of_distance(d * invariance, [a, b]);
        let with = |dx: Option<Tensor<F, E>>, view: &View<E>| {
            dx.map(|dx| dx + Tensor::with_axes(axes, view.vjp(d * variance, d * covariance)))
        };
        (
            with(da, &of_a),
            with(db, &of_b),
            invariance_wanted.then(|| d * distance),
            variance_wanted.then(|| d * variances),
            covariance_wanted.then(|| d * covariances),
        )
    })
}

/// Of the views and the weights.
type Cotangents<const F: usize, E> =
    (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>, Option<E>, Option<E>);

#[track_caller]
fn check<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) {
    a.same_shape(b, "vicreg_loss");
    assert_all_rows("`vicreg_loss`");
}

/// One view.
struct View<E: Element> {
    /// The features minus their means.
    centered: PooledVec<E>,
    deviations: PooledVec<E>,
    /// The covariances of different features, and 0 on the diagonal.
    covariances: PooledVec<E>,
    /// One less than the number of rows.
    divisor: E,
}

impl<E: Element> View<E> {
    fn new<const F: usize>(x: &Tensor<F, E>) -> Self {
        let (features, rows, divisor) = (x.features(), x.rows(), E::from_f64(x.rows() as f64 - 1.0));
        let [means, _, variances] = E::column_moments(x.as_slice(), features);
        let correction = E::from_count(rows) / divisor;
        let deviation = |&variance: &E| (variance * correction + E::from_f64(EPS)).sqrt();
        let deviations = variances.iter().map(deviation).collect();
        let centered = standardized(x, &means, &PooledVec::full(features, E::ONE));
        let mut covariances = products_of_columns(E::ONE / divisor, &centered, &centered, features);
        covariances.iter_mut().step_by(features + 1).for_each(|variance| *variance = E::ZERO);
        View { centered, deviations, covariances, divisor }
    }

    fn features(&self) -> usize {
        self.deviations.len()
    }

    fn variance(&self) -> E {
        let lack = |&deviation: &E| {
            if deviation > E::ONE { E::ZERO } else { (E::ONE - deviation).yields_to(E::ZERO) }
        };
        let lacks: PooledVec<E> = self.deviations.iter().map(lack).collect();
        E::from_f64(0.5) * sum(&lacks) / E::from_count(self.features())
    }

    fn covariance(&self) -> E {
        sum_zip(&self.covariances, &self.covariances, |a, b| a * b) / E::from_count(self.features())
    }

    /// The cotangent of the view, given those of its two terms. Those of the means are 0.
    fn vjp(&self, dvariance: E, dcovariance: E) -> PooledVec<E> {
        let features = self.features();
        let count = E::from_count(features) * self.divisor;
        let mat = MatRef::new(&self.covariances, features, features);
        let mut dx = times_matrix(E::from_f64(4.0) * dcovariance / count, &self.centered, mat, features);
        let factor = |&deviation: &E| {
            if deviation < E::ONE { E::from_f64(-0.5) * dvariance / (count * deviation) } else { E::ZERO }
        };
        let factors: PooledVec<E> = self.deviations.iter().map(factor).collect();
        let rows = dx.chunks_exact_mut(features.max(1)).zip(self.centered.chunks_exact(features.max(1)));
        for (dx, x) in rows {
            dx.iter_mut().zip(x).zip(&factors).for_each(|((dx, &x), &factor)| *dx += factor * x);
        }
        dx
    }
}
