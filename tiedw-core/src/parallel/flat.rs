//! The numbers of a module in one row, as a transport wants them.

use crate::Module;
use crate::module::Path;

/// Writes the numbers of all own parameters into `vector`, one parameter after the other in field order: each once,
/// however many fields are tied to it.
///
/// What `vector` held is forgotten; its memory is used again. `torch.nn.utils.parameters_to_vector`.
///
/// ```
/// use tiedw_core::parallel::{parameters_to_vector, vector_to_parameters};
/// use tiedw_core::{Matrix, Vector};
///
/// let mut pair = (Matrix::<1, 2>::from_vec(vec![1.0, 2.0]), Vector::<1>::from_vec(vec![3.0]));
/// let mut vector = Vec::new();
/// parameters_to_vector(&pair, &mut vector);
/// assert_eq!(vector, [1.0, 2.0, 3.0]);
///
/// vector_to_parameters(&[4.0, 5.0, 6.0], &mut pair);
/// assert_eq!((pair.0[(0, 1)], pair.1[0]), (5.0, 6.0));
/// ```
pub fn parameters_to_vector<M: Module>(module: &M, vector: &mut Vec<M::Elem>) {
    vector.clear();
    module.visit(&mut Path::default(), &mut |_, parameter| vector.extend_from_slice(parameter.as_slice()));
}

/// Sets all own parameters to the numbers that [`parameters_to_vector`] wrote.
///
/// ```
/// use tiedw_core::{Vector, parallel::vector_to_parameters};
///
/// let mut pair = (Vector::<2>::zeros(), Vector::<1>::zeros());
/// vector_to_parameters(&[4.0, 5.0, 6.0], &mut pair);
/// assert_eq!((pair.0[1], pair.1[0]), (5.0, 6.0));
/// ```
///
/// # Panics
/// Where there are more or fewer numbers than the parameters have.
pub fn vector_to_parameters<M: Module>(vector: &[M::Elem], module: &mut M) {
    let expected = module.num_parameters();
    assert!(vector.len() == expected, "{} numbers for parameters that have {expected}", vector.len());
    let mut rest = vector;
    module.visit_mut(&mut Path::default(), &mut |_, mut parameter| take(&mut rest, parameter.as_mut_slice()));
}

/// Takes the first of the numbers.
pub(super) fn take<E: Copy>(rest: &mut &[E], numbers: &mut [E]) {
    let (first, others) = rest.split_at(numbers.len());
    numbers.copy_from_slice(first);
    *rest = others;
}
