//! Connectionist temporal classification: the probability of a target over all its alignments, by the forward-backward recursion.
//!
//! Graves et al., "Connectionist Temporal Classification", 2006. The states of an item are its labels with blanks around each of
//! them. `alphas[t][s]` is the logarithm of the probability of all alignments that are in state s at step t.

use super::simd::{MulAdd, vectorized};
use super::threads::{num_tasks, parallel_for_each};
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The number of states that each row of alphas has before its own, all of probability 0.
const PAD: usize = 2;
/// The minimum number of alphas for which another thread pays.
const MIN_TASK_SIZE: usize = 4096;

/// The items of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Ctc<'t> {
    pub(crate) classes: usize,
    /// The number of steps of the longest input.
    pub(crate) steps: usize,
    pub(crate) blank: usize,
    /// `[items, width]`
    pub(crate) targets: &'t [u32],
    pub(crate) width: usize,
    pub(crate) input_lengths: &'t [usize],
    pub(crate) target_lengths: &'t [usize],
}

/// Returns the loss of each item, infinite without an alignment, and, if they are kept, the alphas.
pub(crate) fn ctc<E: Element>(batch: Ctc<'_>, log_probs: &[E], keep: bool) -> (PooledVec<E>, PooledVec<E>) {
    let items = batch.input_lengths.len();
    let mut losses = PooledVec::unset(items);
    let mut alphas = PooledVec::unset(if keep { items * batch.alphas() } else { 0 });
    let mut rest = &mut alphas[..];
    let parts = losses.iter_mut().enumerate().map(|(at, loss)| {
        let (alphas, others) = std::mem::take(&mut rest).split_at_mut(if keep { batch.alphas() } else { 0 });
        rest = others;
        (batch.item(at), loss, alphas)
    });
    batch.for_each(parts, |(item, loss, alphas)| {
        let log_probs = batch.of_item(log_probs, item.at);
        *loss = if keep {
            item.loss(batch, log_probs, alphas)
        } else {
            item.loss(batch, log_probs, &mut PooledVec::unset(batch.alphas()))
        };
    });
    (losses, alphas)
}

/// Returns the cotangent of `log_probs`, given those of the losses. That of an infinite loss is NaN.
pub(crate) fn ctc_vjp<E: Element>(
    batch: Ctc<'_>,
    log_probs: &[E],
    losses: &[E],
    alphas: &[E],
    d: &[E],
) -> PooledVec<E> {
    let mut dlog_probs = PooledVec::zeros(log_probs.len());
    let size = (batch.steps * batch.classes).max(1);
    let parts = dlog_probs.chunks_exact_mut(size).enumerate().map(|(at, dx)| (batch.item(at), dx));
    batch.for_each(parts, |(item, dx)| {
        let (loss, d) = (losses[item.at], d[item.at]);
        if d.vanishes() {
            return;
        }
        if loss == -E::NEG_INFINITY {
            dx[..item.steps * batch.classes].fill(E::from_f64(f64::NAN));
            return;
        }
        item.add_vjp(batch, &alphas[item.at * batch.alphas()..][..batch.alphas()], d, dx);
    });
    dlog_probs
}

impl<'t> Ctc<'t> {
    fn item(self, at: usize) -> Item<'t> {
        let target = &self.targets[at * self.width..][..self.target_lengths[at]];
        Item { at, steps: self.input_lengths[at], target }
    }

    /// The elements of each step of one item.
    fn of_item<E>(self, log_probs: &[E], at: usize) -> &[E] {
        let size = self.steps * self.classes;
        &log_probs[at * size..][..size]
    }

    /// The size of a row of alphas.
    fn stride(self) -> usize {
        PAD + 2 * self.width + 1
    }

    /// The number of alphas of an item.
    fn alphas(self) -> usize {
        self.steps * self.stride()
    }

    fn for_each<P: Send>(self, parts: impl Iterator<Item = P>, each: impl Fn(P) + Sync) {
        if num_tasks(self.input_lengths.len() * self.alphas(), MIN_TASK_SIZE) > 1 {
            parallel_for_each(parts, each);
        } else {
            parts.for_each(each);
        }
    }
}

/// One item.
struct Item<'t> {
    at: usize,
    steps: usize,
    target: &'t [u32],
}

