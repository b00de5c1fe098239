//! Finds the owner of a name. The checks are in `tests/fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/names.rs"]
mod names;
#[path = "../../tests/fuzz/nets.rs"]
mod nets;

fuzz_target!(|bytes: &[u8]| names::check(bytes));
