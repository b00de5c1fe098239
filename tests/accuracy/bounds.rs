//! The guaranteed accuracy of each function.

/// The maximum distance of a result from the exact one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// In units in the last place, also for subnormal results.
    Ulps(f64),
    /// Relative to the exact result, but at least two units in the last place, which matters for subnormal results.
    Relative(f64),
    /// Relative to the magnitude of the summands, for sums that may be near 0.
    OfTerms(f64),
}
use Bound::{OfTerms, Relative, Ulps};

/// Name, bound, and an absolute error that is allowed in addition, for results that approach 0.
#[rustfmt::skip]
const BOUNDS: &[(&str, Bound, f64)] = &[
    ("exp",                         Ulps(2.0),       0.0),
    ("ln",                          Ulps(2.0),       0.0),
    ("tanh",                        Ulps(2.0),       0.0),
    ("expm1",                       Ulps(3.0),       0.0),
    ("log1p",                       Ulps(2.0),       0.0),
    ("exp2",                        Ulps(2.0),       0.0),
    ("log2",                        Ulps(2.0),       0.0),
    ("log10",                       Ulps(3.0),       0.0),
    ("sinh",                        Ulps(3.0),       0.0),
    ("cosh",                        Ulps(3.0),       0.0),
    ("asinh",                       Ulps(4.0),       0.0),
    ("acosh",                       Ulps(4.0),       0.0),
    ("atanh",                       Ulps(4.0),       0.0),
    ("cbrt",                        Ulps(1.5),       0.0),
    ("erfc",                        Relative(5e-7),  1e-44),
    ("asin",                        Ulps(2.5),       0.0),
    ("acos",                        Ulps(2.0),       0.0),
    ("atan",                        Ulps(2.0),       0.0),
    ("sin",                         Ulps(1.0),       0.0),
    ("cos",                         Ulps(1.0),       0.0),
    ("tan",                         Ulps(2.0),       0.0),
    ("erf",                         Ulps(2.0),       0.0),
    ("softplus",                    Ulps(3.0),       0.0),
    ("log_sigmoid",                 Ulps(3.0),       0.0),
    ("mish",                        Relative(6e-7),  1e-43),
    ("elu",                         Ulps(4.0),       0.0),
    ("powf",                        Ulps(1.5),       0.0),
    ("rsqrt",                       Ulps(2.0),       0.0),
    ("sigmoid",                     Ulps(2.5),       0.0),
    // x times a subnormal number.
    ("silu",                        Relative(4e-7),  1e-43),
    ("gelu",                        Relative(5e-7),  3e-44),
    ("gelu_tanh",                   Relative(1e-6),  0.0),
    // The argument of exp is rounded, and the error grows with its magnitude.
    ("gelu_tanh below -3",          Relative(3e-6),  0.0),
    ("gelu_tanh below -5",          Relative(2e-5),  3e-44),
    ("derivative of tanh",          OfTerms(2.5e-7), 0.0),
    ("derivative of sin",           Ulps(1.0),       0.0),
    ("derivative of cos",           Ulps(1.0),       0.0),
    ("derivative of erf",           OfTerms(2.5e-7), 0.0),
    ("derivative of softplus",      OfTerms(2.5e-7), 0.0),
    ("derivative of log_sigmoid",   OfTerms(2.5e-7), 0.0),
    ("derivative of mish",          OfTerms(5e-7),   0.0),
    ("derivative of sigmoid",       OfTerms(2.5e-7), 0.0),
    ("derivative of silu",          OfTerms(2.5e-7), 0.0),
    ("derivative of gelu",          OfTerms(2.5e-7), 0.0),
    ("derivative of gelu_tanh",     OfTerms(2.5e-7), 0.0),
    ("softmax",                     OfTerms(1e-6),   0.0),
    ("log_softmax",                 OfTerms(5e-7),   0.0),
    ("cross entropy",               OfTerms(1e-6),   0.0),
    ("derivative of cross entropy", OfTerms(1e-6),   0.0),
    ("bce_with_logits",             Relative(3e-7),  0.0),
    ("derivative of bce",           OfTerms(2.5e-7), 0.0),
    ("layer norm",                  OfTerms(5e-7),   0.0),
    ("SGD",                         OfTerms(5e-7),   0.0),
    ("Adam",                        OfTerms(5e-7),   0.0),
    ("AdamW",                       OfTerms(5e-7),   0.0),
    ("RMSprop",                     OfTerms(5e-7),   0.0),
    ("Lion",                        OfTerms(5e-7),   0.0),
];

/// The worst result of a function, as a fraction of its bound.
pub(crate) struct Worst {
    name: &'static str,
    bound: Bound,
    absolute: f64,
    part: f64,
    words: String,
}

impl Worst {
    pub(crate) fn of(name: &'static str) -> Self {
        let line = BOUNDS.iter().find(|(bounded, ..)| *bounded == name);
        let &(_, bound, absolute) = line.expect("a bound in the table");
        Worst { name, bound, absolute, part: 0.0, words: String::new() }
    }

    /// Compares a result with the exact one; `terms` is the magnitude of its summands.
    pub(crate) fn see(&mut self, ours: f32, exact: f64, terms: f64, at: impl FnOnce() -> String) {
        if ours.is_nan() && exact.is_nan() || f64::from(ours) == exact || ours == exact as f32 {
            return;
        }
        // Infinity counts as the successor of the largest finite number.
        let number =
            if ours.is_infinite() { f64::from(ours.signum()) * 2.0_f64.powi(128) } else { ours.into() };
        let error = (number - exact).abs();
        let allowed = match self.bound {
            Bound::Ulps(count) => count * ulp(exact),
            Bound::Relative(part) => (part * exact.abs()).max(2.0 * ulp(exact)),
            Bound::OfTerms(part) => (part * terms).max(2.0 * ulp(exact)),
        };
        let allowed = allowed.max(self.absolute);
        let part = if error.is_nan() { f64::INFINITY } else { error / allowed };
        if part > self.part {
            self.part = part;
            self.words = format!(
                "{ours:e} at {}, exactly {exact:e}: {:.2} units, {:.1e} of it, {:.1e} of its terms",
                at(),
                error / ulp(exact),
                error / exact.abs(),
                error / terms
            );
        }
    }

    pub(crate) fn check(self) {
        println!("{}: {:.2} of {:?}; {}", self.name, self.part, self.bound, self.words);
        assert!(self.part <= 1.0, "{} is not within {:?}: {}", self.name, self.bound, self.words);
    }
}

/// The spacing of `f32` values around `x`.
fn ulp(x: f64) -> f64 {
    let exponent = if x == 0.0 { -126 } else { libm::ilogb(x) };
    2.0_f64.powi(exponent.clamp(-126, 127) - 23)
}
