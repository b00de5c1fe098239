use crate::Module;

/// The state of an optimizer: modules with the structure of the model, and a step count.
///
/// ```
/// use tiedw_core::optim::{OptimizerState, Sgd};
/// use tiedw_core::Vector;
///
/// let mut sgd = Sgd::new(0.1).momentum(0.9);
/// sgd.step(&mut Vector::<1>::zeros(), &Vector::from_vec(vec![2.0]));
/// let [(name, Some(velocity))] = sgd.parts()[..] else { panic!() };
/// assert_eq!((name, velocity[0]), ("momentum_buffer", 2.0));
///
/// // Saves and restores the state by hand.
/// let (kept, mut resumed) = (velocity.clone(), Sgd::new(0.1).momentum(0.9));
/// *resumed.parts_mut()[0].1 = Some(kept);
/// assert_eq!((resumed.parts()[0].1, <Sgd<Vector<1>>>::NAME), (sgd.parts()[0].1, "Sgd"));
/// ```
pub trait OptimizerState<M: Module> {
    /// The name of the optimizer.
    const NAME: &'static str;

    /// Returns the state modules with PyTorch's names; each is `None` before the first step that needs it.
    fn parts(&self) -> Vec<(&'static str, &Option<M>)>;

    /// Returns the state modules mutably. The next step adapts them to the model, by name.
    fn parts_mut(&mut self) -> Vec<(&'static str, &mut Option<M>)>;

    /// Returns the number of steps, or 0 if the optimizer does not count them.
    fn steps(&self) -> u64 {
        0
    }

    /// Sets the number of steps.
    fn set_steps(&mut self, _: u64) {}
}
