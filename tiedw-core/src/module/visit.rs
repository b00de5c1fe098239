//! Visits to the parameters and buffers of a module.

use super::{Module, Path};
use crate::Element;
use crate::param::{Parameter, ParameterMut, StateMut};

/// What a visit is for.
///
/// ```
/// use tiedw_core::module::Kind;
/// use tiedw_core::{Module, Path, Vector};
///
/// let (pair, mut found) = ((Vector::<2>::zeros(), Vector::<1>::zeros()), Vec::new());
/// pair.visit(Kind::Parameter, &mut Path::default(), &mut |path, parameter| {
///     found.push(format!("{path} {:?}", parameter.shape()));
/// });
/// assert_eq!(found, ["0 [2]", "1 [1]"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Parameters, which optimizers update.
    Parameter,
    /// Buffers, such as running statistics: saved with the parameters, but not updated by optimizers.
    Buffer,
    /// Options that are `None`, as parameters without elements.
    #[doc(hidden)]
    Absent,
}

/// A function that is called with each tensor of a module.
///
/// ```
/// use tiedw_core::module::{Kind, Visitor};
/// use tiedw_core::{Module, Path, Vector};
///
/// fn each_parameter<'a>(module: &'a Vector<2>, visitor: Visitor<'_, 'a, f32>) {
///     module.visit(Kind::Parameter, &mut Path::default(), visitor);
/// }
/// let mut count = 0;
/// each_parameter(&Vector::zeros(), &mut |_, parameter| count += parameter.as_slice().len());
/// assert_eq!(count, 2);
/// ```
pub type Visitor<'v, 'a, E> = &'v mut (dyn FnMut(&Path, Parameter<'a, E>) + 'v);

/// A function that is called with each tensor of a module, mutably: see [`Visitor`].
pub type VisitorMut<'v, 'a, E> = &'v mut (dyn FnMut(&Path, ParameterMut<'a, E>) + 'v);

/// A module with the element type `E`, which all fields of a module have in common.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have elements of type `{E}`, as the first field of this module does",
    label = "its elements have another type",
    note = "all parameters of a module have one element type; `WithElem<Linear<10, 5>, f64>` is a layer in `f64`",
    note = "a type parameter says which it has by the bound `Module<Elem = {E}>`"
)]
pub trait HasElem<E: Element>: Sized {
    /// Calls [`Module::visit`].
    fn visit_elem<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, E>);

    /// Calls [`Module::visit_mut`].
    fn visit_elem_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, E>);

    /// Calls `Module::finish`.
    fn finish_elem(&mut self);

    /// Calls [`Module::update`].
    fn update_elem<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    );
}

#[diagnostic::do_not_recommend]
impl<E: Element, M: Module<Elem = E>> HasElem<E> for M {
    fn visit_elem<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, E>) {
        self.visit(kind, path, visitor);
    }
    fn visit_elem_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, E>) {
        self.visit_mut(kind, path, visitor);
    }
    #[inline]
    fn finish_elem(&mut self) {
        self.finish();
    }
    #[inline]
    fn update_elem<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    ) {
        self.update(gradient, state, rule);
    }
}
