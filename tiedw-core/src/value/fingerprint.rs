//! Numbers that tell values apart.

use std::cell::Cell;

/// Returns the fingerprint of a value with parts that have these. The order of the parts counts.
#[inline]
pub(crate) fn of(parts: impl IntoIterator<Item = u64>) -> u64 {
    let (mut sum, mut weight) = (0_u64, 1_u64);
    for part in parts {
        sum = sum.wrapping_add(part.wrapping_mul(weight));
        weight = weight.wrapping_add(2);
    }
    sum.wrapping_add(weight)
}

/// What a checkpoint has computed so far, as a number.
#[derive(Debug, Default)]
pub struct Trace(Cell<u64>);

impl Trace {
    /// Adds the fingerprint of what it has computed.
    #[inline]
    pub fn add(&self, fingerprint: u64) {
        self.0.set(self.0.get().wrapping_mul(31).wrapping_add(fingerprint));
    }

    /// Returns the number.
    #[inline]
    pub fn number(&self) -> u64 {
        self.0.get()
    }
}

/// Asserts that a function with closures which ran again has computed the same value, by its fingerprints.
#[inline]
#[track_caller]
pub fn same_in_function(first: u64, again: u64) {
    assert!(
        first == again,
        "a function with closures computed another value when it ran again in the backward pass, so that the gradient would be of \
         that one: what it and its closures read must not change in between, as random numbers, statics and shared `Cell`s do; \
         compute what changes before, and let the closure capture it"
    );
}

/// Asserts the same of a checkpoint.
#[inline]
#[track_caller]
pub fn same_in_checkpoint(first: u64, again: u64) {
    assert!(
        first == again,
        "a `#[checkpoint]` computed another value when it ran again in the backward pass, so that the gradient would be of that \
         one: what it reads must not change in between, as statics, shared `Cell`s and generators that a function makes do; \
         compute what changes before it, and take generators as arguments"
    );
}

#[cfg(test)]
mod tests {
    use crate::{Tensor, Value};

    #[test]
    fn other_values_have_other_fingerprints() {
        let values = [[1.0, 2.0], [2.0, 1.0], [1.0, 2.5], [-1.0, 2.0], [0.0, 0.0], [-0.0, 0.0]];
        let found: Vec<u64> = values.iter().map(|value| Tensor::<2>::from([*value]).fingerprint()).collect();
        for (position, fingerprint) in found.iter().enumerate() {
            assert!(!found[..position].contains(fingerprint), "{:?}", values[position]);
        }
        let many = Tensor::<1>::from_vec([1000], (0..1000).map(|at| at as f32).collect());
        for (a, b) in [(0, 64), (3, 999), (1, 128)] {
            let mut other = many.clone();
            other.as_mut_slice().swap(a, b);
            assert_ne!(many.fingerprint(), other.fingerprint(), "{a} and {b}");
        }
        let [nan, other] = [f64::NAN, -f64::NAN].map(|x| Tensor::<1, f64>::from([[x]]).fingerprint());
        assert_eq!(nan, other);
        assert_ne!(vec![1.0_f64].fingerprint(), vec![1.0_f64, 0.0].fingerprint());
        assert_ne!(Some(0.0_f64).fingerprint(), None::<f64>.fingerprint());
        assert_eq!((1.0_f32, Some(2.0_f64)).fingerprint(), (1.0_f32, Some(2.0_f64)).fingerprint());
    }
}
