//! What fills the holes of a module that has more than one, each by its name.
//!
//! A struct of ties starts with every hole [`Open`], is filled hole by hole by the methods named after them, and
//! is finished once nothing that must be filled is open.

use std::marker::PhantomData;

use super::{Module, Role, ViewOf, Wanted};

/// A hole that is not filled yet, of a given type.
pub struct Open<T>(PhantomData<fn() -> T>);

impl<T> Open<T> {
    /// An open hole.
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

/// A hole that is filled.
#[derive(Clone, Copy, Debug)]
pub struct Filled<T>(pub T);

/// Ties whose holes can be filled one by one.
#[diagnostic::on_unimplemented(
    message = "this field has no holes to fill by name",
    label = "owns all its weights, or is tied as a whole",
    note = "a field of type `Tied<M>` is tied as a whole: `#[tie(source)]`; \
            a layer borrows one weight where its type says so: `Linear<64, 784, Tied>`"
)]
pub trait Holes {
    /// The same ties with every hole open.
    type Open;

    /// Every hole open.
    fn open() -> Self::Open;

    /// Every hole open, of a hole that is a struct of ties itself.
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
    message = "this weight is owned by its layer, so it cannot be tied",
    label = "not a hole",
    note = "let the layer's type say that it borrows the weight: `Linear<64, 784, Tied>`"
)]
pub trait Hole<'a, R: Role>: Sized {
    /// The module whose view the hole wants.
    type Module: Module<View<'a, R> = Self>;

    /// The hole, as its source has to fit it.
    #[inline]
    fn wanted(_: Open<Self>) -> Wanted<Self::Module> {
        Wanted::new()
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R: Role, T: ViewOf<'a, R>> Hole<'a, R> for T {
    type Module = T::Module;
}

/// Ties that borrow nothing.
pub trait NoTies: Copy {
    /// Nothing.
    const NONE: Self;
}

impl NoTies for () {
    const NONE: () = ();
}

/// Ties, or one hole of them, of which all that must be filled is.
#[diagnostic::on_unimplemented(
    message = "this field has a hole that nothing fills",
    label = "borrows more than its `#[tie]` says",
    note = "fill each hole that the type of the field names: `#[tie(weight = source.weight, bias = source.bias)]`"
)]
pub trait Finish {
    /// What it holds in the end.
    type Finished;

    /// What it holds.
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

/// What the module type `M` borrows.
pub type TiesOf<'a, M, R> = <M as Module>::Ties<'a, R>;

/// Defines a struct of ties: a field a hole.
#[doc(hidden)]
#[macro_export]
macro_rules! __ties {
    (@hint [$(#[$hint:meta])*]
        $(#[$meta:meta])* $vis:vis struct $name:ident { $($hole:ident: $type:ident),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        $vis struct $name<$($type),+> {
            $(
                #[doc = ::core::concat!("What fills `", ::core::stringify!($hole), "`.")]
                pub $hole: $type,
            )+
        }

        #[automatically_derived]
        $(#[$hint])*
        impl<$($type),+> $crate::__private::Holes for $name<$($type),+> {
            type Open = $name<$($crate::__private::Open<$type>),+>;

            #[inline]
            fn open() -> Self::Open {
                $name { $($hole: $crate::__private::Open::new()),+ }
            }
        }

        #[automatically_derived]
        impl<$($type: $crate::__private::NoTies),+> $crate::__private::NoTies for $name<$($type),+> {
            const NONE: Self = $name { $($hole: <$type as $crate::__private::NoTies>::NONE),+ };
        }

        #[automatically_derived]
        $(#[$hint])*
        impl<$($type: $crate::__private::Finish),+> $crate::__private::Finish for $name<$($type),+> {
            type Finished = $name<$(<$type as $crate::__private::Finish>::Finished),+>;

            #[inline]
            fn finish(self) -> Self::Finished {
                $name { $($hole: $crate::__private::Finish::finish(self.$hole)),+ }
            }
        }

        $crate::__ties! { @fill $name [] $($hole $type)+ }
    };
    (@fill $name:ident [$($before:ident $before_type:ident)*]) => {};
    (@fill
        $name:ident [$($before:ident $before_type:ident)*]
        $hole:ident $type:ident $($after:ident $after_type:ident)*
    ) => {
        impl<$($before_type,)* $type, $($after_type),*>
            $name<$($before_type,)* $crate::__private::Open<$type>, $($after_type),*>
        {
            #[doc = ::core::concat!("Fills `", ::core::stringify!($hole), "`.")]
            #[inline]
            pub fn $hole(
                self,
                fill: impl ::core::ops::FnOnce($crate::__private::Open<$type>) -> $type,
            ) -> $name<$($before_type,)* $crate::__private::Filled<$type>, $($after_type),*> {
                $name {
                    $hole: $crate::__private::Filled(fill(self.$hole)),
                    $($before: self.$before,)*
                    $($after: self.$after,)*
                }
            }
        }

        $crate::__ties! { @fill $name [$($before $before_type)* $hole $type] $($after $after_type)* }
    };
    ($($ties:tt)+) => {
        $crate::__ties! { @hint [] $($ties)+ }
    };
}

/// [`__ties`](crate::__ties) for a layer of this crate, whose ties no error needs to list. (Not every crate of users
/// knows the attribute.)
macro_rules! ties {
    ($($ties:tt)+) => {
        $crate::__ties! { @hint [#[diagnostic::do_not_recommend]] $($ties)+ }
    };
}
pub(crate) use ties;
