//! Traits of other crates, each behind a feature of the crate's name.

#[cfg(feature = "approx")]
mod approx;
#[cfg(feature = "ndarray")]
mod ndarray;