impl Item<'_> {
    fn states(&self) -> usize {
        2 * self.target.len() + 1
    }

    fn class(&self, state: usize, blank: usize) -> usize {
        if state.is_multiple_of(2) { blank } else { self.target[state / 2] as usize }
    }

    /// For each state, 0 if it may follow the state two before it, and -infinity otherwise: between different labels.
    fn skips<E: Element>(&self) -> PooledVec<E> {
        let skip = |state: usize| {
            let label = state / 2;
            let skips = state % 2 == 1 && label > 0 && self.target[label] != self.target[label - 1];
            if skips { E::ZERO } else { E::NEG_INFINITY }
        };
        (0..self.states()).map(skip).collect()
    }

    fn loss<E: Element>(&self, batch: Ctc<'_>, log_probs: &[E], alphas: &mut [E]) -> E {
        if self.steps == 0 {
            return if self.target.is_empty() { E::ZERO } else { -E::NEG_INFINITY };
        }
        let (states, stride, skips) = (self.states(), batch.stride(), self.skips::<E>());
        for (step, log_probs) in log_probs.chunks_exact(batch.classes).take(self.steps).enumerate() {
            let (before, after) = alphas.split_at_mut(step * stride);
            let after = &mut after[..PAD + states];
            after[..PAD].fill(E::NEG_INFINITY);
            for (state, alpha) in after[PAD..].iter_mut().enumerate() {
                // An alignment begins in one of the first two states.
                let possible = step > 0 || state < 2;
                *alpha = if possible { log_probs[self.class(state, batch.blank)] } else { E::NEG_INFINITY };
            }
            if step > 0 {
                advance(&before[(step - 1) * stride..][..PAD + states], &skips, &mut after[PAD..]);
            }
        }
        let [last, before] = self.ends(batch, alphas);
        -log_sum(last, before, E::NEG_INFINITY, MulAdd::PORTABLE)
    }

    /// The alphas of the states in which an alignment may end: the last blank and the last label.
    fn ends<E: Element>(&self, batch: Ctc<'_>, alphas: &[E]) -> [E; 2] {
        let row = &alphas[(self.steps - 1) * batch.stride()..];
        let end = PAD + self.states();
        [row[end - 1], row[end - 2]]
    }

    /// Adds the cotangents of the elements: -d times the probability of each state at each step, given the target.
    fn add_vjp<E: Element>(&self, batch: Ctc<'_>, alphas: &[E], d: E, dx: &mut [E]) {
        if self.steps == 0 {
            return;
        }
        let (states, stride, skips) = (self.states(), batch.stride(), self.skips::<E>());
        let row = |step: usize| &alphas[step * stride..][..PAD + states];
        // The probabilities of the states, after those of the first row that are none.
        let mut probs = PooledVec::zeros(PAD + states);
        let [last, before] = self.ends(batch, alphas);
        let (of_last, of_before, _) = shares(last, before, E::NEG_INFINITY, MulAdd::PORTABLE);
        probs[PAD + states - 1] = of_last;
        probs[PAD + states - 2] = of_before;
        let mut parts = [(); 3].map(|()| PooledVec::zeros(PAD + states));
        for step in (0..self.steps).rev() {
            let dx = &mut dx[step * batch.classes..][..batch.classes];
            for (state, &prob) in probs[PAD..].iter().enumerate() {
                dx[self.class(state, batch.blank)] -= d * prob;
            }
            if step > 0 {
                let [stays, nexts, skippeds] = &mut parts;
                let probs = &mut probs[PAD..];
                split(
                    row(step - 1),
                    &skips,
                    probs,
                    &mut stays[..states],
                    &mut nexts[..states],
                    &mut skippeds[..states],
                );
                collect(stays, nexts, skippeds, probs);
            }
        }
    }
}

vectorized! {
    /// Adds to each alpha the logarithm of the sum of the states that it may follow; `before` has PAD more states.
    fn advance[E: Element](before: &[E], skips: &[E], alphas: &mut [E]; mul_add) {
        let following = before[2..].iter().zip(&before[1..]).zip(before).zip(skips);
        for (alpha, (((&stay, &next), &skipped), &skip)) in alphas.iter_mut().zip(following) {
            *alpha += log_sum(stay, next, skipped + skip, mul_add);
        }
    }
}

vectorized! {
    /// Splits the probability of each state among those that it may follow.
    fn split[E: Element](
        before: &[E],
        skips: &[E],
        probs: &[E],
        stays: &mut [E],
        nexts: &mut [E],
        skippeds: &mut [E];
        mul_add
    ) {
        let following = before[2..].iter().zip(&before[1..]).zip(before).zip(skips);
        let parts = stays.iter_mut().zip(nexts).zip(skippeds);
        for ((((&stay, &next), &skipped), &skip), (&prob, ((to_stay, to_next), to_skipped))) in following.zip(probs.iter().zip(parts)) {
            let (stay, next, skipped) = shares(stay, next, skipped + skip, mul_add);
            // A state that no alignment reaches has none to share.
            let none = prob.vanishes();
            *to_stay = if none { E::ZERO } else { prob * stay };
            *to_next = if none { E::ZERO } else { prob * next };
            *to_skipped = if none { E::ZERO } else { prob * skipped };
        }
    }
}

vectorized! {
    /// The probabilities of the states before, from the parts of [`split`], whose last elements are 0.
    fn collect[E: Element](stays: &[E], nexts: &[E], skippeds: &[E], probs: &mut [E]) {
        let parts = stays.iter().zip(&nexts[1..]).zip(&skippeds[2..]);
        for (prob, ((&stay, &next), &skipped)) in probs.iter_mut().zip(parts) {
            *prob = stay + next + skipped;
        }
    }
}

/// The logarithm of the sum of the exponentials; -infinity if all are. NaN is kept.
#[inline(always)]
fn log_sum<E: Element>(a: E, b: E, c: E, mul_add: MulAdd) -> E {
    let (high, low) = (larger(a, b), if a > b { b } else { a });
    let (largest, second) = (larger(high, c), if high > c { c } else { high });
    let top = finite(largest);
    largest + ((second - top).exp_by(mul_add) + (low - top).exp_by(mul_add)).ln_1p_by(mul_add)
}

/// The share of each exponential in their sum.
#[inline(always)]
fn shares<E: Element>(a: E, b: E, c: E, mul_add: MulAdd) -> (E, E, E) {
    let top = finite(larger(larger(a, b), c));
    let (a, b, c) = ((a - top).exp_by(mul_add), (b - top).exp_by(mul_add), (c - top).exp_by(mul_add));
    let factor = E::ONE / (a + b + c);
    (a * factor, b * factor, c * factor)
}

#[inline(always)]
fn larger<E: Element>(a: E, b: E) -> E {
    if a > b { a } else { b }
}

#[inline(always)]
fn finite<E: Element>(largest: E) -> E {
    if largest == E::NEG_INFINITY { E::ZERO } else { largest }
}
