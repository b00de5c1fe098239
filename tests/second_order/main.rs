//! Dual numbers as elements: what [`tests/gradients`] does not check with each operation.

mod kinks;
mod large;
mod numbers;
mod special_points;
mod stopped;
mod third;

use std::fmt::Debug;

/// Compares dual numbers with their tangents, which `==` does not.
#[track_caller]
fn assert_same(found: impl Debug, expected: impl Debug) {
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}
