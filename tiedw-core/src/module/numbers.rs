//! The element type of a module, which all its fields share.

use super::{Module, Path};
use crate::Element;
use crate::param::{Parameter, ParameterMut, StateMut};

/// The kind of tensors that are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// The parameters.
    Parameters,
    /// The buffers.
    Buffers,
}

/// The visitor of parameters.
pub type Visitor<'v, 'a, E> = &'v mut (dyn FnMut(&Path, Parameter<'a, E>) + 'v);

/// The visitor of mutable parameters.
pub type VisitorMut<'v, 'a, E> = &'v mut (dyn FnMut(&Path, ParameterMut<'a, E>) + 'v);

/// A module with the element type `E`, which all fields of a module with this element type must be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold numbers of type `{E}`, as the first field of this module does",
    label = "its numbers are of another type",
    note = "all parameters of a module have one number type, the last argument of a layer: \
            `Linear<10, 5, Own, Own, f64>`"
)]
pub trait HasNumbers<E: Element>: Module {
    /// Calls [`Module::visit`] or [`Module::visit_buffers`].
    fn visit_numbers<'a>(&'a self, which: Numbers, path: &mut Path, visitor: Visitor<'_, 'a, E>);

    /// Calls [`Module::visit_mut`] or [`Module::visit_buffers_mut`].
    fn visit_numbers_mut<'a>(&'a mut self, which: Numbers, path: &mut Path, visitor: VisitorMut<'_, 'a, E>);

    /// Calls `Module::finish`.
    fn finish_numbers(&mut self);

    /// Calls [`Module::update`].
    fn update_numbers<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    );
}

#[diagnostic::do_not_recommend]
impl<E: Element, M: Module<Elem = E>> HasNumbers<E> for M {
    fn visit_numbers<'a>(&'a self, which: Numbers, path: &mut Path, visitor: Visitor<'_, 'a, E>) {
        match which {
            Numbers::Parameters => self.visit(path, visitor),
            Numbers::Buffers => self.visit_buffers(path, visitor),
        }
    }
    fn visit_numbers_mut<'a>(&'a mut self, which: Numbers, path: &mut Path, visitor: VisitorMut<'_, 'a, E>) {
        match which {
            Numbers::Parameters => self.visit_mut(path, visitor),
            Numbers::Buffers => self.visit_buffers_mut(path, visitor),
        }
    }
    #[inline]
    fn finish_numbers(&mut self) {
        self.finish();
    }
    #[inline]
    fn update_numbers<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    ) {
        self.update(gradient, state, rule);
    }
}
