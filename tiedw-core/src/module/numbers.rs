//! The number type of a module's fields, which is one.

use super::{Module, Path};
use crate::Element;
use crate::param::{Parameter, ParameterMut, StateMut};

/// Which numbers of a module are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Those of its parameters.
    Parameters,
    /// Those of its buffers.
    Buffers,
}

/// What is called for each parameter.
pub type Visitor<'v, 'a, E> = &'v mut (dyn FnMut(&Path, Parameter<'a, E>) + 'v);

/// What is called for each parameter, which it may change.
pub type VisitorMut<'v, 'a, E> = &'v mut (dyn FnMut(&Path, ParameterMut<'a, E>) + 'v);

/// A module whose parameters hold numbers of type `E`: what each field of a module with such numbers must be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold numbers of type `{E}`, as the first field of this module does",
    label = "its numbers are of another type",
    note = "all parameters of a module have one number type, the last argument of a layer: \
            `Linear<10, 5, Own, Own, f64>`"
)]
pub trait HasNumbers<E: Element>: Module {
    /// [`Module::visit`] or [`Module::visit_buffers`].
    fn visit_numbers<'a>(&'a self, which: Numbers, path: &mut Path, visitor: Visitor<'_, 'a, E>);

    /// [`Module::visit_mut`] or [`Module::visit_buffers_mut`].
    fn visit_numbers_mut<'a>(&'a mut self, which: Numbers, path: &mut Path, visitor: VisitorMut<'_, 'a, E>);

    /// `Module::finish`.
    fn finish_numbers(&mut self);

    /// [`Module::update`].
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
