use super::Classes;
use super::rows::mean_vjp;
use super::similarities::{assert_all_rows, dtemperature, scores};
use crate::kernels::{MatMut, MatRef, softmax_of_parts, sum};
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Computes the supervised contrastive loss: the mean over rows of the cross entropy that finds the other rows of the same class
/// among all other rows, with cosine similarity / `temperature` as logits.
///
/// The loss of a row is the mean of these cross entropies over the other rows of its class, and 0 if there are none. Khosla et
/// al., "Supervised Contrastive Learning", 2020, equation 2 (L_out). Two views of each example are rows of one class.
///
/// The loss needs the rows of the whole batch. To save memory, encode in [`Shards`](crate::parallel::Shards),
/// and compute the loss outside of them.
///
/// ```
/// use tiedw_core::{Tensor, loss::supervised_contrastive_loss};
///
/// let x = Tensor::from([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [0.0, 4.0]]);
/// assert!(supervised_contrastive_loss(&x, &[5, 5, 7, 7], 0.1) < 1e-3);
/// assert!(supervised_contrastive_loss(&x, &[5, 7, 5, 7], 0.1) > 9.0);
/// ```
///
/// # Panics
/// If there is not one class per row, or this is called on one of several shards of a batch.
#[track_caller]
pub fn supervised_contrastive_loss<const F: usize, E: Element, C: Classes + ?Sized>(
    x: &Tensor<F, E>,
    classes: &C,
    temperature: E,
) -> E {
    supervised_contrastive_losses(x, classes, temperature).mean()
}

/// [`supervised_contrastive_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::supervised_contrastive_loss_vjp};
///
/// let x = Tensor::from([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]);
/// let (_, pullback) = supervised_contrastive_loss_vjp(&x, &[0, 0, 1], 1.0);
/// // A step against the gradient rotates the first row toward the second one, of its class.
/// let (dx, _, _) = pullback(1.0, [true, false, false]);
/// assert!(dx.unwrap().get(&[0, 1]) < 0.0);
/// ```
#[track_caller]
pub fn supervised_contrastive_loss_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    x: &Tensor<F, E>,
    classes: &C,
    temperature: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<NoGradient>, Option<E>) + use<F, E, C>) {
    mean_vjp(supervised_contrastive_losses_vjp(x, classes, temperature))
}

/// Computes the loss of each row, whose mean is [`supervised_contrastive_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::supervised_contrastive_losses};
///
/// let x = Tensor::from([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]);
/// let losses = supervised_contrastive_losses(&x, &[0, 0, 1], 0.1);
/// // The last row has no other of its class.
/// assert!(losses.get(&[0, 0]) > 0.0 && losses.get(&[2, 0]) == 0.0);
/// ```
///
/// # Panics
/// If there is not one class per row, or this is called on one of several shards of a batch.
#[track_caller]
pub fn supervised_contrastive_losses<const F: usize, E: Element, C: Classes + ?Sized>(
    x: &Tensor<F, E>,
    classes: &C,
    temperature: E,
) -> Tensor<1, E> {
    let classes = checked(x, classes);
    Tensor::with_axes_of(x, Scores::new(&x.normalize(), &classes, temperature).losses(&classes))
}

