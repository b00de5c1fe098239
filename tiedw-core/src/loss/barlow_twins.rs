use super::columns::{products_of_columns, standardized, times_matrix};
use super::similarities::assert_all_rows;
use crate::kernels::{MatRef, sum};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Added to variances, as in PyTorch's batch norm.
const EPS: f64 = 1e-5;

/// Computes the Barlow Twins loss of two views: Σ (1 - Cᵢᵢ)² + λ Σ Cᵢⱼ² over i ≠ j, with λ = `redundancy` and the correlation C over
/// rows of each feature of `a` with each of `b`.
///
/// Features are standardized over the batch with biased variances, to which 1e-5 is added. Zbontar et al., "Barlow Twins:
/// Self-Supervised Learning via Redundancy Reduction", 2021, equation 1, where λ is 0.0051.
///
/// The loss needs the rows of the whole batch. To save memory, encode in [`Shards`](crate::parallel::Shards),
/// and compute the loss outside of them.
///
/// ```
/// use tiedw_core::{Tensor, loss::barlow_twins_loss};
///
/// let x = Tensor::from([[1.0, 5.0], [1.0, 7.0], [2.0, 5.0], [2.0, 7.0]]);
/// assert!(barlow_twins_loss(&x, &x, 0.0051) < 1e-6);
/// let opposite: f32 = barlow_twins_loss(&x, &-&x, 0.0051);
/// assert!((opposite - 8.0).abs() < 1e-3);
/// ```
///
/// # Panics
/// If the shapes differ, or this is called on one of several shards of a batch.
#[track_caller]
pub fn barlow_twins_loss<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>, redundancy: E) -> E {
    check(a, b);
    let [diagonal, rest] = squares(&correlations(&View::new(a), &View::new(b), a.features()), a.features());
    diagonal + redundancy * rest
}

/// [`barlow_twins_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::barlow_twins_loss_vjp};
///
/// let x = Tensor::from([[1.0, 5.0], [1.0, 7.0], [2.0, 5.0], [2.0, 7.0]]);
/// let (_, pullback) = barlow_twins_loss_vjp(&x, &x, 0.0051);
/// let (da, _, _) = pullback(1.0, [true, false, false]);
/// assert!(da.unwrap().abs().max() < 1e-3); // The correlations are those of the minimum.
/// ```
#[track_caller]
pub fn barlow_twins_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    redundancy: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>) {
    check(a, b);
    let (features, of_a, of_b) = (a.features(), View::new(a), View::new(b));
    let correlations = correlations(&of_a, &of_b, features);
    let [diagonal, rest] = squares(&correlations, features);
    let (a, b) = (a.clone(), b.clone());
    (diagonal + redundancy * rest, move |d: E, [a_wanted, b_wanted, redundancy_wanted]: [bool; 3]| {
        let two = E::from_f64(2.0) * d;
        let mut dcorrelations = correlations;
        for (at, c) in dcorrelations.iter_mut().enumerate() {
            *c = if at % (features + 1) == 0 { two * (*c - E::ONE) } else { two * redundancy * *c };
        }
        let mat = MatRef::new(&dcorrelations, features, features);
        let alpha = E::ONE / E::from_count(a.rows());
        let da = a_wanted.then(|| of_a.vjp(&a, times_matrix(alpha, &of_b.values, mat.t(), features)));
        let db = b_wanted.then(|| of_b.vjp(&b, times_matrix(alpha, &of_a.values, mat, features)));
        (da, db, redundancy_wanted.then(|| d * rest))
    })
}

#[track_caller]
fn check<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) {
    a.same_shape(b, "barlow_twins_loss");
    assert_all_rows("`barlow_twins_loss`");
}

/// The standardized features of one view.
struct View<E: Element> {
    values: PooledVec<E>,
    means: PooledVec<E>,
    scales: PooledVec<E>,
}

impl<E: Element> View<E> {
    fn new<const F: usize>(x: &Tensor<F, E>) -> Self {
        let [means, _, variances] = E::column_moments(x.as_slice(), x.features());
        let scales: PooledVec<E> =
            variances.iter().map(|&variance| E::ONE / (variance + E::from_f64(EPS)).sqrt()).collect();
        View { values: standardized(x, &means, &scales), means, scales }
    }

    /// The pullback of the standardization.
    fn vjp<const F: usize>(&self, x: &Tensor<F, E>, mut d: PooledVec<E>) -> Tensor<F, E> {
        let (means, scales) = (&self.means, &self.scales);
        let mut sums = E::normal_sums(x.as_slice(), &d, means, scales);
        let rows = E::from_count(x.rows());
        sums.iter_mut().for_each(|sums| sums.iter_mut().for_each(|sum| *sum /= rows));
        E::batch_norm_vjp(x.as_slice(), &mut d, [means, scales], scales, &sums);
        Tensor::with_axes_of(x, d)
    }
}

fn correlations<E: Element>(a: &View<E>, b: &View<E>, features: usize) -> PooledVec<E> {
    let rows = a.values.len() / features.max(1);
    products_of_columns(E::ONE / E::from_count(rows), &a.values, &b.values, features)
}

/// The sums of (1 - c)² on the diagonal, and of c² elsewhere.
fn squares<E: Element>(correlations: &[E], features: usize) -> [E; 2] {
    let diagonal: PooledVec<E> =
        correlations.iter().step_by(features + 1).map(|&c| (E::ONE - c) * (E::ONE - c)).collect();
    let rest: PooledVec<E> = correlations
        .iter()
        .enumerate()
        .map(|(at, &c)| if at % (features + 1) == 0 { E::ZERO } else { c * c })
        .collect();
    [sum(&diagonal), sum(&rest)]
}
