//! Checks that a function and its companion belong together.
//!
//! A body's `f(x)` becomes `f_vjp(x)`. If `f` is a user's function that shadows an imported one, `f_vjp` may still be the
//! imported one: the gradient of another function.

use std::any::type_name;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the function and the companion of a call were found to belong together.
#[derive(Debug)]
pub struct Paired(AtomicBool);

impl Paired {
    /// Nothing is found yet.
    #[allow(clippy::new_without_default)]
    #[must_use]
    pub const fn new() -> Self {
        Paired(AtomicBool::new(false))
    }

    #[inline]
    #[track_caller]
    fn check<F, G>(&self) {
        if !self.0.load(Ordering::Relaxed) {
            assert_paired(type_name::<F>(), type_name::<G>());
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Panics if a companion is not that of the function, by their paths.
#[cold]
#[track_caller]
fn assert_paired(function: &str, companion: &str) {
    let [function, companion] = [function, companion].map(without_arguments);
    assert!(
        companion.strip_suffix("_vjp") == Some(function),
        "`{function}` is called, but the companion in scope is `{companion}`: put `#[differentiable]` on `{function}`, or \
         give it another name"
    );
}

/// The path of a function, without its generic arguments.
fn without_arguments(name: &str) -> &str {
    let mut open = 0_usize;
    let start = name.rfind(|c| {
        match c {
            '>' => open += 1,
            '<' => open -= 1,
            _ => {}
        }
        open == 0
    });
    match start {
        Some(start) if name.ends_with('>') => &name[..start],
        _ => name,
    }
}

macro_rules! of_arity {
    ($($name:ident($($argument:ident),+))*) => {
        impl Paired {
            $(
                /// Returns the companion of a function.
                #[inline]
                #[track_caller]
                pub fn $name<$($argument,)+ R, P, F, G>(&self, _: F, companion: G) -> G
                where
                    F: FnOnce($($argument),+) -> R,
                    G: FnOnce($($argument),+) -> P,
                {
                    self.check::<F, G>();
                    companion
                }
            )*
        }
    };
}

of_arity! {
    of_1(A)
    of_2(A, B)
    of_3(A, B, C)
    of_4(A, B, C, D)
    of_5(A, B, C, D, E)
    of_6(A, B, C, D, E, H)
    of_7(A, B, C, D, E, H, I)
    of_8(A, B, C, D, E, H, I, J)
}
