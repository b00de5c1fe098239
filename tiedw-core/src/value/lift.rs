//! Lists, options, tuples and what carries no gradient, over dual numbers.

use crate::dual::other_shape;
use crate::{Lift, ListCotangent, NoGradient};

impl<T: Lift> Lift for [T] {
    type Dual = Vec<T::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Vec<T::Dual> {
        same_count(self, tangent);
        let mut duals = Vec::with_capacity(self.len());
        for (at, value) in self.iter().enumerate() {
            duals.push(value.lift(tangent.map(|tangent| &tangent[at])));
        }
        duals
    }
}

impl<T: Lift> Lift for Vec<T> {
    type Dual = Vec<T::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Vec<T::Dual> {
        self.as_slice().lift(tangent.map(Vec::as_slice))
    }
    fn parts(dual: Vec<T::Dual>) -> (Self, Self) {
        dual.into_iter().map(T::parts).unzip()
    }
}

impl<T: Lift, const N: usize> Lift for [T; N] {
    type Dual = [T::Dual; N];

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> [T::Dual; N] {
        let duals = self.as_slice().lift(tangent.map(<[T; N]>::as_slice));
        duals.try_into().unwrap_or_else(|_| unreachable!("a list is lifted to as many items"))
    }
    fn parts(dual: [T::Dual; N]) -> (Self, Self) {
        let mut pairs = dual.map(|dual| {
            let (value, tangent) = T::parts(dual);
            (Some(value), Some(tangent))
        });
        const ONCE: &str = "each item is taken once";
        let values = pairs.each_mut().map(|(value, _)| value.take().expect(ONCE));
        (values, pairs.map(|(_, tangent)| tangent.expect(ONCE)))
    }
}

impl<C: Lift> Lift for ListCotangent<C> {
    type Dual = ListCotangent<C::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Self::Dual {
        // The items that a cotangent does not have are 0.
        let at = |at| tangent.and_then(|tangent| tangent.iter().nth(at).flatten());
        let mut duals = Vec::new();
        for (number, item) in self.iter().enumerate() {
            #[allow(clippy::manual_map, reason = "a closure would not pass the caller on")]
            let dual = match item {
                Some(item) => Some(item.lift(at(number))),
                None => None,
            };
            duals.push(dual);
        }
        duals.into_iter().collect()
    }
    fn parts(dual: Self::Dual) -> (Self, Self) {
        let (values, tangents): (Vec<_>, Vec<_>) =
            dual.into_iter().map(|item| item.map(C::parts).unzip()).unzip();
        (values.into_iter().collect(), tangents.into_iter().collect())
    }
}

/// A value without a tangent, as a cotangent may be, has the tangent 0.
impl<T: Lift> Lift for Option<T> {
    type Dual = Option<T::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Option<T::Dual> {
        match (self, tangent) {
            (Some(value), tangent) => Some(value.lift(tangent.and_then(Option::as_ref))),
            (None, Some(Some(_))) => panic!("a tangent for a value that is `None`"),
            (None, _) => None,
        }
    }
    fn parts(dual: Option<T::Dual>) -> (Self, Self) {
        dual.map(T::parts).unzip()
    }
}

/// An error carries no gradient.
impl<T: Lift, E: Clone> Lift for Result<T, E> {
    type Dual = Result<T::Dual, E>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Result<T::Dual, E> {
        match (self, tangent) {
            (Ok(value), Some(Ok(tangent))) => Ok(value.lift(Some(tangent))),
            (Ok(value), None) => Ok(value.lift(None)),
            (Err(error), None | Some(Err(_))) => Err(error.clone()),
            (Ok(_), Some(Err(_))) => panic!("a tangent that is `Err` for a value that is `Ok`"),
            (Err(_), Some(Ok(_))) => panic!("a tangent that is `Ok` for a value that is `Err`"),
        }
    }
    fn parts(dual: Result<T::Dual, E>) -> (Self, Self) {
        match dual.map(T::parts) {
            Ok((value, tangent)) => (Ok(value), Ok(tangent)),
            Err(error) => (Err(error.clone()), Err(error)),
        }
    }
}

impl<T: Lift> Lift for Box<T> {
    type Dual = Box<T::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Box<T::Dual> {
        Box::new((**self).lift(tangent.map(|tangent| &**tangent)))
    }
    fn parts(dual: Box<T::Dual>) -> (Self, Self) {
        let (value, tangent) = T::parts(*dual);
        (Box::new(value), Box::new(tangent))
    }
}

#[track_caller]
fn same_count<T>(values: &[T], tangents: Option<&[T]>) {
    if let Some(tangents) = tangents
        && tangents.len() != values.len()
    {
        other_shape(&[tangents.len()], &[values.len()]);
    }
}

macro_rules! tuples {
    ($(($($part:ident $at:tt),+);)+) => {$(
        impl<$($part: Lift),+> Lift for ($($part,)+) {
            type Dual = ($($part::Dual,)+);

            #[track_caller]
            fn lift(&self, tangent: Option<&Self>) -> Self::Dual {
                ($(self.$at.lift(tangent.map(|tangent| &tangent.$at)),)+)
            }
            fn parts(dual: Self::Dual) -> (Self, Self) {
                let parts = ($($part::parts(dual.$at),)+);
                (($(parts.$at.0,)+), ($(parts.$at.1,)+))
            }
        }
    )+};
}
tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
}

macro_rules! without_gradient {
    ($([$($generics:tt)*] $type:ty)+) => {$(
        /// It carries no gradient.
        impl<$($generics)*> crate::Lift for $type {
            type Dual = Self;

            #[inline]
            fn lift(&self, _: Option<&Self>) -> Self {
                self.clone()
            }
            #[inline]
            fn parts(dual: Self) -> (Self, Self) {
                (dual.clone(), dual)
            }
        }
    )+};
}
without_gradient! { [] NoGradient }
pub(super) use without_gradient;

impl Lift for str {
    type Dual = String;

    fn lift(&self, _: Option<&Self>) -> String {
        self.to_owned()
    }
}
