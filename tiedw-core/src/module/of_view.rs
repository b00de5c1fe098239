//! Modules that are made from their views.

use super::{Absent, Frozen, Gradient, Module, Tied, Weight};

/// A module that can be made from its view: a differentiated body has no more than that, and runs other code over dual numbers,
/// which needs the module.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be lifted to dual numbers within a body",
    label = "forward mode within a body needs all parts over dual numbers"
)]
pub trait OfView: Module {
    /// The module again. Its weights are shared, and copied only where they change. Of what it borrows there is none: its own ties
    /// are those of the new module.
    fn of_view(view: &Self::View<'_, Weight>) -> Self;

    /// Adds this gradient to another.
    fn add_to_view(self, gradient: Self::View<'_, Gradient>);
}

impl<M: Module> OfView for Tied<M> {
    fn of_view(_: &M::View<'_, Weight>) -> Self {
        Tied::new()
    }
    fn add_to_view(self, _: M::View<'_, Gradient>) {}
}

impl<M: Module> OfView for Absent<M> {
    fn of_view(view: &Absent<M>) -> Self {
        *view
    }
    fn add_to_view(self, _: Absent<M>) {}
}

impl<M: OfView> OfView for Frozen<M> {
    fn of_view(view: &M::View<'_, Weight>) -> Self {
        Frozen::new(M::of_view(view))
    }
    fn add_to_view(self, _: M::View<'_, Gradient>) {}
}

impl<M: OfView> OfView for Option<M> {
    fn of_view(view: &Option<M::View<'_, Weight>>) -> Self {
        view.as_ref().map(M::of_view)
    }
    fn add_to_view(self, gradient: Option<M::View<'_, Gradient>>) {
        if let Some((module, gradient)) = self.zip(gradient) {
            module.add_to_view(gradient);
        }
    }
}

impl<M: OfView> OfView for Vec<M> {
    fn of_view(view: &Self::View<'_, Weight>) -> Self {
        view.iter().map(M::of_view).collect()
    }
    fn add_to_view(self, gradient: Self::View<'_, Gradient>) {
        self.into_iter()
            .zip(gradient.iter())
            .for_each(|(module, gradient)| module.add_to_view(gradient.clone()));
    }
}

impl<M: OfView, const N: usize> OfView for [M; N] {
    fn of_view(view: &[M::View<'_, Weight>; N]) -> Self {
        view.each_ref().map(M::of_view)
    }
    fn add_to_view(self, gradient: [M::View<'_, Gradient>; N]) {
        self.into_iter().zip(gradient).for_each(|(module, gradient)| module.add_to_view(gradient));
    }
}

macro_rules! tuples {
    ($($first:ident $first_index:tt $(, $rest:ident $index:tt)*;)+) => {$(
        impl<$first: OfView, $($rest: OfView + Module<Elem = $first::Elem>),*> OfView for ($first, $($rest,)*) {
            fn of_view(view: &Self::View<'_, Weight>) -> Self {
                ($first::of_view(&view.$first_index), $($rest::of_view(&view.$index),)*)
            }
            fn add_to_view(self, gradient: Self::View<'_, Gradient>) {
                self.$first_index.add_to_view(gradient.$first_index);
                $(self.$index.add_to_view(gradient.$index);)*
            }
        }
    )+};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, F 4;
    A 0, B 1, C 2, D 3, F 4, G 5;
}
