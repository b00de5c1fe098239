//! The number type of a module's fields, which is one.

use super::{Module, Path};
use crate::Element;
use crate::param::{Parameter, ParameterMut};

/// A module whose parameters hold numbers of type `E`: what each field of a module with such numbers must be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold numbers of type `{E}`, as the first field of this module does",
    label = "its numbers are of another type",
    note = "all parameters of a module have one number type, the last argument of a layer: \
            `Linear<10, 5, Own, Own, f64>`"
)]
pub trait HasNumbers<E: Element>: Module {
    /// [`Module::visit`].
    fn visit_numbers<'a>(&'a self, path: &mut Path, visitor: &mut dyn FnMut(&Path, Parameter<'a, E>));

    /// [`Module::visit_mut`].
    fn visit_numbers_mut<'a>(
        &'a mut self,
        path: &mut Path,
        visitor: &mut dyn FnMut(&Path, ParameterMut<'a, E>),
    );

    /// [`Module::visit_buffers`].
    fn visit_buffer_numbers<'a>(&'a self, path: &mut Path, visitor: &mut dyn FnMut(&Path, Parameter<'a, E>));

    /// [`Module::visit_buffers_mut`].
    fn visit_buffer_numbers_mut<'a>(
        &'a mut self,
        path: &mut Path,
        visitor: &mut dyn FnMut(&Path, ParameterMut<'a, E>),
    );

    /// [`Module::update`].
    fn update_numbers<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [&mut [E]; S]),
    );
}

#[diagnostic::do_not_recommend]
impl<E: Element, M: Module<Elem = E>> HasNumbers<E> for M {
    fn visit_numbers<'a>(&'a self, path: &mut Path, visitor: &mut dyn FnMut(&Path, Parameter<'a, E>)) {
        self.visit(path, visitor);
    }
    fn visit_numbers_mut<'a>(
        &'a mut self,
        path: &mut Path,
        visitor: &mut dyn FnMut(&Path, ParameterMut<'a, E>),
    ) {
        self.visit_mut(path, visitor);
    }
    fn visit_buffer_numbers<'a>(&'a self, path: &mut Path, visitor: &mut dyn FnMut(&Path, Parameter<'a, E>)) {
        self.visit_buffers(path, visitor);
    }
    fn visit_buffer_numbers_mut<'a>(
        &'a mut self,
        path: &mut Path,
        visitor: &mut dyn FnMut(&Path, ParameterMut<'a, E>),
    ) {
        self.visit_buffers_mut(path, visitor);
    }
    #[inline]
    fn update_numbers<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [&mut [E]; S]),
    ) {
        self.update(gradient, state, rule);
    }
}