/// [`supervised_contrastive_losses`] with its pullback.
#[track_caller]
pub fn supervised_contrastive_losses_vjp<const F: usize, E: Element, C: Classes + ?Sized>(
    x: &Tensor<F, E>,
    classes: &C,
    temperature: E,
) -> (
    Tensor<1, E>,
    impl FnOnce(Tensor<1, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<NoGradient>, Option<E>) + use<F, E, C>,
) {
    let classes = checked(x, classes);
    let (unit, of_unit) = x.normalize_vjp();
    let scores = Scores::new(&unit, &classes, temperature);
    let losses = Tensor::with_axes_of(x, scores.losses(&classes));
    (losses, move |d: Tensor<1, E>, [wanted, _, temperature_wanted]: [bool; 3]| {
        let (rows, features) = (unit.rows(), unit.features());
        let dscores = scores.vjp(&classes, d.as_slice());
        let dtemperature =
            temperature_wanted.then(|| dtemperature(&dscores, &scores.scores, scores.temperature));
        let dx = wanted.then(|| {
            // Each row is a query of its scores and a key of the others'.
            let (dscores, rows_of_unit) =
                (MatRef::new(&dscores, rows, rows), MatRef::new(unit.as_slice(), rows, features));
            let (by, mut dunit) = (E::ONE / scores.temperature, PooledVec::unset(rows * features));
            E::gemm(by, dscores, rows_of_unit, E::ZERO, MatMut::new(&mut dunit, rows, features));
            E::gemm(by, dscores.t(), rows_of_unit, E::ONE, MatMut::new(&mut dunit, rows, features));
            of_unit(Tensor::with_axes_of(&unit, dunit), [true]).0
        });
        (dx.flatten(), None, dtemperature)
    })
}

#[track_caller]
fn checked<const F: usize, E: Element, C: Classes + ?Sized>(
    x: &Tensor<F, E>,
    classes: &C,
) -> PooledVec<usize> {
    let classes = classes.to_classes();
    let (found, shape) = (classes.len(), x.shape());
    assert_eq!(
        found,
        x.rows(),
        "supervised_contrastive_loss of {found} classes and a tensor of shape {shape:?}"
    );
    assert_all_rows("`supervised_contrastive_loss`");
    classes
}

/// The scores of each row with all others.
struct Scores<E: Element> {
    temperature: E,
    /// -infinity for a row with itself.
    scores: PooledVec<E>,
    /// The maximum and the log-sum of each row for the softmax.
    parts: PooledVec<E>,
    /// Of each row, the number of others of its class.
    others: PooledVec<usize>,
}

impl<E: Element> Scores<E> {
    fn new<const F: usize>(unit: &Tensor<F, E>, classes: &[usize], temperature: E) -> Self {
        let mut scores = scores(unit, unit, temperature);
        let rows = classes.len();
        scores.iter_mut().step_by(rows + 1).for_each(|score| *score = E::NEG_INFINITY);
        let parts = E::log_sum_exp_rows(&scores, rows);
        let others = (0..rows).map(|row| others_of(row, classes).count()).collect();
        Scores { temperature, scores, parts, others }
    }

    fn losses(&self, classes: &[usize]) -> PooledVec<E> {
        let rows = classes.len();
        let of_row = |row: usize| {
            if self.others[row] == 0 {
                return E::ZERO;
            }
            let [largest, log_sum] = self.parts.as_chunks().0[row];
            let of_other = |other: usize| log_sum - (self.scores[row * rows + other] - largest);
            let losses: PooledVec<E> = others_of(row, classes).map(of_other).collect();
            sum(&losses) / E::from_count(self.others[row])
        };
        (0..rows).map(of_row).collect()
    }

    /// Returns the cotangents of the scores, given those of the losses.
    fn vjp(&self, classes: &[usize], d: &[E]) -> PooledVec<E> {
        let rows = classes.len();
        let counts = |row: usize| self.others[row] > 0;
        let factors: PooledVec<E> = (0..rows).map(|row| if counts(row) { d[row] } else { E::ZERO }).collect();
        let mut dscores =
            softmax_of_parts(&self.scores, rows, &self.parts, &factors, &PooledVec::zeros(rows));
        for (row, dscores) in dscores.chunks_exact_mut(rows.max(1)).enumerate() {
            for other in others_of(row, classes) {
                dscores[other] -= factors[row] / E::from_count(self.others[row]);
            }
        }
        dscores
    }
}

/// The other rows of the class of a row.
fn others_of(row: usize, classes: &[usize]) -> impl Iterator<Item = usize> {
    (0..classes.len()).filter(move |&other| other != row && classes[other] == classes[row])
}
