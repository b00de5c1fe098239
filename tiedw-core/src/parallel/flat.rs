//! All parameters of a module in one flat vector, for a transport.

#[cfg(feature = "mpi")]
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Deref, DerefMut};

use crate::module::{Kind, Path};
use crate::param::Shape;
use crate::{Element, Module};

/// The values of all own parameters of a module, in field order: each once, however many fields are tied to it.
///
/// It dereferences to a slice, and remembers which parameters the values belong to. It is only copied to a module with
/// the same parameters. Equal lengths are not sufficient: with a frozen module or one more block, values would be
/// assigned to the wrong parameters. The counterpart of `torch.nn.utils.parameters_to_vector`.
///
/// ```
/// use tiedw_core::parallel::FlatVector;
/// use tiedw_core::{Matrix, Vector};
///
/// let mut pair = (Matrix::<1, 2>::from_vec(vec![1.0, 2.0]), Vector::<1>::from_vec(vec![3.0]));
/// let mut flat = FlatVector::of(&pair);
/// assert_eq!(*flat, [1.0, 2.0, 3.0]);
///
/// flat.iter_mut().for_each(|number| *number *= 2.0);
/// flat.copy_to(&mut pair);
/// assert_eq!((pair.0[(0, 1)], pair.1[0]), (4.0, 6.0));
/// ```
#[derive(Clone, Debug, Default)]
pub struct FlatVector<E = f32> {
    values: Vec<E>,
    parts: Vec<Part>,
}

/// One parameter in a flat vector.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    path: Path,
    shape: Shape,
    /// Whether the parameter, as a gradient, took part in the backward pass.
    took_part: bool,
}

impl<E: Element> FlatVector<E> {
    /// Copies the parameters of a module.
    pub fn of<M: Module<Elem = E>>(module: &M) -> Self {
        let mut flat = FlatVector { values: Vec::new(), parts: Vec::new() };
        flat.copy_from(module);
        flat
    }

    /// Copies the parameters of another module, which may differ, into the same memory.
    ///
    /// ```
    /// # use tiedw_core::{Vector, parallel::FlatVector};
    /// let mut flat = FlatVector::of(&Vector::from([1.0, 2.0]));
    /// flat.copy_from(&(Vector::from([3.0]), Vector::from([4.0])));
    /// assert_eq!(*flat, [3.0, 4.0]);
    /// ```
    pub fn copy_from<M: Module<Elem = E>>(&mut self, module: &M) {
        let (mut at, parts) = (0, &mut self.parts);
        self.values.clear();
        module.visit(Kind::Parameter, &mut Path::default(), &mut |path, parameter| {
            let (shape, took_part) = (parameter.shape(), parameter.took_part());
            match parts.get_mut(at) {
                // The common case: no path is cloned.
                Some(part) if part.path == *path => (part.shape, part.took_part) = (shape, took_part),
                _ => {
                    parts.truncate(at);
                    parts.push(Part { path: path.clone(), shape, took_part });
                }
            }
            at += 1;
            self.values.extend_from_slice(parameter.as_slice());
        });
        parts.truncate(at);
    }

    /// Copies the values to all own parameters of a module.
    ///
    /// # Panics
    /// If the parameters of the module differ from those that the values were copied from. The module is unchanged
    /// then.
    pub fn copy_to<M: Module<Elem = E>>(&self, module: &mut M) {
        let mut parts = self.parts.iter();
        module.visit(Kind::Parameter, &mut Path::default(), &mut |path, parameter| {
            let (part, shape) = (parts.next(), parameter.shape());
            assert!(
                part.is_some_and(|part| part.path == *path && part.shape == shape),
                "a flat vector of a different module: the module has `{path}` of shape {shape:?}, the vector {}",
                part.map_or("ends before it".into(), |part| format!(
                    "`{}` of {:?}",
                    part.path, part.shape
                ))
            );
        });
        if let Some(part) = parts.next() {
            panic!("a flat vector of a different module, which has no `{}`", part.path);
        }
        let (mut rest, mut parts) = (self.values.as_slice(), self.parts.iter());
        module.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut parameter| {
            take(&mut rest, parameter.as_mut_slice());
            parameter.set_took_part(parts.next().is_none_or(|part| part.took_part));
        });
    }

    /// Which of the parameters took part in the gradient, as elements 0 and 1 that can be summed.
    #[cfg(feature = "mpi")]
    pub(super) fn taking_part(&self) -> impl Iterator<Item = E> {
        self.parts.iter().map(|part| if part.took_part { E::ONE } else { E::ZERO })
    }

    /// Sets the values, and which of the parameters took part, from the sum of several such vectors.
    #[cfg(feature = "mpi")]
    pub(super) fn set(&mut self, sum: &[E], taking_part: &[E]) {
        self.values.copy_from_slice(sum);
        for (part, &times) in self.parts.iter_mut().zip(taking_part) {
            part.took_part = times != E::ZERO;
        }
    }

    /// A hash of the paths and shapes of the parameters.
    #[cfg(feature = "mpi")]
    pub(super) fn layout(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.parts.iter().for_each(|part| (&part.path, part.shape).hash(&mut hasher));
        hasher.finish()
    }
}

impl<E> Deref for FlatVector<E> {
    type Target = [E];

    fn deref(&self) -> &[E] {
        &self.values
    }
}

impl<E> DerefMut for FlatVector<E> {
    fn deref_mut(&mut self) -> &mut [E] {
        &mut self.values
    }
}

/// Copies the first values to `values`, and removes them from `rest`.
pub(super) fn take<E: Copy>(rest: &mut &[E], values: &mut [E]) {
    let (first, others) = rest.split_at(values.len());
    values.copy_from_slice(first);
    *rest = others;
}
