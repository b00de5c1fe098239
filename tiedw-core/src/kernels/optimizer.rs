//! Optimizer steps on a single parameter.

use super::rows::share_of;
use super::simd::vectorized;
use super::threads::parallel_for_each;
use crate::Element;

/// The hyperparameters of a step of SGD with momentum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SgdStep<E> {
    pub(crate) lr: E,
    pub(crate) momentum: E,
    /// Coupled weight decay: g + decay · w replaces g.
    pub(crate) decay: E,
    pub(crate) nesterov: bool,
}

/// w -= lr · (g + decay · w).
#[inline]
pub(crate) fn sgd<E: Element>(w: &mut [E], g: &[E], lr: E, decay: E) {
    if w.len() < FEW { sgd_few(w, g, lr, decay) } else { E::sgd_wide(w, g, lr, decay) }
}

pub(crate) fn sgd_wide<E: Element>(w: &mut [E], g: &[E], lr: E, decay: E) {
    match share_of(w.len(), 1, MIN_TASK_SIZE) {
        None => sgd_piece(w, g, lr, decay),
        Some(size) => {
            parallel_for_each(w.chunks_mut(size).zip(g.chunks(size)), |(w, g)| sgd_piece(w, g, lr, decay))
        }
    }
}

#[inline(always)]
fn sgd_few<E: Element>(w: &mut [E], g: &[E], lr: E, decay: E) {
    for (w, &g) in w.iter_mut().zip(g) {
        let g = g + decay * *w;
        *w -= lr * g;
    }
}

vectorized! {
    fn sgd_piece[E: Element](w: &mut [E], g: &[E], lr: E, decay: E) {
        sgd_few(w, g, lr, decay);
    }
}

/// v = momentum · v + g; w -= lr · v, or with Nesterov momentum w -= lr · (g + momentum · v).
#[inline]
pub(crate) fn sgd_momentum<E: Element>(w: &mut [E], g: &[E], v: &mut [E], step: SgdStep<E>) {
    match share_of(w.len(), 1, MIN_TASK_SIZE) {
        None => sgd_momentum_piece(w, g, v, step),
        Some(size) => {
            let parts = w.chunks_mut(size).zip(g.chunks(size)).zip(v.chunks_mut(size));
            parallel_for_each(parts, |((w, g), v)| sgd_momentum_piece(w, g, v, step));
        }
    }
}

vectorized! {
    fn sgd_momentum_piece[E: Element](w: &mut [E], g: &[E], v: &mut [E], step: SgdStep<E>) {
        for ((w, &g), v) in w.iter_mut().zip(g).zip(v) {
            let g = g + step.decay * *w;
            *v = step.momentum * *v + g;
            *w -= step.lr * if step.nesterov { g + step.momentum * *v } else { *v };
        }
    }
}

/// The hyperparameters of a step of Adam.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdamStep<E> {
    /// Coupled weight decay: g + decay · w replaces g.
    pub(crate) decay: E,
    /// Decoupled weight decay: the factor of each weight.
    pub(crate) shrink: E,
    /// 1 - β₁.
    pub(crate) keep1: E,
    pub(crate) beta2: E,
    /// 1 - β₂.
    pub(crate) keep2: E,
    /// The learning rate over 1 - β₁ᵗ.
    pub(crate) step_size: E,
    /// 1 / √(1 - β₂ᵗ).
    pub(crate) correction: E,
    pub(crate) eps: E,
}

/// With fewer weights than this, dispatch to an ISA does not pay.
const FEW: usize = 64;
/// Fewer weights than this are not worth another thread; a step costs more per element than other loops.
const MIN_TASK_SIZE: usize = 1 << 13;

/// m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²; w -= step · m / (√v · correction + ε).
#[inline]
pub(crate) fn adam<E: Element>(w: &mut [E], g: &[E], m: &mut [E], v: &mut [E], step: AdamStep<E>) {
    match share_of(w.len(), 1, MIN_TASK_SIZE) {
        None => adam_piece(w, g, m, v, step),
        Some(size) => {
            let weights = w.chunks_mut(size).zip(g.chunks(size));
            let parts = weights.zip(m.chunks_mut(size).zip(v.chunks_mut(size)));
            parallel_for_each(parts, |((w, g), (m, v))| adam_piece(w, g, m, v, step));
        }
    }
}

vectorized! {
    fn adam_piece[E: Element](w: &mut [E], g: &[E], m: &mut [E], v: &mut [E], step: AdamStep<E>) {
        for ((w, &g), (m, v)) in w.iter_mut().zip(g).zip(m.iter_mut().zip(v)) {
            let g = g + step.decay * *w;
            *m += step.keep1 * (g - *m);
            *v = step.beta2 * *v + step.keep2 * (g * g);
            *w = *w * step.shrink - step.step_size * *m / (v.sqrt() * step.correction + step.eps);
        }
    }
}

