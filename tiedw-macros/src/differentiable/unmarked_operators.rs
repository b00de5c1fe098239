//! Operators of types of values without `#[differentiable(value)]`, as far as the files of the crate were read.
//!
//! The companions of operators are called without a check, which would take time for each, unless such an impl was found.

use std::sync::atomic::{AtomicBool, Ordering};

use proc_macro2::Ident;

/// Each trait, with the companion of its method, and whether an impl may lack the attribute.
static OPERATORS: [(&str, &str, AtomicBool); 5] = [
    ("Add", "add_vjp", AtomicBool::new(false)),
    ("Sub", "sub_vjp", AtomicBool::new(false)),
    ("Mul", "mul_vjp", AtomicBool::new(false)),
    ("Div", "div_vjp", AtomicBool::new(false)),
    ("Neg", "neg_vjp", AtomicBool::new(false)),
];

/// Whether there is such an impl at all.
static IS_ANY: AtomicBool = AtomicBool::new(false);

/// Whether the method with this companion may be that of such an impl.
pub(super) fn may_be(companion: &Ident) -> bool {
    IS_ANY.load(Ordering::Relaxed)
        && OPERATORS
            .iter()
            .any(|(_, method, is_found)| is_found.load(Ordering::Relaxed) && companion == method)
}

/// Notes the operator whose impl for a type of the user's own starts with a line above which the attribute is missing.
pub(super) fn note(line: &str) {
    let Some((head, _)) = line.split_once(" for ") else { return };
    for (name, _, is_found) in &OPERATORS {
        let is_name = |word: &str| word == *name;
        if head.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_name) {
            is_found.store(true, Ordering::Relaxed);
            IS_ANY.store(true, Ordering::Relaxed);
        }
    }
}
