//! `Box`: the cotangent is boxed too, so that the cotangent of a recursive type has a size.

use crate::value::{Accumulate, AddTo, Discrete, Value};

impl<T: Value + ?Sized> Value for Box<T> {
    type Owned = Self;
    type Cotangent = Box<T::Cotangent>;

    #[inline]
    fn by_ref(&self) -> &Self {
        self
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        (**self).has_tangents()
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        (**self).fingerprint()
    }
    #[inline]
    #[track_caller]
    fn detach(&mut self) {
        (**self).detach();
    }
}

impl<T: Discrete + ?Sized> Discrete for Box<T> {}

impl<C: Accumulate> Accumulate for Box<C> {
    #[inline]
    fn accumulate(&mut self, other: Self) {
        C::accumulate(self, *other);
    }
}

/// From the content of a box, such as `*tree`, to the box.
#[diagnostic::do_not_recommend]
impl<C: Accumulate> AddTo<Box<C>> for C {
    #[inline]
    fn add_to(self, slot: &mut Option<Box<C>>) {
        match slot {
            Some(sum) => C::accumulate(sum, self),
            None => *slot = Some(Box::new(self)),
        }
    }
}

/// From a box, such as `Box::new(tree)`, to its content.
#[diagnostic::do_not_recommend]
impl<C: Accumulate> AddTo<C> for Box<C> {
    #[inline]
    fn add_to(self, slot: &mut Option<C>) {
        C::add_to(*self, slot);
    }
}
