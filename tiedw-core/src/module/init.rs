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
///
/// A size that is [`DYN`](crate::DYN) is known to the constructor of a layer, and not to `init`, which does not compile:
///
/// ```compile_fail,E0080
/// # use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::{DYN, Init, layers::Linear};
///
/// // Write `Linear::new(10, 5, &mut rng)`.
/// Linear::<10, DYN>::init(&mut StdRng::seed_from_u64(0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default initialization",
    label = "has no default distribution, or no default number of modules",
    note = "write `#[module(init = zeros)]`, for example, above a parameter; `#[module(init = |rng| ..)]` makes a `Vec` or an \
            `Option`"
)]
pub trait Init: Module {
    /// Creates a module with weights drawn from `rng`.
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self;

    /// The same for a part of a module, which reports sizes that are `DYN`.
    #[doc(hidden)]
    fn init_part<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self::init(rng)
    }
}