/// w = shrink · w - lr · sign(β₁ m + (1 - β₁) g); m = β₂ m + (1 - β₂) g.
#[inline]
pub(crate) fn lion<E: Element>(w: &mut [E], g: &[E], m: &mut [E], lr: E, shrink: E, keeps: (E, E)) {
    match share_of(w.len(), 1, MIN_TASK_SIZE) {
        None => lion_piece(w, g, m, lr, shrink, keeps),
        Some(size) => {
            let parts = w.chunks_mut(size).zip(g.chunks(size)).zip(m.chunks_mut(size));
            parallel_for_each(parts, |((w, g), m)| lion_piece(w, g, m, lr, shrink, keeps));
        }
    }
}

vectorized! {
    fn lion_piece[E: Element](w: &mut [E], g: &[E], m: &mut [E], lr: E, shrink: E, keeps: (E, E)) {
        for ((w, &g), m) in w.iter_mut().zip(g).zip(m) {
            let direction = *m + keeps.0 * (g - *m);
            let up = if direction > E::ZERO { lr } else { E::ZERO };
            let down = if direction < E::ZERO { lr } else { E::ZERO };
            *w = *w * shrink - (up - down);
            *m += keeps.1 * (g - *m);
        }
    }
}

/// The hyperparameters of a step of RMSprop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RmsStep<E> {
    pub(crate) lr: E,
    pub(crate) alpha: E,
    /// 1 - α.
    pub(crate) keep: E,
    pub(crate) eps: E,
    pub(crate) momentum: E,
    /// Coupled weight decay: g + decay · w replaces g.
    pub(crate) decay: E,
}

impl<E: Element> RmsStep<E> {
    /// s = α s + (1 - α) g²; returns g / (√s + ε).
    #[inline(always)]
    fn scaled(self, w: E, g: E, s: &mut E) -> E {
        let g = g + self.decay * w;
        *s = self.alpha * *s + self.keep * (g * g);
        g / (s.sqrt() + self.eps)
    }

    /// As [`scaled`](RmsStep::scaled), with s less the square of the running mean of the gradient.
    #[inline(always)]
    fn centered(self, w: E, g: E, s: &mut E, mean: &mut E) -> E {
        let g = g + self.decay * w;
        *s = self.alpha * *s + self.keep * (g * g);
        *mean += self.keep * (g - *mean);
        g / ((*s - *mean * *mean).sqrt() + self.eps)
    }

    /// b = momentum · b + step; w -= lr · b.
    #[inline(always)]
    fn accelerate(self, w: &mut E, b: &mut E, step: E) {
        *b = self.momentum * *b + step;
        *w -= self.lr * *b;
    }
}

/// RMSprop; centered if there is a `mean`, and with momentum if there is a `velocity`.
#[inline]
pub(crate) fn rms_prop<E: Element>(
    w: &mut [E],
    g: &[E],
    squares: &mut [E],
    mean: Option<&mut [E]>,
    velocity: Option<&mut [E]>,
    step: RmsStep<E>,
) {
    let Some(size) = share_of(w.len(), 1, MIN_TASK_SIZE) else {
        return rms_prop_piece(w, g, squares, mean, velocity, step);
    };
    let mut optional = [mean, velocity].map(|values| values.map(|values| values.chunks_mut(size)));
    let parts = w.chunks_mut(size).zip(g.chunks(size)).zip(squares.chunks_mut(size)).map(|part| {
        let [mean, velocity] = optional.each_mut().map(|chunks| chunks.as_mut().and_then(Iterator::next));
        (part, mean, velocity)
    });
    parallel_for_each(parts, |(((w, g), squares), mean, velocity)| {
        rms_prop_piece(w, g, squares, mean, velocity, step)
    });
}

vectorized! {
    fn rms_prop_piece[E: Element](
        w: &mut [E],
        g: &[E],
        squares: &mut [E],
        mean: Option<&mut [E]>,
        velocity: Option<&mut [E]>,
        step: RmsStep<E>,
    ) {
        let rows = w.iter_mut().zip(g).zip(squares);
        match (mean, velocity) {
            (None, None) => rows.for_each(|((w, &g), s)| *w -= step.lr * step.scaled(*w, g, s)),
            (None, Some(velocity)) => rows.zip(velocity).for_each(|(((w, &g), s), b)| {
                let scaled = step.scaled(*w, g, s);
                step.accelerate(w, b, scaled);
            }),
            (Some(mean), None) => {
                rows.zip(mean).for_each(|(((w, &g), s), mean)| *w -= step.lr * step.centered(*w, g, s, mean));
            }
            (Some(mean), Some(velocity)) => {
                rows.zip(mean).zip(velocity).for_each(|((((w, &g), s), mean), b)| {
                    let scaled = step.centered(*w, g, s, mean);
                    step.accelerate(w, b, scaled);
                });
            }
        }
    }
}
