//! Traits and types of other crates, each behind a feature named after the crate.

#[cfg(feature = "approx")]
mod approx;
#[cfg(feature = "ndarray")]
mod ndarray;
