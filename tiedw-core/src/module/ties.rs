//! The ties of a module with several named holes.
//!
//! A struct of ties starts with every hole [`Open`]. Methods named after the holes fill them one by one. It
//! is finished when every required hole is filled.

use std::marker::PhantomData;

use super::{Module, Role, ViewOf, Wanted};

/// A hole of type `T` that is not filled yet.
pub struct Open<T>(PhantomData<fn() -> T>);

impl<T> Open<T> {
    /// Creates an open hole.
    pub const fn new() -> Self {
        Open(PhantomData)
    }
}

impl<T> Default for Open<T> {
    fn default() -> Self {
        Open::new()
    }
}

impl<T> std::fmt::Debug for Open<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Open")
    }
}

/// A filled hole.
#[derive(Clone, Copy, Debug)]
pub struct Filled<T>(pub T);

/// Ties whose holes can be filled by name.
#[diagnostic::on_unimplemented(
    message = "this field has no open ties to close by name",
    label = "owns all its weights, or is tied as a whole",
    note = "a field of type `Tied<M>` is tied as a whole: `#[tie(source)]`; \
            a layer borrows one weight where its type says so: `Linear<64, 784, Tied>`"
)]
pub trait Holes {
    /// The ties with every hole open.
    type Open;

    /// Returns the ties with every hole open.
    fn open() -> Self::Open;

    /// Returns the open ties of a hole that is itself a struct of ties.
    #[inline]
    fn within(_: Open<Self>) -> Self::Open
    where
        Self: Sized,
    {
        Self::open()
    }
}

/// The type of a hole that a tie can fill.
#[diagnostic::on_unimplemented(
    message = "this names no borrowed weight, so it cannot be tied",
    label = "a weight that its layer owns, or a layer that borrows only some weights",
    note = "for a weight, let the type of its layer say that it borrows it: `Linear<64, 784, Tied>`",
    note = "for a layer that borrows some weights, name each: `#[tie(layer.weight = source.weight)]`"
)]
pub trait Hole<'a, Use: Role>: Sized {
    /// The module whose view the hole accepts.
    type Module: Module<View<'a, Use> = Self>;

    /// Returns the type of source that the hole accepts.
    #[inline]
    fn wanted(_: Open<Self>) -> Wanted<Self::Module> {
        Wanted::new()
    }
}

#[diagnostic::do_not_recommend]
impl<'a, Use: Role, T: ViewOf<'a, Use>> Hole<'a, Use> for T {
    type Module = T::Module;
}

/// Ties that borrow nothing.
pub trait NoTies: Sized {
    /// The empty ties.
    const NONE: Self;
}

impl NoTies for () {
    const NONE: () = ();
}

/// Ties, or a hole of them, with every required hole filled.
#[diagnostic::on_unimplemented(
    message = "this field has an open tie that nothing closes",
    label = "borrows more than its `#[tie]` says",
    note = "name each weight that the type of the field borrows: `#[tie(weight = source.weight, bias = source.bias)]`"
)]
pub trait Finish {
    /// The type of the finished ties.
    type Finished;

    /// Returns the finished ties.
    fn finish(self) -> Self::Finished;
}

#[diagnostic::do_not_recommend]
impl<T> Finish for Filled<T> {
    type Finished = T;

    #[inline]
    fn finish(self) -> T {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<T: NoTies> Finish for Open<T> {
    type Finished = T;

    #[inline]
    fn finish(self) -> T {
        T::NONE
    }
}

/// The state of a hole, for structs of ties whose type parameters are the states.
pub trait State {
    /// The type in a hole for a `T`.
    type Of<T>;
}

/// The state of a hole that is not filled yet.
#[derive(Clone, Copy, Debug)]
pub struct OpenState;

/// The state of a filled hole.
#[derive(Clone, Copy, Debug)]
pub struct FilledState;

impl State for OpenState {
    type Of<T> = Open<T>;
}

impl State for FilledState {
    type Of<T> = T;
}

/// The state of a hole for a `T` that is filled, or need not be.
#[diagnostic::on_unimplemented(
    message = "this field has an open tie that nothing closes",
    label = "borrows more than its `#[tie]` says",
    note = "name each weight that the type of the field borrows: `#[tie(weight = source.weight, bias = source.bias)]`"
)]
pub trait FinishHole<T>: State {
    /// Returns the finished hole.
    fn finish_hole(hole: Self::Of<T>) -> T;
}

