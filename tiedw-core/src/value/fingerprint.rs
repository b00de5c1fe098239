//! Numbers that tell values apart.

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

/// Asserts that code which ran again has computed the same value, by its fingerprints.
#[inline]
#[track_caller]
pub fn same_again(first: u64, again: u64) {
    assert!(
        first == again,
        "a function with closures computed another value when it ran again in the backward pass, so that the gradient would be of \
         that one: what it and its closures read must not change in between, as random numbers, statics and shared `Cell`s do; \
         compute what changes before, and let the closure capture it"
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
        assert_ne!(vec![1.0_f64].fingerprint(), vec![1.0_f64, 0.0].fingerprint());
        assert_ne!(Some(0.0_f64).fingerprint(), None::<f64>.fingerprint());
        assert_eq!((1.0_f32, Some(2.0_f64)).fingerprint(), (1.0_f32, Some(2.0_f64)).fingerprint());
    }
}
