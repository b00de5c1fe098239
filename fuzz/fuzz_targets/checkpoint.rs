//! Loads the input as a checkpoint. The checks are in `tests/fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/fuzz/checkpoint.rs"]
mod checkpoint;
#[path = "../../tests/fuzz/nets.rs"]
mod nets;

fuzz_target!(|bytes: &[u8]| checkpoint::check(bytes));
