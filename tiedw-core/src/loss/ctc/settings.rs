use super::OfMethod;
use crate::axes::Leading;
use crate::kernels::{self, sum};
use crate::pooled_vec::PooledVec;
use crate::{Element, Ids, Tensor};

/// Connectionist temporal classification with another blank, or without infinite losses, as PyTorch's `F.ctc_loss`.
///
/// ```
/// use tiedw_core::{Ids, Tensor, loss::Ctc};
///
/// // The second target is too long for one step.
/// let log_probs = Tensor::<3>::zeros([2, 2]).log_softmax();
/// let targets = Ids::from_vec([2, 2], vec![0, 1, 0, 1]);
/// let loss = Ctc::new().blank(2);
/// assert_eq!(loss.loss(&log_probs, &targets, &[2, 1], &[2, 2]), f32::INFINITY);
/// let finite = loss.zero_infinity().loss(&log_probs, &targets, &[2, 1], &[2, 2]);
/// assert!((finite - 9.0_f32.ln() / 2.0 / 2.0).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ctc {
    blank: usize,
    zero_infinity: bool,
}

impl Ctc {
    /// Creates a loss with the blank 0, which may be infinite.
    pub const fn new() -> Self {
        Ctc { blank: 0, zero_infinity: false }
    }

    /// Sets the class of the blank.
    pub const fn blank(mut self, class: usize) -> Self {
        self.blank = class;
        self
    }

    /// Makes infinite losses 0, without a gradient.
    pub const fn zero_infinity(mut self) -> Self {
        self.zero_infinity = true;
        self
    }

    /// Computes the mean over the batch of the losses by the lengths of their targets, or by 1 if a target is empty.
    ///
    /// # Panics
    /// As [`ctc_loss`](super::ctc_loss).
    #[track_caller]
    pub fn loss<const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &Ids,
        input_lengths: &[usize],
        target_lengths: &[usize],
    ) -> E {
        mean(
            self.losses(log_probs, targets, input_lengths, target_lengths).as_slice(),
            &divisors(target_lengths),
        )
    }

    /// [`loss`](Ctc::loss) with its pullback.
    #[track_caller]
    pub fn loss_vjp<const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &Ids,
        input_lengths: &[usize],
        target_lengths: &[usize],
    ) -> (E, impl FnOnce(E, [bool; 5]) -> OfMethod<F, E> + use<F, E>) {
        let (losses, pullback) = self.losses_vjp(log_probs, targets, input_lengths, target_lengths);
        let divisors = divisors(target_lengths);
        (mean(losses.as_slice(), &divisors), move |d: E, wanted: [bool; 5]| {
            let d = d / E::from_count(divisors.len());
            let d = Tensor::with_axes_of(&losses, divisors.iter().map(|&divisor| d / divisor).collect());
            pullback(d, wanted)
        })
    }

    /// Computes the loss of each item of the batch, not divided by the length of its target.
    ///
    /// # Panics
    /// As [`ctc_loss`](super::ctc_loss).
    #[track_caller]
    pub fn losses<const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &Ids,
        input_lengths: &[usize],
        target_lengths: &[usize],
    ) -> Tensor<1, E> {
        let batch = self.batch(log_probs, targets, input_lengths, target_lengths);
        let (losses, _) = E::ctc(batch, log_probs.as_slice(), false);
        self.without_infinities(losses)
    }

    /// [`losses`](Ctc::losses) with its pullback.
    #[track_caller]
    pub fn losses_vjp<const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &Ids,
        input_lengths: &[usize],
        target_lengths: &[usize],
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 5]) -> OfMethod<F, E> + use<F, E>) {
        let batch = self.batch(log_probs, targets, input_lengths, target_lengths);
        let (losses, alphas) = E::ctc(batch, log_probs.as_slice(), true);
        let value = self.without_infinities(losses.clone());
        let (settings, log_probs, targets) = (*self, log_probs.clone(), targets.clone());
        let (input_lengths, target_lengths) =
            (PooledVec::copy(input_lengths), PooledVec::copy(target_lengths));
        (value, move |d: Tensor<1, E>, [_, wanted, ..]: [bool; 5]| {
            let dlog_probs = wanted.then(|| {
                let batch = settings.batch(&log_probs, &targets, &input_lengths, &target_lengths);
                let left_out = |loss: E| settings.zero_infinity && is_infinite(loss);
                let of_finite = |(&loss, &d): (&E, &E)| if left_out(loss) { E::ZERO } else { d };
                let d: PooledVec<E> = losses.iter().zip(d.as_slice()).map(of_finite).collect();
                let dx = E::ctc_vjp(batch, log_probs.as_slice(), &losses, &alphas, &d);
                Tensor::with_axes_of(&log_probs, dx)
            });
            (None, dlog_probs, None, None, None)
        })
    }

    /// Checks the arguments.
    #[track_caller]
    fn batch<'t, const F: usize, E: Element>(
        &self,
        log_probs: &Tensor<F, E>,
        targets: &'t Ids,
        input_lengths: &'t [usize],
        target_lengths: &'t [usize],
    ) -> kernels::Ctc<'t> {
        let (shape, of_targets) = (log_probs.shape(), targets.shape());
        let (&[items, steps, classes], &[targets_found, width]) = (shape, of_targets) else {
            panic!(
                "ctc_loss of shape {shape:?} and targets of shape {of_targets:?}: not [batch, steps, classes] and [batch, longest]"
            );
        };
        assert!(targets_found == items, "ctc_loss of shape {shape:?} and targets of shape {of_targets:?}");
        for (of, lengths, most) in [("inputs", input_lengths, steps), ("targets", target_lengths, width)] {
            let found = lengths.len();
            assert!(found == items, "ctc_loss of {items} items with lengths of {found} {of}");
            if let Some(length) = lengths.iter().find(|&&length| length > most) {
                panic!("ctc_loss with length {length} among {of} that have no more than {most}");
            }
        }
        let (targets, blank) = (targets.as_slice(), self.blank);
        assert!(blank < classes, "blank {blank} is not one of the {classes} classes");
        for (target, &length) in targets.chunks_exact(width.max(1)).zip(target_lengths) {
            for &class in &target[..length] {
                let class = class as usize;
                assert!(class < classes, "class {class} is not one of the {classes} classes");
                assert!(class != blank, "class {class} of a target is the blank");
            }
        }
        kernels::Ctc { classes, steps, blank, targets, width, input_lengths, target_lengths }
    }

    /// The losses of the items as a tensor.
    fn without_infinities<E: Element>(&self, mut losses: PooledVec<E>) -> Tensor<1, E> {
        if self.zero_infinity {
            losses.iter_mut().filter(|loss| is_infinite(**loss)).for_each(|loss| *loss = E::ZERO);
        }
        Tensor::with_axes([losses.len()].with_features(1), losses)
    }
}

fn is_infinite<E: Element>(loss: E) -> bool {
    loss == -E::NEG_INFINITY
}

/// The lengths of targets, and 1 if that is 0.
fn divisors<E: Element>(target_lengths: &[usize]) -> PooledVec<E> {
    target_lengths.iter().map(|&length| E::from_count(length.max(1))).collect()
}

fn mean<E: Element>(losses: &[E], divisors: &[E]) -> E {
    let parts: PooledVec<E> = losses.iter().zip(divisors).map(|(&loss, &divisor)| loss / divisor).collect();
    sum(&parts) / E::from_count(parts.len())
}