impl<T> FinishHole<T> for FilledState {
    #[inline]
    fn finish_hole(hole: T) -> T {
        hole
    }
}

#[diagnostic::do_not_recommend]
impl<T: NoTies> FinishHole<T> for OpenState {
    #[inline]
    fn finish_hole(_: Open<T>) -> T {
        T::NONE
    }
}

/// The ties of a module type `M`.
///
/// ```
/// use tiedw_core::layers::Linear;
/// use tiedw_core::module::{TiesOf, Weight};
/// use tiedw_core::{Matrix, Module, Tied};
///
/// let encoder = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let decoder = Linear::<2, 3, Tied> { weight: Tied::new(), bias: [0.0; 3].into() };
/// let ties = TiesOf::<'_, Linear<2, 3, Tied>, Weight> { weight: encoder.view().t(), bias: () };
/// assert_eq!(decoder.bind(ties).weight[(2, 0)], 3.0);
/// ```
pub type TiesOf<'a, M, Use> = <M as Module>::Ties<'a, Use>;

/// Defines the ties of a layer, a struct with one field per hole. (The derive generates that of a user's
/// module.)
macro_rules! ties {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($hole:ident: $type:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        $vis struct $name<$($type),+> {
            $(
                #[doc = ::core::concat!("The source of `", ::core::stringify!($hole), "`.")]
                pub $hole: $type,
            )+
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<$($type),+> $crate::module::Holes for $name<$($type),+> {
            type Open = $name<$($crate::module::Open<$type>),+>;

            #[inline]
            fn open() -> Self::Open {
                $name { $($hole: $crate::module::Open::new()),+ }
            }
        }

        #[automatically_derived]
        impl<$($type: $crate::module::NoTies),+> $crate::module::NoTies for $name<$($type),+> {
            const NONE: Self = $name { $($hole: <$type as $crate::module::NoTies>::NONE),+ };
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<$($type: $crate::module::Finish),+> $crate::module::Finish for $name<$($type),+> {
            type Finished = $name<$(<$type as $crate::module::Finish>::Finished),+>;

            #[inline]
            fn finish(self) -> Self::Finished {
                $name { $($hole: $crate::module::Finish::finish(self.$hole)),+ }
            }
        }

        $crate::module::ties! { @fill $name [] $($hole $type)+ }
    };
    (@fill $name:ident [$($before:ident $before_type:ident)*]) => {};
    (@fill
        $name:ident [$($before:ident $before_type:ident)*]
        $hole:ident $type:ident $($after:ident $after_type:ident)*
    ) => {
        impl<$($before_type,)* $type, $($after_type),*>
            $name<$($before_type,)* $crate::module::Open<$type>, $($after_type),*>
        {
            #[doc = ::core::concat!("Ties `", ::core::stringify!($hole), "`.")]
            #[doc(hidden)]
            #[inline]
            pub fn $hole(
                self,
                fill: impl ::core::ops::FnOnce($crate::module::Open<$type>) -> $type,
            ) -> $name<$($before_type,)* $crate::module::Filled<$type>, $($after_type),*> {
                $name {
                    $hole: $crate::module::Filled(fill(self.$hole)),
                    $($before: self.$before,)*
                    $($after: self.$after,)*
                }
            }
        }

        $crate::module::ties! { @fill $name [$($before $before_type)* $hole $type] $($after $after_type)* }
    };
}
pub(crate) use ties;
