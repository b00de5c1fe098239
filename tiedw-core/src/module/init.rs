use rand::Rng;

use super::Module;

/// A module that can initialize its own weights.
///
/// Each owned parameter is initialized once, in field order, from PyTorch's default distribution for its
/// layer. A tied field is not initialized.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::{Init, Module, layers::Linear};
///
/// let mut rng = StdRng::seed_from_u64(0);
/// let layer = Linear::<10, 5>::init(&mut rng);
/// let bound = 1.0 / 10.0_f32.sqrt();
/// assert!(layer.parameters().flat_map(|p| p.as_slice()).all(|w| w.abs() <= bound));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot draw its own weights",
    label = "has no default number of modules, or no default distribution",
    note = "build the module as a struct literal, or use an array `[M; N]` where this is a `Vec`"
)]
pub trait Init: Module {
    /// Creates a module with weights drawn from `rng`.
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self;
}
