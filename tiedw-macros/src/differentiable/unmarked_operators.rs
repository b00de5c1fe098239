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

/// Whether the method with this companion may be that of such an impl.
pub(super) fn may_be(companion: &Ident) -> bool {
    OPERATORS.iter().any(|(_, method, is_found)| is_found.load(Ordering::Relaxed) && companion == method)
}

/// Notes the impls in a file that may lack the attribute. The file is not parsed, which takes long.
pub(super) fn note(source: &str) {
    if !source.contains("Value") {
        return;
    }
    let mut is_marked = false;
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("impl")
            && !is_marked
            && let Some((head, _)) = line.split_once(" for ")
        {
            for (name, _, is_found) in &OPERATORS {
                let is_name = |word: &str| word == *name;
                if head.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_name) {
                    is_found.store(true, Ordering::Relaxed);
                }
            }
        }
        if !line.is_empty() && !line.starts_with("//") {
            is_marked = line.contains("differentiable");
        }
    }
}
